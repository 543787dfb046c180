//! One version of what modules share, with the same features whatever is built.
//!
//! The engine library's file has no hash in its name. If building one module, or the tests, chose other features for a
//! shared crate, cargo would build another engine over the first, and no program built before would start.

use super::Violation;
use crate::cargo;
use crate::workspace::Workspace;
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What modules exchange values of; a second version of one is another type.
const SINGLE: [&str; 5] = ["egui", "wgpu", "winit", "serde", "glam"];
const ENGINE: &str = "playground-dylib";

/// Crate and version → its features; several sets where it is built for modules and for build scripts or macros.
type Features = BTreeMap<String, BTreeSet<String>>;

/// Asks cargo for every selection that people and the editor build.
///
/// # Errors
/// When cargo can't be asked, or refuses because Cargo.lock does not fit the manifests.
pub fn check(workspace: &Workspace) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    if !is_committed(&workspace.root) {
        let remedy = "`git add Cargo.lock`: the locked versions are part of the engine's build id";
        violations.push(Violation::new("Cargo.lock", 1, "Cargo.lock is not committed", remedy));
    }
    let ask = |selection: &[&str], edges: &str| -> Result<Features> { Ok(parse(&tree(workspace, selection, edges)?)) };
    let engine = ask(&["-p", ENGINE], "normal,build")?;
    let mut selections: Vec<Vec<&str>> = vec![vec!["--workspace"]];
    for one in &workspace.crates {
        let is_program = one.folder == "editor" || one.folder == "game";
        if is_program || one.folder.starts_with("systems/") || one.folder.starts_with("plugins/") {
            selections.push(vec!["-p", &one.name]);
        }
    }
    for selection in selections {
        for edges in ["normal,build", "normal,build,dev"] {
            let other = ask(&selection, edges)?;
            let what = format!("{}{}", selection.join(" "), if edges == "normal,build" { "" } else { " with tests" });
            violations.extend(differences(&engine, &other, &what));
            violations.extend(duplicates(&other, &what));
        }
    }
    violations.dedup_by(|a, b| a.rule == b.rule);
    Ok(violations)
}

/// What cargo would build, one crate a line: macros and build scripts too, for a crate is built again with them.
fn tree(workspace: &Workspace, selection: &[&str], edges: &str) -> Result<String> {
    let mut command = cargo::command(&workspace.root);
    command.args(["tree", "--locked", "--prefix", "none", "--format", "{p}|{f}", "--edges", edges]).args(selection);
    cargo::output(command)
}

/// The crates in cargo's answer: `serde v1.0.229|default,std (*)`.
fn parse(tree: &str) -> Features {
    let mut all = Features::new();
    for (package, features) in tree.lines().filter_map(|line| line.split_once('|')) {
        let name_and_version: Vec<&str> = package.split(' ').take(2).collect();
        let features = features.trim_end_matches("(*)").trim().to_owned();
        all.entry(name_and_version.join(" ")).or_default().insert(features);
    }
    all
}

/// The crates of the engine that `what` builds with other features.
fn differences(engine: &Features, other: &Features, what: &str) -> Vec<Violation> {
    let remedy = "name the crate with these features in `[workspace.dependencies]` and in engine/dylib/Cargo.toml";
    let mut violations = Vec::new();
    for (package, features) in engine {
        let Some(others) = other.get(package).filter(|others| !others.is_superset(features)) else { continue };
        let split = |sets: &BTreeSet<String>| -> BTreeSet<String> {
            sets.iter().flat_map(|list| list.split(',')).filter(|name| !name.is_empty()).map(str::to_owned).collect()
        };
        let (ours, others) = (split(features), split(others));
        let changed: Vec<&str> = ours.symmetric_difference(&others).map(String::as_str).collect();
        let changed = if changed.is_empty() { "its build for macros".to_owned() } else { changed.join(", ") };
        let rule = format!("`cargo build {what}` makes another engine: {package} differs in {changed}");
        violations.push(Violation::new("engine/dylib/Cargo.toml", 1, rule, remedy));
    }
    violations
}

/// Second versions of the crates that modules share.
fn duplicates(built: &Features, what: &str) -> Vec<Violation> {
    let mut violations = Vec::new();
    for name in SINGLE {
        let versions = built.keys().filter_map(|package| package.strip_prefix(name)?.strip_prefix(' '));
        let versions: Vec<&str> = versions.collect();
        if versions.len() > 1 {
            let rule = format!("{what} has {name} {}", versions.join(" and "));
            let remedy = "move the dependencies as a set: `cargo tree -d` says who wants which version";
            violations.push(Violation::new("Cargo.lock", 1, rule, remedy));
        }
    }
    violations
}

/// Whether git has Cargo.lock; a tree that is no git repository is taken as it is.
fn is_committed(root: &Path) -> bool {
    let mut command = std::process::Command::new("git");
    command.current_dir(root).args(["ls-files", "--error-unmatch", "Cargo.lock"]);
    !root.join(".git").exists() || command.output().is_ok_and(|output| output.status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGINE_TREE: &str = "playground-dylib v0.1.0 (/x)|\negui v0.36.2|default,serde\nserde v1.0.229|std (*)\n";

    #[test]
    fn equal_features_pass() {
        let other = "a v0.1.0|x\nserde v1.0.229|std\negui v0.36.2|default,serde (*)\n";
        assert_eq!(differences(&parse(ENGINE_TREE), &parse(other), "-p a"), []);
        assert_eq!(duplicates(&parse(other), "-p a"), []);
    }

    #[test]
    fn another_feature_makes_another_engine() {
        let found = differences(&parse(ENGINE_TREE), &parse("serde v1.0.229|alloc,std\n"), "--workspace");
        assert_eq!(found.len(), 1);
        assert!(found[0].rule.contains("serde v1.0.229 differs in alloc"), "{}", found[0].rule);
    }

    #[test]
    fn a_second_version_is_found() {
        let found = duplicates(&parse("egui v0.36.2|\negui v0.37.0|\negui_plot v0.37.0|\n"), "--workspace");
        assert_eq!(found.len(), 1);
        assert!(found[0].rule.contains("egui v0.36.2 and v0.37.0"), "{}", found[0].rule);
    }

    #[test]
    fn a_lock_file_that_git_lacks_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let git = |arguments: &[&str]| {
            let status = std::process::Command::new("git").current_dir(folder.path()).args(arguments).status();
            assert!(status.unwrap().success());
        };
        assert!(is_committed(folder.path()));
        git(&["init", "--quiet"]);
        std::fs::write(folder.path().join("Cargo.lock"), "").unwrap();
        assert!(!is_committed(folder.path()));
        git(&["add", "Cargo.lock"]);
        assert!(is_committed(folder.path()));
    }
}

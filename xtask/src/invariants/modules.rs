//! Every module is a library that can be loaded, keeps the workspace's lints, and core crates have their versions.

use super::Violation;
use crate::source::matches;
use crate::workspace::{Crate, Workspace};
use toml::Value;

/// The whole build script of a core crate that has a View.
const BUILD_SCRIPT: &str = "fn main ( ) { playground_engine_build_utils : : generate_versions ( ) ; }";

/// Finds modules that could not be loaded and contracts without a version.
pub fn check(workspace: &Workspace) -> Vec<Violation> {
    let mut violations = Vec::new();
    for one in &workspace.crates {
        let path = one.manifest_path();
        if !has_lints(one) {
            let rule = "without the workspace's lints";
            violations.push(Violation::new(&path, 1, rule, "add `[lints]` with `workspace = true`"));
        }
        if is_module(one) && !is_loadable(one) {
            let remedy = "write `crate-type = [\"cdylib\", \"rlib\"]` into `[lib]`";
            violations.push(Violation::new(&path, one.line_of("[lib]"), "a module that can't be loaded", remedy));
        }
        if one.folder.starts_with("core/") && has_view(workspace, one) && !has_build_script(workspace, one) {
            let remedy = "add a build.rs whose main is `playground_engine_build_utils::generate_versions();`";
            violations.push(Violation::new(&path, 1, "a View without versions", remedy));
        }
    }
    violations
}

fn is_module(one: &Crate) -> bool {
    one.folder.starts_with("systems/") || one.folder.starts_with("plugins/")
}

fn has_lints(one: &Crate) -> bool {
    let lints = one.manifest.get("lints").and_then(|lints| lints.get("workspace"));
    lints.and_then(Value::as_bool) == Some(true)
}

fn is_loadable(one: &Crate) -> bool {
    let types = one.manifest.get("lib").and_then(|lib| lib.get("crate-type")).and_then(Value::as_array);
    types.is_some_and(|types| types.iter().filter_map(Value::as_str).eq(["cdylib", "rlib"]))
}

fn has_view(workspace: &Workspace, one: &Crate) -> bool {
    let (file, folder) = (format!("{}/src/view.rs", one.folder), format!("{}/src/view", one.folder));
    workspace.files.iter().any(|source| source.path == file || source.is_in(&folder))
}

fn has_build_script(workspace: &Workspace, one: &Crate) -> bool {
    let path = format!("{}/build.rs", one.folder);
    let script = workspace.files.iter().find(|file| file.path == path);
    script
        .is_some_and(|file| matches(&file.tokens, BUILD_SCRIPT) && file.tokens.len() == BUILD_SCRIPT.split(' ').count())
}

#[cfg(test)]
mod tests {
    use super::super::testing;

    const MODULE: &str =
        "[package]\nname = \"a\"\n[lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n[lints]\nworkspace = true\n";
    const CORE: &str = "[package]\nname = \"a\"\n[lints]\nworkspace = true\n";
    const SCRIPT: &str = "//! Versions.\nfn main() {\n    playground_engine_build_utils::generate_versions();\n}\n";

    fn check(files: &[(&str, &str)], expected: &[&str]) {
        testing::check(super::check, files, expected);
    }

    #[test]
    fn good_ones_pass() {
        check(
            &[
                ("systems/a/Cargo.toml", MODULE),
                ("core/a/Cargo.toml", CORE),
                ("core/a/build.rs", SCRIPT),
                ("core/a/src/view.rs", "//! A."),
                ("core/b/Cargo.toml", CORE),
                ("core/b/src/lib.rs", "//! No view."),
            ],
            &[],
        );
    }

    #[test]
    fn others_do_not() {
        check(&[("plugins/a/Cargo.toml", CORE)], &["plugins/a/Cargo.toml:1"]);
        check(&[("plugins/a/Cargo.toml", &MODULE.replace("\"cdylib\", ", ""))], &["plugins/a/Cargo.toml:3"]);
        check(&[("systems/a/Cargo.toml", &MODULE.replace("true", "false"))], &["systems/a/Cargo.toml:1"]);
        check(&[("core/a/Cargo.toml", CORE), ("core/a/src/view/a.rs", "")], &["core/a/Cargo.toml:1"]);
        let longer = SCRIPT.replace(';', "; more();");
        let files = [("core/a/Cargo.toml", CORE), ("core/a/build.rs", &longer), ("core/a/src/view.rs", "")];
        check(&files, &["core/a/Cargo.toml:1"]);
    }
}

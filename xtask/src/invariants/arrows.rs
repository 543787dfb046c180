//! Who may depend on whom: core/types ← engine/types ← core ← systems and plugins, and the editor on the host alone.

use super::Violation;
use crate::workspace::{Purpose, Workspace};
use std::collections::BTreeMap;

const REMEDY: &str = "see \"Crates\" in ARCHITECTURE.md: move the shared part down, or reach it through `playground`; the \
                      arrows are in xtask/src/invariants/arrows.rs";

/// The arrows of one group of crates. `*` stands for any name of a folder.
struct Arrows {
    from: &'static str,
    /// What its libraries and programs may use.
    normal: &'static [&'static str],
    /// What only its tests may use besides.
    dev: &'static [&'static str],
}

/// Build scripts may use this one, where there is anything to do for them.
const BUILD: [&str; 1] = ["engine/build-utils"];

/// What is below the host: it handles modules without knowing what any of them is about.
const BELOW_HOST: &[&str] = &[
    "core/types",
    "engine/types",
    "engine/build-utils",
    "engine/loader",
    "engine/binding",
    "engine/resolver",
    "engine/builder",
    "engine/registry",
];

/// The first row that fits a crate is its row.
const ARROWS: &[Arrows] = &[
    Arrows { from: "core/types", normal: &[], dev: &[] },
    Arrows { from: "core/*", normal: &["core/*", "engine/types", "engine/derive"], dev: &[] },
    Arrows { from: "engine/types", normal: &["core/types"], dev: &[] },
    Arrows { from: "engine/derive", normal: &[], dev: &[] },
    Arrows { from: "engine/build-utils", normal: &["core/types"], dev: &[] },
    Arrows { from: "engine/loader", normal: BELOW_HOST, dev: &[] },
    Arrows { from: "engine/binding", normal: BELOW_HOST, dev: &[] },
    Arrows { from: "engine/resolver", normal: BELOW_HOST, dev: &[] },
    Arrows { from: "engine/builder", normal: BELOW_HOST, dev: &[] },
    Arrows { from: "engine/registry", normal: BELOW_HOST, dev: &[] },
    Arrows { from: "engine/dylib", normal: &["core/*", "engine/types", "engine/derive"], dev: &[] },
    Arrows { from: "engine/sdk", normal: &["core/*", "engine/types", "engine/derive", "engine/dylib"], dev: &[] },
    Arrows { from: "engine/host", normal: &["engine/*"], dev: &[] },
    Arrows { from: "systems/*", normal: &["engine/sdk"], dev: &[] },
    Arrows { from: "plugins/*", normal: &["engine/sdk"], dev: &[] },
    Arrows { from: "editor", normal: &["engine/sdk", "engine/host"], dev: &["engine/*"] },
    Arrows { from: "game", normal: &["engine/sdk", "engine/host"], dev: &["engine/*"] },
    Arrows { from: "xtask", normal: &[], dev: &[] },
];

/// Finds dependencies against the arrows.
pub fn check(workspace: &Workspace) -> Vec<Violation> {
    let folders: BTreeMap<&str, &str> =
        workspace.crates.iter().map(|one| (one.name.as_str(), one.folder.as_str())).collect();
    let mut violations = Vec::new();
    for one in &workspace.crates {
        let Some(arrows) = ARROWS.iter().find(|arrows| fits(arrows.from, &one.folder)) else {
            let rule = format!("no arrows are drawn for {}", one.folder);
            violations.push(Violation::new(&one.manifest_path(), 1, rule, REMEDY));
            continue;
        };
        for (key, purpose, value) in one.dependencies() {
            let package = workspace.package_of(&key, value);
            let Some(to) = folders.get(package.as_str()) else { continue };
            if !allows(arrows, purpose, to) {
                let rule = format!("{} must not depend on {to}", one.folder);
                violations.push(Violation::new(&one.manifest_path(), one.line_of_key(&key), rule, REMEDY));
            }
        }
    }
    violations
}

fn allows(arrows: &Arrows, purpose: Purpose, to: &str) -> bool {
    let any = |patterns: &[&str]| patterns.iter().any(|pattern| fits(pattern, to));
    match purpose {
        Purpose::Normal => any(arrows.normal),
        Purpose::Build => any(&BUILD),
        Purpose::Dev => any(arrows.normal) || any(arrows.dev),
    }
}

fn fits(pattern: &str, folder: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => folder.strip_prefix(start).is_some_and(|name| !name.contains('/')),
        None => pattern == folder,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;

    fn manifest(name: &str, dependencies: &str) -> String {
        format!("[package]\nname = \"{name}\"\n[dependencies]\n{dependencies}\n")
    }

    /// A tree in which `folder` has `dependencies`; broken if its line 4 is.
    fn check(folder: &str, dependencies: &str, broken: bool) {
        let ours = manifest("ours", dependencies);
        let path = format!("{folder}/Cargo.toml");
        let others = [
            ("core/types/Cargo.toml", "playground-core-types"),
            ("core/scene/Cargo.toml", "playground-core-scene"),
            ("engine/types/Cargo.toml", "playground-engine-types"),
            ("engine/build-utils/Cargo.toml", "playground-engine-build-utils"),
            ("engine/sdk/Cargo.toml", "playground"),
            ("engine/host/Cargo.toml", "playground-engine-host"),
            ("editor/Cargo.toml", "playground-editor"),
            ("systems/other/Cargo.toml", "playground-systems-other"),
        ]
        .map(|(path, name)| (path, manifest(name, "")));
        let mut files: Vec<(&str, &str)> = others.iter().map(|(path, text)| (*path, text.as_str())).collect();
        files.push(("Cargo.toml", "[workspace.dependencies]\nalias = { package = \"playground-engine-host\" }\n"));
        files.push((&path, &ours));
        let expected = format!("{path}:4");
        let expected: &[&str] = if broken { &[&expected] } else { &[] };
        testing::check(super::check, &files, expected);
    }

    #[test]
    fn along_the_arrows() {
        check("systems/a", "playground.workspace = true\nserde = \"1\"", false);
        check(
            "plugins/a",
            "playground = { path = \"x\" }\n[build-dependencies]\nplayground-engine-build-utils = \"1\"",
            false,
        );
        check("core/a", "playground-core-scene.workspace = true\nplayground-engine-types = \"1\"", false);
        check("engine/loader", "playground-core-types.workspace = true", false);
        check("game", "playground-engine-host.workspace = true", false);
    }

    #[test]
    fn against_them() {
        for (folder, package) in [
            ("systems/a", "playground-core-scene"),
            ("plugins/a", "playground-systems-other"),
            ("plugins/a", "playground-engine-host"),
            ("plugins/a", "alias"),
            ("core/a", "playground"),
            ("core/a", "playground-engine-build-utils"),
            ("engine/binding", "playground-core-scene"),
            ("engine/registry", "playground"),
            ("engine/loader", "playground-engine-host"),
            ("game", "playground-editor"),
        ] {
            check(folder, &format!("{package}.workspace = true"), true);
        }
    }

    #[test]
    fn other_names_tests_and_targets_are_no_way_around() {
        check("plugins/a", "x = { package = \"playground-engine-host\", version = \"1\" }", true);
        for section in ["dev-dependencies", "target.'cfg(unix)'.dependencies"] {
            let tree = format!("[package]\nname = \"a\"\n[{section}]\nplayground-editor = \"1\"\n");
            let editor = manifest("playground-editor", "");
            let files = [("editor/Cargo.toml", editor.as_str()), ("systems/a/Cargo.toml", tree.as_str())];
            testing::check(super::check, &files, &["systems/a/Cargo.toml:4"]);
        }
    }

    #[test]
    fn every_crate_has_a_place() {
        testing::check(super::check, &[("engine/new/Cargo.toml", &manifest("a", ""))], &["engine/new/Cargo.toml:1"]);
    }
}

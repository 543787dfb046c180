//! Checks of module metadata at build time, so that a wrong Cargo.toml fails where it is written.
//!
//! Works on manifests alone: a build script that ran cargo could wait for the lock that its own cargo holds.

use crate::sources::workspace_root;
use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Checks `[package.metadata.modules]` of the app whose build script calls it: every core and plugin exists, and for
/// each core one of the listed systems provides all required features. What is wrong fails the build in words.
///
/// # Panics
/// Outside a build script.
pub fn validate_app() {
    report(&check_app(&manifest_dir()));
}

/// Checks `[package.metadata.provides]` and `[package.metadata.playground.implements]` of the system whose build script
/// calls it: the core it names lies at `core_path`. What is wrong fails the build in words.
///
/// # Panics
/// Outside a build script.
pub fn validate_system() {
    report(&check_system(&manifest_dir()));
}

/// What a check found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// What is wrong: the thing, the cause, the remedy; empty if nothing is.
    pub errors: Vec<String>,
    /// The manifests that the findings rest on.
    pub manifests: Vec<PathBuf>,
}

/// The check behind [`validate_app`], for the app in `folder`.
#[must_use]
pub fn check_app(folder: &Path) -> Findings {
    let mut findings = Findings::default();
    let Some(manifest) = findings.read(folder) else { return findings };
    let Some(modules) = at(&manifest, &["package", "metadata", "modules"]).and_then(Value::as_table) else {
        findings.errors.push(format!(
            "{}: there is no [package.metadata.modules]; declare the core modules and plugins that the app uses",
            folder.join("Cargo.toml").display()
        ));
        return findings;
    };
    let packages = packages(folder, &mut findings);
    for plugin in texts(modules.get("plugins")) {
        if !packages.contains_key(&plugin) {
            findings.errors.push(unknown("plugin", &plugin, folder));
        }
    }
    for core in modules.get("core").and_then(Value::as_array).into_iter().flatten() {
        check_core(core, &packages, folder, &mut findings);
    }
    findings
}

fn check_core(core: &Value, packages: &BTreeMap<String, Table>, folder: &Path, findings: &mut Findings) {
    let Some(name) = core.get("name").and_then(Value::as_str) else {
        findings.errors.push(format!(
            "{}: a [[package.metadata.modules.core]] has no `name`; name the core package that it declares",
            folder.join("Cargo.toml").display()
        ));
        return;
    };
    if !packages.contains_key(name) {
        findings.errors.push(unknown("core", name, folder));
        return;
    }
    let (features, systems) = (texts(core.get("features")), texts(core.get("systems")));
    if systems.is_empty() {
        return;
    }
    let mut tried = Vec::new();
    for system in &systems {
        match reason_against(system, name, &features, packages) {
            None => return,
            Some(reason) => tried.push(format!("{system} {reason}")),
        }
    }
    findings.errors.push(format!(
        "core `{name}` with features [{}] has no system that provides it: {}; add a system that does, or remove the \
         feature, in {}",
        features.join(", "),
        tried.join(", "),
        folder.join("Cargo.toml").display()
    ));
}

fn reason_against(system: &str, core: &str, features: &[String], packages: &BTreeMap<String, Table>) -> Option<String> {
    let Some(manifest) = packages.get(system) else {
        return Some("is no package of this workspace".to_owned());
    };
    let provides = at(manifest, &["package", "metadata", "provides"]);
    match provides.and_then(|provides| provides.get("core")).and_then(Value::as_str) {
        Some(provided) if provided == core => {}
        Some(other) => return Some(format!("provides `{other}`")),
        None => return Some("has no [package.metadata.provides] core".to_owned()),
    }
    let provided = texts(provides.and_then(|provides| provides.get("features")));
    let missing: Vec<_> = features.iter().filter(|feature| !provided.contains(feature)).cloned().collect();
    (!missing.is_empty()).then(|| format!("lacks feature `{}`", missing.join("`, `")))
}

/// The check behind [`validate_system`], for the system in `folder`.
#[must_use]
pub fn check_system(folder: &Path) -> Findings {
    let mut findings = Findings::default();
    let Some(manifest) = findings.read(folder) else { return findings };
    let path = folder.join("Cargo.toml");
    let text = |keys: &[&str]| at(&manifest, keys).and_then(Value::as_str).map(str::to_owned);
    let core = text(&["package", "metadata", "provides", "core"]);
    let core_path = text(&["package", "metadata", "playground", "implements", "core_path"]);
    let (Some(core), Some(core_path)) = (core, core_path) else {
        findings.errors.push(format!(
            "{}: a system says what it is: write [package.metadata.provides] core = \"…\" and \
             [package.metadata.playground.implements] core_path = \"../../core/…\"",
            path.display()
        ));
        return findings;
    };
    let Some(found) = findings.read(&folder.join(&core_path)) else { return findings };
    let found = at(&found, &["package", "name"]).and_then(Value::as_str).unwrap_or("no package").to_owned();
    if found != core {
        findings.errors.push(format!(
            "{}: provides core `{core}`, but at core_path `{core_path}` there is `{found}`; make both the same",
            path.display()
        ));
    }
    findings
}

impl Findings {
    fn read(&mut self, folder: &Path) -> Option<Table> {
        let path = folder.join("Cargo.toml");
        let table = fs::read_to_string(&path)
            .map_err(|error| error.to_string())
            .and_then(|text| text.parse::<Table>().map_err(|error| error.to_string()));
        if !self.manifests.contains(&path) {
            self.manifests.push(path.clone());
        }
        table.map_err(|error| self.errors.push(format!("can't read {}: {error}", path.display()))).ok()
    }
}

/// The manifests of all workspace members by package name.
fn packages(folder: &Path, findings: &mut Findings) -> BTreeMap<String, Table> {
    let Some(root) = workspace_root(folder) else {
        findings.errors.push(format!("{} is in no workspace; put a [workspace] above it", folder.display()));
        return BTreeMap::new();
    };
    let Some(workspace) = findings.read(&root) else { return BTreeMap::new() };
    let mut folders = Vec::new();
    for member in texts(at(&workspace, &["workspace", "members"])) {
        match member.strip_suffix("/*") {
            Some(parent) => folders.extend(folders_in(&root.join(parent))),
            None => folders.push(root.join(member)),
        }
    }
    folders.retain(|folder| folder.join("Cargo.toml").is_file());
    folders.sort();
    let manifests = folders.iter().filter_map(|folder| findings.read(folder)).collect::<Vec<_>>();
    manifests
        .into_iter()
        .filter_map(|table| Some((at(&table, &["package", "name"])?.as_str()?.to_owned(), table)))
        .collect()
}

fn folders_in(parent: &Path) -> Vec<PathBuf> {
    fs::read_dir(parent).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

fn at<'a>(table: &'a Table, keys: &[&str]) -> Option<&'a Value> {
    let (first, rest) = keys.split_first()?;
    rest.iter().try_fold(table.get(*first)?, |value, key| value.get(key))
}

fn texts(list: Option<&Value>) -> Vec<String> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn unknown(kind: &str, name: &str, folder: &Path) -> String {
    format!(
        "{kind} `{name}` is no package of this workspace; correct the name in {}, or add the package",
        folder.join("Cargo.toml").display()
    )
}

fn manifest_dir() -> PathBuf {
    PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR for build scripts"))
}

fn report(findings: &Findings) {
    for manifest in findings.manifests.iter().filter(|manifest| manifest.exists()) {
        println!("cargo:rerun-if-changed={}", manifest.display());
    }
    println!("cargo:rerun-if-changed=build.rs");
    for error in &findings.errors {
        println!("cargo::error={error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: &str = r#"
[package]
name = "editor"
[package.metadata.modules]
plugins = ["orbit"]
[[package.metadata.modules.core]]
name = "core-rendering"
features = ["shaders", "textures"]
systems = ["vulkan", "webgl"]
"#;

    fn check(app: &str, webgl_features: &str) -> Findings {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = root.path().join(path).join("Cargo.toml");
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("", "[workspace]\nmembers = [\"editor\", \"modules/*\"]\n");
        write("editor", app);
        write("modules/orbit", "[package]\nname = \"orbit\"\n");
        write("modules/rendering", "[package]\nname = \"core-rendering\"\n");
        let system = |name: &str, features: &str| {
            format!(
                "[package]\nname = \"{name}\"\n[package.metadata.provides]\ncore = \"core-rendering\"\nfeatures = {features}\n"
            )
        };
        write("modules/vulkan", &system("vulkan", "[\"shaders\"]"));
        write("modules/webgl", &system("webgl", webgl_features));
        check_app(&root.path().join("editor"))
    }

    #[test]
    fn an_app_whose_fallback_provides_all_is_fine() {
        let findings = check(APP, "[\"textures\", \"shaders\"]");
        assert_eq!(findings.errors, Vec::<String>::new());
        assert_eq!(findings.manifests.len(), 6);
    }

    #[test]
    fn a_missing_feature_names_feature_core_and_systems() {
        let errors = check(APP, "[\"2d\"]").errors;
        let [error] = errors.as_slice() else { panic!("{errors:?}") };
        for part in [
            "core-rendering",
            "vulkan lacks feature `textures`",
            "webgl lacks feature `shaders`, `textures`",
            "add a system",
        ] {
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn unknown_names_and_missing_metadata_are_errors() {
        let features = "[\"shaders\", \"textures\"]";
        for (from, to, part) in [
            ("\"orbit\"", "\"orbits\"", "plugin `orbits` is no package"),
            ("\"core-rendering\"", "\"core-render\"", "core `core-render` is no package"),
            ("[\"vulkan\", \"webgl\"]", "[\"metal\"]", "metal is no package"),
            ("[package.metadata.modules]", "[package.metadata.other]\n[package.metadata.modules_]", ""),
            ("name = \"core-rendering\"", "", "has no `name`"),
        ] {
            let app = APP.replace(from, to);
            let findings = check(&app, features);
            assert!(part.is_empty() || findings.errors.iter().any(|error| error.contains(part)), "{findings:?}");
        }
        let findings = check("[package]\nname = \"editor\"\n", features);
        assert!(findings.errors[0].contains("[package.metadata.modules]"), "{findings:?}");
        let findings = check("[package\n", features);
        assert!(findings.errors[0].contains("can't read"), "{findings:?}");
    }

    #[test]
    fn a_system_lies_beside_the_core_it_names() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            fs::create_dir_all(root.path().join(path)).unwrap();
            fs::write(root.path().join(path).join("Cargo.toml"), text).unwrap();
        };
        write("core", "[package]\nname = \"core-ecs\"\n");
        let system = |core: &str, path: &str| {
            format!(
                "[package]\nname = \"ecs\"\n[package.metadata.provides]\ncore = \"{core}\"\n[package.metadata.playground.implements]\ncore_path = \"{path}\"\n"
            )
        };
        let check = |text: &str| {
            write("ecs", text);
            check_system(&root.path().join("ecs")).errors.join("\n")
        };
        assert_eq!(check(&system("core-ecs", "../core")), "");
        assert!(check(&system("core-ui", "../core")).contains("there is `core-ecs`"));
        assert!(check(&system("core-ecs", "../cores")).contains("can't read"));
        assert!(check("[package]\nname = \"ecs\"\n").contains("core_path"));
    }
}

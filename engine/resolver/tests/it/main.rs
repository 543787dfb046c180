//! Small real workspaces, resolved through the real cargo.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what is wanted")]

use playground_engine_resolver::{ModuleSet, Project, ResolveError, resolve};
use std::fs;
use tempfile::TempDir;

const APP: &str = r#"
[package.metadata.modules]
plugins = ["orbit", "panel"]
[[package.metadata.modules.core]]
name = "rendering"
features = ["shaders"]
systems = ["vulkan", "webgl"]
[[package.metadata.modules.core]]
name = "scene"
"#;
const CDYLIB: &str = "[lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n";

struct Workspace(TempDir);

impl Workspace {
    /// An editor, two cores, two renderers and two plugins that fit together.
    fn new() -> Self {
        let workspace = Self(tempfile::tempdir().unwrap());
        fs::write(workspace.0.path().join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"m/*\"]\n")
            .unwrap();
        workspace.package("editor", APP);
        workspace.package("rendering", "");
        workspace.package("scene", "");
        workspace.system("vulkan", "rendering", "[\"shaders\", \"textures\"]");
        workspace.system("webgl", "rendering", "[\"shaders\"]");
        workspace.package("orbit", CDYLIB);
        workspace.package("panel", CDYLIB);
        workspace
    }

    fn package(&self, name: &str, rest: &str) {
        let folder = self.0.path().join("m").join(name);
        fs::create_dir_all(folder.join("src")).unwrap();
        let text = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{rest}");
        fs::write(folder.join("Cargo.toml"), text).unwrap();
        fs::write(folder.join("src/lib.rs"), "").unwrap();
    }

    fn system(&self, name: &str, core: &str, features: &str) {
        let provides = format!("[package.metadata.provides]\ncore = \"{core}\"\nfeatures = {features}\n");
        self.package(name, &format!("{CDYLIB}{provides}"));
    }

    fn plugin(&self, name: &str, modules: &str) {
        self.package(name, &format!("{CDYLIB}[package.metadata.modules]\n{modules}\n"));
    }

    fn resolve(&self) -> Result<ModuleSet, ResolveError> {
        resolve(&Project::read(self.0.path()).unwrap(), "editor")
    }

    fn error(&self) -> String {
        self.resolve().unwrap_err().to_string()
    }
}

fn contains(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no `{part}` in: {text}");
    }
}

#[test]
fn systems_plugins_and_fallbacks_are_found() {
    let workspace = Workspace::new();
    let set = workspace.resolve().unwrap();
    let names: Vec<_> = set.modules().map(|module| module.package.as_str()).collect();
    assert_eq!(names, ["rendering", "scene", "vulkan", "orbit", "panel"]);
    assert_eq!(set.cores[0].fallbacks[0].package, "webgl");
    assert!(set.cores[1].system.is_none());
    let orbit = &set.plugins[0];
    assert_eq!(orbit.library, "orbit");
    assert!(orbit.source_dir.ends_with("m/orbit/src") && orbit.source_dir.is_dir());
    assert!(orbit.manifest_path.ends_with("m/orbit/Cargo.toml"));
}

#[test]
fn a_system_without_a_required_feature_gives_way_to_the_next() {
    let workspace = Workspace::new();
    workspace.system("vulkan", "rendering", "[\"textures\"]");
    let set = workspace.resolve().unwrap();
    assert_eq!(set.cores[0].system.as_ref().unwrap().package, "webgl");
    assert_eq!(set.cores[0].rejected[0].reason, "lacks `shaders`");
    workspace.package("editor", &APP.replace("\"vulkan\"", "\"metal\""));
    let set = workspace.resolve().unwrap();
    assert_eq!(set.cores[0].rejected[0].package, "metal");
}

#[test]
fn a_missing_feature_names_feature_core_and_all_tried() {
    let workspace = Workspace::new();
    workspace.system("vulkan", "rendering", "[]");
    workspace.system("webgl", "rendering", "[\"2d\"]");
    let error = workspace.error();
    contains(&error, &["`shaders`", "`rendering`", "vulkan lacks `shaders`", "webgl lacks", "required by editor"]);
}

#[test]
fn a_plugins_requirements_count_too() {
    let workspace = Workspace::new();
    workspace.plugin("orbit", "core = [{ name = \"rendering\", features = [\"textures\", \"instancing\"] }]");
    contains(&workspace.error(), &["`instancing`", "required by orbit", "vulkan lacks `instancing`"]);
    workspace.plugin("orbit", "core = [{ name = \"rendering\", features = [\"textures\"] }]");
    let set = workspace.resolve().unwrap();
    assert_eq!(set.cores[0].features, ["shaders", "textures"]);
    assert!(set.cores[0].fallbacks.is_empty());
    workspace.plugin("orbit", "core = [{ name = \"ecs\" }]");
    contains(&workspace.error(), &["`orbit`", "`ecs`", "editor", "[[package.metadata.modules.core]]"]);
}

#[test]
fn plugins_come_after_what_they_name_and_circles_are_shown() {
    let workspace = Workspace::new();
    workspace.plugin("orbit", "after = [\"panel\"]");
    let set = workspace.resolve().unwrap();
    assert_eq!(set.plugins.iter().map(|plugin| plugin.package.as_str()).collect::<Vec<_>>(), ["panel", "orbit"]);
    workspace.plugin("panel", "after = [\"orbit\"]");
    contains(&workspace.error(), &["orbit -> panel -> orbit", "after"]);
    workspace.plugin("panel", "after = [\"stars\"]");
    contains(&workspace.error(), &["`panel`", "`stars`", "`editor`"]);
}

#[test]
fn unknown_names_are_named() {
    let workspace = Workspace::new();
    let project = Project::read(workspace.0.path()).unwrap();
    contains(&resolve(&project, "game").unwrap_err().to_string(), &["`game`", "editor"]);
    for (from, to, parts) in [
        ("\"orbit\"", "\"orbits\"", ["plugin `orbits`", "`editor`"]),
        ("[\"vulkan\", \"webgl\"]", "[\"metal\"]", ["system `metal`", "`editor`"]),
        ("name = \"scene\"", "name = \"scenes\"", ["core `scenes`", "`editor`"]),
    ] {
        workspace.package("editor", &APP.replace(from, to));
        contains(&workspace.error(), &parts);
    }
}

#[test]
fn metadata_that_is_missing_or_malformed_says_where() {
    let workspace = Workspace::new();
    workspace.package("editor", "");
    contains(&workspace.error(), &["`editor`", "[package.metadata.modules]", "Cargo.toml"]);
    for wrong in ["plugins = \"orbit\"", "plugin = [\"orbit\"]", "core = [{ systems = [] }]"] {
        workspace.package("editor", &format!("[package.metadata.modules]\n{wrong}\n"));
        contains(&workspace.error(), &["[package.metadata.modules]", "`editor`", "can't be read", "Cargo.toml"]);
    }
    workspace.package("editor", APP);
    workspace.package("vulkan", CDYLIB);
    contains(&workspace.error(), &["`vulkan`", "[package.metadata.provides]"]);
}

#[test]
fn a_module_is_a_cdylib_of_the_core_it_is_listed_for() {
    let workspace = Workspace::new();
    workspace.package("panel", "");
    contains(&workspace.error(), &["`panel`", "cdylib", "Cargo.toml"]);
    let workspace = Workspace::new();
    workspace.system("vulkan", "scene", "[\"shaders\"]");
    contains(&workspace.error(), &["`vulkan`", "`rendering`", "`scene`"]);
}

#[test]
fn a_broken_workspace_says_which_manifest() {
    let workspace = Workspace::new();
    fs::write(workspace.0.path().join("m/orbit/Cargo.toml"), "[package\n").unwrap();
    let error = Project::read(workspace.0.path()).unwrap_err().to_string();
    contains(&error, &["orbit", "Cargo.toml"]);
    let error = Project::read(&workspace.0.path().join("nowhere")).unwrap_err().to_string();
    contains(&error, &["nowhere"]);
}

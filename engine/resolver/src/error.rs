//! Why no set of modules follows from the metadata: the thing, the cause, the remedy.

use std::path::PathBuf;

/// Why a project can't be read or its modules can't be resolved.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// Cargo couldn't describe the workspace.
    #[error("can't read the workspace at {}: {cause}; correct the Cargo.toml that is named, or open another folder", root.display())]
    Workspace {
        /// The workspace's folder.
        root: PathBuf,
        /// What cargo said.
        cause: String,
    },
    /// The app is no package of the workspace.
    #[error("there is no app `{app}` in this workspace; it has {}", known.join(", "))]
    UnknownApp {
        /// The app that was asked for.
        app: String,
        /// Packages that could be meant: those that declare modules.
        known: Vec<String>,
    },
    /// The app declares no modules.
    #[error("`{package}` has no [{section}] in {}; add it", manifest.display())]
    MissingMetadata {
        /// The package.
        package: String,
        /// The section that it needs.
        section: &'static str,
        /// Its Cargo.toml.
        manifest: PathBuf,
    },
    /// The metadata has another shape than it should.
    #[error("[{section}] of `{package}` can't be read: {cause}; correct it in {}", manifest.display())]
    MalformedMetadata {
        /// The package.
        package: String,
        /// The section.
        section: &'static str,
        /// What is wrong with it.
        cause: String,
        /// Its Cargo.toml.
        manifest: PathBuf,
    },
    /// A declared package isn't in the workspace.
    #[error(
        "{role} `{package}`, which `{named_by}` names, is no package of this workspace; correct the name, or add the package"
    )]
    UnknownPackage {
        /// What it would be: core, system or plugin.
        role: &'static str,
        /// The name.
        package: String,
        /// Whose metadata has the name.
        named_by: String,
    },
    /// A module that isn't built as a library which can be loaded.
    #[error("`{package}` isn't built as a loadable library; write crate-type = [\"cdylib\", \"rlib\"] under [lib] in {}", manifest.display())]
    NotCdylib {
        /// The module.
        package: String,
        /// Its Cargo.toml.
        manifest: PathBuf,
    },
    /// A system that implements another core than it is listed under.
    #[error(
        "system `{system}` is listed for core `{listed_for}` but provides `{provides}`; list it there, or correct [package.metadata.provides]"
    )]
    CoreMismatch {
        /// The system.
        system: String,
        /// The core it is listed under.
        listed_for: String,
        /// The core it says it implements.
        provides: String,
    },
    /// No listed system provides all that is required of a core.
    #[error("no system provides feature `{feature}` of core `{core}` (required by {}); tried: {}; add a system that provides it, or remove the feature", required_by.join(", "), tried.join("; "))]
    MissingFeature {
        /// A feature that is missing.
        feature: String,
        /// The core.
        core: String,
        /// Who requires it.
        required_by: Vec<String>,
        /// Each system with what it lacks.
        tried: Vec<String>,
    },
    /// A plugin uses a core that the app doesn't declare.
    #[error(
        "plugin `{plugin}` needs core `{core}`, which app `{app}` doesn't declare; add a [[package.metadata.modules.core]] with that name to the app's Cargo.toml"
    )]
    UndeclaredCore {
        /// The plugin.
        plugin: String,
        /// The core.
        core: String,
        /// The app.
        app: String,
    },
    /// A plugin is to come after one that the app doesn't load.
    #[error(
        "plugin `{plugin}` comes after `{after}`, which app `{app}` doesn't load; add it to the app's plugins, or remove it from `after`"
    )]
    UndeclaredPlugin {
        /// The plugin.
        plugin: String,
        /// The one it names.
        after: String,
        /// The app.
        app: String,
    },
    /// Plugins that wait for each other.
    #[error("plugins depend on each other in a circle: {}; remove one of these from its `after` list", path.join(" -> "))]
    Cycle {
        /// The circle; the first name is also the last.
        path: Vec<String>,
    },
}

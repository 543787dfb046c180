//! From metadata to the modules that an app loads.

use crate::declaration::{CoreUse, MODULES, Modules, missing, modules, provides};
use crate::order::ordered;
use crate::{Package, Project, ResolveError};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// All modules of an app, in the order in which they load: cores, their systems, then plugins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleSet {
    /// The app's package.
    pub app: String,
    /// The core modules that it declares, in its order.
    pub cores: Vec<ResolvedCore>,
    /// Its plugins, each after those that it names.
    pub plugins: Vec<Module>,
}

/// A declared core module with its implementation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedCore {
    /// The core module.
    pub module: Module,
    /// What the app and its plugins require of the implementation, sorted.
    pub features: Vec<String>,
    /// The implementation; `None` for a core that the app lists no system for.
    pub system: Option<Module>,
    /// Other listed systems that would do, in order: used when the chosen one can't start.
    pub fallbacks: Vec<Module>,
    /// Listed systems that won't do, with the reason.
    pub rejected: Vec<Rejected>,
}

/// A system that can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The system's package.
    pub package: String,
    /// What speaks against it.
    pub reason: String,
}

/// What a module is to the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Contracts; linked into the engine library.
    Core,
    /// An implementation of a core; a library of its own.
    System,
    /// A feature; a library of its own.
    Plugin,
}

/// One module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// Its package.
    pub package: String,
    /// Its library's name: the suffix of its exports and the stem of its file.
    pub library: String,
    /// What it is.
    pub role: Role,
    /// Its Cargo.toml.
    pub manifest_path: PathBuf,
    /// The folder of its Cargo.toml.
    pub folder: PathBuf,
    /// The folder of its sources.
    pub source_dir: PathBuf,
    /// The crate features that it has.
    pub crate_features: Vec<String>,
    /// The cores that it declares (a plugin), implements (a system) or is (a core).
    pub cores: Vec<String>,
}

impl ModuleSet {
    /// The modules that are libraries of their own, in load order: chosen systems, then plugins.
    pub fn loadable(&self) -> impl Iterator<Item = &Module> {
        self.cores.iter().filter_map(|core| core.system.as_ref()).chain(&self.plugins)
    }

    /// Every module, chosen or core; fallbacks aren't among them.
    pub fn modules(&self) -> impl Iterator<Item = &Module> {
        self.cores.iter().map(|core| &core.module).chain(self.loadable())
    }
}

/// The modules that `app` declares.
///
/// # Errors
/// When the metadata is missing or malformed, names what isn't there, requires what no system provides, or orders
/// plugins in a circle.
pub fn resolve(project: &Project, app: &str) -> Result<ModuleSet, ResolveError> {
    let package = project.packages.get(app).ok_or_else(|| unknown_app(project, app))?;
    let declared = modules(package)?.ok_or_else(|| missing(package, MODULES))?;
    let (plugins, uses) = resolve_plugins(project, app, &declared)?;
    for (plugin, used) in &uses {
        for core in &used.core {
            if !declared.core.iter().any(|declared| declared.name == core.name) {
                let (plugin, core) = (plugin.clone(), core.name.clone());
                return Err(ResolveError::UndeclaredCore { plugin, core, app: app.to_owned() });
            }
        }
    }
    let cores = declared.core.iter().map(|core| {
        let required = Required::of(core, app, &uses);
        resolve_core(project, app, core, required)
    });
    Ok(ModuleSet { app: app.to_owned(), cores: cores.collect::<Result<_, _>>()?, plugins })
}

/// Features of a core, each with who requires it.
struct Required(BTreeMap<String, Vec<String>>);

impl Required {
    fn of(core: &CoreUse, app: &str, uses: &BTreeMap<String, Modules>) -> Self {
        let mut by_feature: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let of_plugins = uses.iter().flat_map(|(plugin, used)| {
            used.core.iter().filter(|used| used.name == core.name).map(move |used| (plugin.as_str(), used))
        });
        for (name, used) in std::iter::once((app, core)).chain(of_plugins) {
            for feature in &used.features {
                by_feature.entry(feature.clone()).or_default().push(name.to_owned());
            }
        }
        Self(by_feature)
    }
}

fn resolve_plugins(
    project: &Project,
    app: &str,
    declared: &Modules,
) -> Result<(Vec<Module>, BTreeMap<String, Modules>), ResolveError> {
    let mut uses = BTreeMap::new();
    for plugin in &declared.plugins {
        let used = modules(find(project, "plugin", plugin, app)?)?.unwrap_or_default();
        if let Some(after) = used.after.iter().find(|after| !declared.plugins.contains(after)) {
            let (plugin, after, app) = (plugin.clone(), after.clone(), app.to_owned());
            return Err(ResolveError::UndeclaredPlugin { plugin, after, app });
        }
        uses.insert(plugin.clone(), used);
    }
    let after = uses.iter().map(|(name, used)| (name.clone(), used.after.clone())).collect();
    let order = ordered(&declared.plugins, &after).map_err(|path| ResolveError::Cycle { path })?;
    let plugins = order.iter().map(|name| {
        let cores = uses.get(name).into_iter().flat_map(|used| &used.core).map(|core| core.name.clone()).collect();
        loadable(find(project, "plugin", name, app)?, Role::Plugin, cores)
    });
    Ok((plugins.collect::<Result<_, _>>()?, uses))
}

fn resolve_core(
    project: &Project,
    app: &str,
    core: &CoreUse,
    Required(required): Required,
) -> Result<ResolvedCore, ResolveError> {
    let package = find(project, "core", &core.name, app)?;
    let mut suitable = Vec::new();
    let mut rejected = Vec::new();
    let mut lacking: Option<String> = None;
    for name in &core.systems {
        let Some(system) = project.packages.get(name) else {
            rejected.push(Rejected { package: name.clone(), reason: "is no package of this workspace".to_owned() });
            continue;
        };
        let provided = provides(system)?;
        if provided.core != core.name {
            let (system, listed_for) = (name.clone(), core.name.clone());
            return Err(ResolveError::CoreMismatch { system, listed_for, provides: provided.core });
        }
        let lacks: Vec<&String> = required.keys().filter(|feature| !provided.features.contains(feature)).collect();
        if let Some(first) = lacks.first() {
            lacking.get_or_insert_with(|| (*first).clone());
            let list = lacks.iter().map(|feature| format!("`{feature}`")).collect::<Vec<_>>().join(", ");
            rejected.push(Rejected { package: name.clone(), reason: format!("lacks {list}") });
        } else {
            suitable.push(loadable(system, Role::System, vec![core.name.clone()])?);
        }
    }
    if suitable.is_empty() && !core.systems.is_empty() {
        return Err(no_system(app, core, &required, lacking, &rejected));
    }
    let mut suitable = suitable.into_iter();
    Ok(ResolvedCore {
        module: module(package, Role::Core, vec![core.name.clone()]),
        features: required.into_keys().collect(),
        system: suitable.next(),
        fallbacks: suitable.collect(),
        rejected,
    })
}

fn no_system(
    app: &str,
    core: &CoreUse,
    required: &BTreeMap<String, Vec<String>>,
    lacking: Option<String>,
    rejected: &[Rejected],
) -> ResolveError {
    let Some(feature) = lacking else {
        let package = core.systems.join("`, `");
        return ResolveError::UnknownPackage { role: "system", package, named_by: app.to_owned() };
    };
    ResolveError::MissingFeature {
        required_by: required.get(&feature).cloned().unwrap_or_default(),
        feature,
        core: core.name.clone(),
        tried: rejected.iter().map(|system| format!("{} {}", system.package, system.reason)).collect(),
    }
}

fn find<'a>(project: &'a Project, role: &'static str, name: &str, app: &str) -> Result<&'a Package, ResolveError> {
    project.packages.get(name).ok_or_else(|| ResolveError::UnknownPackage {
        role,
        package: name.to_owned(),
        named_by: app.to_owned(),
    })
}

fn loadable(package: &Package, role: Role, cores: Vec<String>) -> Result<Module, ResolveError> {
    if !package.crate_types.iter().any(|kind| kind == "cdylib") {
        let (package, manifest) = (package.name.clone(), package.manifest_path.clone());
        return Err(ResolveError::NotCdylib { package, manifest });
    }
    Ok(module(package, role, cores))
}

fn module(package: &Package, role: Role, cores: Vec<String>) -> Module {
    Module {
        package: package.name.clone(),
        library: package.library.clone().unwrap_or_else(|| package.name.replace('-', "_")),
        role,
        manifest_path: package.manifest_path.clone(),
        folder: package.folder.clone(),
        source_dir: package.folder.join("src"),
        crate_features: package.features.clone(),
        cores,
    }
}

fn unknown_app(project: &Project, app: &str) -> ResolveError {
    let declares = |package: &&Package| {
        let plugins = package.metadata.get("modules").and_then(|modules| modules.get("plugins"));
        plugins.is_some() || package.name == "playground-editor"
    };
    let known = project.packages.values().filter(declares).map(|package| package.name.clone()).collect();
    ResolveError::UnknownApp { app: app.to_owned(), known }
}

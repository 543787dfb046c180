//! The packages of a workspace, as cargo describes them.

use crate::{ResolveError, is_cargos_own};
use cargo_metadata::MetadataCommand;
use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

/// A workspace that was read once; reading takes cargo some tens of milliseconds.
#[derive(Clone, Debug)]
pub struct Project {
    /// The workspace's folder.
    pub root: PathBuf,
    /// Where cargo builds.
    pub target_dir: PathBuf,
    /// The workspace's packages by name.
    pub packages: BTreeMap<String, Package>,
}

/// One package of the workspace.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its library's name, if it has a library.
    pub library: Option<String>,
    /// What its library is built as, for example `cdylib`.
    pub crate_types: Vec<String>,
    /// Its Cargo.toml.
    pub manifest_path: PathBuf,
    /// The folder of its Cargo.toml.
    pub folder: PathBuf,
    /// Its crate features, all that it has.
    pub features: Vec<String>,
    /// `[package.metadata]`.
    pub metadata: serde_json::Value,
}

impl Project {
    /// Reads the workspace at `root`. No network, no build, and nothing of the workspace runs.
    ///
    /// # Errors
    /// When cargo can't describe it, with what cargo said.
    pub fn read(root: &Path) -> Result<Self, ResolveError> {
        let mut command = MetadataCommand::new();
        command.manifest_path(root.join("Cargo.toml")).current_dir(root).no_deps();
        command.other_options(vec!["--offline".to_owned()]).cargo_path("cargo");
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(is_cargos_own) {
                command.env_remove(name);
            }
        }
        let metadata = command.exec().map_err(|error| workspace_error(root, &error))?;
        let packages = metadata.packages.into_iter().map(Package::from_cargo);
        Ok(Self {
            root: metadata.workspace_root.into_std_path_buf(),
            target_dir: metadata.target_directory.into_std_path_buf(),
            packages: packages.map(|package| (package.name.clone(), package)).collect(),
        })
    }
}

impl Package {
    fn from_cargo(package: cargo_metadata::Package) -> Self {
        let crate_types =
            |target: &cargo_metadata::Target| target.crate_types.iter().map(ToString::to_string).collect();
        let library = package.targets.iter().find(|target| {
            let types: Vec<String> = crate_types(target);
            types
                .iter()
                .any(|kind| ["lib", "rlib", "dylib", "cdylib", "staticlib", "proc-macro"].contains(&kind.as_str()))
        });
        let manifest_path = package.manifest_path.clone().into_std_path_buf();
        Self {
            library: library.map(|target| target.name.replace('-', "_")),
            crate_types: library.map(crate_types).unwrap_or_default(),
            folder: manifest_path.parent().map(Path::to_owned).unwrap_or_default(),
            features: package.features.keys().cloned().collect(),
            metadata: package.metadata,
            name: package.name.to_string(),
            manifest_path,
        }
    }
}

fn workspace_error(root: &Path, error: &cargo_metadata::Error) -> ResolveError {
    let cause = match error {
        cargo_metadata::Error::CargoMetadata { stderr } => {
            let lines: Vec<_> = stderr.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            lines.join("; ")
        }
        other => other.to_string(),
    };
    ResolveError::Workspace { root: root.to_owned(), cause: cause.trim_start_matches("error: ").to_owned() }
}

//! The shape of the metadata sections.

use crate::{Package, ResolveError};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// `[package.metadata.modules]`: what an app or a plugin uses.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Modules {
    /// Core modules.
    #[serde(default)]
    pub core: Vec<CoreUse>,
    /// Plugins that an app loads.
    #[serde(default)]
    pub plugins: Vec<String>,
    /// Plugins that a plugin comes after.
    #[serde(default)]
    pub after: Vec<String>,
}

/// One `[[package.metadata.modules.core]]`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct CoreUse {
    /// The core package.
    pub name: String,
    /// What is required of its implementation.
    #[serde(default)]
    pub features: Vec<String>,
    /// Which systems may implement it, best first; apps only.
    #[serde(default)]
    pub systems: Vec<String>,
}

/// `[package.metadata.provides]`: what a system implements.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Provides {
    /// The core package.
    pub core: String,
    /// What of it.
    #[serde(default)]
    pub features: Vec<String>,
}

pub(crate) const MODULES: &str = "package.metadata.modules";
pub(crate) const PROVIDES: &str = "package.metadata.provides";

pub(crate) fn modules(package: &Package) -> Result<Option<Modules>, ResolveError> {
    section(package, "modules", MODULES)
}

pub(crate) fn provides(package: &Package) -> Result<Provides, ResolveError> {
    section(package, "provides", PROVIDES)?.ok_or_else(|| missing(package, PROVIDES))
}

pub(crate) fn missing(package: &Package, section: &'static str) -> ResolveError {
    ResolveError::MissingMetadata { package: package.name.clone(), section, manifest: package.manifest_path.clone() }
}

fn section<T: DeserializeOwned>(
    package: &Package,
    key: &str,
    section: &'static str,
) -> Result<Option<T>, ResolveError> {
    let Some(value) = package.metadata.get(key) else { return Ok(None) };
    T::deserialize(value).map(Some).map_err(|cause| ResolveError::MalformedMetadata {
        package: package.name.clone(),
        section,
        cause: cause.to_string(),
        manifest: package.manifest_path.clone(),
    })
}

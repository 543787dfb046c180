//! What a module library exports. Written by the export macros only.

use crate::{ComponentInfo, PluginTrait, TypeSchema, ViewId, ViewModelTrait};
use std::sync::Arc;

/// A core module: the contract that it defines.
pub struct ViewExport {
    /// The contract's name.
    pub name: &'static str,
    /// The contract's id.
    pub view_id: ViewId,
    /// Hash of the contract's source.
    pub api_version: u64,
    /// Hash of the model's source.
    pub state_format_version: u64,
}

/// A system module: its implementation of a contract.
pub struct ViewModelExport {
    /// The contract's name.
    pub view: &'static str,
    /// The contract's id.
    pub view_id: ViewId,
    /// Hash of the contract's source that it was compiled with.
    pub api_version: u64,
    /// What its saved state looks like: the hash of the model's source that it was compiled with, or a number that the
    /// implementation gives.
    pub state_format_version: u64,
    /// How saved states of other versions become ones of this version, and back.
    pub migrations: &'static [StateMigration],
    /// Makes the implementation.
    pub construct: fn() -> Arc<dyn ViewModelTrait>,
}

/// One step from a version of a saved state to another one.
#[derive(Clone, Copy, Debug)]
pub struct StateMigration {
    /// The version that it reads.
    pub from: u64,
    /// The version that it writes.
    pub to: u64,
    /// Makes the one out of the other, or says why that can't be done.
    pub migrate: fn(&[u8]) -> Result<Vec<u8>, String>,
}

/// A plugin module.
pub struct PluginExport {
    /// The plugin's name.
    pub name: &'static str,
    /// Makes the plugin.
    pub construct: fn() -> Arc<dyn PluginTrait>,
}

/// One type of model that a module brings: its shape, and its storage if it is a component.
pub struct ModelTypeInfo {
    /// The type's stable name.
    pub name: &'static str,
    /// The type's shape.
    pub schema: &'static TypeSchema,
    /// How its storage is built, adopted and migrated; `None` if it lives in a pool of objects.
    pub component: Option<&'static ComponentInfo>,
}

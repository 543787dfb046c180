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
    /// Hash of the model's source that it was compiled with.
    pub state_format_version: u64,
    /// Makes the implementation.
    pub construct: fn() -> Arc<dyn ViewModelTrait>,
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

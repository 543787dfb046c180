//! What modules and the engine agree on: ids, values, schemas, the header of a module file and the base traits.
//!
//! Read in this order: [`id`], [`schema`], [`value`], [`reflect`], [`view`], [`storage`], [`export`], [`header`].
//! Knows nothing of any core crate: the ECS world takes part in a reload through [`state::StateHolder`], like any
//! other holder of state.

pub mod erase;
pub mod error;
pub mod export;
pub mod header;
pub mod id;
pub mod id_map;
pub mod reflect;
mod reflect_shared;
pub mod schema;
pub mod state;
pub mod storage;
pub mod text;
pub mod value;
pub mod view;

pub use erase::{Contract, Erased, PoolBox, SavedPool, TypedPool};
pub use error::ModuleError;
pub use export::{ModelTypeInfo, PluginExport, StateMigration, ViewExport, ViewModelExport};
pub use header::{EngineBuild, HEADER_SECTION, HeaderError, ModuleHeader, ModuleKind};
pub use id::{ComponentId, Entity, FragmentId, ModelId, ModelType, ViewId};
pub use id_map::IdMap;
pub use reflect::{Leaf, Reflect};
pub use schema::{FieldSchema, TypeKind, TypeSchema, VariantSchema};
pub use state::StateHolder;
pub use storage::{CHUNK_ROWS, ComponentInfo, ErasedPool, MigrateValue};
pub use value::{Value, ValueError};
pub use view::{ModelTrait, PluginTrait, ViewFragmentTrait, ViewModelFragmentTrait, ViewModelTrait, ViewTrait};

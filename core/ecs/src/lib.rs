//! Entities, components and queries.
//!
//! [`model`] is the data: a [`World`] of archetypes whose components live in one pool per type, and the generic query
//! code that inlines into modules. [`view`] is the contract of the ECS; running systems is the business of its
//! ViewModel.

extern crate self as playground_core_ecs;

pub mod model;
#[cfg(doctest)]
mod promises;
pub mod view;

pub use model::bundle::{Bundle, Spawner};
pub use model::commands::Commands;
pub use model::component::{Component, component_info};
pub use model::error::EcsError;
pub use model::events::{Emit, Received};
pub use model::pool::ComponentPool;
pub use model::query::{Added, Changed, Or, Query, QueryData, QueryFilter, QueryState, With, Without};
pub use model::resource::{Res, ResMut};
pub use model::schedule::{Schedule, Stage, SystemParts, condition};
pub use model::storage::Storage;
pub use model::system;
pub use model::time::Time;
pub use model::world::World;
pub use playground_engine_derive::{Component, Reflect};
pub use playground_engine_types::{ComponentId, ComponentInfo, Entity, Reflect, Value};
pub use view::EcsViewTrait;

/// What derived code names. Not for people.
#[doc(hidden)]
pub mod derived {
    pub use crate::model::component::{Migrate, migrated};
    pub use crate::{Component, component_info};
    pub use playground_engine_types::reflect::{
        struct_from_value, struct_to_value, variant_field, variant_index, variant_to_value,
    };
    pub use playground_engine_types::{
        ComponentInfo, Entity, FieldSchema, Leaf, Reflect, TypeKind, TypeSchema, Value, ValueError, VariantSchema,
    };
}

/// Hash of this contract's source.
pub const API_VERSION: u64 = playground_engine_types::id::decimal(env!("API_VERSION"));
/// Hash of this model's source.
pub const STATE_FORMAT_VERSION: u64 = playground_engine_types::id::decimal(env!("STATE_FORMAT_VERSION"));

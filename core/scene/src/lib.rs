//! Components that several features share, and the scene file.

pub mod model;

pub use model::components::{Light, Name, Orphans, Parent, Shape, ShapeKind, StableId, Transform};
pub use model::document::{Document, DocumentError, Loaded};
pub use model::tree::{Tree, world_from_model, world_position};

use playground_core_ecs::{Component, ComponentInfo};

/// All components of this crate, for registration.
pub const COMPONENTS: [&ComponentInfo; 7] =
    [StableId::INFO, Name::INFO, Parent::INFO, Transform::INFO, Shape::INFO, Light::INFO, Orphans::INFO];

/// Hash of this model's source.
pub const STATE_FORMAT_VERSION: u64 = playground_engine_types::id::decimal(env!("STATE_FORMAT_VERSION"));

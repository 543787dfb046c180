//! Components that several features share, and the scene file.

pub mod model;

pub use model::components::{
    GENERATED_FIRST, Generated, Light, Name, Orphans, Parent, Place, Shape, ShapeKind, StableId, Transform,
    WorldTransform,
};
pub use model::document::{Document, DocumentError, Loaded};
pub use model::hierarchy::{
    Beside, HierarchyError, Keep, ancestors, branch, children, despawn_keep_children, despawn_recursive, move_child,
    move_children, parent, places, set_parent, world_matrix,
};
pub use model::orphans::{Adopted, Orphaned, adopt_orphans, keep_orphans, orphans_of};
pub use model::propagate::Propagation;
pub use model::relation::{Reference, forget, is_relation, names_entities, references, related};
pub use model::tree::Tree;

use playground_core_ecs::{Component, ComponentInfo};

/// All components of this crate, for registration.
pub const COMPONENTS: [&ComponentInfo; 10] = [
    StableId::INFO,
    Name::INFO,
    Parent::INFO,
    Place::INFO,
    Transform::INFO,
    WorldTransform::INFO,
    Shape::INFO,
    Light::INFO,
    Generated::INFO,
    Orphans::INFO,
];

/// Hash of this model's source.
pub const STATE_FORMAT_VERSION: u64 = playground_engine_types::id::decimal(env!("STATE_FORMAT_VERSION"));

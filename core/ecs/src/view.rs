//! The contract of the ECS, in fragments; [`EcsViewTrait`] requires all of them.

pub mod component;
pub mod entity;
pub mod storage;
pub mod system;
pub mod world;

pub use component::ComponentView;
pub use entity::EntityView;
pub use storage::StorageView;
pub use system::{SystemPanic, SystemView};
pub use world::WorldView;

use playground_engine_types::{ViewId, ViewTrait};

/// The contract's stable name.
pub const NAME: &str = "playground-core-ecs";
/// The contract's id.
pub const VIEW_ID: ViewId = ViewId::from_name(NAME);

/// The whole contract. A system that lacks a fragment does not compile.
pub trait EcsViewTrait: ViewTrait + EntityView + ComponentView + StorageView + SystemView + WorldView {}

impl<T: ViewTrait + EntityView + ComponentView + StorageView + SystemView + WorldView> EcsViewTrait for T {}

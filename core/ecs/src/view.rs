//! The contract of the ECS, in fragments; [`EcsViewTrait`] requires all of them.

pub mod component;
pub mod entity;
pub mod event;
pub mod query;
pub mod storage;
pub mod system;
pub mod world;

pub use component::ComponentView;
pub use entity::EntityView;
pub use event::EventView;
pub use query::QueryView;
pub use storage::StorageView;
pub use system::{SystemPanic, SystemView};
pub use world::{SceneLoaded, WorldView};

use playground_engine_types::{ViewId, ViewTrait};

/// The contract's stable name.
pub const NAME: &str = "playground-core-ecs";
/// The contract's id.
pub const VIEW_ID: ViewId = ViewId::from_name(NAME);

/// The whole contract. A system that lacks a fragment does not compile.
pub trait EcsViewTrait:
    ViewTrait + EntityView + ComponentView + EventView + QueryView + StorageView + SystemView + WorldView
{
}

impl<T> EcsViewTrait for T where
    T: ViewTrait + EntityView + ComponentView + EventView + QueryView + StorageView + SystemView + WorldView
{
}

/// The fragments by name: `ecs.worlds().snapshot(…)` says which of several functions of one name is meant.
impl dyn EcsViewTrait {
    /// Entities come and go.
    pub fn entities(&self) -> &dyn EntityView {
        self
    }
    /// Components of single entities, as values.
    pub fn components(&self) -> &dyn ComponentView {
        self
    }
    /// Events.
    pub fn events(&self) -> &dyn EventView {
        self
    }
    /// Queries put together at run time.
    pub fn queries(&self) -> &dyn QueryView {
        self
    }
    /// How pools are filled and locked.
    pub fn storage(&self) -> &dyn StorageView {
        self
    }
    /// Systems and when they run.
    pub fn systems(&self) -> &dyn SystemView {
        self
    }
    /// Worlds as a whole.
    pub fn worlds(&self) -> &dyn WorldView {
        self
    }
}

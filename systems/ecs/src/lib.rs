//! The ECS as a module: entities and components through the world, and systems in their order.

mod component;
mod deliver;
mod entity;
mod event;
mod query;
mod schedule;
mod storage;
mod system;
mod world;

use playground::core_types::Handle;
use playground::ecs::EcsViewTrait;
use playground::types::{Contract, ViewId, ViewModelTrait};

/// The implementation. All state is in the world.
#[derive(Default)]
pub struct Ecs;

playground::viewmodel!(Ecs, ecs);

impl ViewModelTrait for Ecs {
    fn view_id(&self) -> ViewId {
        playground::ecs::view::VIEW_ID
    }
    fn api_version(&self) -> u64 {
        playground::ecs::API_VERSION
    }
    fn contract(self: Handle<Self>) -> Contract {
        Contract::new::<dyn EcsViewTrait>(self)
    }
}

//! Queries put together at run time. The world's tables are locked before the table of queries, everywhere.

use crate::Ecs;
use playground::core_types::Handle;
use playground::ecs::model::query_table::{Explanation, QueryDescription, QueryId, QueryInfo, QueryRows, QueryStats};
use playground::ecs::view::QueryView;
use playground::ecs::{ComponentId, EcsError, Entity, World};

impl QueryView for Ecs {
    fn create(&self, world: &Handle<World>, name: &str, description: QueryDescription) -> Result<QueryId, EcsError> {
        let storage = world.read();
        world.queries().write().create(&storage, name, description)
    }
    fn read(&self, world: &Handle<World>, text: &str) -> Result<QueryDescription, EcsError> {
        QueryDescription::read(&world.read(), text)
    }
    fn remove(&self, world: &Handle<World>, query: QueryId) -> Result<(), EcsError> {
        world.queries().write().remove(query)
    }
    fn list(&self, world: &Handle<World>) -> Vec<QueryInfo> {
        world.queries().read().list()
    }
    fn matching(&self, world: &Handle<World>, query: QueryId) -> Result<Vec<Entity>, EcsError> {
        let storage = world.read();
        world.queries().write().entities(&storage, query)
    }
    fn chunks(&self, world: &Handle<World>, query: QueryId) -> Result<Vec<QueryRows>, EcsError> {
        let storage = world.read();
        world.queries().write().chunks(&storage, query)
    }
    fn count(&self, world: &Handle<World>, query: QueryId) -> Result<usize, EcsError> {
        let storage = world.read();
        world.queries().write().count(&storage, query)
    }
    fn is_empty(&self, world: &Handle<World>, query: QueryId) -> Result<bool, EcsError> {
        let storage = world.read();
        Ok(world.queries().write().first(&storage, query)?.is_none())
    }
    fn first(&self, world: &Handle<World>, query: QueryId) -> Result<Option<Entity>, EcsError> {
        let storage = world.read();
        world.queries().write().first(&storage, query)
    }
    fn contains(&self, world: &Handle<World>, query: QueryId, entity: Entity) -> Result<bool, EcsError> {
        let storage = world.read();
        world.queries().write().contains(&storage, query, entity)
    }
    fn with(&self, world: &Handle<World>, query: QueryId, component: ComponentId) -> Result<(), EcsError> {
        let storage = world.read();
        world.queries().write().with(&storage, query, component)
    }
    fn without(&self, world: &Handle<World>, query: QueryId, component: ComponentId) -> Result<(), EcsError> {
        let storage = world.read();
        world.queries().write().without(&storage, query, component)
    }
    fn changed(&self, world: &Handle<World>, query: QueryId, component: ComponentId) -> Result<(), EcsError> {
        let storage = world.read();
        world.queries().write().changed(&storage, query, component)
    }
    fn added(&self, world: &Handle<World>, query: QueryId, component: ComponentId) -> Result<(), EcsError> {
        let storage = world.read();
        world.queries().write().added(&storage, query, component)
    }
    fn explain(&self, world: &Handle<World>, query: QueryId) -> Result<Vec<Explanation>, EcsError> {
        let storage = world.read();
        world.queries().read().explain(&storage, query)
    }
    fn stats(&self, world: &Handle<World>, query: QueryId) -> Result<QueryStats, EcsError> {
        world.queries().read().info(query).map(|query| query.stats)
    }
}

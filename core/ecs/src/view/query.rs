//! Queries put together at run time.

use crate::model::query_table::{Explanation, QueryDescription, QueryId, QueryInfo, QueryRows, QueryStats};
use crate::{ComponentId, EcsError, Entity, World};
use playground_core_types::Handle;

/// Queries by description, as the editor, the command line and tools use them. A world keeps them by number until they
/// are removed.
///
/// `changed` and `added` count from the last look, which is [`matching`](Self::matching); all other questions leave it
/// where it is. A new query has seen nothing, so everything is new to it.
pub trait QueryView: Send + Sync {
    /// Keeps a query. The name is for people and need not be unique.
    ///
    /// # Errors
    /// When a component is unknown, or two uses of one exclude each other, such as `with` and `without`.
    fn create(&self, world: &Handle<World>, name: &str, description: QueryDescription) -> Result<QueryId, EcsError>;
    /// The description that a text stands for, such as `has:Orbit not:Light changed:Transform`.
    ///
    /// # Errors
    /// When a word is no term or names no component, or two terms exclude each other.
    fn read(&self, world: &Handle<World>, text: &str) -> Result<QueryDescription, EcsError>;
    /// Forgets a query.
    ///
    /// # Errors
    /// When there is none of that number.
    fn remove(&self, world: &Handle<World>, query: QueryId) -> Result<(), EcsError>;
    /// All queries that are kept, by number.
    fn list(&self, world: &Handle<World>) -> Vec<QueryInfo>;
    /// The entities of a query, by archetype. This is the look from which `changed` and `added` count on.
    ///
    /// # Errors
    /// When there is none of that number.
    fn matching(&self, world: &Handle<World>, query: QueryId) -> Result<Vec<Entity>, EcsError>;
    /// The matching archetypes: their components, how many entities match, and the ticks of their chunks.
    ///
    /// # Errors
    /// When there is none of that number.
    fn chunks(&self, world: &Handle<World>, query: QueryId) -> Result<Vec<QueryRows>, EcsError>;
    /// Number of entities.
    ///
    /// # Errors
    /// When there is none of that number.
    fn count(&self, world: &Handle<World>, query: QueryId) -> Result<usize, EcsError>;
    /// Whether there is no entity.
    ///
    /// # Errors
    /// When there is none of that number.
    fn is_empty(&self, world: &Handle<World>, query: QueryId) -> Result<bool, EcsError>;
    /// The first entity.
    ///
    /// # Errors
    /// When there is none of that number.
    fn first(&self, world: &Handle<World>, query: QueryId) -> Result<Option<Entity>, EcsError>;
    /// Whether an entity is among them.
    ///
    /// # Errors
    /// When there is no query of that number, or the entity does not live.
    fn contains(&self, world: &Handle<World>, query: QueryId, entity: Entity) -> Result<bool, EcsError>;
    /// Narrows a query to entities that have a component.
    ///
    /// # Errors
    /// When there is no such query or component, or the query excludes it; the query stays as it was then.
    fn with(&self, world: &Handle<World>, query: QueryId, component: ComponentId) -> Result<(), EcsError>;
    /// Narrows a query to entities that lack a component.
    ///
    /// # Errors
    /// When there is no such query or component, or the query needs it; the query stays as it was then.
    fn without(&self, world: &Handle<World>, query: QueryId, component: ComponentId) -> Result<(), EcsError>;
    /// Narrows a query to entities whose component may have been written since the last look. Told by chunk: neighbours
    /// of a changed entity pass too, none that changed is missed.
    ///
    /// # Errors
    /// When there is no such query or component, or the query excludes it; the query stays as it was then.
    fn changed(&self, world: &Handle<World>, query: QueryId, component: ComponentId) -> Result<(), EcsError>;
    /// Narrows a query to entities that may have got a component since the last look; by chunk, too.
    ///
    /// # Errors
    /// When there is no such query or component, or the query excludes it; the query stays as it was then.
    fn added(&self, world: &Handle<World>, query: QueryId, component: ComponentId) -> Result<(), EcsError>;
    /// For each archetype in words whether and why it matches or not: which component is missing or excluded, what has
    /// not changed.
    ///
    /// # Errors
    /// When there is none of that number.
    fn explain(&self, world: &Handle<World>, query: QueryId) -> Result<Vec<Explanation>, EcsError>;
    /// How often a query was run, how many archetypes matched last, and how long that took.
    ///
    /// # Errors
    /// When there is none of that number.
    fn stats(&self, world: &Handle<World>, query: QueryId) -> Result<QueryStats, EcsError>;
}

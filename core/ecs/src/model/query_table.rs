//! Queries put together at run time, by number.
//!
//! Owns what was asked for and how it went; looking at entities is the business of the storage. A typed
//! [`Query`](super::query::Query) is for code, this is for the editor, the command line and tools.

mod description;
mod evaluate;
mod explain;

pub use description::QueryDescription;
pub use explain::{Explanation, QueryChunk, QueryRows};

use super::{error::EcsError, storage::Storage};
use description::Role;
use playground_engine_types::{ComponentId, Entity, value::names};
use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

/// Names one query of one world. Never given twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueryId(u64);

impl QueryId {
    /// The number, as people type it.
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Debug for QueryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QueryId({})", self.0)
    }
}

/// How it went with a query so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueryStats {
    /// How often it was run: each question that looks at entities counts.
    pub runs: u64,
    /// Archetypes that matched when it was run last.
    pub archetypes: usize,
    /// How long the last run took.
    pub last: Duration,
}

/// A query as the table has it.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryInfo {
    /// Its number.
    pub id: QueryId,
    /// What it was called when it was created; need not be unique.
    pub name: String,
    /// What it asks for.
    pub description: QueryDescription,
    /// How it went.
    pub stats: QueryStats,
    /// The tick of the last look: `changed` and `added` pass what was stamped later.
    pub since: u64,
}

/// The queries of a world.
#[derive(Default)]
pub struct QueryTable {
    queries: BTreeMap<QueryId, QueryInfo>,
    created: u64,
}

impl QueryTable {
    /// Adds a query.
    ///
    /// # Errors
    /// When it names a component that is not registered, or two of its terms exclude each other.
    pub fn create(
        &mut self,
        storage: &Storage,
        name: &str,
        description: QueryDescription,
    ) -> Result<QueryId, EcsError> {
        let description = description.checked(storage)?;
        self.created += 1;
        let id = QueryId(self.created);
        let (name, stats) = (name.to_owned(), QueryStats::default());
        self.queries.insert(id, QueryInfo { id, name, description, stats, since: 0 });
        Ok(id)
    }

    /// Forgets a query.
    ///
    /// # Errors
    /// When there is none of that number.
    pub fn remove(&mut self, id: QueryId) -> Result<(), EcsError> {
        self.queries.remove(&id).map(drop).ok_or_else(|| self.unknown(id))
    }

    /// All queries, by number.
    pub fn list(&self) -> Vec<QueryInfo> {
        self.queries.values().cloned().collect()
    }

    /// One query.
    ///
    /// # Errors
    /// When there is none of that number.
    pub fn info(&self, id: QueryId) -> Result<&QueryInfo, EcsError> {
        self.queries.get(&id).ok_or_else(|| self.unknown(id))
    }

    /// Narrows a query to entities that have a component.
    ///
    /// # Errors
    /// When there is no such query or component, or another term excludes this one; the query stays as it was then.
    pub fn with(&mut self, storage: &Storage, id: QueryId, component: ComponentId) -> Result<(), EcsError> {
        self.refine(storage, id, component, Role::With)
    }

    /// Narrows a query to entities that lack a component.
    ///
    /// # Errors
    /// As [`QueryTable::with`].
    pub fn without(&mut self, storage: &Storage, id: QueryId, component: ComponentId) -> Result<(), EcsError> {
        self.refine(storage, id, component, Role::Without)
    }

    /// Narrows a query to entities whose component may have been written since the last look.
    ///
    /// # Errors
    /// As [`QueryTable::with`].
    pub fn changed(&mut self, storage: &Storage, id: QueryId, component: ComponentId) -> Result<(), EcsError> {
        self.refine(storage, id, component, Role::Changed)
    }

    /// Narrows a query to entities that may have got a component since the last look.
    ///
    /// # Errors
    /// As [`QueryTable::with`].
    pub fn added(&mut self, storage: &Storage, id: QueryId, component: ComponentId) -> Result<(), EcsError> {
        self.refine(storage, id, component, Role::Added)
    }

    fn refine(&mut self, storage: &Storage, id: QueryId, component: ComponentId, role: Role) -> Result<(), EcsError> {
        let mut description = self.info(id)?.description.clone();
        description.list_mut(role).push(component);
        let description = description.checked(storage)?;
        self.queries.entry(id).and_modify(|query| query.description = description);
        Ok(())
    }

    /// The entities of a query, by archetype. This is the look from which `changed` and `added` count on.
    ///
    /// # Errors
    /// When there is none of that number.
    pub fn entities(&mut self, storage: &Storage, id: QueryId) -> Result<Vec<Entity>, EcsError> {
        // Whoever writes takes the tick while its pool is locked, and this walk waits for that lock: what it does not
        // find is stamped later, so the next look has it.
        let now = storage.next_tick();
        let found = self.run(storage, id, |matches| matches.entities())?;
        self.queries.entry(id).and_modify(|query| query.since = now);
        Ok(found)
    }

    /// Number of entities.
    ///
    /// # Errors
    /// When there is none of that number.
    pub fn count(&mut self, storage: &Storage, id: QueryId) -> Result<usize, EcsError> {
        self.run(storage, id, |matches| matches.count())
    }

    /// The first entity.
    ///
    /// # Errors
    /// When there is none of that number.
    pub fn first(&mut self, storage: &Storage, id: QueryId) -> Result<Option<Entity>, EcsError> {
        self.run(storage, id, |matches| matches.first())
    }

    /// Whether an entity is among them.
    ///
    /// # Errors
    /// When there is no such query, or the entity does not live.
    pub fn contains(&mut self, storage: &Storage, id: QueryId, entity: Entity) -> Result<bool, EcsError> {
        self.info(id)?;
        let place = storage.locate(entity)?;
        self.run(storage, id, |matches| matches.contains(place))
    }

    /// The matching archetypes, with the ticks of their chunks.
    ///
    /// # Errors
    /// When there is none of that number.
    pub fn chunks(&mut self, storage: &Storage, id: QueryId) -> Result<Vec<QueryRows>, EcsError> {
        self.run(storage, id, |matches| matches.chunks())
    }

    /// For each archetype in words whether it matches, and why not.
    ///
    /// # Errors
    /// When there is none of that number.
    pub fn explain(&self, storage: &Storage, id: QueryId) -> Result<Vec<Explanation>, EcsError> {
        let query = self.info(id)?;
        Ok(evaluate::Matches::new(storage, &query.description, query.since).explain())
    }

    fn run<R>(
        &mut self,
        storage: &Storage,
        id: QueryId,
        ask: impl FnOnce(&evaluate::Matches<'_>) -> R,
    ) -> Result<R, EcsError> {
        let query = self.info(id)?;
        let start = Instant::now();
        let matches = evaluate::Matches::new(storage, &query.description, query.since);
        let answer = ask(&matches);
        let stats = QueryStats { runs: query.stats.runs + 1, archetypes: matches.archetypes(), last: start.elapsed() };
        self.queries.entry(id).and_modify(|query| query.stats = stats);
        Ok(answer)
    }

    #[cold]
    fn unknown(&self, id: QueryId) -> EcsError {
        let known: Vec<String> =
            self.queries.values().map(|query| format!("{} ({})", query.id.0, query.name)).collect();
        EcsError::NoQuery { number: id.0, known: names(known.iter().map(String::as_str)) }
    }
}

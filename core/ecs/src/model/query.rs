//! Typed access to all entities with certain components.
//!
//! A query locks each pool it needs once, in the order of the pools, and then walks plain slices. The types come from
//! the signature of the function or the annotation of the variable that takes the query.

mod access;
mod data;
mod filter;
mod iter;
mod state;
mod term;

pub use access::{Access, NO_TERMS, Term, Terms};
pub use data::{QueryData, ReadOnlyData};
pub use filter::{Added, Changed, Or, QueryFilter, With, Without};
pub use iter::QueryIter;
pub use state::QueryState;
pub(super) use term::NO_POOL;
pub use term::{EntityRows, OptionRows, QueryTerm, ReadOnlyTerm};

use super::{entities::Entities, error::EcsError, storage::Storage};
use filter::Chunk;
use playground_core_types::Who;
use playground_engine_types::{CHUNK_ROWS, Entity};
use std::ops::Range;
use term::At;

/// Since when changes are new, and with which tick new ones are stamped.
#[derive(Clone, Copy, Debug)]
pub struct Ticks {
    /// Ticks above this one are new.
    pub since: u64,
    /// The tick of what is written now.
    pub now: u64,
}

/// Entities that have the components `D` and pass the filter `F`. The pools are locked until it is dropped.
///
/// A component that is written can't be asked for twice:
///
/// ```compile_fail
/// use playground_core_ecs::{Component, Query, Storage};
///
/// #[derive(Component, Clone, Default)]
/// #[component(crate = playground_core_ecs)]
/// struct Heat {
///     value: f32,
/// }
///
/// let storage = Storage::default();
/// // error: `&mut …::Heat` and `&…::Heat` are asked for at once
/// let query: Query<(&mut Heat, &Heat)> = storage.query();
/// ```
pub struct Query<'w, D: QueryData, F: QueryFilter = ()> {
    storage: &'w Storage,
    state: State<'w, D, F>,
    /// `None` if no entity matches: then nothing is locked.
    guards: Option<D::Guards<'w>>,
    selection: Selection,
    ticks: Ticks,
}

enum State<'w, D, F> {
    Own(Box<QueryState<D, F>>),
    Borrowed(&'w QueryState<D, F>),
}

impl<D, F> std::ops::Deref for State<'_, D, F> {
    type Target = QueryState<D, F>;
    #[inline]
    fn deref(&self) -> &QueryState<D, F> {
        match self {
            Self::Own(state) => state,
            Self::Borrowed(state) => state,
        }
    }
}

/// What of the matching archetypes the query is about.
enum Selection {
    /// All of them.
    All,
    /// Some rows, by archetype and ascending.
    Rows(Vec<(u32, Range<u32>)>),
    /// Some entities, ascending.
    Entities(Vec<At>),
}

impl<'w, D: QueryData, F: QueryFilter> Query<'w, D, F> {
    /// Locks the pools. Everything counts as changed.
    pub fn new(storage: &'w Storage) -> Self {
        Self::since(storage, 0)
    }

    /// Locks the pools. What was stamped after the tick `since` counts as changed.
    pub fn since(storage: &'w Storage, since: u64) -> Self {
        let mut state = Box::new(QueryState::default());
        state.update(storage);
        Self::build(storage, State::Own(state), Ticks { since, now: 0 }, Who::UNKNOWN).stamping_now(storage)
    }

    /// Locks the pools, with matches from before, outside of a system. Everything counts as changed.
    #[inline(always)]
    pub(super) fn unscheduled(storage: &'w Storage, state: &'w mut QueryState<D, F>) -> Self {
        Self::of(storage, state, Ticks { since: 0, now: 0 }, Who::UNKNOWN).stamping_now(storage)
    }

    /// Writes with the tick of now, when the pools are locked. Taken earlier it could be old by then: whoever looked
    /// for changes meanwhile would not find these the next time.
    #[inline(always)]
    fn stamping_now(mut self, storage: &Storage) -> Self {
        self.ticks.now = storage.tick();
        self
    }

    /// Locks the pools, with matches from before.
    #[inline(always)]
    pub fn of(storage: &'w Storage, state: &'w mut QueryState<D, F>, ticks: Ticks, who: Who) -> Self {
        state.update(storage);
        Self::build(storage, State::Borrowed(state), ticks, who)
    }

    #[inline(always)]
    fn build(storage: &'w Storage, state: State<'w, D, F>, ticks: Ticks, who: Who) -> Self {
        const { D::TERMS.check() };
        let selection = if D::SPARSE || F::SPARSE {
            select_entities::<D, F>(storage, &state, ticks.since)
        } else if F::CHUNKED {
            select_rows::<D, F>(storage, &state, ticks.since)
        } else {
            Selection::All
        };
        let some = match &selection {
            Selection::All => storage.any_in(&state.archetypes),
            Selection::Rows(rows) => !rows.is_empty(),
            Selection::Entities(entities) => !entities.is_empty(),
        };
        let guards = if some { Some(D::lock(storage, &state.pools, who)) } else { None };
        Self { storage, state, guards, selection, ticks }
    }

    /// Calls `each` for every entity. The fastest way through all of them.
    #[inline]
    pub fn for_each(&mut self, mut each: impl FnMut(D::Item<'_>)) {
        let Some(guards) = &mut self.guards else { return };
        match &self.selection {
            Selection::All => {
                let mut cursor = D::cursor(self.storage, guards, self.ticks.now);
                for number in &self.state.archetypes {
                    // Without ids the archetype need not be looked at: an empty one has empty columns.
                    let ids = if D::IDS { &self.storage.archetypes()[*number as usize].ids[..] } else { &[] };
                    D::each(D::rows(&mut cursor, *number, ids, true), &mut each);
                }
            }
            // What can't be is not compiled: each way holds the closure once more, and modules pay for it on every save.
            Selection::Rows(_) if F::CHUNKED => {
                self.selected(usize::MAX).into_iter().for_each(|rows| D::each(rows, &mut each));
            }
            Selection::Entities(entities) if D::SPARSE || F::SPARSE => {
                for at in entities {
                    if let Some(item) = D::fetch(self.storage, guards, &self.state.pools, *at, self.ticks.now) {
                        each(item);
                    }
                }
            }
            Selection::Rows(_) | Selection::Entities(_) => {}
        }
    }

    /// Number of entities.
    pub fn count(&self) -> usize {
        match &self.selection {
            Selection::All => {
                self.state.archetypes.iter().map(|at| self.storage.archetypes()[*at as usize].ids.len()).sum()
            }
            Selection::Rows(rows) => rows.iter().map(|(_, rows)| rows.len()).sum(),
            Selection::Entities(entities) => entities.len(),
        }
    }

    /// Whether there is no entity.
    pub fn is_empty(&self) -> bool {
        self.guards.is_none()
    }

    /// Whether an entity is among them.
    pub fn contains(&self, entity: Entity) -> bool {
        let at = self.find(entity);
        at.is_some_and(|at| self.state.archetypes.binary_search(&at.archetype).is_ok())
    }

    /// The entities, in the order in which they are walked.
    pub fn entities(&self) -> Vec<Entity> {
        self.places().map(|at| self.storage.entity_at(at.slot)).collect()
    }

    /// What one entity gives, to change it; `None` if it is not among them.
    #[inline]
    pub fn get_mut(&mut self, entity: Entity) -> Option<D::Item<'_>> {
        let at = self.find(entity)?;
        D::fetch(self.storage, self.guards.as_mut()?, &self.state.pools, at, self.ticks.now)
    }

    /// What one entity gives; `None` if it is not among them. For many entities, take a [`Query::view`] once.
    #[inline]
    pub fn get(&self, entity: Entity) -> Option<D::Item<'_>>
    where
        D: ReadOnlyData,
    {
        self.view().get(entity)
    }

    /// Reads by entity, with the columns found once.
    #[inline]
    pub fn view(&self) -> QueryView<'_, 'w, D, F>
    where
        D: ReadOnlyData,
    {
        let shared = self.guards.as_ref().map(|guards| D::share(self.storage, guards, &self.state.pools));
        QueryView { query: self, slots: self.storage.slots(), shared }
    }

    /// The first entity.
    pub fn first_entity(&self) -> Option<Entity> {
        self.places().next().map(|at| self.storage.entity_at(at.slot))
    }

    /// What the first entity gives.
    pub fn first(&mut self) -> Option<D::Item<'_>> {
        let at = self.places().next()?;
        D::fetch(self.storage, self.guards.as_mut()?, &self.state.pools, at, self.ticks.now)
    }

    /// What the only entity gives.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub fn single(&mut self) -> Result<D::Item<'_>, EcsError> {
        let found = self.count();
        self.first().filter(|_| found == 1).ok_or(EcsError::NotSingle { found })
    }

    /// Where an entity is, if it lives and is not known to be outside. An archetype that lacks a term has an empty
    /// column, so without a filter there is nothing to ask here.
    #[inline]
    fn find(&self, entity: Entity) -> Option<At> {
        let (archetype, row) = self.storage.slots().locate(entity)?;
        let at = At { archetype, row, slot: entity.index() };
        let among = match &self.selection {
            Selection::All if F::TRIVIAL => true,
            Selection::All => self.state.archetypes.binary_search(&archetype).is_ok(),
            Selection::Rows(all) => {
                let before = all.partition_point(|(number, rows)| (*number, rows.end) <= (archetype, row));
                all.get(before).is_some_and(|(number, rows)| *number == archetype && rows.contains(&row))
            }
            Selection::Entities(all) => all.binary_search(&at).is_ok(),
        };
        among.then_some(at)
    }

    /// Where the entities are, in the order in which they are walked.
    fn places(&self) -> impl Iterator<Item = At> {
        let storage = self.storage;
        let of = move |archetype: u32, rows: Range<u32>| {
            rows.map(move |row| At { archetype, row, slot: storage.archetypes()[archetype as usize].ids[row as usize] })
        };
        let whole = move |at: &u32| of(*at, 0..storage.archetypes()[*at as usize].ids.len() as u32);
        let (all, rows, entities) = match &self.selection {
            Selection::All => (&self.state.archetypes[..], &[][..], &[][..]),
            Selection::Rows(rows) => (&[][..], &rows[..], &[][..]),
            Selection::Entities(entities) => (&[][..], &[][..], &entities[..]),
        };
        let rows = rows.iter().flat_map(move |(at, rows)| of(*at, rows.clone()));
        all.iter().flat_map(whole).chain(rows).chain(entities.iter().copied())
    }
}

/// Reads by entity from a query's columns.
pub struct QueryView<'q, 'w, D: ReadOnlyData, F: QueryFilter = ()> {
    query: &'q Query<'w, D, F>,
    slots: &'q Entities,
    shared: Option<D::Shared<'q>>,
}

impl<'q, D: ReadOnlyData, F: QueryFilter> QueryView<'q, '_, D, F> {
    /// What one entity gives; `None` if it is not among the query's.
    #[inline]
    pub fn get(&self, entity: Entity) -> Option<D::Item<'q>> {
        let at = if F::TRIVIAL && !D::SPARSE && D::DENSE {
            let (archetype, row) = self.slots.locate_dense(entity)?;
            At { archetype, row, slot: entity.index() }
        } else {
            self.query.find(entity)?
        };
        D::look(self.shared?, at)
    }
}

/// The rows of chunks that pass, neighbours joined. Decided before the query holds a lock.
fn select_rows<D: QueryData, F: QueryFilter>(storage: &Storage, state: &QueryState<D, F>, since: u64) -> Selection {
    let mut rows: Vec<(u32, Range<u32>)> = Vec::new();
    for number in &state.archetypes {
        let archetype = &storage.archetypes()[*number as usize];
        let len = archetype.ids.len() as u32;
        for chunk in 0..len.div_ceil(CHUNK_ROWS) {
            if !F::chunk(storage, archetype, Chunk { archetype: *number, chunk }, since) {
                continue;
            }
            let range = chunk * CHUNK_ROWS..((chunk + 1) * CHUNK_ROWS).min(len);
            match rows.last_mut().filter(|(at, last)| at == number && last.end == range.start) {
                Some((_, last)) => last.end = range.end,
                None => rows.push((*number, range)),
            }
        }
    }
    Selection::Rows(rows)
}

/// The entities that have all and pass. Decided before the query holds a lock.
fn select_entities<D: QueryData, F: QueryFilter>(storage: &Storage, state: &QueryState<D, F>, since: u64) -> Selection {
    let fits = |at: &At| {
        let archetype = &storage.archetypes()[at.archetype as usize];
        D::present(storage, &state.pools, *at) && F::row(storage, archetype, *at, since)
    };
    let mut entities: Vec<At> = match D::driver(storage, &state.pools) {
        Some(index) => {
            let place = |slot: &u32| {
                let (archetype, row) = storage.slots().locate(storage.entity_at(*slot))?;
                let matches = state.archetypes.binary_search(&archetype).is_ok();
                matches.then_some(At { archetype, row, slot: *slot })
            };
            index.slots().iter().filter_map(place).filter(fits).collect()
        }
        None => {
            let of = |number: &u32| {
                let number = *number;
                let ids = storage.archetypes()[number as usize].ids.iter().enumerate();
                ids.map(move |(row, slot)| At { archetype: number, row: row as u32, slot: *slot })
            };
            state.archetypes.iter().flat_map(of).filter(fits).collect()
        }
    };
    entities.sort_unstable();
    Selection::Entities(entities)
}

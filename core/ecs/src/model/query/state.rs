//! Which archetypes a query matches, remembered from one run to the next.

use super::{
    Query,
    data::{Pools, QueryData},
    filter::QueryFilter,
};
use crate::model::storage::{Layout, Storage};
use playground_core_types::Handle;
use std::marker::PhantomData;

/// The matches of one query. Looked at anew only when there are new archetypes, or another world.
///
/// ```
/// use playground_core_ecs::{Component, QueryState, Storage};
///
/// #[derive(Component, Clone, Default)]
/// #[component(crate = playground_core_ecs)]
/// struct Heat {
///     value: f32,
/// }
///
/// let mut storage = Storage::default();
/// let mut state: QueryState<&mut Heat> = QueryState::default();
/// storage.spawn((Heat { value: 1.0 },)).unwrap();
/// state.query(&storage).for_each(|heat| heat.value *= 2.0);
/// assert_eq!(state.query(&storage).count(), 1);
/// ```
pub struct QueryState<D, F = ()> {
    layout: Option<Handle<Layout>>,
    seen: (usize, usize),
    pub(super) archetypes: Vec<u32>,
    pub(super) pools: Pools,
    query: PhantomData<fn() -> (D, F)>,
}

impl<D, F> Default for QueryState<D, F> {
    fn default() -> Self {
        Self {
            layout: None,
            seen: (0, 0),
            archetypes: Vec::new(),
            pools: Pools {
                of: [super::term::NO_POOL; super::data::MAX_TERMS],
                order: [0; super::data::MAX_TERMS],
                len: 0,
            },
            query: PhantomData,
        }
    }
}

impl<D: QueryData, F: QueryFilter> QueryState<D, F> {
    /// The query as it is now. Everything counts as changed.
    #[inline(always)]
    pub fn query<'w>(&'w mut self, storage: &'w Storage) -> Query<'w, D, F> {
        Query::unscheduled(storage, self)
    }

    /// Looks for archetypes that are new.
    #[inline]
    pub(super) fn update(&mut self, storage: &Storage) {
        let same = match &self.layout {
            Some(layout) => Handle::ptr_eq(layout, storage.layout()),
            None => false,
        };
        let (archetypes, pools) = (storage.archetypes().len(), storage.pools_len());
        if !same || self.seen.0 != archetypes || self.seen.1 != pools {
            self.find(storage, same, (archetypes, pools));
        }
    }

    #[cold]
    fn find(&mut self, storage: &Storage, same: bool, there: (usize, usize)) {
        if !same || self.seen.1 != there.1 {
            self.archetypes.clear();
            self.seen = (0, 0);
        }
        self.pools = D::pools(storage);
        for number in self.seen.0..there.0 {
            let archetype = &storage.archetypes()[number];
            if D::matches(storage, &self.pools, archetype) && F::may(storage, archetype) {
                self.archetypes.push(number as u32);
            }
        }
        self.layout = Some(storage.layout().clone());
        self.seen = there;
    }
}

//! Typed access to all entities with certain components.
//!
//! A query locks each pool it needs once, in the order of the pools, and then walks plain slices. The types come from
//! the signature of the function or the annotation of the variable that takes the query.

use super::{
    archetype::Archetype,
    component::Component,
    pool::{Columns, ComponentPool},
    storage::Storage,
};
use playground_core_types::{ReadGuard, WriteGuard};
use playground_engine_types::{ComponentInfo, Entity};
use std::marker::PhantomData;

/// Entities that have the components `D` and pass the filter `F`.
pub struct Query<'w, D: QueryData, F: QueryFilter = ()> {
    storage: &'w Storage,
    guards: D::Guards<'w>,
    filter: PhantomData<fn() -> F>,
}

impl<'w, D: QueryData, F: QueryFilter> Query<'w, D, F> {
    /// Locks the pools.
    ///
    /// # Panics
    /// When one component is asked for twice and one of them to write it.
    pub fn new(storage: &'w Storage) -> Self {
        let mut access = Access::default();
        D::access(&mut access);
        access.check();
        Self { storage, guards: D::lock(storage), filter: PhantomData }
    }

    /// Calls `each` for every entity.
    pub fn for_each(&mut self, mut each: impl FnMut(D::Item<'_>)) {
        for (number, archetype) in self.storage.archetypes().iter().enumerate() {
            if !archetype.ids.is_empty() && D::matches(self.storage, archetype) && F::matches(self.storage, archetype) {
                D::for_each(self.storage, &mut self.guards, number as u32, &archetype.ids, &mut each);
            }
        }
    }

    /// Number of entities.
    pub fn count(&self) -> usize {
        let fits = |archetype: &&Archetype| D::matches(self.storage, archetype) && F::matches(self.storage, archetype);
        self.storage.archetypes().iter().filter(fits).map(|archetype| archetype.ids.len()).sum()
    }
}

/// The components that a query, and so a system, reads and writes.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// Each component once per term, with whether it is written.
    pub terms: Vec<(&'static ComponentInfo, bool)>,
}

impl Access {
    /// Refuses two terms of one component of which one writes.
    fn check(&self) {
        for (at, (info, write)) in self.terms.iter().enumerate() {
            if let Some((_, other)) = self.terms[..at].iter().find(|(known, _)| known.id == info.id) {
                let say = |write| if write { "&mut" } else { "&" };
                assert!(
                    !write && !other,
                    "a query asks for `{} {name}` and `{} {name}`: one component can't be written and used twice at \
                     once; ask for it one time",
                    say(*other),
                    say(*write),
                    name = info.name
                );
            }
        }
    }
}

/// One term of a query: `&T`, `&mut T`, an `Option` of them, or `Entity`.
pub trait QueryTerm {
    /// The lock on the pool; nothing if there is no such pool.
    type Guard<'w>;
    /// What one entity gives.
    type Item<'i>;
    /// All of an archetype.
    type Iter<'i>: Iterator<Item = Self::Item<'i>>;
    /// Adds itself to the access.
    fn access(access: &mut Access);
    /// The pool to lock.
    fn pool(storage: &Storage) -> Option<u32>;
    /// Locks it.
    fn lock(storage: &Storage) -> Self::Guard<'_>;
    /// Whether an archetype fits.
    fn matches(storage: &Storage, archetype: &Archetype) -> bool;
    /// Walks an archetype.
    fn iter<'i>(storage: &'i Storage, guard: &'i mut Self::Guard<'_>, archetype: u32, ids: &'i [u32])
    -> Self::Iter<'i>;
}

fn pool_of<T: Component>(storage: &Storage) -> Option<u32> {
    storage.pool_index(T::INFO.id)
}

fn typed<T: Component>(storage: &Storage) -> Option<&ComponentPool<T>> {
    pool_of::<T>(storage).map(|pool| storage.pool(pool))
}

fn has<T: Component>(storage: &Storage, archetype: &Archetype) -> bool {
    pool_of::<T>(storage).is_some_and(|pool| archetype.has(pool))
}

impl<T: Component> QueryTerm for &T {
    type Guard<'w> = Option<ReadGuard<'w, Columns<T>>>;
    type Item<'i> = &'i T;
    type Iter<'i> = std::slice::Iter<'i, T>;
    fn access(access: &mut Access) {
        access.terms.push((T::INFO, false));
    }
    fn pool(storage: &Storage) -> Option<u32> {
        pool_of::<T>(storage)
    }
    fn lock(storage: &Storage) -> Self::Guard<'_> {
        typed(storage).map(ComponentPool::read)
    }
    fn matches(storage: &Storage, archetype: &Archetype) -> bool {
        has::<T>(storage, archetype)
    }
    fn iter<'i>(_: &'i Storage, guard: &'i mut Self::Guard<'_>, archetype: u32, _: &'i [u32]) -> Self::Iter<'i> {
        guard.as_ref().map_or(&[][..], |columns| columns.column(archetype)).iter()
    }
}

impl<T: Component> QueryTerm for &mut T {
    type Guard<'w> = Option<WriteGuard<'w, Columns<T>>>;
    type Item<'i> = &'i mut T;
    type Iter<'i> = std::slice::IterMut<'i, T>;
    fn access(access: &mut Access) {
        access.terms.push((T::INFO, true));
    }
    fn pool(storage: &Storage) -> Option<u32> {
        pool_of::<T>(storage)
    }
    fn lock(storage: &Storage) -> Self::Guard<'_> {
        typed(storage).map(ComponentPool::write)
    }
    fn matches(storage: &Storage, archetype: &Archetype) -> bool {
        has::<T>(storage, archetype)
    }
    fn iter<'i>(_: &'i Storage, guard: &'i mut Self::Guard<'_>, archetype: u32, _: &'i [u32]) -> Self::Iter<'i> {
        guard.as_mut().map_or(&mut [][..], |columns| columns.column_mut(archetype)).iter_mut()
    }
}

impl<Q: QueryTerm> QueryTerm for Option<Q> {
    type Guard<'w> = Q::Guard<'w>;
    type Item<'i> = Option<Q::Item<'i>>;
    type Iter<'i> = OptionIter<Q::Iter<'i>>;
    fn access(access: &mut Access) {
        Q::access(access);
    }
    fn pool(storage: &Storage) -> Option<u32> {
        Q::pool(storage)
    }
    fn lock(storage: &Storage) -> Self::Guard<'_> {
        Q::lock(storage)
    }
    fn matches(_: &Storage, _: &Archetype) -> bool {
        true
    }
    fn iter<'i>(
        storage: &'i Storage,
        guard: &'i mut Self::Guard<'_>,
        archetype: u32,
        ids: &'i [u32],
    ) -> Self::Iter<'i> {
        let present = Q::matches(storage, &storage.archetypes()[archetype as usize]);
        let inner = present.then(|| Q::iter(storage, guard, archetype, ids));
        OptionIter { inner, left: ids.len() }
    }
}

/// Walks an optional term: `None` for every entity of an archetype that lacks it.
pub struct OptionIter<I> {
    inner: Option<I>,
    left: usize,
}

impl<I: Iterator> Iterator for OptionIter<I> {
    type Item = Option<I::Item>;
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        Some(self.inner.as_mut().and_then(Iterator::next))
    }
}

impl QueryTerm for Entity {
    type Guard<'w> = ();
    type Item<'i> = Entity;
    type Iter<'i> = EntityIter<'i>;
    fn access(_: &mut Access) {}
    fn pool(_: &Storage) -> Option<u32> {
        None
    }
    fn lock(_: &Storage) -> Self::Guard<'_> {}
    fn matches(_: &Storage, _: &Archetype) -> bool {
        true
    }
    fn iter<'i>(storage: &'i Storage, (): &'i mut (), _: u32, ids: &'i [u32]) -> Self::Iter<'i> {
        EntityIter { storage, ids: ids.iter() }
    }
}

/// Walks the ids of an archetype.
pub struct EntityIter<'i> {
    storage: &'i Storage,
    ids: std::slice::Iter<'i, u32>,
}

impl Iterator for EntityIter<'_> {
    type Item = Entity;
    fn next(&mut self) -> Option<Entity> {
        self.ids.next().map(|slot| self.storage.entity_at(*slot))
    }
}

/// What a query asks for: one term or a tuple of up to eight.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be queried",
    note = "ask for `&T`, `&mut T`, `Option<&T>`, `Option<&mut T>` or `Entity`, or a tuple of up to eight of them"
)]
pub trait QueryData {
    /// The locks on the pools.
    type Guards<'w>;
    /// What one entity gives.
    type Item<'i>;
    /// Adds its components to the access.
    fn access(access: &mut Access);
    /// Locks the pools in their order, so that two queries never wait for each other.
    fn lock(storage: &Storage) -> Self::Guards<'_>;
    /// Whether an archetype fits.
    fn matches(storage: &Storage, archetype: &Archetype) -> bool;
    /// Walks an archetype.
    fn for_each(
        storage: &Storage,
        guards: &mut Self::Guards<'_>,
        archetype: u32,
        ids: &[u32],
        each: &mut impl FnMut(Self::Item<'_>),
    );
}

impl<Q: QueryTerm> QueryData for Q {
    type Guards<'w> = Q::Guard<'w>;
    type Item<'i> = Q::Item<'i>;
    fn access(access: &mut Access) {
        Q::access(access);
    }
    fn lock(storage: &Storage) -> Self::Guards<'_> {
        Q::lock(storage)
    }
    fn matches(storage: &Storage, archetype: &Archetype) -> bool {
        Q::matches(storage, archetype)
    }
    fn for_each(
        storage: &Storage,
        guards: &mut Self::Guards<'_>,
        archetype: u32,
        ids: &[u32],
        each: &mut impl FnMut(Self::Item<'_>),
    ) {
        Q::iter(storage, guards, archetype, ids).for_each(each);
    }
}

macro_rules! query_data {
    ($($term:ident)*; $pattern:pat) => {
        #[allow(non_snake_case)] // the macro names a value after its type
        impl<$($term: QueryTerm),*> QueryData for ($($term,)*) {
            type Guards<'w> = ($(Option<$term::Guard<'w>>,)*);
            type Item<'i> = ($($term::Item<'i>,)*);
            fn access(access: &mut Access) {
                $($term::access(access);)*
            }
            fn lock(storage: &Storage) -> Self::Guards<'_> {
                let mut order = [$($term::pool(storage)),*];
                order.sort_unstable();
                $(let mut $term = None;)*
                for pool in order {
                    $(if $term.is_none() && $term::pool(storage) == pool {
                        $term = Some($term::lock(storage));
                    })*
                }
                ($($term,)*)
            }
            fn matches(storage: &Storage, archetype: &Archetype) -> bool {
                $($term::matches(storage, archetype))&&*
            }
            fn for_each(storage: &Storage, guards: &mut Self::Guards<'_>, archetype: u32, ids: &[u32], each: &mut impl FnMut(Self::Item<'_>)) {
                let ($($term,)*) = guards;
                $(let $term = $term::iter(storage, $term.as_mut().expect("every term was locked"), archetype, ids);)*
                let rows = std::iter::repeat_n((), ids.len());
                $(let rows = rows.zip($term);)*
                rows.for_each(|$pattern| each(($($term,)*)));
            }
        }
    };
}
query_data!(A; ((), A));
query_data!(A B; (((), A), B));
query_data!(A B C; ((((), A), B), C));
query_data!(A B C D; (((((), A), B), C), D));
query_data!(A B C D E; ((((((), A), B), C), D), E));
query_data!(A B C D E F; (((((((), A), B), C), D), E), F));
query_data!(A B C D E F G; ((((((((), A), B), C), D), E), F), G));
query_data!(A B C D E F G H; (((((((((), A), B), C), D), E), F), G), H));

/// What narrows a query without giving a value.
pub trait QueryFilter {
    /// Whether an archetype passes.
    fn matches(storage: &Storage, archetype: &Archetype) -> bool;
}

/// Passes entities that have `T`.
pub struct With<T>(PhantomData<fn() -> T>);
/// Passes entities that lack `T`.
pub struct Without<T>(PhantomData<fn() -> T>);

impl QueryFilter for () {
    fn matches(_: &Storage, _: &Archetype) -> bool {
        true
    }
}

impl<T: Component> QueryFilter for With<T> {
    fn matches(storage: &Storage, archetype: &Archetype) -> bool {
        has::<T>(storage, archetype)
    }
}

impl<T: Component> QueryFilter for Without<T> {
    fn matches(storage: &Storage, archetype: &Archetype) -> bool {
        !has::<T>(storage, archetype)
    }
}

impl<A: QueryFilter, B: QueryFilter> QueryFilter for (A, B) {
    fn matches(storage: &Storage, archetype: &Archetype) -> bool {
        A::matches(storage, archetype) && B::matches(storage, archetype)
    }
}

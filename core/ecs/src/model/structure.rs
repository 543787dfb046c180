//! Changes of which entities and components there are, one at a time.
//!
//! Each keeps the columns of an archetype as long as its ids, also if a component's own code panics.

use super::{
    bundle::{Bundle, Stores},
    component::Component,
    error::EcsError,
    sparse::SparseIndex,
    storage::Storage,
    watch::{Lifecycle, Note},
};
use playground_engine_types::{ComponentId, Entity, PoolBox};

impl Storage {
    /// Spawns an entity with these components.
    ///
    /// # Errors
    /// When a component is given twice or can't be registered, or the world is full.
    #[inline]
    pub fn spawn<B: Bundle>(&mut self, bundle: B) -> Result<Entity, EcsError> {
        let number = self.bundle_number::<B>()?;
        let entity = self.place(self.bundles[number].archetype)?;
        let tick = self.current_tick();
        let Storage { pools, sparse, bundles, .. } = self;
        bundle.push(&mut Stores { pools, sparse, tick }, entity, &bundles[number]);
        if self.watch.any() {
            self.note_all(entity, Lifecycle::Added);
        }
        Ok(entity)
    }

    /// Ends an entity and its components.
    ///
    /// # Errors
    /// When it does not live.
    #[inline]
    pub fn despawn(&mut self, entity: Entity) -> Result<(), EcsError> {
        let (archetype, row) = self.locate(entity)?;
        if self.watch.any() {
            self.note_all(entity, Lifecycle::Removed);
        }
        self.entities.release(entity);
        self.unlink(archetype, row);
        self.structure += 1;
        let tick = self.current_tick();
        let Storage { pools, sparse, sparse_pools, archetypes, .. } = self;
        let list = &archetypes[archetype as usize].pools;
        if sparse_pools.is_empty() {
            RowRemoval { pools, list, archetype, row }.run();
            return Ok(());
        }
        // Made first and dropped last: it runs also if a component's drop panics.
        let mut leaving = SparseRemoval { pools, sparse, list: sparse_pools, slot: entity.index(), tick };
        RowRemoval { pools: leaving.pools, list, archetype, row }.run();
        leaving.run();
        Ok(())
    }

    /// Spawns a copy of an entity with copies of all its components.
    ///
    /// # Errors
    /// When the entity does not live or the world is full.
    pub fn duplicate(&mut self, entity: Entity) -> Result<Entity, EcsError> {
        let (archetype, row) = self.locate(entity)?;
        let whole = self.archetypes[archetype as usize].ids.len();
        let copy = self.place(archetype)?;
        let filling = Filling { storage: self, archetype, whole };
        for at in 0..filling.storage.archetypes[archetype as usize].pools.len() {
            let pool = filling.storage.archetypes[archetype as usize].pools[at];
            filling.storage.pools[pool as usize].push_copies(archetype, (archetype, row), 1);
        }
        filling.storage.copy_sparse(entity, &[copy]);
        filling.finish();
        if self.watch.any() {
            self.note_all(copy, Lifecycle::Added);
        }
        Ok(copy)
    }

    /// Adds a component to an entity.
    ///
    /// # Errors
    /// When the entity does not live or has one already.
    #[inline]
    pub fn add<T: Component>(&mut self, entity: Entity, component: T) -> Result<(), EcsError> {
        let pool = match self.pool_index(T::INFO.id) {
            Some(pool) => pool,
            None => self.pool_of(T::INFO)?,
        };
        if T::SPARSE {
            self.open_sparse(entity, pool)?;
            self.pool_mut(pool).push(0, component);
        } else {
            let to = self.move_to_added(entity, pool)?;
            self.pool_mut(pool).push(to, component);
        }
        self.note(entity, pool, Lifecycle::Added);
        Ok(())
    }

    /// Removes a component from an entity.
    ///
    /// # Errors
    /// When the entity does not live or lacks it.
    #[inline]
    pub fn remove(&mut self, entity: Entity, id: ComponentId) -> Result<(), EcsError> {
        let pool = self.known_pool(id)?;
        if self.sparse(pool).is_some() {
            self.place_in(pool, entity)?;
            self.note(entity, pool, Lifecycle::Removed);
            let tick = self.current_tick();
            let row = self.sparse[pool as usize].as_mut().and_then(|index| index.remove(entity.index(), tick));
            self.structure += 1;
            row.into_iter().for_each(|row| self.pools[pool as usize].swap_remove(0, row));
            return Ok(());
        }
        let (from, row) = self.locate(entity)?;
        let to = self.way_to_removed(from, pool, entity)?;
        self.note(entity, pool, Lifecycle::Removed);
        self.move_entity(entity, (from, row), to);
        // Last, because a component's drop may panic; everything else is in its place by then.
        self.pools[pool as usize].swap_remove(from, row);
        Ok(())
    }

    /// Ends all entities, in constant time per pool. Their ids stay dead. Observers are not told.
    pub fn clear(&mut self) {
        self.entities.clear();
        self.structure += 1;
        self.resources = None;
        for archetype in &mut self.archetypes {
            archetype.ids.clear();
        }
        self.sparse.iter_mut().flatten().for_each(|index| index.clear());
        let archetypes = self.archetypes.len().max(1) as u32;
        Emptying { pools: &mut self.pools, archetypes, next: (0, 0) }.run();
    }

    /// As [`Storage::clear`], for tables whose ids nobody keeps: the same ids are given again, so that they never end.
    pub(super) fn clear_staged(&mut self) {
        self.entities.reset();
        self.clear();
    }

    /// A new entity at the end of an archetype, whose components the caller pushes.
    #[inline]
    pub(super) fn place(&mut self, archetype: u32) -> Result<Entity, EcsError> {
        let tick = self.current_tick();
        let table = &mut self.archetypes[archetype as usize];
        let row = table.ids.len() as u32;
        let Some(entity) = self.entities.allocate(archetype, row) else { return Err(EcsError::full()) };
        table.ids.push(entity.index());
        table.stamp(row, tick);
        self.structure += 1;
        Ok(entity)
    }

    /// Takes a row out of the ids; the last one takes its place.
    #[inline]
    pub(super) fn unlink(&mut self, archetype: u32, row: u32) {
        let tick = self.current_tick();
        let table = &mut self.archetypes[archetype as usize];
        table.ids.swap_remove(row as usize);
        if let Some(moved) = table.ids.get(row as usize) {
            self.entities.relocate(*moved, archetype, row);
            table.stamp(row, tick);
        }
    }

    /// Moves an entity to where it has the component of `pool` more; the caller pushes that component.
    #[inline]
    pub(super) fn move_to_added(&mut self, entity: Entity, pool: u32) -> Result<u32, EcsError> {
        let (from, row) = self.locate(entity)?;
        let to = self.way_to_added(from, pool, entity)?;
        self.move_entity(entity, (from, row), to);
        Ok(to)
    }

    #[inline]
    pub(super) fn way_to_added(&mut self, from: u32, pool: u32, entity: Entity) -> Result<u32, EcsError> {
        match self.archetypes[from as usize].added(pool) {
            Some(to) => Ok(to),
            None => self.find_way_to_added(from, pool, entity),
        }
    }

    #[cold]
    fn find_way_to_added(&mut self, from: u32, pool: u32, entity: Entity) -> Result<u32, EcsError> {
        if self.archetypes[from as usize].has(pool) {
            return Err(EcsError::Present { entity, component: self.pools[pool as usize].info().name });
        }
        let mut pools = self.archetypes[from as usize].pools.to_vec();
        pools.push(pool);
        let to = self.archetype_of(pools)?;
        self.archetypes[from as usize].remember_added(pool, to);
        Ok(to)
    }

    #[inline]
    pub(super) fn way_to_removed(&mut self, from: u32, pool: u32, entity: Entity) -> Result<u32, EcsError> {
        match self.archetypes[from as usize].removed(pool) {
            Some(to) => Ok(to),
            None => self.find_way_to_removed(from, pool, entity),
        }
    }

    #[cold]
    fn find_way_to_removed(&mut self, from: u32, pool: u32, entity: Entity) -> Result<u32, EcsError> {
        if !self.archetypes[from as usize].has(pool) {
            return Err(EcsError::Missing { entity, component: self.pools[pool as usize].info().name });
        }
        let pools = self.archetypes[from as usize].pools.iter().copied().filter(|known| *known != pool);
        let to = self.archetype_of(pools.collect())?;
        self.archetypes[from as usize].remember_removed(pool, to);
        Ok(to)
    }

    /// Moves an entity and the components that both archetypes have.
    #[inline]
    fn move_entity(&mut self, entity: Entity, (from, row): (u32, u32), to: u32) {
        let tick = self.current_tick();
        let Storage { archetypes, pools, entities, structure, .. } = self;
        let Ok([source, target]) = archetypes.get_disjoint_mut([from as usize, to as usize]) else { return };
        // The two sets differ by one pool, so the shorter one is what both have.
        let both = if source.pools.len() < target.pools.len() { &source.pools } else { &target.pools };
        for pool in both {
            pools[*pool as usize].move_row(from, row, to);
        }
        source.ids.swap_remove(row as usize);
        if let Some(moved) = source.ids.get(row as usize) {
            entities.relocate(*moved, from, row);
            source.stamp(row, tick);
        }
        let new_row = target.ids.len() as u32;
        target.ids.push(entity.index());
        target.stamp(new_row, tick);
        entities.relocate(entity.index(), to, new_row);
        *structure += 1;
    }

    /// The column to which a new component of an entity is appended; [`Storage::open_pushed`] must follow.
    pub(super) fn column_for(&mut self, entity: Entity, pool: u32) -> Result<u32, EcsError> {
        match self.place_in(pool, entity) {
            Ok(_) => Err(EcsError::Present { entity, component: self.pools[pool as usize].info().name }),
            Err(EcsError::Missing { .. }) if self.sparse(pool).is_some() => Ok(0),
            Err(EcsError::Missing { .. }) => {
                let (from, _) = self.locate(entity)?;
                self.way_to_added(from, pool, entity)
            }
            Err(error) => Err(error),
        }
    }

    /// Gives an entity the component that was appended to [`Storage::column_for`] it.
    pub(super) fn open_pushed(&mut self, entity: Entity, pool: u32) -> Result<(), EcsError> {
        match self.sparse(pool) {
            Some(_) => self.open_sparse(entity, pool),
            None => self.move_to_added(entity, pool).map(drop),
        }
    }

    /// Notes that a sparse component is about to be pushed.
    pub(super) fn open_sparse(&mut self, entity: Entity, pool: u32) -> Result<(), EcsError> {
        self.locate(entity)?;
        let tick = self.current_tick();
        let index = self.sparse[pool as usize].as_mut().expect("the pool's component is sparse");
        if index.row(entity.index()).is_some() {
            return Err(EcsError::Present { entity, component: self.pools[pool as usize].info().name });
        }
        index.push(entity.index(), tick);
        self.structure += 1;
        Ok(())
    }

    /// Copies the sparse components of an entity for others that have none yet.
    pub(super) fn copy_sparse(&mut self, entity: Entity, copies: &[Entity]) {
        let tick = self.current_tick();
        for (pool, index) in self.pools.iter_mut().zip(&mut self.sparse) {
            let Some(index) = index else { continue };
            let Some(row) = index.row(entity.index()) else { continue };
            pool.push_copies(0, (0, row), copies.len());
            copies.iter().for_each(|copy| index.push(copy.index(), tick));
        }
    }

    #[inline]
    pub(super) fn remove_sparse(&mut self, slot: u32) {
        let tick = self.current_tick();
        let Storage { pools, sparse, sparse_pools, .. } = self;
        SparseRemoval { pools, sparse, list: sparse_pools, slot, tick }.run();
    }

    #[inline]
    pub(super) fn note(&mut self, entity: Entity, pool: u32, what: Lifecycle) {
        if self.watch.any() {
            self.note_observed(entity, pool, what);
        }
    }

    #[cold]
    fn note_observed(&mut self, entity: Entity, pool: u32, what: Lifecycle) {
        if !self.watch.observes(pool, what) {
            return;
        }
        let held = &self.pools[pool as usize];
        let last = match (what, self.place_in(pool, entity)) {
            (Lifecycle::Removed, Ok(place)) => Some(held.value(place)),
            _ => None,
        };
        let component = held.info().id;
        self.watch.note(Note { what, entity, component, last });
    }

    #[cold]
    pub(super) fn note_all(&mut self, entity: Entity, what: Lifecycle) {
        let pools: Vec<u32> = self.pools_of(entity).into_iter().flatten().map(|(pool, _)| pool).collect();
        pools.into_iter().for_each(|pool| self.note(entity, pool, what));
    }
}

/// A row on its way out of all pools. If a component's drop panics, the rest leaves while the panic goes on.
struct RowRemoval<'a> {
    pools: &'a mut [PoolBox],
    list: &'a [u32],
    archetype: u32,
    row: u32,
}

impl RowRemoval<'_> {
    #[inline]
    fn run(&mut self) {
        while let Some((pool, rest)) = self.list.split_first() {
            self.list = rest;
            self.pools[*pool as usize].swap_remove(self.archetype, self.row);
        }
    }
}

impl Drop for RowRemoval<'_> {
    fn drop(&mut self) {
        self.run();
    }
}

/// An entity's sparse components on their way out. If a component's drop panics, the rest leaves while the panic goes
/// on.
struct SparseRemoval<'a> {
    pools: &'a mut [PoolBox],
    sparse: &'a mut [Option<Box<SparseIndex>>],
    list: &'a [u32],
    slot: u32,
    tick: u64,
}

impl SparseRemoval<'_> {
    #[inline]
    fn run(&mut self) {
        while let Some((pool, rest)) = self.list.split_first() {
            self.list = rest;
            let index = self.sparse[*pool as usize].as_mut();
            if let Some(row) = index.and_then(|index| index.remove(self.slot, self.tick)) {
                self.pools[*pool as usize].swap_remove(0, row);
            }
        }
    }
}

impl Drop for SparseRemoval<'_> {
    fn drop(&mut self) {
        self.run();
    }
}

/// All columns on their way to be empty. If a component's drop panics, the rest is emptied while the panic goes on.
struct Emptying<'a> {
    pools: &'a mut [PoolBox],
    archetypes: u32,
    next: (usize, u32),
}

impl Emptying<'_> {
    fn run(&mut self) {
        while let Some(pool) = self.pools.get_mut(self.next.0) {
            let (at, archetype) = self.next;
            self.next = if archetype + 1 < self.archetypes { (at, archetype + 1) } else { (at + 1, 0) };
            pool.truncate(archetype, 0);
        }
    }
}

impl Drop for Emptying<'_> {
    fn drop(&mut self) {
        self.run();
    }
}

/// Rows that are being filled: the ids are there, the components come one pool after the other. If a component's clone
/// panics, the new rows go.
pub(super) struct Filling<'a> {
    pub storage: &'a mut Storage,
    pub archetype: u32,
    /// Rows that were there before.
    pub whole: usize,
}

impl Filling<'_> {
    /// All rows are whole.
    pub fn finish(self) {
        std::mem::forget(self);
    }
}

impl Drop for Filling<'_> {
    fn drop(&mut self) {
        let whole = self.whole;
        for pool in &self.storage.archetypes[self.archetype as usize].pools {
            self.storage.pools[*pool as usize].truncate(self.archetype, whole);
        }
        for id in self.storage.archetypes[self.archetype as usize].ids.split_off(whole) {
            let entity = self.storage.entities.at(id);
            self.storage.entities.release(entity);
            self.storage.remove_sparse(id);
        }
    }
}

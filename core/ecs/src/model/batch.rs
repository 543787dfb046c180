//! Structural changes of many entities at once: the ids first, then one pass per pool.

use super::{component::Component, error::EcsError, storage::Storage, structure::Filling, watch::Lifecycle};
use playground_engine_types::{ComponentId, Entity};

/// Neighbours in a batch that are in one archetype, with the rows from which they leave in turn.
struct Run {
    archetype: u32,
    entities: Vec<Entity>,
    rows: Vec<u32>,
}

impl Storage {
    /// Ends entities and their components; tells how many. Those that do not live any more are skipped.
    pub fn despawn_batch(&mut self, entities: &[Entity]) -> usize {
        let mut ended = 0;
        let mut rest = entities;
        while let Some((archetype, count)) = self.run_of(rest) {
            let (run, after) = rest.split_at(count);
            rest = after;
            if self.watch.any() {
                run.iter().for_each(|entity| self.note_all(*entity, Lifecycle::Removed));
            }
            let (mut rows, mut gone) = (Vec::with_capacity(run.len()), Vec::with_capacity(run.len()));
            for entity in run {
                // One that is named twice is gone by now.
                let Ok((_, row)) = self.locate(*entity) else { continue };
                self.entities.release(*entity);
                self.unlink(archetype, row);
                rows.push(row);
                gone.push(entity.index());
            }
            ended += rows.len();
            self.structure += rows.len() as u64;
            let list = self.archetypes[archetype as usize].pools.clone();
            let without = if self.sparse_pools.is_empty() { &[][..] } else { &gone[..] };
            Leaving { storage: self, list: &list, archetype, rows: &rows, slots: without }.run();
        }
        ended
    }

    /// Adds copies of a component to entities; tells to how many. Those that do not live any more are skipped, those
    /// that have one already get this one instead.
    ///
    /// # Errors
    /// When the component can't be registered or there is no room for another archetype.
    pub fn add_batch<T: Component>(&mut self, entities: &[Entity], component: T) -> Result<usize, EcsError> {
        let pool = self.pool_of(T::INFO)?;
        if T::SPARSE {
            return self.add_sparse_batch(entities, &component, pool);
        }
        let (mut changed, mut rest) = (0, entities);
        while let Some((from, count)) = self.run_of(rest) {
            let (run, after) = rest.split_at(count);
            rest = after;
            if self.archetypes[from as usize].has(pool) {
                for entity in run {
                    // A run goes over those that do not live.
                    let Ok(known) = self.get_mut(*entity) else { continue };
                    *known = component.clone();
                    changed += 1;
                }
                continue;
            }
            let to = self.way_to_added(from, pool, run[0])?;
            // Made before anything moves: a clone that panics changes nothing.
            let copies: Vec<T> = run.iter().map(|_| component.clone()).collect();
            let moved = self.move_run(run, from, to, None);
            let mut copies = copies;
            copies.truncate(moved.len());
            self.pool_mut(pool).columns_mut().open(to).append(&mut copies);
            changed += moved.len();
            if self.watch.any() {
                moved.iter().for_each(|entity| self.note(*entity, pool, Lifecycle::Added));
            }
        }
        Ok(changed)
    }

    fn add_sparse_batch<T: Component>(
        &mut self,
        entities: &[Entity],
        component: &T,
        pool: u32,
    ) -> Result<usize, EcsError> {
        let mut changed = 0;
        for entity in entities.iter().filter(|entity| self.exists(**entity)).copied().collect::<Vec<_>>() {
            match self.place_in(pool, entity) {
                Ok(_) => *self.get_mut(entity)? = component.clone(),
                Err(_) => self.add(entity, component.clone())?,
            }
            changed += 1;
        }
        Ok(changed)
    }

    /// Removes a component from entities; tells from how many. Those that do not live or lack it are skipped.
    ///
    /// # Errors
    /// When there is no such component or no room for another archetype.
    pub fn remove_batch(&mut self, entities: &[Entity], id: ComponentId) -> Result<usize, EcsError> {
        let pool = self.known_pool(id)?;
        let mut changed = 0;
        if self.sparse(pool).is_some() {
            for entity in entities {
                changed += usize::from(self.remove(*entity, id).is_ok());
            }
            return Ok(changed);
        }
        let mut rest = entities;
        while let Some((from, count)) = self.run_of(rest) {
            let (run, after) = rest.split_at(count);
            rest = after;
            if !self.archetypes[from as usize].has(pool) {
                continue;
            }
            let to = self.way_to_removed(from, pool, run[0])?;
            if self.watch.any() {
                run.iter().for_each(|entity| self.note(*entity, pool, Lifecycle::Removed));
            }
            changed += self.move_run(run, from, to, Some(pool)).len();
        }
        Ok(changed)
    }

    /// Spawns copies of one entity.
    ///
    /// # Errors
    /// When the entity does not live or the world is full.
    pub fn duplicate_many(&mut self, entity: Entity, count: usize) -> Result<Vec<Entity>, EcsError> {
        let (archetype, row) = self.locate(entity)?;
        let whole = self.archetypes[archetype as usize].ids.len();
        let copies = self.place_many(archetype, count)?;
        let list = self.archetypes[archetype as usize].pools.clone();
        let filling = Filling { storage: self, archetype, whole };
        for pool in &list {
            filling.storage.pools[*pool as usize].push_copies(archetype, (archetype, row), count);
        }
        filling.storage.copy_sparse(entity, &copies);
        filling.finish();
        if self.watch.any() {
            copies.iter().for_each(|copy| self.note_all(*copy, Lifecycle::Added));
        }
        Ok(copies)
    }

    /// The archetype of the first living entity, and how many from the start are in it or do not live.
    fn run_of(&self, entities: &[Entity]) -> Option<(u32, usize)> {
        let mut archetype = None;
        let mut count = 0;
        for entity in entities {
            if let Ok((at, _)) = self.locate(*entity) {
                match archetype {
                    Some(known) if known != at => break,
                    _ => archetype = Some(at),
                }
            }
            count += 1;
        }
        archetype.map(|archetype| (archetype, count))
    }

    /// Moves the living ones of `run` to another archetype; `dropped` is the pool that it lacks, if it lacks one.
    fn move_run(&mut self, run: &[Entity], from: u32, to: u32, dropped: Option<u32>) -> Vec<Entity> {
        let mut moved = Run { archetype: from, entities: Vec::new(), rows: Vec::new() };
        moved.entities.reserve(run.len());
        moved.rows.reserve(run.len());
        let tick = self.current_tick();
        for entity in run {
            // One that is named twice has moved already.
            let Ok((archetype, row)) = self.locate(*entity) else { continue };
            if archetype != from {
                continue;
            }
            self.unlink(from, row);
            let table = &mut self.archetypes[to as usize];
            let new_row = table.ids.len() as u32;
            table.ids.push(entity.index());
            table.stamp(new_row, tick);
            self.entities.relocate(entity.index(), to, new_row);
            moved.entities.push(*entity);
            moved.rows.push(row);
        }
        self.structure += moved.rows.len() as u64;
        let list = self.archetypes[moved.archetype as usize].pools.clone();
        for pool in list.iter().filter(|pool| Some(**pool) != dropped) {
            self.pools[*pool as usize].move_rows(from, &moved.rows, to);
        }
        // Last, because a component's drop may panic; everything else is in its place by then.
        if let Some(pool) = dropped {
            self.pools[pool as usize].swap_remove_all(from, &moved.rows);
        }
        moved.entities
    }
}

/// Rows on their way out of all pools. If a component's drop panics, the rest leaves while the panic goes on.
struct Leaving<'a> {
    storage: &'a mut Storage,
    list: &'a [u32],
    archetype: u32,
    rows: &'a [u32],
    /// The entities whose sparse components leave too.
    slots: &'a [u32],
}

impl Leaving<'_> {
    fn run(&mut self) {
        while let Some((pool, rest)) = self.list.split_first() {
            self.list = rest;
            self.storage.pools[*pool as usize].swap_remove_all(self.archetype, self.rows);
        }
        while let Some((slot, rest)) = self.slots.split_first() {
            self.slots = rest;
            self.storage.remove_sparse(*slot);
        }
    }
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.run();
    }
}

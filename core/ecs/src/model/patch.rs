//! Doing to a world what a difference says.

use super::{
    diff::Diff,
    error::EcsError,
    storage::Storage,
    transfer::{Put, Transfer},
    watch::Lifecycle,
};
use playground_engine_types::Entity;
use std::collections::{BTreeMap, BTreeSet};

/// What was done, and what could not be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Entities that came.
    pub spawned: usize,
    /// Entities that ended.
    pub despawned: usize,
    /// Components that were added.
    pub added: usize,
    /// Components that were removed.
    pub removed: usize,
    /// Components that were changed.
    pub changed: usize,
    /// Entities that could not have their own id, and the ids that they got.
    pub renamed: BTreeMap<Entity, Entity>,
    /// Entities that should have been changed or ended and do not live here.
    pub missing: BTreeSet<Entity>,
    /// Fields that did not fit, as `component.field`.
    pub lost: BTreeSet<String>,
}

/// Which ids spawned entities get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ids {
    /// Their own, as far as the slots are free: the entity comes back.
    Own,
    /// Their own if nobody had them here yet.
    Unused,
    /// New ones.
    New,
}

impl Storage {
    /// Does what a difference says. Done to the earlier of its two states, this gives the later one, ids included.
    ///
    /// # Errors
    /// When a component has the id of another one or the world is full.
    pub fn apply_diff(&mut self, diff: &Diff) -> Result<Applied, EcsError> {
        self.apply_with(diff, Ids::Own, &|entity, given| *given.get(&entity).unwrap_or(&entity))
    }

    /// As [`Storage::apply_diff`]; `rename` gives the entity here for one that a component names, with the ids of those
    /// that were spawned now.
    pub(super) fn apply_with(
        &mut self,
        diff: &Diff,
        ids: Ids,
        rename: &dyn Fn(Entity, &BTreeMap<Entity, Entity>) -> Entity,
    ) -> Result<Applied, EcsError> {
        let mut applied = Applied::default();
        applied.missing.extend(diff.despawned.iter().filter(|entity| !self.exists(**entity)));
        applied.despawned = self.despawn_batch(&diff.despawned);
        let given = self.spawn_diff(diff, ids, rename, &mut applied)?;
        let renamed = |entity: Entity| *given.get(&entity).unwrap_or(&entity);
        self.remove_diff(diff, &mut applied);
        self.put_diff(diff, &|entity| rename(entity, &given), &mut applied)?;
        if diff.resources.0 != diff.resources.1 && ids == Ids::Own {
            self.resources = diff.resources.1.map(renamed);
        }
        applied.renamed = given.into_iter().filter(|(own, given)| own != given).collect();
        Ok(applied)
    }

    fn spawn_diff(
        &mut self,
        diff: &Diff,
        ids: Ids,
        rename: &dyn Fn(Entity, &BTreeMap<Entity, Entity>) -> Entity,
        applied: &mut Applied,
    ) -> Result<BTreeMap<Entity, Entity>, EcsError> {
        if diff.spawned.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut placing = Placing { storage: self, given: Vec::with_capacity(diff.spawned.len()) };
        placing.place(&diff.spawned, ids)?;
        let map: BTreeMap<Entity, Entity> = diff.spawned.iter().copied().zip(placing.given.iter().copied()).collect();
        let mut staged = Storage::default();
        for at in 0..diff.data.pools.len() as u32 {
            // The shapes that this world has, so that whole columns can move over.
            let Some(info) = diff.data.live_info(at) else { continue };
            let pool = placing.storage.pool_like(info)?;
            staged.pool_of(placing.storage.pools[pool as usize].info())?;
        }
        let rows: Vec<(Entity, Vec<u32>)> = (0..diff.spawned.len())
            .map(|at| {
                let entity = Diff::staged(at);
                (entity, diff.data.pools_of(entity).into_iter().flatten().map(|(pool, _)| pool).collect())
            })
            .collect();
        let change = |entity: Entity| rename(entity, &map);
        let mut transfer = Transfer::new(&diff.data, &mut staged, &change)?;
        transfer.stage(&mut staged, &rows)?;
        applied.lost.append(&mut transfer.lost);
        applied.spawned = placing.finish(&mut staged)?;
        Ok(map)
    }

    fn remove_diff(&mut self, diff: &Diff, applied: &mut Applied) {
        for (entity, info) in &diff.removed {
            match self.remove(*entity, info.id) {
                Ok(()) => applied.removed += 1,
                Err(EcsError::NoEntity(entity)) => drop(applied.missing.insert(entity)),
                // Gone already, or nobody has such a component.
                Err(_) => {}
            }
        }
    }

    fn put_diff(&mut self, diff: &Diff, map: &dyn Fn(Entity) -> Entity, applied: &mut Applied) -> Result<(), EcsError> {
        let mut transfer = Transfer::new(&diff.data, self, map)?;
        for (at, entity) in diff.touched.iter().enumerate().skip(diff.spawned.len()) {
            if !self.exists(*entity) {
                applied.missing.insert(*entity);
                continue;
            }
            for (pool, place) in diff.data.pools_of(Diff::staged(at)).into_iter().flatten() {
                match transfer.put(self, *entity, pool, place)? {
                    Put::Same => {}
                    Put::Changed => applied.changed += 1,
                    Put::Added => applied.added += 1,
                }
            }
        }
        applied.lost.append(&mut transfer.lost);
        Ok(())
    }

    /// Moves all rows of `staged` here; the entity in its slot `n` is `given[n]`, which has a slot and no row yet.
    /// Nothing has changed if this fails.
    fn settle(&mut self, staged: &mut Storage, given: &[Entity]) -> Result<(), EcsError> {
        let pools = self.pools_of_other(staged)?;
        let mut targets = Vec::with_capacity(staged.archetypes.len());
        for archetype in &staged.archetypes {
            targets.push(self.archetype_of(archetype.pools.iter().map(|pool| pools[*pool as usize]).collect())?);
        }
        for (from, to) in targets.into_iter().enumerate() {
            self.append_archetype(staged, from as u32, to, &pools, given);
        }
        self.append_sparse(staged, &pools, given);
        Ok(())
    }
}

/// Entities that have slots and no rows yet. If a component's own code panics now, the slots are given back.
pub(super) struct Placing<'a> {
    pub storage: &'a mut Storage,
    pub given: Vec<Entity>,
}

impl Placing<'_> {
    /// Takes a slot for each of `wanted`.
    pub fn place(&mut self, wanted: &[Entity], ids: Ids) -> Result<(), EcsError> {
        let entities = &mut self.storage.entities;
        let mut own = |entity: Entity| match ids {
            Ids::Own => entities.revive(entity),
            Ids::Unused => entities.is_unused(entity) && entities.revive(entity),
            Ids::New => false,
        };
        let kept: Vec<bool> = wanted.iter().map(|entity| own(*entity)).collect();
        if ids != Ids::New {
            entities.rebuild();
        }
        self.given.extend(wanted.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(entity, _)| *entity));
        let mut given = Vec::with_capacity(wanted.len());
        for (entity, kept) in wanted.iter().zip(kept) {
            if kept {
                given.push(*entity);
                continue;
            }
            let new = self.storage.entities.allocate(0, 0).ok_or_else(EcsError::full)?;
            self.given.push(new);
            given.push(new);
        }
        self.given = given;
        Ok(())
    }

    /// Gives each the row of `staged` of its number; tells how many.
    pub fn finish(mut self, staged: &mut Storage) -> Result<usize, EcsError> {
        let given = std::mem::take(&mut self.given);
        if let Err(error) = self.storage.settle(staged, &given) {
            self.given = given;
            return Err(error);
        }
        if self.storage.watch.any() {
            given.iter().for_each(|entity| self.storage.note_all(*entity, Lifecycle::Added));
        }
        Ok(given.len())
    }
}

impl Drop for Placing<'_> {
    fn drop(&mut self) {
        self.given.drain(..).for_each(|entity| self.storage.entities.release(entity));
    }
}

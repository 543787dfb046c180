//! Operations on whole pools: keeping what they hold for later, emptying them, making room.

use super::{error::EcsError, storage::Storage, transfer::Transfer};
use playground_engine_types::{ComponentId, ComponentInfo, Entity, PoolBox};
use std::collections::BTreeSet;

/// Copies of some pools and of who has which component: what a reload keeps for the way back. The other components of
/// the entities are not in it.
pub struct PoolSnapshot {
    /// Tables like those of the world; only the pools in question have rows.
    pub(super) storage: Storage,
    pub(super) pools: Vec<u32>,
}

impl PoolSnapshot {
    /// The components in it.
    pub fn components(&self) -> impl Iterator<Item = &'static ComponentInfo> {
        self.pools.iter().filter_map(|pool| self.storage.live_info(*pool))
    }

    /// Number of components, of all types together.
    pub fn len(&self) -> usize {
        self.pools.iter().map(|pool| self.storage.holders(*pool).count()).sum()
    }

    /// Whether no entity had any of the components.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What happened while pools went back to what they were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolsRestored {
    /// Components that are again what they were.
    pub restored: usize,
    /// Components that entities got since and lost now.
    pub removed: usize,
    /// Entities that had one of the components and do not live any more; they are not brought back.
    pub missing: BTreeSet<Entity>,
    /// Fields that did not fit, as `component.field`.
    pub lost: BTreeSet<String>,
}

impl Storage {
    /// Copies of the pools of these components.
    ///
    /// # Errors
    /// When there is no such component.
    pub fn snapshot_pools(&self, components: &[ComponentId]) -> Result<PoolSnapshot, EcsError> {
        let pools = components.iter().map(|id| self.known_pool(*id)).collect::<Result<Vec<u32>, _>>()?;
        let copy = |(at, pool): (usize, &PoolBox)| {
            let wanted = pools.contains(&(at as u32));
            PoolBox::new(if wanted { pool.copy() } else { (pool.info().new_pool)() })
        };
        let storage = Storage {
            entities: self.entities.clone(),
            archetypes: self.archetypes.clone(),
            pools: self.pools.iter().enumerate().map(copy).collect(),
            sparse: self.sparse.clone(),
            by_id: self.by_id.clone(),
            ..Storage::default()
        };
        Ok(PoolSnapshot { storage, pools })
    }

    /// Makes pools what they were: entities that still live have the components that they had, and none that they got
    /// since. A pool that holds another type by now, because its module was reloaded, is replaced by one of the type
    /// that it held then.
    ///
    /// # Errors
    /// When a component can't be registered; the pools before it went back.
    pub fn restore_pools(&mut self, snapshot: &PoolSnapshot) -> Result<PoolsRestored, EcsError> {
        let mut outcome = PoolsRestored::default();
        for pool in &snapshot.pools {
            let Some(info) = snapshot.storage.live_info(*pool) else { continue };
            let own = self.pool_like(info)?;
            let held = &self.pools[own as usize];
            let same = held.differing(&*snapshot.storage.pools[*pool as usize], &[]).is_some();
            if !same || held.info().sparse != info.sparse {
                outcome.removed += self.clear_pool(info.id)?;
                self.unregister(info.id)?;
                self.pool_of(info)?;
            }
            self.restore_pool(snapshot, *pool, info, &mut outcome)?;
        }
        Ok(outcome)
    }

    pub(super) fn restore_pool(
        &mut self,
        from: &PoolSnapshot,
        pool: u32,
        info: &'static ComponentInfo,
        outcome: &mut PoolsRestored,
    ) -> Result<(), EcsError> {
        let own = self.pool_like(info)?;
        let had = |entity: Entity| from.storage.place_in(pool, entity).is_ok();
        let got: Vec<Entity> = self.holders(own).map(|(entity, _)| entity).filter(|entity| !had(*entity)).collect();
        outcome.removed += self.remove_batch(&got, info.id)?;
        let mut transfer = Transfer::new(&from.storage, self, &|entity| entity)?;
        for (entity, place) in from.storage.holders(pool) {
            if self.exists(entity) {
                transfer.put(self, entity, pool, place)?;
                outcome.restored += 1;
            } else {
                outcome.missing.insert(entity);
            }
        }
        outcome.lost.append(&mut transfer.lost);
        Ok(())
    }

    /// Removes a component from all entities; tells from how many.
    ///
    /// # Errors
    /// When there is no such component.
    pub fn clear_pool(&mut self, id: ComponentId) -> Result<usize, EcsError> {
        let pool = self.known_pool(id)?;
        let holders: Vec<Entity> = self.holders(pool).map(|(entity, _)| entity).collect();
        self.remove_batch(&holders, id)
    }

    /// Makes room for `more` entities with exactly these components.
    ///
    /// # Errors
    /// When there is no such component or one is given twice, or the world can't have so many entities.
    pub fn reserve_for(&mut self, components: &[ComponentId], more: usize) -> Result<(), EcsError> {
        let pools = components.iter().map(|id| self.known_pool(*id)).collect::<Result<Vec<u32>, _>>()?;
        let archetype = self.archetype_of(pools.clone())?;
        if !self.entities.has_room(more) {
            return Err(EcsError::full());
        }
        self.reserve(archetype, more);
        for pool in pools.into_iter().filter(|pool| self.sparse(*pool).is_some()).collect::<Vec<_>>() {
            self.pools[pool as usize].reserve(0, more);
        }
        Ok(())
    }
}

//! What one state of a world has other than another one.

use super::{error::EcsError, storage::Storage, transfer::Transfer};
use playground_engine_types::{CHUNK_ROWS, ComponentInfo, Entity, storage::Place};
use std::collections::BTreeMap;

/// One component of one entity.
pub type OfEntity = (Entity, &'static ComponentInfo);

/// What has to happen to one state of a world so that it becomes another one. Holds copies of the components that are
/// new or changed, as they are, without turning them into values.
#[derive(Default)]
pub struct Diff {
    /// Entities that only the later state has, each with its own id.
    pub spawned: Vec<Entity>,
    /// Entities that only the earlier state has.
    pub despawned: Vec<Entity>,
    /// Components that entities of both states got.
    pub added: Vec<OfEntity>,
    /// Components that entities of both states lost.
    pub removed: Vec<OfEntity>,
    /// Components that entities of both states have with other values. Floats count bit by bit.
    pub changed: Vec<OfEntity>,
    /// The copies; the entity in slot `n` is `touched[n]`, those that were spawned first.
    pub(super) data: Storage,
    pub(super) touched: Vec<Entity>,
    /// Who held the resources, before and after.
    pub(super) resources: (Option<Entity>, Option<Entity>),
}

impl Diff {
    /// Whether both states are the same.
    pub fn is_empty(&self) -> bool {
        let entities = self.spawned.is_empty() && self.despawned.is_empty();
        entities && self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }

    /// The entity of `data` that has the copies for the entity `touched[at]`.
    pub(super) fn staged(at: usize) -> Entity {
        Entity::new(at as u32, 0)
    }
}

/// What of two states is compared.
#[derive(Clone, Copy, Default)]
pub(super) struct Scope<'a> {
    /// The earlier state is what the later one was when this tick ended: rows whose chunk was not touched since are not
    /// looked at.
    pub since: Option<u64>,
    /// New entities that do not count.
    pub without: Option<&'a BTreeMap<Entity, Entity>>,
}

impl Storage {
    /// What `later` has other than this. The two need not have anything to do with each other: entities are the same if
    /// their ids are.
    ///
    /// # Errors
    /// When there is no room for the copies.
    pub fn diff(&self, later: &Storage) -> Result<Diff, EcsError> {
        self.diff_in(later, Scope::default())
    }

    /// As [`Storage::diff`], of a part.
    pub(super) fn diff_in(&self, later: &Storage, scope: Scope<'_>) -> Result<Diff, EcsError> {
        let mut diff = Diff { resources: (self.resources, later.resources), ..Diff::default() };
        let counts = |entity: &Entity| scope.without.is_none_or(|without| !without.contains_key(entity));
        diff.spawned = later.entities().filter(|entity| !self.exists(*entity) && counts(entity)).collect();
        diff.despawned = self.entities().filter(|entity| !later.exists(*entity)).collect();
        diff.spawned.sort_unstable();
        diff.despawned.sort_unstable();
        let mut copied: BTreeMap<Entity, Vec<u32>> = BTreeMap::new();
        for pool in 0..later.pools.len() as u32 {
            self.compare(later, pool, scope.since, &mut diff, &mut copied);
        }
        for pool in 0..self.pools.len() as u32 {
            let Some(info) = self.live_info(pool) else { continue };
            let kept = later.pool_index(info.id);
            let lost = self.holders(pool).filter(|(entity, _)| {
                later.exists(*entity) && kept.is_none_or(|kept| later.place_in(kept, *entity).is_err())
            });
            diff.removed.extend(lost.map(|(entity, _)| (entity, info)));
        }
        let all = |entity: &Entity| -> (Entity, Vec<u32>) {
            let pools = later.pools_of(*entity).into_iter().flatten().map(|(pool, _)| pool);
            (*entity, pools.collect())
        };
        let rows: Vec<(Entity, Vec<u32>)> = diff.spawned.iter().map(all).chain(copied).collect();
        let mut transfer = Transfer::new(later, &mut diff.data, &|entity| entity)?;
        transfer.stage(&mut diff.data, &rows)?;
        diff.touched = rows.into_iter().map(|(entity, _)| entity).collect();
        Ok(diff)
    }

    /// Compares one component type of the entities that both states have.
    fn compare(
        &self,
        later: &Storage,
        pool: u32,
        since: Option<u64>,
        diff: &mut Diff,
        copied: &mut BTreeMap<Entity, Vec<u32>>,
    ) {
        let Some(info) = later.live_info(pool) else { return };
        let earlier = self.pool_index(info.id);
        let (mut both, mut pairs): (Vec<Entity>, Vec<(Place, Place)>) = (Vec::new(), Vec::new());
        for (entity, place) in later.holders_since(pool, since) {
            match earlier.map(|earlier| self.place_in(earlier, entity)) {
                Some(Ok(before)) => {
                    both.push(entity);
                    pairs.push((before, place));
                }
                _ if self.exists(entity) => {
                    diff.added.push((entity, info));
                    copied.entry(entity).or_default().push(pool);
                }
                _ => {}
            }
        }
        let Some(earlier) = earlier else { return };
        let (before, after) = (&self.pools[earlier as usize], &later.pools[pool as usize]);
        let differing = before.differing(&**after, &pairs).unwrap_or_else(|| {
            // Two shapes of one component: their values are compared.
            let differ = |(a, b): &(Place, Place)| before.value(*a) != after.value(*b);
            pairs.iter().enumerate().filter(|(_, pair)| differ(pair)).map(|(at, _)| at).collect()
        });
        for at in differing {
            diff.changed.push((both[at], info));
            copied.entry(both[at]).or_default().push(pool);
        }
    }

    /// The entities that have the component of a pool, without those whose chunk was not touched after a tick.
    fn holders_since(&self, pool: u32, since: Option<u64>) -> Vec<(Entity, Place)> {
        let Some(tick) = since.filter(|_| !self.is_shared(pool)) else { return self.holders(pool).collect() };
        let mut last = (u32::MAX, u32::MAX, false);
        let holders = self.holders(pool).filter(|(_, (archetype, row))| {
            let chunk = row / CHUNK_ROWS;
            if (last.0, last.1) != (*archetype, chunk) {
                last = (*archetype, chunk, self.touched(pool, *archetype, chunk) > tick);
            }
            last.2
        });
        holders.collect()
    }

    /// When a chunk of a pool was written or got other rows last.
    pub(super) fn touched(&self, pool: u32, archetype: u32, chunk: u32) -> u64 {
        let arrived = match self.sparse(pool) {
            Some(index) => index.arrived(chunk),
            None => self.archetypes.get(archetype as usize).map_or(0, |table| table.arrived(chunk)),
        };
        self.pools[pool as usize].written(archetype, chunk).max(arrived)
    }
}

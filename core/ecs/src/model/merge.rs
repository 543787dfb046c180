//! Bringing what a fork changed back to where it came from.

use super::{
    diff::{Diff, Scope},
    error::EcsError,
    lineage::Origin,
    patch::{Applied, Ids},
    storage::Storage,
    transfer::{Put, Transfer},
    world::World,
};
use playground_engine_types::{ComponentId, Entity};
use std::collections::{BTreeMap, BTreeSet};

/// What a merge did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Entities that came.
    pub spawned: usize,
    /// Entities that ended.
    pub despawned: usize,
    /// Components that were added.
    pub added: usize,
    /// Components that were changed.
    pub changed: usize,
    /// Components that were removed.
    pub removed: usize,
    /// What both had changed since the fork. The fork's has won.
    pub conflicts: Vec<Conflict>,
    /// Entities that the fork changed and that had ended here meanwhile; they stay dead.
    pub skipped: BTreeSet<Entity>,
    /// Entities that came, by their id in the other world.
    pub ids: BTreeMap<Entity, Entity>,
    /// Fields that did not fit, as `component.field`.
    pub lost: BTreeSet<String>,
}

/// Something that both worlds changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Whose.
    pub entity: Entity,
    /// The component; `None` if the fork ended the entity.
    pub component: Option<&'static str>,
}

impl World {
    /// Does to this world what a fork of it changed since it was made. Where both changed one component, the fork's
    /// wins. Entities that ended here meanwhile stay dead. A fork can be merged again and again.
    ///
    /// Of a world that is no fork of this one all entities are spawned here under new ids, and components name these.
    /// Waits until no system runs.
    ///
    /// # Errors
    /// When a component has the id of another one or the world is full.
    pub fn merge(&self, fork: &World) -> Result<Merged, EcsError> {
        if std::ptr::eq(self, fork) {
            return Ok(Merged::default());
        }
        // By place in memory, so that two merges in opposite directions do not wait for each other.
        let (ours, mut theirs);
        if std::ptr::from_ref(self) < std::ptr::from_ref(fork) {
            ours = self.lineage().write();
            theirs = fork.lineage().write();
        } else {
            theirs = fork.lineage().write();
            ours = self.lineage().write();
        }
        let from = fork.read();
        let mut into = self.write();
        match theirs.fork_of(&ours) {
            Some(origin) => merge_fork(&mut into, &from, origin),
            None => merge_stranger(&mut into, &from),
        }
    }
}

fn merge_stranger(into: &mut Storage, from: &Storage) -> Result<Merged, EcsError> {
    let diff = Storage::default().diff(from)?;
    let rename = |entity: Entity, given: &BTreeMap<Entity, Entity>| *given.get(&entity).unwrap_or(&Entity::NONE);
    let applied = into.apply_with(&diff, Ids::New, &rename)?;
    Ok(Merged { ids: applied.renamed.clone(), ..report(applied, &diff) })
}

fn merge_fork(into: &mut Storage, from: &Storage, origin: &mut Origin) -> Result<Merged, EcsError> {
    // One that came with an earlier merge and was undone since comes anew.
    origin.merged.retain(|_, here| into.exists(*here));
    let (base, merged) = (&origin.base, &origin.merged);
    let ours = base.diff_in(from, Scope { without: Some(merged), ..origin.fork.scope(from) })?;
    let theirs = base.diff_in(into, origin.parent.scope(into))?;
    let rename = |entity: Entity, given: &BTreeMap<Entity, Entity>| {
        let known = given.get(&entity).or_else(|| merged.get(&entity)).copied();
        // What the fork alone knows and has ended there must not name somebody else here.
        known.unwrap_or(if base.slots().is_unused(entity) { Entity::NONE } else { entity })
    };
    let mut given = BTreeMap::new();
    let applied = into.apply_with(&ours, Ids::Unused, &rename)?;
    for entity in &ours.spawned {
        given.insert(*entity, applied.renamed.get(entity).copied().unwrap_or(*entity));
    }
    let conflicts = conflicts(into, &ours, &theirs);
    let mut report = report(applied, &ours);
    let map = |entity: Entity| rename(entity, &given);
    for (there, here) in merged.iter().filter(|(there, _)| from.exists(**there)) {
        update(into, from, (*there, *here), &map, &mut report)?;
    }
    let ended: Vec<Entity> = merged.iter().filter(|(there, _)| !from.exists(**there)).map(|(_, here)| *here).collect();
    report.despawned += into.despawn_batch(&ended);
    origin.merged.extend(&given);
    Ok(Merged { conflicts, ids: given, ..report })
}

fn report(applied: Applied, diff: &Diff) -> Merged {
    // Ended in both is what both wanted.
    let ended: BTreeSet<Entity> = diff.despawned.iter().copied().collect();
    Merged {
        spawned: applied.spawned,
        despawned: applied.despawned,
        added: applied.added,
        changed: applied.changed,
        removed: applied.removed,
        skipped: applied.missing.difference(&ended).copied().collect(),
        lost: applied.lost,
        ..Merged::default()
    }
}

/// Makes an entity that came with an earlier merge what it is in the fork now.
fn update(
    into: &mut Storage,
    from: &Storage,
    (there, here): (Entity, Entity),
    map: &dyn Fn(Entity) -> Entity,
    report: &mut Merged,
) -> Result<(), EcsError> {
    let held: Vec<(u32, (u32, u32))> = from.pools_of(there)?.collect();
    let wanted: BTreeSet<ComponentId> = held.iter().map(|(pool, _)| from.pools[*pool as usize].info().id).collect();
    let surplus = into.components_of(here)?.map(|info| info.id).filter(|id| !wanted.contains(id));
    for id in surplus.collect::<Vec<_>>() {
        into.remove(here, id)?;
        report.removed += 1;
    }
    let mut transfer = Transfer::new(from, into, map)?;
    for (pool, place) in held {
        match transfer.put(into, here, pool, place)? {
            Put::Same => {}
            Put::Changed => report.changed += 1,
            Put::Added => report.added += 1,
        }
    }
    report.lost.append(&mut transfer.lost);
    Ok(())
}

/// What both changed, each to something else. `into` has the fork's changes already, `theirs` copies of its own.
fn conflicts(into: &Storage, ours: &Diff, theirs: &Diff) -> Vec<Conflict> {
    let touched = |diff: &Diff| -> BTreeMap<(Entity, ComponentId), &'static str> {
        let all = diff.added.iter().chain(&diff.removed).chain(&diff.changed);
        all.map(|(entity, info)| ((*entity, info.id), info.name)).collect()
    };
    let (here, there) = (touched(theirs), touched(ours));
    let copies: BTreeMap<Entity, Entity> =
        theirs.touched.iter().enumerate().map(|(at, entity)| (*entity, Diff::staged(at))).collect();
    let place = |storage: &Storage, entity: Option<&Entity>, id: ComponentId| {
        let pool = storage.pool_index(id)?;
        Some((pool, storage.place_in(pool, *entity?).ok()?))
    };
    let differ = |entity: &Entity, id: ComponentId| match (
        place(&theirs.data, copies.get(entity), id),
        place(into, Some(entity), id),
    ) {
        (Some((a, before)), Some((b, now))) => {
            let differing = theirs.data.pools[a as usize].differing(&*into.pools[b as usize], &[(before, now)]);
            differing.is_none_or(|differing| !differing.is_empty())
        }
        (before, now) => before.is_some() != now.is_some(),
    };
    let both = there.iter().filter(|(key, _)| here.contains_key(key) && differ(&key.0, key.1));
    let mut conflicts: Vec<Conflict> =
        both.map(|((entity, _), name)| Conflict { entity: *entity, component: Some(name) }).collect();
    let changed: BTreeSet<Entity> = here.keys().map(|(entity, _)| *entity).collect();
    let ended = ours.despawned.iter().filter(|entity| changed.contains(entity));
    conflicts.extend(ended.map(|entity| Conflict { entity: *entity, component: None }));
    conflicts
}

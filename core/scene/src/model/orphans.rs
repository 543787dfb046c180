//! Components whose module is not loaded: kept as text on their entities, and made components again once it is.

use super::components::{Orphans, StableId};
use playground_core_ecs::model::binary::Absent;
use playground_core_ecs::model::migrate::fitted_from;
use playground_core_ecs::{Component, ComponentInfo, EcsError, Entity, Query, Storage};
use playground_engine_types::{Value, text};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What became of components that nobody knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Orphaned {
    /// The names of those that are kept.
    pub kept: BTreeSet<String>,
    /// The names of those of which some have no text that could be read again.
    pub lost: BTreeSet<String>,
}

/// One component that nobody knows.
pub(super) struct Orphan {
    pub name: String,
    pub value: String,
    /// The hash of the value's schema; 0 if it is not known.
    pub schema: u64,
}

impl Orphans {
    pub(super) fn push(&mut self, Orphan { name, value, schema }: Orphan) {
        // Those that were kept without one have none.
        self.schemas.resize(self.names.len(), 0);
        self.names.push(name);
        self.values.push(value);
        self.schemas.push(schema);
    }

    pub(super) fn into_each(self) -> impl Iterator<Item = Orphan> {
        let schemas = self.schemas.into_iter().chain(std::iter::repeat(0));
        let all = self.names.into_iter().zip(self.values).zip(schemas);
        all.map(|((name, value), schema)| Orphan { name, value, schema })
    }

    /// Keeps others too, in place of those of the same names.
    fn extend(&mut self, others: Self) {
        let newer: HashSet<String> = others.names.iter().cloned().collect();
        let known = std::mem::take(self).into_each().filter(|orphan| !newer.contains(&orphan.name));
        known.chain(others.into_each()).for_each(|orphan| self.push(orphan));
    }
}

/// Keeps the components that [`Storage::load_with_absent`] gave on their entities. In their text, entities are stable
/// numbers, as in scenes.
///
/// # Errors
/// When the storage is full; some are kept then.
pub fn keep_orphans(storage: &mut Storage, absent: Vec<Absent>) -> Result<Orphaned, EcsError> {
    let mut outcome = Orphaned::default();
    let mut orphans: BTreeMap<Entity, Orphans> = BTreeMap::new();
    for Absent { component, schema, held } in absent {
        for (entity, mut value) in held {
            value.map_entities(&mut |named| {
                let number = storage.read(named, |id: &StableId| id.value).ok().filter(|number| *number != 0);
                number.map_or(Entity::NONE, Entity::from_bits)
            });
            let text = text::write(&value);
            if text::read(&text).is_err() {
                outcome.lost.insert(component.clone());
                continue;
            }
            let orphan = Orphan { name: component.clone(), value: text, schema };
            orphans.entry(entity).or_default().push(orphan);
            if !outcome.kept.contains(&component) {
                outcome.kept.insert(component.clone());
            }
        }
    }
    for (entity, new) in orphans {
        if storage.has(entity, Orphans::INFO.id) {
            storage.get_mut(entity).map(|known: &mut Orphans| known.extend(new))?;
        } else {
            storage.add(entity, new)?;
        }
    }
    Ok(outcome)
}

/// The components of an entity that no module knows, by name; entities in the values are stable numbers.
pub fn orphans_of(storage: &Storage, entity: Entity) -> Vec<(String, Value)> {
    let values = |orphans: &Orphans| {
        let read = |(name, value): (&String, &String)| Some((name.clone(), text::read(value).ok()?));
        orphans.names.iter().zip(&orphans.values).filter_map(read).collect()
    };
    storage.read(entity, values).unwrap_or_default()
}

/// What became of components that waited for their module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Adopted {
    /// How many are components again.
    pub adopted: usize,
    /// Their fields that these have no place for any more, as `component.field`.
    pub lost: BTreeSet<String>,
}

/// Gives entities the components that are kept for them, as far as a module knows them by now.
pub fn adopt_orphans(storage: &mut Storage) -> Adopted {
    let known: HashMap<&str, &'static ComponentInfo> = storage.components().map(|info| (info.name, info)).collect();
    let mut waiting: Vec<(Entity, Orphans)> = Vec::new();
    let mut all: Query<(Entity, &Orphans)> = storage.query();
    all.for_each(|(entity, orphans)| {
        if orphans.names.iter().any(|name| known.contains_key(name.as_str())) {
            waiting.push((entity, orphans.clone()));
        }
    });
    drop(all);
    if waiting.is_empty() {
        return Adopted::default();
    }
    let mut numbered: HashMap<u64, Entity> = HashMap::with_capacity(storage.len());
    let mut ids: Query<(Entity, &StableId)> = storage.query();
    ids.for_each(|(entity, id)| {
        numbered.entry(id.value).or_insert(entity);
    });
    drop(ids);
    let mut outcome = Adopted::default();
    for (entity, orphans) in waiting {
        let mut left = Orphans::default();
        for orphan in orphans.into_each() {
            let info = known.get(orphan.name.as_str()).copied();
            // A component that the entity got since is newer.
            if info.is_some_and(|info| storage.has(entity, info.id)) {
                continue;
            }
            match info.is_some_and(|info| adopt(storage, entity, info, &orphan, &numbered, &mut outcome.lost)) {
                true => outcome.adopted += 1,
                // What still does not fit stays as text, so that saving writes it back.
                false => left.push(orphan),
            }
        }
        let kept = match left.names.is_empty() {
            true => storage.remove(entity, Orphans::INFO.id),
            false => storage.get_mut(entity).map(|orphans: &mut Orphans| *orphans = left),
        };
        kept.expect("the entity was found with its orphans, and nobody else has the storage");
    }
    outcome
}

/// Gives an entity a component, converted if it has other fields by now.
fn adopt(
    storage: &mut Storage,
    entity: Entity,
    info: &'static ComponentInfo,
    orphan: &Orphan,
    numbered: &HashMap<u64, Entity>,
    lost: &mut BTreeSet<String>,
) -> bool {
    let Ok(mut value) = text::read(&orphan.value) else { return false };
    live(&mut value, numbered);
    if orphan.schema != 0 && orphan.schema != info.schema.hash {
        let Ok(fitted) = fitted_from(value, orphan.schema, info, lost) else { return false };
        value = fitted;
    }
    storage.add_value(entity, info.id, Some(&value)).is_ok()
}

/// Puts entities in the place of stable numbers. Numbers that nobody has become no entity.
fn live(value: &mut Value, numbered: &HashMap<u64, Entity>) {
    value.map_entities(&mut |named| match named {
        Entity::NONE => named,
        number => numbered.get(&number.bits()).copied().unwrap_or(Entity::NONE),
    });
}

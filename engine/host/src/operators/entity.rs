//! Entities and the selection.

use super::{Outcome, done, in_words, missing, subjects, title};
use crate::edit::Change;
use crate::engine::Engine;
use playground::ecs::{Component, EcsError, Entity, Storage, Value};
use playground::editor::Arguments;
use playground::scene::{
    Beside, Generated, HierarchyError, Keep, Name, Parent, Transform, forget, move_children, orphans_of, parent,
    places, references, set_parent,
};
use playground::types::Reflect;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Runs one of them.
pub fn run(engine: &mut Engine, id: &str, arguments: &Arguments<'_>) -> Outcome {
    match id {
        "entity.spawn" => spawn(engine, arguments),
        "entity.despawn" => match arguments.text("children")?.as_deref() {
            None | Some("end") => despawn(engine, &subjects(engine, arguments)?),
            Some("keep") => despawn_alone(engine, &subjects(engine, arguments)?, keep(arguments)?),
            Some(other) => Err(format!("`children` is `end` or `keep`, not `{other}`")),
        },
        "entity.duplicate" => duplicate(engine, &subjects(engine, arguments)?),
        "entity.rename" => rename(engine, &subjects(engine, arguments)?, arguments.text("name")?.unwrap_or_default()),
        "entity.reparent" => {
            let parent = arguments.get("parent")?.unwrap_or(0);
            reparent(engine, &subjects(engine, arguments)?, parent, keep(arguments)?)
        }
        "entity.move" => move_beside(engine, &subjects(engine, arguments)?, arguments),
        "entity.list" => list(engine),
        "entity.get" => get(engine, &subjects(engine, arguments)?),
        "entity.archetype" => archetype(engine, &subjects(engine, arguments)?),
        "selection.set" => select(engine, arguments.entities("entity")?.unwrap_or_default()),
        "selection.all" => {
            let tree = &engine.session.tree;
            let all = tree.rows.iter().map(|(entity, _)| tree.id(*entity)).collect();
            select(engine, all)
        }
        other => missing(other),
    }
}

fn link(id: u64) -> Value {
    Parent { entity: Entity::from_bits(id) }.to_value()
}

fn spawn(engine: &mut Engine, arguments: &Arguments<'_>) -> Outcome {
    engine.session.ecs()?;
    let name = arguments.text("name")?.unwrap_or_else(|| "Entity".to_owned());
    let mut components = vec![
        (Name::INFO.name.to_owned(), Name { value: name.clone() }.to_value()),
        (Transform::INFO.name.to_owned(), Transform::default().to_value()),
    ];
    if let Some(parent) = arguments.get::<u64>("parent")?.filter(|parent| *parent != 0) {
        engine.session.entity(parent)?;
        components.push((Parent::INFO.name.to_owned(), link(parent)));
    }
    let id = engine.session.new_id();
    let change = Change::Entity { id, before: None, after: Some(components) };
    engine.session.perform(format!("New {name}"), vec![change], None)?;
    if arguments.get("select")?.unwrap_or(false) {
        engine.session.selection = vec![id];
    }
    done(json!({ "entity": id }))
}

/// Entities, each once, parents first.
fn in_order(engine: &Engine, ids: &[u64]) -> Result<Vec<Entity>, String> {
    let tree = &engine.session.tree;
    let mut all = ids.iter().map(|id| engine.session.entity(*id)).collect::<Result<Vec<_>, _>>()?;
    if all.len() > 1 {
        let order: HashMap<Entity, usize> =
            tree.rows.iter().enumerate().map(|(at, (entity, _))| (*entity, at)).collect();
        all.sort_by_key(|entity| order.get(entity).copied().unwrap_or(usize::MAX));
        all.dedup();
    }
    Ok(all)
}

/// These entities and all below them, each once, parents first.
fn below(engine: &Engine, ids: &[u64]) -> Result<Vec<Entity>, String> {
    let (mut seen, mut all) = (HashSet::new(), Vec::new());
    for top in in_order(engine, ids)? {
        // Whoever comes below another one comes with it.
        if !seen.contains(&top) {
            let branch = engine.session.tree.branch(top);
            seen.extend(branch.iter().copied());
            all.extend(branch);
        }
    }
    Ok(all)
}

/// These entities and all below them that somebody made, each once, parents first.
fn branches(engine: &Engine, ids: &[u64]) -> Result<Vec<Entity>, String> {
    let tops: HashSet<Entity> = in_order(engine, ids)?.into_iter().collect();
    let storage = engine.session.world().read();
    let mut all = below(engine, ids)?;
    // What systems made is nobody's work: it goes and comes with what it was made for.
    all.retain(|entity| tops.contains(entity) || !storage.has(*entity, Generated::INFO.id));
    Ok(all)
}

/// What stays as it is when the parent changes.
fn keep(arguments: &Arguments<'_>) -> Result<Keep, String> {
    match arguments.text("keep")?.as_deref() {
        None | Some("local") => Ok(Keep::Local),
        Some("world") => Ok(Keep::World),
        Some(other) => Err(format!("`keep` is `local` or `world`, not `{other}`")),
    }
}

fn despawn(engine: &mut Engine, ids: &[u64]) -> Outcome {
    engine.session.ecs()?;
    let mut watched = branches(engine, ids)?;
    let ending = below(engine, ids)?;
    let title = title(engine, "Delete", ids);
    let count = engine.session.record(title, |recorder| {
        let storage = recorder.storage();
        watched.retain(|entity| !storage.has(*entity, Generated::INFO.id));
        watched.extend(sources(storage, &ending));
        recorder.watch(&watched, |storage| {
            forget(storage, &ending)?;
            Ok::<usize, EcsError>(storage.despawn_batch(&ending))
        })
    })?;
    done(json!({ "despawned": count }))
}

/// The others that name entities that are about to end, each once.
fn sources(storage: &Storage, ending: &[Entity]) -> BTreeSet<Entity> {
    references(storage, ending).into_iter().map(|reference| reference.source).collect()
}

fn despawn_alone(engine: &mut Engine, ids: &[u64], keep: Keep) -> Outcome {
    engine.session.ecs()?;
    let ending = in_order(engine, ids)?;
    let gone: HashSet<Entity> = ending.iter().copied().collect();
    let tree = &engine.session.tree;
    // By the entity that ends, the first one above it that stays: parents come first.
    let mut above: HashMap<Entity, Option<Entity>> = HashMap::with_capacity(ending.len());
    let mut kept: Vec<(Entity, Option<Entity>)> = Vec::new();
    for entity in &ending {
        let stays = match tree.parent(*entity) {
            Some(parent) => above.get(&parent).copied().unwrap_or(Some(parent)),
            None => None,
        };
        above.insert(*entity, stays);
        let children = tree.children(Some(*entity)).filter(|child| !gone.contains(child));
        kept.extend(children.map(|child| (child, stays)));
    }
    let title = title(engine, "Delete", ids);
    let count = kept.len();
    engine.session.record(title, |recorder| {
        let children: BTreeSet<Entity> = kept.iter().map(|(child, _)| *child).collect();
        let mut watched = ending.clone();
        watched.extend(&children);
        watched.extend(sources(recorder.storage(), &ending).difference(&children));
        recorder.watch(&watched, |storage| {
            kept.iter().try_for_each(|(child, above)| set_parent(storage, *child, *above, keep))?;
            forget(storage, &ending)?;
            storage.despawn_batch(&ending);
            Ok::<(), HierarchyError>(())
        })
    })?;
    done(json!({ "despawned": ending.len(), "kept": count }))
}

fn duplicate(engine: &mut Engine, ids: &[u64]) -> Outcome {
    engine.session.ecs()?;
    let all = branches(engine, ids)?;
    let title = title(engine, "Duplicate", ids);
    let copies: HashMap<u64, u64> = all
        .iter()
        .map(|entity| engine.session.tree.id(*entity))
        .collect::<Vec<_>>()
        .into_iter()
        .map(|id| (id, engine.session.new_id()))
        .collect();
    let session = &mut engine.session;
    let mut changes = Vec::new();
    for entity in &all {
        let mut components = session.components(*entity);
        for (_, value) in &mut components {
            // What names an entity of the copied branch names its copy.
            value.map_entities(&mut |named| copies.get(&named.bits()).map_or(named, |copy| Entity::from_bits(*copy)));
        }
        changes.push(Change::Entity { id: copies[&session.tree.id(*entity)], before: None, after: Some(components) });
    }
    session.perform(title, changes, None)?;
    let tops: Vec<u64> = ids.iter().map(|id| copies[id]).collect();
    session.selection.clone_from(&tops);
    done(json!({ "entities": tops }))
}

fn rename(engine: &mut Engine, ids: &[u64], name: String) -> Outcome {
    let value = Name { value: name.clone() }.to_value();
    let changes = set_or_add(engine, ids, Name::INFO.name, &value)?;
    let title = title(engine, "Rename", ids);
    engine.session.perform(title, changes, None)?;
    done(json!({ "name": name }))
}

/// Changes that give entities a component of this value.
fn set_or_add(engine: &Engine, ids: &[u64], component: &str, value: &Value) -> Result<Vec<Change>, String> {
    let mut changes = Vec::new();
    for id in ids {
        let known = engine.session.components(engine.session.entity(*id)?);
        let before = known.into_iter().find(|(name, _)| name == component).map(|(_, value)| value);
        let (component, after) = (component.to_owned(), Some(value.clone()));
        changes.push(Change::Component { id: *id, component, before, after });
    }
    Ok(changes)
}

fn reparent(engine: &mut Engine, ids: &[u64], parent: u64, keep: Keep) -> Outcome {
    engine.session.ecs()?;
    let above = if parent == 0 { None } else { Some(engine.session.entity(parent)?) };
    let entities = ids.iter().map(|id| engine.session.entity(*id)).collect::<Result<Vec<_>, _>>()?;
    let title = title(engine, "Reparent", ids);
    engine.session.record(title, |recorder| {
        entities
            .iter()
            .try_for_each(|entity| recorder.watch(&[*entity], |storage| set_parent(storage, *entity, above, keep)))
    })?;
    done(json!({ "parent": parent }))
}

/// Moves entities, in the order given, beside another one and below its parent.
fn move_beside(engine: &mut Engine, ids: &[u64], arguments: &Arguments<'_>) -> Outcome {
    engine.session.ecs()?;
    let keep = keep(arguments)?;
    let (number, before) = match (arguments.get::<u64>("before")?, arguments.get::<u64>("after")?) {
        (Some(id), None) => (id, true),
        (None, Some(id)) => (id, false),
        _ => return Err("give either `before` or `after`: the entity beside which these should stand".to_owned()),
    };
    let sibling = engine.session.entity(number)?;
    if ids.contains(&number) {
        return Err(format!("entity {number} can't be moved beside itself"));
    }
    let entities = ids.iter().map(|id| engine.session.entity(*id)).collect::<Result<Vec<_>, _>>()?;
    let title = title(engine, "Move", ids);
    engine.session.record(title, |recorder| {
        let above = parent(recorder.storage(), sibling);
        let beside = if before { Beside::Before(sibling) } else { Beside::After(sibling) };
        for entity in &entities {
            if parent(recorder.storage(), *entity) != above {
                recorder.watch(&[*entity], |storage| set_parent(storage, *entity, above, keep))?;
            }
        }
        let places = places(recorder.storage(), &entities, beside).map_err(in_words)?;
        let moved: Vec<Entity> = places.iter().map(|(entity, _)| *entity).collect();
        recorder.watch(&moved, |storage| move_children(storage, &entities, beside))
    })?;
    done(json!({ "moved": ids.len() }))
}

fn list(engine: &mut Engine) -> Outcome {
    let storage = engine.session.world().read();
    let tree = &engine.session.tree;
    let rows: Vec<_> = tree
        .rows
        .iter()
        .map(|(entity, _)| {
            let infos = storage.components_of(*entity).into_iter().flatten().filter(|info| !info.hidden);
            let mut components: Vec<&str> = infos.map(|info| info.name).collect();
            components.sort_unstable();
            let parent = tree.parent(*entity).map(|parent| tree.id(parent));
            json!({ "entity": tree.id(*entity), "name": tree.name(*entity), "parent": parent, "components": components })
        })
        .collect();
    done(json!({ "count": rows.len(), "entities": rows }))
}

fn archetype(engine: &mut Engine, ids: &[u64]) -> Outcome {
    let ecs = engine.session.ecs()?;
    let row = |id: &u64| {
        let entity = engine.session.entity(*id)?;
        let found = ecs.entities().archetype_of(engine.session.world(), entity).map_err(in_words)?;
        let components: Vec<&str> = found.components.iter().map(|info| info.name).collect();
        Ok(json!({
            "entity": id, "archetype": found.number, "row": found.row, "entities": found.entities,
            "components": components,
        }))
    };
    done(json!({ "entities": ids.iter().map(row).collect::<Result<Vec<_>, String>>()? }))
}

fn get(engine: &mut Engine, ids: &[u64]) -> Outcome {
    let one = |id: &u64| -> Result<serde_json::Value, String> {
        let entity = engine.session.entity(*id)?;
        let storage = engine.session.world().read();
        let mut components = serde_json::Map::new();
        let mut all = crate::edit::components(&storage, &engine.session.tree, entity);
        all.retain(|(name, _)| storage.component(name).is_ok_and(|info| !info.hidden));
        all.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        for (name, value) in all {
            components.insert(name, serde_json::to_value(&value).map_err(in_words)?);
        }
        let tree = &engine.session.tree;
        let parent = tree.parent(entity).map(|parent| tree.id(parent));
        let mut found = json!({ "entity": id, "name": tree.name(entity), "parent": parent, "components": components });
        let orphans = orphans_of(&storage, entity);
        if !orphans.is_empty() {
            let orphans = serde_json::to_value(BTreeMap::from_iter(orphans)).map_err(in_words)?;
            found["orphans"] = orphans;
        }
        Ok(found)
    };
    match ids {
        [id] => done(one(id)?),
        ids => done(json!(ids.iter().map(one).collect::<Result<Vec<_>, _>>()?)),
    }
}

fn select(engine: &mut Engine, ids: Vec<u64>) -> Outcome {
    ids.iter().try_for_each(|id| engine.session.entity(*id).map(drop))?;
    let mut seen = BTreeSet::new();
    engine.session.selection = ids.into_iter().filter(|id| seen.insert(*id)).collect();
    done(json!({ "selected": engine.session.selection }))
}

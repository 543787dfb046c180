//! Entities and the selection.

use super::{Outcome, done, missing, subjects, title};
use crate::arguments::Arguments;
use crate::edit::Change;
use crate::engine::Engine;
use playground::ecs::{Component, Entity, Value};
use playground::scene::{Name, Parent, Transform};
use playground::types::Reflect;
use serde_json::json;
use std::collections::{BTreeSet, HashMap};

/// Runs one of them.
pub fn run(engine: &mut Engine, id: &str, arguments: &Arguments<'_>) -> Outcome {
    match id {
        "entity.spawn" => spawn(engine, arguments),
        "entity.despawn" => despawn(engine, &subjects(engine, arguments)?),
        "entity.duplicate" => duplicate(engine, &subjects(engine, arguments)?),
        "entity.rename" => rename(engine, &subjects(engine, arguments)?, arguments.text("name")?.unwrap_or_default()),
        "entity.reparent" => reparent(engine, &subjects(engine, arguments)?, arguments.get("parent")?.unwrap_or(0)),
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

/// These entities and all below them, each once, parents first.
fn branches(engine: &Engine, ids: &[u64]) -> Result<Vec<Entity>, String> {
    let (mut seen, mut all) = (BTreeSet::new(), Vec::new());
    for id in ids {
        let branch = engine.session.tree.branch(engine.session.entity(*id)?);
        all.extend(branch.into_iter().filter(|entity| seen.insert(*entity)));
    }
    let tree = &engine.session.tree;
    let order: HashMap<Entity, usize> = tree.rows.iter().enumerate().map(|(at, (entity, _))| (*entity, at)).collect();
    all.sort_by_key(|entity| order.get(entity).copied().unwrap_or(usize::MAX));
    Ok(all)
}

fn despawn(engine: &mut Engine, ids: &[u64]) -> Outcome {
    engine.session.ecs()?;
    let all = branches(engine, ids)?;
    let session = &mut engine.session;
    // Children first, so that undo, which goes backwards, brings parents first.
    let changes: Vec<Change> = all
        .iter()
        .rev()
        .map(|entity| Change::Entity {
            id: session.tree.id(*entity),
            before: Some(session.components(*entity)),
            after: None,
        })
        .collect();
    let title = title(engine, "Delete", ids);
    let count = changes.len();
    engine.session.perform(title, changes, None)?;
    done(json!({ "despawned": count }))
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

fn reparent(engine: &mut Engine, ids: &[u64], parent: u64) -> Outcome {
    let changes = if parent == 0 {
        let mut changes = Vec::new();
        for id in ids {
            let known = engine.session.components(engine.session.entity(*id)?);
            let before = known.into_iter().find(|(name, _)| name == Parent::INFO.name).map(|(_, value)| value);
            let component = Parent::INFO.name.to_owned();
            changes.extend(before.map(|before| Change::Component {
                id: *id,
                component,
                before: Some(before),
                after: None,
            }));
        }
        changes
    } else {
        let above = engine.session.entity(parent)?;
        for id in ids {
            if engine.session.tree.is_under(above, engine.session.entity(*id)?) {
                return Err(format!(
                    "entity {parent} is below entity {id}, so {id} can't become its child: that would be a cycle"
                ));
            }
        }
        set_or_add(engine, ids, Parent::INFO.name, &link(parent))?
    };
    let title = title(engine, "Reparent", ids);
    engine.session.perform(title, changes, None)?;
    done(json!({ "parent": parent }))
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
        let found = ecs.entities().archetype_of(engine.session.world(), entity).map_err(|error| error.to_string())?;
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
            components.insert(name, serde_json::to_value(&value).map_err(|error| error.to_string())?);
        }
        let parent = engine.session.tree.parent(entity).map(|parent| engine.session.tree.id(parent));
        Ok(
            json!({ "entity": id, "name": engine.session.tree.name(entity), "parent": parent, "components": components }),
        )
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

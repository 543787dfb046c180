//! Components of entities.

use super::{Outcome, done, in_words, missing, subjects, title};
use crate::edit::{Change, check_named, live, stable};
use crate::engine::Engine;
use playground::ecs::{ComponentInfo, Value};
use playground::editor::Arguments;
use playground::types::FieldSchema;
use serde_json::{Value as Json, json};

/// Runs one of them.
pub fn run(engine: &mut Engine, id: &str, arguments: &Arguments<'_>) -> Outcome {
    match id {
        "component.add" => add(engine, arguments),
        "component.remove" => remove(engine, arguments),
        "component.set" => set(engine, arguments),
        "component.list" => list(engine),
        "component.info" => info(engine, arguments),
        other => missing(other),
    }
}

fn component(engine: &Engine, arguments: &Arguments<'_>) -> Result<&'static ComponentInfo, String> {
    let name = arguments.required_text("component")?;
    let found = engine.session.world().read().component(&name).map_err(in_words)?;
    match found.hidden {
        true => Err(format!("{} is the editor's own and can't be edited", found.name)),
        false => Ok(found),
    }
}

fn info(engine: &mut Engine, arguments: &Arguments<'_>) -> Outcome {
    let ecs = engine.session.ecs()?;
    let world = engine.session.world();
    let name = arguments.required_text("component")?;
    let id = ecs.components().id_of(world, &name).map_err(in_words)?;
    let info = ecs.components().info(world, id).map_err(in_words)?;
    let count = ecs.components().count(world, id).map_err(in_words)?;
    let field = |field: &FieldSchema| {
        let mut row = field_row(field);
        row["range"] = json!(field.range);
        row
    };
    done(json!({
        "component": info.name, "id": format!("{:016x}", info.id.0), "docs": info.schema.docs, "sparse": info.sparse,
        "bytes": info.schema.size, "schema": format!("{:016x}", info.schema.hash), "count": count,
        "fields": info.schema.fields().iter().map(field).collect::<Vec<_>>(),
    }))
}

fn field_row(field: &FieldSchema) -> Json {
    json!({ "name": field.name, "type": field.ty.name, "docs": field.docs, "unit": field.unit })
}

fn short(info: &ComponentInfo) -> &'static str {
    info.name.rsplit("::").next().unwrap_or(info.name)
}

fn add(engine: &mut Engine, arguments: &Arguments<'_>) -> Outcome {
    engine.session.ecs()?;
    let (ids, info) = (subjects(engine, arguments)?, component(engine, arguments)?);
    let value = arguments.value("value").cloned().unwrap_or_else(info.default);
    check_named(&engine.session.tree, &value)?;
    if arguments.value("value").is_some() {
        check(engine, info, "", &value)?;
    }
    let changes = ids.iter().map(|id| {
        let has = engine.session.world().read().has(engine.session.entity(*id)?, info.id);
        let component = info.name.to_owned();
        if has {
            return Err(format!("entity {id} has a component {component} already"));
        }
        Ok(Change::Component { id: *id, component, before: None, after: Some(value.clone()) })
    });
    let changes = changes.collect::<Result<Vec<_>, _>>()?;
    let title = title(engine, &format!("Add {} to", short(info)), &ids);
    engine.session.perform(title, changes, None)?;
    done(json!({ "component": info.name }))
}

fn remove(engine: &mut Engine, arguments: &Arguments<'_>) -> Outcome {
    engine.session.ecs()?;
    let (ids, info) = (subjects(engine, arguments)?, component(engine, arguments)?);
    let changes = ids.iter().map(|id| {
        let before = read(engine, *id, info)?;
        Ok(Change::Component { id: *id, component: info.name.to_owned(), before: Some(before), after: None })
    });
    let changes = changes.collect::<Result<Vec<_>, String>>()?;
    let title = title(engine, &format!("Remove {} from", short(info)), &ids);
    engine.session.perform(title, changes, None)?;
    done(json!({ "component": info.name }))
}

fn set(engine: &mut Engine, arguments: &Arguments<'_>) -> Outcome {
    engine.session.ecs()?;
    let (ids, info) = (subjects(engine, arguments)?, component(engine, arguments)?);
    let path = arguments.text("field")?.unwrap_or_default();
    let after = arguments.value("value").cloned().unwrap_or(Value::Unit);
    check_named(&engine.session.tree, &after)?;
    let mut changes = Vec::new();
    for id in &ids {
        let whole = read(engine, *id, info)?;
        let fail = |error| format!("{}: {error}", info.name);
        let before = whole.at(&path).map_err(fail)?.clone();
        // The whole is checked first, so that the step holds the value as the component keeps it.
        let mut changed = whole;
        *changed.at_mut(&path).map_err(fail)? = after.clone();
        check(engine, info, &path, &changed)?;
        let (component, path, after) = (info.name.to_owned(), path.clone(), after.clone());
        changes.push(Change::Field { id: *id, component, path, before, after });
    }
    let field = if path.is_empty() { short(info).to_owned() } else { format!("{}.{path}", short(info)) };
    let title = title(engine, &format!("Set {field} of"), &ids);
    engine.session.perform(title, changes, arguments.get("gesture")?)?;
    let now = read(engine, ids[0], info)?;
    let value = now.at(&path).map_err(in_words)?;
    done(json!({ "component": info.name, "field": path, "value": value }))
}

/// What is typed is checked more strictly than what undo and scenes bring back: range, finite floats.
fn check(engine: &Engine, info: &ComponentInfo, path: &str, whole: &Value) -> Result<(), String> {
    let whole = live(&engine.session.tree, whole);
    engine.session.world().read().check_input(info.id, path, &whole).map_err(in_words)
}

fn read(engine: &Engine, id: u64, info: &ComponentInfo) -> Result<Value, String> {
    let entity = engine.session.entity(id)?;
    let value = engine
        .session
        .ecs()?
        .get(engine.session.world(), entity, info.id)
        .map_err(|_| format!("entity {id} has no component {}; add it first", info.name))?;
    Ok(stable(&engine.session.tree, &value))
}

fn list(engine: &mut Engine) -> Outcome {
    let storage = engine.session.world().read();
    let mut all: Vec<_> = storage.components().filter(|info| !info.hidden).collect();
    all.sort_unstable_by_key(|info| info.name);
    let rows: Vec<_> = all
        .iter()
        .map(|info| {
            let fields: Vec<_> = info.schema.fields().iter().map(field_row).collect();
            json!({ "component": info.name, "docs": info.schema.docs, "fields": fields, "schema": format!("{:016x}", info.schema.hash) })
        })
        .collect();
    done(json!({ "components": rows }))
}

//! Everything a user can do, in one table: menus, keys, the palette and the command line are made from it. Modules add to
//! the editor's own with what they bring.

mod clash;
mod component;
mod contributed;
mod entity;
mod event;
mod module;
mod play;
mod query;
mod recovery;
mod scene;
mod snapshot;
mod storage;
mod system;
mod table;
mod world;

pub use clash::check;
pub use contributed::rows;
pub use table::SECOND_KEYS;

use crate::engine::Engine;
use crate::modules::Reply;
use playground::editor::{Arguments, Invocation, OperatorInfo, Session};
use serde_json::Value as Json;
use std::fmt::Display;

/// What became of a call.
pub enum Flow {
    /// It has ended with this result.
    Done(Json),
    /// It goes on; whoever waits gets the outcome later.
    Later,
}

/// What an operator does.
type Outcome = Result<Flow, String>;

/// The editor's own operators, those of the window included. Those of modules are in the report.
pub fn built_in() -> &'static [OperatorInfo] {
    table::TABLE
}

/// That there is no operator of that id, with similar ones.
fn unknown(engine: &Engine, id: &str) -> String {
    let family = id.split('.').next().unwrap_or(id);
    let brought = rows(engine);
    let all = built_in().iter().chain(brought.iter().map(|row| row.info)).map(|info| info.id);
    let similar: Vec<&str> = all.filter(|known| known.starts_with(family) || known.contains(id)).collect();
    match similar.as_slice() {
        [] => format!("there is no operator `{id}`; operator.list shows all of them"),
        similar => format!("there is no operator `{id}`; similar are {}", similar.join(", ")),
    }
}

/// Whether a call makes sense before the modules run.
pub fn is_early(call: &Invocation) -> bool {
    call.operator == "build.cancel"
}

/// Whether a call changes nothing that can be seen, so that the picture stays as it is. What modules do is not known.
pub fn only_looks(call: &Invocation) -> bool {
    if !built_in().iter().any(|info| info.id == call.operator) {
        return false;
    }
    let verb = call.operator.rsplit('.').next().unwrap_or_default();
    let looks = ["list", "get", "info", "graph", "stats", "digest", "pending", "history", "subscriptions", "explain"];
    let more =
        ["memory", "verify", "snapshots", "diff", "checkpoints", "archetype", "count", "export", "time", "bindings"];
    looks.contains(&verb) || more.contains(&verb) || call.operator == "query.run"
}

/// Runs a call.
///
/// # Errors
/// In words: what is wrong with the call, or why it could not be done.
pub fn run(engine: &mut Engine, call: &Invocation, reply: &Reply) -> Outcome {
    let Some(info) = built_in().iter().find(|info| info.id == call.operator) else {
        return match contributed::find(engine, &call.operator)? {
            Some((module, operator)) => contributed::run(engine, &module, operator, call),
            None => Err(unknown(engine, &call.operator)),
        };
    };
    let arguments = Arguments::of(call, info)?;
    if info.session == Session::Window {
        return Err(format!("{} needs the window; start the editor without --headless", info.id));
    }
    let (family, _) = info.id.split_once('.').unwrap_or((info.id, ""));
    match family {
        "entity" | "selection" => entity::run(engine, info.id, &arguments),
        "component" => component::run(engine, info.id, &arguments),
        "module" | "build" => module::run(engine, info.id, &arguments, reply),
        "play" => play::run(engine, info.id, &arguments),
        "system" => system::run(engine, info.id, &arguments),
        "event" => event::run(engine, info.id, &arguments),
        "query" => query::run(engine, info.id, &arguments),
        "storage" => storage::run(engine, info.id, &arguments),
        "recovery" => recovery::run(engine, info.id, &arguments),
        "scene" | "edit" => scene::run(engine, info.id, &arguments),
        _ => world::run(engine, info.id, &arguments, reply),
    }
}

fn done(result: Json) -> Outcome {
    Ok(Flow::Done(result))
}

/// An error as whoever called is told of it.
fn in_words(error: impl Display) -> String {
    error.to_string()
}

/// The entities that an operator is about: those given, else those selected.
fn subjects(engine: &Engine, arguments: &Arguments<'_>) -> Result<Vec<u64>, String> {
    let ids = match arguments.entities("entity")? {
        Some(ids) => ids,
        None => engine.session.selection.clone(),
    };
    if ids.is_empty() {
        return Err("no entity is given and none is selected; give entity=NUMBER".to_owned());
    }
    ids.iter().try_for_each(|id| engine.session.entity(*id).map(drop))?;
    Ok(ids)
}

/// `Rename Sun`, or `Rename 3 entities`.
fn title(engine: &Engine, verb: &str, ids: &[u64]) -> String {
    match ids {
        [id] => {
            let name = engine.session.entity(*id).map(|entity| engine.session.tree.name(entity).to_owned());
            match name {
                Ok(name) if !name.is_empty() => format!("{verb} {name}"),
                _ => format!("{verb} entity {id}"),
            }
        }
        ids => format!("{verb} {} entities", ids.len()),
    }
}

/// An operator of the table that its family does not carry out: a mistake in this crate, caught by a test.
fn missing(id: &str) -> Outcome {
    Err(format!("{id} is listed but not carried out; this is a mistake in the editor, please report it"))
}

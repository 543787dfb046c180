//! Looks at the whole world, and the console.

use super::{Flow, Outcome, built_in, done, in_words, missing, rows, snapshot};
use crate::engine::Engine;
use crate::modules::Reply;
use crate::reporter::pools;
use playground::console::Accepted;
use playground::core_types::LockStats;
use playground::editor::Arguments;
use playground::editor::Invocation;
use playground::editor::operator::Session;
use playground::editor::report::{Level, PoolRow};
use serde_json::json;

/// Runs one of them.
pub fn run(engine: &mut Engine, id: &str, arguments: &Arguments<'_>, reply: &Reply) -> Outcome {
    match id {
        "world.digest" => digest(engine),
        "world.stats" => world_stats(engine),
        "world.time" => world_time(engine, arguments),
        "world.limit_checkpoints" => limit_checkpoints(engine, arguments),
        id if id.starts_with("world.") => snapshot::run(engine, id, arguments),
        "pool.stats" => pool_stats(engine),
        "lock.stats" => lock_stats(engine),
        "console.run" => console_run(engine, &arguments.text("line")?.unwrap_or_default(), reply),
        "operator.list" => operator_list(engine),
        other => missing(other),
    }
}

fn digest(engine: &mut Engine) -> Outcome {
    let tree = &engine.session.tree;
    let digest = engine.session.ecs()?.digest(engine.session.world(), &|entity| tree.id(entity));
    done(json!({ "digest": format!("{digest:032x}"), "entities": engine.session.world().read().len() }))
}

fn world_stats(engine: &mut Engine) -> Outcome {
    let stats = engine.session.ecs()?.worlds().stats(engine.session.world());
    done(json!({
        "entities": stats.entities, "components": stats.components, "types": stats.types,
        "archetypes": stats.archetypes, "systems": stats.systems, "checkpoints": stats.checkpoints,
        "structure": stats.structure, "tick": stats.tick, "bytes": stats.bytes,
    }))
}

/// Sets how fast the world's time passes, if asked to, and tells it.
fn world_time(engine: &mut Engine, arguments: &Arguments<'_>) -> Outcome {
    let ecs = engine.session.ecs()?;
    let world = engine.session.world();
    if let Some(scale) = arguments.get::<f32>("scale")? {
        ecs.worlds().set_time_scale(world, scale).map_err(in_words)?;
    }
    match arguments.get::<bool>("paused")? {
        Some(true) => ecs.worlds().pause(world),
        Some(false) => ecs.worlds().resume(world),
        None => {}
    }
    let clock = ecs.worlds().time(world);
    done(json!({ "scale": clock.scale, "paused": clock.paused, "elapsed": clock.elapsed }))
}

/// Sets what checkpoints may take, and tells what is left of them.
fn limit_checkpoints(engine: &mut Engine, arguments: &Arguments<'_>) -> Outcome {
    let ecs = engine.session.ecs()?;
    let world = engine.session.world();
    let budget = arguments.get::<u64>("bytes")?.unwrap_or_default();
    let most = arguments.get::<u32>("most")?.unwrap_or_default();
    if budget == 0 || most == 0 {
        return Err("`bytes` and `most` are whole numbers from 1".to_owned());
    }
    ecs.storage().limit_checkpoints(world, budget, most as usize);
    let memory = ecs.storage().memory(world).checkpoints;
    done(json!({ "checkpoints": ecs.storage().checkpoints(world).len(), "bytes": memory }))
}

fn pool_stats(engine: &mut Engine) -> Outcome {
    let rows = pools(&engine.session.world().read(), engine);
    let row = |row: PoolRow| json!({ "pool": row.name, "active": row.size.active, "recycled": row.size.recycled, "bytes": row.size.bytes });
    done(json!({ "pools": rows.into_iter().map(row).collect::<Vec<_>>() }))
}

fn lock_stats(engine: &mut Engine) -> Outcome {
    let world = engine.session.world();
    // A component and an event of one type have locks of one name, and rows of two.
    let named = |row: PoolRow| LockStats { name: row.name, ..row.lock };
    let pools = pools(&world.read(), engine).into_iter().map(named);
    let row = |lock: LockStats| {
        json!({
            "lock": lock.name, "reads": lock.reads, "writes": lock.writes,
            "contended": lock.contended, "wait_ns": lock.wait_ns,
        })
    };
    done(json!({ "locks": world.lock_stats().into_iter().chain(pools).map(row).collect::<Vec<_>>() }))
}

/// A line of the console is done by the console, or calls an operator, whose result is written below it.
fn console_run(engine: &mut Engine, line: &str, reply: &Reply) -> Outcome {
    let console = engine.console.load().ok_or("the console is not running; the Modules panel says why")?;
    engine.log(Level::Info, ">", line);
    let Accepted::Operator(line) = console.accept(line) else { return done(json!({})) };
    let outcome = Invocation::parse(&line).map_err(in_words).and_then(|call| {
        if call.operator == "console.run" {
            return Err("a line of the console is run already".to_owned());
        }
        super::run(engine, &call, reply)
    });
    match &outcome {
        Ok(Flow::Done(result)) => engine.log(Level::Success, &line, &result.to_string()),
        Ok(Flow::Later) => {}
        Err(error) => engine.log(Level::Error, &line, error),
    }
    outcome
}

fn operator_list(engine: &Engine) -> Outcome {
    let brought = rows(engine);
    let own = built_in().iter().map(|info| (info, None));
    let rows: Vec<_> = own
        .chain(brought.iter().map(|row| (row.info, Some(&row.module))))
        .map(|(info, module)| {
            let parameters: Vec<_> = info
                .parameters
                .iter()
                .map(|parameter| json!({ "name": parameter.name, "docs": parameter.docs, "required": parameter.required }))
                .collect();
            json!({
                "id": info.id, "title": info.title, "docs": info.docs, "shortcut": info.shortcut,
                "menu": info.menu, "window": info.session == Session::Window, "module": module,
                "parameters": parameters,
            })
        })
        .collect();
    done(json!({ "operators": rows }))
}

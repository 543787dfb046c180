//! Systems: when they run, and running one by hand.

use super::{Outcome, done, in_words, missing};
use crate::engine::Engine;
use playground::ecs::Stage;
use playground::ecs::Value;
use playground::ecs::model::schedule::{EdgeKind, SystemEdge, SystemInfo, Use};
use playground::editor::Arguments;
use serde_json::{Value as Json, json};

/// Runs one of them.
pub fn run(engine: &mut Engine, id: &str, arguments: &Arguments<'_>) -> Outcome {
    let ecs = engine.session.ecs()?;
    let (systems, world) = (ecs.systems(), engine.session.world().clone());
    match id {
        "system.list" => return done(json!({ "systems": systems.list(&world).iter().map(row).collect::<Vec<_>>() })),
        "system.graph" => {
            let graph = systems.graph(&world);
            let names: Vec<String> = graph.nodes.iter().map(label).collect();
            let edges: Vec<Json> = graph.edges.iter().map(|found| edge(found, &names)).collect();
            let nodes: Vec<Json> = graph.nodes.iter().map(row).collect();
            return done(json!({ "systems": nodes, "edges": edges, "cycles": graph.cycles }));
        }
        _ => {}
    }
    let name = arguments.required_text("name")?;
    let outcome = match id {
        "system.info" => Ok(()),
        "system.enable" => systems.enable(&world, &name),
        "system.disable" => systems.disable(&world, &name),
        "system.order" => {
            let known = systems.info(&world, &name).map_err(in_words)?;
            let before = names(arguments, "before")?.unwrap_or(known.before);
            let after = names(arguments, "after")?.unwrap_or(known.after);
            let [before, after] = [&before, &after].map(|names| names.iter().map(String::as_str).collect::<Vec<_>>());
            systems.order(&world, &name, &before, &after)
        }
        "system.stage" => systems.stage(&world, &name, stage(&arguments.required_text("stage")?)?),
        // Nothing and 0 both mean what a system without a rate does.
        "system.rate" => systems.rate(&world, &name, arguments.get::<f64>("hz")?.filter(|hz| *hz != 0.0)),
        "system.run_once" => return run_once(engine, &name),
        other => return missing(other),
    };
    outcome.map_err(in_words)?;
    done(row(&systems.info(&world, &name).map_err(in_words)?))
}

fn run_once(engine: &mut Engine, name: &str) -> Outcome {
    engine.run_system(name)?;
    let info = engine.session.ecs()?.systems().info(engine.session.world(), name);
    done(row(&info.map_err(in_words)?))
}

/// Names of systems: one, or a list of them; an empty list or text is none.
fn names(arguments: &Arguments<'_>, name: &str) -> Result<Option<Vec<String>>, String> {
    match arguments.value(name) {
        Some(Value::List(_)) => arguments.get(name),
        _ => Ok(arguments.text(name)?.map(|name| if name.is_empty() { Vec::new() } else { vec![name] })),
    }
}

fn stage(name: &str) -> Result<Stage, String> {
    Stage::named(name).ok_or_else(|| {
        let known = Stage::ALL.map(Stage::name).join(", ");
        format!("there is no stage `{name}`; there are {known}")
    })
}

fn label(info: &SystemInfo) -> String {
    format!("{}::{}", info.module, info.name)
}

fn row(info: &SystemInfo) -> Json {
    let used = |used: &Use| json!({ "name": used.name, "write": used.write, "event": used.event });
    let us = |time: std::time::Duration| time.as_nanos() as f64 / 1e3;
    json!({
        "module": info.module, "name": info.name, "stage": info.stage.name(), "order": info.order, "wave": info.wave,
        "enabled": info.enabled, "module_enabled": info.module_enabled, "rate": info.rate,
        "before": info.before, "after": info.after, "conditions": info.conditions,
        "access": info.access.iter().map(used).collect::<Vec<_>>(), "commands": info.commands,
        "runs": info.stats.runs, "skipped": info.stats.skipped, "last_us": us(info.stats.last),
        "average_us": us(info.stats.average), "max_us": us(info.stats.max), "warnings": info.warnings,
    })
}

fn edge(edge: &SystemEdge, names: &[String]) -> Json {
    let (first, then) = (&names[edge.first], &names[edge.then]);
    match &edge.why {
        EdgeKind::Said { followed } => json!({ "first": first, "then": then, "why": "order", "followed": followed }),
        EdgeKind::Conflict(causes) => json!({ "first": first, "then": then, "why": "conflict", "causes": causes }),
    }
}

//! Modules and builds.

use super::{Flow, Outcome, done, in_words, missing};
use crate::engine::Engine;
use crate::modules::{Goal, Reply};
use crate::reporter::{Users, binding_rows};
use playground::editor::Arguments;
use playground::editor::report::BindingRow;
use playground_engine_registry::{Generation, Verdict};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::{Instant, SystemTime};

/// Runs one of them.
pub fn run(engine: &mut Engine, id: &str, arguments: &Arguments<'_>, reply: &Reply) -> Outcome {
    match id {
        "module.reload" => {
            let name = match arguments.text("name")? {
                Some(name) => name,
                None => engine.modules.last_plugin().ok_or("no plugin is declared; give name=MODULE")?,
            };
            engine.reload(Some(&name), "module.reload", (lossy(arguments)?, Goal::Load), reply.clone())?;
            Ok(Flow::Later)
        }
        "module.plan" => {
            let name = arguments.required_text("name")?;
            engine.reload(Some(&name), "module.plan", (false, Goal::Plan), reply.clone())?;
            Ok(Flow::Later)
        }
        "module.rollback" => {
            let (name, to) = (arguments.required_text("name")?, arguments.get::<u32>("to")?);
            done(engine.go_back(&name, to, lossy(arguments)?)?)
        }
        "module.pin" | "module.unpin" => {
            let name = arguments.required_text("name")?;
            let name = engine.modules.registry.find(&name).map_err(in_words)?.spec.name.clone();
            let pinned = id == "module.pin";
            match pinned {
                true => engine.modules.pinned.insert(name.clone()),
                false => engine.modules.pinned.remove(&name),
            };
            done(json!({ "module": name, "pinned": pinned }))
        }
        "module.history" => {
            engine.name_threads();
            history(engine, &arguments.required_text("name")?)
        }
        "module.reload_all" => {
            engine.reload(None, "module.reload_all", (lossy(arguments)?, Goal::Load), reply.clone())?;
            Ok(Flow::Later)
        }
        "module.bindings" => bindings(engine),
        "module.enable" => done(json!({ "module": engine.enable_module(&arguments.required_text("name")?)? })),
        "module.disable" => done(json!({ "module": engine.disable_module(&arguments.required_text("name")?)? })),
        "module.list" => done(json!({ "modules": rows(engine) })),
        "build.engine" => {
            engine.rebuild(Instant::now(), reply.clone());
            Ok(Flow::Later)
        }
        "build.cancel" => done(json!({ "cancelled": engine.modules.cancel() })),
        other => missing(other),
    }
}

/// Whether values may get lost.
fn lossy(arguments: &Arguments<'_>) -> Result<bool, String> {
    match arguments.text("lossy")?.as_deref() {
        None | Some("ask") => Ok(false),
        Some("allow") => Ok(true),
        Some(other) => Err(format!("lossy={other} is neither `ask` (default) nor `allow`")),
    }
}

fn bindings(engine: &Engine) -> Outcome {
    let row = |row: BindingRow| {
        json!({
            "view": row.view,
            "api_version": format!("{:016x}", row.api_version),
            "viewmodel": row.bound,
            "users": row.users,
        })
    };
    let rows: Vec<serde_json::Value> = binding_rows(engine, &Users::of(engine)).into_iter().map(row).collect();
    done(json!({ "bindings": rows }))
}

fn history(engine: &Engine, name: &str) -> Outcome {
    let module = engine.modules.registry.find(name).map_err(in_words)?;
    let running = module.generation();
    let row = |generation: &Generation| {
        let (verdict, why) = match &generation.verdict {
            Verdict::OnProbation => ("on probation", ""),
            Verdict::Proven => ("proven", ""),
            Verdict::Replaced => ("replaced", ""),
            Verdict::RolledBack { why } => ("rolled back", why.as_str()),
        };
        let loaded = generation.loaded_at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let stages = generation.stages.iter().map(|(name, time)| (name.replace(' ', "_"), time.as_secs_f64() * 1e3));
        json!({
            "generation": generation.number,
            "running": generation.number == running,
            "loaded_at": loaded.as_secs(),
            "digest": generation.digest,
            "source": generation.source,
            "size": generation.size_bytes,
            "verdict": verdict,
            "why": why,
            "threads": generation.threads,
            "stages_ms": stages.collect::<BTreeMap<String, f64>>(),
        })
    };
    let rows: Vec<serde_json::Value> = module.generations.iter().map(row).collect();
    done(json!({ "module": module.spec.name, "generations": rows, "mapped": module.retired_bytes() }))
}

fn rows(engine: &Engine) -> Vec<serde_json::Value> {
    let hex = |hash: Option<u64>| hash.map(|hash| format!("{hash:016x}"));
    let row = |row: playground::editor::report::ModuleRow| {
        json!({
            "name": row.name,
            "kind": row.kind,
            "state": row.state,
            "problem": row.problem,
            "off": row.off,
            "generation": row.generation,
            "api_version": hex(row.api_version),
            "state_format_version": hex(row.state_format_version),
            "schema_hash": hex(row.schema_hash),
            "load_ms": row.load_time.as_secs_f64() * 1e3,
            "size": row.size,
            "components": row.components,
            "panels": row.panels,
            "operators": row.operators,
            "implements": row.implements,
        })
    };
    crate::reporter::module_rows(engine).into_iter().map(row).collect()
}

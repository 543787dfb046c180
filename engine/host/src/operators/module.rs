//! Modules and builds.

use super::{Flow, Outcome, done, in_words, missing};
use crate::arguments::Arguments;
use crate::engine::Engine;
use crate::modules::Reply;
use playground::types::ModuleKind;
use serde_json::json;

/// Runs one of them.
pub fn run(engine: &mut Engine, id: &str, arguments: &Arguments<'_>, reply: &Reply) -> Outcome {
    match id {
        "module.reload" => {
            let name = match arguments.text("name")? {
                Some(name) => name,
                None => engine.modules.last_plugin().ok_or("no plugin is declared; give name=MODULE")?,
            };
            engine.reload(Some(&name), "module.reload", reply.clone())?;
            Ok(Flow::Later)
        }
        "module.reload_all" => {
            engine.reload(None, "module.reload_all", reply.clone())?;
            Ok(Flow::Later)
        }
        "module.disable" => disable(engine, &arguments.required_text("name")?),
        "module.list" => done(json!({ "modules": rows(engine) })),
        "build.cancel" => done(json!({ "cancelled": engine.modules.cancel() })),
        other => missing(other),
    }
}

fn disable(engine: &mut Engine, name: &str) -> Outcome {
    let module = engine.modules.registry.find(name).map_err(in_words)?;
    if module.spec.kind != ModuleKind::Plugin {
        return Err(format!("{} can't be disabled: others call it all the time; only plugins can", module.spec.name));
    }
    let name = module.spec.name.clone();
    engine.session.ecs()?.enable_module(engine.session.world(), &name, false);
    engine.modules.registry.quarantine(&name, "disabled by hand; reload it to go on".to_owned());
    done(json!({ "module": name }))
}

fn rows(engine: &Engine) -> Vec<serde_json::Value> {
    let hex = |hash: Option<u64>| hash.map(|hash| format!("{hash:016x}"));
    let row = |row: playground::editor::report::ModuleRow| {
        json!({
            "name": row.name,
            "kind": row.kind,
            "state": row.state,
            "problem": row.problem,
            "generation": row.generation,
            "api_version": hex(row.api_version),
            "state_format_version": hex(row.state_format_version),
            "schema_hash": hex(row.schema_hash),
            "load_ms": row.load_time.as_secs_f64() * 1e3,
            "size": row.size,
            "components": row.components,
            "panels": row.panels,
            "implements": row.implements,
        })
    };
    crate::reporter::module_rows(engine).into_iter().map(row).collect()
}

//! Storage as a whole: its memory, its consistency, its pools as tables.

use super::{Outcome, done, in_words, missing};
use crate::arguments::Arguments;
use crate::engine::Engine;
use crate::files::write_atomic;
use playground::ecs::model::export::ExportFormat;
use serde_json::json;

/// Runs one of them.
pub fn run(engine: &mut Engine, id: &str, arguments: &Arguments<'_>) -> Outcome {
    let ecs = engine.session.ecs()?;
    let (storage, world) = (ecs.storage(), engine.session.world().clone());
    match id {
        "storage.memory" => {
            let memory = storage.memory(&world);
            let pools: Vec<_> = memory
                .pools
                .iter()
                .map(|pool| json!({ "component": pool.component, "components": pool.components, "slack": pool.slack }))
                .collect();
            done(json!({
                "entities": memory.entities, "archetypes": memory.archetypes, "sparse": memory.sparse,
                "checkpoints": memory.checkpoints, "pools": pools,
            }))
        }
        "storage.verify" => done(json!({ "problems": storage.verify(&world) })),
        "storage.compact" => done(json!({ "freed": storage.compact(&world) })),
        "storage.export" => {
            let name = arguments.required_text("component")?;
            let component = ecs.components().id_of(&world, &name).map_err(in_words)?;
            let format = match arguments.text("format")?.as_deref() {
                None | Some("csv") => ExportFormat::Csv,
                Some("json") => ExportFormat::Json,
                Some(other) => return Err(format!("the format `{other}` is neither `csv` nor `json`")),
            };
            let text = storage.export(&world, component, format).map_err(in_words)?;
            match arguments.text("path")? {
                None => done(json!({ "text": text })),
                Some(path) => {
                    let file = engine.in_project(&path);
                    let shown = engine.shown(&file);
                    write_atomic(&file, &text).map_err(|error| format!("can't write {shown}: {error}"))?;
                    done(json!({ "path": shown, "bytes": text.len() }))
                }
            }
        }
        other => missing(other),
    }
}

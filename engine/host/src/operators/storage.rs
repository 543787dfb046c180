//! Storage as a whole: its memory, its consistency, its pools as tables, and all of it as a file.

use super::{Outcome, done, in_words, missing};
use crate::engine::Engine;
use crate::files::write_atomic;
use playground::ecs::Entity;
use playground::ecs::model::export::ExportFormat;
use playground::editor::Arguments;
use playground::editor::report::PlayState;
use serde_json::json;

/// A larger file is not read into memory.
const LARGEST_FILE: u64 = 1 << 32;

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
        "storage.clear" => clear(engine, arguments),
        "storage.save" => {
            let file = engine.in_project(&arguments.required_text("path")?);
            let shown = engine.shown(&file);
            let bytes = storage.save(&world, None).map_err(in_words)?;
            write_atomic(&file, &bytes).map_err(|error| format!("can't write {shown}: {error}"))?;
            done(json!({ "path": shown, "bytes": bytes.len(), "entities": world.read().len() }))
        }
        "storage.load" => {
            if engine.play.state == PlayState::Stopped {
                return Err("the world is not running; storage.load changes the running world, and stop brings the \
                            scene back"
                    .to_owned());
            }
            let file = engine.in_project(&arguments.required_text("path")?);
            let shown = engine.shown(&file);
            let fail = |cause: String| format!("can't load {shown}: {cause}; the world is unchanged");
            let size = std::fs::metadata(&file).map_err(|error| fail(error.to_string()))?.len();
            if size > LARGEST_FILE {
                return Err(fail(format!("it has {size} bytes, at most {LARGEST_FILE} are read")));
            }
            let bytes = std::fs::read(&file).map_err(|error| fail(error.to_string()))?;
            let loaded = storage.load(&world, &bytes).map_err(|error| fail(error.to_string()))?;
            engine.session.mark_stale();
            engine.session.refresh();
            done(json!({
                "path": shown, "entities": loaded.entities, "components": loaded.components, "lost": loaded.lost,
                "defaulted": loaded.defaulted,
            }))
        }
        other => missing(other),
    }
}

/// Removes a component from all entities, as one step of undo.
fn clear(engine: &mut Engine, arguments: &Arguments<'_>) -> Outcome {
    let name = arguments.required_text("component")?;
    let info = engine.session.world().read().component(&name).map_err(in_words)?;
    if info.hidden {
        return Err(format!("{} is the editor's own and can't be edited", info.name));
    }
    let short = info.name.rsplit("::").next().unwrap_or(info.name);
    let removed = engine.session.record(format!("Remove {short} from all"), |recorder| {
        let storage = recorder.storage();
        let all = recorder.tree().rows.iter().map(|(entity, _)| *entity);
        let having: Vec<Entity> = all.filter(|entity| storage.has(*entity, info.id)).collect();
        recorder.watch(&having, |storage| storage.remove_batch(&having, info.id))
    })?;
    done(json!({ "component": info.name, "removed": removed }))
}

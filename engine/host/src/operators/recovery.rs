//! Keeping everything in a file, and going on from one.

use super::{Outcome, done, missing};
use crate::engine::Engine;
use playground::editor::Arguments;
use serde_json::json;

/// Runs one of them.
pub fn run(engine: &mut Engine, id: &str, arguments: &Arguments<'_>) -> Outcome {
    let path = engine.in_project(&arguments.required_text("path")?);
    match id {
        "recovery.keep" => {
            engine.keep_all(&path)?;
            done(json!({ "path": path }))
        }
        "recovery.restore" => {
            let restored = engine.restore_kept(&path, arguments.get::<bool>("play")?.unwrap_or(true))?;
            let (entities, play) = (engine.session.world().read().len(), engine.play.state);
            done(json!({ "entities": entities, "play": play, "lost": restored.lost, "orphans": restored.orphans }))
        }
        other => missing(other),
    }
}

//! Keeping everything in a file, and going on from one.

use super::{Outcome, done, missing};
use crate::arguments::Arguments;
use crate::engine::Engine;
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
            let lost = engine.restore_kept(&path, arguments.get::<bool>("play")?.unwrap_or(true))?;
            done(json!({ "entities": engine.session.world().read().len(), "play": engine.play.state, "lost": lost }))
        }
        other => missing(other),
    }
}

//! Scenes and undo.

use super::{Outcome, done, missing};
use crate::engine::Engine;
use playground::editor::Arguments;
use serde_json::json;

/// Runs one of them.
pub fn run(engine: &mut Engine, id: &str, arguments: &Arguments<'_>) -> Outcome {
    match id {
        "scene.new" => {
            engine.new_scene();
            done(json!({}))
        }
        "scene.open" => {
            let require = match arguments.text("checksum")?.as_deref() {
                None | Some("warn") => false,
                Some("require") => true,
                Some(other) => return Err(format!("`checksum` is `warn` or `require`, not `{other}`")),
            };
            let path = arguments.required_text("path")?;
            engine.open_scene(&path, require).and_then(done)
        }
        "scene.save" => engine.save_scene(arguments.text("path")?.as_deref()).and_then(done),
        "edit.undo" => step(engine, false, "nothing to undo"),
        "edit.redo" => step(engine, true, "nothing to redo"),
        other => missing(other),
    }
}

fn step(engine: &mut Engine, forward: bool, nothing: &str) -> Outcome {
    match engine.session.step_history(forward)? {
        Some(title) => done(json!({ "step": title })),
        None => Err(nothing.to_owned()),
    }
}

//! Play, pause, step, stop.

use super::{Outcome, done, missing};
use crate::engine::Engine;
use playground::editor::Arguments;
use playground::editor::report::PlayState;
use serde_json::json;

/// Steps of one call at most: more would keep the engine from everything else for too long.
const MOST_FRAMES: u32 = 100_000;

/// Runs one of them.
pub fn run(engine: &mut Engine, id: &str, arguments: &Arguments<'_>) -> Outcome {
    match id {
        "play.start" => engine.start_playing()?,
        "play.pause" => match engine.play.state {
            PlayState::Stopped => return Err("the world is not playing; start it with play.start".to_owned()),
            PlayState::Playing => engine.pause_playing(),
            PlayState::Paused => engine.start_playing()?,
        },
        "play.step" => {
            let frames = arguments.get::<u32>("frames")?.unwrap_or(1);
            if frames > MOST_FRAMES {
                return Err(format!("at most {MOST_FRAMES} frames can be stepped at once, these are {frames}"));
            }
            engine.step_playing(frames)?;
        }
        "play.stop" => engine.stop_playing(),
        other => return missing(other),
    }
    done(json!({ "play": engine.play.state }))
}

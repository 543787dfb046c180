//! What is kept on disk while the editor runs, so that a process that dies or hangs loses at most a second of work, and
//! one that is started anew goes on where it was.
//!
//! The engine's thread only copies what changed; a thread of its own turns that into bytes and writes them. Nothing
//! here waits for a lock that a hung system may hold.

mod carried;
mod file;
mod keeper;
mod restore;
mod snapshots;
mod steps;
mod writer;

pub use carried::Carried;
pub use keeper::Keeper;
pub use snapshots::{remove, rename};

use playground::core_types::{Beacon, Who};
use playground::editor::report::{PlayState, Runner};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// The file with what is kept, in the folder of a run.
pub const STATE: &str = "state";
/// The file that says who runs, by number.
pub const RUNNING: &str = "running";
/// The file with the names to those numbers: one line each, module and system with a tab between.
pub const NAMES: &str = "names";

/// What is kept besides the entities.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Head {
    /// The engine that wrote it.
    engine: String,
    /// When it was, seconds since 1970.
    at: f64,
    /// The open scene's file.
    scene: Option<String>,
    /// Whether the scene differs from its file.
    dirty: bool,
    selection: Vec<u64>,
    next_id: u64,
    play: PlayState,
    /// The world's time, s.
    time: f64,
    /// How fast time passes, and whether it stands.
    clock: (f32, bool),
    pinned: BTreeSet<String>,
}

/// What a kept file is about, without reading all of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// When it was written.
    pub at: SystemTime,
    /// The scene's file, relative to the project; `None` for a new scene.
    pub scene: Option<String>,
    /// Whether there is something in it that no scene file has.
    pub unsaved: bool,
}

/// Looks into a kept file.
///
/// # Errors
/// In words, when it can't be read or is damaged.
pub fn peek(path: &Path) -> Result<Kept, String> {
    let parts = file::read(path)?;
    let head = parts.get("head").ok_or("it has no head")?;
    let head: Head = serde_json::from_slice(head).map_err(|error| error.to_string())?;
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs_f64(head.at.max(0.0));
    Ok(Kept { at, scene: head.scene, unsaved: head.dirty || head.play != PlayState::Stopped })
}

/// Who ran when the process of a run died: modules with what of them ran, by the files in the run's folder.
pub fn left_running(folder: &Path) -> Vec<Runner> {
    let names = std::fs::read_to_string(folder.join(NAMES)).unwrap_or_default();
    let named = |who: Who| {
        let (module, name) = names.lines().nth((who.0 as usize).checked_sub(1)?)?.split_once('\t')?;
        Some(Runner { module: module.to_owned(), name: name.to_owned() })
    };
    let left = Beacon::left_in(&folder.join(RUNNING)).unwrap_or_default();
    left.into_iter().filter_map(named).collect()
}

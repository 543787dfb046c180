//! The keeper's thread: what there is to write becomes bytes and files.

use super::{Head, STATE, carried, file, snapshots, steps};
use crate::edit::{History, Step};
use crate::files::write_atomic;
use playground::core_types::Handle;
use playground::ecs::Storage;
use playground::ecs::model::checkpoint::CheckpointCopy;
use playground::scene::Document;
use playground::types::erase::guarded;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What there is to write.
pub struct Work {
    pub head: Head,
    /// The authored scene, if it changed.
    pub scene: Option<Storage>,
    pub playing: Option<Playing>,
    pub history: History,
    /// Private states by module.
    pub states: carried::States,
    /// If one came or went.
    pub snapshots: Option<Snapshots>,
}

/// The world as it plays.
pub enum Playing {
    Checkpoint(CheckpointCopy),
    Copy(Box<Storage>),
}

/// Named snapshots.
pub struct Snapshots {
    /// The names of all of them.
    pub names: BTreeSet<String>,
    /// Those that are new, or were taken anew.
    pub new: BTreeMap<String, Storage>,
}

/// Writes into a folder what is handed to it, one after the other.
pub struct Writer {
    state: PathBuf,
    /// Of the file that was written last.
    parts: file::Parts,
    /// Snapshots that could not be written yet.
    unwritten: BTreeMap<String, Vec<u8>>,
}

impl Writer {
    pub fn new(folder: &Path) -> Self {
        Self { state: folder.join(STATE), parts: file::Parts::new(), unwritten: BTreeMap::new() }
    }

    /// Writes what changed.
    ///
    /// # Errors
    /// In words, when some of it can't be written; the files from before stay then.
    pub fn write(&mut self, mut work: Work) -> Result<(), String> {
        // First: whoever goes on from the file then finds the snapshots, too.
        let snapshots = self.write_snapshots(work.snapshots.take());
        // A component's own code may panic while it is written.
        let state = guarded(|| write_state(&self.state, &mut self.parts, work));
        snapshots.and(state.unwrap_or_else(|panic| Err(format!("a component panicked: {panic}"))))
    }

    fn write_snapshots(&mut self, snapshots: Option<Snapshots>) -> Result<(), String> {
        let folder = snapshots::folder_of(&self.state);
        let fail = |error: std::io::Error| format!("snapshots can't be written to {}: {error}", folder.display());
        let mut broken = Ok(());
        if let Some(Snapshots { names, new }) = snapshots {
            self.unwritten.retain(|name, _| names.contains(name));
            for (name, storage) in new {
                match guarded(|| storage.save(None).map_err(|error| error.to_string())).unwrap_or_else(Err) {
                    Ok(bytes) => drop(self.unwritten.insert(name, bytes)),
                    Err(why) => broken = Err(format!("the snapshot {name} can't be written: {why}")),
                }
            }
            snapshots::keep_only(&folder, &names).map_err(fail)?;
        }
        while let Some(first) = self.unwritten.first_entry() {
            snapshots::write(&folder, first.key(), first.get()).map_err(fail)?;
            first.remove();
        }
        broken
    }
}

/// Writes the file. `parts` are those of the one before; what did not change is taken from there.
pub fn write_state(path: &Path, parts: &mut file::Parts, work: Work) -> Result<(), String> {
    let Work { mut head, scene, playing, history, states, .. } = work;
    if let Some(scene) = scene {
        parts.insert("scene".to_owned(), Document::of(&scene).write().into_bytes());
    }
    parts.remove("world");
    if let Some(playing) = playing {
        let world = match playing {
            Playing::Copy(storage) => storage.save(None),
            Playing::Checkpoint(checkpoint) => {
                head.time = checkpoint.id().time;
                checkpoint.storage().and_then(|storage| storage.save(None))
            }
        };
        parts.insert("world".to_owned(), world.map_err(|error| error.to_string())?);
    }
    parts.retain(|name, _| !name.starts_with(carried::STATE));
    parts.extend(states.iter().map(|(module, state)| (format!("{}{module}", carried::STATE), state.clone())));
    let (done, undone, play_mark, saved) = history.parts();
    let all = |steps: &[Handle<Step>]| steps.iter().map(|step| steps::KeptStep::of(step)).collect();
    let history = steps::KeptHistory { done: all(done), undone: all(undone), play_mark, saved };
    parts.insert("history".to_owned(), serde_json::to_vec(&history).map_err(|error| error.to_string())?);
    parts.insert("head".to_owned(), serde_json::to_vec(&head).map_err(|error| error.to_string())?);
    write_atomic(path, file::write(parts)).map_err(|error| format!("{} can't be written: {error}", path.display()))
}

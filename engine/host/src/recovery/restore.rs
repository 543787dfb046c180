//! Going on where another process ended.

use super::{Head, file, steps};
use crate::edit::History;
use crate::engine::Engine;
use crate::play::time_at;
use playground::ecs::{EcsError, Storage};
use playground::editor::report::{Level, PlayState};
use playground::scene::Document;
use std::path::Path;
use std::time::{Duration, SystemTime};

impl Engine {
    /// Brings back what was kept in a file: the scene, the world as it played, the steps of undo, what was selected.
    /// With `play`, a world that played goes on; else it waits. Gives what could not be brought back.
    ///
    /// # Errors
    /// In words, when the file is damaged or its scene does not fit; the open scene is as it was then.
    pub fn restore_kept(&mut self, path: &Path, play: bool) -> Result<Vec<String>, String> {
        let parts = file::read(path)?;
        let part = |name: &str| parts.get(name).ok_or_else(|| format!("{} has no {name}", path.display()));
        let head: Head = serde_json::from_slice(part("head")?).map_err(|error| format!("its head: {error}"))?;
        let scene = std::str::from_utf8(part("scene")?).map_err(|error| format!("its scene: {error}"))?;
        let document = Document::read(scene).map_err(|error| format!("its scene: {error}"))?;
        let world = self.session.world().clone();
        let mut built = world.read().copy();
        built.clear();
        document.load(&mut built).map_err(|error| format!("its scene: {error}"))?;
        self.stop_playing();
        world.write().restore(built);
        self.session.reset(head.scene.as_ref().map(|scene| self.in_project(scene)));
        let mut lost = Vec::new();
        match history(part("history")?) {
            Ok(history) => self.session.history = history,
            Err(why) => {
                self.session.history.mark_unsaved();
                lost.push(format!("the steps of undo ({why})"));
            }
        }
        self.session.set_next_id(head.next_id);
        {
            let mut clock = world.clock().write();
            (clock.scale, clock.paused) = head.clock;
        }
        self.restore_states(&parts, &mut lost);
        self.restore_snapshots(&parts, &mut lost);
        self.session.mark_stale();
        self.session.refresh();
        if let Some(bytes) = parts.get("world") {
            let state = if play { head.play } else { PlayState::Paused };
            if let Err(why) = self.restore_playing(bytes, &head, state) {
                self.session.history.end_play();
                lost.push(format!("the world as it played ({why}); the scene is as it was authored"));
            }
        }
        let known = |id: &u64| self.session.tree.entity(*id).is_some();
        self.session.selection = head.selection.into_iter().filter(known).collect();
        self.modules.pinned = head.pinned;
        self.draw.mark_dirty();
        self.say_restored(head.at, &lost);
        Ok(lost)
    }

    fn restore_playing(&mut self, bytes: &[u8], head: &Head, state: PlayState) -> Result<(), String> {
        let ecs = self.session.ecs()?;
        let world = self.session.world().clone();
        let mut built = world.read().copy();
        built.load(bytes).map_err(|error: EcsError| error.to_string())?;
        self.session.holder.authored = Some(ecs.worlds().snapshot(&world));
        world.write().restore(built);
        world.clear_checkpoints();
        self.play.state = state;
        self.set_time(time_at(head.time));
        self.session.mark_stale();
        self.session.refresh();
        Ok(())
    }

    fn restore_states(&mut self, parts: &file::Parts, lost: &mut Vec<String>) {
        for (name, state) in parts {
            let Some(module) = name.strip_prefix("state ") else { continue };
            if let Err(error) = self.modules.registry.restore_state(module, state) {
                lost.push(format!("the state of {module} ({error})"));
            }
        }
    }

    fn restore_snapshots(&mut self, parts: &file::Parts, lost: &mut Vec<String>) {
        for (name, bytes) in parts {
            let Some(snapshot) = name.strip_prefix("snapshot ") else { continue };
            let mut storage: Storage = self.session.world().read().copy();
            match storage.load(bytes) {
                Ok(_) => drop(self.session.holder.snapshots.insert(snapshot.to_owned(), storage)),
                Err(error) => lost.push(format!("the snapshot {snapshot} ({error})")),
            }
        }
    }

    fn say_restored(&mut self, at: f64, lost: &[String]) {
        let written = SystemTime::UNIX_EPOCH + Duration::from_secs_f64(at.max(0.0));
        let age = SystemTime::now().duration_since(written).unwrap_or_default();
        let title = format!("Goes on from {:.0} s ago", age.as_secs_f64());
        let (level, detail) = match lost.is_empty() {
            true => (Level::Success, "The scene, the world, the steps of undo and the selection are back.".to_owned()),
            false => (Level::Warning, format!("Lost: {}.", lost.join("; "))),
        };
        self.log(level, "recovery", &format!("{title}. {detail}"));
        self.notices.add(level, title, detail);
    }
}

fn history(part: &[u8]) -> Result<History, String> {
    let kept: steps::KeptHistory = serde_json::from_slice(part).map_err(|error| error.to_string())?;
    let read = |steps: Vec<steps::KeptStep>| steps.into_iter().map(steps::KeptStep::read).collect::<Result<_, _>>();
    Ok(History::of_parts(read(kept.done)?, read(kept.undone)?, kept.play_mark, kept.saved))
}

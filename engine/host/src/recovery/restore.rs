//! Going on where another process ended.

use super::{Head, carried, file, snapshots, steps};
use crate::edit::History;
use crate::engine::Engine;
use crate::play::time_at;
use playground::ecs::{EcsError, Storage};
use playground::editor::report::{Level, PlayState};
use playground::scene::{Document, keep_orphans};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// What became of what was kept.
#[derive(Default)]
pub struct Restored {
    /// What could not be brought back, and why.
    pub lost: Vec<String>,
    /// Components that no loaded module has; they wait for theirs.
    pub orphans: BTreeSet<String>,
}

impl Engine {
    /// Brings back what was kept in a file: the scene, the world as it played, snapshots, the steps of undo, what was
    /// selected. With `play`, a world that played goes on; else it waits. Components and private states of modules that
    /// do not run wait for these.
    ///
    /// # Errors
    /// In words, when the file is damaged or its scene does not fit; the open scene is as it was then.
    pub fn restore_kept(&mut self, path: &Path, play: bool) -> Result<Restored, String> {
        let parts = file::read(path)?;
        let part = |name: &str| parts.get(name).ok_or_else(|| format!("{} has no {name}", path.display()));
        let head: Head = serde_json::from_slice(part("head")?).map_err(|error| format!("its head: {error}"))?;
        let scene = std::str::from_utf8(part("scene")?).map_err(|error| format!("its scene: {error}"))?;
        let document = Document::read(scene).map_err(|error| format!("its scene: {error}"))?;
        let world = self.session.world().clone();
        let mut built = world.read().copy();
        built.clear();
        let loaded = document.load(&mut built).map_err(|error| format!("its scene: {error}"))?;
        self.stop_playing();
        world.write().restore(built);
        self.session.reset(head.scene.as_ref().map(|scene| self.in_project(scene)));
        let mut restored = Restored { orphans: loaded.orphans, ..Restored::default() };
        match history(part("history")?) {
            Ok(history) => self.session.history = history,
            Err(why) => {
                self.session.history.mark_unsaved();
                restored.lost.push(format!("the steps of undo ({why})"));
            }
        }
        self.session.set_next_id(head.next_id);
        {
            let mut clock = world.clock().write();
            (clock.scale, clock.paused) = head.clock;
        }
        self.restore_states(&parts, &mut restored);
        self.restore_snapshots(path, &parts, &mut restored);
        self.session.mark_stale();
        self.session.refresh();
        if let Some(bytes) = parts.get("world") {
            let state = if play { head.play } else { PlayState::Paused };
            if let Err(why) = self.restore_playing(bytes, &head, state, &mut restored) {
                self.session.history.end_play();
                restored.lost.push(format!("the world as it played ({why}); the scene is as it was authored"));
            }
        }
        // What was kept while a module was away may come back with it.
        restored.lost.extend(self.session.adopt_orphans());
        let known = |id: &u64| self.session.tree.entity(*id).is_some();
        self.session.selection = head.selection.into_iter().filter(known).collect();
        self.modules.pinned = head.pinned;
        self.draw.mark_dirty();
        self.say_restored(head.at, &restored);
        Ok(restored)
    }

    /// A world as it was when it was kept. What of it belongs to no loaded module is kept on its entities.
    fn load_kept(&self, bytes: &[u8], what: &str, restored: &mut Restored) -> Result<Storage, String> {
        let mut built = self.session.world().read().copy();
        let in_words = |error: EcsError| error.to_string();
        let (_, absent) = built.load_with_absent(bytes).map_err(in_words)?;
        let orphaned = keep_orphans(&mut built, absent).map_err(in_words)?;
        restored.orphans.extend(orphaned.kept);
        let unreadable = |component: String| format!("some {component} of {what} (its values have no text)");
        restored.lost.extend(orphaned.lost.into_iter().map(unreadable));
        Ok(built)
    }

    fn restore_playing(
        &mut self,
        bytes: &[u8],
        head: &Head,
        state: PlayState,
        restored: &mut Restored,
    ) -> Result<(), String> {
        let built = self.load_kept(bytes, "the world as it played", restored)?;
        let world = self.session.world().clone();
        let authored = world.read().copy();
        self.session.holder.authored = Some(authored);
        world.write().restore(built);
        world.clear_checkpoints();
        self.play.state = state;
        self.set_time(time_at(head.time));
        self.session.mark_stale();
        self.session.refresh();
        Ok(())
    }

    fn restore_states(&mut self, parts: &file::Parts, restored: &mut Restored) {
        for (name, state) in parts {
            let Some(module) = name.strip_prefix(carried::STATE) else { continue };
            let registry = &self.modules.registry;
            if registry.find(module).is_ok_and(|module| module.current().is_none()) {
                self.carried.keep(module, state);
            } else if let Err(error) = registry.restore_state(module, state) {
                restored.lost.push(format!("the state of {module} ({error})"));
            }
        }
    }

    /// Snapshots wait for missing modules as the world does, so that one can be looked at, gone back to and kept anew
    /// meanwhile.
    fn restore_snapshots(&mut self, path: &Path, parts: &file::Parts, restored: &mut Restored) {
        let in_file = parts.iter().filter_map(|(name, bytes)| {
            let name = name.strip_prefix("snapshot ")?;
            Some(Ok((name.to_owned(), bytes.clone())))
        });
        for snapshot in snapshots::read(path).into_iter().chain(in_file) {
            let (name, bytes) = match snapshot {
                Ok(snapshot) => snapshot,
                Err(why) => {
                    restored.lost.push(format!("a snapshot ({why})"));
                    continue;
                }
            };
            let what = format!("the snapshot {name}");
            match self.load_kept(&bytes, &what, restored) {
                Ok(storage) => {
                    self.note_snapshot(&name);
                    self.session.holder.snapshots.insert(name, storage);
                }
                Err(why) => restored.lost.push(format!("{what} ({why})")),
            }
        }
    }

    fn say_restored(&mut self, at: f64, Restored { lost, orphans }: &Restored) {
        let written = SystemTime::UNIX_EPOCH + Duration::from_secs_f64(at.max(0.0));
        let age = SystemTime::now().duration_since(written).unwrap_or_default();
        let title = format!("Goes on from {:.0} s ago", age.as_secs_f64());
        let (mut level, mut detail) = match lost.is_empty() {
            true => (Level::Success, "The scene, the world, the steps of undo and the selection are back.".to_owned()),
            false => (Level::Warning, format!("Lost: {}.", lost.join("; "))),
        };
        if !orphans.is_empty() {
            level = Level::Warning;
            let list: Vec<&str> = orphans.iter().map(String::as_str).collect();
            detail = format!("{detail}\nNo loaded module has {}; kept as they are until one has.", list.join(", "));
        }
        self.log(level, "recovery", &format!("{title}. {detail}"));
        self.notices.add(level, title, detail);
    }
}

fn history(part: &[u8]) -> Result<History, String> {
    let kept: steps::KeptHistory = serde_json::from_slice(part).map_err(|error| error.to_string())?;
    let read = |steps: Vec<steps::KeptStep>| steps.into_iter().map(steps::KeptStep::read).collect::<Result<_, _>>();
    Ok(History::of_parts(read(kept.done)?, read(kept.undone)?, kept.play_mark, kept.saved))
}

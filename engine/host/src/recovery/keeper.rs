//! When to keep, and what to hand to the thread that writes.

use super::writer::{Playing, Snapshots, Work, Writer, write_state};
use super::{Head, NAMES, RUNNING, file};
use crate::engine::Engine;
use crate::files::write_atomic;
use crossbeam::channel::{Receiver, Sender, bounded, unbounded};
use playground::core_types::{Beacon, Handle};
use playground::ecs::Storage;
use playground::editor::report::{Level, PlayState};
use playground::types::erase::guarded;
use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

/// So much work is lost at most, besides what writing takes.
const EVERY: Duration = Duration::from_millis(900);

/// Keeps what is edited and played on disk.
pub struct Keeper {
    folder: PathBuf,
    work: Option<Sender<Work>>,
    problems: Receiver<String>,
    thread: Option<JoinHandle<()>>,
    last: Instant,
    /// Whether anything is another than what was written last.
    changed: bool,
    /// Whether the authored scene is.
    scene_changed: bool,
    /// Snapshots that came or went; `None` if none did. At first it is not known what the folder has.
    snapshots_changed: Option<BTreeSet<String>>,
    /// The checkpoint of the world that was written last.
    checkpoint: Option<u64>,
    /// Names that were written.
    names: usize,
    told: bool,
}

impl Keeper {
    /// Keeps in `folder`, from now on, also who runs.
    ///
    /// # Errors
    /// When nothing can be written there.
    pub fn new(folder: &Path, beacon: &Beacon) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        beacon.mirror_to(File::create(folder.join(RUNNING))?);
        let (work, inbox) = bounded::<Work>(1);
        let (problem, problems) = unbounded();
        let mut writer = Writer::new(folder);
        let thread = std::thread::Builder::new().name("keeper".to_owned()).spawn(move || {
            for work in inbox {
                if let Err(why) = writer.write(work) {
                    // The engine may have ended.
                    let _ = problem.send(why);
                }
            }
        })?;
        Ok(Self {
            folder: folder.to_owned(),
            work: Some(work),
            problems,
            thread: Some(thread),
            last: Instant::now(),
            // Until the modules run there is nothing of which somebody would want more than was restored.
            changed: false,
            scene_changed: false,
            snapshots_changed: Some(BTreeSet::new()),
            checkpoint: None,
            names: 0,
            told: false,
        })
    }

    /// Notes that something changed; `scene` if that may be the authored one.
    pub fn note(&mut self, scene: bool) {
        self.changed = true;
        self.scene_changed |= scene;
    }

    /// Notes that a snapshot came, went, or was taken anew.
    pub fn note_snapshot(&mut self, name: &str) {
        self.changed = true;
        self.snapshots_changed.get_or_insert_default().insert(name.to_owned());
    }

    /// Whether it is time to write: what changed has waited for long enough, or there is a newer checkpoint of the world
    /// that plays.
    fn is_due(&self, newest: Option<u64>) -> bool {
        let waited = self.last.elapsed() >= EVERY || newest.is_some_and(|newest| self.checkpoint != Some(newest));
        self.changed && waited && self.work.as_ref().is_some_and(Sender::is_empty)
    }

    /// Writes the names of who may run, if there are new ones.
    fn write_names(&mut self, names: &[(String, String)]) -> io::Result<()> {
        if names.len() == self.names {
            return Ok(());
        }
        let lines: String = names.iter().map(|(module, system)| format!("{module}\t{system}\n")).collect();
        write_atomic(&self.folder.join(NAMES), lines)?;
        self.names = names.len();
        Ok(())
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.work = None;
        if let Some(thread) = self.thread.take() {
            // Its panics were caught.
            let _ = thread.join();
        }
    }
}

impl Engine {
    /// Begins to keep work, if a folder is given for it.
    pub fn start_keeping(&mut self) {
        let Some(folder) = self.options.keep.clone() else { return };
        match Keeper::new(&folder, self.session.world().beacon()) {
            Ok(keeper) => self.keeper = Some(keeper),
            Err(error) => {
                let text = format!("work can't be kept in {}: {error}", folder.display());
                self.log(Level::Warning, "recovery", &text);
            }
        }
    }

    /// Keeps what changed, if it is time.
    pub fn keep(&mut self) {
        let Some(mut keeper) = self.keeper.take() else { return };
        if let Some(why) = keeper.problems.try_iter().last()
            && !std::mem::replace(&mut keeper.told, true)
        {
            let detail = format!("{why}\nIf the editor ends by accident, what was not saved is lost.");
            self.notices.add(Level::Warning, "Work can't be kept for a restart", detail.clone());
            self.log(Level::Warning, "recovery", &detail);
        }
        let newest = (self.play.state == PlayState::Playing).then(|| self.newest_checkpoint()).flatten();
        if keeper.is_due(newest) {
            let snapshots = keeper.snapshots_changed.as_ref().map(|changed| self.gather_snapshots(changed));
            let work = Work { snapshots, ..self.gather(keeper.scene_changed) };
            // Full means that the one before is being written; what changed is taken the next time.
            if keeper.work.as_ref().is_some_and(|sender| sender.try_send(work).is_ok()) {
                (keeper.changed, keeper.scene_changed, keeper.last) = (false, false, Instant::now());
                keeper.snapshots_changed = None;
                keeper.checkpoint = newest;
            }
        }
        self.keeper = Some(keeper);
    }

    /// Writes down the names of who may run, if there are new ones.
    pub fn keep_names(&mut self) {
        let Some(keeper) = &mut self.keeper else { return };
        // Without names nobody can be named after an accident, and nothing else is lost.
        let _ = keeper.write_names(self.session.world().schedule().read().names());
    }

    /// Notes that a person changed something, or that the world went on.
    pub fn note_for_keeping(&mut self, scene: bool) {
        if let Some(keeper) = &mut self.keeper {
            keeper.note(scene);
        }
    }

    /// Notes that a snapshot came, went, or was taken anew.
    pub fn note_snapshot(&mut self, name: &str) {
        if let Some(keeper) = &mut self.keeper {
            keeper.note_snapshot(name);
        }
    }

    fn newest_checkpoint(&self) -> Option<u64> {
        self.session.world().checkpoints().read().newest().map(|checkpoint| checkpoint.number)
    }

    fn gather_snapshots(&self, changed: &BTreeSet<String>) -> Snapshots {
        let all = &self.session.holder.snapshots;
        let new = |name: &String| Some((name.clone(), all.get(name)?.copy()));
        Snapshots { names: all.keys().cloned().collect(), new: changed.iter().filter_map(new).collect() }
    }

    fn gather(&self, scene_changed: bool) -> Work {
        let world = self.session.world();
        let authored = self.session.holder.authored.as_ref();
        let copy = || authored.map_or_else(|| world.read().copy(), Storage::copy);
        let playing = authored.map(|_| {
            let last = world.checkpoints().read().last().filter(|_| self.play.state == PlayState::Playing);
            // While the world waits, it may have been edited since its last checkpoint.
            last.map_or_else(|| Playing::Copy(Box::new(world.read().copy())), Playing::Checkpoint)
        });
        Work {
            head: self.head(),
            scene: scene_changed.then(copy),
            playing,
            history: self.session.history.clone(),
            states: self.carried.states(),
            snapshots: None,
        }
    }

    fn head(&self) -> Head {
        let clock = self.session.world().clock().read();
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Head {
            engine: playground::ENGINE_BUILD.id.to_owned(),
            at: since_1970.as_secs_f64(),
            scene: self.session.path.as_deref().map(|path| self.shown(path)),
            dirty: self.session.history.dirty(),
            selection: self.session.selection.clone(),
            next_id: self.session.next_id(),
            play: self.play.state,
            time: self.play.time().elapsed(),
            clock: (clock.scale, clock.paused),
            pinned: self.modules.pinned.clone(),
        }
    }

    /// Writes everything to a file of its own, to go on from in another process.
    ///
    /// # Errors
    /// In words, when it can't be written.
    pub fn keep_all(&mut self, path: &Path) -> Result<(), String> {
        let mut parts = file::Parts::new();
        for (name, snapshot) in &self.session.holder.snapshots {
            parts.insert(format!("snapshot {name}"), snapshot.save(None).map_err(|error| error.to_string())?);
        }
        let mut work = self.gather(true);
        for (module, state) in self.modules.registry.save_states() {
            match state {
                Ok(state) => drop(Handle::make_mut(&mut work.states).insert(module, state)),
                Err(error) => self.log(Level::Warning, &module, &format!("its state is lost: {error}")),
            }
        }
        if let Some(playing) = &mut work.playing {
            *playing = Playing::Copy(Box::new(self.session.world().read().copy()));
        }
        guarded(|| write_state(path, &mut parts, work)).unwrap_or_else(Err)
    }
}

//! Watching module sources: one event for one save, none for a touch, whatever way the editor writes files.
//!
//! Folders are watched, never files: an editor that writes a temporary file and renames it over the old one would take
//! the watch with the old one. Contents decide: only a file whose bytes differ from the last time is a change.

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind, RenameMode};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Watches the sources of packages until it is dropped.
#[derive(Debug)]
pub struct Watcher {
    stop: Sender<Input>,
    thread: Option<JoinHandle<()>>,
}

/// What a watcher says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchEvent {
    /// Contents of a package's files changed.
    Changed {
        /// The package.
        package: String,
        /// Its changed, new and removed files, sorted.
        files: Vec<PathBuf>,
        /// When the first sign of it was seen.
        at: Instant,
    },
    /// A file of a package was just written or replaced, and differs: [`Changed`](Self::Changed) follows if that is all.
    Likely {
        /// The package.
        package: String,
        /// Its file.
        file: PathBuf,
    },
    /// The system can't notify, so folders are looked through twice a second from now on.
    Polling {
        /// Why, and what to do about it.
        reason: String,
    },
}

/// Why a watcher can't be made.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// No thread could be started.
    #[error("can't start the watch thread: {0}; saved files aren't noticed, use the Reload button")]
    Thread(std::io::Error),
}

/// So long nothing must happen before a change is looked at: longer than an editor's pauses within one save.
const QUIET: Duration = Duration::from_millis(20);
/// After this time a change is looked at even if files keep changing.
const LONGEST: Duration = Duration::from_millis(250);
/// How long a file that vanished or is empty gets to come back: between the steps of a save it may be either.
const RETURN: Duration = Duration::from_millis(150);
const POLL: Duration = Duration::from_millis(500);

enum Input {
    Notified(notify::Result<notify::Event>),
    Stop,
}

impl Watcher {
    /// Watches the folders of packages. `on_event` is called on the watcher's thread.
    ///
    /// Falls back to polling, and says so, when the system's notifications can't be had.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn new(
        packages: Vec<(String, PathBuf)>,
        on_event: impl Fn(WatchEvent) + Send + 'static,
    ) -> Result<Self, WatchError> {
        Self::start(packages, None, on_event)
    }

    /// Looks through the folders instead of being notified, as on network drives, where notifications don't arrive.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn polling(
        packages: Vec<(String, PathBuf)>,
        reason: &str,
        on_event: impl Fn(WatchEvent) + Send + 'static,
    ) -> Result<Self, WatchError> {
        Self::start(packages, Some(reason.to_owned()), on_event)
    }

    fn start(
        packages: Vec<(String, PathBuf)>,
        forced: Option<String>,
        on_event: impl Fn(WatchEvent) + Send + 'static,
    ) -> Result<Self, WatchError> {
        let (sender, inputs) = channel();
        // Some systems notify with the resolved name, others with the given one; this makes them the same.
        let resolve = |folder: PathBuf| fs::canonicalize(&folder).unwrap_or(folder);
        let packages: Vec<_> = packages.into_iter().map(|(name, folder)| (name, resolve(folder))).collect();
        let mut sources = Sources::new(packages.clone());
        // Before this returns: a save right after it must be noticed.
        let notifier = match forced {
            Some(reason) => Err(reason),
            None => watch_all(&packages, sender.clone()).map_err(|error| polling_reason(&error)),
        };
        let run = move || {
            let polled = match &notifier {
                Ok(_) => run_notified(&mut sources, &inputs, &on_event),
                Err(reason) => Some(reason.clone()),
            };
            if let Some(reason) = polled {
                on_event(WatchEvent::Polling { reason });
                run_polling(&mut sources, &inputs, &on_event);
            }
        };
        let thread =
            thread::Builder::new().name("playground-watch".to_owned()).spawn(run).map_err(WatchError::Thread)?;
        Ok(Self { stop: sender, thread: Some(thread) })
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.stop.send(Input::Stop);
        if let Some(thread) = self.thread.take() {
            // A callback that drops its own watcher would wait for itself.
            if thread.thread().id() != thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

fn watch_all(packages: &[(String, PathBuf)], sender: Sender<Input>) -> notify::Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event| {
        let _ = sender.send(Input::Notified(event));
    })?;
    for (_, folder) in packages {
        let named = |error: notify::Error| if error.paths.is_empty() { error.add_path(folder.clone()) } else { error };
        watcher.watch(folder, RecursiveMode::Recursive).map_err(named)?;
    }
    Ok(watcher)
}

fn polling_reason(error: &notify::Error) -> String {
    let remedy = match error.kind {
        notify::ErrorKind::MaxFilesWatch => "; raise fs.inotify.max_user_watches to be notified again",
        notify::ErrorKind::PathNotFound => "; restart the editor when the folder is there",
        _ => "",
    };
    let cause = error.to_string();
    let paths: Vec<_> = error.paths.iter().map(|path| path.display().to_string()).collect();
    let cause = format!("{} {}", cause.trim_end_matches('.'), paths.join(", "));
    let cause = cause.trim();
    format!("the system can't notify of changed files ({cause}); looking through the folders twice a second{remedy}")
}

/// Runs until the watcher is dropped (`None`) or notifications fail (the reason).
fn run_notified(sources: &mut Sources, inputs: &Receiver<Input>, on_event: &impl Fn(WatchEvent)) -> Option<String> {
    // What was saved between the first look and the first notification shows in a second look.
    let now = Instant::now();
    let mut batch = Some(Batch { first: now, last: now, folders: sources.folders().collect() });
    loop {
        let input = match &batch {
            None => inputs.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(batch) => inputs.recv_timeout(batch.due().saturating_duration_since(Instant::now())),
        };
        match input {
            Ok(Input::Stop) | Err(RecvTimeoutError::Disconnected) => return None,
            Ok(Input::Notified(Err(error))) => return Some(polling_reason(&error)),
            Ok(Input::Notified(Ok(event))) => {
                if is_end_of_write(event.kind) {
                    event.paths.iter().for_each(|path| sources.guess(path, on_event));
                }
                // Looking at files causes access events of its own.
                if event.kind.is_access() {
                    continue;
                }
                let now = Instant::now();
                let batch = batch.get_or_insert_with(|| Batch { first: now, last: now, folders: BTreeSet::new() });
                batch.last = now;
                if event.need_rescan() {
                    batch.folders.extend(sources.folders());
                }
                batch.folders.extend(event.paths);
            }
            Err(RecvTimeoutError::Timeout) => {
                let Some(mut due) = batch.take() else { continue };
                if sources.look(&mut due, on_event) == Look::Unfinished {
                    due.last = Instant::now();
                    batch = Some(due);
                }
            }
        }
    }
}

/// Whether a file was closed by who wrote it, or put in another's place: in between it may be half of what it will be.
fn is_end_of_write(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Access(AccessKind::Close(AccessMode::Write)) | EventKind::Modify(ModifyKind::Name(RenameMode::To))
    )
}

fn run_polling(sources: &mut Sources, inputs: &Receiver<Input>, on_event: &impl Fn(WatchEvent)) {
    loop {
        match inputs.recv_timeout(POLL) {
            Ok(Input::Notified(_)) => {}
            Ok(Input::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                let now = Instant::now();
                let mut batch = Batch { first: now, last: now, folders: sources.folders().collect() };
                while sources.look(&mut batch, on_event) == Look::Unfinished {
                    match inputs.recv_timeout(QUIET) {
                        Ok(Input::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                        _ => {}
                    }
                }
            }
        }
    }
}

/// Signs of change that belong together.
struct Batch {
    first: Instant,
    last: Instant,
    /// What to look at: files, or folders with all that is in them.
    folders: BTreeSet<PathBuf>,
}

impl Batch {
    fn due(&self) -> Instant {
        // After the longest time, files that are to come back are still looked for at a calm pace.
        if self.last > self.first + LONGEST { self.last + QUIET } else { (self.last + QUIET).min(self.first + LONGEST) }
    }
}

#[derive(PartialEq)]
enum Look {
    Done,
    Unfinished,
}

/// What is known of the watched files.
struct Sources {
    packages: Vec<(String, PathBuf)>,
    digests: BTreeMap<PathBuf, u64>,
}

impl Sources {
    fn new(packages: Vec<(String, PathBuf)>) -> Self {
        let mut sources = Self { packages, digests: BTreeMap::new() };
        let folders: Vec<_> = sources.folders().collect();
        for file in folders.iter().flat_map(|folder| files_at(folder)) {
            if let Some(digest) = digest_of(&file) {
                sources.digests.insert(file, digest);
            }
        }
        sources
    }

    /// Whether `file` is a source, and in no ignored folder of its package.
    fn is_watched(&self, file: &Path) -> bool {
        let is_below = |(_, folder): &(String, PathBuf)| {
            let below = file.strip_prefix(folder).ok();
            below.is_some_and(|below| !below.ancestors().any(is_ignored))
        };
        is_source(file) && self.packages.iter().any(is_below)
    }

    /// Says that a file has probably been saved.
    fn guess(&self, file: &Path, on_event: &impl Fn(WatchEvent)) {
        let digest = if self.is_watched(file) { digest_of(file) } else { None };
        let differs = digest.is_some_and(|digest| digest != EMPTY && self.digests.get(file) != Some(&digest));
        for (package, _) in self.packages.iter().filter(|(_, folder)| differs && file.starts_with(folder)) {
            on_event(WatchEvent::Likely { package: package.clone(), file: file.to_owned() });
        }
    }

    fn folders(&self) -> impl Iterator<Item = PathBuf> {
        self.packages.iter().map(|(_, folder)| folder.clone())
    }

    /// Compares what `batch` names with what is known, and reports and remembers the differences.
    fn look(&mut self, batch: &mut Batch, on_event: &impl Fn(WatchEvent)) -> Look {
        let may_return = batch.first.elapsed() < RETURN;
        let mut changed: BTreeMap<PathBuf, Option<u64>> = BTreeMap::new();
        for path in &batch.folders {
            let known = self.digests.keys().filter(|file| file.starts_with(path)).cloned();
            for file in files_at(path).into_iter().chain(known) {
                if !self.is_watched(&file) {
                    continue;
                }
                let digest = digest_of(&file);
                if digest != self.digests.get(&file).copied() {
                    changed.insert(file, digest);
                }
            }
        }
        let is_between = |digest: &Option<u64>| digest.is_none() || *digest == Some(EMPTY);
        if may_return && changed.values().any(is_between) {
            return Look::Unfinished;
        }
        let mut by_package: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
        for (file, digest) in changed {
            match digest {
                Some(digest) => self.digests.insert(file.clone(), digest),
                None => self.digests.remove(&file),
            };
            for (package, _) in self.packages.iter().filter(|(_, folder)| file.starts_with(folder)) {
                by_package.entry(package.clone()).or_default().push(file.clone());
            }
        }
        for (package, files) in by_package {
            on_event(WatchEvent::Changed { package, files, at: batch.first });
        }
        Look::Done
    }
}

/// The digest that stands for an empty file.
const EMPTY: u64 = 0;

fn digest_of(file: &Path) -> Option<u64> {
    let bytes = fs::read(file).ok()?;
    Some(if bytes.is_empty() { EMPTY } else { xxhash_rust::xxh3::xxh3_64(&bytes).max(1) })
}

/// A digest of the sources in a package's folder, by their names and contents: equal sources have equal digests.
#[must_use]
pub fn source_digest(folder: &Path) -> String {
    let mut files = files_at(folder);
    files.sort_unstable();
    let mut hasher = xxhash_rust::xxh3::Xxh3::new();
    for file in &files {
        let name = file.strip_prefix(folder).unwrap_or(file);
        hasher.update(name.to_string_lossy().as_bytes());
        hasher.update(&digest_of(file).unwrap_or(EMPTY).to_le_bytes());
    }
    format!("{:016x}", hasher.digest())
}

/// `path` itself if it is a source file, or all source files below it.
fn files_at(path: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut rest = vec![path.to_owned()];
    while let Some(path) = rest.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).into_iter().flatten().flatten();
            rest.extend(entries.map(|entry| entry.path()).filter(|path| !is_ignored(path)));
        } else if is_source(&path) && path.is_file() {
            files.push(path);
        }
    }
    files
}

fn is_source(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    !is_ignored(path) && (name == "Cargo.toml" || name.ends_with(".rs") || name.ends_with(".wgsl"))
}

/// Hidden files, build output, and what editors keep beside a file.
fn is_ignored(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(['.', '#']) || name.ends_with('~') || name == "target"
}

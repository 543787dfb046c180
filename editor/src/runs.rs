//! Folders of runs: where a running editor keeps work, and what editors that ended by accident left.
//!
//! A run holds a lock on a file in its folder; the system gives it back when the process ends, however that comes.

use crate::settings;
use playground_engine_host::recovery::{self, Kept, STATE};
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

const LOCK: &str = "lock";
/// What a start goes on from. It stays until the run keeps something itself.
pub const RESTORE: &str = "restore";

/// The folder of a run that is going on.
pub struct Run {
    folder: PathBuf,
    _lock: File,
}

/// What a run that ended by accident left.
pub struct Left {
    /// Its folder.
    pub folder: PathBuf,
    /// The file to go on from.
    pub file: PathBuf,
    /// What is in it.
    pub kept: Kept,
}

impl Run {
    /// Makes a folder for this run of the editor over a project. `None` if the system has no place for it.
    ///
    /// # Errors
    /// When the folder can't be made.
    pub fn begin(project: &Path) -> io::Result<Option<Self>> {
        let Some(folder) = folder_of(project) else { return Ok(None) };
        let folder = folder.join(std::process::id().to_string());
        fs::create_dir_all(&folder)?;
        Self::in_folder(folder).map(Some)
    }

    /// The run whose folder was made by another process, which waits for this one.
    ///
    /// # Errors
    /// When the folder is gone.
    pub fn in_folder(folder: PathBuf) -> io::Result<Self> {
        let lock = File::options().create(true).truncate(false).write(true).open(folder.join(LOCK))?;
        // Shared: the one who watches this process has it, too. Whoever looks for runs that have ended may have it
        // alone for a moment.
        lock.lock_shared()?;
        Ok(Self { folder, _lock: lock })
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Ends the run as it should end: nothing of it stays.
    pub fn end(self) {
        // What can't be removed is offered at the next start, and can be dismissed there.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Left {
    /// Moves what is left into a run that goes on from it, so that it is not offered again. Gives the file.
    ///
    /// # Errors
    /// When the file can't be moved.
    pub fn take_over(&self, run: &Run) -> io::Result<PathBuf> {
        let restore = run.folder().join(RESTORE);
        recovery::rename(&self.file, &restore)?;
        // What can't be removed has nothing in it that would be offered.
        let _ = fs::remove_dir_all(&self.folder);
        Ok(restore)
    }
}

fn folder_of(project: &Path) -> Option<PathBuf> {
    let mut hasher = DefaultHasher::new();
    project.hash(&mut hasher);
    Some(settings::folder()?.join("runs").join(format!("{:016x}", hasher.finish())))
}

/// The file to go on from in a run's folder, and what is in it: what it kept last or, before it kept anything, what it
/// began from.
pub fn to_go_on_from(folder: &Path) -> Option<(PathBuf, Kept)> {
    [STATE, RESTORE].into_iter().map(|name| folder.join(name)).find_map(|path| {
        let kept = recovery::peek(&path).ok()?;
        Some((path, kept))
    })
}

/// When the file to go on from was written, without a look into it: it may be large, and this is asked for often.
pub fn written_at(folder: &Path) -> Option<SystemTime> {
    [STATE, RESTORE].into_iter().find_map(|name| folder.join(name).metadata().ok()?.modified().ok())
}

/// Puts what a run kept aside, so that the next process can go on from it while it keeps work itself. Gives the file.
///
/// # Errors
/// When it can't be renamed.
pub fn set_aside(folder: &Path) -> io::Result<Option<PathBuf>> {
    let restore = folder.join(RESTORE);
    match to_go_on_from(folder) {
        Some((found, _)) if found != restore => recovery::rename(&found, &restore).map(|()| Some(restore)),
        found => Ok(found.map(|(file, _)| file)),
    }
}

/// What runs of this project left that ended by accident, the latest first. Folders without anything of use are removed.
pub fn left(project: &Path) -> Vec<Left> {
    let Some(all) = folder_of(project).and_then(|folder| fs::read_dir(folder).ok()) else { return Vec::new() };
    let mut left: Vec<Left> = all.flatten().filter_map(|entry| ended(entry.path())).collect();
    left.sort_by_key(|left| std::cmp::Reverse(left.kept.at));
    left
}

fn ended(folder: PathBuf) -> Option<Left> {
    let lock = File::open(folder.join(LOCK)).ok()?;
    lock.try_lock().ok()?;
    match to_go_on_from(&folder).filter(|(_, kept)| kept.unsaved) {
        Some((file, kept)) => Some(Left { folder, file, kept }),
        None => {
            let _ = fs::remove_dir_all(&folder);
            None
        }
    }
}

//! Copies of libraries at paths of their own.
//!
//! The system's loader returns the old code for a path that it has seen, and a linker replaces files under their
//! users; so every generation is opened from a copy that nothing writes again.

use crate::{Digest, Inspected, LoadError, inspect};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// Stages and opens module libraries; one per running engine.
#[derive(Debug)]
pub struct Loader {
    folder: PathBuf,
    next_copy: AtomicU64,
}

/// A copy of a library that no build writes to, not opened yet.
#[derive(Clone, Debug)]
pub struct Staged {
    /// The module's package name.
    pub name: String,
    /// Which generation of the module the copy is to become.
    pub generation: u64,
    /// The library that was copied, which is what messages name.
    pub source: PathBuf,
    /// The copy.
    pub path: PathBuf,
    /// What the library is, as read from the copy; its `path` is the copy's.
    pub inspected: Inspected,
}

impl Loader {
    /// A loader that keeps its copies in `folder`, and removes those that dead processes left there.
    ///
    /// # Errors
    /// When the folder can't be made.
    pub fn new(folder: impl Into<PathBuf>) -> Result<Self, LoadError> {
        let folder = folder.into();
        fs::create_dir_all(&folder).map_err(|cause| LoadError::Stage {
            from: folder.clone(),
            to: folder.clone(),
            cause,
        })?;
        remove_stale(&folder);
        Ok(Self { folder, next_copy: AtomicU64::new(0) })
    }

    /// Where the copies are.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Copies an inspected library to a path of its own, and checks that the copy is what was inspected.
    ///
    /// # Errors
    /// When the copy fails, or the library changed since it was inspected. Nothing of a failed copy stays.
    pub fn stage(&self, library: &Inspected, name: &str, generation: u64) -> Result<Staged, LoadError> {
        let bytes = fs::read(&library.path).map_err(|cause| LoadError::Read { path: library.path.clone(), cause })?;
        let path = self.write_copy(&library.path, &bytes, name, generation)?;
        let checked = fs::read(&path)
            .map_err(|cause| LoadError::Read { path: path.clone(), cause })
            .map(|copy| Digest::of(&copy))
            .and_then(|copied| {
                if copied == library.digest {
                    return Ok(Inspected { path: path.clone(), ..library.clone() });
                }
                let (before, after) = (library.digest.to_string(), copied.to_string());
                Err(LoadError::Changed { path: library.path.clone(), before, after })
            });
        match checked {
            Ok(inspected) => {
                Ok(Staged { name: name.to_owned(), generation, source: library.path.clone(), path, inspected })
            }
            Err(error) => {
                // The copy is of no use and the error is what matters; a file that stays is removed at the next start.
                let _ = fs::remove_file(&path);
                Err(error)
            }
        }
    }

    /// Inspects the library at `path` and copies it.
    ///
    /// # Errors
    /// As [`inspect`] and [`Self::stage`].
    pub fn stage_file(&self, path: &Path, name: &str, generation: u64) -> Result<Staged, LoadError> {
        self.stage(&inspect(path)?, name, generation)
    }

    fn write_copy(&self, from: &Path, bytes: &[u8], name: &str, generation: u64) -> Result<PathBuf, LoadError> {
        let stem = name.replace('-', "_");
        loop {
            let copy = self.next_copy.fetch_add(1, Ordering::Relaxed);
            let suffix = std::env::consts::DLL_SUFFIX;
            let to = self.folder.join(format!("{stem}-{generation}-{copy}.{}.{}{suffix}", process::id(), run_id()));
            let written = fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(&to)
                .and_then(|mut file| io::Write::write_all(&mut file, bytes));
            match written {
                Ok(()) => return Ok(to),
                Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {}
                Err(cause) => {
                    let _ = fs::remove_file(&to); // a full disk leaves a part, which would fill it further
                    return Err(LoadError::Stage { from: from.to_owned(), to, cause });
                }
            }
        }
    }
}

/// Tells this process from an earlier one with the same number, as happens in containers: when it started, in the
/// system's ticks. Source: proc_pid_stat(5), field 22.
fn run_id() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    fields.split_whitespace().nth(19).and_then(|ticks| ticks.parse().ok()).unwrap_or(0)
}

fn remove_stale(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some((pid, run)) = name.to_str().and_then(owner_of) else { continue };
        let own_past = pid == process::id() && run != run_id();
        if own_past || !is_alive(pid) {
            // Another process may be cleaning the same folder; a copy that stays costs only space.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The process and run that a copy's name (`name-generation-copy.pid.run.so`) belongs to; no other file is touched.
fn owner_of(file_name: &str) -> Option<(u32, u64)> {
    let mut parts = file_name.strip_suffix(std::env::consts::DLL_SUFFIX)?.rsplitn(3, '.');
    let run = parts.next()?.parse().ok()?;
    let pid = parts.next()?.parse().ok()?;
    parts.next().map(|_| (pid, run))
}

#[cfg(target_os = "linux")]
fn is_alive(pid: u32) -> bool {
    Path::new("/proc").join(pid.to_string()).exists()
}

/// Without a way to ask, a copy is kept: deleting a library under a running process would crash it.
#[cfg(not(target_os = "linux"))]
fn is_alive(_pid: u32) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_copies_have_an_owner() {
        let suffix = std::env::consts::DLL_SUFFIX;
        assert_eq!(owner_of(&format!("orbit-1-0.123.456{suffix}")), Some((123, 456)));
        for other in ["liborbit.so", "notes.txt", "a.b.so", "1.2.so"] {
            assert_eq!(owner_of(other), None, "{other}");
        }
    }

    #[test]
    fn copies_of_dead_processes_go_and_others_stay() {
        let folder = tempfile::tempdir().unwrap();
        let suffix = std::env::consts::DLL_SUFFIX;
        let make = |name: String| {
            let path = folder.path().join(name);
            fs::write(&path, "x").unwrap();
            path
        };
        let dead = make(format!("orbit-1-0.4194999.1{suffix}"));
        let own_past = make(format!("orbit-1-0.{}.1{suffix}", process::id()));
        let own = make(format!("orbit-1-0.{}.{}{suffix}", process::id(), run_id()));
        let alive = make(format!("orbit-1-0.1.1{suffix}"));
        let other = make("README".to_owned());
        Loader::new(folder.path()).unwrap();
        assert_eq!([dead.exists(), own_past.exists()], [!cfg!(target_os = "linux"), false]);
        assert!(own.exists() && alive.exists() && other.exists());
    }
}

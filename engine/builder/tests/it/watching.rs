//! Saves as editors make them: each is one event, and what isn't a change is none.

use playground_engine_builder::{WatchEvent, Watcher};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use tempfile::TempDir;

struct Watched {
    folder: TempDir,
    events: Receiver<WatchEvent>,
    _watcher: Watcher,
}

impl Watched {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for package in ["orbit", "panel"] {
            fs::create_dir_all(folder.path().join(package).join("src")).unwrap();
            fs::write(folder.path().join(package).join("src/lib.rs"), "one").unwrap();
        }
        // A file whose change is the sign that everything before it was seen; of one batch it comes last by its name.
        fs::create_dir_all(folder.path().join("z-mark")).unwrap();
        let packages = ["orbit", "panel", "z-mark"].map(|name| (name.to_owned(), folder.path().join(name)));
        let (sender, events) = channel();
        let watcher = Watcher::new(packages.to_vec(), move |event| sender.send(event).unwrap()).unwrap();
        Self { folder, events, _watcher: watcher }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// What was seen of all that happened before this call, as `package: file` lines.
    fn seen(&self) -> Vec<String> {
        fs::write(self.path("z-mark/mark.rs"), next_number().to_string()).unwrap();
        let mut seen = Vec::new();
        loop {
            match self.events.recv_timeout(Duration::from_secs(20)).expect("the mark is seen") {
                WatchEvent::Changed { package, .. } if package == "z-mark" => return seen,
                WatchEvent::Changed { package, files, .. } => {
                    let names =
                        files.iter().map(|file| file.file_name().unwrap().to_string_lossy()).collect::<Vec<_>>();
                    seen.push(format!("{package}: {}", names.join(" ")));
                }
                WatchEvent::Likely { .. } => {}
                WatchEvent::Polling { reason } => panic!("{reason}"),
            }
        }
    }
}

fn next_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn rename_over(path: &Path, text: &str) {
    let partial = path.with_extension("rs.tmp");
    fs::write(&partial, text).unwrap();
    fs::rename(&partial, path).unwrap();
}

#[test]
fn each_way_of_saving_is_one_event() {
    let watched = Watched::new();
    let file = watched.path("orbit/src/lib.rs");
    fs::write(&file, "two").unwrap();
    assert_eq!(watched.seen(), ["orbit: lib.rs"]);
    rename_over(&file, "three");
    assert_eq!(watched.seen(), ["orbit: lib.rs"]);
    // The old file becomes a backup, then the new one is written.
    fs::rename(&file, watched.path("orbit/src/lib.rs~")).unwrap();
    fs::write(&file, "four").unwrap();
    assert_eq!(watched.seen(), ["orbit: lib.rs"]);
    rename_over(&file, "five");
    assert_eq!(watched.seen(), ["orbit: lib.rs"]);
}

#[test]
fn what_changes_no_source_is_no_event() {
    let watched = Watched::new();
    let file = watched.path("orbit/src/lib.rs");
    fs::write(&file, "one").unwrap();
    rename_over(&file, "one");
    fs::File::open(&file).unwrap().set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    fs::write(watched.path("orbit/src/.lib.rs.swp"), "x").unwrap();
    fs::write(watched.path("orbit/notes.txt"), "x").unwrap();
    fs::create_dir_all(watched.path("orbit/target")).unwrap();
    fs::write(watched.path("orbit/target/made.rs"), "x").unwrap();
    assert_eq!(watched.seen(), Vec::<String>::new());
}

#[test]
fn new_moved_and_removed_files_are_changes() {
    let watched = Watched::new();
    fs::create_dir_all(watched.path("orbit/src/deep")).unwrap();
    fs::write(watched.path("orbit/src/deep/new.rs"), "x").unwrap();
    assert_eq!(watched.seen(), ["orbit: new.rs"]);
    fs::rename(watched.path("orbit/src/deep"), watched.path("orbit/src/moved")).unwrap();
    assert_eq!(watched.seen(), ["orbit: new.rs new.rs"]);
    fs::remove_file(watched.path("orbit/src/moved/new.rs")).unwrap();
    assert_eq!(watched.seen(), ["orbit: new.rs"]);
    fs::write(watched.path("orbit/shader.wgsl"), "x").unwrap();
    fs::write(watched.path("panel/Cargo.toml"), "x").unwrap();
    assert_eq!(watched.seen(), ["orbit: shader.wgsl", "panel: Cargo.toml"]);
}

#[cfg(unix)]
#[test]
fn a_linked_folder_is_watched() {
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real"), folder.path().join("link"));
    fs::create_dir(&real).unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let (sender, events) = channel();
    let packages = vec![("orbit".to_owned(), link)];
    let _watcher = Watcher::new(packages, move |event| sender.send(event).unwrap()).unwrap();
    fs::write(real.join("lib.rs"), "two").unwrap();
    let next = || events.recv_timeout(Duration::from_secs(20)).unwrap();
    let first = next();
    let changed = if matches!(first, WatchEvent::Likely { .. }) { next() } else { first };
    assert!(matches!(changed, WatchEvent::Changed { .. }), "{changed:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_save_is_likely_before_it_is_certain() {
    let watched = Watched::new();
    let next = || watched.events.recv_timeout(Duration::from_secs(20)).unwrap();
    let file = fs::canonicalize(watched.path("orbit/src/lib.rs")).unwrap();
    let likely = WatchEvent::Likely { package: "orbit".to_owned(), file: file.clone() };
    fs::write(&file, "written in place").unwrap();
    assert_eq!(next(), likely);
    let changed = next();
    assert!(matches!(changed, WatchEvent::Changed { .. }), "{changed:?}");
    rename_over(&file, "renamed over");
    assert_eq!(next(), likely);
    let changed = next();
    assert!(matches!(changed, WatchEvent::Changed { .. }), "{changed:?}");
    fs::write(&file, "renamed over").unwrap();
    fs::write(watched.path("z-mark/mark.rs"), "mark").unwrap();
    let mark = next();
    assert!(
        matches!(&mark, WatchEvent::Likely { package, .. } if package == "z-mark"),
        "the same again is none: {mark:?}"
    );
}

#[test]
fn without_notifications_it_polls_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lib.rs");
    fs::write(&file, "one").unwrap();
    let missing = folder.path().join("missing");
    let packages = vec![("orbit".to_owned(), folder.path().to_owned()), ("gone".to_owned(), missing)];
    let (sender, events) = channel();
    let _watcher = Watcher::new(packages, move |event| sender.send(event).unwrap()).unwrap();
    let next = || events.recv_timeout(Duration::from_secs(20)).unwrap();
    let WatchEvent::Polling { reason } = next() else { panic!("polling is announced") };
    assert!(reason.contains("twice a second") && reason.contains("missing"), "{reason}");
    fs::write(&file, "two").unwrap();
    let WatchEvent::Changed { package, files, .. } = next() else { panic!("the change is found") };
    assert_eq!((package.as_str(), files.len()), ("orbit", 1));
}

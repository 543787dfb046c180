//! Named snapshots on disk: a folder beside the kept file with one file each, so that a snapshot is written when it is
//! taken and not with everything else.

use super::file;
use crate::files::write_atomic;
use playground_engine_loader::Digest;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const NAME: &str = "name";
const WORLD: &str = "world";

/// The folder of the snapshots that belong to a kept file.
pub fn folder_of(kept: &Path) -> PathBuf {
    let mut name = kept.file_name().map_or_else(OsString::new, ToOwned::to_owned);
    name.push(".snapshots");
    kept.with_file_name(name)
}

/// A snapshot's file. Names are what people write, so none of it gets into the name of a file.
fn file_of(folder: &Path, name: &str) -> PathBuf {
    folder.join(Digest::of(name.as_bytes()).to_string())
}

/// Writes a snapshot.
///
/// # Errors
/// When it can't be written; the one of that name from before is as it was then.
pub fn write(folder: &Path, name: &str, world: &[u8]) -> io::Result<()> {
    let parts = file::Parts::from([(NAME.to_owned(), name.into()), (WORLD.to_owned(), world.into())]);
    write_atomic(&file_of(folder, name), file::write(&parts))
}

/// Makes the folder, and removes all snapshots from it but those of these names.
///
/// # Errors
/// When the folder can't be made or read.
pub fn keep_only(folder: &Path, names: &BTreeSet<String>) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let files: BTreeSet<PathBuf> = names.iter().map(|name| file_of(folder, name)).collect();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !files.contains(&path) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// All snapshots that belong to a kept file, by name; or why one can't be read.
pub fn read(kept: &Path) -> Vec<Result<(String, Vec<u8>), String>> {
    let entries = fs::read_dir(folder_of(kept)).into_iter().flatten().flatten();
    // What is hidden was being written when its process ended.
    let is_whole = |path: &PathBuf| path.file_name().is_some_and(|name| !name.as_encoded_bytes().starts_with(b"."));
    entries.map(|entry| entry.path()).filter(is_whole).map(|path| read_one(&path)).collect()
}

fn read_one(path: &Path) -> Result<(String, Vec<u8>), String> {
    let mut parts = file::read(path)?;
    let mut part = |name: &str| parts.remove(name).ok_or_else(|| format!("{} has no {name}", path.display()));
    let name = String::from_utf8(part(NAME)?).map_err(|error| format!("{}: its name: {error}", path.display()))?;
    Ok((name, part(WORLD)?))
}

/// Gives a kept file another name, and its snapshots with it.
///
/// # Errors
/// When something can't be renamed.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let (snapshots, there) = (folder_of(from), folder_of(to));
    // Whoever keeps a file makes the folder too: without it, the snapshots were renamed and the file could not be.
    if snapshots.is_dir() {
        remove_folder(&there)?;
        fs::rename(snapshots, there)?;
    }
    fs::rename(from, to)
}

/// Removes a kept file and its snapshots, as far as they are there.
///
/// # Errors
/// When something can't be removed.
pub fn remove(kept: &Path) -> io::Result<()> {
    remove_folder(&folder_of(kept))?;
    absent_is_well(fs::remove_file(kept))
}

fn remove_folder(folder: &Path) -> io::Result<()> {
    absent_is_well(fs::remove_dir_all(folder))
}

fn absent_is_well(outcome: io::Result<()>) -> io::Result<()> {
    outcome.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

#[cfg(test)]
mod tests {
    use super::{folder_of, keep_only, read, remove, rename, write};
    use std::collections::BTreeSet;
    use std::fs;

    #[test]
    fn snapshots_go_where_their_file_goes_and_a_damaged_one_harms_no_other() {
        let folder = tempfile::tempdir().expect("there is a place for temporary files");
        let [state, restore] = ["state", "restore"].map(|name| folder.path().join(name));
        let names = BTreeSet::from(["a/b".to_owned(), "..".to_owned()]);
        keep_only(&folder_of(&state), &names).expect("the folder is ours");
        for (name, world) in [("a/b", "one"), ("..", "two"), ("gone", "three")] {
            write(&folder_of(&state), name, world.as_bytes()).expect("the folder is ours");
        }
        keep_only(&folder_of(&state), &names).expect("the folder is ours");
        let all = || read(&restore).into_iter().collect::<Result<BTreeSet<_>, _>>();
        let expected = BTreeSet::from([("a/b".to_owned(), b"one".to_vec()), ("..".to_owned(), b"two".to_vec())]);
        // What goes on from the file may have kept nothing itself, so that the file is gone and the folder is there.
        rename(&state, &restore).expect_err("there is no such file");
        assert_eq!(all(), Ok(expected.clone()));
        fs::write(&state, "").expect("the folder is ours");
        rename(&state, &restore).expect("it is there now");
        assert_eq!(all(), Ok(expected));
        let damaged = fs::read_dir(folder_of(&restore)).expect("it is there").flatten().next().expect("there are two");
        fs::write(damaged.path(), "no").expect("the folder is ours");
        assert_eq!(read(&restore).iter().filter(|one| one.is_ok()).count(), 1);
        remove(&restore).expect("the folder is ours");
        remove(&restore).expect("nothing is left to remove");
        assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 0);
    }
}

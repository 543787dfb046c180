//! A constant of a source file that is edited again and again, and put back however the program ends.
//!
//! Signals can't be handled here without a crate for them, and nothing could handle being killed. So a second process
//! waits for the end of a pipe that closes with this one, and copies the original back.

use anyhow::{Context, Result, bail, ensure};
use std::fs::{File, TryLockError};
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Waits until its input ends, then puts the file `$1` back from the copy `$0`.
const GUARD: &str =
    "trap '' INT TERM HUP; cat > /dev/null; cmp -s -- \"$0\" \"$1\" || cp -- \"$0\" \"$1\" && rm -f -- \"$0\"";

/// Takes the lock that tests of this workspace hold while they build or change sources, alone.
///
/// # Errors
/// When the file can't be made or locked.
pub fn lock(root: &Path) -> Result<File> {
    let folder = root.join("target/playground");
    std::fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    let path = folder.join("tests.lock");
    let file = File::create(&path).with_context(|| format!("creating {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            eprintln!("waiting for the tests that hold {}", path.display());
            file.lock().with_context(|| format!("locking {}", path.display()))?;
        }
        Err(TryLockError::Error(error)) => return Err(error).context(format!("locking {}", path.display())),
    }
    Ok(file)
}

/// A constant in a source file. The file is as it was before when this is dropped, or when the process ends in any way.
pub struct EditedConstant {
    path: PathBuf,
    before: String,
    after: String,
    guard: Option<Child>,
}

impl EditedConstant {
    /// The constant that the line beginning with `declaration` (`"const SPIN: f32 = "`) declares in the file at `path`.
    /// As long as it is edited, the lock stays taken; a copy of the file is kept in `folder`.
    ///
    /// # Errors
    /// When there is no such line, or an earlier copy lies there still.
    pub fn new(path: &Path, declaration: &str, folder: &Path, lock: &File) -> Result<Self> {
        let original = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        let Some((before, after)) = around_value(&original, declaration) else {
            bail!("{} has no line `{declaration}…;`; the edit that is measured changes that one", path.display());
        };
        let copy = folder.join("original.rs");
        ensure!(
            !copy.exists(),
            "{} was left by a run that could not put {} back; compare the two, then remove the copy",
            copy.display(),
            path.display()
        );
        std::fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
        std::fs::write(&copy, &original).with_context(|| format!("writing {}", copy.display()))?;
        let mut guard = Command::new("sh");
        guard.arg("-c").arg(GUARD).arg(&copy).arg(path);
        // Its output is the lock, so that tests wait until the file is back; a group of its own, so that Ctrl-C ends this
        // process and not the one that cleans up after it.
        guard.stdin(Stdio::piped()).stdout(lock.try_clone().context("sharing the lock")?).process_group(0);
        let guard = guard.spawn().context("starting `sh`, which puts the source back")?;
        Ok(Self { path: path.to_owned(), before: before.to_owned(), after: after.to_owned(), guard: Some(guard) })
    }

    /// Saves the file with another value.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn set(&self, value: f64) -> Result<()> {
        // The contents in one write: an editor that saves in parts is another subject.
        let text = format!("{}{value:.6}{}", self.before, self.after);
        let mut file = File::create(&self.path).with_context(|| format!("writing {}", self.path.display()))?;
        file.write_all(text.as_bytes()).with_context(|| format!("writing {}", self.path.display()))
    }

    /// Puts the file back as it was.
    ///
    /// # Errors
    /// When it could not be put back; the message names the copy.
    pub fn put_back(mut self) -> Result<()> {
        self.end()
    }

    fn end(&mut self) -> Result<()> {
        let Some(mut guard) = self.guard.take() else { return Ok(()) };
        // `wait` closes the guard's input, which is what it waits for.
        let status = guard.wait().context("waiting for the process that puts the source back")?;
        ensure!(status.success(), "{} was not put back: `cp` ended with {status}", self.path.display());
        Ok(())
    }
}

impl Drop for EditedConstant {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            eprintln!("{error:#}");
        }
    }
}

/// What stands before and after the value of the constant.
fn around_value<'a>(text: &'a str, declaration: &str) -> Option<(&'a str, &'a str)> {
    let mut starts = text.match_indices(declaration).map(|(at, _)| at);
    let start = starts.find(|at| *at == 0 || text[..*at].ends_with('\n'))? + declaration.len();
    let end = start + text[start..].find([';', '\n'])?;
    text[end..].starts_with(';').then(|| (&text[..start], &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::{EditedConstant, around_value, lock};

    const SOURCE: &str = "//! const SPIN: f32 = 0;\nconst SPIN: f32 = 1.2; // rad/s\nfn a() {}\n";
    const SPIN: &str = "const SPIN: f32 = ";

    #[test]
    fn only_the_value_is_replaced() {
        let expected = ("//! const SPIN: f32 = 0;\nconst SPIN: f32 = ", "; // rad/s\nfn a() {}\n");
        assert_eq!(around_value(SOURCE, SPIN), Some(expected));
        assert_eq!(around_value(SOURCE, "const SWING: f32 = "), None);
        assert_eq!(around_value("const SPIN: f32 = 1\n;", SPIN), None);
    }

    #[test]
    fn the_source_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let (path, copy) = (folder.path().join("lib.rs"), folder.path().join("original.rs"));
        std::fs::write(&path, SOURCE).unwrap();
        let lock = lock(folder.path()).unwrap();
        let read = || std::fs::read_to_string(&path).unwrap();
        for by_hand in [true, false] {
            let edited = EditedConstant::new(&path, SPIN, folder.path(), &lock).unwrap();
            edited.set(2.5).unwrap();
            assert_eq!(read(), SOURCE.replace("1.2", "2.500000"));
            assert!(EditedConstant::new(&path, SPIN, folder.path(), &lock).is_err(), "the copy is in use");
            if by_hand {
                edited.put_back().unwrap();
            } else {
                drop(edited);
            }
            assert_eq!((read().as_str(), copy.exists()), (SOURCE, false));
        }
    }

    #[test]
    fn the_lock_is_held_until_the_source_is_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lib.rs");
        std::fs::write(&path, SOURCE).unwrap();
        let held = lock(folder.path()).unwrap();
        let edited = EditedConstant::new(&path, SPIN, folder.path(), &held).unwrap();
        let other = std::fs::File::open(folder.path().join("target/playground/tests.lock")).unwrap();
        drop(held);
        assert!(other.try_lock().is_err(), "the guard holds it");
        edited.put_back().unwrap();
        other.try_lock().unwrap();
    }
}

//! The workspace that tests build in: who may change its sources, and putting them back.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// The workspace's folder.
pub fn root() -> PathBuf {
    let mut folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    folders.find(|folder| folder.join("Cargo.lock").is_file()).expect("the crate is below the workspace").to_owned()
}

/// The lock that tests which change sources hold alone and all others share, across processes.
pub fn lock_file() -> File {
    let folder = root().join("target/playground");
    fs::create_dir_all(&folder).expect("the target folder is writable");
    File::create(folder.join("tests.lock")).expect("the target folder is writable")
}

/// A source file that is put back when the test ends, however it ends.
pub struct Source {
    path: PathBuf,
    original: String,
}

impl Source {
    /// The source of a module, such as `plugins/orbit`.
    pub fn of(module: &str) -> Self {
        Self::of_file(&format!("{module}/src/lib.rs"))
    }

    /// A source file by its path in the workspace.
    pub fn of_file(path: &str) -> Self {
        let path = root().join(path);
        let original = fs::read_to_string(&path).expect("the module has a source");
        Self { path, original }
    }

    /// Writes the original with `from` replaced by `to`.
    #[track_caller]
    pub fn edit(&self, from: &str, to: &str) {
        self.edit_all(&[(from, to)]);
    }

    /// Writes the original with every `from` replaced by its `to`.
    #[track_caller]
    pub fn edit_all(&self, changes: &[(&str, &str)]) {
        let text = changes.iter().fold(self.original.clone(), |text, (from, to)| {
            assert!(text.contains(from), "{} has no `{from}`", self.path.display());
            text.replace(from, to)
        });
        fs::write(&self.path, text).expect("the source is writable");
    }

    /// Writes the original.
    pub fn restore(&self) {
        fs::write(&self.path, &self.original).expect("the source is writable");
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.restore();
    }
}

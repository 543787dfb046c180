//! `API_VERSION` and `STATE_FORMAT_VERSION` of a core crate: hashes of the tokens of its view and of its model.

use crate::sources::{files_below, name_below};
use crate::tokens::hash_source;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::Xxh3;

/// Sets `API_VERSION` (`src/view.rs`, `src/view/`) and `STATE_FORMAT_VERSION` (`src/model.rs`, `src/model/`), decimal
/// `u64`s, for the crate whose build script calls it.
///
/// ```no_run
/// // build.rs of a core crate; its lib.rs reads env!("API_VERSION").
/// playground_engine_build_utils::generate_versions();
/// ```
///
/// # Panics
/// Outside a build script.
pub fn generate_versions() {
    let root =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR for build scripts"));
    for (variable, part) in [("API_VERSION", "view"), ("STATE_FORMAT_VERSION", "model")] {
        println!("cargo:rustc-env={variable}={}", version_of(&root, part));
        for path in [format!("src/{part}.rs"), format!("src/{part}")] {
            // Naming a path that doesn't exist would run the script, and so rebuild the crate, every time.
            if root.join(&path).exists() {
                println!("cargo:rerun-if-changed={path}");
            }
        }
    }
    println!("cargo:rerun-if-changed=src/lib.rs");
    println!("cargo:rerun-if-changed=build.rs");
}

/// The hash of `src/<part>.rs` and of all `.rs` files in `src/<part>/` of the crate at `root`.
#[must_use]
pub fn version_of(root: &Path, part: &str) -> u64 {
    let source = root.join("src");
    let mut files = vec![source.join(format!("{part}.rs"))];
    files.extend(files_below(&source.join(part), &|name| name.ends_with(".rs")));
    let mut hasher = Xxh3::new();
    for file in files.iter().filter(|file| file.is_file()) {
        let text = fs::read_to_string(file).unwrap_or_default();
        hasher.update(name_below(&source, file).as_bytes());
        hasher.update(b"\0");
        hash_source(&mut hasher, &text);
    }
    hasher.digest()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_changes_with_its_own_part_only() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = root.path().join("src").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("view.rs", "pub mod entity;");
        write("view/entity.rs", "pub trait Entity { fn spawn(&self); }");
        write("model/world.rs", "pub struct World { pub entities: u32 }");
        let versions = || ["view", "model"].map(|part| version_of(root.path(), part));
        let first = versions();
        write("view/entity.rs", "/// Entities.\npub trait Entity {\n    fn spawn(&self); // makes one\n}\n");
        assert_eq!(versions(), first);
        write("view/entity.rs", "pub trait Entity { fn spawn(&self) -> u64; }");
        assert_ne!(versions()[0], first[0]);
        assert_eq!(versions()[1], first[1]);
        write("view/entity.rs", "pub trait Entity { fn spawn(&self); }");
        assert_eq!(versions(), first);
        write("view/notes.txt", "not source");
        assert_eq!(versions(), first);
        fs::rename(root.path().join("src/view/entity.rs"), root.path().join("src/view/thing.rs")).unwrap();
        assert_ne!(versions()[0], first[0]);
    }
}

//! The engine's build id: equal exactly when a module built against one engine may run in the other.

use crate::sources::{files_below, name_below, workspace_root};
use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use xxhash_rust::xxh3::Xxh3;

/// Sets `PLAYGROUND_RUSTC`, `PLAYGROUND_TARGET`, `PLAYGROUND_PROFILE` and `PLAYGROUND_BUILD_ID` (32 hexadecimal digits)
/// for the sdk, whose build script calls it.
///
/// The id covers the sources of the engine and core crates, the sdk's features, the flags and profile, the compiler, and
/// the locked versions of the crates that the engine library shares; not all of Cargo.lock, since a plugin may add a
/// crate of its own.
///
/// # Panics
/// Outside a build script, or outside a workspace.
pub fn engine_build_id() {
    let manifest_dir = PathBuf::from(variable("CARGO_MANIFEST_DIR"));
    let root = workspace_root(&manifest_dir).expect("the sdk is built in its workspace");
    let rustc = rustc_version();
    let (target, profile) = (variable("TARGET"), variable("PROFILE"));
    let mut settings: Vec<String> = env::vars()
        .filter(|(name, _)| name.starts_with("CARGO_FEATURE_") || SETTINGS.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    settings.extend([rustc.clone(), target.clone(), profile.clone()]);
    let id = build_id(&root, settings);
    println!("cargo:rustc-env=PLAYGROUND_RUSTC={rustc}");
    println!("cargo:rustc-env=PLAYGROUND_TARGET={target}");
    println!("cargo:rustc-env=PLAYGROUND_PROFILE={profile}");
    println!("cargo:rustc-env=PLAYGROUND_BUILD_ID={id}");
    for path in watched(&root) {
        println!("cargo:rerun-if-changed={}", path.display());
    }
}

/// Variables of a build script that decide how types are laid out and code is made.
const SETTINGS: [&str; 6] = [
    "CARGO_ENCODED_RUSTFLAGS",
    "OPT_LEVEL",
    "DEBUG",
    "CARGO_CFG_PANIC",
    "CARGO_CFG_DEBUG_ASSERTIONS",
    "CARGO_CFG_TARGET_FEATURE",
];
/// Whose sources are the engine to a module, below the workspace root.
const ENGINE: [&str; 5] = ["engine/types", "engine/derive", "engine/sdk", "engine/dylib", "core"];

/// The id of the engine in the workspace at `root`, built with `settings`; the order of the settings doesn't matter.
#[must_use]
pub fn build_id(root: &Path, mut settings: Vec<String>) -> String {
    let mut hasher = Xxh3::new();
    settings.sort();
    for text in settings.into_iter().chain(shared_versions(root)) {
        hasher.update(text.as_bytes());
        hasher.update(b"\0");
    }
    for folder in ENGINE {
        let wanted = |name: &str| name.ends_with(".rs") || name == "Cargo.toml";
        for file in files_below(&root.join(folder), &wanted) {
            hasher.update(name_below(root, &file).as_bytes());
            hasher.update(b"\0");
            // Bytes and not tokens: line numbers reach the code that a module shares with the engine.
            hasher.update(&fs::read(&file).unwrap_or_default());
            hasher.update(b"\0");
        }
    }
    format!("{:032x}", hasher.digest128())
}

/// `name version` of each crate that engine/dylib depends on, as locked.
fn shared_versions(root: &Path) -> BTreeSet<String> {
    let read =
        |path: &str| fs::read_to_string(root.join(path)).unwrap_or_default().parse::<toml::Table>().unwrap_or_default();
    let (manifest, lock) = (read("engine/dylib/Cargo.toml"), read("Cargo.lock"));
    let shared: BTreeSet<&str> = manifest
        .get("dependencies")
        .and_then(toml::Value::as_table)
        .into_iter()
        .flat_map(|table| table.keys().map(String::as_str))
        .collect();
    let packages = lock.get("package").and_then(toml::Value::as_array).into_iter().flatten();
    packages
        .filter_map(|package| {
            let (name, version) = (package.get("name")?.as_str()?, package.get("version")?.as_str()?);
            shared.contains(name).then(|| format!("{name} {version}"))
        })
        .collect()
}

fn watched(root: &Path) -> Vec<PathBuf> {
    // Build scripts and tests of these crates lie outside src; naming the whole folders includes them, which costs a run
    // of this script and no more than that of the sdk, which depends on them anyway.
    ENGINE.iter().copied().chain(["Cargo.lock"]).map(|path| root.join(path)).filter(|path| path.exists()).collect()
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("cargo sets {name} for build scripts; it isn't set"))
}

fn rustc_version() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(&rustc).arg("--version").output();
    let output = output.unwrap_or_else(|error| panic!("can't run {}: {error}", Path::new(&rustc).display()));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str =
        "[[package]]\nname = \"glam\"\nversion = \"0.34.2\"\n[[package]]\nname = \"rand\"\nversion = \"0.8.0\"\n";

    fn workspace() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("Cargo.toml", "[workspace]\n");
        write("Cargo.lock", LOCK);
        write("engine/dylib/Cargo.toml", "[dependencies]\nglam.workspace = true\n");
        write("engine/types/src/lib.rs", "pub struct A;");
        write("core/ecs/src/lib.rs", "pub struct B;");
        write("plugins/orbit/src/lib.rs", "pub struct C;");
        root
    }

    #[test]
    fn the_id_follows_what_modules_share_and_nothing_else() {
        let root = workspace();
        let settings = || vec!["PROFILE=debug".to_owned(), "CARGO_FEATURE_SHARED=1".to_owned()];
        let id = || build_id(root.path(), settings());
        let first = id();
        assert_eq!(first.len(), 32);
        assert!(first.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let change = |path: &str, text: &str, differs: bool| {
            let path = root.path().join(path);
            let before = fs::read_to_string(&path).unwrap();
            fs::write(&path, text).unwrap();
            assert_eq!(id() != first, differs, "{}", path.display());
            fs::write(&path, before).unwrap();
            assert_eq!(id(), first);
        };
        change("plugins/orbit/src/lib.rs", "pub struct C { pub a: u32 }", false);
        change("core/ecs/src/lib.rs", "pub struct B { pub a: u32 }", true);
        change("engine/types/src/lib.rs", "pub struct A { pub a: u32 }", true);
        change("Cargo.lock", &LOCK.replace("0.34.2", "0.34.3"), true);
        change("Cargo.lock", &LOCK.replace("0.8.0", "0.9.0"), false);
        assert_ne!(build_id(root.path(), vec!["PROFILE=release".to_owned()]), first);
        assert_eq!(build_id(root.path(), settings().into_iter().rev().collect()), first);
        assert_eq!(build_id(workspace().path(), settings()), first);
    }
}

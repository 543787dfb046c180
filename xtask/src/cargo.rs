//! Running cargo as a person would, although this program was itself started by cargo.
//!
//! What cargo sets for the programs it runs would otherwise reach the build scripts, and libraries of the target folder
//! would be found by programs that should find their own.

use anyhow::{Context, Result, bail};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What cargo sets for a program it runs, and nobody else does.
const SET_BY_CARGO: [&str; 5] = ["CARGO", "CARGO_BIN_NAME", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE", "OUT_DIR"];
const SET_BY_CARGO_FROM: [&str; 3] = ["CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_BIN_EXE_"];
const LIBRARY_PATHS: [&str; 2] = ["LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"];

/// `cargo` in the folder `root`.
pub fn command(root: &Path) -> Command {
    program("cargo", root)
}

/// Another program in the folder `root`, in the environment that it would have without the cargo that started this one.
pub fn program(path: impl AsRef<OsStr>, root: &Path) -> Command {
    let mut command = Command::new(path);
    command.current_dir(root);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if SET_BY_CARGO.contains(&text.as_ref()) || SET_BY_CARGO_FROM.iter().any(|start| text.starts_with(start)) {
            command.env_remove(&name);
        }
    }
    for name in LIBRARY_PATHS {
        match std::env::var_os(name).and_then(|value| without_cargos(&value, root)) {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// Whether `cargo nextest` is installed.
pub fn has_nextest(root: &Path) -> bool {
    command(root).args(["nextest", "--version"]).output().is_ok_and(|output| output.status.success())
}

/// What `command` prints.
///
/// # Errors
/// When it can't be run or fails; what it said on its error stream is in the message.
pub fn output(mut command: Command) -> Result<String> {
    let output = command.output().with_context(|| format!("running {}", line(&command)))?;
    if !output.status.success() {
        bail!("`{}` failed:\n{}", line(&command), String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The command as it would be typed, without its environment.
pub fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Refuses an environment in which the workspace's compiler flags would not count.
///
/// # Errors
/// When `RUSTFLAGS` or its relatives are set.
pub fn check_environment() -> Result<()> {
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS"] {
        if std::env::var_os(name).is_some() {
            bail!("{name} is set and would replace the flags in .cargo/config.toml that modules need; unset it");
        }
    }
    Ok(())
}

/// Where cargo puts what it builds in `root`.
pub fn target_folder(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder))
}

/// A library path without the folders that cargo put in front: those of the target folder and of the toolchain.
fn without_cargos(value: &OsString, root: &Path) -> Option<OsString> {
    let target = target_folder(root);
    let is_cargos = |path: &Path| {
        path.starts_with(&target)
            || path.components().any(|part| part.as_os_str() == "rustlib")
            || path.ends_with("lib") && path.join("rustlib").is_dir()
    };
    let kept: Vec<_> = std::env::split_paths(value).filter(|path| !is_cargos(path)).collect();
    if kept.is_empty() { None } else { std::env::join_paths(kept).ok() }
}

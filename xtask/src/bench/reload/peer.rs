//! The peers beside ours: each a project of its own, written here and built as its documentation says.
//!
//! A measurement begins right before the module's source is written and ends when the peer's program, which calls the
//! function every millisecond, says that it got the new constant from it.

mod hot_lib_reloader;
mod module;
mod subsecond;

use super::Edit;
use crate::cargo;
use crate::program::Program;
use anyhow::{Context, Result};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// A missed change is tried again by hot-lib-reloader after half a second; more than this is no reload.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running program whose module is edited.
pub enum Running {
    HotLibReloader(hot_lib_reloader::Host),
    Subsecond(subsecond::Patched),
}

impl Running {
    /// Saves another value of the constant, and waits until code with it has run.
    ///
    /// # Errors
    /// When it does not compile or is not reloaded.
    pub fn edit(&mut self, value: f64) -> Result<Edit> {
        match self {
            Self::HotLibReloader(host) => host.edit(value),
            Self::Subsecond(program) => program.edit(value),
        }
    }
}

/// A peer: what it is called with its version, and its program or why there is none.
pub struct Peer {
    pub name: &'static str,
    pub program: Result<Running, String>,
}

/// Makes the project of each peer in a folder of its own below `folder`, and starts its program.
pub fn start(root: &Path, folder: &Path) -> [Peer; 2] {
    let hot_lib_reloader = hot_lib_reloader::Host::start(root, &folder.join("peer")).map(Running::HotLibReloader);
    let subsecond = subsecond::Patched::start(root, &folder.join("subsecond")).map(Running::Subsecond);
    [(hot_lib_reloader::NAME, hot_lib_reloader), (subsecond::NAME, subsecond)]
        .map(|(name, program)| Peer { name, program: program.map_err(|error| format!("{error:#}")) })
}

/// When the program said that it runs the code with this constant.
fn wait_for(program: &mut Program, value: f64, patience: Duration) -> Result<Instant> {
    let expected = format!("{value:.6}");
    loop {
        let line = program.next_line(patience).with_context(|| format!("the code with {expected} never ran"))?;
        if line.text == expected {
            return Ok(line.at);
        }
    }
}

/// Runs cargo in `folder`; it fetches what it needs, or takes what was fetched before.
fn cargo_with_or_without_registry(root: &Path, folder: &Path, arguments: &[&str]) -> Result<()> {
    let attempt = |offline: Option<&str>| {
        let mut command = alone(cargo::command(root), folder);
        command.args(arguments).args(offline);
        cargo::output(command)
    };
    let online = attempt(None).err();
    let Some(online) = online else { return Ok(()) };
    match attempt(Some("--offline")) {
        Ok(_) => Ok(()),
        Err(_) => Err(online.context("it can't be built; it needs a registry, or an earlier fetch")),
    }
}

/// The command as someone would have it who uses only that crate: without the flags of our workspace, which lies above.
fn alone(mut command: Command, folder: &Path) -> Command {
    command.current_dir(folder).env("CARGO_ENCODED_RUSTFLAGS", "").env_remove("RUSTFLAGS").env_remove("RUST_LOG");
    command.env("CARGO_TARGET_DIR", folder.join("target"));
    command
}

fn write(path: &Path, text: &str) -> Result<()> {
    let parent = path.parent().with_context(|| format!("{} has no folder", path.display()))?;
    std::fs::create_dir_all(parent).with_context(|| format!("creating {}", parent.display()))?;
    std::fs::write(path, text).with_context(|| format!("writing {}", path.display()))
}

//! hot-lib-reloader: a host and a library.
//!
//! It watches what is built and not what is written, so that `cargo build` is started right after the save.

use super::super::{Edit, PAUSE};
use super::module::{self, FUNCTION, GLAM, PROFILE};
use super::{PATIENCE, alone, cargo_with_or_without_registry, wait_for, write};
use crate::program::Program;
use crate::{cargo, group};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// The crate and its version, the one in [`MANIFEST`].
pub const NAME: &str = "hot-lib-reloader 0.8.2";

/// A workspace of its own, since it lies inside ours.
const MANIFEST: &str = r#"[workspace]
members = ["module"]
resolver = "3"

[package]
name = "peer-host"
version = "0.1.0"
edition = "2024"
publish = false

[dependencies]
hot-lib-reloader = "=0.8.2"
peer_module = { path = "module" }
"#;

const HOST: &str = r#"//! Calls the reloadable function every millisecond, and prints the constant it was built with when that changes.

use std::fs::File;
use std::io::Write;

#[hot_lib_reloader::hot_module(dylib = "peer_module", file_watch_debounce = 20)]
mod hot {
    hot_functions_from_file!("module/src/lib.rs");
    pub use peer_module::Body;
}

fn main() {
    let mut output = File::options().write(true).open("/dev/fd/3").expect("who starts this hands the descriptor down");
    let mut bodies = peer_module::bodies(332);
    let mut shown = f32::NAN;
    loop {
        let spin = hot::advance(&mut bodies, 1.0 / 60.0);
        if spin != shown {
            writeln!(output, "{spin:.6}").expect("who starts this reads");
            shown = spin;
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}
"#;

const MODULE_MANIFEST: &str = r#"[package]
name = "peer_module"
version = "0.1.0"
edition = "2024"
publish = false

[lib]
crate-type = ["rlib", "dylib"]

[dependencies]
"#;

const SOURCE: &str = "module/src/lib.rs";

/// A running host whose library is edited.
pub struct Host {
    program: Program,
    root: PathBuf,
    folder: PathBuf,
}

impl Host {
    /// Makes a workspace in `folder`, builds it, and starts the host.
    ///
    /// # Errors
    /// When the crate can't be had, or what is built with it does not run.
    pub fn start(root: &Path, folder: &Path) -> Result<Self> {
        write(&folder.join("Cargo.toml"), &format!("{MANIFEST}{PROFILE}"))?;
        write(&folder.join("src/main.rs"), HOST)?;
        write(&folder.join("module/Cargo.toml"), &format!("{MODULE_MANIFEST}glam = \"{GLAM}\"\n"))?;
        write(&folder.join(SOURCE), &exported(module::MODULE))?;
        println!("building the side of {NAME} in {}", folder.display());
        cargo_with_or_without_registry(root, folder, &["build", "--quiet"])?;
        let mut host = cargo::program(folder.join("target/debug/peer-host"), folder);
        // The library links std dynamically; `cargo run`, as documented, tells the host where that is.
        let mut libraries = Command::new("rustc");
        libraries.current_dir(root).args(["--print", "target-libdir"]);
        host.env("LD_LIBRARY_PATH", cargo::output(libraries)?.trim()).env_remove("RUST_LOG");
        let mut program = group::start(&host, &folder.join("host.log"))?;
        wait_for(&mut program, module::VALUE, PATIENCE)?;
        Ok(Self { program, root: root.to_owned(), folder: folder.to_owned() })
    }

    /// Saves another value of the constant, and waits until code with it has run.
    ///
    /// # Errors
    /// When it does not compile or is not reloaded.
    pub fn edit(&mut self, value: f64) -> Result<Edit> {
        std::thread::sleep(PAUSE);
        let text = exported(&module::with(value));
        let saved = Instant::now();
        write(&self.folder.join(SOURCE), &text)?;
        let mut command = alone(cargo::command(&self.root), &self.folder);
        command.args(["build", "--quiet", "--offline", "-p", "peer_module"]).stderr(Stdio::null());
        let mut build = command.spawn().with_context(|| format!("starting {}", cargo::line(&command)))?;
        // cargo's end is noted on another thread, so that nobody polls for it while the compiler runs.
        let wait = move || build.wait().map(|status| (status, Instant::now()));
        let waiting = std::thread::Builder::new().name("cargo".to_owned()).spawn(wait).context("starting a thread")?;
        let seen = wait_for(&mut self.program, value, PATIENCE);
        let ended = waiting.join().ok().context("the thread only waits, which does not panic")?;
        let (status, built) = ended.context("waiting for cargo")?;
        if !status.success() {
            bail!("`{}` ended with {status}", cargo::line(&command));
        }
        let (whole, built) = (seen?.duration_since(saved), built.duration_since(saved));
        // The library may be there a little before cargo has ended.
        Ok(Edit { whole, stages: vec![("built", built), ("debounced, loaded, called", whole.saturating_sub(built))] })
    }
}

/// The module with its function under a name that the host finds.
fn exported(module: &str) -> String {
    module.replace(FUNCTION, &format!("#[unsafe(no_mangle)]\n{FUNCTION}"))
}

#[cfg(test)]
mod tests {
    use super::{MANIFEST, NAME};
    use toml::Table;

    #[test]
    fn the_name_has_the_version_that_is_built() {
        let manifest: Table = MANIFEST.parse().unwrap();
        let version = manifest["dependencies"]["hot-lib-reloader"].as_str().unwrap();
        assert_eq!(NAME, version.replace('=', "hot-lib-reloader "));
    }
}

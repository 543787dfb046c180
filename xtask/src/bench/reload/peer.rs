//! hot-lib-reloader beside ours: a host and a library, written here and built as its documentation says.
//!
//! A measurement begins right before the library's source is written and `cargo build` is started, and ends when the
//! host's line with the new constant arrives.

use super::{Edit, PAUSE};
use crate::cargo;
use crate::program::Program;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Its missed change is tried again after half a second; more than this is no reload.
const PATIENCE: Duration = Duration::from_secs(30);

/// The same settings as our dev profile. A workspace of its own, since it lies inside ours.
const MANIFEST: &str = r#"[workspace]
members = ["module"]
resolver = "3"

[package]
name = "peer-host"
version = "0.1.0"
edition = "2024"
publish = false

[dependencies]
hot-lib-reloader = "0.8"
peer_module = { path = "module" }

[profile.dev]
opt-level = 1
debug = "line-tables-only"

[profile.dev.package."*"]
opt-level = 2
debug = false
"#;

const HOST: &str = r#"//! Calls the reloadable function every millisecond, and prints the constant it was built with when that changes.

#[hot_lib_reloader::hot_module(dylib = "peer_module", file_watch_debounce = 20)]
mod hot {
    hot_functions_from_file!("module/src/lib.rs");
    pub use peer_module::Body;
}

fn main() {
    let mut bodies = peer_module::bodies(332);
    let mut shown = f32::NAN;
    loop {
        let spin = hot::advance(&mut bodies, 1.0 / 60.0);
        if spin != shown {
            println!("{spin:.6}");
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
glam = "0.34"
"#;

const MODULE: &str = r#"//! Bodies that circle their parent.

use glam::{Quat, Vec3, vec3};

const SPEED: f32 = 1.0;
const SWING: f32 = 0.35;
const SPIN: f32 = 1.2;

/// A body and its circular path.
#[derive(Clone, Default)]
pub struct Body {
    pub translation: Vec3,
    pub rotation: Quat,
    pub radius: f32,
    pub phase: f32,
    pub speed: f32,
    pub tilt: f32,
}

/// `count` bodies on paths of their own.
pub fn bodies(count: usize) -> Vec<Body> {
    let body = |at: usize| Body { radius: at as f32 * 0.1, speed: 1.0, ..Body::default() };
    (0..count).map(body).collect()
}

#[unsafe(no_mangle)]
pub fn advance(bodies: &mut Vec<Body>, delta: f32) -> f32 {
    for body in bodies.iter_mut() {
        body.phase += SPEED * body.speed * delta;
        let flat = vec3(body.phase.cos(), 0.0, body.phase.sin()) * body.radius;
        let swing = Vec3::Y * SWING * (body.phase * 3.0).sin();
        body.translation = Quat::from_rotation_z(body.tilt) * (flat + swing);
        body.rotation *= Quat::from_rotation_y(SPIN * delta);
    }
    SPIN
}
"#;

/// What the constant is in [`MODULE`].
const DECLARED: &str = "const SPIN: f32 = 1.2;";

/// A running host whose library is edited.
pub struct Peer {
    host: Program,
    root: PathBuf,
    folder: PathBuf,
}

impl Peer {
    /// Makes a workspace in `folder`, builds it, and starts the host.
    ///
    /// # Errors
    /// When the crate can't be had, or what is built with it does not run.
    pub fn start(root: &Path, folder: &Path) -> Result<Self> {
        for (path, text) in
            [("Cargo.toml", MANIFEST), ("src/main.rs", HOST), ("module/Cargo.toml", MODULE_MANIFEST), (SOURCE, MODULE)]
        {
            write(&folder.join(path), text)?;
        }
        println!("building hot-lib-reloader's side in {}", folder.display());
        build(root, folder)?;
        let mut host = cargo::program(folder.join("target/debug/peer-host"), folder);
        // The library links std dynamically; `cargo run`, as documented, tells the host where that is.
        let mut libraries = Command::new("rustc");
        libraries.current_dir(root).args(["--print", "target-libdir"]);
        host.env("LD_LIBRARY_PATH", cargo::output(libraries)?.trim()).env_remove("RUST_LOG");
        let mut host = Program::start(host, &folder.join("host.log"))?;
        wait_for(&mut host, 1.2)?;
        Ok(Self { host, root: root.to_owned(), folder: folder.to_owned() })
    }

    /// Saves another value of the constant, and waits until code with it has run.
    ///
    /// # Errors
    /// When it does not compile or is not reloaded.
    pub fn edit(&mut self, value: f64) -> Result<Edit> {
        std::thread::sleep(PAUSE);
        let text = MODULE.replace(DECLARED, &format!("const SPIN: f32 = {value:.6};"));
        let saved = Instant::now();
        write(&self.folder.join(SOURCE), &text)?;
        let mut command = cargo_in(&self.root, &self.folder);
        command.args(["build", "--quiet", "--offline", "-p", "peer_module"]).stderr(Stdio::null());
        let mut build = command.spawn().with_context(|| format!("starting {}", cargo::line(&command)))?;
        // cargo's end is noted on another thread, so that nobody polls for it while the compiler runs.
        let wait = move || build.wait().map(|status| (status, Instant::now()));
        let waiting = std::thread::Builder::new().name("cargo".to_owned()).spawn(wait).context("starting a thread")?;
        let seen = wait_for(&mut self.host, value);
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

const SOURCE: &str = "module/src/lib.rs";

/// When the host said that it runs the code with this constant.
fn wait_for(host: &mut Program, value: f64) -> Result<Instant> {
    let expected = format!("{value:.6}");
    loop {
        let line = host.next_line(PATIENCE).with_context(|| format!("the host never ran the code with {expected}"))?;
        if line.text == expected {
            return Ok(line.at);
        }
    }
}

/// Builds the host and the library; fetches what they need, or takes what was fetched before.
fn build(root: &Path, folder: &Path) -> Result<()> {
    let attempt = |offline: Option<&str>| {
        let mut command = cargo_in(root, folder);
        command.args(["build", "--quiet"]).args(offline);
        cargo::output(command)
    };
    let online = attempt(None).err();
    let Some(online) = online else { return Ok(()) };
    match attempt(Some("--offline")) {
        Ok(_) => Ok(()),
        Err(_) => Err(online.context("hot-lib-reloader 0.8 can't be built; it needs a registry, or an earlier fetch")),
    }
}

/// cargo as someone would have it who uses only that crate: without the flags of our workspace, which lies above.
fn cargo_in(root: &Path, folder: &Path) -> Command {
    let mut command = cargo::command(root);
    command.current_dir(folder).env("CARGO_ENCODED_RUSTFLAGS", "").env_remove("RUSTFLAGS");
    command.env("CARGO_TARGET_DIR", folder.join("target"));
    command
}

fn write(path: &Path, text: &str) -> Result<()> {
    let parent = path.parent().with_context(|| format!("{} has no folder", path.display()))?;
    std::fs::create_dir_all(parent).with_context(|| format!("creating {}", parent.display()))?;
    std::fs::write(path, text).with_context(|| format!("writing {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::{DECLARED, MANIFEST, MODULE, MODULE_MANIFEST};
    use toml::Table;

    #[test]
    fn the_constant_stands_once_in_the_module() {
        assert_eq!(MODULE.matches(DECLARED).count(), 1);
    }

    #[test]
    fn both_sides_are_compiled_with_the_same_settings() {
        let root = crate::root();
        let ours: Table = std::fs::read_to_string(root.join("Cargo.toml")).unwrap().parse().unwrap();
        let theirs: Table = MANIFEST.parse().unwrap();
        assert_eq!(theirs["profile"]["dev"], ours["profile"]["dev"]);
        let theirs: Table = MODULE_MANIFEST.parse().unwrap();
        assert_eq!(theirs["dependencies"]["glam"], ours["workspace"]["dependencies"]["glam"]["version"]);
    }
}

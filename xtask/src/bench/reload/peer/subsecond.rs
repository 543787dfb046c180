//! subsecond: one program, which its own build tool `dx` builds, runs, watches and patches.
//!
//! The tool wants a terminal, a browser and to tell its makers about its use; here it gets none of them. It is not
//! installed along the way, since building it takes longer than everything else that is measured.

use super::super::{Edit, PAUSE};
use super::module::{self, GLAM, MODULE, PROFILE};
use super::{PATIENCE, alone, cargo_with_or_without_registry, wait_for, write};
use crate::program::Program;
use crate::{cargo, group, packages};
use anyhow::{Context, Result, bail, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// The crate and its version, the one in [`MANIFEST`] and that of the tool: one speaks to the other.
pub const NAME: &str = "subsecond 0.7.10";
const VERSION: &str = "0.7.10";
const INSTALL: &str = "cargo install dioxus-cli@0.7.10 --locked";

/// Its first build compiles a hundred packages, maybe on a machine that is busy.
const FIRST_BUILD: Duration = Duration::from_secs(600);

/// A workspace of its own, since it lies inside ours.
const MANIFEST: &str = r#"[workspace]
resolver = "3"

[package]
name = "peer-program"
version = "0.1.0"
edition = "2024"
publish = false

[dependencies]
dioxus-devtools = "=0.7.10"
subsecond = "=0.7.10"
"#;

/// `dx` reads what the program prints and prints it in a frame, later, so the program writes past it.
const MAIN: &str = r#"//! Calls the patched function every millisecond, and prints the constant it was built with when that changes.

mod module;

use std::fs::File;
use std::io::Write;
use subsecond::HotFn;

fn main() {
    dioxus_devtools::connect_subsecond();
    let mut output = File::options().write(true).open("/dev/fd/3").expect("who starts dx hands the descriptor down");
    let mut bodies = module::bodies(332);
    let mut shown = f32::NAN;
    loop {
        let spin = HotFn::current(module::advance).call((&mut bodies, 1.0 / 60.0));
        if spin != shown {
            writeln!(output, "{spin:.6}").expect("who starts dx reads");
            shown = spin;
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}
"#;

/// Only the crate with `main` is patched, so the module is a file of it.
const SOURCE: &str = "src/module.rs";

/// A running program, with the tool that patches it.
pub struct Patched {
    program: Program,
    folder: PathBuf,
}

impl Patched {
    /// Makes a package in `folder`, and has `dx` build and start it.
    ///
    /// # Errors
    /// When `dx` is missing or another version, the crates can't be had, or what is built with them does not run.
    pub fn start(root: &Path, folder: &Path) -> Result<Self> {
        let tool = tool()?;
        write(&folder.join("Cargo.toml"), &format!("{MANIFEST}glam = \"{GLAM}\"\n{PROFILE}"))?;
        write(&folder.join("src/main.rs"), MAIN)?;
        write(&folder.join(SOURCE), MODULE)?;
        println!("building the side of {NAME} in {}", folder.display());
        cargo_with_or_without_registry(root, folder, &["fetch", "--quiet"])?;
        let mut command = alone(cargo::program(tool, folder), folder);
        command.args(["serve", "--hot-patch", "--interactive", "false", "--open", "false", "--offline"]);
        command.arg("--exit-on-error").arg("--session-cache-dir").arg(folder.join("session"));
        without_telemetry(&mut command).env("DX_HOME", folder.join("home"));
        let mut program = group::start(&command, &folder.join("dx.log"))?;
        wait_for(&mut program, module::VALUE, FIRST_BUILD)?;
        Ok(Self { program, folder: folder.to_owned() })
    }

    /// Saves another value of the constant, and waits until code with it has run.
    ///
    /// # Errors
    /// When it does not compile or is not reloaded.
    pub fn edit(&mut self, value: f64) -> Result<Edit> {
        std::thread::sleep(PAUSE);
        let text = module::with(value);
        let saved = Instant::now();
        write(&self.folder.join(SOURCE), &text)?;
        let whole = wait_for(&mut self.program, value, PATIENCE)?.duration_since(saved);
        Ok(Edit { whole, stages: Vec::new() })
    }
}

/// `dx` of the right version.
fn tool() -> Result<PathBuf> {
    let Some(path) = packages::find_program("dx") else { bail!("`dx` is not installed: `{INSTALL}`") };
    let mut command = Command::new(&path);
    command.arg("--version");
    without_telemetry(&mut command);
    let said = cargo::output(command)?;
    let version = version(&said).with_context(|| format!("{} is another program: {}", path.display(), said.trim()))?;
    ensure!(version == VERSION, "{} is {version}, and {VERSION} is what is measured: `{INSTALL}`", path.display());
    Ok(path)
}

/// The version in what `dx --version` says: `dioxus 0.7.10 (57d6794)`.
fn version(said: &str) -> Option<&str> {
    said.trim().strip_prefix("dioxus ")?.split(' ').next()
}

fn without_telemetry(command: &mut Command) -> &mut Command {
    command.env("DX_TELEMETRY_ENABLED", "false").env("TELEMETRY", "false")
}

#[cfg(test)]
mod tests {
    use super::{INSTALL, MANIFEST, NAME, VERSION, version};
    use toml::Table;

    #[test]
    fn the_tool_says_its_version() {
        assert_eq!(version("dioxus 0.7.10 (57d6794)\n"), Some("0.7.10"));
        assert_eq!(version("dioxus 0.8.0-alpha.3"), Some("0.8.0-alpha.3"));
        assert_eq!(version("dx: the data explorer 2.0"), None);
    }

    #[test]
    fn the_tool_and_the_crates_have_one_version() {
        let manifest: Table = MANIFEST.parse().unwrap();
        for name in ["dioxus-devtools", "subsecond"] {
            assert_eq!(manifest["dependencies"][name].as_str(), Some(format!("={VERSION}").as_str()));
        }
        assert_eq!(NAME, format!("subsecond {VERSION}"));
        assert_eq!(INSTALL, format!("cargo install dioxus-cli@{VERSION} --locked"));
    }
}

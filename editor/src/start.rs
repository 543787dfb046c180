//! The command line: what to open, and whether with a window.

use crate::script::Script;
use crate::{headless, settings, window};
use clap::Parser;
use playground_engine_host::{Host, HostOptions};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The package whose metadata says which modules to load.
const APP: &str = "playground-editor";
/// What is opened first, if the project has it.
const DEMO: &str = "assets/scenes/orbits.ron";

/// A desktop editor whose native modules reload while it runs.
#[derive(Parser, Debug)]
#[command(name = "editor", version)]
struct Arguments {
    /// The project: a cargo workspace. Without it, the one that the editor was built in, or the current folder.
    project: Option<PathBuf>,
    /// Run without a window and without a graphics device.
    #[arg(long)]
    headless: bool,
    /// Run an operator, such as `entity.spawn name=Probe`; may be given several times. Each prints one line of JSON.
    #[arg(long, value_name = "CALL")]
    exec: Vec<String>,
    /// Run operators from a file, one a line; `-` reads standard input and runs each line as it arrives.
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
}

/// Runs the editor as the command line says.
pub fn run() -> ExitCode {
    match start(Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("editor: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start(arguments: Arguments) -> anyhow::Result<bool> {
    let root = project(arguments.project)?;
    let script = Script::new(arguments.exec, arguments.script.as_deref())?;
    let scene = root.join(DEMO).is_file().then(|| DEMO.to_owned());
    let host = Host::start(HostOptions {
        root: root.clone(),
        app: APP.to_owned(),
        watch: !arguments.headless,
        settings: settings::folder(),
        scene,
    })?;
    let good = if arguments.headless {
        Ok(headless::run(&host.client(), script))
    } else {
        window::run(&host.client(), &root, script)
    };
    host.join();
    good
}

fn project(given: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).parent().filter(|root| root.join("Cargo.toml").is_file());
    let root = match (given, built_in) {
        (Some(given), _) => given,
        (None, Some(built_in)) => built_in.to_owned(),
        (None, None) => std::env::current_dir()?,
    };
    let manifest = root.join("Cargo.toml");
    anyhow::ensure!(manifest.is_file(), "{} is no project: it has no Cargo.toml", root.display());
    Ok(root.canonicalize()?)
}

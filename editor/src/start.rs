//! What one process of the editor does: watch another one, show the window, run without one, or ask a question.

use crate::arguments::{Arguments, OnFailure};
use crate::presence::Presence;
use crate::runs::Run;
use crate::script::Script;
use crate::watched::Watched;
use crate::{failure, headless, settings, supervisor, window};
use clap::Parser;
use playground_engine_host::{Host, HostOptions};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The package whose metadata says which modules to load.
const APP: &str = "playground-editor";
/// What is opened first, if the project has it.
const DEMO: &str = "assets/scenes/orbits.ron";

/// Runs the editor as the command line says.
pub fn run() -> ExitCode {
    start(&Arguments::parse()).unwrap_or_else(|error| {
        eprintln!("editor: {error:#}");
        ExitCode::FAILURE
    })
}

fn start(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if let Some(file) = &arguments.ask {
        return failure::run(file);
    }
    let root = project(arguments.project.clone())?;
    // Without a window there is nobody to ask, and whoever calls sees how it ended.
    let asks = arguments.on_failure == OnFailure::Ask;
    let is_alone = arguments.on_failure == OnFailure::Ignore || (arguments.headless && asks);
    if cfg!(unix) && !is_alone && arguments.run.is_none() {
        return supervisor::run(arguments, &root);
    }
    let run = arguments.run.clone().map(Run::in_folder).transpose()?;
    run_here(arguments, &root, run.as_ref())
}

/// Runs the editor in this process. What it does is kept in the folder of its run.
///
/// # Errors
/// When the project, the script or the window is not as it should be.
pub fn run_here(arguments: &Arguments, root: &Path, run: Option<&Run>) -> anyhow::Result<ExitCode> {
    let script = Script::new(arguments.exec.clone(), arguments.script.as_deref())?;
    let host = Host::start(HostOptions {
        root: root.to_owned(),
        app: APP.to_owned(),
        watch: arguments.watch || !arguments.headless,
        settings: settings::folder(),
        scene: root.join(DEMO).is_file().then(|| DEMO.to_owned()),
        keep: run.map(|run| run.folder().to_owned()),
        restore: arguments.restore.clone().map(|file| (file, arguments.play)),
        without: arguments.left_out(),
    })?;
    let good = match arguments.headless {
        true => {
            let watched = Watched::new(arguments, Presence::default());
            watched.map(|watched| watched.look_after(host.client())).transpose()?;
            headless::run(&host.client(), script)
        }
        false => window::run(&host.client(), root, script, arguments)?,
    };
    host.join();
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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

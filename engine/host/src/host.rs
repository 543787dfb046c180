//! The engine's thread: starting it, and waiting for its end.

use crate::client::{Client, Ring};
use crate::engine::Engine;
use crate::modules::Modules;
use arc_swap::ArcSwap;
use crossbeam::channel::unbounded;
use playground::core_types::{Beacon, Handle};
use playground::ecs::model::threads;
use playground::editor::Report;
use playground::types::erase::guarded;
use playground_engine_binding::BindingRegistry;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::JoinHandle;

/// How to start an engine.
#[derive(Clone, Debug, Default)]
pub struct HostOptions {
    /// The project's folder: a cargo workspace.
    pub root: PathBuf,
    /// The app whose metadata says which modules to load.
    pub app: String,
    /// Whether saved sources are built and reloaded by themselves.
    pub watch: bool,
    /// Where to keep the list of recent scenes; `None` to forget it.
    pub settings: Option<PathBuf>,
    /// The scene to open first, relative to the project; `None` for an empty one.
    pub scene: Option<String>,
    /// The folder of this run, to keep work in, so that it survives the process; `None` to keep nothing.
    pub keep: Option<PathBuf>,
    /// What another process kept, to go on from, and whether a world that played goes on playing.
    pub restore: Option<(PathBuf, bool)>,
    /// Modules that are not loaded at start, by package name, and why not.
    pub without: Vec<(String, String)>,
}

/// Why an engine can't start.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The project's metadata is wrong.
    #[error(transparent)]
    Resolve(#[from] playground_engine_resolver::ResolveError),
    /// There is no place for staged libraries.
    #[error(transparent)]
    Load(#[from] playground_engine_loader::LoadError),
    /// The thread can't start.
    #[error("the engine's thread can't start: {0}")]
    Thread(#[from] std::io::Error),
}

/// A running engine.
pub struct Host {
    client: Client,
    thread: JoinHandle<()>,
}

impl Host {
    /// Reads the project and starts the engine's thread, which then builds and loads the modules.
    ///
    /// # Errors
    /// When the project's metadata is wrong or the thread can't start.
    pub fn start(options: HostOptions) -> Result<Self, HostError> {
        threads::start();
        let (requests, inbox) = unbounded();
        let (panel_sender, panels) = unbounded();
        let report = Arc::new(ArcSwap::from_pointee(Report::default()));
        let ring = Arc::new(ArcSwap::from_pointee(Ring::default()));
        let beacon = Handle::new(Beacon::default());
        let dead = Arc::new(AtomicBool::new(false));
        let client = Client {
            requests,
            report: report.clone(),
            ring: ring.clone(),
            panels,
            beacon: beacon.clone(),
            dead: dead.clone(),
        };
        let bindings = BindingRegistry::default();
        let modules = Modules::new(&options, bindings.clone())?;
        let thread = std::thread::Builder::new().name("engine".to_owned()).spawn(move || {
            let run = || Engine::new(options, bindings, modules, panel_sender, report, ring, beacon).run(&inbox);
            // A panic that nobody caught is the end of the engine, and not of those who can say so.
            dead.store(guarded(run).is_err(), Relaxed);
        })?;
        Ok(Self { client, thread })
    }

    /// A client of this engine.
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// Asks the engine to end and waits until it has.
    pub fn join(self) {
        self.client.send(crate::Request::Quit);
        // A panic of the engine's thread was printed when it happened.
        let _ = self.thread.join();
    }
}

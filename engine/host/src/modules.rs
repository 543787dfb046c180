//! The project's modules: which there are, and their builds, one after the other.

use crate::client::Outcome;
use crate::draw::RENDERER;
use crate::host::{HostError, HostOptions};
use crossbeam::channel::{Receiver, Sender, unbounded};
use playground::core_types::Handle;
use playground::ecs::API_VERSION as ECS_API;
use playground::editor::report::{BuildStatus, Diagnostic, PlanReport, Question};
use playground::types::state::Plan;
use playground::types::{ModuleKind, ViewExport, ViewId};
use playground_engine_binding::BindingRegistry;
use playground_engine_builder::{
    BuildEvent, BuildReport, BuildRequest, Builder, Canceller, Outcome as BuildOutcome, Profile, WatchEvent, Watcher,
    source_digest,
};
use playground_engine_loader::{Loader, Staged};
use playground_engine_registry::{Module, ModuleRegistry, ModuleSpec, ReloadError, Reloaded};
use playground_engine_resolver::{ModuleSet, Package, Project, Role, resolve};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The contracts that the engine library has, by their core module.
const VIEWS: [(&str, ViewId, u64, u64); 3] = [
    (playground::ecs::view::NAME, playground::ecs::view::VIEW_ID, ECS_API, playground::ecs::STATE_FORMAT_VERSION),
    (
        playground::console::view::NAME,
        playground::console::view::VIEW_ID,
        playground::console::API_VERSION,
        playground::console::STATE_FORMAT_VERSION,
    ),
    (
        playground::rendering::view::NAME,
        playground::rendering::view::VIEW_ID,
        playground::rendering::API_VERSION,
        playground::rendering::STATE_FORMAT_VERSION,
    ),
];

/// Something that a thread of this crate's has to say to the engine.
pub enum Event {
    /// A build goes on.
    Progress(BuildEvent),
    /// A build ended.
    Finished(Box<Built>),
    /// Sources changed.
    Watch(WatchEvent),
}

/// A build that ended, its libraries checked and copied.
pub struct Built {
    /// What the build said.
    pub report: BuildReport,
    /// By module.
    pub staged: BTreeMap<String, Result<Staged, ReloadError>>,
    /// How long checking and copying took.
    pub checked_in: Duration,
    /// Digests of the sources, by module.
    pub sources: BTreeMap<String, String>,
}

/// Who waits for a module to be reloaded.
pub type Reply = Option<Sender<Outcome>>;

/// What modules are built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// To be loaded.
    Load,
    /// To be told what loading would do.
    Plan,
    /// The editor is built with all its modules, to be started anew.
    Restart,
}

/// The sources of the engine, the cores and the app, as the watch calls them.
pub const ENGINE: &str = "the engine";

/// Modules to be built and loaded together.
pub struct Job {
    /// Their names.
    pub modules: Vec<String>,
    /// When the change was saved or asked for.
    pub since: Instant,
    /// The operator that asked for it.
    pub operator: &'static str,
    /// Whether values may get lost.
    pub lossy: bool,
    /// What it is built for.
    pub goal: Goal,
    /// Who waits for it.
    pub replies: Vec<Reply>,
}

impl Job {
    pub fn is_like(&self, other: &Job) -> bool {
        self.modules == other.modules && self.goal == other.goal
    }
}

/// A build that goes on.
pub struct Running {
    /// What it is for.
    pub job: Job,
    canceller: Canceller,
    /// When it began.
    pub started: Instant,
}

/// A module that was swapped and has not run yet.
pub struct Fresh {
    /// What was done.
    pub reloaded: Reloaded,
}

/// The project's modules.
pub struct Modules {
    /// Their registry.
    pub registry: ModuleRegistry,
    /// What happens outside of the engine's thread.
    pub events: Receiver<Event>,
    /// What the compiler said last.
    pub diagnostics: Handle<Vec<Diagnostic>>,
    /// The running build.
    pub status: Option<BuildStatus>,
    /// Modules not yet loaded at start, and all of them.
    pub starting: Option<(usize, usize)>,
    set: ModuleSet,
    builder: Builder,
    pub sender: Sender<Event>,
    pub watcher: Option<Watcher>,
    pub running: Option<Running>,
    waiting: Vec<Job>,
    pub changed: BTreeMap<String, BTreeSet<PathBuf>>,
    /// Modules that were built here.
    pub built: BTreeSet<String>,
    /// Digests of the sources of the last builds, by module.
    pub sources: BTreeMap<String, String>,
    /// Modules that were swapped and have not run yet.
    pub fresh: Vec<Fresh>,
    /// Modules that stay as they are whatever is saved or built.
    pub pinned: BTreeSet<String>,
    /// The module that was reloaded last.
    pub last: Option<String>,
    /// A change that would lose values.
    pub question: Option<Question>,
    /// Questions asked so far.
    pub questions: u64,
    /// How often the editor itself was built, which only a restart puts into effect.
    pub rebuilt: u64,
    /// The folders of what only a restart puts into effect.
    pub engine_sources: Vec<PathBuf>,
    /// What a reload would do, until modules change.
    pub plan: Option<Handle<PlanReport>>,
    /// What the last reload of each module did to components and private state.
    pub last_plans: BTreeMap<String, Handle<Plan>>,
}

impl Modules {
    /// The modules that the app declares; nothing is built yet.
    ///
    /// # Errors
    /// When the metadata is wrong or there is no place for staged libraries.
    pub fn new(options: &HostOptions, bindings: BindingRegistry) -> Result<Self, HostError> {
        let project = Project::read(&options.root)?;
        let set = resolve(&project, &options.app)?;
        let engine_sources = engine_sources(&project, &options.app);
        let build = playground::ENGINE_BUILD;
        let builder = Builder::new(&project.root, &project.target_dir, Profile::from_name(build.profile));
        let loader = Loader::new(builder.own_dir().join("staged"))?;
        for core in &set.cores {
            let known = VIEWS.iter().find(|(name, ..)| *name == core.module.package);
            if let Some((name, view_id, api_version, state_format_version)) = known.copied() {
                bindings.declare(Handle::new(ViewExport { name, view_id, api_version, state_format_version }));
            }
        }
        let mut registry = ModuleRegistry::new(loader, build, bindings);
        for module in set.loadable() {
            registry.declare(ModuleSpec {
                name: module.package.clone(),
                library: module.library.clone(),
                kind: if module.role == Role::System { ModuleKind::System } else { ModuleKind::Plugin },
                implements: (module.role == Role::System).then(|| module.cores.first().cloned()).flatten(),
            });
        }
        let (sender, events) = unbounded();
        let count = set.loadable().count();
        Ok(Self {
            registry,
            events,
            diagnostics: Handle::default(),
            status: None,
            starting: Some((count, count)),
            set,
            builder,
            sender,
            watcher: None,
            running: None,
            waiting: Vec::new(),
            changed: BTreeMap::new(),
            built: BTreeSet::new(),
            sources: BTreeMap::new(),
            fresh: Vec::new(),
            pinned: BTreeSet::new(),
            last: None,
            question: None,
            questions: 0,
            rebuilt: 0,
            engine_sources,
            plan: None,
            last_plans: BTreeMap::new(),
        })
    }

    /// The declared core modules with the versions of their contracts.
    pub fn cores(&self) -> impl Iterator<Item = (&str, Option<(u64, u64)>)> {
        self.set.cores.iter().map(|core| {
            let view = VIEWS.iter().find(|(name, ..)| *name == core.module.package);
            (core.module.package.as_str(), view.map(|(_, _, api, state)| (*api, *state)))
        })
    }

    /// What the app declares.
    pub fn declared(&self) -> &ModuleSet {
        &self.set
    }

    pub fn names(&self) -> Vec<String> {
        self.set.loadable().map(|module| module.package.clone()).collect()
    }

    /// The library that an earlier build of a module left.
    pub fn earlier(&self, module: &str) -> Option<PathBuf> {
        let library = self.set.loadable().find(|known| known.package == module)?.library.clone();
        let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
        Some(self.builder.output_dir().join(format!("{prefix}{library}{suffix}"))).filter(|path| path.is_file())
    }

    /// The plugin that was reloaded last, or the first one.
    pub fn last_plugin(&self) -> Option<String> {
        let plugins = self.registry.modules().iter().filter(|module| module.spec.kind == ModuleKind::Plugin);
        let last = self.last.clone().filter(|last| plugins.clone().any(|module| module.spec.name == *last));
        last.or_else(|| plugins.clone().next().map(|module| module.spec.name.clone()))
    }

    /// The module that draws; empty if none is declared.
    pub fn renderer(&self) -> &str {
        let draws = |module: &&Module| module.spec.implements.as_deref() == Some(RENDERER);
        self.registry.modules().iter().find(draws).map_or("", |module| &module.spec.name)
    }

    /// The modules that are being built.
    pub fn building(&self) -> Vec<String> {
        self.running.as_ref().map(|running| running.job.modules.clone()).unwrap_or_default()
    }

    /// Whether a build runs or waits.
    pub fn busy(&self) -> bool {
        self.running.is_some() || !self.waiting.is_empty()
    }

    /// Stops the running build and forgets the waiting ones.
    pub fn cancel(&mut self) -> bool {
        let busy = self.busy();
        if let Some(running) = &self.running {
            running.canceller.cancel();
        }
        for job in self.waiting.drain(..) {
            job.replies
                .into_iter()
                .for_each(|reply| answer(reply, job.operator, Err("the build was cancelled".to_owned())));
        }
        busy
    }

    pub fn enqueue(&mut self, job: Job) {
        // A build of the same sources may run already; a source that was saved after it began cancels it first.
        let same = |running: &&mut Running| running.job.is_like(&job) && !running.canceller.is_cancelled();
        if let Some(running) = self.running.as_mut().filter(same) {
            running.job.replies.extend(job.replies);
            running.job.lossy |= job.lossy;
            return;
        }
        let same = self.waiting.iter_mut().find(|waiting| waiting.is_like(&job));
        match same {
            Some(waiting) => {
                waiting.replies.extend(job.replies);
                waiting.lossy |= job.lossy;
            }
            None => self.waiting.push(job),
        }
        self.start_next();
    }

    pub fn start_next(&mut self) {
        if self.running.is_some() || self.waiting.is_empty() {
            return;
        }
        let job = self.waiting.remove(0);
        let (builder, canceller, sender) = (self.builder.clone(), Canceller::default(), self.sender.clone());
        let request = BuildRequest { packages: job.modules.clone(), changed: self.changed_files(&job.modules) };
        let of_build = canceller.clone();
        let stager = self.registry.stager();
        let library = |name: &String| Some((name.clone(), self.registry.find(name).ok()?.spec.library.clone()));
        let loaded = job.modules.iter().filter(|_| job.goal != Goal::Restart);
        let libraries: Vec<(String, String)> = loaded.filter_map(library).collect();
        let folders: Vec<(String, PathBuf)> = self
            .set
            .loadable()
            .filter(|module| job.modules.contains(&module.package))
            .map(|module| (module.package.clone(), module.folder.clone()))
            .collect();
        let started = std::thread::Builder::new().name("build".to_owned()).spawn(move || {
            // The engine may have ended meanwhile; then nobody needs the report.
            let sources = folders.iter().map(|(name, folder)| (name.clone(), source_digest(folder))).collect();
            let report =
                builder.build_here(&request, &of_build, &mut |event| drop(sender.send(Event::Progress(event))));
            let built = Instant::now();
            // Here, so that the engine's thread has nothing to do with the size of libraries.
            let stage = |name: &String, library: &String| {
                let artefact = report.artefacts.iter().find(|artefact| artefact.package == *name)?;
                // Of many, those that did not change are hardly ever loaded again.
                let wanted = !artefact.fresh || libraries.len() == 1;
                wanted.then(|| (name.clone(), stager.stage(name, library, &artefact.path)))
            };
            let staged = match report.outcome {
                BuildOutcome::Built => libraries.iter().filter_map(|(name, library)| stage(name, library)).collect(),
                _ => BTreeMap::new(),
            };
            let is_cancelled = report.outcome == BuildOutcome::Cancelled;
            let _ =
                sender.send(Event::Finished(Box::new(Built { checked_in: built.elapsed(), report, staged, sources })));
            // Who saved a module once will do so again.
            if let ([module], true, false) = (request.packages.as_slice(), request.changed.is_some(), is_cancelled) {
                builder.prepare(module);
            }
        });
        if let Err(error) = started {
            let why = format!("the build's thread can't start: {error}");
            job.replies.into_iter().for_each(|reply| answer(reply, job.operator, Err(why.clone())));
            return;
        }
        let modules = job.modules.iter().map(|name| short(name).to_owned()).collect();
        self.status = Some(BuildStatus { modules, done: 0, total: 0, activity: "starting cargo".to_owned() });
        self.running = Some(Running { job, canceller, started: Instant::now() });
    }

    /// Begins to build a module of which a file was probably saved, if nothing else goes on.
    pub fn guess(&self, module: &str, file: PathBuf) {
        let is_idle = self.running.is_none() && self.waiting.is_empty();
        if is_idle && self.built.contains(module) && !self.pinned.contains(module) {
            let known = self.changed.get(module).into_iter().flatten().cloned();
            self.builder.guess(module, known.chain([file]).collect());
        }
    }

    /// All files of these modules that changed since they were built here, if that is known for certain.
    fn changed_files(&mut self, modules: &[String]) -> Option<Vec<PathBuf>> {
        self.watcher.as_ref()?;
        let known = modules.iter().all(|module| self.built.contains(module) && self.changed.contains_key(module));
        let files = modules.iter().filter_map(|module| self.changed.remove(module)).flatten().collect();
        known.then_some(files)
    }

    pub fn progress(&mut self, event: BuildEvent) {
        let Some(status) = &mut self.status else { return };
        match event {
            BuildEvent::Progress { done, total, current, .. } => {
                status.done = done;
                status.total = total.unwrap_or(0);
                status.activity = current;
            }
            BuildEvent::WaitingForLock { pid, .. } => status.activity = format!("waiting for cargo (pid {pid})"),
            BuildEvent::Started { .. }
            | BuildEvent::Warning(_)
            | BuildEvent::Diagnostic(_)
            | BuildEvent::Artefact(_) => {}
        }
    }
}

/// The sources of the app and of what is linked into the engine library.
fn engine_sources(project: &Project, app: &str) -> Vec<PathBuf> {
    let is_shared = |package: &&Package| {
        let below = package.folder.strip_prefix(&project.root).ok();
        package.name == app || below.is_some_and(|below| below.starts_with("core") || below.starts_with("engine"))
    };
    let folders = project.packages.values().filter(is_shared).map(|package| package.folder.join("src"));
    folders.filter(|folder| folder.is_dir()).collect()
}

/// Tells whoever waits how a call ended.
pub fn answer(reply: Reply, operator: &str, result: Result<Json, String>) {
    if let Some(reply) = reply {
        // Whoever asked may have gone.
        let _ = reply.send(Outcome { operator: operator.to_owned(), result });
    }
}

/// A module's name without the prefix that all of a kind share.
pub fn short(name: &str) -> &str {
    name.rsplit('-').next().unwrap_or(name)
}

impl Modules {
    /// Cancels the running build in favour of one that comes now; who waited for it waits for that one.
    pub fn supersede(&mut self) -> Vec<Reply> {
        let Some(running) = &mut self.running else { return Vec::new() };
        running.canceller.cancel();
        std::mem::take(&mut running.job.replies)
    }
}

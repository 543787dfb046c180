//! The engine: what it owns, and one frame.
//!
//! A frame takes what was asked for and what builds have to say, lets the world run, draws, and publishes a report. A
//! reload happens between frames, so nothing of a module runs meanwhile.

use crate::client::{Outcome, PanelChange, Request, Ring};
use crate::draw::Draw;
use crate::holder::Holder;
use crate::host::HostOptions;
use crate::modules::{Modules, Reply};
use crate::notices::Notices;
use crate::operators::{self, Flow};
use crate::play::{Play, STEP};
use crate::probation::Probation;
use crate::recovery::{Carried, Keeper};
use crate::reporter::Reporter;
use crate::session::Session;
use crate::threads::Threads;
use arc_swap::ArcSwap;
use crossbeam::channel::{Receiver, Sender, select_biased};
use playground::console::ConsoleViewTrait;
use playground::core_types::{Beacon, Handle};
use playground::ecs::World;
use playground::editor::report::{Level, PlayState};
use playground::editor::{Invocation, Report};
use playground::rendering::GraphicsDevice;
use playground::types::{ModelTrait, erase::guarded};
use playground_engine_binding::{BindingRegistry, ModelPool, Slot};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often an idle engine looks whether its report still holds.
const IDLE: Duration = Duration::from_millis(250);

/// The running engine.
pub struct Engine {
    /// How it was started.
    pub options: HostOptions,
    /// What is edited.
    pub session: Session,
    /// The modules.
    pub modules: Modules,
    /// The world's clock.
    pub play: Play,
    /// The viewport's picture.
    pub draw: Draw,
    /// What happened lately.
    pub notices: Notices,
    /// Scenes opened lately.
    pub recent: Handle<Vec<String>>,
    /// What is bound.
    pub bindings: BindingRegistry,
    /// Whether the component types must be listed anew.
    pub components_changed: bool,
    /// Code whose first frames are being watched.
    pub probation: Option<Probation>,
    /// Threads that modules started.
    pub threads: Threads,
    /// Keeps work on disk; `None` if nothing is to be kept.
    pub keeper: Option<Keeper>,
    /// Private states of modules that do not run.
    pub carried: Carried,
    /// The console's implementation.
    pub console: Slot<dyn ConsoleViewTrait>,
    reporter: Reporter,
    report: Arc<ArcSwap<Report>>,
    /// Calls that wait until the modules run.
    early: VecDeque<(Invocation, Reply)>,
    /// Lines logged before there was a console.
    early_lines: Vec<(Level, String, String)>,
    last_frame: Instant,
    tick: Duration,
    quit: bool,
}

impl Engine {
    /// An engine over an empty world, its modules not yet built.
    pub fn new(
        options: HostOptions,
        bindings: BindingRegistry,
        modules: Modules,
        panels: Sender<PanelChange>,
        report: Arc<ArcSwap<Report>>,
        ring: Arc<ArcSwap<Ring>>,
        beacon: Handle<Beacon>,
    ) -> Self {
        let worlds = ModelPool::new("World");
        let world = worlds.get_or_recycle(|| World::watched("world", beacon), |_| {});
        bindings.add_pool(playground::ecs::view::VIEW_ID, world.model_type(), Arc::new(worlds));
        let ecs = bindings.slot(playground::ecs::view::VIEW_ID);
        let recent = crate::scene::recent_scenes(options.settings.as_deref());
        Self {
            session: Session::new(Holder::new(world, ecs, panels)),
            modules,
            play: Play::default(),
            draw: Draw::new(bindings.slot(playground::rendering::view::VIEW_ID), ring),
            notices: Notices::default(),
            recent: Handle::new(recent),
            components_changed: true,
            probation: None,
            threads: Threads::default(),
            keeper: None,
            carried: Carried::default(),
            console: bindings.slot(playground::console::view::VIEW_ID),
            reporter: Reporter::default(),
            report,
            early: VecDeque::new(),
            early_lines: Vec::new(),
            last_frame: Instant::now(),
            tick: Duration::ZERO,
            quit: false,
            bindings,
            options,
        }
    }

    /// Runs frames until it is asked to quit.
    pub fn run(mut self, inbox: &Receiver<Request>) {
        self.register_core_components();
        self.start_keeping();
        self.start_modules();
        self.publish();
        while !self.quit {
            self.wait(inbox);
            self.frame();
        }
        self.modules.cancel();
    }

    /// Waits until there is something to do, and takes it.
    fn wait(&mut self, inbox: &Receiver<Request>) {
        let pause = match self.play.state {
            PlayState::Playing => STEP.saturating_sub(self.last_frame.elapsed()),
            _ if self.draw.wants_frame() => Duration::from_millis(4),
            _ => IDLE,
        };
        let deadline = Instant::now() + pause;
        let events = self.modules.events.clone();
        // What has come by now is taken at any rate: a world whose frames are long must not let each call wait for one.
        let mut waiting = events.len() + inbox.len();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            select_biased! {
                recv(events) -> event => match event {
                    Ok(event) => self.handle_event(event),
                    Err(_) => return,
                },
                recv(inbox) -> request => match request {
                    Ok(request) => self.handle(request),
                    Err(_) => {
                        self.quit = true;
                        return;
                    }
                },
                default(left) => return,
            }
            // While playing, frames keep their time; otherwise what was asked for is shown at once.
            if self.quit || (self.play.state != PlayState::Playing && inbox.is_empty() && events.is_empty()) {
                return;
            }
            waiting = waiting.saturating_sub(1);
            if self.play.state == PlayState::Playing && waiting == 0 && Instant::now() >= deadline {
                return;
            }
        }
    }

    fn frame(&mut self) {
        let start = Instant::now();
        let passed = start.duration_since(self.last_frame);
        self.last_frame = start;
        if self.play.state == PlayState::Playing {
            self.advance(passed);
            self.draw.mark_dirty();
        }
        self.settle();
        let renderer = self.modules.renderer().to_owned();
        self.inside(&renderer, "drawing", Self::draw_world);
        self.mark_first_frames();
        self.tick = start.elapsed();
        self.count_on_probation(false, self.tick);
        self.keep();
        self.look_for_threads();
        self.publish();
    }

    fn handle(&mut self, request: Request) {
        match request {
            Request::Invoke { invocation, reply }
                if self.modules.starting.is_some() && !operators::is_early(&invocation) =>
            {
                self.early.push_back((invocation, reply));
            }
            Request::Invoke { invocation, reply } => self.invoke(&invocation, reply),
            Request::AttachGpu { device, queue, adapter } => {
                self.draw.graphics = Some(GraphicsDevice::new(device, queue, adapter));
                self.draw.renew();
            }
            Request::View { size, camera } => {
                self.draw.size = size;
                self.draw.camera = camera;
                self.draw.mark_dirty();
            }
            Request::Pick { x, y, extend } => self.select_picked(x, y, extend),
            Request::PanelFailed { module, why } => self.panel_failed(&module, &why),
            Request::Quit => self.quit = true,
        }
    }

    fn select_picked(&mut self, x: f32, y: f32, extend: bool) {
        let picked = self.pick(x, y);
        if !extend {
            self.session.selection.clear();
        }
        if let Some(id) = picked {
            if self.session.selection.contains(&id) {
                self.session.selection.retain(|known| *known != id);
            } else {
                self.session.selection.push(id);
            }
        }
        self.draw.mark_dirty();
    }

    /// Runs an operator. A panic in a module that it calls is an error of the call, not the engine's end.
    pub fn invoke(&mut self, invocation: &Invocation, reply: Reply) {
        self.session.refresh();
        let outcome = guarded(|| operators::run(self, invocation, &reply));
        let result = match outcome {
            Ok(Ok(Flow::Later)) => return,
            Ok(Ok(Flow::Done(result))) => Ok(result),
            Ok(Err(error)) => Err(error),
            Err(panic) => Err(format!("{} panicked: {panic}", invocation.operator)),
        };
        if !operators::only_looks(invocation) {
            self.draw.mark_dirty();
            self.edited_on_probation();
            self.note_for_keeping(true);
        }
        self.settle();
        if let (Err(error), None) = (&result, &reply) {
            self.notices.add(Level::Error, format!("{} failed", invocation.operator), error.clone());
            self.log(Level::Error, &invocation.operator, error);
        }
        if let Some(reply) = reply {
            // The report is published first, so that who gets the outcome sees its effect.
            self.publish();
            let _ = reply.send(Outcome { operator: invocation.operator.clone(), result });
        }
    }

    /// Goes on once all modules were loaded, or could not be.
    pub fn started(&mut self) {
        if self.options.watch {
            self.watch_sources();
        }
        let restored = self.options.restore.clone().map(|(file, play)| self.restore_kept(&file, play));
        if let Some(Err(error)) = &restored {
            let title = "What was kept can't be restored";
            self.notices.add(Level::Error, title, error.clone());
            self.log(Level::Error, "recovery", &format!("{title}: {error}"));
        }
        let scene = self.options.scene.clone().filter(|_| !matches!(restored, Some(Ok(_))));
        if let Some(Err(error)) = scene.map(|scene| self.open_scene(&scene, false)) {
            self.notices.add(Level::Error, "The scene was not opened", error.clone());
            self.log(Level::Error, "scene", &error);
        }
        self.note_for_keeping(true);
        for (invocation, reply) in std::mem::take(&mut self.early) {
            self.invoke(&invocation, reply);
        }
    }

    /// Makes the components of the core crates known to the world.
    pub fn register_core_components(&mut self) {
        let mut storage = self.session.holder.world.write();
        for info in playground::scene::COMPONENTS {
            storage.pool_of(info).expect("the engine's own components have different names");
        }
    }

    /// Writes a line to the console, or keeps it until there is one.
    pub fn log(&mut self, level: Level, source: &str, text: &str) {
        let Some(console) = self.console.load() else {
            self.early_lines.push((level, source.to_owned(), text.to_owned()));
            return;
        };
        let early = std::mem::take(&mut self.early_lines);
        // A console that panics must not take the engine with it; its lines are lost.
        let _ = guarded(|| {
            early.iter().for_each(|(level, source, text)| console.log(*level, source, text));
            console.log(level, source, text);
        });
    }

    /// Lets code of a module run outside of its systems, so that it can be named if it never comes back.
    pub fn inside<R>(&mut self, module: &str, what: &str, act: impl FnOnce(&mut Self) -> R) -> R {
        let world = self.session.world().clone();
        let who = world.schedule().write().number_of(module, what);
        self.keep_names();
        world.beacon().enter(0, who, Instant::now());
        let result = act(self);
        world.beacon().leave(0);
        result
    }

    /// Publishes the engine's state.
    pub fn publish(&mut self) {
        let mut reporter = std::mem::take(&mut self.reporter);
        let report = reporter.report(self, self.tick);
        self.report.store(Arc::new(report));
        self.reporter = reporter;
    }
}

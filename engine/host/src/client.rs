//! The editor's end of the line: requests in, reports out. Never waits for the engine.

use arc_swap::ArcSwap;
use crossbeam::channel::{Receiver, Sender};
use playground::core_types::{Beacon, Busy, Handle};
use playground::editor::report::Runner;
use playground::editor::{Invocation, Panel, Report};
use playground::rendering::Camera;
use playground::wgpu;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

/// What the engine can be asked to do.
#[allow(clippy::large_enum_variant)] // the large one is sent once per window
pub enum Request {
    /// Run an operator. The outcome goes to `reply`, if there is one, when the operator has ended.
    Invoke {
        /// The call.
        invocation: Invocation,
        /// Who waits for it.
        reply: Option<Sender<Outcome>>,
    },
    /// Draw on this device from now on.
    AttachGpu {
        /// The window's device.
        device: wgpu::Device,
        /// Its queue.
        queue: wgpu::Queue,
        /// What it runs on.
        adapter: wgpu::AdapterInfo,
    },
    /// The viewport looks like this from now on.
    View {
        /// Width and height, pixels; zero when it is hidden.
        size: (u32, u32),
        /// Where it looks from.
        camera: Camera,
    },
    /// Tell which entity is drawn at a pixel of the viewport, by selecting it.
    Pick {
        /// Pixel from the left.
        x: f32,
        /// Pixel from the top.
        y: f32,
        /// Whether to add to the selection instead of replacing it.
        extend: bool,
    },
    /// A panel of a module panicked in the window.
    PanelFailed {
        /// The module.
        module: String,
        /// What happened.
        why: String,
    },
    /// End the engine's thread.
    Quit,
}

/// How one call of an operator ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The operator's id.
    pub operator: String,
    /// Its result, or the error in words.
    pub result: Result<serde_json::Value, String>,
}

/// Panels of a module that the editor must show or take away.
pub struct PanelChange {
    /// The module they belong to.
    pub module: String,
    /// Its panels now; those of the generation before go.
    pub panels: Vec<Box<dyn Panel>>,
}

/// Textures that the renderer draws into, in turn.
#[derive(Clone, Default)]
pub struct Ring {
    /// Changes when the textures were made anew.
    pub number: u64,
    /// The textures' views.
    pub views: Vec<wgpu::TextureView>,
}

/// A client of a running engine. Cloning makes another client of the same engine.
#[derive(Clone)]
pub struct Client {
    pub(crate) requests: Sender<Request>,
    pub(crate) report: Arc<ArcSwap<Report>>,
    pub(crate) ring: Arc<ArcSwap<Ring>>,
    pub(crate) panels: Receiver<PanelChange>,
    pub(crate) beacon: Handle<Beacon>,
    pub(crate) dead: Arc<AtomicBool>,
}

impl Client {
    /// Sends a request. An engine that has ended ignores it.
    pub fn send(&self, request: Request) {
        // The engine's thread may have ended already; then nobody is left to tell.
        let _ = self.requests.send(request);
    }

    /// Runs an operator without waiting for it; failures come back as notices.
    pub fn invoke(&self, invocation: Invocation) {
        self.send(Request::Invoke { invocation, reply: None });
    }

    /// Runs an operator; the outcome arrives on the channel.
    pub fn call(&self, invocation: Invocation) -> Receiver<Outcome> {
        let (sender, receiver) = crossbeam::channel::bounded(1);
        self.send(Request::Invoke { invocation, reply: Some(sender) });
        receiver
    }

    /// The engine at the end of its last frame.
    pub fn report(&self) -> Arc<Report> {
        self.report.load_full()
    }

    /// Whether the engine ended by a panic. It answers nothing any more.
    pub fn is_dead(&self) -> bool {
        self.dead.load(Relaxed)
    }

    /// Who has been running for longer than `limit` without coming back, and for how long; the longest first. Waits for
    /// nobody, so that it tells of a system that holds all locks and never ends.
    pub fn stuck(&self, limit: Duration) -> Vec<(Runner, Duration)> {
        let busy = self.beacon.busy();
        let stuck: Vec<Busy> = busy.into_iter().filter(|one| one.for_time > limit).collect();
        if stuck.is_empty() {
            return Vec::new();
        }
        let report = self.report();
        let named = |one: Busy| {
            let runner = report.who.get((one.who.0 as usize).wrapping_sub(1)).cloned();
            (runner.unwrap_or_default(), one.for_time)
        };
        stuck.into_iter().map(named).collect()
    }

    /// The textures that [`playground::editor::report::ViewportStatus::texture`] counts.
    pub fn ring(&self) -> Arc<Ring> {
        self.ring.load_full()
    }

    /// The next change to the panels of plugins, if there is one.
    pub fn panel_change(&self) -> Option<PanelChange> {
        self.panels.try_recv().ok()
    }
}

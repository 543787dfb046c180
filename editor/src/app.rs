//! One frame of the window: take the newest report, draw, carry out what was asked for.

use crate::action::Action;
use crate::arguments::Arguments;
use crate::dialogs::{Answer, Dialogs, Purpose};
use crate::hand::Hand;
use crate::relaunch::{kept_last, relaunch};
use crate::remote::{Gate, WindowCall};
use crate::script::path_argument;
use crate::settings::Store;
use crate::shell::Shell;
use crate::viewport::picture::Pictures;
use crate::{hang, runs};
use crossbeam::channel::{Receiver, Sender, TryRecvError};
use eframe::egui::{self, ColorImage, Event, UserData, ViewportCommand};
use eframe::egui_wgpu::RenderState;
use playground::editor::report::Level;
use playground::editor::{Invocation, Report};
use playground::types::Value;
use playground_engine_host::{Client, Outcome, Request};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often the settings are looked at for changes.
const SAVE: Duration = Duration::from_secs(2);

/// So long a restart waits for calls to be answered.
const ANSWERS: Duration = Duration::from_secs(1);

/// How often graphs that are on the screen move on.
const GRAPHS: Duration = Duration::from_millis(250);

/// The editor's window.
pub struct EditorApp {
    shell: Shell,
    client: Client,
    store: Store,
    render: Option<RenderState>,
    pictures: Pictures,
    dialogs: Dialogs,
    root: PathBuf,
    calls: Option<Receiver<WindowCall>>,
    /// Calls of the window that take some frames.
    pending: Vec<Pending>,
    /// Engine calls with something to do when they have succeeded.
    chains: Vec<(Receiver<Outcome>, Invocation)>,
    saved: Instant,
    save_failed: bool,
    title: String,
    closing: bool,
    arguments: Arguments,
    /// How often the editor was built, when this was looked at last.
    rebuilt: u64,
    restarting: Option<Restarting>,
    gate: Arc<Gate>,
    /// Ends the watcher's thread when the app is dropped.
    _alive: Arc<()>,
}

/// A restart on its way.
struct Restarting {
    since: Instant,
    /// The outcome of keeping everything in a file; `None` if the engine can't be asked.
    kept: Option<(Receiver<Outcome>, PathBuf)>,
    /// The module to leave out, and why.
    without: Option<(String, String)>,
}

enum Pending {
    Screenshot { path: PathBuf, reply: Option<Sender<Outcome>> },
    Click { reply: Option<Sender<Outcome>> },
}

/// What an app is made from.
pub struct Parts {
    /// The screen.
    pub shell: Shell,
    /// The engine.
    pub client: Client,
    /// Where settings are kept.
    pub store: Store,
    /// The window's device.
    pub render: Option<RenderState>,
    /// The project's folder.
    pub root: PathBuf,
    /// Calls from the command line.
    pub calls: Option<Receiver<WindowCall>>,
    /// Ends the watcher's thread when it is dropped.
    pub alive: Arc<()>,
    /// The command line.
    pub arguments: Arguments,
    /// Holds the thread that reads calls back.
    pub gate: Arc<Gate>,
}

impl EditorApp {
    /// The window's state at its first frame.
    pub fn new(parts: Parts) -> Self {
        let Parts { shell, client, store, render, root, calls, alive, arguments, gate } = parts;
        Self {
            shell,
            client,
            store,
            render,
            pictures: Pictures::default(),
            dialogs: Dialogs::default(),
            root,
            calls,
            pending: Vec::new(),
            chains: Vec::new(),
            saved: Instant::now(),
            save_failed: false,
            title: String::new(),
            closing: false,
            arguments,
            rebuilt: 0,
            restarting: None,
            gate,
            _alive: alive,
        }
    }

    fn act(&mut self, ctx: &egui::Context, report: &Report, action: Action) {
        match action {
            Action::Invoke(call) => {
                let Some(call) = self.shell.complete(call, report) else { return };
                if !self.shell.unsaved.ask(&call, report) {
                    self.run(ctx, report, call, None);
                }
            }
            Action::Force(call) => self.run(ctx, report, call, None),
            Action::Chain(first, then) if first.operator == "scene.save_as_dialog" => {
                self.choose(ctx, Purpose::Save, Some(then));
            }
            Action::Chain(first, then) => self.chains.push((self.client.call(first), then)),
            Action::Restart { without } => self.restart(ctx, without),
            Action::PanelFailed { module, why } => self.client.send(Request::PanelFailed { module, why }),
            Action::View { size, camera } => self.client.send(Request::View { size, camera }),
            Action::Pick { x, y, extend } => self.client.send(Request::Pick { x, y, extend }),
        }
    }

    /// Runs a call that is complete. Without `reply` a failure becomes a toast.
    fn run(&mut self, ctx: &egui::Context, report: &Report, call: Invocation, reply: Option<Sender<Outcome>>) {
        let call = unwrapped(call, self.shell.operators());
        if !self.shell.operators().is_window(&call.operator) {
            return match reply {
                Some(reply) => self.client.send(Request::Invoke { invocation: call, reply: Some(reply) }),
                None => self.client.invoke(call),
            };
        }
        let result = match call.operator.as_str() {
            "app.quit" => {
                self.closing = true;
                ctx.send_viewport_cmd(ViewportCommand::Close);
                Ok(())
            }
            "app.restart" => {
                self.restart(ctx, None);
                Ok(())
            }
            "scene.open_dialog" => {
                self.choose(ctx, Purpose::Open, None);
                Ok(())
            }
            "scene.save_as_dialog" => {
                self.choose(ctx, Purpose::Save, None);
                Ok(())
            }
            "app.screenshot" => match path_argument(&call) {
                Ok(path) => {
                    ctx.send_viewport_cmd(ViewportCommand::Screenshot(UserData::default()));
                    self.pending.push(Pending::Screenshot { path, reply });
                    return;
                }
                Err(error) => Err(error),
            },
            "ui.click" => match label_argument(&call) {
                Ok(label) => {
                    ctx.plugin::<Hand>().lock().press(ctx, label);
                    self.pending.push(Pending::Click { reply });
                    return;
                }
                Err(error) => Err(error),
            },
            _ => self.shell.run(ctx, &call, report).unwrap_or_else(|| {
                Err(format!("{} is not carried out by the window; this is a mistake in the editor", call.operator))
            }),
        };
        self.answer(call.operator, result, reply);
        ctx.request_repaint();
    }

    /// Starts the editor anew with all work. An engine that does not come back can't be asked for it; what it kept last
    /// is taken then.
    fn restart(&mut self, ctx: &egui::Context, without: Option<(String, String)>) {
        self.remember(ctx, true);
        self.gate.close(true);
        let folder = self.arguments.run.clone().unwrap_or_else(std::env::temp_dir);
        let file = folder.join(format!("restart-{}", std::process::id()));
        let is_stuck = !self.shell.status.stuck.is_empty();
        let keep = Invocation::new("recovery.keep").text("path", file.display().to_string());
        let kept = (!is_stuck).then(|| (self.client.call(keep), file));
        self.restarting = Some(Restarting { since: Instant::now(), kept, without });
        ctx.request_repaint();
    }

    /// Goes on with a restart, once those who wait for an answer have it.
    fn follow_restart(&mut self, ctx: &egui::Context) {
        let Some(restarting) = self.restarting.take() else { return };
        let is_waited_for = !self.pending.is_empty() || self.gate.is_busy();
        if is_waited_for && restarting.since.elapsed() < ANSWERS {
            self.restarting = Some(restarting);
            return ctx.request_repaint_after(Duration::from_millis(5));
        }
        let failed = match &restarting.kept {
            None => match kept_last(&self.arguments) {
                Ok(restore) => relaunch(&self.arguments, restore, false, restarting.without.as_slice()),
                Err(error) => error,
            },
            Some((outcome, file)) => match outcome.try_recv() {
                Ok(Outcome { result: Ok(_), .. }) => relaunch(&self.arguments, Some(file.clone()), true, &[]),
                Ok(Outcome { result: Err(error), .. }) => error,
                Err(TryRecvError::Empty) => {
                    self.restarting = Some(restarting);
                    return ctx.request_repaint_after(Duration::from_millis(20));
                }
                Err(TryRecvError::Disconnected) => "the engine has ended".to_owned(),
            },
        };
        self.gate.close(false);
        self.shell.toasts.say(Level::Error, "The editor can't be restarted", failed);
    }

    /// What the engine does not come back from, for the question that is drawn over everything.
    fn look_for_hangs(&mut self, report: &Report) {
        let stuck = if report.starting.is_some() { Vec::new() } else { self.client.stuck(hang::LIMIT) };
        if !stuck.is_empty() {
            let kept = self.arguments.run.as_deref().and_then(runs::written_at);
            self.shell.status.kept = kept.and_then(|at| at.elapsed().ok());
        }
        self.shell.status.stuck = stuck;
    }

    fn answer(&mut self, operator: String, result: Result<(), String>, reply: Option<Sender<Outcome>>) {
        match reply {
            Some(reply) => {
                // Whoever asked may have gone.
                let _ = reply.send(Outcome { operator, result: result.map(|()| serde_json::Value::Null) });
            }
            None => {
                if let Err(error) = result {
                    self.shell.toasts.say(Level::Error, format!("{operator} failed"), error);
                }
            }
        }
    }

    fn choose(&mut self, ctx: &egui::Context, purpose: Purpose, then: Option<Invocation>) {
        let waker = ctx.clone();
        self.dialogs.open(purpose, &self.root, then, move || waker.request_repaint());
    }

    /// What arrived since the last frame: script calls, panels, answers of dialogs, outcomes.
    fn receive(&mut self, ctx: &egui::Context, report: &Report) {
        while let Some(change) = self.client.panel_change() {
            let (plugins, dock) = self.shell.dock_mut();
            plugins.change(change, dock);
        }
        // One call at a time: the next one may depend on what this one shows.
        let next = self.calls.as_ref().filter(|_| self.pending.is_empty()).and_then(|calls| calls.try_recv().ok());
        if let Some(WindowCall { call, reply }) = next {
            self.run(ctx, report, call, Some(reply));
        }
        match self.dialogs.poll(&self.root) {
            Some(Answer::Chosen(call, Some(then))) => self.chains.push((self.client.call(call), then)),
            Some(Answer::Chosen(call, None)) => self.run(ctx, report, call, None),
            Some(Answer::Unavailable(typed)) => {
                let text = "Type the path instead; the command palette is open for it.";
                self.shell.toasts.say(Level::Warning, "The desktop offers no file dialog", text);
                self.shell.palette.open(typed);
            }
            Some(Answer::Cancelled) | None => {}
        }
        self.follow_chains(ctx, report);
        self.follow_restart(ctx);
        self.finish_pending(ctx);
    }

    fn follow_chains(&mut self, ctx: &egui::Context, report: &Report) {
        let mut waiting = Vec::new();
        for (outcome, then) in std::mem::take(&mut self.chains) {
            match outcome.try_recv() {
                Ok(Outcome { result: Ok(_), .. }) => self.run(ctx, report, then, None),
                Ok(Outcome { result: Err(error), operator }) => {
                    self.shell.toasts.say(Level::Error, format!("{operator} failed"), error);
                }
                Err(TryRecvError::Empty) => waiting.push((outcome, then)),
                Err(TryRecvError::Disconnected) => {}
            }
        }
        if !waiting.is_empty() {
            ctx.request_repaint_after(Duration::from_millis(20));
        }
        self.chains.extend(waiting);
    }

    fn finish_pending(&mut self, ctx: &egui::Context) {
        let picture = ctx.input(|input| {
            input.events.iter().find_map(|event| match event {
                Event::Screenshot { image, .. } => Some(image.clone()),
                _ => None,
            })
        });
        let clicked = self.pending.iter().any(|pending| matches!(pending, Pending::Click { .. }));
        let clicked = clicked.then(|| ctx.plugin::<Hand>().lock().finished()).flatten();
        for pending in std::mem::take(&mut self.pending) {
            match (pending, &picture, &clicked) {
                (Pending::Screenshot { path, reply }, Some(image), _) => {
                    let result = write_png(&path, image);
                    self.answer("app.screenshot".to_owned(), result, reply);
                }
                (Pending::Click { reply }, _, Some(result)) => {
                    self.answer("ui.click".to_owned(), result.clone(), reply)
                }
                (pending, _, _) => {
                    ctx.request_repaint();
                    self.pending.push(pending);
                }
            }
        }
    }

    fn remember(&mut self, ctx: &egui::Context, now: bool) {
        if !now && self.saved.elapsed() < SAVE {
            return;
        }
        self.saved = Instant::now();
        self.shell.settings.scale = ctx.zoom_factor();
        self.shell.settings.view = self.shell.panels.viewport.orbit();
        ctx.input(|input| {
            let window = input.viewport();
            self.shell.settings.maximized = window.maximized.unwrap_or(false);
            if let Some(inner) = window.inner_rect.filter(|_| !self.shell.settings.maximized) {
                self.shell.settings.window = (inner.width().round(), inner.height().round());
            }
        });
        if let Err(error) = self.store.save(&self.shell.settings)
            && !std::mem::replace(&mut self.save_failed, true)
        {
            self.shell.toasts.say(Level::Warning, "The settings can't be saved", error.to_string());
        }
    }

    fn window_title(&mut self, ctx: &egui::Context, report: &Report) {
        let scene = if report.scene.path.is_empty() { "new scene" } else { &report.scene.path };
        let mark = if report.scene.dirty { " ●" } else { "" };
        let title = format!("{scene}{mark} – {} – Playground", self.shell.status.project);
        if title != self.title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }

    /// The close button asks before changes are lost, like the operator.
    fn close_requested(&mut self, ctx: &egui::Context, report: &Report) {
        if ctx.input(|input| input.viewport().close_requested()) && !self.closing {
            let quit = Invocation::new("app.quit");
            if self.shell.unsaved.ask(&quit, report) {
                ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            }
        }
    }
}

/// A console line that is about the window is carried out here: the engine has no window.
fn unwrapped(call: Invocation, operators: crate::operators::Operators) -> Invocation {
    let line = match (call.operator.as_str(), call.arguments.first()) {
        ("console.run", Some((_, Value::Text(line)))) => line,
        _ => return call,
    };
    match Invocation::parse(line) {
        Ok(inner) if operators.is_window(&inner.operator) => inner,
        _ => call,
    }
}

fn label_argument(call: &Invocation) -> Result<String, String> {
    match call.arguments.iter().find(|(name, _)| name == "label") {
        Some((_, Value::Text(label))) => Ok(label.clone()),
        _ => Err("label= is needed: the accessible name of a widget".to_owned()),
    }
}

fn write_png(path: &std::path::Path, image: &ColorImage) -> Result<(), String> {
    let [width, height] = image.size;
    let bytes: Vec<u8> = image.pixels.iter().flat_map(|pixel| pixel.to_array()).collect();
    let failed = |error: String| format!("{} can't be written: {error}", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| failed(error.to_string()))?;
    }
    image::save_buffer_with_format(
        path,
        &bytes,
        width as u32,
        height as u32,
        image::ColorType::Rgba8,
        image::ImageFormat::Png,
    )
    .map_err(|error| failed(error.to_string()))
}

impl eframe::App for EditorApp {
    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        let report = self.client.report();
        self.shell.status.frame = Duration::from_secs_f32(frame.info().cpu_usage.unwrap_or(0.0));
        self.receive(&ctx, &report);
        self.close_requested(&ctx, &report);
        self.look_for_hangs(&report);
        if report.rebuilt > std::mem::replace(&mut self.rebuilt, report.rebuilt) {
            self.restart(&ctx, None);
        }
        let ring = self.client.ring();
        let picture = self.render.as_ref().and_then(|state| self.pictures.current(state, &ring, &report));
        for action in self.shell.ui(ui, &report, picture) {
            self.act(&ctx, &report, action);
        }
        if self.shell.panels.graphs_drawn() {
            ctx.request_repaint_after(GRAPHS);
        }
        self.window_title(&ctx, &report);
        self.remember(&ctx, false);
    }

    fn on_exit(&mut self) {}

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.extreme_bg_color.to_normalized_gamma_f32()
    }
}

//! The question after a failure: go on, go on without a module, begin anew, or end. Asked by a process of its own.

use crate::arguments::left_out;
use crate::relaunch::program;
use crate::{settings, theme, units};
use eframe::egui::{self, Key, RichText, Ui, ViewportBuilder};
use eframe::{CreationContext, NativeOptions};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::process::{Child, Command, ExitCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
use std::time::SystemTime;

/// What happened to an editor.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Failure {
    /// What happened, as a sentence.
    pub how: String,
    /// What ran then, such as `advance of orbit`.
    pub running: Vec<String>,
    /// The modules that may be the cause.
    pub suspects: Vec<String>,
    /// When work was kept last; `None` if there is nothing to go on from.
    pub kept_at: Option<SystemTime>,
    /// What it said last.
    pub words: Vec<String>,
    /// Whether it may still come back.
    pub can_wait: bool,
    /// Whether the end came from outside, so that what ran is hardly to blame.
    pub from_outside: bool,
}

impl Failure {
    /// The suspects as the next start is told to leave them out.
    pub fn without(&self) -> Vec<String> {
        let why =
            format!("left out of this start, because it may be the cause: {} Reload it to use it again.", self.how);
        self.suspects.iter().map(|module| left_out(module, &why)).collect()
    }
}

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Go on from what was kept.
    Restart,
    /// The same without the suspects.
    Safe,
    /// Begin anew; what was kept goes.
    Fresh,
    /// End, and keep what was kept.
    Quit,
    /// Wait a while longer.
    Wait,
}

const ANSWERS: [Answer; 5] = [Answer::Restart, Answer::Safe, Answer::Fresh, Answer::Quit, Answer::Wait];
/// The exit status that says the first answer; the others follow.
const FIRST: u8 = 10;

/// A question that is being asked. Dropping it takes it back.
pub struct Question(Child);

impl Question {
    /// Shows it in a window.
    ///
    /// # Errors
    /// When the process that does so can't be started.
    pub fn ask(failure: &Failure, folder: &Path) -> anyhow::Result<Self> {
        let file = folder.join("failure.json");
        std::fs::write(&file, serde_json::to_vec(failure)?)?;
        Ok(Self(Command::new(program()?).arg("--ask").arg(file).spawn()?))
    }

    /// The answer, if there is one. A window that could not be opened means to wait.
    pub fn answer(&mut self) -> Option<Answer> {
        let status = self.0.try_wait().ok().flatten()?;
        Some(read(status.code()).unwrap_or(Answer::Wait))
    }

    /// Waits for the answer; `None` if no window could be opened.
    ///
    /// # Errors
    /// When the process can't be waited for.
    pub fn wait(mut self) -> anyhow::Result<Option<Answer>> {
        Ok(read(self.0.wait()?.code()))
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn read(code: Option<i32>) -> Option<Answer> {
    let at = usize::try_from(code? - i32::from(FIRST)).ok()?;
    ANSWERS.get(at).copied()
}

/// Asks, and tells the answer by the exit status.
///
/// # Errors
/// When the question can't be read or no window can be opened.
pub fn run(file: &Path) -> anyhow::Result<ExitCode> {
    let failure: Failure = serde_json::from_slice(&std::fs::read(file)?)?;
    let settings = settings::load().settings;
    let viewport = ViewportBuilder::default()
        .with_title("Playground")
        .with_app_id("playground")
        .with_inner_size([600.0, if failure.words.is_empty() { 180.0 } else { 280.0 }])
        .with_resizable(false);
    let answered = Arc::new(AtomicU8::new(FIRST + 3));
    let told = answered.clone();
    let create = move |created: &CreationContext<'_>| {
        theme::install_fonts(&created.egui_ctx);
        theme::apply(&created.egui_ctx, settings.theme, settings.scale);
        Ok(Box::new(Asking { failure, told }) as Box<dyn eframe::App>)
    };
    let options = NativeOptions { viewport, ..NativeOptions::default() };
    eframe::run_native("playground-failure", options, Box::new(create))
        .map_err(|error| anyhow::anyhow!("the question can't be shown: {error}"))?;
    Ok(ExitCode::from(answered.load(Relaxed)))
}

struct Asking {
    failure: Failure,
    told: Arc<AtomicU8>,
}

impl eframe::App for Asking {
    fn ui(&mut self, ui: &mut Ui, _: &mut eframe::Frame) {
        let frame = egui::Frame::new().fill(theme::tokens(ui).panel).inner_margin(20);
        let chosen = egui::CentralPanel::default().frame(frame).show(ui, |ui| question(ui, &self.failure)).inner;
        let chosen = chosen.or_else(|| ui.input(|input| input.key_pressed(Key::Escape)).then_some(Answer::Quit));
        if let Some(at) = chosen.and_then(|chosen| ANSWERS.iter().position(|answer| *answer == chosen)) {
            self.told.store(FIRST + at as u8, Relaxed);
            ui.ctx().send_viewport_cmd(egui::ViewportCommand::Close);
        }
    }
}

/// Draws the question; gives the answer when there is one.
pub fn question(ui: &mut Ui, failure: &Failure) -> Option<Answer> {
    let tokens = theme::tokens(ui);
    let title = if failure.can_wait { "The editor does not answer" } else { "The editor ended unexpectedly" };
    ui.label(RichText::new(title).strong().size(18.0));
    ui.add_space(theme::STEP);
    ui.label(&failure.how);
    if !failure.running.is_empty() {
        ui.label(format!("At that moment ran: {}.", failure.running.join(", ")));
    }
    let kept = match failure.kept_at {
        Some(at) => {
            let age = units::age(SystemTime::now().duration_since(at).unwrap_or_default());
            format!("Work was kept {age} ago: the scene, the running world, undo and the selection.")
        }
        None => "Nothing was kept: there were no changes, or no place to keep them.".to_owned(),
    };
    ui.label(kept);
    if !failure.words.is_empty() {
        ui.add_space(theme::STEP);
        egui::ScrollArea::vertical().max_height(96.0).stick_to_bottom(true).auto_shrink([false, true]).show(ui, |ui| {
            let words = RichText::new(failure.words.join("\n")).monospace().size(theme::SMALL).color(tokens.muted);
            ui.add(egui::Label::new(words).wrap().selectable(true));
        });
    }
    ui.add_space(theme::STEP * 2.0);
    ui.horizontal_wrapped(|ui| answers(ui, failure)).inner
}

const ALL: &str = "Go on with all modules";
const PAUSED: &str = "The world waits, so that you can look before it runs";

fn answers(ui: &mut Ui, failure: &Failure) -> Option<Answer> {
    let mut answer = None;
    let mut offer = |ui: &mut Ui, text: &str, meaning: Answer, about: &str| {
        let button = ui.button(text);
        if ui.memory(|memory| memory.focused().is_none()) {
            button.request_focus();
        }
        if button.on_hover_text(about).clicked() {
            answer = Some(meaning);
        }
    };
    if failure.can_wait {
        offer(ui, "Wait", Answer::Wait, "It may come back by itself");
    }
    if failure.from_outside {
        offer(ui, ALL, Answer::Restart, PAUSED);
    }
    if !failure.suspects.is_empty() {
        let short: Vec<&str> = failure.suspects.iter().map(|module| units::module(module)).collect();
        let text = format!("Go on without {}", short.join(", "));
        offer(ui, &text, Answer::Safe, "The module is not loaded until you reload it; what belongs to it is kept");
    }
    if !failure.from_outside {
        offer(ui, ALL, Answer::Restart, PAUSED);
    }
    offer(ui, "Begin anew", Answer::Fresh, "What was kept is dropped");
    if !failure.can_wait {
        offer(ui, "Quit", Answer::Quit, "What was kept is offered at the next start");
    }
    answer
}

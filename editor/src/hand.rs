//! A hand for scripts: finds a widget by its accessible name and presses it with the pointer, as a person would.
//!
//! It reads the tree that assistive technology gets, so what it can press is what a blind user can find.

use eframe::egui::{
    self, Context, Event, FullOutput, Modifiers, Plugin, PointerButton, Pos2, RawInput, accesskit, pos2,
};
use std::collections::VecDeque;

/// How many frames a widget may take to appear.
const PATIENCE: u32 = 60;

/// The hand. Install it once with [`Context::add_plugin`].
#[derive(Default)]
pub struct Hand {
    job: Option<Job>,
    events: VecDeque<Vec<Event>>,
    finished: Option<Result<(), String>>,
}

struct Job {
    label: String,
    frames: u32,
}

impl Hand {
    /// Starts pressing the widget of that name. Ask [`Hand::finished`] in later frames.
    pub fn press(&mut self, ctx: &Context, label: impl Into<String>) {
        ctx.enable_accesskit();
        self.finished = None;
        self.job = Some(Job { label: label.into(), frames: 0 });
        ctx.request_repaint();
    }

    /// How the press went, once it is over.
    pub fn finished(&mut self) -> Option<Result<(), String>> {
        self.finished.take()
    }

    fn look(&mut self, update: &accesskit::TreeUpdate, scale: f32) {
        let Some(job) = &mut self.job else { return };
        job.frames += 1;
        let matches = |node: &accesskit::Node| {
            let name = node.label().or_else(|| node.value());
            name.is_some_and(|name| name == job.label) && !node.is_hidden()
        };
        // A label beside a widget may say the same; what can be clicked is meant.
        let found = update.nodes.iter().map(|(_, node)| node).filter(|node| matches(node) && node.bounds().is_some());
        let best = found.max_by_key(|node| (node.supports_action(accesskit::Action::Click), !node.is_disabled()));
        match best {
            Some(node) if node.is_disabled() && job.frames > 5 => {
                self.finished = Some(Err(format!("`{}` is disabled", job.label)));
                self.job = None;
            }
            Some(node) if !node.is_disabled() && job.frames > 1 => {
                let bounds = node.bounds().unwrap_or_default();
                self.events = strokes(
                    pos2(((bounds.x0 + bounds.x1) / 2.0) as f32, ((bounds.y0 + bounds.y1) / 2.0) as f32) / scale,
                );
                self.job = None;
            }
            _ if job.frames > PATIENCE => {
                self.finished =
                    Some(Err(format!("no widget is called `{}`; near are: {}", job.label, near(update, &job.label))));
                self.job = None;
            }
            _ => {}
        }
    }
}

/// Names that hold a word of the one asked for.
fn near(update: &accesskit::TreeUpdate, label: &str) -> String {
    let words: Vec<String> = label.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let mut names: Vec<&str> = update.nodes.iter().filter_map(|(_, node)| node.label()).collect();
    names.retain(|name| words.iter().any(|word| name.to_lowercase().contains(word)));
    names.sort_unstable();
    names.dedup();
    names.truncate(8);
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// One frame to move there, one to press, one to let go: widgets know only afterwards what the pointer is on.
fn strokes(at: Pos2) -> VecDeque<Vec<Event>> {
    let button =
        |pressed| Event::PointerButton { pos: at, button: PointerButton::Primary, pressed, modifiers: Modifiers::NONE };
    [vec![Event::PointerMoved(at)], vec![button(true)], vec![button(false)], vec![]].into()
}

impl Plugin for Hand {
    fn debug_name(&self) -> &'static str {
        "hand"
    }

    fn input_hook(&mut self, ctx: &Context, input: &mut RawInput) {
        if let Some(events) = self.events.pop_front() {
            input.events.extend(events);
            if self.events.is_empty() {
                self.finished = Some(Ok(()));
            }
            ctx.request_repaint();
        }
    }

    fn output_hook(&mut self, ctx: &Context, output: &mut FullOutput) {
        if let Some(update) = &output.platform_output.accesskit_update {
            self.look(update, 1.0);
        }
        if self.job.is_some() || !self.events.is_empty() {
            ctx.request_repaint();
        }
    }
}

/// Installs the hand.
pub fn install(ctx: &egui::Context) {
    ctx.add_plugin(Hand::default());
}

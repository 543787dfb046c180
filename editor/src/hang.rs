//! A module that does not come back: which one, since when, and the ways out.

use crate::action::Action;
use crate::{units, widget};
use eframe::egui::{self, RichText};
use playground::editor::report::Runner;
use std::time::{Duration, Instant};

/// So long a module may run before somebody is told.
pub const LIMIT: Duration = Duration::from_millis(1_500);
/// Whoever wants to wait is asked again after this time.
const PATIENCE: Duration = Duration::from_secs(10);

/// The question, while it is asked.
#[derive(Default)]
pub struct Hang {
    quiet_until: Option<Instant>,
}

impl Hang {
    /// Draws the question if something is stuck. `kept` is the age of the last work on disk, if there is any.
    pub fn ui(
        &mut self,
        ctx: &egui::Context,
        stuck: &[(Runner, Duration)],
        kept: Option<Duration>,
        out: &mut Vec<Action>,
    ) {
        let Some((runner, time)) = stuck.first() else {
            self.quiet_until = None;
            return;
        };
        ctx.request_repaint_after(Duration::from_millis(250));
        if self.quiet_until.is_some_and(|until| Instant::now() < until) {
            return;
        }
        let (module, name) = (units::module(&runner.module), &runner.name);
        let named = !module.is_empty();
        let mut answer = None;
        widget::dialog(ctx, "hang", 440.0, |ui| {
            let who = if named { format!("{module} does not come back") } else { "The engine is busy".to_owned() };
            ui.label(RichText::new(who).strong());
            let what = if named { format!("`{name}` has been running") } else { "It has been working".to_owned() };
            ui.label(format!(
                "{what} for {:.1} s. Nothing else runs until it ends; this window does.",
                time.as_secs_f64()
            ));
            let kept = match kept {
                Some(age) => format!("Work was kept {} ago, on disk.", units::age(age)),
                None => "Nothing was kept yet, so that a restart begins with the scene's file.".to_owned(),
            };
            widget::note(ui, kept);
            ui.add_space(8.0);
            ui.horizontal(|ui| {
                let wait = ui.button("Wait");
                if ui.memory(|memory| memory.focused().is_none()) {
                    wait.request_focus();
                }
                if wait.clicked() {
                    answer = Some(None);
                }
                if named && ui.button(format!("Restart without {module}")).clicked() {
                    answer = Some(Some(Some(runner)));
                }
                if ui.button("Restart").clicked() {
                    answer = Some(Some(None));
                }
            });
        });
        match answer {
            None => {}
            Some(None) => self.quiet_until = Some(Instant::now() + PATIENCE),
            Some(Some(without)) => {
                let why =
                    |runner: &Runner| format!("left out of this start, because `{}` did not come back", runner.name);
                out.push(Action::Restart { without: without.map(|runner| (runner.module.clone(), why(runner))) });
            }
        }
    }
}

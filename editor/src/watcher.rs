//! Wakes the window when the engine has something new to show, so that an idle editor draws nothing.

use crate::hang;
use crate::watched::Watched;
use eframe::egui;
use playground::core_types::Handle;
use playground::editor::Report;
use playground::editor::report::{ModuleRow, PlayState};
use playground_engine_host::Client;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

/// How often the report is looked at.
const LOOK: Duration = Duration::from_millis(16);
/// Least time between two frames that the engine causes.
const FRAME: Duration = Duration::from_millis(30);
/// Numbers that always change, such as times in the status bar, are shown this often.
const SLOW: Duration = Duration::from_secs(1);

/// Starts the thread. It ends when `alive` is dropped.
/// `watched` is looked after, too.
///
/// # Errors
/// When the thread can't start.
pub fn start(client: Client, ctx: egui::Context, alive: &Arc<()>, mut watched: Option<Watched>) -> std::io::Result<()> {
    let alive = Arc::downgrade(alive);
    std::thread::Builder::new()
        .name("report watcher".to_owned())
        .spawn(move || watch(&client, &ctx, &alive, &mut watched))?;
    Ok(())
}

fn watch(client: &Client, ctx: &egui::Context, alive: &Weak<()>, watched: &mut Option<Watched>) {
    let mut shown = client.report();
    let mut woken = Instant::now();
    let mut was_stuck = false;
    while alive.strong_count() > 0 {
        std::thread::sleep(LOOK);
        let report = client.report();
        let since = woken.elapsed();
        if let Some(watched) = watched {
            watched.look(client);
        }
        let is_stuck = !client.stuck(hang::LIMIT).is_empty();
        if is_stuck != std::mem::replace(&mut was_stuck, is_stuck) {
            ctx.request_repaint();
        }
        if (since >= FRAME && differs(&shown, &report)) || since >= SLOW {
            // A request without delay would draw two frames, so that widgets can settle; a report needs one.
            ctx.request_repaint_after(Duration::from_millis(1));
            shown = report;
            woken = Instant::now();
        }
    }
}

/// Whether anything changed that a person would want to see at once.
fn differs(old: &Report, new: &Report) -> bool {
    new.play == PlayState::Playing && old.frame != new.frame
        || old.play != new.play
        || old.viewport.frame != new.viewport.frame
        || old.viewport.ring != new.viewport.ring
        || old.viewport.problem != new.viewport.problem
        || old.selection != new.selection
        || old.scene != new.scene
        || old.undo != new.undo
        || old.redo != new.redo
        || old.build != new.build
        || old.rebuilt != new.rebuilt
        || old.starting != new.starting
        || !Handle::ptr_eq(&old.hierarchy, &new.hierarchy)
        || !Handle::ptr_eq(&old.components, &new.components)
        || !Handle::ptr_eq(&old.diagnostics, &new.diagnostics)
        || !Handle::ptr_eq(&old.console, &new.console)
        || old.notices.last().map(|notice| notice.number) != new.notices.last().map(|notice| notice.number)
        || modules_differ(old, new)
        || old.inspected.iter().flat_map(|entity| &entity.components).map(|component| &component.value).ne(new
            .inspected
            .iter()
            .flat_map(|entity| &entity.components)
            .map(|component| &component.value))
}

fn modules_differ(old: &Report, new: &Report) -> bool {
    let shown = |row: &ModuleRow| (row.generation, row.state.clone(), row.stages.len());
    !Handle::ptr_eq(&old.modules, &new.modules) && old.modules.iter().map(shown).ne(new.modules.iter().map(shown))
}

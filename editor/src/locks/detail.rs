//! One lock in detail: who has it, who waits, how long waits and holds took, and the last waits one by one.

use crate::widget::Column;
use crate::{units, widget};
use eframe::egui::{Align, RichText, ScrollArea, Ui};
use playground::core_types::{Contention, Distribution, LockStats, Who};
use playground::editor::report::Runner;
use std::time::Duration;

/// Draws the detail of a lock; `who` are the names of holders by number.
pub fn ui(ui: &mut Ui, stats: &LockStats, who: &[Runner]) {
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::both().auto_shrink(false).id_salt("lock detail").show(ui, |ui| {
        widget::strip(ui, |ui| {
            let holder = stats.holder.map_or("Nobody holds it".to_owned(), |by| format!("Held by {}", name(by, who)));
            let waiting = match stats.waiters {
                0 => "nobody waits".to_owned(),
                1 => "1 thread waits".to_owned(),
                more => format!("{more} threads wait"),
            };
            ui.label(format!("{holder}, {waiting}"));
        });
        distributions(ui, stats);
        ui.add_space(8.0);
        waits(ui, stats, who);
    });
}

/// The name of a holder, if it has one.
fn name(by: Who, who: &[Runner]) -> String {
    let at = (by.0 as usize).checked_sub(1);
    at.and_then(|at| who.get(at)).map_or("the engine".to_owned(), Runner::to_string)
}

const COLUMNS: [Column; 6] = [
    Column::left("", 96.0),
    Column::right("Count", 76.0),
    Column::right("Mean", 76.0),
    Column::right("Half below", 84.0),
    Column::right("99 % below", 84.0),
    Column::right("Longest", 76.0),
];

fn distributions(ui: &mut Ui, stats: &LockStats) {
    ui.horizontal(|ui| widget::titles(ui, &COLUMNS));
    for (title, times, about) in [
        ("Waiting", &stats.wait, "Every wait for the lock. Half and 99 % are rounded up to the next power of two."),
        (
            "Holding",
            &stats.hold,
            "A sample of how long it was held: one acquisition of 127, and each that had to wait.",
        ),
    ] {
        ui.horizontal(|ui| {
            ui.add_space(8.0);
            widget::cell(ui, COLUMNS[0].width, Align::Min, RichText::new(title)).on_hover_text(about);
            for (text, column) in numbers(times).into_iter().zip(&COLUMNS[1..]) {
                widget::number(ui, column.width, text);
            }
        });
    }
}

fn numbers(times: &Distribution) -> [String; 5] {
    let time = |ns: u64| units::time(Duration::from_nanos(ns));
    if times.count == 0 {
        return ["0".into(), "–".into(), "–".into(), "–".into(), "–".into()];
    }
    [
        units::count(times.count),
        time(times.mean_ns()),
        time(times.quantile(0.5)),
        time(times.quantile(0.99)),
        time(times.max_ns),
    ]
}

const WAITS: [Column; 5] = [
    Column::left("Ended", 96.0),
    Column::right("Waited", 76.0),
    Column::right("For", 76.0),
    Column::right("Who waited", 170.0),
    Column::right("Who held it", 170.0),
];

fn waits(ui: &mut Ui, stats: &LockStats, who: &[Runner]) {
    if stats.recent.is_empty() {
        ui.horizontal(|ui| {
            ui.add_space(8.0);
            widget::muted(ui, "Nobody had to wait for this lock so far.");
        });
        return;
    }
    ui.horizontal(|ui| widget::titles(ui, &WAITS));
    for wait in stats.recent.iter().rev() {
        ui.horizontal(|ui| {
            ui.add_space(8.0);
            let ago = Duration::from_nanos(stats.age_ns.saturating_sub(wait.at_ns + wait.wait_ns));
            widget::cell(ui, WAITS[0].width, Align::Min, RichText::new(format!("{} ago", units::time(ago))));
            widget::number(ui, WAITS[1].width, units::time(Duration::from_nanos(wait.wait_ns)));
            widget::cell(ui, WAITS[2].width, Align::Max, RichText::new(purpose(wait)));
            widget::cell(ui, WAITS[3].width, Align::Max, RichText::new(name(wait.waiter, who)));
            widget::cell(ui, WAITS[4].width, Align::Max, RichText::new(name(wait.holder, who)));
        });
    }
}

fn purpose(wait: &Contention) -> &'static str {
    if wait.write { "writing" } else { "reading" }
}

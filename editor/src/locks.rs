//! Lock contention, live: reads, writes, contended acquisitions and waiting time of every pool and every shared value.

mod detail;

use crate::series::{Counter, WINDOW};
use crate::widget::Column;
use crate::{theme, units, widget};
use eframe::egui::{self, Align, Color32, RichText, ScrollArea, Ui};
use playground::core_types::LockStats;
use playground::editor::Report;
use playground::egui_phosphor::regular as icon;
use playground::egui_plot::{Corner, Legend, Line, LineStyle, Plot};
use std::collections::BTreeMap;
use std::time::Duration;

/// Samples per second.
const RATE: f64 = 4.0;

/// Below this a graph's legend and axis would lie on top of each other, points.
const LEAST_HEIGHT: f32 = 84.0;

/// What is measured: title, unit, dash.
const KINDS: [(&str, &str); 4] = [("Reads", "/s"), ("Writes", "/s"), ("Contended", "/s"), ("Waiting", "µs/s")];

/// The table's columns.
const COLUMNS: [Column; 5] = [
    Column::left("Lock", 130.0),
    Column::right("Reads/s", 70.0),
    Column::right("Writes/s", 70.0),
    Column::right("Contended", 76.0),
    Column::right("Waited", 76.0),
];

/// The panel's state.
#[derive(Default)]
pub struct Locks {
    paused: bool,
    sampled: f64,
    all: [Counter; 4],
    each: BTreeMap<String, [Counter; 4]>,
    selected: Option<String>,
}

impl Locks {
    /// Takes a sample; call it once per frame, drawn or not, so that graphs have no gaps.
    pub fn sample(&mut self, report: &Report) {
        if self.paused || report.time - self.sampled < 1.0 / RATE {
            return;
        }
        self.sampled = report.time;
        let mut sums = [0; 4];
        for (name, stats) in stats(report) {
            let numbers = numbers(stats);
            let counters = self.each.entry(name.to_owned()).or_default();
            for at in 0..4 {
                counters[at].push(report.time, numbers[at]);
                sums[at] += numbers[at];
            }
        }
        for (counter, sum) in self.all.iter_mut().zip(sums) {
            counter.push(report.time, sum);
        }
    }

    /// Draws the panel.
    pub fn ui(&mut self, ui: &mut Ui, report: &Report) {
        if stats(report).next().is_none() {
            let text = "Pools and shared values count who reads, who writes and who has to wait.";
            return widget::empty(ui, icon::LOCK, "No locks yet", text, |_| ());
        }
        widget::strip(ui, |ui| {
            let (icon, name) = if self.paused { (icon::PLAY, "Resume graphs") } else { (icon::PAUSE, "Pause graphs") };
            if widget::icon_button(ui, icon, name, true).clicked() {
                self.paused = !self.paused;
            }
            let shown = self.selected.as_deref().unwrap_or("all locks together");
            ui.label(format!("Showing {shown}"));
            if self.selected.is_some() && ui.small_button("Show all").clicked() {
                self.selected = None;
            }
        });
        egui::Panel::right("lock table").resizable(true).default_size(490.0).show(ui, |ui| self.table(ui, report));
        let shown = self.selected.as_ref().and_then(|name| stats(report).find(|(known, _)| known == name));
        if let Some((_, stats)) = shown {
            egui::Panel::bottom("lock detail")
                .resizable(true)
                .default_size(150.0)
                .show(ui, |ui| detail::ui(ui, stats, &report.who));
        }
        let counters = self.selected.as_ref().and_then(|name| self.each.get(name)).unwrap_or(&self.all);
        graphs(ui, counters, self.sampled);
    }

    fn table(&mut self, ui: &mut Ui, report: &Report) {
        ScrollArea::both().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.horizontal(|ui| widget::titles(ui, &COLUMNS));
            for (name, stats) in stats(report) {
                self.row(ui, name, stats, COLUMNS.map(|column| column.width));
            }
        });
    }

    fn row(&mut self, ui: &mut Ui, whole: &str, stats: &LockStats, widths: [f32; 5]) {
        let rate = |at: usize| self.each.get(whole).map_or(0.0, |counters| counters[at].rate.last());
        let (reads, writes) = (rate(0), rate(1));
        let selected = self.selected.as_deref() == Some(whole);
        let name = short(whole);
        let contended = if stats.contended > 0 { theme::tokens(ui).warn } else { theme::tokens(ui).text };
        ui.horizontal(|ui| {
            ui.add_space(8.0);
            let button = egui::Button::selectable(selected, &name).right_text("").truncate();
            let response = ui.add_sized([widths[0], theme::ROW], button).on_hover_text(whole);
            widget::named(&response, egui::WidgetType::SelectableLabel, &format!("Lock {name}"));
            if response.clicked() {
                self.selected = (!selected).then(|| whole.to_owned());
            }
            widget::number(ui, widths[1], units::rate(reads));
            widget::number(ui, widths[2], units::rate(writes));
            let text = RichText::new(units::count(stats.contended)).font(theme::digits()).color(contended);
            widget::cell(ui, widths[3], Align::Max, text);
            widget::number(ui, widths[4], units::time(Duration::from_nanos(stats.wait_ns)));
        });
    }
}

/// All locks with their names: those of pools, then the others. A type that is a component and an event has two pools,
/// so these go by the names of their rows.
fn stats(report: &Report) -> impl Iterator<Item = (&str, &LockStats)> {
    let pools = report.pools.iter().map(|pool| (pool.name.as_str(), &pool.lock));
    pools.chain(report.locks.iter().map(|lock| (lock.name.as_str(), lock)))
}

/// `Hit` for `game::Hit`, and `event Hit` for its events.
fn short(name: &str) -> String {
    match name.strip_prefix("event ") {
        Some(event) => format!("event {}", crate::hierarchy::short(event)),
        None => crate::hierarchy::short(name).to_owned(),
    }
}

fn numbers(stats: &LockStats) -> [u64; 4] {
    [stats.reads, stats.writes, stats.contended, stats.wait_ns / 1000]
}

/// Two graphs: acquisitions, and what it costs to wait. Where there is no room for both, the first one.
fn graphs(ui: &mut Ui, counters: &[Counter; 4], now: f64) {
    let series = theme::tokens(ui).series;
    let names = ["Acquisitions per second", "Contended per second, waiting µs per second"];
    let room = ui.available_height() - 12.0;
    let count = ((room / LEAST_HEIGHT) as usize).clamp(1, names.len());
    let height = (room / count as f32).max(LEAST_HEIGHT);
    for (at, name) in names.into_iter().enumerate().take(count) {
        let kinds = [2 * at, 2 * at + 1].map(|kind| (kind, series[kind]));
        graph(ui, name, height, now, &kinds, counters);
    }
}

fn graph(ui: &mut Ui, name: &str, height: f32, now: f64, shown: &[(usize, Color32)], counters: &[Counter; 4]) {
    let plot = Plot::new(name)
        .height(height)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .show_background(false)
        .grid_color(theme::tokens(ui).line)
        .include_x(-WINDOW)
        .include_x(0.0)
        .include_y(0.0)
        .include_y(1.0)
        .set_margin_fraction(egui::vec2(0.0, 0.08))
        .x_axis_formatter(|mark, _| format!("{:.0} s", mark.value))
        .y_axis_formatter(|mark, _| units::rate(mark.value))
        .y_axis_min_width(48.0)
        .legend(Legend::default().position(Corner::LeftTop).background_alpha(0.6));
    let response = plot.show(ui, |plot| {
        for (at, color) in shown {
            let (title, unit) = KINDS[*at];
            let style = if at % 2 == 0 { LineStyle::Solid } else { LineStyle::dashed_dense() };
            let line = Line::new(format!("{title} {unit}"), counters[*at].rate.points(now));
            plot.line(line.color(*color).style(style).width(1.5));
        }
    });
    widget::named(&response.response, egui::WidgetType::Image, name);
}

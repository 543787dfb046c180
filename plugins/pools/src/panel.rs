//! The panel: two graphs at the left, a table of the pools at the right.

use crate::history::{History, Series, WINDOW};
use playground::editor::report::PoolRow;
use playground::editor::{Panel, PanelContext};
use playground::egui::{self, Align, Button, Color32, Layout, RichText, ScrollArea, Ui, WidgetInfo, WidgetType, vec2};
use playground::egui_phosphor::regular as icon;
use playground::egui_plot::{Corner, Legend, Line, LineStyle, Plot};

const ROW: f32 = 22.0;
const COLUMNS: [(&str, f32); 4] = [("Pool", 130.0), ("Active", 76.0), ("Recycled", 76.0), ("Memory", 84.0)];

/// Graphs of all pools, or of one of them.
#[derive(Default)]
pub struct PoolsPanel {
    history: History,
    paused: bool,
    /// The pool that is shown; empty for all together.
    selected: String,
}

impl Panel for PoolsPanel {
    fn id(&self) -> &'static str {
        "pools"
    }

    fn title(&self) -> &'static str {
        "Pools"
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut PanelContext<'_>) {
        let report = context.report;
        if !self.paused {
            self.history.sample(report.time, &report.pools);
        }
        self.strip(ui);
        egui::Panel::right("pool table")
            .resizable(true)
            .default_size(430.0)
            .show(ui, |ui| self.table(ui, &report.pools));
        self.graphs(ui);
    }

    fn save(&self) -> String {
        format!("{}\n{}", self.paused, self.selected)
    }

    fn restore(&mut self, saved: &str) {
        let (paused, selected) = saved.split_once('\n').unwrap_or_default();
        self.paused = paused == "true";
        self.selected = selected.to_owned();
    }
}

impl PoolsPanel {
    fn strip(&mut self, ui: &mut Ui) {
        egui::Frame::new().inner_margin(egui::Margin::symmetric(8, 4)).show(ui, |ui| {
            ui.horizontal(|ui| {
                let (symbol, name) =
                    if self.paused { (icon::PLAY, "Resume graphs") } else { (icon::PAUSE, "Pause graphs") };
                let response = ui.add(Button::new(symbol).frame_when_inactive(false));
                response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, name));
                if response.on_hover_text(name).clicked() {
                    self.paused = !self.paused;
                }
                let shown = if self.selected.is_empty() { "all pools together" } else { &self.selected };
                ui.label(format!("Showing {shown}"));
                if !self.selected.is_empty() && ui.small_button("Show all").clicked() {
                    self.selected.clear();
                }
            });
        });
    }

    fn table(&mut self, ui: &mut Ui, pools: &[PoolRow]) {
        ScrollArea::both().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let weak = ui.visuals().weak_text_color();
            ui.horizontal(|ui| {
                ui.add_space(8.0);
                for (at, (title, width)) in COLUMNS.into_iter().enumerate() {
                    cell(ui, width, at > 0, RichText::new(title).small().color(weak));
                }
            });
            for pool in pools {
                self.row(ui, pool);
            }
        });
    }

    fn row(&mut self, ui: &mut Ui, pool: &PoolRow) {
        let selected = self.selected == pool.name;
        let [name, active, recycled, memory] = COLUMNS.map(|(_, width)| width);
        ui.horizontal(|ui| {
            ui.add_space(8.0);
            let short = pool.name.rsplit("::").next().unwrap_or(&pool.name);
            let response = ui.add_sized([name, ROW], Button::selectable(selected, short).right_text("").truncate());
            if response.on_hover_text(&pool.name).clicked() {
                self.selected = if selected { String::new() } else { pool.name.clone() };
            }
            let number = |text: String| RichText::new(text).monospace().size(11.5);
            cell(ui, active, true, number(pool.size.active.to_string()));
            cell(ui, recycled, true, number(pool.size.recycled.to_string()));
            cell(ui, memory, true, number(bytes(pool.size.bytes as f64)));
        });
    }

    fn graphs(&self, ui: &mut Ui) {
        let Some(pool) = self.history.pool(&self.selected) else {
            ui.centered_and_justified(|ui| ui.label("No samples yet."));
            return;
        };
        let visuals = ui.visuals().clone();
        let height = ((ui.available_height() - 12.0) / 2.0).max(60.0);
        let now = self.history.sampled;
        let rows = [
            ("Active", &pool.active, visuals.hyperlink_color, LineStyle::Solid),
            ("Recycled", &pool.recycled, visuals.warn_fg_color, LineStyle::dashed_dense()),
        ];
        graph(ui, "Rows", height, now, &rows, |value| format!("{value:.0}"));
        let memory = [("Memory", &pool.bytes, visuals.hyperlink_color, LineStyle::Solid)];
        graph(ui, "Memory", height, now, &memory, bytes);
    }
}

fn graph(
    ui: &mut Ui,
    name: &str,
    height: f32,
    now: f64,
    lines: &[(&str, &Series, Color32, LineStyle)],
    text: impl Fn(f64) -> String,
) {
    let plot = Plot::new(name)
        .height(height)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .show_background(false)
        .grid_color(ui.visuals().widgets.noninteractive.bg_stroke.color)
        .include_x(-WINDOW)
        .include_x(0.0)
        .include_y(0.0)
        .include_y(1.0)
        .set_margin_fraction(vec2(0.0, 0.08))
        .x_axis_formatter(|mark, _| format!("{:.0} s", mark.value))
        .y_axis_formatter(|mark, _| text(mark.value))
        .y_axis_min_width(56.0)
        .legend(Legend::default().position(Corner::LeftTop).background_alpha(0.6));
    let response = plot.show(ui, |plot| {
        for (title, series, color, style) in lines {
            let points: Vec<[f64; 2]> = series.iter().map(|[at, value]| [at - now, *value]).collect();
            plot.line(Line::new(*title, points).color(*color).style(*style).width(1.5));
        }
    });
    response.response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, name));
}

fn cell(ui: &mut Ui, width: f32, right: bool, text: RichText) {
    let layout = if right { Layout::right_to_left(Align::Center) } else { Layout::left_to_right(Align::Center) };
    ui.allocate_ui_with_layout(vec2(width, ROW), layout, |ui| {
        ui.set_min_size(vec2(width, ROW));
        ui.add(egui::Label::new(text).truncate());
    });
}

/// A size in the unit that fits.
fn bytes(bytes: f64) -> String {
    match bytes {
        bytes if bytes < 1024.0 => format!("{bytes:.0} B"),
        bytes if bytes < 1_048_576.0 => format!("{:.1} KiB", bytes / 1024.0),
        bytes => format!("{:.1} MiB", bytes / 1_048_576.0),
    }
}

//! What happened lately, in the corner of the window. Errors and warnings stay until they are dismissed.

use crate::console::look;
use crate::{theme, widget};
use eframe::egui::{self, Align2, Area, Frame, Id, Label, Order, RichText, Ui, vec2};
use playground::editor::Report;
use playground::editor::report::{Level, Notice};
use playground::egui_phosphor::regular as icon;
use std::time::Duration;

/// How long a toast stays that needs no answer, s.
const STAY: f64 = 5.0;
/// How many are shown at once; older ones wait below.
const SHOWN: usize = 4;

/// The toasts that are shown.
#[derive(Default)]
pub struct Toasts {
    toasts: Vec<Toast>,
    /// The newest notice that was taken over.
    seen: u64,
    own: u64,
}

struct Toast {
    notice: Notice,
    until: Option<f64>,
    open: bool,
}

impl Toasts {
    /// Shows something that the window itself has to say.
    pub fn say(&mut self, level: Level, title: impl Into<String>, detail: impl Into<String>) {
        // The window's own notices count down from the top, apart from those of the engine.
        self.own += 1;
        let notice = Notice { number: u64::MAX - self.own, level, title: title.into(), detail: detail.into() };
        self.toasts.push(Toast { notice, until: None, open: false });
    }

    /// Takes over the notices that are new.
    pub fn follow(&mut self, report: &Report) {
        for notice in report.notices.iter().filter(|notice| notice.number > self.seen) {
            self.toasts.push(Toast { notice: notice.clone(), until: None, open: false });
        }
        self.seen = report.notices.last().map_or(self.seen, |notice| self.seen.max(notice.number));
    }

    /// Draws the toasts.
    pub fn ui(&mut self, ctx: &egui::Context) {
        let now = ctx.input(|input| input.time);
        self.toasts.retain(|toast| toast.until.is_none_or(|until| now < until));
        let mut bottom = -36.0;
        let mut dismissed = None;
        for toast in self.toasts.iter_mut().rev().take(SHOWN) {
            let area = Area::new(Id::new("toast").with(toast.notice.number)).order(Order::Foreground);
            let area = area.anchor(Align2::RIGHT_BOTTOM, vec2(-12.0, bottom));
            let shown = area.show(ctx, |ui| toast.ui(ui));
            bottom -= shown.response.rect.height() + 8.0;
            if shown.inner {
                dismissed = Some(toast.notice.number);
            }
            toast.age(ctx, now, shown.response.contains_pointer());
        }
        self.toasts.retain(|toast| Some(toast.notice.number) != dismissed);
    }
}

impl Toast {
    /// Time runs only while the toast is seen and not pointed at.
    fn age(&mut self, ctx: &egui::Context, now: f64, held: bool) {
        let passes = matches!(self.notice.level, Level::Success | Level::Info);
        if !passes || self.open || held {
            self.until = None;
        } else {
            let until = *self.until.get_or_insert(now + STAY);
            ctx.request_repaint_after(Duration::from_secs_f64((until - now).max(0.0)));
        }
    }

    /// Draws the toast. Returns whether it was dismissed.
    fn ui(&mut self, ui: &mut Ui) -> bool {
        let tokens = theme::tokens(ui);
        let (symbol, _, color) = look(self.notice.level, tokens);
        let frame = Frame::popup(ui.style()).fill(tokens.raised).inner_margin(egui::Margin {
            left: 12,
            right: 8,
            top: 8,
            bottom: 8,
        });
        let mut dismissed = false;
        let shown = frame.show(ui, |ui| {
            ui.set_width(340.0);
            ui.horizontal(|ui| {
                ui.label(RichText::new(symbol).size(15.0).color(color));
                ui.allocate_ui(vec2(284.0, 18.0), |ui| {
                    ui.add(Label::new(RichText::new(&self.notice.title).strong()).wrap())
                });
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Min), |ui| {
                    dismissed = widget::icon_button(ui, icon::X, "Dismiss", true).clicked();
                });
            });
            if !self.notice.detail.is_empty() {
                self.detail(ui);
            }
        });
        let strip = egui::Rect::from_min_size(shown.response.rect.min, vec2(3.0, shown.response.rect.height()));
        ui.painter().rect_filled(strip, 2.0, color);
        shown.response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::WidgetType::Other, true, format!("Notification: {}", self.notice.title))
        });
        dismissed
    }

    fn detail(&mut self, ui: &mut Ui) {
        let muted = theme::tokens(ui).muted;
        let mut lines = self.notice.detail.lines();
        let first = lines.next().unwrap_or_default();
        let more = lines.next().is_some();
        let text = if self.open { self.notice.detail.as_str() } else { first };
        ui.add(Label::new(RichText::new(text).size(theme::SMALL).color(muted)).wrap());
        if more && !self.open && ui.link(RichText::new("Details").size(theme::SMALL)).clicked() {
            self.open = true;
        }
    }
}

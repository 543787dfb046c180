//! What a reload would do to components and private state, and what the last one did.

use crate::{theme, units, widget};
use eframe::egui::{self, Color32, RichText, Ui};
use playground::editor::report::PlanReport;
use playground::egui_phosphor::regular as icon;
use playground::types::state::{ComponentPlan, Fate, Plan, StatePlan};
use std::time::SystemTime;

/// Draws a plan that was asked for.
pub fn planned(ui: &mut Ui, plan: &PlanReport) {
    ui.horizontal(|ui| {
        ui.label(RichText::new("Plan").strong());
        let age = SystemTime::now().duration_since(plan.planned_at).unwrap_or_default();
        widget::note(ui, format!("made {} ago; nothing was changed", units::age(age)));
    });
    let tokens = theme::tokens(ui);
    if !plan.problem.is_empty() {
        let text = format!("{} {}", icon::X_CIRCLE, plan.problem);
        ui.add(egui::Label::new(RichText::new(text).color(tokens.bad)).wrap().selectable(true));
    } else if plan.plan.components.is_empty() && plan.plan.states.is_empty() {
        widget::note(ui, "It has neither components nor private state, so there is nothing to convert.");
    }
    plan.plan.components.iter().for_each(|component| line(ui, component));
    plan.plan.states.iter().for_each(|state| private(ui, state));
    if plan.plan.is_lossy() {
        let text = format!("{} Values would be lost; a reload asks before it does that.", icon::WARNING);
        ui.add(egui::Label::new(RichText::new(text).color(tokens.warn)).wrap());
    }
    ui.add_space(theme::STEP);
}

/// Draws what the last reload did, as far as it changed anything that was there.
pub fn done(ui: &mut Ui, plan: &Plan) {
    let changed = |component: &&ComponentPlan| matches!(component.fate, Fate::Converted | Fate::Left);
    let changed: Vec<&ComponentPlan> = plan.components.iter().filter(changed).collect();
    let other = |state: &&StatePlan| state.lost.is_some() || state.versions.0 != state.versions.1;
    let states: Vec<&StatePlan> = plan.states.iter().filter(other).collect();
    if changed.is_empty() && states.is_empty() {
        return;
    }
    ui.add_space(theme::STEP);
    ui.label(RichText::new("Changed by the last reload").strong());
    changed.into_iter().for_each(|component| line(ui, component));
    states.into_iter().for_each(|state| private(ui, state));
}

fn line(ui: &mut Ui, component: &ComponentPlan) {
    let tokens = theme::tokens(ui);
    let (icon, color, about) = fate(component.fate, tokens);
    ui.horizontal_wrapped(|ui| {
        let word = format!("{icon} {}", component.fate.name());
        ui.label(RichText::new(word).color(color)).on_hover_text(about);
        ui.label(RichText::new(&component.component).monospace());
        widget::note(ui, units::counted(component.count as u64, "component", "components"));
    });
    if !component.change.is_empty() {
        indented(ui, component.change.clone(), tokens.text);
    }
    for (field, count) in &component.lost {
        let count = units::counted(*count as u64, "component", "components");
        indented(ui, format!("{} loses {field} in {count}", icon::WARNING), tokens.warn);
    }
}

/// The private state of an implementation.
fn private(ui: &mut Ui, state: &StatePlan) {
    let tokens = theme::tokens(ui);
    let (before, after) = (units::hash(Some(state.versions.0)), units::hash(Some(state.versions.1)));
    let (icon, color) = match (&state.lost, before == after) {
        (Some(_), _) => (icon::WARNING, tokens.warn),
        (None, true) => (icon::EQUALS, tokens.muted),
        (None, false) => (icon::SWAP, tokens.accent),
    };
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(format!("{icon} {}", state.fate())).color(color));
        ui.label("private state");
        widget::note(ui, units::size(state.size_bytes as u64));
    });
    if before != after {
        indented(ui, format!("from version {before} to {after}"), tokens.text);
    }
    if let Some(why) = &state.lost {
        indented(ui, why.clone(), tokens.warn);
    }
}

fn indented(ui: &mut Ui, text: String, color: Color32) {
    ui.horizontal(|ui| {
        ui.add_space(theme::STEP * 4.0);
        ui.add(egui::Label::new(RichText::new(text).size(theme::SMALL).color(color)).wrap());
    });
}

/// The icon and colour of a fate, and what it means.
fn fate(fate: Fate, tokens: &theme::Tokens) -> (&'static str, Color32, &'static str) {
    match fate {
        Fate::New => (icon::PLUS_CIRCLE, tokens.good, "There was none of that name"),
        Fate::Kept => (icon::EQUALS, tokens.muted, "It has the same fields: no component is touched"),
        Fate::Converted => (icon::SWAP, tokens.accent, "It has other fields: each component is converted"),
        Fate::Left => (
            icon::WARNING_CIRCLE,
            tokens.warn,
            "The new generation does not bring it any more: its components stay under the code of the one before",
        ),
    }
}

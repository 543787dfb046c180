//! The contract of a panel: what the editor draws in a tab.

use crate::{Invocation, Report};

/// A panel. The editor calls it on its own thread, once per frame while its tab is shown.
///
/// What it wants to keep across a reload it gives to [`Panel::save`]: `egui`'s memory compares types by `TypeId`, which
/// misses a changed field, so no type of a module may be kept there.
pub trait Panel: Send {
    /// Stable id, such as `pools`.
    fn id(&self) -> &'static str;
    /// What the tab says.
    fn title(&self) -> &'static str;
    /// Draws the panel.
    fn ui(&mut self, ui: &mut egui::Ui, context: &mut PanelContext<'_>);
    /// What the next generation of the panel should know.
    fn save(&self) -> String {
        String::new()
    }
    /// Takes over from the generation before. What can't be read is ignored.
    fn restore(&mut self, _saved: &str) {}
}

/// What a panel sees and what it asks for.
pub struct PanelContext<'a> {
    /// The engine as it was at the end of its last frame.
    pub report: &'a Report,
    /// What the panel wants done; sent when it has drawn.
    pub invocations: Vec<Invocation>,
}

impl<'a> PanelContext<'a> {
    /// A context over one report.
    pub fn new(report: &'a Report) -> Self {
        Self { report, invocations: Vec::new() }
    }

    /// Asks for an operator to be run.
    pub fn invoke(&mut self, invocation: Invocation) {
        self.invocations.push(invocation);
    }
}

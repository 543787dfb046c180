//! The description of an operator: what menus, keys, the palette, the command line and `operator.list` are made from.

use crate::report::{PlayState, Report};

/// One thing a user can do.
#[derive(Clone, Debug)]
pub struct OperatorInfo {
    /// Stable id, such as `entity.spawn`.
    pub id: &'static str,
    /// What menus and the palette say.
    pub title: &'static str,
    /// One sentence for tooltips and `operator.list`.
    pub docs: &'static str,
    /// Key binding such as `Ctrl+Shift+P`; empty if it has none.
    pub shortcut: &'static str,
    /// The menu it stands in, such as `Entity`; empty if in none.
    pub menu: &'static str,
    /// What it takes.
    pub parameters: &'static [Parameter],
    /// When it can be used.
    pub when: Availability,
    /// Who carries it out.
    pub session: Session,
}

/// One parameter of an operator.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it takes, in words with its kind.
    pub docs: &'static str,
    /// Whether it must be given.
    pub required: bool,
}

/// Who carries out an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Session {
    /// The engine; it works without a window.
    Engine,
    /// The window: panels, dialogs, layout, screenshots.
    Window,
}

/// What must hold for an operator to make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// Always.
    Always,
    /// At least one entity is selected.
    Selected,
    /// There is a step to undo.
    CanUndo,
    /// There is a step to redo.
    CanRedo,
    /// The world is playing or paused.
    Running,
    /// The world is not playing.
    NotPlaying,
    /// A build is running.
    Building,
}

impl Availability {
    /// Why it can't be used now; `None` if it can.
    pub fn reason(self, report: &Report) -> Option<&'static str> {
        let (available, reason) = match self {
            Self::Always => (true, ""),
            Self::Selected => (!report.selection.is_empty(), "Select an entity first"),
            Self::CanUndo => (report.undo.is_some(), "Nothing to undo"),
            Self::CanRedo => (report.redo.is_some(), "Nothing to redo"),
            Self::Running => (report.play != PlayState::Stopped, "The world is not running"),
            Self::NotPlaying => (report.play != PlayState::Playing, "The world is running already"),
            Self::Building => (report.build.is_some(), "No build is running"),
        };
        (!available).then_some(reason)
    }
}

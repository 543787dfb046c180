//! Which systems there are and when they run. Running them is the ViewModel's part.

use super::system::System;
use std::time::Duration;

/// A part of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Before the update, only while playing.
    PreUpdate,
    /// Gameplay, only while playing.
    Update,
    /// After the update, only while playing.
    PostUpdate,
    /// Every frame, also while editing: transforms and what is drawn from them.
    Editor,
}

impl Stage {
    /// The stages that run only while playing, in order.
    pub const PLAY: [Stage; 3] = [Stage::PreUpdate, Stage::Update, Stage::PostUpdate];
}

/// A system as a module brings it.
pub struct SystemParts {
    /// The function's name.
    pub name: &'static str,
    /// When it runs.
    pub stage: Stage,
    /// The function.
    pub system: Box<dyn System>,
}

/// A system in the schedule.
pub struct SystemRecord {
    /// The module that brought it.
    pub module: String,
    /// The function's name.
    pub name: &'static str,
    /// When it runs.
    pub stage: Stage,
    /// Whether it is called. A panic switches it off, and all others of its module.
    pub enabled: bool,
    /// How often it ran.
    pub runs: u64,
    /// How long its last run took.
    pub last: Duration,
    /// The function.
    pub system: Box<dyn System>,
}

/// All systems, in the order in which they run within their stage.
#[derive(Default)]
pub struct Schedule {
    /// The systems.
    pub systems: Vec<SystemRecord>,
}

impl Schedule {
    /// Puts a module's systems where those of its generation before were, or at the end.
    pub fn replace(&mut self, module: &str, parts: Vec<SystemParts>) {
        let place = self.systems.iter().position(|record| record.module == module).unwrap_or(self.systems.len());
        self.systems.retain(|record| record.module != module);
        let records = parts.into_iter().map(|parts| SystemRecord {
            module: module.to_owned(),
            name: parts.name,
            stage: parts.stage,
            enabled: true,
            runs: 0,
            last: Duration::ZERO,
            system: parts.system,
        });
        self.systems.splice(place..place, records);
    }

    /// Switches all systems of a module on or off.
    pub fn enable(&mut self, module: &str, enabled: bool) {
        self.systems.iter_mut().filter(|record| record.module == module).for_each(|record| record.enabled = enabled);
    }
}

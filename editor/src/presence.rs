//! Which plugin's panel the window's thread is in, for a thread that sees whether it comes back.

use playground::core_types::{Beacon, Busy, Shared, Who};
use std::time::{Duration, Instant};

/// Where the window's thread is. Clones are the same.
#[derive(Clone)]
pub struct Presence {
    beacon: std::sync::Arc<Beacon>,
    /// Modules and panels by their numbers, from 1.
    names: Shared<Vec<(String, String)>>,
}

impl Default for Presence {
    fn default() -> Self {
        Self { beacon: std::sync::Arc::default(), names: Shared::new("panel names", Vec::new()) }
    }
}

impl Presence {
    /// The number of a module's panel. The same pair keeps its number.
    pub fn number(&self, module: &str, panel: &str) -> Who {
        let mut names = self.names.write();
        let known = names.iter().position(|(owner, known)| owner == module && known == panel);
        let at = known.unwrap_or_else(|| {
            names.push((module.to_owned(), panel.to_owned()));
            names.len() - 1
        });
        Who(at as u32 + 1)
    }

    /// The window's thread begins to run a panel's code.
    pub fn enter(&self, who: Who) {
        self.beacon.enter(0, who, Instant::now());
    }

    /// It came back.
    pub fn leave(&self) {
        self.beacon.leave(0);
    }

    /// The module and the panel from which it has not come back for longer than `limit`.
    pub fn stuck(&self, limit: Duration) -> Option<(String, String)> {
        let Busy { who, .. } = self.beacon.busy().into_iter().find(|busy| busy.for_time > limit)?;
        self.names.read().get(who.0 as usize - 1).cloned()
    }
}

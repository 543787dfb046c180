//! Private states of modules that do not run: kept until they do, and written down with everything else.

use crate::engine::Engine;
use playground::core_types::Handle;
use playground::editor::report::Level;
use std::collections::{BTreeMap, BTreeSet};

/// What the names of parts begin with that are private states; the module's name follows.
pub const STATE: &str = "state ";

/// Private states by module.
pub type States = Handle<BTreeMap<String, Vec<u8>>>;

/// Private states of modules that did not run when they were to be restored.
#[derive(Default)]
pub struct Carried {
    states: States,
    /// Modules that have not run since.
    waiting: BTreeSet<String>,
}

impl Carried {
    /// Keeps the state of a module that does not run.
    pub fn keep(&mut self, module: &str, state: &[u8]) {
        Handle::make_mut(&mut self.states).insert(module.to_owned(), state.to_vec());
        self.waiting.insert(module.to_owned());
    }

    /// What is to be written down. States that were handed over are in it, too: a module that ends this process before
    /// it is asked for a newer one gets it once more.
    pub fn states(&self) -> States {
        self.states.clone()
    }
}

impl Engine {
    /// Gives a module that was just loaded the state that was kept for it, if it runs for the first time since.
    pub fn hand_over_state(&mut self, module: &str) {
        if !self.carried.waiting.remove(module) {
            return;
        }
        let Some(state) = self.carried.states.get(module).cloned() else { return };
        let restored =
            self.inside(module, "being restored", |engine| engine.modules.registry.restore_state(module, &state));
        if let Err(error) = restored {
            self.log(Level::Warning, module, &format!("its kept state is lost: {error}"));
        }
    }
}

//! Switching modules off and on: by hand, or because they panicked.
//!
//! Nothing of a module that is off is called: its systems, subscriptions and observers are switched off in the world, its
//! operators are withdrawn, and its panels say so. Whether it is off is the registry's to know.

use crate::engine::Engine;
use playground::editor::report::Level;
use playground::types::ModuleKind;
use playground_engine_registry::State;

impl Engine {
    /// Switches a plugin off until somebody switches it on. Gives its whole name.
    ///
    /// # Errors
    /// When there is none of that name, or it is none that can be switched off.
    pub fn disable_module(&mut self, name: &str) -> Result<String, String> {
        let module = self.modules.registry.find(name).map_err(|error| error.to_string())?;
        let name = module.spec.name.clone();
        if module.spec.kind != ModuleKind::Plugin {
            return Err(format!("{name} can't be disabled: others call it all the time; only plugins can"));
        }
        if module.current().is_none() {
            return Err(format!("{name} is not loaded; there is nothing to disable"));
        }
        self.session.ecs()?;
        self.modules.registry.disable(&name);
        self.follow_switch(&name);
        Ok(name)
    }

    /// The other way: what was switched off is called again, be it by hand or after a panic. Gives the whole name.
    ///
    /// # Errors
    /// When there is none of that name, or it is not off.
    pub fn enable_module(&mut self, name: &str) -> Result<String, String> {
        let module = self.modules.registry.find(name).map_err(|error| error.to_string())?;
        let name = module.spec.name.clone();
        match (module.spec.kind, &module.state) {
            (ModuleKind::Plugin, _) if module.is_off() && module.current().is_some() => {}
            (ModuleKind::Plugin, State::Running) => {
                return Err(format!("{name} runs already; there is nothing to enable"));
            }
            (ModuleKind::Plugin, _) => return Err(format!("{name} is not loaded; reload it")),
            _ => return Err(format!("{name} is never switched off by hand; only plugins can be. Reload it")),
        }
        self.session.ecs()?;
        self.modules.registry.resume(&name);
        self.follow_switch(&name);
        Ok(name)
    }

    /// Whether nothing of a module is called.
    pub fn is_off(&self, module: &str) -> bool {
        self.modules.registry.find(module).is_ok_and(|module| module.is_off())
    }

    /// Tells the world whether a module's systems, subscriptions and observers are called.
    pub fn follow_switch(&self, module: &str) {
        self.call_module(module, !self.is_off(module));
    }

    fn call_module(&self, module: &str, on: bool) {
        let Ok(ecs) = self.session.ecs() else { return };
        ecs.systems().enable_module(self.session.world(), module, on);
        ecs.events().enable_module(self.session.world(), module, on);
    }

    /// Stops calling a module that panicked, and says so.
    pub fn quarantine(&mut self, module: &str, why: &str) {
        // What goes back is called again when the generation before is put into effect.
        self.call_module(module, false);
        if self.fails_probation(module, why) {
            return;
        }
        self.modules.registry.quarantine(module, why.to_owned());
        let title = format!("{module} was switched off");
        self.log(Level::Error, module, &format!("{title}: {why}"));
        self.notices.add(Level::Error, title, format!("{why}\nAll else goes on. Correct it and reload the module."));
    }

    /// Says that one part of a module that panicked is not called any more, unless its whole generation goes back.
    pub fn part_failed(&mut self, module: &str, part: &str, message: &str) {
        if self.fails_probation(module, &format!("{part} panicked: {message}")) {
            return;
        }
        let title = format!("{part} of {module} was switched off");
        self.log(Level::Error, module, &format!("{title}: it panicked: {message}"));
        let detail = format!("It panicked: {message}\nThe others go on. Correct it and reload the module.");
        self.notices.add(Level::Error, title, detail);
    }
}

//! What a plugin contributes, collected while the plugin describes itself.

use crate::Panel;
use playground_core_ecs::{Stage, SystemParts, system::IntoSystem};
use playground_engine_types::ComponentInfo;

/// Lets a closure describe itself to an app; its argument's type is known from here.
#[doc(hidden)]
pub fn describe(app: &mut App, describe: impl FnOnce(&mut App) -> &mut App) {
    describe(app);
}

/// What a plugin contributes: components, systems, panels.
#[derive(Default)]
pub struct App {
    /// Component types.
    pub components: Vec<&'static ComponentInfo>,
    /// Systems with the stages they run in.
    pub systems: Vec<SystemParts>,
    /// Panels.
    pub panels: Vec<Box<dyn Panel>>,
}

impl App {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Brings a component type.
    pub fn component(&mut self, info: &'static ComponentInfo) -> &mut Self {
        self.components.push(info);
        self
    }

    /// Runs a function once per frame of `stage`.
    pub fn system<P, F: IntoSystem<P>>(&mut self, stage: Stage, function: F) -> &mut Self {
        let (name, system) = function.into_system();
        self.systems.push(SystemParts { name, stage, system });
        self
    }

    /// Shows a panel in the editor.
    pub fn panel(&mut self, panel: impl Panel + 'static) -> &mut Self {
        self.panels.push(Box::new(panel));
        self
    }
}

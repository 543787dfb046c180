//! What a plugin contributes, collected while the plugin describes itself.

use crate::{Operator, Panel};
use playground_core_ecs::model::schedule::condition::IntoCondition;
use playground_core_ecs::view::event::{ObserverParts, SubscriptionParts};
use playground_core_ecs::{Component, EcsError, Stage, SystemParts, World, system::IntoSystem};
use playground_core_types::Handle;
use playground_engine_types::ComponentInfo;

/// Lets a closure describe itself to an app; its argument's type is known from here, and what it returns does not
/// matter.
#[doc(hidden)]
pub fn describe<'a, R>(app: &'a mut App, describe: impl FnOnce(&'a mut App) -> R) {
    describe(app);
}

/// What a plugin contributes: components, systems, events, panels, operators.
#[derive(Default)]
pub struct App {
    /// Component types.
    pub components: Vec<&'static ComponentInfo>,
    /// Systems with the stages they run in.
    pub systems: Vec<SystemParts>,
    /// Event types.
    pub events: Vec<&'static ComponentInfo>,
    /// Subscriptions to events.
    pub subscriptions: Vec<SubscriptionParts>,
    /// Observers of components.
    pub observers: Vec<ObserverParts>,
    /// Panels.
    pub panels: Vec<Box<dyn Panel>>,
    /// Operators.
    pub operators: Vec<&'static Operator>,
    /// Says whether the module does what it should.
    pub health: Option<HealthCheck>,
}

/// Says whether a module does what it should, and if not, why. Asked after each of the first frames of a new generation.
pub type HealthCheck = fn(&World) -> Result<(), String>;

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

    /// Runs a function in every run of `stage`. What is returned says more about it, or goes on to the next system:
    ///
    /// ```
    /// # use playground_core_ecs::{Stage, Stage::Update, Time};
    /// # use playground_core_editor::App;
    /// # fn advance(_: Time) {}
    /// # fn blink(_: Time) {}
    /// # fn is_dark() -> bool { true }
    /// # let mut app = App::new();
    /// app.system(Update, advance).system(Update, blink).after("advance").run_if(is_dark).rate(30.0);
    /// assert_eq!(app.systems[1].after, ["advance"]);
    /// ```
    pub fn system<P>(&mut self, stage: Stage, function: impl IntoSystem<P>) -> AppSystem<'_> {
        AppSystem::new(self, SystemParts::new(stage, function))
    }

    /// Brings an event type.
    pub fn event(&mut self, info: &'static ComponentInfo) -> &mut Self {
        self.events.push(info);
        self
    }

    /// Calls a closure for every event of the type that it takes. `name` is what lists show.
    ///
    /// ```
    /// # use playground_core_ecs::{Component, Value};
    /// # use playground_core_editor::App;
    /// # #[derive(Component, Clone, Default)]
    /// # #[component(crate = playground_core_ecs)]
    /// # struct Hit { damage: f32 }
    /// # let mut app = App::new();
    /// app.on("count hits", |world, hit: &Hit| {
    ///     println!("{} in a world of {} entities", hit.damage, world.read().len());
    ///     Ok(())
    /// });
    /// ```
    pub fn on<T: Component>(
        &mut self,
        name: impl Into<String>,
        handle: impl FnMut(&Handle<World>, &T) -> Result<(), EcsError> + Send + Sync + 'static,
    ) -> &mut Self {
        self.subscription(SubscriptionParts::on(name, handle))
    }

    /// Subscribes with a priority or a filter.
    pub fn subscription(&mut self, parts: SubscriptionParts) -> &mut Self {
        self.subscriptions.push(parts);
        self
    }

    /// Is told when a component comes, goes or changes.
    pub fn observer(&mut self, parts: ObserverParts) -> &mut Self {
        self.observers.push(parts);
        self
    }

    /// Shows a panel in the editor.
    pub fn panel(&mut self, panel: impl Panel + 'static) -> &mut Self {
        self.panels.push(Box::new(panel));
        self
    }

    /// Brings something that a user can do: `app.operator(&PLACE)` with a `const PLACE: Operator`.
    pub fn operator(&mut self, operator: &'static Operator) -> &mut Self {
        self.operators.push(operator);
        self
    }

    /// Brings several of them.
    pub fn operators(&mut self, operators: &'static [Operator]) -> &mut Self {
        self.operators.extend(operators);
        self
    }

    /// Says by `check` whether the module does what it should: an error in the first frames of a new generation takes
    /// it back.
    pub fn health(&mut self, check: HealthCheck) -> &mut Self {
        self.health = Some(check);
        self
    }
}

/// A system that was just added to an app.
pub struct AppSystem<'a> {
    app: &'a mut App,
    /// Where it is in the app's systems.
    at: usize,
}

impl<'a> AppSystem<'a> {
    fn new(app: &'a mut App, parts: SystemParts) -> Self {
        app.systems.push(parts);
        Self { at: app.systems.len() - 1, app }
    }

    fn change(self, change: impl FnOnce(SystemParts) -> SystemParts) -> Self {
        let parts = change(self.app.systems.remove(self.at));
        self.app.systems.insert(self.at, parts);
        self
    }

    /// Gives it another name than the function's; closures need one to be told apart.
    pub fn named(self, name: &'static str) -> Self {
        self.change(|parts| parts.named(name))
    }

    /// Runs it before a system of the same stage: `advance` is the plugin's own system of that name, or those of all
    /// plugins if it has none; `orbit::advance` is that of one plugin.
    pub fn before(self, system: impl Into<String>) -> Self {
        self.change(|parts| parts.before(system))
    }

    /// Runs it after a system of the same stage; names are those of [`before`](Self::before).
    pub fn after(self, system: impl Into<String>) -> Self {
        self.change(|parts| parts.after(system))
    }

    /// Runs it only when `condition` holds: a function of a system's parameters that answers `bool`, or one of
    /// [`condition`](playground_core_ecs::model::schedule::condition). Of several all must hold.
    pub fn run_if<P>(self, condition: impl IntoCondition<P>) -> Self {
        self.change(|parts| parts.run_if(condition))
    }

    /// Runs it `hz` times per second of the world's time. It sees a clock of its own, whose delta is `1 / hz` s.
    pub fn rate(self, hz: f64) -> Self {
        self.change(|parts| parts.rate(hz))
    }

    /// Leaves it switched off until somebody switches it on.
    pub fn disabled(self) -> Self {
        self.change(SystemParts::disabled)
    }

    /// Goes on with the next system.
    pub fn system<P>(self, stage: Stage, function: impl IntoSystem<P>) -> AppSystem<'a> {
        AppSystem::new(self.app, SystemParts::new(stage, function))
    }

    /// Goes on with a component type.
    pub fn component(self, info: &'static ComponentInfo) -> &'a mut App {
        self.app.component(info)
    }

    /// Goes on with a panel.
    pub fn panel(self, panel: impl Panel + 'static) -> &'a mut App {
        self.app.panel(panel)
    }
}

#[cfg(test)]
mod tests {
    use super::{App, describe};
    use playground_core_ecs::{Stage::Update, Time};

    fn advance(_: Time) {}
    fn blink() {}

    #[test]
    fn a_plugin_says_about_each_system_what_it_wants() {
        let mut app = App::new();
        describe(&mut app, |app| app.system(Update, advance));
        describe(&mut app, |app| app.system(Update, blink).after("advance").rate(30.0).system(Update, advance));
        describe(&mut app, |app| {
            app.system(Update, blink).before("advance").named("wink").disabled();
            app.system(Update, |_: Time| ()).run_if(|time: Time| time.frame() > 1);
        });
        let systems: Vec<_> = app.systems.iter().map(|parts| (parts.name, parts.rate, parts.enabled)).collect();
        let expected = [
            ("advance", None, true),
            ("blink", Some(30.0), true),
            ("advance", None, true),
            ("wink", None, false),
            ("closure", None, true),
        ];
        assert_eq!(systems, expected);
        assert_eq!((&app.systems[1].after[0][..], &app.systems[3].before[0][..]), ("advance", "advance"));
        assert_eq!(app.systems[4].conditions.len(), 1);
    }
}

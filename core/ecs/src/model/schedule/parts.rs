//! A system as a module brings it: the function, and when it wants to run.

use super::{
    Stage,
    condition::{Condition, IntoCondition},
};
use crate::model::system::{BoxedSystem, IntoSystem};

/// A system with everything that is said about it at registration.
///
/// ```
/// use playground_core_ecs::model::schedule::condition;
/// use playground_core_ecs::{Stage, SystemParts, Time};
///
/// fn blink(_time: Time) {}
///
/// let parts = SystemParts::new(Stage::Update, blink).after("advance").run_if(condition::every(2)).rate(30.0);
/// assert_eq!((parts.name, parts.rate), ("blink", Some(30.0)));
/// ```
pub struct SystemParts {
    /// The function's name.
    pub name: &'static str,
    /// When it runs.
    pub stage: Stage,
    /// The function.
    pub system: BoxedSystem,
    /// Names of systems that run after it.
    pub before: Vec<String>,
    /// Names of systems that run before it.
    pub after: Vec<String>,
    /// What must hold for it to run: all of them.
    pub conditions: Vec<Condition>,
    /// How often it runs, Hz; `None` for once per run of its stage.
    pub rate: Option<f64>,
    /// Whether it runs before somebody switches it on or off.
    pub enabled: bool,
}

impl SystemParts {
    /// A function that runs once in every run of `stage`.
    pub fn new<P>(stage: Stage, function: impl IntoSystem<P>) -> Self {
        let (name, system) = function.into_system();
        let (before, after, conditions) = (Vec::new(), Vec::new(), Vec::new());
        Self { name, stage, system, before, after, conditions, rate: None, enabled: true }
    }

    /// Gives it another name than the function's; closures need one to be told apart.
    #[must_use]
    pub fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// Runs it before a system of the same stage.
    ///
    /// `advance` is the module's own system of that name, or those of all modules if it has none; `orbit::advance` is
    /// that of one module. A name that nobody has yet counts as soon as somebody has it.
    #[must_use]
    pub fn before(mut self, system: impl Into<String>) -> Self {
        self.before.push(system.into());
        self
    }

    /// Runs it after a system of the same stage; names are those of [`before`](Self::before).
    #[must_use]
    pub fn after(mut self, system: impl Into<String>) -> Self {
        self.after.push(system.into());
        self
    }

    /// Runs it only when `condition` holds: a function of a system's parameters that answers `bool`, or one of
    /// [`condition`](super::condition). Of several all must hold.
    #[must_use]
    pub fn run_if<P>(mut self, condition: impl IntoCondition<P>) -> Self {
        self.conditions.push(condition.into_condition());
        self
    }

    /// Runs it `hz` times per second of the stage's time: never, once or several times in a run of the stage. It sees
    /// a clock of its own, whose delta is `1 / hz` s.
    #[must_use]
    pub fn rate(mut self, hz: f64) -> Self {
        self.rate = Some(hz);
        self
    }

    /// Leaves it switched off until somebody switches it on.
    #[must_use]
    pub fn disabled(mut self) -> Self {
        self.enabled = false;
        self
    }
}

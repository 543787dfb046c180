//! What must hold for a system to run: plain functions that answer `bool`, and a few that are often needed.

use crate::model::query::Access;
use crate::model::system::{BoxedSystem, Frame, IntoSystem, System};
use playground_engine_types::ComponentInfo;
use std::marker::PhantomData;

/// A question that is asked before a system runs.
///
/// It sees as changed what changed since its system ran last, so `fn moved(all: Query<Entity, Changed<Transform>>) ->
/// bool` holds until the system has run.
pub struct Condition {
    name: String,
    system: BoxedSystem<bool>,
}

impl Condition {
    /// A condition under a name that people see.
    pub fn new(name: impl Into<String>, system: impl System<bool> + 'static) -> Self {
        Self { name: name.into(), system: Box::new(system) }
    }

    /// What people see.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it reads.
    pub fn access(&self) -> Access {
        self.system.access()
    }

    /// Asks.
    pub fn holds(&mut self, frame: &Frame<'_>) -> bool {
        self.system.run(frame)
    }
}

/// What can be a condition.
#[diagnostic::on_unimplemented(
    message = "this can't be a condition",
    note = "use a function of a system's parameters that answers `bool`, or a `Condition`"
)]
pub trait IntoCondition<P> {
    /// The condition.
    fn into_condition(self) -> Condition;
}

/// Tells conditions that are made already from functions.
pub struct Made;

/// Tells functions of the parameters `P` from conditions that are made already.
pub struct Plain<P>(PhantomData<P>);

impl IntoCondition<Made> for Condition {
    fn into_condition(self) -> Condition {
        self
    }
}

impl<P, F: IntoSystem<P, bool>> IntoCondition<Plain<P>> for F {
    fn into_condition(self) -> Condition {
        let (name, system) = self.into_system();
        Condition { name: name.to_owned(), system }
    }
}

/// Holds the first time that it is asked, and never again.
pub fn once() -> Condition {
    let mut asked = false;
    Condition { name: "once".to_owned(), ..(move || !std::mem::replace(&mut asked, true)).into_condition() }
}

/// Holds every `times`-th time that it is asked, and the first time.
pub fn every(times: u32) -> Condition {
    let mut asked = 0;
    let ask = move || {
        let holds = asked == 0;
        asked = (asked + 1) % times.max(1);
        holds
    };
    Condition { name: format!("every {times} runs"), ..ask.into_condition() }
}

/// Holds while any entity has this component, named by its description such as `Orbit::INFO`.
pub fn any_with(component: &'static ComponentInfo) -> Condition {
    Condition::new(format!("any with {}", component.name), AnyWith(component))
}

/// Holds when `condition` does not.
pub fn not<P>(condition: impl IntoCondition<P>) -> Condition {
    let condition = condition.into_condition();
    Condition::new(format!("not {}", condition.name), Not(condition))
}

struct AnyWith(&'static ComponentInfo);

impl System<bool> for AnyWith {
    fn run(&mut self, frame: &Frame<'_>) -> bool {
        let storage = frame.storage;
        let Some(pool) = storage.pool_index(self.0.id) else { return false };
        match storage.sparse(pool) {
            Some(index) => !index.slots().is_empty(),
            None => storage.archetypes().iter().any(|archetype| !archetype.ids.is_empty() && archetype.has(pool)),
        }
    }
    /// Which entities there are does not change while systems run, so there is nothing to wait for.
    fn access(&self) -> Access {
        Access::default()
    }
}

struct Not(Condition);

impl System<bool> for Not {
    fn run(&mut self, frame: &Frame<'_>) -> bool {
        !self.0.holds(frame)
    }
    fn access(&self) -> Access {
        self.0.access()
    }
}

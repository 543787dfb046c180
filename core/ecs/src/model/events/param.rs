//! Events in systems: `fn fight(mut hits: Emit<Hit>, deaths: Received<Death>)`.
//!
//! Neither keeps a lock while the system runs.

use super::{Events, emission::Emitter};
use crate::model::{
    component::Component,
    query::{NO_TERMS, Term, Terms},
    system::{Frame, SystemParam},
};
use playground_core_types::Shared;
use std::marker::PhantomData;
use std::slice;

/// A system's way to emit events of one type. They are delivered after the stage.
///
/// ```
/// use playground_core_ecs::{Component, Emit, Query};
///
/// #[derive(Component, Clone, Default)]
/// #[component(crate = playground_core_ecs)]
/// struct Health {
///     points: f32,
/// }
///
/// /// Somebody has no health left.
/// #[derive(Component, Clone, Default)]
/// #[component(crate = playground_core_ecs)]
/// struct Died {
///     overkill: f32,
/// }
///
/// fn watch(mut all: Query<&Health>, mut died: Emit<Died>) {
///     all.for_each(|health| {
///         if health.points < 0.0 {
///             died.emit(Died { overkill: -health.points });
///         }
///     });
/// }
/// ```
pub struct Emit<'w, T: Component> {
    events: &'w Shared<Events>,
    by: Emitter,
    event: PhantomData<fn(T)>,
}

impl<T: Component> Emit<'_, T> {
    /// Emits an event.
    pub fn emit(&mut self, event: T) {
        self.emit_after(0.0, event);
    }

    /// Emits an event that is delivered `delay` seconds of the world's time from now. A delay that is negative or not
    /// a number is none.
    pub fn emit_after(&mut self, delay: f32, event: T) {
        self.events.write_as(self.by.who).stage(event, delay.max(0.0).into(), &self.by);
    }

    /// Emits several events in their order, with one lock for all.
    pub fn emit_batch(&mut self, batch: Vec<T>) {
        let mut events = self.events.write_as(self.by.who);
        batch.into_iter().for_each(|event| events.stage(event, 0.0, &self.by));
    }
}

impl<T: Component> SystemParam for Emit<'_, T> {
    type State = ();
    type Item<'w> = Emit<'w, T>;
    const TERMS: Terms = Terms::One(Term { info: T::INFO, write: true, event: true });
    const FILTERS: Terms = NO_TERMS;
    const COMMANDS: bool = false;
    fn take<'w>((): &'w mut (), frame: &'w Frame<'w>) -> Emit<'w, T> {
        let by = Emitter { time: frame.world_time, who: frame.who, tick: frame.ticks.now };
        Emit { events: frame.events, by, event: PhantomData }
    }
}

/// What a reader of events remembers: how far it has read.
pub struct Inbox<T> {
    pub(super) seen: Option<u64>,
    pub(super) missed: u64,
    pub(super) events: Vec<T>,
}

impl<T> Default for Inbox<T> {
    fn default() -> Self {
        Self { seen: None, missed: 0, events: Vec::new() }
    }
}

/// The events of one type that were delivered since the system ran last, oldest first. A system that runs for the first
/// time gets those of the latest delivery, so that the new generation of a module goes on where the old one was.
///
/// The events are copies, so nothing is locked while they are looked at, and new ones can be emitted. Events that were
/// delivered more than [`RECEIVABLE_CALLS`](super::RECEIVABLE_CALLS) deliveries ago may be forgotten; see
/// [`missed`](Self::missed).
pub struct Received<'w, T: Component>(&'w Inbox<T>);

impl<T: Component> Received<'_, T> {
    /// Calls `each` for every event.
    pub fn for_each(&self, each: impl FnMut(&T)) {
        self.0.events.iter().for_each(each);
    }

    /// The events.
    pub fn iter(&self) -> slice::Iter<'_, T> {
        self.0.events.iter()
    }

    /// The latest event.
    pub fn last(&self) -> Option<&T> {
        self.0.events.last()
    }

    /// Number of events.
    pub fn len(&self) -> usize {
        self.0.events.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.events.is_empty()
    }

    /// How many events were delivered and forgotten since the system ran last. None, for a system that is run at least
    /// once in [`RECEIVABLE_CALLS`](super::RECEIVABLE_CALLS) deliveries.
    pub fn missed(&self) -> u64 {
        self.0.missed
    }
}

impl<'r, T: Component> IntoIterator for &'r Received<'_, T> {
    type Item = &'r T;
    type IntoIter = slice::Iter<'r, T>;
    fn into_iter(self) -> slice::Iter<'r, T> {
        self.iter()
    }
}

impl<T: Component> SystemParam for Received<'_, T> {
    type State = Inbox<T>;
    type Item<'w> = Received<'w, T>;
    const TERMS: Terms = Terms::One(Term { info: T::INFO, write: false, event: true });
    const FILTERS: Terms = NO_TERMS;
    const COMMANDS: bool = false;
    fn take<'w>(inbox: &'w mut Inbox<T>, frame: &'w Frame<'w>) -> Received<'w, T> {
        frame.events.read_as(frame.who).receive(inbox);
        Received(inbox)
    }
}

//! A delivery, step by step: which event is next, who is told, what came of it. Calls nobody.

use super::{
    Emission, Events,
    subscription::{Subscription, SubscriptionId, Told},
};
use crate::model::{component::Component, error::EcsError, pool::ComponentPool, time::Time};
use playground_engine_types::{ComponentId, ComponentInfo, PoolBox, Value};
use std::cell::OnceCell;

/// At most so many of the events that are emitted during a delivery are delivered in it.
pub const MOST_FOLLOWING: u64 = 10_000;

/// A handler or an observer that panicked. It is ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The module that it came with.
    pub module: String,
    /// Its name.
    pub name: String,
    /// The event or the component that it was told of.
    pub subject: &'static str,
    /// The panic's message.
    pub message: String,
}

/// What came of a delivery.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct Delivery {
    /// How many events were delivered.
    pub events: u64,
    /// How many times an observer was told of a component.
    pub notes: u64,
    /// Handlers and observers that panicked and were ended for it.
    pub panics: Vec<Failure>,
    /// Why events of systems could not be emitted; each reason once.
    pub refused: Vec<EcsError>,
}

/// The delivery in progress.
pub(super) struct Turn {
    /// Later events than this one were emitted during the delivery.
    last: u64,
    following: u64,
}

/// An event as its handlers get it: out of the tables, so that they can use all of the world.
pub struct EventRef {
    info: &'static ComponentInfo,
    emission: Emission,
    pool: PoolBox,
    value: OnceCell<Value>,
}

impl EventRef {
    /// The event's type.
    pub fn info(&self) -> &'static ComponentInfo {
        self.info
    }

    /// When and by whom it was emitted.
    pub fn emission(&self) -> Emission {
        self.emission
    }

    /// The event as a value. Made when the first handler asks for it.
    pub fn value(&self) -> &Value {
        self.value.get_or_init(|| self.pool.value((0, 0)))
    }

    /// Looks at the event as what it is; the type comes from the closure, as in `event.get(|hit: &Hit| hit.power)`.
    ///
    /// # Errors
    /// When it is an event of another type.
    pub fn get<T: Component, R>(&self, read: impl FnOnce(&T) -> R) -> Result<R, EcsError> {
        let pool: Option<&ComponentPool<T>> = self.pool.typed().filter(|_| self.info.id == T::INFO.id);
        let other = || EcsError::OtherEvent { asked: T::INFO.name, found: self.info.name };
        let columns = pool.ok_or_else(other)?.read();
        Ok(read(columns.column(0).first().expect("the event is in the first column until it was delivered")))
    }
}

/// An event that is next, and who is to be told of it, in order.
pub struct Step {
    /// The event.
    pub event: EventRef,
    /// The subscriptions there are now. Those that come meanwhile are not told of it.
    pub subscriptions: Vec<SubscriptionId>,
}

impl Events {
    /// Begins a delivery. What is due at `time` belongs to it; without a time, only observers are told.
    ///
    /// # Errors
    /// When a delivery is in progress.
    pub fn begin(&mut self, time: Option<Time>) -> Result<(), EcsError> {
        if self.delivering.is_some() {
            return Err(EcsError::Delivering);
        }
        self.settle();
        if let Some(time) = time {
            self.advance(time);
            self.calls += 1;
        }
        self.delivering = Some(Turn { last: self.sequence, following: 0 });
        Ok(())
    }

    /// Sets the clock. If time went back, as when play begins again, what waits keeps the delay that it has left.
    pub(super) fn advance(&mut self, time: Time) {
        let shift = (self.now - time.elapsed()).max(0.0);
        (self.now, self.frame) = (time.elapsed(), time.frame());
        self.types.iter_mut().for_each(|kind| kind.promote(self.now, shift));
    }

    /// The next event that somebody wants to know of. Those before it that nobody wants to know of count as delivered.
    ///
    /// # Errors
    /// When events are emitted without end. What is left stays pending.
    pub fn next_step(&mut self) -> Result<Option<Step>, EcsError> {
        self.settle();
        while let Some(at) = self.first_type() {
            let kind = &mut self.types[at];
            let Some(sequence) = kind.first() else { break };
            if let Some(turn) = self.delivering.as_mut().filter(|turn| sequence.0 > turn.last) {
                if turn.following == MOST_FOLLOWING {
                    return Err(EcsError::Endless { event: kind.info.name, limit: MOST_FOLLOWING });
                }
                turn.following += 1;
            }
            self.report.events += 1;
            self.delivered += 1;
            if kind.subscriptions.is_empty() {
                kind.keep_first(self.now, self.calls);
                continue;
            }
            let Some((emission, pool)) = kind.take_first() else { break };
            let event = EventRef { info: kind.info, emission, pool, value: OnceCell::new() };
            return Ok(Some(Step { event, subscriptions: kind.subscriptions.iter().map(|known| known.id).collect() }));
        }
        Ok(None)
    }

    /// The type whose first event is the first of all.
    fn first_type(&self) -> Option<usize> {
        let open = self.types.iter().enumerate().filter(|(_, kind)| !self.paused && !kind.paused);
        open.filter_map(|(at, kind)| Some((kind.first()?, at))).min().map(|(_, at)| at)
    }

    fn subscription(&mut self, event: ComponentId, id: SubscriptionId) -> Option<&mut Subscription> {
        let at = self.known(event).ok()?;
        self.types[at].subscriptions.iter_mut().find(|known| known.id == id)
    }

    /// Takes out what is to be called for a subscription; `None` if it was ended or is muted, or its module is switched
    /// off.
    pub fn take_told(&mut self, event: &EventRef, id: SubscriptionId) -> Option<Told> {
        let at = self.known(event.info.id).ok()?;
        let known = self.types[at].subscriptions.iter_mut().find(|known| known.id == id)?;
        let silent = known.muted || self.off.contains(&known.module);
        if silent { None } else { known.told.take() }
    }

    /// Takes it back with what came of the call: whether the event passed the filter, the handler's error, or the
    /// message of its panic, which ends the subscription. What is given back is to be dropped where no lock is held.
    #[must_use]
    pub fn told(
        &mut self,
        event: &EventRef,
        id: SubscriptionId,
        told: Told,
        outcome: Result<Result<bool, EcsError>, String>,
    ) -> Option<Told> {
        let Some(known) = self.subscription(event.info.id, id) else { return Some(told) };
        match outcome {
            Ok(Ok(passed)) => known.delivered += u64::from(passed),
            Ok(Err(error)) => {
                known.delivered += 1;
                known.last_error = Some(error);
            }
            Err(message) => {
                let (module, name) = (known.module.clone(), known.name.clone());
                self.report.panics.push(Failure { module, name, subject: event.info.name, message });
                // Its handler is out here, so nothing of the module is dropped under the lock.
                drop(self.unsubscribe(id));
                return Some(told);
            }
        }
        known.told = Some(told);
        None
    }

    /// Takes an event back that was told to all.
    pub fn finish_step(&mut self, event: EventRef) {
        // A type that was unregistered meanwhile takes its events with it.
        if let Ok(at) = self.known(event.info.id) {
            self.types[at].keep(event.pool, event.emission, self.now, self.calls);
        }
    }

    /// Ends a delivery, also one that failed.
    pub fn end(&mut self) {
        self.delivering = None;
    }

    /// What came of the deliveries since this was asked for last.
    pub fn take_report(&mut self) -> Delivery {
        std::mem::take(&mut self.report)
    }

    pub(super) fn report_note(&mut self, failure: Option<Failure>) {
        self.report.notes += 1;
        self.report.panics.extend(failure);
    }
}

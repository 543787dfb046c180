//! How events come in: from the View as values, from handlers and systems as what they are.

use super::{Emission, Events, Sequence};
use crate::model::{component::Component, error::EcsError, time::Time, values::input, world::World};
use playground_core_types::Who;
use playground_engine_types::{ComponentId, Value};
use std::time::Duration;

/// An event that a system emitted, before it has its sequence.
pub(super) struct Staged {
    /// The tick of the system's run. Systems get theirs in the order of the schedule, whenever they really run.
    tick: u64,
    kind: usize,
    row: u32,
}

/// The run of a system that emits.
#[derive(Clone, Copy)]
pub(super) struct Emitter {
    /// The world's time, also if the system has a clock of its own.
    pub time: Time,
    pub who: Who,
    pub tick: u64,
}

impl World {
    /// Emits an event that somebody gives, to be delivered `delay` of the world's time from now. It is checked as
    /// components are that somebody gives.
    ///
    /// # Errors
    /// As [`Events::emit_value`], or when the value names an entity that does not live.
    pub fn emit_input(&self, event: ComponentId, value: &Value, delay: Duration) -> Result<Sequence, EcsError> {
        self.check_event(event, std::slice::from_ref(value))?;
        self.events().write().emit_value(event, value, delay)
    }

    /// As [`World::emit_input`], for events of one type that are due at once.
    ///
    /// # Errors
    /// As [`World::emit_input`]; none is emitted then.
    pub fn emit_input_batch(&self, event: ComponentId, values: &[Value]) -> Result<Vec<Sequence>, EcsError> {
        self.check_event(event, values)?;
        self.events().write().emit_values(event, values)
    }

    fn check_event(&self, event: ComponentId, values: &[Value]) -> Result<(), EcsError> {
        // One lock after the other: systems emit while the tables are locked.
        let events = self.events().read();
        let info = events.types[events.known(event)?].info;
        drop(events);
        let storage = self.read();
        let fits = |value: &&Value| (info.check)(value).is_ok();
        // What does not fit at all is told with its place among the others when it is emitted.
        values.iter().filter(fits).try_for_each(|value| input::check(info, "", value, Some(&storage)))
    }
}

impl Events {
    /// Emits an event, to be delivered `delay` of the world's time from now. Entities in it are not looked up;
    /// [`World::emit_input`] does that too.
    ///
    /// # Errors
    /// When there is no such event, or the value does not fit, or has a float that is not finite or a number outside
    /// of its field's range.
    pub fn emit_value(&mut self, event: ComponentId, value: &Value, delay: Duration) -> Result<Sequence, EcsError> {
        self.settle();
        let at = self.known(event)?;
        input::check(self.types[at].info, "", value, None)?;
        let (emission, due) = self.emission(delay);
        let row = self.types[at].push_value(value, emission, due)?;
        Ok(self.number(at, row))
    }

    /// Emits events of one type, under the rules of [`Events::emit_value`].
    ///
    /// # Errors
    /// As [`Events::emit_value`]; none is emitted then.
    pub fn emit_values(&mut self, event: ComponentId, values: &[Value]) -> Result<Vec<Sequence>, EcsError> {
        let info = self.types[self.known(event)?].info;
        for (at, value) in values.iter().enumerate() {
            let fail = |cause: playground_engine_types::ValueError| EcsError::Value {
                component: info.name,
                cause: cause.inside(&format!("[{at}]")),
            };
            (info.check)(value).map_err(fail)?;
            input::check(info, "", value, None)?;
        }
        values.iter().map(|value| self.emit_value(event, value, Duration::ZERO)).collect()
    }

    /// Emits an event from a handler, an observer or a test. Its type is registered if it is not yet.
    ///
    /// # Errors
    /// When the registered type has other fields.
    pub fn send<T: Component>(&mut self, event: T) -> Result<Sequence, EcsError> {
        self.send_after(Duration::ZERO, event)
    }

    /// As [`Events::send`], to be delivered `delay` of the world's time from now.
    ///
    /// # Errors
    /// When the registered type has other fields.
    pub fn send_after<T: Component>(&mut self, delay: Duration, event: T) -> Result<Sequence, EcsError> {
        self.settle();
        let at = self.place(T::INFO)?;
        let (emission, due) = self.emission(delay);
        let row = self.types[at].push(event, emission, due)?;
        Ok(self.number(at, row))
    }

    fn emission(&self, delay: Duration) -> (Emission, f64) {
        let emission = Emission { sequence: Sequence(0), time: self.now, frame: self.frame, who: Who::UNKNOWN };
        (emission, self.now + delay.as_secs_f64())
    }

    fn number(&mut self, at: usize, row: u32) -> Sequence {
        self.sequence += 1;
        let sequence = Sequence(self.sequence);
        self.types[at].number(row, sequence, self.now);
        sequence
    }

    /// Takes an event from a system; a failure is reported with the next delivery.
    pub(super) fn stage<T: Component>(&mut self, event: T, delay: f64, by: &Emitter) {
        let Emitter { time, who, tick } = *by;
        if time.elapsed() < self.now {
            self.advance(time);
        }
        let emission = Emission { sequence: Sequence(0), time: time.elapsed(), frame: time.frame(), who };
        let staged = self.place(T::INFO).and_then(|kind| {
            // The stage's clock may be ahead of the one of the next delivery; what has no delay does not wait for it.
            let due = if delay > 0.0 { time.elapsed() + delay } else { f64::NEG_INFINITY };
            let row = self.types[kind].push(event, emission, due)?;
            Ok(Staged { tick, kind, row })
        });
        match staged {
            Ok(staged) => self.staged.push(staged),
            Err(error) if self.report.refused.contains(&error) => {}
            Err(error) => self.report.refused.push(error),
        }
    }

    /// Gives what systems emitted its place: by the order of the systems, then in the order of emission. Every use of
    /// the events does this first.
    pub(super) fn settle(&mut self) {
        let mut staged = std::mem::take(&mut self.staged);
        staged.sort_by_key(|staged| staged.tick);
        for Staged { kind, row, .. } in staged.drain(..) {
            self.number(kind, row);
        }
        // The room is used again in the next stage.
        self.staged = staged;
    }
}

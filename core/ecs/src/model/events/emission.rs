//! How events come in: from the View as values, from handlers and systems as what they are.

use super::{Emission, Events, Sequence};
use crate::model::{component::Component, error::EcsError, time::Time};
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
    pub time: Time,
    pub who: Who,
    pub tick: u64,
}

impl Events {
    /// Emits an event, to be delivered `delay` of the world's time from now.
    ///
    /// # Errors
    /// When there is no such event, or the value does not fit.
    pub fn emit_value(&mut self, event: ComponentId, value: &Value, delay: Duration) -> Result<Sequence, EcsError> {
        self.settle();
        let at = self.known(event)?;
        let (emission, due) = self.emission(delay);
        let row = self.types[at].push_value(value, emission, due)?;
        Ok(self.number(at, row))
    }

    /// Emits events of one type.
    ///
    /// # Errors
    /// When there is no such event, or a value does not fit; none is emitted then.
    pub fn emit_values(&mut self, event: ComponentId, values: &[Value]) -> Result<Vec<Sequence>, EcsError> {
        let info = self.types[self.known(event)?].info;
        for (at, value) in values.iter().enumerate() {
            let fail = |cause: playground_engine_types::ValueError| EcsError::Value {
                component: info.name,
                cause: cause.inside(&format!("[{at}]")),
            };
            (info.check)(value).map_err(fail)?;
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
            // The system's clock may be ahead of the one of the next delivery; what has no delay does not wait for it.
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

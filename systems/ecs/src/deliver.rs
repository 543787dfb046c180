//! Delivering: calling handlers and observers, one after the other, without a lock held.

use playground::core_types::{Handle, Who};
use playground::ecs::model::events::{Delivery, EventRef, ObservationId, SubscriptionId};
use playground::ecs::model::threads;
use playground::ecs::model::watch::Note;
use playground::ecs::{EcsError, Time, World};
use playground::types::erase::guarded;
use std::time::Instant;

/// The world's one delivery at a time. Ends when it is dropped, however that comes.
struct Turn<'a>(&'a Handle<World>);

impl<'a> Turn<'a> {
    fn begin(world: &'a Handle<World>, time: Option<Time>) -> Result<Self, EcsError> {
        world.events().write().begin(time)?;
        Ok(Self(world))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.events().write().end();
    }
}

pub fn process(world: &Handle<World>, time: Time) -> Result<Delivery, EcsError> {
    let _turn = Turn::begin(world, Some(time))?;
    tell_observers(world);
    loop {
        let step = world.events().write().next_step()?;
        let Some(step) = step else { break };
        step.subscriptions.iter().for_each(|id| tell(world, &step.event, *id));
        world.events().write().finish_step(step.event);
    }
    Ok(world.events().write().take_report())
}

pub fn deliver_notes(world: &Handle<World>) -> Result<Delivery, EcsError> {
    let _turn = Turn::begin(world, None)?;
    tell_observers(world);
    Ok(world.events().write().take_report())
}

fn tell(world: &Handle<World>, event: &EventRef, id: SubscriptionId) {
    let told = world.events().write().take_told(event, id);
    let Some(mut told) = told else { return };
    let who = told.who(world);
    let outcome = shown(world, who, || told.tell(world, event));
    let ended = world.events().write().told(event, id, told, outcome);
    drop_outside(world, ended);
}

fn tell_observers(world: &Handle<World>) {
    let observed = world.events().read().observes();
    if !observed {
        return;
    }
    for note in take_notes(world) {
        let observers = world.events().read().observers_of(&note);
        for id in observers {
            let observer = world.events().write().take_observer(id);
            let Some(mut observer) = observer else { continue };
            let who = who_observes(world, id);
            let outcome = shown(world, who, || observer.notice(world, &note));
            let ended = world.events().write().noticed(id, observer, outcome);
            drop_outside(world, ended);
        }
    }
}

/// Calls a module's code, while the world's beacon shows whose.
fn shown<R>(world: &Handle<World>, who: Who, call: impl FnOnce() -> R) -> Result<R, String> {
    let thread = threads::current();
    world.beacon().enter(thread, who, Instant::now());
    let outcome = guarded(call);
    world.beacon().leave(thread);
    outcome
}

fn who_observes(world: &Handle<World>, id: ObservationId) -> Who {
    let known = world.events().read().who_observes(id);
    known.unwrap_or_else(|(module, name)| {
        let who = world.schedule().write().number_of(&module, &name);
        world.events().write().number_observer(id, who);
        who
    })
}

fn take_notes(world: &Handle<World>) -> Vec<Note> {
    let mut storage = world.write();
    world.events().write().take_notes(&mut storage)
}

/// Drops what a module handed over. Its code may use the world, so no lock may be held; a panic of it is a problem that
/// the schedule tells of.
pub fn drop_outside<T>(world: &World, ended: T) {
    if let Err(message) = guarded(|| drop(ended)) {
        let what = "dropping what a module handed over";
        world.schedule().write().note(EcsError::Panicked { what, message });
    }
}

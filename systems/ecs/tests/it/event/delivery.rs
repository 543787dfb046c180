//! What handlers may do during a delivery, and what it costs when they fail.

use super::{Death, Hit, Log, at, check_error, emit, prepared, process, subscribe};
use crate::ecs;
use playground::ecs::model::events::{Comparison, EventFilter, EventRef, Failure, MOST_FOLLOWING, SubscriptionId};
use playground::ecs::view::event::Subscriber;
use playground::ecs::{EcsError, Value};
use playground::prelude::*;
use std::time::Duration;

#[test]
fn a_panic_costs_the_one_that_panics_and_nobody_else() {
    let world = prepared();
    let log = Log::new();
    subscribe(&world, log.subscriber("before"));
    let bad = Subscriber::new("bad", "breaks", |_: &Handle<World>, _: &EventRef| panic!("it broke"));
    subscribe(&world, bad);
    let filter = EventFilter::test(|_| panic!("so did this"));
    ecs().events().subscribe_filtered(&world, Hit::INFO.id, log.subscriber("picky"), 0, filter).unwrap();
    subscribe(&world, log.subscriber("after"));
    emit(&world, 1);
    emit(&world, 2);
    let delivery = ecs().events().process(&world, at(0.0)).unwrap();
    let failure = |module: &str, name: &str, message: &str| Failure {
        module: module.into(),
        name: name.into(),
        subject: "test::Hit",
        message: message.into(),
    };
    let expected = [failure("bad", "breaks", "it broke"), failure("test", "picky", "so did this")];
    assert_eq!(delivery.panics, expected, "each is told once: the second event does not reach them");
    assert_eq!(log.take(), ["before 1", "after 1", "before 2", "after 2"]);
    emit(&world, 3);
    process(&world, 0.0);
    assert_eq!(log.take(), ["before 3", "after 3"]);
    assert_eq!(ecs().events().subscriptions(&world, None).unwrap().len(), 2);
}

#[test]
fn a_handlers_error_is_shown_and_the_next_event_comes() {
    let world = prepared();
    let failing = Subscriber::new("test", "strict", |_: &Handle<World>, event: &EventRef| {
        event.get(|hit: &Hit| match hit.power {
            1 => Err(EcsError::Handler("one is too little".into())),
            _ => Ok(()),
        })?
    });
    subscribe(&world, failing);
    let mistaken = Subscriber::new("test", "mistaken", |_: &Handle<World>, event: &EventRef| event.get(|_: &Death| ()));
    subscribe(&world, mistaken);
    emit(&world, 1);
    emit(&world, 2);
    assert_eq!(process(&world, 0.0), 2);
    let records = ecs().events().subscriptions(&world, None).unwrap();
    let errors: Vec<_> = records.iter().map(|it| (it.delivered, it.last_error.clone().unwrap().to_string())).collect();
    let other = "this event is a test::Hit, not a test::Death";
    assert_eq!(errors, [(2, "one is too little".to_owned()), (2, other.to_owned())]);
}

#[test]
fn what_handlers_emit_comes_after_what_was_there() {
    let world = prepared();
    let log = Log::new();
    let echo = Subscriber::new("test", "echo", |world: &Handle<World>, event: &EventRef| {
        let power = event.get(|hit: &Hit| hit.power)?;
        if power < 10 {
            world.events().write().send(Hit { power: power + 10, by: "echo".into() })?;
            // An echo that is delayed does not come in this delivery, however short the delay is.
            world.events().write().send_after(Duration::from_nanos(1), Hit { power: 100, by: "late".into() })?;
        }
        Ok(())
    });
    subscribe(&world, echo);
    subscribe(&world, log.subscriber("a"));
    emit(&world, 1);
    emit(&world, 2);
    assert_eq!(process(&world, 0.0), 4);
    assert_eq!(log.take(), ["a 1", "a 2", "a 11", "a 12"]);
    assert_eq!(process(&world, 1.0), 2);
}

#[test]
fn emitting_without_end_is_stopped_and_loses_nothing() {
    let world = prepared();
    let endless = Subscriber::new("test", "endless", |world: &Handle<World>, event: &EventRef| {
        let power = event.get(|hit: &Hit| hit.power)?;
        world.events().write().send(Hit { power: power + 1, by: String::new() }).map(drop)
    });
    let id = subscribe(&world, endless);
    emit(&world, 0);
    let error = ecs().events().process(&world, at(0.0)).unwrap_err();
    assert_eq!(error, EcsError::Endless { event: "test::Hit", limit: MOST_FOLLOWING });
    assert_eq!(ecs().events().pending(&world)[0].due, 1);
    ecs().events().unsubscribe(&world, id).unwrap();
    let delivery = ecs().events().process(&world, at(0.0)).unwrap();
    assert_eq!(delivery.events, MOST_FOLLOWING + 2, "what was delivered before the error is counted");
    let last = &ecs().events().history(&world, Hit::INFO.id, 1).unwrap()[0];
    assert_eq!(last.value.field("power"), Some(&Value::Int(i128::from(MOST_FOLLOWING) + 1)));
}

#[test]
fn a_delivery_in_a_delivery_is_refused() {
    let world = prepared();
    let log = Log::new();
    let writer = log.clone();
    let nested = Subscriber::new("test", "nested", move |world: &Handle<World>, _: &EventRef| {
        for outcome in [ecs().events().process(world, at(0.0)), ecs().events().deliver_notes(world)] {
            writer.write(outcome.unwrap_err().to_string());
        }
        Ok(())
    });
    subscribe(&world, nested);
    emit(&world, 1);
    assert_eq!(process(&world, 0.0), 1);
    let text = "events are being delivered already; what a handler emits is delivered without another call";
    assert_eq!(log.take(), [text, text]);
    emit(&world, 2);
    assert_eq!(process(&world, 0.0), 1, "the delivery has ended");
}

#[test]
fn subscriptions_end_also_during_a_delivery() {
    let world = prepared();
    let log = Log::new();
    let later = Shared::new("later", None);
    let (victim, writer) = (later.clone(), log.clone());
    let ends = Subscriber::new("test", "ends itself and another", move |world: &Handle<World>, _: &EventRef| {
        writer.write("once");
        for record in ecs().events().subscriptions(world, None)?.iter().filter(|it| it.name.starts_with("ends")) {
            ecs().events().unsubscribe(world, record.id)?;
        }
        victim.write().take().map_or(Ok(()), |id| ecs().events().unsubscribe(world, id))?;
        // Who comes now is told of the next event, not of this one.
        ecs().events().subscribe(world, Hit::INFO.id, writer.subscriber("new")).map(drop)
    });
    subscribe(&world, ends);
    *later.write() = Some(subscribe(&world, log.subscriber("victim")));
    subscribe(&world, log.subscriber("stays"));
    emit(&world, 1);
    emit(&world, 2);
    process(&world, 0.0);
    assert_eq!(log.take(), ["once", "stays 1", "stays 2", "new 2"]);
    check_error(
        ecs().events().unsubscribe(&world, SubscriptionId(2)),
        "there is no subscription 2; it was ended, or it panicked",
    );
}

/// Says that it is gone, to the world: that only works where no lock is held.
struct Farewell(Handle<World>);

impl Drop for Farewell {
    fn drop(&mut self) {
        self.0.events().write().send(Death { of: 1 }).unwrap();
    }
}

#[test]
fn handlers_are_dropped_where_they_may_use_the_world() {
    let world = prepared();
    let leaving = || {
        let farewell = Farewell(world.clone());
        Subscriber::new("leaving", "says farewell", move |_: &Handle<World>, _: &EventRef| {
            let _ = &farewell;
            panic!("gone")
        })
    };
    let gone = |world: &Handle<World>| ecs().events().clear(world, Some(Death::INFO.id)).unwrap();
    let id = subscribe(&world, leaving());
    ecs().events().unsubscribe(&world, id).unwrap();
    assert_eq!(gone(&world), 1);
    for _ in 0..2 {
        subscribe(&world, leaving());
    }
    assert_eq!(ecs().events().unsubscribe_all(&world, "leaving"), 2);
    assert_eq!(gone(&world), 2);
    let misfit = EventFilter::field("nothing", Comparison::Equal, Value::Int(1));
    ecs().events().subscribe_filtered(&world, Hit::INFO.id, leaving(), 0, misfit).unwrap_err();
    assert_eq!(gone(&world), 1);
    subscribe(&world, leaving());
    emit(&world, 1);
    let delivery = ecs().events().process(&world, at(0.0)).unwrap();
    assert_eq!((delivery.panics.len(), delivery.events), (1, 2), "the farewell is delivered in the same call");
}

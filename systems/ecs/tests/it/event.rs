//! Events through the contract: what is emitted, who is told in which order, and what a failing handler costs.

mod delivery;
mod observer;
mod system;

use crate::{ecs, world};
use playground::ecs::model::events::{Comparison, EventFilter, EventRef, Sequence, SubscriptionId};
use playground::ecs::model::watch::{Lifecycle, Note};
use playground::ecs::view::event::{ObserverParts, Subscriber, SubscriptionParts};
use playground::ecs::{ComponentInfo, EcsError, Value};
use playground::prelude::*;
use std::time::Duration;

#[derive(Component, Clone, Default, Debug, PartialEq)]
#[component(name = "test::Hit")]
struct Hit {
    power: i32,
    by: String,
}

#[derive(Component, Clone, Default, Debug, PartialEq)]
#[component(name = "test::Death")]
struct Death {
    of: i32,
}

/// What handlers wrote down.
#[derive(Clone)]
struct Log(Shared<Vec<String>>);

impl Log {
    fn new() -> Self {
        Self(Shared::new("log", Vec::new()))
    }
    fn write(&self, line: impl Into<String>) {
        self.0.write().push(line.into());
    }
    /// What was written since the last call.
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.write())
    }
    /// A subscriber that writes its name and the event's first field.
    fn subscriber(&self, name: &'static str) -> Subscriber {
        let log = self.clone();
        Subscriber::new("test", name, move |_: &Handle<World>, event: &EventRef| {
            let first = match event.value() {
                Value::Struct(fields) => playground::types::text::write(&fields[0].1),
                other => panic!("{other:?}"),
            };
            log.write(format!("{name} {first}"));
            Ok(())
        })
    }
}

/// A world that knows both event types.
fn prepared() -> Handle<World> {
    let world = world();
    ecs().events().register(&world, Hit::INFO).unwrap();
    ecs().events().register(&world, Death::INFO).unwrap();
    world
}

fn hit(power: i32) -> Value {
    Hit { power, by: String::new() }.to_value()
}

fn at(seconds: f64) -> Time {
    Time::new(0.0, seconds, 1)
}

fn emit(world: &Handle<World>, power: i32) -> Sequence {
    ecs().events().emit(world, Hit::INFO.id, &hit(power)).unwrap()
}

fn subscribe(world: &Handle<World>, subscriber: Subscriber) -> SubscriptionId {
    ecs().events().subscribe(world, Hit::INFO.id, subscriber).unwrap()
}

/// Delivers and tells how many events that were.
fn process(world: &Handle<World>, seconds: f64) -> u64 {
    let delivery = ecs().events().process(world, at(seconds)).unwrap();
    assert_eq!((delivery.panics, delivery.refused), (vec![], vec![]));
    delivery.events
}

#[track_caller]
fn check_error<T: std::fmt::Debug>(outcome: Result<T, EcsError>, expected: &str) {
    assert_eq!(outcome.unwrap_err().to_string(), expected);
}

#[test]
fn types_come_and_go_and_unknown_ones_are_named() {
    let world = prepared();
    ecs().events().register(&world, Hit::INFO).unwrap();
    let names = |world| ecs().events().list(world).iter().map(|event| event.info.name).collect::<Vec<_>>();
    assert_eq!(names(&world), ["test::Hit", "test::Death"]);
    assert_eq!(ecs().events().find(&world, "Death").unwrap().id, Death::INFO.id);
    check_error(
        ecs().events().find(&world, "Deaht"),
        "there is no event `Deaht`; there are test::Hit, test::Death. Register it, or start the module that does",
    );
    ecs().events().unregister(&world, Hit::INFO.id).unwrap();
    assert_eq!(names(&world), ["test::Death"]);
    let unknown = EcsError::no_event(&format!("{:?}", Hit::INFO.id), ["test::Death"].into_iter());
    assert_eq!(ecs().events().emit(&world, Hit::INFO.id, &hit(1)), Err(unknown.clone()));
    assert_eq!(ecs().events().unregister(&world, Hit::INFO.id), Err(unknown.clone()));
    assert_eq!(ecs().events().pause(&world, Some(Hit::INFO.id)), Err(unknown.clone()));
    assert_eq!(ecs().events().history(&world, Hit::INFO.id, 1), Err(unknown));
    // The other one is still itself.
    ecs().events().emit(&world, Death::INFO.id, &Death { of: 7 }.to_value()).unwrap();
    assert_eq!(process(&world, 0.0), 1);
    assert_eq!(ecs().events().history(&world, Death::INFO.id, 9).unwrap()[0].value, Death { of: 7 }.to_value());
}

/// The same name with other fields, as another build of a module has it.
mod other {
    use playground::prelude::*;

    #[derive(Component, Clone, Default)]
    #[component(name = "test::Hit")]
    pub struct Hit {
        pub power: f64,
    }
}

#[test]
fn other_fields_are_refused_by_name() {
    let world = prepared();
    emit(&world, 3);
    let difference = "the event test::Hit is registered with other fields (`power` was i32 and is f64, removed `by`); \
                      rebuild the modules that use it";
    check_error(ecs().events().register(&world, other::Hit::INFO), difference);
    let parts = SubscriptionParts::on("late", |_, _: &other::Hit| Ok(()));
    check_error(ecs().events().replace_subscriptions(&world, "late", vec![parts]), difference);
    assert_eq!(world.events().write().send(other::Hit::default()).unwrap_err().to_string(), difference);
    assert_eq!(process(&world, 0.0), 1, "what was there is untouched");
}

#[test]
fn events_with_other_fields_are_converted_when_they_are_taken_over() {
    let world = prepared();
    emit(&world, 3);
    ecs().events().adopt(&world, other::Hit::INFO).unwrap();
    let powers = Shared::new("powers", Vec::new());
    let seen = powers.clone();
    let parts = SubscriptionParts::on("late", move |_, hit: &other::Hit| {
        seen.write().push(hit.power);
        Ok(())
    });
    ecs().events().replace_subscriptions(&world, "late", vec![parts]).unwrap();
    assert_eq!(process(&world, 0.0), 1);
    assert_eq!(*powers.read(), [3.0]);
}

#[test]
fn events_survive_a_new_generation_of_their_module() {
    let world = prepared();
    let log = Log::new();
    subscribe(&world, log.subscriber("a"));
    emit(&world, 1);
    process(&world, 0.0);
    emit(&world, 2);
    let reloaded: &'static ComponentInfo = Box::leak(Box::new(ComponentInfo { ..*Hit::INFO }));
    ecs().events().adopt(&world, reloaded).unwrap();
    assert!(std::ptr::eq(ecs().events().list(&world)[0].info, reloaded));
    emit(&world, 3);
    process(&world, 0.0);
    assert_eq!(log.take(), ["a 1", "a 2", "a 3"]);
    assert_eq!(ecs().events().history(&world, Hit::INFO.id, 9).unwrap().len(), 3);
}

#[test]
fn a_type_in_use_stays() {
    let world = prepared();
    let id = subscribe(&world, Log::new().subscriber("a"));
    emit(&world, 1);
    let text = |subscriptions, pending| {
        format!(
            "the event test::Hit is in use: {subscriptions} subscriptions, {pending} pending; end the subscriptions \
             and clear the event first"
        )
    };
    check_error(ecs().events().unregister(&world, Hit::INFO.id), &text(1, 1));
    ecs().events().unsubscribe(&world, id).unwrap();
    check_error(ecs().events().unregister(&world, Hit::INFO.id), &text(0, 1));
    assert_eq!(ecs().events().clear(&world, Some(Hit::INFO.id)), Ok(1));
    ecs().events().unregister(&world, Hit::INFO.id).unwrap();
}

#[test]
fn values_that_do_not_fit_are_refused() {
    let world = prepared();
    let wrong = Value::Struct(vec![("power".into(), Value::Text("much".into()))]);
    let error = ecs().events().emit(&world, Hit::INFO.id, &wrong).unwrap_err().to_string();
    assert_eq!(error, "test::Hit: power: a whole number is needed, this is text (\"much\")");
    let error = ecs().events().emit_batch(&world, Hit::INFO.id, &[hit(1), wrong]).unwrap_err().to_string();
    assert_eq!(error, "test::Hit: [1].power: a whole number is needed, this is text (\"much\")");
    assert!(ecs().events().pending(&world).is_empty(), "all of a batch or nothing");
}

#[test]
fn subscribers_are_told_by_priority_and_then_by_age() {
    let world = prepared();
    let log = Log::new();
    let with = |name, priority| {
        ecs().events().subscribe_with_priority(&world, Hit::INFO.id, log.subscriber(name), priority).unwrap()
    };
    subscribe(&world, log.subscriber("first"));
    with("low", -5);
    with("high", 5);
    subscribe(&world, log.subscriber("second"));
    with("higher", 6);
    emit(&world, 1);
    emit(&world, 2);
    assert_eq!(process(&world, 0.0), 2);
    let order = ["higher", "high", "first", "second", "low"];
    let expected: Vec<String> = [1, 2].iter().flat_map(|n| order.map(|name| format!("{name} {n}"))).collect();
    assert_eq!(log.take(), expected);
    let records = ecs().events().subscriptions(&world, Some(Hit::INFO.id)).unwrap();
    assert_eq!(records.iter().map(|record| record.name.as_str()).collect::<Vec<_>>(), order);
    assert_eq!(records[0].delivered, 2);
    assert_eq!((records[4].priority, records[4].module.as_str(), records[4].event), (-5, "test", "test::Hit"));
    assert!(ecs().events().subscriptions(&world, Some(Death::INFO.id)).unwrap().is_empty());
}

#[test]
fn events_of_all_types_come_in_the_order_in_which_they_were_emitted() {
    let world = prepared();
    let log = Log::new();
    ecs().events().subscribe(&world, Death::INFO.id, log.subscriber("death")).unwrap();
    subscribe(&world, log.subscriber("hit"));
    let first = emit(&world, 1);
    ecs().events().emit(&world, Death::INFO.id, &Death { of: 2 }.to_value()).unwrap();
    let batch = ecs().events().emit_batch(&world, Hit::INFO.id, &[hit(3), hit(4)]).unwrap();
    assert_eq!(batch, [Sequence(first.0 + 2), Sequence(first.0 + 3)]);
    ecs().events().emit(&world, Death::INFO.id, &Death { of: 5 }.to_value()).unwrap();
    process(&world, 0.0);
    assert_eq!(log.take(), ["hit 1", "death 2", "hit 3", "hit 4", "death 5"]);
}

#[test]
fn filters_let_through_what_they_say() {
    let world = prepared();
    let log = Log::new();
    let filtered = |name, priority, filter| {
        ecs().events().subscribe_filtered(&world, Hit::INFO.id, log.subscriber(name), priority, filter)
    };
    filtered("strong", 1, EventFilter::field("power", Comparison::AtLeast, Value::Int(3))).unwrap();
    filtered("even", 0, EventFilter::test(|event| event.field("power") == Some(&Value::Int(2)))).unwrap();
    for power in 1..=3 {
        emit(&world, power);
    }
    process(&world, 0.0);
    assert_eq!(log.take(), ["even 2", "strong 3"]);
    let records = ecs().events().subscriptions(&world, None).unwrap();
    let filters: Vec<_> = records.iter().map(|record| (record.filter.clone().unwrap(), record.delivered)).collect();
    assert_eq!(filters, [("power ≥ 3".to_owned(), 1), ("a function decides".to_owned(), 1)]);
    check_error(
        filtered("typo", 0, EventFilter::field("powr", Comparison::Less, Value::Int(1))),
        "test::Hit: there is no field `powr` in Hit; it has power, by",
    );
}

#[test]
fn a_delay_counts_in_the_time_of_the_world() {
    let world = prepared();
    let log = Log::new();
    subscribe(&world, log.subscriber("a"));
    process(&world, 10.0);
    let delayed = |power, seconds| {
        let delay = Duration::from_secs_f64(seconds);
        ecs().events().emit_delayed(&world, Hit::INFO.id, &hit(power), delay).unwrap();
    };
    delayed(1, 2.0);
    delayed(2, 1.0);
    delayed(3, 0.0);
    let pending = ecs().events().pending(&world);
    assert_eq!((pending[0].due, pending[0].later.clone()), (1, vec![(11.0, 1), (12.0, 1)]));
    assert_eq!(process(&world, 10.5), 1);
    assert_eq!(log.take(), ["a 3"]);
    assert_eq!(process(&world, 12.0), 2);
    assert_eq!(log.take(), ["a 1", "a 2"], "both are due, so the one that was emitted first comes first");
    // Play begins again: what waits keeps the second that it has left.
    delayed(4, 1.5);
    process(&world, 12.5);
    process(&world, 0.0);
    assert_eq!(ecs().events().pending(&world)[0].later, [(1.0, 1)]);
    assert_eq!((process(&world, 0.9), process(&world, 1.0)), (0, 1));
}

#[test]
fn paused_events_wait() {
    let world = prepared();
    let log = Log::new();
    subscribe(&world, log.subscriber("hit"));
    ecs().events().subscribe(&world, Death::INFO.id, log.subscriber("death")).unwrap();
    let both = || {
        emit(&world, 1);
        ecs().events().emit(&world, Death::INFO.id, &Death { of: 1 }.to_value()).unwrap();
    };
    ecs().events().pause(&world, Some(Hit::INFO.id)).unwrap();
    both();
    assert_eq!(process(&world, 0.0), 1);
    assert_eq!(log.take(), ["death 1"]);
    let pending = ecs().events().pending(&world);
    assert_eq!((pending.len(), pending[0].info.name, pending[0].paused, pending[0].due), (1, "test::Hit", true, 1));
    ecs().events().pause(&world, None).unwrap();
    both();
    ecs().events().resume(&world, Some(Hit::INFO.id)).unwrap();
    assert_eq!(process(&world, 0.0), 0, "all are paused still");
    ecs().events().resume(&world, None).unwrap();
    assert_eq!(process(&world, 0.0), 3);
    assert_eq!(log.take(), ["hit 1", "hit 1", "death 1"]);
}

#[test]
fn a_muted_subscription_misses_what_comes_meanwhile() {
    let world = prepared();
    let log = Log::new();
    let id = subscribe(&world, log.subscriber("a"));
    ecs().events().mute(&world, id, true).unwrap();
    emit(&world, 1);
    process(&world, 0.0);
    assert!(ecs().events().subscriptions(&world, None).unwrap()[0].muted);
    ecs().events().mute(&world, id, false).unwrap();
    emit(&world, 2);
    process(&world, 0.0);
    assert_eq!(log.take(), ["a 2"]);
    let unknown = ecs().events().mute(&world, SubscriptionId(99), true);
    check_error(unknown, "there is no subscription 99; it was ended, or it panicked");
}

#[test]
fn what_a_module_that_is_off_subscribed_and_observes_is_not_told() {
    #[derive(Component, Clone, Default)]
    struct Mark;
    let world = prepared();
    let log = Log::new();
    let id = subscribe(&world, log.subscriber("a"));
    let module = ecs().events().subscriptions(&world, None).unwrap()[0].module.clone();
    ecs().events().mute(&world, id, true).unwrap();
    ecs().events().enable_module(&world, &module, false);
    ecs().events().mute(&world, id, false).unwrap();
    let told = || ecs().events().observers(&world).iter().map(|known| known.told).sum::<u64>();
    world.write().pool_of(Mark::INFO).unwrap();
    let sees = ObserverParts::new("sees", Mark::INFO.id, Lifecycle::Added, |_: &Handle<World>, _: &Note| Ok(()));
    ecs().events().observe(&world, &module, sees).unwrap();
    let mark = || world.write().spawn((Mark,)).unwrap();
    mark();
    emit(&world, 1);
    process(&world, 0.0);
    let known = ecs().events().subscriptions(&world, None).unwrap()[0].clone();
    assert_eq!((known.module_enabled, known.muted, told()), (false, false, 0));
    assert!(!ecs().events().observers(&world)[0].module_enabled);
    ecs().events().enable_module(&world, &module, true);
    mark();
    emit(&world, 2);
    process(&world, 0.0);
    assert_eq!((log.take(), told()), (vec!["a 2".to_owned()], 1));
    // New subscriptions are those of new code, which is on.
    ecs().events().enable_module(&world, &module, false);
    ecs().events().replace_subscriptions(&world, &module, Vec::new()).unwrap();
    mark();
    process(&world, 0.0);
    assert_eq!(told(), 2);
}

#[test]
fn history_keeps_the_latest_in_order() {
    let world = prepared();
    ecs().events().set_history(&world, Hit::INFO.id, 3).unwrap();
    let powers = |most| {
        let history = ecs().events().history(&world, Hit::INFO.id, most).unwrap();
        history.iter().map(|event| event.value.field("power").cloned().unwrap()).collect::<Vec<_>>()
    };
    for power in 1..=100 {
        emit(&world, power);
        process(&world, f64::from(power));
        let expected: Vec<Value> = ((power - 2).max(1)..=power).map(|power| Value::Int(power.into())).collect();
        assert_eq!(powers(usize::MAX), expected);
    }
    assert_eq!(powers(1), [Value::Int(100)]);
    let record = &ecs().events().history(&world, Hit::INFO.id, 1).unwrap()[0];
    assert_eq!((record.emission.time, record.delivered, record.emission.sequence), (99.0, 100.0, Sequence(100)));
    assert!(world.events().read().pools().next().unwrap().size().active < 30, "old events are forgotten");
    assert_eq!(ecs().events().list(&world)[0].delivered, 100);
}

#[test]
fn clear_drops_what_waits_and_nothing_else() {
    let world = prepared();
    emit(&world, 1);
    process(&world, 0.0);
    emit(&world, 2);
    ecs().events().emit(&world, Death::INFO.id, &Death { of: 1 }.to_value()).unwrap();
    assert_eq!(ecs().events().clear(&world, Some(Hit::INFO.id)), Ok(1));
    assert_eq!(process(&world, 0.0), 1, "the other type is not touched");
    emit(&world, 3);
    assert_eq!(ecs().events().clear(&world, None), Ok(1));
    assert_eq!(process(&world, 0.0), 0);
    assert_eq!(ecs().events().history(&world, Hit::INFO.id, 9).unwrap().len(), 1);
}

#[test]
fn a_module_replaces_its_subscriptions_and_takes_them_with_it() {
    let world = world();
    let log = Log::new();
    let parts = |name: &'static str| {
        let log = log.clone();
        let on = SubscriptionParts::on(name, move |_, hit: &Hit| {
            log.write(format!("{name} {}", hit.power));
            Ok(())
        });
        on.priority(1).filter(EventFilter::field("power", Comparison::Less, Value::Int(3)))
    };
    let ids = ecs().events().replace_subscriptions(&world, "m", vec![parts("old"), parts("older")]).unwrap();
    assert_eq!(ids.len(), 2);
    subscribe(&world, log.subscriber("other"));
    ecs().events().replace_subscriptions(&world, "m", vec![parts("new")]).unwrap();
    let bad = parts("bad").filter(EventFilter::field("power", Comparison::Less, Value::Bool(true)));
    ecs().events().replace_subscriptions(&world, "m", vec![parts("good"), bad]).unwrap_err();
    emit(&world, 2);
    emit(&world, 3);
    process(&world, 0.0);
    assert_eq!(log.take(), ["new 2", "other 2", "other 3"], "a replacement that fails changes nothing");
    assert_eq!(ecs().events().unsubscribe_all(&world, "m"), 1);
    emit(&world, 1);
    process(&world, 0.0);
    assert_eq!(log.take(), ["other 1"]);
}

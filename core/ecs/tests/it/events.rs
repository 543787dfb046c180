//! The bookkeeping of events, against a plain model and under systems that run in any order.

use crate::properties::Random;
use playground_core_ecs::model::commands::CommandQueue;
use playground_core_ecs::model::events::{EventRef, Events, HISTORY, Sequence};
use playground_core_ecs::model::query::Ticks;
use playground_core_ecs::model::schedule::drive;
use playground_core_ecs::system::{Frame, IntoSystem};
use playground_core_ecs::view::event::Subscriber;
use playground_core_ecs::{
    Component, Emit, Entity, Received, Reflect, Stage, Storage, SystemParts, Time, Value, World,
};
use playground_core_types::{Handle, Shared, Who};
use std::time::Duration;

#[derive(Component, Clone, Default, Debug, PartialEq)]
#[component(crate = playground_core_ecs, name = "test::Ping")]
struct Ping {
    number: u64,
}

#[derive(Component, Clone, Default, Debug, PartialEq)]
#[component(crate = playground_core_ecs, name = "test::Pong")]
struct Pong {
    number: u64,
    text: String,
}

fn at(seconds: f64) -> Time {
    Time::new(0.0, seconds, 0)
}

/// Delivers what is due, as the ViewModel does; tells the sequences of the events that somebody wanted to know of.
fn deliver(events: &mut Events, seconds: f64) -> Vec<Sequence> {
    events.begin(Some(at(seconds))).unwrap();
    let mut told = Vec::new();
    while let Some(step) = events.next_step().unwrap() {
        told.push(step.event.emission().sequence);
        events.finish_step(step.event);
    }
    events.end();
    told
}

fn numbers(events: &Events, info: &playground_core_ecs::ComponentInfo) -> Vec<(Sequence, i128)> {
    let history = events.history(info.id, usize::MAX).unwrap();
    let number = |value: &playground_core_ecs::Value| match value.field("number") {
        Some(playground_core_ecs::Value::Int(number)) => *number,
        other => panic!("{other:?}"),
    };
    history.iter().map(|event| (event.emission.sequence, number(&event.value))).collect()
}

/// An event of the plain model.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Waiting {
    sequence: Sequence,
    due: f64,
    pong: bool,
}

#[test]
fn deliveries_agree_with_a_plain_list() {
    for seed in 1..=5 {
        let mut random = Random(seed * 0x9e37_79b9);
        let mut events = Events::default();
        events.register(Ping::INFO).unwrap();
        events.register(Pong::INFO).unwrap();
        events.set_history(Ping::INFO.id, usize::MAX).unwrap();
        events.set_history(Pong::INFO.id, usize::MAX).unwrap();
        let silent = Subscriber::new("test", "silent", |_: &Handle<World>, _: &EventRef| Ok(()));
        events.subscribe(Pong::INFO.id, silent, 0, None).unwrap();
        let (mut waiting, mut pings, mut pongs): (Vec<Waiting>, Vec<_>, Vec<_>) = Default::default();
        let (mut now, mut paused) = (0.0, false);
        for _ in 0..2000 {
            match random.below(16) {
                0..=9 => {
                    let delay = [0, 0, 0, 1, 2, 7][random.below(6)];
                    let (number, pong) = (waiting.len() as u64, random.below(3) == 0);
                    let later = Duration::from_secs(delay);
                    let sequence = match pong {
                        true => events.send_after(later, Pong { number, text: format!("{number}") }).unwrap(),
                        false => events.emit_value(Ping::INFO.id, &Ping { number }.to_value(), later).unwrap(),
                    };
                    waiting.push(Waiting { sequence, due: now + delay as f64, pong });
                }
                10 => {
                    paused = !paused;
                    if paused { events.pause(Some(Ping::INFO.id)).unwrap() } else { events.resume(None).unwrap() }
                }
                11 if random.below(8) == 0 => {
                    let before = waiting.len();
                    waiting.retain(|event| !event.pong);
                    assert_eq!(events.clear(Some(Pong::INFO.id)), Ok(before - waiting.len()));
                }
                _ => {
                    now += random.below(3) as f64;
                    let due = |event: &Waiting| event.due <= now && (event.pong || !paused);
                    let mut expected: Vec<Waiting> = waiting.iter().copied().filter(|event| due(event)).collect();
                    waiting.retain(|event| !due(event));
                    expected.sort_by_key(|event| event.sequence);
                    let (told, silent): (Vec<Waiting>, Vec<Waiting>) = expected.into_iter().partition(|it| it.pong);
                    let told: Vec<Sequence> = told.iter().map(|event| event.sequence).collect();
                    assert_eq!(deliver(&mut events, now), told);
                    pongs.extend(told);
                    pings.extend(silent.iter().map(|event| event.sequence));
                }
            }
            let pending: usize = events.list().iter().map(|event| event.pending).sum();
            assert_eq!(pending, waiting.len());
        }
        let kept = |info| numbers(&events, info).into_iter().map(|(sequence, _)| sequence).collect::<Vec<_>>();
        assert_eq!((kept(Ping::INFO), kept(Pong::INFO)), (pings, pongs));
        assert!(!kept(Ping::INFO).is_empty() && !kept(Pong::INFO).is_empty());
    }
}

fn ping(time: Time, mut pings: Emit<Ping>, mut pongs: Emit<Pong>) {
    let number = time.frame();
    pings.emit(Ping { number });
    pongs.emit(Pong { number: number + 1, text: String::new() });
    pings.emit(Ping { number: number + 2 });
}

fn receive(_: Received<Ping>, _: Emit<Pong>) {}

#[test]
fn the_order_of_events_is_that_of_the_schedule_and_not_of_the_threads() {
    let storage = Storage::default();
    let commands = CommandQueue::default();
    let events = Shared::new("events", Events::default());
    let (_, mut system) = ping.into_system();
    // As if the thread with the third system had been the fastest.
    for tick in [3, 1, 2] {
        let frame = Frame {
            ticks: Ticks { since: 0, now: tick },
            who: Who(9),
            ..Frame::new(&storage, Time::new(0.1, 1.0, tick * 10), &commands, &events)
        };
        system.run(&frame);
    }
    let mut events = events.write();
    assert_eq!(deliver(&mut events, 1.0), [], "nobody subscribed");
    let numbered = |numbers: [(u64, i128); 6]| numbers.map(|(sequence, number)| (Sequence(sequence), number));
    assert_eq!(numbers(&events, Ping::INFO), numbered([(1, 10), (3, 12), (4, 20), (6, 22), (7, 30), (9, 32)]));
    let pongs = [(2, 11), (5, 21), (8, 31)].map(|(sequence, number)| (Sequence(sequence), number));
    assert_eq!(numbers(&events, Pong::INFO), pongs);
}

#[test]
fn emitting_writes_an_event_and_receiving_reads_it() {
    let (_, emits) = ping.into_system();
    let (_, receives) = receive.into_system();
    let terms: Vec<_> = receives.access().terms.iter().map(|it| (it.info.name, it.write, it.event)).collect();
    assert_eq!(terms, [("test::Ping", false, true), ("test::Pong", true, true)]);
    assert!(emits.access().conflicts(&receives.access()));
}

/// The same name with other fields, as another build of a module has it.
mod other {
    use playground_core_ecs::{Component, Emit};

    #[derive(Component, Clone, Default)]
    #[component(crate = playground_core_ecs, name = "test::Ping")]
    pub struct Ping {
        pub number: f32,
    }

    pub fn ping(mut pings: Emit<Ping>) {
        pings.emit(Ping { number: 1.0 });
        pings.emit(Ping { number: 2.0 });
    }
}

#[test]
fn a_system_of_another_build_is_refused_and_the_reason_reported_once() {
    let storage = Storage::default();
    let commands = CommandQueue::default();
    let events = Shared::new("events", Events::default());
    events.write().register(Ping::INFO).unwrap();
    let (_, mut system) = other::ping.into_system();
    system.run(&Frame::new(&storage, at(0.0), &commands, &events));
    let mut events = events.write();
    deliver(&mut events, 0.0);
    let report = events.take_report();
    let refused: Vec<String> = report.refused.iter().map(ToString::to_string).collect();
    let expected = "the event test::Ping is registered with other fields (`number` was u64 and is f32); rebuild the \
                    modules that use it";
    assert_eq!((refused, report.events), (vec![expected.to_owned()], 0));
}

#[test]
fn history_is_bounded_unless_it_is_told_otherwise() {
    let mut events = Events::default();
    for round in 0..10 {
        for number in 0..100 {
            events.send(Ping { number: round * 100 + number }).unwrap();
        }
        deliver(&mut events, 0.0);
    }
    let numbers: Vec<i128> = numbers(&events, Ping::INFO).into_iter().map(|(_, number)| number).collect();
    assert_eq!(numbers, (1000 - HISTORY as i128..1000).collect::<Vec<_>>());
}

#[test]
fn a_system_with_a_rate_emits_by_the_worlds_time() {
    let world = World::new("test");
    let wait = |mut pings: Emit<Ping>, mut pongs: Emit<Pong>| {
        pings.emit_after(2.0, Ping { number: 1 });
        pongs.emit(Pong { number: 2, text: String::new() });
    };
    let mut events = world.events().write();
    events.register(Ping::INFO).unwrap();
    events.register(Pong::INFO).unwrap();
    deliver(&mut events, 1000.0);
    events.send_after(Duration::from_secs(5), Ping { number: 0 }).unwrap();
    drop(events);
    world.schedule().write().register("test", SystemParts::new(Stage::Update, wait).named("wait").rate(10.0)).unwrap();
    // The system's own clock stands at its first step, far behind the world's.
    assert_eq!(drive::run_stage(&world, Stage::Update, Time::new(0.1, 1001.0, 7)).unwrap(), []);
    let mut events = world.events().write();
    deliver(&mut events, 1001.0);
    assert_eq!(numbers(&events, Ping::INFO), [], "both have a delay");
    let pong = events.history(Pong::INFO.id, 1).unwrap()[0].emission;
    assert_eq!((pong.time, pong.frame), (1001.0, 7));
    let waiting = |events: &mut Events| events.pending()[0].later.clone();
    assert_eq!(waiting(&mut events), [(1003.0, 1), (1005.0, 1)]);
    deliver(&mut events, 1003.0);
    assert_eq!(numbers(&events, Ping::INFO).len(), 1);
    assert_eq!(waiting(&mut events), [(1005.0, 1)]);
}

#[derive(Component, Clone, Default)]
#[component(crate = playground_core_ecs, name = "test::Heard")]
struct Heard {
    #[component(range = 0.0..=1.0)]
    volume: f32,
    by: Entity,
}

#[test]
fn an_event_that_somebody_gives_is_checked_as_a_component_is() {
    let world = World::new("test");
    world.events().write().register(Heard::INFO).unwrap();
    let living = world.write().spawn(()).unwrap();
    let heard = |volume: f32, by: Entity| Heard { volume, by }.to_value();
    let dead = Entity::new(9, 3);
    let check = |value: Value, expected: &str| {
        let one = world.emit_input(Heard::INFO.id, &value, Duration::ZERO).unwrap_err().to_string();
        let good = heard(0.5, living);
        let many = world.emit_input_batch(Heard::INFO.id, &[good, value]).unwrap_err().to_string();
        assert!(one.starts_with(expected), "{one}");
        assert_eq!(one, many);
    };
    check(heard(f32::NAN, living), "test::Heard.volume: NaN can't be stored");
    check(heard(2.0, living), "test::Heard.volume: 2.0 is outside of 0..=1");
    check(heard(0.5, dead), "test::Heard.by");
    let mut events = world.events().write();
    for bad in [heard(f32::NAN, living), heard(2.0, living)] {
        assert!(events.emit_value(Heard::INFO.id, &bad, Duration::ZERO).is_err());
        assert!(events.emit_values(Heard::INFO.id, &[bad]).is_err());
    }
    assert!(events.pending().is_empty(), "nothing was emitted");
    drop(events);
    world.emit_input(Heard::INFO.id, &heard(1.0, living), Duration::ZERO).unwrap();
    world.emit_input_batch(Heard::INFO.id, &[heard(0.0, Entity::NONE), heard(0.1, living)]).unwrap();
    assert_eq!(world.events().write().pending()[0].due, 3);
}

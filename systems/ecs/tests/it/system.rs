//! Systems through the contract: what is registered, switched, asked and run.

use crate::{ecs, world};
use playground::core_types::Counter;
use playground::ecs::model::schedule::EdgeKind;
use playground::ecs::view::SystemPanic;
use playground::ecs::{EcsError, SystemParts, condition};
use playground::prelude::*;

#[derive(Component, Clone, Default, Debug, PartialEq)]
struct Heat {
    value: f32,
}

fn warm(time: Time, mut all: Query<&mut Heat>) {
    all.for_each(|heat| heat.value += time.delta());
}

fn look(_: Query<&Heat>) {}

fn fail(_: Query<&mut Heat>) {
    panic!("too hot");
}

fn second() -> Time {
    Time::default().advance(1.0)
}

/// The systems' names, by stage and order.
fn names(world: &Handle<World>) -> Vec<String> {
    ecs().systems().list(world).into_iter().map(|info| info.name).collect()
}

fn heat(world: &Handle<World>) -> f32 {
    let storage = world.read();
    let mut all: Query<&Heat> = storage.query();
    all.single().unwrap().value
}

/// A world with one warm thing and the systems `warm` and `look` of the module `sun`.
fn sunny() -> Handle<World> {
    let world = world();
    world.write().spawn((Heat::default(),)).unwrap();
    ecs().systems().register(&world, "sun", SystemParts::new(Update, warm)).unwrap();
    ecs().systems().register(&world, "sun", SystemParts::new(Update, look)).unwrap();
    world
}

#[test]
fn registered_systems_run_and_unregistered_ones_do_not() {
    let world = sunny();
    assert_eq!(names(&world), ["warm", "look"]);
    assert_eq!(ecs().systems().run_stage(&world, Update, second()), []);
    assert_eq!(heat(&world), 1.0);
    let again = ecs().systems().register(&world, "sun", SystemParts::new(Update, warm));
    assert_eq!(again, Err(EcsError::SystemPresent { module: "sun".into(), name: "warm".into() }));
    ecs().systems().unregister(&world, "sun::warm").unwrap();
    ecs().systems().run_stage(&world, Update, second());
    assert_eq!((heat(&world), names(&world)), (1.0, vec!["look".to_owned()]));
    assert!(matches!(ecs().systems().unregister(&world, "warm"), Err(EcsError::NoSystem { .. })));
}

#[test]
fn a_module_is_replaced_as_a_whole() {
    let world = sunny();
    ecs().systems().replace(&world, "sun", vec![SystemParts::new(Update, look).named("stare")]);
    assert_eq!(names(&world), ["stare"]);
}

#[test]
fn a_system_says_what_it_is() {
    let world = sunny();
    let parts = SystemParts::new(Stage::PostUpdate, warm).named("late").after("nobody").run_if(condition::once());
    ecs().systems().register(&world, "sun", parts.rate(20.0).disabled()).unwrap();
    let info = ecs().systems().info(&world, "late").unwrap();
    assert_eq!((info.module.as_str(), info.stage, info.order, info.wave), ("sun", Stage::PostUpdate, 0, None));
    assert_eq!((info.rate, info.enabled, info.module_enabled), (Some(20.0), false, true));
    assert_eq!((info.after, info.conditions), (vec!["nobody".to_owned()], vec!["once".to_owned()]));
    assert_eq!(info.warnings, ["after `nobody`: there is no system of that name (yet)"]);
    assert_eq!((info.access[0].name, info.access[0].write, info.commands), (Heat::INFO.name, true, false));
    assert!(ecs().systems().info(&world, "moon::late").is_err());
}

#[test]
fn systems_are_switched_off_and_on() {
    let world = sunny();
    ecs().systems().disable(&world, "warm").unwrap();
    ecs().systems().run_stage(&world, Update, second());
    assert_eq!(heat(&world), 0.0);
    ecs().systems().enable(&world, "warm").unwrap();
    ecs().systems().enable_module(&world, "sun", false);
    ecs().systems().run_stage(&world, Update, second());
    assert_eq!(heat(&world), 0.0);
    ecs().systems().enable_module(&world, "sun", true);
    ecs().systems().run_stage(&world, Update, second());
    assert_eq!(heat(&world), 1.0);
    assert!(ecs().systems().enable(&world, "nobody").is_err() && ecs().systems().disable(&world, "nobody").is_err());
}

#[test]
fn order_stage_and_rate_are_changed_by_hand() {
    let world = sunny();
    ecs().systems().order(&world, "warm", &[], &["look"]).unwrap();
    assert_eq!(names(&world), ["look", "warm"]);
    let error = ecs().systems().order(&world, "look", &[], &["warm"]).unwrap_err();
    assert!(error.to_string().contains("sun::warm after sun::look after sun::warm"), "{error}");
    ecs().systems().stage(&world, "warm", Stage::PreUpdate).unwrap();
    assert_eq!(names(&world), ["warm", "look"]);
    ecs().systems().rate(&world, "warm", Some(2.0)).unwrap();
    ecs().systems().run_stage(&world, Stage::PreUpdate, Time::default().advance(1.25));
    assert_eq!((heat(&world), ecs().systems().stats(&world, "warm").unwrap().runs), (1.0, 2));
    assert_eq!(ecs().systems().rate(&world, "warm", Some(-1.0)), Err(EcsError::Rate { rate: "-1".into() }));
}

#[test]
fn one_system_runs_by_name() {
    let world = sunny();
    ecs().systems().disable(&world, "warm").unwrap();
    assert_eq!(ecs().systems().run_once(&world, "warm", second()), Ok(vec![]));
    assert_eq!((heat(&world), ecs().systems().stats(&world, "look").unwrap().runs), (1.0, 0));
}

#[test]
fn steps_run_the_stages_of_playing() {
    let world = sunny();
    let early = Counter::new(0);
    let count = early.clone();
    let system = move || {
        count.fetch_add(1);
    };
    ecs().systems().register(&world, "sun", SystemParts::new(Stage::PreUpdate, system).named("count")).unwrap();
    let (time, panics) = ecs().systems().step(&world, second(), 3).unwrap();
    assert_eq!((time.elapsed(), time.frame(), panics), (4.0, 4, vec![]));
    assert_eq!((heat(&world), early.load()), (3.0, 3));
}

#[test]
fn statistics_count_runs_and_time() {
    let world = sunny();
    ecs().systems().step(&world, second(), 4).unwrap();
    let stats = ecs().systems().stats(&world, "warm").unwrap();
    assert_eq!((stats.runs, stats.distribution.count), (4, 4));
    assert!(stats.max >= stats.last && stats.last_tick > 0);
    assert!(ecs().systems().stats(&world, "nobody").is_err());
}

#[test]
fn the_graph_has_systems_and_what_binds_them() {
    let world = sunny();
    let graph = ecs().systems().graph(&world);
    assert_eq!(graph.nodes.len(), 2);
    let [edge] = &graph.edges[..] else { panic!("{:?}", graph.edges) };
    assert_eq!((edge.first, edge.then), (0, 1));
    assert_eq!(edge.why, EdgeKind::Conflict(vec![Heat::INFO.name.to_owned()]));
    assert_eq!(graph.cycles, Vec::<String>::new());
}

#[test]
fn a_panic_switches_its_module_off() {
    let world = sunny();
    ecs().systems().register(&world, "star", SystemParts::new(Update, fail)).unwrap();
    let panic = SystemPanic { module: "star".into(), system: "fail".into(), message: "too hot".into() };
    assert_eq!(ecs().systems().run_stage(&world, Update, second()), [panic]);
    assert_eq!(ecs().systems().run_stage(&world, Update, second()), []);
    assert_eq!(heat(&world), 2.0, "the others go on");
    assert!(!ecs().systems().info(&world, "fail").unwrap().module_enabled);
}

#[test]
fn problems_are_told_once() {
    let world = sunny();
    let parts = || [SystemParts::new(Update, warm).after("look"), SystemParts::new(Update, look).after("warm")];
    ecs().systems().replace(&world, "sun", parts().into());
    let cycle = "sun::warm after sun::look after sun::warm".to_owned();
    assert_eq!(ecs().systems().problems(&world), [EcsError::Cycle { cycle: cycle.clone() }]);
    ecs().systems().run_stage(&world, Update, second());
    assert_eq!((heat(&world), ecs().systems().problems(&world)), (1.0, vec![]));
    assert_eq!(ecs().systems().graph(&world).cycles, [cycle]);
    let (inner, outer) = (world.clone(), world.clone());
    let nested = move || drop(ecs().systems().run_stage(&inner, Stage::Editor, Time::default()));
    ecs().systems().register(&outer, "nest", SystemParts::new(Update, nested).named("nested")).unwrap();
    ecs().systems().run_stage(&world, Update, second());
    assert_eq!(ecs().systems().problems(&world), [EcsError::Running]);
}

/// Counts how often it was dropped, and how often the schedule was locked then.
struct Guest {
    world: Handle<World>,
    drops: Counter,
    locked: Counter,
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.drops.fetch_add(1);
        self.locked.fetch_add(u64::from(self.world.schedule().stats().holder.is_some()));
    }
}

#[test]
fn what_systems_hold_is_dropped_without_the_schedules_lock() {
    let world = world();
    let (drops, locked) = (Counter::new(0), Counter::new(0));
    let guest = |name: &'static str| {
        let guest = Guest { world: world.clone(), drops: drops.clone(), locked: locked.clone() };
        let hold = move || assert!(guest.drops.load() < 3);
        SystemParts::new(Update, hold).named(name)
    };
    ecs().systems().replace(&world, "sun", vec![guest("a"), guest("b")]);
    ecs().systems().unregister(&world, "a").unwrap();
    ecs().systems().replace(&world, "sun", Vec::new());
    assert_eq!((drops.load(), locked.load()), (2, 0));
}

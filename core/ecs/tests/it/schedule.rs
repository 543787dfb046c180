//! The schedule: who runs when, with whom, how often, and what becomes of mistakes.

mod run;
mod threads;

use crate::{Position, Speed};
use playground_core_ecs::model::schedule::{EdgeKind, drive, drive::SystemPanic};
use playground_core_ecs::system::IntoSystem;
use playground_core_ecs::{Commands, EcsError, Query, Schedule, Stage, SystemParts, Time, World};
use playground_core_types::{Handle, Shared};

const FRAME: f32 = 1.0 / 60.0;

/// What ran, in order.
type Log = Shared<Vec<&'static str>>;

/// A world, what ran in it, and its clock.
struct Lab {
    world: Handle<World>,
    log: Log,
    time: Time,
}

impl Lab {
    fn new() -> Self {
        Self { world: Handle::new(World::new("lab")), log: Shared::new("log", Vec::new()), time: Time::default() }
    }

    /// A system that only writes its name down.
    fn note(&self, name: &'static str) -> SystemParts {
        let log = self.log.clone();
        SystemParts::new(Stage::Update, move || log.write().push(name)).named(name)
    }

    fn add(&self, parts: SystemParts) -> &Self {
        self.world.schedule().write().register("lab", parts).unwrap();
        self
    }

    fn update(&mut self, delta: f32) -> Vec<SystemPanic> {
        self.time = self.time.advance(delta);
        drive::run_stage(&self.world, Stage::Update, self.time).unwrap()
    }

    /// What one run of the stage runs.
    fn ran(&mut self, delta: f32) -> Vec<&'static str> {
        self.log.write().clear();
        assert_eq!(self.update(delta), []);
        self.log.read().clone()
    }
}

/// Systems `name:before,…:after,…` of a stage run in this order.
fn check_order(systems: &[&'static str], expected: &str) {
    let mut lab = Lab::new();
    for system in systems {
        let mut parts = system.split(':');
        let name = parts.next().unwrap();
        let mut parts = parts.map(|names| names.split(',').filter(|name| !name.is_empty()));
        let mut system = lab.note(name);
        system = parts.next().into_iter().flatten().fold(system, SystemParts::before);
        system = parts.next().into_iter().flatten().fold(system, SystemParts::after);
        lab.world.schedule().write().replace(name, vec![system]);
    }
    assert_eq!(lab.ran(FRAME).join(" "), expected, "{systems:?}");
}

#[test]
fn the_order_is_that_of_registration_refined_by_before_and_after() {
    check_order(&["a", "b", "c"], "a b c");
    check_order(&["a::c", "b", "c"], "b c a");
    check_order(&["a", "b", "c:a"], "b c a");
    check_order(&["a::d", "b::c", "c::d", "d"], "d a c b");
    check_order(&["a:nobody:nothing", "b"], "a b");
    check_order(&["a:b:b", "b"], "a b");
    check_order(&["a::b", "b::a", "c:d", "d:a"], "c d a b");
    check_order(&["a::a", "b:a"], "b a");
    check_order(&["a::b", "b::c", "c::b"], "b a c");
}

#[test]
fn a_cycle_is_told_once_with_modules_and_stays_in_the_graph() {
    let mut lab = Lab::new();
    let module = |name: &'static str, after: &str| vec![lab.note(name).after(after)];
    let modules = [("m1", module("a", "b")), ("m2", module("b", "m-m3::c")), ("m-m3", module("c", "a"))];
    for (module, parts) in modules {
        lab.world.schedule().write().replace(module, parts);
    }
    assert_eq!(lab.ran(FRAME), ["a", "b", "c"], "all run, in the order of registration");
    let cycle = "m1::a after m2::b after m-m3::c after m1::a".to_owned();
    let mut schedule = lab.world.schedule().write();
    assert_eq!(schedule.take_problems(), [EcsError::Cycle { cycle: cycle.clone() }]);
    schedule.replace("other", vec![]);
    assert_eq!(schedule.take_problems(), [], "once, although the order was made anew");
    assert_eq!((schedule.graph().cycles, schedule.cycles()), (vec![cycle.clone()], vec![cycle.clone()]));
    assert!(schedule.info("b").unwrap().warnings[0].contains(&cycle));
    let said = |edge: &playground_core_ecs::model::schedule::SystemEdge| edge.why == EdgeKind::Said { followed: false };
    assert_eq!(schedule.graph().edges.iter().filter(|edge| said(edge)).count(), 3);
    // The one who made it can unmake it.
    schedule.replace("m-m3", vec![lab.note("c")]);
    assert_eq!((schedule.graph().cycles.len(), schedule.take_problems().len()), (0, 0));
    drop(schedule);
    assert_eq!(lab.ran(FRAME), ["c", "b", "a"]);
}

#[test]
fn by_hand_no_cycle_is_made() {
    let mut lab = Lab::new();
    lab.add(lab.note("a")).add(lab.note("b").after("a"));
    let mut schedule = lab.world.schedule().write();
    let error = schedule.order("a", &[], &["b"]).unwrap_err();
    assert_eq!(error, EcsError::Cycle { cycle: "lab::a after lab::b after lab::a".into() });
    assert!(error.to_string().contains("lab::a after lab::b after lab::a"), "{error}");
    assert_eq!(schedule.info("a").unwrap().after, Vec::<String>::new());
    let late = SystemParts { stage: Stage::PostUpdate, ..lab.note("c").before("a").after("b") };
    schedule.register("lab", late).unwrap();
    assert!(schedule.stage("c", Stage::Update).is_err());
    assert_eq!(schedule.info("c").unwrap().stage, Stage::PostUpdate);
    assert!(schedule.register("lab", lab.note("d").before("a").after("b")).is_err());
    assert!(schedule.info("d").is_err(), "nothing was added");
    assert_eq!((schedule.take_problems(), schedule.graph().cycles), (vec![], vec![]), "who asked was told");
    schedule.order("b", &["a"], &[]).unwrap();
    drop(schedule);
    assert_eq!(lab.ran(FRAME), ["b", "a"]);
}

#[test]
fn names_that_nobody_has_are_warnings_until_somebody_has_them() {
    let mut lab = Lab::new();
    lab.add(lab.note("a").after("late").before("early"));
    lab.add(SystemParts { stage: Stage::PreUpdate, ..lab.note("early") });
    let warnings = |lab: &Lab| lab.world.schedule().write().info("a").unwrap().warnings;
    let expected = [
        "before `early`: it runs in PreUpdate; an order holds within one stage only",
        "after `late`: there is no system of that name (yet)",
    ];
    assert_eq!(warnings(&lab), expected);
    assert_eq!(lab.world.schedule().write().graph().nodes[1].warnings, expected);
    lab.add(lab.note("late"));
    assert_eq!(warnings(&lab), expected[..1]);
    assert_eq!(lab.ran(FRAME), ["late", "a"]);
}

#[test]
fn a_name_means_the_own_system_first_and_one_of_any_module_with_its_module() {
    let lab = Lab::new();
    let mut schedule = lab.world.schedule().write();
    schedule.replace("pkg-one", vec![lab.note("x")]);
    schedule.replace("pkg-two", vec![lab.note("x"), lab.note("z").before("x")]);
    schedule.replace("three", vec![lab.note("y").before("two::x")]);
    let order = |schedule: &mut Schedule| -> Vec<String> {
        schedule.list().iter().map(|info| format!("{}::{}", info.module, info.name)).collect()
    };
    assert_eq!(order(&mut schedule), ["pkg-one::x", "pkg-two::z", "three::y", "pkg-two::x"]);
    schedule.replace("four", vec![lab.note("w").before("x")]);
    assert_eq!(order(&mut schedule), ["pkg-two::z", "three::y", "four::w", "pkg-one::x", "pkg-two::x"]);
    assert_eq!(schedule.info("pkg_two::x").unwrap().module, "pkg-two");
    let error = schedule.info("x").unwrap_err().to_string();
    assert!(error.contains("pkg-one::x, pkg-two::x"), "{error}");
    let error = schedule.info("q").unwrap_err().to_string();
    assert!(error.contains("four::w"), "{error}");
    schedule.replace("twins", vec![lab.note("t"), lab.note("t")]);
    assert!(schedule.info("t#2").unwrap().warnings[0].contains("`t` is taken"));
    let error = schedule.register("twins", lab.note("t")).unwrap_err();
    assert_eq!(error, EcsError::SystemPresent { module: "twins".into(), name: "t".into() });
}

#[test]
fn the_graph_says_why_systems_do_not_run_together() {
    let lab = Lab::new();
    let parts = |parts: SystemParts, name| parts.named(name);
    fn of<P>(function: impl IntoSystem<P>) -> SystemParts {
        SystemParts::new(Stage::Update, function)
    }
    lab.add(parts(of(|_: Query<&mut Position>| ()), "write"))
        .add(parts(of(|_: Query<(&Position, &mut Speed)>, _: Commands| ()), "read"))
        .add(parts(of(|_: Commands| ()), "spawn"))
        .add(parts(of(|_: Query<&Position>| ()), "look").after("spawn"));
    let graph = lab.world.schedule().write().graph();
    let edges: Vec<(usize, usize, EdgeKind)> =
        graph.edges.into_iter().map(|edge| (edge.first, edge.then, edge.why)).collect();
    let conflict = |cause: &str| EdgeKind::Conflict(vec![cause.to_owned()]);
    let expected = [
        (2, 3, EdgeKind::Said { followed: true }),
        (0, 1, conflict("test::Position")),
        (1, 2, conflict("Commands")),
        (0, 3, conflict("test::Position")),
    ];
    assert_eq!(edges, expected);
    let waves: Vec<_> = graph.nodes.iter().map(|node| (node.order, node.wave)).collect();
    assert_eq!(waves, [(0, Some(0)), (1, Some(1)), (2, Some(2)), (3, Some(3))]);
}

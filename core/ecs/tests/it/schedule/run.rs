//! Conditions, rates, switches, panics and statistics.

use super::{FRAME, Lab};
use crate::{Position, Speed};
use playground_core_ecs::model::checkpoint::Rewind;
use playground_core_ecs::model::schedule::{drive, drive::SystemPanic};
use playground_core_ecs::{
    Added, Changed, Commands, Component, EcsError, Entity, Query, Res, Stage, SystemParts, Time, condition,
};
use playground_core_types::{Atomic, Counter, Flag, Shared, Who};
use std::time::Duration;

#[test]
fn conditions_decide_each_run() {
    let mut lab = Lab::new();
    let (open, moved) = (Flag::new(false), |all: Query<Entity, Changed<Position>>| !all.is_empty());
    let gate = open.clone();
    lab.add(lab.note("gated").run_if(move || gate.load()))
        .add(lab.note("once").run_if(condition::once()))
        .add(lab.note("third").run_if(condition::every(3)))
        .add(lab.note("any").run_if(condition::any_with(Position::INFO)))
        .add(lab.note("none").run_if(condition::not(condition::any_with(Position::INFO))))
        .add(lab.note("moved").run_if(moved))
        .add(lab.note("both").run_if(condition::every(2)).run_if(|speed: Res<Speed>| speed.get().is_some()));
    assert_eq!(lab.ran(FRAME), ["once", "third", "none"]);
    let entity = lab.world.write().spawn((Position::default(),)).unwrap();
    assert_eq!(lab.ran(FRAME), ["any", "moved"]);
    open.store(true);
    assert_eq!(lab.ran(FRAME), ["gated", "any"]);
    lab.world.write().set_resource(Speed::default()).unwrap();
    lab.world.write().get_mut::<Position>(entity).unwrap().x = 1.0;
    assert_eq!(lab.ran(FRAME), ["gated", "third", "any", "moved"]);
    assert_eq!(lab.ran(FRAME), ["gated", "any", "both"]);
    let mut schedule = lab.world.schedule().write();
    let stats = schedule.stats("gated").unwrap();
    assert_eq!((stats.runs, stats.skipped), (3, 2));
    assert_eq!(schedule.info("third").unwrap().conditions, ["every 3 runs"]);
    assert_eq!(schedule.info("none").unwrap().conditions, ["not any with test::Position"]);
}

#[test]
fn a_condition_sees_what_systems_before_it_wrote() {
    let mut lab = Lab::new();
    lab.world.write().spawn((Position::default(),)).unwrap();
    let walk = |mut all: Query<&mut Position>| all.for_each(|position| position.x += 1.0);
    lab.add(SystemParts::new(Stage::Update, walk).named("walk"));
    lab.add(lab.note("far").run_if(|mut all: Query<&Position>| all.single().is_ok_and(|position| position.x > 1.5)));
    let waves: Vec<_> = lab.world.schedule().write().list().iter().map(|info| info.wave).collect();
    assert_eq!(waves, [Some(0), Some(1)], "the condition reads what `walk` writes");
    assert_eq!((lab.ran(FRAME).len(), lab.ran(FRAME).len()), (0, 1));
}

#[test]
fn a_fixed_rate_counts_exactly() {
    let mut lab = Lab::new();
    let seen: Shared<Vec<(f32, f64, u64)>> = Shared::new("seen", Vec::new());
    let (all, count) = (seen.clone(), Counter::new(0));
    let counted = count.clone();
    let look = move |time: Time| all.write().push((time.delta(), time.elapsed(), time.frame()));
    lab.add(SystemParts::new(Stage::Update, look).named("look").rate(10.0));
    lab.add(
        SystemParts::new(Stage::Update, move || {
            counted.fetch_add(1);
        })
        .named("count")
        .rate(50.0),
    );
    let runs: Vec<u64> = [0.25, 0.0, 0.06, 0.5]
        .into_iter()
        .map(|delta| {
            lab.update(delta);
            lab.world.schedule().read().stats("look").unwrap().runs
        })
        .collect();
    assert_eq!(runs, [2, 2, 3, 8]);
    let steps: Vec<_> = (1..=8).map(|step| (0.1, f64::from(step) / 10.0, step as u64)).collect();
    assert_eq!(*seen.read(), steps);
    assert_eq!(count.load(), 40, "12.5, 0, 3 and 25 steps, less the half that is owed");
    lab.world.schedule().write().rate("count", None).unwrap();
    lab.update(10.0);
    assert_eq!(count.load(), 41);
    let error = lab.world.schedule().write().rate("count", Some(f64::NAN)).unwrap_err();
    assert!(error.to_string().contains("NaN Hz is no rate"), "{error}");
}

#[test]
fn a_world_that_begins_anew_owes_no_steps() {
    let mut lab = Lab::new();
    lab.add(lab.note("slow").rate(30.0));
    assert_eq!((lab.ran(FRAME).len(), lab.ran(FRAME).len(), lab.ran(FRAME).len()), (0, 1, 0));
    lab.time = Time::default();
    assert_eq!((lab.ran(FRAME).len(), lab.ran(FRAME).len()), (0, 1));
}

#[test]
fn a_condition_of_a_fixed_rate_is_asked_when_a_step_is_due() {
    let mut lab = Lab::new();
    lab.add(lab.note("first").rate(30.0).run_if(condition::once()));
    assert_eq!(lab.ran(FRAME), [""; 0]);
    assert_eq!(lab.ran(FRAME), ["first"]);
    assert_eq!([lab.ran(FRAME), lab.ran(FRAME)], [[""; 0]; 2]);
}

#[test]
fn systems_and_modules_are_switched_apart_and_survive_a_reload() {
    let mut lab = Lab::new();
    lab.add(lab.note("a")).add(lab.note("b")).add(lab.note("c").disabled());
    lab.world.schedule().write().enable("b", false).unwrap();
    assert_eq!(lab.ran(FRAME), ["a"]);
    let mut schedule = lab.world.schedule().write();
    schedule.enable_module("lab", false);
    schedule.enable("c", true).unwrap();
    let info = schedule.info("c").unwrap();
    assert_eq!((info.enabled, info.module_enabled, info.wave), (true, false, None));
    drop(schedule);
    assert_eq!(lab.ran(FRAME), [""; 0]);
    let mut schedule = lab.world.schedule().write();
    schedule.rate("c", Some(60.0)).unwrap();
    schedule.order("a", &[], &["c"]).unwrap();
    schedule.replace("lab", vec![lab.note("a"), lab.note("b"), lab.note("c")]);
    assert_eq!(schedule.info("c").unwrap().rate, Some(60.0));
    drop(schedule);
    assert_eq!(lab.ran(FRAME), ["c", "a"], "a reload switches the module on, and keeps what was asked for");
    lab.world.schedule().write().unregister("a").unwrap();
    assert_eq!(lab.ran(FRAME), ["c"]);
}

#[test]
fn a_module_keeps_its_place_when_it_is_replaced() {
    let mut lab = Lab::new();
    for module in ["a", "b", "c"] {
        lab.world.schedule().write().replace(module, vec![lab.note(module)]);
    }
    lab.update(FRAME);
    lab.world.schedule().write().replace("b", vec![lab.note("b2"), lab.note("b")]);
    assert_eq!(lab.ran(FRAME), ["a", "b2", "b", "c"]);
    lab.world.schedule().write().replace("b", vec![]);
    assert_eq!(lab.ran(FRAME), ["a", "c"]);
}

#[test]
fn changes_are_seen_once_by_each_system() {
    let mut lab = Lab::new();
    let counts: [Counter; 3] = std::array::from_fn(|_| Counter::new(0));
    let [before, after, added] = counts.clone();
    lab.add(
        SystemParts::new(Stage::Update, move |all: Query<Entity, Changed<Position>>| {
            before.fetch_add(all.count() as u64);
        })
        .named("before"),
    );
    let mut walks = 2;
    let walk = move |mut all: Query<&mut Position>| {
        if walks > 0 {
            all.for_each(|position| position.x += 1.0);
        }
        walks -= i32::from(walks > 0);
    };
    lab.add(SystemParts::new(Stage::Update, walk).named("walk"));
    let count = move |all: Query<Entity, Changed<Position>>| {
        after.fetch_add(all.count() as u64);
    };
    lab.add(SystemParts::new(Stage::Update, count).named("after"));
    let new = move |all: Query<Entity, Added<Position>>| {
        added.fetch_add(all.count() as u64);
    };
    let parts = || SystemParts::new(Stage::Update, new.clone()).named("added");
    lab.world.schedule().write().replace("new", vec![parts()]);
    lab.world.write().spawn((Position::default(),)).unwrap();
    let seen: Vec<[u64; 3]> = (0..4)
        .map(|frame| {
            if frame == 2 {
                lab.world.schedule().write().replace("new", vec![parts()]);
            }
            lab.update(FRAME);
            counts.each_ref().map(|count| count.swap(0))
        })
        .collect();
    // `before` sees the spawn, then what `walk` did in the frame before; `after` sees it in the same frame.
    assert_eq!(seen, [[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]);
}

#[test]
fn a_panic_stops_its_module_and_nobody_else() {
    let mut lab = Lab::new();
    lab.world.write().spawn((Position::default(),)).unwrap();
    let fail = |mut all: Query<&mut Position>, mut commands: Commands| {
        commands.spawn((Speed::default(),));
        all.for_each(|_| panic!("no way"));
    };
    let parts = vec![lab.note("first"), SystemParts::new(Stage::Update, fail), lab.note("last")];
    let parts: Vec<SystemParts> = parts.into_iter().zip(["first", "fail", "last"]).map(|(p, n)| p.named(n)).collect();
    lab.world.schedule().write().replace("bad", parts);
    let asks = lab.note("asks").run_if(|| -> bool { panic!("asked") });
    lab.world.schedule().write().replace("worse", vec![asks]);
    lab.world.schedule().write().replace("good", vec![lab.note("good")]);
    let panic = |module: &str, system: &str, message: &str| SystemPanic {
        module: module.into(),
        system: system.into(),
        message: message.into(),
    };
    let panics = lab.update(FRAME);
    assert_eq!(panics, [panic("bad", "fail", "no way"), panic("worse", "asks", "its condition panicked: asked")]);
    assert_eq!(*lab.log.read(), ["first", "last", "good"]);
    assert_eq!(lab.world.read().len(), 2, "what it asked for before is done");
    assert_eq!(lab.ran(FRAME), ["good"]);
}

#[test]
fn commands_that_fail_are_a_problem_that_is_told_once() {
    let mut lab = Lab::new();
    let entity = lab.world.write().spawn((Position::default(),)).unwrap();
    #[derive(Component, Clone, Default)]
    #[component(crate = playground_core_ecs, name = "test::Position")]
    struct Other {
        other: bool,
    }
    let add = move |mut commands: Commands| commands.add(entity, Other::default());
    lab.add(SystemParts::new(Stage::Update, add).named("add"));
    lab.update(FRAME);
    let problems = lab.world.schedule().write().take_problems();
    assert!(matches!(problems[..], [EcsError::Schema { .. } | EcsError::Panicked { .. }]), "{problems:?}");
    assert_eq!(lab.world.schedule().write().take_problems(), []);
}

#[test]
fn a_system_may_ask_the_schedule_but_not_run_it() {
    let mut lab = Lab::new();
    let (world, answers) = (lab.world.clone(), Shared::new("answers", Vec::new()));
    let found = answers.clone();
    let ask = move || {
        let mut schedule = world.schedule().write();
        let names: Vec<String> = schedule.list().into_iter().map(|info| info.name).collect();
        schedule.enable("b", false).unwrap();
        schedule.replace("new", vec![SystemParts::new(Stage::Update, || ()).named("n")]);
        drop(schedule);
        let refused = [
            drive::run_stage(&world, Stage::Editor, Time::default()).unwrap_err(),
            drive::run_once(&world, "b", Time::default()).unwrap_err(),
            drive::step(&world, Time::default(), 1).unwrap_err(),
        ];
        assert_eq!(refused, [EcsError::Running, EcsError::Running, EcsError::Running]);
        found.write().extend(names);
    };
    lab.add(SystemParts::new(Stage::Update, ask).named("ask")).add(lab.note("b"));
    assert_eq!(lab.ran(FRAME), ["b"], "what was handed out runs to its end");
    assert_eq!(*answers.read(), ["ask", "b"]);
    assert_eq!(lab.ran(FRAME), [""; 0]);
    let names: Vec<String> = lab.world.schedule().write().list().into_iter().map(|info| info.name).collect();
    assert_eq!(names, ["ask", "b", "n"], "nobody was lost on the way");
}

#[test]
fn one_system_runs_now() {
    let mut lab = Lab::new();
    let spawn = |mut commands: Commands, time: Time| {
        commands.spawn((Speed { value: time.delta() },));
    };
    lab.add(SystemParts::new(Stage::Update, spawn).named("spawn").disabled().run_if(|| false).rate(1.0));
    lab.add(lab.note("other"));
    assert_eq!(drive::run_once(&lab.world, "lab::spawn", Time::new(0.5, 0.0, 0)), Ok(vec![]));
    assert_eq!(
        (lab.world.read().len(), lab.log.read().len()),
        (1, 0),
        "the commands were carried out, nobody else ran"
    );
    let given = {
        let storage = lab.world.read();
        let mut all: Query<&Speed> = storage.query();
        all.single().unwrap().value
    };
    assert_eq!(given, 0.5, "its clock is the one that was given, not that of its rate");
    assert_eq!(lab.ran(FRAME), ["other"]);
    assert!(matches!(drive::run_once(&lab.world, "nobody", lab.time), Err(EcsError::NoSystem { .. })));
    assert_eq!(lab.world.schedule().read().stats("spawn").unwrap().runs, 1);
}

#[test]
fn steps_run_the_stages_of_playing_in_order() {
    let lab = Lab::new();
    for stage in [Stage::Editor, Stage::PostUpdate, Stage::Update, Stage::PreUpdate] {
        lab.add(SystemParts { stage, ..lab.note(stage.name()) });
    }
    let (time, panics) = drive::step(&lab.world, Time::new(0.5, 1.0, 1), 2).unwrap();
    assert_eq!((time, panics), (Time::new(0.5, 2.0, 3), vec![]));
    assert_eq!(*lab.log.read(), ["PreUpdate", "Update", "PostUpdate", "PreUpdate", "Update", "PostUpdate"]);
    let stages: Vec<Stage> = lab.world.schedule().write().list().iter().map(|info| info.stage).collect();
    assert_eq!(stages, Stage::ALL);
    assert_eq!((Stage::named("postupdate"), Stage::named("never")), (Some(Stage::PostUpdate), None));
}

#[test]
fn statistics_are_kept_per_system() {
    let mut lab = Lab::new();
    lab.add(lab.note("a")).add(lab.note("b").rate(120.0));
    for _ in 0..5 {
        lab.update(FRAME);
    }
    let schedule = lab.world.schedule().read();
    let (a, b) = (schedule.stats("a").unwrap(), schedule.stats("b").unwrap());
    assert_eq!((a.runs, b.runs), (5, 10));
    for stats in [a, b] {
        assert_eq!(stats.distribution.count, stats.runs);
        assert_eq!(stats.max.as_nanos(), u128::from(stats.distribution.max_ns));
        assert!(stats.last <= stats.max && stats.average <= stats.max && stats.max > Duration::ZERO, "{stats:?}");
    }
    // Five runs with three ticks each; the last two of each are those of `b`.
    assert_eq!(b.last_tick - a.last_tick, 2);
}

#[test]
fn numbers_of_locks_have_names_that_outlive_a_reload() {
    let mut lab = Lab::new();
    lab.world.write().spawn((Position::default(),)).unwrap();
    let (world, holder) = (lab.world.clone(), Atomic::new(0_u32));
    let seen = holder.clone();
    lab.add(lab.note("first"));
    // The world is written while it runs, so the pool is found through a query of its own.
    let hold = move |all: Query<&Position>| {
        seen.store(world.schedule().read().systems().iter().find(|record| record.name == "hold").unwrap().who.0);
        drop(all);
    };
    lab.add(SystemParts::new(Stage::Update, hold).named("hold"));
    lab.update(FRAME);
    let who = Who(holder.load());
    let mut schedule = lab.world.schedule().write();
    assert_eq!(schedule.name_of(who), Some(("lab", "hold")));
    assert_eq!((schedule.name_of(Who::UNKNOWN), schedule.name_of(Who(99))), (None, None));
    schedule.replace("lab", vec![lab.note("new")]);
    assert_eq!(schedule.name_of(who), Some(("lab", "hold")));
}

#[test]
fn a_rate_goes_on_from_a_checkpoint_as_it_did_the_first_time() {
    let mut lab = Lab::new();
    lab.add(lab.note("often").rate(25.0));
    let run = |lab: &mut Lab, frames: usize| (0..frames).map(|_| lab.ran(FRAME).len()).collect::<Vec<_>>();
    run(&mut lab, 7);
    let (time, _) = (lab.time, lab.world.checkpoint().unwrap());
    let first = run(&mut lab, 11);
    assert!(first.contains(&0) && first.contains(&1), "{first:?}");
    lab.world.rewind(Rewind::Back(0)).unwrap();
    assert_eq!(run(&mut lab, 11), first, "the frames count on");
    lab.world.rewind(Rewind::Back(0)).unwrap();
    lab.time = time;
    assert_eq!(run(&mut lab, 11), first, "the frames went back, too");
}

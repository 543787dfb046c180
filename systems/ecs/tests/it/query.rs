//! Queries put together at run time, through the contract.

use crate::{ecs, world};
use playground::ecs::model::query_table::{QueryDescription, QueryId};
use playground::ecs::{ComponentId, EcsError};
use playground::prelude::*;

#[derive(Component, Clone, Default, Debug)]
struct Wheel {
    turns: f32,
}

#[derive(Component, Clone, Default, Debug)]
struct Motor {
    power: f32,
}

#[derive(Component, Clone, Default, Debug)]
#[component(sparse)]
struct Burning;

const WHEEL: ComponentId = Wheel::INFO.id;
const MOTOR: ComponentId = Motor::INFO.id;
const BURNING: ComponentId = Burning::INFO.id;

/// Entities: 0 and 1 have a wheel, 2 a wheel and a motor, 3 a motor; 1 and 2 burn.
fn garage() -> (Handle<World>, Vec<Entity>) {
    let world = world();
    let mut storage = world.write();
    let all = vec![
        storage.spawn((Wheel::default(),)).unwrap(),
        storage.spawn((Wheel::default(), Burning)).unwrap(),
        storage.spawn((Wheel::default(), Motor::default(), Burning)).unwrap(),
        storage.spawn((Motor::default(),)).unwrap(),
    ];
    drop(storage);
    (world, all)
}

fn create(world: &Handle<World>, text: &str) -> QueryId {
    let description = ecs().queries().read(world, text).unwrap();
    ecs().queries().create(world, text, description).unwrap()
}

/// A component as a system writes it.
fn turn(world: &Handle<World>, entity: Entity) {
    let storage = world.read();
    let mut wheels: Query<&mut Wheel> = storage.query();
    wheels.get_mut(entity).unwrap().turns += 1.0;
}

#[test]
fn a_query_finds_what_it_describes() {
    let (world, all) = garage();
    #[track_caller]
    fn check(world: &Handle<World>, all: &[Entity], text: &str, expected: &[usize]) {
        let ecs = ecs();
        let queries = ecs.queries();
        let query = create(world, text);
        let expected: Vec<Entity> = expected.iter().map(|at| all[*at]).collect();
        assert_eq!(queries.matching(world, query).unwrap(), expected, "{text}");
        assert_eq!(queries.count(world, query).unwrap(), expected.len(), "{text}");
        assert_eq!(queries.is_empty(world, query).unwrap(), expected.is_empty(), "{text}");
        assert_eq!(queries.first(world, query).unwrap(), expected.first().copied(), "{text}");
        for entity in all {
            assert_eq!(
                queries.contains(world, query, *entity).unwrap(),
                expected.contains(entity),
                "{text} {entity:?}"
            );
        }
        let rows: usize = queries.chunks(world, query).unwrap().iter().map(|rows| rows.entities).sum();
        assert_eq!(rows, expected.len(), "{text}");
        let explained = queries.explain(world, query).unwrap();
        assert_eq!(explained.iter().map(|one| one.matching).sum::<usize>(), expected.len(), "{text}");
    }
    check(&world, &all, "has:Wheel", &[0, 1, 2]);
    check(&world, &all, "reads:Wheel writes:Motor", &[2]);
    check(&world, &all, "reads:Wheel not:Motor", &[0, 1]);
    check(&world, &all, "optional:Motor with:Wheel", &[0, 1, 2]);
    check(&world, &all, "has:Burning", &[1, 2]);
    check(&world, &all, "has:Wheel not:Burning", &[0]);
    check(&world, &all, "writes:Burning without:Motor", &[1]);
    check(&world, &all, "not:Wheel not:Motor", &[]);
    check(&world, &all, "", &[0, 1, 2, 3]);
}

#[test]
fn a_text_is_read_and_written_again() {
    let (world, _) = garage();
    let text = "has:Wheel not:Motor changed:Burning has:Wheel";
    let description = ecs().queries().read(&world, text).unwrap();
    let expected =
        QueryDescription { with: vec![WHEEL], without: vec![MOTOR], changed: vec![BURNING], ..Default::default() };
    assert_eq!(description, expected);
    let written = description.write(&world.read());
    assert_eq!(ecs().queries().read(&world, &written), Ok(expected), "{written}");
    for (text, expected) in [
        ("Wheel", "`Wheel` is no term of a query"),
        ("has:", "`has:` is no term of a query"),
        ("like:Wheel", "`like:Wheel` is no term of a query"),
        ("has:Wheal", "did you mean"),
        ("has:Wheel not:Wheel", "both as `with` and as `without`"),
        ("reads:Motor writes:Motor", "both as `reads` and as `writes`"),
        ("optional:Motor not:Motor", "both as `optional` and as `without`"),
        ("changed:Motor not:Motor", "both as `without` and as `changed`"),
    ] {
        let error = ecs().queries().read(&world, text).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
    for fine in ["has:Wheel writes:Wheel changed:Wheel added:Wheel", "optional:Motor has:Motor"] {
        ecs().queries().read(&world, fine).unwrap();
    }
}

#[test]
fn queries_are_kept_until_they_are_removed() {
    let (world, _) = garage();
    let (first, second) = (create(&world, "has:Wheel"), create(&world, "has:Motor"));
    let listed: Vec<(QueryId, String)> =
        ecs().queries().list(&world).into_iter().map(|info| (info.id, info.name)).collect();
    assert_eq!(listed, [(first, "has:Wheel".to_owned()), (second, "has:Motor".to_owned())]);
    ecs().queries().remove(&world, first).unwrap();
    let gone = EcsError::NoQuery { number: first.number(), known: format!("{} (has:Motor)", second.number()) };
    assert_eq!(ecs().queries().count(&world, first), Err(gone.clone()));
    assert_eq!(ecs().queries().remove(&world, first), Err(gone.clone()));
    assert_eq!(ecs().queries().stats(&world, first), Err(gone));
    assert!(create(&world, "") > second, "a number is never given twice");
    let unknown = QueryDescription { reads: vec![ComponentId::from_name("no::Such")], ..Default::default() };
    assert!(matches!(ecs().queries().create(&world, "", unknown), Err(EcsError::NoComponent { .. })));
}

#[test]
fn a_query_is_refined_and_a_conflict_leaves_it() {
    let (world, all) = garage();
    let (ecs, query) = (ecs(), create(&world, ""));
    ecs.queries().with(&world, query, WHEEL).unwrap();
    assert_eq!(ecs.queries().count(&world, query), Ok(3));
    ecs.queries().without(&world, query, MOTOR).unwrap();
    assert_eq!(ecs.queries().count(&world, query), Ok(2));
    let conflict = EcsError::QueryConflict { component: Wheel::INFO.name, first: "with", second: "without" };
    assert_eq!(ecs.queries().without(&world, query, WHEEL), Err(conflict));
    let conflict = EcsError::QueryConflict { component: Motor::INFO.name, first: "without", second: "added" };
    assert_eq!(ecs.queries().added(&world, query, MOTOR), Err(conflict.clone()));
    assert_eq!(
        conflict.to_string(),
        format!("the query asks for {} both as `without` and as `added`; take one of them away", Motor::INFO.name)
    );
    assert_eq!(ecs.queries().matching(&world, query), Ok(vec![all[0], all[1]]));
    ecs.queries().changed(&world, query, WHEEL).unwrap();
    assert_eq!(ecs.queries().count(&world, query), Ok(0), "nothing was written since the look in the line before");
    turn(&world, all[1]);
    assert_eq!(ecs.queries().count(&world, query), Ok(2), "the chunk of both");
}

#[test]
fn changes_count_from_the_last_look() {
    let (world, all) = garage();
    let (ecs, changed, added) = (ecs(), create(&world, "changed:Wheel has:Motor"), create(&world, "added:Wheel"));
    assert_eq!(ecs.queries().matching(&world, changed), Ok(vec![all[2]]), "everything is new to a new query");
    assert_eq!(ecs.queries().matching(&world, added), Ok(vec![all[0], all[1], all[2]]));
    assert_eq!((ecs.queries().count(&world, changed), ecs.queries().count(&world, added)), (Ok(0), Ok(0)));
    turn(&world, all[2]);
    assert_eq!(ecs.queries().count(&world, changed), Ok(1));
    assert_eq!(ecs.queries().count(&world, changed), Ok(1), "asking how many is no look");
    assert_eq!(ecs.queries().is_empty(&world, added), Ok(true), "a write is no arrival");
    assert_eq!(ecs.queries().matching(&world, changed), Ok(vec![all[2]]));
    assert_eq!(ecs.queries().matching(&world, changed), Ok(vec![]));
    world.write().add(all[3], Wheel::default()).unwrap();
    assert_eq!(ecs.queries().contains(&world, added, all[3]), Ok(true));
    assert_eq!(ecs.queries().contains(&world, added, all[0]), Ok(false), "another archetype");
    // Sparse components have chunks of their own.
    let burning = create(&world, "added:Burning");
    assert_eq!(ecs.queries().matching(&world, burning).unwrap().len(), 2);
    assert_eq!(ecs.queries().count(&world, burning), Ok(0));
    world.write().add(all[0], Burning).unwrap();
    assert!(ecs.queries().contains(&world, burning, all[0]).unwrap());
    assert!(!ecs.queries().contains(&world, burning, all[3]).unwrap());
}

#[test]
fn chunks_tell_rows_and_ticks() {
    let world = world();
    world.write().spawn_batch((0..1500).map(|_| (Wheel::default(),))).unwrap();
    let (ecs, query) = (ecs(), create(&world, "changed:Wheel"));
    let all = ecs.queries().matching(&world, query).unwrap();
    turn(&world, all[1200]);
    let rows = ecs.queries().chunks(&world, query).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].components.as_slice(), rows[0].entities), ([Wheel::INFO.name].as_slice(), 1500 - 1024));
    let (old, new) = (&rows[0].chunks[0], &rows[0].chunks[1]);
    assert_eq!((old.rows.clone(), old.passes, new.rows.clone(), new.passes), (0..1024, false, 1024..1500, true));
    assert!(new.written > old.written && new.written > new.came, "{old:?} {new:?}");
    assert_eq!(ecs.queries().first(&world, query), Ok(Some(all[1024])));
}

#[test]
fn explain_says_why() {
    let (world, all) = garage();
    let (ecs, query) = (ecs(), create(&world, "reads:Wheel not:Motor has:Burning"));
    let why = |world: &Handle<World>| -> Vec<String> {
        ecs.queries().explain(world, query).unwrap().into_iter().map(|one| one.why).collect()
    };
    let (wheel, motor, burning) = (Wheel::INFO.name, Motor::INFO.name, Burning::INFO.name);
    let expected = [
        format!("1 of 2 entities match: 1 of its 2 entities have {burning}"),
        format!("no entity matches: it has {motor}, which is excluded"),
        format!(
            "no entity matches: it lacks {wheel}; 0 of its 1 entities have {burning}; it has {motor}, which is excluded"
        ),
    ];
    assert_eq!(why(&world), expected);
    ecs.queries().changed(&world, query, WHEEL).unwrap();
    ecs.queries().matching(&world, query).unwrap();
    assert!(
        why(&world)[0].contains(&format!("1 of 1 of its chunks have no changed {wheel} since tick")),
        "{:?}",
        why(&world)
    );
    world.write().despawn_batch(&all[..2]);
    let plain = create(&world, "has:Wheel not:Motor");
    let empty = ecs.queries().explain(&world, plain).unwrap();
    assert_eq!(empty[0].why, "it has all that is asked for, but no entities");
    let whole = create(&world, "has:Motor has:Wheel");
    assert_eq!(ecs.queries().explain(&world, whole).unwrap()[1].why, "all 1 entities match");
}

#[test]
fn a_component_that_is_forgotten_matches_nobody() {
    let (world, all) = garage();
    let (ecs, query) = (ecs(), create(&world, "has:Burning"));
    for entity in [all[1], all[2]] {
        ecs.components().remove(&world, entity, BURNING).unwrap();
    }
    ecs.components().unregister(&world, BURNING).unwrap();
    assert_eq!(ecs.queries().count(&world, query), Ok(0));
    let why = &ecs.queries().explain(&world, query).unwrap()[0].why;
    assert!(why.contains("not registered any more"), "{why}");
}

#[test]
fn stats_count_each_question() {
    let (world, all) = garage();
    let (ecs, query) = (ecs(), create(&world, "has:Wheel"));
    assert_eq!(ecs.queries().stats(&world, query).unwrap(), Default::default());
    ecs.queries().count(&world, query).unwrap();
    ecs.queries().matching(&world, query).unwrap();
    ecs.queries().contains(&world, query, all[0]).unwrap();
    let stats = ecs.queries().stats(&world, query).unwrap();
    assert_eq!((stats.runs, stats.archetypes), (3, 2));
    assert!(!stats.last.is_zero());
    assert_eq!(ecs.queries().list(&world)[0].stats, stats);
}

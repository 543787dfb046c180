//! Structural changes that wait for the end of a stage.

use crate::{Label, Position, Speed};
use playground_core_ecs::model::commands::{CommandQueue, Commands};
use playground_core_ecs::{Component, EcsError, Entity, Query, Storage, Value};
use playground_core_types::Who;

/// Belongs to another entity.
#[derive(Component, Clone, Default, Debug, PartialEq)]
#[component(crate = playground_core_ecs, name = "test::Owner")]
struct Owner {
    entity: Entity,
}

/// Few have it.
#[derive(Component, Clone, Default, Debug, PartialEq)]
#[component(crate = playground_core_ecs, name = "test::Mark", sparse)]
struct Mark {
    number: u32,
}

#[test]
fn an_entity_has_its_id_before_it_lives() {
    let mut storage = Storage::default();
    let first = storage.spawn((Position::default(),)).unwrap();
    let second = storage.spawn((Position::default(),)).unwrap();
    storage.despawn(first).unwrap();
    let queue = CommandQueue::default();
    let (parent, child) = {
        let mut commands = Commands::new(&queue, &storage, Who::UNKNOWN);
        let parent = commands.spawn((Label { text: "parent".into() }, Mark { number: 1 }));
        let child = commands.spawn((Owner { entity: parent }, Position { x: 1.0, y: 0.0 }));
        commands.add(child, Speed { value: 3.0 });
        commands.add(parent, Speed { value: 4.0 });
        commands.remove(parent, Label::INFO);
        commands.despawn(second);
        (parent, child)
    };
    assert!(!storage.exists(parent) && !storage.exists(child), "commands wait");
    queue.apply(&mut storage).unwrap();
    assert_eq!(storage.len(), 2);
    assert_eq!(storage.value(child, Owner::INFO.id).unwrap().field("entity"), Some(&Value::Entity(parent)));
    assert_eq!(storage.get_mut(child), Ok(&mut Speed { value: 3.0 }));
    assert_eq!(storage.get_mut(parent), Ok(&mut Speed { value: 4.0 }));
    assert_eq!(storage.get_mut(parent), Ok(&mut Mark { number: 1 }));
    assert!(!storage.has(parent, Label::INFO.id));
}

#[test]
fn many_spawns_keep_their_components_together() {
    let mut storage = Storage::default();
    let queue = CommandQueue::default();
    for round in 0..3_u32 {
        let spawned: Vec<(Entity, u32)> = {
            let mut commands = Commands::new(&queue, &storage, Who::UNKNOWN);
            let spawn = |n: u32| {
                let n = round * 10_000 + n;
                let position = Position { x: n as f32, y: 0.0 };
                let entity = match n % 3 {
                    0 => commands.spawn((position,)),
                    1 => commands.spawn((position, Label { text: n.to_string() })),
                    _ => commands.spawn((Mark { number: n }, position)),
                };
                (entity, n)
            };
            (0..3000).map(spawn).collect()
        };
        queue.apply(&mut storage).unwrap();
        for (entity, n) in spawned {
            assert_eq!(storage.read(entity, |position: &Position| position.x as u32), Ok(n));
            match n % 3 {
                0 => assert_eq!(storage.components_of(entity).unwrap().count(), 1),
                1 => assert_eq!(storage.read(entity, |label: &Label| label.text.clone()), Ok(n.to_string())),
                _ => assert_eq!(storage.read(entity, |mark: &Mark| mark.number), Ok(n)),
            }
        }
    }
    assert_eq!(storage.len(), 9000);
}

#[test]
fn ids_stay_right_when_the_world_changes_before_the_end_of_the_stage() {
    let mut storage = Storage::default();
    let queue = CommandQueue::default();
    let reserved = Commands::new(&queue, &storage, Who::UNKNOWN).spawn((Position { x: 5.0, y: 0.0 },));
    let thief = storage.spawn((Position { x: 6.0, y: 0.0 },)).unwrap();
    assert_eq!(reserved, thief, "nobody told the world that the id was reserved");
    queue.apply(&mut storage).unwrap();
    assert_eq!(storage.len(), 2);
    assert_eq!(storage.read(thief, |position: &Position| position.x), Ok(6.0));
}

#[test]
fn a_mistake_is_reported_and_the_others_are_carried_out() {
    let mut storage = Storage::default();
    let queue = CommandQueue::default();
    let spawned = {
        let mut commands = Commands::new(&queue, &storage, Who::UNKNOWN);
        assert_eq!(commands.spawn((Speed::default(), Speed::default())), Entity::NONE);
        commands.despawn(Entity::new(77, 0));
        commands.spawn((Speed { value: 1.0 },))
    };
    let error = queue.apply(&mut storage).unwrap_err();
    assert_eq!(error.to_string(), "the component test::Speed is given twice for one entity");
    assert_eq!((storage.len(), storage.get_mut(spawned)), (1, Ok(&mut Speed { value: 1.0 })));
}

#[test]
fn commands_from_before_a_reload_are_dropped_and_say_so() {
    let mut storage = Storage::default();
    storage.pool_of(Speed::INFO).unwrap();
    let queue = CommandQueue::default();
    Commands::new(&queue, &storage, Who::UNKNOWN).spawn((Speed::default(),));
    storage.adopt(Speed::INFO).unwrap();
    let error = queue.apply(&mut storage).unwrap_err();
    assert!(error.to_string().starts_with("1 commands from before a reload were dropped"), "{error}");
    Commands::new(&queue, &storage, Who::UNKNOWN).spawn((Speed::default(),));
    queue.apply(&mut storage).unwrap();
    assert_eq!(storage.len(), 1);
}

#[test]
fn commands_from_before_a_reload_are_told_also_if_more_follow() {
    let (mut storage, queue) = (Storage::default(), CommandQueue::default());
    storage.spawn((Speed { value: 1.0 },)).unwrap();
    Commands::new(&queue, &storage, Who::UNKNOWN).spawn((Speed { value: 2.0 },));
    storage.adopt(Speed::INFO).unwrap();
    Commands::new(&queue, &storage, Who::UNKNOWN).spawn((Speed { value: 3.0 },));
    assert_eq!(queue.apply(&mut storage), Err(EcsError::Reloaded { waiting: 1 }));
    let mut query: Query<&Speed> = storage.query();
    let mut speeds = Vec::new();
    query.for_each(|speed| speeds.push(speed.value));
    assert_eq!(speeds, [1.0, 3.0]);
}

#[test]
fn the_queue_is_held_in_the_name_of_the_system() {
    let (storage, queue) = (Storage::default(), CommandQueue::default());
    let commands = Commands::new(&queue, &storage, Who(7));
    assert_eq!(queue.stats().holder, Some(Who(7)));
    drop(commands);
    assert_eq!(queue.stats().holder, None);
}

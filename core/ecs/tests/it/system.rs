//! Functions as systems, and the changes that they ask for.

use crate::{Position, Speed};
use playground_core_ecs::model::commands::{CommandQueue, Commands};
use playground_core_ecs::model::events::Events;
use playground_core_ecs::system::{Frame, IntoSystem, System};
use playground_core_ecs::{Component, Entity, Query, Storage, Time};
use playground_core_types::Shared;

fn advance(time: Time, mut moving: Query<(&mut Position, &Speed)>) {
    moving.for_each(|(position, speed)| position.x += speed.value * time.delta());
}

fn split(mut commands: Commands, mut all: Query<(Entity, &Position)>) {
    all.for_each(|(entity, position)| {
        commands.despawn(entity);
        commands.spawn((Position { x: position.x / 2.0, y: 0.0 }, Speed { value: 1.0 }));
        commands.add(entity, Speed { value: 9.0 });
    });
}

fn system<P>(function: impl IntoSystem<P>) -> (&'static str, Box<dyn System>) {
    function.into_system()
}

#[test]
fn a_function_is_a_system_with_its_name_and_access() {
    let (name, system) = system(advance);
    assert_eq!(name, "advance");
    let access: Vec<_> = system.access().terms.iter().map(|term| (term.info.name, term.write)).collect();
    assert_eq!(access, [("test::Position", true), ("test::Speed", false)]);
}

#[test]
fn generic_functions_and_closures_have_names() {
    fn spin<T: Component>(_: Query<&T>) {}
    assert_eq!(system(spin::<Position>).0, "spin");
    assert_eq!(system(|_: Time| ()).0, "closure");
}

#[test]
fn systems_run_over_the_world_and_their_commands_come_afterwards() {
    let mut world = Storage::default();
    let entity = world.spawn((Position { x: 1.0, y: 0.0 }, Speed { value: 2.0 })).unwrap();
    let (commands, events) = (CommandQueue::default(), Shared::new("events", Events::default()));
    let (_, mut advance) = system(advance);
    let (_, mut split) = system(split);
    {
        let frame = Frame::new(&world, Time::new(0.5, 0.0, 0), &commands, &events);
        advance.run(&frame);
        split.run(&frame);
        assert!(world.exists(entity), "commands wait");
    }
    commands.apply(&mut world).unwrap();
    assert!(!world.exists(entity));
    let only = world.entities().next().unwrap();
    assert_eq!(world.len(), 1);
    assert_eq!(world.get_mut(only), Ok(&mut Position { x: 1.0, y: 0.0 }));
    assert!(world.has(only, Speed::INFO.id));
}

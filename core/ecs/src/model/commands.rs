//! Structural changes asked for while a stage runs, carried out at its end.

use super::storage::Storage;
use crate::{Component, EcsError};
use playground_core_types::Lock;
use playground_engine_types::{ComponentInfo, Entity, Value};

/// Changes that wait for the end of the stage.
pub struct CommandQueue(Lock<Vec<Command>>);

enum Command {
    Spawn(Vec<(&'static ComponentInfo, Value)>),
    Despawn(Entity),
    Add(Entity, &'static ComponentInfo, Value),
    Remove(Entity, &'static ComponentInfo),
}

/// A system's way to change which entities and components there are.
pub struct Commands<'w>(&'w CommandQueue);

impl<'w> Commands<'w> {
    /// Commands that go to `queue`.
    pub fn new(queue: &'w CommandQueue) -> Self {
        Self(queue)
    }

    /// Spawns an entity with these components.
    pub fn spawn(&mut self, bundle: impl CommandBundle) {
        self.0.push(Command::Spawn(bundle.values()));
    }

    /// Ends an entity; nothing happens if it has ended already.
    pub fn despawn(&mut self, entity: Entity) {
        self.0.push(Command::Despawn(entity));
    }

    /// Adds a component to an entity, or replaces it.
    pub fn add<T: Component>(&mut self, entity: Entity, component: T) {
        self.0.push(Command::Add(entity, T::INFO, component.to_value()));
    }

    /// Removes a component, named by its description such as `Orbit::INFO`.
    pub fn remove(&mut self, entity: Entity, info: &'static ComponentInfo) {
        self.0.push(Command::Remove(entity, info));
    }
}

impl Default for CommandQueue {
    fn default() -> Self {
        Self(Lock::new("commands", Vec::new()))
    }
}

impl CommandQueue {
    fn push(&self, command: Command) {
        self.0.write().push(command);
    }

    /// Carries all of them out in order. Commands about entities that ended meanwhile are skipped.
    ///
    /// # Errors
    /// The first command that failed for another reason; those after it are carried out all the same.
    pub fn apply(&self, storage: &mut Storage) -> Result<(), EcsError> {
        let mut first = Ok(());
        for command in std::mem::take(&mut *self.0.write()) {
            match command.apply(storage) {
                Ok(()) | Err(EcsError::NoEntity(_) | EcsError::Missing { .. }) => {}
                Err(error) => first = first.and(Err(error)),
            }
        }
        first
    }
}

impl Command {
    fn apply(self, storage: &mut Storage) -> Result<(), EcsError> {
        match self {
            Command::Spawn(components) => {
                for (info, _) in &components {
                    storage.pool_of(info)?;
                }
                let values: Vec<_> = components.into_iter().map(|(info, value)| (info.id, value)).collect();
                storage.spawn_values(&values).map(drop)
            }
            Command::Despawn(entity) => storage.despawn(entity),
            Command::Add(entity, info, value) => {
                storage.pool_of(info)?;
                if storage.has(entity, info.id) {
                    storage.set_value(entity, info.id, "", &value)
                } else {
                    storage.add_value(entity, info.id, Some(&value))
                }
            }
            Command::Remove(entity, info) => storage.remove(entity, info.id),
        }
    }
}

/// Components that a command spawns: a tuple of up to eight.
pub trait CommandBundle {
    /// The components as values.
    fn values(&self) -> Vec<(&'static ComponentInfo, Value)>;
}

macro_rules! command_bundle {
    ($($name:ident)*) => {
        #[allow(non_snake_case)] // the macro names a value after its type
        impl<$($name: Component),*> CommandBundle for ($($name,)*) {
            fn values(&self) -> Vec<(&'static ComponentInfo, Value)> {
                let ($($name,)*) = self;
                vec![$(($name::INFO, $name.to_value())),*]
            }
        }
    };
}
command_bundle!();
command_bundle!(A);
command_bundle!(A B);
command_bundle!(A B C);
command_bundle!(A B C D);
command_bundle!(A B C D E);
command_bundle!(A B C D E F);
command_bundle!(A B C D E F G);
command_bundle!(A B C D E F G H);

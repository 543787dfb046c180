//! Structural changes asked for while a stage runs, carried out at its end.
//!
//! Components wait in tables like those of a world, so that whole columns move over; nothing becomes a value on the
//! way.

use super::{bundle::Bundle, component::Component, entities::Reservation, error::EcsError, storage::Storage};
use playground_core_types::{Lock, LockStats, Who, WriteGuard};
use playground_engine_types::{ComponentInfo, Entity};

/// Changes that wait for the end of the stage.
pub struct CommandQueue(Lock<Queue>);

/// The changes themselves.
#[derive(Default)]
pub struct Queue {
    /// Entities to spawn, in tables of their own; by slot there, the entity that each is going to be.
    spawns: Storage,
    reserved: Vec<Entity>,
    /// Valid as long as the world has this structure.
    reservation: Option<(u64, Reservation)>,
    /// Components to add, one per entity of these tables.
    adds: Storage,
    changes: Vec<Change>,
    adoptions: u64,
    failed: Option<EcsError>,
}

enum Change {
    Despawn(Entity),
    Add { entity: Entity, info: &'static ComponentInfo, staged: Entity },
    Remove(Entity, &'static ComponentInfo),
}

/// A system's way to change which entities and components there are. Takes effect at the end of the stage.
pub struct Commands<'w> {
    queue: WriteGuard<'w, Queue>,
    storage: &'w Storage,
}

impl<'w> Commands<'w> {
    /// Commands that go to `queue`. Its lock is held, in the name of `who`, until they are dropped.
    pub fn new(queue: &'w CommandQueue, storage: &'w Storage, who: Who) -> Self {
        let mut guard = queue.0.write_as(who);
        // Tables made by an earlier generation of a module are not filled by a later one.
        if let Err(lost) = guard.renew(storage) {
            guard.failed.get_or_insert(lost);
        }
        Self { queue: guard, storage }
    }

    /// Spawns an entity with these components. Its id is valid from now on in commands and in components; queries find
    /// it after the stage.
    pub fn spawn(&mut self, bundle: impl Bundle) -> Entity {
        let Queue { spawns, reserved, reservation, failed, .. } = &mut *self.queue;
        let structure = self.storage.structure();
        let (_, next) = reservation.get_or_insert_with(|| (structure, self.storage.reservation()));
        // The reservation moves on only with the entity in the tables, so that the two stay in step.
        let mut after = *next;
        let entity = self.storage.slots().reserve_next(&mut after);
        match entity.ok_or_else(EcsError::full).and_then(|entity| spawns.spawn(bundle).map(|_| entity)) {
            Ok(entity) => {
                *next = after;
                reserved.push(entity);
                entity
            }
            Err(error) => {
                failed.get_or_insert(error);
                Entity::NONE
            }
        }
    }

    /// Ends an entity; nothing happens if it has ended already.
    pub fn despawn(&mut self, entity: Entity) {
        self.queue.changes.push(Change::Despawn(entity));
    }

    /// Adds a component to an entity, or replaces it.
    pub fn add<T: Component>(&mut self, entity: Entity, component: T) {
        match self.queue.adds.spawn((component,)) {
            Ok(staged) => self.queue.changes.push(Change::Add { entity, info: T::INFO, staged }),
            Err(error) => {
                self.queue.failed.get_or_insert(error);
            }
        }
    }

    /// Removes a component, named by its description such as `Orbit::INFO`.
    pub fn remove(&mut self, entity: Entity, info: &'static ComponentInfo) {
        self.queue.changes.push(Change::Remove(entity, info));
    }
}

impl Default for CommandQueue {
    fn default() -> Self {
        Self(Lock::new("commands", Queue::default()))
    }
}

impl CommandQueue {
    /// What happened to the queue's lock.
    pub fn stats(&self) -> LockStats {
        self.0.stats()
    }

    /// Carries all of them out: first what is spawned, then the other changes in their order. Changes of entities that
    /// ended meanwhile are skipped.
    ///
    /// # Errors
    /// The first change that failed for another reason; those after it are carried out all the same.
    pub fn apply(&self, storage: &mut Storage) -> Result<(), EcsError> {
        let mut queue = self.0.write();
        let mut first = queue.failed.take().map_or(Ok(()), Err);
        first = first.and(queue.renew(storage));
        if !queue.reserved.is_empty() {
            first = first.and(queue.apply_spawns(storage));
        }
        if !queue.changes.is_empty() {
            first = first.and(queue.apply_changes(storage));
        }
        first
    }
}

impl Queue {
    /// Empties the tables if they were made by a generation whose pools are gone meanwhile.
    fn renew(&mut self, storage: &Storage) -> Result<(), EcsError> {
        if self.adoptions == storage.adoptions {
            return Ok(());
        }
        let waiting = self.reserved.len() + self.changes.len();
        *self = Self { adoptions: storage.adoptions, failed: self.failed.take(), ..Self::default() };
        if waiting == 0 { Ok(()) } else { Err(EcsError::Reloaded { waiting }) }
    }

    fn apply_spawns(&mut self, storage: &mut Storage) -> Result<(), EcsError> {
        let Queue { spawns, reserved, reservation, .. } = self;
        let in_order = reservation.take().is_some_and(|(structure, _)| structure == storage.structure());
        let outcome = storage.take_over(spawns, reserved, in_order);
        spawns.clear_staged();
        reserved.clear();
        outcome
    }

    fn apply_changes(&mut self, storage: &mut Storage) -> Result<(), EcsError> {
        let mut first = Ok(());
        let mut ending = Vec::new();
        let Queue { changes, adds, .. } = self;
        for change in changes.drain(..) {
            if !matches!(change, Change::Despawn(_)) && !ending.is_empty() {
                storage.despawn_batch(&ending);
                ending.clear();
            }
            let outcome = match change {
                Change::Despawn(entity) => {
                    ending.push(entity);
                    Ok(())
                }
                Change::Add { entity, info, staged } => storage.add_staged(entity, info, adds, staged),
                Change::Remove(entity, info) => storage.remove(entity, info.id),
            };
            match outcome {
                Ok(()) | Err(EcsError::NoEntity(_) | EcsError::Missing { .. }) => {}
                Err(error) => first = first.and(Err(error)),
            }
        }
        storage.despawn_batch(&ending);
        adds.clear_staged();
        first
    }
}

#[cfg(test)]
mod tests {
    use super::{CommandQueue, Commands};
    use crate::model::storage::Storage;
    use playground_core_types::Who;

    #[test]
    fn the_tables_of_each_stage_begin_with_the_same_ids() {
        let (mut storage, queue) = (Storage::default(), CommandQueue::default());
        let mut first = Vec::new();
        for _ in 0..4 {
            Commands::new(&queue, &storage, Who::UNKNOWN).spawn(());
            queue.apply(&mut storage).expect("there is room");
            let tables = &queue.0.read().spawns;
            first.push(tables.slots().reserve_next(&mut tables.reservation()));
        }
        first.dedup();
        assert_eq!(first.len(), 1, "a world that plays for hours would run out of generations: {first:?}");
        assert_eq!(storage.len(), 4);
    }
}

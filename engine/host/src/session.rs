//! What is being edited: the world with its tree, the selection, the steps of undo and the open scene.

use crate::edit::{self, Change, History, Step};
use crate::holder::Holder;
use crate::record::Recorder;
use playground::core_types::Handle;
use playground::ecs::{Changed, EcsViewTrait, Entity, Or, Query, Storage, Value, With, Without, World};
use playground::scene::{GENERATED_FIRST, Generated, Light, Propagation, Shape, StableId, Tree, adopt_orphans};
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

/// What is being edited.
pub struct Session {
    /// Everything that belongs to modules, the world first.
    pub holder: Holder,
    /// The tree as it was read last.
    pub tree: Tree,
    /// Stable numbers of the selected entities.
    pub selection: Vec<u64>,
    /// What can be undone.
    pub history: History,
    /// The open scene's file; `None` for a new one.
    pub path: Option<PathBuf>,
    /// Counts changes of the tree, so that reports share what did not change.
    pub tree_version: u64,
    structure: u64,
    tree_stale: bool,
    next_id: u64,
    propagation: Propagation,
    /// Colours and lights up to this tick were drawn.
    looks: u64,
    /// Up to this tick no two entities have one number.
    numbered: u64,
}

impl Session {
    /// A session over an empty world.
    pub fn new(holder: Holder) -> Self {
        Self {
            holder,
            tree: Tree::default(),
            selection: Vec::new(),
            history: History::new(),
            path: None,
            tree_version: 0,
            structure: u64::MAX,
            tree_stale: true,
            next_id: 1,
            propagation: Propagation::default(),
            looks: 0,
            numbered: 0,
        }
    }

    /// The world.
    pub fn world(&self) -> &Handle<World> {
        &self.holder.world
    }

    /// The ECS's implementation.
    ///
    /// # Errors
    /// When its module is not loaded.
    pub fn ecs(&self) -> Result<Handle<dyn EcsViewTrait>, String> {
        let missing = || "the ECS is not running; the Modules panel says why, reload it there".to_owned();
        self.holder.ecs.load().ok_or_else(missing)
    }

    /// A stable number that nobody had yet.
    pub fn new_id(&mut self) -> u64 {
        let mut id = self.next_id.max(self.tree.last_id() + 1);
        // Only a scene written by hand has numbers of generated entities.
        while self.tree.entity(id).is_some() {
            id += 1;
        }
        self.next_id = id + 1;
        id
    }

    /// The number that the next entity gets, if nobody has it.
    pub fn next_id(&self) -> u64 {
        self.next_id
    }

    /// Goes on with numbers from this one.
    pub fn set_next_id(&mut self, next_id: u64) {
        self.next_id = self.next_id.max(next_id);
    }

    /// Starts over: another scene, nothing selected, nothing to undo.
    pub fn reset(&mut self, path: Option<PathBuf>) {
        self.path = path;
        self.selection.clear();
        self.history = History::new();
        self.next_id = 1;
        self.tree = Tree::default();
        self.numbered = 0;
        self.mark_stale();
    }

    /// Notes that what is shown of entities changed in a way that the world does not tell.
    pub fn mark_stale(&mut self) {
        self.tree_stale = true;
    }

    /// Gives every entity a stable number and reads what changed of the tree.
    pub fn refresh(&mut self) {
        let world = self.world().clone();
        if world.read().structure() != self.structure {
            self.number_entities();
            if Propagation::is_incomplete(&world.read()) {
                // Without room for more sets of components, those that lack a place in the world are not drawn.
                let _ = Propagation::complete(&mut world.write());
            }
        }
        let storage = world.read();
        self.structure = storage.structure();
        let changed = self.tree.update(&storage);
        if std::mem::take(&mut self.tree_stale) || changed {
            self.tree_version += 1;
            let tree = &self.tree;
            self.selection.retain(|id| tree.entity(*id).is_some());
        }
    }

    /// Brings everything to its place in the world, as far as the tree is up to date. Says whether something looks
    /// different.
    pub fn propagate(&mut self) -> bool {
        let world = self.world().clone();
        let storage = world.read();
        let moved = self.propagation.run(&storage, &self.tree);
        let looks: Query<Entity, Or<(Changed<Shape>, Changed<Light>)>> = Query::since(&storage, self.looks);
        let recoloured = !looks.is_empty();
        drop(looks);
        self.looks = storage.next_tick();
        moved || recoloured
    }

    /// Gives entities the components that are kept for them, now that a module knows them: in the world, in the scene
    /// that comes back at stop, and in the snapshots. Tells which of their fields have no place any more.
    pub fn adopt_orphans(&mut self) -> BTreeSet<String> {
        let world = self.world().clone();
        let mut lost = adopt_orphans(&mut world.write()).lost;
        let earlier = self.holder.authored.iter_mut().chain(self.holder.snapshots.values_mut());
        earlier.for_each(|storage| lost.extend(adopt_orphans(storage).lost));
        lost
    }

    /// Systems spawn entities without a number, and copies with that of another one.
    fn number_entities(&mut self) {
        let world = self.world().clone();
        self.renumber_copies(&world.read());
        let (mut fresh, made) = {
            let storage = world.read();
            let fresh: Query<Entity, (Without<StableId>, Without<Generated>)> = storage.query();
            let made: Query<Entity, (Without<StableId>, With<Generated>)> = storage.query();
            (fresh.entities(), made.entities())
        };
        if fresh.is_empty() && made.is_empty() {
            return;
        }
        fresh.sort_unstable();
        // Numbers must not meet those of entities that were spawned since the tree was read.
        self.tree.update(&world.read());
        let mut numbers: Vec<u64> = fresh.iter().map(|_| self.new_id()).collect();
        // In the order in which they were made, so that those that come back are called as before.
        let free = (GENERATED_FIRST..).filter(|id| self.tree.entity(*id).is_none());
        numbers.extend(free.take(made.len()));
        fresh.extend(made);
        let mut storage = world.write();
        if storage.add_batch(&fresh, StableId::default()).is_err() {
            // Without room for more sets of components they stay without a number, and out of the tree.
            return;
        }
        let mut ids: Query<&mut StableId> = storage.query();
        for (entity, number) in fresh.into_iter().zip(numbers) {
            if let Some(id) = ids.get_mut(entity) {
                id.value = number;
            }
        }
    }

    /// Gives numbers of their own to entities that came with the number of another one, as copies do. The one that the
    /// tree knows keeps it. The tree must not have read them yet, as it has one entity for each number.
    fn renumber_copies(&mut self, storage: &Storage) {
        let since = std::mem::replace(&mut self.numbered, storage.next_tick());
        let mut arrived: Vec<(Entity, u64, bool)> = Vec::new();
        let mut changed: Query<(Entity, &StableId, Option<&Generated>), Changed<StableId>> =
            Query::since(storage, since);
        changed.for_each(|(entity, id, generated)| arrived.push((entity, id.value, generated.is_some())));
        drop(changed);
        let mut owners: HashMap<u64, Entity> = HashMap::with_capacity(arrived.len());
        let mut copies: Vec<(Entity, bool)> = Vec::new();
        for (entity, number, generated) in &arrived {
            let has_it = |known: &Entity| storage.read(*known, |id: &StableId| id.value == *number).unwrap_or(false);
            let known = || self.tree.entity(*number).filter(has_it).unwrap_or(*entity);
            if *number == 0 || *owners.entry(*number).or_insert_with(known) != *entity {
                copies.push((*entity, *generated));
            }
        }
        if copies.is_empty() {
            return;
        }
        let highest = arrived.iter().map(|(_, number, _)| *number).filter(|number| *number < GENERATED_FIRST).max();
        self.next_id = self.next_id.max(highest.unwrap_or(0) + 1);
        let mut free = GENERATED_FIRST..;
        let mut ids: Query<&mut StableId> = storage.query();
        for (entity, generated) in copies {
            let is_free = |id: &u64| self.tree.entity(*id).is_none() && !owners.contains_key(id);
            let number = match generated {
                true => free.find(is_free),
                false => Some(self.new_id()),
            };
            if let Some((id, number)) = ids.get_mut(entity).zip(number) {
                id.value = number;
            }
        }
    }

    /// The entity of a stable number.
    ///
    /// # Errors
    /// When there is none.
    pub fn entity(&self, id: u64) -> Result<Entity, String> {
        self.tree.entity(id).ok_or_else(|| format!("there is no entity {id}; entity.list shows all of them"))
    }

    /// Puts changes into effect as one step of undo. If one fails, those before it are taken back.
    ///
    /// # Errors
    /// In words, when a change does not fit.
    pub fn perform(
        &mut self,
        title: impl Into<String>,
        changes: Vec<Change>,
        gesture: Option<u64>,
    ) -> Result<(), String> {
        let world = self.world().clone();
        let mut storage = world.write();
        for (at, change) in changes.iter().enumerate() {
            if let Err(error) = change.apply(&mut storage, &mut self.tree) {
                edit::take_back(&changes[..at], &mut storage, &mut self.tree);
                return Err(error);
            }
        }
        self.history.push(Step { title: title.into(), changes, gesture });
        Ok(())
    }

    /// Lets `act` change the world, and remembers what it did to the entities that it names as one step of undo. If it
    /// fails, all that it did is taken back.
    ///
    /// # Errors
    /// Those of `act`.
    pub fn record<R>(
        &mut self,
        title: impl Into<String>,
        act: impl FnOnce(&mut Recorder<'_>) -> Result<R, String>,
    ) -> Result<R, String> {
        let world = self.world().clone();
        let mut storage = world.write();
        let mut recorder = Recorder::new(&mut storage, &mut self.tree);
        let outcome = act(&mut recorder);
        let changes = recorder.finish();
        if outcome.is_err() {
            edit::take_back(&changes, &mut storage, &mut self.tree);
            return outcome;
        }
        self.history.push(Step { title: title.into(), changes, gesture: None });
        outcome
    }

    /// Takes the last step back, or does it again.
    ///
    /// # Errors
    /// When the world no longer has what the step changed.
    pub fn step_history(&mut self, forward: bool) -> Result<Option<String>, String> {
        let world = self.world().clone();
        let mut storage = world.write();
        match forward {
            false => self.history.undo(&mut storage, &mut self.tree),
            true => self.history.redo(&mut storage, &mut self.tree),
        }
    }

    /// The components of an entity by name, with stable numbers in the values.
    pub fn components(&self, entity: Entity) -> Vec<(String, Value)> {
        edit::components(&self.world().read(), &self.tree, entity)
    }
}

#[cfg(test)]
mod tests {
    use super::Session;
    use crate::holder::Holder;
    use playground::core_types::Handle;
    use playground::ecs::{Component, Value, World};
    use playground::scene::{COMPONENTS, Document, GENERATED_FIRST, Generated, Light, Name, Orphans, StableId};
    use playground_engine_binding::Slot;
    use std::collections::BTreeSet;

    #[test]
    fn copies_get_numbers_of_their_own_and_the_first_one_keeps_its_number() {
        let world = Handle::new(World::new("test"));
        COMPONENTS.iter().for_each(|info| {
            world.write().pool_of(info).expect("names differ");
        });
        let named = |value: u64, name: &str| (StableId { value }, Name { value: name.into() });
        let sun = world.write().spawn(named(1, "Sun")).expect("there is room");
        let (panels, _) = crossbeam::channel::unbounded();
        let mut session = Session::new(Holder::new(world.clone(), Slot::empty(), panels));
        session.refresh();
        let rock = world.write().spawn((StableId { value: 2_000_000_000 }, Generated {})).expect("there is room");
        session.refresh();
        // Copies, what came with a number that nobody had, its copy, and one that names none.
        let copies = world.write().duplicate_many(sun, 2).expect("there is room");
        let rocks = world.write().duplicate_many(rock, 2).expect("there is room");
        let earth = world.write().spawn(named(9, "Earth")).expect("there is room");
        let moon = world.write().duplicate(earth).expect("there is room");
        let none = world.write().spawn(named(0, "None")).expect("there is room");
        session.refresh();
        let all = [sun, rock, earth, moon, none, copies[0], copies[1], rocks[0], rocks[1]];
        let numbers: BTreeSet<u64> = all.iter().map(|entity| session.tree.id(*entity)).collect();
        assert_eq!((numbers.len(), session.tree.id(sun), session.tree.id(earth)), (all.len(), 1, 9));
        assert!(all.iter().all(|entity| session.tree.entity(session.tree.id(*entity)) == Some(*entity)));
        assert_eq!(session.tree.id(rock), 2_000_000_000);
        assert!(rocks.iter().all(|rock| session.tree.id(*rock) >= GENERATED_FIRST) && !numbers.contains(&0));
        let text = Document::of(&world.read()).write();
        assert_eq!(Document::read(&text).expect("every number is used once").entities.len(), 6);
    }

    #[test]
    fn components_of_a_scene_find_their_module_when_it_comes() {
        let world = Handle::new(World::new("test"));
        for info in COMPONENTS.iter().filter(|info| info.id != Light::INFO.id) {
            world.write().pool_of(info).expect("names differ");
        }
        let text =
            "(format: 1, entities: [(id: 1, components: {\"scene::Light\": (strength: 2.5), \"lost::Kind\": 7})])";
        Document::read(text).expect("it reads").load(&mut world.write()).expect("it fits");
        let (panels, _) = crossbeam::channel::unbounded();
        let mut session = Session::new(Holder::new(world.clone(), Slot::empty(), panels));
        session.refresh();
        let entity = session.entity(1).expect("it was loaded");
        assert!(world.read().has(entity, Orphans::INFO.id));
        world.write().pool_of(Light::INFO).expect("names differ");
        session.adopt_orphans();
        let storage = world.read();
        let light = storage.value(entity, Light::INFO.id).expect("it has its light now");
        assert_eq!(light.field("strength"), Some(&Value::F32(2.5)));
        let kept = storage.value(entity, Orphans::INFO.id).expect("one is still unknown");
        assert_eq!(kept.field("names"), Some(&Value::List(vec![Value::Text("lost::Kind".into())])));
        drop(storage);
        assert!(world.write().add(entity, Name::default()).is_ok());
        assert!(world.read().has(entity, StableId::INFO.id));
    }
}

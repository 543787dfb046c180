//! Everything that can be done to a world, in random order, against a plain map; and what code of components that
//! panics leaves behind.

use crate::{Label, Position, Speed};
use playground_core_ecs::model::{checkpoint::Rewind, digest::digest};
use playground_core_ecs::{
    Component, ComponentId, ComponentInfo, Entity, Query, Reflect, Spawner, Storage, Value, World,
};
use std::collections::{BTreeMap, BTreeSet};

/// Comes and goes without moving anything.
#[derive(Component, Clone, Default, Debug, PartialEq)]
#[component(crate = playground_core_ecs, name = "test::Mood", sparse)]
pub struct Mood {
    pub text: String,
    pub about: Entity,
}

/// Names an entity.
#[derive(Component, Clone, Default, Debug, PartialEq)]
#[component(crate = playground_core_ecs, name = "test::Link")]
pub struct Link {
    pub to: Entity,
    pub others: Vec<Entity>,
}

/// Takes no memory.
#[derive(Component, Clone, Default, Debug, PartialEq)]
#[component(crate = playground_core_ecs, name = "test::Marker")]
pub struct Marker {}

pub const ALL: [&ComponentInfo; 6] = [Position::INFO, Speed::INFO, Label::INFO, Mood::INFO, Link::INFO, Marker::INFO];

/// A small generator, so that a failing seed can be run again. Source: Marsaglia, "Xorshift RNGs", 2003.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}

type Components = BTreeMap<ComponentId, Value>;
type Model = BTreeMap<Entity, Components>;

/// A world, and what should be in it.
struct Lab {
    world: World,
    model: Model,
    /// Every entity that there ever was.
    ever: BTreeSet<Entity>,
    checkpoints: Vec<(u64, Model)>,
    snapshot: Option<(Storage, Model)>,
}

fn name(entity: Entity) -> u64 {
    entity.bits()
}

impl Lab {
    fn new() -> Self {
        let world = World::new("lab");
        for info in ALL {
            world.write().pool_of(info).unwrap();
        }
        Self { world, model: Model::new(), ever: BTreeSet::new(), checkpoints: Vec::new(), snapshot: None }
    }

    fn digest(&self) -> u128 {
        digest(&self.world.read(), &name)
    }

    fn some(&self, random: &mut Random) -> Option<Entity> {
        let living: Vec<Entity> = self.model.keys().copied().collect();
        (!living.is_empty()).then(|| living[random.below(living.len())])
    }

    /// Anybody, living or not.
    fn anybody(&self, random: &mut Random) -> Entity {
        let ever: Vec<Entity> = self.ever.iter().copied().collect();
        if ever.is_empty() { Entity::NONE } else { ever[random.below(ever.len())] }
    }

    fn component(&self, random: &mut Random) -> (ComponentId, Value) {
        let number = random.below(1000) as f32;
        let text = format!("text {number}");
        let (to, about) = (self.anybody(random), self.anybody(random));
        match random.below(6) {
            0 => (Position::INFO.id, Position { x: number, y: -number }.to_value()),
            1 => (Speed::INFO.id, Speed { value: number }.to_value()),
            2 => (Label::INFO.id, Label { text }.to_value()),
            3 => (Mood::INFO.id, Mood { text, about }.to_value()),
            4 => (Link::INFO.id, Link { to, others: vec![about, Entity::NONE] }.to_value()),
            _ => (Marker::INFO.id, Marker {}.to_value()),
        }
    }

    #[track_caller]
    fn came(&mut self, entity: Entity, components: Components) {
        assert!(self.ever.insert(entity), "{entity:?} was given twice");
        self.model.insert(entity, components);
    }

    /// One change of entities and components.
    fn change(&mut self, random: &mut Random) {
        let some = self.some(random);
        let number = random.below(1000) as f32;
        let position = Position { x: number, y: 0.5 };
        let one: Components = [(Position::INFO.id, position.to_value())].into();
        let crowded = if self.model.len() > 60 { 10 } else { 0 };
        match (random.below(22).max(crowded), some) {
            (0, _) | (_, None) => {
                let components: Components = (0..random.below(4)).map(|_| self.component(random)).collect();
                let given: Vec<_> = components.clone().into_iter().collect();
                let entity = self.world.write().spawn_values(&given).unwrap();
                self.came(entity, components);
            }
            (1, _) => {
                let mood = Mood { text: "new".into(), about: Entity::NONE };
                let components = [
                    (Position::INFO.id, position.to_value()),
                    (Mood::INFO.id, mood.to_value()),
                    (Marker::INFO.id, Marker {}.to_value()),
                ];
                let entity = self.world.write().spawn((position, mood, Marker {})).unwrap();
                self.came(entity, components.into());
            }
            (2, _) => {
                let batch = (0..3).map(|_| (position.clone(),));
                let spawned = self.world.write().spawn_batch(batch).unwrap();
                spawned.into_iter().for_each(|entity| self.came(entity, one.clone()));
            }
            (3, _) => {
                let spawned = self.world.write().spawn_columns((vec![position; 3],)).unwrap();
                spawned.into_iter().for_each(|entity| self.came(entity, one.clone()));
            }
            (4, _) => {
                let spawned: Vec<Entity> = {
                    let mut storage = self.world.write();
                    let mut spawner: Spawner<'_, (Position,)> = storage.spawner().unwrap();
                    (0..2).map(|_| spawner.spawn((position.clone(),)).unwrap()).collect()
                };
                spawned.into_iter().for_each(|entity| self.came(entity, one.clone()));
            }
            (5 | 6, Some(entity)) => {
                let (id, value) = self.component(random);
                let outcome = self.world.write().add_value(entity, id, Some(&value));
                let components = self.model.get_mut(&entity).unwrap();
                assert_eq!(outcome.is_ok(), !components.contains_key(&id));
                components.entry(id).or_insert(value);
            }
            (7, Some(entity)) => {
                let copy = self.world.write().duplicate(entity).unwrap();
                let components = self.model[&entity].clone();
                self.came(copy, components);
            }
            (8, Some(entity)) => {
                let copies = self.world.write().duplicate_many(entity, 2).unwrap();
                let components = self.model[&entity].clone();
                copies.into_iter().for_each(|copy| self.came(copy, components.clone()));
            }
            (9, Some(entity)) => {
                let group = [entity, self.anybody(random)];
                let marked = self.world.write().add_batch(&group, Marker {}).unwrap();
                let living: BTreeSet<Entity> = group.into_iter().filter(|one| self.model.contains_key(one)).collect();
                assert!(marked >= living.len());
                for one in living {
                    self.model.get_mut(&one).unwrap().insert(Marker::INFO.id, Marker {}.to_value());
                }
            }
            (10 | 11, Some(entity)) => {
                self.world.write().despawn(entity).unwrap();
                self.model.remove(&entity);
            }
            (12, Some(entity)) => {
                let group = [entity, self.some(random).unwrap(), self.anybody(random), entity];
                let living = group.iter().filter(|one| self.model.contains_key(one)).collect::<BTreeSet<_>>().len();
                assert_eq!(self.world.write().despawn_batch(&group), living);
                group.iter().for_each(|one| drop(self.model.remove(one)));
            }
            (13 | 14, Some(entity)) => {
                let (id, _) = self.component(random);
                let outcome = self.world.write().remove(entity, id);
                assert_eq!(outcome.is_ok(), self.model.get_mut(&entity).unwrap().remove(&id).is_some());
            }
            (15, Some(_)) if random.below(4) == 0 => {
                let (id, _) = self.component(random);
                let had = self.model.values_mut().filter_map(|components| components.remove(&id)).count();
                assert_eq!(self.world.write().clear_pool(id).unwrap(), had);
            }
            (16 | 17, Some(_)) => {
                let storage = self.world.read();
                let mut speeds: Query<&mut Speed> = storage.query();
                speeds.for_each(|speed| speed.value += 1.0);
                drop(speeds);
                let mut moods: Query<(Entity, &mut Mood)> = storage.query();
                moods.for_each(|(entity, mood)| mood.about = entity);
                for (entity, components) in &mut self.model {
                    if let Some(Value::Struct(fields)) = components.get_mut(&Speed::INFO.id) {
                        let Value::F32(value) = &mut fields[0].1 else { unreachable!("it is a number") };
                        *value += 1.0;
                    }
                    if let Some(Value::Struct(fields)) = components.get_mut(&Mood::INFO.id) {
                        fields[1].1 = Value::Entity(*entity);
                    }
                }
            }
            (_, Some(entity)) => {
                let (id, value) = self.component(random);
                let outcome = self.world.read().set_value(entity, id, "", &value);
                let known = self.model.get_mut(&entity).unwrap().get_mut(&id);
                assert_eq!(outcome.is_ok(), known.is_some());
                if let Some(known) = known {
                    *known = value;
                }
            }
        }
    }

    /// One operation on the whole world.
    fn whole(&mut self, random: &mut Random) {
        match random.below(10) {
            0 => self.snapshot = Some((self.world.read().copy(), self.model.clone())),
            1 => {
                let Some((snapshot, model)) = self.snapshot.take() else { return };
                self.world.write().restore(snapshot);
                self.model = model;
            }
            2 | 3 => {
                let id = self.world.checkpoint().unwrap();
                self.checkpoints.push((id.number, self.model.clone()));
            }
            4 => {
                let Some(at) = (!self.checkpoints.is_empty()).then(|| random.below(self.checkpoints.len())) else {
                    return;
                };
                self.world.rewind(Rewind::To(self.checkpoints[at].0)).unwrap();
                self.model = self.checkpoints[at].1.clone();
                self.checkpoints.truncate(at + 1);
            }
            5 => self.there_and_back(random),
            6 => self.fork_and_merge(random),
            7 => self.save_and_load(random),
            8 => self.pools_and_back(random),
            _ => {
                self.world.write().compact();
                if random.below(4) == 0 {
                    self.world.write().clear();
                    self.model.clear();
                }
            }
        }
    }

    fn there_and_back(&mut self, random: &mut Random) {
        let (before, model, first) = (self.world.read().copy(), self.model.clone(), self.digest());
        (0..random.below(20)).for_each(|_| self.change(random));
        let (after, second) = (self.world.read().copy(), self.digest());
        let (there, back) = (before.diff(&after).unwrap(), after.diff(&before).unwrap());
        assert_eq!(there.is_empty(), model == self.model);
        let applied = self.world.write().apply_diff(&back).unwrap();
        assert!(applied.renamed.is_empty() && applied.missing.is_empty() && applied.lost.is_empty());
        assert_eq!(self.digest(), first);
        check(&self.world.read(), &model);
        self.world.write().apply_diff(&there).unwrap();
        assert_eq!(self.digest(), second);
        if random.below(2) == 0 {
            self.world.write().apply_diff(&back).unwrap();
            self.model = model;
        }
    }

    fn fork_and_merge(&mut self, random: &mut Random) {
        let base = self.model.clone();
        let known = self.ever.clone();
        let fork = self.world.fork("fork");
        let mut other = Lab { model: base.clone(), ever: known.clone(), world: fork, ..Lab::new() };
        for round in 0..2 {
            (0..random.below(15)).for_each(|_| other.change(random));
            other.check();
            if round == 0 {
                (0..random.below(10)).for_each(|_| self.change(random));
            }
            let before = self.model.clone();
            let merged = self.world.merge(&other.world).unwrap();
            assert!(merged.lost.is_empty());
            if round == 0 {
                let rename = |entity: Entity| match merged.ids.get(&entity) {
                    Some(here) => *here,
                    None if entity == Entity::NONE || known.contains(&entity) => entity,
                    None => Entity::NONE,
                };
                merged.ids.values().for_each(|entity| self.came(*entity, Components::new()));
                self.model = merge(&base, &before, &other.model, &rename);
                self.check();
                // Once more changes nothing.
                let again = self.world.merge(&other.world).unwrap();
                assert_eq!((again.spawned, again.despawned, again.conflicts.len()), (0, 0, 0), "{again:?}");
                self.check();
            } else {
                // What the second round must give is that both agree in what the fork has of its own.
                let storage = self.world.read();
                let living: Vec<Entity> = storage.entities().collect();
                self.ever.extend(living.iter().copied());
                let of = |entity: Entity| {
                    let infos = storage.components_of(entity).unwrap();
                    infos.map(|info| (info.id, storage.value(entity, info.id).unwrap())).collect::<Components>()
                };
                self.model = living.iter().map(|entity| (*entity, of(*entity))).collect();
                for (there, here) in &merged.ids {
                    let names = |components: &Components| components.keys().copied().collect::<Vec<_>>();
                    assert_eq!(names(&self.model[here]), names(&other.model[there]));
                }
            }
        }
    }

    fn save_and_load(&mut self, random: &mut Random) {
        let bytes = self.world.read().save(None).unwrap();
        let (digest, model) = (self.digest(), self.model.clone());
        (0..random.below(10)).for_each(|_| self.change(random));
        let loaded = self.world.write().load(&bytes).unwrap();
        assert_eq!((loaded.entities, loaded.whole), (model.len(), true));
        assert_eq!(self.digest(), digest);
        assert_eq!(self.world.read().save(None).unwrap(), bytes);
        self.model = model;
    }

    fn pools_and_back(&mut self, random: &mut Random) {
        let ids = [Mood::INFO.id, Label::INFO.id];
        let model = self.model.clone();
        let as_bytes = random.below(2) == 0;
        let (bytes, snapshot) = {
            let storage = self.world.read();
            (storage.save(Some(&ids)).unwrap(), storage.snapshot_pools(&ids).unwrap())
        };
        (0..random.below(15)).for_each(|_| self.change(random));
        let missing = match as_bytes {
            true => self.world.write().load(&bytes).unwrap().missing,
            false => self.world.write().restore_pools(&snapshot).unwrap().missing,
        };
        for entity in &missing {
            assert!(!self.model.contains_key(entity) && model.contains_key(entity));
        }
        for (entity, components) in &mut self.model {
            components.retain(|id, _| !ids.contains(id));
            let had = model.get(entity).into_iter().flatten().filter(|(id, _)| ids.contains(id));
            components.extend(had.map(|(id, value)| (*id, value.clone())));
        }
    }

    #[track_caller]
    fn check(&self) {
        let storage = self.world.read();
        check(&storage, &self.model);
        for entity in self.ever.iter().filter(|entity| !self.model.contains_key(entity)) {
            assert!(!storage.exists(*entity), "{entity:?} ended and is there again");
        }
    }
}

/// What a merge has to give.
fn merge(base: &Model, into: &Model, fork: &Model, rename: &dyn Fn(Entity) -> Entity) -> Model {
    let renamed = |value: &Value| {
        let mut value = value.clone();
        value.map_entities(&mut |entity| rename(entity));
        value
    };
    let mut merged: Model = into.iter().filter(|(entity, _)| !base.contains_key(entity)).map(clone_pair).collect();
    for (entity, components) in fork.iter().filter(|(entity, _)| !base.contains_key(entity)) {
        merged.insert(rename(*entity), components.iter().map(|(id, value)| (*id, renamed(value))).collect());
    }
    for (entity, before) in base {
        let (Some(ours), Some(theirs)) = (into.get(entity), fork.get(entity)) else { continue };
        let mut components = Components::new();
        for info in ALL {
            let value = match theirs.get(&info.id) {
                same if same == before.get(&info.id) => ours.get(&info.id).cloned(),
                other => other.map(renamed),
            };
            value.into_iter().for_each(|value| drop(components.insert(info.id, value)));
        }
        merged.insert(*entity, components);
    }
    merged
}

fn clone_pair((entity, components): (&Entity, &Components)) -> (Entity, Components) {
    (*entity, components.clone())
}

#[track_caller]
fn check(storage: &Storage, model: &Model) {
    assert_eq!(storage.verify(), Vec::<String>::new());
    assert_eq!(storage.len(), model.len());
    for (entity, components) in model {
        let found: Components = storage
            .components_of(*entity)
            .unwrap()
            .map(|info| (info.id, storage.value(*entity, info.id).unwrap()))
            .collect();
        assert_eq!(&found, components, "{entity:?}");
    }
}

#[test]
fn a_world_agrees_with_a_plain_map_whatever_is_done_to_it() {
    for seed in 1..=8_u64 {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut lab = Lab::new();
        for _ in 0..150 {
            (0..4).for_each(|_| {
                lab.change(&mut random);
                lab.check();
            });
            lab.whole(&mut random);
            lab.check();
        }
    }
}

/// Panics when it is told to.
#[derive(Component, Default, Debug)]
#[component(crate = playground_core_ecs, name = "test::Bomb")]
struct Bomb {
    on_clone: bool,
    on_drop: bool,
}

/// As [`Bomb`], beside the archetypes.
#[derive(Component, Default, Debug)]
#[component(crate = playground_core_ecs, name = "test::SparseBomb", sparse)]
struct SparseBomb {
    on_clone: bool,
    on_drop: bool,
}

macro_rules! explosive {
    ($ty:ident) => {
        impl Clone for $ty {
            fn clone(&self) -> Self {
                assert!(!self.on_clone, "a clone");
                Self { on_clone: false, on_drop: self.on_drop }
            }
        }
        impl Drop for $ty {
            fn drop(&mut self) {
                // One panic is enough: another one while the first goes on would end the process.
                assert!(!self.on_drop || std::thread::panicking(), "a drop");
            }
        }
    };
}
explosive!(Bomb);
explosive!(SparseBomb);

/// Does something that panics half way to a world with bombs between ordinary components.
#[track_caller]
fn explode(on_clone: bool, on_drop: bool, act: impl FnOnce(&mut Storage, &[Entity])) {
    let mut storage = Storage::default();
    let kind = |at: usize| (on_clone && at == 1, on_drop && at == 1);
    let all: Vec<Entity> = (0..3)
        .map(|at| {
            let (on_clone, on_drop) = kind(at);
            let parts =
                (Position::default(), Bomb { on_clone, on_drop }, Label { text: format!("{at}") }, Mood::default());
            storage.spawn(parts).unwrap()
        })
        .chain((0..3).map(|_| Entity::NONE))
        .collect();
    let sparse: Vec<Entity> = (0..3)
        .map(|at| {
            let (on_clone, on_drop) = kind(at);
            let bomb = SparseBomb { on_clone, on_drop };
            storage.spawn((Position::default(), bomb, Label { text: format!("{at}") }, Mood::default())).unwrap()
        })
        .collect();
    let all: Vec<Entity> = all.into_iter().filter(|entity| *entity != Entity::NONE).chain(sparse).collect();
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| act(&mut storage, &all)));
    assert!(outcome.is_err(), "nothing panicked");
    assert_eq!(storage.verify(), Vec::<String>::new());
    // The slots that were in use are used again, and nobody finds anything of those before.
    let next: Vec<Entity> = (0..8).map(|_| storage.spawn((Speed { value: 1.0 },)).unwrap()).collect();
    for entity in next {
        assert_eq!(storage.components_of(entity).unwrap().count(), 1, "{entity:?}");
    }
    assert_eq!(storage.verify(), Vec::<String>::new());
    // Bombs that are left must not go off when the world ends.
    std::mem::forget(storage);
}

#[test]
fn a_panic_in_a_component_leaves_the_tables_whole() {
    for at in [1, 4] {
        explode(true, false, |storage, all| drop(storage.duplicate(all[at])));
        explode(true, false, |storage, all| drop(storage.duplicate_many(all[at], 3)));
        explode(false, true, |storage, all| storage.despawn(all[at]).unwrap());
    }
    explode(false, true, |storage, all| {
        let _ = storage.despawn_batch(&all[..3]);
    });
    explode(false, true, |storage, all| {
        let _ = storage.despawn_batch(&all[3..]);
    });
    explode(false, true, |storage, _| storage.clear());
    explode(false, true, |storage, all| storage.remove(all[1], Bomb::INFO.id).unwrap());
    explode(false, true, |storage, all| storage.remove(all[4], SparseBomb::INFO.id).unwrap());
    explode(false, true, |storage, _| drop(storage.clear_pool(Bomb::INFO.id)));
    explode(true, false, |storage, all| {
        drop(storage.add_batch(all, Bomb { on_clone: true, on_drop: false }));
    });
    explode(false, false, |storage, _| {
        let batch = (0..5).map(|at| if at < 3 { (Position::default(),) } else { panic!("an iterator") });
        drop(storage.spawn_batch(batch));
    });
    explode(false, false, |storage, _| {
        let batch = (0..5).map(|at| if at < 3 { (SparseBomb::default(),) } else { panic!("an iterator") });
        drop(storage.spawn_batch(batch));
    });
}

#[test]
fn a_clone_that_panics_gives_no_half_an_entity() {
    let mut storage = Storage::default();
    let bomb = SparseBomb { on_clone: true, on_drop: false };
    let entity = storage.spawn((Position::default(), bomb)).unwrap();
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| storage.duplicate(entity)));
    assert!(outcome.is_err());
    assert_eq!(storage.len(), 1);
}

/// Panics when a copy of a copy is made.
#[derive(Component, Default, Debug)]
#[component(crate = playground_core_ecs, name = "test::Fuse")]
struct Fuse {
    copies: u32,
}

impl Clone for Fuse {
    fn clone(&self) -> Self {
        assert!(self.copies > 0, "a clone");
        Self { copies: self.copies - 1 }
    }
}

#[test]
fn a_difference_that_panics_half_way_gives_its_slots_back() {
    let (mut from, mut into) = (Storage::default(), Storage::default());
    from.spawn_batch([(Fuse { copies: 2 },), (Fuse { copies: 1 },)]).unwrap();
    let diff = Storage::default().diff(&from).unwrap();
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| into.apply_diff(&diff)));
    assert!(outcome.is_err());
    assert_eq!((into.len(), into.verify()), (0, vec![]));
    let marked = into.spawn((Marker {},)).unwrap();
    assert_eq!(into.components_of(marked).unwrap().count(), 1);
}

#[test]
fn a_panic_while_a_whole_world_is_exchanged_leaves_the_tables_whole() {
    let world = World::new("bombs");
    let bomb = world.write().spawn((Bomb::default(), Label::default())).unwrap();
    world.checkpoint().unwrap();
    let snapshot = world.read().copy();
    for round in 0..3 {
        world.write().get_mut::<Bomb>(bomb).unwrap().on_drop = true;
        let back = world_diff(&world, &snapshot);
        let act = || match round {
            0 => drop(world.rewind(Rewind::Back(0)).unwrap()),
            1 => drop(world.write().apply_diff(&back)),
            _ => world.write().restore(snapshot.copy()),
        };
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(act));
        let mut storage = world.write();
        assert_eq!(storage.verify(), Vec::<String>::new(), "round {round}");
        assert!(storage.exists(bomb) && storage.len() == 1);
        storage.get_mut::<Bomb>(bomb).unwrap().on_drop = false;
    }
}

fn world_diff(world: &World, to: &Storage) -> playground_core_ecs::model::diff::Diff {
    let storage = world.read();
    let mut now = storage.copy();
    // The copy must not go off by itself.
    let diff = now.diff(to).unwrap();
    now.entities().collect::<Vec<_>>().into_iter().for_each(|entity| {
        now.get_mut::<Bomb>(entity).unwrap().on_drop = false;
    });
    diff
}

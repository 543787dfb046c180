//! Sets of components that are spawned together, and the fast ways to do it.

use super::{
    archetype::Archetype,
    component::Component,
    entities::Entities,
    error::EcsError,
    pool::{Column, ComponentPool},
    sparse::SparseIndex,
    storage::{Storage, wrong_pool},
    watch::{Lifecycle, Note, Watch},
};
use playground_engine_types::{ComponentInfo, Entity, PoolBox, id::hash_number};

/// Most components of one bundle.
pub const MAX_BUNDLE: usize = 8;

/// Where the entities of a bundle go.
#[derive(Clone, Copy, Debug)]
pub struct BundlePlace {
    key: u64,
    infos: &'static [&'static ComponentInfo],
    pub(super) archetype: u32,
    pub(super) pools: [u32; MAX_BUNDLE],
}

impl BundlePlace {
    /// The components, in the order of the tuple.
    pub(super) fn infos(&self) -> &'static [&'static ComponentInfo] {
        self.infos
    }
}

/// Components that are spawned together: a tuple of up to eight.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no set of components",
    note = "use a tuple of up to eight components, such as `(Position::default(),)`"
)]
pub trait Bundle: Sized {
    /// The components, in the order of the tuple.
    const INFOS: &'static [&'static ComponentInfo];
    /// Hash of the components' ids.
    const KEY: u64 = bundle_key(Self::INFOS);
    /// Whether one of them is sparse.
    const SPARSE: bool;
    /// A column of each.
    type Columns;
    /// The world's column of each, to append to.
    type Open<'a>;
    /// Appends each component to its pool.
    fn push(self, stores: &mut Stores<'_>, entity: Entity, place: &BundlePlace);
    /// The world's columns, to append to.
    fn open<'a>(pools: &'a mut [PoolBox], place: &BundlePlace) -> Self::Open<'a>;
    /// Appends each component to its column.
    fn push_open(self, open: &mut Self::Open<'_>);
    /// The length of the columns, if all have the same.
    fn length(columns: &Self::Columns) -> Option<usize>;
    /// Appends each column to the world's.
    fn append(columns: Self::Columns, open: &mut Self::Open<'_>);
}

const fn bundle_key(infos: &[&'static ComponentInfo]) -> u64 {
    let (mut hash, mut at) = (0xcbf2_9ce4_8422_2325, 0);
    while at < infos.len() {
        hash = hash_number(hash, infos[at].id.0);
        at += 1;
    }
    hash
}

fn column<T: Component>(pool: &mut PoolBox, archetype: u32) -> &mut Vec<T> {
    let pool: &mut ComponentPool<T> = pool.typed_mut().unwrap_or_else(|| wrong_pool(T::INFO));
    let column: &mut Column<T> = &mut pool.columns_mut().columns[archetype as usize];
    &mut column.rows
}

fn append<T>(column: &mut Vec<T>, mut rows: Vec<T>) {
    // A vector that becomes the column as it is costs nothing.
    if column.is_empty() { *column = rows } else { column.append(&mut rows) }
}

/// The parts of a world to which the components of a bundle are appended.
pub struct Stores<'w> {
    pub(super) pools: &'w mut [PoolBox],
    pub(super) sparse: &'w mut [Option<Box<SparseIndex>>],
    pub(super) tick: u64,
}

impl Stores<'_> {
    #[inline]
    fn push<T: Component>(&mut self, component: T, pool: u32, archetype: u32, entity: Entity) {
        let store: &mut ComponentPool<T> = self.pools[pool as usize].typed_mut().unwrap_or_else(|| wrong_pool(T::INFO));
        if !T::SPARSE {
            return store.push(archetype, component);
        }
        store.push(0, component);
        self.sparse[pool as usize].as_mut().expect("the component is sparse").push(entity.index(), self.tick);
    }
}

macro_rules! bundle {
    ($($name:ident $at:tt)*) => {
        #[allow(non_snake_case, clippy::unused_unit)] // the macro names a value after its type; no component is a unit
        impl<$($name: Component),*> Bundle for ($($name,)*) {
            const INFOS: &'static [&'static ComponentInfo] = &[$($name::INFO),*];
            const SPARSE: bool = false $(|| $name::SPARSE)*;
            type Columns = ($(Vec<$name>,)*);
            type Open<'a> = ($(&'a mut Vec<$name>,)*);
            #[inline]
            fn push(self, _stores: &mut Stores<'_>, _entity: Entity, _place: &BundlePlace) {
                $(_stores.push(self.$at, _place.pools[$at], _place.archetype, _entity);)*
            }
            #[inline]
            fn open<'a>(_pools: &'a mut [PoolBox], _place: &BundlePlace) -> Self::Open<'a> {
                const COUNT: usize = 0 $(+ { let _ = $at; 1 })*;
                let _numbers: [usize; COUNT] = [$(_place.pools[$at] as usize),*];
                let [$($name),*] = _pools.get_disjoint_mut(_numbers).expect("an archetype has each component once");
                ($(column($name, _place.archetype),)*)
            }
            #[inline]
            fn push_open(self, _open: &mut Self::Open<'_>) {
                $(_open.$at.push(self.$at);)*
            }
            fn length(_columns: &Self::Columns) -> Option<usize> {
                let lengths: &[usize] = &[$(_columns.$at.len()),*];
                let first = lengths.first().copied().unwrap_or(0);
                lengths.iter().all(|length| *length == first).then_some(first)
            }
            fn append(_columns: Self::Columns, _open: &mut Self::Open<'_>) {
                $(append(_open.$at, _columns.$at);)*
            }
        }
    };
}
bundle!();
bundle!(A 0);
bundle!(A 0 B 1);
bundle!(A 0 B 1 C 2);
bundle!(A 0 B 1 C 2 D 3);
bundle!(A 0 B 1 C 2 D 3 E 4);
bundle!(A 0 B 1 C 2 D 3 E 4 F 5);
bundle!(A 0 B 1 C 2 D 3 E 4 F 5 G 6);
bundle!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7);

impl Storage {
    /// The number of the place where the entities of a bundle go.
    #[inline]
    pub(super) fn bundle_number<B: Bundle>(&mut self) -> Result<usize, EcsError> {
        match self.bundles.get(self.last_bundle) {
            Some(place) if place.key == B::KEY => Ok(self.last_bundle),
            _ => self.find_bundle(B::KEY, B::INFOS),
        }
    }

    fn place_of<B: Bundle>(&mut self) -> Result<BundlePlace, EcsError> {
        let number = self.bundle_number::<B>()?;
        Ok(self.bundles[number])
    }

    #[cold]
    fn find_bundle(&mut self, key: u64, infos: &'static [&'static ComponentInfo]) -> Result<usize, EcsError> {
        let ids = infos.iter().map(|info| info.id);
        let same = |place: &BundlePlace| place.key == key && place.infos.iter().map(|info| info.id).eq(ids.clone());
        if let Some(at) = self.bundles.iter().position(same) {
            self.last_bundle = at;
            return Ok(at);
        }
        let numbers = infos.iter().map(|info| self.pool_of(info)).collect::<Result<Vec<u32>, _>>()?;
        let archetype = self.archetype_of(numbers.clone())?;
        let mut pools = [0; MAX_BUNDLE];
        pools[..numbers.len()].copy_from_slice(&numbers);
        let place = BundlePlace { key, infos, archetype, pools };
        self.last_bundle = self.bundles.len();
        self.bundles.push(place);
        Ok(self.last_bundle)
    }

    /// Notes a sparse component that the caller pushes to the column that this gives.
    pub(super) fn push_sparse(&mut self, entity: Entity, pool: u32) -> u32 {
        let tick = self.current_tick();
        self.sparse[pool as usize].as_mut().expect("the component is sparse").push(entity.index(), tick);
        0
    }

    /// Spawns many entities of one kind, each as fast as its components can be written. What kind, the first
    /// [`Spawner::spawn`] says.
    ///
    /// # Errors
    /// When a component is given twice or can't be registered.
    pub fn spawner<B: Bundle>(&mut self) -> Result<Spawner<'_, B>, EcsError> {
        const { assert!(!B::SPARSE, "a spawner fills archetypes; spawn sparse components with `spawn`") };
        let place = self.place_of::<B>()?;
        let tick = self.current_tick();
        let Storage { entities, archetypes, pools, structure, watch, .. } = self;
        let table = &mut archetypes[place.archetype as usize];
        let open = B::open(pools, &place);
        Ok(Spawner { entities, table, open, structure, watch, tick, place })
    }

    /// Spawns an entity for each set of components.
    ///
    /// # Errors
    /// When a component is given twice or can't be registered, or the world is full; those before are spawned then.
    pub fn spawn_batch<B: Bundle>(&mut self, bundles: impl IntoIterator<Item = B>) -> Result<Vec<Entity>, EcsError> {
        let bundles = bundles.into_iter();
        // A hint is no promise: room is made for what the world could hold at all.
        let expected = Some(bundles.size_hint().0).filter(|more| self.entities.has_room(*more)).unwrap_or(0);
        let mut spawned = Vec::with_capacity(expected);
        if B::SPARSE {
            for bundle in bundles {
                spawned.push(self.spawn(bundle)?);
            }
            return Ok(spawned);
        }
        let place = self.place_of::<B>()?;
        self.reserve(place.archetype, expected);
        let tick = self.current_tick();
        let Storage { entities, archetypes, pools, structure, watch, .. } = self;
        let table = &mut archetypes[place.archetype as usize];
        let open = B::open(pools, &place);
        let mut spawner: Spawner<'_, B> = Spawner { entities, table, open, structure, watch, tick, place };
        for bundle in bundles {
            spawned.push(spawner.spawn(bundle)?);
        }
        Ok(spawned)
    }

    /// Spawns an entity for each row of these columns, which move into the world as they are: the fastest way.
    ///
    /// # Errors
    /// When the columns differ in length, a component is given twice or is sparse, or the world is full; nothing is
    /// spawned then.
    pub fn spawn_columns<B: Bundle>(&mut self, columns: impl ColumnsOf<Bundle = B>) -> Result<Vec<Entity>, EcsError> {
        let columns = columns.into_columns();
        let count = B::length(&columns).ok_or(EcsError::Lengths)?;
        if let Some(info) = B::INFOS.iter().find(|info| info.sparse) {
            return Err(EcsError::Sparse { component: info.name });
        }
        let place = self.place_of::<B>()?;
        let spawned = self.place_many(place.archetype, count)?;
        {
            let mut open = B::open(&mut self.pools, &place);
            B::append(columns, &mut open);
        }
        if self.watch.any() {
            spawned.iter().for_each(|entity| self.note_all(*entity, Lifecycle::Added));
        }
        Ok(spawned)
    }

    /// Makes room for `more` entities of an archetype; none, if the world can't have so many.
    pub fn reserve(&mut self, archetype: u32, more: usize) {
        if !self.entities.has_room(more) {
            return;
        }
        self.entities.reserve(more);
        let Some(table) = self.archetypes.get_mut(archetype as usize) else { return };
        table.ids.reserve(more);
        table.pools.iter().for_each(|pool| self.pools[*pool as usize].reserve(archetype, more));
    }

    /// New entities at the end of an archetype, whose components the caller appends.
    pub(super) fn place_many(&mut self, archetype: u32, count: usize) -> Result<Vec<Entity>, EcsError> {
        // Before any memory is taken for them.
        if !self.entities.has_room(count) {
            return Err(EcsError::full());
        }
        let tick = self.current_tick();
        let table = &mut self.archetypes[archetype as usize];
        table.ids.reserve(count);
        let first = table.ids.len();
        let Some(placed) = self.entities.allocate_many(archetype, first as u32, count) else {
            return Err(EcsError::full());
        };
        table.ids.extend(placed.iter().map(|entity| entity.index()));
        for row in (first..first + count).step_by(playground_engine_types::CHUNK_ROWS as usize) {
            table.stamp(row as u32, tick);
        }
        if count > 0 {
            table.stamp((first + count - 1) as u32, tick);
        }
        self.structure += count as u64;
        Ok(placed)
    }
}

/// Spawns entities of one kind. Holds the world's columns, so nothing is looked up for each.
pub struct Spawner<'w, B: Bundle> {
    entities: &'w mut Entities,
    table: &'w mut Archetype,
    open: B::Open<'w>,
    structure: &'w mut u64,
    watch: &'w mut Watch,
    tick: u64,
    place: BundlePlace,
}

impl<B: Bundle> Spawner<'_, B> {
    /// Spawns an entity.
    ///
    /// # Errors
    /// When the world is full.
    #[inline]
    pub fn spawn(&mut self, bundle: B) -> Result<Entity, EcsError> {
        let row = self.table.ids.len() as u32;
        let Some(entity) = self.entities.allocate(self.place.archetype, row) else { return Err(EcsError::full()) };
        self.table.ids.push(entity.index());
        self.table.stamp(row, self.tick);
        bundle.push_open(&mut self.open);
        *self.structure += 1;
        if self.watch.any() {
            self.note(entity);
        }
        Ok(entity)
    }

    #[cold]
    fn note(&mut self, entity: Entity) {
        let what = Lifecycle::Added;
        for (info, pool) in B::INFOS.iter().zip(self.place.pools) {
            if self.watch.observes(pool, what) {
                self.watch.note(Note { what, entity, component: info.id, last: None });
            }
        }
    }
}

/// Columns of up to eight components, as a tuple of vectors.
pub trait ColumnsOf {
    /// One row of them.
    type Bundle: Bundle;
    /// The columns.
    fn into_columns(self) -> <Self::Bundle as Bundle>::Columns;
}

macro_rules! columns_of {
    ($($name:ident)*) => {
        impl<$($name: Component),*> ColumnsOf for ($(Vec<$name>,)*) {
            type Bundle = ($($name,)*);
            fn into_columns(self) -> Self {
                self
            }
        }
    };
}
columns_of!(A);
columns_of!(A B);
columns_of!(A B C);
columns_of!(A B C D);
columns_of!(A B C D E);
columns_of!(A B C D E F);
columns_of!(A B C D E F G);
columns_of!(A B C D E F G H);

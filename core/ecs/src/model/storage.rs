//! The world's tables: slots, archetypes and pools.
//!
//! Structural changes take `&mut self` and need no lock; they are in [`super::structure`] and [`super::batch`]. Values
//! are read and written through `&self` and the lock of their pool. Knows nothing of threads, systems or names.

use super::{
    archetype::Archetype,
    bundle::BundlePlace,
    component::{Component, same_type},
    entities::{Entities, MAX_ARCHETYPES, Reservation},
    error::EcsError,
    pool::ComponentPool,
    query::{NO_POOL, Query, QueryData, QueryFilter},
    sparse::SparseIndex,
    watch::Watch,
};
use playground_core_types::Handle;
use playground_engine_types::{ComponentId, ComponentInfo, Entity, ErasedPool, IdMap, PoolBox};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The tables of a world.
#[derive(Default)]
pub struct Storage {
    pub(super) entities: Entities,
    pub(super) archetypes: Vec<Archetype>,
    pub(super) by_pools: HashMap<Box<[u32]>, u32>,
    pub(super) pools: Vec<PoolBox>,
    /// By pool; `None` for those whose components are in archetypes.
    pub(super) sparse: Vec<Option<Box<SparseIndex>>>,
    /// The sparse pools.
    pub(super) sparse_pools: Vec<u32>,
    pub(super) by_id: IdMap<ComponentId, u32>,
    pub(super) bundles: Vec<BundlePlace>,
    pub(super) last_bundle: usize,
    pub(super) structure: u64,
    pub(super) watch: Watch,
    /// The entity that holds the resources; [`Entity::NONE`] until the first one.
    pub(super) resources: Option<Entity>,
    /// How many systems got a tick. The next one gets the tick after these; changes between systems are stamped with it,
    /// so that the next one sees them. The first tick is 1, so that to somebody who never looked, since 0, all is new.
    pub(super) ticks: AtomicU64,
    /// Another one for every history of archetypes: cached matches of one are wrong for another.
    pub(super) layout: Handle<Layout>,
    /// Counts pools that were taken over by another generation of their module.
    pub(super) adoptions: u64,
}

/// Names a history of archetypes by where it lies in memory. Never empty, or all would lie in one place.
#[derive(Default)]
pub(super) struct Layout {
    _place: u8,
}

impl Storage {
    /// Number of living entities.
    pub fn len(&self) -> usize {
        self.entities.len()
    }

    /// Whether nothing lives.
    pub fn is_empty(&self) -> bool {
        self.entities.is_empty()
    }

    /// Counts structural changes: it is the same as long as no entity and no component came or went.
    pub fn structure(&self) -> u64 {
        self.structure
    }

    /// The archetypes, by number.
    pub fn archetypes(&self) -> &[Archetype] {
        &self.archetypes
    }

    /// The pools, by number.
    pub fn pools(&self) -> impl Iterator<Item = &dyn ErasedPool> {
        self.pools.iter().map(|pool| &**pool)
    }

    /// Number of pools.
    pub fn pools_len(&self) -> usize {
        self.pools.len()
    }

    /// The component types that are registered, in the order of registration.
    pub fn components(&self) -> impl Iterator<Item = &'static ComponentInfo> {
        let numbered = self.pools.iter().enumerate().map(|(at, pool)| (at as u32, pool.info()));
        numbered.filter(|(at, info)| self.pool_index(info.id) == Some(*at)).map(|(_, info)| info)
    }

    /// A component type by its whole name, or by the part behind `::` if that is enough.
    ///
    /// # Errors
    /// When there is none of that name; the error lists those that there are.
    pub fn component(&self, name: &str) -> Result<&'static ComponentInfo, EcsError> {
        let mut short = self.components().filter(|info| info.name.rsplit("::").next() == Some(name));
        let found = self.components().find(|info| info.name == name).or_else(|| match (short.next(), short.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        });
        let known = || self.components().filter(|info| !info.hidden).map(|info| info.name);
        found.ok_or_else(|| EcsError::no_component(name, known()))
    }

    /// Makes a pool for a component type, if there is none yet, and tells its number.
    ///
    /// # Errors
    /// When another type has the same id or name, or the stored one has other fields.
    pub fn pool_of(&mut self, info: &'static ComponentInfo) -> Result<u32, EcsError> {
        if let Some(pool) = self.pool_index(info.id) {
            let known = self.pools[pool as usize].info();
            if known.name != info.name {
                return Err(EcsError::Collision { first: known.name, second: info.name });
            }
            return match known.schema.difference(info.schema) {
                None if known.sparse != info.sparse => {
                    let change = if info.sparse { "it is sparse now" } else { "it is not sparse any more" };
                    Err(EcsError::Schema { component: info.name, change: change.to_owned() })
                }
                None if !same_type(known, info) => Err(EcsError::SameName { component: info.name }),
                None => Ok(pool),
                Some(change) => Err(EcsError::Schema { component: info.name, change }),
            };
        }
        let pool = self.pools.len() as u32;
        self.pools.push(PoolBox::new((info.new_pool)()));
        self.sparse.push(info.sparse.then(Box::default));
        if info.sparse {
            self.pools[pool as usize].open_column(0);
            self.sparse_pools.push(pool);
        }
        self.by_id.insert(info.id, pool);
        self.number_watch();
        Ok(pool)
    }

    /// The number of a component's pool.
    #[inline]
    pub fn pool_index(&self, id: ComponentId) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    /// The number of a component's pool, or [`NO_POOL`]; for code in modules, which need not hold the search.
    pub(super) fn pool_number(&self, id: ComponentId) -> u32 {
        self.pool_index(id).unwrap_or(NO_POOL)
    }

    /// The pool of a number, if there is one.
    pub fn pool_at(&self, index: u32) -> Option<&dyn ErasedPool> {
        self.pools.get(index as usize).map(|pool| &**pool)
    }

    /// The pool of a component type.
    ///
    /// # Panics
    /// When the pool holds another Rust type or shape.
    #[inline]
    pub fn pool<T: Component>(&self, index: u32) -> &ComponentPool<T> {
        match self.pool_box(index).typed() {
            Some(pool) => pool,
            None => wrong_pool(T::INFO),
        }
    }

    #[inline]
    fn pool_box(&self, index: u32) -> &PoolBox {
        &self.pools[index as usize]
    }

    /// Whether there is an entity in one of these archetypes.
    pub(super) fn any_in(&self, archetypes: &[u32]) -> bool {
        archetypes.iter().any(|at| !self.archetypes[*at as usize].ids.is_empty())
    }

    #[inline]
    pub(super) fn pool_mut<T: Component>(&mut self, index: u32) -> &mut ComponentPool<T> {
        match self.pools[index as usize].typed_mut() {
            Some(pool) => pool,
            None => wrong_pool(T::INFO),
        }
    }

    /// Where the components of a sparse pool are; `None` if the pool's components are in archetypes.
    #[inline]
    pub fn sparse(&self, pool: u32) -> Option<&SparseIndex> {
        self.sparse.get(pool as usize)?.as_deref()
    }

    /// Takes over a pool under another generation's description, without touching a component.
    ///
    /// # Errors
    /// When the fields differ; the storage stays as it was.
    pub fn adopt(&mut self, info: &'static ComponentInfo) -> Result<(), EcsError> {
        let index = self.pool_of(info)? as usize;
        let old = std::mem::replace(&mut self.pools[index], PoolBox::new((info.new_pool)())).into_inner();
        self.adoptions += 1;
        (info.adopt)(old).map(|pool| self.pools[index] = PoolBox::new(pool)).map_err(|old| {
            self.pools[index] = PoolBox::new(old);
            EcsError::Schema { component: info.name, change: "it is another Rust type of the same name".to_owned() }
        })
    }

    /// Whether the entity lives.
    pub fn exists(&self, entity: Entity) -> bool {
        self.entities.locate(entity).is_some()
    }

    /// Archetype and row of a living entity.
    ///
    /// # Errors
    /// When it does not live.
    #[inline]
    pub fn locate(&self, entity: Entity) -> Result<(u32, u32), EcsError> {
        self.entities.locate(entity).ok_or_else(|| EcsError::no_entity(entity))
    }

    /// All living entities, by archetype.
    pub fn entities(&self) -> impl Iterator<Item = Entity> {
        self.archetypes.iter().flat_map(|archetype| self.entities_of(archetype))
    }

    /// The entities of one archetype, by row.
    pub fn entities_of(&self, archetype: &Archetype) -> impl Iterator<Item = Entity> {
        archetype.ids.iter().map(|id| self.entities.at(*id))
    }

    /// The entity in a slot.
    #[inline]
    pub fn entity_at(&self, slot: u32) -> Entity {
        self.entities.at(slot)
    }

    pub(super) fn slots(&self) -> &Entities {
        &self.entities
    }

    /// The entities that will be spawned next, as long as nothing else changes.
    pub fn reservation(&self) -> Reservation {
        self.entities.reservation()
    }

    /// The component types of an entity.
    ///
    /// # Errors
    /// When it does not live.
    pub fn components_of(&self, entity: Entity) -> Result<impl Iterator<Item = &'static ComponentInfo>, EcsError> {
        Ok(self.pools_of(entity)?.map(|(pool, _)| self.pools[pool as usize].info()))
    }

    /// The pools of an entity's components with the places of these.
    pub(super) fn pools_of(&self, entity: Entity) -> Result<impl Iterator<Item = (u32, (u32, u32))>, EcsError> {
        let (archetype, row) = self.locate(entity)?;
        let dense = self.archetypes[archetype as usize].pools.iter().map(move |pool| (*pool, (archetype, row)));
        let sparse = self.sparse_pools.iter().filter_map(move |pool| {
            let row = self.sparse(*pool)?.row(entity.index())?;
            Some((*pool, (0, row)))
        });
        Ok(dense.chain(sparse))
    }

    /// Where a component of an entity is in its pool: the column and the row.
    #[inline]
    pub(super) fn place_in(&self, pool: u32, entity: Entity) -> Result<(u32, u32), EcsError> {
        let (archetype, row) = self.locate(entity)?;
        let missing = || EcsError::Missing { entity, component: self.pools[pool as usize].info().name };
        match self.sparse(pool) {
            Some(index) => index.row(entity.index()).map(|row| (0, row)).ok_or_else(missing),
            None if self.archetypes[archetype as usize].has(pool) => Ok((archetype, row)),
            None => Err(missing()),
        }
    }

    /// The entities that have the component of a pool, and where it is.
    pub(super) fn holders(&self, pool: u32) -> impl Iterator<Item = (Entity, (u32, u32))> {
        let having = self.archetypes.iter().enumerate().filter(move |(_, archetype)| archetype.has(pool));
        let dense = having.flat_map(|(number, archetype)| {
            archetype.ids.iter().enumerate().map(move |(row, slot)| (*slot, (number as u32, row as u32)))
        });
        let sparse = self.sparse(pool).into_iter().flat_map(|index| index.slots().iter().enumerate());
        let sparse = sparse.map(|(row, slot)| (*slot, (0, row as u32)));
        dense.chain(sparse).map(|(slot, place)| (self.entities.at(slot), place))
    }

    /// Whether the entity lives and has the component.
    pub fn has(&self, entity: Entity, id: ComponentId) -> bool {
        self.pool_index(id).is_some_and(|pool| self.place_in(pool, entity).is_ok())
    }

    /// A component, to change it in place. Takes no lock.
    ///
    /// # Errors
    /// When the entity does not live or lacks it.
    #[inline]
    pub fn get_mut<T: Component>(&mut self, entity: Entity) -> Result<&mut T, EcsError> {
        let Some(pool) = self.pool_index(T::INFO.id) else {
            return Err(self.locate(entity).err().unwrap_or(EcsError::Missing { entity, component: T::INFO.name }));
        };
        let tick = self.current_tick();
        if T::SPARSE {
            let place = self.place_in(pool, entity)?;
            let row = self.pool_mut(pool).columns_mut().row_mut(place.0, place.1, tick);
            return row.ok_or_else(|| EcsError::missing(entity, T::INFO.name));
        }
        // An archetype without the component has an empty column, so no look at the archetype is needed.
        let (archetype, row) = self.locate(entity)?;
        let row = self.pool_mut(pool).columns_mut().row_mut(archetype, row, tick);
        row.ok_or_else(|| EcsError::missing(entity, T::INFO.name))
    }

    /// Looks at one component, under its pool's lock. To read many, use a query's `get`.
    ///
    /// # Errors
    /// When the entity does not live or lacks it.
    #[inline]
    pub fn read<T: Component, R>(&self, entity: Entity, read: impl FnOnce(&T) -> R) -> Result<R, EcsError> {
        let (archetype, row) = self.locate(entity)?;
        let missing = || EcsError::Missing { entity, component: T::INFO.name };
        let pool = self.pool_index(T::INFO.id).ok_or_else(missing)?;
        let (column, row) = if T::SPARSE { self.place_in(pool, entity)? } else { (archetype, row) };
        let columns = self.pool(pool).read();
        columns.column(column).get(row as usize).map(read).ok_or_else(missing)
    }

    /// Entities with these components. The pools stay locked until the query is dropped.
    pub fn query<D: QueryData, F: QueryFilter>(&self) -> Query<'_, D, F> {
        // Checked here too, so that the compiler's message shows the call.
        const { D::TERMS.check() };
        Query::new(self)
    }

    /// The tick with which changes are stamped now.
    #[inline]
    pub fn tick(&self) -> u64 {
        self.ticks.load(Relaxed) + 1
    }

    #[inline]
    pub(super) fn current_tick(&mut self) -> u64 {
        *self.ticks.get_mut() + 1
    }

    /// Begins a new tick and gives the one until now: what was stamped with it or before is old from here on.
    #[inline]
    pub fn next_tick(&self) -> u64 {
        self.ticks.fetch_add(1, Relaxed) + 1
    }

    pub(super) fn layout(&self) -> &Handle<Layout> {
        &self.layout
    }

    /// A copy of all tables and components that shares nothing with this one. Observers stay behind.
    pub fn copy(&self) -> Storage {
        Storage {
            entities: self.entities.clone(),
            archetypes: self.archetypes.clone(),
            by_pools: self.by_pools.clone(),
            pools: self.pools.iter().map(|pool| PoolBox::new(pool.copy())).collect(),
            sparse: self.sparse.clone(),
            sparse_pools: self.sparse_pools.clone(),
            by_id: self.by_id.clone(),
            bundles: self.bundles.clone(),
            last_bundle: self.last_bundle,
            structure: self.structure,
            watch: Watch::default(),
            resources: self.resources,
            ticks: AtomicU64::new(self.ticks.load(Relaxed)),
            layout: Handle::default(),
            adoptions: self.adoptions,
        }
    }

    /// What observers wait for.
    pub fn watch_mut(&mut self) -> &mut Watch {
        &mut self.watch
    }

    #[inline]
    pub(super) fn known_pool(&self, id: ComponentId) -> Result<u32, EcsError> {
        self.pool_index(id).ok_or_else(|| self.unknown_pool(id))
    }

    #[cold]
    fn unknown_pool(&self, id: ComponentId) -> EcsError {
        EcsError::no_component(&format!("{id:?}"), self.components().map(|info| info.name))
    }

    /// The archetype of a set of pools. Sparse pools do not count.
    pub(super) fn archetype_of(&mut self, mut pools: Vec<u32>) -> Result<u32, EcsError> {
        pools.sort_unstable();
        // A column with two components for one entity would no longer fit its ids.
        if let Some(twice) = pools.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(EcsError::Twice { component: self.pools[twice[0] as usize].info().name });
        }
        pools.retain(|pool| self.sparse(*pool).is_none());
        let pools = pools.into_boxed_slice();
        if let Some(archetype) = self.by_pools.get(&pools) {
            return Ok(*archetype);
        }
        let archetype = self.archetypes.len() as u32;
        if u64::from(archetype) >= MAX_ARCHETYPES {
            return Err(EcsError::Full { what: "sets of components", limit: MAX_ARCHETYPES });
        }
        pools.iter().for_each(|pool| self.pools[*pool as usize].open_column(archetype));
        self.archetypes.push(Archetype::new(pools.clone()));
        self.by_pools.insert(pools, archetype);
        Ok(archetype)
    }
}

#[cold]
pub(super) fn wrong_pool(info: &ComponentInfo) -> ! {
    panic!(
        "the pool of {} holds another Rust type: its module and the engine were built apart; rebuild both",
        info.name
    )
}

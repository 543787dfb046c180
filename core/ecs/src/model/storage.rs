//! The world's tables: slots, archetypes and pools, and every structural change of them.
//!
//! Structural changes take `&mut self` and need no lock. Values are read and written through `&self` and the lock of
//! their pool. Knows nothing of threads, systems or names.

use super::{
    archetype::Archetype,
    component::{Bundle, Component},
    entities::{Entities, MAX_ARCHETYPES},
    error::EcsError,
    pool::ComponentPool,
    query::{Query, QueryData, QueryFilter},
};
use playground_engine_types::{ComponentId, ComponentInfo, Entity, ErasedPool, Value, ValueError, erase};
use std::collections::HashMap;

/// The tables of a world.
#[derive(Default)]
pub struct Storage {
    entities: Entities,
    archetypes: Vec<Archetype>,
    by_pools: HashMap<Box<[u32]>, u32>,
    pools: Vec<Box<dyn ErasedPool>>,
    by_id: HashMap<ComponentId, u32>,
    structure: u64,
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

    /// The component types that are registered, in the order of registration.
    pub fn components(&self) -> impl Iterator<Item = &'static ComponentInfo> {
        self.pools.iter().map(|pool| pool.info())
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
    /// When another type has the same id, or the stored one has other fields.
    pub fn pool_of(&mut self, info: &'static ComponentInfo) -> Result<u32, EcsError> {
        if let Some(pool) = self.by_id.get(&info.id) {
            let known = self.pools[*pool as usize].info();
            if known.name != info.name {
                return Err(EcsError::Collision { first: known.name, second: info.name });
            }
            return match known.schema.difference(info.schema) {
                None => Ok(*pool),
                Some(change) => Err(EcsError::Schema { component: info.name, change }),
            };
        }
        let pool = self.pools.len() as u32;
        self.pools.push((info.new_pool)());
        self.by_id.insert(info.id, pool);
        Ok(pool)
    }

    /// The number of a component's pool.
    #[inline]
    pub fn pool_index(&self, id: ComponentId) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    /// The pool of a component type.
    #[inline]
    pub fn pool<T: Component>(&self, index: u32) -> &ComponentPool<T> {
        erase::pool_ref(&*self.pools[index as usize]).unwrap_or_else(|| panic!("{}", wrong_pool(T::INFO)))
    }

    pub(super) fn typed_pool<T: Component>(&mut self, info: &'static ComponentInfo) -> &mut ComponentPool<T> {
        let index = self.by_id[&info.id] as usize;
        erase::pool_mut(&mut *self.pools[index]).unwrap_or_else(|| panic!("{}", wrong_pool(info)))
    }

    /// Takes over a pool under another generation's description, without touching a component.
    ///
    /// # Errors
    /// When the fields differ; the storage stays as it was.
    pub fn adopt(&mut self, info: &'static ComponentInfo) -> Result<(), EcsError> {
        let index = self.pool_of(info)? as usize;
        let old = std::mem::replace(&mut self.pools[index], (info.new_pool)());
        (info.adopt)(old).map(|pool| self.pools[index] = pool).map_err(|old| {
            self.pools[index] = old;
            EcsError::Schema { component: info.name, change: "it is another Rust type of the same name".to_owned() }
        })
    }

    /// Spawns an entity with these components.
    ///
    /// # Errors
    /// When a component can't be registered or the world is full.
    pub fn spawn(&mut self, bundle: impl Bundle) -> Result<Entity, EcsError> {
        fn prepare<B: Bundle>(storage: &mut Storage, _: &B) -> Result<u32, EcsError> {
            let pools = B::pools(storage)?;
            storage.archetype_of(pools)
        }
        let archetype = prepare(self, &bundle)?;
        let entity = self.place(archetype)?;
        bundle.push(self, archetype);
        Ok(entity)
    }

    /// Spawns an entity with components given as values.
    ///
    /// # Errors
    /// When a value does not fit its component; nothing is spawned then.
    pub fn spawn_values(&mut self, components: &[(ComponentId, Value)]) -> Result<Entity, EcsError> {
        let mut pools = Vec::with_capacity(components.len());
        for (id, value) in components {
            let pool = self.known_pool(*id)?;
            let info = self.pools[pool as usize].info();
            (info.check)(value).map_err(|cause| EcsError::Value { component: info.name, cause })?;
            pools.push(pool);
        }
        let archetype = self.archetype_of(pools.clone())?;
        let entity = self.place(archetype)?;
        for (pool, (_, value)) in pools.into_iter().zip(components) {
            let pool = &mut self.pools[pool as usize];
            pool.push_value(archetype, value).expect("the value was checked above");
        }
        Ok(entity)
    }

    /// Spawns a copy of an entity with copies of all its components.
    ///
    /// # Errors
    /// When the entity does not live or the world is full.
    pub fn duplicate(&mut self, entity: Entity) -> Result<Entity, EcsError> {
        let (archetype, row) = self.locate(entity)?;
        let copy = self.place(archetype)?;
        for at in 0..self.archetypes[archetype as usize].pools.len() {
            let pool = self.archetypes[archetype as usize].pools[at];
            self.pools[pool as usize].push_copy(archetype, (archetype, row));
        }
        Ok(copy)
    }

    /// Ends an entity and its components.
    ///
    /// # Errors
    /// When it does not live.
    pub fn despawn(&mut self, entity: Entity) -> Result<(), EcsError> {
        let (archetype, row) = self.locate(entity)?;
        self.entities.release(entity);
        self.unlink(archetype, row);
        for pool in &self.archetypes[archetype as usize].pools {
            self.pools[*pool as usize].swap_remove(archetype, row);
        }
        self.structure += 1;
        Ok(())
    }

    /// Ends all entities. Their ids stay invalid.
    pub fn clear(&mut self) {
        let all: Vec<Entity> = self.entities().collect();
        for entity in all {
            self.entities.release(entity);
        }
        for (number, archetype) in self.archetypes.iter_mut().enumerate() {
            archetype.ids.clear();
            archetype.pools.iter().for_each(|pool| self.pools[*pool as usize].clear_column(number as u32));
        }
        self.structure += 1;
    }

    /// Whether the entity lives.
    pub fn exists(&self, entity: Entity) -> bool {
        self.entities.locate(entity).is_some()
    }

    /// Archetype and row of a living entity.
    ///
    /// # Errors
    /// When it does not live.
    pub fn locate(&self, entity: Entity) -> Result<(u32, u32), EcsError> {
        self.entities.locate(entity).ok_or(EcsError::NoEntity(entity))
    }

    /// All living entities, by archetype.
    pub fn entities(&self) -> impl Iterator<Item = Entity> {
        self.archetypes.iter().flat_map(|archetype| archetype.ids.iter().map(|id| self.entities.at(*id)))
    }

    /// The entity in a row of an archetype.
    #[inline]
    pub(super) fn entity_at(&self, slot: u32) -> Entity {
        self.entities.at(slot)
    }

    /// The component types of an entity.
    ///
    /// # Errors
    /// When it does not live.
    pub fn components_of(&self, entity: Entity) -> Result<impl Iterator<Item = &'static ComponentInfo>, EcsError> {
        let (archetype, _) = self.locate(entity)?;
        Ok(self.archetypes[archetype as usize].pools.iter().map(|pool| self.pools[*pool as usize].info()))
    }

    /// Whether the entity lives and has the component.
    pub fn has(&self, entity: Entity, id: ComponentId) -> bool {
        match (self.entities.locate(entity), self.pool_index(id)) {
            (Some((archetype, _)), Some(pool)) => self.archetypes[archetype as usize].has(pool),
            _ => false,
        }
    }

    /// Adds a component to an entity; the default one if no value is given.
    ///
    /// # Errors
    /// When the entity does not live or has one already, or the value does not fit.
    pub fn add_value(&mut self, entity: Entity, id: ComponentId, value: Option<&Value>) -> Result<(), EcsError> {
        let pool = self.known_pool(id)?;
        let info = self.pools[pool as usize].info();
        if let Some(value) = value {
            (info.check)(value).map_err(|cause| EcsError::Value { component: info.name, cause })?;
        }
        let to = self.move_to_added(entity, pool)?;
        let pool = &mut self.pools[pool as usize];
        match value {
            Some(value) => pool.push_value(to, value).expect("the value was checked above"),
            None => pool.push_default(to),
        }
        Ok(())
    }

    /// Adds a component to an entity.
    ///
    /// # Errors
    /// When the entity does not live or has one already.
    pub fn add<T: Component>(&mut self, entity: Entity, component: T) -> Result<(), EcsError> {
        let pool = self.pool_of(T::INFO)?;
        let to = self.move_to_added(entity, pool)?;
        self.typed_pool(T::INFO).push(to, component);
        Ok(())
    }

    /// Removes a component from an entity.
    ///
    /// # Errors
    /// When the entity does not live or lacks it.
    pub fn remove(&mut self, entity: Entity, id: ComponentId) -> Result<(), EcsError> {
        let pool = self.known_pool(id)?;
        let (from, row) = self.locate(entity)?;
        if !self.archetypes[from as usize].has(pool) {
            return Err(EcsError::Missing { entity, component: self.pools[pool as usize].info().name });
        }
        let to = match self.archetypes[from as usize].removed(pool) {
            Some(to) => to,
            None => {
                let pools = self.archetypes[from as usize].pools.iter().copied().filter(|known| *known != pool);
                let to = self.archetype_of(pools.collect())?;
                self.archetypes[from as usize].remember_removed(pool, to);
                to
            }
        };
        self.pools[pool as usize].swap_remove(from, row);
        self.move_entity(entity, (from, row), to);
        Ok(())
    }

    /// A component as a value.
    ///
    /// # Errors
    /// When the entity does not live or lacks it.
    pub fn value(&self, entity: Entity, id: ComponentId) -> Result<Value, EcsError> {
        let (pool, archetype, row) = self.find(entity, id)?;
        Ok(pool.value(archetype, row))
    }

    /// Replaces a component, or the part of it at `path`; an empty path is the whole.
    ///
    /// # Errors
    /// When the entity does not live or lacks it, the path leads nowhere, or the value does not fit.
    pub fn set_value(&self, entity: Entity, id: ComponentId, path: &str, value: &Value) -> Result<(), EcsError> {
        let (pool, archetype, row) = self.find(entity, id)?;
        let component = pool.info().name;
        let fail = |cause: ValueError| EcsError::Value { component, cause };
        if path.is_empty() {
            return pool.set_value(archetype, row, value).map_err(fail);
        }
        let mut whole = pool.value(archetype, row);
        *whole.at_mut(path).map_err(fail)? = value.clone();
        pool.set_value(archetype, row, &whole).map_err(fail)
    }

    /// A component, to change it in place.
    ///
    /// # Errors
    /// When the entity does not live or lacks it.
    pub fn get_mut<T: Component>(&mut self, entity: Entity) -> Result<&mut T, EcsError> {
        let (archetype, row) = self.locate(entity)?;
        let pool = self.pool_of(T::INFO)?;
        if !self.archetypes[archetype as usize].has(pool) {
            return Err(EcsError::Missing { entity, component: T::INFO.name });
        }
        let pool: &mut ComponentPool<T> = self.typed_pool(T::INFO);
        Ok(&mut pool.columns_mut().column_mut(archetype)[row as usize])
    }

    /// Entities with these components. The pools stay locked until the query is dropped.
    ///
    /// # Panics
    /// When one component is asked for twice and one of them to write it.
    pub fn query<D: QueryData, F: QueryFilter>(&self) -> Query<'_, D, F> {
        Query::new(self)
    }

    /// A copy of all tables and components.
    pub fn copy(&self) -> Storage {
        Storage {
            entities: self.entities.clone(),
            archetypes: self.archetypes.clone(),
            by_pools: self.by_pools.clone(),
            pools: self.pools.iter().map(|pool| pool.copy()).collect(),
            by_id: self.by_id.clone(),
            structure: self.structure,
        }
    }

    /// Becomes `other`, an earlier copy of itself.
    pub fn restore(&mut self, other: Storage) {
        let structure = self.structure.max(other.structure) + 1;
        *self = Storage { structure, ..other };
    }

    fn known_pool(&self, id: ComponentId) -> Result<u32, EcsError> {
        let known = || self.components().map(|info| info.name);
        self.pool_index(id).ok_or_else(|| EcsError::no_component(&format!("{id:?}"), known()))
    }

    fn find(&self, entity: Entity, id: ComponentId) -> Result<(&dyn ErasedPool, u32, u32), EcsError> {
        let (archetype, row) = self.locate(entity)?;
        let index = self.known_pool(id)?;
        let pool = &*self.pools[index as usize];
        if !self.archetypes[archetype as usize].has(index) {
            return Err(EcsError::Missing { entity, component: pool.info().name });
        }
        Ok((pool, archetype, row))
    }

    fn archetype_of(&mut self, mut pools: Vec<u32>) -> Result<u32, EcsError> {
        pools.sort_unstable();
        // A column with two components for one entity would no longer fit its ids.
        if let Some(twice) = pools.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(EcsError::Twice { component: self.pools[twice[0] as usize].info().name });
        }
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

    /// A new entity at the end of an archetype, whose components the caller pushes.
    fn place(&mut self, archetype: u32) -> Result<Entity, EcsError> {
        let ids = &mut self.archetypes[archetype as usize].ids;
        let entity = self.entities.allocate(archetype, ids.len() as u32);
        let entity = entity.ok_or(EcsError::Full { what: "entities", limit: super::entities::MAX_ROWS })?;
        ids.push(entity.index());
        self.structure += 1;
        Ok(entity)
    }

    /// Takes a row out of the ids; the last one takes its place.
    fn unlink(&mut self, archetype: u32, row: u32) {
        let ids = &mut self.archetypes[archetype as usize].ids;
        ids.swap_remove(row as usize);
        if let Some(moved) = ids.get(row as usize) {
            self.entities.relocate(*moved, archetype, row);
        }
    }

    fn move_to_added(&mut self, entity: Entity, pool: u32) -> Result<u32, EcsError> {
        let (from, row) = self.locate(entity)?;
        if self.archetypes[from as usize].has(pool) {
            return Err(EcsError::Present { entity, component: self.pools[pool as usize].info().name });
        }
        let to = match self.archetypes[from as usize].added(pool) {
            Some(to) => to,
            None => {
                let mut pools = self.archetypes[from as usize].pools.to_vec();
                pools.push(pool);
                let to = self.archetype_of(pools)?;
                self.archetypes[from as usize].remember_added(pool, to);
                to
            }
        };
        self.move_entity(entity, (from, row), to);
        Ok(to)
    }

    /// Moves the components that both archetypes have.
    fn move_entity(&mut self, entity: Entity, (from, row): (u32, u32), to: u32) {
        for pool in &self.archetypes[from as usize].pools {
            if self.archetypes[to as usize].has(*pool) {
                self.pools[*pool as usize].move_row(from, row, to);
            }
        }
        self.unlink(from, row);
        let ids = &mut self.archetypes[to as usize].ids;
        ids.push(entity.index());
        self.entities.relocate(entity.index(), to, ids.len() as u32 - 1);
        self.structure += 1;
    }
}

fn wrong_pool(info: &ComponentInfo) -> String {
    format!(
        "the pool of {} holds another Rust type: its module and the engine were built apart; rebuild both",
        info.name
    )
}

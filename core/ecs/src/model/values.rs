//! The dynamic path: components as trees of values, as the inspector, scenes, undo and the command line use them.

pub(super) mod input;

use super::{error::EcsError, storage::Storage, structure::Filling, watch::Lifecycle};
use playground_engine_types::{ComponentId, ComponentInfo, Entity, Value, ValueError};

impl Storage {
    /// Spawns an entity with components given as values.
    ///
    /// # Errors
    /// When a value does not fit its component; nothing is spawned then.
    pub fn spawn_values(&mut self, components: &[(ComponentId, Value)]) -> Result<Entity, EcsError> {
        let mut pools = Vec::with_capacity(components.len());
        for (id, value) in components {
            let pool = self.known_pool(*id)?;
            self.check_value(pool, value)?;
            pools.push(pool);
        }
        let archetype = self.archetype_of(pools.clone())?;
        let whole = self.archetypes[archetype as usize].ids.len();
        let entity = self.place(archetype)?;
        let tick = self.current_tick();
        let filling = Filling { storage: self, archetype, whole };
        for (pool, (_, value)) in pools.into_iter().zip(components) {
            let storage = &mut *filling.storage;
            let index = storage.sparse[pool as usize].as_mut();
            let column = if index.is_some() { 0 } else { archetype };
            storage.pools[pool as usize].push_value(column, value).expect("the value was checked above");
            // After the component, which does not come if its own code panics.
            index.into_iter().for_each(|index| index.push(entity.index(), tick));
        }
        filling.finish();
        if self.watch.any() {
            self.note_all(entity, Lifecycle::Added);
        }
        Ok(entity)
    }

    /// Adds a component to an entity; the default one if no value is given.
    ///
    /// # Errors
    /// When the entity does not live or has one already, or the value does not fit.
    pub fn add_value(&mut self, entity: Entity, id: ComponentId, value: Option<&Value>) -> Result<(), EcsError> {
        let pool = self.known_pool(id)?;
        // Made before anything moves, because this is the component's own code.
        let default = value.is_none().then(|| (self.pools[pool as usize].info().default)());
        let value = value.or(default.as_ref()).expect("one of the two is there");
        self.check_value(pool, value)?;
        let column = self.column_for(entity, pool)?;
        // Before anything moves: if the component's own code panics, nothing has changed.
        self.pools[pool as usize].push_value(column, value).expect("the value was checked above");
        self.open_pushed(entity, pool)?;
        self.note(entity, pool, Lifecycle::Added);
        Ok(())
    }

    /// A component as a value.
    ///
    /// # Errors
    /// When the entity does not live or lacks it.
    pub fn value(&self, entity: Entity, id: ComponentId) -> Result<Value, EcsError> {
        let pool = self.known_pool(id)?;
        let place = self.place_in(pool, entity)?;
        Ok(self.pools[pool as usize].value(place))
    }

    /// The part of a component at `path`; an empty path is the whole.
    ///
    /// # Errors
    /// When the entity does not live or lacks it, or the path leads nowhere.
    pub fn field(&self, entity: Entity, id: ComponentId, path: &str) -> Result<Value, EcsError> {
        let mut whole = self.value(entity, id)?;
        if path.is_empty() {
            return Ok(whole);
        }
        let component = self.info_of(id)?.name;
        whole.at_mut(path).map(|part| part.clone()).map_err(|cause| EcsError::Value { component, cause })
    }

    /// Replaces a component, or the part of it at `path`; an empty path is the whole.
    ///
    /// # Errors
    /// When the entity does not live or lacks it, the path leads nowhere, or the value does not fit.
    pub fn set_value(&self, entity: Entity, id: ComponentId, path: &str, value: &Value) -> Result<(), EcsError> {
        let pool = self.known_pool(id)?;
        let place = self.place_in(pool, entity)?;
        let pool = &self.pools[pool as usize];
        let component = pool.info().name;
        let fail = |cause: ValueError| EcsError::Value { component, cause };
        loop {
            let tick = self.tick();
            match path {
                "" => pool.set_value(place, value, tick).map_err(fail)?,
                _ => pool.set_part(place, path, value, tick).map_err(fail)?,
            }
            // A look at what changed may have begun before the pool was locked. The next one must find this.
            if self.tick() == tick {
                return Ok(());
            }
        }
    }

    /// The description of a registered component.
    ///
    /// # Errors
    /// When there is none of that id.
    pub fn info_of(&self, id: ComponentId) -> Result<&'static ComponentInfo, EcsError> {
        self.known_pool(id).map(|pool| self.pools[pool as usize].info())
    }

    /// The generation of the entity that lives in a slot.
    pub fn generation_in(&self, slot: u32) -> Option<u32> {
        let known = slot < self.entities.slots_len();
        let entity = known.then(|| self.entities.at(slot))?;
        self.exists(entity).then(|| entity.generation())
    }

    /// How many entities have the component.
    ///
    /// # Errors
    /// When there is none of that id.
    pub fn count_of(&self, id: ComponentId) -> Result<usize, EcsError> {
        let pool = self.known_pool(id)?;
        if let Some(index) = self.sparse(pool) {
            return Ok(index.slots().len());
        }
        let having = self.archetypes.iter().filter(|archetype| archetype.has(pool));
        Ok(having.map(|archetype| archetype.ids.len()).sum())
    }

    /// Forgets a component type that no entity has. It may be registered again, also with other fields.
    ///
    /// # Errors
    /// When there is none of that id, or entities have it.
    pub fn unregister(&mut self, id: ComponentId) -> Result<(), EcsError> {
        let pool = self.known_pool(id)?;
        let entities = self.count_of(id)?;
        if entities > 0 {
            return Err(EcsError::InUse { component: self.pools[pool as usize].info().name, entities });
        }
        self.by_id.remove(&id);
        // The empty pool stays, because archetypes name pools by number; a new registration gets another number, which
        // the remembered places of bundles do not know.
        self.bundles.clear();
        self.pools[pool as usize].shrink();
        Ok(())
    }

    fn check_value(&self, pool: u32, value: &Value) -> Result<(), EcsError> {
        let info = self.pools[pool as usize].info();
        (info.check)(value).map_err(|cause| EcsError::Value { component: info.name, cause })
    }
}

//! Resources: components of which a world has one, such as its gravity or its score.
//!
//! A resource is a component of one entity, so scenes, undo, snapshots and the inspector need to know nothing of it.

use super::{component::Component, error::EcsError, query::Query, storage::Storage};
use playground_engine_types::Entity;

impl Storage {
    /// Sets a resource: replaces the component wherever it is, or adds it to the entity that holds resources.
    ///
    /// # Errors
    /// When the component can't be registered or the world is full.
    pub fn set_resource<T: Component>(&mut self, value: T) -> Result<Entity, EcsError> {
        if let Some(entity) = self.resource_entity::<T>() {
            *self.get_mut(entity)? = value;
            return Ok(entity);
        }
        let entity = match self.resources.filter(|entity| self.exists(*entity)) {
            Some(entity) => entity,
            None => self.spawn(())?,
        };
        self.resources = Some(entity);
        self.add(entity, value)?;
        Ok(entity)
    }

    /// Looks at a resource, under its pool's lock. `None` if the world does not have it. In a system, take a [`Res`].
    ///
    /// ```
    /// use playground_core_ecs::{Component, Storage};
    ///
    /// #[derive(Component, Clone, Default)]
    /// #[component(crate = playground_core_ecs)]
    /// struct Gravity {
    ///     y: f32,
    /// }
    ///
    /// let mut storage = Storage::default();
    /// assert_eq!(storage.resource(|gravity: &Gravity| gravity.y), None);
    /// storage.set_resource(Gravity { y: -1.6 }).unwrap();
    /// assert_eq!(storage.resource(|gravity: &Gravity| gravity.y), Some(-1.6));
    /// assert_eq!(storage.remove_resource::<Gravity>(), Ok(true));
    /// ```
    pub fn resource<T: Component, R>(&self, read: impl FnOnce(&T) -> R) -> Option<R> {
        let entity = self.resource_entity::<T>()?;
        self.read(entity, read).ok()
    }

    /// Removes a resource, from whichever entity has it; says whether there was one. The entity stays.
    ///
    /// # Errors
    /// When there is no room for another set of components.
    pub fn remove_resource<T: Component>(&mut self) -> Result<bool, EcsError> {
        let Some(entity) = self.resource_entity::<T>() else { return Ok(false) };
        self.remove(entity, T::INFO.id)?;
        Ok(true)
    }

    fn resource_entity<T: Component>(&self) -> Option<Entity> {
        let holders: Query<Entity, super::query::With<T>> = self.query();
        holders.entities().first().copied()
    }
}

/// A system's read access to a resource.
///
/// ```
/// use playground_core_ecs::{Component, Query, Res};
///
/// #[derive(Component, Clone, Default)]
/// #[component(crate = playground_core_ecs)]
/// struct Gravity {
///     y: f32,
/// }
///
/// fn fall(gravity: Res<Gravity>) {
///     let y = gravity.get().map_or(-9.81, |gravity| gravity.y);
///     assert!(y < 0.0);
/// }
/// ```
pub struct Res<'w, T: Component>(pub(super) Query<'w, &'static T>);

impl<T: Component> Res<'_, T> {
    /// The resource, if the world has it.
    pub fn get(&self) -> Option<&T> {
        let entity = self.0.first_entity()?;
        self.0.get(entity)
    }
}

/// A system's write access to a resource.
pub struct ResMut<'w, T: Component>(pub(super) Query<'w, &'static mut T>);

impl<T: Component> ResMut<'_, T> {
    /// The resource, if the world has it.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.0.first()
    }
}

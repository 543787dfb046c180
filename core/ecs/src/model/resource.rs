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
        if let Some(entity) = self.resource_entity(&value) {
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

    fn resource_entity<T: Component>(&self, _: &T) -> Option<Entity> {
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

//! What makes a Rust type a component, and sets of components.

use super::{error::EcsError, pool::ComponentPool, storage::Storage};
use playground_engine_types::{ComponentId, ComponentInfo, Entity, ErasedPool, Reflect, erase};

/// Data attached to entities. Derive it, together with `Clone` and `Default`.
///
/// ```
/// use playground_core_ecs::{Component, Query, World};
///
/// /// How fast something moves.
/// #[derive(Component, Clone, Default)]
/// #[component(crate = playground_core_ecs)]
/// struct Speed {
///     /// Metres per second.
///     #[component(unit = "m/s", range = 0.0..=100.0)]
///     value: f32,
/// }
///
/// let world = World::new("test");
/// let entity = world.write().spawn((Speed { value: 3.0 },)).unwrap();
/// let storage = world.read();
/// let mut speeds: Query<&mut Speed> = storage.query();
/// speeds.for_each(|speed| speed.value += 1.0);
/// drop(speeds);
/// let value = storage.value(entity, Speed::INFO.id).unwrap();
/// assert_eq!(value.field("value"), Some(&playground_core_ecs::Value::F32(4.0)));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a component",
    label = "not a component",
    note = "add `#[derive(Component, Clone, Default)]` to the struct"
)]
pub trait Component: Reflect + Clone + Default {
    /// The component's description.
    const INFO: &'static ComponentInfo;
}

/// The description of a component, for derived code.
pub const fn component_info<T: Component>(name: &'static str, hidden: bool) -> ComponentInfo {
    ComponentInfo {
        name,
        id: ComponentId::from_name(name),
        schema: T::SCHEMA,
        hidden,
        new_pool: || Box::new(ComponentPool::<T>::new()),
        adopt: |old| {
            let same = old.info().schema.hash == T::SCHEMA.hash;
            if !same {
                return Err(old);
            }
            erase::pool_box::<ComponentPool<T>>(old).map(|pool| pool as Box<dyn ErasedPool>)
        },
        default: || T::default().to_value(),
        check: |value| T::from_value(value).map(drop),
    }
}

/// Components that are spawned or added together: a tuple of up to eight.
pub trait Bundle: Sized {
    /// The pools of its components, in the order of the tuple.
    ///
    /// # Errors
    /// When a type can't be registered.
    fn pools(storage: &mut Storage) -> Result<Vec<u32>, EcsError>;
    /// Appends each component to its pool.
    fn push(self, storage: &mut Storage, archetype: u32);
    /// Replaces components of a living entity.
    ///
    /// # Errors
    /// When the entity lacks one of them.
    fn replace(self, storage: &mut Storage, entity: Entity) -> Result<(), EcsError>;
}

macro_rules! bundle {
    ($($name:ident)*) => {
        #[allow(non_snake_case)] // the macro names a value after its type
        impl<$($name: Component),*> Bundle for ($($name,)*) {
            fn pools(_storage: &mut Storage) -> Result<Vec<u32>, EcsError> {
                Ok(vec![$(_storage.pool_of($name::INFO)?),*])
            }
            fn push(self, _storage: &mut Storage, _archetype: u32) {
                let ($($name,)*) = self;
                $(_storage.typed_pool($name::INFO).push(_archetype, $name);)*
            }
            fn replace(self, _storage: &mut Storage, _entity: Entity) -> Result<(), EcsError> {
                let ($($name,)*) = self;
                $(*_storage.get_mut(_entity)? = $name;)*
                Ok(())
            }
        }
    };
}
bundle!();
bundle!(A);
bundle!(A B);
bundle!(A B C);
bundle!(A B C D);
bundle!(A B C D E);
bundle!(A B C D E F);
bundle!(A B C D E F G);
bundle!(A B C D E F G H);

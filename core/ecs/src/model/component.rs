//! What makes a Rust type a component.

use super::{pool::ComponentPool, shape};
use playground_engine_types::{
    ComponentId, ComponentInfo, ErasedPool, MigrateValue, Reflect, Value, ValueError, erase,
};

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
    /// Whether it is kept beside the archetypes, so that adding and removing it moves nothing; queries for it are
    /// slower then. Right for what comes and goes often, such as a state that few entities are in.
    const SPARSE: bool;

    /// What fits of the value of an earlier version, field by field as a reload does it; the rest has its default. For
    /// a `migrate` function that changes only some of the fields.
    #[must_use]
    fn fitted(old: &Value) -> Self {
        shape::by_name(old, Self::INFO).and_then(|value| Self::from_value(&value).ok()).unwrap_or_default()
    }
}

/// Makes a component of the value of an earlier version: what `#[component(migrate = …)]` names. `None` leaves that to
/// field names.
pub type Migrate<T> = fn(&Value) -> Result<Option<T>, ValueError>;

/// What a [`Migrate`] made, without its type. For derived code.
///
/// # Errors
/// As the function said.
pub fn migrated<T: Reflect>(made: Result<Option<T>, ValueError>) -> Result<Option<Value>, ValueError> {
    Ok(made?.map(|component| component.to_value()))
}

/// The description of a component, for derived code.
pub const fn component_info<T: Component>(
    name: &'static str,
    hidden: bool,
    sparse: bool,
    migrate: Option<MigrateValue>,
) -> ComponentInfo {
    ComponentInfo {
        name,
        id: ComponentId::from_name(name),
        schema: T::SCHEMA,
        hidden,
        sparse,
        new_pool: new_pool::<T>,
        adopt: adopt::<T>,
        default: default_value::<T>,
        check: check::<T>,
        migrate,
    }
}

// Functions, not closures: these are compiled again only when the component changes.

fn new_pool<T: Component>() -> Box<dyn ErasedPool> {
    Box::new(ComponentPool::<T>::new())
}

fn adopt<T: Component>(old: Box<dyn ErasedPool>) -> Result<Box<dyn ErasedPool>, Box<dyn ErasedPool>> {
    match erase::pool_box::<ComponentPool<T>>(old) {
        Ok(pool) => Ok(pool),
        Err(old) => Err(old),
    }
}

fn default_value<T: Component>() -> Value {
    T::default().to_value()
}

fn check<T: Component>(value: &Value) -> Result<(), ValueError> {
    match T::from_value(value) {
        Ok(_) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Whether two descriptions of equal schemas are of one Rust type, perhaps in two generations of its module.
pub(super) fn same_type(known: &'static ComponentInfo, info: &'static ComponentInfo) -> bool {
    // The addresses tell equal ones apart at times, never different ones equal: each function names its own type.
    std::ptr::eq(known, info)
        || std::ptr::fn_addr_eq(known.adopt, info.adopt)
        || (info.adopt)((known.new_pool)()).is_ok()
}

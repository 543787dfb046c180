//! Component storage without its type: the one interface through which the world moves rows it can't name.

use crate::{ComponentId, TypeSchema, Value, ValueError};
use playground_core_types::LockStats;
use std::any::Any;

/// A component type as its module describes it: a static table with thin functions.
#[derive(Debug)]
pub struct ComponentInfo {
    /// Stable name, such as `orbit::Orbit`.
    pub name: &'static str,
    /// The id made from the name.
    pub id: ComponentId,
    /// The component's shape.
    pub schema: &'static TypeSchema,
    /// Whether the editor keeps it to itself.
    pub hidden: bool,
    /// Makes empty storage.
    pub new_pool: fn() -> Box<dyn ErasedPool>,
    /// Takes over storage of the same type and schema from another generation, without touching a component.
    pub adopt: fn(Box<dyn ErasedPool>) -> Result<Box<dyn ErasedPool>, Box<dyn ErasedPool>>,
    /// The default value.
    pub default: fn() -> Value,
    /// Checks that a value fits, without storing it.
    pub check: fn(&Value) -> Result<(), ValueError>,
}

/// What a pool holds at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolSize {
    /// Components alive.
    pub active: u64,
    /// Rows that were allocated and are free again.
    pub recycled: u64,
    /// Memory of the columns, bytes.
    pub bytes: u64,
}

/// The storage of one component type: a column per archetype, behind one lock.
pub trait ErasedPool: Any + Send + Sync {
    /// The component's description, as the generation that made this storage has it.
    fn info(&self) -> &'static ComponentInfo;
    /// What happened to the pool's lock.
    fn lock_stats(&self) -> LockStats;
    /// How much it holds.
    fn size(&self) -> PoolSize;
    /// Makes a column for the archetype.
    fn open_column(&mut self, archetype: u32);
    /// Appends a default component.
    fn push_default(&mut self, archetype: u32);
    /// Appends the component of a value.
    ///
    /// # Errors
    /// When the value does not fit; nothing is appended then.
    fn push_value(&mut self, archetype: u32, value: &Value) -> Result<(), ValueError>;
    /// Appends a copy of another row.
    fn push_copy(&mut self, archetype: u32, from: (u32, u32));
    /// Removes a row; the archetype's last row takes its place.
    fn swap_remove(&mut self, archetype: u32, row: u32);
    /// Moves a row to the end of another archetype's column; the last row takes its place.
    fn move_row(&mut self, from: u32, row: u32, to: u32);
    /// The component as a value.
    fn value(&self, archetype: u32, row: u32) -> Value;
    /// Replaces the component.
    ///
    /// # Errors
    /// When the value does not fit; the component stays as it was.
    fn set_value(&self, archetype: u32, row: u32, value: &Value) -> Result<(), ValueError>;
    /// Drops all components of an archetype.
    fn clear_column(&mut self, archetype: u32);
    /// A copy of the whole pool.
    fn copy(&self) -> Box<dyn ErasedPool>;
}

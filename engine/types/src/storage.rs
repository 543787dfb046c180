//! Component storage without its type: the one interface through which the world moves rows it can't name.

use crate::{ComponentId, Entity, Leaf, SavedPool, TypeSchema, Value, ValueError};
use playground_core_types::LockStats;
use std::any::Any;

/// Makes a component of the value of an earlier version; `None` leaves that to field names.
pub type MigrateValue = fn(&Value) -> Result<Option<Value>, ValueError>;

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
    /// Whether it is kept beside the archetypes, so that adding and removing it moves nothing.
    pub sparse: bool,
    /// Makes empty storage.
    pub new_pool: fn() -> Box<dyn ErasedPool>,
    /// Takes over storage of the same type and schema from another generation, without touching a component.
    pub adopt: fn(Box<dyn ErasedPool>) -> Result<Box<dyn ErasedPool>, Box<dyn ErasedPool>>,
    /// The default value.
    pub default: fn() -> Value,
    /// Checks that a value fits, without storing it.
    pub check: fn(&Value) -> Result<(), ValueError>,
    /// What its author wrote for components of earlier versions; asked before fields are matched by name.
    pub migrate: Option<MigrateValue>,
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

/// Rows that share one change tick.
pub const CHUNK_ROWS: u32 = 1024;

/// A row of a column: the archetype and the place in it.
pub type Place = (u32, u32);

/// The storage of one component type: a column per archetype, behind one lock.
///
/// Calls that take `&mut self` change which rows there are; the world keeps the columns of all pools in step. What a
/// component's own code does when it panics (`Clone`, `Drop`, conversion) leaves every column whole.
pub trait ErasedPool: Any + Send + Sync {
    /// The component's description, as the generation that made this storage has it.
    fn info(&self) -> &'static ComponentInfo;
    /// What happened to the pool's lock.
    fn lock_stats(&self) -> LockStats;
    /// How much it holds.
    fn size(&self) -> PoolSize;
    /// Number of rows of an archetype's column.
    fn len(&self, archetype: u32) -> usize;

    /// Makes a column for the archetype.
    fn open_column(&mut self, archetype: u32);
    /// Makes room for `more` rows.
    fn reserve(&mut self, archetype: u32, more: usize);
    /// Gives memory back that no row needs.
    fn shrink(&mut self);
    /// Appends a default component.
    fn push_default(&mut self, archetype: u32);
    /// Appends the component of a value.
    ///
    /// # Errors
    /// When the value does not fit; nothing is appended then.
    fn push_value(&mut self, archetype: u32, value: &Value) -> Result<(), ValueError>;
    /// Appends `count` copies of another row.
    fn push_copies(&mut self, archetype: u32, from: Place, count: usize);
    /// Appends a copy of a row of another pool of the same type, with `map` of every entity in it. Says whether the
    /// types agreed; if they did not, nothing was appended.
    fn push_from(
        &mut self,
        archetype: u32,
        other: &dyn ErasedPool,
        from: Place,
        map: &dyn Fn(Entity) -> Entity,
    ) -> bool;
    /// Replaces a row by a copy of a row of another pool of the same type. Says whether the types agreed.
    fn replace_from(&mut self, at: Place, other: &dyn ErasedPool, from: Place, map: &dyn Fn(Entity) -> Entity) -> bool;
    /// Moves all rows of a column of another pool of the same type to the end of a column of this one. Says whether
    /// the types agreed.
    fn append(&mut self, archetype: u32, other: &mut dyn ErasedPool, from: u32) -> bool;
    /// Takes a row out of another pool of the same type and appends it; a default one stays in its place. Says whether
    /// the types agreed.
    fn push_taken(&mut self, archetype: u32, other: &mut dyn ErasedPool, from: Place) -> bool;
    /// Removes a row; the archetype's last row takes its place.
    fn swap_remove(&mut self, archetype: u32, row: u32);
    /// Removes rows one after the other, each as [`ErasedPool::swap_remove`] does.
    fn swap_remove_all(&mut self, archetype: u32, rows: &[u32]);
    /// Moves a row to the end of another archetype's column; the last row takes its place.
    fn move_row(&mut self, from: u32, row: u32, to: u32);
    /// Moves rows one after the other, each as [`ErasedPool::move_row`] does.
    fn move_rows(&mut self, from: u32, rows: &[u32], to: u32);
    /// Drops the rows behind the first `len`.
    fn truncate(&mut self, archetype: u32, len: usize);

    /// The component as a value.
    fn value(&self, at: Place) -> Value;
    /// Replaces the component and stamps its chunk with `tick`.
    ///
    /// # Errors
    /// When the value does not fit; the component stays as it was.
    fn set_value(&self, at: Place, value: &Value, tick: u64) -> Result<(), ValueError>;
    /// Replaces the part of the component at `path` and stamps its chunk with `tick`. The rest is left as it is, also
    /// what other threads write to shared fields meanwhile.
    ///
    /// # Errors
    /// When the path leads nowhere or the value does not fit; the component stays as it was.
    fn set_part(&self, at: Place, path: &str, value: &Value, tick: u64) -> Result<(), ValueError>;
    /// Stamps the chunk of a row with `tick`.
    fn stamp(&mut self, at: Place, tick: u64);
    /// When the components of a chunk were written last. Rows that came or went are not counted here.
    fn written(&self, archetype: u32, chunk: u32) -> u64;
    /// Calls `visit` for the leaves of a row.
    fn walk(&self, at: Place, visit: &mut dyn FnMut(Leaf<'_>));
    /// The places in `pairs` whose two rows differ: the first of each pair is in this pool, the second in `other`.
    /// `None` if the types do not agree.
    fn differing(&self, other: &dyn ErasedPool, pairs: &[(Place, Place)]) -> Option<Vec<usize>>;

    /// A copy of the whole pool that shares nothing with it.
    fn copy(&self) -> Box<dyn ErasedPool>;
    /// Saves all columns. Chunks for which `unchanged` holds are shared with `before` instead of copied; the others are
    /// copied into the memory of `ready`, as far as that goes.
    fn save(
        &self,
        before: Option<&SavedPool>,
        ready: Option<SavedPool>,
        unchanged: &dyn Fn(u32, u32) -> bool,
    ) -> SavedPool;
    /// Memory for the next one like `saved`: as much as no other saved pool shares, filled with anything. `None` if
    /// overwriting a component would run code of its own: it would run while the world is locked.
    fn ready(&self, saved: &SavedPool) -> Option<SavedPool>;
    /// Becomes what was saved. Says whether the types agreed; if they did not, nothing changed.
    fn load(&mut self, saved: &SavedPool) -> bool;
    /// Memory of `saved` that no other saved pool shares, bytes.
    fn saved_bytes(&self, saved: &SavedPool) -> u64;
}

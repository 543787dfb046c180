//! The storage of one component type: a plain vector per archetype, behind one measured lock.

use super::{component::Component, saved};
use playground_core_types::{Lock, LockStats, ReadGuard, WriteGuard};
use playground_engine_types::{
    CHUNK_ROWS, ComponentInfo, Entity, ErasedPool, Leaf, SavedPool, TypeSchema, TypedPool, Value, ValueError, erase,
    reflect::LeafBuffer,
    storage::{Place, PoolSize},
};

/// The components of one archetype and when all of them were handed out for writing last.
pub struct Column<T> {
    pub(super) rows: Vec<T>,
    pub(super) tick: u64,
}

/// The columns of one component type, by archetype.
pub struct Columns<T> {
    pub(super) columns: Vec<Column<T>>,
    /// When single chunks were written last. Apart from the columns, so that a walk over these stays dense.
    pub(super) chunk_ticks: Vec<Vec<u64>>,
}

/// Stamps the chunk of a row.
#[inline]
pub(super) fn stamp(ticks: &mut Vec<u64>, row: u32, tick: u64) {
    let chunk = (row / CHUNK_ROWS) as usize;
    match ticks.get_mut(chunk) {
        Some(known) => *known = tick,
        None => stamp_new(ticks, chunk, tick),
    }
}

#[cold]
fn stamp_new(ticks: &mut Vec<u64>, chunk: usize, tick: u64) {
    ticks.resize(chunk + 1, 0);
    ticks[chunk] = tick;
}

impl<T> Columns<T> {
    /// The components of one archetype, by row; none if it has no such component.
    #[inline]
    pub fn column(&self, archetype: u32) -> &[T] {
        self.columns.get(archetype as usize).map_or(&[], |column| &column.rows)
    }

    /// One component, to change it. Its chunk counts as written at `tick`.
    #[inline]
    pub fn row_mut(&mut self, archetype: u32, row: u32, tick: u64) -> Option<&mut T> {
        let component = self.columns.get_mut(archetype as usize)?.rows.get_mut(row as usize)?;
        stamp(&mut self.chunk_ticks[archetype as usize], row, tick);
        Some(component)
    }

    /// When the components of a chunk were written last.
    pub fn written(&self, archetype: u32, chunk: u32) -> u64 {
        let whole = self.columns.get(archetype as usize).map_or(0, |column| column.tick);
        let ticks = self.chunk_ticks.get(archetype as usize);
        whole.max(ticks.and_then(|ticks| ticks.get(chunk as usize)).copied().unwrap_or(0))
    }

    #[inline]
    pub(super) fn open(&mut self, archetype: u32) -> &mut Vec<T> {
        let at = archetype as usize;
        if self.columns.len() <= at {
            self.columns.resize_with(at + 1, || Column { rows: Vec::new(), tick: 0 });
            self.chunk_ticks.resize_with(at + 1, Vec::new);
        }
        &mut self.columns[at].rows
    }
}

/// The storage of one component type.
pub struct ComponentPool<T> {
    info: &'static ComponentInfo,
    columns: Lock<Columns<T>>,
}

impl<T: Component> ComponentPool<T> {
    /// An empty pool.
    pub fn new() -> Self {
        Self::of(Columns { columns: Vec::new(), chunk_ticks: Vec::new() })
    }

    fn of(columns: Columns<T>) -> Self {
        Self { info: T::INFO, columns: Lock::new(T::INFO.name, columns) }
    }

    /// The columns behind their lock.
    #[inline]
    pub fn lock(&self) -> &Lock<Columns<T>> {
        &self.columns
    }

    /// Waits until nobody writes components of this type, then reads.
    #[inline]
    pub fn read(&self) -> ReadGuard<'_, Columns<T>> {
        self.columns.read()
    }

    /// Waits until nobody else uses components of this type, then writes.
    #[inline]
    pub fn write(&self) -> WriteGuard<'_, Columns<T>> {
        self.columns.write()
    }

    /// The columns, without locking.
    #[inline]
    pub fn columns_mut(&mut self) -> &mut Columns<T> {
        self.columns.get_mut()
    }

    /// Appends a component.
    #[inline]
    pub fn push(&mut self, archetype: u32, component: T) {
        self.columns.get_mut().columns[archetype as usize].rows.push(component);
    }

    fn rows(&mut self, archetype: u32) -> &mut Vec<T> {
        &mut self.columns.get_mut().columns[archetype as usize].rows
    }
}

impl<T: Component> Default for ComponentPool<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Component> TypedPool for ComponentPool<T> {
    const SCHEMA: &'static TypeSchema = T::SCHEMA;
}

/// A copy of a component as a whole.
fn detached<T: Component>(component: &T, map: &dyn Fn(Entity) -> Entity) -> T {
    if T::PLAIN { component.clone() } else { component.detach(map) }
}

pub(super) fn detached_rows<T: Component>(rows: &[T]) -> Vec<T> {
    if T::PLAIN { rows.to_vec() } else { rows.iter().map(|row| row.detach(&|entity| entity)).collect() }
}

impl<T: Component> ErasedPool for ComponentPool<T> {
    fn info(&self) -> &'static ComponentInfo {
        self.info
    }

    fn lock_stats(&self) -> LockStats {
        self.columns.stats()
    }

    fn size(&self) -> PoolSize {
        let columns = self.columns.read();
        let active: usize = columns.columns.iter().map(|column| column.rows.len()).sum();
        // A vector of zero-sized components reports room for everything and takes none.
        let room = |column: &Column<T>| if size_of::<T>() == 0 { column.rows.len() } else { column.rows.capacity() };
        let reserved: usize = columns.columns.iter().map(room).sum();
        let ticks: usize = columns.chunk_ticks.iter().map(Vec::capacity).sum();
        let tables = columns.columns.capacity() * size_of::<Column<T>>()
            + columns.chunk_ticks.capacity() * size_of::<Vec<u64>>()
            + ticks * size_of::<u64>();
        PoolSize {
            active: active as u64,
            recycled: (reserved - active) as u64,
            bytes: (reserved * size_of::<T>() + tables) as u64,
        }
    }

    fn len(&self, archetype: u32) -> usize {
        self.columns.read().column(archetype).len()
    }

    fn open_column(&mut self, archetype: u32) {
        self.columns.get_mut().open(archetype);
    }

    fn reserve(&mut self, archetype: u32, more: usize) {
        self.rows(archetype).reserve(more);
    }

    fn shrink(&mut self) {
        self.columns.get_mut().columns.iter_mut().for_each(|column| column.rows.shrink_to_fit());
    }

    fn push_default(&mut self, archetype: u32) {
        self.push(archetype, T::default());
    }

    fn push_value(&mut self, archetype: u32, value: &Value) -> Result<(), ValueError> {
        let component = T::from_value(value)?;
        self.push(archetype, component);
        Ok(())
    }

    fn push_copies(&mut self, archetype: u32, from: Place, count: usize) {
        // The copies are made before the first one is stored: a clone that panics leaves the column as it was.
        let original = &self.columns.get_mut().column(from.0)[from.1 as usize];
        let copies: Vec<T> = (0..count).map(|_| detached(original, &|entity| entity)).collect();
        self.rows(archetype).extend(copies);
    }

    fn push_from(
        &mut self,
        archetype: u32,
        other: &dyn ErasedPool,
        from: Place,
        map: &dyn Fn(Entity) -> Entity,
    ) -> bool {
        let Some(other) = erase::pool_ref::<Self>(other) else { return false };
        let copy = detached(&other.columns.read().column(from.0)[from.1 as usize], map);
        self.push(archetype, copy);
        true
    }

    fn replace_from(&mut self, at: Place, other: &dyn ErasedPool, from: Place, map: &dyn Fn(Entity) -> Entity) -> bool {
        let Some(other) = erase::pool_ref::<Self>(other) else { return false };
        let copy = detached(&other.columns.read().column(from.0)[from.1 as usize], map);
        self.rows(at.0)[at.1 as usize] = copy;
        true
    }

    fn append(&mut self, archetype: u32, other: &mut dyn ErasedPool, from: u32) -> bool {
        let Some(other) = erase::pool_mut::<Self>(other) else { return false };
        self.rows(archetype).append(other.rows(from));
        true
    }

    fn push_taken(&mut self, archetype: u32, other: &mut dyn ErasedPool, from: Place) -> bool {
        let Some(other) = erase::pool_mut::<Self>(other) else { return false };
        let taken = std::mem::take(&mut other.rows(from.0)[from.1 as usize]);
        self.push(archetype, taken);
        true
    }

    fn swap_remove(&mut self, archetype: u32, row: u32) {
        // Dropped after it left the column: a drop that panics leaves the column whole.
        drop(self.rows(archetype).swap_remove(row as usize));
    }

    fn swap_remove_all(&mut self, archetype: u32, rows: &[u32]) {
        let column = self.rows(archetype);
        let mut removal = Removal { column, rows };
        removal.run();
    }

    fn move_row(&mut self, from: u32, row: u32, to: u32) {
        let columns = self.columns.get_mut();
        let component = columns.columns[from as usize].rows.swap_remove(row as usize);
        columns.columns[to as usize].rows.push(component);
    }

    fn move_rows(&mut self, from: u32, rows: &[u32], to: u32) {
        let columns = &mut self.columns.get_mut().columns;
        let Ok([from, to]) = columns.get_disjoint_mut([from as usize, to as usize]) else { return };
        to.rows.extend(rows.iter().map(|row| from.rows.swap_remove(*row as usize)));
    }

    fn truncate(&mut self, archetype: u32, len: usize) {
        if let Some(column) = self.columns.get_mut().columns.get_mut(archetype as usize) {
            column.rows.truncate(len);
        }
    }

    fn value(&self, at: Place) -> Value {
        self.columns.read().column(at.0)[at.1 as usize].to_value()
    }

    fn set_value(&self, at: Place, value: &Value, tick: u64) -> Result<(), ValueError> {
        let mut component = T::from_value(value)?;
        let mut columns = self.columns.write();
        columns.row_mut(at.0, at.1, tick).into_iter().for_each(|place| place.assign(&mut component, None));
        // The old component's drop may use the world; it does so without the lock.
        drop(columns);
        drop(component);
        Ok(())
    }

    fn set_part(&self, at: Place, path: &str, value: &Value, tick: u64) -> Result<(), ValueError> {
        let mut columns = self.columns.write();
        let before = columns.column(at.0)[at.1 as usize].to_value();
        let base = T::from_value(&before)?;
        let mut after = before;
        *after.at_mut(path)? = value.clone();
        let mut component = T::from_value(&after)?;
        columns.row_mut(at.0, at.1, tick).into_iter().for_each(|place| place.assign(&mut component, Some(&base)));
        // The old parts' drops may use the world; they do so without the lock.
        drop(columns);
        drop((component, base));
        Ok(())
    }

    fn stamp(&mut self, at: Place, tick: u64) {
        stamp(&mut self.columns.get_mut().chunk_ticks[at.0 as usize], at.1, tick);
    }

    fn written(&self, archetype: u32, chunk: u32) -> u64 {
        self.columns.read().written(archetype, chunk)
    }

    fn walk(&self, at: Place, visit: &mut dyn FnMut(Leaf<'_>)) {
        self.columns.read().column(at.0)[at.1 as usize].walk(visit);
    }

    fn differing(&self, other: &dyn ErasedPool, pairs: &[(Place, Place)]) -> Option<Vec<usize>> {
        let other = erase::pool_ref::<Self>(other)?;
        if std::ptr::eq(self, other) {
            return Some(Vec::new());
        }
        let (ours, theirs) = (self.columns.read(), other.columns.read());
        // One pair of buffers for all rows: most of the time would go into making them.
        let (mut first, mut second) = (LeafBuffer::default(), LeafBuffer::default());
        let mut differ = |(a, b): &(Place, Place)| {
            first.bytes.clear();
            second.bytes.clear();
            ours.column(a.0)[a.1 as usize].walk(&mut |leaf| first.push(leaf));
            theirs.column(b.0)[b.1 as usize].walk(&mut |leaf| second.push(leaf));
            first.bytes != second.bytes
        };
        Some(pairs.iter().enumerate().filter(|(_, pair)| differ(pair)).map(|(at, _)| at).collect())
    }

    fn copy(&self) -> Box<dyn ErasedPool> {
        let columns = self.columns.read();
        let copy = |column: &Column<T>| Column { rows: detached_rows(&column.rows), tick: column.tick };
        Box::new(Self::of(Columns {
            columns: columns.columns.iter().map(copy).collect(),
            chunk_ticks: columns.chunk_ticks.clone(),
        }))
    }

    fn save(&self, before: Option<&SavedPool>, unchanged: &dyn Fn(u32, u32) -> bool) -> SavedPool {
        let before = before.and_then(|saved| saved.get::<Self, saved::Columns<T>>());
        SavedPool::new::<Self, _>(saved::save(&self.columns.read(), before, unchanged))
    }

    fn load(&mut self, saved: &SavedPool) -> bool {
        let Some(saved) = saved.get::<Self, saved::Columns<T>>() else { return false };
        saved::load(self.columns.get_mut(), saved);
        true
    }

    fn saved_bytes(&self, saved: &SavedPool) -> u64 {
        saved.get::<Self, saved::Columns<T>>().map_or(0, saved::own_bytes)
    }
}

/// Rows on their way out. If a component's drop panics, the rest leaves while the panic goes on.
struct Removal<'a, T> {
    column: &'a mut Vec<T>,
    rows: &'a [u32],
}

impl<T> Removal<'_, T> {
    fn run(&mut self) {
        while let Some((row, rest)) = self.rows.split_first() {
            self.rows = rest;
            drop(self.column.swap_remove(*row as usize));
        }
    }
}

impl<T> Drop for Removal<'_, T> {
    fn drop(&mut self) {
        self.run();
    }
}

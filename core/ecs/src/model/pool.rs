//! The storage of one component type: a plain vector per archetype, behind one measured lock.
//!
//! What is generic here is compiled into every module once per component, and looked at again on every save of the
//! module. With chains of iterators, closures and `?` a component and a query were 1,169 functions for the compiler, with
//! plain loops 658, and a small module took it a quarter longer.

#![allow(clippy::question_mark)] // `?` is two more functions for each type it is used with

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

/// The tick of a whole column, or that of one of its chunks if it is later.
fn later(whole: u64, ticks: &[Vec<u64>], archetype: u32, chunk: u32) -> u64 {
    let ticks = ticks.get(archetype as usize);
    whole.max(ticks.and_then(|ticks| ticks.get(chunk as usize)).copied().unwrap_or(0))
}

impl<T> Columns<T> {
    /// The components of one archetype, by row; none if it has no such component.
    #[inline]
    pub fn column(&self, archetype: u32) -> &[T] {
        match self.columns.get(archetype as usize) {
            Some(column) => &column.rows,
            None => &[],
        }
    }

    /// One component, to change it. Its chunk counts as written at `tick`.
    #[inline]
    pub fn row_mut(&mut self, archetype: u32, row: u32, tick: u64) -> Option<&mut T> {
        let Some(column) = self.columns.get_mut(archetype as usize) else { return None };
        let Some(component) = column.rows.get_mut(row as usize) else { return None };
        stamp(&mut self.chunk_ticks[archetype as usize], row, tick);
        Some(component)
    }

    /// When the components of a chunk were written last.
    pub fn written(&self, archetype: u32, chunk: u32) -> u64 {
        match self.columns.get(archetype as usize) {
            Some(column) => later(column.tick, &self.chunk_ticks, archetype, chunk),
            None => 0,
        }
    }

    #[inline]
    pub(super) fn open(&mut self, archetype: u32) -> &mut Vec<T> {
        let at = archetype as usize;
        while self.columns.len() <= at {
            self.columns.push(Column { rows: Vec::new(), tick: 0 });
            self.chunk_ticks.push(Vec::new());
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

/// The map of a copy in the same world.
fn itself(entity: Entity) -> Entity {
    entity
}

fn bytes_of_ticks(ticks: &Vec<Vec<u64>>) -> usize {
    let all: usize = ticks.iter().map(Vec::capacity).sum();
    ticks.capacity() * size_of::<Vec<u64>>() + all * size_of::<u64>()
}

/// A value with another one at `path`.
fn with_part(mut value: Value, path: &str, part: &Value) -> Result<Value, ValueError> {
    *value.at_mut(path)? = part.clone();
    Ok(value)
}

/// A copy of a component as a whole.
fn detached<T: Component>(component: &T, map: &dyn Fn(Entity) -> Entity) -> T {
    if T::PLAIN { component.clone() } else { component.detach(map) }
}

/// Appends copies of components.
pub(super) fn detach_into<T: Component>(copies: &mut Vec<T>, rows: &[T]) {
    if T::PLAIN {
        copies.extend_from_slice(rows);
        return;
    }
    copies.reserve(rows.len());
    for row in rows {
        copies.push(row.detach(&itself));
    }
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
        let (mut active, mut reserved) = (0, 0);
        for column in &columns.columns {
            active += column.rows.len();
            // A vector of zero-sized components reports room for everything and takes none.
            reserved += if size_of::<T>() == 0 { column.rows.len() } else { column.rows.capacity() };
        }
        let tables = columns.columns.capacity() * size_of::<Column<T>>() + bytes_of_ticks(&columns.chunk_ticks);
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
        for column in &mut self.columns.get_mut().columns {
            column.rows.shrink_to_fit();
        }
    }

    fn push_default(&mut self, archetype: u32) {
        self.push(archetype, T::default());
    }

    fn push_value(&mut self, archetype: u32, value: &Value) -> Result<(), ValueError> {
        match T::from_value(value) {
            Ok(component) => self.push(archetype, component),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn push_copies(&mut self, archetype: u32, from: Place, count: usize) {
        // The copies are made before the first one is stored: a clone that panics leaves the column as it was.
        let original = &self.columns.get_mut().column(from.0)[from.1 as usize];
        let mut copies = Vec::with_capacity(count);
        for _ in 0..count {
            copies.push(detached(original, &itself));
        }
        self.rows(archetype).append(&mut copies);
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
        let (first, second) = columns.split_at_mut(from.max(to) as usize);
        let (from, to) = match from < to {
            true => (&mut first[from as usize].rows, &mut second[0].rows),
            false => (&mut second[0].rows, &mut first[to as usize].rows),
        };
        to.reserve(rows.len());
        for row in rows {
            to.push(from.swap_remove(*row as usize));
        }
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
        let mut component = match T::from_value(value) {
            Ok(component) => component,
            Err(error) => return Err(error),
        };
        let mut columns = self.columns.write();
        if let Some(place) = columns.row_mut(at.0, at.1, tick) {
            place.assign(&mut component, None);
        }
        // The old component's drop may use the world; it does so without the lock.
        drop(columns);
        drop(component);
        Ok(())
    }

    fn set_part(&self, at: Place, path: &str, value: &Value, tick: u64) -> Result<(), ValueError> {
        let mut columns = self.columns.write();
        let before = columns.column(at.0)[at.1 as usize].to_value();
        let base = T::from_value(&before);
        let after = with_part(before, path, value).and_then(|after| T::from_value(&after));
        let (mut component, base) = match (after, base) {
            (Ok(component), Ok(base)) => (component, base),
            (Err(error), _) | (_, Err(error)) => return Err(error),
        };
        if let Some(place) = columns.row_mut(at.0, at.1, tick) {
            place.assign(&mut component, Some(&base));
        }
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
        let Some(other) = erase::pool_ref::<Self>(other) else { return None };
        let mut found = Vec::new();
        if std::ptr::eq(self, other) {
            return Some(found);
        }
        let (ours, theirs) = (self.columns.read(), other.columns.read());
        // One pair of buffers for all rows: most of the time would go into making them.
        let (mut first, mut second) = (LeafBuffer::default(), LeafBuffer::default());
        for (at, (a, b)) in pairs.iter().enumerate() {
            first.bytes.clear();
            second.bytes.clear();
            ours.column(a.0)[a.1 as usize].walk(&mut |leaf| first.push(leaf));
            theirs.column(b.0)[b.1 as usize].walk(&mut |leaf| second.push(leaf));
            if first.bytes != second.bytes {
                found.push(at);
            }
        }
        Some(found)
    }

    fn copy(&self) -> Box<dyn ErasedPool> {
        let columns = self.columns.read();
        let mut copies = Vec::with_capacity(columns.columns.len());
        for column in &columns.columns {
            let mut rows = Vec::new();
            detach_into(&mut rows, &column.rows);
            copies.push(Column { rows, tick: column.tick });
        }
        Box::new(Self::of(Columns { columns: copies, chunk_ticks: columns.chunk_ticks.clone() }))
    }

    fn save(
        &self,
        before: Option<&SavedPool>,
        ready: Option<SavedPool>,
        unchanged: &dyn Fn(u32, u32) -> bool,
    ) -> SavedPool {
        let ready = match ready {
            Some(ready) => ready.take::<Self, saved::Columns<T>>(),
            None => None,
        };
        let before = match before {
            Some(before) => before.get::<Self, saved::Columns<T>>(),
            None => None,
        };
        SavedPool::new::<Self, _>(saved::save(&self.columns.read(), before, ready, unchanged))
    }

    fn ready(&self, saved: &SavedPool) -> Option<SavedPool> {
        if !T::PLAIN || std::mem::needs_drop::<T>() {
            return None;
        }
        let Some(saved) = saved.get::<Self, saved::Columns<T>>() else { return None };
        Some(SavedPool::new::<Self, _>(saved::ready(saved)))
    }

    fn load(&mut self, saved: &SavedPool) -> bool {
        let Some(saved) = saved.get::<Self, saved::Columns<T>>() else { return false };
        saved::load(self.columns.get_mut(), saved);
        true
    }

    fn saved_bytes(&self, saved: &SavedPool) -> u64 {
        match saved.get::<Self, saved::Columns<T>>() {
            Some(saved) => saved::own_bytes(saved),
            None => 0,
        }
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

//! The storage of one component type: a plain vector per archetype, behind one measured lock.

use super::component::Component;
use playground_core_types::{Lock, LockStats, ReadGuard, WriteGuard};
use playground_engine_types::{ComponentInfo, ErasedPool, Value, ValueError, storage::PoolSize};

/// The columns of one component type, by archetype.
#[derive(Default)]
pub struct Columns<T>(Vec<Vec<T>>);

impl<T> Columns<T> {
    /// The components of one archetype, by row.
    #[inline]
    pub fn column(&self, archetype: u32) -> &[T] {
        self.0.get(archetype as usize).map_or(&[], Vec::as_slice)
    }

    /// The components of one archetype, by row, to change them.
    #[inline]
    pub fn column_mut(&mut self, archetype: u32) -> &mut [T] {
        self.0.get_mut(archetype as usize).map_or(&mut [], Vec::as_mut_slice)
    }

    #[inline]
    fn open(&mut self, archetype: u32) -> &mut Vec<T> {
        let at = archetype as usize;
        if self.0.len() <= at {
            self.0.resize_with(at + 1, Vec::new);
        }
        &mut self.0[at]
    }
}

/// The storage of one component type.
pub struct ComponentPool<T> {
    info: &'static ComponentInfo,
    columns: Lock<Columns<T>>,
}

impl<T: Component> ComponentPool<T> {
    /// Empty storage.
    pub fn new() -> Self {
        Self { info: T::INFO, columns: Lock::new(T::INFO.name, Columns(Vec::new())) }
    }

    /// Locks for reading.
    #[inline]
    pub fn read(&self) -> ReadGuard<'_, Columns<T>> {
        self.columns.read()
    }

    /// Locks for writing.
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
        self.columns.get_mut().open(archetype).push(component);
    }
}

impl<T: Component> Default for ComponentPool<T> {
    fn default() -> Self {
        Self::new()
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
        let active: usize = columns.0.iter().map(Vec::len).sum();
        let reserved: usize = columns.0.iter().map(Vec::capacity).sum();
        // A vector of zero-sized components reports room for everything and takes none.
        let reserved = if size_of::<T>() == 0 { active } else { reserved };
        PoolSize {
            active: active as u64,
            recycled: (reserved - active) as u64,
            bytes: (reserved * size_of::<T>() + columns.0.capacity() * size_of::<Vec<T>>()) as u64,
        }
    }

    fn open_column(&mut self, archetype: u32) {
        self.columns.get_mut().open(archetype);
    }

    fn push_default(&mut self, archetype: u32) {
        self.push(archetype, T::default());
    }

    fn push_value(&mut self, archetype: u32, value: &Value) -> Result<(), ValueError> {
        let component = T::from_value(value)?;
        self.push(archetype, component);
        Ok(())
    }

    fn push_copy(&mut self, archetype: u32, from: (u32, u32)) {
        let copy = self.columns.get_mut().0[from.0 as usize][from.1 as usize].clone();
        self.push(archetype, copy);
    }

    fn swap_remove(&mut self, archetype: u32, row: u32) {
        self.columns.get_mut().0[archetype as usize].swap_remove(row as usize);
    }

    fn move_row(&mut self, from: u32, row: u32, to: u32) {
        let columns = self.columns.get_mut();
        let component = columns.0[from as usize].swap_remove(row as usize);
        columns.open(to).push(component);
    }

    fn value(&self, archetype: u32, row: u32) -> Value {
        self.columns.read().0[archetype as usize][row as usize].to_value()
    }

    fn set_value(&self, archetype: u32, row: u32, value: &Value) -> Result<(), ValueError> {
        let component = T::from_value(value)?;
        self.columns.write().0[archetype as usize][row as usize] = component;
        Ok(())
    }

    fn clear_column(&mut self, archetype: u32) {
        self.columns.get_mut().open(archetype).clear();
    }

    fn copy(&self) -> Box<dyn ErasedPool> {
        let columns = Columns(self.columns.read().0.clone());
        Box::new(Self { info: self.info, columns: Lock::new(self.info.name, columns) })
    }
}

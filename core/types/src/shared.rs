//! A value behind a measured lock, shared by cloning.

use crate::{Handle, Lock, LockStats, ReadGuard, ThreadSafe, WriteGuard};

/// A value that several threads read and write. Every clone is the same value; the lock is named and counted.
///
/// ```
/// use playground_core_types::Shared;
/// let score = Shared::new("score", 1);
/// let other = score.clone();
/// *other.write() += 1;
/// assert_eq!(*score.read(), 2);
/// assert_eq!(score.stats().writes, 1);
/// ```
#[derive(Debug)]
pub struct Shared<T>(Handle<Lock<T>>);

impl<T> Shared<T> {
    /// A new value; `name` is what the Locks panel shows.
    pub fn new(name: impl Into<String>, value: T) -> Self {
        Self(Handle::new(Lock::new(name, value)))
    }

    /// Waits until nobody writes, then reads.
    pub fn read(&self) -> ReadGuard<'_, T> {
        self.0.read()
    }

    /// Waits until nobody else reads or writes, then writes.
    pub fn write(&self) -> WriteGuard<'_, T> {
        self.0.write()
    }

    /// What happened to the lock so far. Never blocks.
    pub fn stats(&self) -> LockStats {
        self.0.stats()
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Send + Sync + 'static> ThreadSafe for Shared<T> {
    fn same(&self, other: &Self) -> bool {
        Handle::ptr_eq(&self.0, &other.0)
    }
}

//! Access to what a lock guards, for as long as the guard lives. Knows nothing of how the lock was acquired.

use crate::meter::{Meter, Start};
use parking_lot::{RwLockReadGuard, RwLockWriteGuard};
use std::fmt;
use std::ops::{Deref, DerefMut};

/// Shared access to what a [`Lock`](crate::Lock) guards.
///
/// Dropping it gives the lock back, also when a panic unwinds: the lock is not poisoned.
#[must_use = "the lock is given back at once if the guard is not kept"]
pub struct ReadGuard<'a, T> {
    pub(crate) value: RwLockReadGuard<'a, T>,
    pub(crate) meter: &'a Meter,
    pub(crate) start: Start,
}

/// Exclusive access to what a [`Lock`](crate::Lock) guards.
///
/// Dropping it gives the lock back, also when a panic unwinds: the lock is not poisoned, and the next one sees what was
/// written before the panic.
#[must_use = "the lock is given back at once if the guard is not kept"]
pub struct WriteGuard<'a, T> {
    pub(crate) value: RwLockWriteGuard<'a, T>,
    pub(crate) meter: &'a Meter,
    pub(crate) start: Start,
}

impl<T> Drop for ReadGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        if self.start != 0 {
            self.meter.held(self.start);
        }
    }
}

impl<T> Drop for WriteGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        if self.start != 0 {
            self.meter.held(self.start);
        }
        self.meter.write_ends();
    }
}

impl<T> Deref for ReadGuard<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> Deref for WriteGuard<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for WriteGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for ReadGuard<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(formatter)
    }
}

impl<T: fmt::Debug> fmt::Debug for WriteGuard<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(formatter)
    }
}

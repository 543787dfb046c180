//! A value behind a measured lock, shared by cloning.

use crate::{Detach, Handle, Lock, LockStats, ReadGuard, ThreadSafe, Who, WriteGuard};
use std::borrow::Cow;

/// A value that several threads read and write in place.
///
/// **When**: for data that changes and that no simpler type fits: data that never changes is a [`Handle`], one small
/// value an [`Atomic`](crate::Atomic), data that is set one time a [`Once`](crate::Once). Keep a guard no longer than
/// the work on the value takes; others may be waiting. [`stats`](Self::stats) show for whom; no panel lists them of itself.
///
/// **Clone** makes an alias: every clone is the same value behind the same lock. [`detach`](Self::detach) makes a copy.
///
/// The methods are those of [`Lock`], which says what each costs and counts.
///
/// ```
/// use playground_core_types::Shared;
/// let score = Shared::new("score", 1);
/// let other = score.clone();
/// *other.write() += 1;
/// assert_eq!(*score.read(), 2);
/// assert_eq!(score.stats().writes, 1);
///
/// let copy = score.detach();
/// *copy.write() += 1;
/// assert_eq!((*score.read(), *copy.read()), (2, 3));
/// assert!(score.same(&other) && !score.same(&copy));
/// ```
#[derive(Debug)]
pub struct Shared<T>(Handle<Lock<T>>);

impl<T> Shared<T> {
    /// A new value; `name` is what [`stats`](Self::stats) show. A name that is a literal is not copied.
    pub fn new(name: impl Into<Cow<'static, str>>, value: T) -> Self {
        Self(Handle::new(Lock::new(name, value)))
    }

    /// The lock's name.
    pub fn name(&self) -> &str {
        self.0.name()
    }

    /// Waits until nobody writes, then reads.
    #[inline]
    pub fn read(&self) -> ReadGuard<'_, T> {
        self.0.read()
    }

    /// Waits until nobody else reads or writes, then writes.
    #[inline]
    pub fn write(&self) -> WriteGuard<'_, T> {
        self.0.write()
    }

    /// As [`read`](Self::read), in the name of `who`.
    #[inline]
    pub fn read_as(&self, who: Who) -> ReadGuard<'_, T> {
        self.0.read_as(who)
    }

    /// As [`write`](Self::write), in the name of `who`.
    #[inline]
    pub fn write_as(&self, who: Who) -> WriteGuard<'_, T> {
        self.0.write_as(who)
    }

    /// Reads, unless somebody writes or waits for writing.
    #[inline]
    pub fn try_read(&self) -> Option<ReadGuard<'_, T>> {
        self.0.try_read()
    }

    /// Writes, unless somebody else reads or writes.
    #[inline]
    pub fn try_write(&self) -> Option<WriteGuard<'_, T>> {
        self.0.try_write()
    }

    /// As [`try_read`](Self::try_read), in the name of `who`.
    #[inline]
    pub fn try_read_as(&self, who: Who) -> Option<ReadGuard<'_, T>> {
        self.0.try_read_as(who)
    }

    /// As [`try_write`](Self::try_write), in the name of `who`.
    #[inline]
    pub fn try_write_as(&self, who: Who) -> Option<WriteGuard<'_, T>> {
        self.0.try_write_as(who)
    }

    /// What happened to the lock so far. Never waits.
    pub fn stats(&self) -> LockStats {
        self.0.stats()
    }

    /// As [`stats`](Self::stats) without the recent waits, which are most of the work.
    pub fn summary(&self) -> LockStats {
        self.0.summary()
    }

    /// Whether both are the same value behind the same lock.
    pub fn same(&self, other: &Self) -> bool {
        Handle::ptr_eq(&self.0, &other.0)
    }
}

impl<T: Clone> Shared<T> {
    /// A value of its own with a copy of what this one holds, under the same name. Waits until nobody writes; the
    /// copy's counts start at zero.
    pub fn detach(&self) -> Self {
        let value = self.read().clone();
        Self(Handle::new(Lock::new(self.0.name_for_copy(), value)))
    }
}

impl<T: Default> Default for Shared<T> {
    /// A default value; the lock is named after its type.
    fn default() -> Self {
        Self::new(std::any::type_name::<T>(), T::default())
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Send + Sync + 'static> ThreadSafe for Shared<T> {
    fn same(&self, other: &Self) -> bool {
        Self::same(self, other)
    }
}

impl<T: Clone> Detach for Shared<T> {
    fn detach(&self) -> Self {
        Self::detach(self)
    }
}

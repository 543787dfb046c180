//! The measured read/write lock. Knows nothing of who shares it, nor of how it is measured.

use crate::meter::Meter;
use crate::{LockStats, ReadGuard, Who, WriteGuard};
use parking_lot::RwLock;
use std::borrow::Cow;
use std::fmt;

/// A read/write lock that says who waits for whom and for how long.
///
/// **When**: as the part of a larger structure that has its own owner, as in a component pool. What several owners
/// share is a [`Shared`](crate::Shared), which is this lock behind a handle.
///
/// **Cost**: as long as nobody waits, about a nanosecond more than the bare lock: in a release build a tenth of
/// acquiring it and giving it back, at worst a quarter, for a short write around a call. Counts are plain stores; the
/// clock is looked at by those who wait anyway, and for one in [`HOLD_SAMPLING`](crate::HOLD_SAMPLING) others. Memory
/// for the distributions is allocated when they get their first entry.
///
/// **Not** re-entrant: whoever reads and reads again may wait forever for a writer in between that waits for the first
/// read to end. There is no poison: a panic gives the lock back like any other way out.
///
/// **Names**: who acquires the lock may say so with [`read_as`](Self::read_as) and [`write_as`](Self::write_as), which
/// cost no more; the plain forms stand for [`Who::UNKNOWN`].
///
/// ```
/// use playground_core_types::{Lock, Who};
/// let positions = Lock::new("positions", vec![0.0]);
/// let movement = Who(7);
/// {
///     let mut positions_now = positions.write_as(movement);
///     positions_now[0] = 1.0;
///     assert_eq!(positions.stats().holder, Some(movement));
///     assert!(positions.try_read().is_none());
/// }
/// let stats = positions.stats();
/// assert_eq!((stats.writes, stats.contended, stats.holder), (1, 0, None));
/// ```
pub struct Lock<T> {
    name: Cow<'static, str>,
    meter: Meter,
    value: RwLock<T>,
}

impl<T> Lock<T> {
    /// A new lock. A name that is a literal is not copied.
    pub fn new(name: impl Into<Cow<'static, str>>, value: T) -> Self {
        Self { name: name.into(), meter: Meter::new(), value: RwLock::new(value) }
    }

    /// The lock's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Waits until nobody writes, then reads.
    #[inline]
    pub fn read(&self) -> ReadGuard<'_, T> {
        self.read_as(Who::UNKNOWN)
    }

    /// Waits until nobody else reads or writes, then writes.
    #[inline]
    pub fn write(&self) -> WriteGuard<'_, T> {
        self.write_as(Who::UNKNOWN)
    }

    /// As [`read`](Self::read), in the name of `who`.
    #[inline]
    pub fn read_as(&self, who: Who) -> ReadGuard<'_, T> {
        match self.try_read_as(who) {
            Some(guard) => guard,
            None => self.wait_to_read(who),
        }
    }

    /// As [`write`](Self::write), in the name of `who`.
    #[inline]
    pub fn write_as(&self, who: Who) -> WriteGuard<'_, T> {
        match self.try_write_as(who) {
            Some(guard) => guard,
            None => self.wait_to_write(who),
        }
    }

    /// Reads, unless somebody writes or waits for writing. A refusal is not counted: nobody waited.
    #[inline]
    pub fn try_read(&self) -> Option<ReadGuard<'_, T>> {
        self.try_read_as(Who::UNKNOWN)
    }

    /// Writes, unless somebody else reads or writes. A refusal is not counted: nobody waited.
    #[inline]
    pub fn try_write(&self) -> Option<WriteGuard<'_, T>> {
        self.try_write_as(Who::UNKNOWN)
    }

    /// As [`try_read`](Self::try_read), in the name of `who`.
    #[inline]
    #[allow(clippy::question_mark)] // every module compiles this for each of its types, and `?` with it
    pub fn try_read_as(&self, who: Who) -> Option<ReadGuard<'_, T>> {
        let Some(value) = self.value.try_read() else { return None };
        Some(ReadGuard { value, meter: &self.meter, start: self.meter.read_began(who) })
    }

    /// As [`try_write`](Self::try_write), in the name of `who`.
    #[inline]
    #[allow(clippy::question_mark)] // every module compiles this for each of its types, and `?` with it
    pub fn try_write_as(&self, who: Who) -> Option<WriteGuard<'_, T>> {
        let Some(value) = self.value.try_write() else { return None };
        Some(WriteGuard { value, meter: &self.meter, start: self.meter.write_began(who) })
    }

    /// The value, without locking: the borrow proves that nobody else has it.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// The value, taken out of the lock.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }

    /// What happened to the lock so far. Never waits, for the lock or for anything else.
    pub fn stats(&self) -> LockStats {
        self.meter.stats(&self.name, self.value.is_locked())
    }

    /// As [`stats`](Self::stats) without the recent waits, which are most of the work: for who asks often.
    pub fn summary(&self) -> LockStats {
        self.meter.summary(&self.name, self.value.is_locked())
    }

    /// The name for another lock, still not copied if it is a literal.
    pub(crate) fn name_for_copy(&self) -> Cow<'static, str> {
        self.name.clone()
    }

    #[cold]
    fn wait_to_read(&self, who: Who) -> ReadGuard<'_, T> {
        let wait = self.meter.waits(who, false);
        let value = self.value.read();
        let start = self.meter.waited(wait);
        ReadGuard { value, meter: &self.meter, start }
    }

    #[cold]
    fn wait_to_write(&self, who: Who) -> WriteGuard<'_, T> {
        let wait = self.meter.waits(who, true);
        let value = self.value.write();
        let start = self.meter.waited(wait);
        WriteGuard { value, meter: &self.meter, start }
    }
}

impl<T: fmt::Debug> fmt::Debug for Lock<T> {
    /// The name and the value, or that it is locked: printing never waits, and is not counted.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Lock").field(&self.name).field(&self.value).finish()
    }
}

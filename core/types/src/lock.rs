//! The measured read/write lock. Knows nothing of who shares it.

use parking_lot::RwLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

/// Shared access to what a [`Lock`] guards.
pub type ReadGuard<'a, T> = parking_lot::RwLockReadGuard<'a, T>;
/// Exclusive access to what a [`Lock`] guards.
pub type WriteGuard<'a, T> = parking_lot::RwLockWriteGuard<'a, T>;

/// A read/write lock that counts its acquisitions and how long they waited.
#[derive(Debug)]
pub struct Lock<T> {
    name: String,
    counters: Counters,
    value: RwLock<T>,
}

#[derive(Debug, Default)]
struct Counters {
    reads: AtomicU64,
    writes: AtomicU64,
    contended: AtomicU64,
    wait_ns: AtomicU64,
}

/// What happened to one lock since it was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockStats {
    /// The lock's name; for a component pool, the component's.
    pub name: String,
    /// Acquisitions for reading.
    pub reads: u64,
    /// Acquisitions for writing.
    pub writes: u64,
    /// Acquisitions that had to wait for another thread.
    pub contended: u64,
    /// Time spent waiting, ns, summed over all of them.
    pub wait_ns: u64,
}

impl<T> Lock<T> {
    /// A new lock.
    pub fn new(name: impl Into<String>, value: T) -> Self {
        Self { name: name.into(), counters: Counters::default(), value: RwLock::new(value) }
    }

    /// The lock's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Waits until nobody writes, then reads.
    #[inline]
    pub fn read(&self) -> ReadGuard<'_, T> {
        self.counters.reads.fetch_add(1, Relaxed);
        match self.value.try_read() {
            Some(guard) => guard,
            None => self.counters.timed(|| self.value.read()),
        }
    }

    /// Waits until nobody else reads or writes, then writes.
    #[inline]
    pub fn write(&self) -> WriteGuard<'_, T> {
        self.counters.writes.fetch_add(1, Relaxed);
        match self.value.try_write() {
            Some(guard) => guard,
            None => self.counters.timed(|| self.value.write()),
        }
    }

    /// The value, without locking: the borrow proves that nobody else has it.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// The value, taken out of the lock.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }

    /// What happened to the lock so far. Never blocks.
    pub fn stats(&self) -> LockStats {
        LockStats {
            name: self.name.clone(),
            reads: self.counters.reads.load(Relaxed),
            writes: self.counters.writes.load(Relaxed),
            contended: self.counters.contended.load(Relaxed),
            wait_ns: self.counters.wait_ns.load(Relaxed),
        }
    }
}

impl Counters {
    /// The clock is read only on the contended path: an uncontended lock costs less than two looks at the clock.
    #[cold]
    fn timed<G>(&self, wait: impl FnOnce() -> G) -> G {
        self.contended.fetch_add(1, Relaxed);
        let start = Instant::now();
        let guard = wait();
        self.wait_ns.fetch_add(start.elapsed().as_nanos() as u64, Relaxed);
        guard
    }
}

#[cfg(test)]
mod tests {
    use super::Lock;

    #[test]
    fn a_wait_is_counted_and_timed() {
        let lock = Lock::new("position", 0);
        std::thread::scope(|scope| {
            let guard = lock.write();
            scope.spawn(|| drop(lock.read()));
            // The count goes up before the wait begins, so this ends only once the other thread must wait.
            while lock.stats().contended == 0 {
                std::thread::yield_now();
            }
            drop(guard);
        });
        let stats = lock.stats();
        assert_eq!((stats.reads, stats.writes, stats.contended), (1, 1, 1));
    }
}

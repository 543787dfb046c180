//! One small value that threads read and write without a lock.

use crate::{Handle, ThreadSafe};
use crossbeam_utils::atomic::AtomicCell;

/// A shared `Copy` value. Values of up to eight bytes never block; larger ones retry while another thread writes.
///
/// ```
/// use playground_core_types::Atomic;
/// let paused = Atomic::new(false);
/// let other = paused.clone();
/// other.store(true);
/// assert!(paused.load());
/// ```
#[derive(Debug, Default)]
pub struct Atomic<T: Copy>(Handle<AtomicCell<T>>);

impl<T: Copy> Atomic<T> {
    /// A new value.
    pub fn new(value: T) -> Self {
        Self(Handle::new(AtomicCell::new(value)))
    }

    /// The value now.
    pub fn load(&self) -> T {
        self.0.load()
    }

    /// Replaces the value.
    pub fn store(&self, value: T) {
        self.0.store(value);
    }

    /// Replaces the value and returns the one before.
    pub fn swap(&self, value: T) -> T {
        self.0.swap(value)
    }
}

impl<T: Copy + Eq> Atomic<T> {
    /// Replaces the value by what `change` makes of it, as often as it takes to do so without a race. Returns the
    /// value before.
    pub fn update(&self, change: impl Fn(T) -> T) -> T {
        let mut now = self.load();
        loop {
            match self.0.compare_exchange(now, change(now)) {
                Ok(before) => return before,
                Err(current) => now = current,
            }
        }
    }
}

impl<T: Copy> Clone for Atomic<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Copy + Send + 'static> ThreadSafe for Atomic<T> {
    fn same(&self, other: &Self) -> bool {
        Handle::ptr_eq(&self.0, &other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Atomic;

    #[test]
    fn updates_from_two_threads_are_all_counted() {
        let counter = Atomic::new(0_u64);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..10_000 {
                        counter.update(|n| n + 1);
                    }
                });
            }
        });
        assert_eq!(counter.load(), 20_000);
    }
}

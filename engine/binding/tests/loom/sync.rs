//! What slots and the registry are made of, in a form that loom sees inside.
//!
//! A lock stands for arc-swap's way to exchange the pointer, which is the promise of that crate and not ours. What is
//! kept of it is what it leaves to its users: whoever loads and stores later may be overtaken, and a cache finds out
//! by a relaxed load whether it is still current.

use loom::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use loom::sync::{Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::sync::Arc;

const NO_PANIC: &str = "no thread of a model panics while it has a lock";

pub type ArcSwap<T> = ArcSwapAny<Arc<T>>;
pub type ArcSwapOption<T> = ArcSwapAny<Option<Arc<T>>>;

/// `pointer` stands for the address of the value: another one with each exchange.
pub struct ArcSwapAny<T> {
    pointer: AtomicUsize,
    value: Mutex<T>,
}

impl<T: Clone> ArcSwapAny<T> {
    pub fn load(&self) -> T {
        self.load_full()
    }

    pub fn load_full(&self) -> T {
        self.load_with_pointer().1
    }

    pub fn store(&self, value: T) {
        self.compare_and_store(None, value);
    }

    pub fn rcu<R: Into<T>>(&self, change: impl Fn(&T) -> R) {
        loop {
            let (pointer, value) = self.load_with_pointer();
            if self.compare_and_store(Some(pointer), change(&value).into()) {
                return;
            }
        }
    }

    fn load_with_pointer(&self) -> (usize, T) {
        let value = self.value.lock().expect(NO_PANIC);
        (self.pointer.load(Relaxed), value.clone())
    }

    fn compare_and_store(&self, expected: Option<usize>, value: T) -> bool {
        let mut place = self.value.lock().expect(NO_PANIC);
        let pointer = self.pointer.load(Relaxed);
        let is_expected = expected.is_none_or(|expected| expected == pointer);
        if is_expected {
            *place = value;
            self.pointer.store(pointer + 1, Relaxed);
        }
        is_expected
    }
}

impl<T> ArcSwapAny<Option<Arc<T>>> {
    pub fn empty() -> Self {
        Self::default()
    }
}

impl<T: Default> Default for ArcSwapAny<T> {
    fn default() -> Self {
        Self { pointer: AtomicUsize::new(0), value: Mutex::new(T::default()) }
    }
}

/// As in arc-swap: a copy, renewed when the pointer is another one.
pub struct Cache<A, T> {
    shared: A,
    pointer: usize,
    value: T,
}

impl<T: Clone> Cache<Arc<ArcSwapAny<T>>, T> {
    pub fn new(shared: Arc<ArcSwapAny<T>>) -> Self {
        let (pointer, value) = shared.load_with_pointer();
        Self { shared, pointer, value }
    }

    pub fn load(&mut self) -> &T {
        if self.shared.pointer.load(Relaxed) != self.pointer {
            (self.pointer, self.value) = self.shared.load_with_pointer();
        }
        &self.value
    }
}

/// A lock shared by cloning, without its measuring.
pub struct Shared<T>(Arc<RwLock<T>>);

impl<T> Shared<T> {
    pub fn new(_: &'static str, value: T) -> Self {
        Self(Arc::new(RwLock::new(value)))
    }

    pub fn read(&self) -> RwLockReadGuard<'_, T> {
        self.0.read().expect(NO_PANIC)
    }

    pub fn write(&self) -> RwLockWriteGuard<'_, T> {
        self.0.write().expect(NO_PANIC)
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

//! One small value that threads read and write without a lock.

use crate::{Detach, Handle, ThreadSafe};
use crossbeam_utils::atomic::AtomicCell;

/// A shared `Copy` value that is always replaced as a whole.
///
/// **When**: for one value that stands for itself, such as a flag, a counter or a state. Two values that must fit each
/// other belong into one struct, and what is not `Copy` into a [`Shared`](crate::Shared).
///
/// **Lock-free** if the size is 0, 1, 2, 4 or 8 bytes and the alignment is the same or more: numbers, `bool`, enums
/// without fields, and structs with `#[repr(align(..))]`. Any other value is behind a sequence lock that it has in
/// common with other such values: readers retry while somebody writes, writers exclude each other.
/// [`Atomic::is_lock_free`] says which it is.
///
/// **Order**: what a thread wrote before a store is visible to every thread that loads the stored value.
///
/// **Clone** makes an alias. [`detach`](Self::detach) makes a copy.
///
/// [`Flag`] and [`Counter`] are names for the two most common ones; a float to add to is a [`Gauge`](crate::Gauge).
///
/// ```
/// use playground_core_types::{Counter, Flag};
/// let (paused, frames) = (Flag::new(false), Counter::new(0));
/// let other = paused.clone();
/// other.store(true);
/// assert!(paused.load());
/// assert_eq!((frames.fetch_add(2), frames.load()), (0, 2));
/// ```
#[derive(Debug, Default)]
pub struct Atomic<T: Copy>(Handle<AtomicCell<T>>);

/// A shared yes or no.
pub type Flag = Atomic<bool>;

/// A shared count.
pub type Counter = Atomic<u64>;

impl<T: Copy> Atomic<T> {
    /// A new value.
    pub fn new(value: T) -> Self {
        Self(Handle::new(AtomicCell::new(value)))
    }

    /// Whether a thread never waits for another that uses such a value.
    pub const fn is_lock_free() -> bool {
        AtomicCell::<T>::is_lock_free()
    }

    /// The value now.
    #[inline]
    pub fn load(&self) -> T {
        self.0.load()
    }

    /// Replaces the value.
    #[inline]
    pub fn store(&self, value: T) {
        self.0.store(value);
    }

    /// Replaces the value and returns the one before.
    #[inline]
    pub fn swap(&self, value: T) -> T {
        self.0.swap(value)
    }

    /// Whether both are the same value in memory.
    pub fn same(&self, other: &Self) -> bool {
        Handle::ptr_eq(&self.0, &other.0)
    }

    /// A value of its own, which starts as this one is now.
    pub fn detach(&self) -> Self {
        Self::new(self.load())
    }
}

impl<T: Copy + Eq> Atomic<T> {
    /// Replaces the value if it is `current`, and returns it.
    ///
    /// # Errors
    /// The value, if it is another one.
    #[inline]
    pub fn compare_exchange(&self, current: T, new: T) -> Result<T, T> {
        self.0.compare_exchange(current, new)
    }

    /// Replaces the value by what `change` makes of it, as often as it takes to do so without a race. Returns the
    /// value before.
    pub fn update(&self, change: impl Fn(T) -> T) -> T {
        let mut now = self.load();
        loop {
            match self.compare_exchange(now, change(now)) {
                Ok(before) => return before,
                Err(current) => now = current,
            }
        }
    }
}

macro_rules! bitwise {
    ($($number:ty)*) => { $(
        impl Atomic<$number> {
            /// The value becomes itself `&` `other`. Returns the value before.
            #[inline]
            pub fn fetch_and(&self, other: $number) -> $number {
                self.0.fetch_and(other)
            }

            /// The value becomes `!` (itself `&` `other`). Returns the value before.
            #[inline]
            pub fn fetch_nand(&self, other: $number) -> $number {
                self.0.fetch_nand(other)
            }

            /// The value becomes itself `|` `other`. Returns the value before.
            #[inline]
            pub fn fetch_or(&self, other: $number) -> $number {
                self.0.fetch_or(other)
            }

            /// The value becomes itself `^` `other`. Returns the value before.
            #[inline]
            pub fn fetch_xor(&self, other: $number) -> $number {
                self.0.fetch_xor(other)
            }
        }
    )* };
}

macro_rules! arithmetic {
    ($($number:ty)*) => { $(
        impl Atomic<$number> {
            /// Adds to the value, wrapping around at its end. Returns the value before.
            #[inline]
            pub fn fetch_add(&self, other: $number) -> $number {
                self.0.fetch_add(other)
            }

            /// Subtracts from the value, wrapping around at its end. Returns the value before.
            #[inline]
            pub fn fetch_sub(&self, other: $number) -> $number {
                self.0.fetch_sub(other)
            }

            /// The value becomes the greater of itself and `other`. Returns the value before.
            #[inline]
            pub fn fetch_max(&self, other: $number) -> $number {
                self.0.fetch_max(other)
            }

            /// The value becomes the smaller of itself and `other`. Returns the value before.
            #[inline]
            pub fn fetch_min(&self, other: $number) -> $number {
                self.0.fetch_min(other)
            }
        }
    )* };
}

bitwise! { bool u8 u16 u32 u64 usize i8 i16 i32 i64 isize }
arithmetic! { u8 u16 u32 u64 usize i8 i16 i32 i64 isize }

impl<T: Copy> Clone for Atomic<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Copy + Send + 'static> ThreadSafe for Atomic<T> {
    fn same(&self, other: &Self) -> bool {
        Self::same(self, other)
    }
}

impl<T: Copy> Detach for Atomic<T> {
    fn detach(&self) -> Self {
        Self::detach(self)
    }
}

#[cfg(test)]
mod tests {
    use super::{Atomic, Counter, Flag};

    #[test]
    fn updates_from_two_threads_are_all_counted() {
        let (updated, added) = (Counter::new(0), Counter::new(0));
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..10_000 {
                        updated.update(|n| n + 1);
                        added.fetch_add(1);
                    }
                });
            }
        });
        assert_eq!((updated.load(), added.load()), (20_000, 20_000));
    }

    #[test]
    fn values_that_fit_a_register_are_lock_free() {
        #[derive(Clone, Copy)]
        #[repr(align(8))]
        struct Pair(#[expect(dead_code, reason = "only its size counts")] [f32; 2]);
        let free = [Flag::is_lock_free(), Counter::is_lock_free(), Atomic::<Pair>::is_lock_free()];
        assert_eq!(free, [true; 3]);
        assert!(!Atomic::<[f32; 2]>::is_lock_free() && !Atomic::<[u64; 2]>::is_lock_free());
    }

    #[test]
    fn only_the_expected_value_is_exchanged() {
        for value in [Atomic::new([1_u64; 3]), Atomic::new([1, 2, 3])] {
            let before = value.load();
            let expected = if before == [1; 3] { Ok(before) } else { Err(before) };
            assert_eq!(value.compare_exchange([1; 3], [0; 3]), expected);
        }
    }

    #[test]
    fn operations_return_the_value_before() {
        let bits = Atomic::new(0b0110_u8);
        assert_eq!([bits.fetch_and(0b1100), bits.fetch_or(0b0001), bits.fetch_xor(0b1111)], [0b0110, 0b0100, 0b0101]);
        assert_eq!([bits.fetch_max(200), bits.fetch_min(7), bits.fetch_sub(8), bits.load()], [0b1010, 200, 7, 255]);
        let flag = Flag::new(false);
        assert_eq!(
            [flag.fetch_or(true), flag.fetch_and(true), flag.fetch_nand(true), flag.swap(true)],
            [false, true, true, false]
        );
    }

    #[test]
    fn a_detached_one_goes_its_own_way() {
        let value = Atomic::new(1);
        let (alias, copy) = (value.clone(), value.detach());
        value.store(2);
        assert_eq!((alias.load(), copy.load()), (2, 1));
        assert!(value.same(&alias) && !value.same(&copy));
    }
}

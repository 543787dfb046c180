//! A value that is set one time.

use crate::{Detach, Handle, ThreadSafe};
use std::sync::OnceLock;

/// A shared value that is empty until somebody sets it, and then never changes.
///
/// **When**: for what becomes known later than its owner is made, such as a device or a loaded library. What is known
/// from the start is a [`Handle`], what changes more than once a [`Shared`](crate::Shared).
///
/// **Clone** makes an alias, also of a value that is still empty: whoever sets one sets all. [`detach`](Self::detach)
/// makes a copy.
///
/// ```
/// use playground_core_types::Once;
/// let device = Once::new();
/// let other = device.clone();
/// assert!(!other.is_set());
/// assert_eq!(device.set("gpu 0"), Ok(()));
/// assert_eq!(other.get(), Some(&"gpu 0"));
/// ```
#[derive(Debug)]
pub struct Once<T>(Handle<OnceLock<T>>);

impl<T> Once<T> {
    /// An empty value.
    pub fn new() -> Self {
        Self(Handle::new(OnceLock::new()))
    }

    /// The value, if it was set. Wait-free: one load, even while another thread is setting it.
    #[inline]
    pub fn get(&self) -> Option<&T> {
        self.0.get()
    }

    /// Whether the value was set. Wait-free, as [`get`](Self::get).
    #[inline]
    pub fn is_set(&self) -> bool {
        self.0.get().is_some()
    }

    /// Sets the value. Waits for a thread that is just setting it.
    ///
    /// # Errors
    /// Gives `value` back if another was set before.
    pub fn set(&self, value: T) -> Result<(), T> {
        self.0.set(value)
    }

    /// The value; the first caller makes it, and others who come meanwhile wait for it. If `make` panics, the value
    /// stays empty and the next caller makes it.
    pub fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        self.0.get_or_init(make)
    }

    /// Whether both are the same value, set or not.
    pub fn same(&self, other: &Self) -> bool {
        Handle::ptr_eq(&self.0, &other.0)
    }
}

impl<T: Clone> Once<T> {
    /// A value of its own, set to a copy of what this one holds; empty if this one is.
    pub fn detach(&self) -> Self {
        Self(Handle::new(OnceLock::clone(&self.0)))
    }
}

impl<T> From<T> for Once<T> {
    /// A value that is set already.
    fn from(value: T) -> Self {
        Self(Handle::new(OnceLock::from(value)))
    }
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Clone for Once<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Send + Sync + 'static> ThreadSafe for Once<T> {
    fn same(&self, other: &Self) -> bool {
        Self::same(self, other)
    }
}

impl<T: Clone> Detach for Once<T> {
    fn detach(&self) -> Self {
        Self::detach(self)
    }
}

#[cfg(test)]
mod tests {
    use super::Once;

    #[test]
    fn the_first_value_stays() {
        let once = Once::new();
        assert!(!once.is_set());
        assert_eq!(once.set(1), Ok(()));
        assert_eq!(once.clone().set(2), Err(2));
        assert_eq!(once.get(), Some(&1));
    }

    #[test]
    fn a_detached_one_is_set_on_its_own() {
        let once = Once::new();
        let empty = once.detach();
        assert_eq!(once.set(1), Ok(()));
        let full = once.detach();
        assert_eq!((empty.get(), full.get()), (None, Some(&1)));
        assert!(once.same(&once.clone()) && !once.same(&full));
    }

    #[test]
    fn a_panic_while_it_is_made_leaves_it_empty() {
        let once = Once::new();
        let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| *once.get_or_init(|| panic!("no value"))));
        assert!(made.is_err() && !once.is_set());
        assert_eq!(once.get_or_init(|| 2), &2);
    }
}

//! A value that is set one time.

use crate::{Handle, ThreadSafe};
use std::sync::OnceLock;

/// A shared value that is empty until somebody sets it, and then never changes.
#[derive(Debug)]
pub struct Once<T>(Handle<OnceLock<T>>);

impl<T> Once<T> {
    /// An empty value.
    pub fn new() -> Self {
        Self(Handle::new(OnceLock::new()))
    }

    /// The value, if it was set.
    pub fn get(&self) -> Option<&T> {
        self.0.get()
    }

    /// Sets the value; gives `value` back if another was set before.
    pub fn set(&self, value: T) -> Result<(), T> {
        self.0.set(value)
    }

    /// The value; the first caller makes it.
    pub fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        self.0.get_or_init(make)
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
        Handle::ptr_eq(&self.0, &other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Once;

    #[test]
    fn the_first_value_stays() {
        let once = Once::new();
        assert_eq!(once.set(1), Ok(()));
        assert_eq!(once.clone().set(2), Err(2));
        assert_eq!(once.get(), Some(&1));
    }
}

//! Values that threads share, each with a name that says how.
//!
//! | type | use it for | clone |
//! |---|---|---|
//! | [`Handle`] | data that never changes once built | aliases |
//! | [`Shared`] | data that several threads read and write | aliases |
//! | [`Atomic`] | one small `Copy` value, without a lock | aliases |
//! | [`Once`] | data set one time, later than its owner | aliases |
//!
//! [`Lock`] is what `Shared` and every component pool are made of: a read/write lock that counts what happens to it.

mod atomic;
mod lock;
mod once;
mod shared;

pub use atomic::Atomic;
pub use lock::{Lock, LockStats, ReadGuard, WriteGuard};
pub use once::Once;
pub use shared::Shared;

/// A shared, immutable value. A plain `Arc`, so that it converts to trait objects.
pub type Handle<T> = std::sync::Arc<T>;

/// What every shared value of this crate can do: cross threads and be cloned into an alias of itself.
pub trait ThreadSafe: Clone + Send + Sync + 'static {
    /// Whether both name the same value in memory.
    fn same(&self, other: &Self) -> bool;
}

impl<T: Send + Sync + 'static> ThreadSafe for Handle<T> {
    fn same(&self, other: &Self) -> bool {
        Handle::ptr_eq(self, other)
    }
}

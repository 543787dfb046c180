//! Values that threads share, each with a name that says how.
//!
//! | type | use it for | reading | clone | a copy of its own |
//! |---|---|---|---|---|
//! | [`Handle`] | data that never changes once built | free | aliases | [`Detach::detach`] |
//! | [`Once`] | data set one time, later than its owner | wait-free | aliases | [`Once::detach`] |
//! | [`Atomic`] | one small `Copy` value | lock-free, see [`Atomic::is_lock_free`] | aliases | [`Atomic::detach`] |
//! | [`Shared`] | anything else that several threads read and write | may wait | aliases | [`Shared::detach`] |
//!
//! Take the first row that fits. [`Lock`] is what `Shared` and every component pool are made of: a read/write lock that
//! measures who waits for whom and for how long, at a price close to the bare lock's.

mod handle;

mod beacon;
mod distribution;
mod guard;
mod lock;
mod meter;
mod ring;
mod stats;
mod who;

mod atomic;
mod float;
mod once;
mod shared;

/// The atomics that [`ring`] is made of. Its models include that file with others in this place.
mod sync {
    pub use std::sync::atomic::AtomicU64;
}

pub use atomic::{Atomic, Counter, Flag};
pub use beacon::{Beacon, Busy};
pub use distribution::{BUCKETS, Distribution};
pub use float::{Float, Gauge};
pub use guard::{ReadGuard, WriteGuard};
pub use handle::{Detach, Handle, ThreadSafe};
pub use lock::Lock;
pub use meter::{HOLD_SAMPLING, RECENT};
pub use once::Once;
pub use shared::Shared;
pub use stats::{Contention, LockStats};
pub use who::Who;

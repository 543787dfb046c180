//! The ring with atomics whose loads return the newest value: what happens if threads merely take turns.
//!
//! Loom looks for another order at the last access to each atomic only. A thread that loads before it stores hides with
//! its own load what others loaded before. A load that counts as a change hides nothing.

#[path = "../../src/ring.rs"]
pub mod ring;

mod sync {
    use std::sync::atomic::Ordering::{self, AcqRel};

    #[derive(Debug)]
    pub struct AtomicU64(loom::sync::atomic::AtomicU64);

    impl AtomicU64 {
        pub fn new(value: u64) -> Self {
            Self(loom::sync::atomic::AtomicU64::new(value))
        }

        pub fn load(&self, _: Ordering) -> u64 {
            self.0.fetch_add(0, AcqRel)
        }

        pub fn store(&self, value: u64, _: Ordering) {
            self.0.swap(value, AcqRel);
        }

        pub fn fetch_add(&self, value: u64, order: Ordering) -> u64 {
            self.0.fetch_add(value, order)
        }

        pub fn compare_exchange(&self, now: u64, new: u64, yes: Ordering, no: Ordering) -> Result<u64, u64> {
            self.0.compare_exchange(now, new, yes, no)
        }
    }
}

//! The ring with loom's atomics, whose loads may return what was there before, as far as their order allows it.

#[path = "../../src/ring.rs"]
pub mod ring;

mod sync {
    pub use loom::sync::atomic::AtomicU64;
}

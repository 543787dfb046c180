//! Where a world comes from: what a fork was when it was made.

/// The state that a fork and its origin have in common.
#[derive(Default)]
pub struct Lineage {}

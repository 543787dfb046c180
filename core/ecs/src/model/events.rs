//! Events of a world: what was emitted, who wants to know, what was delivered.

/// All event types of a world.
#[derive(Default)]
pub struct Events {}

//! Earlier states of a world, in a ring of bounded memory.

/// The checkpoints of a world.
#[derive(Default)]
pub struct Checkpoints {}

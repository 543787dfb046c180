//! Events.

/// Publishing and subscribing.
pub trait EventView: Send + Sync {}

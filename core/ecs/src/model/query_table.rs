//! Queries put together at run time, by number.

/// The queries of a world.
#[derive(Default)]
pub struct QueryTable {}

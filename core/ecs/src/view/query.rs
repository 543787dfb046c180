//! Queries put together at run time.

/// Queries by description, as the editor and the command line use them.
pub trait QueryView: Send + Sync {}

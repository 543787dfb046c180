//! The console: lines that modules and the engine write, and lines that the user types.

pub mod model;
pub mod view;

pub use model::{Accepted, Level, Line};
pub use view::ConsoleViewTrait;

/// Hash of this contract's source.
pub const API_VERSION: u64 = playground_engine_types::id::decimal(env!("API_VERSION"));
/// Hash of this model's source.
pub const STATE_FORMAT_VERSION: u64 = playground_engine_types::id::decimal(env!("STATE_FORMAT_VERSION"));

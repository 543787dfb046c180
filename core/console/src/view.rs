//! The contract of the console.

use crate::{Accepted, Level, Line};
use playground_engine_types::{ViewId, ViewTrait};

/// The contract's stable name.
pub const NAME: &str = "playground-core-console";
/// The contract's id.
pub const VIEW_ID: ViewId = ViewId::from_name(NAME);

/// A console. All functions may be called from any thread.
pub trait ConsoleViewTrait: ViewTrait {
    /// Writes a line to the scrollback and to the terminal.
    fn log(&self, level: Level, source: &str, text: &str);
    /// The lines after number `after`, oldest first.
    fn lines(&self, after: u64) -> Vec<Line>;
    /// Number of the newest line; 0 if there was none.
    fn newest(&self) -> u64;
    /// Forgets the scrollback.
    fn clear(&self);
    /// Takes a line that the user typed: remembers it, and does it or says who must.
    fn accept(&self, line: &str) -> Accepted;
    /// Lines that the user typed, oldest first.
    fn history(&self) -> Vec<String>;
    /// The console's own commands and `names` that start with `prefix`.
    fn complete(&self, prefix: &str, names: &[&str]) -> Vec<String>;
}

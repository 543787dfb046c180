//! What a console holds.

use serde::{Deserialize, Serialize};

/// How a line is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Something worked.
    Success,
    /// Something to know.
    Info,
    /// Something to look at.
    Warning,
    /// Something failed.
    Error,
}

/// One line of the scrollback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Counts up from 1 and is never used twice, also across reloads.
    pub number: u64,
    /// How it is meant.
    pub level: Level,
    /// Who wrote it.
    pub source: String,
    /// The text.
    pub text: String,
}

/// What became of a line that the user typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// The console did it by itself.
    Done,
    /// It calls an operator, which the engine must run.
    Operator(String),
}

//! Builds modules and says when they need it: cargo or rustc as a child process, and a watch on the sources.
//!
//! Read in this order: [`event`] (what a build says), [`diagnostic`], [`build`] (one build from start to end),
//! [`process`] (the child and its cancelling), [`cargo_output`] and [`command_line`] (reading what cargo prints),
//! [`record`], [`direct`], [`shortcut`], `ahead` and `guess` (calling rustc without cargo, and soon), [`watch`]. Knows nothing of what a module is: it deals in
//! packages, files and libraries.

mod ahead;
pub mod build;
pub mod cargo_output;
pub mod command_line;
pub mod diagnostic;
pub mod direct;
pub mod event;
mod guess;
pub mod process;
pub mod record;
pub mod shortcut;
pub mod watch;

pub use build::{BuildHandle, BuildRequest, Builder, Profile};
pub use diagnostic::{Diagnostic, Level};
pub use event::{Artefact, BuildEvent, BuildReport, Outcome, Route};
pub use process::Canceller;
pub use watch::{WatchError, WatchEvent, Watcher, source_digest};

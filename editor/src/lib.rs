//! The desktop editor: a client of the engine's host.
//!
//! The engine ticks on its own thread. Here are the window and the command line: both send
//! [`Invocation`](playground::editor::Invocation)s and draw what [`Report`](playground::editor::Report)s say; neither
//! reaches the world. Read [`start`] (command line), [`window`] and [`app`] (one UI frame), then [`shell`] (what is on
//! the screen) and the panels.

mod arguments;
mod failure;
mod relaunch;
mod runs;
mod start;
mod supervisor;
mod watched;

pub mod action;
pub mod app;
pub mod dialogs;
pub mod hand;
pub mod hang;
pub mod headless;
pub mod operators;
pub mod presence;
pub mod remote;
pub mod script;
pub mod settings;
pub mod watcher;
pub mod window;

pub mod dock;
pub mod keys;
pub mod menu;
pub mod palette;
pub mod shell;
pub mod status;
pub mod theme;
pub mod toasts;
pub mod toolbar;
pub mod unsaved;

pub mod console;
pub mod diagnostics;
pub mod hierarchy;
pub mod inspector;
pub mod locks;
mod lossy;
pub mod modules;
pub mod plugins;
pub mod schedule;
pub mod viewport;

pub mod fuzzy;
pub mod series;
pub mod units;
pub mod widget;

pub use start::run;

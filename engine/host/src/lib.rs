//! The running engine: its thread, its frame, requests in, reports out.
//!
//! Read in this order: [`client`] (what the editor sees), [`host`] (the thread), [`engine`] (one frame),
//! [`operators`] (everything a user can do), [`edit`] (undo), [`holder`] (the world's part in a reload).
//! Knows nothing of windows and widgets.

pub mod client;
pub mod operators;
pub mod recovery;

mod builds;
mod change;
mod difference;
mod draw;
mod edit;
mod engine;
mod files;
mod holder;
mod host;
mod modules;
mod notices;
mod play;
mod probation;
mod record;
mod reporter;
mod scene;
mod session;
mod settle;
mod switch;
mod threads;

pub use client::{Client, Outcome, PanelChange, Request, Ring};
pub use host::{Host, HostError, HostOptions};

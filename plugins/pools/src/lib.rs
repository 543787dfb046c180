//! A panel that graphs what component and model pools hold: how much is active, recycled, and how much memory.
//!
//! It is a module like any other: change it, save, and the panel on the screen is the new one, with its pause and its
//! selection kept.

mod history;
mod panel;

use panel::PoolsPanel;

playground::plugin!(Pools, panels: [PoolsPanel]);

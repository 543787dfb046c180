//! The program as a person starts it: with a window under Xvfb, without one, and without a display.

mod failures;
mod headless;
mod program;
mod swarm;
mod window;
#[path = "../../../engine/host/tests/it/workspace.rs"]
mod workspace;

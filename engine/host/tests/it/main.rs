//! The engine as a client sees it: real modules are built and loaded, and operators run on them.

mod contracts;
mod contributed;
mod faults;
mod hierarchy;
mod modules;
mod operators;
mod recovery;
mod reload;
mod scenes;
mod session;
mod systems;
mod time;
mod workspace;

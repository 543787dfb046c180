//! The engine as a client sees it: real modules are built and loaded, and operators run on them.

mod operators;
mod reload;
mod scenes;
mod session;
mod workspace;

//! The renderer as its users see it, on whatever device there is; a software one will do.

#![allow(clippy::unwrap_used)] // the lint knows test functions, but not what they call

mod bad_input;
mod lifecycle;
mod picture;
mod stage;

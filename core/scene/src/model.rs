//! Shared components, the tree that they form, and the scene file.

pub mod components;
pub mod document;
pub mod tree;

//! Shared components, the tree that they form, where that puts everything, and the scene file.

pub mod components;
pub mod document;
pub mod hierarchy;
pub mod orphans;
pub mod propagate;
pub mod relation;
pub mod tree;

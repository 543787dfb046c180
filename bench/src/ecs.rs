//! The ECS beside hecs, bevy_ecs, flecs_ecs and plain vectors.
//!
//! Each library drives the workloads in the ways that its documentation shows; [`rows`] puts them side by side and says
//! what ours should reach.

pub mod bevy;
pub mod components;
pub mod flecs;
pub mod floor;
pub mod hecs;
pub mod ours;
pub mod rows;
pub mod serialised;

pub use rows::GROUPS;

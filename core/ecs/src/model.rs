//! The data of the ECS, in reading order: world, storage, archetypes, pools, queries, systems.

pub mod archetype;
pub mod commands;
pub mod component;
pub mod digest;
pub mod entities;
pub mod error;
pub mod pool;
pub mod query;
pub mod schedule;
pub mod storage;
pub mod system;
pub mod time;
pub mod world;

//! flecs_ecs with its default features, so with its checks of aliasing.

pub mod iterate;
pub mod structure;

use crate::harness::Side;

const FLECS: Side = Side::Peer("flecs_ecs");

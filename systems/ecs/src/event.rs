//! Events.

use crate::Ecs;
use playground::ecs::view::EventView;

impl EventView for Ecs {}

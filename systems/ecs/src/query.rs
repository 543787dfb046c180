//! Queries put together at run time.

use crate::Ecs;
use playground::ecs::view::QueryView;

impl QueryView for Ecs {}

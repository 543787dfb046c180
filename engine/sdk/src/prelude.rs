//! What most modules use.

pub use crate::ecs::Stage::{Editor, PostUpdate, PreUpdate, Update};
pub use crate::ecs::{Added, Changed, Commands, Emit, Or, Received, Res, ResMut};
pub use crate::ecs::{Component, Entity, Query, Reflect, Stage, Time, With, Without, World};
pub use crate::editor::{App, Invocation, Operator, OperatorContext, Panel, PanelContext, Parameter, Report};
pub use crate::scene::{Generated, Light, Name, Parent, Shape, ShapeKind, Transform, WorldTransform};
pub use crate::types::Value;
pub use glam::{Mat4, Quat, Vec2, Vec3, Vec4, vec2, vec3, vec4};
pub use playground_core_types::{Atomic, Handle, Once, Shared};

//! Playground for people who write modules.
//!
//! A feature is one small file:
//!
//! ```
//! use playground::prelude::*;
//!
//! const SPEED: f32 = 0.8; // rad/s
//!
//! /// A circular path around the parent entity.
//! #[derive(Component, Clone, Default)]
//! pub struct Orbit {
//!     /// Distance from the parent.
//!     #[component(unit = "m", range = 0.0..=50.0)]
//!     pub radius: f32,
//!     /// Angle along the path.
//!     #[component(unit = "rad")]
//!     pub phase: f32,
//! }
//!
//! fn advance(time: Time, mut bodies: Query<(&mut Transform, &mut Orbit)>) {
//!     bodies.for_each(|(transform, orbit)| {
//!         orbit.phase += SPEED * time.delta();
//!         transform.translation = orbit.radius * vec3(orbit.phase.cos(), 0.0, orbit.phase.sin());
//!     });
//! }
//!
//! playground::plugin!(Orbits, components: [Orbit], systems: |app| app.system(Update, advance));
//! # fn main() {}
//! ```

#[cfg(feature = "dynamic")]
use playground_dylib as _;

mod export;
pub mod prelude;

pub use playground_core_console as console;
pub use playground_core_ecs as ecs;
pub use playground_core_editor as editor;
pub use playground_core_rendering as rendering;
pub use playground_core_scene as scene;
pub use playground_core_types as core_types;
pub use playground_engine_types as types;
pub use {async_trait, bytemuck, egui, egui_phosphor, egui_plot, glam, thiserror, tracing, wgpu};

/// What derived code names. Not for people.
#[doc(hidden)]
pub use playground_core_ecs::derived;

/// The examples of texts that belong to no crate, run as tests.
#[cfg(doctest)]
mod texts {
    #[doc = include_str!("../../derive/component.md")]
    struct Component;
    #[doc = include_str!("../../../docs/ecs-guide.md")]
    struct EcsGuide;
}

/// What this build of the engine is. A module of another one is refused.
pub const ENGINE_BUILD: types::EngineBuild = types::EngineBuild {
    rustc: env!("PLAYGROUND_RUSTC"),
    target: env!("PLAYGROUND_TARGET"),
    profile: env!("PLAYGROUND_PROFILE"),
    id: env!("PLAYGROUND_BUILD_ID"),
};

//! The engine as one shared library.
//!
//! Apps and modules link this instead of copies of their own, so that a type, an allocation and a panic mean the same
//! on both sides of a module's edge. It has no code: naming a crate here is what puts it into the library.

pub use {
    arc_swap, bytemuck, crossbeam, egui, egui_phosphor, egui_plot, glam, parking_lot, playground_core_console,
    playground_core_ecs, playground_core_editor, playground_core_rendering, playground_core_scene,
    playground_core_types, playground_engine_types, serde, serde_json, thiserror, tracing, wgpu,
};

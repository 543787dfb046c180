//! The renderer as a module: draws what a [`playground::rendering::DrawList`] says, with wgpu, into textures.
//!
//! Read in this order: [`renderer`] (the contract), [`frame`] (one frame), [`pipelines`], [`instances`], [`detail`], [`meshes`],
//! [`target`], [`uniforms`], [`pick`], [`capture`], [`timer`], [`saved`], [`scope`]. Knows nothing of entities or windows.

pub mod capture;
pub mod detail;
pub mod frame;
pub mod instances;
pub mod meshes;
pub mod pick;
pub mod pipelines;
pub mod renderer;
pub mod saved;
pub mod scope;
pub mod target;
pub mod timer;
pub mod uniforms;

pub use renderer::Renderer;

playground::viewmodel!(Renderer, rendering);

//! What is to be drawn, where to, and what came of it. Data only.

pub mod camera;
pub mod device;
pub mod draw_list;
pub mod error;
pub mod frame;
pub mod mesh;
pub mod shapes;
pub mod target;

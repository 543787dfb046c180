//! A renderer with a device and one target, and scenes to show.

use playground::glam::{Mat4, Quat, Vec3, vec3};
use playground::rendering::{
    Antialiasing, Camera, CaptureView, CapturedImage, DeviceView, DrawList, FrameOutput, FrameView, GraphicsDevice,
    Instance, MeshId, RenderTargetDesc, TargetId, TargetView,
};
use playground::{core_types::Handle, wgpu};
use playground_systems_vulkan::Renderer;
use std::time::{Duration, Instant};

pub fn graphics() -> GraphicsDevice {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle_from_env());
    let adapter = pollster::block_on(instance.request_adapter(&wgpu::RequestAdapterOptions::default()))
        .expect("no graphics adapter, not even a software one: install mesa-vulkan-drivers");
    let descriptor = wgpu::DeviceDescriptor {
        required_limits: adapter.limits(),
        required_features: adapter.features() & wgpu::Features::TIMESTAMP_QUERY,
        ..wgpu::DeviceDescriptor::default()
    };
    let (device, queue) = pollster::block_on(adapter.request_device(&descriptor)).unwrap();
    GraphicsDevice::new(device, queue, adapter.get_info())
}

pub fn renderer() -> Renderer {
    let renderer = Renderer::default();
    renderer.attach(graphics()).unwrap();
    renderer
}

pub fn stage(width: u32, height: u32, antialiasing: Antialiasing) -> (Renderer, TargetId) {
    let renderer = renderer();
    let target = renderer.create_render_target(RenderTargetDesc { width, height, antialiasing }).unwrap();
    (renderer, target)
}

/// Draws until the GPU takes the frame.
pub fn draw(renderer: &Renderer, target: TargetId, list: &Handle<DrawList>) -> FrameOutput {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let output = renderer.render_frame(target, list.clone()).unwrap();
        if output.submitted.is_some() {
            return output;
        }
        assert!(Instant::now() < deadline, "the GPU takes no frame");
        std::thread::yield_now();
    }
}

pub fn shot(renderer: &Renderer, target: TargetId, list: DrawList) -> CapturedImage {
    draw(renderer, target, &Handle::new(list));
    renderer.capture(target).unwrap()
}

pub fn save(picture: &CapturedImage, name: &str) {
    let path = std::env::temp_dir().join(name);
    image::save_buffer(path, &picture.pixels, picture.width, picture.height, image::ColorType::Rgba8).unwrap();
}

pub fn body(place: Vec3, size: f32, color: [f32; 3], id: u64) -> Instance {
    let turn = Quat::from_rotation_y(place.x + place.z * 0.7) * Quat::from_rotation_x(place.y);
    let [red, green, blue] = color;
    Instance {
        world_from_model: Mat4::from_scale_rotation_translation(Vec3::splat(size), turn, place),
        color: [red, green, blue, 1.0],
        id,
        selected: false,
    }
}

/// A red cube in the middle, seen from ahead, id 7.
pub fn one_cube() -> DrawList {
    let camera = Camera { eye: vec3(0.0, 0.6, 4.0), ..Camera::default() };
    let mut list = DrawList { camera, ..DrawList::default() };
    list.batch_mut(MeshId::CUBE).push(body(Vec3::ZERO, 1.0, [0.9, 0.2, 0.2], 7));
    list
}

/// A few hundred bodies in rings around a sun, as in the demo.
pub fn orbits() -> DrawList {
    let mut list =
        DrawList { camera: Camera { eye: vec3(13.0, 9.0, 17.0), ..Camera::default() }, ..DrawList::default() };
    let palette = [[0.95, 0.45, 0.35], [0.98, 0.76, 0.35], [0.45, 0.80, 0.62], [0.36, 0.66, 0.94], [0.68, 0.53, 0.94]];
    let kinds = [MeshId::SPHERE, MeshId::CUBE, MeshId::CYLINDER];
    list.batch_mut(MeshId::SPHERE).push(body(Vec3::ZERO, 2.6, [1.0, 0.85, 0.55], 1));
    for at in 0..400_u64 {
        let share = at as f32 / 400.0;
        let (radius, angle) = (3.0 + share * 9.0, at as f32 * 2.399_963);
        let place = vec3(angle.cos() * radius, (angle * 3.1).sin() * 0.9, angle.sin() * radius);
        let size = 0.25 + 0.35 * (angle * 7.7).sin().abs();
        let color = palette[at as usize % palette.len()];
        list.batch_mut(kinds[at as usize % kinds.len()]).push(body(place, size, color, at + 2));
    }
    list
}

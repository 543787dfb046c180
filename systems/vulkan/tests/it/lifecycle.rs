//! Devices and frames come and go.

use crate::stage::{draw, graphics, one_cube, renderer, stage};
use playground::core_types::Handle;
use playground::rendering::{
    Antialiasing, DeviceView, FinishedFrame, FrameView, Mesh, MeshView, RenderError, RenderTargetDesc,
    RenderingViewTrait, TargetId, TargetView,
};
use playground::types::ViewModelTrait;
use playground::wgpu;
use playground_systems_vulkan::{Renderer, scope::scoped};
use std::time::{Duration, Instant};

fn finished(renderer: &Renderer, target: TargetId, frame: u64) -> FinishedFrame {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(found) = renderer.finished_frame(target).unwrap().filter(|found| found.frame >= frame) {
            return found;
        }
        assert!(Instant::now() < deadline, "frame {frame} never finished");
        std::thread::yield_now();
    }
}

#[test]
fn frames_are_published_in_order_and_never_the_one_in_work() {
    let (renderer, target) = stage(64, 64, Antialiasing::Auto);
    let list = Handle::new(one_cube());
    let mut shown = 0;
    for _ in 0..30 {
        let output = renderer.render_frame(target, list.clone()).unwrap();
        if let Some(frame) = output.finished {
            assert!(frame.frame >= shown && frame.size == [64, 64] && frame.slot < 3);
            shown = frame.frame;
        }
    }
    let newest = draw(&renderer, target, &list).submitted.unwrap();
    assert_eq!(finished(&renderer, target, newest).frame, newest);
    let statistics = renderer.statistics(target).unwrap();
    assert_eq!(statistics.frame, newest);
}

#[test]
fn a_resize_makes_a_new_ring_and_keeps_counting() {
    let (renderer, target) = stage(64, 64, Antialiasing::Auto);
    let list = Handle::new(one_cube());
    draw(&renderer, target, &list);
    let before = finished(&renderer, target, 1);
    renderer.resize(target, 64, 64).unwrap();
    assert_eq!(renderer.target_frames(target).unwrap().ring, before.ring);
    renderer.resize(target, 80, 40).unwrap();
    assert!(renderer.finished_frame(target).unwrap().is_none());
    assert_eq!(draw(&renderer, target, &list).submitted, Some(2));
    let after = finished(&renderer, target, 2);
    assert!(after.ring != before.ring && after.size == [80, 40]);
    assert_eq!(after.view.texture().width(), 80);
    assert_eq!(before.view.texture().width(), 64);
}

#[test]
fn without_a_device_everything_says_so() {
    let renderer = Renderer::default();
    assert!(!renderer.is_attached() && !renderer.device_lost());
    assert_eq!(renderer.capabilities(), Err(RenderError::NotAttached));
    assert_eq!(renderer.create_render_target(RenderTargetDesc::new(8, 8)), Err(RenderError::NotAttached));
    let gem = renderer.create_mesh("gem", &Mesh::cube()).unwrap();
    renderer.attach(graphics()).unwrap();
    let capabilities = renderer.capabilities().unwrap();
    assert!(capabilities.max_target_side >= 2_048 && capabilities.max_instances > 10_000);
    let target = renderer.create_render_target(RenderTargetDesc::new(8, 8)).unwrap();
    let mut list = one_cube();
    let cube = list.batches[0].instances[0];
    list.batch_mut(gem).push(cube);
    draw(&renderer, target, &Handle::new(list));
    assert_eq!(renderer.statistics(target).unwrap().instances, 2);
    renderer.detach();
    assert_eq!(renderer.statistics(target), Err(RenderError::NotAttached));
}

#[test]
fn a_lost_device_is_an_error_and_another_one_goes_on() {
    let renderer = Renderer::default();
    let first = graphics();
    renderer.attach(first.clone()).unwrap();
    let target = renderer.create_render_target(RenderTargetDesc::new(8, 8)).unwrap();
    let list = Handle::new(one_cube());
    draw(&renderer, target, &list);
    first.device.destroy();
    let deadline = Instant::now() + Duration::from_secs(20);
    while renderer.render_frame(target, list.clone()).is_ok() {
        assert!(Instant::now() < deadline, "drawing on a lost device works");
    }
    let error = renderer.render_frame(target, list.clone()).unwrap_err();
    assert!(matches!(error, RenderError::DeviceLost { .. }), "{error}");
    assert!(renderer.device_lost());
    renderer.attach(graphics()).unwrap();
    assert!(!renderer.device_lost());
    let target = renderer.create_render_target(RenderTargetDesc::new(8, 8)).unwrap();
    draw(&renderer, target, &list);
}

#[test]
fn what_the_device_refuses_is_an_error_with_its_words() {
    let device = graphics().device;
    let refused = scoped(&device, "a test", || {
        let source = wgpu::ShaderSource::Wgsl("fn broken( {}".into());
        drop(device.create_shader_module(wgpu::ShaderModuleDescriptor { label: None, source }));
        Ok(())
    });
    let error = refused.unwrap_err().to_string();
    assert!(error.contains("a test") && error.contains("broken"), "{error}");
}

#[test]
fn own_meshes_go_to_the_next_generation() {
    let before = Renderer::default();
    let gem = before.create_mesh("gem", &Mesh::sphere(1)).unwrap();
    let saved = pollster::block_on(before.save_state()).unwrap().unwrap();
    let after = renderer();
    pollster::block_on(after.restore_state(&saved)).unwrap();
    assert!(after.meshes().contains(&("gem".to_owned(), gem)));
    let target = after.create_render_target(RenderTargetDesc::new(8, 8)).unwrap();
    let mut list = one_cube();
    let cube = list.batches[0].instances[0];
    list.batch_mut(gem).push(cube);
    draw(&after, target, &Handle::new(list));
    assert_eq!(after.statistics(target).unwrap().triangles, 12 + 80);
    for length in [1, 9, saved.len() / 2, saved.len() - 1] {
        assert!(pollster::block_on(after.restore_state(&saved[..length])).is_err(), "{length}");
    }
    assert!(pollster::block_on(Renderer::default().save_state()).is_none());
}

#[test]
fn the_module_offers_its_contract() {
    let renderer = Handle::new(renderer());
    let contract = renderer.contract();
    let rendering = contract.get::<dyn RenderingViewTrait>().unwrap();
    assert!(rendering.is_attached());
    assert_eq!(rendering.api_version(), playground::rendering::API_VERSION);
}

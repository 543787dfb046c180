//! Input that shows nothing is refused in words or left out and counted, and disturbs nothing.

use crate::stage::{body, draw, one_cube, renderer, shot, stage};
use playground::core_types::Handle;
use playground::glam::Vec3;
use playground::rendering::{
    Antialiasing, Camera, CaptureView, DeviceView, FrameView, Mesh, MeshId, MeshView, RenderError, RenderTargetDesc,
    TargetId, TargetView,
};

#[test]
fn empty_and_huge_targets() {
    let renderer = renderer();
    for (width, height) in [(0, 0), (0, 10), (10, 0)] {
        let error = renderer.create_render_target(RenderTargetDesc::new(width, height)).unwrap_err();
        assert_eq!(error, RenderError::EmptyTarget { width, height });
    }
    let target = renderer.create_render_target(RenderTargetDesc::new(u32::MAX, 2)).unwrap();
    let most = renderer.capabilities().unwrap().max_target_side;
    assert_eq!(renderer.target_frames(target).unwrap().size, [most, 2]);
    draw(&renderer, target, &Handle::new(one_cube()));
    assert!(renderer.resize(target, 0, 5).is_err());
    assert_eq!(renderer.target_frames(target).unwrap().size, [most, 2]);
    renderer.resize(target, 1, 1).unwrap();
    assert_eq!(shot(&renderer, target, one_cube()).pixels.len(), 4);
}

#[test]
fn impossible_cameras_are_errors_and_the_next_frame_works() {
    let (renderer, target) = stage(32, 32, Antialiasing::Off);
    let good = one_cube();
    let bad = [
        Camera { eye: Vec3::NAN, ..good.camera },
        Camera { target: good.camera.eye, ..good.camera },
        Camera { fov_y: 0.0, ..good.camera },
        Camera { near: -1.0, ..good.camera },
        Camera { eye: Vec3::splat(1e30), far: 1e-3, ..good.camera },
    ];
    for camera in bad {
        let mut list = good.clone();
        list.camera = camera;
        assert!(matches!(renderer.render_frame(target, Handle::new(list)), Err(RenderError::Camera(_))), "{camera:?}");
    }
    assert_eq!(draw(&renderer, target, &Handle::new(good)).submitted, Some(1));
}

#[test]
fn bodies_that_are_nowhere_are_counted() {
    let (renderer, target) = stage(32, 32, Antialiasing::Off);
    let mut list = one_cube();
    list.batch_mut(MeshId::CUBE).push(body(Vec3::NAN, 1.0, [1.0; 3], 1));
    list.batch_mut(MeshId::CUBE).push(body(Vec3::ZERO, f32::INFINITY, [1.0; 3], 1));
    list.batch_mut(MeshId::CUBE).push(body(Vec3::ZERO, 1.0, [f32::NAN; 3], 1));
    list.batch_mut(MeshId::CUBE).push(body(Vec3::ZERO, 0.0, [1.0; 3], 1));
    list.batch_mut(MeshId::from_name("nothing")).push(body(Vec3::ZERO, 1.0, [1.0; 3], 1));
    list.lights[0].direction = Vec3::ZERO;
    list.lights[0].strength = f32::NAN;
    shot(&renderer, target, list);
    let statistics = renderer.statistics(target).unwrap();
    assert_eq!((statistics.instances, statistics.skipped), (2, 4));
}

#[test]
fn broken_meshes_are_refused_and_the_old_one_stays() {
    let (renderer, target) = stage(64, 64, Antialiasing::Off);
    let id = renderer.create_mesh("gem", &Mesh::sphere(0)).unwrap();
    let broken = Mesh { indices: vec![0, 1, 99], ..Mesh::sphere(0) };
    assert!(renderer.create_mesh("gem", &broken).unwrap_err().to_string().contains("99"));
    assert!(renderer.meshes().contains(&("gem".to_owned(), id)));
    let mut list = one_cube();
    list.batch_mut(id).push(body(Vec3::Y, 1.0, [1.0; 3], 1));
    shot(&renderer, target, list.clone());
    assert_eq!(renderer.statistics(target).unwrap().triangles, 32);
    renderer.destroy_mesh(id).unwrap();
    assert_eq!(renderer.destroy_mesh(id), Err(RenderError::UnknownMesh(id)));
    shot(&renderer, target, list);
    assert_eq!(renderer.statistics(target).unwrap().skipped, 1);
}

#[test]
fn unknown_targets_are_named() {
    let (renderer, target) = stage(16, 16, Antialiasing::Off);
    assert_eq!(renderer.capture(target).unwrap_err(), RenderError::NothingDrawn(target));
    let other = TargetId(99);
    assert_eq!(renderer.resize(other, 1, 1), Err(RenderError::UnknownTarget(other)));
    renderer.destroy_render_target(target).unwrap();
    assert_eq!(renderer.statistics(target).unwrap_err(), RenderError::UnknownTarget(target));
}

//! What is in the pictures.

use crate::stage::{body, draw, one_cube, orbits, save, shot, stage};
use playground::core_types::Handle;
use playground::glam::{Mat4, Vec3, vec3};
use playground::rendering::{Antialiasing, Camera, CapturedImage, DrawList, FrameView, MeshId, PickView};

fn difference(a: &CapturedImage, b: &CapturedImage) -> usize {
    a.pixels
        .chunks(4)
        .zip(b.pixels.chunks(4))
        .filter(|(a, b)| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > 3))
        .count()
}

#[test]
fn a_body_has_its_colour_and_the_rest_is_background() {
    let (renderer, target) = stage(200, 160, Antialiasing::Off);
    let picture = shot(&renderer, target, one_cube());
    let [red, green, blue, alpha] = picture.pixel(100, 80).unwrap();
    assert!(red > 120 && green < 90 && blue < 90 && alpha == 255, "{red} {green} {blue} {alpha}");
    let [red, green, blue, alpha] = picture.pixel(10, 10).unwrap();
    assert!(red < 60 && red.abs_diff(blue) < 16 && red.abs_diff(green) < 16 && alpha == 255, "{red} {green} {blue}");
    assert_eq!(picture.pixel(200, 0), None);
    let statistics = renderer.statistics(target).unwrap();
    assert_eq!((statistics.frame, statistics.instances, statistics.triangles, statistics.skipped), (1, 1, 12, 0));
    assert_eq!(statistics.draws, 3);
    assert!(statistics.cpu_ns > 0);
}

#[test]
fn light_comes_from_where_it_is_said_to() {
    let (renderer, target) = stage(120, 120, Antialiasing::Off);
    let mut list = one_cube();
    list.batches.clear();
    list.batch_mut(MeshId::SPHERE).push(body(Vec3::ZERO, 2.0, [0.8; 3], 1));
    list.lights[0].direction = Vec3::X;
    let picture = shot(&renderer, target, list.clone());
    assert!(picture.pixel(40, 60).unwrap()[0] > picture.pixel(80, 60).unwrap()[0] + 30);
    list.lights.clear();
    let dim = shot(&renderer, target, list);
    assert!(dim.pixel(40, 60).unwrap()[0] + 30 < picture.pixel(40, 60).unwrap()[0]);
}

#[test]
fn selection_and_grid_are_seen() {
    for antialiasing in [Antialiasing::Off, Antialiasing::On] {
        let (renderer, target) = stage(200, 160, antialiasing);
        let plain = shot(&renderer, target, one_cube());
        let mut list = one_cube();
        list.batches[0].instances[0].selected = true;
        let selected = shot(&renderer, target, list);
        let orange = |picture: &CapturedImage| {
            picture.pixels.chunks(4).filter(|p| p[0] > 240 && (150..200).contains(&p[1]) && p[2] < 90).count()
        };
        assert_eq!(orange(&plain), 0);
        assert!(orange(&selected) > 150, "{}", orange(&selected));
        let bare = shot(&renderer, target, DrawList { grid: false, ..one_cube() });
        assert!(difference(&plain, &bare) > 500);
    }
}

#[test]
fn nearer_bodies_cover_farther_ones_and_picking_agrees() {
    let (renderer, target) = stage(200, 200, Antialiasing::Off);
    let mut list = one_cube();
    list.batch_mut(MeshId::CUBE).push(body(vec3(0.0, 0.3, 2.0), 0.4, [0.1, 0.9, 0.1], 8));
    let picture = shot(&renderer, target, list);
    let [red, green, _, _] = picture.pixel(100, 100).unwrap();
    assert!(green > red);
    assert_eq!(renderer.pick(target, 100.5, 100.5), Ok(Some(8)));
    assert_eq!(renderer.pick(target, 100.5, 130.5), Ok(Some(7)));
    assert_eq!(renderer.pick(target, 5.0, 5.0), Ok(None));
    assert_eq!(renderer.pick(target, f32::NAN, 5.0), Ok(None));
}

#[test]
fn a_mirrored_body_is_lit_like_its_twin() {
    let (renderer, target) = stage(100, 100, Antialiasing::Off);
    let mut list = DrawList { grid: false, ..one_cube() };
    list.batches[0].instances[0].world_from_model = Mat4::IDENTITY;
    let twin = shot(&renderer, target, list.clone());
    list.batches[0].instances[0].world_from_model = Mat4::from_scale(vec3(-1.0, 1.0, 1.0));
    let mirrored = shot(&renderer, target, list);
    assert!(difference(&twin, &mirrored) < 20);
}

#[test]
fn many_bodies_grow_the_buffer() {
    let (renderer, target) = stage(64, 64, Antialiasing::Off);
    let mut list = orbits();
    let one = list.batches[1].instances[0];
    list.batch_mut(MeshId::CUBE).resize(5_000, one);
    let list = Handle::new(list);
    (0..4).for_each(|_| drop(draw(&renderer, target, &list)));
    assert!(renderer.statistics(target).unwrap().instances > 5_000);
}

/// Writes the pictures that a person should look at.
#[test]
fn gallery() {
    let (renderer, target) = stage(1280, 720, Antialiasing::On);
    let mut list = orbits();
    let picture = shot(&renderer, target, list.clone());
    save(&picture, "playground-orbits.png");
    assert!(picture.pixels.chunks(4).collect::<std::collections::HashSet<_>>().len() > 2_000);

    list.batches[0].instances.truncate(12);
    list.batches[1].instances.truncate(12);
    list.batches[2].instances.truncate(12);
    list.batches.iter_mut().for_each(|batch| batch.instances.iter_mut().step_by(3).for_each(|one| one.selected = true));
    let mut sheet = body(vec3(4.0, 0.4, 3.0), 1.8, [0.9, 0.9, 0.95], 900);
    sheet.world_from_model = Mat4::from_translation(vec3(4.0, 0.4, 3.0)) * Mat4::from_scale(Vec3::splat(1.8));
    sheet.selected = true;
    list.batch_mut(MeshId::PLANE).push(sheet);
    list.camera = Camera { eye: vec3(5.0, 3.4, 8.0), ..Camera::default() };
    save(&shot(&renderer, target, list), "playground-selected.png");

    let (renderer, target) = stage(1280, 720, Antialiasing::Auto);
    save(&shot(&renderer, target, orbits()), "playground-plain.png");
}

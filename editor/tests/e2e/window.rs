//! The window, under a virtual display and a software renderer.

use crate::program::{Display, Program, editor, temporary};
use crate::workspace::{Source, lock_file};
use serde_json::Value;
use std::path::Path;

fn generation(modules: &Value) -> u64 {
    let rows = modules["modules"].as_array().expect("it is a list");
    let orbit = rows.iter().find(|row| row["name"] == "playground-plugins-orbit").expect("it is declared");
    orbit["generation"].as_u64().expect("it is a number")
}

fn picture(path: &Path) -> image::RgbaImage {
    image::open(path).expect("a screenshot was just taken").to_rgba8()
}

/// Strongly coloured pixels: bodies are, the window's chrome is not.
fn coloured(picture: &image::RgbaImage) -> usize {
    let spread = |pixel: &image::Rgba<u8>| {
        let [red, green, blue, _] = pixel.0;
        red.max(green).max(blue) - red.min(green).min(blue)
    };
    picture.pixels().filter(|pixel| spread(pixel) > 90).count()
}

fn differing(one: &image::RgbaImage, other: &image::RgbaImage) -> usize {
    assert_eq!(one.dimensions(), other.dimensions());
    one.pixels().zip(other.pixels()).filter(|(one, other)| one != other).count()
}

#[test]
fn the_reload_button_brings_new_code_into_the_running_window() {
    let lock = lock_file();
    lock.lock().expect("the lock is ours to take");
    let (settings, display) = (temporary(), Display::start());
    let source = Source::of("plugins/orbit");
    let mut command = editor(&settings);
    command.env("DISPLAY", &display.name).env_remove("WAYLAND_DISPLAY");
    let mut program = Program::start(command);
    let shot = |name: &str| settings.path().join(name);
    let screenshot = |program: &mut Program, name: &str| {
        program.ok(&format!("app.screenshot path={}", shot(name).display()));
        picture(&shot(name))
    };

    let modules = program.ok("module.list");
    assert_eq!(generation(&modules), 1);
    assert!(
        modules["modules"].as_array().expect("it is a list").iter().all(|row| row["state"] == "running"),
        "{modules}"
    );
    let before = program.ok("world.digest");
    let mut first = screenshot(&mut program, "first.png");
    for _ in 0..100 {
        if coloured(&first) > 5_000 {
            break;
        }
        first = screenshot(&mut program, "first.png");
    }
    assert!(coloured(&first) > 5_000, "the bodies are on screen: {}", coloured(&first));

    source.edit("const SWING: f32 = 0.35;", "const SWING: f32 = 4.0;");
    program.until("module.list", |modules| generation(modules) == 2); // the save alone does it
    program.ok("ui.click label=\"Reload module\"");
    program.until("module.list", |modules| generation(modules) == 3);
    assert_eq!(program.ok("world.digest"), before, "every entity was kept");

    program.ok("play.step frames=10");
    let after = screenshot(&mut program, "after.png");
    assert!(coloured(&after) > 5_000);
    assert!(differing(&first, &after) > 5_000, "the bodies move by the new code: {}", differing(&first, &after));
    program.ok("play.stop");
    assert_eq!(program.ok("world.digest"), before);

    let failed = program.call("ui.click label=\"No such button\"");
    assert_eq!(failed["ok"], false);
    program.ok("app.quit");
    let (status, _) = program.end();
    assert_eq!(status, Some(1), "one call failed");
}

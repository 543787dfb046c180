//! Processes that die and modules that never come back: the editor goes on from what it kept, without the culprit.

use crate::program::{Display, Program, editor, headless, temporary};
use crate::workspace::{Source, lock_file};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Waits for something outside of the program.
#[track_caller]
fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "{what} did not come");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The folder of the only run.
fn run_folder(settings: &TempDir) -> PathBuf {
    let below = |folder: &Path| fs::read_dir(folder).ok()?.flatten().next().map(|entry| entry.path());
    wait_for("the folder of the run", || below(&below(&settings.path().join("runs"))?))
}

/// The process that the supervisor watches.
fn watched(supervisor: u32) -> u32 {
    wait_for("the editor below its supervisor", || {
        let children = fs::read_to_string(format!("/proc/{supervisor}/task/{supervisor}/children")).ok()?;
        children.split_whitespace().next()?.parse().ok()
    })
}

fn orbit(program: &mut Program) -> Value {
    let modules = program.ok("module.list");
    let rows = modules["modules"].as_array().expect("it is a list");
    rows.iter().find(|row| row["name"] == "playground-plugins-orbit").expect("it is declared").clone()
}

/// Plays, and waits until that is on disk.
fn play_and_keep(program: &mut Program, settings: &TempDir) -> PathBuf {
    program.ok("entity.spawn name=Probe");
    program.ok("play.start");
    program.ok("world.snapshot name=early");
    // What is on disk is a checkpoint; the second one is taken after a second.
    program.until("world.time", |time| time["elapsed"].as_f64() > Some(2.0));
    let state = run_folder(settings).join("state");
    let first = wait_for("work on disk", || fs::metadata(&state).ok()?.modified().ok());
    wait_for("newer work on disk", || fs::metadata(&state).ok()?.modified().ok().filter(|now| *now > first));
    state
}

/// Reloads the orbits with code that ends badly, and waits until a new process takes over.
fn fail(program: &mut Program, settings: &TempDir, body: &str) {
    let source = Source::of("plugins/orbit");
    play_and_keep(program, settings);
    source.edit("    bodies.for_each", &format!("    if time.frame() > 0 {{ {body} }}\n    bodies.for_each"));
    program.tell("module.reload name=orbit");
    let restore = run_folder(settings).join("restore");
    wait_for("the next process", || restore.exists().then_some(()));
    // What the next process builds is right again.
    drop(source);
}

fn has_snapshot(program: &mut Program) -> bool {
    let known = program.ok("world.snapshots");
    known["snapshots"].as_array().expect("it is a list").iter().any(|one| one["snapshot"] == "early")
}

/// All entities that have an orbit: their number, its phase and where they are. `kept` are those whose orbits wait for
/// their module.
fn orbits(program: &mut Program, kept: bool) -> Vec<(u64, f64, Value)> {
    let list = program.ok("entity.list");
    let ids = list["entities"].as_array().expect("it is a list").iter().filter_map(|one| one["entity"].as_u64());
    let found = ids.filter_map(|id| {
        let entity = program.ok(&format!("entity.get entity={id}"));
        let part = if kept { "orphans" } else { "components" };
        let phase = entity[part]["orbit::Orbit"]["phase"].as_f64()?;
        Some((id, phase, entity["components"]["scene::Transform"]["translation"].clone()))
    });
    found.collect()
}

/// Whether two worlds have the same orbits in the same places.
fn alike(one: &[(u64, f64, Value)], other: &[(u64, f64, Value)]) -> bool {
    let same = |((id, phase, place), (other, then, there)): (&(u64, f64, Value), &(u64, f64, Value))| {
        // As text and back, a number is the nearest one.
        id == other && (phase - then).abs() < 1e-4 && place == there
    };
    one.len() == other.len() && one.iter().zip(other).all(same)
}

#[test]
fn a_module_that_kills_the_process_or_never_comes_back_is_named_and_left_out() {
    let lock = lock_file();
    lock.lock().expect("the lock is ours to take");
    let failures = [
        "std::process::abort();",
        "fn deep(n: u64) -> u64 { std::hint::black_box([n; 64])[3] + deep(n + 1) } assert!(deep(1) == 0);",
        "loop { std::thread::sleep(std::time::Duration::from_millis(10)); }",
    ];
    for body in failures {
        let settings = temporary();
        let mut command = headless(&settings);
        command.args(["--on-failure", "safe"]);
        let mut program = Program::start(command);
        let authored = orbits(&mut program, false);
        assert!(!authored.is_empty());
        fail(&mut program, &settings, body);
        let row = orbit(&mut program);
        assert_eq!((&row["state"], &row["generation"]), (&"failed".into(), &0.into()), "{body}: {row}");
        assert!(row["problem"].as_str().is_some_and(|why| why.contains("left out of this start")), "{row}");
        let entities = program.ok("entity.list");
        assert!(entities["entities"].as_array().expect("a list").iter().any(|one| one["name"] == "Probe"), "{body}");
        // The world goes on where it was, with the orbits kept for their module.
        let going_on = program.ok("world.time")["elapsed"].as_f64().expect("a number");
        let waiting = orbits(&mut program, true);
        assert!(going_on > 0.0 && waiting.len() == authored.len(), "{body}: {going_on} s, {waiting:?}");
        assert!(authored.iter().zip(&waiting).any(|(before, now)| before.2 != now.2), "{body}: {waiting:?}");
        assert!(orbits(&mut program, false).is_empty() && has_snapshot(&mut program), "{body}");
        program.ok("module.reload name=orbit");
        assert_eq!(orbit(&mut program)["state"], "running");
        let back = orbits(&mut program, false);
        assert!(alike(&back, &waiting), "{body}: {back:?}, not {waiting:?}");
        assert!(orbits(&mut program, true).is_empty());
        program.ok("play.step frames=10");
        assert!(!alike(&orbits(&mut program, false), &back), "{body}");
        program.ok("play.stop");
        assert!(alike(&orbits(&mut program, false), &authored), "{body}");
        program.ok("edit.undo");
        assert_eq!(program.end().0, Some(0), "{body}");
        assert!(!run_folder_exists(&settings), "a run that ended well leaves nothing");
    }
}

fn run_folder_exists(settings: &TempDir) -> bool {
    let below = |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    below(settings.path().join("runs")).flat_map(below).next().is_some()
}

#[test]
fn a_process_that_is_killed_is_back_with_the_world_as_it_played() {
    let lock = lock_file();
    lock.lock_shared().expect("the lock is ours to take");
    let settings = temporary();
    let mut command = headless(&settings);
    command.args(["--on-failure", "restart"]);
    let mut program = Program::start(command);
    play_and_keep(&mut program, &settings);
    let before = program.ok("world.time")["elapsed"].as_f64().expect("a number");
    kill(watched(program.id()));
    let restore = run_folder(&settings).join("restore");
    wait_for("the next process", || restore.exists().then_some(()));
    let after = program.ok("world.time")["elapsed"].as_f64().expect("a number");
    // A second between two checkpoints, and what it takes to write one.
    assert!((before - 2.5..before + 2.5).contains(&after), "{after} after {before}");
    assert_eq!(orbit(&mut program)["state"], "running");
    assert!(has_snapshot(&mut program));
    program.ok("play.step frames=5");
    program.ok("play.stop");
    program.ok("edit.undo");
    program.end();
}

/// Whether a process is gone, or nobody has asked yet how it ended.
fn has_ended(process: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // Behind the name in brackets comes the state.
    stat.rsplit(')').next().is_none_or(|rest| rest.is_empty() || rest.trim_start().starts_with('Z'))
}

fn kill(process: u32) {
    let status = Command::new("kill").args(["-9", &process.to_string()]).status();
    assert!(status.is_ok_and(|status| status.success()));
}

#[test]
fn the_next_start_goes_on_where_one_ended_that_was_killed_with_its_supervisor() {
    let lock = lock_file();
    lock.lock_shared().expect("the lock is ours to take");
    let settings = temporary();
    let start = || {
        let mut command = headless(&settings);
        command.args(["--on-failure", "restart"]);
        Program::start(command)
    };
    let mut program = start();
    play_and_keep(&mut program, &settings);
    let child = watched(program.id());
    kill(program.id());
    kill(child);
    drop(program);
    // What it held is given back once it has ended, which the signal does not wait for.
    wait_for("the end", || has_ended(child).then_some(()));
    let mut program = start();
    let entities = program.ok("entity.list");
    assert!(entities["entities"].as_array().expect("a list").iter().any(|one| one["name"] == "Probe"));
    assert!(has_snapshot(&mut program));
    program.end();
    assert!(!run_folder_exists(&settings), "what was taken over is not offered again");
}

fn in_window(settings: &TempDir, display: &Display, policy: &str) -> Program {
    let mut command = editor(settings);
    command.env("DISPLAY", &display.name).env_remove("WAYLAND_DISPLAY").args(["--on-failure", policy]);
    Program::start(command)
}

#[test]
fn the_window_names_a_system_that_never_comes_back_and_restarts_without_its_module() {
    let lock = lock_file();
    lock.lock().expect("the lock is ours to take");
    let (settings, display) = (temporary(), Display::start());
    let mut program = in_window(&settings, &display, "ask");
    let source = Source::of("plugins/orbit");
    play_and_keep(&mut program, &settings);
    let forever = "    loop { std::thread::sleep(std::time::Duration::from_millis(10)); }\n";
    source.edit("    bodies.for_each", &format!("{forever}    #[allow(unreachable_code)]\n    bodies.for_each"));
    program.ok("module.reload name=orbit");
    let asked = Instant::now();
    while program.call("ui.click label=\"Restart without orbit\"")["ok"] != true {
        assert!(asked.elapsed() < Duration::from_secs(60), "the question did not come");
    }
    drop(source);
    let restore = run_folder(&settings).join("restore");
    wait_for("the next process", || restore.exists().then_some(()));
    let row = orbit(&mut program);
    assert!(row["problem"].as_str().is_some_and(|why| why.contains("`advance` did not come back")), "{row}");
    assert!(has_snapshot(&mut program) && !orbits(&mut program, true).is_empty());
    program.call("app.quit");
    program.end();
}

#[test]
fn a_panel_that_panics_in_its_first_frames_is_taken_back_and_one_that_hangs_is_left_out() {
    let lock = lock_file();
    lock.lock().expect("the lock is ours to take");
    let (settings, display) = (temporary(), Display::start());
    let mut program = in_window(&settings, &display, "safe");
    program.ok("view.show panel=pools");
    let source = Source::of_file("plugins/pools/src/panel.rs");
    let drawn = "    fn ui(&mut self, ui: &mut Ui, context: &mut PanelContext<'_>) {";
    source.edit(drawn, &format!("{drawn}\n        if ui.is_visible() {{ panic!(\"not drawn\"); }}"));
    program.ok("module.reload name=pools");
    let history = program.until("module.history name=pools", |history| history["generations"][0]["running"] == true);
    let why = history["generations"][1]["why"].as_str().expect("it was taken back");
    assert!(why.contains("panel") && why.contains("not drawn"), "{why}");

    play_and_keep(&mut program, &settings);
    let forever = "while ui.is_visible() { std::thread::sleep(std::time::Duration::from_millis(10)); }";
    source.edit(drawn, &format!("{drawn}\n        {forever}"));
    program.ok("module.reload name=pools");
    let restore = run_folder(&settings).join("restore");
    wait_for("the next process", || restore.exists().then_some(()));
    drop(source);
    let modules = program.ok("module.list");
    let rows = modules["modules"].as_array().expect("it is a list");
    let pools = rows.iter().find(|row| row["name"] == "playground-plugins-pools").expect("it is declared");
    assert!(pools["problem"].as_str().is_some_and(|why| why.contains("left out")), "{pools}");
    program.call("app.quit");
    program.end();
}

#[test]
fn a_rebuilt_editor_takes_this_ones_place_and_the_world_plays_on() {
    let lock = lock_file();
    lock.lock_shared().expect("the lock is ours to take");
    let (settings, display) = (temporary(), Display::start());
    let mut program = in_window(&settings, &display, "quit");
    play_and_keep(&mut program, &settings);
    program.ok("selection.set entity=[1]");
    let before = program.ok("world.time")["elapsed"].as_f64().expect("a number");
    program.ok("build.engine");
    let folder = run_folder(&settings);
    let kept = |entry: std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with("restart-");
    wait_for("the restart", || fs::read_dir(&folder).ok()?.flatten().any(kept).then_some(()));
    let modules = program.ok("module.list");
    assert!(modules["modules"].as_array().expect("a list").iter().all(|row| row["state"] == "running"), "{modules}");
    let after = program.ok("world.time")["elapsed"].as_f64().expect("a number");
    assert!(after >= before, "{after} after {before}");
    program.until("world.time", |time| time["elapsed"].as_f64().is_some_and(|now| now > after));
    program.ok("play.stop");
    program.ok("edit.undo");
    let entities = program.ok("entity.list");
    assert!(entities["entities"].as_array().expect("a list").iter().all(|one| one["name"] != "Probe"), "it was undone");
    program.call("app.quit");
    program.end();
}

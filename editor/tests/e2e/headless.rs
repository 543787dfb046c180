//! No window and no display.

use crate::program::{Program, headless, temporary, without_display};
use crate::workspace::lock_file;

#[test]
fn calls_run_in_order_and_only_json_is_on_standard_output() {
    let lock = lock_file();
    lock.lock_shared().expect("the lock is ours to take");
    let settings = temporary();
    let mut command = headless(&settings);
    command.args(["--exec", "scene.new", "--exec", "entity.spawn name=Probe", "--exec", "entity.list"]);
    let output = command.output().expect("the program is built");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("it is text");
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert_eq!(lines[2]["operator"], "entity.list");
    assert_eq!(lines[2]["result"]["entities"][0]["name"], "Probe");
}

#[test]
fn a_script_goes_on_after_a_failure_and_the_exit_status_tells() {
    let lock = lock_file();
    lock.lock_shared().expect("the lock is ours to take");
    let settings = temporary();
    let mut program = Program::start(headless(&settings));
    let demo = program.ok("world.digest");
    assert!(demo["entities"].as_u64().is_some_and(|count| count > 200), "the demo scene is open: {demo}");
    let failed = program.call("entity.spwan name=x");
    assert_eq!(failed["ok"], false);
    assert!(failed["error"].as_str().is_some_and(|error| error.contains("similar are entity.spawn")), "{failed}");
    assert_eq!(program.call("app.screenshot path=/tmp/no.png")["ok"], false);
    assert_eq!(program.ok("world.digest"), demo);
    let (status, rest) = program.end();
    assert_eq!((status, rest), (Some(1), Vec::new()));
}

#[test]
fn without_a_display_it_says_so_and_points_to_headless() {
    let settings = temporary();
    let output = without_display(&settings).output().expect("the program is built");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(text.contains("display") && text.contains("--headless"), "{text}");
}

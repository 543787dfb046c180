//! `cargo xtask bench pause`: for how long a reload stops the engine, by the number of entities.
//!
//! The editor runs without a window over a swarm of bodies; a module that has nothing to do with them is loaded anew, with
//! equal schemas. While the world plays, every body moves in every step, so that the checkpoint to go back to is a copy
//! of all of them.

use crate::edited;
use crate::editor::{self, Editor, Screen};
use crate::spread::{Spread, milliseconds};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

const SCENE: &str = "assets/scenes/swarm.ron";
const MODULE: &str = "orbit";
/// Bodies of the swarm.
const COUNTS: [u32; 4] = [0, 10_000, 100_000, 1_000_000];
/// Reloads of each kind.
const RELOADS: u32 = 9;
/// What of a reload happens on the engine's thread; all before is the build's.
const STAGES: [&str; 3] = ["loaded_ms", "planned_ms", "swapped_ms"];
/// Until the swarm has its bodies, and the world moved for a while.
const SETTLED: Duration = Duration::from_secs(2);
/// While playing, a checkpoint is taken each second: reloads come at all distances from it.
const APART: Duration = Duration::from_millis(350);
const FURTHER: Duration = Duration::from_millis(70);

const HEADER: &str = "\
What of a reload happens on the engine's thread (loaded, planned, swapped), ms, by the number of moving bodies. The
schemas are equal, so no component is touched; while the world plays, the swap includes the checkpoint to go back to.

| bodies | stopped, p50 | max | playing, p50 | max |
| ---: | ---: | ---: | ---: | ---: |
";

/// Measures, prints and keeps the table.
///
/// # Errors
/// When the editor can't be run, or a reload fails.
pub fn run(root: &Path) -> Result<()> {
    let folder = root.join("target/playground/bench-pause");
    let _lock = edited::lock(root)?;
    Editor::build(root)?;
    let mut editor = Editor::start(root, &folder, Screen::Headless)?;
    editor.call(&format!("scene.open path={SCENE}"))?;
    let mut text = format!("# Pause\n\n{}\n\n{HEADER}", super::machine(root, "dev: opt-level 1")?);
    for count in COUNTS {
        println!("{count} bodies");
        editor.call(&format!("component.set entity=1 component=swarm::Swarm field=count value={count}"))?;
        std::thread::sleep(SETTLED);
        let stopped = pauses(&mut editor, Duration::ZERO)?;
        editor.call("play.start")?;
        std::thread::sleep(SETTLED);
        let playing = pauses(&mut editor, APART)?;
        editor.call("play.stop")?;
        text += &row(count, &stopped, &playing);
    }
    // The scene is changed, and not to be kept.
    editor.call("scene.new")?;
    editor.quit()?;
    println!("\n{text}");
    let path = root.join("target/bench/pause.md");
    std::fs::create_dir_all(root.join("target/bench")).context("creating target/bench")?;
    std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    println!("written to {}", path.display());
    Ok(())
}

fn pauses(editor: &mut Editor, apart: Duration) -> Result<Vec<Duration>> {
    let mut found = Vec::new();
    // The first one takes a checkpoint of what the change of the swarm left.
    for number in 0..=RELOADS {
        let answer = editor.call(&format!("module.reload name={MODULE}"))?;
        if number > 0 {
            found.push(pause(&answer.result)?);
        }
        if !apart.is_zero() {
            std::thread::sleep(apart + FURTHER * number);
        }
    }
    Ok(found)
}

/// The pause of a reload, by what `module.reload` answered.
fn pause(answer: &Value) -> Result<Duration> {
    let stages = &answer["reloaded"][0]["stages"];
    ensure!(stages.is_object(), "nothing was reloaded: {answer}");
    STAGES
        .iter()
        .map(|stage| editor::time(stages, stage).with_context(|| format!("no stage {stage} in {stages}")))
        .sum()
}

fn row(count: u32, stopped: &[Duration], playing: &[Duration]) -> String {
    let cells = |pauses: &[Duration]| {
        let spread = Spread::of(pauses);
        format!("{} | {}", milliseconds(spread.p50), milliseconds(spread.max))
    };
    format!("| {count} | {} | {} |\n", cells(stopped), cells(playing))
}

#[cfg(test)]
mod tests {
    use super::{pause, row};
    use serde_json::json;
    use std::time::Duration;

    #[test]
    fn a_pause_is_what_the_engine_waits_for() {
        let stages =
            json!({ "built_ms": 300.0, "checked_ms": 2.0, "loaded_ms": 0.5, "planned_ms": 0.25, "swapped_ms": 1.25 });
        let answer = json!({ "reloaded": [{ "stages": stages }] });
        assert_eq!(pause(&answer).unwrap(), Duration::from_millis(2));
        assert!(pause(&json!({ "reloaded": [] })).is_err());
        assert!(pause(&json!({ "reloaded": [{ "stages": { "loaded_ms": 1.0 } }] })).is_err());
    }

    #[test]
    fn a_row_has_the_median_and_the_longest() {
        let ms = |values: [u64; 3]| values.map(Duration::from_millis);
        assert_eq!(row(10, &ms([1, 3, 2]), &ms([4, 6, 5])), "| 10 | 2.00 | 3.00 | 5.00 | 6.00 |\n");
    }
}

//! Our side of the comparison: the real editor over this workspace.
//!
//! A measurement begins right before the file is written. It ends when the answer of `module.history` arrives that has
//! the stage `first frame` for the new generation. That stage ends after a whole frame of the engine: the world plays,
//! so the edited system has run in it. Asking takes up to 2 ms more than the truth, which counts against us. At first it is
//! not asked at all, since a compiler that has two processors would feel it.

use super::{Edit, PAUSE};
use crate::cargo;
use crate::display::Display;
use crate::edited::EditedConstant;
use crate::editor::{self, Editor, Screen};
use crate::vitals::{self, Thread};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// The module whose source is edited, and the constant.
pub const SOURCE: &str = "plugins/orbit/src/lib.rs";
pub const CONSTANT: &str = "const SPIN: f32 = ";
const MODULE: &str = "orbit";

/// The stages of a reload as `module.history` calls them.
const STAGES: [(&str, &str); 7] = [
    ("seen", "seen"),
    ("built", "built"),
    ("checked", "checked"),
    ("loaded", "loaded"),
    ("planned", "planned"),
    ("swapped", "swapped"),
    ("first frame", "first_frame"),
];
/// What the stages are not: until the system tells of the save, and from the frame to the answer that tells of it.
const OUTSIDE: &str = "before and after";

/// How often it is asked whether the new code has run.
const PERIOD: Duration = Duration::from_millis(2);
/// No reload was ever faster than twice this.
const LONGEST_QUIET: Duration = Duration::from_millis(80);
/// A reload that takes longer is not going to come.
const PATIENCE: Duration = Duration::from_secs(60);
/// A software renderer takes processors from the compiler, as no graphics card does; it has little to do in the smallest
/// window.
const SMALL_WINDOW: &str = "(window: (480.0, 320.0))";

/// How the editor learns of the save.
#[derive(Clone, Copy)]
pub enum Way<'a> {
    /// `module.reload` is called.
    Request,
    /// It watches, without a window.
    Watching,
    /// It watches, with a window.
    Window(&'a Display),
}

/// A running editor whose module is edited.
pub struct Ours<'a> {
    editor: Editor,
    source: &'a EditedConstant,
    is_watching: bool,
    /// How long it is not asked whether the new code has run: asking takes time from the compiler.
    quiet: Duration,
    /// Processor time that playing took, and how long it was looked at.
    played: (Duration, Duration),
}

impl<'a> Ours<'a> {
    /// Starts the editor, with `folder` for what it leaves behind.
    ///
    /// # Errors
    /// When it can't be run.
    pub fn start(root: &Path, folder: &Path, source: &'a EditedConstant, way: Way<'_>) -> Result<Self> {
        let screen = match way {
            Way::Request => Screen::Headless,
            Way::Watching => Screen::Watching,
            Way::Window(display) => {
                let path = display.settings().join("editor.ron");
                std::fs::write(&path, SMALL_WINDOW).with_context(|| format!("writing {}", path.display()))?;
                Screen::Window(display)
            }
        };
        let mut editor = Editor::start(root, folder, screen)?;
        editor.call("play.start")?;
        if let Way::Window(_) = way {
            yield_processors(&renderers_threads(editor.pid())?)?;
        }
        editor.call("play.pause")?;
        Ok(Self {
            editor,
            source,
            is_watching: !matches!(way, Way::Request),
            quiet: Duration::ZERO,
            played: Default::default(),
        })
    }

    /// Saves another value of the constant, and waits until code with it has run. Before and after, the world waits, so
    /// that it takes nothing from others.
    ///
    /// # Errors
    /// When the edit does not come into effect.
    pub fn edit(&mut self, value: f64) -> Result<Edit> {
        self.editor.call("play.start")?;
        let (started, busy) = (Instant::now(), vitals::busy(self.editor.pid(), None)?);
        std::thread::sleep(PAUSE);
        self.played.0 += vitals::busy(self.editor.pid(), None)?.saturating_sub(busy);
        self.played.1 += started.elapsed();
        let edit = self.timed(value)?;
        self.editor.call("play.pause")?;
        Ok(edit)
    }

    /// Processors that the editor keeps busy while it only plays.
    pub fn busy_cores(&self) -> f64 {
        self.played.0.as_secs_f64() / self.played.1.as_secs_f64()
    }

    /// Ends the editor.
    ///
    /// # Errors
    /// When it does not end well.
    pub fn quit(self) -> Result<()> {
        self.editor.quit()
    }

    fn timed(&mut self, value: f64) -> Result<Edit> {
        let before = newest(&history(&mut self.editor)?.result)?["generation"].as_u64();
        let generation = before.context("a generation has a number")? + 1;
        let saved = Instant::now();
        self.source.set(value)?;
        if !self.is_watching {
            self.editor.call(&format!("module.reload name={MODULE}"))?;
        }
        if self.is_watching {
            std::thread::sleep(self.quiet);
        }
        loop {
            let answer = history(&mut self.editor)?;
            let newest = newest(&answer.result)?;
            if newest["generation"] == generation && newest["stages_ms"].get("first_frame").is_some() {
                ensure!(newest["running"] == true, "generation {generation} did not stay: {newest}");
                let edit = edit(answer.at.duration_since(saved), &newest["stages_ms"])?;
                self.quiet = (edit.whole / 2).min(LONGEST_QUIET);
                return Ok(edit);
            }
            if saved.elapsed() > PATIENCE {
                bail!("the edit did not come into effect within {} s; the newest is {newest}", PATIENCE.as_secs());
            }
            std::thread::sleep(PERIOD);
        }
    }
}

/// Whether a thread belongs to Mesa's software renderer: it names its workers, and its queue has the program's name.
fn is_renderers(thread: &Thread, pid: u32) -> bool {
    thread.name.starts_with("llvmpipe") || (thread.name == "editor" && thread.number != pid)
}

/// The numbers of the software renderer's threads, once it has drawn.
fn renderers_threads(pid: u32) -> Result<Vec<u32>> {
    let started = Instant::now();
    while !vitals::threads(pid)?.iter().any(|thread| thread.name.starts_with("llvmpipe")) {
        ensure!(
            started.elapsed() < PATIENCE,
            "no software renderer draws the window after {} s; is lavapipe installed (Debian: mesa-vulkan-drivers)?",
            PATIENCE.as_secs()
        );
        std::thread::sleep(PAUSE);
    }
    // Its threads do not all start at once.
    std::thread::sleep(PAUSE);
    let threads = vitals::threads(pid)?;
    Ok(threads.iter().filter(|thread| is_renderers(thread, pid)).map(|thread| thread.number).collect())
}

/// Gives threads the lowest priority, so that they take what nobody else wants.
fn yield_processors(threads: &[u32]) -> Result<()> {
    let mut command = Command::new("renice");
    command.args(["-n", "19", "-p"]).args(threads.iter().map(u32::to_string));
    cargo::output(command).map(drop).context("giving the software renderer the lowest priority")
}

fn history(editor: &mut Editor) -> Result<editor::Answer> {
    editor.call(&format!("module.history name={MODULE}"))
}

/// The generation that was loaded last.
fn newest(history: &Value) -> Result<&Value> {
    history["generations"].as_array().and_then(|rows| rows.last()).with_context(|| format!("no generation: {history}"))
}

fn edit(whole: Duration, found: &Value) -> Result<Edit> {
    let mut stages = Vec::new();
    for (name, key) in STAGES {
        stages.push((name, editor::time(found, key).with_context(|| format!("no stage `{name}` in {found}"))?));
    }
    let within: Duration = stages.iter().map(|(_, time)| *time).sum();
    stages.push((OUTSIDE, whole.saturating_sub(within)));
    Ok(Edit { whole, stages })
}

#[cfg(test)]
mod tests {
    use super::{edit, is_renderers, newest};
    use crate::vitals::Thread;
    use serde_json::json;
    use std::time::Duration;

    #[test]
    fn stages_are_read_and_what_is_outside_of_them() {
        let stages = json!({
            "seen": 21.0, "built": 140.0, "checked": 2.5, "loaded": 0.5, "planned": 0.25, "swapped": 0.25,
            "first_frame": 10.5,
        });
        let edit = edit(Duration::from_millis(177), &stages).unwrap();
        assert_eq!(edit.stages[1], ("built", Duration::from_millis(140)));
        assert_eq!(edit.stages[7], ("before and after", Duration::from_millis(2)));
        assert!(super::edit(Duration::ZERO, &json!({ "seen": 21.0 })).is_err());
    }

    #[test]
    fn the_window_and_the_engine_keep_their_priority() {
        let check = |number, name: &str, expected| {
            assert_eq!(is_renderers(&Thread { number, name: name.to_owned() }, 7), expected, "{number} {name}");
        };
        check(7, "editor", false);
        check(8, "engine", false);
        check(9, "editor", true);
        check(10, "llvmpipe-1", true);
    }

    #[test]
    fn the_newest_generation_is_the_last() {
        let history = json!({ "generations": [{ "generation": 1 }, { "generation": 2 }] });
        assert_eq!(newest(&history).unwrap()["generation"], 2);
        assert!(newest(&json!({ "generations": [] })).is_err());
    }
}

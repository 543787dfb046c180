//! The real editor, driven through its standard input: one call of an operator a line, one line of JSON for each.

use crate::display::Display;
use crate::program::Program;
use crate::{cargo, stages};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};

/// An answer comes later than this only if the editor hangs: the longest call builds every module.
const PATIENCE: Duration = Duration::from_secs(300);

/// Where the editor shows itself, and whether it builds and reloads what is saved.
#[derive(Clone, Copy)]
pub enum Screen<'a> {
    /// Nowhere, and saves are not seen.
    Headless,
    /// Nowhere, and saves are seen.
    Watching,
    /// In a window on this display, and saves are seen.
    Window(&'a Display),
}

/// A running editor. Dropping it ends it.
pub struct Editor {
    program: Program,
}

/// What an operator answered, and when.
pub struct Answer {
    /// The moment at which the answer arrived.
    pub at: Instant,
    /// The operator's result.
    pub result: Value,
}

impl Editor {
    /// Builds the editor; modules of the same build are accepted by it.
    ///
    /// # Errors
    /// When it does not compile.
    pub fn build(root: &Path) -> Result<()> {
        cargo::check_environment()?;
        stages::succeed(cargo::command(root).arg("build")).context("the editor has to be built before it can run")
    }

    /// Starts what was built, with `folder` for its log and settings, and waits until its modules run.
    ///
    /// # Errors
    /// When it can't be started, or a module does not run.
    pub fn start(root: &Path, folder: &Path, screen: Screen<'_>) -> Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
        let mut command = cargo::program(cargo::target_folder(root).join("debug/editor"), root);
        // Otherwise another process would watch the editor, and start it again when it ends.
        command.arg(root).args(["--script", "-", "--on-failure", "ignore"]);
        command.env("PLAYGROUND_CONFIG_DIR", folder.join("settings"));
        match screen {
            Screen::Headless => drop(command.arg("--headless")),
            Screen::Watching => drop(command.args(["--headless", "--watch"])),
            Screen::Window(display) => display.set(&mut command),
        }
        let mut editor = Self { program: Program::start(command, &folder.join("editor.log"))? };
        let modules = editor.call("module.list")?.result;
        let ill = |module: &&Value| module["state"] != "running";
        if let Some(module) = modules["modules"].as_array().into_iter().flatten().find(ill) {
            let word = |key: &str| module[key].as_str().unwrap_or("?");
            bail!("{} does not run, it is {}: {}", word("name"), word("state"), word("problem"));
        }
        Ok(editor)
    }

    /// The editor's process.
    pub fn pid(&self) -> u32 {
        self.program.pid()
    }

    /// Runs an operator and waits for its answer.
    ///
    /// # Errors
    /// When the operator fails, or the editor does not answer.
    pub fn call(&mut self, call: &str) -> Result<Answer> {
        self.program.say(call)?;
        let line = self.program.next_line(PATIENCE)?;
        let mut answer: Value =
            serde_json::from_str(&line.text).with_context(|| format!("`{call}` was answered by {}", line.text))?;
        if answer["ok"] != true {
            bail!("`{call}` failed: {}", answer["error"].as_str().unwrap_or(&line.text));
        }
        Ok(Answer { at: line.at, result: answer["result"].take() })
    }

    /// Asks the editor to end, and waits until it has.
    ///
    /// # Errors
    /// When it does not end well.
    pub fn quit(mut self) -> Result<()> {
        self.call("app.quit")?;
        self.program.finish()
    }
}

/// The time in milliseconds that `value` holds under `key`.
pub fn time(value: &Value, key: &str) -> Option<Duration> {
    let ms = value.get(key)?.as_f64()?;
    Duration::try_from_secs_f64(ms / 1e3).ok()
}

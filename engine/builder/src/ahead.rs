//! A compiler that is started before there is anything to compile.
//!
//! Most of a compiler's first 15 ms, 50 on a machine that has been idle, is its own loading. One that has loaded waits
//! for its arguments, which it takes from a file: its standard input. When this process ends, however it does, that
//! input ends too, and with it the compiler.

use crate::process;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

/// Where the compiler is kept that waits; clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ahead {
    waiting: Arc<Mutex<Option<Waiting>>>,
}

/// What can't be changed once a compiler runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    pub program: String,
    pub current_dir: PathBuf,
    pub variables: Vec<(String, String)>,
}

#[derive(Debug)]
struct Waiting {
    setting: Setting,
    child: Option<Child>,
}

impl Setting {
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        crate::build::clean_environment(&mut command);
        command.current_dir(&self.current_dir).envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }
}

impl Ahead {
    /// Starts the compiler with `arguments`: the one that waits, if it was started for the same, else a new one.
    pub fn start(&self, setting: &Setting, arguments: &[String]) -> std::io::Result<Child> {
        let waiting = self.lock().take().filter(|waiting| waiting.setting == *setting);
        match waiting.and_then(|waiting| waiting.tell(arguments)) {
            Some(child) => Ok(child),
            None => process::start(setting.command().args(arguments), Stdio::null()),
        }
    }

    /// Starts a compiler that waits for its arguments. That it can't be started costs only time.
    pub fn prepare(&self, setting: Setting) {
        let is_compiler = Path::new(&setting.program).file_stem().is_some_and(|name| name == "rustc");
        if !cfg!(target_os = "linux") || !is_compiler {
            return;
        }
        let child = process::start(setting.command().arg("@/dev/stdin"), Stdio::piped()).ok();
        let waiting = Waiting { setting, child };
        drop(self.lock().replace(waiting));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// Lets it go on; `None` if it has ended, or can't be told these arguments.
    fn tell(mut self, arguments: &[String]) -> Option<Child> {
        // A line is an argument.
        if arguments.iter().any(|argument| argument.contains(['\n', '\r'])) {
            return None;
        }
        let mut input = self.child.as_mut()?.stdin.take()?;
        input.write_all(arguments.join("\n").as_bytes()).ok()?;
        self.child.take()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // One that has ended is as good.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

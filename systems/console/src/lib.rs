//! The console as a module: lines go to the scrollback and to the terminal (stderr), typed lines come in.

mod commands;

use async_trait::async_trait;
use playground::console::{Accepted, ConsoleViewTrait, Level, Line};
use playground::core_types::{Handle, Shared};
use playground::types::{Contract, ModuleError, ViewId, ViewModelTrait};
use std::collections::VecDeque;
use std::io::Write;

/// Lines kept; older ones are forgotten.
const SCROLLBACK: usize = 5_000;

/// The implementation.
pub struct Console {
    state: Shared<State>,
}

#[derive(Default)]
struct State {
    lines: VecDeque<Line>,
    newest: u64,
    history: Vec<String>,
}

playground::viewmodel!(Console, console);

impl Default for Console {
    fn default() -> Self {
        Self { state: Shared::new("console", State::default()) }
    }
}

#[async_trait]
impl ViewModelTrait for Console {
    fn view_id(&self) -> ViewId {
        playground::console::view::VIEW_ID
    }
    fn api_version(&self) -> u64 {
        playground::console::API_VERSION
    }
    fn contract(self: Handle<Self>) -> Contract {
        Contract::new::<dyn ConsoleViewTrait>(self)
    }
    async fn save_state(&self) -> Option<Result<Vec<u8>, ModuleError>> {
        let state = self.state.read();
        let saved = serde_json::to_vec(&(&state.lines, state.newest, &state.history));
        Some(saved.map_err(|error| unreadable(&error)))
    }
    async fn restore_state(&self, state: &[u8]) -> Result<(), ModuleError> {
        let (lines, newest, history) = serde_json::from_slice(state).map_err(|error| unreadable(&error))?;
        *self.state.write() = State { lines, newest, history };
        Ok(())
    }
}

fn unreadable(error: &serde_json::Error) -> ModuleError {
    ModuleError::State { module: env!("CARGO_PKG_NAME").to_owned(), cause: error.to_string() }
}

impl ConsoleViewTrait for Console {
    fn log(&self, level: Level, source: &str, text: &str) {
        let mut state = self.state.write();
        for text in text.lines() {
            state.newest += 1;
            let line = Line { number: state.newest, level, source: source.to_owned(), text: text.to_owned() };
            // A terminal that is gone must not end the program.
            let _ = writeln!(std::io::stderr(), "{:>7} {source}: {text}", label(level));
            state.lines.push_back(line);
            if state.lines.len() > SCROLLBACK {
                state.lines.pop_front();
            }
        }
    }

    fn lines(&self, after: u64) -> Vec<Line> {
        self.state.read().lines.iter().filter(|line| line.number > after).cloned().collect()
    }

    fn newest(&self) -> u64 {
        self.state.read().newest
    }

    fn clear(&self) {
        self.state.write().lines.clear();
    }

    fn accept(&self, line: &str) -> Accepted {
        let line = line.trim();
        {
            let history = &mut self.state.write().history;
            if history.last().map(String::as_str) != Some(line) && !line.is_empty() {
                history.push(line.to_owned());
            }
        }
        commands::accept(self, line)
    }

    fn history(&self) -> Vec<String> {
        self.state.read().history.clone()
    }

    fn complete(&self, prefix: &str, names: &[&str]) -> Vec<String> {
        let known = commands::NAMES.iter().chain(names).filter(|name| name.starts_with(prefix));
        known.map(|name| (*name).to_owned()).collect()
    }
}

fn label(level: Level) -> &'static str {
    match level {
        Level::Success => "ok",
        Level::Info => "info",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}

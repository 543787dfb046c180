//! What cargo prints on standard error: progress, waiting, the commands it runs, and why it failed.

use crate::command_line::CommandLine;

/// A piece of cargo's standard error that means something here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The progress bar.
    Progress {
        /// Units done.
        done: usize,
        /// Units in all.
        total: usize,
        /// What is compiled now.
        current: String,
    },
    /// Cargo waits for another cargo.
    Waiting(String),
    /// Cargo runs a compiler.
    Running(CommandLine),
}

/// Reads standard error line by line.
#[derive(Debug, Default)]
pub struct Reader {
    unfinished: Option<String>,
    failure: Vec<String>,
}

impl Reader {
    /// What `line` means; a progress bar ends in a carriage return, which counts as a line's end.
    pub fn read(&mut self, line: &str) -> Option<Notice> {
        let line = without_control(line);
        if let Some(mut command) = self.unfinished.take() {
            // A description in a Cargo.toml may span lines, and is passed in a variable.
            command.push('\n');
            command.push_str(&line);
            return self.running(command);
        }
        let text = line.trim_start();
        if let Some(command) = text.strip_prefix("Running `") {
            return self.running(command.to_owned());
        }
        if let Some(waiting) = text.strip_prefix("Blocking ") {
            return Some(Notice::Waiting(waiting.to_owned()));
        }
        if let Some(bar) = text.strip_prefix("Building [") {
            return progress(bar);
        }
        let is_error = line.starts_with("error") && !line.starts_with("error: could not compile");
        if (is_error || !self.failure.is_empty()) && self.failure.len() < MAX_FAILURE_LINES {
            self.failure.push(line.trim_end().to_owned());
        }
        None
    }

    /// Cargo's own error, if it printed one: a wrong Cargo.toml, an unknown package, a failed build script.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        let text = self.failure.join("\n");
        let text = text.trim();
        (!text.is_empty()).then(|| text.trim_start_matches("error: ").to_owned())
    }

    fn running(&mut self, command: String) -> Option<Notice> {
        let whole = command.strip_suffix('`').and_then(CommandLine::parse);
        if whole.is_none() && command.lines().count() < MAX_COMMAND_LINES {
            self.unfinished = Some(command);
        }
        whole.map(Notice::Running)
    }
}

const MAX_FAILURE_LINES: usize = 40;
const MAX_COMMAND_LINES: usize = 200;

/// `===>   ] 12/300: orbit, glam` after the opening bracket.
fn progress(bar: &str) -> Option<Notice> {
    let (counts, current) =
        bar.split_once(']')?.1.trim().split_once(':').unwrap_or((bar.split_once(']')?.1.trim(), ""));
    let (done, total) = counts.split_once('/')?;
    Some(Notice::Progress {
        done: done.trim().parse().ok()?,
        total: total.trim().parse().ok()?,
        current: current.trim().to_owned(),
    })
}

/// The text without terminal escapes, which clear the progress bar's line.
fn without_control(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line.chars();
    while let Some(character) = rest.next() {
        if character == '\u{1b}' {
            // "ESC [ … letter" is the only form that cargo prints.
            if rest.next() == Some('[') {
                rest.by_ref().find(char::is_ascii_alphabetic);
            }
        } else if character == '\t' || !character.is_control() {
            text.push(character);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_apart() {
        let mut reader = Reader::default();
        let progress = reader.read("\u{1b}[K    Building [====>    ] 12/300: orbit, glam");
        assert_eq!(progress, Some(Notice::Progress { done: 12, total: 300, current: "orbit, glam".to_owned() }));
        let waiting = reader.read("    Blocking waiting for file lock on build directory");
        assert_eq!(waiting, Some(Notice::Waiting("waiting for file lock on build directory".to_owned())));
        assert_eq!(reader.read("   Compiling orbit v0.1.0"), None);
        let Some(Notice::Running(command)) = reader.read("     Running `A=1 rustc --crate-name orbit`") else {
            panic!()
        };
        assert_eq!(command.program, "rustc");
        assert_eq!(reader.failure(), None);
    }

    #[test]
    fn a_command_may_span_lines() {
        let mut reader = Reader::default();
        assert_eq!(reader.read("     Running `A='one"), None);
        let Some(Notice::Running(command)) = reader.read("two' rustc`") else { panic!() };
        assert_eq!(command.variable("A"), Some("one\ntwo"));
    }

    #[test]
    fn cargos_own_error_is_kept() {
        let mut reader = Reader::default();
        for line in
            ["    Updating", "error: package ID specification `x` did not match any packages", "", "help: try y"]
        {
            reader.read(line);
        }
        let failure = reader.failure().unwrap();
        assert!(failure.starts_with("package ID") && failure.contains("help: try y"), "{failure}");
    }
}

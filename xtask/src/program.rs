//! A running program that is talked to by lines: what goes in, what comes out and when, and its end with ours.
//!
//! Knows nothing of what the lines mean.

use crate::cargo;
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Lines of the log that an error shows.
const SHOWN_LINES: usize = 12;

/// A line, and when it arrived.
pub struct Line {
    /// The moment at which it was read.
    pub at: Instant,
    /// The line without its end.
    pub text: String,
}

/// A running program. Dropping it ends it.
pub struct Program {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<Line>,
    name: String,
    log: PathBuf,
}

impl Program {
    /// Starts `command`; what it says on its error stream goes to the file `log`.
    ///
    /// # Errors
    /// When the program can't be started or the file can't be written.
    pub fn start(command: Command, log: &Path) -> Result<Self> {
        Self::start_as(cargo::line(&command), command, log)
    }

    /// The same; errors call it `name`.
    ///
    /// # Errors
    /// When the program can't be started or the file can't be written.
    pub fn start_as(name: String, mut command: Command, log: &Path) -> Result<Self> {
        let file = File::create(log).with_context(|| format!("creating the log {}", log.display()))?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(file);
        let mut child = command.spawn().with_context(|| format!("starting {name}"))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let (sender, lines) = channel();
        let read = move || {
            for text in BufReader::new(output.into_iter().next()?).lines() {
                let line = Line { at: Instant::now(), text: text.ok()? };
                sender.send(line).ok()?;
            }
            Some(())
        };
        // The thread ends with the program's output.
        std::thread::Builder::new().name("lines".to_owned()).spawn(read).context("starting a thread")?;
        Ok(Self { child, input, lines, name, log: log.to_owned() })
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Writes a line to the program.
    ///
    /// # Errors
    /// When it does not read any more.
    pub fn say(&mut self, line: &str) -> Result<()> {
        let written = self.input.as_mut().map(|input| writeln!(input, "{line}").and_then(|()| input.flush()));
        match written {
            Some(Ok(())) => Ok(()),
            Some(Err(error)) => bail!("{} does not take `{line}`: {error}{}", self.name, self.last_words()),
            None => bail!("{} was told that nothing more comes, and then `{line}`", self.name),
        }
    }

    /// The next line of the program.
    ///
    /// # Errors
    /// When none comes in time, or the program has ended.
    pub fn next_line(&mut self, patience: Duration) -> Result<Line> {
        match self.lines.recv_timeout(patience) {
            Ok(line) => Ok(line),
            Err(RecvTimeoutError::Timeout) => {
                bail!("{} said nothing for {} s{}", self.name, patience.as_secs(), self.last_words())
            }
            Err(RecvTimeoutError::Disconnected) => {
                // Its output is closed, so it has ended or is about to.
                let ended = self.child.wait().map_or_else(|error| error.to_string(), |status| status.to_string());
                bail!("{} ended ({ended}){}", self.name, self.last_words())
            }
        }
    }

    /// Waits for the program's end after it was asked to end.
    ///
    /// # Errors
    /// When it does not succeed.
    pub fn finish(mut self) -> Result<()> {
        drop(self.input.take());
        let status = self.child.wait().with_context(|| format!("waiting for {}", self.name))?;
        if status.success() { Ok(()) } else { bail!("{} ended with {status}{}", self.name, self.last_words()) }
    }

    fn last_words(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let shown = lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n    ");
        if shown.is_empty() {
            ", without a word".to_owned()
        } else {
            format!("; the end of {}:\n    {shown}", self.log.display())
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // After `finish` both fail, and otherwise there is nobody left to whom it matters.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::Program;
    use std::process::Command;
    use std::time::Duration;

    const PATIENCE: Duration = Duration::from_secs(20);

    fn shell(script: &str) -> (tempfile::TempDir, Program) {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let program = Program::start(command, &folder.path().join("log")).unwrap();
        (folder, program)
    }

    #[test]
    fn lines_go_in_and_come_out() {
        let (_folder, mut program) = shell("while read word; do echo \"<$word>\"; done");
        for word in ["one", "two"] {
            program.say(word).unwrap();
            assert_eq!(program.next_line(PATIENCE).unwrap().text, format!("<{word}>"));
        }
        program.finish().unwrap();
    }

    #[test]
    fn an_end_before_its_time_shows_the_last_words() {
        let (_folder, mut program) = shell("echo 'no display' >&2; exit 3");
        let error = program.next_line(PATIENCE).map(|line| line.text).unwrap_err().to_string();
        assert!(error.contains("exit status: 3") && error.ends_with("no display"), "{error}");
    }

    #[test]
    fn silence_is_an_error() {
        let (_folder, mut program) = shell("read word");
        assert!(program.next_line(Duration::ZERO).is_err_and(|error| error.to_string().contains("said nothing")));
        program.say("word").unwrap();
        program.finish().unwrap();
    }
}

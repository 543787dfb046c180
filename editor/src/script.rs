//! Calls from the command line: read one after the other, each answered by one line of JSON.

use playground::editor::{Invocation, InvocationError};
use playground_engine_host::Outcome;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

/// Where calls come from.
pub enum Source {
    /// `--exec`, in the order given.
    Given(std::vec::IntoIter<String>),
    /// `--script FILE`.
    File(io::Lines<BufReader<File>>),
    /// `--script -`: each line runs as it arrives. Not a byte more is read, so that a process that takes this one's place
    /// finds the lines after it.
    Input(File),
}

/// The calls of one start of the program.
pub struct Script {
    sources: Vec<Source>,
}

impl Script {
    /// First the given calls, then those of the file.
    ///
    /// # Errors
    /// When the file can't be opened.
    pub fn new(given: Vec<String>, file: Option<&Path>) -> anyhow::Result<Self> {
        let mut sources = Vec::new();
        if let Some(path) = file {
            sources.push(if path == Path::new("-") {
                Source::Input(standard_input()?)
            } else {
                let file = File::open(path)
                    .map_err(|error| anyhow::anyhow!("the script {} can't be opened: {error}", path.display()))?;
                Source::File(BufReader::new(file).lines())
            });
        }
        // Taken from the end.
        sources.push(Source::Given(given.into_iter()));
        Ok(Self { sources })
    }

    /// The next call; blank lines and comments are skipped.
    pub fn next_call(&mut self) -> Option<Result<Invocation, Outcome>> {
        loop {
            let line = match self.sources.last_mut()? {
                Source::Given(calls) => calls.next().map(Ok),
                Source::File(lines) => lines.next(),
                Source::Input(file) => line_of(file),
            };
            match line {
                None => drop(self.sources.pop()),
                Some(Ok(line)) if line.trim().is_empty() || line.trim_start().starts_with('#') => {}
                Some(Ok(line)) => return Some(Invocation::parse(&line).map_err(|error| unreadable(&line, &error))),
                Some(Err(error)) => {
                    self.sources.pop();
                    return Some(Err(Outcome {
                        operator: String::new(),
                        result: Err(format!("the script can't be read: {error}")),
                    }));
                }
            }
        }
    }
}

/// Standard input without the buffer that the library keeps for it.
#[cfg(unix)]
fn standard_input() -> io::Result<File> {
    use std::os::fd::AsFd;
    io::stdin().as_fd().try_clone_to_owned().map(File::from)
}

#[cfg(windows)]
fn standard_input() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    io::stdin().as_handle().try_clone_to_owned().map(File::from)
}

/// The next line, read byte by byte; `None` at the end.
fn line_of(input: &mut File) -> Option<io::Result<String>> {
    let (mut line, mut byte) = (Vec::new(), [0]);
    loop {
        match input.read(&mut byte) {
            Ok(0) if line.is_empty() => return None,
            Ok(0) => break,
            Ok(_) if byte[0] == b'\n' => break,
            Ok(_) => line.push(byte[0]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Some(Err(error)),
        }
    }
    Some(String::from_utf8(line).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error)))
}

fn unreadable(line: &str, error: &InvocationError) -> Outcome {
    let operator = line.split_whitespace().next().unwrap_or_default().to_owned();
    Outcome { operator, result: Err(error.to_string()) }
}

/// Writes an outcome to standard output as one line of JSON. Returns whether it was a success.
pub fn answer(outcome: &Outcome) -> bool {
    let line = match &outcome.result {
        Ok(result) => serde_json::json!({ "operator": outcome.operator, "ok": true, "result": result }),
        Err(error) => serde_json::json!({ "operator": outcome.operator, "ok": false, "error": error }),
    };
    let mut out = io::stdout().lock();
    // Nobody reads any more if this fails; the exit status still tells.
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
    outcome.result.is_ok()
}

/// A path as a call gives it: absolute, or relative to where the program was started.
pub fn path_argument(call: &Invocation) -> Result<PathBuf, String> {
    let value = call.arguments.iter().find(|(name, _)| name == "path").map(|(_, value)| value);
    match value {
        Some(playground::types::Value::Text(path)) if !path.is_empty() => Ok(PathBuf::from(path)),
        _ => Err("path= is needed".to_owned()),
    }
}

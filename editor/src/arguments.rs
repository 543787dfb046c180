//! The command line, read and written: one process of the editor starts the next with what is left to do.

use clap::{Parser, ValueEnum};
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// A desktop editor whose native modules reload while it runs.
#[derive(Parser, Clone, Debug, Default)]
#[command(name = "editor", version)]
pub struct Arguments {
    /// The project: a cargo workspace. Without it, the one that the editor was built in, or the current folder.
    pub project: Option<PathBuf>,
    /// Run without a window and without a graphics device.
    #[arg(long)]
    pub headless: bool,
    /// Run an operator, such as `entity.spawn name=Probe`; may be given several times. Each prints one line of JSON.
    #[arg(long, value_name = "CALL")]
    pub exec: Vec<String>,
    /// Run operators from a file, one a line; `-` reads standard input and runs each line as it arrives.
    #[arg(long, value_name = "FILE")]
    pub script: Option<PathBuf>,
    /// Watch sources also without a window.
    #[arg(long)]
    pub watch: bool,
    /// What to do when the editor ends by accident.
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    pub on_failure: OnFailure,
    /// Go on from what an earlier run kept.
    #[arg(long, value_name = "FILE", hide = true)]
    pub restore: Option<PathBuf>,
    /// Let a world go on that played when it was kept.
    #[arg(long, hide = true)]
    pub play: bool,
    /// Do not load a module at start: `MODULE=WHY`.
    #[arg(long, value_name = "MODULE=WHY", hide = true)]
    pub without: Vec<String>,
    /// The folder of a run that another process watches.
    #[arg(long, value_name = "FOLDER", hide = true)]
    pub run: Option<PathBuf>,
    /// Ask what to do about a failure, described in this file, and end.
    #[arg(long, value_name = "FILE", hide = true)]
    pub ask: Option<PathBuf>,
}

/// What to do when the editor ends by accident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OnFailure {
    /// Ask, in a window.
    #[default]
    Ask,
    /// Start again with the work from before.
    Restart,
    /// The same, without the modules that ran when it ended.
    Safe,
    /// End.
    Quit,
    /// Don't even watch.
    Ignore,
}

/// A module to leave out and why, as `--without` takes it.
pub fn left_out(module: &str, why: &str) -> String {
    format!("{module}={why}")
}

impl Arguments {
    /// The arguments for a process that goes on where this one ends. Calls that were run are not run again.
    pub fn for_next(&self) -> Self {
        let input = self.script.clone().filter(|script| script.as_os_str() == "-");
        Self { exec: Vec::new(), script: input, restore: None, play: false, without: Vec::new(), ..self.clone() }
    }

    /// As they are written on a command line.
    pub fn written(&self) -> Vec<OsString> {
        let mut out: Vec<OsString> = Vec::new();
        let mut option = |name: &str, value: &OsStr| out.extend([name.into(), value.to_owned()]);
        self.exec.iter().for_each(|call| option("--exec", call.as_ref()));
        self.script.iter().for_each(|script| option("--script", script.as_ref()));
        self.restore.iter().for_each(|file| option("--restore", file.as_ref()));
        self.without.iter().for_each(|module| option("--without", module.as_ref()));
        self.run.iter().for_each(|folder| option("--run", folder.as_ref()));
        if let Some(value) = self.on_failure.to_possible_value() {
            option("--on-failure", value.get_name().as_ref());
        }
        for (name, given) in [("--headless", self.headless), ("--watch", self.watch), ("--play", self.play)] {
            if given {
                out.push(name.into());
            }
        }
        // Behind `--`, so that a folder may be called as it likes.
        if let Some(project) = &self.project {
            out.extend(["--".into(), project.clone().into_os_string()]);
        }
        out
    }

    /// The modules to leave out, with the reasons.
    pub fn left_out(&self) -> Vec<(String, String)> {
        let split = |given: &String| {
            let (module, why) = given.split_once('=').unwrap_or((given, "it was left out of this start"));
            (module.to_owned(), why.to_owned())
        };
        self.without.iter().map(split).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Arguments, OnFailure};
    use clap::Parser;

    #[test]
    fn what_is_written_is_read_again() {
        let given = [
            "editor",
            "--exec",
            "a b",
            "--script",
            "-",
            "--restore",
            "/x y",
            "--without",
            "orbit=it hung = bad",
            "--run",
            "/r",
            "--on-failure",
            "safe",
            "--watch",
            "--play",
            "--",
            "-odd",
        ];
        let read = Arguments::parse_from(given);
        let program = std::ffi::OsString::from("editor");
        let again = Arguments::parse_from([program].into_iter().chain(read.written()));
        assert_eq!(format!("{read:?}"), format!("{again:?}"));
        assert_eq!(again.left_out(), [("orbit".to_owned(), "it hung = bad".to_owned())]);
        assert_eq!(again.on_failure, OnFailure::Safe);
        let next = again.for_next();
        assert!(next.exec.is_empty() && next.script.is_some() && next.without.is_empty());
    }
}

//! Starting the program and talking to it through its standard input and output.

use crate::workspace::root;
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The program, with settings of its own.
pub fn editor(settings: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_editor"));
    command.current_dir(root()).env("PLAYGROUND_CONFIG_DIR", settings.path()).env("XDG_RUNTIME_DIR", settings.path());
    command
}

/// The program where there is no display.
pub fn without_display(settings: &TempDir) -> Command {
    let mut command = editor(settings);
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
    command
}

/// The program without a window, where there is no display.
pub fn headless(settings: &TempDir) -> Command {
    let mut command = without_display(settings);
    command.arg("--headless");
    command
}

pub fn temporary() -> TempDir {
    tempfile::tempdir().expect("there is a place for temporary files")
}

/// A virtual display that ends with the test.
pub struct Display {
    server: Child,
    /// Its name, such as `:12`.
    pub name: String,
}

impl Display {
    pub fn start() -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed; `cargo xtask test` installs it");
        let output = server.stdout.take().expect("it is piped");
        let number = BufReader::new(output).lines().next().expect("Xvfb says its number").expect("it is text");
        Self { server, name: format!(":{}", number.trim()) }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// No call takes so long, not even one that builds on a busy machine.
const ANSWER: Duration = Duration::from_secs(120);

/// The command lines of the processes that a process started, and of those that they started.
fn below(process: u32) -> Vec<String> {
    // Each thread has the children that it started.
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let children: String =
        tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok()).collect();
    let own = std::fs::read_to_string(format!("/proc/{process}/cmdline")).unwrap_or_default().replace('\0', " ");
    let below = children.split_whitespace().filter_map(|child| child.parse().ok()).flat_map(below);
    std::iter::once(own).chain(below).collect()
}

/// A running program that takes calls.
pub struct Program {
    child: Child,
    input: Option<ChildStdin>,
    output: Receiver<String>,
}

impl Program {
    /// Starts the program with `--script -`.
    pub fn start(mut command: Command) -> Self {
        command.args(["--script", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the program is built");
        let output = child.stdout.take().expect("it is piped");
        let (sender, lines) = channel();
        // Read on a thread, so that an answer that never comes fails the test instead of stopping it.
        let read = move || {
            let lines = BufReader::new(output).lines().map_while(Result::ok);
            lines.for_each(|line| drop(sender.send(line)));
        };
        std::thread::Builder::new().name("answers".to_owned()).spawn(read).expect("a thread starts");
        Self { input: child.stdin.take(), output: lines, child }
    }

    /// The process that was started.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Runs a line and waits for its outcome.
    #[track_caller]
    pub fn call(&mut self, line: &str) -> Value {
        self.tell(line);
        loop {
            let answer = self.answer(line);
            // Of a line that was only told, the answer may come or not.
            if line.starts_with(answer["operator"].as_str().unwrap_or_default()) {
                return answer;
            }
        }
    }

    /// Hands a line over whose answer nobody waits for: the process may die of it before it has written one.
    pub fn tell(&mut self, line: &str) {
        let input = self.input.as_mut().expect("it is open until the end");
        writeln!(input, "{line}").expect("the program reads");
    }

    #[track_caller]
    fn answer(&mut self, line: &str) -> Value {
        let answer = self.output.recv_timeout(ANSWER).unwrap_or_else(|error| {
            panic!("{line}: {error}; processes below the program: {:?}", below(self.child.id()))
        });
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{line}: {answer} is no JSON: {error}"))
    }

    /// Runs a line that must succeed, and gives its result.
    #[track_caller]
    pub fn ok(&mut self, line: &str) -> Value {
        let answer = self.call(line);
        assert_eq!(answer["ok"], true, "{line}: {answer}");
        answer["result"].clone()
    }

    /// Runs a line until its result shows what is waited for.
    #[track_caller]
    pub fn until(&mut self, line: &str, shows: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + Duration::from_secs(120);
        loop {
            let result = self.ok(line);
            if shows(&result) {
                return result;
            }
            assert!(Instant::now() < deadline, "{line} did not come to show it: {result}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Closes the input and waits for the end. Gives the exit status and what was still written.
    pub fn end(mut self) -> (Option<i32>, Vec<String>) {
        self.input.take();
        let rest = self.output.iter().collect();
        (self.child.wait().expect("it is ours to wait for").code(), rest)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It has ended unless the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

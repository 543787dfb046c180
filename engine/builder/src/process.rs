//! A child process in a group of its own, its output line by line, and its end: by itself or cancelled.

use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Cancels a build from any thread; clones cancel the same one.
#[derive(Clone, Debug, Default)]
pub struct Canceller {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    cancelled: AtomicBool,
    group: Mutex<Option<u32>>,
}

impl Canceller {
    /// Ends the build: the whole group of processes, at first politely. Later builds with this canceller end at once.
    pub fn cancel(&self) {
        self.shared.cancelled.store(true, Ordering::SeqCst);
        self.signal(Signal::Terminate);
    }

    /// Whether [`Self::cancel`] was called.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.shared.cancelled.load(Ordering::SeqCst)
    }

    fn set_group(&self, group: Option<u32>) {
        *self.shared.group.lock().unwrap_or_else(PoisonError::into_inner) = group;
    }

    /// The lock is held while signalling, so that the group can't end and its number be given to another meanwhile.
    fn signal(&self, signal: Signal) {
        let group = self.shared.group.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(group) = *group {
            signal_group(group, signal);
        }
    }
}

#[derive(Clone, Copy)]
enum Signal {
    Terminate,
    Kill,
}

/// A line of a child's output, without its end.
pub(crate) enum Line {
    Output(String),
    Error(String),
}

/// How a child ended.
pub(crate) enum Ended {
    Exited(ExitStatus),
    Cancelled,
}

/// Time to end by itself after a polite request.
const GRACE: Duration = Duration::from_millis(700);
const POLL: Duration = Duration::from_millis(50);
/// How long to listen on for output of a child that has ended: a process it left may keep its pipes open.
const AFTERGLOW: Duration = Duration::from_millis(500);

/// Starts `command` in a group of its own, with its output for [`follow`].
pub(crate) fn start(command: &mut Command, input: Stdio) -> io::Result<Child> {
    own_group(command);
    command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
}

/// Runs `command` to its end and hands each line to `on_line`; `on_start` gets the process id.
pub(crate) fn run(
    command: &mut Command,
    canceller: &Canceller,
    on_start: &mut dyn FnMut(u32),
    on_line: &mut dyn FnMut(Line),
) -> io::Result<Ended> {
    if canceller.is_cancelled() {
        return Ok(Ended::Cancelled);
    }
    follow(start(command, Stdio::null())?, canceller, on_start, on_line)
}

/// Hands each line of a child that was started to `on_line`, until its end.
pub(crate) fn follow(
    mut child: Child,
    canceller: &Canceller,
    on_start: &mut dyn FnMut(u32),
    on_line: &mut dyn FnMut(Line),
) -> io::Result<Ended> {
    canceller.set_group(Some(child.id()));
    if canceller.is_cancelled() {
        canceller.signal(Signal::Terminate);
    }
    on_start(child.id());
    let lines = read_lines(&mut child);
    let ended = lines.and_then(|lines| pump(&mut child, &lines, canceller, on_line));
    // Before the child is reaped its number is its own, and so is its group's: nothing else can be hit.
    if canceller.is_cancelled() || ended.is_err() {
        canceller.signal(Signal::Kill);
    }
    canceller.set_group(None);
    let status = child.wait()?;
    ended?;
    if canceller.is_cancelled() {
        return Ok(Ended::Cancelled);
    }
    Ok(Ended::Exited(status))
}

fn pump(
    child: &mut Child,
    lines: &Receiver<Line>,
    canceller: &Canceller,
    on_line: &mut dyn FnMut(Line),
) -> io::Result<()> {
    let mut cancelled_at = None;
    let mut ended_at = None;
    loop {
        match lines.recv_timeout(POLL) {
            Ok(line) => {
                ended_at = None;
                on_line(line);
            }
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if canceller.is_cancelled() {
            let since = cancelled_at.get_or_insert_with(Instant::now).elapsed();
            if since > GRACE {
                return Ok(());
            }
        } else if has_ended(child) && ended_at.get_or_insert_with(Instant::now).elapsed() > AFTERGLOW {
            return Ok(());
        }
    }
}

/// Whether the child has ended, without reaping it where that can be seen.
#[cfg(target_os = "linux")]
fn has_ended(child: &mut Child) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap_or_default();
    state.rsplit(')').next().is_none_or(|rest| rest.trim_start().starts_with(['Z', 'X']))
}

#[cfg(not(target_os = "linux"))]
fn has_ended(child: &mut Child) -> bool {
    matches!(child.try_wait(), Ok(Some(_)))
}

fn read_lines(child: &mut Child) -> io::Result<Receiver<Line>> {
    let (sender, lines) = channel();
    if let Some(output) = child.stdout.take() {
        reader_thread("playground-build-out", output, b"\n", Line::Output, sender.clone())?;
    }
    if let Some(error) = child.stderr.take() {
        reader_thread("playground-build-err", error, b"\r\n", Line::Error, sender)?;
    }
    Ok(lines)
}

fn reader_thread(
    name: &str,
    stream: impl Read + Send + 'static,
    ends: &'static [u8],
    line: fn(String) -> Line,
    sender: Sender<Line>,
) -> io::Result<()> {
    let read = move || {
        let mut stream = BufReader::new(stream);
        let mut text = Vec::new();
        while let Ok(buffer) = stream.fill_buf() {
            let (used, is_end) = match buffer.iter().position(|byte| ends.contains(byte)) {
                _ if buffer.is_empty() => (0, true),
                Some(at) => (at + 1, true),
                None => (buffer.len(), false),
            };
            text.extend_from_slice(&buffer[..used]);
            stream.consume(used);
            if is_end && !text.is_empty() {
                let end = text.len() - usize::from(text.last().is_some_and(|byte| ends.contains(byte)));
                if sender.send(line(String::from_utf8_lossy(&text[..end]).into_owned())).is_err() {
                    return;
                }
                text.clear();
            }
            if used == 0 {
                return;
            }
        }
    };
    thread::Builder::new().name(name.to_owned()).spawn(read).map(drop)
}

#[cfg(unix)]
fn own_group(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(not(unix))]
fn own_group(_command: &mut Command) {}

/// Through a shell, whose built-in `kill` is there even where the program isn't.
#[cfg(unix)]
fn signal_group(group: u32, signal: Signal) {
    let name = match signal {
        Signal::Terminate => "TERM",
        Signal::Kill => "KILL",
    };
    let script = format!("kill -s {name} -- -{group}");
    // A group that has just ended can't be signalled, which is as good.
    let _ = Command::new("/bin/sh")
        .args(["-c", &script])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}

#[cfg(not(unix))]
fn signal_group(group: u32, _signal: Signal) {
    let pid = group.to_string();
    let _ = Command::new("taskkill").args(["/T", "/F", "/PID", &pid]).stdin(Stdio::null()).output();
}

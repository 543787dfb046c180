//! What a run owes to the process that watches it: a word when something does not come back.

use crate::arguments::{Arguments, OnFailure};
use crate::presence::Presence;
use crate::supervisor::STUCK;
use playground_engine_host::Client;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// So long something may take before the process that watches this run is told.
const LIMIT: Duration = Duration::from_millis(1_800);
/// The exit status of a process whose engine panicked: that of Rust for a panic.
pub const ENGINE_DIED: i32 = 101;
/// How often it is looked at.
const EVERY: Duration = Duration::from_millis(100);

/// A run that another process watches.
pub struct Watched {
    /// The file by which it is told.
    stuck: PathBuf,
    told: bool,
    parent: u32,
    looked: Instant,
    presence: Presence,
    /// Whether the window asks about an engine that does not come back; else nobody can be asked.
    window_asks: bool,
}

impl Watched {
    /// The run that the command line is about, if another process watches it. `presence` is where the window's thread
    /// is, if there is a window.
    pub fn new(arguments: &Arguments, presence: Presence) -> Option<Self> {
        Some(Self {
            stuck: arguments.run.as_ref()?.join(STUCK),
            told: false,
            parent: parent(),
            looked: Instant::now(),
            presence,
            window_asks: !arguments.headless && arguments.on_failure == OnFailure::Ask,
        })
    }

    /// Tells what there is to tell.
    pub fn look(&mut self, client: &Client) {
        if self.looked.elapsed() < EVERY {
            return;
        }
        self.looked = Instant::now();
        let engine = || client.stuck(LIMIT).into_iter().next().map(|(runner, _)| (runner.module, runner.name));
        let stuck = self.presence.stuck(LIMIT).or_else(|| if self.window_asks { None } else { engine() });
        if stuck.is_some() != self.told {
            self.told = stuck.is_some();
            // Whoever can't be told asks nobody; it may still come back.
            let _ = match stuck {
                Some((module, name)) => std::fs::write(&self.stuck, format!("{module}\t{name}")),
                None => std::fs::remove_file(&self.stuck),
            };
        }
        // An engine that ended by a panic is an accident like any other.
        if client.is_dead() {
            std::process::exit(ENGINE_DIED);
        }
        // Nobody is left to start this editor again, so it ends; what was not saved is offered at the next start.
        if parent() != self.parent {
            std::process::exit(1);
        }
    }

    /// Looks after the run on a thread of its own, until the process ends.
    ///
    /// # Errors
    /// When the thread can't start.
    pub fn look_after(mut self, client: Client) -> std::io::Result<()> {
        std::thread::Builder::new().name("watched".to_owned()).spawn(move || {
            loop {
                std::thread::sleep(EVERY);
                self.look(&client);
            }
        })?;
        Ok(())
    }
}

#[cfg(unix)]
fn parent() -> u32 {
    std::os::unix::process::parent_id()
}

#[cfg(not(unix))]
fn parent() -> u32 {
    0
}

//! Threads that modules started: which still run code of a generation that was replaced.

use crate::engine::Engine;
use playground::editor::report::Level;
use std::time::{Duration, Instant};

/// How often the number of threads is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// Threads that run code of modules for the engine and are no module's own, by the beginnings of their names.
const OWN: [&str; 6] = ["engine", "ecs-", "build", "keeper", "playground-", "report watcher"];

/// When threads were looked at, and how many there were.
#[derive(Default)]
pub struct Threads {
    looked: Option<Instant>,
    count: u64,
    generations: usize,
}

impl Engine {
    /// Names the threads that generations left running, if some came or went or a generation was replaced.
    pub fn look_for_threads(&mut self) {
        if self.threads.looked.is_some_and(|looked| looked.elapsed() < EVERY) {
            return;
        }
        self.threads.looked = Some(Instant::now());
        let generations = self.modules.registry.modules().iter().map(|module| module.generation() as usize).sum();
        let count = count();
        if (count, generations) != (self.threads.count, self.threads.generations) {
            (self.threads.count, self.threads.generations) = (count, generations);
            self.name_threads();
        }
    }

    /// Names the threads that generations left running, as they are now.
    pub fn name_threads(&mut self) {
        // The window's thread is in panels again and again; it has the program's name.
        let program = std::fs::read_to_string("/proc/self/comm").unwrap_or_default();
        let skip = |name: &str| name == program.trim_end() || OWN.iter().any(|own| name.starts_with(own));
        for (module, generation, thread) in self.modules.registry.count_threads(skip) {
            let text = format!(
                "the thread `{thread}` still runs code of generation {generation}, which was replaced; let the module \
                 end its threads when it is dropped, or they add up"
            );
            self.log(Level::Warning, &module, &text);
        }
    }
}

/// How many threads this process has; 0 where the system does not say.
#[cfg(target_os = "linux")]
fn count() -> u64 {
    use std::os::unix::fs::MetadataExt;
    // A folder has a link from each of its folders.
    std::fs::metadata("/proc/self/task").map_or(0, |tasks| tasks.nlink())
}

#[cfg(not(target_os = "linux"))]
fn count() -> u64 {
    0
}

//! What the system says of a process: its memory, libraries, handles, threads and processor time.
//!
//! Source of the formats: proc_pid_status(5), proc_pid_maps(5), and sched-stats in the kernel's documentation.

use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

/// Where the engine keeps the copies of libraries that it opened.
const STAGED: &str = "/playground/staged/";

/// A look at a process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Vitals {
    /// Resident memory that no file backs: heap, stacks, and what a library's start wrote into its own pages.
    pub anonymous_bytes: u64,
    /// Resident memory that files back, such as code; the system takes it back when it needs the room.
    pub file_bytes: u64,
    /// Addresses that opened copies of modules cover, resident or not.
    pub library_bytes: u64,
    /// Open files, pipes and the like.
    pub handles: u64,
    /// Its threads.
    pub threads: u64,
}

impl Vitals {
    /// Looks at the process `pid`.
    ///
    /// # Errors
    /// When it is gone, or the system does not say what is looked for.
    pub fn of(pid: u32) -> Result<Self> {
        let folder = format!("/proc/{pid}");
        let text = read(&format!("{folder}/status"))?;
        let field = |name| status_field(&text, name).with_context(|| format!("{folder}/status has no {name}"));
        let handles = std::fs::read_dir(format!("{folder}/fd")).with_context(|| format!("reading {folder}/fd"))?;
        Ok(Self {
            anonymous_bytes: field("RssAnon")? * 1024,
            file_bytes: field("RssFile")? * 1024,
            library_bytes: mapped_bytes(&read(&format!("{folder}/maps"))?, STAGED),
            handles: handles.count() as u64,
            threads: field("Threads")?,
        })
    }
}

/// A thread of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// Its number; the first thread has that of the process.
    pub number: u32,
    /// What it is called.
    pub name: String,
}

/// The threads of the process `pid`.
///
/// # Errors
/// When it is gone.
pub fn threads(pid: u32) -> Result<Vec<Thread>> {
    let folder = format!("/proc/{pid}/task");
    let entries = std::fs::read_dir(&folder).with_context(|| format!("reading {folder}; has the process ended?"))?;
    // A thread that has ended meanwhile has no name any more.
    let thread = |entry: std::fs::DirEntry| {
        let name = std::fs::read_to_string(entry.path().join("comm")).ok()?.trim_end().to_owned();
        Some(Thread { number: entry.file_name().to_str()?.parse().ok()?, name })
    };
    Ok(entries.flatten().filter_map(thread).collect())
}

/// The processor time that the threads of the process `pid` have used that are called `name`, or that all have used that
/// still run.
///
/// # Errors
/// When there is none, or the system does not count it.
pub fn busy(pid: u32, name: Option<&str>) -> Result<Duration> {
    let mut sum = None;
    for thread in threads(pid)?.iter().filter(|thread| name.is_none_or(|name| thread.name == name)) {
        let folder = format!("/proc/{pid}/task/{}", thread.number);
        let text = match std::fs::read_to_string(format!("{folder}/schedstat")) {
            Ok(text) => text,
            Err(_) if !Path::new(&folder).exists() => continue,
            Err(error) => {
                return Err(error).with_context(|| format!("{folder}/schedstat; the kernel needs CONFIG_SCHED_INFO"));
            }
        };
        let time = run_time(&text).with_context(|| format!("{folder}/schedstat says `{}`", text.trim_end()))?;
        sum = Some(sum.unwrap_or_default() + time);
    }
    sum.with_context(|| format!("process {pid} has no thread `{}`", name.unwrap_or("of any name")))
}

fn read(path: &str) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("reading {path}; has the editor ended?"))
}

/// A number of `/proc/PID/status`, in the unit that stands there.
fn status_field(text: &str, name: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    value.split_whitespace().next()?.parse().ok()
}

/// The sizes of all parts of `/proc/PID/maps` that belong to files with `part` in their path.
fn mapped_bytes(text: &str, part: &str) -> u64 {
    // A line that was split while the list was read may come twice.
    let ranges: BTreeSet<(u64, u64)> =
        text.lines().filter(|line| line.contains(part)).filter_map(|line| range(line.split(' ').next()?)).collect();
    ranges.iter().map(|(start, end)| end - start).sum()
}

fn range(text: &str) -> Option<(u64, u64)> {
    let (start, end) = text.split_once('-')?;
    let (start, end) = (u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?);
    (start < end).then_some((start, end))
}

/// The first number of a `schedstat`: nanoseconds on a processor.
fn run_time(text: &str) -> Option<Duration> {
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

#[cfg(test)]
mod tests {
    use super::{Vitals, busy, mapped_bytes, run_time, status_field, threads};
    use std::time::Duration;

    const STATUS: &str =
        "Name:\teditor\nVmRSS:\t   23132 kB\nRssAnon:\t    7364 kB\nRssFile:\t   15768 kB\nThreads:\t3\n";
    const MAPS: &str = "\
7f10000000-7f10002000 r--p 00000000 fe:00 11 /w/target/playground/staged/orbit-0-1.so
7f10002000-7f10003000 r-xp 00002000 fe:00 11 /w/target/playground/staged/orbit-0-1.so (deleted)
7f10002000-7f10003000 r-xp 00002000 fe:00 11 /w/target/playground/staged/orbit-0-1.so (deleted)
7f20000000-7f20001000 r-xp 00002000 fe:00 12 /w/target/debug/libplayground_dylib.so
7f30000000-7f30001000 rw-p 00000000 00:00 0 
";

    #[test]
    fn fields_are_found_by_their_whole_name() {
        assert_eq!(status_field(STATUS, "RssAnon"), Some(7364));
        assert_eq!(status_field(STATUS, "Threads"), Some(3));
        assert_eq!(status_field(STATUS, "Rss"), None);
    }

    #[test]
    fn only_copies_of_modules_count_and_each_part_once() {
        assert_eq!(mapped_bytes(MAPS, "/playground/staged/"), 0x3000);
        assert_eq!(mapped_bytes("", "/playground/staged/"), 0);
    }

    #[test]
    fn processor_time_is_the_first_number() {
        assert_eq!(run_time("477894 0 1\n"), Some(Duration::from_nanos(477_894)));
        assert_eq!(run_time("\n"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_has_vital_signs() {
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let (ready, started) = std::sync::mpsc::channel();
        let idle = move || {
            // A thread names itself, so it has no name before it runs.
            ready.send(()).unwrap();
            let _ = wait.recv();
        };
        let thread = std::thread::Builder::new().name("idle".to_owned()).spawn(idle).unwrap();
        started.recv().unwrap();
        let found = threads(std::process::id()).unwrap();
        assert_eq!(found.iter().filter(|thread| thread.name == "idle").count(), 1, "{found:?}");
        assert!(busy(std::process::id(), Some("idle")).unwrap() < Duration::from_secs(1));
        assert!(busy(std::process::id(), Some("nobody")).is_err());
        assert!(busy(std::process::id(), None).unwrap() > Duration::ZERO);
        let vitals = Vitals::of(std::process::id()).unwrap();
        assert!(vitals.anonymous_bytes > 0 && vitals.file_bytes > 0 && vitals.handles > 2 && vitals.threads > 1);
        drop(go);
        thread.join().unwrap();
    }
}

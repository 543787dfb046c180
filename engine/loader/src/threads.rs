//! Threads that run code of a library: which, by their names.
//!
//! A library may start threads that outlive their use for it. The system does not say who started a thread; its stack
//! does: whoever runs code of a library has return addresses into it there. So stacks are searched for such addresses,
//! from the stack pointer up, as a conservative garbage collector does
//! (Boehm, Weiser: Garbage Collection in an Uncooperative Environment, 1988). Read through `/proc`, on Linux only; a
//! thread that never waits for the system has no known stack pointer and is not seen.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// So much of a stack is searched at most, bytes.
const MOST: usize = 256 << 10;
/// How often a thread that is running is looked at again.
const TRIES: usize = 20;

/// A thread with code of a library on its stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadIn {
    /// The thread's name, as far as the system keeps it: fifteen letters.
    pub thread: String,
    /// The library.
    pub library: PathBuf,
}

/// A part of the address space.
struct Mapping {
    range: Range<u64>,
    executable: bool,
    path: PathBuf,
}

/// The threads of this process that run code of libraries in `folder`, without the one that asks. Threads for which
/// `skip` holds by their name are not looked at.
pub fn threads_in(folder: &Path, skip: impl Fn(&str) -> bool) -> Vec<ThreadIn> {
    let Ok(text) = fs::read_to_string("/proc/self/maps") else { return Vec::new() };
    let all: Vec<Mapping> = text.lines().filter_map(mapping).collect();
    let code: Vec<&Mapping> = all.iter().filter(|one| one.executable && one.path.starts_with(folder)).collect();
    let Ok(tasks) = fs::read_dir("/proc/self/task") else { return Vec::new() };
    let mut found = Vec::new();
    for task in tasks.flatten().map(|task| task.path()).filter(|_| !code.is_empty()) {
        let name = fs::read_to_string(task.join("comm")).unwrap_or_default().trim_end().to_owned();
        if skip(&name) {
            continue;
        }
        let stack = stack_pointer(&task).and_then(|pointer| stack(&all, pointer)).unwrap_or_default();
        let words = stack.chunks_exact(8).filter_map(|word| word.try_into().ok()).map(u64::from_le_bytes);
        let mut libraries = words.filter_map(|word| code.iter().find(|one| one.range.contains(&word)));
        // The outermost one is what the thread was started for.
        if let Some(library) = libraries.next_back() {
            found.push(ThreadIn { thread: name, library: library.path.clone() });
        }
    }
    found
}

/// A line such as `7f0a-7f0b r-xp 00000000 08:01 42  /path`.
fn mapping(line: &str) -> Option<Mapping> {
    let mut parts = line.split_ascii_whitespace();
    let (start, end) = parts.next()?.split_once('-')?;
    let number = |text: &str| u64::from_str_radix(text, 16).ok();
    let executable = parts.next()?.contains('x');
    let path = line.find('/').map_or_else(PathBuf::new, |at| PathBuf::from(&line[at..]));
    Some(Mapping { range: number(start)?..number(end)?, executable, path })
}

/// Where a thread's stack ends, if it waits for the system now or soon.
fn stack_pointer(task: &Path) -> Option<u64> {
    for _ in 0..TRIES {
        let text = fs::read_to_string(task.join("syscall")).ok()?;
        // The last two numbers are the stack pointer and the program counter; a thread that runs says `running`.
        let mut numbers = text.split_ascii_whitespace().rev().skip(1);
        if let Some(pointer) = numbers.next().and_then(|text| text.strip_prefix("0x")) {
            return u64::from_str_radix(pointer, 16).ok();
        }
        std::thread::yield_now();
    }
    None
}

/// The bytes of a stack from its pointer on.
fn stack(all: &[Mapping], pointer: u64) -> Option<Vec<u8>> {
    let mapping = all.iter().find(|one| one.range.contains(&pointer))?;
    let length = ((mapping.range.end - pointer) as usize).min(MOST);
    let mut memory = File::open("/proc/self/mem").ok()?;
    memory.seek(SeekFrom::Start(pointer)).ok()?;
    let mut bytes = vec![0; length];
    memory.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{mapping, threads_in};
    use std::path::Path;

    #[test]
    fn a_line_of_the_map_is_read() {
        let line = "7f10-7f20 r-xp 00001000 08:01 42                         /a b/lib.so";
        let read = mapping(line).expect("it is such a line");
        assert_eq!(
            (read.range, read.executable, read.path.as_path()),
            (0x7f10..0x7f20, true, Path::new("/a b/lib.so"))
        );
        assert!(mapping("").is_none());
        assert!(!mapping("10-20 rw-p 0 0:0 0 ").expect("it has no path").executable);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_thread_that_runs_this_programs_code_is_found_until_it_ends() {
        let program = std::env::current_exe().expect("the test has a file");
        let folder = program.parent().expect("it is in a folder").to_owned();
        let (end, wait) = std::sync::mpsc::channel::<()>();
        let (begun, has_begun) = std::sync::mpsc::channel();
        let spawned = std::thread::Builder::new().name("left behind".to_owned()).spawn(move || {
            begun.send(()).expect("the test waits");
            // Disconnected, it ends.
            let _ = wait.recv();
        });
        has_begun.recv().expect("it begins");
        let here = || threads_in(&folder, |name| name != "left behind");
        while here().is_empty() {
            std::thread::yield_now();
        }
        assert_eq!(here()[0].library, program);
        drop(end);
        spawned.expect("it started").join().expect("it does not panic");
        assert_eq!(here(), []);
    }
}

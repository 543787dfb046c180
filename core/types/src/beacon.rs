//! Who runs now, for somebody who can't ask: the thread may never come back, or the process may have died.
//!
//! One place per thread. Entering and leaving are two stores each; nobody waits for anybody. With a mirror, each change
//! is also written to a file, whose content outlives the process: so who watches it can say what it died in.

use crate::Who;
use std::fs::File;
use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Threads that have a place. Those beyond share the last one.
const PLACES: usize = 64;

/// Who runs on each thread, and since when. The default has no mirror.
#[derive(Debug)]
pub struct Beacon {
    made: Instant,
    places: [Place; PLACES],
    mirror: OnceLock<File>,
}

#[derive(Debug, Default)]
struct Place {
    who: AtomicU32,
    /// Ns since the beacon was made.
    since: AtomicU64,
}

/// Somebody who runs now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy {
    /// Who it is.
    pub who: Who,
    /// For how long, without a pause.
    pub for_time: Duration,
}

impl Default for Beacon {
    fn default() -> Self {
        Self { made: Instant::now(), places: std::array::from_fn(|_| Place::default()), mirror: OnceLock::new() }
    }
}

impl Beacon {
    /// Writes every change to `file` from now on, as numbers of four bytes, the lowest byte first, one per thread. Only
    /// the first file counts.
    pub fn mirror_to(&self, file: File) {
        // A second file would tell only half of what happens.
        let _ = self.mirror.set(file);
    }

    /// Somebody begins to run on a thread, which has this number, at `now`.
    #[inline]
    pub fn enter(&self, thread: usize, who: Who, now: Instant) {
        let place = &self.places[thread.min(PLACES - 1)];
        place.since.store(now.saturating_duration_since(self.made).as_nanos() as u64, Relaxed);
        place.who.store(who.0, Relaxed);
        if let Some(file) = self.mirror.get() {
            write(file, thread, who);
        }
    }

    /// Nobody runs on that thread any more.
    #[inline]
    pub fn leave(&self, thread: usize) {
        self.places[thread.min(PLACES - 1)].who.store(Who::UNKNOWN.0, Relaxed);
        if let Some(file) = self.mirror.get() {
            write(file, thread, Who::UNKNOWN);
        }
    }

    /// Who runs now, those who began first at the front.
    pub fn busy(&self) -> Vec<Busy> {
        let now = self.made.elapsed();
        let busy = |place: &Place| {
            let who = Who(place.who.load(Relaxed));
            let since = Duration::from_nanos(place.since.load(Relaxed));
            // Between the two loads another one may have begun, which then seems to run since later than it does.
            (who != Who::UNKNOWN).then(|| Busy { who, for_time: now.saturating_sub(since) })
        };
        let mut all: Vec<Busy> = self.places.iter().filter_map(busy).collect();
        all.sort_by_key(|one| std::cmp::Reverse(one.for_time));
        all
    }

    /// Reads what a beacon of a process that has ended left in its mirror.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn left_in(mirror: &std::path::Path) -> io::Result<Vec<Who>> {
        let bytes = std::fs::read(mirror)?;
        let numbers = bytes.chunks_exact(4).map(|four| Who(u32::from_le_bytes([four[0], four[1], four[2], four[3]])));
        Ok(numbers.filter(|who| *who != Who::UNKNOWN).collect())
    }
}

/// A mirror that can't be written only means that nobody can be named later.
#[cold]
#[inline(never)]
#[cfg(unix)]
fn write(file: &File, thread: usize, who: Who) {
    use std::os::unix::fs::FileExt;
    let _ = file.write_at(&who.0.to_le_bytes(), (thread.min(PLACES - 1) * 4) as u64);
}

#[cold]
#[inline(never)]
#[cfg(not(unix))]
fn write(_: &File, _: usize, _: Who) {}

#[cfg(test)]
mod tests {
    use super::{Beacon, Busy};
    use crate::Who;
    use std::time::{Duration, Instant};

    #[test]
    fn who_began_first_is_named_first_and_who_left_is_not() {
        let beacon = Beacon::default();
        let now = Instant::now();
        beacon.enter(0, Who(7), now + Duration::from_millis(5));
        beacon.enter(1, Who(3), now);
        beacon.enter(500, Who(9), now);
        beacon.leave(500);
        let busy: Vec<Who> = beacon.busy().into_iter().map(|Busy { who, .. }| who).collect();
        assert_eq!(busy, [Who(3), Who(7)]);
    }

    #[cfg(unix)]
    #[test]
    fn the_mirror_says_who_ran_last() {
        let folder = std::env::temp_dir().join(format!("beacon-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("there is a place for temporary files");
        let path = folder.join("running");
        let beacon = Beacon::default();
        beacon.mirror_to(std::fs::File::create(&path).expect("the folder is ours"));
        beacon.enter(0, Who(300), Instant::now());
        beacon.enter(2, Who(5), Instant::now());
        assert_eq!(Beacon::left_in(&path).expect("it is there"), [Who(300), Who(5)]);
        beacon.leave(0);
        assert_eq!(Beacon::left_in(&path).expect("it is there"), [Who(5)]);
        std::fs::remove_dir_all(folder).expect("it is ours");
    }
}

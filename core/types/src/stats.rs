//! What a lock has to say about itself. Knows nothing of how it is measured.

use crate::{Distribution, Who};

/// What happened to one lock since it was made.
///
/// The numbers are read one after the other while the lock is in use, so two of them may be an acquisition apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockStats {
    /// The lock's name; for a component pool, the component's.
    pub name: String,
    /// How long ago the lock was made, ns: what [`Contention::at_ns`] is to be compared with.
    pub age_ns: u64,
    /// Acquisitions for reading. Nearly exact: two reads that begin within the same few nanoseconds may count as one,
    /// and a thread that is interrupted in the middle of counting takes back what others counted meanwhile. Exact
    /// numbers would cost every read half as much again.
    pub reads: u64,
    /// Acquisitions for writing. Exact.
    pub writes: u64,
    /// Acquisitions that had to wait for another thread. Exact; counted when the wait begins.
    pub contended: u64,
    /// Time spent waiting, ns, summed over all waits that have ended.
    pub wait_ns: u64,
    /// Every wait that has ended.
    pub wait: Distribution,
    /// How long the lock was held: a sample, of each [`HOLD_SAMPLING`](crate::HOLD_SAMPLING)th read and write and
    /// besides of every acquisition that had to wait, so that busy moments count for more than calm ones. An
    /// acquisition is in it once it has ended.
    pub hold: Distribution,
    /// Who has the lock at this moment; `None` if nobody has, [`Who::UNKNOWN`] for somebody without a number. With a
    /// writer it is the writer. With readers it is the one that came last, which may have left while earlier ones are
    /// still reading. In the first nanosecond of an acquisition, before its number is written down, it is still the
    /// last reader before, or unknown after a writer.
    pub holder: Option<Who>,
    /// Threads that wait at this moment.
    pub waiters: u32,
    /// The last waits that have ended, oldest first; at most [`RECENT`](crate::RECENT).
    pub recent: Vec<Contention>,
    /// Waits that are missing in `recent` because others were written down in the same moment. Every other number has
    /// them.
    pub lost: u64,
}

/// One wait for a lock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contention {
    /// Counts the lock's waits in the order in which they ended, from 0. A gap is a wait that was lost.
    pub number: u64,
    /// When the wait began, ns since the lock was made.
    pub at_ns: u64,
    /// How long it took, ns.
    pub wait_ns: u64,
    /// Who waited.
    pub waiter: Who,
    /// Who had the lock when the wait began, as [`LockStats::holder`] has it.
    pub holder: Who,
    /// Whether it waited for writing.
    pub write: bool,
}

/// A [`Contention`] without its number.
pub(crate) type Words = [u64; 4];

impl Contention {
    /// As the ring stores it.
    pub(crate) fn to_words(self) -> Words {
        let both = u64::from(self.waiter.0) << 32 | u64::from(self.holder.0);
        [self.at_ns, self.wait_ns, both, u64::from(self.write)]
    }

    /// From what the ring stored.
    pub(crate) fn from_words(number: u64, [at_ns, wait_ns, both, write]: Words) -> Self {
        let (waiter, holder) = (Who((both >> 32) as u32), Who(both as u32));
        Self { number, at_ns, wait_ns, waiter, holder, write: write != 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::Contention;
    use crate::{Who, ring::Ring};

    fn contention(number: u64) -> Contention {
        Contention {
            number,
            at_ns: number << 33,
            wait_ns: u64::MAX - number,
            waiter: Who(u32::MAX),
            holder: Who(number as u32),
            write: number % 2 == 1,
        }
    }

    #[test]
    fn the_ring_keeps_the_last_ones_as_they_were() {
        let ring = Ring::<8, 4>::new();
        assert_eq!(ring.entries(), []);
        (0..20).for_each(|number| ring.push(contention(number).to_words()));
        let kept: Vec<Contention> =
            ring.entries().into_iter().map(|(number, words)| Contention::from_words(number, words)).collect();
        assert_eq!(kept, (12..20).map(contention).collect::<Vec<_>>());
        assert_eq!(ring.lost(), 0);
    }
}

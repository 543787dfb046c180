//! Who acquires a lock, as a number. Knows nothing of what the numbers stand for.

/// A number for whoever acquires a lock: a system, a task, a thread.
///
/// Whoever hands the numbers out knows their names, in practice the scheduler; a lock only writes them down, because a
/// number is stored in one instruction and a name is not. The default is [`Who::UNKNOWN`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Who(pub u32);

impl Who {
    /// Somebody who gave no number.
    pub const UNKNOWN: Self = Self(0);
}

//! What happened lately, for toasts.

use playground::core_types::Handle;
use playground::editor::report::{Level, Notice};

/// Notices kept.
const KEPT: usize = 50;

/// The latest notices.
#[derive(Default)]
pub struct Notices {
    latest: Handle<Vec<Notice>>,
    count: u64,
}

impl Notices {
    /// Adds one.
    pub fn add(&mut self, level: Level, title: impl Into<String>, detail: impl Into<String>) {
        self.count += 1;
        let notice = Notice { number: self.count, level, title: title.into(), detail: detail.into() };
        let latest = Handle::make_mut(&mut self.latest);
        latest.push(notice);
        let surplus = latest.len().saturating_sub(KEPT);
        latest.drain(..surplus);
    }

    /// The latest, oldest first.
    pub fn latest(&self) -> Handle<Vec<Notice>> {
        self.latest.clone()
    }
}

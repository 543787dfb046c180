//! A build that is begun at the first sign of a save, before it is certain that the save has ended.
//!
//! The watch waits for a while in which nothing happens, since a save may be many files, or one in many steps. Mostly it
//! is one, and then that while is spent building. Nobody hears of such a build before it is asked for, and whoever asks
//! gets it only if the sources are still those that it was begun with.

use crate::process::Canceller;
use crate::record::Record;
use crate::{BuildEvent, BuildReport, Builder, direct, source_digest};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Where the build is kept that was begun last; clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guess {
    begun: Arc<Mutex<Option<Begun>>>,
}

#[derive(Debug)]
struct Begun {
    package: String,
    canceller: Canceller,
    said: Receiver<Said>,
    thread: JoinHandle<Option<BuildReport>>,
}

#[derive(Debug)]
enum Said {
    /// It begins, with sources of this digest.
    Begins(String),
    Event(BuildEvent),
}

/// How often it is looked whether a build was cancelled.
const POLL: Duration = Duration::from_millis(20);

impl Guess {
    /// Begins to build a package of which these files changed, instead of what was begun before. Only if the compiler can
    /// be called without cargo.
    pub fn begin(&self, builder: &Builder, package: &str, changed: Vec<PathBuf>) {
        let mut begun = self.lock();
        let before = begun.take();
        let (sender, said) = channel();
        let (canceller, builder, name) = (Canceller::default(), builder.clone(), package.to_owned());
        let of_build = canceller.clone();
        let build = move || {
            before.into_iter().for_each(Begun::abandon);
            let records = builder.records_for(std::slice::from_ref(&name), &changed)?;
            say(&sender, Said::Begins(sources(&records)));
            direct::build(&builder, &records, &of_build, &mut |event| say(&sender, Said::Event(event)))
        };
        let thread = thread::Builder::new().name("playground-build-early".to_owned()).spawn(build);
        // Without it the build takes a little longer.
        *begun = thread.ok().map(|thread| Begun { package: package.to_owned(), canceller, said, thread });
    }

    /// The report of the build that was begun, if it is the one that is wanted: as if it were built now. What was begun for
    /// something else ends.
    pub fn take(
        &self,
        records: &[Record],
        canceller: &Canceller,
        on_event: &mut dyn FnMut(BuildEvent),
    ) -> Option<BuildReport> {
        let begun = self.lock().take()?;
        let fits = match (records, begun.said.recv()) {
            ([record], Ok(Said::Begins(digest))) => record.package == begun.package && digest == sources(records),
            _ => false,
        };
        if !fits {
            begun.abandon();
            return None;
        }
        loop {
            match begun.said.recv_timeout(POLL) {
                Ok(Said::Event(event)) => on_event(event),
                Ok(Said::Begins(_)) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return begun.thread.join().ok()?,
            }
            if canceller.is_cancelled() && !begun.canceller.is_cancelled() {
                begun.canceller.cancel();
            }
        }
    }

    /// Ends what was begun.
    pub fn end(&self) {
        if let Some(begun) = self.lock().take() {
            begun.abandon();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Begun>> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Begun {
    /// Ends it, and waits for that: two compilers would write the same files.
    fn abandon(self) {
        self.canceller.cancel();
        // A build that panicked has ended, too.
        let _ = self.thread.join();
    }
}

fn say(sender: &Sender<Said>, said: Said) {
    // Nobody may want it any more.
    let _ = sender.send(said);
}

fn sources(records: &[Record]) -> String {
    records.iter().map(|record| source_digest(&record.folder)).collect()
}

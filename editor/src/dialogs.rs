//! Native file dialogs on a thread of their own: the window goes on while one is open.

use crossbeam::channel::{Receiver, TryRecvError, bounded};
use playground::editor::Invocation;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A dialog that ends faster than anyone can answer was never shown: the desktop offers none.
const TOO_FAST: Duration = Duration::from_millis(250);

/// What is chosen for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A scene to open.
    Open,
    /// A file to save the scene to.
    Save,
}

/// The dialog that is open, if one is.
#[derive(Default)]
pub struct Dialogs {
    open: Option<Open>,
}

struct Open {
    purpose: Purpose,
    since: Instant,
    answer: Receiver<Option<PathBuf>>,
    /// What to run when the scene was saved.
    then: Option<Invocation>,
}

/// What became of a dialog.
pub enum Answer {
    /// A file was chosen: the call, and what to run afterwards.
    Chosen(Invocation, Option<Invocation>),
    /// It was closed without a choice.
    Cancelled,
    /// The desktop has no file dialogs; the path can be typed after this call.
    Unavailable(String),
}

impl Dialogs {
    /// Opens a dialog in `root`'s scenes, unless one is open already. `wake` is called when it has been answered.
    pub fn open(
        &mut self,
        purpose: Purpose,
        root: &Path,
        then: Option<Invocation>,
        wake: impl FnOnce() + Send + 'static,
    ) {
        if self.open.is_some() {
            return;
        }
        let (sender, answer) = bounded(1);
        let scenes = root.join("assets/scenes");
        let folder = if scenes.is_dir() { scenes } else { root.to_owned() };
        let thread = std::thread::Builder::new().name("file dialog".to_owned()).spawn(move || {
            let dialog = rfd::FileDialog::new().set_directory(folder).add_filter("Scene", &["ron"]);
            let chosen = match purpose {
                Purpose::Open => dialog.set_title("Open scene").pick_file(),
                Purpose::Save => dialog.set_title("Save scene as").set_file_name("scene.ron").save_file(),
            };
            // The window may have been closed meanwhile; then nobody wants the answer.
            let _ = sender.send(chosen);
            wake();
        });
        if thread.is_ok() {
            self.open = Some(Open { purpose, since: Instant::now(), answer, then });
        }
    }

    /// The answer, once there is one.
    pub fn poll(&mut self, root: &Path) -> Option<Answer> {
        let open = self.open.as_ref()?;
        let chosen = match open.answer.try_recv() {
            Err(TryRecvError::Empty) => return None,
            Err(TryRecvError::Disconnected) => None,
            Ok(chosen) => chosen,
        };
        let open = self.open.take()?;
        let operator = match open.purpose {
            Purpose::Open => "scene.open",
            Purpose::Save => "scene.save",
        };
        Some(match chosen {
            Some(path) => {
                let path = path.strip_prefix(root).unwrap_or(&path).display().to_string();
                Answer::Chosen(Invocation::new(operator).text("path", path), open.then)
            }
            None if open.since.elapsed() < TOO_FAST => Answer::Unavailable(format!("{operator} path=assets/scenes/")),
            None => Answer::Cancelled,
        })
    }
}

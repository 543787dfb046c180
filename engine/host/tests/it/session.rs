//! One engine per test, over this workspace.

use crate::workspace::{lock_file, root};
use playground::editor::Invocation;
use playground_engine_host::{Host, HostOptions};
use serde_json::Value;
use std::fs::File;
use std::path::Path;

/// A running engine and a way to call it.
pub struct Session {
    host: Option<Host>,
    /// Tests that change sources have the workspace for themselves; all others share it.
    _workspace: File,
}

impl Session {
    /// An engine with an empty scene.
    pub fn start() -> Self {
        let workspace = lock_file();
        workspace.lock_shared().expect("the lock is ours to take");
        Self::over(workspace, false)
    }

    /// The same, and what is edited and played is kept in `folder`.
    pub fn start_keeping(folder: &Path) -> Self {
        let workspace = lock_file();
        workspace.lock_shared().expect("the lock is ours to take");
        Self::with(workspace, HostOptions { keep: Some(folder.to_owned()), ..HostOptions::default() })
    }

    /// The same without one of the modules.
    pub fn start_without(module: &str) -> Self {
        let workspace = lock_file();
        workspace.lock_shared().expect("the lock is ours to take");
        Self::with(workspace, HostOptions { without: vec![left_out(module)], ..HostOptions::default() })
    }

    /// Both.
    pub fn start_keeping_without(folder: &Path, module: &str) -> Self {
        let workspace = lock_file();
        workspace.lock_shared().expect("the lock is ours to take");
        let (keep, without) = (Some(folder.to_owned()), vec![left_out(module)]);
        Self::with(workspace, HostOptions { keep, without, ..HostOptions::default() })
    }

    /// An engine with an empty scene, while no other test builds anything.
    pub fn start_alone() -> Self {
        let workspace = lock_file();
        workspace.lock().expect("the lock is ours to take");
        Self::over(workspace, false)
    }

    /// The same, over sources that `prepare` changes once no other test builds any more.
    pub fn start_alone_after<T>(prepare: impl FnOnce() -> T) -> (Self, T) {
        let workspace = lock_file();
        workspace.lock().expect("the lock is ours to take");
        let prepared = prepare();
        (Self::over(workspace, false), prepared)
    }

    /// The same, and saved sources are built and reloaded by themselves.
    pub fn start_watching() -> Self {
        let workspace = lock_file();
        workspace.lock().expect("the lock is ours to take");
        Self::over(workspace, true)
    }

    /// Waits for a report that shows what is waited for.
    #[track_caller]
    pub fn wait_for(&self, what: &str, shows: impl Fn(&playground::editor::Report) -> bool) {
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(120);
        while !shows(&self.report()) {
            assert!(std::time::Instant::now() < deadline, "{what} did not come; {:?}", self.report().notices);
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    }

    fn over(workspace: File, watch: bool) -> Self {
        Self::with(workspace, HostOptions { watch, ..HostOptions::default() })
    }

    fn with(workspace: File, options: HostOptions) -> Self {
        let options = HostOptions { root: root(), app: "playground-editor".into(), ..options };
        Self { host: Some(Host::start(options).expect("the project is right")), _workspace: workspace }
    }

    /// Runs a line and waits for its outcome.
    pub fn call(&self, line: &str) -> Result<Value, String> {
        let invocation = Invocation::parse(line).map_err(|error| error.to_string())?;
        let client = self.host.as_ref().expect("it runs until it is dropped").client();
        client.call(invocation).recv().expect("the engine answers every call").result
    }

    /// Runs a line many times, without waiting for one before the next; gives the results in order.
    pub fn all_at_once(&self, line: &str, times: usize) -> Vec<Value> {
        let client = self.host.as_ref().expect("it runs until it is dropped").client();
        let outcomes: Vec<_> =
            (0..times).map(|_| client.call(Invocation::parse(line).expect("the line is right"))).collect();
        let result = |outcome: playground_engine_host::Outcome| outcome.result.expect("the call is right");
        outcomes.into_iter().map(|outcome| result(outcome.recv().expect("the engine answers every call"))).collect()
    }

    /// What the engine tells its clients.
    pub fn report(&self) -> std::sync::Arc<playground::editor::Report> {
        self.host.as_ref().expect("it runs until it is dropped").client().report()
    }

    /// Runs a line that must succeed.
    #[track_caller]
    pub fn ok(&self, line: &str) -> Value {
        self.call(line).unwrap_or_else(|error| panic!("{line}: {error}"))
    }

    /// Runs a line that must fail, and gives the error.
    #[track_caller]
    pub fn fails(&self, line: &str) -> String {
        match self.call(line) {
            Ok(result) => panic!("{line} should have failed, it gave {result}"),
            Err(error) => error,
        }
    }
}

fn left_out(module: &str) -> (String, String) {
    (module.to_owned(), "left out of this start".to_owned())
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(host) = self.host.take() {
            host.join();
        }
    }
}

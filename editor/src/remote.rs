//! Calls from the command line that run in the visible editor: a thread reads them, the window's thread does its part.

use crate::headless::wait;
use crate::operators::Operators;
use crate::script::{Script, answer};
use crossbeam::channel::{Receiver, Sender, bounded, unbounded};
use playground::editor::Invocation;
use playground_engine_host::{Client, Outcome};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed, Ordering::SeqCst};
use std::time::{Duration, Instant};

/// A call that the window must carry out.
pub struct WindowCall {
    /// The call.
    pub call: Invocation,
    /// Who waits for it.
    pub reply: Sender<Outcome>,
}

/// Keeps the thread that reads calls from reading more, so that the next process finds them.
#[derive(Default)]
pub struct Gate {
    closed: AtomicBool,
    busy: AtomicBool,
}

impl Gate {
    /// Lets the thread wait before its next call.
    pub fn close(&self, closed: bool) {
        self.closed.store(closed, SeqCst);
    }

    /// Whether a call is being run and was not answered yet.
    pub fn is_busy(&self) -> bool {
        self.busy.load(SeqCst)
    }

    fn wait(&self) {
        self.busy.store(false, SeqCst);
        while self.closed.load(SeqCst) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Whether every call so far succeeded; read when the program ends.
pub type Success = Arc<AtomicBool>;

/// Starts the thread that runs the script. `wake` makes the window look at the channel.
///
/// # Errors
/// When the thread can't start.
pub fn start(
    client: Client,
    operators: Operators<'static>,
    script: Script,
    success: Success,
    gate: Arc<Gate>,
    wake: impl Fn() + Send + 'static,
) -> std::io::Result<Receiver<WindowCall>> {
    let (sender, receiver) = unbounded();
    std::thread::Builder::new().name("script".to_owned()).spawn(move || {
        run(&client, operators, script, &success, &gate, &sender, wake);
    })?;
    Ok(receiver)
}

fn run(
    client: &Client,
    operators: Operators<'static>,
    mut script: Script,
    success: &Success,
    gate: &Gate,
    window: &Sender<WindowCall>,
    wake: impl Fn(),
) {
    while let Some(call) = script.next_call() {
        gate.busy.store(true, SeqCst);
        let outcome = match call {
            Ok(call) if operators.is_window(&call.operator) => {
                until_started(client);
                let (reply, answered) = bounded(1);
                let operator = call.operator.clone();
                if window.send(WindowCall { call, reply }).is_err() {
                    return;
                }
                wake();
                answered.recv().unwrap_or(Outcome { operator, result: Err("the window was closed".to_owned()) })
            }
            Ok(call) => {
                let outcome = wait(client, call);
                wake();
                outcome
            }
            Err(outcome) => outcome,
        };
        if !answer(&outcome) {
            success.store(false, Relaxed);
        }
        gate.wait();
    }
}

/// Waits until the modules are loaded: a script means the editor that a person sees, not its progress bar.
fn until_started(client: &Client) {
    let mut last = (0, Instant::now());
    loop {
        let report = client.report();
        if report.frame > 0 && report.starting.is_none() {
            return;
        }
        if report.frame != last.0 {
            last = (report.frame, Instant::now());
        }
        // An engine that has stopped ticking will never be ready; the call then says so itself.
        if last.1.elapsed() > Duration::from_secs(30) {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

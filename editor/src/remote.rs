//! Calls from the command line that run in the visible editor: a thread reads them, the window's thread does its part.

use crate::headless::wait;
use crate::operators::Operators;
use crate::script::{Script, answer};
use crossbeam::channel::{Receiver, Sender, bounded, unbounded};
use playground::editor::Invocation;
use playground_engine_host::{Client, Outcome};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// A call that the window must carry out.
pub struct WindowCall {
    /// The call.
    pub call: Invocation,
    /// Who waits for it.
    pub reply: Sender<Outcome>,
}

/// Whether every call so far succeeded; read when the program ends.
pub type Success = Arc<AtomicBool>;

/// Starts the thread that runs the script. `wake` makes the window look at the channel.
///
/// # Errors
/// When the thread can't start.
pub fn start(
    client: Client,
    operators: Operators,
    script: Script,
    success: Success,
    wake: impl Fn() + Send + 'static,
) -> std::io::Result<Receiver<WindowCall>> {
    let (sender, receiver) = unbounded();
    std::thread::Builder::new().name("script".to_owned()).spawn(move || {
        run(&client, operators, script, &success, &sender, wake);
    })?;
    Ok(receiver)
}

fn run(
    client: &Client,
    operators: Operators,
    mut script: Script,
    success: &Success,
    window: &Sender<WindowCall>,
    wake: impl Fn(),
) {
    while let Some(call) = script.next_call() {
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

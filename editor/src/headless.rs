//! The editor without a window: calls in, one line of JSON out for each.

use crate::script::{Script, answer};
use playground::editor::Invocation;
use playground_engine_host::{Client, Outcome};

/// Runs all calls in order. Returns whether all of them succeeded.
pub fn run(client: &Client, mut script: Script) -> bool {
    let mut good = true;
    while let Some(call) = script.next_call() {
        let outcome = match call {
            Ok(call) if call.operator == "app.quit" => {
                return answer(&Outcome { operator: call.operator, result: Ok(serde_json::Value::Null) }) && good;
            }
            Ok(call) => wait(client, call),
            Err(outcome) => outcome,
        };
        good &= answer(&outcome);
    }
    good
}

/// Runs a call of the engine and waits until it has ended.
pub fn wait(client: &Client, call: Invocation) -> Outcome {
    let operator = call.operator.clone();
    client.call(call).recv().unwrap_or_else(|_| Outcome { operator, result: Err("the engine has ended".to_owned()) })
}

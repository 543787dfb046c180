//! The program; everything is in the library, so that a user's own workspace can build its editor too.

use std::process::ExitCode;

fn main() -> ExitCode {
    playground_editor::run()
}

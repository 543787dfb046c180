//! This process becomes another editor, which goes on from what was kept.

use crate::arguments::{Arguments, left_out};
use crate::runs;
use std::path::PathBuf;
use std::process::Command;

/// Replaces this process; comes back only with an error.
///
/// `play` lets a world go on that played; `without` are modules to leave out, with the reasons.
pub fn relaunch(arguments: &Arguments, restore: Option<PathBuf>, play: bool, without: &[(String, String)]) -> String {
    let without = without.iter().map(|(module, why)| left_out(module, why)).collect();
    let next = Arguments { restore, play, without, ..arguments.for_next() };
    let program = match program() {
        Ok(program) => program,
        Err(error) => return format!("the editor's own file is not known: {error}"),
    };
    replace(Command::new(&program).args(next.written()), &program.display().to_string())
}

/// The editor's file, as the last build left it.
///
/// # Errors
/// When the system does not say.
pub fn program() -> std::io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    // A build that replaced the file leaves this process its old name with a remark.
    Ok(PathBuf::from(program.to_string_lossy().trim_end_matches(" (deleted)")))
}

#[cfg(unix)]
fn replace(command: &mut Command, program: &str) -> String {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    format!("{program} can't be started: {error}")
}

#[cfg(not(unix))]
fn replace(command: &mut Command, program: &str) -> String {
    match command.spawn() {
        Ok(_) => std::process::exit(0),
        Err(error) => format!("{program} can't be started: {error}"),
    }
}

/// The file that a hung engine kept last, put aside for the next process.
///
/// # Errors
/// In words, when there is none.
pub fn kept_last(arguments: &Arguments) -> Result<Option<PathBuf>, String> {
    let Some(folder) = &arguments.run else { return Ok(None) };
    runs::set_aside(folder).map_err(|error| format!("what was kept can't be read: {error}"))
}

//! A program that starts others, all of which end with it, with its caller, or with this process, whichever is first.
//!
//! Signals can't be handled here without a crate for them, and a program that is killed takes nobody along. So a shell
//! leads a process group of its own, and one process in it waits for the end of its input, which closes with ours.

use crate::cargo;
use crate::program::Program;
use anyhow::Result;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// Runs `$0` with the remaining arguments. A program without a terminal may think that its input is one, so it gets none;
/// what it says on its own goes to the error stream, and 3 is the output of the whole.
const GUARD: &str = "\
exec 3>&1 >&2 4<&0 </dev/null
{ read -r _ <&4; kill -KILL 0; } &
exec 4<&-
\"$0\" \"$@\"
echo \"$0 ended with status $?\" >&2
kill -KILL 0";

/// Starts `command`. When it is dropped, the program and everything it started are killed; the same when it ends by
/// itself. Its lines are what it or others write into the descriptor 3; what they say elsewhere goes to the file `log`.
///
/// # Errors
/// When the shell can't be started or the file can't be written.
pub fn start(command: &Command, log: &Path) -> Result<Program> {
    let mut shell = Command::new("sh");
    shell.args(["-c", GUARD]).arg(command.get_program()).args(command.get_args()).process_group(0);
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        shell.current_dir(folder);
    }
    Program::start_as(cargo::line(command), shell, log)
}

#[cfg(test)]
mod tests {
    use super::start;
    use crate::program::Program;
    use std::process::Command;
    use std::time::{Duration, Instant};

    const PATIENCE: Duration = Duration::from_secs(20);

    fn shell(script: &str) -> (tempfile::TempDir, Program) {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let program = start(&command, &folder.path().join("log")).unwrap();
        (folder, program)
    }

    /// A process whose parent does not ask for its end stays listed after it.
    fn has_ended(pid: &str) -> bool {
        std::fs::read_to_string(format!("/proc/{pid}/stat")).map_or(true, |stat| stat.contains(") Z "))
    }

    fn wait_for_end(pid: &str) {
        let started = Instant::now();
        while !has_ended(pid) {
            assert!(started.elapsed() < PATIENCE, "{pid} runs on");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn what_a_program_started_ends_with_it() {
        let (_folder, mut program) = shell("sleep 1000 & echo $! >&3; wait");
        let pid = program.next_line(PATIENCE).unwrap().text;
        assert!(!has_ended(&pid));
        drop(program);
        wait_for_end(&pid);
    }

    #[test]
    fn an_end_by_itself_ends_the_rest_and_shows_the_last_words() {
        let (_folder, mut program) = shell("sleep 1000 & echo $! >&3; echo 'no port'; exit 3");
        let pid = program.next_line(PATIENCE).unwrap().text;
        let error = program.next_line(PATIENCE).map(|line| line.text).unwrap_err().to_string();
        assert!(error.starts_with("sh -c sleep 1000") && error.contains("no port"), "{error}");
        assert!(error.ends_with("ended with status 3"), "{error}");
        wait_for_end(&pid);
    }
}

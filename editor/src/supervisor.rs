//! The process that a person starts: it starts the editor, waits for it, and when that dies or its window hangs, offers to
//! go on from what it kept.
//!
//! It loads no module and draws nothing, so that nothing a module does can harm it. Questions are asked by a process of
//! their own.

use crate::arguments::{Arguments, OnFailure};
use crate::failure::{Answer, Failure, Question};
use crate::relaunch::program;
use crate::runs::{self, Run};
use crate::units;
use crate::watched::ENGINE_DIED;
use playground::editor::report::Runner;
use playground_engine_host::recovery;
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The file in a run's folder by which the editor says that its window does not come back.
pub const STUCK: &str = "stuck";
/// How often the editor is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// Whoever wants to wait is asked again after this time.
const PATIENCE: Duration = Duration::from_secs(15);
/// Lines of the editor's last words that are kept.
const LAST_WORDS: usize = 12;

/// Runs the editor until it ends as it should, or is given up.
///
/// # Errors
/// When it can't be started.
pub fn run(arguments: &Arguments, project: &Path) -> anyhow::Result<ExitCode> {
    let run = match Run::begin(project) {
        Ok(Some(run)) => run,
        Ok(None) => return super::start::run_here(arguments, project, None),
        Err(error) => {
            eprintln!("editor: work can't be kept for a restart, so nothing watches this run: {error}");
            return super::start::run_here(arguments, project, None);
        }
    };
    let mut next = arguments.clone();
    if !offer_left(&mut next, project, &run)? {
        run.end();
        return Ok(ExitCode::SUCCESS);
    }
    loop {
        next.run = Some(run.folder().to_owned());
        let mut child = Command::new(program()?).args(next.written()).stderr(Stdio::piped()).spawn()?;
        let words = Words::default();
        let reader = child.stderr.take().map(|stderr| words.repeat(stderr)).transpose()?;
        let end = wait(&mut child, run.folder(), arguments.on_failure)?;
        let words = words.said(reader.as_ref());
        let (failure, answer) = match end {
            End::Exit(status) if is_intended(status) => {
                let code = status.code().and_then(|code| u8::try_from(code).ok());
                // Whoever is asked to end by a signal keeps what was not saved for the next start.
                if code.is_some() {
                    run.end();
                }
                return Ok(code.map_or(ExitCode::FAILURE, ExitCode::from));
            }
            End::Exit(status) => {
                let mut failure = describe(run.folder(), format!("It ended by {}.", words_of(status)), words);
                failure.from_outside = is_killed(status);
                let answer = decide(&failure, run.folder(), arguments.on_failure)?;
                (failure, answer.unwrap_or(Answer::Quit))
            }
            End::Stuck(failure, answer) => (*failure, answer),
        };
        eprintln!("editor: {}", failure.how);
        match go_on(arguments, &failure, answer, run.folder()) {
            Some(again) => next = again,
            None => return Ok(ExitCode::FAILURE),
        }
    }
}

/// How an editor ended.
enum End {
    Exit(ExitStatus),
    /// Its window did not come back, and this was answered.
    Stuck(Box<Failure>, Answer),
}

/// What the editor said last.
#[derive(Clone, Default)]
struct Words(Arc<Mutex<VecDeque<String>>>);

impl Words {
    /// Repeats what the editor says on the terminal, and remembers the end of it.
    fn repeat(&self, words: impl Read + Send + 'static) -> std::io::Result<JoinHandle<()>> {
        let last = self.clone();
        std::thread::Builder::new().name("last words".to_owned()).spawn(move || {
            for line in BufReader::new(words).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).into_owned();
                // A terminal that is gone must not end the supervisor.
                let _ = writeln!(std::io::stderr(), "{line}");
                last.push(line);
            }
        })
    }

    fn push(&self, line: String) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.push_back(line);
        if last.len() > LAST_WORDS {
            last.pop_front();
        }
    }

    /// What was said until now. Processes that the editor started may hold its end of the line open for much longer, so
    /// `reader` gets a moment to come to the end, and no more.
    fn said(&self, reader: Option<&JoinHandle<()>>) -> Vec<String> {
        let moment = Instant::now();
        while reader.is_some_and(|reader| !reader.is_finished()) && moment.elapsed() < LOOK {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

/// Waits until the editor ends, or hangs and is given up.
fn wait(child: &mut Child, folder: &Path, policy: OnFailure) -> anyhow::Result<End> {
    let stuck = folder.join(STUCK);
    let _ = std::fs::remove_file(&stuck);
    let mut asked: Option<Question> = None;
    let mut quiet_until = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(End::Exit(status));
        }
        let words = std::fs::read_to_string(&stuck).ok();
        match (&words, &mut asked) {
            (Some(words), None) if Instant::now() >= quiet_until => {
                let failure = stuck_failure(folder, words);
                match policy {
                    OnFailure::Ask => asked = Question::ask(&failure, folder).ok(),
                    OnFailure::Quit | OnFailure::Ignore => {}
                    OnFailure::Restart | OnFailure::Safe => {
                        let answer = if policy == OnFailure::Safe { Answer::Safe } else { Answer::Restart };
                        return end_stuck(child, failure, answer);
                    }
                }
            }
            // It came back by itself.
            (None, Some(_)) => asked = None,
            (_, Some(question)) => match question.answer() {
                Some(Answer::Wait) => (asked, quiet_until) = (None, Instant::now() + PATIENCE),
                Some(answer) => {
                    let words = words.unwrap_or_default();
                    return end_stuck(child, stuck_failure(folder, &words), answer);
                }
                None => {}
            },
            (_, None) => {}
        }
        std::thread::sleep(LOOK);
    }
}

fn end_stuck(child: &mut Child, failure: Failure, answer: Answer) -> anyhow::Result<End> {
    child.kill()?;
    child.wait()?;
    Ok(End::Stuck(Box::new(failure), answer))
}

fn stuck_failure(folder: &Path, words: &str) -> Failure {
    let (module, panel) = words.trim_end().split_once('\t').unwrap_or(("the editor", words));
    let how = format!("`{panel}` of {} does not come back, and nothing else runs meanwhile.", units::module(module));
    let mut failure = describe(folder, how, Vec::new());
    failure.can_wait = true;
    failure.suspects = vec![module.to_owned()];
    failure
}

/// Whether an end is one that somebody wanted: by the editor itself, or by a signal that asks for it.
fn is_intended(status: ExitStatus) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        /// Hang-up, interrupt, termination: <https://man7.org/linux/man-pages/man7/signal.7.html>.
        const ASKED: [i32; 3] = [1, 2, 15];
        if let Some(signal) = status.signal() {
            return ASKED.contains(&signal);
        }
    }
    status.code() != Some(ENGINE_DIED)
}

/// Whether it was killed by somebody else, which no code of a module does.
fn is_killed(status: ExitStatus) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        const KILL: i32 = 9;
        status.signal() == Some(KILL)
    }
    #[cfg(not(unix))]
    {
        let _ = status;
        false
    }
}

fn words_of(status: ExitStatus) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        let name = |signal| match signal {
            4 => "an illegal instruction",
            6 => "an abort, as after a stack overflow or a panic while panicking",
            7 => "a bus error",
            8 => "an arithmetic fault",
            9 => "being killed, perhaps because memory ran out",
            11 => "a segmentation fault",
            _ => "a signal",
        };
        if let Some(signal) = status.signal() {
            return format!("{} (signal {signal})", name(signal));
        }
    }
    format!("a panic that nothing caught ({status})")
}

fn describe(folder: &Path, how: String, words: Vec<String>) -> Failure {
    let running = recovery::left_running(folder);
    let mut suspects: Vec<String> = Vec::new();
    for runner in running.iter().flat_map(|runner| runner.module.split(", ")) {
        if !suspects.iter().any(|known| known == runner) {
            suspects.push(runner.to_owned());
        }
    }
    let kept = runs::to_go_on_from(folder).map(|(_, kept)| kept);
    let told = |runner: &Runner| format!("{} of {}", runner.name, units::module(&runner.module));
    let running = running.iter().map(told).collect();
    Failure { how, running, suspects, kept_at: kept.map(|kept| kept.at), words, ..Failure::default() }
}

/// What to do about a failure; `None` if it could not be asked.
fn decide(failure: &Failure, folder: &Path, policy: OnFailure) -> anyhow::Result<Option<Answer>> {
    Ok(Some(match policy {
        OnFailure::Restart => Answer::Restart,
        OnFailure::Safe => Answer::Safe,
        OnFailure::Quit | OnFailure::Ignore => Answer::Quit,
        OnFailure::Ask => return Question::ask(failure, folder)?.wait(),
    }))
}

/// The arguments to go on with; `None` if the editor is to end. What was kept is for the next start then.
fn go_on(arguments: &Arguments, failure: &Failure, answer: Answer, folder: &Path) -> Option<Arguments> {
    let without = match answer {
        Answer::Safe => failure.without(),
        Answer::Restart => Vec::new(),
        Answer::Fresh => {
            for name in [runs::RESTORE, recovery::STATE] {
                // What can't be removed is replaced by what the next process keeps.
                let _ = recovery::remove(&folder.join(name));
            }
            return Some(arguments.for_next());
        }
        Answer::Quit | Answer::Wait => return None,
    };
    let restore = runs::set_aside(folder).ok().flatten();
    Some(Arguments { restore, without, ..arguments.for_next() })
}

/// Offers what a run left whose supervisor died with it, as in a power failure. Says whether to start at all.
fn offer_left(next: &mut Arguments, project: &Path, run: &Run) -> anyhow::Result<bool> {
    let Some(left) = runs::left(project).into_iter().next().filter(|_| next.restore.is_none()) else {
        return Ok(true);
    };
    let scene = left.kept.scene.as_deref().unwrap_or("a new scene");
    let how = format!("The editor ended without saving {scene}.");
    let mut failure = describe(&left.folder, how, Vec::new());
    failure.from_outside = true;
    let answer = match next.on_failure {
        // Whoever wants no questions wants work back all the same.
        OnFailure::Quit => Some(Answer::Restart),
        policy => decide(&failure, &left.folder, policy)?,
    };
    match answer {
        Some(Answer::Quit) => return Ok(false),
        None | Some(Answer::Wait) => {}
        Some(Answer::Fresh) => drop(std::fs::remove_dir_all(&left.folder)),
        Some(Answer::Restart | Answer::Safe) => {
            next.restore = Some(left.take_over(run)?);
            if answer == Some(Answer::Safe) {
                next.without = failure.without();
            }
        }
    }
    Ok(true)
}

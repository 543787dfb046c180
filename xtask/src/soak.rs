//! `cargo xtask soak`: one editor, a playing world, and a plugin that is edited and reloaded again and again.
//!
//! Looks at the process from outside (`/proc`) and at what the operators answer, and fails when something grew that
//! should not. What counts as growth is in [`limits`].

mod limits;

use crate::edited::{self, EditedConstant};
use crate::editor::{self, Editor, Screen};
use crate::spread::{Spread, median, milliseconds};
use crate::vitals::{self, Vitals};
use anyhow::{Context, Result, bail, ensure};
use limits::{Finding, Sample};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};

/// The reloaded module, and the constant that each edit changes.
const MODULE: &str = "orbit";
const SOURCE: &str = "plugins/orbit/src/lib.rs";
const CONSTANT: &str = "const SPIN: f32 = ";

/// Reloads before the first look: the first ones fill what is allocated once.
const WARM_UP: u32 = 3;
/// Reloads from look to look, at most.
const INTERVAL: u32 = 50;
/// Looks of a short run.
const LOOKS: u32 = 6;
/// The world's own checkpoints, one a second, stay in memory up to a bound. It is lowered for the run: otherwise they
/// would fill the memory that is measured, whether anything is reloaded or not.
const BOUND_CHECKPOINTS: &str = "world.limit_checkpoints bytes=268435456 most=4";
/// How often it is asked whether the new code runs.
const PERIOD: Duration = Duration::from_millis(5);
/// A reload that takes longer is not going to come.
const PATIENCE: Duration = Duration::from_secs(120);
/// Calls of an operator whose answers are timed, at each look.
const TIMED_CALLS: usize = 50;

/// What to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Request {
    reloads: u32,
    /// How long the world plays undisturbed at each look.
    quiet: Duration,
    /// Whether times that grew are a failure; on a machine that does something else they say nothing.
    times: bool,
}

/// Runs what the arguments ask for: `--reloads N`, `--seconds-quiet S`, `--without-times`.
///
/// # Errors
/// When an argument is not known, the editor can't be run, a reload fails, or something grew.
pub fn run(root: &Path, arguments: &[&str]) -> Result<()> {
    let request = parse(arguments)?;
    ensure!(cfg!(target_os = "linux"), "cargo xtask soak reads /proc, which only Linux has");
    let started = Instant::now();
    let lock = edited::lock(root)?;
    let folder = root.join("target/playground/soak");
    Editor::build(root)?;
    let source = EditedConstant::new(&root.join(SOURCE), CONSTANT, &folder, &lock)?;
    let editor = Editor::start(root, &folder, Screen::Watching)?;
    let mut soak = Soak { editor, source, quiet: request.quiet, edits: 0, judged: 0 };
    let outcome = soak.samples(request.reloads);
    let Soak { editor, source, .. } = soak;
    let put_back = source.put_back();
    let samples = match (outcome, put_back) {
        (Ok(samples), Ok(())) => samples,
        (Err(error), Ok(())) | (Ok(_), Err(error)) => return Err(error),
        (Err(error), Err(left)) => return Err(error.context(format!("{left:#}; and before that"))),
    };
    let findings = limits::judge(&samples);
    editor.quit()?;
    println!("\n{}\n{:.0} s in all", table(&findings), started.elapsed().as_secs_f64());
    let counts = |found: &&Finding| found.held == Some(false) && (request.times || !found.is_time);
    let grown: Vec<&str> = findings.iter().filter(counts).map(|found| found.what).collect();
    if grown.is_empty() { Ok(()) } else { bail!("grew beyond the limit: {}", grown.join(", ")) }
}

fn parse(arguments: &[&str]) -> Result<Request> {
    let mut request = Request { reloads: 1000, quiet: Duration::from_secs(1), times: true };
    let mut rest = arguments.iter();
    while let Some(name) = rest.next() {
        if *name == "--without-times" {
            request.times = false;
            continue;
        }
        let value = || rest.clone().next().with_context(|| format!("{name} needs a number behind it"));
        match *name {
            "--reloads" => request.reloads = value()?.parse().context("--reloads takes a whole number")?,
            "--seconds-quiet" => {
                let seconds: f64 = value()?.parse().context("--seconds-quiet takes seconds, such as 0.5")?;
                request.quiet = Duration::try_from_secs_f64(seconds).context("--seconds-quiet")?;
            }
            other => bail!("no option `{other}`; there are: --reloads N, --seconds-quiet S, --without-times"),
        }
        rest.next();
    }
    ensure!(request.reloads >= LOOKS, "--reloads {} says nothing: at least {LOOKS} are needed", request.reloads);
    ensure!(request.quiet >= Duration::from_millis(100), "--seconds-quiet: less than 0.1 has too few frames in it");
    Ok(request)
}

/// A run under way.
struct Soak {
    editor: Editor,
    source: EditedConstant,
    quiet: Duration,
    edits: u32,
    /// The last generation whose stages were looked at.
    judged: u64,
}

impl Soak {
    /// Reloads `reloads` times after the warm-up, and looks at the editor from time to time.
    fn samples(&mut self, reloads: u32) -> Result<Vec<Sample>> {
        self.editor.call(BOUND_CHECKPOINTS)?;
        self.editor.call("play.start")?;
        let warm_up = self.reload_times(WARM_UP)?;
        println!("{WARM_UP} reloads of warm-up, then {reloads} of plugins/{MODULE}, each with another constant");
        println!("{HEADING}");
        let mut samples = vec![self.look(0, &warm_up)?];
        println!("{}", row(&samples[0]));
        let interval = (reloads / LOOKS).clamp(1, INTERVAL);
        let mut done = 0;
        while done < reloads {
            let next = interval.min(reloads - done);
            let times = self.reload_times(next)?;
            done += next;
            let sample = self.look(done, &times)?;
            println!("{}", row(&sample));
            samples.push(sample);
        }
        let problems = self.editor.call("storage.verify")?.result;
        ensure!(no_problem(&problems), "the world's tables do not agree after {reloads} reloads: {problems}");
        Ok(samples)
    }

    fn reload_times(&mut self, count: u32) -> Result<Vec<Duration>> {
        (0..count).map(|_| self.reload()).collect()
    }

    /// Saves another value of the constant, and waits until the code with it is the one that runs.
    fn reload(&mut self) -> Result<Duration> {
        self.edits += 1;
        let expected = u64::from(self.edits) + 1;
        let saved = Instant::now();
        self.source.set(1.2 + f64::from(self.edits) * 1e-4)?;
        loop {
            let answer = self.editor.call("module.list")?;
            let modules = answer.result["modules"].as_array();
            let own = modules.into_iter().flatten().find(|module| is_own(&module["name"]));
            let module = own.with_context(|| format!("{MODULE} is not listed"))?;
            if module["generation"] == expected && module["state"] == "running" {
                return Ok(answer.at.duration_since(saved));
            }
            ensure!(
                saved.elapsed() < PATIENCE,
                "generation {expected} does not run {} s after its save: {module}",
                PATIENCE.as_secs()
            );
            std::thread::sleep(PERIOD);
        }
    }

    /// How long the world stood still in the reloads since the last look.
    fn swap_times(&mut self) -> Result<Vec<Duration>> {
        let history = self.editor.call(&format!("module.history name={MODULE}"))?.result;
        let rows = history["generations"].as_array().with_context(|| format!("no generations in {history}"))?;
        let number = |row: &Value| row["generation"].as_u64().unwrap_or_default();
        let judged = self.judged;
        let new = rows.iter().filter(|row| number(row) > judged);
        self.judged = rows.last().map_or(0, number);
        let swapped =
            |row: &Value| editor::time(&row["stages_ms"], "swapped").context("a reload has a stage `swapped`");
        new.map(swapped).collect()
    }

    /// Lets the world play undisturbed, then looks at everything that must not grow.
    fn look(&mut self, reloads: u32, times: &[Duration]) -> Result<Sample> {
        let pid = self.editor.pid();
        let (frames, busy) = (self.frames()?, vitals::busy(pid, Some("engine"))?);
        std::thread::sleep(self.quiet);
        let (frames, busy) = (self.frames()? - frames, vitals::busy(pid, Some("engine"))? - busy);
        ensure!(frames > 0, "the world does not play any more after {reloads} reloads");
        let mut answers = Vec::new();
        for _ in 0..TIMED_CALLS {
            let asked = Instant::now();
            answers.push(self.editor.call("world.time")?.at.duration_since(asked));
        }
        let swapped = self.swap_times()?;
        let entities = self.editor.call("world.stats")?.result["entities"].as_u64();
        Ok(Sample {
            reloads,
            vitals: Vitals::of(pid)?,
            entities: entities.context("the world counts its entities")?,
            frame: busy / frames,
            answer: median(&answers),
            reload: Spread::of(times),
            swapped: Spread::of(&swapped),
        })
    }

    /// Frames that the module's system has run in.
    fn frames(&mut self) -> Result<u32> {
        let systems = self.editor.call("system.list")?.result;
        let mut systems = systems["systems"].as_array().into_iter().flatten();
        let own = systems.find(|system| is_own(&system["module"]));
        let runs = own.and_then(|system| system["runs"].as_u64()).with_context(|| format!("{MODULE} has no system"))?;
        u32::try_from(runs).context("the system ran too often to be counted")
    }
}

fn is_own(name: &Value) -> bool {
    name.as_str().is_some_and(|name| name.ends_with(MODULE))
}

/// Whether an operator that lists problems found none.
fn no_problem(result: &Value) -> bool {
    let list = result.as_array().or_else(|| result.as_object()?.values().find_map(Value::as_array));
    list.is_some_and(Vec::is_empty)
}

const HEADING: &str = "
KiB and ms; frame: CPU time of the engine's thread per frame; answer: a call of world.time; the others: p50 / p95 / max

reloads  anonymous  files  libraries  handles  threads  frame  answer  reload              swapped";

fn row(sample: &Sample) -> String {
    let Vitals { anonymous_bytes, file_bytes, library_bytes, handles, threads } = sample.vitals;
    format!(
        "{:>7} {:>10} {:>6} {:>10} {handles:>8} {threads:>8} {:>6} {:>7}  {:<18}  {}",
        sample.reloads,
        anonymous_bytes / 1024,
        file_bytes / 1024,
        library_bytes / 1024,
        milliseconds(sample.frame),
        milliseconds(sample.answer),
        sample.reload.to_string(),
        sample.swapped
    )
}

fn table(findings: &[Finding]) -> String {
    let mut text = "| what | measured | aim | limit | within it |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for Finding { what, measured, aim, limit, held, .. } in findings {
        let held = held.map_or("–", |held| if held { "yes" } else { "**no**" });
        text += &format!("| {what} | {measured} | {aim} | {limit} | {held} |\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Request, no_problem, parse};
    use serde_json::json;
    use std::time::Duration;

    #[test]
    fn a_short_run_can_be_asked_for() {
        let check = |arguments: &[&str], reloads, ms| {
            let times = !arguments.contains(&"--without-times");
            assert_eq!(parse(arguments).unwrap(), Request { reloads, quiet: Duration::from_millis(ms), times });
        };
        check(&[], 1000, 1000);
        check(&["--reloads", "20"], 20, 1000);
        check(&["--without-times", "--reloads", "20"], 20, 1000);
        check(&["--seconds-quiet", "0.5", "--reloads", "300"], 300, 500);
    }

    #[test]
    fn what_would_say_nothing_is_refused() {
        let check = |arguments: &[&str], expected: &str| {
            let error = format!("{:#}", parse(arguments).unwrap_err());
            assert!(error.contains(expected), "{error}");
        };
        check(&["--reloads"], "--reloads needs a number");
        check(&["--reloads", "many"], "whole number");
        check(&["--reloads", "5"], "at least 6");
        check(&["--seconds-quiet", "-1"], "--seconds-quiet");
        check(&["--seconds-quiet", "0"], "too few frames");
        check(&["--quick"], "there are: --reloads");
    }

    #[test]
    fn an_empty_list_is_no_problem() {
        assert!(no_problem(&json!([])) && no_problem(&json!({ "problems": [] })));
        assert!(!no_problem(&json!({ "problems": ["a row too many"] })));
        assert!(!no_problem(&json!(null)));
    }
}

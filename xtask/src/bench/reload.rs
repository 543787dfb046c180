//! `cargo xtask bench reload`: how long it takes from the save of an edit until the new code has run, ours and others'
//! in one run.
//!
//! What exactly is measured is said by [`ours`] and [`peer`]; what they print for readers is said here.

mod ours;
mod peer;

use crate::display::Display;
use crate::edited::{self, EditedConstant};
use crate::editor::Editor;
use crate::packages;
use crate::spread::{Spread, median, milliseconds};
use anyhow::{Context, Result, bail, ensure};
use ours::{Ours, Way};
use peer::Peer;
use std::path::Path;
use std::time::Duration;

/// Edits of each, if the command line does not say.
const EDITS: u32 = 15;
/// Edits before those that count: after a pause the first one finds cold caches, and ours has it built by cargo.
const WARM_UP: u32 = 2;
/// Between the edits, as a fast writer would pause; everything is idle again by then.
const PAUSE: Duration = Duration::from_millis(300);
/// The aims of the project.
const AIM_P50: Duration = Duration::from_millis(200);
const AIM_P95: Duration = Duration::from_millis(350);
const AIM_OUTSIDE: Duration = Duration::from_millis(40);

/// One edit, from its save to the moment when the new code was known to have run.
#[derive(Clone, Debug, Default)]
struct Edit {
    whole: Duration,
    /// What the time went into, in order; the stages need not be all of it.
    stages: Vec<(&'static str, Duration)>,
}

impl Edit {
    fn outside_build(&self) -> Duration {
        let built = self.stages.iter().find(|(stage, _)| *stage == "built").map_or(Duration::ZERO, |stage| stage.1);
        self.whole.saturating_sub(built)
    }
}

/// One of our ways, and hot-lib-reloader in turns with it, edit by edit: how busy the machine is changes by the minute.
struct Turns {
    name: &'static str,
    ours: Vec<Edit>,
    peer: Vec<Edit>,
    busy_cores: f64,
}

/// All that was measured, and why the rest was not.
struct Outcome {
    turns: Vec<Turns>,
    missing: Vec<String>,
}

/// Measures with the edits that the arguments ask for: `--edits N`.
///
/// # Errors
/// When an argument is not known, or ours can't be measured headless. What else can't be had is named below the table.
pub fn run(root: &Path, arguments: &[&str]) -> Result<()> {
    let edits = parse(arguments)?;
    let folder = root.join("target/playground/bench-reload");
    let lock = edited::lock(root)?;
    Editor::build(root)?;
    let mut missing = Vec::new();
    let mut peer = Peer::start(root, &folder.join("peer"))
        .map_err(|error| missing.push(format!("{PEER}: not measured: {error:#}")))
        .ok();
    let source = EditedConstant::new(&root.join(ours::SOURCE), ours::CONSTANT, &folder, &lock)?;
    let mut values = Values::default();
    let mut in_turns = |name: &'static str, way: Way<'_>, missing: &mut Vec<String>| {
        println!("{name}: {WARM_UP} + {edits} edits");
        let ours = Ours::start(root, &folder, &source, way)?;
        turns(name, ours, (&mut peer, missing), &mut values, edits)
    };
    let load = load_average();
    let mut turns =
        vec![in_turns(WATCHING, Way::Watching, &mut missing)?, in_turns(REQUEST, Way::Request, &mut missing)?];
    match Display::start().and_then(|display| in_turns(WINDOW, Way::Window(&display), &mut missing)) {
        Ok(window) => turns.push(window),
        Err(error) => missing.push(format!("{WINDOW}: not measured: {error:#}")),
    }
    source.put_back()?;
    missing.push(format!("subsecond: not measured: {}", without_subsecond()));

    let conditions = format!(
        "dev: opt-level 1, line tables; dependencies opt-level 2; {edits} edits each; load average before: {load}"
    );
    let outcome = tables(&Outcome { turns, missing });
    let text = format!("# Reload\n\n{}\n\n{HEADER}\n\n{outcome}", super::machine(root, &conditions)?);
    println!("\n{text}");
    let path = root.join("target/bench/reload.md");
    std::fs::create_dir_all(root.join("target/bench")).context("creating target/bench")?;
    std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    println!("written to {}", path.display());
    Ok(())
}

/// Measures edits of ours, each followed by one of the peer's, if there is one; one that fails is left out from then on.
fn turns(
    name: &'static str,
    mut ours: Ours<'_>,
    (peer, missing): (&mut Option<Peer>, &mut Vec<String>),
    values: &mut Values,
    edits: u32,
) -> Result<Turns> {
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for _ in 0..edits + WARM_UP {
        own.push(ours.edit(values.next())?);
        match peer.as_mut().map(|peer| peer.edit(values.next())) {
            None => {}
            Some(Ok(edit)) => others.push(edit),
            Some(Err(error)) => {
                missing.push(format!("{PEER}: not measured any more beside {name}: {error:#}"));
                others.clear();
                *peer = None;
            }
        }
    }
    let busy_cores = ours.busy_cores();
    ours.quit()?;
    let counted = |edits: Vec<Edit>| edits.into_iter().skip(WARM_UP as usize).collect();
    Ok(Turns { name, ours: counted(own), peer: counted(others), busy_cores })
}

/// Another value of the constant for each edit, so that no build finds its outcome ready.
#[derive(Default)]
struct Values(u32);

impl Values {
    fn next(&mut self) -> f64 {
        self.0 += 1;
        1.3 + f64::from(self.0) * 1e-3
    }
}

/// How many threads wanted to run in the last minute, so that a reader knows what the numbers are worth.
fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().filter(|first| !first.is_empty()).unwrap_or("unknown").to_owned()
}

const WATCHING: &str = "ours";
const REQUEST: &str = "ours, on request";
const WINDOW: &str = "ours, window";
const PEER: &str = "hot-lib-reloader";

const HEADER: &str = "\
From the save of one changed constant in a small module until the new function has run, ms, as seen by the same third
process, which saves the file and reads what the candidates print. The candidates of a line take turns, edit by edit.

- ours: the editor without a window, playing 60 steps a second, sees the save by itself and builds with rustc alone.
  Ends when `module.history`, asked every 2 ms, has the stage `first frame` of the new generation: a step of the world
  with the new system in it has ended.
- ours, on request: nothing watches; `module.reload` is called right after the save, and cargo builds.
- ours, window: as the first, in a small window on Xvfb. Threads of the software renderer have the lowest priority, since
  a graphics card would take no time from the compiler.
- hot-lib-reloader: its own layout of a host and a library (`rlib` and `dylib`), with the same function over as many
  bodies. `cargo build -p` is started right after the save, so that no watcher of sources is in the number, which
  favours it; `file_watch_debounce` is 20 ms, its default is 500. Ends when the host, which calls the function every
  millisecond, prints the new constant that the function returned.";

fn parse(arguments: &[&str]) -> Result<u32> {
    match arguments {
        [] => Ok(EDITS),
        ["--edits", number] => {
            let edits = number.parse().context("--edits takes a whole number")?;
            ensure!(edits > 0, "--edits 0 measures nothing");
            Ok(edits)
        }
        other => bail!("`{}` is not known; there is: --edits N", other.join(" ")),
    }
}

/// subsecond needs its own build tool, which takes longer to install than everything else to measure.
fn without_subsecond() -> String {
    match packages::find_program("dx") {
        None => "dx is not installed".to_owned(),
        Some(path) => format!("{} is installed, but this program can't drive it", path.display()),
    }
}

fn tables(Outcome { turns, missing }: &Outcome) -> String {
    let mut text = format!("| | p50 | p95 | max | {PEER}'s p50 | p95 | max | p50 ÷ its p50 |\n");
    text += "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
    for Turns { name, ours, peer, .. } in turns {
        let ratio = spread(ours).p50.as_secs_f64() / spread(peer).p50.as_secs_f64();
        let (peer, ratio) = match peer.as_slice() {
            [] => ("– | – | –".to_owned(), "–".to_owned()),
            peer => (cells(spread(peer)), format!("{ratio:.2}")),
        };
        text += &format!("| {name} | {} | {peer} | {ratio} |\n", cells(spread(ours)));
    }
    for line in missing {
        text += &format!("\n{line}\n");
    }
    for turns in turns.iter().filter(|turns| turns.name != REQUEST) {
        text += &aims(turns);
    }
    for Turns { name, ours, busy_cores, .. } in turns {
        text += &format!("\n{name}, medians of the stages; playing alone keeps {busy_cores:.2} processors busy:\n\n");
        text += &waterfall(ours);
    }
    if let Some(first) = turns.first().filter(|first| !first.peer.is_empty()) {
        text += &format!("\n{PEER} in turns with {}, medians of the stages:\n\n{}", first.name, waterfall(&first.peer));
    }
    text
}

fn aims(Turns { name, ours, .. }: &Turns) -> String {
    let (Spread { p50, p95, .. }, outside) = (spread(ours), ours.iter().map(Edit::outside_build).collect::<Vec<_>>());
    let outside = median(&outside);
    let met = |is_met| if is_met { "met" } else { "not met" };
    format!(
        "\n{name}: aim p50 ≤ {AIM_P50:?}, p95 ≤ {AIM_P95:?}: {}; outside of the build {} ms, aim ≤ {AIM_OUTSIDE:?}: {}\n",
        met(p50 <= AIM_P50 && p95 <= AIM_P95),
        milliseconds(outside),
        met(outside <= AIM_OUTSIDE)
    )
}

fn spread(edits: &[Edit]) -> Spread {
    Spread::of(&edits.iter().map(|edit| edit.whole).collect::<Vec<_>>())
}

fn cells(Spread { p50, p95, max }: Spread) -> String {
    [p50, p95, max].map(milliseconds).join(" | ")
}

/// The medians of the stages, each for itself, so that their sum is only about the whole.
fn waterfall(edits: &[Edit]) -> String {
    let stages = edits.first().map(|edit| edit.stages.as_slice()).unwrap_or_default();
    let names = stages.iter().map(|(stage, _)| *stage);
    let cells: Vec<(&str, String)> = names
        .enumerate()
        .map(|(at, stage)| {
            let times: Vec<Duration> =
                edits.iter().filter_map(|edit| edit.stages.get(at)).map(|stage| stage.1).collect();
            (stage, milliseconds(median(&times)))
        })
        .collect();
    let line = |words: Vec<&str>| format!("| {} |\n", words.join(" | "));
    let mut text = line(cells.iter().map(|(stage, _)| *stage).collect());
    text += &line(vec!["---:"; cells.len()]);
    text + &line(cells.iter().map(|(_, time)| time.as_str()).collect())
}

#[cfg(test)]
mod tests {
    use super::{Edit, Outcome, REQUEST, Turns, WINDOW, parse, tables};
    use std::time::Duration;

    fn edit(ms: u64) -> Edit {
        let whole = Duration::from_millis(ms);
        Edit { whole, stages: vec![("seen", Duration::from_millis(20)), ("built", whole / 2)] }
    }

    fn text(window: [u64; 3], peer: &[u64]) -> String {
        let edits = |times: &[u64]| times.iter().copied().map(edit).collect();
        let turns = Turns { name: WINDOW, ours: edits(&window), peer: edits(peer), busy_cores: 0.7 };
        tables(&Outcome { turns: vec![turns], missing: vec!["subsecond: dx is not installed".to_owned()] })
    }

    #[test]
    fn ours_stands_beside_the_peer() {
        let text = text([300, 100, 200], &[400]);
        assert!(text.contains("| ours, window | 200 | 300 | 300 | 400 | 400 | 400 | 0.50 |\n"), "{text}");
        assert!(text.contains("\nsubsecond: dx is not installed\n"), "{text}");
        assert!(
            text.contains("keeps 0.70 processors busy:\n\n| seen | built |\n| ---: | ---: |\n| 20 | 100 |\n"),
            "{text}"
        );
    }

    #[test]
    fn without_the_peer_ours_stands_alone() {
        let text = text([300, 100, 200], &[]);
        assert!(text.contains("| ours, window | 200 | 300 | 300 | – | – | – | – |\n"), "{text}");
        assert!(!text.contains("in turns with"), "{text}");
    }

    #[test]
    fn the_aim_is_about_median_and_95_percent() {
        assert!(text([200, 200, 200], &[]).contains(": met;"));
        assert!(text([201, 201, 201], &[]).contains(": not met;"));
        assert!(text([100, 100, 351], &[]).contains(": not met;"));
    }

    #[test]
    fn what_is_asked_for_has_no_aim() {
        let turns = Turns { name: REQUEST, ours: vec![edit(900)], peer: Vec::new(), busy_cores: 0.0 };
        assert!(!tables(&Outcome { turns: vec![turns], missing: Vec::new() }).contains("aim"));
    }

    #[test]
    fn what_is_no_build_has_an_aim_of_its_own() {
        // The build is half of each.
        assert!(text([70, 80, 90], &[]).contains("outside of the build 40 ms, aim ≤ 40ms: met\n"));
        assert!(text([70, 82, 90], &[]).contains("outside of the build 41 ms, aim ≤ 40ms: not met\n"));
    }

    #[test]
    fn edits_can_be_asked_for() {
        assert_eq!((parse(&[]).unwrap(), parse(&["--edits", "3"]).unwrap()), (15, 3));
        assert!(parse(&["--edits", "0"]).is_err() && parse(&["--edit"]).is_err());
    }
}

//! `cargo xtask bench reload`: how long it takes from the save of an edit until the new code has run, ours and others'
//! in one run.
//!
//! What exactly is measured is said by [`ours`] and [`peer`]; what they print for readers is said here.

mod ours;
mod peer;

use crate::display::Display;
use crate::edited::{self, EditedConstant};
use crate::editor::Editor;
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

/// One of our ways, and the peers in turns with it, edit by edit: how busy the machine is changes by the minute.
struct Turns {
    name: &'static str,
    ours: Vec<Edit>,
    peers: Vec<Beside>,
    busy_cores: f64,
}

/// What a peer did beside one of our ways, or why it did nothing.
struct Beside {
    name: &'static str,
    edits: Result<Vec<Edit>, String>,
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
    let mut peers = peer::start(root, &folder);
    let source = EditedConstant::new(&root.join(ours::SOURCE), ours::CONSTANT, &folder, &lock)?;
    let mut values = Values::default();
    let mut in_turns = |name: &'static str, way: Way<'_>| {
        println!("{name}: {WARM_UP} + {edits} edits");
        let ours = Ours::start(root, &folder, &source, way)?;
        turns(name, ours, &mut peers, &mut values, edits)
    };
    let load = load_average();
    let mut turns = vec![in_turns(WATCHING, Way::Watching)?, in_turns(REQUEST, Way::Request)?];
    let mut missing = Vec::new();
    match Display::start().and_then(|display| in_turns(WINDOW, Way::Window(&display))) {
        Ok(window) => turns.push(window),
        Err(error) => missing.push(format!("{WINDOW}: not measured: {error:#}")),
    }
    source.put_back()?;
    missing.extend(peers.iter().filter_map(not_measured));

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

/// Measures edits of ours, each followed by one of every peer that there is; one that fails is left out from then on.
fn turns(name: &'static str, mut ours: Ours<'_>, peers: &mut [Peer], values: &mut Values, edits: u32) -> Result<Turns> {
    let mut own = Vec::new();
    let mut others: Vec<Vec<Edit>> = peers.iter().map(|_| Vec::new()).collect();
    for _ in 0..edits + WARM_UP {
        own.push(ours.edit(values.next())?);
        for (peer, others) in peers.iter_mut().zip(&mut others) {
            let Ok(program) = &mut peer.program else { continue };
            match program.edit(values.next()) {
                Ok(edit) => others.push(edit),
                Err(error) => peer.program = Err(format!("beside {name}: {error:#}")),
            }
        }
    }
    let busy_cores = ours.busy_cores();
    ours.quit()?;
    let counted = |edits: Vec<Edit>| edits.into_iter().skip(WARM_UP as usize).collect();
    let beside = |(peer, edits): (&Peer, Vec<Edit>)| Beside {
        name: peer.name,
        edits: peer.program.as_ref().map(|_| counted(edits)).map_err(Clone::clone),
    };
    Ok(Turns { name, ours: counted(own), peers: peers.iter().zip(others).map(beside).collect(), busy_cores })
}

/// Why a peer was not measured, where that does not fit into its line of the table.
fn not_measured(Peer { name, program }: &Peer) -> Option<String> {
    let why = program.as_ref().err()?;
    why.contains('\n').then(|| format!("{name}: not measured: {why}"))
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

const HEADER: &str = "\
From the save of one changed constant in a small module until the new function has run, ms, as seen by the same third
process, which saves the file and reads what the candidates print. A line of ours and those of the peers below it took
turns, edit by edit.

- ours: the editor without a window, playing 60 steps a second, sees the save by itself and builds with rustc alone.
  Ends when `module.history`, asked every 2 ms, has the stage `first frame` of the new generation: a step of the world
  with the new system in it has ended.
- ours, on request: nothing watches; `module.reload` is called right after the save, and cargo builds.
- ours, window: as the first, in a small window on Xvfb. Threads of the software renderer have the lowest priority, since
  a graphics card would take no time from the compiler.
- hot-lib-reloader: its own layout of a host and a library (`rlib` and `dylib`). `cargo build -p` is started right after
  the save, so that no watcher of sources is in the number, which favours it; `file_watch_debounce` is 20 ms, its default
  is 500.
- subsecond: one program with the module as a file of it, under `dx serve --hot-patch`, which sees the save by itself,
  runs rustc alone, and patches the program.

The peers' function does to a vector of as many bodies what the system of ours does to its query; around it are no
engine, no components and no checks of layouts. It is called every millisecond, and the number ends when the peer's
program prints the new constant that the function returned.";

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

fn tables(Outcome { turns, missing }: &Outcome) -> String {
    let mut text = "| | p50 | p95 | max | p50 of ours ÷ its |\n| --- | ---: | ---: | ---: | ---: |\n".to_owned();
    for Turns { name, ours, peers, .. } in turns {
        text += &format!("| {name} | {} | |\n", cells(spread(ours)));
        peers.iter().for_each(|peer| text += &row(peer, spread(ours)));
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
    for first in turns.iter().take(1) {
        for Beside { name, edits } in &first.peers {
            if let Some(edits) = edits.as_ref().ok().filter(|edits| edits.iter().any(|edit| !edit.stages.is_empty())) {
                let beside = first.name;
                text += &format!("\n{name} in turns with {beside}, medians of the stages:\n\n{}", waterfall(edits));
            }
        }
    }
    text
}

/// The line of a peer in the table.
fn row(Beside { name, edits }: &Beside, ours: Spread) -> String {
    match edits {
        Ok(edits) => {
            let theirs = spread(edits);
            let ratio = ours.p50.as_secs_f64() / theirs.p50.as_secs_f64();
            format!("| {name} | {} | {ratio:.2} |\n", cells(theirs))
        }
        Err(why) => {
            let first = why.lines().next().unwrap_or_default();
            format!("| {name}: not measured: {first} | – | – | – | – |\n")
        }
    }
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
    use super::{Beside, Edit, Outcome, REQUEST, Turns, WINDOW, parse, tables};
    use std::time::Duration;

    fn edit(ms: u64) -> Edit {
        let whole = Duration::from_millis(ms);
        Edit { whole, stages: vec![("seen", Duration::from_millis(20)), ("built", whole / 2)] }
    }

    fn text(window: [u64; 3], peer: Result<u64, &str>) -> String {
        let peer = Beside { name: "peer 1.2", edits: peer.map(|ms| vec![edit(ms)]).map_err(str::to_owned) };
        let ours = window.map(edit).to_vec();
        let turns = Turns { name: WINDOW, ours, peers: vec![peer], busy_cores: 0.7 };
        tables(&Outcome { turns: vec![turns], missing: vec!["a long reason".to_owned()] })
    }

    #[test]
    fn a_peer_stands_below_ours() {
        let text = text([300, 100, 200], Ok(400));
        assert!(
            text.contains(
                "| ours, window | 200 | 300 | 300 | |\n| peer 1.2 | 400 | 400 | 400 | 0.50 |\n\na long reason\n"
            ),
            "{text}"
        );
        assert!(
            text.contains("keeps 0.70 processors busy:\n\n| seen | built |\n| ---: | ---: |\n| 20 | 100 |\n"),
            "{text}"
        );
        assert!(text.contains("peer 1.2 in turns with ours, window, medians"), "{text}");
    }

    #[test]
    fn a_peer_that_is_not_there_says_why() {
        let text = text([300, 100, 200], Err("no dx: `cargo install`\nwithout a word"));
        assert!(text.contains("\n| peer 1.2: not measured: no dx: `cargo install` | – | – | – | – |\n\n"), "{text}");
        assert!(!text.contains("in turns with"), "{text}");
    }

    #[test]
    fn the_aim_is_about_median_and_95_percent() {
        assert!(text([200, 200, 200], Err("")).contains(": met;"));
        assert!(text([201, 201, 201], Err("")).contains(": not met;"));
        assert!(text([100, 100, 351], Err("")).contains(": not met;"));
    }

    #[test]
    fn what_is_asked_for_has_no_aim() {
        let turns = Turns { name: REQUEST, ours: vec![edit(900)], peers: Vec::new(), busy_cores: 0.0 };
        assert!(!tables(&Outcome { turns: vec![turns], missing: Vec::new() }).contains("aim"));
    }

    #[test]
    fn what_is_no_build_has_an_aim_of_its_own() {
        // The build is half of each.
        assert!(text([70, 80, 90], Err("")).contains("outside of the build 40 ms, aim ≤ 40ms: met\n"));
        assert!(text([70, 82, 90], Err("")).contains("outside of the build 41 ms, aim ≤ 40ms: not met\n"));
    }

    #[test]
    fn edits_can_be_asked_for() {
        assert_eq!((parse(&[]).unwrap(), parse(&["--edits", "3"]).unwrap()), (15, 3));
        assert!(parse(&["--edits", "0"]).is_err() && parse(&["--edit"]).is_err());
    }
}

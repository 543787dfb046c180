//! The cases of one workload, taken in turns, and what came of them.

use super::aim::Measured;
use super::report::Row;
use super::{Aim, Case, Side, Unit};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// Rounds that a table of slow cases gets at least.
const FEWEST: usize = 7;
/// A table that takes longer gets no more rounds than the fewest.
const PATIENCE: Duration = Duration::from_secs(20);

/// One of our cases and what it should reach.
pub struct Goal {
    /// The row of the summary.
    pub row: &'static str,
    /// The case, by name.
    pub ours: &'static str,
    /// What it should reach.
    pub aim: Aim,
}

/// The cases of one workload.
pub struct Table {
    title: &'static str,
    unit: Unit,
    most: usize,
    cases: Vec<Case>,
    goals: Vec<Goal>,
}

impl Table {
    /// A table of times.
    pub fn new(title: &'static str, cases: impl IntoIterator<Item = Case>) -> Self {
        let cases = cases.into_iter().collect();
        Self { title, unit: Unit::Time, most: usize::MAX, cases, goals: Vec::new() }
    }

    /// The same with another unit.
    pub fn unit(self, unit: Unit) -> Self {
        Self { unit, ..self }
    }

    /// The same with at most so many rounds, for what does not vary.
    pub fn rounds(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// The same with a row for the summary.
    pub fn goal(mut self, row: &'static str, ours: &'static str, aim: Aim) -> Self {
        self.goals.push(Goal { row, ours, aim });
        self
    }

    /// Takes the rounds, compares the outcomes, and gives the table as text and its rows of the summary. Its medians are
    /// added to `medians`, behind those of the tables before it; where they stand there, each process of `earlier` has
    /// its own.
    ///
    /// # Panics
    /// When two cases came to different values, or a goal names a case that there is not.
    pub(super) fn run(mut self, rounds: usize, earlier: &[Vec<f64>], medians: &mut Vec<f64>) -> (String, Vec<Row>) {
        let rounds = rounds.min(self.most);
        let mut times = vec![Vec::with_capacity(rounds); self.cases.len()];
        // What the first round finds cold, the others don't.
        for case in &mut self.cases {
            case.round();
        }
        let start = Instant::now();
        for round in 0..rounds {
            if round >= FEWEST && start.elapsed() > PATIENCE {
                break;
            }
            // Another case comes first each time, so that none always follows the one that filled the caches.
            for turn in 0..self.cases.len() {
                let at = (round + turn) % self.cases.len();
                times[at].push(self.cases[at].round());
            }
        }
        self.compare();
        times.iter_mut().for_each(|times| times.sort_by(f64::total_cmp));
        let first = medians.len();
        medians.extend(times.iter().map(|times| times[times.len() / 2]));
        let of_all = (first..medians.len()).map(|at| {
            let mut all: Vec<f64> = earlier.iter().filter_map(|one| one.get(at)).copied().collect();
            all.push(medians[at]);
            all.sort_by(f64::total_cmp);
            all[all.len() / 2]
        });
        let measured = Measured { cases: self.cases.iter().zip(of_all).collect(), unit: self.unit };
        let text = text(self.title, &measured, &times, earlier.len() + 1);
        let rows = self.goals.iter().map(|goal| row(goal, &measured)).collect();
        (text, rows)
    }

    fn compare(&mut self) {
        let results = self.cases.iter_mut().filter_map(|case| Some((case.name, case.result()?)));
        let results: Vec<(&str, u64)> = results.collect();
        for pair in results.windows(2) {
            assert_eq!(pair[0].1, pair[1].1, "{}: `{}` and `{}` differ", self.title, pair[0].0, pair[1].0);
        }
    }
}

fn text(title: &str, measured: &Measured<'_>, times: &[Vec<f64>], processes: usize) -> String {
    let (peer, floor) = (measured.peer().map(|(_, median)| median), measured.floor());
    // Beside a floor of nothing there is no ratio.
    let ratio = |median: f64, other: Option<f64>| match other.filter(|other| *other > 0.1) {
        Some(other) => format!("{:.2}", median / other),
        None => "–".to_owned(),
    };
    let rounds = times.first().map_or(0, Vec::len);
    let mut text = format!("#### {title}\n\n");
    text += "| case | median | min | ratio to best peer | ratio to floor |\n| --- | ---: | ---: | ---: | ---: |\n";
    let mut order: Vec<usize> = (0..times.len()).collect();
    order.sort_by(|a, b| measured.cases[*a].1.total_cmp(&measured.cases[*b].1));
    for at in order {
        let (case, median) = measured.cases[at];
        let side = match case.side {
            Side::Ours => "**ours**: ".to_owned(),
            Side::Peer(name) => format!("{name}: "),
            Side::Floor => "floor: ".to_owned(),
        };
        let show = |value| measured.unit.show(value);
        let (least, peer, floor) = (show(times[at][0]), ratio(median, peer), ratio(median, floor));
        // Writing to a string can't fail.
        let _ = writeln!(text, "| {side}{} | {} | {least} | {peer} | {floor} |", case.name, show(median));
    }
    let processes =
        if processes == 1 { String::new() } else { format!(", the median of {processes} processes; min of the last") };
    text + &format!("\n{rounds} rounds{processes}\n")
}

fn row(goal: &Goal, measured: &Measured<'_>) -> Row {
    let ours = measured.of(goal.ours).unwrap_or_else(|| panic!("{}: there is no case `{}`", goal.row, goal.ours));
    let peer = measured.peer();
    Row {
        row: goal.row.to_owned(),
        ours: measured.unit.show(ours),
        peer: peer.map(|(case, median)| format!("{} {}", whole_name(case), measured.unit.show(median))),
        ratio: peer.map(|(_, median)| ours / median),
        floor: measured.floor().map(|floor| measured.unit.show(floor)),
        aim: goal.aim.words(measured.unit),
        met: goal.aim.met(ours, measured),
    }
}

fn whole_name(case: &Case) -> String {
    match case.side {
        Side::Peer(name) => format!("{name} {}", case.name),
        Side::Ours | Side::Floor => case.name.to_owned(),
    }
}

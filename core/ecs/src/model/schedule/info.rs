//! The schedule in words and numbers, for people and tools.

use super::{Schedule, Stage, plan::Plan, record::SystemRecord, record::SystemStats};
use crate::model::query::{Access, Term};

/// A system as it stands in the schedule.
#[derive(Clone, Debug)]
pub struct SystemInfo {
    /// The module that brought it.
    pub module: String,
    /// Its name.
    pub name: String,
    /// When it runs.
    pub stage: Stage,
    /// Its place in the stage, from 0.
    pub order: usize,
    /// The group of systems with which it may run at the same time, from 0; `None` while it is switched off.
    pub wave: Option<usize>,
    /// What it and its conditions read and write.
    pub access: Vec<Use>,
    /// Whether it asks for structural changes.
    pub commands: bool,
    /// Systems that run after it, as it says.
    pub before: Vec<String>,
    /// Systems that run before it, as it says.
    pub after: Vec<String>,
    /// What must hold for it to run.
    pub conditions: Vec<String>,
    /// How often it runs, Hz; `None` for once per run of its stage.
    pub rate: Option<f64>,
    /// Whether it is switched on.
    pub enabled: bool,
    /// Whether its module is; a panic switches it off.
    pub module_enabled: bool,
    /// What it took.
    pub stats: SystemStats,
    /// What it says that can't be followed.
    pub warnings: Vec<String>,
}

/// One use of a component type or an event type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The type's name.
    pub name: &'static str,
    /// Whether it is written.
    pub write: bool,
    /// Whether it is the events of this type.
    pub event: bool,
}

/// The schedule as nodes and edges.
#[derive(Clone, Debug)]
pub struct SystemGraph {
    /// The systems, by stage and order.
    pub nodes: Vec<SystemInfo>,
    /// What was said about the order, and who excludes whom.
    pub edges: Vec<SystemEdge>,
    /// Systems that wait for each other, such as `a::x after a::y after a::x`. What was said about their order among
    /// themselves is not followed.
    pub cycles: Vec<String>,
}

/// What binds two systems of one stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemEdge {
    /// Who runs first: a place in the nodes.
    pub first: usize,
    /// Who runs then: a place in the nodes.
    pub then: usize,
    /// Why.
    pub why: EdgeKind,
}

/// Why two systems do not run at the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EdgeKind {
    /// One of them says so.
    Said {
        /// Whether it is followed; in a cycle it is not.
        followed: bool,
    },
    /// They use something that only one can use at a time: names of components, `events of …`, `Commands`.
    Conflict(Vec<String>),
}

impl From<&Term> for Use {
    fn from(term: &Term) -> Self {
        Self { name: term.info.name, write: term.write, event: term.event }
    }
}

/// What two systems can't use at the same time.
fn causes(a: &Access, b: &Access) -> Vec<String> {
    let meets = |term: &&Term| {
        let other = b.terms.iter().find(|other| other.info.id == term.info.id && other.event == term.event);
        other.is_some_and(|other| term.write || other.write)
    };
    let name = |term: &Term| match term.event {
        true => format!("events of {}", term.info.name),
        false => term.info.name.to_owned(),
    };
    let commands = (a.commands && b.commands).then(|| "Commands".to_owned());
    a.terms.iter().filter(meets).map(name).chain(commands).collect()
}

impl Schedule {
    /// All systems, by stage and order.
    pub fn list(&mut self) -> Vec<SystemInfo> {
        self.plan();
        Stage::ALL.iter().flat_map(|stage| self.infos(*stage)).collect()
    }

    /// The systems, what binds them, and what is wrong with their order.
    pub fn graph(&mut self) -> SystemGraph {
        self.plan();
        let nodes: Vec<SystemInfo> = Stage::ALL.iter().flat_map(|stage| self.infos(*stage)).collect();
        let (mut edges, mut cycles, mut base) = (Vec::new(), Vec::new(), 0);
        for stage in Stage::ALL {
            let plan = self.plan_of(stage);
            edges.extend(self.edges(plan, base));
            cycles.extend_from_slice(&plan.cycles);
            base += plan.order.len();
        }
        SystemGraph { nodes, edges, cycles }
    }

    fn infos(&self, stage: Stage) -> impl Iterator<Item = SystemInfo> {
        let plan = self.plan_of(stage);
        plan.order.iter().enumerate().map(|(order, at)| self.describe(plan, order, *at))
    }

    pub(super) fn describe(&self, plan: &Plan, order: usize, at: usize) -> SystemInfo {
        let record: &SystemRecord = &self.systems[at];
        let warnings = plan.warnings.iter().filter(|(system, _)| *system == at).map(|(_, text)| text.clone());
        SystemInfo {
            module: record.module.clone(),
            name: record.name.clone(),
            stage: record.stage,
            order,
            wave: plan.wave(at),
            access: record.access.terms.iter().map(Use::from).collect(),
            commands: record.access.commands,
            before: record.before.clone(),
            after: record.after.clone(),
            conditions: record.conditions.clone(),
            rate: record.rate,
            enabled: record.enabled,
            module_enabled: self.is_module_on(&record.module),
            stats: record.stats.clone(),
            warnings: record.notes.iter().cloned().chain(warnings).collect(),
        }
    }

    /// The edges of one stage; `base` is the place of its first node.
    fn edges(&self, plan: &Plan, base: usize) -> Vec<SystemEdge> {
        let place = |at: usize| plan.order.iter().position(|other| *other == at).map(|place| base + place);
        let said = plan.edges.iter().filter_map(|edge| {
            let why = EdgeKind::Said { followed: edge.followed };
            Some(SystemEdge { first: place(edge.first)?, then: place(edge.then)?, why })
        });
        let mut edges: Vec<SystemEdge> = said.collect();
        for (then, at) in plan.order.iter().enumerate() {
            for (first, before) in plan.order[..then].iter().enumerate() {
                let causes = causes(&self.systems[*before].access, &self.systems[*at].access);
                if !causes.is_empty() {
                    edges.push(SystemEdge { first: base + first, then: base + then, why: EdgeKind::Conflict(causes) });
                }
            }
        }
        edges
    }
}

//! What a case should reach.

use super::{Case, Side, Unit};

/// What a case is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// The fastest case of another library.
    Peer,
    /// The fastest bare operation.
    Floor,
    /// The case of this name.
    Case(&'static str),
}

/// What a case should reach at most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aim {
    /// So many times what it is compared with.
    Times(f64, Against),
    /// So much, in the table's unit.
    AtMost(f64),
    /// So much more than the case of this name.
    Above(f64, &'static str),
    /// All of these.
    All(&'static [Aim]),
    /// Shown, not judged.
    Shown,
}

/// The measured cases of a table.
pub struct Measured<'a> {
    /// The cases with their medians.
    pub cases: Vec<(&'a Case, f64)>,
    /// Their unit.
    pub unit: Unit,
}

impl Measured<'_> {
    /// The fastest other library.
    pub fn peer(&self) -> Option<(&Case, f64)> {
        self.best(|side| matches!(side, Side::Peer(_)))
    }

    /// The fastest bare operation.
    pub fn floor(&self) -> Option<f64> {
        self.best(|side| side == Side::Floor).map(|(_, median)| median)
    }

    /// The median of a case.
    pub fn of(&self, name: &str) -> Option<f64> {
        self.cases.iter().find(|(case, _)| case.name == name).map(|(_, median)| *median)
    }

    fn best(&self, wanted: impl Fn(Side) -> bool) -> Option<(&Case, f64)> {
        let fitting = self.cases.iter().filter(|(case, _)| wanted(case.side));
        fitting.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(case, median)| (*case, *median))
    }
}

impl Aim {
    /// Whether `ours` reaches it; `None` if there is nothing to judge.
    pub fn met(&self, ours: f64, measured: &Measured<'_>) -> Option<bool> {
        match self {
            Self::Shown => None,
            Self::AtMost(most) => Some(ours <= *most),
            Self::Above(more, name) => measured.of(name).map(|other| ours <= other + more),
            Self::Times(factor, against) => {
                let other = match against {
                    Against::Peer => measured.peer().map(|(_, median)| median),
                    Against::Floor => measured.floor(),
                    Against::Case(name) => measured.of(name),
                };
                other.map(|other| ours <= other * factor)
            }
            Self::All(aims) => aims.iter().filter_map(|aim| aim.met(ours, measured)).reduce(|all, met| all && met),
        }
    }

    /// The aim in words.
    pub fn words(&self, unit: Unit) -> String {
        match self {
            Self::Shown => "shown".to_owned(),
            Self::AtMost(most) => format!("≤ {}", unit.show(*most)),
            Self::Above(more, name) => format!("≤ {name} + {}", unit.show(*more)),
            Self::Times(factor, Against::Peer) => format!("≤ {factor} × best peer"),
            Self::Times(factor, Against::Floor) => format!("≤ {factor} × floor"),
            Self::Times(factor, Against::Case(name)) => format!("≤ {factor} × {name}"),
            Self::All(aims) => aims.iter().map(|aim| aim.words(unit)).collect::<Vec<_>>().join(", "),
        }
    }
}

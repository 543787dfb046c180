//! A query's matches for people: which archetypes, which chunks, and in words why not the others.

use super::evaluate::{Matches, Part};
use crate::model::archetype::Archetype;
use std::ops::Range;

/// An archetype that a query matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryRows {
    /// The archetype's number.
    pub archetype: u32,
    /// The names of its components; sparse ones are in no archetype.
    pub components: Vec<&'static str>,
    /// How many of its entities match.
    pub entities: usize,
    /// Its chunks, those that do not pass included.
    pub chunks: Vec<QueryChunk>,
}

/// Neighbouring rows that share their change ticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryChunk {
    /// The rows.
    pub rows: Range<u32>,
    /// The tick at which rows came or were exchanged last.
    pub came: u64,
    /// The tick at which one of the components that the query needs was written last.
    pub written: u64,
    /// Whether `changed` and `added` let it pass.
    pub passes: bool,
}

/// Why an archetype matches a query or does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The archetype's number.
    pub archetype: u32,
    /// The names of its components; sparse ones are in no archetype.
    pub components: Vec<&'static str>,
    /// How many entities it has.
    pub entities: usize,
    /// How many of them match.
    pub matching: usize,
    /// The reason, in words.
    pub why: String,
}

impl Matches<'_> {
    pub fn chunks(&self) -> Vec<QueryRows> {
        let numbered = (0..).zip(self.storage.archetypes());
        let matching = numbered.filter(|(_, archetype)| self.fits(archetype));
        let rows = matching.map(|(number, archetype)| {
            let chunks = self.chunk_rows(number, archetype).zip(0..).map(|((rows, passes), chunk)| {
                let dense = self.required.iter().filter(|part| !part.sparse);
                let written = dense.map(|part| self.written(part, number, chunk)).max().unwrap_or(0);
                QueryChunk { rows, came: archetype.arrived(chunk), written, passes }
            });
            QueryRows {
                archetype: number,
                components: self.names(archetype),
                entities: self.count_in(number, archetype),
                chunks: chunks.collect(),
            }
        });
        rows.collect()
    }

    pub fn explain(&self) -> Vec<Explanation> {
        let numbered = (0..).zip(self.storage.archetypes());
        numbered.map(|(number, archetype)| self.explain_one(number, archetype)).collect()
    }

    fn explain_one(&self, number: u32, archetype: &Archetype) -> Explanation {
        let entities = archetype.ids.len();
        let matching = if self.fits(archetype) { self.count_in(number, archetype) } else { 0 };
        let mut reasons = Vec::new();
        for part in &self.required {
            match part.pool {
                None => reasons.push(format!("{} is not registered any more", self.name(part))),
                Some(pool) if !part.sparse && !archetype.has(pool) => {
                    reasons.push(format!("it lacks {}", self.name(part)));
                }
                Some(_) if part.sparse => {
                    let having = self.having(part, archetype);
                    if having < entities {
                        reasons.push(format!("{having} of its {entities} entities have {}", self.name(part)));
                    }
                }
                Some(_) => {}
            }
        }
        for part in &self.without {
            match part.pool {
                Some(pool) if !part.sparse && archetype.has(pool) => {
                    reasons.push(format!("it has {}, which is excluded", self.name(part)));
                }
                Some(_) if part.sparse && self.having(part, archetype) > 0 => {
                    let having = self.having(part, archetype);
                    reasons.push(format!("{having} have {}, which is excluded", self.name(part)));
                }
                _ => {}
            }
        }
        if self.fits(archetype) && matching < entities {
            let quiet = |what: &str, parts: &[Part]| {
                let names: Vec<&str> = parts.iter().map(|part| self.name(part)).collect();
                format!(
                    "{} of its chunks have no {what} {} since tick {}",
                    self.quiet(number, archetype),
                    names.join(", "),
                    self.since
                )
            };
            if !self.changed.is_empty() {
                reasons.push(quiet("changed", &self.changed));
            }
            if !self.added.is_empty() {
                reasons.push(quiet("added", &self.added));
            }
        }
        let verdict = match (matching, entities) {
            (_, 0) if reasons.is_empty() => "it has all that is asked for, but no entities".to_owned(),
            (0, _) => "no entity matches".to_owned(),
            (all, entities) if all == entities => format!("all {entities} entities match"),
            (some, entities) => format!("{some} of {entities} entities match"),
        };
        let why = if reasons.is_empty() { verdict } else { format!("{verdict}: {}", reasons.join("; ")) };
        Explanation { archetype: number, components: self.names(archetype), entities, matching, why }
    }

    /// How many entities of an archetype have a sparse component.
    fn having(&self, part: &Part, archetype: &Archetype) -> usize {
        archetype.ids.iter().filter(|slot| self.sparse_row(part, **slot).is_some()).count()
    }

    /// How many chunks the ticks keep out, of how many.
    fn quiet(&self, number: u32, archetype: &Archetype) -> String {
        let all: Vec<bool> = self.chunk_rows(number, archetype).map(|(_, passes)| passes).collect();
        format!("{} of {}", all.iter().filter(|passes| !**passes).count(), all.len())
    }

    fn names(&self, archetype: &Archetype) -> Vec<&'static str> {
        archetype.pools.iter().filter_map(|pool| Some(self.storage.pool_at(*pool)?.info().name)).collect()
    }

    fn name(&self, part: &Part) -> &'static str {
        self.storage.info_of(part.id).map_or("a component that is gone", |info| info.name)
    }
}

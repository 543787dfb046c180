//! Ways through a query that hand out more than one entity at a time: iterators, slices, threads.

use super::{Query, Selection, data::QueryData, filter::QueryFilter};
use crate::model::threads;
use playground_engine_types::CHUNK_ROWS;
use std::time::{Duration, Instant};

/// Rows that are timed first.
const PROBE: usize = 32;
/// Rows that are timed at once at most.
const MOST_PROBED: usize = 8 * CHUNK_ROWS as usize;
/// Time that can be told from what it takes to look at the clock.
const PROBED: Duration = Duration::from_micros(4);
/// Work that one thread takes at a time.
const SHARE: Duration = Duration::from_micros(30);
/// Work that is done before another thread has woken up; less than this is not worth asking.
const WORTH: Duration = Duration::from_micros(100);

/// Walks the entities of a query.
pub struct QueryIter<'q, D: QueryData> {
    pieces: std::vec::IntoIter<D::Rows<'q>>,
    current: Option<D::Iter<'q>>,
}

impl<'q, D: QueryData> Iterator for QueryIter<'q, D> {
    type Item = D::Item<'q>;
    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.current.as_mut().and_then(D::next) {
                return Some(item);
            }
            self.current = Some(D::iter(self.pieces.next()?));
        }
    }
}

impl<D: QueryData, F: QueryFilter> Query<'_, D, F> {
    /// Evaluated in each function that a module calls, so that the compiler's message shows the call.
    const CHECK_DENSE: () = assert!(
        !D::SPARSE && !F::SPARSE,
        "a sparse component has no rows beside the others: use `for_each`, `get` or `entities`"
    );

    /// The entities as an iterator. [`Query::for_each`] is faster.
    pub fn iter_mut(&mut self) -> QueryIter<'_, D> {
        const { Self::CHECK_DENSE };
        QueryIter { pieces: self.pieces(usize::MAX).into_iter(), current: None }
    }

    /// Calls `each` with the rows of every archetype: a slice for each term, all of one length.
    pub fn for_each_chunk(&mut self, each: impl FnMut(D::Rows<'_>)) {
        const { Self::CHECK_DENSE };
        self.pieces(usize::MAX).into_iter().for_each(each);
    }

    /// The entities in the order of a key.
    pub fn sorted_by_key<K: Ord>(&mut self, mut key: impl FnMut(&D::Item<'_>) -> K) -> Vec<D::Item<'_>> {
        let mut all: Vec<D::Item<'_>> = self.iter_mut().collect();
        all.sort_by_key(|item| key(item));
        all
    }

    /// Calls `each` for every entity, on several threads if the work is worth it: the first rows are timed, and small
    /// work stays on this thread.
    pub fn par_for_each(&mut self, each: impl Fn(D::Item<'_>) + Sync) {
        let mut left = self.count();
        let mut pieces = self.pieces(usize::MAX);
        let (mut done, mut probe, start) = (0, PROBE, Instant::now());
        // More rows are timed until the time can be told from the clock's own.
        let took = loop {
            let Some(rows) = pieces.pop() else { return };
            let (first, rest) = D::split(rows, probe);
            let count = D::len(&first);
            D::each(first, &mut |item| each(item));
            if D::len(&rest) > 0 {
                pieces.push(rest);
            }
            (done, left) = (done + count, left - count);
            let took = start.elapsed();
            if took >= PROBED {
                break took;
            }
            probe = (probe * 4).min(MOST_PROBED);
        };
        let per_row = took.as_nanos() as usize / done.max(1);
        if per_row * left < WORTH.as_nanos() as usize {
            return pieces.into_iter().for_each(|rows| D::each(rows, &mut |item| each(item)));
        }
        let size = (SHARE.as_nanos() as usize / per_row.max(1)).max(1);
        let mut shares = Vec::new();
        pieces.into_iter().for_each(|rows| cut::<D>(rows, size, &mut shares));
        threads::share_out(shares, |rows| D::each(rows, &mut |item| each(item)));
    }

    /// The rows of all matching archetypes in pieces of at most `most` rows, stamped as written.
    fn pieces(&mut self, most: usize) -> Vec<D::Rows<'_>> {
        self.selected(most)
    }

    /// The rows of all matching archetypes, of a query without sparse components.
    pub(super) fn selected(&mut self, most: usize) -> Vec<D::Rows<'_>> {
        let mut pieces = Vec::new();
        let Some(guards) = &mut self.guards else { return pieces };
        let mut cursor = D::cursor(self.storage, guards, self.ticks.now);
        match &self.selection {
            Selection::All => {
                for number in &self.state.archetypes {
                    let ids = &self.storage.archetypes()[*number as usize].ids;
                    if !ids.is_empty() {
                        cut::<D>(D::rows(&mut cursor, *number, ids, true), most, &mut pieces);
                    }
                }
            }
            Selection::Rows(selected) => {
                let mut selected = selected.iter().peekable();
                while let Some((number, first)) = selected.next() {
                    let ids = &self.storage.archetypes()[*number as usize].ids;
                    let (_, mut rest) = D::split(D::rows(&mut cursor, *number, ids, false), first.start as usize);
                    let mut range = first;
                    loop {
                        let (rows, after) = D::split(rest, range.len());
                        (range.start..range.end)
                            .step_by(CHUNK_ROWS as usize)
                            .for_each(|row| D::stamp(&mut cursor, *number, row));
                        cut::<D>(rows, most, &mut pieces);
                        let Some((_, next)) = selected.next_if(|(at, _)| at == number) else { break };
                        rest = D::split(after, (next.start - range.end) as usize).1;
                        range = next;
                    }
                }
            }
            Selection::Entities(_) => {}
        }
        pieces
    }
}

fn cut<'q, D: QueryData>(mut rows: D::Rows<'q>, most: usize, pieces: &mut Vec<D::Rows<'q>>) {
    while D::len(&rows) > most {
        let (piece, rest) = D::split(rows, most);
        pieces.push(piece);
        rows = rest;
    }
    pieces.push(rows);
}

//! Fuzzy search: the best matches for a few typed letters.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// A search that keeps its buffers between key strokes.
pub struct Search {
    matcher: Matcher,
    buffer: Vec<char>,
}

impl Default for Search {
    fn default() -> Self {
        Self { matcher: Matcher::new(Config::DEFAULT), buffer: Vec::new() }
    }
}

impl Search {
    /// The indices of the `limit` best matches, best first; in the given order if nothing is typed.
    pub fn best<'a>(&mut self, query: &str, items: impl Iterator<Item = &'a str>, limit: usize) -> Vec<usize> {
        self.scored(query, items, limit).into_iter().map(|(_, at)| at).collect()
    }

    /// The same with the score of each match; more is better.
    pub fn scored<'a>(&mut self, query: &str, items: impl Iterator<Item = &'a str>, limit: usize) -> Vec<(u32, usize)> {
        let pattern = Pattern::parse(query, CaseMatching::Ignore, Normalization::Smart);
        let mut found: Vec<(u32, usize)> = items
            .enumerate()
            .filter_map(|(at, item)| {
                let score = pattern.score(Utf32Str::new(item, &mut self.buffer), &mut self.matcher)?;
                Some((score, at))
            })
            .collect();
        found.sort_by_key(|(score, at)| (std::cmp::Reverse(*score), *at));
        found.truncate(limit);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::Search;

    #[test]
    fn letters_in_order_are_enough() {
        let items = ["Save scene", "Reload module", "Reload all modules"];
        assert_eq!(Search::default().best("rlmod", items.into_iter(), 5), [1, 2]);
        assert_eq!(Search::default().best("", items.into_iter(), 2), [0, 1]);
    }
}

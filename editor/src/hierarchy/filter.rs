//! The filter of the hierarchy: words, `has:` and `not:` terms.

use super::short;
use playground::editor::report::EntityRow;

/// A filter, read once for all rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    terms: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    Word(String),
    Has(String),
    Not(String),
}

impl Filter {
    /// Reads what was typed. All terms must hold.
    pub fn new(text: &str) -> Self {
        let terms = text.split_whitespace().map(str::to_lowercase).filter_map(|word| {
            if let Some(name) = word.strip_prefix("has:") {
                return (!name.is_empty()).then(|| Term::Has(name.to_owned()));
            }
            if let Some(name) = word.strip_prefix("not:") {
                return (!name.is_empty()).then(|| Term::Not(name.to_owned()));
            }
            Some(Term::Word(word))
        });
        Self { terms: terms.collect() }
    }

    /// Whether everything passes.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether the entity passes.
    pub fn passes(&self, row: &EntityRow) -> bool {
        let has = |part: &str| row.components.iter().any(|name| short(name).to_lowercase().contains(part));
        self.terms.iter().all(|term| match term {
            Term::Word(word) => row.name.to_lowercase().contains(word) || has(word),
            Term::Has(name) => has(name),
            Term::Not(name) => !has(name),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Filter;
    use playground::editor::report::EntityRow;

    #[test]
    fn terms_are_words_and_components() {
        let components = vec!["scene::Name", "scene::Light"].into();
        let row = EntityRow { id: 1, name: "Sun".into(), depth: 0, parent: None, descendants: 0, components };
        let check = |text: &str, expected: bool| assert_eq!(Filter::new(text).passes(&row), expected, "{text}");
        check("", true);
        check("su", true);
        check("light", true);
        check("moon", false);
        check("has:light", true);
        check("has:shape", false);
        check("not:light", false);
        check("sun not:shape", true);
        check("has:", true);
    }
}

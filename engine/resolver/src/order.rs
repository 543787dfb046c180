//! A stable order in which everything comes after what it names.

use std::collections::BTreeMap;

/// Orders `names` so that each comes after all of `after[name]`; apart from that the given order stays.
///
/// # Errors
/// The names along a circle; the first is also the last. Names in `after` that aren't in `names` are ignored.
pub fn ordered(names: &[String], after: &BTreeMap<String, Vec<String>>) -> Result<Vec<String>, Vec<String>> {
    let mut visit = Visit { names, after, path: Vec::new(), done: Vec::new() };
    for name in names {
        visit.enter(name)?;
    }
    Ok(visit.done)
}

struct Visit<'a> {
    names: &'a [String],
    after: &'a BTreeMap<String, Vec<String>>,
    path: Vec<String>,
    done: Vec<String>,
}

impl Visit<'_> {
    fn enter(&mut self, name: &String) -> Result<(), Vec<String>> {
        if self.done.contains(name) || !self.names.contains(name) {
            return Ok(());
        }
        if let Some(start) = self.path.iter().position(|earlier| earlier == name) {
            let mut circle = self.path[start..].to_vec();
            circle.push(name.clone());
            return Err(circle);
        }
        self.path.push(name.clone());
        let after = self.after;
        for earlier in after.get(name).into_iter().flatten() {
            self.enter(earlier)?;
        }
        self.path.pop();
        self.done.push(name.clone());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &str, after: &[(&str, &str)], expected: Result<&str, &str>) {
        let split = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let after = after.iter().map(|(name, list)| ((*name).to_owned(), split(list))).collect();
        let found = ordered(&split(names), &after);
        assert_eq!(found, expected.map(split).map_err(split));
    }

    #[test]
    fn order_is_kept_where_nothing_asks_otherwise() {
        check("a b c", &[], Ok("a b c"));
        check("a b c", &[("a", "c")], Ok("c a b"));
        check("a b c d", &[("a", "b d"), ("b", "d")], Ok("d b a c"));
        check("a b", &[("a", "x")], Ok("a b"));
        check("a b a", &[], Ok("a b"));
    }

    #[test]
    fn a_circle_is_a_path() {
        check("a b c", &[("a", "b"), ("b", "c"), ("c", "a")], Err("a b c a"));
        check("a b c", &[("a", "b"), ("b", "c"), ("c", "b")], Err("b c b"));
        check("a", &[("a", "a")], Err("a a"));
    }
}

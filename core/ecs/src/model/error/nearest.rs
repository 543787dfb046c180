//! Which known name was meant by one that does not exist. Knows nothing of what the names stand for.

/// Typing errors that are forgiven in short names; one more per three letters in longer ones.
const FORGIVEN: usize = 1;

/// The name in `known` that differs least from `name`, if it differs so little that it may have been meant. The part
/// behind `::` is enough, and capital letters do not count.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let least = FORGIVEN + wanted.chars().count() / 3;
    let rated = known.map(|known| {
        let whole = known.to_lowercase();
        let short = whole.rsplit("::").next().unwrap_or_default();
        (distance(&wanted, &whole).min(distance(&wanted, short)), known)
    });
    rated.filter(|(distance, _)| *distance <= least).min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}

/// How many letters must be added, taken away or exchanged. Source: Wagner and Fischer, "The String-to-String
/// Correction Problem", 1974.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, other) in b.chars().enumerate() {
            let exchanged = diagonal + usize::from(letter != other);
            diagonal = row[j + 1];
            row[j + 1] = exchanged.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.chars().count()]
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    const KNOWN: [&str; 3] = ["scene::Light", "orbit::Orbit", "scene::Transform"];

    #[track_caller]
    fn check(name: &str, expected: Option<&str>) {
        assert_eq!(nearest(name, KNOWN.into_iter()), expected, "{name}");
    }

    #[test]
    fn a_typing_error_finds_the_name() {
        check("Orbot", Some("orbit::Orbit"));
        check("orbit", Some("orbit::Orbit"));
        check("orbit::Orbits", Some("orbit::Orbit"));
        check("Tranform", Some("scene::Transform"));
        check("Velocity", None);
        check("", None);
    }

    #[test]
    fn distances_count_letters() {
        for (a, b, expected) in [("", "", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("añb", "anb", 1)] {
            assert_eq!((distance(a, b), distance(b, a)), (expected, expected), "{a} {b}");
        }
    }
}

//! What a number means, and how it is written.

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Nanoseconds per operation.
    Time,
    /// Bytes.
    Bytes,
}

impl Unit {
    /// A value as a person reads it.
    pub fn show(self, value: f64) -> String {
        match self {
            Self::Bytes if value >= 1e6 => format!("{:.1} MB", value / 1e6),
            Self::Bytes => format!("{value:.1} B"),
            Self::Time if value >= 1e6 => format!("{:.3} ms", value / 1e6),
            Self::Time if value >= 1e3 => format!("{:.2} µs", value / 1e3),
            Self::Time if value >= 100.0 => format!("{value:.0} ns"),
            Self::Time => format!("{value:.2} ns"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Unit;

    #[test]
    fn values_have_the_unit_that_fits() {
        let shown = [0.5, 183.0, 8300.0, 1.28e6].map(|ns| Unit::Time.show(ns));
        assert_eq!(shown, ["0.50 ns", "183 ns", "8.30 µs", "1.280 ms"]);
        assert_eq!([Unit::Bytes.show(16.0), Unit::Bytes.show(24e6)], ["16.0 B", "24.0 MB"]);
    }
}

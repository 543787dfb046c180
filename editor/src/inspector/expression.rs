//! Arithmetic in number fields: `2*3`, `(1 + 0.5) / 4`, `-pi`.

/// The value of an expression, or nothing if it is none. A unit behind the number is ignored.
pub fn evaluate(text: &str) -> Option<f64> {
    let mut parser = Parser { rest: text.trim() };
    let value = parser.sum()?;
    let unit = parser.rest.trim();
    unit.chars().all(|char| char.is_alphabetic() || "°%/²³".contains(char)).then_some(value)
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn take(&mut self, char: char) -> bool {
        self.rest = self.rest.trim_start();
        let found = self.rest.strip_prefix(char);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn sum(&mut self) -> Option<f64> {
        let mut value = self.product()?;
        loop {
            if self.take('+') {
                value += self.product()?;
            } else if self.take('-') || self.take('−') {
                value -= self.product()?;
            } else {
                return Some(value);
            }
        }
    }

    fn product(&mut self) -> Option<f64> {
        let mut value = self.factor()?;
        loop {
            if self.take('*') || self.take('×') {
                value *= self.factor()?;
            } else if self.rest.trim_start().starts_with('/') && self.divides() {
                value /= self.factor()?;
            } else {
                return Some(value);
            }
        }
    }

    /// A slash before a letter belongs to a unit such as `m/s`.
    fn divides(&mut self) -> bool {
        let after = self.rest.trim_start()[1..].trim_start();
        let number =
            after.starts_with(|char: char| char.is_ascii_digit() || "(.-".contains(char)) || after.starts_with("pi");
        number && self.take('/')
    }

    fn factor(&mut self) -> Option<f64> {
        if self.take('-') || self.take('−') {
            return self.factor().map(|value| -value);
        }
        if self.take('(') {
            let value = self.sum()?;
            return self.take(')').then_some(value);
        }
        if let Some(rest) = self.rest.strip_prefix("pi") {
            self.rest = rest;
            return Some(std::f64::consts::PI);
        }
        self.number()
    }

    fn number(&mut self) -> Option<f64> {
        let digits = |text: &str| text.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(text.len());
        let mut end = digits(self.rest);
        let exponent = self.rest[end..].strip_prefix(['e', 'E']);
        if let Some(exponent) = exponent {
            let sign = usize::from(exponent.starts_with(['-', '+']));
            let length = exponent[sign..].find(|char: char| !char.is_ascii_digit()).unwrap_or(exponent.len() - sign);
            if length > 0 {
                end += 1 + sign + length;
            }
        }
        let value = self.rest[..end].parse().ok()?;
        self.rest = &self.rest[end..];
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::evaluate;

    #[test]
    fn numbers_may_be_sums() {
        for (text, expected) in [
            ("2*3", Some(6.0)),
            ("1 + 2 * 3", Some(7.0)),
            ("(1 + 2) * -3", Some(-9.0)),
            ("1e-3", Some(0.001)),
            ("4 m", Some(4.0)),
            ("4 m/s", Some(4.0)),
            ("8/2/2", Some(2.0)),
            ("2 *", None),
            ("", None),
            ("—", None),
            ("1 2", None),
        ] {
            assert_eq!(evaluate(text), expected, "{text}");
        }
    }
}

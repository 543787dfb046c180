//! One call of an operator, and its text form: `entity.spawn name="Probe 1"`.

use playground_engine_types::{Value, text};

/// One call of an operator with its arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Invocation {
    /// The operator's id, such as `entity.spawn`.
    pub operator: String,
    /// The arguments in the order given.
    pub arguments: Vec<(String, Value)>,
}

/// Why a line is no invocation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvocationError {
    /// Nothing is on the line.
    #[error("an operator is missing; `operator.list` shows all of them")]
    Empty,
    /// An argument without `=`.
    #[error("`{word}` is no argument: write name=value, with double quotes around a value that has spaces")]
    NoEquals {
        /// The word.
        word: String,
    },
    /// A value that can't be read.
    #[error("the value of `{name}` can't be read: {cause}")]
    Value {
        /// The argument.
        name: String,
        /// What is wrong with it.
        cause: text::TextError,
    },
    /// A quote that is not closed.
    #[error("a double quote has no partner in `{line}`")]
    Quote {
        /// The line.
        line: String,
    },
}

impl Invocation {
    /// A call without arguments.
    pub fn new(operator: impl Into<String>) -> Self {
        Self { operator: operator.into(), arguments: Vec::new() }
    }

    /// The same call with one argument more.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: Value) -> Self {
        self.arguments.push((name.into(), value));
        self
    }

    /// The same call with a text argument more.
    #[must_use]
    pub fn text(self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.with(name, Value::Text(text.into()))
    }

    /// The same call about these entities, given by their stable numbers.
    #[must_use]
    pub fn entities(self, ids: &[u64]) -> Self {
        let ids = ids.iter().map(|id| Value::Int(i128::from(*id))).collect();
        self.with("entity", Value::List(ids))
    }

    /// Reads `operator name=value …`. Values are RON; a bare word or path is text.
    ///
    /// # Errors
    /// When the line is empty or an argument can't be read.
    pub fn parse(line: &str) -> Result<Self, InvocationError> {
        let words = split(line)?;
        let (operator, arguments) = words.split_first().ok_or(InvocationError::Empty)?;
        let arguments = arguments.iter().map(|word| argument(word)).collect::<Result<_, _>>()?;
        Ok(Self { operator: operator.clone(), arguments })
    }
}

impl std::fmt::Display for Invocation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.operator)?;
        self.arguments.iter().try_for_each(|(name, value)| write!(f, " {name}={}", text::write(value)))
    }
}

fn argument(word: &str) -> Result<(String, Value), InvocationError> {
    let (name, value) = word.split_once('=').ok_or_else(|| InvocationError::NoEquals { word: word.to_owned() })?;
    let value = match text::read(value) {
        // `name=Probe` and `path=assets/scenes/orbits.ron` are meant as text, though RON wants quotes around it.
        Ok(Value::Variant(..)) if !value.contains('(') => Value::Text(value.to_owned()),
        Ok(value) => value,
        Err(_) if !value.starts_with(['(', '[', '{', '"']) => Value::Text(value.to_owned()),
        Err(cause) => return Err(InvocationError::Value { name: name.to_owned(), cause }),
    };
    Ok((name.to_owned(), value))
}

/// Splits at spaces that are outside of quotes and brackets. Quotes around a whole value stay: RON reads them.
fn split(line: &str) -> Result<Vec<String>, InvocationError> {
    let (mut words, mut word, mut quoted, mut escaped, mut depth) = (Vec::new(), String::new(), false, false, 0_u32);
    for char in line.trim().chars() {
        match char {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth = depth.saturating_sub(1),
            char if char.is_whitespace() && !quoted && depth == 0 => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                continue;
            }
            _ => {}
        }
        word.push(char);
    }
    if quoted {
        return Err(InvocationError::Quote { line: line.to_owned() });
    }
    if !word.is_empty() {
        words.push(word);
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::Invocation;
    use playground_engine_types::Value;

    #[test]
    fn a_line_is_an_operator_and_its_arguments() {
        let call =
            Invocation::parse(r#"component.set entity=3 value=(1, -2.5, 0) name="a b" path=assets/a.ron kind=Cube"#)
                .expect("the line is right");
        assert_eq!(call.operator, "component.set");
        assert_eq!(call.arguments[0].1, Value::Int(3));
        assert_eq!(call.arguments[1].1, Value::List(vec![Value::Int(1), Value::F64(-2.5), Value::Int(0)]));
        assert_eq!(call.arguments[2].1, Value::Text("a b".into()));
        assert_eq!(call.arguments[3].1, Value::Text("assets/a.ron".into()));
        assert_eq!(call.arguments[4].1, Value::Text("Cube".into()));
    }

    #[test]
    fn what_is_shown_is_read_back() {
        let call = Invocation::new("entity.rename").entities(&[1, 2]).text("name", "it's \"here\"");
        assert_eq!(Invocation::parse(&call.to_string()), Ok(call));
    }

    #[test]
    fn mistakes_are_named() {
        for (line, part) in [
            ("", "operator is missing"),
            ("a b", "`b` is no argument"),
            ("a b=\"c", "no partner"),
            ("a b=(1", "line 1"),
        ] {
            let error = Invocation::parse(line).expect_err(line).to_string();
            assert!(error.contains(part), "{line}: {error}");
        }
    }
}

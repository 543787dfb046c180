//! Reading the command lines that `cargo -vv` prints.

/// A command as cargo prints it: variables, program, arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    /// Variables that are set for the program.
    pub variables: Vec<(String, String)>,
    /// The program.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
}

impl CommandLine {
    /// Reads `NAME=value … program argument …`, quoted as for a POSIX shell. `None` when a quote isn't closed or no
    /// program is there.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = split_words(text)?.into_iter().peekable();
        let mut variables = Vec::new();
        while let Some(pair) = words.peek().and_then(|word| variable(word)) {
            variables.push(pair);
            words.next();
        }
        Some(Self { variables, program: words.next()?, arguments: words.collect() })
    }

    /// The value of a variable.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The value of option `name`, given as `name value` or `name=value`; the first one.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options(name).next()
    }

    /// All values of option `name`.
    pub fn options<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        let next = self.arguments.iter().skip(1).map(Some).chain([None]);
        self.arguments.iter().zip(next).filter_map(move |(argument, next)| {
            if argument == name {
                return next.map(String::as_str);
            }
            argument.strip_prefix(name)?.strip_prefix('=')
        })
    }
}

fn variable(word: &str) -> Option<(String, String)> {
    let (name, value) = word.split_once('=')?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_name = !name.is_empty() && name.bytes().all(plain) && !name.as_bytes()[0].is_ascii_digit();
    is_name.then(|| (name.to_owned(), value.to_owned()))
}

/// Splits text into words as a POSIX shell would, without expanding anything.
#[must_use]
pub fn split_words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match character {
            ' ' | '\t' | '\n' => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next()? {
                        '\'' => break,
                        other => word.push(other),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next()? {
                        '"' => break,
                        '\\' => word.push(rest.next()?),
                        other => word.push(other),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(rest.next()?),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&[&str]>) {
        let expected = expected.map(|words| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert_eq!(split_words(text), expected, "{text}");
    }

    #[test]
    fn words_are_split_as_a_shell_does() {
        check("a b  c", Some(&["a", "b", "c"]));
        check("'a b' c'd'e ''", Some(&["a b", "cde", ""]));
        check(r"'it'\''s' a\ b", Some(&["it's", "a b"]));
        check("\"a \\\" b\" 'x\ny'", Some(&["a \" b", "x\ny"]));
        check("'open", None);
        check("", Some(&[]));
    }

    #[test]
    fn variables_come_before_the_program() {
        let line = "CARGO=/bin/cargo CARGO_PKG_DESCRIPTION='Bodies = fun' rustc --crate-name orbit --cfg 'feature=\"a\"' --emit=link";
        let command = CommandLine::parse(line).unwrap();
        assert_eq!(command.variable("CARGO_PKG_DESCRIPTION"), Some("Bodies = fun"));
        assert_eq!(command.program, "rustc");
        assert_eq!(command.option("--crate-name"), Some("orbit"));
        assert_eq!(command.option("--cfg"), Some("feature=\"a\""));
        assert_eq!(command.option("--emit"), Some("link"));
        assert_eq!(command.option("--out-dir"), None);
        assert_eq!(CommandLine::parse("A=1"), None);
    }
}

//! Rust source as the checks read it: its words and signs with their lines, without comments and without what strings
//! say.
//!
//! Knows as much of the grammar as telling those apart takes, and where an item that is only for tests ends.

/// What a token is, as far as a check cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A name or a keyword.
    Word,
    /// One sign. `::` is two of them.
    Sign,
    /// A string, character or number; its text is empty.
    Literal,
    /// `'a`, without its quote.
    Lifetime,
}

/// One token of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its text.
    pub text: String,
    /// The line it starts on, from 1.
    pub line: usize,
}

impl Token {
    /// Whether it is the name or keyword `word`.
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text == word
    }

    /// Whether it is the sign `sign`.
    pub fn is_sign(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }
}

/// The tokens of `text`.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { rest: text, line: 1, tokens: Vec::new() };
    while lexer.step() {}
    lexer.tokens
}

/// `tokens` without the items that stand under `#[cfg(test)]`, and empty if the whole file does.
pub fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if matches(&tokens[at..], "# ! [ cfg ( test ) ]") {
            return Vec::new();
        }
        if matches(&tokens[at..], "# [ cfg ( test ) ]") {
            at += 7;
            at += item_length(&tokens[at..]);
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

/// Whether `tokens` start with the words and signs of `pattern`, which are separated by spaces.
pub fn matches(tokens: &[Token], pattern: &str) -> bool {
    let mut tokens = tokens.iter();
    pattern.split(' ').all(|expected| tokens.next().is_some_and(|token| token.text == expected))
}

/// How many tokens the item at the start has: up to the end of its first block, or its semicolon outside brackets.
fn item_length(tokens: &[Token]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => {
                depth = depth.saturating_sub(1);
                if depth == 0 && token.text == "}" {
                    return at + 1;
                }
            }
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    /// Takes one token, comment or space; false at the end.
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else { return false };
        if first.is_whitespace() {
            self.take(None, first.len_utf8());
        } else if self.rest.starts_with("//") {
            self.take(None, self.rest.find('\n').unwrap_or(self.rest.len()));
        } else if self.rest.starts_with("/*") {
            self.take(None, block_comment(self.rest));
        } else if let Some(length) = string(self.rest) {
            self.take(Some(Kind::Literal), length);
        } else if first == '\'' {
            self.quote();
        } else if first.is_ascii_digit() {
            let end = |c: char| !(c.is_alphanumeric() || c == '_');
            self.take(Some(Kind::Literal), self.rest.find(end).unwrap_or(self.rest.len()));
        } else if self.rest.starts_with("r#") {
            // A raw name is the same name; `r#"` was a string above.
            self.take(None, 2);
        } else if is_name_start(first) {
            self.take(Some(Kind::Word), name_length(self.rest));
        } else {
            self.take(Some(Kind::Sign), first.len_utf8());
        }
        true
    }

    fn take(&mut self, kind: Option<Kind>, length: usize) {
        let (text, rest) = self.rest.split_at(length);
        if let Some(kind) = kind {
            let text = match kind {
                Kind::Literal => String::new(),
                Kind::Lifetime => text[1..].to_owned(),
                Kind::Word | Kind::Sign => text.to_owned(),
            };
            self.tokens.push(Token { kind, text, line: self.line });
        }
        self.line += text.matches('\n').count();
        self.rest = rest;
    }

    /// A quote starts a character, `'a'`, or a lifetime, `'a`.
    fn quote(&mut self) {
        let mut chars = self.rest[1..].chars();
        let (inner, after) = (chars.next(), chars.next());
        match inner {
            Some('\\') => {
                // The escaped character may itself be a quote.
                let escaped = 2 + after.map_or(0, char::len_utf8);
                let close = self.rest[escaped..].find('\'').map_or(self.rest.len(), |at| escaped + at + 1);
                self.take(Some(Kind::Literal), close);
            }
            Some(c) if after == Some('\'') => self.take(Some(Kind::Literal), 2 + c.len_utf8()),
            Some(c) if is_name_start(c) => self.take(Some(Kind::Lifetime), 1 + name_length(&self.rest[1..])),
            _ => self.take(Some(Kind::Sign), 1),
        }
    }
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn name_length(text: &str) -> usize {
    text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len())
}

/// The length of the block comment that `text` starts with; they nest.
fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    let bytes = text.as_bytes();
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// The length of the string literal that `text` starts with, if it starts with one.
fn string(text: &str) -> Option<usize> {
    let prefix = ["br", "cr", "r", "b", "c", ""].into_iter().find(|prefix| {
        text.strip_prefix(prefix).is_some_and(|rest| {
            rest.starts_with('"') || (prefix.ends_with('r') && rest.trim_start_matches('#').starts_with('"'))
        })
    })?;
    let rest = &text[prefix.len()..];
    if prefix.ends_with('r') {
        let hashes = rest.len() - rest.trim_start_matches('#').len();
        let close = format!("\"{}", "#".repeat(hashes));
        let body = prefix.len() + hashes + 1;
        return Some(text[body..].find(&close).map_or(text.len(), |at| body + at + close.len()));
    }
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(prefix.len() + at + 1),
            _ => {}
        }
    }
    Some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &str) {
        let shown: Vec<String> = tokens(source)
            .into_iter()
            .map(|token| match token.kind {
                Kind::Literal => "_".to_owned(),
                Kind::Lifetime => format!("'{}", token.text),
                Kind::Word | Kind::Sign => token.text,
            })
            .collect();
        assert_eq!(shown.join(" "), expected, "{source}");
    }

    #[test]
    fn comments_are_left_out() {
        check("a // unsafe\nb /* dyn /* Any */ dyn */ c", "a b c");
        check("/// unsafe\n//! dyn\nfn a() {}", "fn a ( ) { }");
    }

    #[test]
    fn strings_say_nothing() {
        check(r#"a("unsafe \" dyn", b"dyn", c"x")"#, "a ( _ , _ , _ )");
        check(r###"r#"dyn " unsafe"# r"dyn" br##"x"# y"## z"###, "_ _ _ z");
        check(r##"b'\'' 'x' '\'' '"' '\u{41}' dyn"##, "b _ _ _ _ _ dyn");
    }

    #[test]
    fn quotes_of_lifetimes_are_no_characters() {
        check("fn a<'a>(x: &'a str, y: &'static dyn F) {}", "fn a < 'a > ( x : & 'a str , y : & 'static dyn F ) { }");
        check("'outer: loop { break 'outer }", "'outer : loop { break 'outer }");
    }

    #[test]
    fn names_and_numbers() {
        check("r#type 1_000u64 0x1f a1 1.5 0..=3", "type _ _ a1 _ . _ _ . . = _");
    }

    #[test]
    fn lines_are_counted_through_everything() {
        let found = tokens("a\n/* x\n y */ b \"\n\n\" c\n// d\ne");
        let lines: Vec<usize> = found.iter().map(|token| token.line).collect();
        assert_eq!(lines, [1, 3, 3, 5, 7]);
    }

    #[test]
    fn items_for_tests_are_cut() {
        let cut = |source: &str| {
            without_tests(&tokens(source)).iter().map(|token| token.text.clone()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(cut("a; #[cfg(test)] mod tests { fn b() {} } c"), "a ; c");
        assert_eq!(cut("#[cfg(test)] #[path = \"x.rs\"] mod tests; c"), "c");
        assert_eq!(cut("#[cfg(test)] fn a(x: [u8; 2]) -> u8 { x[0] } c"), "c");
        assert_eq!(cut("#![cfg(test)] fn a() {}"), "");
    }
}

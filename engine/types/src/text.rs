//! Values as text in RON, written the same way every time and read with the place of every mistake.
//!
//! The `ron` crate reads into types that are known beforehand; a scene also holds components whose module is not
//! loaded, so values are read here without a type, variants included, and fitted to their types afterwards.
//! Grammar: <https://github.com/ron-rs/ron/blob/master/docs/grammar.md>, without raw strings and extensions.

use crate::{Entity, Value};
use std::fmt::Write;

/// Deeper nesting than this is refused, so that a hostile file can't exhaust the stack.
pub const MAX_DEPTH: usize = 64;

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct TextError {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

/// The value as RON on one line.
pub fn write(value: &Value) -> String {
    let mut out = String::new();
    write_to(value, &mut out);
    out
}

/// Appends the value as RON on one line.
pub fn write_to(value: &Value, out: &mut String) {
    match value {
        Value::Unit => out.push_str("()"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Int(value) => push(out, format_args!("{value}")),
        Value::F32(value) => write_float(out, f64::from(*value), format_args!("{value:?}")),
        Value::F64(value) => write_float(out, *value, format_args!("{value:?}")),
        Value::Text(text) => write_text(text, out),
        Value::List(items) => write_items(out, ('[', ']'), items, |out, item| write_to(item, out)),
        Value::Struct(fields) => write_items(out, ('(', ')'), fields, |out, (name, value)| {
            out.push_str(name);
            out.push_str(": ");
            write_to(value, out);
        }),
        Value::Map(pairs) => write_items(out, ('{', '}'), pairs, |out, (key, value)| {
            write_to(key, out);
            out.push_str(": ");
            write_to(value, out);
        }),
        Value::Variant(name, fields) => {
            out.push_str(name);
            match &**fields {
                Value::Unit => {}
                Value::List(items) => write_items(out, ('(', ')'), items, |out, item| write_to(item, out)),
                fields => write_to(fields, out),
            }
        }
        Value::None => out.push_str("None"),
        Value::Some(inner) => {
            out.push_str("Some(");
            write_to(inner, out);
            out.push(')');
        }
        Value::Entity(Entity::NONE) => out.push_str("Entity(none)"),
        Value::Entity(entity) => push(out, format_args!("Entity({})", entity.bits())),
    }
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a string can't fail");
}

/// RON's names for the values that have no digits.
fn write_float(out: &mut String, value: f64, digits: std::fmt::Arguments<'_>) {
    if value.is_nan() {
        out.push_str("NaN");
    } else if value.is_infinite() {
        out.push_str(if value > 0.0 { "inf" } else { "-inf" });
    } else {
        push(out, digits);
    }
}

fn write_items<T>(out: &mut String, (open, close): (char, char), items: &[T], each: impl Fn(&mut String, &T)) {
    out.push(open);
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        each(out, item);
    }
    out.push(close);
}

/// Appends the text in quotes, so that it stays on one line.
pub fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            char if char.is_control() => push(out, format_args!("\\u{{{:x}}}", u32::from(char))),
            char => out.push(char),
        }
    }
    out.push('"');
}

/// Reads one value; nothing but space and comments may follow.
///
/// # Errors
/// With line and column of the first mistake.
pub fn read(text: &str) -> Result<Value, TextError> {
    let mut reader = Reader::new(text);
    let value = reader.value()?;
    reader.end()?;
    Ok(value)
}

/// Reads RON piece by piece, keeping track of the place.
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    counted: Counted,
}

/// How far lines were counted, so that asking for many places reads the text once.
#[derive(Clone, Copy)]
struct Counted {
    upto: usize,
    line: usize,
    line_start: usize,
}

impl<'a> Reader<'a> {
    /// A reader at the start of `text`.
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0, counted: Counted { upto: 0, line: 1, line_start: 0 } }
    }

    /// The byte offset after the last thing read and the space behind it.
    ///
    /// # Errors
    /// When a comment has no end.
    pub fn offset(&mut self) -> Result<usize, TextError> {
        self.space()?;
        Ok(self.at)
    }

    /// Line and column of what comes next.
    ///
    /// # Errors
    /// When a comment has no end.
    pub fn place(&mut self) -> Result<(usize, usize), TextError> {
        self.space()?;
        let passed = &self.text[self.counted.upto..self.at];
        if let Some(last) = passed.rfind('\n') {
            self.counted.line += passed.matches('\n').count();
            self.counted.line_start = self.counted.upto + last + 1;
        }
        self.counted.upto = self.at;
        Ok((self.counted.line, self.text[self.counted.line_start..self.at].chars().count() + 1))
    }

    /// The error `message` at byte `at`.
    pub fn error_at(&self, at: usize, message: impl Into<String>) -> TextError {
        let before = &self.text[..at.min(self.text.len())];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        TextError { line, column, message: message.into() }
    }

    fn error(&self, message: impl Into<String>) -> TextError {
        self.error_at(self.at, message)
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn space(&mut self) -> Result<(), TextError> {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if trimmed.starts_with("//") {
                self.at += trimmed.find('\n').unwrap_or(trimmed.len());
            } else if trimmed.starts_with("/*") {
                let end = trimmed.find("*/").ok_or_else(|| self.error("this comment has no end"))?;
                self.at += end + 2;
            } else {
                return Ok(());
            }
        }
    }

    /// Takes `char` if it is next.
    ///
    /// # Errors
    /// When a comment has no end.
    pub fn take(&mut self, char: char) -> Result<bool, TextError> {
        self.space()?;
        let found = self.rest().starts_with(char);
        if found {
            self.at += char.len_utf8();
        }
        Ok(found)
    }

    /// Takes `char`, which must be next; `after` says where for the message.
    ///
    /// # Errors
    /// When something else is next.
    pub fn expect(&mut self, char: char, after: &str) -> Result<(), TextError> {
        if self.take(char)? {
            return Ok(());
        }
        let found = self.rest().chars().next().map_or("the end of the text".to_owned(), |next| format!("`{next}`"));
        Err(self.error(format!("`{char}` is missing {after}, here is {found}")))
    }

    /// Fails unless only space and comments are left.
    ///
    /// # Errors
    /// With the place of what follows.
    pub fn end(&mut self) -> Result<(), TextError> {
        self.space()?;
        if self.rest().is_empty() { Ok(()) } else { Err(self.error("the text goes on after its value")) }
    }

    /// Reads the next value.
    ///
    /// # Errors
    /// With the place of the mistake.
    pub fn value(&mut self) -> Result<Value, TextError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error(format!("nested deeper than {MAX_DEPTH} levels")));
        }
        self.space()?;
        let value = match self.rest().chars().next() {
            None => Err(self.error("a value is missing, here is the end of the text")),
            Some('"') => self.text().map(Value::Text),
            Some('(') => self.parens(),
            Some('[') => {
                self.at += 1;
                self.items(']').map(Value::List)
            }
            Some('{') => self.map(),
            Some(char) if char.is_ascii_digit() || matches!(char, '-' | '+' | '.') => self.number(),
            Some(char) if char.is_alphabetic() || char == '_' => self.word(),
            Some(char) => Err(self.error(format!("a value can't start with `{char}`"))),
        };
        self.depth -= 1;
        value
    }

    /// Takes a name, if one is next.
    pub fn identifier(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let len = rest.find(|char: char| !char.is_alphanumeric() && char != '_').unwrap_or(rest.len());
        if len == 0 || rest.starts_with(|char: char| char.is_ascii_digit()) {
            return None;
        }
        self.at += len;
        Some(&rest[..len])
    }

    fn word(&mut self) -> Result<Value, TextError> {
        let start = self.at;
        let name = self.identifier().ok_or_else(|| self.error("a name is missing"))?;
        Ok(match name {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "None" => Value::None,
            "inf" => Value::F64(f64::INFINITY),
            "NaN" => Value::F64(f64::NAN),
            "Some" => {
                self.expect('(', "after Some")?;
                let inner = self.value()?;
                self.take(',')?;
                self.expect(')', "after the value in Some")?;
                Value::Some(Box::new(inner))
            }
            "Entity" => {
                self.expect('(', "after Entity")?;
                self.space()?;
                let entity = if self.rest().starts_with("none") {
                    self.at += 4;
                    Entity::NONE
                } else {
                    match self.number()? {
                        Value::Int(bits) => Entity::from_bits(
                            u64::try_from(bits).map_err(|_| self.error_at(start, "this is no entity number"))?,
                        ),
                        _ => return Err(self.error_at(start, "this is no entity number")),
                    }
                };
                self.expect(')', "after the entity's number")?;
                Value::Entity(entity)
            }
            name => {
                let fields = if self.rest().starts_with('(') { self.parens()? } else { Value::Unit };
                Value::Variant(name.to_owned(), Box::new(fields))
            }
        })
    }

    /// `()`, a tuple or named fields.
    fn parens(&mut self) -> Result<Value, TextError> {
        self.at += 1;
        if self.take(')')? {
            return Ok(Value::Unit);
        }
        let start = self.at;
        if self.identifier().is_some() {
            let named = self.take(':')?;
            self.at = start;
            if named {
                return self.fields();
            }
        }
        self.items(')').map(Value::List)
    }

    fn fields(&mut self) -> Result<Value, TextError> {
        let mut fields: Vec<(String, Value)> = Vec::new();
        while !self.take(')')? {
            let start = self.at;
            let name = self.identifier().ok_or_else(|| self.error("a field's name is missing"))?;
            if fields.iter().any(|(known, _)| known == name) {
                return Err(self.error_at(start, format!("the field `{name}` is given twice")));
            }
            self.expect(':', &format!("after `{name}`"))?;
            fields.push((name.to_owned(), self.value()?));
            if !self.take(',')? {
                self.expect(')', "after the last field")?;
                break;
            }
        }
        Ok(Value::Struct(fields))
    }

    fn items(&mut self, close: char) -> Result<Vec<Value>, TextError> {
        let mut items = Vec::new();
        while !self.take(close)? {
            items.push(self.value()?);
            if !self.take(',')? {
                self.expect(close, "after the last value")?;
                break;
            }
        }
        Ok(items)
    }

    fn map(&mut self) -> Result<Value, TextError> {
        self.at += 1;
        let mut pairs = Vec::new();
        while !self.take('}')? {
            let key = self.value()?;
            self.expect(':', "after a key")?;
            pairs.push((key, self.value()?));
            if !self.take(',')? {
                self.expect('}', "after the last pair")?;
                break;
            }
        }
        Ok(Value::Map(pairs))
    }

    fn number(&mut self) -> Result<Value, TextError> {
        self.space()?;
        let rest = self.rest();
        if let Some(word) = ["-inf", "+inf"].iter().find(|word| rest.starts_with(**word)) {
            self.at += word.len();
            return Ok(Value::F64(if word.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY }));
        }
        let len = rest.find(|char: char| !char.is_ascii_alphanumeric() && !"+-._".contains(char)).unwrap_or(rest.len());
        let digits = rest[..len].replace('_', "");
        let value = match digits.parse::<i128>() {
            Ok(whole) => Value::Int(whole),
            Err(_) => match digits.parse::<f64>() {
                Ok(number) if digits.bytes().any(|byte| byte.is_ascii_digit()) => Value::F64(number),
                _ => return Err(self.error(format!("`{}` is no number", &rest[..len.max(1)]))),
            },
        };
        self.at += len;
        Ok(value)
    }

    fn text(&mut self) -> Result<String, TextError> {
        let start = self.at;
        self.at += 1;
        let mut out = String::new();
        let mut chars = self.rest().char_indices();
        while let Some((offset, char)) = chars.next() {
            match char {
                '"' => {
                    self.at += offset + 1;
                    return Ok(out);
                }
                '\\' => match chars.next() {
                    Some((_, 'n')) => out.push('\n'),
                    Some((_, 'r')) => out.push('\r'),
                    Some((_, 't')) => out.push('\t'),
                    Some((_, '0')) => out.push('\0'),
                    Some((_, char @ ('"' | '\\' | '\''))) => out.push(char),
                    Some((_, 'u')) => {
                        let bad = || self.error_at(self.at + offset, "`\\u` needs a character's number, as in \\u{e9}");
                        let hex: String = chars
                            .by_ref()
                            .map(|(_, char)| char)
                            .skip_while(|char| *char == '{')
                            .take_while(|char| *char != '}')
                            .collect();
                        let char = u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32).ok_or_else(bad)?;
                        out.push(char);
                    }
                    _ => return Err(self.error_at(self.at + offset, "this is no escape sequence")),
                },
                char => out.push(char),
            }
        }
        Err(self.error_at(start, "this text has no closing quote"))
    }
}

#[cfg(test)]
mod tests {
    use super::{read, write};
    use crate::{Entity, Value};

    #[track_caller]
    fn check(text: &str, expected: Value) {
        assert_eq!(read(text).expect(text), expected);
    }

    #[test]
    fn every_kind_of_value_is_read() {
        check("7", Value::Int(7));
        check("-1.5e3", Value::F64(-1500.0));
        check("\"a\\n\\u{e9}\\\"\"", Value::Text("a\né\"".into()));
        check("(1, 2)", Value::List(vec![Value::Int(1), Value::Int(2)]));
        check(
            "( a: 1, /* b */ c: None, ) // end",
            Value::Struct(vec![("a".into(), Value::Int(1)), ("c".into(), Value::None)]),
        );
        check("Sphere", Value::Variant("Sphere".into(), Box::new(Value::Unit)));
        check(
            "Disc(radius: 2)",
            Value::Variant("Disc".into(), Box::new(Value::Struct(vec![("radius".into(), Value::Int(2))]))),
        );
        check(
            "{\"a\": Some(true)}",
            Value::Map(vec![(Value::Text("a".into()), Value::Some(Box::new(Value::Bool(true))))]),
        );
        check("Entity(12)", Value::Entity(Entity::from_bits(12)));
        check("Entity(none)", Value::Entity(Entity::NONE));
    }

    #[test]
    fn what_is_written_is_read_back() {
        for text in ["(a: 0.1, b: [1, 2], c: Wide(x: -inf))", "Some(None)", "\"tab\\t\"", "Entity(4294967303)"] {
            assert_eq!(write(&read(text).expect(text)), text);
        }
        assert_eq!(write(&Value::F32(0.1)), "0.1");
    }

    #[test]
    fn mistakes_have_a_place() {
        #[track_caller]
        fn fails(text: &str, expected: &str) {
            assert_eq!(read(text).expect_err(text).to_string(), expected);
        }
        fails("(a: 1,\n  b 2)", "line 2, column 5: `:` is missing after `b`, here is `2`");
        fails("\"abc", "line 1, column 1: this text has no closing quote");
        fails("1 2", "line 1, column 3: the text goes on after its value");
        fails("(a: 1, a: 2)", "line 1, column 8: the field `a` is given twice");
        fails("-", "line 1, column 1: `-` is no number");
        assert!(read(&"[".repeat(100_000)).expect_err("too deep").message.contains("nested deeper"));
    }
}

//! A hash of what Rust source means to the compiler: its tokens, without comments, documentation, tests and spacing.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use xxhash_rust::xxh3::Xxh3;

/// Feeds the tokens of `source` into `hasher`.
///
/// Source that can't be split into tokens is hashed as bytes: the compiler is about to say what is wrong with it.
pub fn hash_source(hasher: &mut Xxh3, source: &str) {
    match source.parse::<TokenStream>() {
        Ok(stream) => hash_stream(hasher, stream),
        Err(_) => hasher.update(source.as_bytes()),
    }
}

fn hash_stream(hasher: &mut Xxh3, stream: TokenStream) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match attribute(&tokens[at..]) {
            Some((Attribute::Doc, length)) => at += length,
            Some((Attribute::TestOnly, length)) => at += length + item_length(&tokens[at + length..]),
            Some((Attribute::Other, _)) | None => {
                hash_token(hasher, &tokens[at]);
                at += 1;
            }
        }
    }
}

fn hash_token(hasher: &mut Xxh3, token: &TokenTree) {
    match token {
        TokenTree::Group(group) => {
            hasher.update(match group.delimiter() {
                Delimiter::Parenthesis => b"(",
                Delimiter::Brace => b"{",
                Delimiter::Bracket => b"[",
                Delimiter::None => b"<",
            });
            hash_stream(hasher, group.stream());
            hasher.update(b")");
        }
        // Spacing of punctuation is left out: it differs between `a: :b` and `a::b`, of which one doesn't compile, and
        // between `x=-1` and `x = -1`, which mean the same.
        other => hasher.update(other.to_string().as_bytes()),
    }
    hasher.update(b"\0");
}

enum Attribute {
    Doc,
    TestOnly,
    Other,
}

/// The attribute that `tokens` start with, and how many tokens it is.
fn attribute(tokens: &[TokenTree]) -> Option<(Attribute, usize)> {
    let is_punct = |at: usize, sign: char| matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == sign);
    if !is_punct(0, '#') {
        return None;
    }
    let body = if is_punct(1, '!') { 2 } else { 1 };
    let Some(TokenTree::Group(group)) = tokens.get(body) else { return None };
    if group.delimiter() != Delimiter::Bracket {
        return None;
    }
    let text: String = group.stream().into_iter().map(|token| token.to_string()).collect();
    let kind = match text.as_str() {
        "cfg(test)" if body == 1 => Attribute::TestOnly,
        text if text == "doc" || text.starts_with("doc=") || text.starts_with("doc(") => Attribute::Doc,
        _ => Attribute::Other,
    };
    Some((kind, body + 1))
}

/// How many tokens the item at the start of `tokens` has: up to its body or its semicolon.
fn item_length(tokens: &[TokenTree]) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    };
    tokens.iter().position(ends).map_or(tokens.len(), |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(source: &str) -> u64 {
        let mut hasher = Xxh3::new();
        hash_source(&mut hasher, source);
        hasher.digest()
    }

    #[test]
    fn what_people_read_changes_nothing() {
        let plain = "pub trait View { fn spawn(&self, x: f32) -> u64; }";
        let same = [
            "pub trait View{fn spawn(&self,x:f32)->u64;}",
            "//! Module.\n/// A view.\npub trait View {\n    /// Spawns.\n    fn spawn(&self, x: f32) -> u64; // one\n}",
            "/* note */ #[doc = \"View\"] #[doc(hidden)] pub trait View { fn spawn(&self, x: f32) -> u64; }",
            "pub trait View { fn spawn(&self, x: f32) -> u64; }\n#[cfg(test)]\nmod tests { fn a() { 1; } }",
            "#[cfg(test)] #[path = \"a.rs\"] mod tests; pub trait View { fn spawn(&self, x: f32) -> u64; }",
        ];
        for source in same {
            assert_eq!(hash(source), hash(plain), "{source}");
        }
    }

    #[test]
    fn what_the_compiler_reads_changes_it() {
        let plain = "pub trait View { fn spawn(&self, x: f32) -> u64; }";
        let others = [
            "pub trait View { fn spawn(&self, x: f64) -> u64; }",
            "pub trait View { fn spawn(&self, y: f32) -> u64; }",
            "pub trait View { fn spawn(&self, x: f32) -> u64; fn count(&self) -> u64; }",
            "#[non_exhaustive] pub trait View { fn spawn(&self, x: f32) -> u64; }",
            "pub trait View { fn spawn(&self, x: f32) -> u64 }",
            "pub trait View { fn spawn(&self, x: \"f32) -> u64; }",
        ];
        for source in others {
            assert_ne!(hash(source), hash(plain), "{source}");
        }
        assert_ne!(hash("a b"), hash("ab"));
        assert_ne!(hash("(a) b"), hash("(a b)"));
    }
}

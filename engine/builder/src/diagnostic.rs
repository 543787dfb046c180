//! Compiler messages, with the place to click.

use cargo_metadata::diagnostic::{Diagnostic as RustcDiagnostic, DiagnosticLevel};
use std::path::{Path, PathBuf};

/// One message of the compiler or the linker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub level: Level,
    /// What is wrong, in a line or two.
    pub message: String,
    /// The compiler's code, for example `E0308` or `unused_variables`.
    pub code: Option<String>,
    /// The package, when it is known.
    pub package: Option<String>,
    /// The file, absolute.
    pub file: Option<PathBuf>,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The column in characters, from 1.
    pub column: Option<usize>,
    /// The message as the compiler prints it, without colours.
    pub rendered: String,
}

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Only informs.
    Note,
    /// The build goes on.
    Warning,
    /// The build fails.
    Error,
}

impl Diagnostic {
    /// `None` for the compiler's closing lines ("aborting due to 2 previous errors"), which say nothing new.
    pub(crate) fn from_rustc(found: &RustcDiagnostic, package: Option<&str>, root: &Path) -> Option<Self> {
        let level = match found.level {
            DiagnosticLevel::Error | DiagnosticLevel::Ice => Level::Error,
            DiagnosticLevel::Warning => Level::Warning,
            _ => Level::Note,
        };
        if found.spans.is_empty() && found.code.is_none() && is_closing_line(&found.message) {
            return None;
        }
        let span = found.spans.iter().find(|span| span.is_primary).or(found.spans.first());
        Some(Self {
            level,
            message: link_failure(found).unwrap_or_else(|| found.message.clone()),
            code: found.code.as_ref().map(|code| code.code.clone()),
            package: package.map(str::to_owned),
            file: span.map(|span| root.join(&span.file_name)),
            line: span.map(|span| span.line_start),
            column: span.map(|span| span.column_start),
            rendered: found.rendered.clone().unwrap_or_else(|| found.message.clone()),
        })
    }
}

fn is_closing_line(message: &str) -> bool {
    message.starts_with("aborting due to")
        || message.ends_with("warning emitted")
        || message.ends_with("warnings emitted")
}

/// A linker's own words instead of the command line that rustc prints, and what to do.
fn link_failure(found: &RustcDiagnostic) -> Option<String> {
    if !(found.message.starts_with("linking with") || found.message.starts_with("linker ")) {
        return None;
    }
    let notes = found.children.iter().map(|child| child.message.as_str());
    let says = |line: &&str| {
        ["error:", "undefined", "cannot find", "unable to find", "multiple definition", "duplicate symbol"]
            .iter()
            .any(|part| line.contains(part))
    };
    let lines: Vec<&str> =
        notes.flat_map(str::lines).map(str::trim).filter(|line| line.len() < 400).filter(says).take(4).collect();
    let text = if lines.is_empty() { found.message.clone() } else { lines.join("\n") };
    let remedy = if text.contains("unable to find library") || text.contains("cannot find -l") {
        "install the library that is named (its development package), or correct its name in #[link] or build.rs"
    } else if text.contains("undefined") {
        "define the symbol that is named, or link the library that has it"
    } else if text.contains("not found") {
        "install a C linker, for example the package gcc"
    } else {
        "the full message has the details"
    };
    Some(format!("linking failed: {text}\n{remedy}"))
}

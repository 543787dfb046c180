//! A pool as text for other programs: CSV and JSON.

use super::{error::EcsError, storage::Storage};
use playground_engine_types::{ComponentId, Value, text};
use std::fmt::Write;

/// How a pool is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// A head line, then one line per entity: its number, then each field. What is no number, truth value or text is
    /// written as in scenes. Lines end as RFC 4180 wants it, with CR LF.
    Csv,
    /// A list with one object per entity: `entity`, its number, and `fields`.
    Json,
}

impl Storage {
    /// All components of a type as text, in the order of the entities' numbers.
    ///
    /// # Errors
    /// When there is no such component.
    pub fn export(&self, id: ComponentId, format: ExportFormat) -> Result<String, EcsError> {
        let number = self.known_pool(id)?;
        let pool = &self.pools[number as usize];
        let mut rows: Vec<_> = self.holders(number).collect();
        rows.sort_unstable();
        let rows = rows.into_iter().map(|(entity, place)| (entity.bits(), pool.value(place)));
        let mut out = String::new();
        match format {
            ExportFormat::Csv => {
                out.push_str("entity");
                for field in pool.info().schema.fields() {
                    out.push(',');
                    cell(field.name, &mut out);
                }
                out.push_str("\r\n");
                for (entity, value) in rows {
                    let _ = write!(out, "{entity}");
                    let Value::Struct(fields) = value else { continue };
                    for (_, field) in fields {
                        out.push(',');
                        match field {
                            Value::Text(text) => cell(&text, &mut out),
                            other => cell(&text::write(&other), &mut out),
                        }
                    }
                    out.push_str("\r\n");
                }
            }
            ExportFormat::Json => {
                let rows = rows.map(|(entity, value)| {
                    let entity = ("entity".to_owned(), Value::Int(i128::from(entity)));
                    Value::Struct(vec![entity, ("fields".to_owned(), value)])
                });
                let all = Value::List(rows.collect());
                out = serde_json::to_string_pretty(&all).expect("the keys of a value are texts");
                out.push('\n');
            }
        }
        Ok(out)
    }
}

/// One cell of a line, quoted if it has to be. Source: RFC 4180.
fn cell(text: &str, out: &mut String) {
    if !text.contains([',', '"', '\r', '\n']) {
        out.push_str(text);
        return;
    }
    out.push('"');
    out.push_str(&text.replace('"', "\"\""));
    out.push('"');
}

//! A value of any component or field as a tree: what the inspector, scenes, undo and the command line share.

use crate::{Entity, Reflect};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// A value without its Rust type.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing, `()`.
    Unit,
    /// A truth value.
    Bool(bool),
    /// A whole number of any width.
    Int(i128),
    /// A single-precision number, kept apart so that its shortest decimal form is its own.
    F32(f32),
    /// A double-precision number.
    F64(f64),
    /// Text.
    Text(String),
    /// A list, an array, a tuple or a vector.
    List(Vec<Value>),
    /// Named fields in their order.
    Struct(Vec<(String, Value)>),
    /// A variant of an enum with its fields: `Unit`, `List` or `Struct`.
    Variant(String, Box<Value>),
    /// Pairs in their order.
    Map(Vec<(Value, Value)>),
    /// An absent optional.
    None,
    /// A present optional.
    Some(Box<Value>),
    /// An entity.
    Entity(Entity),
}

/// Why a value does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Another kind of value is needed.
    #[error("{expected} is needed, this is {found}")]
    Kind {
        /// What is needed.
        expected: String,
        /// What was given.
        found: String,
    },
    /// The number does not fit.
    #[error("{value} does not fit into {ty}")]
    Range {
        /// The number.
        value: String,
        /// The type.
        ty: &'static str,
    },
    /// No such field.
    #[error("there is no field `{field}` in {ty}; it has {known}")]
    Field {
        /// The field asked for.
        field: String,
        /// The type asked.
        ty: String,
        /// The fields it has.
        known: String,
    },
    /// No such variant.
    #[error("there is no variant `{variant}` in {ty}; it has {known}")]
    Variant {
        /// The variant asked for.
        variant: String,
        /// The enum asked.
        ty: String,
        /// The variants it has.
        known: String,
    },
    /// A list of another length.
    #[error("{expected} values are needed, these are {found}")]
    Length {
        /// How many are needed.
        expected: usize,
        /// How many were given.
        found: usize,
    },
    /// The field path can't be read.
    #[error("the field path `{path}` is not a chain like `a.b[2]`")]
    Path {
        /// The path.
        path: String,
    },
    /// Something inside is wrong.
    #[error("{field}: {cause}")]
    Inside {
        /// The field it is in.
        field: String,
        /// What is wrong there.
        cause: Box<ValueError>,
    },
    /// Another reason, in words.
    #[error("{0}")]
    Other(String),
}

impl From<&str> for ValueError {
    fn from(cause: &str) -> Self {
        Self::Other(cause.to_owned())
    }
}

impl From<String> for ValueError {
    fn from(cause: String) -> Self {
        Self::Other(cause)
    }
}

impl ValueError {
    /// The same error, found inside `field`.
    pub fn inside(self, field: &str) -> Self {
        match self {
            Self::Inside { field: inner, cause } => Self::Inside { field: format!("{field}.{inner}"), cause },
            cause => Self::Inside { field: field.to_owned(), cause: Box::new(cause) },
        }
    }
}

impl Value {
    /// The kind of value, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Unit => "nothing",
            Value::Bool(_) => "a truth value",
            Value::Int(_) => "a whole number",
            Value::F32(_) | Value::F64(_) => "a number",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Struct(_) => "a struct",
            Value::Variant(..) => "a variant",
            Value::Map(_) => "a map",
            Value::None => "None",
            Value::Some(_) => "Some",
            Value::Entity(_) => "an entity",
        }
    }

    /// The error that `expected` is needed instead of this.
    pub fn mismatch(&self, expected: impl Into<String>) -> ValueError {
        let found = match self {
            Value::Bool(_) | Value::Int(_) | Value::F32(_) | Value::F64(_) | Value::Text(_) => {
                format!("{} ({})", self.kind(), crate::text::write(self))
            }
            _ => self.kind().to_owned(),
        };
        ValueError::Kind { expected: expected.into(), found }
    }

    /// What is at `path`, a chain of fields and indices such as `orbit.colors[2].x`. An empty path is the whole.
    ///
    /// # Errors
    /// When the path can't be read or leads nowhere.
    pub fn at(&self, path: &str) -> Result<&Value, ValueError> {
        segments(path)?.iter().try_fold(self, |value, segment| value.child(segment))
    }

    /// What is at `path`, as a type.
    ///
    /// ```
    /// use playground_engine_types::Value;
    ///
    /// let old = Value::Struct(vec![("angle".to_owned(), Value::F32(90.0))]);
    /// let angle: f32 = old.read("angle").unwrap();
    /// assert_eq!(angle, 90.0);
    /// ```
    ///
    /// # Errors
    /// When the path leads nowhere, or to what does not fit; the error names the field.
    pub fn read<T: Reflect>(&self, path: &str) -> Result<T, ValueError> {
        let found = self.at(path)?;
        T::from_value(found).map_err(|cause| if path.is_empty() { cause } else { cause.inside(path) })
    }

    /// What is at `path`, to change it.
    ///
    /// # Errors
    /// When the path can't be read or leads nowhere.
    pub fn at_mut(&mut self, path: &str) -> Result<&mut Value, ValueError> {
        segments(path)?.iter().try_fold(self, |value, segment| value.child_mut(segment))
    }

    fn child(&self, segment: &str) -> Result<&Value, ValueError> {
        let index = self.child_index(segment)?;
        Ok(match self {
            Value::Struct(fields) => &fields[index].1,
            Value::List(items) => &items[index],
            Value::Variant(_, inner) | Value::Some(inner) => return inner.child(segment),
            other => return Err(other.mismatch(format!("something with a field `{segment}`"))),
        })
    }

    fn child_mut(&mut self, segment: &str) -> Result<&mut Value, ValueError> {
        let index = self.child_index(segment)?;
        Ok(match self {
            Value::Struct(fields) => &mut fields[index].1,
            Value::List(items) => &mut items[index],
            Value::Variant(_, inner) | Value::Some(inner) => return inner.child_mut(segment),
            other => return Err(other.mismatch(format!("something with a field `{segment}`"))),
        })
    }

    fn child_index(&self, segment: &str) -> Result<usize, ValueError> {
        match self {
            Value::Struct(fields) => {
                fields.iter().position(|(name, _)| name == segment).ok_or_else(|| ValueError::Field {
                    field: segment.to_owned(),
                    ty: "this value".to_owned(),
                    known: names(fields.iter().map(|(name, _)| name.as_str())),
                })
            }
            Value::List(items) => {
                let axis = ["x", "y", "z", "w"].iter().position(|axis| *axis == segment);
                axis.or_else(|| segment.parse().ok()).filter(|index| *index < items.len()).ok_or_else(|| {
                    ValueError::Field {
                        field: segment.to_owned(),
                        ty: "this list".to_owned(),
                        known: format!("{} entries", items.len()),
                    }
                })
            }
            Value::Variant(..) | Value::Some(_) => Ok(0),
            other => Err(other.mismatch(format!("something with a field `{segment}`"))),
        }
    }

    /// Calls `change` on every entity in the tree.
    pub fn map_entities(&mut self, change: &mut impl FnMut(Entity) -> Entity) {
        match self {
            Value::Entity(entity) => *entity = change(*entity),
            Value::List(items) => items.iter_mut().for_each(|item| item.map_entities(change)),
            Value::Struct(fields) => fields.iter_mut().for_each(|(_, value)| value.map_entities(change)),
            Value::Map(pairs) => pairs.iter_mut().for_each(|(key, value)| {
                key.map_entities(change);
                value.map_entities(change);
            }),
            Value::Variant(_, inner) | Value::Some(inner) => inner.map_entities(change),
            _ => {}
        }
    }

    /// The value of a struct's field.
    pub fn field(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Struct(fields) => fields.iter().find(|(field, _)| field == name).map(|(_, value)| value),
            _ => None,
        }
    }
}

/// Names in a row, for messages.
pub fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<&str> = names.collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}

fn segments(path: &str) -> Result<Vec<String>, ValueError> {
    if path.is_empty() {
        return Ok(Vec::new());
    }
    let error = || ValueError::Path { path: path.to_owned() };
    let mut segments = Vec::new();
    for part in path.split('.') {
        let mut pieces = part.split('[');
        let name = pieces.next().unwrap_or_default();
        if name.is_empty() && (part.is_empty() || !segments.is_empty()) {
            return Err(error());
        }
        if !name.is_empty() {
            segments.push(name.to_owned());
        }
        for piece in pieces {
            let index = piece.strip_suffix(']').ok_or_else(error)?;
            index.parse::<usize>().map_err(|_| error())?;
            segments.push(index.to_owned());
        }
    }
    Ok(segments)
}

/// JSON and other formats without Rust's types: a variant is its name or `{name: fields}`, an entity its number.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Unit | Value::None => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Int(value) => match (i64::try_from(*value), u64::try_from(*value)) {
                (Ok(value), _) => serializer.serialize_i64(value),
                (_, Ok(value)) => serializer.serialize_u64(value),
                _ => serializer.serialize_str(&value.to_string()),
            },
            Value::F32(value) if !value.is_finite() => serializer.serialize_str(&crate::text::write(self)),
            Value::F64(value) if !value.is_finite() => serializer.serialize_str(&crate::text::write(self)),
            Value::F32(value) => serializer.serialize_f32(*value),
            Value::F64(value) => serializer.serialize_f64(*value),
            Value::Text(value) => serializer.serialize_str(value),
            Value::List(items) => serializer.collect_seq(items),
            Value::Struct(fields) => serializer.collect_map(fields.iter().map(|(name, value)| (name, value))),
            Value::Map(pairs) => {
                serializer.collect_map(pairs.iter().map(|(key, value)| (crate::text::write(key), value)))
            }
            Value::Variant(name, fields) if **fields == Value::Unit => serializer.serialize_str(name),
            Value::Variant(name, fields) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(name, fields)?;
                map.end()
            }
            Value::Some(inner) => inner.serialize(serializer),
            Value::Entity(Entity::NONE) => serializer.serialize_unit(),
            Value::Entity(entity) => serializer.serialize_u64(entity.bits()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, segments};

    #[track_caller]
    fn check(path: &str, expected: &[&str]) {
        assert_eq!(segments(path).expect(path), expected);
    }

    #[test]
    fn paths_are_chains_of_names_and_indices() {
        check("", &[]);
        check("a", &["a"]);
        check("a.b[2].x", &["a", "b", "2", "x"]);
        for bad in ["a..b", ".", "a[", "a[x]", "a[1", "a."] {
            assert!(segments(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_field_that_is_not_there_is_named_with_those_that_are() {
        let value = Value::Struct(vec![("radius".into(), Value::F32(1.0))]);
        let error = value.at("radios").expect_err("there is no such field");
        assert_eq!(error.to_string(), "there is no field `radios` in this value; it has radius");
    }
}

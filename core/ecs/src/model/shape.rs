//! Values made for one shape of a component, fitted to another: fields are matched by name.

use playground_engine_types::{ComponentInfo, Entity, FieldSchema, TypeKind, TypeSchema, Value};
use std::collections::BTreeSet;

/// What of `value` fits the component; fields that it has more have their default. What did not fit is added to
/// `lost`, as `component.field`.
pub(super) fn fitted(value: Value, info: &'static ComponentInfo, lost: &mut BTreeSet<String>) -> Value {
    let found = unchecked(value, info, lost);
    found.filter(|value| (info.check)(value).is_ok()).unwrap_or_else(|| {
        lost.insert(info.name.to_owned());
        (info.default)()
    })
}

/// As [`fitted`], without asking the component: it may still refuse the value. `None` if nothing fits.
pub(super) fn unchecked(value: Value, info: &'static ComponentInfo, lost: &mut BTreeSet<String>) -> Option<Value> {
    fit_named(value, info.schema, info.name, lost)
}

/// As [`unchecked`], for a type that `name` has.
pub(super) fn fit_named(value: Value, schema: &TypeSchema, name: &str, lost: &mut BTreeSet<String>) -> Option<Value> {
    fit(value, schema, Path { above: None, name }, lost)
}

/// What of an earlier version's value fits the component.
pub(super) fn by_name(old: &Value, info: &'static ComponentInfo) -> Option<Value> {
    unchecked(old.clone(), info, &mut BTreeSet::new())
}

/// A value of another type, if all of it fits.
pub(super) fn fit_whole(value: Value, schema: &TypeSchema) -> Option<Value> {
    let mut lost = BTreeSet::new();
    let fitted = fit_named(value, schema, "", &mut lost);
    fitted.filter(|_| lost.is_empty())
}

/// The field that a value called `name` is for: that of this name, or the one that had it before, unless another value
/// has that one's name.
pub(super) fn field_for<'a>(
    known: &'a [FieldSchema],
    name: &str,
    is_given: &dyn Fn(&str) -> bool,
) -> Option<&'a FieldSchema> {
    let had_it = |field: &&FieldSchema| !field.was.is_empty() && field.was == name && !is_given(field.name);
    known.iter().find(|field| field.name == name).or_else(|| known.iter().find(had_it))
}

/// Where a value is, put into words only if it gets lost.
#[derive(Clone, Copy)]
struct Path<'a> {
    above: Option<&'a Path<'a>>,
    name: &'a str,
}

impl Path<'_> {
    fn words(&self) -> String {
        self.above.map_or_else(|| self.name.to_owned(), |above| format!("{}.{}", above.words(), self.name))
    }
}

/// The part of a value that fits; `None` if nothing does.
fn fit(value: Value, schema: &TypeSchema, path: Path<'_>, lost: &mut BTreeSet<String>) -> Option<Value> {
    match (&schema.kind, value) {
        // What may be absent no more: a value is unwrapped, and for nothing stands the default.
        (kind, Value::Some(value)) if !matches!(kind, TypeKind::Option(_) | TypeKind::Shared(_)) => {
            fit(*value, schema, path, lost)
        }
        (TypeKind::Shared(held), value) => fit(value, held, path, lost),
        (TypeKind::Bool, value @ Value::Bool(_)) => Some(value),
        (TypeKind::Int { bits, signed }, value) => {
            let number = match value {
                Value::Int(number) => number,
                Value::F32(number) if number.fract() == 0.0 => number as i128,
                Value::F64(number) if number.fract() == 0.0 => number as i128,
                _ => return None,
            };
            let (below, above) = if *signed { (-(1 << (bits - 1)), 1 << (bits - 1)) } else { (0, 1 << *bits) };
            (below..above).contains(&number).then_some(Value::Int(number))
        }
        (TypeKind::Float { bits: 32 }, value) => fits_f32(&value).then_some(value),
        (TypeKind::Float { .. }, value @ (Value::Int(_) | Value::F32(_) | Value::F64(_))) => Some(value),
        (TypeKind::Text, value @ Value::Text(_)) => Some(value),
        (TypeKind::Entity, value @ Value::Entity(_)) => Some(value),
        (TypeKind::Vector { len }, value @ Value::List(_)) => {
            let Value::List(parts) = &value else { return None };
            (parts.len() == *len && parts.iter().all(fits_f32)).then_some(value)
        }
        (TypeKind::Struct(_), Value::Unit) => Some(Value::Unit),
        (TypeKind::Struct(known), Value::Struct(given)) => Some(Value::Struct(fit_fields(given, known, path, lost))),
        (TypeKind::Enum(variants), Value::Variant(name, inner)) => {
            let variant = variants.iter().find(|variant| variant.name == name)?;
            let inner = match *inner {
                Value::Struct(given) => {
                    let mut fields = fit_fields(given, variant.fields, path, lost);
                    // A variant has no default to take new fields from.
                    let has = |fields: &[(String, Value)], name: &str| fields.iter().any(|(known, _)| known == name);
                    for field in variant.fields {
                        if !has(&fields, field.name) {
                            fields.push((field.name.to_owned(), nothing(field.ty)));
                        }
                    }
                    Value::Struct(fields)
                }
                Value::List(items) if items.len() == variant.fields.len() => {
                    let pairs = items.into_iter().zip(variant.fields);
                    Value::List(pairs.map(|(item, field)| fit(item, field.ty, path, lost)).collect::<Option<_>>()?)
                }
                Value::Unit if variant.fields.is_empty() => Value::Unit,
                _ => return None,
            };
            Some(Value::Variant(name, Box::new(inner)))
        }
        (TypeKind::Option(_), Value::None) => Some(Value::None),
        (TypeKind::Option(inner), Value::Some(value)) => {
            fit(*value, inner, path, lost).map(|value| Value::Some(Box::new(value)))
        }
        (TypeKind::Option(inner), value) => fit(value, inner, path, lost).map(|value| Value::Some(Box::new(value))),
        (TypeKind::List(inner), Value::List(items)) => {
            items.into_iter().map(|item| fit(item, inner, path, lost)).collect::<Option<_>>().map(Value::List)
        }
        (TypeKind::Array(inner, len), Value::List(items)) if items.len() == *len => {
            items.into_iter().map(|item| fit(item, inner, path, lost)).collect::<Option<_>>().map(Value::List)
        }
        _ => None,
    }
}

/// Whether a value is a number that `f32` has, if need be rounded.
fn fits_f32(value: &Value) -> bool {
    match value {
        Value::Int(_) | Value::F32(_) => true,
        Value::F64(number) => number.is_infinite() || !(*number as f32).is_infinite(),
        _ => false,
    }
}

fn fit_fields(
    given: Vec<(String, Value)>,
    known: &[FieldSchema],
    path: Path<'_>,
    lost: &mut BTreeSet<String>,
) -> Vec<(String, Value)> {
    let mut fitting = Vec::with_capacity(given.len());
    let mut targets = Vec::with_capacity(given.len());
    for (name, _) in &given {
        targets.push(field_for(known, name, &|wanted| given.iter().any(|(other, _)| other == wanted)));
    }
    for ((name, value), field) in given.into_iter().zip(targets) {
        let was_absent = value == Value::None;
        let fitted = field.and_then(|field| {
            let value = fit(value, field.ty, Path { above: Some(&path), name: &name }, lost)?;
            Some((field.name, value))
        });
        match fitted {
            Some((now, value)) if now == name => fitting.push((name, value)),
            Some((now, value)) => fitting.push((now.to_owned(), value)),
            None if was_absent && field.is_some() => {}
            None => {
                lost.insert(Path { above: Some(&path), name: &name }.words());
            }
        }
    }
    fitting
}

/// The value of a type that says nothing: zero, empty, absent, the first variant.
pub(super) fn nothing(schema: &TypeSchema) -> Value {
    match schema.kind {
        TypeKind::Bool => Value::Bool(false),
        TypeKind::Int { .. } => Value::Int(0),
        TypeKind::Float { .. } => Value::F64(0.0),
        TypeKind::Text => Value::Text(String::new()),
        TypeKind::Entity => Value::Entity(Entity::NONE),
        TypeKind::Vector { len } => Value::List(vec![Value::F32(0.0); len]),
        // Its own default.
        TypeKind::Struct(_) => Value::Unit,
        TypeKind::Enum(variants) => {
            let Some(first) = variants.first() else { return Value::Unit };
            let of = |field: &FieldSchema| (field.name.to_owned(), nothing(field.ty));
            let fields = match first.fields {
                [] => Value::Unit,
                [field, ..] if field.name == "0" => {
                    Value::List(first.fields.iter().map(|field| nothing(field.ty)).collect())
                }
                fields => Value::Struct(fields.iter().map(of).collect()),
            };
            Value::Variant(first.name.to_owned(), Box::new(fields))
        }
        TypeKind::Option(_) => Value::None,
        TypeKind::List(_) => Value::List(Vec::new()),
        TypeKind::Array(inner, len) => Value::List(vec![nothing(inner); len]),
        TypeKind::Shared(held) => nothing(held),
    }
}

//! Which events of a type a subscription is about. Knows values and their shape, not events.

use playground_engine_types::{TypeKind, TypeSchema, Value, ValueError, value::names};
use std::cmp::Ordering;
use std::fmt;

/// How a field is compared with a given value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The same.
    Equal,
    /// Another.
    NotEqual,
    /// Smaller; numbers and text only, as are the following.
    Less,
    /// Smaller or the same.
    AtMost,
    /// Larger.
    Greater,
    /// Larger or the same.
    AtLeast,
}

/// A condition on an event.
pub enum EventFilter {
    /// A field compared with a value. An event that lacks the field, such as one inside an absent optional, does not
    /// pass.
    Field {
        /// The way to the field, such as `target` or `place.x`; empty for the whole event.
        path: String,
        /// How it is compared.
        is: Comparison,
        /// What it is compared with.
        value: Value,
    },
    /// A function of the whole event.
    Test(Box<dyn Fn(&Value) -> bool + Send + Sync>),
}

impl EventFilter {
    /// The condition that the field at `path` is so compared with `value`.
    pub fn field(path: impl Into<String>, is: Comparison, value: Value) -> Self {
        Self::Field { path: path.into(), is, value }
    }

    /// The condition that `test` holds.
    pub fn test(test: impl Fn(&Value) -> bool + Send + Sync + 'static) -> Self {
        Self::Test(Box::new(test))
    }

    /// Whether it can ever pass for events of this shape.
    ///
    /// # Errors
    /// When there is no such field, or it can't be compared with the value in that way.
    pub fn check(&self, schema: &'static TypeSchema) -> Result<(), ValueError> {
        let Self::Field { path, is, value } = self else { return Ok(()) };
        let field = schema_at(schema, path)?;
        let ordered = !matches!(is, Comparison::Equal | Comparison::NotEqual);
        let fits = match field.kind {
            TypeKind::Int { .. } | TypeKind::Float { .. } => number(value).is_some(),
            TypeKind::Text => matches!(value, Value::Text(_)),
            TypeKind::Bool => matches!(value, Value::Bool(_)) && !ordered,
            TypeKind::Entity => matches!(value, Value::Entity(_)) && !ordered,
            _ => !ordered,
        };
        if fits { Ok(()) } else { Err(misfit(field, value, ordered).inside(path)) }
    }

    /// Whether an event passes.
    pub fn passes(&self, event: &Value) -> bool {
        match self {
            Self::Test(test) => test(event),
            Self::Field { path, is, value } => event.at(path).is_ok_and(|field| compare(field, *is, value)),
        }
    }
}

impl fmt::Display for EventFilter {
    /// The condition as it is shown: `power > 3`, or that a function decides.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Field { path, is, value } = self else { return f.write_str("a function decides") };
        let sign = match is {
            Comparison::Equal => "=",
            Comparison::NotEqual => "≠",
            Comparison::Less => "<",
            Comparison::AtMost => "≤",
            Comparison::Greater => ">",
            Comparison::AtLeast => "≥",
        };
        let path = if path.is_empty() { "event" } else { path };
        write!(f, "{path} {sign} {}", playground_engine_types::text::write(value))
    }
}

/// Compares two values; values that have no order only are or are not the same.
pub fn compare(a: &Value, is: Comparison, b: &Value) -> bool {
    let order = order(a, b);
    match is {
        Comparison::Equal => order.map_or_else(|| a == b, Ordering::is_eq),
        Comparison::NotEqual => !compare(a, Comparison::Equal, b),
        Comparison::Less => order.is_some_and(Ordering::is_lt),
        Comparison::AtMost => order.is_some_and(Ordering::is_le),
        Comparison::Greater => order.is_some_and(Ordering::is_gt),
        Comparison::AtLeast => order.is_some_and(Ordering::is_ge),
    }
}

fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        // In single precision: 0.1 as it is written is meant, and no `f32` is the same number as the `f64` 0.1.
        (Value::F32(a), Value::F64(b)) => a.partial_cmp(&(*b as f32)),
        (Value::F64(a), Value::F32(b)) => (*a as f32).partial_cmp(b),
        (a, b) => number(a)?.partial_cmp(&number(b)?),
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(*number as f64),
        Value::F32(number) => Some(f64::from(*number)),
        Value::F64(number) => Some(*number),
        _ => None,
    }
}

fn misfit(field: &TypeSchema, value: &Value, ordered: bool) -> ValueError {
    let without_order = !matches!(field.kind, TypeKind::Int { .. } | TypeKind::Float { .. } | TypeKind::Text);
    let expected = if ordered && without_order {
        format!("something with an order in place of a {}", field.name)
    } else {
        format!("a value to compare a {} with", field.name)
    };
    value.mismatch(expected)
}

/// The shape of what is at `path`. Follows [`Value::at`], for all values of the shape at once.
fn schema_at(schema: &'static TypeSchema, path: &str) -> Result<&'static TypeSchema, ValueError> {
    // Reads the path once with the rules for paths, so that there is one place that has them.
    if let Err(error @ ValueError::Path { .. }) = Value::Unit.at(path) {
        return Err(error);
    }
    let segments = path.split(['.', '[']).map(|segment| segment.trim_end_matches(']'));
    segments.filter(|segment| !segment.is_empty()).try_fold(schema, child)
}

fn child(schema: &'static TypeSchema, segment: &str) -> Result<&'static TypeSchema, ValueError> {
    let missing = |known: String| ValueError::Field { field: segment.to_owned(), ty: schema.name.to_owned(), known };
    match &schema.kind {
        TypeKind::Struct(fields) => {
            let found = fields.iter().find(|field| field.name == segment).map(|field| field.ty);
            found.ok_or_else(|| missing(names(fields.iter().map(|field| field.name))))
        }
        TypeKind::Enum(variants) => {
            let mut fields = variants.iter().flat_map(|variant| variant.fields);
            let found = fields.find(|field| field.name == segment).map(|field| field.ty);
            let known = variants.iter().flat_map(|variant| variant.fields).map(|field| field.name);
            found.ok_or_else(|| missing(names(known)))
        }
        TypeKind::Option(inner) => child(inner, segment),
        TypeKind::List(inner) if segment.parse::<usize>().is_ok() => Ok(inner),
        TypeKind::Array(inner, len) if segment.parse().is_ok_and(|at: usize| at < *len) => Ok(inner),
        TypeKind::Array(_, len) => Err(missing(format!("{len} entries"))),
        TypeKind::List(_) => Err(missing("numbered entries".to_owned())),
        TypeKind::Vector { len } => {
            let axes = &["x", "y", "z", "w"][..*len];
            let known = axes.contains(&segment) || segment.parse().is_ok_and(|at: usize| at < *len);
            if known { Ok(<f32 as playground_engine_types::Reflect>::SCHEMA) } else { Err(missing(axes.join(", "))) }
        }
        _ => Err(missing("no fields".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::{Comparison, EventFilter, compare};
    use crate::{Reflect, Value};

    #[derive(Reflect, Clone, Default)]
    #[component(crate = playground_core_ecs)]
    struct Hit {
        power: f32,
        count: u32,
        who: String,
        deadly: bool,
        place: glam::Vec3,
        combo: Option<Combo>,
    }

    #[derive(Reflect, Clone, Default)]
    #[component(crate = playground_core_ecs)]
    struct Combo {
        steps: Vec<u32>,
    }

    #[track_caller]
    fn check(a: Value, is: Comparison, b: Value, expected: bool) {
        assert_eq!(compare(&a, is, &b), expected, "{a:?} {is:?} {b:?}");
    }

    #[test]
    fn numbers_of_all_kinds_are_compared_by_what_they_say() {
        check(Value::F32(0.1), Comparison::Equal, Value::F64(0.1), true);
        check(Value::Int(3), Comparison::Equal, Value::F32(3.0), true);
        check(Value::Int(3), Comparison::Less, Value::F64(3.5), true);
        check(Value::Int(i128::MAX), Comparison::Less, Value::Int(i128::MAX), false);
        check(Value::F32(f32::NAN), Comparison::AtLeast, Value::F32(0.0), false);
        check(Value::Text("a".into()), Comparison::AtMost, Value::Text("b".into()), true);
        check(Value::Bool(true), Comparison::Greater, Value::Bool(false), false);
        check(Value::Bool(true), Comparison::NotEqual, Value::Bool(false), true);
    }

    #[track_caller]
    fn check_filter(path: &str, is: Comparison, value: Value, expected: Result<(), &str>) {
        let outcome = EventFilter::field(path, is, value).check(Hit::SCHEMA).map_err(|error| error.to_string());
        assert_eq!(outcome, expected.map_err(str::to_owned), "{path}");
    }

    #[test]
    fn a_filter_that_can_never_pass_is_refused_with_the_reason() {
        check_filter("power", Comparison::Greater, Value::Int(3), Ok(()));
        check_filter("place.y", Comparison::AtMost, Value::F32(1.0), Ok(()));
        check_filter("combo.steps[4]", Comparison::Equal, Value::Int(1), Ok(()));
        check_filter("deadly", Comparison::Equal, Value::Bool(true), Ok(()));
        let known = "power, count, who, deadly, place, combo";
        let error = format!("there is no field `powr` in Hit; it has {known}");
        check_filter("powr", Comparison::Equal, Value::Int(1), Err(&error));
        check_filter(
            "a..b",
            Comparison::Equal,
            Value::Int(1),
            Err("the field path `a..b` is not a chain like `a.b[2]`"),
        );
        let error = "who: a value to compare a String with is needed, this is a whole number (1)";
        check_filter("who", Comparison::Less, Value::Int(1), Err(error));
        let error = "deadly: something with an order in place of a bool is needed, this is a truth value (true)";
        check_filter("deadly", Comparison::Less, Value::Bool(true), Err(error));
        check_filter("place.q", Comparison::Equal, Value::Int(1), Err("there is no field `q` in Vec3; it has x, y, z"));
    }

    #[test]
    fn what_is_not_there_does_not_pass() {
        let filter = EventFilter::field("combo.steps[1]", Comparison::NotEqual, Value::Int(1));
        let with = |steps: &[u32]| Hit { combo: Some(Combo { steps: steps.to_vec() }), ..Hit::default() }.to_value();
        assert!(filter.passes(&with(&[1, 2])));
        assert!(!filter.passes(&with(&[1, 1])));
        assert!(!filter.passes(&with(&[1])));
        assert!(!filter.passes(&Hit::default().to_value()));
    }
}

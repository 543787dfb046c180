//! Random shapes and random values: no way from one to another panics, loses in silence, or differs from the other way.

use super::plan::Plan;
use crate::model::shape;
use playground_engine_types::{Entity, FieldSchema, Leaf, Reflect, TypeKind, TypeSchema, Value, VariantSchema};
use std::collections::BTreeSet;

/// Source: Marsaglia, "Xorshift RNGs", 2003.
struct Random(u64);

const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
const ROOT: &str = "test::Random";

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn number(&mut self) -> &'static TypeSchema {
        [i8::SCHEMA, u8::SCHEMA, i32::SCHEMA, u32::SCHEMA, i64::SCHEMA, u64::SCHEMA, f32::SCHEMA, f64::SCHEMA]
            [self.below(8)]
    }

    /// A type of any kind, not deeper than `depth`.
    fn ty(&mut self, depth: usize) -> &'static TypeSchema {
        let kind = match self.below(if depth == 0 { 8 } else { 14 }) {
            0..=3 => return self.number(),
            4 => return bool::SCHEMA,
            5 => return String::SCHEMA,
            6 => return Entity::SCHEMA,
            7 => TypeKind::Vector { len: self.below(3) + 2 },
            8 => return self.structure(depth - 1),
            9 => TypeKind::Enum(self.variants(depth - 1)),
            10 => TypeKind::Option(self.ty(depth - 1)),
            11 => TypeKind::List(self.ty(depth - 1)),
            12 => TypeKind::Array(self.ty(depth - 1), self.below(3)),
            _ => TypeKind::Shared(self.ty(depth - 1)),
        };
        schema(kind)
    }

    fn fields(&mut self, depth: usize) -> Vec<FieldSchema> {
        let first = self.below(NAMES.len());
        (0..self.below(5)).map(|at| field(NAMES[(first + at) % NAMES.len()], self.ty(depth), at)).collect()
    }

    fn structure(&mut self, depth: usize) -> &'static TypeSchema {
        let fields = self.fields(depth);
        schema(TypeKind::Struct(fields.leak()))
    }

    fn variants(&mut self, depth: usize) -> &'static [VariantSchema] {
        let names = ["Still", "Walk", "Fly"];
        let variants: Vec<_> = (0..self.below(3) + 1).map(|at| self.variant(names[at], depth)).collect();
        variants.leak()
    }

    fn variant(&mut self, name: &'static str, depth: usize) -> VariantSchema {
        let fields = match self.below(3) {
            0 => Vec::new(),
            1 => (0..self.below(2) + 1).map(|at| field(["0", "1"][at], self.ty(depth), at)).collect(),
            _ => self.fields(depth),
        };
        VariantSchema { name, docs: "", fields: fields.leak() }
    }

    /// A type as it may be after somebody worked on it.
    fn later(&mut self, old: &'static TypeSchema, depth: usize) -> &'static TypeSchema {
        match old.kind {
            TypeKind::Struct(fields) => {
                let fields = self.later_fields(fields, depth);
                schema(TypeKind::Struct(fields.leak()))
            }
            _ if self.one_in(2) => old,
            TypeKind::Enum(old) => {
                let mut variants = Vec::new();
                for variant in old.iter().rev() {
                    let fields = match variant.fields {
                        [first, ..] if first.name == "0" && self.one_in(2) => continue,
                        [first, ..] if first.name != "0" => self.later_fields(variant.fields, depth).leak(),
                        fields => fields,
                    };
                    variants.push(VariantSchema { name: variant.name, docs: "", fields });
                }
                variants.push(self.variant("Swim", 0));
                schema(TypeKind::Enum(variants.leak()))
            }
            TypeKind::Int { .. } | TypeKind::Float { .. } => self.number(),
            TypeKind::Option(inner) => match self.below(3) {
                0 => inner,
                1 => schema(TypeKind::Option(old)),
                _ => schema(TypeKind::Option(self.later(inner, depth))),
            },
            TypeKind::List(inner) => schema(TypeKind::List(self.later(inner, depth))),
            TypeKind::Array(inner, len) => match self.below(3) {
                0 => schema(TypeKind::List(inner)),
                1 => schema(TypeKind::Array(inner, self.below(3))),
                _ => schema(TypeKind::Array(self.later(inner, depth), len)),
            },
            TypeKind::Vector { len } => schema(TypeKind::Array(self.number(), len)),
            _ if self.one_in(2) => schema(TypeKind::Option(old)),
            _ => self.ty(depth),
        }
    }

    fn later_fields(&mut self, old: &'static [FieldSchema], depth: usize) -> Vec<FieldSchema> {
        let mut fields: Vec<FieldSchema> = Vec::new();
        for known in old {
            let free = |name: &str| old.iter().chain(&fields).all(|field| field.name != name);
            let new_name = NAMES.into_iter().find(|name| free(name));
            match self.below(8) {
                0 => {}
                1 if new_name.is_some() => {
                    let name = new_name.unwrap_or_default();
                    fields.push(FieldSchema { was: known.name, ..field(name, known.ty, 0) });
                }
                // Also an earlier name that is another field's now.
                2 => {
                    let was = NAMES[self.below(NAMES.len())];
                    fields.push(FieldSchema { was, ..field(known.name, self.later(known.ty, depth), 0) });
                }
                3 | 4 => fields.push(field(known.name, self.later(known.ty, depth), 0)),
                _ => fields.push(field(known.name, known.ty, 0)),
            }
        }
        let free = |name: &&str| old.iter().chain(&fields).all(|field| field.name != *name);
        if let Some(name) = NAMES.into_iter().find(free).filter(|_| self.one_in(3)) {
            fields.push(field(name, self.ty(depth), 0));
        }
        if self.one_in(3) {
            fields.reverse();
        }
        fields
    }

    fn value(&mut self, ty: &TypeSchema) -> Value {
        match ty.kind {
            TypeKind::Bool => Value::Bool(self.one_in(2)),
            TypeKind::Int { bits, signed } => {
                let span = if self.one_in(2) { 200 } else { 1_i128 << bits };
                let number = (i128::from(self.0) * 7 + self.below(1000) as i128).rem_euclid(span);
                let number = if signed { number - span / 2 } else { number };
                Value::Int(number)
            }
            TypeKind::Float { bits: 32 } => Value::F32(self.float() as f32),
            TypeKind::Float { .. } => Value::F64(self.float()),
            TypeKind::Text => Value::Text(["", "x", "a longer text with ä"][self.below(3)].to_owned()),
            TypeKind::Entity => Value::Entity(Entity::new(self.below(9) as u32, 1)),
            TypeKind::Vector { len } => Value::List((0..len).map(|_| Value::F32(self.float() as f32)).collect()),
            TypeKind::Struct(fields) => self.values(fields),
            TypeKind::Enum(variants) => {
                let variant = &variants[self.below(variants.len())];
                let inner = match variant.fields {
                    [] => Value::Unit,
                    [first, ..] if first.name == "0" => {
                        Value::List(variant.fields.iter().map(|field| self.value(field.ty)).collect())
                    }
                    fields => self.values(fields),
                };
                Value::Variant(variant.name.to_owned(), Box::new(inner))
            }
            TypeKind::Option(_) if self.one_in(3) => Value::None,
            TypeKind::Option(inner) => Value::Some(Box::new(self.value(inner))),
            TypeKind::List(inner) => Value::List((0..self.below(4)).map(|_| self.value(inner)).collect()),
            TypeKind::Array(inner, len) => Value::List((0..len).map(|_| self.value(inner)).collect()),
            TypeKind::Shared(held) => self.value(held),
        }
    }

    fn values(&mut self, fields: &[FieldSchema]) -> Value {
        Value::Struct(fields.iter().map(|field| (field.name.to_owned(), self.value(field.ty))).collect())
    }

    fn float(&mut self) -> f64 {
        let number = self.below(2000) as f64 - 1000.0;
        match self.below(8) {
            0 => number * 1e300,
            1 => f64::INFINITY,
            2 => -0.0,
            3 => number / 7.0,
            4 => number / 8.0,
            _ => number,
        }
    }
}

fn schema(kind: TypeKind) -> &'static TypeSchema {
    Box::leak(Box::new(TypeSchema::new("T", "", 0, 1, kind)))
}

fn field(name: &'static str, ty: &'static TypeSchema, offset: usize) -> FieldSchema {
    FieldSchema { name, ty, offset, docs: "", unit: "", range: None, was: "" }
}

/// The walk through a component of this shape and value.
fn walk(value: &Value, ty: &TypeSchema, visit: &mut dyn FnMut(Leaf<'_>)) {
    match (&ty.kind, value) {
        (TypeKind::Shared(held), value) => walk(value, held, visit),
        (TypeKind::Bool, Value::Bool(value)) => visit(Leaf::Bool(*value)),
        (TypeKind::Int { .. }, Value::Int(number)) => visit(Leaf::Whole(*number as u64)),
        (TypeKind::Float { .. }, Value::F32(number)) => visit(Leaf::Float(u64::from(number.to_bits()))),
        (TypeKind::Float { .. }, Value::F64(number)) => visit(Leaf::Float(number.to_bits())),
        (TypeKind::Text, Value::Text(text)) => visit(Leaf::Text(text)),
        (TypeKind::Entity, Value::Entity(entity)) => visit(Leaf::Entity(*entity)),
        (TypeKind::Vector { .. }, Value::List(items)) => items.iter().for_each(|item| walk(item, f32::SCHEMA, visit)),
        (TypeKind::Struct(fields), Value::Struct(values)) => {
            fields.iter().zip(values).for_each(|(field, (_, value))| walk(value, field.ty, visit));
        }
        (TypeKind::Enum(variants), Value::Variant(name, inner)) => {
            let at = variants.iter().position(|variant| variant.name == name).expect("it is a variant");
            visit(Leaf::Tag(at));
            let fields = variants[at].fields.iter();
            match &**inner {
                Value::List(items) => fields.zip(items).for_each(|(field, item)| walk(item, field.ty, visit)),
                Value::Struct(values) => {
                    fields.zip(values).for_each(|(field, (_, value))| walk(value, field.ty, visit))
                }
                _ => {}
            }
        }
        (TypeKind::Option(_), Value::None) => visit(Leaf::Tag(0)),
        (TypeKind::Option(inner), Value::Some(value)) => {
            visit(Leaf::Tag(1));
            walk(value, inner, visit);
        }
        (TypeKind::List(inner), Value::List(items)) => {
            visit(Leaf::Tag(items.len()));
            items.iter().for_each(|item| walk(item, inner, visit));
        }
        (TypeKind::Array(inner, _), Value::List(items)) => items.iter().for_each(|item| walk(item, inner, visit)),
        (kind, value) => unreachable!("{kind:?} with {value:?}"),
    }
}

/// What a component of this shape is after it took `given`, as its own tree: `from_value`, then `to_value`.
fn taken(given: Option<&Value>, ty: &TypeSchema) -> Value {
    match (&ty.kind, given) {
        (TypeKind::Shared(held), given) => taken(given, held),
        (TypeKind::Struct(fields), given) => {
            let of = |field: &FieldSchema| taken(given.and_then(|given| given.field(field.name)), field.ty);
            if let Some(Value::Struct(given)) = given {
                let known = |name: &str| fields.iter().filter(|field| field.name == name).count() == 1;
                assert!(given.iter().all(|(name, _)| known(name)), "{given:?} for {fields:?}");
                let names: BTreeSet<&str> = given.iter().map(|(name, _)| name.as_str()).collect();
                assert_eq!(names.len(), given.len(), "a field is given twice: {given:?}");
            }
            Value::Struct(fields.iter().map(|field| (field.name.to_owned(), of(field))).collect())
        }
        (_, None) => taken(Some(&shape::nothing(ty)), ty),
        (TypeKind::Float { bits: 32 }, Some(value)) => Value::F32(float(value) as f32),
        (TypeKind::Float { .. }, Some(value)) => Value::F64(float(value)),
        (TypeKind::Vector { len }, Some(Value::List(items))) if items.len() == *len => {
            Value::List(items.iter().map(|item| taken(Some(item), f32::SCHEMA)).collect())
        }
        (TypeKind::List(inner), Some(Value::List(items))) => {
            Value::List(items.iter().map(|item| taken(Some(item), inner)).collect())
        }
        (TypeKind::Array(inner, len), Some(Value::List(items))) if items.len() == *len => {
            Value::List(items.iter().map(|item| taken(Some(item), inner)).collect())
        }
        (TypeKind::Option(_), Some(Value::None)) => Value::None,
        (TypeKind::Option(inner), Some(Value::Some(value))) => Value::Some(Box::new(taken(Some(value), inner))),
        (TypeKind::Enum(variants), Some(Value::Variant(name, inner))) => {
            let variant = variants.iter().find(|variant| variant.name == name).expect("it is a variant");
            let part = |at: usize| match &**inner {
                Value::List(items) => items.get(at),
                fields => fields.field(variant.fields[at].name),
            };
            let of = |at: usize| taken(Some(part(at).expect("a variant has no defaults")), variant.fields[at].ty);
            let all = 0..variant.fields.len();
            let inner = match variant.fields {
                [] => Value::Unit,
                [first, ..] if first.name == "0" => Value::List(all.map(of).collect()),
                fields => Value::Struct(all.map(|at| (fields[at].name.to_owned(), of(at))).collect()),
            };
            Value::Variant(name.clone(), Box::new(inner))
        }
        (TypeKind::Int { bits, signed }, Some(Value::Int(number))) => {
            let top = 1_i128 << (bits - u32::from(*signed));
            assert!(*number < top && *number >= if *signed { -top } else { 0 }, "{number} in {bits} bits");
            Value::Int(*number)
        }
        (TypeKind::Bool, Some(value @ Value::Bool(_)))
        | (TypeKind::Text, Some(value @ Value::Text(_)))
        | (TypeKind::Entity, Some(value @ Value::Entity(_))) => value.clone(),
        (kind, given) => panic!("{given:?} does not fit {kind:?}"),
    }
}

fn float(value: &Value) -> f64 {
    match value {
        Value::Int(number) => *number as f64,
        Value::F32(number) => f64::from(*number),
        Value::F64(number) => *number,
        other => panic!("{other:?} is no number"),
    }
}

/// Whether a value came back as it was. Numbers may be rounded to what the type between has, and where nothing was, a
/// default may be.
fn came_back(before: &Value, back: &Value) -> bool {
    match (before, back) {
        (Value::None, _) => true,
        (Value::Some(a), Value::Some(b)) => came_back(a, b),
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| came_back(a, b)),
        (Value::Struct(a), Value::Struct(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| came_back(&a.1, &b.1))
        }
        (Value::Variant(a, inside), Value::Variant(b, back)) => a == b && came_back(inside, back),
        (Value::Int(_) | Value::F32(_) | Value::F64(_), Value::Int(_) | Value::F32(_) | Value::F64(_)) => {
            let (a, b) = (float(before), float(back));
            a == b || (a - b).abs() <= a.abs() * 1e-6 + f64::from(f32::MIN_POSITIVE)
        }
        (a, b) => a == b,
    }
}

fn fit(value: &Value, ty: &'static TypeSchema) -> (Option<Value>, BTreeSet<String>) {
    let mut lost = BTreeSet::new();
    (shape::fit_named(value.clone(), ty, ROOT, &mut lost), lost)
}

/// A shape, a later one of it, and values of the first.
fn cases(seed: u64, count: usize, mut check: impl FnMut(&mut Random, &'static TypeSchema, &'static TypeSchema)) {
    let mut random = Random(seed);
    for _ in 0..count {
        let old = random.structure(3);
        let new = if random.one_in(8) { random.structure(3) } else { random.later(old, 2) };
        check(&mut random, old, new);
    }
}

#[test]
fn both_ways_give_the_same() {
    let (mut short, mut all) = (0, 0);
    cases(0x5eed, 4000, |random, old, new| {
        let mut plan = Plan::new(ROOT, old, new).expect("both are structs");
        for _ in 0..5 {
            let value = random.value(old);
            let (expected, lost) = fit(&value, new);
            plan.leaves.clear();
            walk(&value, old, &mut |leaf| plan.leaves.push(leaf));
            all += 1;
            if let Some(planned) = plan.value().cloned() {
                let removed: BTreeSet<String> = plan.removed.iter().cloned().collect();
                assert_eq!((Some(planned), removed), (expected, lost), "{value:?}\nfrom {old:?}\nto {new:?}");
                short += 1;
            }
        }
    });
    assert!(short * 3 > all, "{short} of {all} went the short way");
}

#[test]
fn leaves_of_another_shape_are_noticed() {
    cases(0xbad, 2000, |random, old, new| {
        let mut plan = Plan::new(ROOT, old, old).expect("it is a struct");
        let value = random.value(new);
        walk(&value, new, &mut |leaf| plan.leaves.push(leaf));
        plan.leaves.push(Leaf::Tag(usize::MAX));
        // One leaf too many at least.
        assert_eq!(plan.value(), None);
        let mut tags = Plan::new(ROOT, old, new).expect("both are structs");
        (0..9).for_each(|_| tags.leaves.push(Leaf::Tag(usize::MAX)));
        assert_eq!(tags.value(), None);
    });
}

#[test]
fn nothing_is_lost_in_silence_on_the_way_there_and_back() {
    let (mut whole, mut all) = (0, 0);
    cases(0xf1e1d, 8000, |random, old, new| {
        let value = random.value(old);
        assert_eq!(format!("{:?}", taken(Some(&value), old)), format!("{value:?}"));
        let (there, lost) = fit(&value, new);
        let there = taken(there.as_ref(), new);
        // The way back knows later names by no `was`: what was renamed is told to be lost then.
        let (back, lost_back) = fit(&there, old);
        let back = taken(back.as_ref(), old);
        let told = |field: &FieldSchema| {
            let path = format!("{ROOT}.{}", field.name);
            lost.iter().any(|lost| lost.starts_with(&path)) || lost_back.iter().any(|lost| lost.starts_with(&path))
        };
        let named = |name: &str| new.fields().iter().any(|new| new.name == name);
        let renamed = |field: &FieldSchema| !named(field.name) && new.fields().iter().any(|new| new.was == field.name);
        all += 1;
        whole += usize::from(lost.is_empty());
        for field in old.fields().iter().filter(|field| !told(field) && !renamed(field)) {
            let (before, after) = (value.field(field.name).expect("given"), back.field(field.name).expect("taken"));
            let what = || {
                format!("{}: {before:?} became {after:?}\nlost {lost:?}\nthere {there:?}\n{old:?}\n{new:?}", field.name)
            };
            assert!(came_back(before, after), "{}", what());
        }
    });
    assert!(whole * 4 > all, "{whole} of {all} lost nothing");
}

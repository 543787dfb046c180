//! The leaves of one component, kept for as long as it takes to make values of them.
//!
//! A [`Value`] owns the names of its fields; to make one for each component of a pool costs more than everything else.
//! So values are made in place of those of the component before, whose memory is used again.

use playground_engine_types::{Entity, FieldSchema, Leaf, Reflect, TypeKind, TypeSchema, Value, VariantSchema};

/// A [`Leaf`] whose text lies elsewhere.
#[derive(Clone, Copy)]
enum Kept {
    Bool(bool),
    Whole(u64),
    Float(u64),
    Text { start: usize, end: usize },
    Entity(Entity),
    Tag(usize),
}

/// The leaves of a walk, from first to last.
#[derive(Default)]
pub struct Leaves {
    kept: Vec<Kept>,
    text: String,
    next: usize,
}

impl Leaves {
    /// Forgets those of the component before.
    pub fn clear(&mut self) {
        self.kept.clear();
        self.text.clear();
        self.next = 0;
    }

    /// Keeps one more.
    pub fn push(&mut self, leaf: Leaf<'_>) {
        self.kept.push(match leaf {
            Leaf::Bool(value) => Kept::Bool(value),
            Leaf::Whole(bits) => Kept::Whole(bits),
            Leaf::Float(bits) => Kept::Float(bits),
            Leaf::Entity(entity) => Kept::Entity(entity),
            Leaf::Tag(tag) => Kept::Tag(tag),
            Leaf::Text(text) => {
                let start = self.text.len();
                self.text.push_str(text);
                Kept::Text { start, end: self.text.len() }
            }
        });
    }

    /// Whether all were read.
    pub fn is_read(&self) -> bool {
        self.next == self.kept.len()
    }

    /// Makes the value of the next leaves, which are those of a `schema`, in place of `into`. `None` if they are not: a
    /// type whose walk was written by hand may say another thing than its schema.
    pub fn value(&mut self, schema: &TypeSchema, into: &mut Value) -> Option<()> {
        match schema.kind {
            TypeKind::Vector { len } => self.list(len, into, &|_| f32::SCHEMA),
            TypeKind::Array(inner, len) => self.list(len, into, &|_| inner),
            TypeKind::Struct(fields) => self.fields(fields, into),
            TypeKind::Shared(held) => self.value(held, into),
            _ => self.leaf(schema, into),
        }
    }

    /// The value of a type that begins with a leaf of its own.
    fn leaf(&mut self, schema: &TypeSchema, into: &mut Value) -> Option<()> {
        let leaf = *self.kept.get(self.next)?;
        self.next += 1;
        match (&schema.kind, leaf) {
            (TypeKind::Bool, Kept::Bool(value)) => *into = Value::Bool(value),
            (TypeKind::Int { signed: true, .. }, Kept::Whole(bits)) => *into = Value::Int(i128::from(bits as i64)),
            (TypeKind::Int { .. }, Kept::Whole(bits)) => *into = Value::Int(i128::from(bits)),
            (TypeKind::Float { bits: 32 }, Kept::Float(bits)) => *into = Value::F32(f32::from_bits(bits as u32)),
            (TypeKind::Float { .. }, Kept::Float(bits)) => *into = Value::F64(f64::from_bits(bits)),
            (TypeKind::Text, Kept::Text { start, end }) => {
                let text = &self.text[start..end];
                match into {
                    Value::Text(known) => text.clone_into(known),
                    other => *other = Value::Text(text.to_owned()),
                }
            }
            (TypeKind::Entity, Kept::Entity(entity)) => *into = Value::Entity(entity),
            (TypeKind::Enum(variants), Kept::Tag(tag)) => return self.variant(variants.get(tag)?, into),
            (TypeKind::Option(_), Kept::Tag(0)) => *into = Value::None,
            (TypeKind::Option(inner), Kept::Tag(1)) => {
                if !matches!(into, Value::Some(_)) {
                    *into = Value::Some(Box::new(Value::Unit));
                }
                let Value::Some(value) = into else { return None };
                return self.value(inner, value);
            }
            // Room is made for no more than there can be.
            (TypeKind::List(inner), Kept::Tag(len)) if len <= self.kept.len() - self.next => {
                return self.list(len, into, &|_| inner);
            }
            _ => return None,
        }
        Some(())
    }

    fn list(&mut self, len: usize, into: &mut Value, ty: &dyn Fn(usize) -> &'static TypeSchema) -> Option<()> {
        if !matches!(into, Value::List(_)) {
            *into = Value::List(Vec::with_capacity(len));
        }
        let Value::List(items) = into else { return None };
        items.resize(len, Value::Unit);
        items.iter_mut().enumerate().try_for_each(|(at, item)| self.value(ty(at), item))
    }

    fn fields(&mut self, fields: &[FieldSchema], into: &mut Value) -> Option<()> {
        let known = match into {
            Value::Struct(known) => known.len() == fields.len() && known.iter().zip(fields).all(|(a, b)| a.0 == b.name),
            _ => false,
        };
        if !known {
            *into = Value::Struct(fields.iter().map(|field| (field.name.to_owned(), Value::Unit)).collect());
        }
        let Value::Struct(known) = into else { return None };
        known.iter_mut().zip(fields).try_for_each(|((_, value), field)| self.value(field.ty, value))
    }

    fn variant(&mut self, variant: &'static VariantSchema, into: &mut Value) -> Option<()> {
        if !matches!(into, Value::Variant(name, _) if name == variant.name) {
            *into = Value::Variant(variant.name.to_owned(), Box::new(Value::Unit));
        }
        let Value::Variant(_, inner) = into else { return None };
        match variant.fields {
            [] => **inner = Value::Unit,
            [first, ..] if first.name == "0" => {
                return self.list(variant.fields.len(), inner, &|at| variant.fields[at].ty);
            }
            fields => return self.fields(fields, inner),
        }
        Some(())
    }
}

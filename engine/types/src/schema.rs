//! The shape of a type as static tables: what the inspector shows and what a reload compares.

use crate::id::{hash_bytes, hash_name, hash_number};

/// The shape of one type. Two types with equal [`TypeSchema::hash`] have the same fields at the same places.
#[derive(Debug)]
pub struct TypeSchema {
    /// The type's name, without its path.
    pub name: &'static str,
    /// The type's doc comment.
    pub docs: &'static str,
    /// Size in memory, bytes.
    pub size: usize,
    /// Alignment in memory, bytes.
    pub align: usize,
    /// What it is made of.
    pub kind: TypeKind,
    /// Hash over names, kinds, sizes and offsets, nested types included. Docs, units and ranges do not count.
    pub hash: u64,
}

/// What a type is made of.
#[derive(Debug)]
pub enum TypeKind {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int {
        /// Width.
        bits: u32,
        /// Whether it can be negative.
        signed: bool,
    },
    /// A floating-point number.
    Float {
        /// Width.
        bits: u32,
    },
    /// UTF-8 text.
    Text,
    /// A reference to an entity.
    Entity,
    /// A few `f32` with the names x, y, z, w.
    Vector {
        /// How many.
        len: usize,
    },
    /// Named fields.
    Struct(&'static [FieldSchema]),
    /// One of several variants.
    Enum(&'static [VariantSchema]),
    /// A value or nothing.
    Option(&'static TypeSchema),
    /// Any number of values.
    List(&'static TypeSchema),
    /// A fixed number of values.
    Array(&'static TypeSchema, usize),
    /// A value that clones share, such as `Atomic<f32>`. As a tree it looks like the value that it holds.
    Shared(&'static TypeSchema),
}

/// One field of a struct.
#[derive(Debug)]
pub struct FieldSchema {
    /// The field's name.
    pub name: &'static str,
    /// The field's type.
    pub ty: &'static TypeSchema,
    /// Where it is, bytes from the start of the struct.
    pub offset: usize,
    /// The field's doc comment.
    pub docs: &'static str,
    /// Unit shown behind the number, such as `m`; empty if it has none.
    pub unit: &'static str,
    /// Smallest and largest value that make sense, if they are known.
    pub range: Option<(f64, f64)>,
    /// The name it had before; empty if it had none.
    pub was: &'static str,
}

/// One variant of an enum.
#[derive(Debug)]
pub struct VariantSchema {
    /// The variant's name.
    pub name: &'static str,
    /// The variant's doc comment.
    pub docs: &'static str,
    /// The variant's fields; those of a tuple variant are called `0`, `1`, ….
    pub fields: &'static [FieldSchema],
}

impl TypeSchema {
    /// A schema and its hash.
    pub const fn new(name: &'static str, docs: &'static str, size: usize, align: usize, kind: TypeKind) -> Self {
        let hash = kind.hash(hash_number(hash_number(hash_name(name), size as u64), align as u64));
        Self { name, docs, size, align, kind, hash }
    }

    /// The fields, if it is a struct.
    pub fn fields(&self) -> &'static [FieldSchema] {
        match self.kind {
            TypeKind::Struct(fields) => fields,
            _ => &[],
        }
    }

    /// The shape of the tree that its values make: for a shared type that of what it holds, else its own.
    pub const fn held(&'static self) -> &'static TypeSchema {
        match self.kind {
            TypeKind::Shared(held) => held.held(),
            _ => self,
        }
    }

    /// What `new` has other than `self`, in words; `None` if nothing.
    pub fn difference(&self, new: &TypeSchema) -> Option<String> {
        if self.hash == new.hash {
            return None;
        }
        let find = |fields: &'static [FieldSchema], name: &str| fields.iter().find(|field| field.name == name);
        let (mut words, mut moved) = (Vec::new(), Vec::new());
        for old in self.fields() {
            match find(new.fields(), old.name) {
                None => words.push(format!("removed `{}`", old.name)),
                Some(now) if now.ty.name != old.ty.name => {
                    words.push(format!("`{}` was {} and is {}", old.name, old.ty.name, now.ty.name));
                }
                Some(now) if now.ty.hash != old.ty.hash => words.push(format!("`{}` changed inside", old.name)),
                Some(now) if now.offset != old.offset => moved.push(format!("`{}` moved", old.name)),
                Some(_) => {}
            }
        }
        for now in new.fields().iter().filter(|now| find(self.fields(), now.name).is_none()) {
            words.push(format!("added `{}`", now.name));
        }
        // Where fields lie matters to nobody who reads of others that came or went.
        if words.is_empty() {
            words = moved;
        }
        if words.is_empty() {
            words.push(format!("{} has another shape", self.name));
        }
        Some(words.join(", "))
    }
}

impl TypeKind {
    const fn hash(&self, hash: u64) -> u64 {
        match self {
            TypeKind::Bool => hash_number(hash, 1),
            TypeKind::Int { bits, signed } => hash_number(hash_number(hash, 2 + *signed as u64), *bits as u64),
            TypeKind::Float { bits } => hash_number(hash_number(hash, 4), *bits as u64),
            TypeKind::Text => hash_number(hash, 5),
            TypeKind::Entity => hash_number(hash, 6),
            TypeKind::Vector { len } => hash_number(hash_number(hash, 7), *len as u64),
            TypeKind::Struct(fields) => hash_fields(hash_number(hash, 8), fields),
            TypeKind::Enum(variants) => {
                let mut hash = hash_number(hash, 9);
                let mut at = 0;
                while at < variants.len() {
                    hash = hash_bytes(hash, variants[at].name.as_bytes());
                    hash = hash_fields(hash, variants[at].fields);
                    at += 1;
                }
                hash
            }
            TypeKind::Option(inner) => hash_number(hash_number(hash, 10), inner.hash),
            TypeKind::List(inner) => hash_number(hash_number(hash, 11), inner.hash),
            TypeKind::Array(inner, len) => hash_number(hash_number(hash_number(hash, 12), inner.hash), *len as u64),
            TypeKind::Shared(held) => hash_number(hash_number(hash, 13), held.hash),
        }
    }
}

const fn hash_fields(mut hash: u64, fields: &[FieldSchema]) -> u64 {
    let mut at = 0;
    while at < fields.len() {
        hash = hash_bytes(hash, fields[at].name.as_bytes());
        hash = hash_number(hash, fields[at].offset as u64);
        hash = hash_number(hash, fields[at].ty.hash);
        at += 1;
    }
    hash_number(hash, fields.len() as u64)
}

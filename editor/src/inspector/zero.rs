//! The value that a new list entry, a filled optional or a chosen variant starts with.

use playground::types::{Entity, FieldSchema, TypeKind, TypeSchema, Value, VariantSchema};

/// The simplest value of a type.
pub fn of(schema: &TypeSchema) -> Value {
    match schema.kind {
        TypeKind::Bool => Value::Bool(false),
        TypeKind::Int { .. } => Value::Int(0),
        TypeKind::Float { bits: 32 } => Value::F32(0.0),
        TypeKind::Float { .. } => Value::F64(0.0),
        TypeKind::Text => Value::Text(String::new()),
        TypeKind::Entity => Value::Entity(Entity::NONE),
        TypeKind::Vector { len } => {
            // The neutral rotation is not four zeros.
            let one = |at: usize| if schema.name == "Quat" && at == 3 { 1.0 } else { 0.0 };
            Value::List((0..len).map(|at| Value::F32(one(at))).collect())
        }
        TypeKind::Struct(fields) => structure(fields),
        TypeKind::Enum(variants) => variants.first().map_or(Value::Unit, variant),
        TypeKind::Option(_) => Value::None,
        TypeKind::List(_) => Value::List(Vec::new()),
        TypeKind::Array(inner, len) => Value::List((0..len).map(|_| of(inner)).collect()),
        TypeKind::Shared(held) => of(held),
    }
}

/// A variant with the simplest values in its fields.
pub fn variant(variant: &VariantSchema) -> Value {
    let fields = match variant.fields {
        [] => Value::Unit,
        [first, ..] if first.name == "0" => Value::List(variant.fields.iter().map(|field| of(field.ty)).collect()),
        fields => structure(fields),
    };
    Value::Variant(variant.name.to_owned(), Box::new(fields))
}

fn structure(fields: &[FieldSchema]) -> Value {
    Value::Struct(fields.iter().map(|field| (field.name.to_owned(), of(field.ty))).collect())
}

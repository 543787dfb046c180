//! The shape of a component as it was when it was saved.

use super::{read::Reader, text, whole};
use playground_engine_types::{FieldSchema, TypeKind, TypeSchema};

/// Types inside of types; more is a mistake in the data.
const DEEPEST: usize = 64;

/// What a saved type is made of.
#[derive(Debug)]
pub enum Shape {
    Bool,
    Signed,
    Unsigned,
    Float32,
    Float64,
    Text,
    Entity,
    Vector(usize),
    Struct(Vec<Field>),
    Enum(Vec<(String, Vec<Field>)>),
    Option(Box<Shape>),
    List(Box<Shape>),
    Array(Box<Shape>, usize),
}

/// A named part.
#[derive(Debug)]
pub struct Field {
    pub name: String,
    pub shape: Shape,
}

/// Writes the shape of values, in which shared types look like what they hold.
pub fn write(schema: &'static TypeSchema, out: &mut Vec<u8>) {
    match schema.held().kind {
        TypeKind::Bool => out.push(0),
        TypeKind::Int { signed: true, .. } => out.push(1),
        TypeKind::Int { signed: false, .. } => out.push(2),
        TypeKind::Float { bits: 32 } => out.push(3),
        TypeKind::Float { .. } => out.push(4),
        TypeKind::Text => out.push(5),
        TypeKind::Entity => out.push(6),
        TypeKind::Vector { len } => {
            out.push(7);
            whole(len as u64, out);
        }
        TypeKind::Struct(fields) => {
            out.push(8);
            write_fields(fields, out);
        }
        TypeKind::Enum(variants) => {
            out.push(9);
            whole(variants.len() as u64, out);
            for variant in variants {
                text(variant.name, out);
                write_fields(variant.fields, out);
            }
        }
        TypeKind::Option(inner) => {
            out.push(10);
            write(inner, out);
        }
        TypeKind::List(inner) => {
            out.push(11);
            write(inner, out);
        }
        TypeKind::Array(inner, len) => {
            out.push(12);
            whole(len as u64, out);
            write(inner, out);
        }
        TypeKind::Shared(held) => write(held, out),
    }
}

fn write_fields(fields: &'static [FieldSchema], out: &mut Vec<u8>) {
    whole(fields.len() as u64, out);
    for field in fields {
        text(field.name, out);
        write(field.ty, out);
    }
}

/// Reads a shape.
pub fn read(reader: &mut Reader<'_>, depth: usize) -> Result<Shape, String> {
    if depth > DEEPEST {
        return Err(format!("types inside of types deeper than {DEEPEST}"));
    }
    Ok(match reader.byte()? {
        0 => Shape::Bool,
        1 => Shape::Signed,
        2 => Shape::Unsigned,
        3 => Shape::Float32,
        4 => Shape::Float64,
        5 => Shape::Text,
        6 => Shape::Entity,
        7 => Shape::Vector(reader.count()?),
        8 => Shape::Struct(read_fields(reader, depth)?),
        9 => {
            let mut variants = Vec::new();
            for _ in 0..reader.count()? {
                variants.push((reader.text()?, read_fields(reader, depth)?));
            }
            Shape::Enum(variants)
        }
        10 => Shape::Option(Box::new(read(reader, depth + 1)?)),
        11 => Shape::List(Box::new(read(reader, depth + 1)?)),
        12 => {
            let len = reader.whole()? as usize;
            Shape::Array(Box::new(read(reader, depth + 1)?), len)
        }
        other => return Err(format!("there is no kind of type {other}")),
    })
}

fn read_fields(reader: &mut Reader<'_>, depth: usize) -> Result<Vec<Field>, String> {
    let mut fields = Vec::new();
    for _ in 0..reader.count()? {
        fields.push(Field { name: reader.text()?, shape: read(reader, depth + 1)? });
    }
    Ok(fields)
}

//! From Rust types to values and back. Implemented here for what fields are made of; derived for structs and enums.

mod leaf;

pub use leaf::{Leaf, LeafBuffer, same};

use crate::{Entity, FieldSchema, TypeKind, TypeSchema, Value, ValueError, VariantSchema, value::names};
use glam::{Quat, Vec2, Vec3, Vec4};

/// A type whose values the editor can show, save and change.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a field of a component: it has no schema",
    label = "this type has no schema",
    note = "use numbers, bool, String, Vec2/3/4, Quat, Entity, Option, Vec, arrays, Atomic, Shared, Handle, Once, or `#[derive(Reflect, Clone, Default)]` on your own type; function pointers, references and trait objects can't survive a reload"
)]
pub trait Reflect: Sized + Send + Sync + 'static {
    /// The shape of the type.
    const SCHEMA: &'static TypeSchema;

    /// The value as a tree.
    fn to_value(&self) -> Value;

    /// The value from a tree.
    ///
    /// # Errors
    /// When the tree does not fit the type; the error names the field.
    fn from_value(value: &Value) -> Result<Self, ValueError>;

    /// Becomes the value from a tree.
    ///
    /// # Errors
    /// As [`from_value`](Self::from_value); nothing has changed then.
    fn set(&mut self, value: &Value) -> Result<(), ValueError> {
        match Self::from_value(value) {
            Ok(new) => *self = new,
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Whether a clone is a whole copy: nothing in it is shared with the original, and no entity is named in it.
    const PLAIN: bool;

    /// Calls `visit` for every basic value, in the order of the fields. What two values of one type visit is the same
    /// exactly if they are; floats count bit by bit.
    fn walk(&self, visit: &mut dyn FnMut(Leaf<'_>));

    /// A copy that shares nothing with the original, with `map` of every entity in place of it.
    #[must_use]
    fn detach(&self, map: &dyn Fn(Entity) -> Entity) -> Self;

    /// Becomes `new`, which gets what was here before; with `base` only where `new` differs from it, so that what
    /// somebody else writes to the rest meanwhile is kept. Shared values are replaced in place where they can be: their
    /// other names see the new value instead of keeping an old one for themselves.
    fn assign(&mut self, new: &mut Self, base: Option<&Self>) {
        let differs = match base {
            Some(base) => !same(base, new),
            None => true,
        };
        if differs {
            std::mem::swap(self, new);
        }
    }
}

/// The walk and the copy of a type that is one leaf.
macro_rules! plain {
    ($this:ident => $leaf:expr) => {
        const PLAIN: bool = true;
        #[inline]
        fn walk(&self, visit: &mut dyn FnMut(Leaf<'_>)) {
            let $this = self;
            visit($leaf);
        }
        #[inline]
        fn detach(&self, _: &dyn Fn(Entity) -> Entity) -> Self {
            self.clone()
        }
    };
}

macro_rules! whole {
    ($($ty:ident),*) => {$(
        impl Reflect for $ty {
            const SCHEMA: &'static TypeSchema = &TypeSchema::new(
                stringify!($ty), "", size_of::<$ty>(), align_of::<$ty>(),
                TypeKind::Int { bits: $ty::BITS, signed: $ty::MIN != 0 },
            );
            fn to_value(&self) -> Value {
                Value::Int(*self as i128)
            }
            fn from_value(value: &Value) -> Result<Self, ValueError> {
                let number = whole_number(value)?;
                $ty::try_from(number).map_err(|_| ValueError::Range { value: number.to_string(), ty: stringify!($ty) })
            }
            plain!(this => Leaf::Whole(*this as u64));
        }
    )*};
}
whole!(i8, i16, i32, i64, u8, u16, u32, u64, usize, isize);

fn whole_number(value: &Value) -> Result<i128, ValueError> {
    match value {
        Value::Int(number) => Ok(*number),
        Value::F32(number) if number.fract() == 0.0 => Ok(*number as i128),
        Value::F64(number) if number.fract() == 0.0 => Ok(*number as i128),
        other => Err(other.mismatch("a whole number")),
    }
}

fn number(value: &Value) -> Result<f64, ValueError> {
    match value {
        Value::Int(number) => Ok(*number as f64),
        Value::F32(number) => Ok(f64::from(*number)),
        Value::F64(number) => Ok(*number),
        other => Err(other.mismatch("a number")),
    }
}

macro_rules! leaf {
    ($ty:ty, $name:literal, $kind:expr) => {
        const SCHEMA: &'static TypeSchema = &TypeSchema::new($name, "", size_of::<$ty>(), align_of::<$ty>(), $kind);
    };
}

impl Reflect for f32 {
    leaf!(f32, "f32", TypeKind::Float { bits: 32 });
    fn to_value(&self) -> Value {
        Value::F32(*self)
    }
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        let wide = number(value)?;
        let narrow = wide as f32;
        if narrow.is_infinite() && wide.is_finite() {
            return Err(ValueError::Range { value: wide.to_string(), ty: "f32" });
        }
        Ok(narrow)
    }
    plain!(this => Leaf::Float(u64::from(this.to_bits())));
}

impl Reflect for f64 {
    leaf!(f64, "f64", TypeKind::Float { bits: 64 });
    fn to_value(&self) -> Value {
        Value::F64(*self)
    }
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        number(value)
    }
    plain!(this => Leaf::Float(this.to_bits()));
}

impl Reflect for bool {
    leaf!(bool, "bool", TypeKind::Bool);
    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::Bool(value) => Ok(*value),
            other => Err(other.mismatch("true or false")),
        }
    }
    plain!(this => Leaf::Bool(*this));
}

impl Reflect for String {
    leaf!(String, "String", TypeKind::Text);
    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::Text(text) => Ok(text.clone()),
            other => Err(other.mismatch("text")),
        }
    }
    plain!(this => Leaf::Text(this));
}

impl Reflect for Entity {
    leaf!(Entity, "Entity", TypeKind::Entity);
    fn to_value(&self) -> Value {
        Value::Entity(*self)
    }
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::Entity(entity) => Ok(*entity),
            other => Err(other.mismatch("an entity such as Entity(12)")),
        }
    }
    const PLAIN: bool = false;
    fn walk(&self, visit: &mut dyn FnMut(Leaf<'_>)) {
        visit(Leaf::Entity(*self));
    }
    fn detach(&self, map: &dyn Fn(Entity) -> Entity) -> Self {
        if *self == Entity::NONE { *self } else { map(*self) }
    }
}

macro_rules! vector {
    ($($ty:ident $name:literal $len:literal),*) => {$(
        impl Reflect for $ty {
            leaf!($ty, $name, TypeKind::Vector { len: $len });
            fn to_value(&self) -> Value {
                Value::List(self.to_array().iter().map(|part| Value::F32(*part)).collect())
            }
            fn from_value(value: &Value) -> Result<Self, ValueError> {
                floats(value).map(Self::from_array)
            }
            const PLAIN: bool = true;
            fn walk(&self, visit: &mut dyn FnMut(Leaf<'_>)) {
                self.to_array().walk(visit);
            }
            fn detach(&self, _: &dyn Fn(Entity) -> Entity) -> Self {
                *self
            }
        }
    )*};
}
vector!(Vec2 "Vec2" 2, Vec3 "Vec3" 3, Vec4 "Vec4" 4, Quat "Quat" 4);

impl<T: Reflect> Reflect for Option<T> {
    const SCHEMA: &'static TypeSchema =
        &TypeSchema::new("Option", "", size_of::<Self>(), align_of::<Self>(), TypeKind::Option(T::SCHEMA));
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::None, |inner| Value::Some(Box::new(inner.to_value())))
    }
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::None => Ok(None),
            Value::Some(inner) => T::from_value(inner).map(Some),
            other => T::from_value(other).map(Some),
        }
    }
    const PLAIN: bool = T::PLAIN;
    fn walk(&self, visit: &mut dyn FnMut(Leaf<'_>)) {
        visit(Leaf::Tag(usize::from(self.is_some())));
        self.iter().for_each(|inner| inner.walk(visit));
    }
    fn detach(&self, map: &dyn Fn(Entity) -> Entity) -> Self {
        self.as_ref().map(|inner| inner.detach(map))
    }
}

impl<T: Reflect> Reflect for Vec<T> {
    const SCHEMA: &'static TypeSchema =
        &TypeSchema::new("Vec", "", size_of::<Self>(), align_of::<Self>(), TypeKind::List(T::SCHEMA));
    fn to_value(&self) -> Value {
        Value::List(self.iter().map(Reflect::to_value).collect())
    }
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        let items = list(value)?;
        items
            .iter()
            .enumerate()
            .map(|(at, item)| T::from_value(item).map_err(|error| error.inside(&at.to_string())))
            .collect()
    }
    const PLAIN: bool = T::PLAIN;
    fn walk(&self, visit: &mut dyn FnMut(Leaf<'_>)) {
        visit(Leaf::Tag(self.len()));
        self.iter().for_each(|item| item.walk(visit));
    }
    fn detach(&self, map: &dyn Fn(Entity) -> Entity) -> Self {
        self.iter().map(|item| item.detach(map)).collect()
    }
}

impl<T: Reflect, const N: usize> Reflect for [T; N] {
    const SCHEMA: &'static TypeSchema =
        &TypeSchema::new("array", "", size_of::<Self>(), align_of::<Self>(), TypeKind::Array(T::SCHEMA, N));
    fn to_value(&self) -> Value {
        Value::List(self.iter().map(Reflect::to_value).collect())
    }
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        let items = list(value)?;
        let length = || ValueError::Length { expected: N, found: items.len() };
        let parts: Vec<T> = Vec::from_value(value)?;
        parts.try_into().map_err(|_| length())
    }
    const PLAIN: bool = T::PLAIN;
    fn walk(&self, visit: &mut dyn FnMut(Leaf<'_>)) {
        self.iter().for_each(|item| item.walk(visit));
    }
    fn detach(&self, map: &dyn Fn(Entity) -> Entity) -> Self {
        std::array::from_fn(|at| self[at].detach(map))
    }
}

/// As an array of numbers is made of a value, without a vector between.
fn floats<const N: usize>(value: &Value) -> Result<[f32; N], ValueError> {
    let items = list(value)?;
    let mut parts = [0.0; N];
    for (at, item) in items.iter().enumerate() {
        let part = f32::from_value(item).map_err(|error| error.inside(&at.to_string()))?;
        parts.get_mut(at).into_iter().for_each(|place| *place = part);
    }
    if items.len() == N { Ok(parts) } else { Err(ValueError::Length { expected: N, found: items.len() }) }
}

fn list(value: &Value) -> Result<&[Value], ValueError> {
    match value {
        Value::List(items) => Ok(items),
        other => Err(other.mismatch("a list")),
    }
}

/// The tree of a struct from its fields. Called by derived code, so that the work is compiled once, here.
pub fn struct_to_value(fields: &[FieldSchema], get: &dyn Fn(usize) -> Value) -> Value {
    Value::Struct(fields.iter().enumerate().map(|(at, field)| (field.name.to_owned(), get(at))).collect())
}

/// Fills a struct from a tree: fields that are not given stay as they are, unknown ones are an error.
///
/// # Errors
/// When the tree is no struct, names an unknown field, or a field does not fit.
pub fn struct_from_value(
    ty: &'static str,
    fields: &[FieldSchema],
    value: &Value,
    set: &mut dyn FnMut(usize, &Value) -> Result<(), ValueError>,
) -> Result<(), ValueError> {
    let given: &[(String, Value)] = match value {
        Value::Struct(given) => given,
        Value::Unit => &[],
        other => return Err(other.mismatch(format!("the fields of {ty}"))),
    };
    for (name, value) in given {
        // A name that a field has comes before one that another had: it may have been given away.
        let has = fields.iter().position(|field| field.name == name);
        let had = || fields.iter().position(|field| !field.was.is_empty() && field.was == name);
        let at = has.or_else(had).ok_or_else(|| ValueError::Field {
            field: name.clone(),
            ty: ty.to_owned(),
            known: names(fields.iter().map(|field| field.name)),
        })?;
        set(at, value).map_err(|error| error.inside(name))?;
    }
    Ok(())
}

/// The fields of a tuple variant as a list, of the others as they are.
pub fn variant_to_value(variant: &VariantSchema, get: &dyn Fn(usize) -> Value) -> Value {
    let fields = match variant.fields {
        [] => Value::Unit,
        [first, ..] if first.name == "0" => Value::List((0..variant.fields.len()).map(get).collect()),
        fields => struct_to_value(fields, get),
    };
    Value::Variant(variant.name.to_owned(), Box::new(fields))
}

/// The index of the variant that `value` names.
///
/// # Errors
/// When the value is no variant or names an unknown one.
pub fn variant_index(ty: &'static str, variants: &[VariantSchema], value: &Value) -> Result<usize, ValueError> {
    let name = match value {
        Value::Variant(name, _) | Value::Text(name) => name,
        other => return Err(other.mismatch(format!("a variant of {ty}"))),
    };
    variants.iter().position(|variant| variant.name == name).ok_or_else(|| ValueError::Variant {
        variant: name.clone(),
        ty: ty.to_owned(),
        known: names(variants.iter().map(|variant| variant.name)),
    })
}

/// The value of one field of a variant.
///
/// # Errors
/// When the field is missing.
pub fn variant_field<'a>(value: &'a Value, variant: &VariantSchema, at: usize) -> Result<&'a Value, ValueError> {
    let found = match value {
        Value::Variant(_, fields) => match &**fields {
            Value::List(items) => items.get(at),
            fields => fields.field(variant.fields[at].name),
        },
        _ => None,
    };
    found.ok_or_else(|| ValueError::Field {
        field: variant.fields[at].name.to_owned(),
        ty: variant.name.to_owned(),
        known: "fewer fields than it needs".to_owned(),
    })
}

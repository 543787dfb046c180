//! What people and tools may put into components and events through the dynamic path.
//!
//! Stricter than what a scene or an undo step may hold: these go through the functions without a check, so that a value
//! from before a range was narrowed is kept. Only what is given is looked at, not what the component has already.

use crate::model::{error::EcsError, storage::Storage};
use playground_engine_types::{
    ComponentId, ComponentInfo, Entity, FieldSchema, TypeKind, TypeSchema, Value, VariantSchema,
};

impl Storage {
    /// Checks what somebody gives for the part of a component at `path` before it is stored; an empty path is the
    /// whole. `whole` is the component with that part in it.
    ///
    /// # Errors
    /// When the whole does not fit the component, or the part holds a float that is not finite, a number outside of
    /// its field's range, or an entity that does not live.
    pub fn check_input(&self, id: ComponentId, path: &str, whole: &Value) -> Result<(), EcsError> {
        check(self.info_of(id)?, path, whole, Some(self))
    }

    /// As [`Storage::spawn_values`], for what somebody gives.
    ///
    /// # Errors
    /// As [`Storage::check_input`], or when the world is full; nothing is spawned then.
    pub fn spawn_input(&mut self, components: &[(ComponentId, Value)]) -> Result<Entity, EcsError> {
        components.iter().try_for_each(|(id, value)| self.check_input(*id, "", value))?;
        self.spawn_values(components)
    }

    /// As [`Storage::spawn_input`], for many entities: all of them or none.
    ///
    /// # Errors
    /// As [`Storage::spawn_input`].
    pub fn spawn_input_batch(&mut self, rows: &[Vec<(ComponentId, Value)>]) -> Result<Vec<Entity>, EcsError> {
        rows.iter().flatten().try_for_each(|(id, value)| self.check_input(*id, "", value))?;
        let mut spawned = Vec::with_capacity(rows.len());
        for row in rows {
            match self.spawn_values(row) {
                Ok(entity) => spawned.push(entity),
                Err(error) => {
                    self.despawn_batch(&spawned);
                    return Err(error);
                }
            }
        }
        Ok(spawned)
    }

    /// As [`Storage::add_value`], for what somebody gives.
    ///
    /// # Errors
    /// As [`Storage::add_value`] and [`Storage::check_input`].
    pub fn add_input(&mut self, entity: Entity, id: ComponentId, value: Option<&Value>) -> Result<(), EcsError> {
        value.map_or(Ok(()), |value| self.check_input(id, "", value))?;
        self.add_value(entity, id, value)
    }

    /// Adds a component to entities, the default one if no value is given; tells to how many. Those that do not live
    /// are skipped, those that have one already get this one instead.
    ///
    /// # Errors
    /// As [`Storage::check_input`]; nothing is changed then. When there is no room for another archetype.
    pub fn add_input_batch(
        &mut self,
        entities: &[Entity],
        id: ComponentId,
        value: Option<&Value>,
    ) -> Result<usize, EcsError> {
        value.map_or(Ok(()), |value| self.check_input(id, "", value))?;
        let default = if value.is_none() { Some((self.info_of(id)?.default)()) } else { None };
        let Some(value) = value.or(default.as_ref()) else { return Ok(0) };
        let mut changed = 0;
        for entity in entities {
            let outcome = match self.has(*entity, id) {
                true => self.set_value(*entity, id, "", value),
                false if self.exists(*entity) => self.add_value(*entity, id, Some(value)),
                false => continue,
            };
            outcome?;
            changed += 1;
        }
        Ok(changed)
    }

    /// As [`Storage::set_value`], for what somebody gives.
    ///
    /// # Errors
    /// As [`Storage::set_value`] and [`Storage::check_input`].
    pub fn set_input(&self, entity: Entity, id: ComponentId, path: &str, value: &Value) -> Result<(), EcsError> {
        let mut whole = self.value(entity, id)?;
        let component = self.info_of(id)?.name;
        *whole.at_mut(path).map_err(|cause| EcsError::Value { component, cause })? = value.clone();
        self.check_input(id, path, &whole)?;
        self.set_value(entity, id, path, value)
    }

    /// Replaces a component by what somebody gives, and gives the one before.
    ///
    /// # Errors
    /// As [`Storage::set_input`].
    pub fn replace_input(&self, entity: Entity, id: ComponentId, value: &Value) -> Result<Value, EcsError> {
        let before = self.value(entity, id)?;
        self.set_input(entity, id, "", value)?;
        Ok(before)
    }
}

/// Checks what somebody gives for the part of a component or an event at `path`, as [`Storage::check_input`] does.
/// Entities are looked up in `storage`, if there is one.
///
/// # Errors
/// As [`Storage::check_input`].
pub(in crate::model) fn check(
    info: &'static ComponentInfo,
    path: &str,
    whole: &Value,
    storage: Option<&Storage>,
) -> Result<(), EcsError> {
    (info.check)(whole).map_err(|cause| EcsError::Value { component: info.name, cause })?;
    let root = Spot { schema: info.schema, range: None, unit: "", path: String::new() };
    let (spot, value) = root.at(path, whole);
    Check { storage, info }.tree(&spot, value)
}

/// A place in a component: its shape, what is said about its field, and the way to it.
struct Spot {
    schema: &'static TypeSchema,
    range: Option<(f64, f64)>,
    unit: &'static str,
    path: String,
}

impl Spot {
    fn field(&self, field: &'static FieldSchema) -> Self {
        let path = if self.path.is_empty() { field.name.to_owned() } else { format!("{}.{}", self.path, field.name) };
        Self { schema: field.ty, range: field.range, unit: field.unit, path }
    }

    /// A part that the field's range and unit are meant for, too.
    fn part(&self, schema: &'static TypeSchema, more: &str) -> Self {
        Self { schema, path: format!("{}{more}", self.path), ..*self }
    }

    /// What is at `path`; where it leads nowhere, the last place on the way.
    fn at<'v>(self, path: &str, value: &'v Value) -> (Self, &'v Value) {
        let names = path.split(['.', '[']).map(|name| name.trim_end_matches(']')).filter(|name| !name.is_empty());
        names.fold((self, value), |(spot, value), name| spot.child(name, value))
    }

    fn child<'v>(self, name: &str, value: &'v Value) -> (Self, &'v Value) {
        let Ok(inner) = value.at(name) else { return (self, value) };
        match (&self.schema.kind, value) {
            (TypeKind::Shared(held), _) => self.part(held, "").child(name, value),
            (TypeKind::Option(held), Value::Some(value)) => self.part(held, "").child(name, value),
            (TypeKind::Struct(fields), _) => match find(fields, name) {
                Some(field) => (self.field(field), inner),
                None => (self, value),
            },
            (TypeKind::Enum(variants), Value::Variant(tag, _)) => match variant_field(variants, tag, name) {
                Some(field) => (self.field(field), inner),
                None => (self, value),
            },
            (TypeKind::List(held) | TypeKind::Array(held, _), _) => (self.part(held, &format!("[{name}]")), inner),
            (TypeKind::Vector { .. }, _) => {
                let more = format!(".{name}");
                (self.part(<f32 as playground_engine_types::Reflect>::SCHEMA, &more), inner)
            }
            _ => (self, value),
        }
    }
}

fn find(fields: &'static [FieldSchema], name: &str) -> Option<&'static FieldSchema> {
    let had_it = |field: &&FieldSchema| !field.was.is_empty() && field.was == name;
    fields.iter().find(|field| field.name == name).or_else(|| fields.iter().find(had_it))
}

fn variant_field(variants: &'static [VariantSchema], tag: &str, name: &str) -> Option<&'static FieldSchema> {
    find(variants.iter().find(|variant| variant.name == tag)?.fields, name)
}

/// One check of one value.
struct Check<'a> {
    storage: Option<&'a Storage>,
    info: &'static ComponentInfo,
}

impl Check<'_> {
    /// Whether kinds agree was checked before: what does not fit here is left alone.
    fn tree(&self, spot: &Spot, value: &Value) -> Result<(), EcsError> {
        match (&spot.schema.kind, value) {
            (TypeKind::Shared(held), value) => self.tree(&spot.part(held, ""), value),
            (TypeKind::Option(_), Value::None) => Ok(()),
            (TypeKind::Option(held), Value::Some(value)) => self.tree(&spot.part(held, ""), value),
            (TypeKind::Option(held), value) => self.tree(&spot.part(held, ""), value),
            (TypeKind::Int { .. }, value) => self.number(spot, value, 64),
            (TypeKind::Float { bits }, value) => self.number(spot, value, *bits),
            (TypeKind::Vector { .. }, Value::List(items)) => {
                let axes = ["x", "y", "z", "w"].iter().zip(items);
                axes.into_iter()
                    .try_for_each(|(axis, value)| self.number(&spot.part(spot.schema, &format!(".{axis}")), value, 32))
            }
            (TypeKind::Entity, Value::Entity(entity)) => self.reference(spot, *entity),
            (TypeKind::Struct(fields), Value::Struct(given)) => self.fields(spot, fields, given),
            (TypeKind::Enum(variants), Value::Variant(tag, inner)) => {
                let fields = variants.iter().find(|variant| variant.name == tag).map_or(&[][..], |found| found.fields);
                match &**inner {
                    Value::List(items) => {
                        fields.iter().zip(items).try_for_each(|(field, value)| self.tree(&spot.field(field), value))
                    }
                    Value::Struct(given) => self.fields(spot, fields, given),
                    _ => Ok(()),
                }
            }
            (TypeKind::List(held) | TypeKind::Array(held, _), Value::List(items)) => {
                let mut numbered = items.iter().enumerate();
                numbered.try_for_each(|(at, value)| self.tree(&spot.part(held, &format!("[{at}]")), value))
            }
            _ => Ok(()),
        }
    }

    fn fields(&self, spot: &Spot, fields: &'static [FieldSchema], given: &[(String, Value)]) -> Result<(), EcsError> {
        let known = given.iter().filter_map(|(name, value)| Some((find(fields, name)?, value)));
        known.into_iter().try_for_each(|(field, value)| self.tree(&spot.field(field), value))
    }

    fn number(&self, spot: &Spot, value: &Value, bits: u32) -> Result<(), EcsError> {
        let number = match value {
            Value::Int(number) => *number as f64,
            Value::F32(number) => f64::from(*number),
            Value::F64(number) => *number,
            _ => return Ok(()),
        };
        let (component, field) = (self.info.name, spot.path.clone());
        if !number.is_finite() {
            return Err(EcsError::NotFinite { component, field, value: number.to_string() });
        }
        let Some((low, high)) = spot.range else { return Ok(()) };
        // In the precision of the field: 0.1 as `f32` is a little more than 0.1 as `f64` and fits into 0.0..=0.1.
        let narrow = |number: f64| if bits == 32 { f64::from(number as f32) } else { number };
        if (narrow(low)..=narrow(high)).contains(&narrow(number)) {
            return Ok(());
        }
        let unit = if spot.unit.is_empty() { String::new() } else { format!(" {}", spot.unit) };
        // As it was given: the shortest decimal form of an `f32` is its own.
        let value = playground_engine_types::text::write(value);
        Err(EcsError::OutOfRange { component, field, value, range: format!("{low}..={high}{unit}") })
    }

    fn reference(&self, spot: &Spot, entity: Entity) -> Result<(), EcsError> {
        if entity == Entity::NONE || self.storage.is_none_or(|storage| storage.exists(entity)) {
            return Ok(());
        }
        Err(EcsError::Reference { component: self.info.name, field: spot.path.clone(), entity, number: entity.bits() })
    }
}

//! Reading saved storages. Trusts nothing: what is read decides how much is allocated only as far as bytes are there.

use super::{
    Absent, StorageLoaded,
    shape::{self, Field, Shape},
};
use crate::model::{error::EcsError, migrate::fitted_from, storage::Storage};
use playground_engine_types::{ComponentInfo, Entity, Value};
use std::collections::{BTreeSet, HashSet};

/// Slots up to this number are believed whatever the size of the data: their table takes 128 MiB.
const SLOTS: u64 = 1 << 24;

/// Goes through the bytes once.
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where `bytes` begin, for messages.
    start: usize,
    /// Values that may still be made, so that a few bytes can't say that there are many empty ones.
    values: usize,
}

/// So many bytes of a name that is copied for a value count as one more value.
const NAME: usize = 32;

/// A component type in the data.
struct Type {
    name: String,
    /// As it is described here; `None` if it is not registered.
    info: Option<&'static ComponentInfo>,
    shape: Shape,
    hash: u64,
    /// Who has it, by position in the list of entities.
    holders: Vec<usize>,
}

/// Tables that are being filled.
struct Staged {
    storage: Storage,
    /// The entities of the data, and the archetype of each.
    entities: Vec<Entity>,
    archetypes: Vec<u32>,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8], start: usize) -> Self {
        Self { bytes, at: 0, start, values: bytes.len().saturating_mul(16).saturating_add(1 << 16) }
    }

    /// Tables with what is in the data, of component types that `known` has. Those of other types go to `absent`; without
    /// it they are an error.
    pub fn storage(
        mut self,
        known: &Storage,
        mut absent: Option<&mut Vec<Absent>>,
    ) -> Result<(Storage, StorageLoaded), EcsError> {
        let mut loaded = StorageLoaded::default();
        let mut types = self.types(known, absent.is_some(), &mut loaded)?;
        let (entities, resources) = self.entities(known).map_err(|cause| self.broken("the entities", cause))?;
        let mut storage = Storage { resources, ..Storage::default() };
        let mut sets: Vec<Vec<u32>> = vec![Vec::new(); entities.len()];
        for held in &mut types {
            held.holders = self.positions(entities.len()).map_err(|cause| self.broken(&held.name, cause))?;
            let Some(info) = held.info else { continue };
            let pool = storage.pool_of(info)?;
            held.holders.iter().for_each(|at| sets[*at].push(pool));
        }
        let archetypes = storage.place_loaded(&entities, sets).map_err(|error| match error {
            EcsError::NoEntity(entity) => self.broken("the entities", format!("{entity:?} is no entity of a world")),
            error => error,
        })?;
        let mut staged = Staged { storage, entities, archetypes };
        for held in &types {
            match (held.info, &mut absent) {
                (Some(info), _) => self.components(held, info, &mut staged, &mut loaded.lost)?,
                (None, Some(absent)) => absent.push(self.absent(held, &staged.entities)?),
                (None, None) => unreachable!("types that are not registered were refused"),
            }
            loaded.components += held.holders.len();
        }
        if self.at < self.bytes.len() {
            return Err(self.broken("the end", format!("{} bytes are left over", self.bytes.len() - self.at)));
        }
        loaded.entities = staged.entities.len();
        Ok((staged.storage, loaded))
    }

    /// The components of one type, each at the end of its column.
    fn components(
        &mut self,
        held: &Type,
        info: &'static ComponentInfo,
        Staged { storage, entities, archetypes }: &mut Staged,
        lost: &mut BTreeSet<String>,
    ) -> Result<(), EcsError> {
        let pool = storage.pool_of(info)? as usize;
        let same = held.hash == info.schema.hash;
        for at in &held.holders {
            let value = self.component(held, entities[*at])?;
            let value = if same { value } else { fitted_from(value, held.hash, info, lost)? };
            let column = if info.sparse { 0 } else { archetypes[*at] };
            let pushed = storage.pools[pool].push_value(column, &value);
            pushed.map_err(|cause| self.broken(&place(held, entities[*at]), cause.to_string()))?;
            if let Some(index) = &mut storage.sparse[pool] {
                index.push(entities[*at].index(), 1);
            }
        }
        Ok(())
    }

    /// The components of a type that is not registered.
    fn absent(&mut self, held: &Type, entities: &[Entity]) -> Result<Absent, EcsError> {
        let mut components = Vec::new();
        for at in &held.holders {
            // Whoever keeps them does so by name, one after the other.
            self.count_name(&held.name).map_err(|cause| self.broken(&place(held, entities[*at]), cause))?;
            components.push((entities[*at], self.component(held, entities[*at])?));
        }
        Ok(Absent { component: held.name.clone(), schema: held.hash, held: components })
    }

    fn component(&mut self, held: &Type, entity: Entity) -> Result<Value, EcsError> {
        self.value(&held.shape).map_err(|cause| self.broken(&place(held, entity), cause))
    }

    fn types(&mut self, known: &Storage, may_lack: bool, loaded: &mut StorageLoaded) -> Result<Vec<Type>, EcsError> {
        let mut types: Vec<Type> = Vec::new();
        let mut names = HashSet::new();
        let count = self.count().map_err(|cause| self.broken("the components", cause))?;
        for number in 0..count {
            let place = format!("component {} of {count}", number + 1);
            let name = self.text().map_err(|cause| self.broken(&place, cause))?;
            let read = self.u64().and_then(|hash| Ok((hash, shape::read(self, 0)?)));
            let (hash, shape) = read.map_err(|cause| self.broken(&name, cause))?;
            let info = known.components().find(|info| info.name == name);
            if info.is_none() && !may_lack {
                return Err(EcsError::no_component(&name, known.components().map(|info| info.name)));
            }
            if !names.insert(name.clone()) {
                return Err(self.broken(&name, "the component is there twice".to_owned()));
            }
            if let (Shape::Struct(saved), Some(info)) = (&shape, info.filter(|info| info.schema.hash != hash)) {
                let is_saved = |name: &str| !name.is_empty() && saved.iter().any(|field| field.name == name);
                let new = info.schema.fields().iter().filter(|field| !is_saved(field.name) && !is_saved(field.was));
                loaded.defaulted.extend(new.map(|field| format!("{}.{}", info.name, field.name)));
            }
            types.push(Type { name, info, shape, hash, holders: Vec::new() });
        }
        Ok(types)
    }

    fn entities(&mut self, known: &Storage) -> Result<(Vec<Entity>, Option<Entity>), String> {
        let count = self.count()?;
        let slots = self.ascending(count)?;
        let believed = SLOTS.max(self.bytes.len() as u64).max(u64::from(known.slots().slots_len()));
        let mut entities = Vec::new();
        for slot in slots {
            let generation = self.whole()?;
            let index = u32::try_from(slot).ok().filter(|_| slot < believed);
            let (Some(index), Ok(generation)) = (index, u32::try_from(generation)) else {
                return Err(format!("there can't be an entity {slot}v{generation} in data of this size"));
            };
            entities.push(Entity::new(index, generation));
        }
        let resources = match self.whole()? {
            0 => None,
            at => Some(*entities.get(at as usize - 1).ok_or("the resources belong to no entity")?),
        };
        Ok((entities, resources))
    }

    fn positions(&mut self, entities: usize) -> Result<Vec<usize>, String> {
        let count = self.count()?;
        let positions = self.ascending(count)?;
        match positions.last() {
            Some(last) if *last >= entities as u64 => Err(format!("entity {last} of {entities} has it")),
            _ => Ok(positions.into_iter().map(|at| at as usize).collect()),
        }
    }

    fn ascending(&mut self, count: usize) -> Result<Vec<u64>, String> {
        let (mut numbers, mut next) = (Vec::new(), 0_u64);
        for _ in 0..count {
            let number = next.checked_add(self.whole()?).filter(|number| *number < u64::MAX);
            let number = number.ok_or("a number is too large")?;
            numbers.push(number);
            next = number + 1;
        }
        Ok(numbers)
    }

    /// Counts values that are about to be made.
    fn count_values(&mut self, values: usize) -> Result<(), String> {
        self.values = self.values.checked_sub(values).ok_or("there are more values than fit into data of this size")?;
        Ok(())
    }

    /// Counts a name that is about to be copied: it stands in the data once, however many values have it.
    fn count_name(&mut self, name: &str) -> Result<(), String> {
        self.count_values(name.len() / NAME)
    }

    fn value(&mut self, shape: &Shape) -> Result<Value, String> {
        self.count_values(1)?;
        Ok(match shape {
            Shape::Bool => match self.byte()? {
                0 => Value::Bool(false),
                1 => Value::Bool(true),
                other => return Err(format!("{other} is no truth value")),
            },
            Shape::Signed => Value::Int(i128::from(self.whole()? as i64)),
            Shape::Unsigned => Value::Int(i128::from(self.whole()?)),
            Shape::Float32 => {
                let bits = self.whole()?;
                Value::F32(f32::from_bits(u32::try_from(bits).map_err(|_| format!("{bits:x} is no f32"))?))
            }
            Shape::Float64 => Value::F64(f64::from_bits(self.whole()?)),
            Shape::Text => Value::Text(self.text()?),
            Shape::Entity => Value::Entity(Entity::from_bits(self.whole()?.wrapping_sub(1))),
            Shape::Vector(len) => Value::List(self.values(&Shape::Float32, *len)?),
            Shape::Struct(fields) => Value::Struct(self.fields(fields)?),
            Shape::Enum(variants) => {
                let tag = self.whole()? as usize;
                let (name, fields) = variants.get(tag).ok_or_else(|| format!("there is no variant {tag}"))?;
                self.count_name(name)?;
                let inner = match &fields[..] {
                    [] => Value::Unit,
                    [first, ..] if first.name == "0" => {
                        Value::List(fields.iter().map(|field| self.value(&field.shape)).collect::<Result<_, _>>()?)
                    }
                    fields => Value::Struct(self.fields(fields)?),
                };
                Value::Variant(name.clone(), Box::new(inner))
            }
            Shape::Option(inner) => match self.whole()? {
                0 => Value::None,
                1 => Value::Some(Box::new(self.value(inner)?)),
                other => return Err(format!("an option is there or not, this is {other}")),
            },
            Shape::List(inner) => {
                let len = self.whole()? as usize;
                Value::List(self.values(inner, len)?)
            }
            Shape::Array(inner, len) => Value::List(self.values(inner, *len)?),
        })
    }

    fn values(&mut self, shape: &Shape, len: usize) -> Result<Vec<Value>, String> {
        let mut values = Vec::new();
        for _ in 0..len {
            values.push(self.value(shape)?);
        }
        Ok(values)
    }

    fn fields(&mut self, fields: &[Field]) -> Result<Vec<(String, Value)>, String> {
        let mut read = |field: &Field| {
            self.count_name(&field.name)?;
            Ok((field.name.clone(), self.value(&field.shape)?))
        };
        fields.iter().map(&mut read).collect()
    }

    pub fn byte(&mut self) -> Result<u8, String> {
        let byte = *self.bytes.get(self.at).ok_or("the data ends here")?;
        self.at += 1;
        Ok(byte)
    }

    fn u64(&mut self) -> Result<u64, String> {
        (0..8).try_fold(0_u64, |sum, at| Ok(sum | u64::from(self.byte()?) << (8 * at)))
    }

    pub fn whole(&mut self) -> Result<u64, String> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            if part << shift >> shift != part {
                break;
            }
            number |= part << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err("a number has more than 64 bits".to_owned())
    }

    /// How many things follow, each of which takes at least one byte.
    pub fn count(&mut self) -> Result<usize, String> {
        let (count, left) = (self.whole()?, (self.bytes.len() - self.at) as u64);
        if count > left {
            return Err(format!("{count} are announced and {left} bytes are left"));
        }
        Ok(count as usize)
    }

    pub fn text(&mut self) -> Result<String, String> {
        let len = self.count()?;
        let bytes = &self.bytes[self.at..self.at + len];
        let text = str::from_utf8(bytes).map_err(|error| format!("a text is not UTF-8: {error}"))?;
        self.at += len;
        Ok(text.to_owned())
    }

    fn broken(&self, place: &str, cause: String) -> EcsError {
        EcsError::Broken { at: self.start + self.at, place: place.to_owned(), cause }
    }
}

fn place(held: &Type, entity: Entity) -> String {
    format!("{} of {entity:?}", held.name)
}

impl Storage {
    /// Gives each entity a row in the archetype of its pools; tells which. This storage is empty before.
    fn place_loaded(&mut self, entities: &[Entity], sets: Vec<Vec<u32>>) -> Result<Vec<u32>, EcsError> {
        let mut archetypes = Vec::with_capacity(entities.len());
        for (entity, set) in entities.iter().zip(sets) {
            let archetype = self.archetype_of(set)?;
            let table = &mut self.archetypes[archetype as usize];
            if !self.entities.revive(*entity) {
                return Err(EcsError::NoEntity(*entity));
            }
            self.entities.relocate(entity.index(), archetype, table.ids.len() as u32);
            table.stamp(table.ids.len() as u32, 1);
            table.ids.push(entity.index());
            archetypes.push(archetype);
        }
        self.entities.rebuild();
        self.structure += entities.len() as u64;
        Ok(archetypes)
    }
}

//! The scene file: RON, in a fixed order, with a checksum.
//!
//! ```ron
//! (
//!     format: 1,
//!     checksum: "2d06800538d394c2",
//!     schemas: {
//!         "scene::Name": "0011223344556677",
//!     },
//!     entities: [
//!         (id: 1, components: {
//!             "scene::Name": (value: "Sun"),
//!         }),
//!     ],
//! )
//! ```
//! The checksum covers every byte after its own line. Entities stand by number, components by name.

use super::components::{GENERATED_FIRST, Generated, Orphans, StableId};
use super::orphans::{Orphan, orphans_of};
use playground_core_ecs::model::migrate::fitted_from;
use playground_core_ecs::{Component, ComponentId, ComponentInfo, EcsError, Entity, Query, Storage, Without};
use playground_engine_types::{Reflect, Value, text, text::Reader, text::TextError};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use xxhash_rust::xxh3::xxh3_64;

/// The format that this build writes.
pub const FORMAT: u32 = 1;

/// A scene file, read but not yet put into a world.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// The schema hash that each component had when it was saved.
    pub schemas: BTreeMap<String, u64>,
    /// Entities by number.
    pub entities: Vec<DocumentEntity>,
    /// Whether the checksum is that of the content. A file edited by hand has another.
    pub intact: bool,
}

/// One entity of a scene file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DocumentEntity {
    /// Its stable number.
    pub id: u64,
    /// Its components by name; entities in the values are stable numbers.
    pub components: BTreeMap<String, Value>,
    places: BTreeMap<String, (usize, usize)>,
}

/// Why a scene file can't be opened. The open scene stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The text is broken.
    #[error("{0}")]
    Text(#[from] TextError),
    /// Written by a newer version.
    #[error("the scene has format {found}, this build reads up to {FORMAT}; open it with a newer version")]
    Format {
        /// The format of the file.
        found: i128,
    },
    /// The world has no room for it, or a component can't be stored.
    #[error("{0}")]
    World(#[from] EcsError),
}

/// What happened while a document was put into a world.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Number of entities.
    pub entities: usize,
    /// Components that no loaded module has; kept and written back.
    pub orphans: BTreeSet<String>,
    /// Components whose fields are not those they were saved with.
    pub changed: BTreeSet<String>,
    /// Fields of the file that these components have no place for, as `component.field`.
    pub lost: BTreeSet<String>,
}

impl Document {
    /// Takes the content of a world. Entities without a stable number, and those that systems make anew from the others
    /// ([`Generated`]), are left out; what names one of them names none in the file. Of entities that share a number,
    /// as copies do, all but one get another number in the file.
    pub fn of(storage: &Storage) -> Self {
        let order = numbered(storage);
        let ids: HashMap<Entity, u64> = order.iter().map(|(id, entity)| (*entity, *id)).collect();
        let stable = |entity: Entity| Entity::from_bits(ids.get(&entity).copied().unwrap_or(Entity::NONE.bits()));
        let mut document = Self { intact: true, ..Self::default() };
        for (id, entity) in order {
            let mut components = BTreeMap::new();
            for info in storage.components_of(entity).into_iter().flatten() {
                let Ok(mut value) = storage.value(entity, info.id) else { continue };
                if info.id == Orphans::INFO.id {
                    components.extend(orphans_of(storage, entity));
                    let orphans = Orphans::from_value(&value).unwrap_or_default();
                    let known = orphans.into_each().filter(|orphan| orphan.schema != 0);
                    document.schemas.extend(known.map(|orphan| (orphan.name, orphan.schema)));
                } else if !info.hidden {
                    value.map_entities(&mut |entity| stable(entity));
                    document.schemas.insert(info.name.to_owned(), info.schema.hash);
                    components.insert(info.name.to_owned(), value);
                }
            }
            document.entities.push(DocumentEntity { id, components, places: BTreeMap::new() });
        }
        document
    }

    /// The text of the file.
    pub fn write(&self) -> String {
        let mut body = String::from("    schemas: {\n");
        for (name, hash) in &self.schemas {
            body.push_str("        ");
            text::write_text(name, &mut body);
            let _ = writeln!(body, ": \"{hash:016x}\",");
        }
        body.push_str("    },\n    entities: [\n");
        for entity in &self.entities {
            let _ = writeln!(body, "        (id: {}, components: {{", entity.id);
            for (name, value) in &entity.components {
                body.push_str("            ");
                text::write_text(name, &mut body);
                body.push_str(": ");
                text::write_to(value, &mut body);
                body.push_str(",\n");
            }
            body.push_str("        }),\n");
        }
        body.push_str("    ],\n)\n");
        format!("(\n    format: {FORMAT},\n    checksum: \"{:016x}\",\n{body}", xxh3_64(body.as_bytes()))
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// With line and column of the first mistake.
    pub fn read(text: &str) -> Result<Self, DocumentError> {
        let mut reader = Reader::new(text);
        let mut document = Self::default();
        reader.expect('(', "at the start of the scene")?;
        while !reader.take(')')? {
            let start = reader.offset()?;
            let name = reader.identifier().ok_or_else(|| reader.error_at(start, "a field's name is missing"))?;
            reader.expect(':', &format!("after `{name}`"))?;
            let at = reader.offset()?;
            match name {
                "format" => match reader.value()? {
                    Value::Int(found) if (1..=i128::from(FORMAT)).contains(&found) => {}
                    Value::Int(found) => return Err(DocumentError::Format { found }),
                    _ => return Err(reader.error_at(at, "the format is a whole number").into()),
                },
                "checksum" => {
                    let Value::Text(checksum) = reader.value()? else {
                        return Err(reader.error_at(at, "the checksum is a text").into());
                    };
                    let end = reader.offset()?;
                    let body = text[end..].split_once('\n').map_or("", |(_, body)| body);
                    document.intact = checksum == format!("{:016x}", xxh3_64(body.as_bytes()));
                }
                "schemas" => document.schemas = schemas(reader.value()?).map_err(|why| reader.error_at(at, why))?,
                "entities" => document.read_entities(&mut reader)?,
                other => {
                    return Err(reader.error_at(start, format!("a scene has no field `{other}`")).into());
                }
            }
            if !reader.take(',')? {
                reader.expect(')', "at the end of the scene")?;
                break;
            }
        }
        reader.end()?;
        document.entities.sort_by_key(|entity| entity.id);
        Ok(document)
    }

    fn read_entities(&mut self, reader: &mut Reader<'_>) -> Result<(), TextError> {
        let mut known = BTreeSet::new();
        reader.expect('[', "before the entities")?;
        while !reader.take(']')? {
            let at = reader.offset()?;
            let entity = read_entity(reader)?;
            if entity.id == 0 {
                return Err(reader.error_at(at, "an entity's id is a whole number from 1"));
            }
            if !known.insert(entity.id) {
                return Err(reader.error_at(at, format!("the id {} is used twice", entity.id)));
            }
            self.entities.push(entity);
            if !reader.take(',')? {
                reader.expect(']', "after the last entity")?;
                break;
            }
        }
        Ok(())
    }

    /// Fits every value to its component.
    ///
    /// # Errors
    /// With line and column of the first value that does not fit.
    pub fn check(&self, storage: &Storage) -> Result<(), DocumentError> {
        let known: HashMap<&str, &ComponentInfo> = storage.components().map(|info| (info.name, info)).collect();
        for entity in &self.entities {
            for (name, value) in &entity.components {
                let Some(info) = known.get(name.as_str()) else { continue };
                let outcome = match info.hidden {
                    true => Err("it is the editor's own and can't stand in a scene; remove it".to_owned()),
                    false => match self.fitted(name, value, info, &mut BTreeSet::new()) {
                        Some(fitted) => fitted.map(drop).map_err(|cause| cause.to_string()),
                        None => (info.check)(value).map_err(|cause| cause.to_string()),
                    },
                };
                if let Err(cause) = outcome {
                    let message = format!("entity {}, {name}: {cause}", entity.id);
                    let (line, column) = entity.places.get(name).copied().unwrap_or_default();
                    return Err(TextError { line, column, message }.into());
                }
            }
        }
        Ok(())
    }

    /// A value of a component that has other fields by now, as it is described now; `None` if it has the same.
    fn fitted(
        &self,
        name: &str,
        value: &Value,
        info: &'static ComponentInfo,
        lost: &mut BTreeSet<String>,
    ) -> Option<Result<Value, EcsError>> {
        let hash = *self.schemas.get(name).filter(|hash| **hash != info.schema.hash)?;
        Some(fitted_from(value.clone(), hash, info, lost))
    }

    /// Puts the entities into a world, which should be empty.
    ///
    /// # Errors
    /// When a value does not fit, or the world is full. A value that does not fit is found before anything changes; to
    /// have all or nothing, see [`Document::open`].
    pub fn load(&self, storage: &mut Storage) -> Result<Loaded, DocumentError> {
        self.check(storage)?;
        let known: HashMap<String, &'static ComponentInfo> =
            storage.components().map(|info| (info.name.to_owned(), info)).collect();
        let mut loaded = Loaded { entities: self.entities.len(), ..Loaded::default() };
        let mut entities = HashMap::new();
        let mut links: Vec<(Entity, ComponentId, Value)> = Vec::new();
        for entry in &self.entities {
            let mut values = vec![(StableId::INFO.id, StableId { value: entry.id }.to_value())];
            let (mut orphans, mut linked) = (Orphans::default(), Vec::new());
            for (name, value) in &entry.components {
                let Some(info) = known.get(name) else {
                    loaded.orphans.insert(name.clone());
                    let schema = self.schemas.get(name).copied().unwrap_or_default();
                    orphans.push(Orphan { name: name.clone(), value: text::write(value), schema });
                    continue;
                };
                let mut value = match self.fitted(name, value, info, &mut loaded.lost) {
                    Some(fitted) => {
                        loaded.changed.insert(name.clone());
                        fitted?
                    }
                    None => value.clone(),
                };
                let (linking, mut links) = (value.clone(), false);
                value.map_entities(&mut |entity| {
                    links |= entity != Entity::NONE;
                    Entity::NONE
                });
                if links {
                    linked.push((info.id, linking));
                }
                values.push((info.id, value));
            }
            if !orphans.names.is_empty() {
                values.push((Orphans::INFO.id, orphans.to_value()));
            }
            let entity = storage.spawn_values(&values)?;
            entities.insert(entry.id, entity);
            links.extend(linked.into_iter().map(|(id, value)| (entity, id, value)));
        }
        // Links are made last: an entity may name one that stands below it in the file.
        for (entity, id, mut value) in links {
            value.map_entities(&mut |named| entities.get(&named.bits()).copied().unwrap_or(Entity::NONE));
            storage.set_value(entity, id, "", &value)?;
        }
        Ok(loaded)
    }

    /// Puts the entities in place of those of a world.
    ///
    /// # Errors
    /// As [`Document::load`]; the world is unchanged then.
    pub fn open(&self, storage: &mut Storage) -> Result<Loaded, DocumentError> {
        // A copy, so that new entities get ids that nobody had in this world.
        let mut fresh = storage.copy();
        fresh.clear();
        let loaded = self.load(&mut fresh)?;
        storage.restore(fresh);
        Ok(loaded)
    }
}

/// The entities of a scene by number, each number once.
fn numbered(storage: &Storage) -> Vec<(u64, Entity)> {
    let mut order: Vec<(u64, Entity)> = Vec::new();
    let mut all: Query<(Entity, &StableId), Without<Generated>> = storage.query();
    all.for_each(|(entity, id)| order.push((id.value, entity)));
    drop(all);
    order.sort_unstable();
    let highest = order.iter().map(|(id, _)| *id).filter(|id| *id < GENERATED_FIRST).max().unwrap_or(0);
    let taken: BTreeSet<u64> = order.iter().map(|(id, _)| *id).filter(|id| *id > highest).collect();
    let mut free = (highest + 1..).filter(|id| !taken.contains(id));
    let mut before = 0;
    for (id, _) in &mut order {
        // A number of 0 is none.
        if *id == before {
            *id = free.next().expect("there are more numbers than entities");
        } else {
            before = *id;
        }
    }
    order.sort_unstable();
    order
}

fn read_entity(reader: &mut Reader<'_>) -> Result<DocumentEntity, TextError> {
    let mut entity = DocumentEntity::default();
    reader.expect('(', "before an entity")?;
    while !reader.take(')')? {
        let start = reader.offset()?;
        let name = reader.identifier().ok_or_else(|| reader.error_at(start, "a field's name is missing"))?;
        reader.expect(':', &format!("after `{name}`"))?;
        let at = reader.offset()?;
        match name {
            "id" => {
                entity.id =
                    u64::from_value(&reader.value()?).map_err(|error| reader.error_at(at, error.to_string()))?;
            }
            "components" => read_components(reader, &mut entity)?,
            other => return Err(reader.error_at(start, format!("an entity has no field `{other}`"))),
        }
        if !reader.take(',')? {
            reader.expect(')', "at the end of an entity")?;
            break;
        }
    }
    Ok(entity)
}

fn read_components(reader: &mut Reader<'_>, entity: &mut DocumentEntity) -> Result<(), TextError> {
    reader.expect('{', "before the components")?;
    while !reader.take('}')? {
        let at = reader.offset()?;
        let Value::Text(name) = reader.value()? else {
            return Err(reader.error_at(at, "a component's name is a text"));
        };
        reader.expect(':', "after a component's name")?;
        let place = reader.place()?;
        let value = reader.value()?;
        if entity.components.insert(name.clone(), value).is_some() {
            return Err(reader.error_at(at, format!("the component {name} is given twice")));
        }
        entity.places.insert(name, place);
        if !reader.take(',')? {
            reader.expect('}', "after the last component")?;
            break;
        }
    }
    Ok(())
}

fn schemas(value: Value) -> Result<BTreeMap<String, u64>, String> {
    let Value::Map(pairs) = value else { return Err("the schemas are a map from name to hash".to_owned()) };
    let pair = |(name, hash): (Value, Value)| match (name, hash) {
        (Value::Text(name), Value::Text(hash)) => {
            let hash = u64::from_str_radix(&hash, 16).map_err(|_| format!("`{hash}` is no schema hash"))?;
            Ok((name, hash))
        }
        _ => Err("the schemas are a map from name to hash".to_owned()),
    };
    pairs.into_iter().map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::Document;
    use crate::{COMPONENTS, Name, Parent, StableId, Transform};
    use playground_core_ecs::{Component, Storage};

    fn empty() -> Storage {
        let mut storage = Storage::default();
        COMPONENTS.iter().for_each(|info| {
            storage.pool_of(info).expect("names differ");
        });
        storage
    }

    #[test]
    fn save_load_save_gives_the_same_bytes() {
        let mut storage = empty();
        let sun = storage.spawn((StableId { value: 2 }, Name { value: "Sun \"1\"".into() })).expect("there is room");
        storage.spawn((StableId { value: 1 }, Transform::default(), Parent { entity: sun })).expect("there is room");
        let text = Document::of(&storage).write();
        let mut again = empty();
        let document = Document::read(&text).expect("it was just written");
        assert!(document.intact);
        document.load(&mut again).expect("it fits");
        assert_eq!(Document::of(&again).write(), text);
        assert!(!Document::read(&text.replace("Sun", "Son")).expect("it reads well").intact);
    }

    #[test]
    fn copies_are_written_with_numbers_of_their_own() {
        let mut storage = empty();
        let sun = storage.spawn((StableId { value: 1 }, Name { value: "Sun".into() })).expect("there is room");
        storage.spawn((StableId { value: 2 }, Parent { entity: sun })).expect("there is room");
        let copy = storage.duplicate(sun).expect("there is room");
        storage.spawn((StableId::default(), Parent { entity: copy })).expect("there is room");
        let document = Document::read(&Document::of(&storage).write()).expect("every number is used once");
        assert_eq!(document.entities.iter().map(|entity| entity.id).collect::<Vec<_>>(), [1, 2, 3, 4]);
        let mut again = empty();
        document.load(&mut again).expect("it fits");
        assert_eq!(Document::of(&again).write(), Document::of(&storage).write());
    }

    #[test]
    fn a_world_that_can_not_take_a_scene_stays_as_it_is() {
        let document = Document::read("(entities: [(id: 1)])").expect("it reads");
        let mut storage = Storage::default();
        let old = storage.spawn((Name { value: "old".into() },)).expect("there is room");
        document.open(&mut storage).expect_err("nobody told this world what a number is");
        assert!(storage.exists(old) && storage.len() == 1);
        storage.pool_of(StableId::INFO).expect("names differ");
        assert_eq!(document.open(&mut storage).expect("it fits").entities, 1);
        assert!(!storage.exists(old), "its id is nobody else's now");
    }

    #[test]
    fn components_of_modules_that_are_not_loaded_are_written_back() {
        let text = "(format: 1, entities: [(id: 7, components: {\"lost::Kind\": Rare(x: [1, 2.5])})])";
        let mut storage = empty();
        let loaded = Document::read(text).expect("it reads").load(&mut storage).expect("it loads");
        assert!(loaded.orphans.contains("lost::Kind"));
        assert!(Document::of(&storage).write().contains("\"lost::Kind\": Rare(x: [1, 2.5]),"));
    }

    #[test]
    fn a_mistake_has_line_and_column_and_changes_nothing() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let mut storage = empty();
            let error = Document::read(text).and_then(|document| document.load(&mut storage)).expect_err(text);
            assert_eq!(error.to_string(), expected);
            assert_eq!(storage.len(), 0);
        }
        check("(entities: [(id: 1)\n (id: 2)])", "line 2, column 2: `]` is missing after the last entity, here is `(`");
        check("(entities: [(id: 1),\n (id: 1)])", "line 2, column 2: the id 1 is used twice");
        check(
            "(entities: [\n(id: 1, components: {\"scene::Name\": (value: 3)})])",
            "line 2, column 37: entity 1, scene::Name: value: text is needed, this is a whole number (3)",
        );
        check(
            "(entities: [(id: 1, components: {\"scene::StableId\": (value: 3)})])",
            "line 1, column 53: entity 1, scene::StableId: it is the editor's own and can't stand in a scene; remove it",
        );
        check("(format: 9)", "the scene has format 9, this build reads up to 1; open it with a newer version");
    }
}

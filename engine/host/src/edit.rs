//! Undo: every edit as a list of changes that can be put into effect and taken back.
//!
//! Changes hold stable entity numbers, component names, field paths and values; never pointers or layouts, so they
//! outlive reloads.

use playground::core_types::Handle;
use playground::ecs::model::migrate::fitted;
use playground::ecs::{Component, ComponentId, ComponentInfo, Entity, Storage, Value};
use playground::scene::{Generated, StableId, Tree, WorldTransform};
use playground::types::{FieldSchema, Reflect, TypeKind, TypeSchema};
use std::collections::{HashMap, hash_map::Entry};

/// One change of one entity.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The entity came or went, with all its components by name.
    Entity {
        /// Its stable number.
        id: u64,
        /// Before; `None` if it did not exist.
        before: Option<Vec<(String, Value)>>,
        /// After; `None` if it does not exist.
        after: Option<Vec<(String, Value)>>,
    },
    /// A component came or went.
    Component {
        /// The entity.
        id: u64,
        /// The component's name.
        component: String,
        /// Before; `None` if it did not exist.
        before: Option<Value>,
        /// After; `None` if it does not exist.
        after: Option<Value>,
    },
    /// A field changed.
    Field {
        /// The entity.
        id: u64,
        /// The component's name.
        component: String,
        /// The field's path; empty for the whole component.
        path: String,
        /// Before.
        before: Value,
        /// After.
        after: Value,
    },
}

/// One step of undo: what the user did, and the changes that it made.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What the menu says after *Undo*.
    pub title: String,
    /// The changes in their order.
    pub changes: Vec<Change>,
    /// Changes of one gesture, such as dragging a number, are one step.
    pub gesture: Option<u64>,
}

/// All steps that can be taken back or done again.
#[derive(Clone, Default)]
pub struct History {
    /// Shared with whoever writes them down; a step that changes is copied if it is.
    done: Vec<Handle<Step>>,
    undone: Vec<Handle<Step>>,
    /// Steps before this one were done before the world began to play.
    play_mark: Option<usize>,
    /// The step after which the scene was saved; `None` if that step is gone.
    saved: Option<usize>,
}

/// Steps kept; the oldest go first.
const STEPS: usize = 1_000;

impl History {
    /// A history of a scene that was just opened.
    pub fn new() -> Self {
        Self { saved: Some(0), ..Self::default() }
    }

    /// Remembers a step. A step of the same gesture as the last one goes into it.
    pub fn push(&mut self, step: Step) {
        if step.changes.is_empty() {
            return;
        }
        self.undone.clear();
        if self.saved.is_some_and(|saved| saved > self.done.len()) {
            self.saved = None;
        }
        let floor = self.play_mark.unwrap_or(0);
        let count = self.done.len();
        let merges = count > floor && self.saved != Some(count);
        match self.done.last_mut().filter(|last| merges && step.gesture.is_some() && last.gesture == step.gesture) {
            Some(last) => merge(&mut Handle::make_mut(last).changes, step.changes),
            None => self.done.push(Handle::new(step)),
        }
        if self.done.len() > STEPS && self.play_mark.is_none() {
            self.done.remove(0);
            self.saved = self.saved.and_then(|saved| saved.checked_sub(1));
        }
    }

    /// What undo would take back.
    pub fn undo_title(&self) -> Option<&str> {
        let floor = self.play_mark.unwrap_or(0);
        self.done.last().filter(|_| self.done.len() > floor).map(|step| step.title.as_str())
    }

    /// What redo would do again.
    pub fn redo_title(&self) -> Option<&str> {
        self.undone.last().map(|step| step.title.as_str())
    }

    /// Takes the last step back.
    ///
    /// # Errors
    /// When the world no longer has what the step changed; the step stays then.
    pub fn undo(&mut self, world: &mut Storage, tree: &mut Tree) -> Result<Option<String>, String> {
        if self.undo_title().is_none() {
            return Ok(None);
        }
        let Some(step) = self.done.pop() else { return Ok(None) };
        let title = step.title.clone();
        let outcome = step.changes.iter().rev().try_for_each(|change| change.reversed().apply(world, tree));
        if let Err(error) = outcome {
            self.done.push(step);
            return Err(error);
        }
        self.undone.push(step);
        Ok(Some(title))
    }

    /// Does the last undone step again.
    ///
    /// # Errors
    /// When the world no longer has what the step changed; the step stays then.
    pub fn redo(&mut self, world: &mut Storage, tree: &mut Tree) -> Result<Option<String>, String> {
        let Some(step) = self.undone.pop() else { return Ok(None) };
        let title = step.title.clone();
        if let Err(error) = step.changes.iter().try_for_each(|change| change.apply(world, tree)) {
            self.undone.push(step);
            return Err(error);
        }
        self.done.push(step);
        Ok(Some(title))
    }

    /// Makes the steps fit a component that has other fields now. Changes of a field that is gone leave their steps.
    pub fn convert(&mut self, info: &'static ComponentInfo) {
        for step in self.done.iter_mut().chain(&mut self.undone) {
            Handle::make_mut(step).changes.retain_mut(|change| change.convert(info));
        }
    }

    /// The steps that were done and those that were taken back, with the places where play began and where the scene
    /// was saved.
    pub fn parts(&self) -> (&[Handle<Step>], &[Handle<Step>], Option<usize>, Option<usize>) {
        (&self.done, &self.undone, self.play_mark, self.saved)
    }

    /// A history of these parts.
    pub fn of_parts(done: Vec<Step>, undone: Vec<Step>, play_mark: Option<usize>, saved: Option<usize>) -> Self {
        let shared = |steps: Vec<Step>| steps.into_iter().map(Handle::new).collect();
        Self { done: shared(done), undone: shared(undone), play_mark, saved }
    }

    /// Whether the scene differs from its file.
    pub fn dirty(&self) -> bool {
        // What is edited while playing goes at Stop, so it does not make the scene differ.
        self.saved != Some(self.play_mark.unwrap_or(self.done.len()))
    }

    /// Notes that the scene as it is was saved.
    pub fn mark_saved(&mut self) {
        self.saved = Some(self.done.len());
    }

    /// Notes that the scene differs from its file in a way that no step tells.
    pub fn mark_unsaved(&mut self) {
        self.saved = None;
    }

    /// Notes that the world begins to play: steps from here on go when it stops.
    pub fn begin_play(&mut self) {
        self.play_mark = Some(self.done.len());
        self.undone.clear();
    }

    /// Forgets the steps of playing.
    pub fn end_play(&mut self) {
        if let Some(mark) = self.play_mark.take() {
            self.done.truncate(mark);
            self.undone.clear();
        }
    }
}

/// Later changes of the same fields replace what earlier ones led to.
fn merge(changes: &mut Vec<Change>, more: Vec<Change>) {
    // Where each field changes, made when it is needed: mostly a gesture changes the same fields in the same order.
    let mut places: Option<HashMap<FieldKey, usize>> = None;
    for (at, change) in more.into_iter().enumerate() {
        let Some(key) = change.field_key() else {
            changes.push(change);
            continue;
        };
        let known = match changes.get(at).and_then(Change::field_key) == Some(key) {
            true => Some(at),
            false => {
                let (id, component, path) = key;
                let key = (id, component.to_owned(), path.to_owned());
                let places = places.get_or_insert_with(|| places_of_fields(changes));
                match places.entry(key) {
                    Entry::Occupied(known) => Some(*known.get()),
                    Entry::Vacant(new) => {
                        new.insert(changes.len());
                        None
                    }
                }
            }
        };
        match (known.map(|at| &mut changes[at]), change) {
            (Some(Change::Field { after, .. }), Change::Field { after: new, .. }) => *after = new,
            (_, change) => changes.push(change),
        }
    }
}

/// An entity, a component and a path.
type FieldKey = (u64, String, String);

fn places_of_fields(changes: &[Change]) -> HashMap<FieldKey, usize> {
    let mut places = HashMap::with_capacity(changes.len());
    for (at, change) in changes.iter().enumerate() {
        if let Some((id, component, path)) = change.field_key() {
            places.entry((id, component.to_owned(), path.to_owned())).or_insert(at);
        }
    }
    places
}

impl Change {
    /// Which field it changes, if it changes one.
    fn field_key(&self) -> Option<(u64, &str, &str)> {
        match self {
            Self::Field { id, component, path, .. } => Some((*id, component, path)),
            Self::Entity { .. } | Self::Component { .. } => None,
        }
    }

    /// The change that takes this one back.
    pub fn reversed(&self) -> Self {
        let mut back = self.clone();
        match &mut back {
            Self::Entity { before, after, .. } => std::mem::swap(before, after),
            Self::Component { before, after, .. } => std::mem::swap(before, after),
            Self::Field { before, after, .. } => std::mem::swap(before, after),
        }
        back
    }

    /// Makes the change fit a component that has other fields now; says whether there is anything left of it.
    fn convert(&mut self, info: &'static ComponentInfo) -> bool {
        let fit = |value: &mut Value| *value = fitted(std::mem::replace(value, Value::Unit), info);
        match self {
            Self::Entity { before, after, .. } => {
                let components = before.iter_mut().chain(after).flatten();
                components.filter(|(name, _)| name == info.name).for_each(|(_, value)| fit(value));
            }
            Self::Component { component, before, after, .. } if component == info.name => {
                before.iter_mut().chain(after).for_each(fit);
            }
            Self::Field { component, path, before, after, .. } if component == info.name => {
                if path.is_empty() {
                    [before, after].into_iter().for_each(fit);
                } else if info.migrate.is_some() {
                    // What a single field was worth only the component's own conversion knows, and that takes all of it.
                    return false;
                } else {
                    let Some(renamed) = renamed(info.schema, path) else { return false };
                    *path = renamed;
                }
            }
            Self::Component { .. } | Self::Field { .. } => {}
        }
        true
    }

    /// Puts the change into effect.
    ///
    /// # Errors
    /// In words, when the entity, the component or the field is gone.
    pub fn apply(&self, world: &mut Storage, tree: &mut Tree) -> Result<(), String> {
        match self {
            Self::Entity { id, after: Some(components), .. } => spawn(world, tree, *id, components).map(drop),
            Self::Entity { id, after: None, .. } => {
                let entity = find(tree, *id)?;
                // What systems made for it ends with it, and comes back by itself when it does.
                world.locate(entity).map_err(|error| error.to_string())?;
                let mut ending = tree.branch(entity);
                ending.retain(|below| *below == entity || world.has(*below, Generated::INFO.id));
                world.despawn_batch(&ending);
                let ids: Vec<u64> = ending.iter().map(|entity| tree.id(*entity)).collect();
                ids.iter().for_each(|id| tree.note_despawned(*id));
                Ok(())
            }
            Self::Component { id, component, after, .. } => {
                let (entity, component) = (find(tree, *id)?, component_id(world, component)?);
                let value = after.as_ref().map(|value| live(tree, value));
                match (value, world.has(entity, component)) {
                    (Some(value), true) => world.set_value(entity, component, "", &value),
                    (Some(value), false) => world.add_value(entity, component, Some(&value)),
                    (None, _) => world.remove(entity, component),
                }
                .map_err(|error| error.to_string())
            }
            Self::Field { id, component, path, after, .. } => {
                let (entity, component) = (find(tree, *id)?, component_id(world, component)?);
                world.set_value(entity, component, path, &live(tree, after)).map_err(|error| error.to_string())
            }
        }
    }
}

/// A field's path with the names that its fields have now; `None` if one is gone.
fn renamed(schema: &'static TypeSchema, path: &str) -> Option<String> {
    let (mut schema, mut parts) = (schema.held(), Vec::new());
    for part in path.split('.') {
        let (name, index) = part.find('[').map_or((part, ""), |at| part.split_at(at));
        // Inside of anything but a struct, names are axes and places in lists.
        let TypeKind::Struct(fields) = schema.kind else {
            parts.push(part.to_owned());
            continue;
        };
        let had_it = |field: &&FieldSchema| !field.was.is_empty() && field.was == name;
        let field = fields.iter().find(|field| field.name == name).or_else(|| fields.iter().find(had_it))?;
        parts.push(format!("{}{index}", field.name));
        schema = field.ty.held();
        if !index.is_empty()
            && let TypeKind::List(inner) | TypeKind::Array(inner, _) = schema.kind
        {
            schema = inner.held();
        }
    }
    Some(parts.join("."))
}

/// Takes changes back that were just put into effect.
///
/// # Panics
/// When something else changed the world since, which nobody can who does not hold it.
pub fn take_back(changes: &[Change], world: &mut Storage, tree: &mut Tree) {
    for done in changes.iter().rev() {
        done.reversed().apply(world, tree).expect("what was just done can be taken back");
    }
}

/// Spawns an entity with a stable number and components by name; entities in the values are stable numbers.
pub fn spawn(world: &mut Storage, tree: &mut Tree, id: u64, components: &[(String, Value)]) -> Result<Entity, String> {
    if tree.entity(id).is_some() {
        return Err(format!("the entity {id} exists already"));
    }
    let stable = StableId { value: id }.to_value();
    let mut values = vec![(StableId::INFO.id, stable)];
    for (component, value) in components {
        values.push((component_id(world, component)?, live(tree, value)));
    }
    let entity = world.spawn_values(&values).map_err(|error| error.to_string())?;
    tree.note_spawned(id, entity);
    Ok(entity)
}

/// The components of an entity by name, with stable numbers for the entities in them: all that make it what it is.
pub fn components(world: &Storage, tree: &Tree, entity: Entity) -> Vec<(String, Value)> {
    // Its number names it, its place in the world follows from others, and a copy of what a system made is its own.
    let follows = [StableId::INFO.id, WorldTransform::INFO.id, Generated::INFO.id];
    let infos = world.components_of(entity).into_iter().flatten().filter(|info| !follows.contains(&info.id));
    let read = |info: &'static playground::ecs::ComponentInfo| {
        Some((info.name.to_owned(), stable(tree, &world.value(entity, info.id).ok()?)))
    };
    infos.filter_map(read).collect()
}

/// A value with stable numbers instead of entities.
pub fn stable(tree: &Tree, value: &Value) -> Value {
    let mut value = value.clone();
    value.map_entities(&mut |entity| match tree.id(entity) {
        0 => Entity::NONE,
        id => Entity::from_bits(id),
    });
    value
}

/// A value with entities instead of stable numbers. Numbers that nobody has become no entity.
pub fn live(tree: &Tree, value: &Value) -> Value {
    let mut value = value.clone();
    value.map_entities(&mut |id| if id == Entity::NONE { id } else { tree.entity(id.bits()).unwrap_or(Entity::NONE) });
    value
}

/// Refuses a value that names entities by stable numbers which nobody has.
///
/// # Errors
/// With the number.
pub fn check_named(tree: &Tree, value: &Value) -> Result<(), String> {
    let mut unknown = None;
    value.clone().map_entities(&mut |named| {
        if named != Entity::NONE && tree.entity(named.bits()).is_none() {
            unknown = Some(named.bits());
        }
        named
    });
    unknown.map_or(Ok(()), |id| Err(format!("there is no entity {id}; entity.list shows all of them")))
}

fn find(tree: &Tree, id: u64) -> Result<Entity, String> {
    tree.entity(id).ok_or_else(|| format!("there is no entity {id}"))
}

fn component_id(world: &Storage, name: &str) -> Result<ComponentId, String> {
    world.component(name).map(|info| info.id).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::{Change, History, Step, components, spawn};
    use playground::ecs::{Storage, Value};
    use playground::scene::{COMPONENTS, Document, Tree};

    fn world() -> Storage {
        let mut storage = Storage::default();
        COMPONENTS.iter().for_each(|info| {
            storage.pool_of(info).expect("names differ");
        });
        storage
    }

    fn rename(id: u64, before: &str, after: &str, gesture: Option<u64>) -> Step {
        let text = |text: &str| Value::Text(text.to_owned());
        let (component, path) = ("scene::Name".to_owned(), "value".to_owned());
        let change = Change::Field { id, component, path, before: text(before), after: text(after) };
        Step { title: "Rename".into(), changes: vec![change], gesture }
    }

    #[test]
    fn undo_and_redo_lead_back_and_forth_exactly() {
        let (mut world, mut tree) = (world(), Tree::default());
        let name = vec![("scene::Name".to_owned(), Value::Struct(vec![("value".into(), Value::Text("a".into()))]))];
        let mut history = History::new();
        let steps = [
            Step {
                title: "New".into(),
                changes: vec![Change::Entity { id: 1, before: None, after: Some(name) }],
                gesture: None,
            },
            rename(1, "a", "b", Some(1)),
            rename(1, "b", "c", Some(1)),
            rename(1, "c", "d", None),
        ];
        let mut states = vec![Document::of(&world).write()];
        for step in steps {
            step.changes.iter().for_each(|change| change.apply(&mut world, &mut tree).expect("it fits"));
            history.push(step);
            states.push(Document::of(&world).write());
        }
        states.remove(2); // the two changes of one gesture are one step
        for state in states.iter().rev().skip(1) {
            assert!(history.undo(&mut world, &mut tree).expect("it fits").is_some());
            assert_eq!(&Document::of(&world).write(), state);
        }
        assert_eq!(history.undo(&mut world, &mut tree), Ok(None));
        assert!(!history.dirty());
        for state in &states[1..] {
            history.redo(&mut world, &mut tree).expect("it fits");
            assert_eq!(&Document::of(&world).write(), state);
        }
        assert!(history.dirty());
    }

    #[test]
    fn dragging_many_entities_takes_time_in_proportion() {
        const MANY: u64 = 100_000;
        let step = |ids: &mut dyn Iterator<Item = u64>, after: &str| Step {
            title: "Drag".into(),
            changes: ids.flat_map(|id| rename(id, "a", after, None).changes).collect(),
            gesture: Some(1),
        };
        let steps = [step(&mut (0..MANY), "b"), step(&mut (0..MANY), "c"), step(&mut (1..MANY + 1).rev(), "d")];
        let mut history = History { saved: None, ..History::default() };
        let start = std::time::Instant::now();
        steps.into_iter().for_each(|step| history.push(step));
        assert!(start.elapsed().as_secs() < 2, "{:?}", start.elapsed());
        let changes = &history.done[0].changes;
        assert_eq!((history.done.len(), changes.len()), (1, MANY as usize + 1));
        assert_eq!(changes[0], rename(0, "a", "c", None).changes[0]);
        assert_eq!(changes[1], rename(1, "a", "d", None).changes[0]);
        assert_eq!(changes[MANY as usize], rename(MANY, "a", "d", None).changes[0]);
    }

    #[test]
    fn a_despawned_entity_comes_back_with_all_it_had() {
        let (mut world, mut tree) = (world(), Tree::default());
        let entity = spawn(&mut world, &mut tree, 5, &[]).expect("there is room");
        let change = Change::Entity { id: 5, before: Some(components(&world, &tree, entity)), after: None };
        change.apply(&mut world, &mut tree).expect("it lives");
        assert!(change.apply(&mut world, &mut tree).is_err());
        change.reversed().apply(&mut world, &mut tree).expect("the number is free");
        assert_eq!(Tree::read(&world).last_id(), 5);
    }
}

//! The description of an operator: what menus, keys, the palette, the command line and `operator.list` are made from; and
//! the operators that modules bring.

use crate::Arguments;
use crate::report::{PlayState, Report};
use playground_core_ecs::{Entity, World};
use playground_core_scene::Tree;
use playground_core_types::Handle;
use playground_engine_types::Value;

/// One thing a user can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorInfo {
    /// Stable id, such as `entity.spawn`.
    pub id: &'static str,
    /// What menus and the palette say.
    pub title: &'static str,
    /// One sentence for tooltips and `operator.list`.
    pub docs: &'static str,
    /// Key binding such as `Ctrl+Shift+P`; empty if it has none.
    pub shortcut: &'static str,
    /// The menu it stands in, such as `Entity`; empty if in none.
    pub menu: &'static str,
    /// What it takes.
    pub parameters: &'static [Parameter],
    /// When it can be used.
    pub when: Availability,
    /// Who carries it out.
    pub session: Session,
}

/// One parameter of an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it takes, in words with its kind.
    pub docs: &'static str,
    /// Whether it must be given.
    pub required: bool,
}

impl Parameter {
    /// One that must be given.
    pub const fn needed(name: &'static str, docs: &'static str) -> Self {
        Self { name, docs, required: true }
    }

    /// One that may be left out.
    pub const fn optional(name: &'static str, docs: &'static str) -> Self {
        Self { name, docs, required: false }
    }
}

/// Who carries out an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Session {
    /// The engine; it works without a window.
    Engine,
    /// The window: panels, dialogs, layout, screenshots.
    Window,
}

/// What must hold for an operator to make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// Always.
    Always,
    /// At least one entity is selected.
    Selected,
    /// There is a step to undo.
    CanUndo,
    /// There is a step to redo.
    CanRedo,
    /// The world is playing or paused.
    Running,
    /// The world is not playing.
    NotPlaying,
    /// A build is running.
    Building,
}

impl Availability {
    /// Why it can't be used now; `None` if it can.
    pub fn reason(self, report: &Report) -> Option<&'static str> {
        self.reason_in(&Situation {
            selected: !report.selection.is_empty(),
            can_undo: report.undo.is_some(),
            can_redo: report.redo.is_some(),
            play: report.play,
            building: report.build.is_some(),
        })
    }

    /// The same, for whoever has no report.
    pub fn reason_in(self, situation: &Situation) -> Option<&'static str> {
        let (available, reason) = match self {
            Self::Always => (true, ""),
            Self::Selected => (situation.selected, "Select an entity first"),
            Self::CanUndo => (situation.can_undo, "Nothing to undo"),
            Self::CanRedo => (situation.can_redo, "Nothing to redo"),
            Self::Running => (situation.play != PlayState::Stopped, "The world is not running"),
            Self::NotPlaying => (situation.play != PlayState::Playing, "The world is running already"),
            Self::Building => (situation.building, "No build is running"),
        };
        (!available).then_some(reason)
    }
}

/// What the availability of operators depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Situation {
    /// Whether an entity is selected.
    pub selected: bool,
    /// Whether there is a step to undo.
    pub can_undo: bool,
    /// Whether there is a step to redo.
    pub can_redo: bool,
    /// Whether the world runs.
    pub play: PlayState,
    /// Whether a build is running.
    pub building: bool,
}

/// An operator that a module brings. Menus, keys, the palette, the console and the command line have it as soon as the
/// module runs.
///
/// ```
/// use playground_core_editor::{Operator, OperatorContext, Parameter};
/// use playground_core_scene::{Name, Transform};
/// use playground_engine_types::Value;
///
/// const PLACE: Operator = Operator::new("lamps.place", "Place a lamp", "Puts a lamp at the origin", place)
///     .menu("Entity")
///     .shortcut("Ctrl+Shift+L")
///     .parameters(&[Parameter::optional("name", "what it is called; `Lamp` if not given")]);
///
/// fn place(context: &mut OperatorContext) -> Result<Value, String> {
///     let value = context.arguments.text("name")?.unwrap_or_else(|| "Lamp".to_owned());
///     let lamp = context.world.write().spawn((Name { value }, Transform::default()));
///     context.selection = vec![lamp.map_err(|error| error.to_string())?];
///     Ok(Value::Unit)
/// }
/// # assert_eq!((PLACE.info.id, PLACE.info.menu), ("lamps.place", "Entity"));
/// ```
#[derive(Clone, Debug)]
pub struct Operator {
    /// What is shown of it.
    pub info: OperatorInfo,
    /// What it does.
    pub run: Run,
}

/// What an operator of a module does. No lock is held while it runs.
///
/// All that it changes in the world is one step of undo, named by the operator's title. If it fails or panics, the world
/// is as it was. What it gives is the result of the call; entities in it are shown by their stable numbers.
pub type Run = fn(&mut OperatorContext<'_>) -> Result<Value, String>;

impl Operator {
    /// An operator without key, menu and parameters that can always be used. `id` begins with the module's name and a
    /// point: `swarm.add` is one of `playground-plugins-swarm`.
    pub const fn new(id: &'static str, title: &'static str, docs: &'static str, run: Run) -> Self {
        let (when, session) = (Availability::Always, Session::Engine);
        let info = OperatorInfo { id, title, docs, shortcut: "", menu: "", parameters: &[], when, session };
        Self { info, run }
    }

    /// The same with a key binding such as `Ctrl+Shift+L`.
    #[must_use]
    pub const fn shortcut(self, shortcut: &'static str) -> Self {
        Self { info: OperatorInfo { shortcut, ..self.info }, run: self.run }
    }

    /// The same in a menu, such as `Entity`; a menu that there is not yet is made.
    #[must_use]
    pub const fn menu(self, menu: &'static str) -> Self {
        Self { info: OperatorInfo { menu, ..self.info }, run: self.run }
    }

    /// The same with what it takes.
    #[must_use]
    pub const fn parameters(self, parameters: &'static [Parameter]) -> Self {
        Self { info: OperatorInfo { parameters, ..self.info }, run: self.run }
    }

    /// The same for when this holds.
    #[must_use]
    pub const fn when(self, when: Availability) -> Self {
        Self { info: OperatorInfo { when, ..self.info }, run: self.run }
    }
}

/// What an operator of a module works on.
pub struct OperatorContext<'a> {
    /// The world.
    pub world: &'a Handle<World>,
    /// What it was called with; each is one of its parameters, and none that is needed lacks.
    pub arguments: Arguments<'a>,
    /// The selected entities, the last one picked at the end. Those that are here when it has ended are selected then.
    pub selection: Vec<Entity>,
    tree: &'a Tree,
}

impl<'a> OperatorContext<'a> {
    /// A context over one call. `tree` is that of the world as it is.
    pub fn new(world: &'a Handle<World>, arguments: Arguments<'a>, selection: Vec<Entity>, tree: &'a Tree) -> Self {
        Self { world, arguments, selection, tree }
    }

    /// The entities that an argument names by their numbers; the selected ones if it is not given.
    ///
    /// # Errors
    /// When a number is nobody's, or none is given and none is selected.
    pub fn entities(&self, argument: &str) -> Result<Vec<Entity>, String> {
        let entities = match self.arguments.entities(argument)? {
            Some(numbers) => numbers.into_iter().map(|number| self.entity(number)).collect::<Result<_, _>>()?,
            None => self.selection.clone(),
        };
        match entities.is_empty() {
            true => Err(format!("no entity is given and none is selected; give {argument}=NUMBER")),
            false => Ok(entities),
        }
    }

    /// The entity of a stable number.
    ///
    /// # Errors
    /// When it is nobody's.
    pub fn entity(&self, number: u64) -> Result<Entity, String> {
        let found = self.tree.entity(number);
        found.ok_or_else(|| format!("there is no entity {number}; entity.list shows all of them"))
    }
}

/// Whether an operator may have this id if `package` brings it: it begins with the last part of the package's name.
pub const fn belongs(id: &str, package: &str) -> bool {
    let (id, package) = (id.as_bytes(), package.as_bytes());
    let mut start = package.len();
    while start > 0 && package[start - 1] != b'-' {
        start -= 1;
    }
    let length = package.len() - start;
    if id.len() < length + 2 || id[length] != b'.' {
        return false;
    }
    let mut at = 0;
    while at < length {
        if id[at] != package[start + at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Stops the compiler at an operator that is named like one of another module.
#[doc(hidden)]
pub const fn checked(package: &str, operators: &'static [Operator]) -> &'static [Operator] {
    let mut at = 0;
    while at < operators.len() {
        assert!(
            belongs(operators[at].info.id, package),
            "the id of an operator begins with the name of its module and a point, such as `swarm.add`"
        );
        at += 1;
    }
    operators
}

#[cfg(test)]
mod tests {
    use super::belongs;

    #[test]
    fn ids_begin_with_the_module() {
        for (id, package, expected) in [
            ("swarm.add", "playground-plugins-swarm", true),
            ("swarm.add.more", "swarm", true),
            ("swarm.", "playground-plugins-swarm", false),
            ("swarms.add", "playground-plugins-swarm", false),
            ("entity.add", "playground-plugins-swarm", false),
            ("add", "playground-plugins-swarm", false),
        ] {
            assert_eq!(belongs(id, package), expected, "{id} of {package}");
        }
    }
}

//! The editor's view of the one table of operators, its own and those of modules: look-up, arguments that can be filled
//! in, keys.

use crate::hierarchy::selection_of;
use eframe::egui::{Key, KeyboardShortcut, Modifiers};
use playground::editor::report::OperatorRow;
use playground::editor::{Invocation, OperatorInfo, Report, Session};

/// All operators that there are at the moment.
#[derive(Clone, Copy)]
pub struct Operators<'a> {
    table: &'static [OperatorInfo],
    brought: &'a [OperatorRow],
}

impl Operators<'static> {
    /// The editor's own operators, which are in `table`.
    pub fn new(table: &'static [OperatorInfo]) -> Self {
        Self { table, brought: &[] }
    }
}

impl<'a> Operators<'a> {
    /// The same with those of modules.
    pub fn with(self, brought: &'a [OperatorRow]) -> Self {
        Self { brought, ..self }
    }

    /// All operators: those of the table in its order, then those of modules.
    pub fn iter(self) -> impl Iterator<Item = &'static OperatorInfo> + 'a {
        self.table.iter().chain(self.brought.iter().map(|row| row.info))
    }

    /// The operator of that id.
    pub fn get(self, id: &str) -> Option<&'static OperatorInfo> {
        self.iter().find(|info| info.id == id)
    }

    /// The module that brought an operator; `None` for the editor's own.
    pub fn module_of(self, id: &str) -> Option<&'a str> {
        self.brought.iter().find(|row| row.info.id == id).map(|row| row.module.as_str())
    }

    /// Whether the window carries the operator out. Unknown ones go to the engine, which says that they are unknown.
    pub fn is_window(self, id: &str) -> bool {
        self.get(id).is_some_and(|info| info.session == Session::Window)
    }

    /// Why the operator can't be used now; `None` if it can.
    pub fn reason(self, id: &str, report: &Report) -> Option<&'static str> {
        self.get(id).and_then(|info| info.when.reason(report))
    }
}

/// The call that a menu entry or a key makes: without arguments, except for the selected entities.
pub fn plain_call(info: &OperatorInfo, report: &Report) -> Invocation {
    let call = Invocation::new(info.id);
    let takes_entity = info.id != "selection.set" && info.parameters.iter().any(|parameter| parameter.name == "entity");
    if takes_entity && !report.selection.is_empty() { call.entities(&selection_of(report)) } else { call }
}

/// The first parameter that must be given and is not.
pub fn missing(info: &OperatorInfo, call: &Invocation) -> Option<&'static str> {
    let given = |name: &str| call.arguments.iter().any(|(given, _)| given == name);
    info.parameters
        .iter()
        .find(|parameter| parameter.required && !given(parameter.name))
        .map(|parameter| parameter.name)
}

/// A key binding from the table, such as `Ctrl+Shift+P`. On a Mac, Ctrl is Cmd.
pub fn shortcut(text: &str) -> Option<KeyboardShortcut> {
    let mut modifiers = Modifiers::NONE;
    let mut key = None;
    for part in text.split('+') {
        match part.trim() {
            "Ctrl" => modifiers |= Modifiers::COMMAND,
            "Shift" => modifiers |= Modifiers::SHIFT,
            "Alt" => modifiers |= Modifiers::ALT,
            "Del" => key = Some(Key::Delete),
            name => key = Key::from_name(name),
        }
    }
    key.map(|key| KeyboardShortcut::new(modifiers, key))
}

/// All bindings of an operator; they are separated by ` / ` or `, `.
pub fn shortcuts(info: &OperatorInfo) -> impl Iterator<Item = KeyboardShortcut> {
    info.shortcut.split(['/', ',']).filter_map(|text| shortcut(text.trim()))
}

#[cfg(test)]
mod tests {
    use super::shortcut;
    use eframe::egui::{Key, KeyboardShortcut, Modifiers};

    #[test]
    fn keys_are_read_from_the_table() {
        let check = |text: &str, modifiers: Modifiers, key: Key| {
            assert_eq!(shortcut(text), Some(KeyboardShortcut::new(modifiers, key)), "{text}");
        };
        check("Ctrl+Shift+P", Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
        check("F5", Modifiers::NONE, Key::F5);
        check("Shift+F5", Modifiers::SHIFT, Key::F5);
        check("Delete", Modifiers::NONE, Key::Delete);
        check("Del", Modifiers::NONE, Key::Delete);
        assert_eq!(shortcut(""), None);
    }
}

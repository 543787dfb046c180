//! Key bindings from the table of operators.

use crate::operators::{Operators, shortcut, shortcuts};
use eframe::egui::{self, Key, KeyboardShortcut};
use playground::editor::OperatorInfo;
use playground_engine_host::operators::SECOND_KEYS;

/// What typing needs for itself: a text field keeps these although they hold Ctrl.
const EDITING: [Key; 6] = [Key::Z, Key::Y, Key::C, Key::X, Key::V, Key::A];

/// The operators whose keys were pressed since the last frame. `flying` keeps single letters for the camera.
pub fn pressed(ctx: &egui::Context, operators: Operators, flying: bool) -> Vec<&'static OperatorInfo> {
    let typing = ctx.text_edit_focused();
    let mut bindings: Vec<(KeyboardShortcut, &OperatorInfo)> =
        operators.iter().flat_map(|info| shortcuts(info).map(move |keys| (keys, info))).collect();
    bindings.extend(SECOND_KEYS.iter().filter_map(|(keys, id)| Some((shortcut(keys)?, operators.get(id)?))));
    // Ctrl+Z also matches while Shift is held, so the binding with more modifiers is asked first.
    bindings.sort_by_key(|(keys, _)| std::cmp::Reverse(weight(keys)));
    bindings.retain(|(keys, _)| {
        let plain = !keys.modifiers.command && !keys.modifiers.alt;
        let types = plain && is_text(keys.logical_key);
        let edits = EDITING.contains(&keys.logical_key) && keys.modifiers.command;
        !(typing && (types || edits)) && !(flying && types)
    });
    ctx.input_mut(|input| {
        bindings.into_iter().filter(|(keys, _)| input.consume_shortcut(keys)).map(|(_, info)| info).collect()
    })
}

fn weight(keys: &KeyboardShortcut) -> u8 {
    let modifiers = keys.modifiers;
    u8::from(modifiers.command) + u8::from(modifiers.shift) + u8::from(modifiers.alt)
}

/// Keys that mean something to a text field when they are pressed alone; function keys do not.
fn is_text(key: Key) -> bool {
    let name = key.name();
    !(name.len() > 1 && name.starts_with('F') && name[1..].parse::<u8>().is_ok())
}

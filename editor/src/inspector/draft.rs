//! What is being typed or dragged, kept until the engine's report agrees, and how an edit leaves the panel.

use crate::action::Action;
use eframe::egui::Ui;
use playground::editor::Invocation;
use playground::editor::report::EntityRow;
use playground::types::Value;

/// How long an edited number is shown although the report still says otherwise, s: the way to the engine and back.
const GRACE: f64 = 0.3;

/// Values that are ahead of the report.
#[derive(Default)]
pub struct Drafts {
    /// Counts edits that belong together: all of one drag, or one typed value, are one step to undo.
    gesture: u64,
    now: f64,
    numbers: Option<(String, [f64; 4], f64)>,
    text: Option<(String, String)>,
}

impl Drafts {
    /// Call it once per frame. A press or a key starts the next gesture.
    pub fn begin(&mut self, ui: &Ui) {
        self.now = ui.input(|input| input.time);
        let starts =
            ui.input(|input| input.pointer.any_pressed() || input.keys_down.iter().any(|key| input.key_pressed(*key)));
        if starts || self.gesture == 0 {
            self.gesture += 1;
        }
    }

    /// The numbers to go on from: those of the report, or newer ones that the engine has not answered yet.
    pub fn numbers(&mut self, key: &str, reported: [f64; 4]) -> [f64; 4] {
        match &self.numbers {
            Some((of, numbers, until)) if of == key && self.now < *until => *numbers,
            _ => reported,
        }
    }

    /// Keeps numbers that were just edited, or are being dragged without change.
    pub fn keep_numbers(&mut self, key: &str, numbers: [f64; 4]) {
        self.numbers = Some((key.to_owned(), numbers, self.now + GRACE));
    }

    /// Keeps the numbers for as long as they are being dragged.
    pub fn hold(&mut self, key: &str) {
        if let Some((of, _, until)) = &mut self.numbers
            && of == key
        {
            *until = self.now + GRACE;
        }
    }

    /// The text that is being typed into a field.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.text.as_ref().filter(|(of, _)| of == key).map(|(_, text)| text.as_str())
    }

    /// Keeps a text while it is being typed.
    pub fn keep_text(&mut self, key: &str, text: String) {
        self.text = Some((key.to_owned(), text));
    }

    /// Takes the text that was typed into a field.
    pub fn take_text(&mut self, key: &str) -> Option<String> {
        self.text.take_if(|(of, _)| of == key).map(|(_, text)| text)
    }
}

/// One component that is being edited.
pub struct Edit<'a> {
    /// The component's name.
    pub component: &'static str,
    /// The entities that take the edit.
    pub entities: &'a [u64],
    /// The same component of the other selected entities.
    pub others: Vec<&'a Value>,
    /// The component's default.
    pub default: &'a Value,
    /// All entities, for the names of those that fields refer to.
    pub tree: &'a [EntityRow],
    /// What is being typed.
    pub drafts: &'a mut Drafts,
    /// Where edits go.
    pub out: &'a mut Vec<Action>,
}

impl Edit<'_> {
    /// Names a field of the component, for drafts and widget ids.
    pub fn key(&self, path: &str) -> String {
        format!("{}.{path}", self.component)
    }

    /// Whether the selected entities have different values here.
    pub fn mixed(&self, path: &str, value: &Value) -> bool {
        // A path leads through a present optional as if it were not there, so both sides are compared without it.
        let bare = |value: &'_ Value| match value {
            Value::Some(inner) => (**inner).clone(),
            other => other.clone(),
        };
        self.others.iter().any(|other| other.at(path).map(bare) != Ok(bare(value)))
    }

    /// The default value here; `None` inside what the default does not have, such as a list's entries.
    pub fn default_at(&self, path: &str) -> Option<&Value> {
        self.default.at(path).ok()
    }

    /// Asks the engine to set a field.
    pub fn set(&mut self, path: &str, value: Value) {
        let gesture = Value::Int(i128::from(self.drafts.gesture));
        let call = Invocation::new("component.set").entities(self.entities).text("component", self.component);
        let call = call.text("field", path).with("value", value).with("gesture", gesture);
        self.out.push(Action::Invoke(call));
    }
}

//! Steps of undo as text: values are written as in scenes.

use crate::edit::{Change, Step};
use playground::types::{Value, text};
use serde::{Deserialize, Serialize};

/// All steps with what goes with them.
#[derive(Serialize, Deserialize)]
pub struct KeptHistory {
    pub done: Vec<KeptStep>,
    pub undone: Vec<KeptStep>,
    pub play_mark: Option<usize>,
    pub saved: Option<usize>,
}

#[derive(Serialize, Deserialize)]
pub struct KeptStep {
    title: String,
    changes: Vec<KeptChange>,
}

#[derive(Serialize, Deserialize)]
enum KeptChange {
    Entity { id: u64, before: Option<Vec<(String, String)>>, after: Option<Vec<(String, String)>> },
    Component { id: u64, component: String, before: Option<String>, after: Option<String> },
    Field { id: u64, component: String, path: String, before: String, after: String },
}

impl KeptStep {
    /// A step as text.
    pub fn of(step: &Step) -> Self {
        Self { title: step.title.clone(), changes: step.changes.iter().map(kept).collect() }
    }

    /// The step again.
    ///
    /// # Errors
    /// When a value can't be read.
    pub fn read(self) -> Result<Step, String> {
        let changes = self.changes.into_iter().map(change).collect::<Result<_, _>>()?;
        Ok(Step { title: self.title, changes, gesture: None })
    }
}

fn kept(change: &Change) -> KeptChange {
    let named = |components: &Option<Vec<(String, Value)>>| {
        let write = |(name, value): &(String, Value)| (name.clone(), text::write(value));
        components.as_ref().map(|components| components.iter().map(write).collect())
    };
    match change {
        Change::Entity { id, before, after } => {
            KeptChange::Entity { id: *id, before: named(before), after: named(after) }
        }
        Change::Component { id, component, before, after } => KeptChange::Component {
            id: *id,
            component: component.clone(),
            before: before.as_ref().map(text::write),
            after: after.as_ref().map(text::write),
        },
        Change::Field { id, component, path, before, after } => KeptChange::Field {
            id: *id,
            component: component.clone(),
            path: path.clone(),
            before: text::write(before),
            after: text::write(after),
        },
    }
}

fn change(kept: KeptChange) -> Result<Change, String> {
    let named = |components: Option<Vec<(String, String)>>| {
        let read = |(name, text): (String, String)| Ok((name, value(&text)?));
        components.map(|components| components.into_iter().map(read).collect::<Result<Vec<_>, String>>()).transpose()
    };
    let one = |text: Option<String>| text.as_deref().map(value).transpose();
    Ok(match kept {
        KeptChange::Entity { id, before, after } => Change::Entity { id, before: named(before)?, after: named(after)? },
        KeptChange::Component { id, component, before, after } => {
            Change::Component { id, component, before: one(before)?, after: one(after)? }
        }
        KeptChange::Field { id, component, path, before, after } => {
            Change::Field { id, component, path, before: value(&before)?, after: value(&after)? }
        }
    })
}

fn value(written: &str) -> Result<Value, String> {
    text::read(written).map_err(|error| error.to_string())
}

//! The way from one shape of a component to another, found once for all components of a pool.
//!
//! Takes the short way only: fields whose values fit as they are, from leaves into a value whose names are there already.
//! Where a component needs more, such as a number that is out of range, it says so, and [`shape`] decides.

use super::leaves::Leaves;
use crate::model::shape;
use playground_engine_types::{FieldSchema, TypeKind, TypeSchema, Value};

/// A way that components of one shape can go.
pub struct Plan {
    /// The leaves of the component that goes it.
    pub leaves: Leaves,
    /// What no component keeps, as `component.field`.
    pub removed: Vec<String>,
    steps: Vec<Step>,
    value: Value,
}

/// What becomes of a field.
enum Step {
    /// There is no field for it any more.
    Remove(&'static TypeSchema),
    /// It is of the same shape.
    Keep(&'static TypeSchema),
    /// It is of another shape, in which its value may fit.
    Fit { old: &'static TypeSchema, new: &'static TypeSchema },
    /// It is a struct before and after.
    Inside(Vec<Step>),
}

impl Plan {
    /// The way from `old` to `new`, which `name` has; `None` if there is none for all.
    pub fn new(name: &str, old: &'static TypeSchema, new: &'static TypeSchema) -> Option<Self> {
        let (TypeKind::Struct(old), TypeKind::Struct(new)) = (&old.held().kind, &new.held().kind) else { return None };
        let mut removed = Vec::new();
        let (steps, value) = inside(name, old, new, &mut removed);
        Some(Self { leaves: Leaves::default(), removed, steps, value })
    }

    /// What the component whose leaves are there becomes; besides [`Plan::removed`] nothing of it is lost. `None` if
    /// that can't be said of it.
    pub fn value(&mut self) -> Option<&Value> {
        go(&self.steps, &mut self.leaves, &mut self.value)?;
        self.leaves.is_read().then_some(&self.value)
    }
}

/// The steps for the fields of a struct, and the struct that they fill: each field has its place there, in order.
fn inside(path: &str, old: &[FieldSchema], new: &[FieldSchema], removed: &mut Vec<String>) -> (Vec<Step>, Value) {
    let (mut steps, mut values) = (Vec::with_capacity(old.len()), Vec::with_capacity(old.len()));
    for field in old {
        let is_given = |name: &str| old.iter().any(|other| other.name == name);
        let Some(target) = shape::field_for(new, field.name, &is_given) else {
            removed.push(format!("{path}.{}", field.name));
            steps.push(Step::Remove(field.ty));
            continue;
        };
        let (before, after) = (field.ty.held(), target.ty.held());
        let (step, value) = match (&before.kind, &after.kind) {
            _ if before.hash == after.hash => (Step::Keep(before), Value::Unit),
            (TypeKind::Struct(old), TypeKind::Struct(new)) => {
                let (steps, value) = inside(&format!("{path}.{}", field.name), old, new, removed);
                (Step::Inside(steps), value)
            }
            _ => (Step::Fit { old: before, new: after }, Value::Unit),
        };
        steps.push(step);
        values.push((target.name.to_owned(), value));
    }
    (steps, Value::Struct(values))
}

fn go(steps: &[Step], leaves: &mut Leaves, into: &mut Value) -> Option<()> {
    let Value::Struct(values) = into else { return None };
    let mut places = values.iter_mut().map(|(_, value)| value);
    for step in steps {
        match step {
            Step::Remove(ty) => leaves.value(ty, &mut Value::Unit)?,
            Step::Keep(ty) => leaves.value(ty, places.next()?)?,
            Step::Fit { old, new } => {
                let place = places.next()?;
                leaves.value(old, place)?;
                *place = shape::fit_whole(std::mem::replace(place, Value::Unit), new)?;
            }
            Step::Inside(steps) => go(steps, leaves, places.next()?)?,
        }
    }
    Some(())
}

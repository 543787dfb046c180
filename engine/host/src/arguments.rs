//! The arguments of one call, checked against what the operator takes.

use playground::ecs::Value;
use playground::editor::{Invocation, OperatorInfo};
use playground::types::{Reflect, value::names};

/// The arguments of one call.
pub struct Arguments<'a> {
    given: &'a [(String, Value)],
}

impl<'a> Arguments<'a> {
    /// The arguments of `call`.
    ///
    /// # Errors
    /// When one is unknown, given twice, or missing.
    pub fn of(call: &'a Invocation, info: &OperatorInfo) -> Result<Self, String> {
        for (at, (name, _)) in call.arguments.iter().enumerate() {
            if !info.parameters.iter().any(|parameter| parameter.name == name) {
                let known = names(info.parameters.iter().map(|parameter| parameter.name));
                return Err(format!("{} takes no argument `{name}`; it takes {known}", info.id));
            }
            if call.arguments[..at].iter().any(|(known, _)| known == name) {
                return Err(format!("the argument `{name}` is given twice"));
            }
        }
        for parameter in info.parameters.iter().filter(|parameter| parameter.required) {
            if !call.arguments.iter().any(|(name, _)| name == parameter.name) {
                return Err(format!("{} needs the argument `{}` ({})", info.id, parameter.name, parameter.docs));
            }
        }
        Ok(Self { given: &call.arguments })
    }

    /// An argument as it was given.
    pub fn value(&self, name: &str) -> Option<&'a Value> {
        self.given.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// An argument as a `T`.
    ///
    /// # Errors
    /// When it is something else.
    pub fn get<T: Reflect>(&self, name: &str) -> Result<Option<T>, String> {
        let fit = |value| T::from_value(value).map_err(|error| format!("the argument `{name}` does not fit: {error}"));
        self.value(name).map(fit).transpose()
    }

    /// A text argument. A number or a truth value is taken as its text, for it may be a name.
    ///
    /// # Errors
    /// When it is a list or the like.
    pub fn text(&self, name: &str) -> Result<Option<String>, String> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text.clone())),
            Some(value @ (Value::Int(_) | Value::F64(_) | Value::Bool(_) | Value::None)) => {
                Ok(Some(playground::types::text::write(value)))
            }
            Some(other) => Err(format!("the argument `{name}` does not fit: {}", other.mismatch("text"))),
        }
    }

    /// A text argument that must be there.
    ///
    /// # Errors
    /// When it is a list or the like, or empty.
    pub fn required_text(&self, name: &str) -> Result<String, String> {
        self.text(name)?.filter(|text| !text.is_empty()).ok_or_else(|| format!("the argument `{name}` is empty"))
    }

    /// Stable numbers of entities: one number or a list of them.
    ///
    /// # Errors
    /// When it is something else.
    pub fn entities(&self, name: &str) -> Result<Option<Vec<u64>>, String> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::List(_)) => self.get::<Vec<u64>>(name),
            Some(_) => self.get::<u64>(name).map(|id| id.map(|id| vec![id])),
        }
    }
}

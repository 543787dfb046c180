//! The arguments of one call, checked against what the operator takes.

use crate::{Invocation, OperatorInfo};
use playground_engine_types::{Reflect, Value, value::names};
use std::ops::RangeInclusive;

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

    /// A number in a range, ends included.
    ///
    /// # Errors
    /// When it is something else, or outside.
    pub fn number(&self, name: &str, range: RangeInclusive<f64>) -> Result<Option<f64>, String> {
        let number: Option<f64> = self.get(name)?;
        match number.filter(|number| !range.contains(number)) {
            Some(number) => Err(outside(name, &number.to_string(), &format!("{}..={}", range.start(), range.end()))),
            None => Ok(number),
        }
    }

    /// A whole number in a range, ends included.
    ///
    /// # Errors
    /// When it is something else, or outside.
    pub fn whole(&self, name: &str, range: RangeInclusive<u64>) -> Result<Option<u64>, String> {
        let number: Option<u64> = self.get(name)?;
        match number.filter(|number| !range.contains(number)) {
            Some(number) => Err(outside(name, &number.to_string(), &format!("{}..={}", range.start(), range.end()))),
            None => Ok(number),
        }
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
                Ok(Some(playground_engine_types::text::write(value)))
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
            Some(Value::List(_)) => self.get(name),
            Some(_) => self.get(name).map(|id: Option<u64>| id.map(|id| vec![id])),
        }
    }
}

fn outside(name: &str, number: &str, range: &str) -> String {
    format!("the argument `{name}` does not fit: {number} is outside of {range}")
}

#[cfg(test)]
mod tests {
    use super::Arguments;
    use crate::operator::{Operator, Parameter};
    use crate::{Invocation, OperatorInfo};
    use playground_engine_types::Value;

    const INFO: OperatorInfo = Operator::new("a.b", "", "", |_| Ok(Value::Unit))
        .parameters(&[Parameter::needed("count", "how many"), Parameter::optional("radius", "m")])
        .info;

    #[test]
    fn mistakes_are_explained() {
        let read = |line: &str| -> Result<(Option<u64>, Option<f64>), String> {
            let call = Invocation::parse(line).map_err(|error| error.to_string())?;
            let arguments = Arguments::of(&call, &INFO)?;
            Ok((arguments.whole("count", 1..=10)?, arguments.number("radius", 0.5..=2.0)?))
        };
        assert_eq!(read("a.b count=3 radius=1"), Ok((Some(3), Some(1.0))));
        assert_eq!(read("a.b count=3"), Ok((Some(3), None)));
        for (line, part) in [
            ("a.b", "a.b needs the argument `count` (how many)"),
            ("a.b count=3 size=1", "takes no argument `size`; it takes count, radius"),
            ("a.b count=3 count=4", "`count` is given twice"),
            ("a.b count=11", "`count` does not fit: 11 is outside of 1..=10"),
            ("a.b count=3 radius=2.5", "`radius` does not fit: 2.5 is outside of 0.5..=2"),
            ("a.b count=many", "the argument `count` does not fit"),
        ] {
            let error = read(line).expect_err(line);
            assert!(error.contains(part), "{line}: {error}");
        }
    }
}

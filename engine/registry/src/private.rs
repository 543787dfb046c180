//! The private state of implementations: from one generation to the next, to disk and back, always with its version.

use crate::{ModuleRegistry, ReloadError};
use playground_engine_types::erase::guarded;
use playground_engine_types::export::StateMigration;
use playground_engine_types::state::StatePlan;
use playground_engine_types::{ModuleError, ViewModelExport, ViewModelTrait};
use std::sync::Arc;

/// What an implementation saved, and in which version.
pub(crate) struct Saved {
    version: u64,
    bytes: Vec<u8>,
}

impl Saved {
    /// Asks an implementation for its state; `None` if it has none.
    pub fn of(module: &str, of: &Arc<dyn ViewModelTrait>, version: u64) -> Result<Option<Self>, ModuleError> {
        let saved = guarded(|| pollster::block_on(of.save_state()));
        let saved = saved.map_err(|message| panicked(module, "save_state", message))?;
        Ok(saved.transpose()?.map(|bytes| Self { version, bytes }))
    }

    /// The state in the version that `next` reads, by its own migrations and those of the generation before.
    fn fit(&self, next: &ViewModelExport, before: &[StateMigration]) -> Result<Vec<u8>, String> {
        let (target, all) = (next.state_format_version, [next.migrations, before].concat());
        let steps = way(self.version, target, &all).ok_or_else(|| {
            let (from, to) = (version(self.version), version(target));
            format!("it has version {from}, the new code reads {to} and brings no migration between them")
        })?;
        steps.into_iter().try_fold(self.bytes.clone(), |bytes, step| {
            let outcome = guarded(|| (step.migrate)(&bytes));
            let outcome = outcome.unwrap_or_else(|message| Err(format!("it panicked: {message}")));
            outcome.map_err(|why| format!("migrating from {} to {}: {why}", version(step.from), version(step.to)))
        })
    }

    /// Hands the state on, converted if need be; says what became of it.
    ///
    /// # Errors
    /// When the new code does not take a state of its own version.
    pub fn hand_over(
        &self,
        module: &str,
        (next, export): (&Arc<dyn ViewModelTrait>, &ViewModelExport),
        before: &[StateMigration],
    ) -> Result<StatePlan, ModuleError> {
        let versions = (self.version, export.state_format_version);
        let lost = match self.fit(export, before) {
            Ok(bytes) => {
                let restored = guarded(|| pollster::block_on(next.restore_state(&bytes)));
                restored.map_err(|message| panicked(module, "restore_state", message))??;
                None
            }
            Err(why) => Some(why),
        };
        Ok(StatePlan::new(module, versions, self.bytes.len(), lost))
    }
}

/// The shortest row of migrations from one version to another; empty if they are the same.
fn way(from: u64, to: u64, all: &[StateMigration]) -> Option<Vec<StateMigration>> {
    let mut ways: Vec<(u64, Vec<StateMigration>)> = vec![(from, Vec::new())];
    let mut next = 0;
    while let Some((at, way)) = ways.get(next).cloned() {
        if at == to {
            return Some(way);
        }
        for step in all.iter().filter(|step| step.from == at) {
            if !ways.iter().any(|(known, _)| *known == step.to) {
                ways.push((step.to, way.iter().chain([step]).copied().collect()));
            }
        }
        next += 1;
    }
    None
}

/// Hashes are read more easily as such, numbers that people give as they are.
fn version(version: u64) -> String {
    if version < 1 << 32 { version.to_string() } else { format!("{version:016x}") }
}

fn panicked(module: &str, during: &str, message: String) -> ModuleError {
    ModuleError::Panic { module: module.to_owned(), during: during.to_owned(), message }
}

impl ModuleRegistry {
    /// The states of all implementations by module, each with its version in front, for [`Self::restore_state`] in
    /// another process; or why one could not be had.
    pub fn save_states(&self) -> Vec<(String, Result<Vec<u8>, ModuleError>)> {
        let save = |module: &crate::Module| {
            let current = module.current()?;
            let (of, version) = (current.viewmodel.as_ref()?, current.state_format_version?);
            let saved = Saved::of(&module.spec.name, of, version).transpose()?;
            let bytes = saved.map(|saved| [&saved.version.to_le_bytes(), &saved.bytes[..]].concat());
            Some((module.spec.name.clone(), bytes))
        };
        self.modules().iter().filter_map(save).collect()
    }

    /// Gives an implementation that runs the state that [`Self::save_states`] saved, converted if need be.
    ///
    /// # Errors
    /// When there is no such module, or it can't read the state.
    pub fn restore_state(&self, module: &str, saved: &[u8]) -> Result<(), ReloadError> {
        let module = self.find(module)?;
        let name = &module.spec.name;
        let unreadable = |cause: String| ModuleError::State { module: name.clone(), cause };
        let (version, bytes) = saved.split_first_chunk().ok_or_else(|| unreadable("it is cut off".to_owned()))?;
        let saved = Saved { version: u64::from_le_bytes(*version), bytes: bytes.to_vec() };
        let current =
            module.current().and_then(|current| Some((current.viewmodel.as_ref()?, current.exports.viewmodel?)));
        let next = current.ok_or_else(|| unreadable("the module does not run".to_owned()))?;
        match saved.hand_over(name, next, &[])?.lost {
            Some(why) => Err(unreadable(why).into()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{StateMigration, way};

    #[test]
    fn migrations_are_chained_by_the_shortest_way() {
        let step = |from, to| StateMigration { from, to, migrate: |bytes| Ok(bytes.to_vec()) };
        let all = [step(1, 2), step(2, 3), step(3, 4), step(2, 4), step(4, 1)];
        let way = |from, to| {
            let way = way(from, to, &all)?;
            Some(way.iter().map(|step| (step.from, step.to)).collect::<Vec<_>>())
        };
        assert_eq!(way(1, 4), Some(vec![(1, 2), (2, 4)]));
        assert_eq!(way(4, 3), Some(vec![(4, 1), (1, 2), (2, 3)]));
        assert_eq!(way(7, 7), Some(Vec::new()));
        assert_eq!(way(7, 1), None);
    }
}

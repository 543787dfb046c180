//! What a query asks for, as lists of components and as text.

use crate::model::{error::EcsError, storage::Storage};
use playground_engine_types::ComponentId;

/// What a query asks for.
///
/// As text, `has:Orbit not:Light changed:Transform`: see [`QueryDescription::read`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueryDescription {
    /// Components that entities must have and that are read.
    pub reads: Vec<ComponentId>,
    /// Components that entities must have and that are written.
    pub writes: Vec<ComponentId>,
    /// Components that are read if they are there.
    pub optional: Vec<ComponentId>,
    /// Components that entities must have.
    pub with: Vec<ComponentId>,
    /// Components that entities must lack.
    pub without: Vec<ComponentId>,
    /// Components that entities must have and that may have been written since the query was looked at last. Told by
    /// chunk of 1,024 entities: neighbours of a changed one pass too, none that changed is missed.
    pub changed: Vec<ComponentId>,
    /// Components that entities must have and may have got since the query was looked at last; by chunk, too.
    pub added: Vec<ComponentId>,
}

/// What a component is in a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Reads,
    Writes,
    Optional,
    With,
    Without,
    Changed,
    Added,
}

const ROLES: [Role; 7] =
    [Role::Reads, Role::Writes, Role::Optional, Role::With, Role::Without, Role::Changed, Role::Added];

/// Every use as it is written in text, for messages.
const TERMS: &str = "reads:Name, writes:Name, optional:Name, has:Name, not:Name, changed:Name, added:Name";

impl Role {
    /// The field's name.
    const fn name(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Writes => "writes",
            Self::Optional => "optional",
            Self::With => "with",
            Self::Without => "without",
            Self::Changed => "changed",
            Self::Added => "added",
        }
    }

    /// What stands before the colon.
    const fn word(self) -> &'static str {
        match self {
            Self::With => "has",
            Self::Without => "not",
            other => other.name(),
        }
    }

    /// Whether a component can't be both in one query. `with`, `changed` and `added` go with whatever needs the
    /// component, too.
    fn excludes(self, other: Self) -> bool {
        let access = |role| matches!(role, Self::Reads | Self::Writes | Self::Optional);
        let apart = (self == Self::Without) != (other == Self::Without);
        apart || (access(self) && access(other) && self != other)
    }
}

impl QueryDescription {
    /// The description that a text stands for: words such as `has:Orbit`, each a use and a component's name. `reads:`,
    /// `writes:`, `optional:`, `has:` (or `with:`), `not:` (or `without:`), `changed:` and `added:` are known.
    ///
    /// # Errors
    /// When a word is none of these or names no component, or two words exclude each other.
    pub fn read(storage: &Storage, text: &str) -> Result<Self, EcsError> {
        let mut description = Self::default();
        for term in text.split_whitespace() {
            let unknown = || EcsError::QueryTerm { term: term.to_owned(), known: TERMS };
            let (word, name) = term.split_once(':').filter(|(_, name)| !name.is_empty()).ok_or_else(unknown)?;
            let role = ROLES.into_iter().find(|role| role.word() == word || role.name() == word);
            description.list_mut(role.ok_or_else(unknown)?).push(storage.component(name)?.id);
        }
        description.checked(storage)
    }

    /// The text that [`QueryDescription::read`] makes this description of again. What is not registered any more is
    /// left out.
    pub fn write(&self, storage: &Storage) -> String {
        let terms = ROLES.into_iter().flat_map(|role| self.list(role).iter().map(move |id| (role, *id)));
        let words = terms.filter_map(|(role, id)| Some(format!("{}:{}", role.word(), storage.info_of(id).ok()?.name)));
        words.collect::<Vec<_>>().join(" ")
    }

    /// Each use once, after a look whether they fit each other.
    pub(super) fn checked(mut self, storage: &Storage) -> Result<Self, EcsError> {
        for (at, role) in ROLES.into_iter().enumerate() {
            let list = self.list_mut(role);
            let mut once = Vec::with_capacity(list.len());
            list.iter().for_each(|id| {
                if !once.contains(id) {
                    once.push(*id);
                }
            });
            *list = once;
            for id in self.list(role) {
                let component = storage.info_of(*id)?.name;
                let before = ROLES[..at].iter().filter(|before| self.list(**before).contains(id));
                if let Some(first) = before.into_iter().find(|before| before.excludes(role)) {
                    return Err(EcsError::QueryConflict { component, first: first.name(), second: role.name() });
                }
            }
        }
        Ok(self)
    }

    pub(super) fn list(&self, role: Role) -> &[ComponentId] {
        match role {
            Role::Reads => &self.reads,
            Role::Writes => &self.writes,
            Role::Optional => &self.optional,
            Role::With => &self.with,
            Role::Without => &self.without,
            Role::Changed => &self.changed,
            Role::Added => &self.added,
        }
    }

    pub(super) fn list_mut(&mut self, role: Role) -> &mut Vec<ComponentId> {
        match role {
            Role::Reads => &mut self.reads,
            Role::Writes => &mut self.writes,
            Role::Optional => &mut self.optional,
            Role::With => &mut self.with,
            Role::Without => &mut self.without,
            Role::Changed => &mut self.changed,
            Role::Added => &mut self.added,
        }
    }
}

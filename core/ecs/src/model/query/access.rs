//! What a query, and so a system, reads and writes. Two uses that exclude each other are refused by the compiler.

use playground_engine_types::ComponentInfo;

/// One use of one component type.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    /// The component, or the event, which is a component that no entity has.
    pub info: &'static ComponentInfo,
    /// Whether it is written.
    pub write: bool,
    /// Whether it is the component on entities, or events of this type.
    pub event: bool,
}

/// The terms of a query or of a system, as they are put together from those of its parts.
#[derive(Clone, Copy, Debug)]
pub enum Terms {
    /// One use.
    One(Term),
    /// Those of several parts.
    All(&'static [Terms]),
}

/// Terms of nothing.
pub const NO_TERMS: Terms = Terms::All(&[]);

/// Most terms of one system.
const MOST: usize = 64;

struct List {
    terms: [Option<Term>; MOST],
    len: usize,
}

impl Terms {
    /// Reading `info`.
    pub const fn read(info: &'static ComponentInfo) -> Self {
        Self::One(Term { info, write: false, event: false })
    }

    /// Writing `info`.
    pub const fn write(info: &'static ComponentInfo) -> Self {
        Self::One(Term { info, write: true, event: false })
    }

    const fn collect(&self, list: &mut List) {
        match self {
            Self::One(term) => {
                assert!(list.len < MOST, "a system uses at most 64 components");
                list.terms[list.len] = Some(*term);
                list.len += 1;
            }
            Self::All(parts) => {
                let mut at = 0;
                while at < parts.len() {
                    parts[at].collect(list);
                    at += 1;
                }
            }
        }
    }

    const fn list(&self) -> List {
        let mut list = List { terms: [None; MOST], len: 0 };
        self.collect(&mut list);
        list
    }

    /// Refuses two uses of one component of which one writes.
    pub const fn check(&self) {
        let list = self.list();
        let mut at = 0;
        while at < list.len {
            let mut other = 0;
            while other < at {
                check_pair(list.terms[other], list.terms[at]);
                other += 1;
            }
            at += 1;
        }
    }

    /// Refuses two uses of one component in different parts, of which one writes.
    pub const fn check_apart(parts: &[Terms]) {
        let mut at = 0;
        while at < parts.len() {
            let list = parts[at].list();
            let mut before = 0;
            while before < at {
                let others = parts[before].list();
                let mut i = 0;
                while i < list.len {
                    let mut j = 0;
                    while j < others.len {
                        check_pair(others.terms[j], list.terms[i]);
                        j += 1;
                    }
                    i += 1;
                }
                before += 1;
            }
            at += 1;
        }
    }

    /// The uses, each component and each event once.
    pub fn access(&self) -> Access {
        let mut access = Access::default();
        access.add(self);
        access
    }
}

const fn check_pair(a: Option<Term>, b: Option<Term>) {
    let (Some(a), Some(b)) = (a, b) else { return };
    if a.info.id.0 == b.info.id.0 && a.event == b.event && (a.write || b.write) {
        let mut text = Text { bytes: [0; 256], len: 0 };
        text.push("`");
        text.push(if a.write { "&mut " } else { "&" });
        text.push(a.info.name);
        text.push("` and `");
        text.push(if b.write { "&mut " } else { "&" });
        text.push(b.info.name);
        text.push("` are asked for at once: what is written can't be used twice at a time; ask for it one time");
        panic!("{}", text.as_str());
    }
}

/// A message that is put together while compiling.
struct Text {
    bytes: [u8; 256],
    len: usize,
}

impl Text {
    const fn push(&mut self, part: &str) {
        let part = part.as_bytes();
        let mut at = 0;
        while at < part.len() && self.len < self.bytes.len() {
            self.bytes[self.len] = part[at];
            self.len += 1;
            at += 1;
        }
    }

    const fn as_str(&self) -> &str {
        match str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "two uses of one component exclude each other",
        }
    }
}

/// The components that a system reads and writes.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// Each component and each event once; written if any use writes.
    pub terms: Vec<Term>,
    /// Whether it asks for structural changes. Systems that do run in the order of the schedule, so that entities get
    /// the same ids whatever the number of threads.
    pub commands: bool,
}

impl Access {
    /// Adds uses.
    pub fn add(&mut self, terms: &Terms) {
        terms.list().terms.into_iter().flatten().for_each(|term| self.merge(term));
    }

    /// Adds a use.
    pub fn merge(&mut self, term: Term) {
        let same = |known: &&mut Term| known.info.id == term.info.id && known.event == term.event;
        match self.terms.iter_mut().find(same) {
            Some(known) => known.write |= term.write,
            None => self.terms.push(term),
        }
    }

    /// Whether the two may not run at the same time.
    pub fn conflicts(&self, other: &Access) -> bool {
        let meet = |a: &Term, b: &Term| a.info.id == b.info.id && a.event == b.event && (a.write || b.write);
        (self.commands && other.commands) || self.terms.iter().any(|a| other.terms.iter().any(|b| meet(a, b)))
    }
}

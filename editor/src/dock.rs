//! The dock: which tabs there are and where they stand. Knows nothing of what is drawn in them.

use egui_dock::{DockState, NodeIndex};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One tab, in the form that layouts are saved in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Tab {
    /// The picture of the world.
    Viewport,
    /// The tree of entities.
    Hierarchy,
    /// The selected entities' values.
    Inspector,
    /// What the engine and its modules say.
    Console,
    /// What the compiler says.
    Diagnostics,
    /// The module registry.
    Modules,
    /// The systems and when they run.
    Schedule,
    /// Lock contention.
    Locks,
    /// A panel of a plugin, by the panel's id. It stays in the layout while the plugin is not loaded.
    Plugin(String),
}

impl Tab {
    /// The editor's own tabs.
    pub const BUILT_IN: [Tab; 8] = [
        Tab::Hierarchy,
        Tab::Viewport,
        Tab::Inspector,
        Tab::Console,
        Tab::Diagnostics,
        Tab::Modules,
        Tab::Schedule,
        Tab::Locks,
    ];

    /// The id that `view.show panel=` takes.
    pub fn id(&self) -> &str {
        match self {
            Tab::Viewport => "viewport",
            Tab::Hierarchy => "hierarchy",
            Tab::Inspector => "inspector",
            Tab::Console => "console",
            Tab::Diagnostics => "diagnostics",
            Tab::Modules => "modules",
            Tab::Schedule => "schedule",
            Tab::Locks => "locks",
            Tab::Plugin(id) => id,
        }
    }

    /// What the tab says, unless a plugin's panel says otherwise.
    pub fn title(&self) -> &str {
        match self {
            Tab::Viewport => "Viewport",
            Tab::Hierarchy => "Hierarchy",
            Tab::Inspector => "Inspector",
            Tab::Console => "Console",
            Tab::Diagnostics => "Diagnostics",
            Tab::Modules => "Modules",
            Tab::Schedule => "Schedule",
            Tab::Locks => "Locks",
            Tab::Plugin(id) => id,
        }
    }
}

/// The layout with the panels of plugins that it knows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Dock {
    /// What `egui_dock` draws.
    pub state: DockState<Tab>,
    /// Plugin panels that had a tab once: one that the user closed stays closed when its plugin is loaded again.
    known: BTreeSet<String>,
    #[serde(skip)]
    titles: BTreeMap<String, String>,
}

impl Default for Dock {
    fn default() -> Self {
        let mut state = DockState::new(vec![Tab::Viewport]);
        let surface = state.main_surface_mut();
        let [rest, _] = surface.split_right(NodeIndex::root(), 0.77, vec![Tab::Inspector]);
        let [top, _] = surface.split_below(
            rest,
            0.66,
            vec![Tab::Console, Tab::Diagnostics, Tab::Modules, Tab::Schedule, Tab::Locks],
        );
        surface.split_left(top, 0.24, vec![Tab::Hierarchy]);
        Self { state, known: BTreeSet::new(), titles: BTreeMap::new() }
    }
}

impl Dock {
    /// Puts the default layout back, with the tabs of all plugins that are loaded.
    pub fn reset(&mut self) {
        let titles = std::mem::take(&mut self.titles);
        *self = Self::default();
        for (id, title) in titles {
            self.add_plugin(&id, &title);
        }
    }

    /// A layout without any tab would be a window without a way back.
    pub fn repair(&mut self) {
        if self.state.iter_all_tabs().next().is_none() {
            *self = Self::default();
        }
    }

    /// Makes a plugin's panel known. It gets a tab when it is seen for the first time.
    pub fn add_plugin(&mut self, id: &str, title: &str) {
        self.titles.insert(id.to_owned(), title.to_owned());
        if self.known.insert(id.to_owned()) && !self.is_open(&Tab::Plugin(id.to_owned())) {
            self.open(Tab::Plugin(id.to_owned()), false);
        }
    }

    /// Forgets that a plugin's panel is loaded; its tab stays.
    pub fn remove_plugin(&mut self, id: &str) {
        self.titles.remove(id);
    }

    /// The panels of plugins that are loaded.
    pub fn plugin_tabs(&self) -> impl Iterator<Item = Tab> {
        self.titles.keys().map(|id| Tab::Plugin(id.clone()))
    }

    /// What the tab says.
    pub fn title<'a>(&'a self, tab: &'a Tab) -> &'a str {
        self.titles.get(tab.id()).map_or(tab.title(), String::as_str)
    }

    /// The titles of plugin panels by their ids.
    pub fn titles(&self) -> &BTreeMap<String, String> {
        &self.titles
    }

    /// Whether the tab is somewhere in the layout.
    pub fn is_open(&self, tab: &Tab) -> bool {
        self.state.find_tab(tab).is_some()
    }

    /// Brings the tab of that id to the front, opening it if it was closed. Returns whether there is such a tab.
    pub fn show(&mut self, id: &str) -> bool {
        let tab = Tab::BUILT_IN.into_iter().chain(self.plugin_tabs()).find(|tab| tab.id() == id);
        let tab = tab.or_else(|| self.state.iter_all_tabs().map(|(_, tab)| tab).find(|tab| tab.id() == id).cloned());
        let Some(tab) = tab else { return false };
        self.open(tab, true);
        true
    }

    fn open(&mut self, tab: Tab, front: bool) {
        if let Some(path) = self.state.find_tab(&tab) {
            if front {
                // The path was found a line above, so there is such a tab.
                let _ = self.state.set_active_tab(path);
                self.state.set_focused_node_and_surface(path.node_path());
            }
            return;
        }
        let neighbours = [Tab::Console, Tab::Modules, Tab::Diagnostics, Tab::Schedule, Tab::Locks];
        let place = neighbours.iter().find_map(|tab| self.state.find_tab(tab));
        let leaf = place.and_then(|path| self.state.leaf_mut(path.node_path()).ok());
        match leaf {
            Some(leaf) => {
                let active = leaf.active;
                leaf.append_tab(tab);
                if !front {
                    leaf.active = active;
                }
            }
            None => self.state.push_to_first_leaf(tab),
        }
    }
}

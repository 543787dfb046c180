//! The graph of bindings as data: nodes with their words, and the lines between them. Knows nothing of places.

use crate::modules::table;
use crate::{theme, units};
use eframe::egui::Color32;
use playground::editor::Report;
use playground::editor::report::{BindingRow, ModuleKind, ModuleRow, UserKind};
use playground::egui_phosphor::regular as icon;

/// One box.
pub struct Node {
    /// Its accessible name.
    pub name: String,
    /// The first line.
    pub title: String,
    /// The second line.
    pub subtitle: String,
    /// Everything about it, for the tooltip and for assistive technology.
    pub about: String,
    /// The module to select; `None` for what is none.
    pub module: Option<String>,
    /// Whether something is wrong with it.
    pub warns: bool,
    /// Whether no line leads to it.
    pub alone: bool,
}

/// All boxes and lines.
pub struct Graph {
    /// Who uses contracts.
    pub users: Vec<Node>,
    /// The contracts.
    pub views: Vec<Node>,
    /// What is bound to each of them, in the same order.
    pub viewmodels: Vec<Node>,
    /// From users to contracts, by their places.
    pub uses: Vec<Use>,
}

/// One user of one contract.
#[derive(Clone, Copy)]
pub struct Use {
    /// The user's place.
    pub user: usize,
    /// The contract's place.
    pub view: usize,
    /// Whether it only requires features.
    pub requires: bool,
}

impl Graph {
    /// The graph of a report.
    pub fn new(report: &Report) -> Self {
        let mut graph = Self { users: Vec::new(), views: Vec::new(), viewmodels: Vec::new(), uses: Vec::new() };
        for (name, kind) in users(report) {
            let user = graph.users.len();
            let uses = report.bindings.iter().enumerate().filter_map(|(view, binding)| {
                let used = binding.users.iter().any(|known| known.name == name);
                used.then_some(Use { user, view, requires: kind == UserKind::App })
            });
            graph.uses.extend(uses);
            graph.users.push(user_node(report, &name, kind));
        }
        for binding in report.bindings.iter() {
            graph.views.push(view_node(binding));
            graph.viewmodels.push(viewmodel_node(report, binding));
        }
        graph
    }
}

/// All users, each once: the engine, the app, then plugins, those that use nothing at the end.
fn users(report: &Report) -> Vec<(String, UserKind)> {
    let mut users: Vec<(String, UserKind)> = Vec::new();
    for user in report.bindings.iter().flat_map(|binding| &binding.users) {
        if !users.iter().any(|(name, _)| *name == user.name) {
            users.push((user.name.clone(), user.kind));
        }
    }
    users.sort_by_key(|(_, kind)| *kind);
    let idle = report.modules.iter().filter(|row| row.kind == ModuleKind::Plugin);
    let idle: Vec<_> = idle.filter(|row| !users.iter().any(|(name, _)| *name == row.name)).collect();
    users.extend(idle.into_iter().map(|row| (row.name.clone(), UserKind::Plugin)));
    users
}

fn user_node(report: &Report, name: &str, kind: UserKind) -> Node {
    let title = match kind {
        UserKind::Engine => "engine".to_owned(),
        UserKind::App => units::module(name).trim_start_matches("playground-").to_owned(),
        UserKind::Plugin => units::module(name).to_owned(),
    };
    let word = match kind {
        UserKind::Engine => "calls",
        UserKind::App => "app",
        UserKind::Plugin => "plugin",
    };
    let of_view = |binding: &BindingRow| {
        let user = binding.users.iter().find(|user| user.name == name)?;
        Some((units::module(&binding.view).to_owned(), user.uses.join(", ")))
    };
    let uses: Vec<(String, String)> = report.bindings.iter().filter_map(of_view).collect();
    let subtitle = match uses.as_slice() {
        [] => format!("{word}, uses no View"),
        [(_, how)] if kind == UserKind::Plugin => how.clone(),
        several => format!(
            "{word}{}",
            if kind == UserKind::Engine { format!(" {} Views", several.len()) } else { String::new() }
        ),
    };
    let off = report.modules.iter().find(|row| row.name == name).filter(|row| table::is_off(row));
    let subtitle = off.map_or(subtitle.clone(), |row| format!("{} · {subtitle}", table::state_word(row)));
    let head = if uses.is_empty() { format!("{name} uses no View") } else { format!("{name} uses") };
    let lines = uses.iter().map(|(view, how)| format!("{view}: {how}"));
    let state = off.map(|row| format!("It is {}", table::state_word(row)));
    let about: Vec<String> = std::iter::once(head).chain(lines).chain(state).collect();
    Node {
        name: format!("User {title}"),
        about: about.join("\n"),
        title,
        subtitle,
        module: (kind == UserKind::Plugin).then(|| name.to_owned()),
        warns: off.is_some(),
        alone: uses.is_empty(),
    }
}

fn view_node(binding: &BindingRow) -> Node {
    let title = units::module(&binding.view).to_owned();
    let users: Vec<&str> = binding.users.iter().map(|user| units::module(&user.name)).collect();
    let bound = binding.bound.as_ref().map_or("Nothing is bound to it".to_owned(), |bound| {
        format!("Bound to {}, generation {}", units::module(&bound.module), bound.generation)
    });
    Node {
        name: format!("View {title}"),
        subtitle: format!("API {}", units::hash(Some(binding.api_version))),
        about: format!("View {}\n{bound}\nUsed by {}", binding.view, users.join(", ")),
        title,
        module: Some(binding.view.clone()),
        warns: false,
        alone: false,
    }
}

fn viewmodel_node(report: &Report, binding: &BindingRow) -> Node {
    let view = units::module(&binding.view);
    let Some(bound) = &binding.bound else {
        return Node {
            name: format!("No ViewModel for {view}"),
            title: "nothing bound".to_owned(),
            subtitle: "calls do nothing".to_owned(),
            about: format!("No implementation of {} is loaded; its module's row in the table says why", binding.view),
            module: implementing(report, &binding.view).map(|row| row.name.clone()),
            warns: true,
            alone: false,
        };
    };
    let row = report.modules.iter().find(|row| row.name == bound.module);
    let state = row.map_or("", table::state_word);
    let title = units::module(&bound.module).to_owned();
    Node {
        name: format!("ViewModel {title}"),
        subtitle: format!("generation {} · {state}", bound.generation),
        about: format!(
            "ViewModel {}, generation {}, {state}\nimplements {}",
            bound.module, bound.generation, binding.view
        ),
        title,
        module: Some(bound.module.clone()),
        warns: false,
        alone: false,
    }
}

/// The module that should implement a contract.
fn implementing<'a>(report: &'a Report, view: &str) -> Option<&'a ModuleRow> {
    report.modules.iter().find(|row| row.implements.as_deref() == Some(view))
}

impl Node {
    /// The mark before its title, with its colour.
    pub fn mark(&self, tokens: &theme::Tokens) -> Option<(&'static str, Color32)> {
        self.warns.then_some((icon::WARNING, tokens.warn))
    }
}

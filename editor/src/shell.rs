//! Everything on the screen, drawn from one report. What the user wants comes back as [`Action`]s.
//!
//! Owns the panels and the layout. Knows neither the engine's client nor the graphics device, so that tests draw it
//! from reports they made up.

use crate::action::Action;
use crate::console::Console;
use crate::diagnostics::Diagnostics;
use crate::dock::{Dock, Tab};
use crate::hang::Hang;
use crate::hierarchy::Hierarchy;
use crate::inspector::Inspector;
use crate::locks::Locks;
use crate::lossy::Lossy;
use crate::modules::Modules;
use crate::operators::{Operators, missing, plain_call};
use crate::palette::Palette;
use crate::plugins::Plugins;
use crate::schedule::Schedule;
use crate::settings::Settings;
use crate::status::WindowStatus;
use crate::toasts::Toasts;
use crate::toolbar::Toolbar;
use crate::unsaved::Unsaved;
use crate::viewport::Viewport;
use crate::viewport::picture::Picture;
use crate::{keys, menu, status, theme};
use eframe::egui::{self, CentralPanel, Frame, Id, Margin, Panel, Ui, WidgetText};
use egui_dock::{DockArea, TabViewer};
use playground::editor::{Invocation, OperatorInfo, Report};
use playground::types::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The state of the screen.
pub struct Shell {
    /// What is remembered between runs.
    pub settings: Settings,
    /// The panels.
    pub panels: Panels,
    /// The command palette.
    pub palette: Palette,
    /// What happened lately.
    pub toasts: Toasts,
    /// The question before changes are dropped.
    pub unsaved: Unsaved,
    lossy: Lossy,
    hang: Hang,
    /// What the status bar shows of the window.
    pub status: WindowStatus,
    operators: Operators<'static>,
    toolbar: Toolbar,
}

/// The panels, each with its own state.
#[derive(Default)]
pub struct Panels {
    /// Where files that diagnostics name are.
    pub root: PathBuf,
    /// The tree of entities.
    pub hierarchy: Hierarchy,
    /// The selected entities' values.
    pub inspector: Inspector,
    /// The picture.
    pub viewport: Viewport,
    /// Lines.
    pub console: Console,
    /// What the compiler said.
    pub diagnostics: Diagnostics,
    /// The module registry.
    pub modules: Modules,
    /// The systems and when they run.
    pub schedule: Schedule,
    /// Lock contention.
    pub locks: Locks,
    /// Panels of plugins.
    pub plugins: Plugins,
    /// Whether a panel was drawn that shows numbers over time.
    graphs: bool,
}

impl Panels {
    /// Whether numbers over time were drawn in this frame, so that the next one should come soon.
    pub fn graphs_drawn(&mut self) -> bool {
        std::mem::take(&mut self.graphs)
    }
}

impl Shell {
    /// A screen over a table of operators.
    pub fn new(table: &'static [OperatorInfo], settings: Settings) -> Self {
        Self {
            settings,
            panels: Panels::default(),
            palette: Palette::default(),
            toasts: Toasts::default(),
            unsaved: Unsaved::default(),
            lossy: Lossy::default(),
            hang: Hang::default(),
            status: WindowStatus::default(),
            operators: Operators::new(table),
            toolbar: Toolbar::default(),
        }
    }

    /// The editor's own operators. Those of the window are among them.
    pub fn operators(&self) -> Operators<'static> {
        self.operators
    }

    /// Draws one frame.
    pub fn ui(&mut self, ui: &mut Ui, report: &Report, picture: Option<Picture>) -> Vec<Action> {
        let mut out = Vec::new();
        self.keys(ui, report, &mut out);
        self.panels.locks.sample(report);
        self.toasts.follow(report);
        self.bars(ui, report, &mut out);
        self.dock(ui, report, picture, &mut out);
        self.panels.viewport.end_frame(&mut out);
        self.palette.ui(ui.ctx(), self.operators.with(&report.operators), report, &mut out);
        self.toasts.ui(ui.ctx());
        self.unsaved.ui(ui.ctx(), report, &mut out);
        self.lossy.ui(ui.ctx(), report, &mut out);
        self.hang.ui(ui.ctx(), &self.status.stuck, self.status.kept, &mut out);
        let failed = self.panels.plugins.failed.drain(..);
        out.extend(failed.map(|(module, why)| Action::PanelFailed { module, why }));
        out
    }

    fn keys(&mut self, ui: &Ui, report: &Report, out: &mut Vec<Action>) {
        let operators = self.operators.with(&report.operators);
        for info in keys::pressed(ui.ctx(), operators, self.panels.viewport.flying) {
            if info.when.reason(report).is_none() {
                out.push(Action::Invoke(plain_call(info, report)));
            }
        }
    }

    fn bars(&mut self, ui: &mut Ui, report: &Report, out: &mut Vec<Action>) {
        let tokens = theme::tokens(ui);
        let operators = self.operators.with(&report.operators);
        let bar = |x, y| Frame::new().fill(tokens.canvas).inner_margin(Margin::symmetric(x, y));
        Panel::top("menu").exact_size(26.0).show_separator_line(false).frame(bar(4, 2)).show(ui, |ui| {
            menu::bar(ui, operators, report, &self.settings.dock, &self.settings, out);
        });
        Panel::top("toolbar").exact_size(34.0).show_separator_line(true).frame(bar(8, 3)).show(ui, |ui| {
            self.toolbar.ui(ui, operators, report, out);
        });
        Panel::bottom("status").exact_size(24.0).show_separator_line(true).frame(bar(10, 2)).show(ui, |ui| {
            status::bar(ui, report, &self.status, out);
        });
    }

    fn dock(&mut self, ui: &mut Ui, report: &Report, picture: Option<Picture>, out: &mut Vec<Action>) {
        let style = theme::dock_style(ui.style());
        let dock = &mut self.settings.dock;
        let titles = dock.titles().clone();
        let operators = self.operators.with(&report.operators);
        let mut viewer = Viewer { panels: &mut self.panels, operators, report, picture, titles, out };
        CentralPanel::no_frame().show(ui, |ui| {
            DockArea::new(&mut dock.state)
                .style(style)
                .show_leaf_close_all_buttons(false)
                .show_leaf_collapse_buttons(false)
                .show_inside(ui, &mut viewer);
        });
    }

    /// A call as the user made it, with what it lacks filled in: the module to reload, a name to type, a file to
    /// choose. `None` if the screen asks for the rest.
    pub fn complete(&mut self, call: Invocation, report: &Report) -> Option<Invocation> {
        let given = |name: &str| call.arguments.iter().any(|(given, _)| given == name);
        match call.operator.as_str() {
            "entity.rename" if !given("name") => {
                self.settings.dock.show(Tab::Hierarchy.id());
                self.panels.hierarchy.start_rename(report);
                None
            }
            "component.add" if !given("component") => {
                self.settings.dock.show(Tab::Inspector.id());
                self.panels.inspector.open_add();
                None
            }
            "module.reload" if !given("name") => {
                let module = self.toolbar.module(report)?;
                Some(call.text("name", &module.name))
            }
            "scene.open" if !given("path") => Some(Invocation::new("scene.open_dialog")),
            "scene.save" if !given("path") && report.scene.path.is_empty() => {
                Some(Invocation::new("scene.save_as_dialog"))
            }
            _ => self.complete_by_table(call, report),
        }
    }

    fn complete_by_table(&mut self, call: Invocation, report: &Report) -> Option<Invocation> {
        let lacks = self.operators.with(&report.operators).get(&call.operator).and_then(|info| missing(info, &call));
        match lacks {
            Some(parameter) => {
                self.palette.open(format!("{call} {parameter}="));
                None
            }
            None => Some(call),
        }
    }

    /// Carries out an operator of the window that needs nothing but the screen.
    ///
    /// # Errors
    /// With words for the user when an argument is missing or wrong. `None` if it is no such operator.
    pub fn run(&mut self, ctx: &egui::Context, call: &Invocation, report: &Report) -> Option<Result<(), String>> {
        let argument = |name: &str| call.arguments.iter().find(|(given, _)| given == name).map(|(_, value)| value);
        Some(match call.operator.as_str() {
            "app.palette" => {
                self.palette.toggle();
                Ok(())
            }
            "view.theme" => self.set_theme(ctx, argument("value")),
            "view.scale" => self.set_scale(ctx, argument("value")),
            "view.reset_layout" => {
                self.settings.dock.reset();
                Ok(())
            }
            "view.focus" => {
                self.panels.viewport.focus(report);
                Ok(())
            }
            "view.show" => self.show_panel(argument("panel")),
            _ => return None,
        })
    }

    fn set_theme(&mut self, ctx: &egui::Context, value: Option<&Value>) -> Result<(), String> {
        let name = match value {
            Some(Value::Text(name) | Value::Variant(name, _)) => name.as_str(),
            None if ctx.theme() == egui::Theme::Dark => "light",
            None => "dark",
            Some(_) => "",
        };
        self.settings.theme = theme::Choice::named(name).ok_or("value= must be dark, light or system")?;
        theme::apply(ctx, self.settings.theme, self.settings.scale);
        Ok(())
    }

    fn set_scale(&mut self, ctx: &egui::Context, value: Option<&Value>) -> Result<(), String> {
        let scale = match value {
            Some(Value::F64(value)) => *value as f32,
            Some(Value::F32(value)) => *value,
            Some(Value::Int(value)) => *value as f32,
            _ => return Err("value= must be a number such as 1.25 or 125".to_owned()),
        };
        // 125 is meant as a percentage; nobody wants a window magnified so often.
        let scale = if scale > 10.0 { scale / 100.0 } else { scale };
        if !theme::SCALE.contains(&scale) {
            return Err(format!("{scale} is outside of {} to {}", theme::SCALE.start(), theme::SCALE.end()));
        }
        self.settings.scale = scale;
        theme::apply(ctx, self.settings.theme, scale);
        Ok(())
    }

    fn show_panel(&mut self, panel: Option<&Value>) -> Result<(), String> {
        let Some(Value::Text(id)) = panel else { return Err("panel= must name a panel, such as console".to_owned()) };
        if self.settings.dock.show(id) {
            return Ok(());
        }
        let known: Vec<String> =
            Tab::BUILT_IN.into_iter().chain(self.settings.dock.plugin_tabs()).map(|tab| tab.id().to_owned()).collect();
        Err(format!("there is no panel `{id}`; there are {}", known.join(", ")))
    }

    /// The layout, for plugins that come and go.
    pub fn dock_mut(&mut self) -> (&mut Plugins, &mut Dock) {
        (&mut self.panels.plugins, &mut self.settings.dock)
    }
}

struct Viewer<'a> {
    panels: &'a mut Panels,
    operators: Operators<'a>,
    report: &'a Report,
    picture: Option<Picture>,
    titles: BTreeMap<String, String>,
    out: &'a mut Vec<Action>,
}

impl TabViewer for Viewer<'_> {
    type Tab = Tab;

    fn id(&mut self, tab: &mut Tab) -> Id {
        Id::new("tab").with(tab.id())
    }

    fn title(&mut self, tab: &mut Tab) -> WidgetText {
        let title = self.titles.get(tab.id()).map_or(tab.title(), String::as_str);
        let errors = match tab {
            Tab::Diagnostics => self.report.diagnostics.iter().filter(|diagnostic| diagnostic.error).count(),
            _ => 0,
        };
        if errors > 0 { format!("{title} ({errors})").into() } else { title.into() }
    }

    fn ui(&mut self, ui: &mut Ui, tab: &mut Tab) {
        let (panels, report, operators) = (&mut *self.panels, self.report, self.operators);
        // What a plugin draws is not known; most of them watch something.
        panels.graphs |= matches!(tab, Tab::Locks | Tab::Schedule | Tab::Plugin(_));
        match tab {
            Tab::Viewport => panels.viewport.ui(ui, report, self.picture, self.out),
            Tab::Hierarchy => panels.hierarchy.ui(ui, operators, report, self.out),
            Tab::Inspector => panels.inspector.ui(ui, operators, report, self.out),
            Tab::Console => panels.console.ui(ui, report, self.out),
            Tab::Diagnostics => panels.diagnostics.ui(ui, report, &panels.root),
            Tab::Modules => panels.modules.ui(ui, operators, report, self.out),
            Tab::Schedule => panels.schedule.ui(ui, report, self.out),
            Tab::Locks => panels.locks.ui(ui, report),
            Tab::Plugin(id) => panels.plugins.ui(ui, id, report, self.out),
        }
    }

    fn on_tab_button(&mut self, tab: &mut Tab, response: &egui::Response) {
        let title = self.titles.get(tab.id()).map_or(tab.title(), String::as_str);
        let title = format!("{title} tab");
        response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &title));
    }

    fn scroll_bars(&self, _tab: &Tab) -> [bool; 2] {
        [false, false]
    }

    fn is_closeable(&self, tab: &Tab) -> bool {
        *tab != Tab::Viewport
    }
}

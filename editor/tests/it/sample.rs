//! Made-up reports, and a harness that draws the screen from one.

use eframe::egui;
use egui_kittest::Harness;
use playground::core_types::{Handle, LockStats};
use playground::editor::report::{
    ComponentDetail, ComponentRow, EntityDetail, EntityRow, Fared, GenerationRow, Level, ModuleKind, ModuleRow,
    ModuleState, Notice, OperatorRow, PoolRow,
};
use playground::editor::{Invocation, Operator, Parameter, Report};
use playground::scene::{Shape, Transform};
use playground::types::{Reflect, Value};
use playground_editor::action::Action;
use playground_editor::settings::Settings;
use playground_editor::shell::Shell;
use playground_editor::theme;
use std::time::{Duration, SystemTime};

/// The screen with the report it is drawn from and what it asked for.
pub struct Screen {
    pub shell: Shell,
    pub report: Report,
    pub actions: Vec<Action>,
    prepared: bool,
}

/// A harness that draws the whole screen.
pub fn screen(report: Report) -> Harness<'static, Screen> {
    let shell = Shell::new(playground_engine_host::operators::built_in(), Settings::default());
    let screen = Screen { shell, report, actions: Vec::new(), prepared: false };
    let mut harness = Harness::builder().with_size([1600.0, 1000.0]).build_ui_state(draw, screen);
    harness.run_steps(3);
    harness
}

fn draw(ui: &mut egui::Ui, screen: &mut Screen) {
    if !std::mem::replace(&mut screen.prepared, true) {
        theme::install_fonts(ui.ctx());
        theme::apply(ui.ctx(), theme::Choice::Dark, 1.0);
    }
    let actions = screen.shell.ui(ui, &screen.report, None);
    screen.actions.extend(actions.into_iter().filter(|action| !matches!(action, Action::View { .. })));
}

impl Screen {
    /// The calls that the screen asked for, as people would write them.
    pub fn calls(&self) -> Vec<String> {
        self.actions
            .iter()
            .filter_map(|action| match action {
                Action::Invoke(call) | Action::Force(call) => Some(call.to_string()),
                _ => None,
            })
            .collect()
    }
}

/// The text of a call.
pub fn call(text: &str) -> String {
    Invocation::parse(text).expect("the test writes calls that can be read").to_string()
}

pub fn entity(
    id: u64,
    name: &str,
    depth: u16,
    parent: Option<u64>,
    descendants: u32,
    components: &[&'static str],
) -> EntityRow {
    EntityRow { id, name: name.into(), depth, parent, descendants, components: Handle::new(components.to_vec()) }
}

/// A sun with two planets, a light, three modules.
pub fn report() -> Report {
    let orbit = &["scene::Name", "scene::Transform", "scene::Shape", "orbit::Orbit"];
    let rows = vec![
        entity(1, "Sun", 0, None, 2, &["scene::Name", "scene::Transform", "scene::Shape"]),
        entity(2, "Mercury", 1, Some(1), 0, orbit),
        entity(3, "Venus", 1, Some(1), 0, orbit),
        entity(4, "Lamp", 0, None, 0, &["scene::Name", "scene::Light"]),
    ];
    Report {
        frame: 10,
        time: 1.0,
        entity_count: rows.len(),
        hierarchy: Handle::new(rows),
        components: Handle::new(vec![
            component_row("scene::Transform", Transform::SCHEMA),
            component_row("scene::Shape", Shape::SCHEMA),
        ]),
        modules: Handle::new(vec![
            module("playground-core-ecs", ModuleKind::Core, ModuleState::Running),
            module("playground-systems-vulkan", ModuleKind::System, ModuleState::Running),
            module("playground-plugins-orbit", ModuleKind::Plugin, ModuleState::Running),
        ]),
        pools: vec![PoolRow {
            name: "scene::Transform".into(),
            lock: LockStats { name: "scene::Transform".into(), reads: 10, ..LockStats::default() },
            ..PoolRow::default()
        }],
        ..Report::default()
    }
}

fn component_row(name: &'static str, schema: &'static playground::types::TypeSchema) -> ComponentRow {
    ComponentRow { name, schema, module: "playground-core-scene".into() }
}

fn module(name: &str, kind: ModuleKind, state: ModuleState) -> ModuleRow {
    ModuleRow {
        name: name.into(),
        kind,
        state,
        problem: String::new(),
        off: false,
        pinned: false,
        generation: 1,
        api_version: Some(0x1234_5678_9abc_def0),
        state_format_version: None,
        schema_hash: None,
        load_time: Duration::from_micros(300),
        size: 14_000,
        retired_size: 0,
        components: vec![],
        panels: vec![],
        operators: vec![],
        implements: None,
        stages: vec![("built", Duration::from_millis(120)), ("loaded", Duration::from_micros(400))],
        last_plan: Handle::default(),
        generations: vec![],
    }
}

/// The same with an operator that the orbits bring.
pub fn with_operator() -> Report {
    const KICK: Operator = Operator::new("orbit.kick", "Kick a body", "Makes a body faster", |_| Ok(Value::Unit))
        .menu("Entity")
        .shortcut("Ctrl+Shift+J")
        .parameters(&[Parameter::optional("entity", "which"), Parameter::optional("speed", "m/s")]);
    let row = OperatorRow { info: &const { &KICK }.info, module: "playground-plugins-orbit".into() };
    Report { operators: Handle::new(vec![row]), ..report() }
}

/// The sun selected, with a transform and a shape.
pub fn inspecting(transforms: &[(u64, Transform)]) -> Report {
    let mut report = report();
    report.selection = transforms.iter().map(|(id, _)| *id).collect();
    report.inspected = transforms
        .iter()
        .map(|(id, transform)| EntityDetail {
            id: *id,
            name: format!("Entity {id}"),
            position: Some(transform.translation.to_array()),
            components: vec![
                detail("scene::Transform", Transform::SCHEMA, transform.to_value(), Transform::default().to_value()),
                detail("scene::Shape", Shape::SCHEMA, Shape::default().to_value(), Shape::default().to_value()),
            ],
            orphans: Vec::new(),
        })
        .collect();
    report
}

fn detail(
    name: &'static str,
    schema: &'static playground::types::TypeSchema,
    value: Value,
    default: Value,
) -> ComponentDetail {
    ComponentDetail { name, schema, value, default }
}

/// A notice for the corner of the window.
pub fn notice(number: u64, level: Level, title: &str) -> Notice {
    Notice { number, level, title: title.into(), detail: "one\ntwo".into() }
}

/// A generation of the orbits.
pub fn generation(number: u32, running: bool, fared: Fared, why: &str) -> GenerationRow {
    GenerationRow {
        number,
        running,
        fared,
        why: why.into(),
        loaded_at: SystemTime::now(),
        took: Duration::from_millis(200),
        stages: vec![("built", Duration::from_millis(190)), ("loaded", Duration::from_millis(10))],
        digest: format!("d1ge57{number}"),
        source: format!("50urce{number}"),
        size: 2048,
        library: format!("/staged/liborbit-{number}.so"),
        threads: Vec::new(),
    }
}

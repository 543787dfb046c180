//! Opening the window: size, theme, graphics device.

use crate::app::{EditorApp, Parts};
use crate::arguments::Arguments;
use crate::remote::{self, Gate, Success};
use crate::script::Script;
use crate::settings::{self, Found};
use crate::shell::Shell;
use crate::watched::Watched;
use crate::{hand, theme, watcher};
use eframe::egui::{self, ViewportBuilder};
use eframe::egui_wgpu::{SurfaceConfig, WgpuConfiguration, WgpuSetup, WgpuSetupCreateNew};
use eframe::{CreationContext, NativeOptions};
use playground::editor::report::Level;
use playground::wgpu;
use playground_engine_host::{Client, Request, operators};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Shows the window until it is closed. Returns whether every call from the command line succeeded.
///
/// # Errors
/// When there is no display or no graphics device, in words for the terminal.
pub fn run(client: &Client, root: &Path, script: Script, arguments: &Arguments) -> anyhow::Result<bool> {
    let found = settings::load();
    let success: Success = Arc::new(AtomicBool::new(true));
    let options = options(&found);
    let (client, root, good, arguments) = (client.clone(), root.to_owned(), success.clone(), arguments.clone());
    let shown = eframe::run_native(
        "playground",
        options,
        Box::new(move |created| Ok(Box::new(create(created, client, root, found, (script, good), arguments)?))),
    );
    shown.map_err(|error| explain(&error))?;
    Ok(success.load(Relaxed))
}

/// Says plainly what is missing.
fn explain(error: &eframe::Error) -> anyhow::Error {
    let display = ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"].iter().any(|name| std::env::var_os(name).is_some());
    let linux = cfg!(all(unix, not(target_vendor = "apple")));
    let cause = match error {
        eframe::Error::Wgpu(error) => format!("no graphics device can draw the window: {error}"),
        eframe::Error::WinitEventLoop(_) if linux && !display => {
            "there is no display: neither DISPLAY nor WAYLAND_DISPLAY is set".to_owned()
        }
        error => format!("the window can't be opened: {error}"),
    };
    anyhow::anyhow!("{cause}\nTo run the editor without a window: editor --headless --exec operator.list")
}

fn options(found: &Found) -> NativeOptions {
    let (width, height) = found.settings.window;
    let viewport = ViewportBuilder::default()
        .with_title("Playground")
        .with_app_id("playground")
        .with_inner_size([width.max(480.0), height.max(320.0)])
        .with_min_inner_size([480.0, 320.0])
        .with_maximized(found.settings.maximized);
    // eframe asks for the limits of WebGL 2 on GL, which have no storage buffers; the renderer shares this device.
    let setup = WgpuSetupCreateNew {
        device_descriptor: Arc::new(|adapter| wgpu::DeviceDescriptor {
            label: Some("window"),
            required_limits: adapter.limits(),
            ..Default::default()
        }),
        ..WgpuSetupCreateNew::without_display_handle()
    };
    NativeOptions {
        viewport,
        wgpu_options: WgpuConfiguration {
            surface: SurfaceConfig::LOW_LATENCY,
            wgpu_setup: WgpuSetup::CreateNew(setup),
            ..Default::default()
        },
        ..Default::default()
    }
}

fn create(
    created: &CreationContext<'_>,
    client: Client,
    root: PathBuf,
    found: Found,
    (script, success): (Script, Success),
    arguments: Arguments,
) -> std::io::Result<EditorApp> {
    let ctx = &created.egui_ctx;
    theme::install_fonts(ctx);
    theme::apply(ctx, found.settings.theme, found.settings.scale);
    hand::install(ctx);
    let mut shell = Shell::new(operators::built_in(), found.settings);
    shell.panels.root.clone_from(&root);
    shell.panels.viewport.look_from(shell.settings.view);
    shell.status.project = root.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    if let Some(problem) = found.problem {
        shell.toasts.say(Level::Warning, "Default settings are used", problem);
    }
    let render = created.wgpu_render_state.clone();
    match &render {
        Some(state) => shell.status.renderer = attach(&client, state),
        None => shell.toasts.say(Level::Error, "No graphics device", "The world is not drawn; everything else works."),
    }
    let alive = Arc::new(());
    let watched = Watched::new(&arguments, shell.panels.plugins.presence.clone());
    watcher::start(client.clone(), ctx.clone(), &alive, watched)?;
    let gate = Arc::<Gate>::default();
    let waker: egui::Context = ctx.clone();
    let calls = remote::start(client.clone(), shell.operators(), script, success, gate.clone(), move || {
        waker.request_repaint()
    })?;
    Ok(EditorApp::new(Parts {
        shell,
        client,
        store: found.store,
        render,
        root,
        calls: Some(calls),
        alive,
        arguments,
        gate,
    }))
}

/// Gives the window's device to the engine. Returns what it runs on, in words.
fn attach(client: &Client, state: &eframe::egui_wgpu::RenderState) -> String {
    let adapter = state.adapter.get_info();
    let words = format!("{} ({})", adapter.name, adapter.backend);
    client.send(Request::AttachGpu { device: state.device.clone(), queue: state.queue.clone(), adapter });
    words
}

//! Builds of tiny crates with the real cargo.

use object::{Object, ObjectSymbol};
use playground_engine_builder::{
    BuildEvent, BuildReport, BuildRequest, Builder, Canceller, Level, Outcome, Profile, Route,
};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};
use tempfile::TempDir;

struct Workspace(TempDir);

impl Workspace {
    fn new() -> Self {
        let workspace = Self(tempfile::tempdir().unwrap());
        workspace.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"orbit\", \"helper\"]\n");
        workspace.write(".cargo/config.toml", "[build]\nrustflags = [\"-C\", \"prefer-dynamic\"]\n");
        workspace.write(
            "orbit/Cargo.toml",
            "[package]\nname = \"my-orbit\"\nversion = \"0.1.0\"\nedition = \"2024\"\ndescription = \"It's\\ntwo lines\"\n\
             [lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n[dependencies]\nhelper = { path = \"../helper\" }\n",
        );
        workspace.write("orbit/src/lib.rs", &source("1"));
        workspace.write("helper/Cargo.toml", "[package]\nname = \"helper\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        workspace.write("helper/src/lib.rs", "pub fn help() -> u32 { 1 }\n");
        workspace
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn builder(&self) -> Builder {
        Builder::new(self.0.path(), self.path("target"), Profile::Debug)
    }

    fn build(&self) -> (BuildReport, Vec<BuildEvent>) {
        self.request(&BuildRequest::of(["my-orbit"]))
    }

    fn build_changed(&self, files: &[&str]) -> BuildReport {
        let changed = files.iter().map(|file| self.path(file)).collect();
        self.request(&BuildRequest { changed: Some(changed), ..BuildRequest::of(["my-orbit"]) }).0
    }

    fn request(&self, request: &BuildRequest) -> (BuildReport, Vec<BuildEvent>) {
        let mut events = Vec::new();
        let report = self.builder().build_here(request, &Canceller::default(), &mut |event| events.push(event));
        (report, events)
    }

    /// A build script that says that it runs and then doesn't end by itself.
    fn make_slow(&self) {
        let file = self.path("pid");
        let text = format!(
            "fn main() {{ std::fs::write({file:?}, std::process::id().to_string()).unwrap(); \
             std::process::Command::new(\"sleep\").arg(\"600\").status().unwrap(); }}"
        );
        self.write("orbit/build.rs", &text);
    }

    fn wait_for_script(&self) -> u32 {
        wait_until("the build script runs", || fs::read_to_string(self.path("pid")).ok()?.parse().ok())
    }
}

fn source(answer: &str) -> String {
    format!(
        "#[unsafe(no_mangle)]\npub extern \"C\" fn answer() -> u32 {{ helper::help() + {answer} }}\n\
         pub const NAME: &str = env!(\"CARGO_PKG_NAME\");\n"
    )
}

fn wait_until<T>(what: &str, mut ready: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(value) = ready() {
            return value;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::yield_now();
    }
}

/// Running processes whose command line or working folder names `folder`.
fn processes_in(folder: &Path) -> Vec<(u32, String)> {
    let text = folder.to_string_lossy().into_owned();
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let lines = entries.filter_map(|entry| {
        let line = fs::read(entry.path().join("cmdline")).ok()?;
        let environment = fs::read(entry.path().join("environ")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        let pid = entry.file_name().to_string_lossy().parse().ok()?;
        let is_own = pid == std::process::id();
        let names = line.contains(&text) || String::from_utf8_lossy(&environment).contains(&text);
        (!is_own && names && !line.is_empty()).then_some((pid, line))
    });
    lines.collect()
}

#[test]
fn a_module_is_built_and_then_fresh() {
    let workspace = Workspace::new();
    let (report, events) = workspace.build();
    assert_eq!(report.outcome, Outcome::Built, "{report:?}");
    assert_eq!((report.compiled, report.fresh), (2, 0));
    let [artefact] = report.artefacts.as_slice() else { panic!("{report:?}") };
    assert_eq!((artefact.package.as_str(), artefact.library.as_str()), ("my-orbit", "my_orbit"));
    assert!(artefact.path.is_file() && !artefact.fresh);
    assert!(matches!(events[0], BuildEvent::Started { .. } | BuildEvent::Warning(_)));
    let total = events.iter().find_map(|event| match event {
        BuildEvent::Progress { total, .. } => *total,
        _ => None,
    });
    assert_eq!(total, Some(2), "{events:?}");
    let (report, _) = workspace.build();
    assert_eq!((report.compiled, report.fresh), (0, 2));
    assert!(report.artefacts[0].fresh);
}

#[test]
fn a_compile_error_has_file_line_column_and_code() {
    let workspace = Workspace::new();
    workspace.write("orbit/src/lib.rs", "pub fn speed() -> f32 {\n    \"fast\"\n}\nfn unused() {}\n");
    let (report, _) = workspace.build();
    let errors: Vec<_> = report.diagnostics.iter().filter(|diagnostic| diagnostic.level == Level::Error).collect();
    let [error] = errors.as_slice() else { panic!("{report:?}") };
    assert_eq!(error.file.as_deref(), Some(workspace.path("orbit/src/lib.rs").as_path()));
    assert_eq!((error.line, error.column, error.code.as_deref()), (Some(2), Some(5), Some("E0308")));
    assert_eq!(error.package.as_deref(), Some("my-orbit"));
    assert!(error.rendered.contains("mismatched types") && !error.rendered.contains('\u{1b}'), "{}", error.rendered);
    let Outcome::Failed(reason) = &report.outcome else { panic!("{report:?}") };
    assert!(reason.contains("mismatched types") && reason.contains("lib.rs:2"), "{reason}");
    workspace.write("orbit/src/lib.rs", &source("2"));
    assert!(workspace.build().0.is_built());
}

#[test]
fn a_missing_library_is_named() {
    let workspace = Workspace::new();
    let text = "#[link(name = \"no_such_library\")]\nunsafe extern \"C\" { fn f(); }\npub fn g() { unsafe { f() } }\n";
    workspace.write("orbit/src/lib.rs", text);
    let (report, _) = workspace.build();
    let Outcome::Failed(reason) = &report.outcome else { panic!("{report:?}") };
    assert!(reason.contains("no_such_library") && reason.contains("install"), "{reason}");
}

#[test]
fn what_cargo_itself_refuses_is_passed_on() {
    let workspace = Workspace::new();
    let (report, _) = workspace.request(&BuildRequest::of(["nothing"]));
    let Outcome::Failed(reason) = &report.outcome else { panic!("{report:?}") };
    assert!(reason.contains("nothing"), "{reason}");
    workspace.write("orbit/build.rs", "fn main() { println!(\"cargo::error=no such feature\"); }");
    let (report, _) = workspace.build();
    let Outcome::Failed(reason) = &report.outcome else { panic!("{report:?}") };
    assert!(reason.contains("no such feature"), "{reason}");
}

#[test]
fn a_cancelled_build_leaves_no_process() {
    let workspace = Workspace::new();
    workspace.make_slow();
    let handle = workspace.builder().build(BuildRequest::of(["my-orbit"]), |_| {}).unwrap();
    workspace.wait_for_script();
    assert!(!handle.is_finished());
    handle.cancel();
    assert_eq!(handle.wait().outcome, Outcome::Cancelled);
    wait_until("all processes of the build end", || processes_in(workspace.0.path()).is_empty().then_some(()));
    workspace.write("orbit/build.rs", "fn main() {}");
    assert!(workspace.build().0.is_built());
}

#[test]
fn waiting_for_another_cargo_is_said() {
    let workspace = Workspace::new();
    workspace.make_slow();
    let first = workspace.builder().build(BuildRequest::of(["my-orbit"]), |_| {}).unwrap();
    workspace.wait_for_script();
    let (sender, events) = channel();
    let second =
        workspace.builder().build(BuildRequest::of(["helper"]), move |event| drop(sender.send(event))).unwrap();
    let waits = |event: BuildEvent| matches!(event, BuildEvent::WaitingForLock { pid, .. } if pid > 0);
    assert!(events.iter().any(waits), "the second build waits");
    second.cancel();
    first.cancel();
    assert_eq!(second.wait().outcome, Outcome::Cancelled);
    assert_eq!(first.wait().outcome, Outcome::Cancelled);
}

#[test]
fn an_own_source_alone_is_built_without_cargo() {
    let workspace = Workspace::new();
    let file = "orbit/src/lib.rs";
    assert_eq!(workspace.build_changed(&[file]).route, Route::Cargo);
    let cargos = fs::read(workspace.build().0.artefacts[0].path.clone()).unwrap();

    workspace.write(file, &source("2"));
    let report = workspace.build_changed(&[file]);
    assert_eq!((report.route, &report.outcome), (Route::Direct, &Outcome::Built), "{report:?}");
    let artefact = &report.artefacts[0];
    assert!(artefact.path.starts_with(workspace.path("target/playground")), "{artefact:?}");
    assert_ne!(fs::read(&artefact.path).unwrap(), cargos);

    workspace.write(file, "pub fn speed() -> f32 {\n    \"fast\"\n}\n");
    let report = workspace.build_changed(&[file]);
    assert_eq!(report.route, Route::Direct);
    assert_eq!(report.diagnostics[0].line, Some(2), "{report:?}");
    assert_eq!(report.diagnostics[0].file.as_deref(), Some(workspace.path(file).as_path()));

    workspace.write(file, &source("3"));
    assert_eq!(workspace.build().0.compiled, 1, "cargo notices what was built without it");
}

#[test]
fn anything_else_is_left_to_cargo() {
    let workspace = Workspace::new();
    let file = "orbit/src/lib.rs";
    workspace.build();
    workspace.write("helper/src/lib.rs", "pub fn help() -> u32 { 2 }\n");
    workspace.write(file, &source("2"));
    assert_eq!(workspace.build_changed(&["helper/src/lib.rs", file]).route, Route::Cargo);

    workspace.write(file, &source("3"));
    assert_eq!(workspace.build_changed(&[file]).route, Route::Direct);

    let manifest = fs::read_to_string(workspace.path("orbit/Cargo.toml")).unwrap();
    workspace.write("orbit/Cargo.toml", &format!("{manifest}\n[features]\nfast = []\n"));
    workspace.write(file, &source("4"));
    assert_eq!(workspace.build_changed(&[file]).route, Route::Cargo);

    workspace.write("target/debug/libplayground_dylib.so", "another engine");
    workspace.write(file, &source("5"));
    assert_eq!(workspace.build_changed(&[file]).route, Route::Cargo);

    // A build script that names no files may read any of them.
    workspace.write("orbit/build.rs", "fn main() {}");
    workspace.build();
    workspace.write(file, &source("6"));
    assert_eq!(workspace.build_changed(&[file]).route, Route::Cargo);
}

#[test]
fn the_engine_library_is_left_to_the_loader() {
    let workspace = Workspace::new();
    workspace.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"orbit\", \"helper\", \"engine\"]\n");
    workspace.write(
        "engine/Cargo.toml",
        "[package]\nname = \"playground-dylib\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[lib]\ncrate-type = [\"dylib\"]\n",
    );
    workspace.write("engine/src/lib.rs", "#[inline(never)]\npub fn engine() -> u32 { 1 }\n");
    let manifest = fs::read_to_string(workspace.path("orbit/Cargo.toml")).unwrap();
    workspace.write("orbit/Cargo.toml", &format!("{manifest}playground-dylib = {{ path = \"../engine\" }}\n"));
    let file = "orbit/src/lib.rs";
    workspace.write(file, &source("playground_dylib::engine()"));
    assert!(workspace.build().0.is_built());
    workspace.write(file, &source("2 + playground_dylib::engine()"));
    let report = workspace.build_changed(&[file]);
    assert_eq!((report.route, &report.outcome), (Route::Direct, &Outcome::Built), "{report:?}");

    let crates = workspace.path("target/playground/direct/debug/my-orbit/crates");
    let stand_in = fs::read(crates.join("libplayground_dylib.so")).unwrap();
    let stand_in = object::File::parse(stand_in.as_slice()).unwrap();
    assert!(stand_in.section_by_name(".rustc").is_some(), "what the compiler reads is there");
    assert_eq!(stand_in.dynamic_symbols().filter(|symbol| symbol.is_definition()).count(), 0);
    let bytes = fs::read(&report.artefacts[0].path).unwrap();
    let built = object::File::parse(bytes.as_slice()).unwrap();
    let symbols: Vec<_> =
        built.dynamic_symbols().filter_map(|symbol| Some((symbol.name().ok()?, symbol.is_undefined()))).collect();
    assert!(symbols.iter().any(|(name, undefined)| name.contains("playground_dylib") && *undefined), "{symbols:?}");
    assert!(symbols.contains(&("answer", false)), "{symbols:?}");

    // Without what makes it fast it works as well.
    fs::remove_dir_all(&crates).unwrap();
    workspace.write(file, &source("3 + playground_dylib::engine()"));
    let report = workspace.build_changed(&[file]);
    assert_eq!((report.route, &report.outcome), (Route::Direct, &Outcome::Built), "{report:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_compiler_that_waits_is_used_once_and_never_left() {
    let workspace = Workspace::new();
    workspace.build();
    let (file, builder) = ("orbit/src/lib.rs", workspace.builder());
    let build = |answer: &str| {
        workspace.write(file, &source(answer));
        let request = BuildRequest { changed: Some(vec![workspace.path(file)]), ..BuildRequest::of(["my-orbit"]) };
        let mut compiler = None;
        let report = builder.build_here(&request, &Canceller::default(), &mut |event| {
            if let BuildEvent::Started { pid, .. } = event {
                compiler = Some(pid);
            }
        });
        assert_eq!((report.route, &report.outcome), (Route::Direct, &Outcome::Built), "{report:?}");
        (compiler, fs::read(&report.artefacts[0].path).unwrap())
    };
    let waiting = || {
        let is_waiting = |(_, line): &(u32, String)| line.contains("@/dev/stdin");
        processes_in(workspace.0.path()).into_iter().find(is_waiting).map(|(pid, _)| pid)
    };

    builder.prepare("my-orbit");
    let prepared = wait_until("a compiler waits", waiting);
    let (compiler, with_it) = build("2");
    assert_eq!(compiler, Some(prepared), "the one that waited compiles");
    let (compiler, without) = build("2");
    assert_ne!(compiler, Some(prepared));
    assert_eq!(with_it, without, "it makes no difference");

    builder.prepare("my-orbit");
    let prepared = wait_until("a compiler waits", waiting);
    let killed = Command::new("kill").args(["-9", &prepared.to_string()]).status().unwrap();
    assert!(killed.success());
    wait_until("it has ended", || waiting().is_none().then_some(()));
    build("3");

    builder.prepare("my-orbit");
    wait_until("a compiler waits", waiting);
    builder.prepare("my-orbit");
    drop(builder);
    wait_until("none waits when nobody builds any more", || waiting().is_none().then_some(()));
}

#[test]
fn what_was_begun_early_is_taken_if_it_is_what_is_wanted() {
    let workspace = Workspace::new();
    workspace.build();
    let (file, builder) = ("orbit/src/lib.rs", workspace.builder());
    let library = workspace.path("target/playground/direct/debug/my-orbit/libmy_orbit.so");
    let made_at = || fs::metadata(&library).and_then(|made| made.modified()).ok();
    let guess = |answer: &str| {
        let before = made_at();
        workspace.write(file, &source(answer));
        builder.guess("my-orbit", vec![workspace.path(file)]);
        before
    };
    let build = || {
        let request = BuildRequest { changed: Some(vec![workspace.path(file)]), ..BuildRequest::of(["my-orbit"]) };
        let mut started = 0;
        let report = builder.build_here(&request, &Canceller::default(), &mut |event| {
            started += usize::from(matches!(event, BuildEvent::Started { .. }));
        });
        assert_eq!((report.route, started), (Route::Direct, 1), "{report:?}");
        report
    };

    let before = guess("2");
    let made = wait_until("it is built before anybody asks", || made_at().filter(|_| made_at() != before));
    assert!(build().is_built());
    assert_eq!(made_at(), Some(made), "it is not built again");
    assert!(build().is_built());
    assert_ne!(made_at(), Some(made), "it is taken once");

    guess("3");
    assert!(build().is_built(), "one that runs is waited for");

    let before = guess("4");
    let made = wait_until("it is built", || made_at().filter(|_| made_at() != before));
    workspace.write(file, &source("5"));
    assert!(build().is_built());
    assert_ne!(made_at(), Some(made), "the sources are others by now");

    guess("\"five\"");
    let report = build();
    assert!(matches!(&report.outcome, Outcome::Failed(why) if why.contains("lib.rs:2")), "{report:?}");
    let errors = report.diagnostics.iter().filter(|found| found.level == Level::Error);
    assert_eq!(errors.count(), 1, "{report:?}");

    guess("6");
    let cancelled = Canceller::default();
    cancelled.cancel();
    let request = BuildRequest { changed: Some(vec![workspace.path(file)]), ..BuildRequest::of(["my-orbit"]) };
    assert_eq!(builder.build_here(&request, &cancelled, &mut |_| ()).outcome, Outcome::Cancelled);

    guess("7");
    let report = builder.build_here(&BuildRequest::of(["my-orbit"]), &Canceller::default(), &mut |_| ());
    assert_eq!((report.route, report.outcome), (Route::Cargo, Outcome::Built));
}

#[test]
fn a_larger_module_is_built_without_cargo_once_something_is_kept_of_it() {
    let workspace = Workspace::new();
    let (file, builder) = ("orbit/src/lib.rs", workspace.builder());
    let write =
        |answer: &str, size: usize| workspace.write(file, &format!("{}// {}\n", source(answer), "x".repeat(size)));
    let build = |files: &[&str]| {
        let changed = files.iter().map(|file| workspace.path(file)).collect();
        let request = BuildRequest { changed: Some(changed), ..BuildRequest::of(["my-orbit"]) };
        let report = builder.build_here(&request, &Canceller::default(), &mut |_| ());
        assert!(report.is_built(), "{report:?}");
        report.route
    };
    write("1", 10_000);
    workspace.build();
    write("2", 10_000);
    assert_eq!(build(&[file]), Route::Cargo);
    builder.prepare("my-orbit");
    write("3", 10_000);
    assert_eq!(build(&[file]), Route::Direct);
    builder.prepare("my-orbit");
    write("4", 10_000);
    assert_eq!(build(&[file]), Route::Direct);

    // What is kept of another call is of no use.
    workspace.write("helper/src/lib.rs", "pub fn help() -> u32 { 2 }\n");
    write("5", 10_000);
    assert_eq!(build(&["helper/src/lib.rs", file]), Route::Cargo);
    write("6", 10_000);
    assert_eq!(build(&[file]), Route::Cargo);
    builder.prepare("my-orbit");
    write("7", 10_000);
    assert_eq!(build(&[file]), Route::Direct);

    write("8", 20_000);
    builder.prepare("my-orbit");
    assert_eq!(build(&[file]), Route::Cargo, "it is too large");
}

//! Opening a staged library: the header is compared first, then the workspace's single `unsafe` block runs.

use crate::inspect::Inspected;
use crate::{LoadError, Loader, Staged};
use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use playground_engine_types::export::{ModelTypeInfo, PluginExport, ViewExport, ViewModelExport};
use playground_engine_types::header::{EngineBuild, ModuleKind};
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

/// What a module library exports; each is there or not.
#[derive(Clone, Copy, Default)]
pub struct Exports {
    /// The contract that a core module defines.
    pub view: Option<&'static ViewExport>,
    /// The implementation that a system brings.
    pub viewmodel: Option<&'static ViewModelExport>,
    /// The plugin that the library brings.
    pub plugin: Option<&'static PluginExport>,
    /// The models and components that the module defines.
    pub models: &'static [ModelTypeInfo],
}

/// A module whose library is mapped into this process, for good.
#[derive(Clone)]
pub struct Opened {
    /// The module's package name.
    pub name: String,
    /// Which generation of the module this is.
    pub generation: u64,
    /// What the library is; its `path` is the copy's.
    pub inspected: Inspected,
    /// What it exports.
    pub exports: Exports,
    /// How long opening took.
    pub opened_in: Duration,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened")
            .field("name", &self.name)
            .field("generation", &self.generation)
            .field("inspected", &self.inspected)
            .finish_non_exhaustive()
    }
}

impl Loader {
    /// Opens a staged library, if it was built for exactly the engine `expected`.
    ///
    /// The library stays mapped until the process ends: unloading one that registered thread-local destructors
    /// crashes, and code of it may be referenced from anywhere.
    ///
    /// # Errors
    /// When the header is another module's or another engine's (then no line of the library has run), when the
    /// system's loader refuses it, or when it lacks the export of its kind.
    pub fn open(&self, staged: Staged, expected: &EngineBuild) -> Result<Opened, LoadError> {
        let Staged { name, generation, source, path, inspected } = staged;
        let symbols = Symbols::of(&name);
        let started = Instant::now();
        let checked = inspected
            .header
            .check(expected, &name)
            .map_err(|cause| LoadError::Header { path: source.clone(), cause: Box::new(cause) });
        let opened =
            checked.and_then(|()| take_exports(&path, &symbols).map_err(|cause| refusal(&source, &name, &cause)));
        let exports = opened.inspect_err(|_| {
            // Nothing is mapped from the copy; one that stays is removed at the next start.
            let _ = std::fs::remove_file(&path);
        })?;
        let missing = match inspected.header.kind {
            ModuleKind::Plugin if exports.plugin.is_none() => Some(symbols.plugin),
            ModuleKind::System if exports.viewmodel.is_none() => Some(symbols.viewmodel),
            ModuleKind::Core if exports.view.is_none() => Some(symbols.view),
            _ => None,
        };
        if let Some(symbol) = missing {
            let kind = inspected.header.kind.to_string();
            return Err(LoadError::MissingSymbol { path: source, module: name, kind, symbol });
        }
        Ok(Opened { name, generation, inspected, exports, opened_in: started.elapsed() })
    }
}

struct Symbols {
    view: String,
    viewmodel: String,
    plugin: String,
    models: String,
}

impl Symbols {
    fn of(name: &str) -> Self {
        let library = name.replace('-', "_");
        let symbol = |what: &str| format!("PLAYGROUND_{what}_{library}");
        Self {
            view: symbol("VIEW"),
            viewmodel: symbol("VIEWMODEL"),
            plugin: symbol("PLUGIN"),
            models: symbol("MODELS"),
        }
    }
}

fn take_exports(path: &Path, symbols: &Symbols) -> Result<Exports, libloading::Error> {
    // SAFETY: the caller has compared the file's header, so the library was built by this compiler, in this profile,
    // for this target, against these very sources of the engine: the symbols, which only the export macros define,
    // have the types they are read as, and its initialisers are what std and the shared crates bring. The copy at
    // `path` is never written again. The library is leaked, so that its statics are 'static.
    unsafe {
        // RTLD_NOW reports a function that the engine library lacks here, instead of ending the process at its call.
        let library: &'static Library = Box::leak(Box::new(Library::open(Some(path), RTLD_NOW | RTLD_LOCAL)?));
        let models = library.get::<&'static &'static [ModelTypeInfo]>(symbols.models.as_str());
        Ok(Exports {
            view: library.get::<&'static ViewExport>(symbols.view.as_str()).ok().map(|symbol| *symbol),
            viewmodel: library.get::<&'static ViewModelExport>(symbols.viewmodel.as_str()).ok().map(|symbol| *symbol),
            plugin: library.get::<&'static PluginExport>(symbols.plugin.as_str()).ok().map(|symbol| *symbol),
            models: models.ok().map_or(&[], |symbol| **symbol),
        })
    }
}

/// libloading's message leaves out its cause, which is the part that says which file or symbol is missing.
fn refusal(library: &Path, name: &str, error: &libloading::Error) -> LoadError {
    let mut cause = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        cause = format!("{cause}: {source}");
        next = source.source();
    }
    let remedy = if cause.contains("undefined symbol") {
        format!(
            "it needs something that the running engine lacks; rebuild it with `cargo build -p {name}` and restart the editor"
        )
    } else if cause.contains("cannot open shared object file") {
        "install the library that is named, or put its folder into LD_LIBRARY_PATH".to_owned()
    } else {
        format!("rebuild the module with `cargo build -p {name}`")
    };
    LoadError::Open { path: library.to_owned(), cause, remedy }
}

//! What the editor remembers between runs: theme, scale, window, layout. A broken file is set aside, never lost.

use crate::dock::Dock;
use crate::theme;
use crate::viewport::orbit::Orbit;
use serde::{Deserialize, Serialize};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// All that is remembered.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Which theme.
    pub theme: theme::Choice,
    /// Scale of the whole window; 1 is as designed.
    pub scale: f32,
    /// Width and height of the window, points.
    pub window: (f32, f32),
    /// Whether the window was maximised.
    pub maximized: bool,
    /// The dock's layout.
    pub dock: Dock,
    /// From where the viewport looks.
    pub view: Orbit,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: theme::Choice::Dark,
            scale: 1.0,
            window: (1600.0, 1000.0),
            maximized: false,
            dock: Dock::default(),
            view: Orbit::default(),
        }
    }
}

/// Where settings are kept, and what was last written there.
pub struct Store {
    path: Option<PathBuf>,
    written: String,
}

/// Settings as they were found, with a sentence for the user if the file was broken.
pub struct Found {
    /// The settings; the default ones if there were none to read.
    pub settings: Settings,
    /// Where they are kept.
    pub store: Store,
    /// What was wrong with the file.
    pub problem: Option<String>,
}

/// Reads the settings from the user's configuration folder, or from `PLAYGROUND_CONFIG_DIR` if that is set.
pub fn load() -> Found {
    load_from(folder().as_deref())
}

/// Where settings are kept, if the system has a place for them.
pub fn folder() -> Option<PathBuf> {
    std::env::var_os("PLAYGROUND_CONFIG_DIR")
        .map(PathBuf::from)
        .or_else(|| directories::ProjectDirs::from("", "", "playground").map(|folders| folders.config_dir().to_owned()))
}

/// Reads the settings from a folder. Without one nothing is read or written.
pub fn load_from(folder: Option<&Path>) -> Found {
    let path = folder.map(|folder| folder.join("editor.ron"));
    let store = Store { path: path.clone(), written: String::new() };
    let fresh = |problem| Found {
        settings: Settings::default(),
        store: Store { path: path.clone(), written: String::new() },
        problem,
    };
    let Some(file) = &store.path else { return fresh(None) };
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return fresh(None),
        Err(error) => return fresh(Some(set_aside(file, &error.to_string()))),
    };
    match ron::from_str::<Settings>(&text) {
        Ok(mut settings) => {
            settings.scale = settings.scale.clamp(*theme::SCALE.start(), *theme::SCALE.end());
            settings.dock.repair();
            Found { settings, store: Store { written: text, ..store }, problem: None }
        }
        Err(error) => fresh(Some(set_aside(file, &error.to_string()))),
    }
}

/// Renames the broken file, so that the next save does not overwrite what may still be of use.
fn set_aside(file: &Path, cause: &str) -> String {
    let bad = file.with_extension("ron.bad");
    match std::fs::rename(file, &bad) {
        Ok(()) => format!("The settings could not be read ({cause}). The file is kept as {}.", bad.display()),
        Err(error) => format!("The settings could not be read ({cause}), nor could the file be set aside ({error})."),
    }
}

impl Store {
    /// Writes the settings if they changed, through a temporary file, so that a crash leaves the old ones whole.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn save(&mut self, settings: &Settings) -> anyhow::Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        let text = ron::ser::to_string_pretty(settings, ron::ser::PrettyConfig::new().depth_limit(8))?;
        if text == self.written {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.persist(path)?;
        self.written = text;
        Ok(())
    }
}

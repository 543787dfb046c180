//! Opening and saving scenes.

use crate::engine::Engine;
use crate::files::write_atomic;
use playground::core_types::Handle;
use playground::editor::report::Level;
use playground::scene::{Document, Loaded};
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};

/// Recent scenes kept.
const RECENT: usize = 10;
/// A larger file is not read into memory.
const LARGEST_FILE: u64 = 1 << 30;

impl Engine {
    /// Opens a scene file in place of the open scene.
    ///
    /// # Errors
    /// When the file can't be read or does not fit; the open scene stays as it is.
    pub fn open_scene(&mut self, path: &str, require_checksum: bool) -> Result<Json, String> {
        let file = self.in_project(path);
        let shown = self.shown(&file);
        let fail = |cause: String| format!("can't open {shown}: {cause}; the open scene is unchanged");
        let size = std::fs::metadata(&file).map_err(|error| fail(error.to_string()))?.len();
        if size > LARGEST_FILE {
            return Err(fail(format!("it has {size} bytes, at most {LARGEST_FILE} are read")));
        }
        let text = std::fs::read_to_string(&file).map_err(|error| fail(error.to_string()))?;
        let document = Document::read(&text).map_err(|error| fail(error.to_string()))?;
        if require_checksum && !document.intact {
            return Err(fail("its checksum is not that of its content (it was edited by hand, or damaged)".to_owned()));
        }
        let world = self.session.world().clone();
        // Built beside the world, so that what is open, and whether it plays, stays if it does not fit.
        let mut built = world.read().copy();
        built.clear();
        let loaded = document.load(&mut built).map_err(|error| fail(error.to_string()))?;
        self.stop_playing();
        world.write().restore(built);
        self.session.reset(Some(file.clone()));
        self.remember_scene(&file);
        Ok(self.opened(&file, &document, &loaded))
    }

    fn opened(&mut self, file: &Path, document: &Document, loaded: &Loaded) -> Json {
        let mut warnings = Vec::new();
        if !document.intact {
            warnings.push(
                "the checksum is not that of the content: the file was edited by hand, or damaged; the next save \
                 writes a new one"
                    .to_owned(),
            );
        }
        if !loaded.orphans.is_empty() {
            let list: Vec<&str> = loaded.orphans.iter().map(String::as_str).collect();
            warnings.push(format!("no loaded module has {}; kept as they are and written back", list.join(", ")));
        }
        if !loaded.changed.is_empty() {
            let list: Vec<&str> = loaded.changed.iter().map(String::as_str).collect();
            warnings.push(format!("{} changed since the file was saved; fields were matched by name", list.join(", ")));
        }
        if !loaded.lost.is_empty() {
            let list: Vec<&str> = loaded.lost.iter().map(String::as_str).collect();
            warnings.push(format!("{} have no place any more: the next save drops them", list.join(", ")));
        }
        let shown = self.shown(file);
        if !warnings.is_empty() {
            self.session.history.mark_unsaved();
            self.notices.add(Level::Warning, format!("Opened {shown} with warnings"), warnings.join("\n"));
        }
        let mut result = json!({ "path": shown, "entities": loaded.entities });
        if !warnings.is_empty() {
            result["warning"] = json!(warnings.join("; "));
        }
        result
    }

    /// Saves the authored scene; while playing, that is the scene as it was before.
    ///
    /// # Errors
    /// When there is no path or the file can't be written; the file is then as it was.
    pub fn save_scene(&mut self, path: Option<&str>) -> Result<Json, String> {
        let file = path.map(|path| self.in_project(path)).or_else(|| self.session.path.clone());
        let file = file.ok_or("this scene has no file yet: give a path, or use Save as")?;
        self.session.refresh();
        let text = match &self.session.holder.authored {
            Some(authored) => Document::of(authored).write(),
            None => Document::of(&self.session.world().read()).write(),
        };
        let shown = self.shown(&file);
        write_atomic(&file, &text).map_err(|error| {
            format!(
                "can't save {shown}: {error}; the file is as it was and your changes are still here, save elsewhere"
            )
        })?;
        self.session.path = Some(file.clone());
        self.session.history.mark_saved();
        self.remember_scene(&file);
        Ok(json!({ "path": shown, "bytes": text.len() }))
    }

    /// An empty scene without a file.
    pub fn new_scene(&mut self) {
        self.stop_playing();
        self.session.world().write().clear();
        self.session.reset(None);
    }

    /// A path as given, or below the project's folder.
    pub fn in_project(&self, path: &str) -> PathBuf {
        self.options.root.join(path)
    }

    /// A path as people write it: below the project's folder where possible.
    pub fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.options.root).unwrap_or(path).display().to_string()
    }

    fn remember_scene(&mut self, file: &Path) {
        let shown = self.shown(file);
        let recent = Handle::make_mut(&mut self.recent);
        recent.retain(|known| *known != shown);
        recent.insert(0, shown);
        recent.truncate(RECENT);
        let Some(folder) = &self.options.settings else { return };
        let text = ron::to_string(&**recent).unwrap_or_default();
        if let Err(error) = write_atomic(&folder.join("recent.ron"), &text) {
            self.notices.add(Level::Warning, "The list of recent scenes was not saved", error.to_string());
        }
    }
}

/// The scenes opened lately, as saved by the last run.
pub fn recent_scenes(settings: Option<&Path>) -> Vec<String> {
    let text = settings.and_then(|folder| std::fs::read_to_string(folder.join("recent.ron")).ok());
    text.and_then(|text| ron::from_str(&text).ok()).unwrap_or_default()
}

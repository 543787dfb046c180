//! A display of the tests' own, and the environment in which programs use it, a renderer without a GPU, and no setting
//! of the person who runs the tests.

use crate::packages;
use anyhow::{Context, Result, bail};
use std::fs::DirBuilder;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// A running Xvfb with its folders; all are gone when it is dropped.
pub struct Display {
    server: Child,
    number: String,
    folder: PathBuf,
    driver: PathBuf,
}

impl Display {
    /// Starts a display under a number that the server finds free.
    ///
    /// # Errors
    /// When Xvfb or lavapipe are missing, or Xvfb ends instead of naming its display.
    pub fn start() -> Result<Self> {
        let driver = packages::lavapipe().context("lavapipe is missing (Debian: mesa-vulkan-drivers)")?;
        let folder = std::env::temp_dir().join(format!("playground-xtask-{}", std::process::id()));
        for inner in ["", "runtime", "config"] {
            // Programs refuse a runtime folder that others can read.
            let path = folder.join(inner);
            DirBuilder::new().recursive(true).mode(0o700).create(&path).with_context(|| format!("making {path:?}"))?;
        }
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp", "-noreset"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("starting Xvfb (Debian: xvfb)")?;
        let mut number = String::new();
        if let Some(output) = server.stdout.take() {
            BufReader::new(output).read_line(&mut number).context("reading the number of Xvfb's display")?;
        }
        let display = Self { server, number: format!(":{}", number.trim()), folder, driver };
        if display.number == ":" {
            bail!("Xvfb ended instead of naming its display; run it by hand to see why");
        }
        Ok(display)
    }

    /// What the display is called, `":99"`.
    pub fn name(&self) -> &str {
        &self.number
    }

    /// Where programs that use the display keep settings.
    pub fn settings(&self) -> PathBuf {
        self.folder.join("config")
    }

    /// Makes `command` use the display.
    pub fn set(&self, command: &mut Command) {
        command
            .env("DISPLAY", &self.number)
            .env("VK_DRIVER_FILES", &self.driver)
            .env("VK_ICD_FILENAMES", &self.driver)
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("XDG_RUNTIME_DIR", self.folder.join("runtime"))
            .env("XDG_SESSION_TYPE", "x11")
            .env("PLAYGROUND_CONFIG_DIR", self.settings());
        // Windows and dialogs would otherwise appear on the screen of the person who runs the tests.
        for name in ["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DBUS_SESSION_BUS_ADDRESS"] {
            command.env_remove(name);
        }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // What fails here leaves a process or a folder behind, which is no reason to fail the tests.
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

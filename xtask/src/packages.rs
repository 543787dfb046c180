//! What the window tests need from the system: a display server, its tools, and a renderer without a GPU.
//!
//! Installs only through apt-get, only as root, and only what is missing.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// How a package shows that it is there.
enum Sign {
    /// A program in `PATH`.
    Program(&'static str),
    /// A library that the system's loader knows.
    Library(&'static str),
    /// One of these paths; `*` in the last but one part is any folder, a last part is a beginning.
    File(&'static [(&'static str, &'static str)]),
}

/// Where drivers of Vulkan are described.
const VULKAN: [&str; 3] = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d", "/usr/local/share/vulkan/icd.d"];

/// The Debian packages, each with a sign of it.
const NEEDED: [(&str, Sign); 10] = [
    ("xvfb", Sign::Program("Xvfb")),
    ("xdotool", Sign::Program("xdotool")),
    ("imagemagick", Sign::Program("import")),
    ("mesa-vulkan-drivers", Sign::File(&[(VULKAN[0], "lvp_icd"), (VULKAN[1], "lvp_icd"), (VULKAN[2], "lvp_icd")])),
    ("libegl1", Sign::Library("libEGL.so.1")),
    ("libgl1-mesa-dri", Sign::File(&[("/usr/lib/*/dri", "swrast_dri"), ("/usr/lib/dri", "swrast_dri")])),
    ("libxkbcommon-x11-0", Sign::Library("libxkbcommon-x11.so.0")),
    ("libxcursor1", Sign::Library("libXcursor.so.1")),
    ("libxi6", Sign::Library("libXi.so.6")),
    ("libxrandr2", Sign::Library("libXrandr.so.2")),
];

/// Finds what the tests need and installs what is missing.
///
/// # Errors
/// When something is missing and can't be installed; the message says how to.
pub fn provide() -> Result<()> {
    let missing = missing();
    if missing.is_empty() {
        println!("everything that the window tests need is installed");
        return Ok(());
    }
    let list = missing.join(" ");
    if !is_root() || find_program("apt-get").is_none() {
        bail!("the window tests need packages that are missing; as Debian calls them: apt-get install {list}");
    }
    println!("installing {list}");
    apt_get(&["update", "-qq"])?;
    let mut arguments = vec!["install", "-y", "-qq", "--no-install-recommends"];
    arguments.extend(&missing);
    apt_get(&arguments)?;
    match self::missing().as_slice() {
        [] => Ok(()),
        still => bail!("apt-get installed {list}, and still these give no sign: {}", still.join(" ")),
    }
}

/// The description of Mesa's software driver for Vulkan.
pub fn lavapipe() -> Option<PathBuf> {
    VULKAN.iter().find_map(|folder| entry(Path::new(folder), "lvp_icd"))
}

fn missing() -> Vec<&'static str> {
    let libraries = libraries();
    let is_there = |sign: &Sign| match sign {
        Sign::Program(name) => find_program(name).is_some(),
        Sign::Library(name) => libraries.contains(name),
        Sign::File(places) => places.iter().any(|(folder, start)| match folder.split_once("/*") {
            Some((parent, rest)) => folders(Path::new(parent))
                .iter()
                .any(|one| entry(&one.join(rest.trim_start_matches('/')), start).is_some()),
            None => entry(Path::new(folder), start).is_some(),
        }),
    };
    NEEDED.iter().filter(|(_, sign)| !is_there(sign)).map(|(package, _)| *package).collect()
}

/// The libraries that the system's loader knows, as text. `ldconfig` is not in everybody's `PATH`.
fn libraries() -> String {
    let ldconfig = find_program("ldconfig").unwrap_or_else(|| "/sbin/ldconfig".into());
    let output = Command::new(ldconfig).arg("-p").output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let mut command = Command::new("apt-get");
    crate::stages::succeed(command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments))
        .context("what tests need can't be installed")
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// The program `name` in `PATH`.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// The first entry of `folder` whose name starts with `start`.
fn entry(folder: &Path, start: &str) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?.flatten();
    entries
        .map(|entry| entry.path())
        .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(start)))
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

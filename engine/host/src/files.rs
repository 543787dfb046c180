//! Writing files so that a crash at any moment leaves the old or the new one, never a third.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Replaces the file: the content goes to a new file beside it, reaches the disk, and takes its name.
///
/// A link keeps pointing to its target, which is what is replaced; permissions stay.
///
/// # Errors
/// With what failed; the old file is untouched then.
pub fn write_atomic(path: &Path, content: impl AsRef<[u8]>) -> io::Result<()> {
    let target = follow(path)?;
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let permissions = fs::metadata(&target).map(|data| data.permissions()).ok();
    if permissions.as_ref().is_some_and(fs::Permissions::readonly) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
    }
    let mut file = tempfile::Builder::new().prefix(".saving-").tempfile_in(folder)?;
    file.write_all(content.as_ref())?;
    match permissions {
        Some(permissions) => file.as_file().set_permissions(permissions)?,
        None => file.as_file().set_permissions(new_file_permissions(folder)?)?,
    }
    file.as_file().sync_all()?;
    file.persist(&target).map_err(|error| error.error)?;
    // The new name reaches the disk only with the folder that holds it.
    File::open(folder)?.sync_all()
}

/// What a plain new file gets here: a temporary file is private, a scene is not.
#[cfg(unix)]
fn new_file_permissions(folder: &Path) -> io::Result<fs::Permissions> {
    use std::os::unix::fs::PermissionsExt;
    let folder = fs::metadata(folder)?.permissions().mode();
    Ok(fs::Permissions::from_mode(0o600 | (folder & 0o044)))
}

#[cfg(not(unix))]
fn new_file_permissions(folder: &Path) -> io::Result<fs::Permissions> {
    Ok(fs::metadata(folder)?.permissions())
}

fn follow(path: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Ok(target) => Ok(target),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(path.to_owned()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::write_atomic;
    use std::fs;

    #[test]
    fn a_link_stays_a_link_and_nothing_is_left_behind() {
        let folder = tempfile::tempdir().expect("there is a place for temporary files");
        let (file, link) = (folder.path().join("a.ron"), folder.path().join("b.ron"));
        fs::write(&file, "old").expect("the folder is ours");
        std::os::unix::fs::symlink(&file, &link).expect("the folder is ours");
        write_atomic(&link, "new").expect("nothing is in the way");
        assert!(fs::symlink_metadata(&link).expect("it is there").is_symlink());
        assert_eq!(fs::read_to_string(&file).expect("it is there"), "new");
        assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 2);
    }

    #[test]
    fn a_failed_save_leaves_the_old_file() {
        let folder = tempfile::tempdir().expect("there is a place for temporary files");
        let file = folder.path().join("a.ron");
        fs::write(&file, "old").expect("the folder is ours");
        let mut permissions = fs::metadata(&file).expect("it is there").permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&file, permissions).expect("it is ours");
        assert!(write_atomic(&file, "new").is_err());
        assert_eq!(fs::read_to_string(&file).expect("it is there"), "old");
    }
}

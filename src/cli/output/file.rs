//! Files that appear whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Whether a file could be written here, leaving what is there as it is.
pub(super) fn try_write(path: &Path) -> io::Result<()> {
    if is_special(path) || path.is_file() {
        return OpenOptions::new().append(true).open(path).map(drop);
    }
    if path.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory));
    }
    Draft::new(path).map(drop)
}

/// Writes a file in one go: under another name first, so that a full disk costs neither the old file nor half of the new one.
pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
    if is_special(path) {
        return append(path, text);
    }
    // Where the name is a link, what it leads to is what is replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut draft = Draft::new(&path)?;
    draft.file.write_all(text.as_bytes())?;
    if let Ok(old) = fs::metadata(&path) {
        draft.file.set_permissions(old.permissions())?;
    }
    fs::rename(&draft.path, &path)
}

/// Writes at the end of a file.
pub(super) fn append(path: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().append(true).create(true).open(path)?.write_all(text.as_bytes())
}

/// Whether something is there that is no file and no folder: a pipe, a terminal.
pub(super) fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// A file in the making, gone when dropped unless it was renamed.
struct Draft {
    path: PathBuf,
    file: File,
}

impl Draft {
    fn new(path: &Path) -> io::Result<Self> {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?.to_string_lossy();
        let path = path.with_file_name(format!(".{name}.{}.partial", std::process::id()));
        let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        Ok(Self { path, file })
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After the rename there is nothing left under this name.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("it works")
            .map(|entry| entry.expect("it works").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn trying_leaves_nothing_behind_and_writing_leaves_one_file() {
        let folder = tempfile::tempdir().expect("it works");
        let path = folder.path().join("a.html");
        try_write(&path).expect("it works");
        assert!(names(folder.path()).is_empty());
        write(&path, "old").expect("it works");
        try_write(&path).expect("it works");
        assert_eq!(fs::read_to_string(&path).expect("it works"), "old");
        write(&path, "new").expect("it works");
        assert_eq!(fs::read_to_string(&path).expect("it works"), "new");
        assert_eq!(names(folder.path()), ["a.html"]);
    }

    #[test]
    fn what_can_t_be_written_is_said() {
        let folder = tempfile::tempdir().expect("it works");
        assert!(try_write(folder.path()).is_err());
        assert!(try_write(&folder.path().join("none/a.html")).is_err());
        assert!(try_write(Path::new("")).is_err());
        assert!(try_write(Path::new("/dev/null")).is_ok());
        write(Path::new("/dev/null"), "x").expect("it works");
    }

    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().expect("it works");
        let (path, link) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&path, "old").expect("it works");
        std::os::unix::fs::symlink(&path, &link).expect("it works");
        write(&link, "new").expect("it works");
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&path).expect("it works"), "new");
    }
}

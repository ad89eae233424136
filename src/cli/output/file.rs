//! Files that appear whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

/// Whether a file could be written here, leaving what is there as it is.
pub(super) fn try_write(path: &Path) -> io::Result<()> {
    // A reader of a named pipe would take the trial for the end.
    if is_pipe(path) || own_stream(path).is_some() {
        return Ok(());
    }
    if is_special(path) || path.is_file() {
        return OpenOptions::new().append(true).open(path).map(drop);
    }
    if path.is_dir() || path.as_os_str().as_bytes().ends_with(b"/") {
        return Err(io::Error::from(io::ErrorKind::IsADirectory));
    }
    Draft::new(path).map(drop)
}

/// Writes a file in one go: under another name first, so that a full disk costs neither the old file nor half of the new one.
pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
    match own_stream(path) {
        Some(Stream::Out) => return through(io::stdout().lock(), text),
        Some(Stream::Err) => return through(io::stderr().lock(), text),
        None if is_special(path) => return append(path, text),
        None => {}
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

/// Whether a report takes the place of what is there: not so for a pipe, a terminal, or what this program prints to anyway.
pub(super) fn is_replaced(path: &Path) -> bool {
    !is_special(path) && own_stream(path).is_none()
}

/// The file that a path leads to, however it is named. It may be still to come.
pub(super) fn place(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let there =
        fs::canonicalize(path).or_else(|_| Ok(fs::canonicalize(folder)?.join(path.file_name().unwrap_or_default())));
    there.unwrap_or_else(|_: io::Error| path.to_owned())
}

/// Whether something is there that is no file and no folder: a pipe, a terminal.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

fn is_pipe(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_fifo())
}

/// What this program prints to.
enum Stream {
    Out,
    Err,
}

/// Whether the path is what standard output or standard error lead to: `/dev/stdout`, and the file that a shell has opened for it. It is written
/// through that, since a file put in its place would cost what was printed before.
fn own_stream(path: &Path) -> Option<Stream> {
    let there = fs::metadata(path).ok().filter(|there| !there.is_dir())?;
    let leads_there = |stream: BorrowedFd<'_>| {
        let stream = stream.try_clone_to_owned().and_then(|stream| File::from(stream).metadata());
        stream.is_ok_and(|stream| (stream.dev(), stream.ino()) == (there.dev(), there.ino()))
    };
    if leads_there(io::stdout().as_fd()) {
        Some(Stream::Out)
    } else {
        leads_there(io::stderr().as_fd()).then_some(Stream::Err)
    }
}

/// Whoever closes the pipe has read enough.
fn through(mut stream: impl io::Write, text: &str) -> io::Result<()> {
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
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

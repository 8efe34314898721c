//! Bytes of an answer: in memory, or straight into a file that appears whole or not at all.

use crate::call::Opened;
use crate::errors::Error;
use crate::values::ResponseMeta;
use bytes::Bytes;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A download is written, and its progress told, in pieces of this size.
pub const CHUNK_BYTES: usize = 64 << 10;

/// Bytes with what the answer said of them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Binary {
    /// The bytes.
    pub bytes: Bytes,
    /// Their media type, without parameters; empty if the server named none.
    pub content_type: String,
    /// The name in `Content-Disposition`: its last path segment, never a path.
    pub filename: Option<String>,
}

impl Binary {
    pub(crate) fn of(meta: &ResponseMeta, bytes: Bytes) -> Binary {
        let content_type = meta.header("content-type").unwrap_or("").split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        Binary { bytes, content_type, filename: filename(meta) }
    }

    /// Writes the file: whole, or not at all. It blocks for as long as the disk does.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn save(&self, path: impl AsRef<Path>) -> io::Result<()> {
        write_atomic(path.as_ref(), &self.bytes)
    }
}

/// Writes beside the target, then renames.
pub(crate) fn write_atomic(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut part = PartFile::create(path, true)?;
    part.write(bytes)?;
    part.finish()
}

/// A file under a temporary name; unless it is finished, dropping it removes it.
#[derive(Debug)]
struct PartFile {
    file: std::fs::File,
    part: PathBuf,
    target: PathBuf,
    replaces: bool,
    finished: bool,
}

impl PartFile {
    /// Where it `replaces` nothing, a target that exists is refused now and at the end.
    fn create(target: &Path, replaces: bool) -> io::Result<PartFile> {
        if target.file_name().is_none() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        if !replaces && target.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        loop {
            // By chance: what a run that was killed left behind may have any number in its name.
            let part = target.with_file_name(format!(".chutes-{:016x}.part", RandomState::new().build_hasher().finish()));
            match std::fs::OpenOptions::new().write(true).create_new(true).open(&part) {
                Err(taken) if taken.kind() == io::ErrorKind::AlreadyExists => {}
                Err(other) => return Err(other),
                Ok(file) => return Ok(PartFile { file, part, target: target.to_owned(), replaces, finished: false }),
            }
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    fn finish(mut self) -> io::Result<()> {
        self.file.sync_all()?;
        if !self.replaces {
            match std::fs::hard_link(&self.part, &self.target) {
                // The temporary name goes with the drop.
                Ok(()) => return Ok(()),
                Err(taken) if self.target.symlink_metadata().is_ok() => return Err(taken),
                // A file system without hard links.
                Err(_) => {}
            }
        }
        std::fs::rename(&self.part, &self.target)?;
        self.finished = true;
        Ok(())
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        if !self.finished {
            let _ = std::fs::remove_file(&self.part);
        }
    }
}

/// The file name that the server gives, without any folder and without leading dots.
fn filename(meta: &ResponseMeta) -> Option<String> {
    let header = String::from_utf8_lossy(meta.headers.get("content-disposition")?.as_bytes()).into_owned();
    let given = parameter(&header, "filename*").and_then(|v| {
        let (charset, rest) = v.split_once('\'')?;
        let text = rest.split_once('\'')?.1;
        let decoded = percent_encoding::percent_decode_str(text).decode_utf8().ok()?;
        charset.eq_ignore_ascii_case("utf-8").then(|| decoded.into_owned())
    });
    let name = given.or_else(|| parameter(&header, "filename"))?;
    let last = name.rsplit(['/', '\\']).next().unwrap_or("");
    let clean: String = last.chars().filter(|c| !c.is_control()).collect();
    // A leading dot hides a file, and names what programs of the user read.
    let clean = clean.trim_start_matches(|c: char| c == '.' || c.is_whitespace()).trim_end();
    (!clean.is_empty()).then(|| clean.to_owned())
}

/// The value of one parameter of a header, unquoted.
fn parameter(header: &str, name: &str) -> Option<String> {
    let mut rest = header;
    while let Some(at) = rest.find(';') {
        rest = rest[at + 1..].trim_start();
        let (key, value) = rest.split_once('=')?;
        let value = value.trim_start();
        if let Some(quoted) = value.strip_prefix('"') {
            let (mut text, mut chars, mut end) = (String::new(), quoted.char_indices(), quoted.len());
            while let Some((index, c)) = chars.next() {
                match c {
                    '"' => {
                        end = index;
                        break;
                    }
                    '\\' => text.extend(chars.next().map(|(_, c)| c)),
                    c => text.push(c),
                }
            }
            if key.trim().eq_ignore_ascii_case(name) {
                return Some(text);
            }
            rest = quoted.get(end..).unwrap_or("");
        } else if key.trim().eq_ignore_ascii_case(name) {
            return Some(value.split(';').next().unwrap_or("").trim().to_owned());
        }
    }
    None
}

/// Where a download goes.
pub(crate) struct Target {
    path: PathBuf,
    folder: bool,
}

impl Target {
    /// # Errors
    /// `config`: the folder does not exist.
    pub(crate) async fn new(to: PathBuf) -> Result<Target, Error> {
        blocking(move || {
            let folder = to.is_dir();
            let parent = to.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            if !folder && (to.file_name().is_none() || !parent.is_dir()) {
                return Err(Error::config(format!("the folder {} does not exist", parent.display())));
            }
            Ok(Target { path: to, folder })
        })
        .await
    }

    fn named(self, opened: &Opened, fallback: &str) -> PathBuf {
        if !self.folder {
            return self.path;
        }
        let plain = fallback.rsplit(['/', '\\']).next().unwrap_or(fallback);
        self.path.join(filename(&opened.meta).unwrap_or_else(|| plain.to_owned()))
    }
}

/// Streams a body into a file: a temporary name beside it, then fsync and rename. Nothing is left behind on failure, and within a
/// folder, where the name is not the caller's, nothing is replaced.
pub(crate) async fn to_file(
    mut opened: Opened,
    target: Target,
    fallback: &str,
    progress: &mut (dyn FnMut(u64, Option<u64>) + Send),
) -> Result<PathBuf, Error> {
    let total = opened.meta.header("content-length").and_then(|v| v.parse().ok());
    let folder = target.folder;
    let path = target.named(&opened, fallback);
    let (mut received, mut told, mut buffer) = (0u64, None, Vec::with_capacity(CHUNK_BYTES));
    let unwritten = |e: io::Error| {
        let why = match e.kind() {
            io::ErrorKind::AlreadyExists => format!("{} exists already; give its whole path to replace it", path.display()),
            _ => format!("the download cannot be written: {e}"),
        };
        Error::config(why).with_source(e)
    };
    let place = path.clone();
    let mut part = blocking(move || PartFile::create(&place, !folder)).await.map_err(|e| opened.fail(unwritten(e)))?;
    loop {
        let data = opened.body.data().await.transpose().map_err(|e| opened.fail(e))?;
        let ended = data.is_none();
        for piece in data.unwrap_or_default().chunks(CHUNK_BYTES) {
            received += piece.len() as u64;
            buffer.extend_from_slice(piece);
            if buffer.len() >= CHUNK_BYTES {
                part = write(part, std::mem::take(&mut buffer)).await.map_err(|e| opened.fail(unwritten(e)))?;
                progress(received, total);
                told = Some(received);
            }
        }
        if ended {
            break;
        }
    }
    part = write(part, buffer).await.map_err(|e| opened.fail(unwritten(e)))?;
    blocking(move || part.finish()).await.map_err(|e| opened.fail(unwritten(e)))?;
    if told != Some(received) {
        progress(received, total);
    }
    Ok(path)
}

async fn write(mut part: PartFile, bytes: Vec<u8>) -> io::Result<PartFile> {
    blocking(move || part.write(&bytes).map(|()| part)).await
}

/// Runs what blocks on a thread for it.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(stopped) if stopped.is_panic() => std::panic::resume_unwind(stopped.into_panic()),
        // The runtime is shutting down: nobody will poll this again.
        Err(_) => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderMap;

    fn named(header: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert("content-disposition", http::HeaderValue::from_bytes(header.as_bytes()).unwrap());
        filename(&ResponseMeta { status: 200, headers, attempts: 1, ..ResponseMeta::default() })
    }

    #[test]
    fn file_names_are_no_paths() {
        for (header, want) in [
            ("attachment; filename=\"report 7.csv\"", Some("report 7.csv")),
            ("attachment; filename=\"../../etc/passwd\"", Some("passwd")),
            ("attachment; filename=\"..\\\\..\\\\boot.ini\"", Some("boot.ini")),
            ("attachment; filename=a.bin", Some("a.bin")),
            ("attachment; filename=\"a;b.bin\"; size=3", Some("a;b.bin")),
            ("attachment; filename=x; filename*=UTF-8''%C3%A9.txt", Some("é.txt")),
            ("attachment; filename=\".bashrc\"", Some("bashrc")),
            ("attachment; filename=\"../. ..a .b \"", Some("a .b")),
            ("attachment; filename=\"..\"", None),
            ("attachment; filename=\"/\"", None),
            ("inline", None),
        ] {
            assert_eq!(named(header).as_deref(), want, "{header}");
        }
    }

    #[test]
    fn writes_whole_or_not_at_all() {
        let folder = std::env::temp_dir().join(format!("chutes-download-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let target = folder.join("a.bin");
        write_atomic(&target, b"first").unwrap();
        drop(PartFile::create(&target, true).unwrap());
        let left: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!((left.len(), std::fs::read(&target).unwrap()), (1, b"first".to_vec()));
        assert!(write_atomic(&folder.join("gone/a.bin"), b"x").is_err());
        let longest = folder.join("x".repeat(250));
        write_atomic(&longest, b"x").unwrap();
        assert!(longest.exists());
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn replaces_nothing_unless_told() {
        let folder = std::env::temp_dir().join(format!("chutes-fresh-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let target = folder.join("a.bin");
        let mut early = PartFile::create(&target, false).unwrap();
        let late = PartFile::create(&target, false).unwrap();
        early.write(b"first").unwrap();
        early.finish().unwrap();
        assert_eq!(late.finish().unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(PartFile::create(&target, false).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!((std::fs::read(&target).unwrap(), std::fs::read_dir(&folder).unwrap().count()), (b"first".to_vec(), 1));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}

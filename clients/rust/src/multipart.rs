//! Multipart bodies (RFC 7578): planned once, streamed with an exact length, and read again from the start where they must be.

use crate::errors::Error;
use crate::values::sniff_content_type;
use bytes::Bytes;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::task::JoinHandle;

/// Files are read in pieces of this size.
pub(crate) const PIECE: usize = 64 << 10;
const BOUNDARY: &str = "chutes-client-";
const SNIFFED: usize = 16;

type Open = dyn Fn() -> io::Result<Box<dyn Read + Send>> + Send + Sync;

#[derive(Clone, Default)]
enum Source {
    #[default]
    Nothing,
    Path(PathBuf),
    Bytes(Bytes),
    Reader {
        length: u64,
        open: Arc<Open>,
    },
}

/// A file to send: from a path, from bytes, or from a source that can be opened again. It is read when it is sent, and again
/// from its start if it must be sent again.
///
/// ```
/// use chutes_client::Upload;
/// let logo = Upload::from_bytes("\u{89}PNG").filename("logo.png").content_type("image/png");
/// # drop(logo);
/// ```
#[derive(Clone, Default)]
pub struct Upload {
    source: Source,
    filename: Option<String>,
    content_type: Option<String>,
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upload")
            .field("filename", &self.filename)
            .field("content_type", &self.content_type)
            .finish_non_exhaustive()
    }
}

impl Upload {
    /// The file at a path; its name is the path's last part unless another is given. A missing file is a `config` error of the call.
    pub fn from_path(path: impl AsRef<Path>) -> Upload {
        Upload { source: Source::Path(path.as_ref().to_owned()), ..Upload::default() }
    }

    /// These bytes.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Upload {
        Upload { source: Source::Bytes(bytes.into()), ..Upload::default() }
    }

    /// A source of exactly `length` bytes that `open` opens at its start, each time the body is sent. It is read on a thread for
    /// blocking work.
    pub fn from_source(length: u64, open: impl Fn() -> io::Result<Box<dyn Read + Send>> + Send + Sync + 'static) -> Upload {
        Upload { source: Source::Reader { length, open: Arc::new(open) }, ..Upload::default() }
    }

    /// The name that is sent.
    pub fn filename(mut self, name: impl Into<String>) -> Upload {
        self.filename = Some(name.into());
        self
    }

    /// The media type; else it is told from the first bytes, else it is `application/octet-stream`.
    pub fn content_type(mut self, media_type: impl Into<String>) -> Upload {
        self.content_type = Some(media_type.into());
        self
    }

    /// What is sent where the caller has not said otherwise.
    pub(crate) fn or(mut self, filename: &str, content_type: &str) -> Upload {
        self.filename.get_or_insert_with(|| filename.to_owned());
        self.content_type.get_or_insert_with(|| content_type.to_owned());
        self
    }

    /// The name it goes by: the caller's, that of its path, else that of its field.
    fn name(&self, field: &str) -> String {
        let of_path = || match &self.source {
            Source::Path(path) => path.file_name().map(|n| n.to_string_lossy().into_owned()),
            _ => None,
        };
        self.filename.clone().or_else(of_path).unwrap_or_else(|| field.to_owned())
    }
}

/// One field of a multipart body.
#[derive(Debug)]
pub(crate) enum Field {
    Text(String),
    File(Upload),
}

/// What can be a field of a multipart body; `None` is left out.
pub(crate) trait PartValue {
    fn part(&self) -> Option<Field>;
}

macro_rules! text_parts {
    ($($ty:ty),+) => {$(impl PartValue for $ty {
        fn part(&self) -> Option<Field> {
            Some(Field::Text(self.to_string()))
        }
    })+};
}
text_parts!(String, bool, i64, f64);

impl PartValue for Upload {
    fn part(&self) -> Option<Field> {
        Some(Field::File(self.clone()))
    }
}

impl<T: PartValue> PartValue for Option<T> {
    fn part(&self) -> Option<Field> {
        self.as_ref().and_then(T::part)
    }
}

/// Declares the fields of a multipart body, in the order in which they are sent.
macro_rules! multipart {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$fmeta:meta])* $field:ident ($wire:literal) : $ty:ty),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, serde::Deserialize)]
        #[serde(default)]
        pub struct $name {
            $($(#[$fmeta])*
            pub $field: $ty,)*
        }

        impl $name {
            pub(crate) fn parts(&self) -> crate::multipart::Multipart {
                use crate::multipart::PartValue as _;
                let mut out = crate::multipart::Multipart::default();
                $(out.add($wire, self.$field.part());)*
                out
            }
        }
    };
}
pub(crate) use multipart;

/// The fields of a body, in order.
#[derive(Debug, Default)]
pub(crate) struct Multipart {
    fields: Vec<(&'static str, Field)>,
}

impl Multipart {
    pub(crate) fn add(&mut self, name: &'static str, field: Option<Field>) {
        self.fields.extend(field.map(|field| (name, field)));
    }

    /// Measures every file and looks at its first bytes. It blocks for as long as the disk does.
    ///
    /// # Errors
    /// `config`: a file is missing or cannot be read.
    pub(crate) fn plan(self, random: impl Fn() -> f64) -> Result<Plan, Error> {
        let word = || (random().clamp(0.0, 1.0) * f64::from(u32::MAX)) as u32;
        let boundary = format!("{BOUNDARY}{:08x}{:08x}{:08x}{:08x}", word(), word(), word(), word());
        let mut plan = Plan { boundary, pieces: Vec::new(), length: 0 };
        for (name, field) in self.fields {
            let head = format!("--{}\r\nContent-Disposition: form-data; name=\"{}\"", plan.boundary, escape(name));
            match field {
                Field::Text(text) => plan.bytes(format!("{head}\r\n\r\n{text}\r\n").into()),
                Field::File(upload) => plan.file(name, &head, upload)?,
            }
        }
        plan.bytes(format!("--{}--\r\n", plan.boundary).into());
        Ok(plan)
    }
}

/// A name inside a header: what could end it is percent-encoded, as browsers do.
fn escape(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[derive(Clone)]
enum Piece {
    Bytes(Bytes),
    File { name: &'static str, source: Source, length: u64 },
}

/// A body that is ready to be sent any number of times.
pub(crate) struct Plan {
    pub(crate) boundary: String,
    pieces: Vec<Piece>,
    pub(crate) length: u64,
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan").field("length", &self.length).finish_non_exhaustive()
    }
}

impl Plan {
    fn bytes(&mut self, bytes: Bytes) {
        self.length += bytes.len() as u64;
        self.pieces.push(Piece::Bytes(bytes));
    }

    fn file(&mut self, name: &'static str, head: &str, upload: Upload) -> Result<(), Error> {
        let refuse = |why: String| Error::config(format!("the file of {name} {why}"));
        let unreadable = |e: io::Error| refuse(format!("cannot be read: {e}"));
        let (length, start) = match &upload.source {
            Source::Nothing => return Err(refuse("is missing; give an Upload".to_owned())),
            Source::Bytes(bytes) => (bytes.len() as u64, bytes.slice(..bytes.len().min(SNIFFED))),
            Source::Path(path) => {
                let facts = std::fs::metadata(path).map_err(unreadable)?;
                if !facts.is_file() {
                    return Err(refuse("is no file".to_owned()));
                }
                (facts.len(), first_bytes(&upload.source).map_err(unreadable)?)
            }
            Source::Reader { length, .. } => (*length, first_bytes(&upload.source).map_err(unreadable)?),
        };
        let filename = escape(&upload.name(name));
        let content_type = upload.content_type.as_deref().or(sniff_content_type(&start)).unwrap_or("application/octet-stream");
        if content_type.chars().any(char::is_control) {
            return Err(refuse("has a content type with a control character".to_owned()));
        }
        self.bytes(format!("{head}; filename=\"{filename}\"\r\nContent-Type: {content_type}\r\n\r\n").into());
        match upload.source {
            Source::Bytes(bytes) => self.bytes(bytes),
            source => {
                self.length += length;
                self.pieces.push(Piece::File { name, source, length });
            }
        }
        self.bytes(Bytes::from_static(b"\r\n"));
        Ok(())
    }

    /// A reader of the whole body, from its start.
    pub(crate) fn reader(self: &Arc<Self>) -> PlanReader {
        PlanReader { plan: self.clone(), at: 0, state: State::Between }
    }
}

fn open(source: &Source) -> io::Result<Box<dyn Read + Send>> {
    match source {
        Source::Path(path) => Ok(Box::new(std::fs::File::open(path)?)),
        Source::Reader { open, .. } => open(),
        Source::Bytes(bytes) => Ok(Box::new(io::Cursor::new(bytes.clone()))),
        Source::Nothing => Err(io::ErrorKind::NotFound.into()),
    }
}

fn first_bytes(source: &Source) -> io::Result<Bytes> {
    let mut start = Vec::with_capacity(SNIFFED);
    open(source)?.take(SNIFFED as u64).read_to_end(&mut start)?;
    Ok(start.into())
}

/// A file that changed, vanished or failed while it was sent.
#[derive(Debug)]
pub(crate) struct UploadError(pub(crate) String);

impl std::fmt::Display for UploadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UploadError {}

struct Reading {
    file: Box<dyn Read + Send>,
    left: u64,
}

enum State {
    Between,
    Bytes(Bytes),
    File(Reading),
    Busy(JoinHandle<io::Result<(Reading, Bytes)>>),
}

/// Reads a plan piece by piece; files on a thread for blocking work.
pub(crate) struct PlanReader {
    plan: Arc<Plan>,
    at: usize,
    state: State,
}

impl PlanReader {
    pub(crate) fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, UploadError>>> {
        loop {
            match std::mem::replace(&mut self.state, State::Between) {
                State::Between => {
                    let Some(piece) = self.plan.pieces.get(self.at).cloned() else { return Poll::Ready(None) };
                    self.state = match piece {
                        Piece::Bytes(bytes) => State::Bytes(bytes),
                        Piece::File { source, length, .. } => {
                            State::Busy(tokio::task::spawn_blocking(move || read(Reading { file: open(&source)?, left: length })))
                        }
                    };
                }
                State::Bytes(bytes) if bytes.is_empty() => self.at += 1,
                State::Bytes(mut bytes) => {
                    let piece = bytes.split_to(bytes.len().min(PIECE));
                    self.state = State::Bytes(bytes);
                    return Poll::Ready(Some(Ok(piece)));
                }
                State::File(reading) if reading.left == 0 => self.at += 1,
                State::File(reading) => self.state = State::Busy(tokio::task::spawn_blocking(move || read(reading))),
                State::Busy(mut task) => {
                    let Poll::Ready(done) = Pin::new(&mut task).poll(cx) else {
                        self.state = State::Busy(task);
                        return Poll::Pending;
                    };
                    let outcome = done.unwrap_or_else(|e| Err(io::Error::other(e.to_string())));
                    let (reading, piece) = outcome.map_err(|e| self.broken(&e))?;
                    self.state = State::File(reading);
                    if !piece.is_empty() {
                        return Poll::Ready(Some(Ok(piece)));
                    }
                }
            }
        }
    }

    fn broken(&self, error: &io::Error) -> UploadError {
        let name = if let Some(Piece::File { name, .. }) = self.plan.pieces.get(self.at) { name } else { "a part" };
        UploadError(format!("the file of {name} could not be read to its end while it was sent: {error}"))
    }

    /// SHA-256 of the whole body, in hexadecimal.
    pub(crate) async fn sha256(mut self) -> Result<String, UploadError> {
        let mut context = ring::digest::Context::new(&ring::digest::SHA256);
        while let Some(piece) = std::future::poll_fn(|cx| self.poll_piece(cx)).await {
            context.update(&piece?);
        }
        Ok(crate::values::hex(context.finish().as_ref()))
    }
}

/// The next piece; a file that is shorter than it was is an error, a longer one is read as far as it was.
fn read(mut reading: Reading) -> io::Result<(Reading, Bytes)> {
    let mut piece = Vec::with_capacity(PIECE.min(usize::try_from(reading.left).unwrap_or(PIECE)));
    let wanted = reading.left.min(PIECE as u64);
    let got = (&mut reading.file).take(wanted).read_to_end(&mut piece)? as u64;
    if got < wanted {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it has become shorter"));
    }
    reading.left -= got;
    Ok((reading, piece.into()))
}

/// The whole of a plan; for tests.
#[cfg(test)]
pub(crate) async fn collect(plan: &Arc<Plan>) -> Result<Vec<u8>, UploadError> {
    let (mut reader, mut all) = (plan.reader(), Vec::new());
    while let Some(piece) = std::future::poll_fn(|cx| reader.poll_piece(cx)).await {
        all.extend_from_slice(&piece?);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(fields: Vec<(&'static str, Field)>) -> Result<Arc<Plan>, Error> {
        Multipart { fields }.plan(|| 0.0).map(Arc::new)
    }

    #[tokio::test]
    async fn is_exact_and_read_again() {
        let reads = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let counted = reads.clone();
        let data: Vec<u8> = (0..200_000u32).map(|n| n as u8).collect();
        let copy = data.clone();
        let source = Upload::from_source(200_000, move || {
            counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Ok(Box::new(io::Cursor::new(copy.clone())))
        });
        let plan = body(vec![("a", Field::Text("é".into())), ("f", Field::File(source.filename("x\"\r\n.bin")))]).unwrap();
        let (first, second) = (collect(&plan).await.unwrap(), collect(&plan).await.unwrap());
        assert_eq!((first.len() as u64, &first), (plan.length, &second));
        let mut want =
            b"--chutes-client-00000000000000000000000000000000\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xc3\xa9\r\n\
--chutes-client-00000000000000000000000000000000\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x%22%0D%0A.bin\"\r\n\
Content-Type: application/octet-stream\r\n\r\n"
                .to_vec();
        want.extend_from_slice(&data);
        want.extend_from_slice(b"\r\n--chutes-client-00000000000000000000000000000000--\r\n");
        assert_eq!(first, want);
        assert_eq!(reads.load(std::sync::atomic::Ordering::Relaxed), 3); // once for its first bytes
        let hash = ring::digest::digest(&ring::digest::SHA256, &first);
        assert_eq!(plan.reader().sha256().await.unwrap(), crate::values::hex(hash.as_ref()));
    }

    #[tokio::test]
    async fn tells_the_type_and_refuses_what_is_not_there() {
        let png = body(vec![("f", Field::File(Upload::from_bytes(&b"\x89PNG\r\n"[..])))]).unwrap();
        assert!(String::from_utf8_lossy(&collect(&png).await.unwrap()).contains("filename=\"f\"\r\nContent-Type: image/png\r\n"));
        for bad in [Upload::default(), Upload::from_path("/nowhere/at.all"), Upload::from_path(std::env::temp_dir())] {
            assert!(body(vec![("f", Field::File(bad))]).unwrap_err().is_config());
        }
    }

    #[tokio::test]
    async fn a_file_that_shrank_is_told() {
        let short = Upload::from_source(10, || Ok(Box::new(&b"only"[..])));
        let plan = body(vec![("f", Field::File(short))]).unwrap();
        assert!(collect(&plan).await.unwrap_err().0.contains("shorter"));
    }
}

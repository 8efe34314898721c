//! The body of an answer: limits on time, its coding, and the way of its connection back to the pool.

use crate::cancel::{CancelHandle, Listening, cancelled};
use crate::connect::Address;
use crate::errors::{Error, Kind};
use crate::limiter::Place;
use crate::pool::{Connection, Pool};
use crate::transport::{deadline_error, last_cause};
use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use http_body::Body as _;
use hyper::body::Incoming;
use std::collections::VecDeque;
use std::future::Future;
use std::io::Write as _;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// Coded bytes are undone in pieces of this size, none of which can grow beyond about a thousand times of it.
const CODED_PIECE: usize = 4 << 10;

/// What a server says of the size of its answer is believed up to here before the bytes have come.
const MOST_TOLD: usize = 1 << 20;

/// The bytes of an answer as they come over its connection.
pub(crate) struct Wire {
    incoming: Incoming,
    /// `None` once it has gone back to the pool.
    connection: Option<Connection>,
    address: Arc<Address>,
    pool: Arc<Pool>,
}

impl Wire {
    pub(crate) fn new(incoming: Incoming, connection: Connection, address: Arc<Address>, pool: Arc<Pool>) -> Wire {
        Wire { incoming, connection: Some(connection), address, pool }
    }

    fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let mut driven = false;
        loop {
            match Pin::new(&mut self.incoming).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) if !data.is_empty() => return Poll::Ready(Some(Ok(data))),
                    _ => {}
                },
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(broken_off(error)))),
                Poll::Ready(None) => {
                    if let Some(connection) = self.connection.take() {
                        self.pool.give(&self.address.origin, connection);
                    }
                    return Poll::Ready(None);
                }
                Poll::Pending if driven => return Poll::Pending,
                Poll::Pending => {
                    // Asking comes first: the connection reads a piece only where one is wanted.
                    if let Some(connection) = &mut self.connection {
                        connection.drive(cx);
                    }
                    driven = true;
                }
            }
        }
    }
}

fn broken_off(error: hyper::Error) -> Error {
    Error::new(Kind::Connection, format!("the answer broke off: {}", last_cause(&error))).with_source(error)
}

/// Undoes gzip as it comes.
pub(crate) struct Gzip {
    decoder: MultiGzDecoder<Vec<u8>>,
    coded: VecDeque<Bytes>,
    begun: bool,
}

impl Gzip {
    fn new() -> Gzip {
        Gzip { decoder: MultiGzDecoder::new(Vec::new()), coded: VecDeque::new(), begun: false }
    }

    /// What the next piece of the coded bytes holds; `None` where there is none.
    fn next(&mut self) -> std::io::Result<Option<Bytes>> {
        let Some(mut coded) = self.coded.pop_front() else { return Ok(None) };
        let piece = coded.split_to(coded.len().min(CODED_PIECE));
        if !coded.is_empty() {
            self.coded.push_front(coded);
        }
        self.begun = true;
        self.decoder.write_all(&piece)?;
        self.decoder.flush()?;
        Ok(Some(Bytes::from(std::mem::take(self.decoder.get_mut()))))
    }

    /// What is left at the end of the coded bytes; it fails where their own end is missing.
    fn finish(&mut self) -> std::io::Result<Bytes> {
        if self.begun {
            self.decoder.try_finish()?;
        }
        Ok(Bytes::from(std::mem::take(self.decoder.get_mut())))
    }
}

enum Source {
    Wire(Wire),
    /// An answer of a script.
    Whole(Bytes),
}

/// What a body has while it is open: where its bytes come from, and a place of the limiter.
pub(crate) struct Held {
    source: Source,
    _place: Option<Place>,
}

/// Empty once the body is over. A handle empties it from outside, whoever holds the body.
pub(crate) type Slot = Arc<Mutex<Option<Held>>>;

impl Source {
    /// How many bytes are to come, where it is known.
    fn told_size(&self) -> Option<u64> {
        match self {
            Source::Wire(wire) => wire.incoming.size_hint().exact(),
            Source::Whole(bytes) => Some(bytes.len() as u64),
        }
    }

    fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        match self {
            Source::Wire(wire) => wire.poll_data(cx),
            Source::Whole(bytes) => Poll::Ready(Some(std::mem::take(bytes)).filter(|b| !b.is_empty()).map(Ok)),
        }
    }
}

/// Reads a body under the idle limit. Dropping it before its end closes the connection.
pub(crate) struct BodyReader {
    held: Slot,
    open: bool,
    gzip: Option<Box<Gzip>>,
    idle: Option<Duration>,
    deadline: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
    cancel: Option<Listening>,
}

impl BodyReader {
    fn new(source: Source, idle: Option<Duration>, deadline: Option<Instant>) -> BodyReader {
        let held = Arc::new(Mutex::new(Some(Held { source, _place: None })));
        BodyReader { held, open: true, gzip: None, idle, deadline, timer: None, cancel: None }
    }

    pub(crate) fn of_wire(wire: Wire, gzip: bool, idle: Option<Duration>, deadline: Option<Instant>) -> BodyReader {
        let gzip = gzip.then(|| Box::new(Gzip::new()));
        BodyReader { gzip, ..BodyReader::new(Source::Wire(wire), idle, deadline) }
    }

    pub(crate) fn of_bytes(whole: Bytes, idle: Option<Duration>, deadline: Option<Instant>) -> BodyReader {
        BodyReader::new(Source::Whole(whole), idle, deadline)
    }

    /// Keeps a place of the limiter until the body is over, and lets the handle end both.
    pub(crate) fn keep(&mut self, place: Option<Place>, handle: Option<&CancelHandle>) {
        self.with(|held| held._place = place);
        self.cancel = handle.map(|handle| handle.listen(&self.held));
    }

    /// Does something with what is held, unless it is held no more.
    fn with<T>(&self, work: impl FnOnce(&mut Held) -> T) -> Option<T> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).as_mut().map(work)
    }

    #[cfg(test)]
    pub(crate) fn held(&self) -> bool {
        self.with(|_| ()).is_some()
    }

    /// How many bytes the server says are to come; 0 where it does not, or they are coded.
    fn told_size(&self) -> usize {
        let told = if self.gzip.is_none() { self.with(|held| held.source.told_size()).flatten() } else { None };
        told.and_then(|size| size.try_into().ok()).unwrap_or(0)
    }

    /// Closes the connection at once, unless the body is at its end.
    pub(crate) fn close(&mut self) {
        (self.open, self.cancel) = (false, None);
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(held);
    }

    /// Whether there is more to come.
    pub(crate) fn open(&self) -> bool {
        self.open
    }

    /// Whether there is more to come, but the call should be over: what waits to be read is not handed out for ever.
    pub(crate) fn late(&self) -> bool {
        self.open() && self.deadline.is_some_and(|at| Instant::now() >= at)
    }

    /// The next bytes; `None` at the end.
    pub(crate) fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        if !self.open() {
            return Poll::Ready(None);
        }
        if let Some(cancel) = &mut self.cancel
            && cancel.fired.as_mut().poll(cx).is_ready()
        {
            self.close();
            return Poll::Ready(Some(Err(cancelled())));
        }
        if self.late() {
            self.close();
            return Poll::Ready(Some(Err(deadline_error())));
        }
        match self.poll_decoded(cx) {
            Poll::Ready(Some(Ok(data))) => {
                self.timer = None;
                return Poll::Ready(Some(Ok(data)));
            }
            Poll::Ready(last) => {
                self.close();
                return Poll::Ready(last);
            }
            Poll::Pending => {}
        }
        let idle_at = self.idle.map(|idle| Instant::now() + idle);
        let Some(until) = [idle_at, self.deadline].into_iter().flatten().min() else { return Poll::Pending };
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(until)));
        ready!(timer.as_mut().poll(cx));
        let late = self.late();
        self.close();
        if late {
            return Poll::Ready(Some(Err(deadline_error())));
        }
        let idle = self.idle.unwrap_or_default().as_secs_f64();
        let text = format!("nothing came for {idle} s inside the answer (idle_timeout)");
        Poll::Ready(Some(Err(Error::new(Kind::Timeout, text))))
    }

    /// The next bytes with their coding undone.
    fn poll_decoded(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        // Emptied in this very moment: the handle has fired.
        let Some(Held { source, .. }) = held.as_mut() else { return Poll::Ready(Some(Err(cancelled()))) };
        let Some(gzip) = &mut self.gzip else { return source.poll_data(cx) };
        let damaged = |error: std::io::Error| {
            Error::new(Kind::Connection, format!("the coding of the answer is damaged: {error}")).with_source(error)
        };
        loop {
            match gzip.next() {
                Ok(None) => {}
                Ok(Some(data)) if data.is_empty() => continue,
                other => return Poll::Ready(other.map_err(damaged).transpose()),
            }
            match ready!(source.poll_data(cx)) {
                Some(Ok(coded)) => gzip.coded.push_back(coded),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => {
                    return Poll::Ready(gzip.finish().map_err(damaged).map(|d| Some(d).filter(|d| !d.is_empty())).transpose());
                }
            }
        }
    }

    pub(crate) async fn data(&mut self) -> Option<Result<Bytes, Error>> {
        std::future::poll_fn(|cx| self.poll_data(cx)).await
    }

    /// Reads to the end, up to `limit` bytes; more is `too_large`.
    pub(crate) async fn read(&mut self, limit: usize) -> Result<Bytes, Error> {
        let mut all: Vec<u8> = Vec::with_capacity(self.told_size().min(MOST_TOLD));
        while let Some(data) = self.data().await {
            all.extend_from_slice(&data?);
            if all.len() > limit {
                self.close();
                return Err(Error::new(Kind::TooLarge, format!("the answer is larger than {limit} bytes")));
            }
        }
        Ok(Bytes::from(all))
    }

    /// Reads what comes of an error's body: at most `limit` bytes and `longest`, whatever goes wrong.
    pub(crate) async fn read_some(&mut self, limit: usize, longest: Duration) -> Bytes {
        let mut all: Vec<u8> = Vec::new();
        let until = Instant::now() + longest;
        while all.len() < limit {
            match tokio::time::timeout_at(until, self.data()).await {
                Ok(Some(Ok(data))) => all.extend_from_slice(&data),
                _ => break,
            }
        }
        if all.len() >= limit {
            // One more look, so that a body that just fits gives its connection back.
            let _ = tokio::time::timeout(Duration::from_millis(5), self.data()).await;
        }
        self.close();
        all.truncate(limit);
        Bytes::from(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};

    fn coded(parts: &[&[u8]]) -> Vec<Vec<u8>> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        let mut pieces = Vec::new();
        for part in parts {
            encoder.write_all(part).unwrap();
            encoder.flush().unwrap();
            pieces.push(std::mem::take(encoder.get_mut()));
        }
        pieces.push(encoder.finish().unwrap());
        pieces
    }

    #[test]
    fn gzip_hands_out_what_each_piece_holds() {
        let mut gzip = Gzip::new();
        let pieces = coded(&[b"data: a\n\n", b"data: b\n\n"]);
        let mut take = |piece: &Vec<u8>| {
            gzip.coded.push_back(piece.clone().into());
            gzip.next().unwrap().unwrap()
        };
        assert_eq!([take(&pieces[0]), take(&pieces[1]), take(&pieces[2])], ["data: a\n\n", "data: b\n\n", ""]);
        assert_eq!(gzip.finish().unwrap(), "");
    }

    #[test]
    fn gzip_without_its_end_is_damaged() {
        let mut gzip = Gzip::new();
        gzip.coded.push_back(coded(&[b"data: a\n\n"])[0].clone().into());
        assert_eq!(gzip.next().unwrap().unwrap(), "data: a\n\n");
        assert!(gzip.finish().is_err());
        assert!(Gzip::new().finish().is_ok(), "a body without a byte is none");
    }
}

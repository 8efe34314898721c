//! Streams of plain events and of decoded ones: a chute's own endpoints and warm-ups. They end with their body.

use crate::call::Opened;
use crate::errors::{Error, Kind};
use crate::hooks::StreamWatch;
use crate::json::parse_json;
use crate::sse::{Event, Tail};
use crate::stream::{ChunkKind, ChunkStream, EventReader, Record, interrupted, snippet, stream_error};
use crate::values::ResponseMeta;
use bytes::Bytes;
use futures_core::Stream;
use serde::de::DeserializeOwned;
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A stream of plain events: an endpoint of a chute. It ends with its body. Dropping it closes its connection.
pub struct EventStream {
    /// `None` where the stream is no stream of the caller. Before the reader, whose end ends the call.
    watch: Option<StreamWatch>,
    reader: EventReader,
    ended: bool,
}

impl std::fmt::Debug for EventStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventStream").field("ended", &self.ended).finish_non_exhaustive()
    }
}

impl EventStream {
    pub(crate) fn open(opened: Opened) -> EventStream {
        let watch = StreamWatch::new(opened.run.clone(), opened.meta.model.clone());
        EventStream { watch: Some(watch), ..EventStream::untold(opened) }
    }

    /// A stream that is read by us: no hook is told of it.
    pub(crate) fn untold(opened: Opened) -> EventStream {
        EventStream { reader: EventReader::new(opened), ended: false, watch: None }
    }

    fn told(&mut self, kind: Option<Kind>) {
        if let Some(watch) = &mut self.watch {
            watch.end(kind);
        }
    }

    /// Closes it with an error of ours.
    pub(crate) fn fail(&mut self, error: Error) -> Error {
        self.told(Some(error.kind()));
        self.close();
        self.reader.opened.fail(error)
    }

    /// Status, headers and attempts.
    pub fn response(&self) -> &ResponseMeta {
        &self.reader.opened.meta
    }

    /// Closes the connection at once. The stream then ends.
    pub fn close(&mut self) {
        self.reader.close();
        self.ended = true;
        self.told(Some(Kind::Cancelled));
    }

    /// The next event; `None` at the end.
    pub async fn next_event(&mut self) -> Option<Result<Event, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// The next bytes of the body as they arrive, whatever it holds; not to be mixed with events.
    pub async fn next_bytes(&mut self) -> Option<Result<Bytes, Error>> {
        let Some(data) = self.reader.opened.body.data().await else {
            self.told(None);
            return None;
        };
        let data = data.map_err(|error| self.reader.opened.fail(interrupted(error)));
        match (&data, &mut self.watch) {
            (Ok(_), Some(watch)) => watch.chunk(None),
            (Err(error), _) => self.told(Some(error.kind())),
            _ => {}
        }
        Some(data)
    }

    fn tail(&mut self, tail: Tail) -> Option<Result<Event, Error>> {
        self.ended = true;
        let bare = parse_json(tail.line.as_bytes()).is_ok_and(|v| v.is_object() && !v["error"].is_null());
        if let Some(error) = bare.then(|| stream_error("", &tail.line, true)).flatten() {
            return Some(Err(self.reader.opened.fail(error)));
        }
        tail.data.as_deref().map(|data| Ok(tail.event_of(data)))
    }
}

impl Stream for EventStream {
    type Item = Result<Event, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while !self.ended {
            match ready!(self.reader.poll_record(cx)) {
                Some(Ok(Record::Event(event))) => {
                    self.watch.iter_mut().for_each(|watch| watch.chunk(None));
                    return Poll::Ready(Some(Ok(event)));
                }
                Some(Ok(Record::Ignored(_))) => {}
                Some(Ok(Record::Tail(tail))) => {
                    let last = self.tail(tail);
                    if let Some(Ok(_)) = &last {
                        self.watch.iter_mut().for_each(|watch| watch.chunk(None));
                    }
                    self.told(last.as_ref().and_then(|l| l.as_ref().err()).map(Error::kind));
                    return Poll::Ready(last);
                }
                Some(Err(error)) => {
                    self.ended = true;
                    let error = interrupted(error);
                    self.told(Some(error.kind()));
                    return Poll::Ready(Some(Err(error)));
                }
                None => {
                    self.ended = true;
                    self.told(None);
                }
            }
        }
        Poll::Ready(None)
    }
}

/// A stream of decoded events, such as those of a warm-up.
#[derive(Debug)]
pub struct ItemStream<T> {
    events: EventStream,
    item: std::marker::PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> ItemStream<T> {
    pub(crate) fn open(opened: Opened) -> ItemStream<T> {
        ItemStream { events: EventStream::open(opened), item: std::marker::PhantomData }
    }

    /// Status, headers and attempts.
    pub fn response(&self) -> &ResponseMeta {
        self.events.response()
    }

    /// Closes the connection at once. The stream then ends.
    pub fn close(&mut self) {
        self.events.close();
    }

    /// The next item; `None` at the end.
    pub async fn next_item(&mut self) -> Option<Result<T, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    fn decode(&mut self, event: &Event) -> Result<T, Error> {
        if let Some(error) = stream_error(&event.event, &event.data, false) {
            return Err(error);
        }
        let bad = |error: serde_json::Error| {
            Error::new(Kind::StreamError, format!("an event of the stream cannot be read ({error}): {}", snippet(&event.data)))
        };
        parse_json(event.data.as_bytes()).and_then(serde_json::from_value).map_err(bad)
    }
}

/// Data that says nothing: none, or the `: keepalive` that some proxies wrap into an event.
pub(crate) fn is_ping(data: &str) -> bool {
    let trimmed = data.trim_start();
    trimmed.is_empty() || trimmed.starts_with(':')
}

impl<T: DeserializeOwned> Stream for ItemStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match ready!(Pin::new(&mut self.events).poll_next(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(event)) if is_ping(&event.data) => {}
                Some(Ok(event)) => {
                    let item = self.decode(&event);
                    let item = item.map_err(|error| self.events.fail(error));
                    return Poll::Ready(Some(item));
                }
            }
        }
    }
}

/// The events of a stream of chunks as they came; made by [`ChunkStream::events`].
#[derive(Debug)]
pub struct RawEvents<'a, C: ChunkKind> {
    inner: &'a mut ChunkStream<C>,
}

impl<'a, C: ChunkKind> RawEvents<'a, C> {
    pub(crate) fn new(inner: &'a mut ChunkStream<C>) -> RawEvents<'a, C> {
        inner.raw.get_or_insert_default();
        RawEvents { inner }
    }

    /// The next event; `None` at the end.
    pub async fn next_event(&mut self) -> Option<Result<Event, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl<C: ChunkKind> Stream for RawEvents<'_, C> {
    type Item = Result<Event, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(kept) = self.inner.raw.as_mut().and_then(VecDeque::pop_front) {
                return Poll::Ready(Some(kept));
            }
            if self.inner.over() {
                return Poll::Ready(None);
            }
            let chunk = Pin::new(&mut *self.inner).poll_next(cx);
            let kept = self.inner.raw.get_or_insert_default();
            match chunk {
                Poll::Ready(Some(Err(error))) => kept.push_back(Err(error)),
                Poll::Ready(_) => {}
                // A ping is no chunk: it is handed out while the next one is waited for, which will wake us.
                Poll::Pending if kept.is_empty() => return Poll::Pending,
                Poll::Pending => {}
            }
        }
    }
}

impl<C: ChunkKind> Drop for RawEvents<'_, C> {
    /// Who goes on with chunks needs no events.
    fn drop(&mut self) {
        self.inner.raw.take_if(|kept| kept.is_empty());
    }
}

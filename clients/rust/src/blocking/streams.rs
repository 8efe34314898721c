//! Streams as iterators.

use super::worker::Worker;
use crate::config::CallOptions;
use crate::errors::Error;
use crate::stream::{ChunkKind, ChunkStream};
use crate::values::{Answer, ResponseMeta};
use bytes::Bytes;
use futures_core::Stream;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::pin::Pin;

/// A stream that is read by waiting: an [`Iterator`]. Dropping it closes its connection.
#[derive(Debug)]
pub struct Blocking<S> {
    pub(super) inner: S,
    pub(super) worker: Worker,
}

/// A stream of chat chunks.
pub type ChatStream = Blocking<crate::ChatStream>;
/// A stream of pieces of a text completion.
pub type CompletionStream = Blocking<crate::CompletionStream>;
/// A stream of plain events: an endpoint of a chute.
pub type EventStream = Blocking<crate::EventStream>;
/// A stream of decoded events, such as those of a warm-up.
pub type ItemStream<T> = Blocking<crate::ItemStream<T>>;
/// The log of a build.
pub type LogStream = Blocking<crate::LogStream>;
/// The items of every page.
pub type PageStream<T> = Blocking<crate::PageStream<T>>;
/// What comes of items.
pub type MapStream<T, R, E = Error> = Blocking<crate::MapStream<T, R, E>>;

impl<S: Stream + Unpin> Iterator for Blocking<S> {
    type Item = S::Item;

    fn next(&mut self) -> Option<S::Item> {
        let inner = &mut self.inner;
        self.worker.wait(std::future::poll_fn(|cx| Pin::new(&mut *inner).poll_next(cx)))
    }
}

impl<C: ChunkKind> Blocking<ChunkStream<C>> {
    /// Status, headers and attempts.
    pub fn response(&self) -> &ResponseMeta {
        self.inner.response()
    }

    /// What has come so far; see [`ChunkStream::partial`].
    pub fn partial(&self) -> Value {
        self.inner.partial()
    }

    /// Closes the connection at once. The stream then ends.
    pub fn close(&mut self) {
        self.inner.close();
    }

    /// The text of the first choice, piece by piece.
    ///
    /// ```no_run
    /// # fn run(mut stream: chutes_client::blocking::ChatStream) -> Result<(), chutes_client::Error> {
    /// for text in stream.text_stream() {
    ///     print!("{}", text?);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn text_stream(&mut self) -> Blocking<crate::TextStream<'_, C>> {
        self.worker.stream(self.inner.text_stream())
    }

    /// The events as they came; see [`ChunkStream::events`].
    pub fn events(&mut self) -> Blocking<crate::RawEvents<'_, C>> {
        self.worker.stream(self.inner.events())
    }

    /// Reads what is left and returns the whole.
    ///
    /// # Errors
    /// What ended the stream before its end; [`Error::partial`] holds what came.
    pub fn final_completion(&mut self) -> Result<Answer<C::Whole>, Error> {
        self.worker.wait(self.inner.final_completion())
    }
}

impl EventStream {
    /// Status, headers and attempts.
    pub fn response(&self) -> &ResponseMeta {
        self.inner.response()
    }

    /// Closes the connection at once. The stream then ends.
    pub fn close(&mut self) {
        self.inner.close();
    }

    /// The next bytes of the body as they arrive, whatever it holds; not to be mixed with events.
    pub fn next_bytes(&mut self) -> Option<Result<Bytes, Error>> {
        self.worker.wait(self.inner.next_bytes())
    }
}

impl<T: DeserializeOwned> ItemStream<T> {
    /// Status, headers and attempts.
    pub fn response(&self) -> &ResponseMeta {
        self.inner.response()
    }

    /// Closes the connection at once. The stream then ends.
    pub fn close(&mut self) {
        self.inner.close();
    }
}

impl LogStream {
    /// Status, headers and attempts.
    pub fn response(&self) -> &ResponseMeta {
        self.inner.response()
    }

    /// The last offset seen, to go on from.
    pub fn offset(&self) -> Option<&str> {
        self.inner.offset()
    }

    /// Closes the connection at once. The stream then ends.
    pub fn close(&mut self) {
        self.inner.close();
    }
}

impl<T: PartialEq + Clone + Unpin> PageStream<T> {
    /// Adds options of each request.
    pub fn with(self, options: CallOptions) -> Self {
        Blocking { inner: self.inner.with(options), worker: self.worker }
    }
}

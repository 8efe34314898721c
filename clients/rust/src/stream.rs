//! Streams of answers: chat and text completions put together as they come, and plain events.

pub use crate::chunks::{Chunk, ChunkKind};
pub use crate::stream_events::{EventStream, ItemStream, RawEvents};

use crate::accumulate::Accumulator;
use crate::call::Opened;
use crate::cancel::cancelled;
use crate::config::OnRestart;
use crate::errors::{Error, Kind, Reason};
use crate::errors_body::parse_body;
use crate::fit;
use crate::hooks::StreamWatch;
use crate::json::parse_json;
use crate::sse::{Decoder, Event, MAX_EVENT_BYTES, Tail};
use crate::types::{ChatCompletionChunk, TextCompletion};
use crate::values::{Answer, ResponseMeta};
use bytes::Bytes;
use futures_core::Stream;
use serde_json::{Map, Value, json};
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::Instant;

/// How long the end of the body is waited for behind `[DONE]`, so that the connection can be used again.
pub(crate) const DRAIN_TIME: Duration = Duration::from_millis(25);
const SNIPPET_CHARS: usize = 200;

/// What a body of events hands to the layer above.
pub(crate) enum Record {
    Event(Event),
    Ignored(String),
    Tail(Tail),
}

/// Reads records from a body.
pub(crate) struct EventReader {
    pub(crate) opened: Opened,
    decoder: Decoder,
    queue: VecDeque<Record>,
    failed: Option<Error>,
    ended: bool,
}

impl EventReader {
    pub(crate) fn new(opened: Opened) -> EventReader {
        let cap = opened.options.max_event_bytes.unwrap_or(MAX_EVENT_BYTES);
        EventReader { opened, decoder: Decoder::new(cap), queue: VecDeque::new(), failed: None, ended: false }
    }

    /// The next record; `None` after the tail.
    pub(crate) fn poll_record(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Record, Error>>> {
        if self.opened.body.late() {
            self.queue.clear();
        }
        let over = self.ended && self.queue.is_empty();
        if !over && self.opened.cancelled() {
            self.queue.clear();
            self.failed = Some(cancelled());
        }
        loop {
            if let Some(record) = self.queue.pop_front() {
                return Poll::Ready(Some(Ok(record)));
            }
            if let Some(error) = self.failed.take() {
                self.ended = true;
                return Poll::Ready(Some(Err(self.opened.fail(error))));
            }
            if self.ended {
                return Poll::Ready(None);
            }
            match ready!(self.opened.body.poll_data(cx)) {
                Some(Ok(data)) => self.feed(&data),
                Some(Err(error)) => {
                    // The server's reason beats that of the connection.
                    if error.kind() != Kind::Cancelled {
                        self.queue.push_back(Record::Ignored(self.decoder.finish().line));
                    }
                    self.failed = Some(error);
                }
                None => {
                    self.ended = true;
                    self.queue.push_back(Record::Tail(self.decoder.finish()));
                }
            }
        }
    }

    fn feed(&mut self, data: &[u8]) {
        let mut events = Vec::new();
        let outcome = self.decoder.feed_into(data, &mut events);
        let mut ignored = self.decoder.take_ignored_at().into_iter().peekable();
        for (at, event) in events.into_iter().enumerate() {
            while let Some((_, line)) = ignored.next_if(|(before, _)| *before <= at) {
                self.queue.push_back(Record::Ignored(line));
            }
            self.queue.push_back(Record::Event(event));
        }
        self.queue.extend(ignored.map(|(_, line)| Record::Ignored(line)));
        if let Err(error) = outcome {
            self.close();
            self.failed = Some(Error::new(Kind::TooLarge, error.to_string()).with_source(error));
        }
    }

    pub(crate) fn close(&mut self) {
        self.opened.body.close();
    }
}

/// The one function that decides whether an event, an ignored line or a tail reports an error: named, keyed or bare.
/// `bare` is true for what is no event.
pub(crate) fn stream_error(name: &str, data: &str, bare: bool) -> Option<Error> {
    let object = parse_json(data.as_bytes()).ok().filter(Value::is_object);
    let keyed =
        object.as_ref().is_some_and(|o| o["object"] == "error" || !o["error"].is_null() || (bare && !o["detail"].is_null()));
    if !keyed && (bare || name != "error") {
        return None;
    }
    let parsed = parse_body(data.as_bytes(), "");
    let known = !parsed.message.is_empty();
    let text = if known { parsed.message.clone() } else { "the server reported an error inside the stream".to_owned() };
    Some(Error::new(Kind::StreamError, text).with_facts(parsed).with_body(Bytes::copy_from_slice(data.as_bytes())))
}

pub(crate) fn snippet(data: &str) -> String {
    data.chars().take(SNIPPET_CHARS).collect()
}

/// A broken connection in mid-stream is an interrupted stream.
pub(crate) fn interrupted(error: Error) -> Error {
    match error.kind() {
        Kind::Connection => error.with_kind(Kind::StreamInterrupted).with_reason(Reason::Connection),
        Kind::Timeout if error.message().contains("idle_timeout") => error.with_reason(Reason::IdleTimeout),
        _ => error,
    }
}

enum Source {
    Events(Box<EventReader>),
    /// The chunks of a JSON answer to a stream request.
    Whole(VecDeque<Value>, Box<Opened>),
}

impl Source {
    fn opened(&self) -> &Opened {
        match self {
            Source::Events(reader) => &reader.opened,
            Source::Whole(_, opened) => opened,
        }
    }
}

/// A stream of chat chunks.
pub type ChatStream = ChunkStream<ChatCompletionChunk>;
/// A stream of pieces of a text completion.
pub type CompletionStream = ChunkStream<TextCompletion>;

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Reading,
    /// `[DONE]` has come; until then the end of the body is looked for.
    Draining(Instant),
    Finished,
    /// The end was told; one more poll is a mistake of the caller.
    Told,
    Spent,
}

/// A streamed completion: a [`Stream`] of chunks that builds the whole as it goes. Dropping it closes its connection.
pub struct ChunkStream<C: ChunkKind> {
    /// Before the source, whose end ends the call: a stream that is dropped was left.
    watch: StreamWatch,
    source: Source,
    whole: Accumulator,
    phase: Phase,
    complete: bool,
    drain: Option<Pin<Box<tokio::time::Sleep>>>,
    error: Option<Error>,
    /// What [`ChunkStream::events`] has yet to hand out.
    pub(crate) raw: Option<VecDeque<Result<Event, Error>>>,
    kind: std::marker::PhantomData<fn() -> C>,
}

impl<C: ChunkKind> ChunkStream<C> {
    /// Looks at the headers: events, one JSON answer, or neither.
    pub(crate) async fn open(opened: Opened) -> Result<Self, Error> {
        let mut opened = opened.no_page().await?;
        let content_type = opened.content_type();
        let source = if content_type == "application/json" || content_type.ends_with("+json") {
            let raw = opened.read().await?;
            let value: Value =
                crate::values::decode(opened.meta.status, &opened.meta.headers, &raw).map_err(|e| opened.fail(e))?;
            if !value["choices"].is_array() {
                let text = format!("the answer to a stream request is JSON without choices: {}", snippet(&value.to_string()));
                return Err(opened.fail(Error::new(Kind::UnexpectedResponse, text).with_body(raw)));
            }
            Source::Whole(split_choices(&value), Box::new(opened))
        } else if opened.meta.status == 204 {
            return Err(opened.fail(Error::new(Kind::UnexpectedResponse, "the answer to a stream request is empty (204)")));
        } else {
            Source::Events(Box::new(EventReader::new(opened)))
        };
        // Made last: what fails before is no stream.
        let watch = StreamWatch::new(source.opened().run.clone(), source.opened().meta.model.clone());
        Ok(ChunkStream {
            source,
            whole: Accumulator::new(C::CHAT),
            phase: Phase::Reading,
            complete: false,
            drain: None,
            error: None,
            watch,
            raw: None,
            kind: std::marker::PhantomData,
        })
    }

    /// Status, headers and attempts.
    pub fn response(&self) -> &ResponseMeta {
        &self.source.opened().meta
    }

    /// What has come so far, as JSON in the wire shape of a whole answer; `complete` says whether it is one. Never fails.
    pub fn partial(&self) -> Value {
        let mut whole = self.whole.snapshot();
        whole["complete"] = json!(self.complete);
        whole
    }

    /// Closes the connection at once. The stream then ends.
    pub fn close(&mut self) {
        if let Source::Events(reader) = &mut self.source {
            reader.close();
        }
        if self.phase == Phase::Reading {
            self.phase = Phase::Finished;
        }
        self.watch.end(Some(Kind::Cancelled));
    }

    /// The next chunk; `None` at the end. The same as `StreamExt::next`, without that crate.
    pub async fn next_chunk(&mut self) -> Option<Result<Chunk<C>, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// The text of the first choice, piece by piece.
    pub fn text_stream(&mut self) -> TextStream<'_, C> {
        TextStream { inner: self }
    }

    /// The events as they came, pings and `[DONE]` too, up to the error that one of them reports. The answer is put together all the same.
    ///
    /// ```no_run
    /// # async fn run(mut stream: chutes_client::ChatStream) -> Result<(), chutes_client::Error> {
    /// while let Some(event) = stream.events().next_event().await {
    ///     println!("{}", event?.data);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn events(&mut self) -> RawEvents<'_, C> {
        RawEvents::new(self)
    }

    /// Whether there is no more to read.
    pub(crate) fn over(&self) -> bool {
        !matches!(self.phase, Phase::Reading | Phase::Draining(_))
    }

    fn keep_raw(&mut self, event: impl FnOnce() -> Event) {
        if let Some(raw) = &mut self.raw {
            raw.push_back(Ok(event()));
        }
    }

    /// Reads what is left and returns the whole (the other languages call it `final`, a reserved word here).
    ///
    /// # Errors
    /// What ended the stream before its end; [`Error::partial`] holds what came.
    pub async fn final_completion(&mut self) -> Result<Answer<C::Whole>, Error> {
        while !self.over() {
            if let Some(Err(error)) = self.next_chunk().await {
                return Err(error);
            }
        }
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        if !self.complete {
            return Err(self
                .fail(Error::new(Kind::StreamInterrupted, "the stream was left before its end").with_reason(Reason::Truncated)));
        }
        let opened = self.source.opened();
        let value = serde_json::from_value(self.whole.snapshot()).unwrap_or_default();
        Ok(Answer { value, meta: opened.meta.clone(), raw: Bytes::new() })
    }

    /// Ends the stream with an error that takes the partial answer along.
    fn fail(&mut self, error: Error) -> Error {
        self.complete = false;
        let error = self.source.opened().fail(error).with_partial(self.partial());
        if let Source::Events(reader) = &mut self.source {
            reader.close();
        }
        self.phase = Phase::Finished;
        self.watch.end(Some(error.kind()));
        self.error = Some(error.clone());
        error
    }

    fn finish(&mut self) {
        self.complete = true;
        self.phase = Phase::Finished;
        self.watch.end(None);
    }

    /// One event: ping, end, error or chunk.
    fn event(&mut self, name: &str, data: String) -> Result<Option<Chunk<C>>, Error> {
        let trimmed = data.trim();
        if trimmed == "[DONE]" {
            self.complete = true;
            self.watch.end(None);
            self.phase = Phase::Draining(Instant::now() + DRAIN_TIME);
            return Ok(None);
        }
        if let Some(error) = (name == "error").then(|| stream_error(name, &data, false)).flatten() {
            return Err(self.fail(error));
        }
        if trimmed.is_empty() || trimmed.starts_with(':') {
            return Ok(None);
        }
        // Nearly all chunks are text alone: they are read once, and their JSON is looked at no more.
        if let Some((value, true)) = fit::read::<Box<C>>(&data)
            && value.add_text(&mut self.whole)
        {
            self.watch.chunk(None);
            self.watch.answered(value.model());
            return Ok(Some(Chunk::read(value, data)));
        }
        let value = match parse_json(data.as_bytes()) {
            Ok(value) if value.is_object() => value,
            Ok(_) => {
                let text = format!("an event of the stream is JSON, but no object: {}", snippet(&data));
                return Err(self.fail(Error::new(Kind::StreamError, text)));
            }
            Err(error) => {
                let text = format!("an event of the stream is not valid JSON ({error}): {}", snippet(&data));
                return Err(self.fail(Error::new(Kind::StreamError, text)));
            }
        };
        if (value["object"] == "error" || !value["error"].is_null())
            && let Some(error) = stream_error(name, &data, false)
        {
            return Err(self.fail(error));
        }
        self.chunk(value).map(Some)
    }

    fn chunk(&mut self, raw: Value) -> Result<Chunk<C>, Error> {
        let restarted = self.whole.restarts(&raw);
        if restarted {
            if self.source.opened().options.on_restart != Some(OnRestart::Discard) {
                let text = "the server began the answer anew on another instance; what came before is in the partial answer";
                return Err(self.fail(Error::new(Kind::StreamInterrupted, text).with_reason(Reason::Restarted)));
            }
            self.whole = Accumulator::new(C::CHAT);
        }
        self.whole.add(&raw);
        self.watch.chunk(raw.get("usage"));
        self.watch.answered(raw["model"].as_str());
        match C::deserialize(&raw) {
            Ok(value) => Ok(Chunk::of_json(value, raw, restarted)),
            Err(error) => Err(self.fail(Error::new(Kind::StreamError, format!("a chunk cannot be read: {error}")))),
        }
    }

    /// What stood behind the last event when the body ended.
    fn tail(&mut self, tail: &Tail) -> Result<Option<Chunk<C>>, Error> {
        if let Some(error) = stream_error("", &tail.line, true) {
            return Err(self.fail(error));
        }
        let data = tail.data.as_deref().unwrap_or("");
        let whole_event =
            data.trim() == "[DONE]" || tail.event == "error" || parse_json(data.as_bytes()).is_ok_and(|v| v.is_object());
        if whole_event {
            self.keep_raw(|| tail.event_of(data));
            let chunk = self.event(&tail.event, data.to_owned())?;
            if chunk.is_some() || self.phase != Phase::Reading {
                return Ok(chunk);
            }
        } else if !data.trim().is_empty() && !data.trim_start().starts_with(':') {
            return Err(self.cut_off("the stream ended in the middle of an event"));
        }
        Ok(None)
    }

    fn cut_off(&mut self, text: &str) -> Error {
        self.fail(Error::new(Kind::StreamInterrupted, text).with_reason(Reason::Truncated))
    }

    /// The body has ended without `[DONE]`.
    fn end(&mut self) -> Result<(), Error> {
        if self.whole.complete() {
            self.finish();
            return Ok(());
        }
        let text = if self.whole.is_empty() {
            "the stream ended without any answer"
        } else {
            "the stream ended before the answer was complete"
        };
        Err(self.cut_off(text))
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Chunk<C>, Error>>> {
        loop {
            let reader = match &mut self.source {
                Source::Whole(chunks, _) => match chunks.pop_front() {
                    Some(raw) => {
                        self.keep_raw(|| Event::message(raw.to_string()));
                        return Poll::Ready(Some(self.chunk(raw)));
                    }
                    None => {
                        self.finish();
                        return Poll::Ready(None);
                    }
                },
                Source::Events(reader) => reader,
            };
            let outcome = match ready!(reader.poll_record(cx)) {
                None => match self.end() {
                    Ok(()) => return Poll::Ready(None),
                    Err(error) => Err(error),
                },
                Some(Err(error)) => Err(self.fail(interrupted(error))),
                Some(Ok(Record::Event(event))) => {
                    self.keep_raw(|| event.clone());
                    self.event(&event.event, event.data)
                }
                Some(Ok(Record::Ignored(line))) => match stream_error("", &line, true) {
                    Some(error) => Err(self.fail(error)),
                    None => Ok(None),
                },
                Some(Ok(Record::Tail(tail))) => self.tail(&tail),
            };
            match outcome {
                Err(error) => return Poll::Ready(Some(Err(error))),
                Ok(Some(chunk)) => return Poll::Ready(Some(Ok(chunk))),
                Ok(None) if self.phase != Phase::Reading => return self.poll_drain(cx),
                Ok(None) => {}
            }
        }
    }

    /// Takes what has arrived behind `[DONE]`; a body at its end gives its connection back, any other is closed.
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Chunk<C>, Error>>> {
        let Phase::Draining(until) = self.phase else { return Poll::Ready(None) };
        if let Source::Events(reader) = &mut self.source {
            let timer = self.drain.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
            loop {
                match reader.opened.body.poll_data(cx) {
                    Poll::Ready(Some(Ok(_))) if Instant::now() < until => {}
                    Poll::Ready(_) => break,
                    Poll::Pending => {
                        ready!(timer.as_mut().poll(cx));
                        break;
                    }
                }
            }
            reader.close();
        }
        self.phase = Phase::Finished;
        Poll::Ready(None)
    }
}

impl<C: ChunkKind> std::fmt::Debug for ChunkStream<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChunkStream").field("complete", &self.complete).finish_non_exhaustive()
    }
}

impl<C: ChunkKind> Stream for ChunkStream<C> {
    type Item = Result<Chunk<C>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = match self.phase {
            Phase::Reading => ready!(self.poll_chunk(cx)),
            Phase::Draining(_) => ready!(self.poll_drain(cx)),
            Phase::Finished => None,
            Phase::Told => {
                self.phase = Phase::Spent;
                let text = "the stream has already been read; open a new one";
                return Poll::Ready(Some(Err(Error::config(text))));
            }
            Phase::Spent => return Poll::Ready(None),
        };
        if item.is_none() {
            self.phase = Phase::Told;
        }
        Poll::Ready(item)
    }
}

use std::future::Future as _;

/// One chunk per choice of a whole answer, or one without any: message becomes delta. The last one tells the usage.
fn split_choices(answer: &Value) -> VecDeque<Value> {
    let choices: Vec<_> = answer["choices"].as_array().into_iter().flatten().filter_map(Value::as_object).collect();
    let last = choices.len().saturating_sub(1);
    let delta = |choice: &&Map<String, Value>| {
        let mut choice = (*choice).clone();
        if let Some(message) = choice.remove("message") {
            choice.insert("delta".into(), message);
        }
        Value::Object(choice)
    };
    let chunk = |at: usize| {
        let mut chunk = answer.clone();
        chunk["choices"] = choices.get(at).map(delta).into_iter().collect();
        if chunk["object"] == "chat.completion" {
            chunk["object"] = json!("chat.completion.chunk");
        }
        if at < last {
            chunk["usage"] = Value::Null;
        }
        chunk
    };
    (0..=last).map(chunk).collect()
}

/// The text of a stream, piece by piece; made by [`ChunkStream::text_stream`].
#[derive(Debug)]
pub struct TextStream<'a, C: ChunkKind> {
    inner: &'a mut ChunkStream<C>,
}

impl<C: ChunkKind> TextStream<'_, C> {
    /// The next piece; `None` at the end.
    pub async fn next_text(&mut self) -> Option<Result<String, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// What has come so far; see [`ChunkStream::partial`].
    pub fn partial(&self) -> Value {
        self.inner.partial()
    }
}

impl<C: ChunkKind> Stream for TextStream<'_, C> {
    type Item = Result<String, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match ready!(Pin::new(&mut *self.inner).poll_next(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(chunk)) if chunk.text().is_empty() => {}
                Some(Ok(chunk)) => return Poll::Ready(Some(Ok(chunk.text().to_owned()))),
            }
        }
    }
}

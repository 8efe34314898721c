//! Build logs: a dialect of its own under the name of an event stream. One newline ends a record, `.` is a heart-beat, `DONE` the end.

use crate::call::Opened;
use crate::cancel::cancelled;
use crate::errors::{Error, Kind, Reason};
use crate::json::parse_json;
use crate::stream::{interrupted, snippet};
use crate::types::BuildLogEvent;
use crate::values::ResponseMeta;
use futures_core::Stream;
use serde_json::Value;
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// Attempts in a row to go on with a log that drops without a new line.
pub const RESUME_ATTEMPTS: u32 = 5;
/// A line longer than this is no log.
const MAX_LINE_BYTES: usize = 64 << 20;

/// What a line of a log is.
#[derive(Debug, PartialEq)]
enum Line {
    Event(Box<BuildLogEvent>),
    Failed(String),
    Broken(String),
    Done,
    Nothing,
}

/// Decodes one line, its end cut off.
fn read_line(line: &str) -> Line {
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line == "DONE" {
        return Line::Done;
    }
    let Some(data) = line.strip_prefix("data:") else { return Line::Nothing };
    let data = data.strip_prefix(' ').unwrap_or(data);
    if data.trim() == "DONE" {
        return Line::Done;
    }
    if let Some(text) = data.strip_prefix("ERROR:") {
        return Line::Failed(text.trim().to_owned());
    }
    let Ok(Value::Object(record)) = parse_json(data.as_bytes()) else {
        return if data.trim().is_empty() { Line::Nothing } else { Line::Broken(data.to_owned()) };
    };
    Line::Event(Box::new(event_of(record)))
}

/// `{"log": {"log_type", "log"}, "offset"}` laid flat.
fn event_of(mut record: serde_json::Map<String, Value>) -> BuildLogEvent {
    if let Some(Value::Object(inner)) = record.get("log").cloned() {
        record.remove("log");
        for (name, value) in inner {
            record.entry(name).or_insert(value);
        }
    }
    serde_json::from_value(Value::Object(record)).unwrap_or_default()
}

/// A log in the making, or a finished one; a [`Stream`] of its lines. Dropping it closes its connection.
///
/// A build in progress is followed until `DONE`. An end before that is `stream_interrupted` with reason `truncated`; a failure told
/// by the log is `stream_error`. A finished log comes as plain text: one event per line, without type and offset, to its end.
pub struct LogStream {
    opened: Opened,
    plain: bool,
    line: Vec<u8>,
    queue: VecDeque<Line>,
    offset: Option<String>,
    ended: bool,
    at_end: bool,
}

impl std::fmt::Debug for LogStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogStream").field("offset", &self.offset).field("ended", &self.ended).finish_non_exhaustive()
    }
}

impl LogStream {
    pub(crate) fn open(opened: Opened) -> LogStream {
        let plain = opened.content_type() == "text/plain";
        let (line, queue) = (Vec::new(), VecDeque::new());
        LogStream { opened, plain, line, queue, offset: None, ended: false, at_end: false }
    }

    /// Status, headers and attempts.
    pub fn response(&self) -> &ResponseMeta {
        &self.opened.meta
    }

    /// The offset of the last line that had one: where to go on after a drop.
    pub fn offset(&self) -> Option<&str> {
        self.offset.as_deref()
    }

    /// Closes the connection at once. The stream then ends.
    pub fn close(&mut self) {
        if !self.ended {
            self.opened.run.end(Some(Kind::Cancelled));
        }
        self.shut();
    }

    fn shut(&mut self) {
        self.opened.body.close();
        self.ended = true;
        self.queue.clear();
    }

    /// The next line; `None` at the end.
    pub async fn next_line(&mut self) -> Option<Result<BuildLogEvent, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    fn feed(&mut self, mut data: &[u8]) -> Result<(), Error> {
        while let Some(end) = data.iter().position(|b| *b == b'\n') {
            self.line.extend_from_slice(&data[..end]);
            data = &data[end + 1..];
            self.take_line();
        }
        self.line.extend_from_slice(data);
        if self.line.len() > MAX_LINE_BYTES {
            return Err(Error::new(Kind::TooLarge, format!("a line of the log is larger than {MAX_LINE_BYTES} bytes")));
        }
        Ok(())
    }

    fn take_line(&mut self) {
        let line = String::from_utf8_lossy(&self.line).into_owned();
        self.line.clear();
        self.queue.push_back(if self.plain {
            let log = line.strip_suffix('\r').unwrap_or(&line).to_owned();
            Line::Event(Box::new(BuildLogEvent { log: Some(log), ..BuildLogEvent::default() }))
        } else {
            read_line(&line)
        });
    }

    /// Ends the stream with an error; the connection is closed.
    fn fail(&mut self, error: Error) -> Poll<Option<Result<BuildLogEvent, Error>>> {
        let error = self.opened.fail(error);
        self.shut();
        Poll::Ready(Some(Err(error)))
    }
}

impl Stream for LogStream {
    type Item = Result<BuildLogEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if self.ended {
                return Poll::Ready(None);
            }
            if self.opened.cancelled() {
                return self.fail(cancelled());
            }
            match self.queue.pop_front() {
                Some(Line::Event(event)) => {
                    if event.offset.is_some() {
                        self.offset.clone_from(&event.offset);
                    }
                    return Poll::Ready(Some(Ok(*event)));
                }
                Some(Line::Done) => {
                    self.shut();
                    return Poll::Ready(None);
                }
                Some(Line::Failed(text)) => {
                    let text = if text.is_empty() { "the build failed".to_owned() } else { text };
                    return self.fail(Error::new(Kind::StreamError, text));
                }
                Some(Line::Broken(data)) => {
                    let text = format!("a record of the log cannot be read: {}", snippet(&data));
                    return self.fail(Error::new(Kind::StreamError, text));
                }
                Some(Line::Nothing) => continue,
                None if self.at_end && self.plain => {
                    self.ended = true;
                    return Poll::Ready(None);
                }
                None if self.at_end => {
                    let error = Error::new(Kind::StreamInterrupted, "the log ended before the build did");
                    return self.fail(error.with_reason(Reason::Truncated));
                }
                None => {}
            }
            match ready!(self.opened.body.poll_data(cx)) {
                Some(Ok(data)) => {
                    if let Err(error) = self.feed(&data) {
                        return self.fail(error);
                    }
                }
                Some(Err(error)) => return self.fail(interrupted(error)),
                None => {
                    self.at_end = true;
                    if !self.line.is_empty() {
                        self.take_line();
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_kind_of_line() {
        let event = |log_type: &str, log: &str, offset: &str| {
            let (log_type, log, offset) = (Some(log_type.into()), Some(log.into()), Some(offset.into()));
            Line::Event(Box::new(BuildLogEvent { log_type, log, offset, ..BuildLogEvent::default() }))
        };
        let record = r#"data: {"log": {"log_type": "stdout", "log": "é"}, "offset": "1-1"}"#;
        for (line, want) in [
            (record.to_owned(), event("stdout", "é", "1-1")),
            (format!("{}\r", record.replace("data: ", "data:")), event("stdout", "é", "1-1")),
            (".".to_owned(), Line::Nothing),
            (String::new(), Line::Nothing),
            ("DONE".to_owned(), Line::Done),
            ("DONE\r".to_owned(), Line::Done),
            ("data: ERROR: RUN false".to_owned(), Line::Failed("RUN false".into())),
            ("data: {broken".to_owned(), Line::Broken("{broken".into())),
        ] {
            assert_eq!(read_line(&line), want, "{line}");
        }
    }

    #[test]
    fn keeps_what_it_does_not_know() {
        let Line::Event(event) = read_line(r#"data: {"log":{"log":"a","colour":"red"},"offset":"7-1","later":1}"#) else {
            panic!("no event");
        };
        assert_eq!((event.extra["colour"].get(), event.extra["later"].get()), (r#""red""#, "1"));
    }
}

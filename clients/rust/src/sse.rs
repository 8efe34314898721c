//! Server-sent events by the WHATWG grammar (HTML, 9.2): a pure state machine over bytes, linear in size however they are sliced.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// The largest event by default, in bytes.
pub const MAX_EVENT_BYTES: usize = 64 << 20;
/// Lines that are no field are reported up to this length and number; they matter only where they hold an error object.
const MAX_IGNORED_BYTES: usize = 64 << 10;
const MAX_IGNORED_LINES: usize = 64;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its name; `message` when the block named none.
    pub event: String,
    /// Its data lines, joined by LF.
    pub data: String,
    /// The last event id in force.
    pub id: String,
    /// The reconnection time in milliseconds, if one was set so far.
    pub retry: Option<u64>,
}

/// What stood behind the last complete event when the input ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tail {
    /// The last line, if no line end closed it.
    pub line: String,
    /// The data of the unfinished block (the unterminated line included), if it had any.
    pub data: Option<String>,
    /// The name of the unfinished block.
    pub event: String,
}

impl Event {
    /// A plain one, without id.
    pub(crate) fn message(data: String) -> Event {
        Event { event: "message".to_owned(), data, id: String::new(), retry: None }
    }
}

impl Tail {
    /// The event that the end of the input left unfinished.
    pub(crate) fn event_of(&self, data: &str) -> Event {
        let plain = Event::message(data.to_owned());
        if self.event.is_empty() { plain } else { Event { event: self.event.clone(), ..plain } }
    }
}

/// An event is larger than the cap of the decoder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventTooLarge {
    /// The cap in bytes.
    pub limit: usize,
}

impl fmt::Display for EventTooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an event of the stream is larger than {} bytes", self.limit)
    }
}

impl core::error::Error for EventTooLarge {}

/// Decodes bytes into events. It never fails for a line it does not know.
///
/// ```
/// let mut decoder = chutes_client::sse::Decoder::new(1024);
/// let events = decoder.feed(b"event: tick\ndata: 1\n\nda").unwrap();
/// assert_eq!((events[0].event.as_str(), events[0].data.as_str()), ("tick", "1"));
/// assert_eq!(decoder.finish().line, "da");
/// ```
#[derive(Debug)]
pub struct Decoder {
    limit: usize,
    line: Vec<u8>,
    data: Vec<u8>,
    has_data: bool,
    event: String,
    id: String,
    retry: Option<u64>,
    skip_lf: bool,
    begun: bool,
    /// How many events stood before each in its feed.
    ignored: Vec<(usize, String)>,
}

impl Decoder {
    /// A decoder whose events hold at most `max_event_bytes`.
    pub fn new(max_event_bytes: usize) -> Decoder {
        Decoder {
            limit: max_event_bytes,
            line: Vec::new(),
            data: Vec::new(),
            has_data: false,
            event: String::new(),
            id: String::new(),
            retry: None,
            skip_lf: false,
            begun: false,
            ignored: Vec::new(),
        }
    }

    /// Takes the next bytes and returns the events they complete.
    ///
    /// # Errors
    /// [`EventTooLarge`] when an unfinished event grows over the cap; events completed before it are lost with it.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<Vec<Event>, EventTooLarge> {
        let mut events = Vec::new();
        self.feed_into(bytes, &mut events)?;
        Ok(events)
    }

    /// As [`Decoder::feed`], keeping the events completed before an error.
    pub(crate) fn feed_into(&mut self, mut bytes: &[u8], events: &mut Vec<Event>) -> Result<(), EventTooLarge> {
        while !bytes.is_empty() {
            if self.skip_lf {
                self.skip_lf = false;
                if bytes[0] == b'\n' {
                    bytes = &bytes[1..];
                    continue;
                }
            }
            let Some(end) = memchr::memchr2(b'\n', b'\r', bytes) else {
                self.line.extend_from_slice(bytes);
                return self.check();
            };
            self.skip_lf = bytes[end] == b'\r';
            if self.line.is_empty() {
                self.take_line(&bytes[..end], events);
            } else {
                self.line.extend_from_slice(&bytes[..end]);
                let line = core::mem::take(&mut self.line);
                self.take_line(&line, events);
                self.line = line;
                self.line.clear();
            }
            self.check()?;
            bytes = &bytes[end + 1..];
        }
        Ok(())
    }

    fn check(&mut self) -> Result<(), EventTooLarge> {
        // A comment may be as long as it likes: it is no part of an event. Its text is thrown away.
        if self.line.first() == Some(&b':') {
            self.line.truncate(1);
        }
        if self.line.len() + self.data.len() > self.limit.saturating_add(8) || self.data.len() > self.limit {
            return Err(EventTooLarge { limit: self.limit });
        }
        Ok(())
    }

    fn take_line(&mut self, line: &[u8], events: &mut Vec<Event>) {
        let line = if self.begun { line } else { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) };
        self.begun = true;
        if line.is_empty() {
            return self.dispatch(events);
        }
        let colon = line.iter().position(|b| *b == b':');
        let (name, value) = match colon {
            Some(0) => return,
            Some(at) => (&line[..at], line[at + 1..].strip_prefix(b" ").unwrap_or(&line[at + 1..])),
            None => (line, &[][..]),
        };
        match name {
            b"data" => {
                // At once: the line end alone would move all of it.
                self.data.reserve(value.len() + 1);
                self.data.extend_from_slice(value);
                self.data.push(b'\n');
                self.has_data = true;
            }
            b"event" => self.event = String::from_utf8_lossy(value).into_owned(),
            b"id" if !value.contains(&0) => self.id = String::from_utf8_lossy(value).into_owned(),
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                self.retry = core::str::from_utf8(value).ok().and_then(|v| v.parse().ok()).or(self.retry);
            }
            b"id" | b"retry" => {}
            _ if self.ignored.len() < MAX_IGNORED_LINES && line.len() <= MAX_IGNORED_BYTES => {
                self.ignored.push((events.len(), String::from_utf8_lossy(line).into_owned()));
            }
            _ => {}
        }
    }

    fn dispatch(&mut self, events: &mut Vec<Event>) {
        let name = core::mem::take(&mut self.event);
        if !self.has_data {
            return;
        }
        self.has_data = false;
        self.data.pop();
        let data = text(core::mem::take(&mut self.data));
        let event = if name.is_empty() { "message".to_owned() } else { name };
        events.push(Event { event, data, id: self.id.clone(), retry: self.retry });
    }

    /// Lines that were no field since the last call, for the layer above.
    pub fn take_ignored(&mut self) -> Vec<String> {
        self.take_ignored_at().into_iter().map(|(_, line)| line).collect()
    }

    /// As [`Decoder::take_ignored`], each with the number of events of the last feed that came before it.
    pub(crate) fn take_ignored_at(&mut self) -> Vec<(usize, String)> {
        core::mem::take(&mut self.ignored)
    }

    /// The input has ended: what is left is no event, but it is reported.
    pub fn finish(&mut self) -> Tail {
        let line = core::mem::take(&mut self.line);
        let unterminated = text(line.clone());
        let known = self.ignored.len();
        if !line.is_empty() {
            self.take_line(&line, &mut Vec::new());
        }
        self.ignored.truncate(known);
        let data = self.has_data.then(|| {
            self.data.pop();
            text(core::mem::take(&mut self.data))
        });
        Tail { line: unterminated, data, event: core::mem::take(&mut self.event) }
    }
}

/// UTF-8 with U+FFFD for what is none; valid text is not copied.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(slices: &[&[u8]]) -> Vec<(String, String, String)> {
        let mut decoder = Decoder::new(MAX_EVENT_BYTES);
        let mut out = Vec::new();
        for slice in slices {
            out.extend(decoder.feed(slice).unwrap().into_iter().map(|e| (e.event, e.data, e.id)));
        }
        out
    }

    #[test]
    fn follows_the_grammar_in_any_slicing() {
        type Want<'a> = &'a [(&'a str, &'a str, &'a str)];
        let cases: [(&str, Want<'_>); 12] = [
            ("data: a\n\ndata: b\r\n\r\ndata: c\r\r", &[("message", "a", ""), ("message", "b", ""), ("message", "c", "")]),
            ("data: 1\ndata: 2\n\n", &[("message", "1\n2", "")]),
            ("data\n\n", &[("message", "", "")]),
            ("data:  x\n\n", &[("message", " x", "")]),
            ("event: e\n\ndata: x\n\n", &[("message", "x", "")]),
            ("event: a\nevent: b\ndata: x\n\ndata: y\n\n", &[("b", "x", ""), ("message", "y", "")]),
            (
                "id: 7\ndata: x\n\ndata: y\n\nid\ndata: z\n\n",
                &[("message", "x", "7"), ("message", "y", "7"), ("message", "z", "")],
            ),
            ("\u{feff}data: x\n\n", &[("message", "x", "")]),
            (": c\nDATA: x\n data: y\ndata: z\n\n", &[("message", "z", "")]),
            ("data: a\u{2028}b\u{85}c\u{b}\n\n", &[("message", "a\u{2028}b\u{85}c\u{b}", "")]),
            ("data: €é\n\n", &[("message", "€é", "")]),
            ("data: cut\n", &[]),
        ];
        for (input, want) in cases {
            let want: Vec<_> = want.iter().map(|(e, d, i)| (e.to_string(), d.to_string(), i.to_string())).collect();
            let bytes = input.as_bytes();
            assert_eq!(run(&[bytes]), want, "{input:?}");
            let single: Vec<&[u8]> = bytes.chunks(1).collect();
            assert_eq!(run(&single), want, "bytewise {input:?}");
            for cut in 0..bytes.len() {
                assert_eq!(run(&[&bytes[..cut], &bytes[cut..]]), want, "cut {cut} {input:?}");
            }
        }
    }

    #[test]
    fn reports_tail_and_ignored() {
        let mut decoder = Decoder::new(100);
        decoder.feed(b"{\"error\":1}\nevent: e\ndata: a\ndata: b").unwrap();
        assert_eq!(decoder.take_ignored(), ["{\"error\":1}"]);
        let tail = decoder.finish();
        assert_eq!((tail.line.as_str(), tail.data.as_deref(), tail.event.as_str()), ("data: b", Some("a\nb"), "e"));
        decoder.feed(b"odd").unwrap();
        assert_eq!(decoder.finish().line, "odd");
        assert!(decoder.take_ignored().is_empty(), "an unterminated line is the tail's alone");
    }

    #[test]
    fn ignored_lines_are_kept_within_bounds() {
        let mut decoder = Decoder::new(1 << 20);
        decoder.feed(format!("{}\nshort\n", "x".repeat(MAX_IGNORED_BYTES + 1)).as_bytes()).unwrap();
        assert_eq!(decoder.take_ignored(), ["short"]);
        decoder.feed("odd\n".repeat(MAX_IGNORED_LINES + 1).as_bytes()).unwrap();
        assert_eq!(decoder.take_ignored().len(), MAX_IGNORED_LINES);
    }

    #[test]
    fn caps_events_but_not_comments() {
        let mut decoder = Decoder::new(10);
        assert!(decoder.feed(format!(":{}\n", "x".repeat(1000)).as_bytes()).is_ok());
        assert!(decoder.feed(b"data: 0123456789\n\n").is_err() || decoder.feed(b"data: 01234567890123456789").is_err());
    }

    #[test]
    fn broken_utf8_becomes_replacement() {
        assert_eq!(run(&[b"data: \xff\n\n", b"data: ok\n\n"])[0].1, "\u{fffd}");
    }
}

//! What must hold for any bytes: the decoder and the errors of answers. The tests replay the suite's corpus and changes of it; the
//! crate in `fuzz/` searches further, led by coverage.

use crate::errors::{MAX_BODY_BYTES, MAX_MESSAGE_CHARS, classify};
use crate::redact::redact;
use crate::sse::{Decoder, Event, MAX_EVENT_BYTES, Tail};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue};

const SECRET: &str = "known-secret-0123456789";

type Outcome = (Vec<Event>, Vec<String>, Tail);

/// All that a decoder tells of a stream, apart from where its reads were cut.
fn outcome(data: &[u8], cuts: &[usize]) -> Outcome {
    let mut decoder = Decoder::new(MAX_EVENT_BYTES);
    let mut events = Vec::new();
    let mut from = 0;
    for to in cuts.iter().copied().chain([data.len()]) {
        events.extend(decoder.feed(&data[from..to]).expect("64 MiB are out of reach here"));
        from = to;
    }
    let ignored = decoder.take_ignored();
    (events, ignored, decoder.finish())
}

/// Where the reads are cut makes no difference. The first two bytes say where, the rest is the stream.
pub fn decoder(data: &[u8]) {
    let Some((places, stream)) = data.split_at_checked(2) else { return };
    let whole = outcome(stream, &[]);
    let mut cuts: Vec<usize> = places.iter().map(|place| usize::from(*place) * (stream.len() + 1) / 256).collect();
    cuts.sort_unstable();
    let every: Vec<usize> = if stream.len() < 4096 { (1..stream.len()).collect() } else { Vec::new() };
    for plan in [&cuts[..1], &cuts, &every] {
        assert_eq!(outcome(stream, plan), whole, "cut at {plan:?}: {:?}", String::from_utf8_lossy(stream));
    }
}

/// An error shows a bounded message that a terminal and a log can take, with no secret in it, whatever the server wrote. Two bytes
/// say where it echoes a secret.
pub fn error_body(data: &[u8]) {
    let Some((places, body)) = data.split_at_checked(2) else { return };
    let at = usize::from(places[0]) * (body.len() + 1) / 256;
    let echoed = [&body[..at], SECRET.as_bytes(), b" ", &body[at..]].concat();
    for sent in [body, &echoed] {
        for (status, html) in [(400, false), (402, false), (429, true), (503, false)] {
            let mut headers = HeaderMap::new();
            if html {
                headers.insert("content-type", HeaderValue::from_static("text/html"));
            }
            let error = classify(status, &headers, Bytes::copy_from_slice(sent), 0.0).scrub(&[SECRET.to_owned()]);
            shown(error.message(), if status == 402 { MAX_BODY_BYTES } else { MAX_MESSAGE_CHARS });
            for text in [error.code(), error.param(), error.error_type(), error.quota_reset_timestamp()] {
                shown(text.unwrap_or(""), MAX_MESSAGE_CHARS);
            }
        }
    }
}

fn shown(text: &str, longest: usize) {
    assert!(text.chars().count() <= longest, "{} characters", text.chars().count());
    assert!(!text.chars().any(char::is_control), "a control character in {text:?}");
    assert!(!text.contains(SECRET) && redact(text, &[]) == text, "a secret in {text:?}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;

    /// The streams or bodies on which all clients of the suite are tried; the crate alone has none.
    fn seeds(kinds: &[&str]) -> Vec<Vec<u8>> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../conformance/corpus");
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut files: Vec<_> =
            files.filter(|path| path.extension().is_some_and(|e| kinds.iter().any(|kind| e == *kind))).collect();
        files.sort();
        files.iter().map(|path| std::fs::read(path).unwrap()).collect()
    }

    /// A small generator: the same numbers every time.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, below: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 % below as u64) as usize
        }
    }

    const PIECES: [&[u8]; 16] = [
        b"\r",
        b"\n",
        b"\r\n",
        b"\n\n",
        b"data: ",
        b":",
        b"\xef\xbb\xbf",
        b"\xff",
        b"\xe2\x82",
        b"\0",
        b"\"",
        b"{",
        b"}",
        b"5",
        b"{\"detail\":",
        b"\\ud83d",
    ];

    fn near(target: fn(&[u8]), seeds: &[Vec<u8>]) {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        for seed in seeds {
            target(&[&[64, 192], seed.as_slice()].concat());
        }
        for _ in 0..1000 {
            let mut data = vec![dice.roll(256) as u8, dice.roll(256) as u8];
            if let Some(seed) = seeds.get(dice.roll(seeds.len() + 1)) {
                data.extend(&seed[..seed.len().min(2000)]);
            }
            for _ in 0..=dice.roll(4) {
                let at = 2 + dice.roll(data.len() - 1);
                let end = data.len().min(at + dice.roll(3));
                data.splice(at..end, PIECES[dice.roll(PIECES.len())].iter().copied());
            }
            target(&data);
        }
    }

    #[test]
    fn a_decoder_says_the_same_for_any_cut() {
        near(decoder, &seeds(&["lines", "chat"]));
    }

    #[test]
    fn the_error_of_any_body_can_be_shown() {
        near(error_body, &seeds(&["body"]));
    }

    #[test]
    fn no_half_of_a_secret_is_left_where_a_message_is_cut() {
        for size in 1970..=2000 {
            let body = Bytes::from(format!("{} {SECRET}", "x".repeat(size)));
            let error = classify(400, &HeaderMap::new(), body, 0.0).scrub(&[SECRET.to_owned()]);
            assert!(!error.message().contains(&SECRET[..4]) && error.message().len() <= MAX_MESSAGE_CHARS, "{size}");
        }
    }

    #[test]
    fn what_cannot_be_shown_is_found() {
        for text in ["a\u{1b}[31m", "cpk_abc.def", SECRET, &"x".repeat(2001)] {
            assert!(catch_unwind(|| shown(text, MAX_MESSAGE_CHARS)).is_err(), "{text:?}");
        }
    }
}

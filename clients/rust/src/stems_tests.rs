//! The numbers that all clients share (clients/README.md, "Constants"): a limit that nobody waits for is only seen here.

use crate::deadline::*;
use crate::{errors, retry, sse};
use std::time::Duration;

#[test]
fn constants() {
    let seconds = [
        (CONNECT_TIMEOUT, 10),
        (MANAGEMENT_FIRST_BYTE_TIMEOUT, 60),
        (INVOCATION_FIRST_BYTE_TIMEOUT, 630),
        (MANAGEMENT_IDLE_TIMEOUT, 60),
        (INVOCATION_IDLE_TIMEOUT, 120),
        (MANAGEMENT_DEADLINE, 120),
        (retry::INVOCATION_RESET_WINDOW, 2),
    ];
    for (limit, want) in seconds {
        assert_eq!(limit, Duration::from_secs(want));
    }
    assert_eq!([retry::BACKOFF_BASE, retry::BACKOFF_CAPACITY_BASE, retry::BACKOFF_MAX], [0.5, 1.0, 8.0]);
    assert_eq!([retry::JITTER_MIN, retry::JITTER_MAX, retry::BUDGET_MAX, retry::BUDGET_GAIN], [0.5, 1.0, 10.0, 0.1]);
    assert_eq!([retry::RETRY_AFTER_MAX, retry::RETRY_AFTER_ABSURD], [120.0, 1e9]);
    assert_eq!(retry::MAX_RETRIES, 2);
    assert_eq!([errors::MAX_MESSAGE_CHARS, errors::MAX_BODY_BYTES, sse::MAX_EVENT_BYTES], [2000, 64 << 10, 64 << 20]);
}

#[test]
fn limits_of_a_surface() {
    let of = |surface, whole| {
        let limits = limits_for(surface, whole);
        [limits.first_byte, limits.idle, limits.total].map(|limit| limit.map(|d| d.as_secs()))
    };
    assert_eq!(of(Surface::Management, true), [Some(60), Some(60), Some(120)]);
    assert_eq!(of(Surface::Management, false), [Some(60), Some(60), None]);
    assert_eq!(of(Surface::Invocation, true), [Some(630), Some(120), None]);
}

#[test]
fn deadlines_end() {
    let ten = Deadline::after(Some(Duration::from_secs(10)), 100.0);
    let left = |now| ten.remaining(now).map(|d| d.as_secs());
    assert_eq!([left(100.0), left(109.0), left(110.0), left(111.0)], [Some(10), Some(1), Some(0), Some(0)]);
    assert!(!ten.expired(109.0) && ten.expired(110.0) && ten.expired(111.0));
    assert_eq!(ten.clip(Some(Duration::from_secs(3)), 100.0), Some(Duration::from_secs(3)));
    assert!(!Deadline::after(None, 0.0).expired(1e12));
}

#[test]
fn an_error_tells_its_request() {
    let mut headers = http::HeaderMap::new();
    headers.insert("x-request-id", "r-7".parse().unwrap());
    let error = errors::classify(404, &headers, bytes::Bytes::from_static(b"{\"detail\":\"no such chute\"}"), 0.0);
    assert_eq!(error.to_string(), "404 not_found: no such chute (request r-7)");
    assert_eq!(errors::Error::new(errors::Kind::Config, "no key").to_string(), "no key");
}

#[test]
fn a_comment_may_be_longer_than_an_event() {
    let mut decoder = sse::Decoder::new(64);
    for _ in 0..10 {
        assert!(decoder.feed(b": a comment that goes on and on and on").unwrap().is_empty());
    }
    assert_eq!(decoder.feed(b"\ndata: a\n\n").unwrap()[0].data, "a");
}

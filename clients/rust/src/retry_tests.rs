use super::*;
use bytes::Bytes;

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(n, v)| (http::HeaderName::from_static(n), v.parse().unwrap())).collect()
}

const NOW: f64 = 784_111_777.0; // Sun, 06 Nov 1994 08:49:37 GMT

#[test]
fn reads_retry_after() {
    for (pairs, want) in [
        (vec![("retry-after", "3")], Some(3.0)),
        (vec![("retry-after", "0.25")], Some(0.25)),
        (vec![("retry-after", "Sun, 06 Nov 1994 08:49:40 GMT")], Some(3.0)),
        (vec![("retry-after", "Sunday, 06-Nov-94 08:49:40 GMT")], Some(3.0)),
        (vec![("retry-after", "Sun Nov  6 08:49:40 1994")], Some(3.0)),
        (vec![("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT")], Some(0.0)),
        (vec![("retry-after", "5, 6")], Some(5.0)),
        (vec![("retry-after", "-1")], None),
        (vec![("retry-after", "NaN")], None),
        (vec![("retry-after", "inf")], None),
        (vec![("retry-after", "1e12")], None),
        (vec![("retry-after", "99999999999")], None),
        (vec![("retry-after", "soon")], None),
        (vec![("retry-after", "")], None),
        (vec![("retry-after-ms", "1500"), ("retry-after", "9")], Some(1.5)),
        (vec![("retry-after-ms", "x"), ("retry-after", "9")], Some(9.0)),
        (vec![], None),
    ] {
        assert_eq!(parse_retry_after(&headers(&pairs), NOW), want, "{pairs:?}");
    }
}

#[test]
fn backs_off_exponentially() {
    for (n, kind, random, want) in [
        (0, Kind::Server, 0.0, 0.25),
        (0, Kind::Server, 0.5, 0.375),
        (3, Kind::Server, 0.0, 2.0),
        (9, Kind::Server, 0.0, 4.0),
        (60, Kind::Server, 0.0, 4.0),
        (0, Kind::Capacity, 0.0, 0.5),
        (1, Kind::Capacity, 0.0, 1.0),
    ] {
        assert_eq!(backoff(n, kind, random), want, "{n} {kind}");
    }
}

fn state(method: &Method, surface: Surface) -> State<'_> {
    State {
        method,
        surface,
        idempotent: true,
        successor: false,
        max_retries: 2,
        retries: 0,
        deadline: Deadline::after(None, NOW),
        now: NOW,
        budget: None,
    }
}

fn answer(status: u16, pairs: &[(&'static str, &str)], body: &'static str) -> Failure {
    let error = crate::errors::classify(status, &headers(pairs), Bytes::from_static(body.as_bytes()), NOW);
    Failure::new(Phase::Status, error)
}

#[test]
fn decides_by_status() {
    use Surface::{Invocation, Management};
    let (get, post) = (Method::GET, Method::POST);
    for (failure, method, surface, want) in [
        (answer(500, &[], ""), &post, Invocation, true),
        (answer(501, &[], ""), &get, Invocation, false),
        (answer(408, &[], ""), &post, Management, true),
        (answer(409, &[], ""), &post, Management, false),
        (answer(409, &[], ""), &post, Invocation, true),
        (answer(504, &[], ""), &post, Invocation, false),
        (answer(504, &[], ""), &get, Invocation, true),
        (answer(524, &[], ""), &post, Invocation, true),
        (answer(404, &[("retry-after", "1")], ""), &get, Management, false),
        (answer(404, &[("x-should-retry", "true")], ""), &get, Management, true),
        (answer(500, &[("x-should-retry", "false")], ""), &get, Management, false),
        (answer(429, &[], "quota"), &get, Management, false),
        (answer(503, &[], "currently disabled"), &get, Management, false),
        (answer(429, &[("content-type", "text/html")], "<html>"), &get, Management, false),
        (answer(429, &[("content-type", "text/html"), ("retry-after", "1")], "<html>"), &get, Management, true),
        (answer(429, &[("retry-after", "121")], ""), &get, Management, false),
    ] {
        let decision = decide(&failure, &state(method, surface), || 0.0);
        assert_eq!(decision != Decision::Stop, want, "{:?} {method} {surface:?}", failure.error);
    }
}

#[test]
fn resets_of_invocations_have_a_window() {
    let (get, post) = (Method::GET, Method::POST);
    let mut late = Failure::new(Phase::Send, Error::new(Kind::Connection, "reset"));
    late.since_sent = Duration::from_millis(2001);
    assert!(!is_retryable(&late, &state(&post, Surface::Invocation)));
    assert!(is_retryable(&late, &state(&post, Surface::Management)));
    assert!(is_retryable(&late, &state(&get, Surface::Invocation)));
    let silent = Failure::new(Phase::FirstByte, Error::new(Kind::Timeout, "silent"));
    assert!(!is_retryable(&silent, &state(&post, Surface::Management)));
    assert!(is_retryable(&silent, &state(&get, Surface::Management)));
}

#[test]
fn writes_marked_not_idempotent_and_deadlines_stop() {
    let post = Method::POST;
    let mut call = state(&post, Surface::Management);
    call.idempotent = false;
    assert_eq!(decide(&answer(500, &[("x-should-retry", "true")], ""), &call, || 0.0), Decision::Stop);
    call.idempotent = true;
    call.deadline = Deadline::after(Some(Duration::from_secs(2)), NOW);
    assert_eq!(decide(&answer(500, &[("retry-after", "3")], ""), &call, || 0.0), Decision::Stop);
    assert_eq!(decide(&answer(500, &[("retry-after", "1")], ""), &call, || 0.0), Decision::Retry(Duration::from_secs(1)));
}

#[test]
fn a_budget_pays_for_retries() {
    let (post, budget) = (Method::POST, RetryBudget::new());
    let mut call = state(&post, Surface::Management);
    call.budget = Some(&budget);
    let allowed = (0..20).filter(|_| decide(&answer(500, &[], ""), &call, || 0.0) != Decision::Stop).count();
    assert_eq!(allowed, 10);
    (0..10).for_each(|_| budget.first_attempt()); // ten calls earn one retry, not eleven
    assert_ne!(decide(&answer(500, &[], ""), &call, || 0.0), Decision::Stop);
}

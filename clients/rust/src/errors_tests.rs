use super::*;

#[test]
fn kind_follows_status_then_text() {
    let none = ErrorBody::default();
    let quota = ErrorBody { quota_reset_timestamp: Some("x".into()), ..ErrorBody::default() };
    for (status, text, body, want) in [
        (400, "", &none, "bad_request"),
        (402, "", &none, "payment_required"),
        (402, "", &quota, "quota_exhausted"),
        (402, "Usage cap hit", &none, "quota_exhausted"),
        (405, "", &none, "api_status"),
        (408, "", &none, "api_status"),
        (426, "", &none, "tee_required"),
        (429, "at maximum capacity", &none, "capacity"),
        (429, "Quota exceeded", &none, "quota_exhausted"),
        (429, "slow down", &none, "rate_limited"),
        (500, "", &none, "server"),
        (501, "", &none, "server"),
        (503, "No instances available yet", &none, "cold_start"),
        (503, "chute is currently disabled", &none, "disabled"),
        (503, "", &none, "unavailable"),
        (522, "", &none, "unavailable"),
        (530, "", &none, "server"),
        (304, "", &none, "unexpected_response"),
    ] {
        assert_eq!(kind_for(status, text, body).as_str(), want, "{status} {text}");
    }
}

#[test]
fn parents_follow_the_status() {
    assert_eq!(parents(Kind::QuotaExhausted, Some(402)), &[Kind::PaymentRequired]);
    assert_eq!(parents(Kind::QuotaExhausted, Some(429)), &[Kind::RateLimited]);
    assert_eq!(parents(Kind::ColdStart, Some(503)), &[Kind::Server]);
    assert!(parents(Kind::NotFound, Some(404)).is_empty());
}

#[test]
fn a_fee_is_read_and_its_text_is_not_cut() {
    let terms = "x".repeat(3_000);
    let text = format!("There is a Deployment Fee of $1,250.50. Terms: {terms}");
    let body = Bytes::from(serde_json::json!({"detail": text}).to_string());
    let error = classify(402, &HeaderMap::new(), body.clone(), 0.0);
    assert_eq!((error.fee(), error.message()), (Some(1250.5), text.as_str()));
    let other = classify(400, &HeaderMap::new(), body, 0.0);
    assert_eq!((other.fee(), other.message().chars().count()), (None, MAX_MESSAGE_CHARS));
    for (text, want) in [("balance of $5 needed", None), ("deployment fee: $ 3.", Some(3.0)), ("deployment fee", None)] {
        assert_eq!(fee_of(text), want, "{text}");
    }
}

#[test]
fn shows_no_secret_and_no_body() {
    let mut headers = HeaderMap::new();
    headers.insert("x-request-id", "r-hush".parse().unwrap());
    headers.insert("x-echo", "said hush".parse().unwrap());
    let body = Bytes::from_static(br#"{"detail":"bad key hush and cpk_other"}"#);
    let error = classify(401, &headers, body, 0.0).scrub(&["hush".into()]);
    let shown = format!("{error} {error:?} {}", String::from_utf8_lossy(error.raw_body()));
    assert!(!shown.contains("hush"), "{shown}");
    assert_eq!(error.message(), "bad key [redacted] and [redacted]");
    assert_eq!(error.headers()["x-echo"], "said [redacted]");
    assert!(!format!("{error:?}").contains("detail"));
}

#[test]
fn each_predicate_is_true_for_its_kind_and_those_below_it_alone() {
    type Predicate = fn(&Error) -> bool;
    let predicates: [(Kind, Predicate); 11] = [
        (Kind::Config, Error::is_config),
        (Kind::Connection, Error::is_connection),
        (Kind::Timeout, Error::is_timeout),
        (Kind::Unauthenticated, Error::is_unauthenticated),
        (Kind::PaymentRequired, Error::is_payment_required),
        (Kind::NotFound, Error::is_not_found),
        (Kind::RateLimited, Error::is_rate_limited),
        (Kind::ColdStart, Error::is_cold_start),
        (Kind::Server, Error::is_server),
        (Kind::InvalidOutput, Error::is_invalid_output),
        (Kind::StreamInterrupted, Error::is_stream_interrupted),
    ];
    for (asked, predicate) in predicates {
        for (kind, _) in predicates {
            let wanted = kind == asked || (asked, kind) == (Kind::Server, Kind::ColdStart);
            assert_eq!(predicate(&Error::new(kind, "")), wanted, "{asked:?} of {kind:?}");
        }
    }
}

#[test]
fn debug_names_what_is_known() {
    let error = Error::new(Kind::Server, "gone").with_status(502).with_reason(Reason::Truncated).with_attempts(2);
    let want = r#"Error { kind: Server, message: "gone", status: 502, reason: Truncated, retry_after: None, attempts: 2, .. }"#;
    assert_eq!(format!("{error:?}"), want);
}

use super::*;
use serde_json::Map;

open_enum! { /// Test.
pub enum Word { Hot = "hot", Cold = "cold" } }
model! { /// Test.
pub struct Thing { /// a
    id: String, /// b
    count: Option<i64>, /// c
    word: Option<Word>, /// d
    list: Vec<String> } }

#[test]
fn lenient_open_and_kept() {
    let text = r#"{"id":"1","count":"odd","word":"new","list":null,"more":{"a":1}}"#;
    let thing: Thing = serde_json::from_str(text).unwrap();
    assert_eq!((thing.count, thing.word.clone()), (None, Some(Word::Unknown("new".into()))));
    assert_eq!(serde_json::to_string(&thing).unwrap(), r#"{"id":"1","word":"new","more":{"a":1}}"#);
}

#[test]
fn whole_numbers_may_be_written_with_a_fraction() {
    let read = |text: &str| serde_json::from_str::<Thing>(text).unwrap().count;
    assert_eq!((read(r#"{"count":100.0}"#), read(r#"{"count":-1e3}"#)), (Some(100), Some(-1_000)));
    for odd in ["100.5", "1e19", "-1e19", "1e300"] {
        assert_eq!(read(&format!(r#"{{"count":{odd}}}"#)), None, "{odd}");
    }
}

#[test]
fn times() {
    for (text, want) in [
        ("1970-01-01T00:00:00", Some(0.0)),
        ("2000-03-01T00:00:00Z", Some(951_868_800.0)),
        ("2000-03-01T02:00:00+02:00", Some(951_868_800.0)),
        ("2000-02-29 23:59:59.5", Some(951_868_799.5)),
        ("soon", None),
        ("2000-13-01T00:00:00", None),
        ("99999999999999999-01-01T00:00:00", None),
        ("2000-01-01T00:00:00+9999999999999999:00", None),
    ] {
        assert_eq!(Timestamp::from(text).unix_seconds(), want, "{text}");
    }
    for days in [-1_000_000, -1, 0, 59, 60, 11_016, 1_000_000] {
        let (y, m, d) = civil_from_days(days);
        assert_eq!(days_from_civil(y, m, d), days);
    }
}

#[test]
fn decode_refuses_what_is_not_due() {
    let none = HeaderMap::new();
    for body in ["", " ", "<html>", "{", r#"{"error":"x"}"#, "[]"] {
        let error = decode::<Map<String, Value>>(200, &none, &Bytes::from(body)).unwrap_err();
        assert_eq!(error.kind(), Kind::UnexpectedResponse, "{body}");
    }
    assert!(decode::<Map<String, Value>>(200, &none, &Bytes::from(r#"{"error":null}"#)).is_ok());
}

#[test]
fn data_urls() {
    assert_eq!(parse_data_url("data:image/png;base64,aGk=").unwrap(), b"hi");
    assert_eq!(parse_data_url("aG\nk").unwrap(), b"hi");
    assert!(parse_data_url("!!").is_none());
    assert_eq!(sniff_content_type(b"\x89PNG\r\n"), Some("image/png"));
}

#[test]
fn whole_numbers_are_written_as_such() {
    let text = r#"{"id":"c","created":1764000000,"choices":[],"usage":{"total_tokens":3}}"#;
    let answer: crate::types::ChatCompletion = serde_json::from_str(text).unwrap();
    assert_eq!(answer.created, Some(1_764_000_000.0));
    assert!(serde_json::to_string(&answer).unwrap().contains("\"created\":1764000000,"), "{answer:?}");
    for (number, want) in
        [(0.5, "0.5"), (-2.0, "-2"), (0.0, "0"), (-0.0, "-0.0"), (1e300, "1e+300"), (9.1e15, "9100000000000000.0")]
    {
        let request = crate::types::ChatCompletionRequest { temperature: Some(number), ..Default::default() };
        let written = serde_json::to_string(&request).unwrap();
        assert!(written.contains(&format!("\"temperature\":{want}")), "{written}");
    }
}

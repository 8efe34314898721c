use super::*;
use serde_json::json;

#[test]
fn surrogates_are_mended() {
    assert_eq!(parse_json(br#""a\ud800b\ud83d\ude00\\ud800""#).unwrap(), Value::from("a\u{fffd}b\u{1f600}\\ud800"));
    assert!(parse_json(b"{").is_err());
    let free: Json = serde_json::from_str(r#""\ud800""#).unwrap();
    assert_eq!((free.get(), free.value()), (r#""\ud800""#, json!("\u{fffd}")));
}

#[test]
fn what_is_no_text_becomes_one() {
    assert_eq!((text_of(b"\xef\xbb\xbf\"a\""), text_of(b"\"\xff\"")), ("\"a\"".into(), "\"\u{fffd}\"".into()));
}

#[test]
fn free_json_is_kept_as_it_came() {
    let text = r#"{"n": 1.50, "big": 123456789012345678901234567890}"#;
    let free: Json = serde_json::from_str(text).unwrap();
    assert_eq!((serde_json::to_string(&free).unwrap().as_str(), format!("{free:?}").as_str()), (text, text));
    assert_eq!(free, Json::from(json!({"big": 123456789012345678901234567890_f64, "n": 1.5})));
    assert!(free != Json::default() && Json::default().is_null() && Json::default().value().is_null());
    assert!(serde_json::from_str::<Json>("{").is_err());
}

#[test]
fn too_deep_is_null() {
    let deep: Json = serde_json::from_str(&("[".repeat(200) + &"]".repeat(200))).unwrap();
    assert!(deep.value().is_null() && deep.parse::<Value>().is_err());
}

#[derive(serde::Deserialize)]
struct Around {
    #[serde(flatten)]
    within: Extra,
}

#[test]
fn free_json_is_read_from_whatever_holds_it() {
    let value = json!({"a": {"b": [1, "two", null]}, "c": null});
    let around: Around = serde_json::from_value(value.clone()).unwrap();
    assert_eq!((around.within["a"].get(), around.within["c"].is_null()), (r#"{"b":[1,"two",null]}"#, true));
    assert_eq!(serde_json::to_value(&around.within).unwrap(), value);
    assert_eq!(serde_json::from_value::<Json>(value.clone()).unwrap().value(), value);
}

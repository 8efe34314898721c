//! Reads what an error body says, whatever its shape: JSON of the platform, of an engine, of the edge, HTML, or text.

use crate::errors::MAX_MESSAGE_CHARS;
use crate::redact::redact;
use serde_json::Value;

/// Servers nest JSON in texts in JSON; deeper than this nobody looks.
const MAX_DEPTH: usize = 6;
const MAX_ISSUES: usize = 20;

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ErrorBody {
    pub(crate) message: String,
    pub(crate) code: Option<String>,
    pub(crate) param: Option<String>,
    pub(crate) error_type: Option<String>,
    pub(crate) quota_reset_timestamp: Option<String>,
}

/// Reads an error body; never fails. Order: `detail`, `error`, `error_description`, `message`, `title`, else the text.
pub(crate) fn parse_body(data: &[u8], content_type: &str) -> ErrorBody {
    parse_body_upto(data, content_type, MAX_MESSAGE_CHARS)
}

/// As [`parse_body`], with a message of at most `longest` characters.
pub(crate) fn parse_body_upto(data: &[u8], content_type: &str, longest: usize) -> ErrorBody {
    let text = String::from_utf8_lossy(data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data)).trim().to_owned();
    let mut found = ErrorBody::default();
    let message = match serde_json::from_str::<Value>(&text) {
        Ok(Value::Null) => String::new(),
        Ok(value) => {
            collect(&value, &mut found, 0);
            Some(message_of(&value, 0)).filter(|m| !m.is_empty()).unwrap_or(text)
        }
        Err(_) if looks_like_html(&text, content_type) => html_title(&text),
        Err(_) => text,
    };
    found.message = clean_upto(&message, longest);
    found
}

/// Removes control characters, terminal escapes and keys, and cuts at [`MAX_MESSAGE_CHARS`].
pub(crate) fn clean_message(text: &str) -> String {
    clean_upto(text, MAX_MESSAGE_CHARS)
}

fn clean_upto(text: &str, longest: usize) -> String {
    let mut out = String::with_capacity(text.len().min(longest * 4));
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\x1b' && chars.peek() == Some(&'[') {
            chars.next();
            while chars.peek().is_some_and(|c| c.is_ascii_digit() || matches!(c, ';' | '?')) {
                chars.next();
            }
            chars.next_if(char::is_ascii_alphabetic);
        } else if c == '\n' || c == '\t' {
            out.push(' ');
        } else if !c.is_control() {
            out.push(c);
        }
        if out.len() > longest * 8 {
            break;
        }
    }
    redact(&out, &[]).trim().chars().take(longest).collect()
}

/// Collects code, param, type and quota reset time from a body and from the objects in its `error` and `detail`.
fn collect(value: &Value, found: &mut ErrorBody, depth: usize) {
    let Value::Object(object) = value else { return };
    let word = |name: &str| match object.get(name) {
        Some(Value::String(s)) if !s.is_empty() => Some(clean_message(s)),
        Some(Value::Number(n)) => Some(n.to_string()),
        _ => None,
    };
    for (slot, name) in [
        (&mut found.code, "code"),
        (&mut found.param, "param"),
        (&mut found.error_type, "type"),
        (&mut found.quota_reset_timestamp, "quota_reset_timestamp"),
    ] {
        if slot.is_none() {
            *slot = word(name);
        }
    }
    let beside = ["detail", "error_description", "message"].iter().any(|n| object.get(*n).is_some_and(|v| !v.is_null()));
    if let (Some(Value::String(code)), true) = (object.get("error"), beside) {
        found.code.get_or_insert_with(|| clean_message(code));
    }
    if depth < MAX_DEPTH {
        for nested in ["error", "detail"].iter().filter_map(|n| object.get(*n)) {
            collect(nested, found, depth + 1);
        }
    }
}

/// The message of a JSON value of any error shape, or an empty text.
fn message_of(value: &Value, depth: usize) -> String {
    if depth > MAX_DEPTH {
        return String::new();
    }
    match value {
        Value::Null => String::new(),
        Value::String(text) => embedded(text, depth),
        Value::Array(items) => {
            let texts = items.iter().take(MAX_ISSUES).map(|i| message_of(i, depth + 1));
            texts.filter(|t| !t.is_empty()).collect::<Vec<_>>().join("; ")
        }
        Value::Object(object) => object_message(object, depth),
        other => other.to_string(),
    }
}

fn object_message(object: &serde_json::Map<String, Value>, depth: usize) -> String {
    let of = |name: &str| object.get(name).map(|v| message_of(v, depth + 1)).unwrap_or_default();
    if let Some(Value::String(reason)) = object.get("msg") {
        // One issue of a 422: the field and the reason, never the caller's input.
        let place = object.get("loc").and_then(Value::as_array).map(|parts| place(parts)).unwrap_or_default();
        return if place.is_empty() { reason.clone() } else { format!("{place}: {reason}") };
    }
    if let Some(Value::String(error)) = object.get("error").filter(|e| e.as_str() != Some("")) {
        let beside = ["detail", "error_description", "message"].iter().map(|n| of(n)).find(|t| !t.is_empty());
        return beside.map_or_else(|| embedded(error, depth + 1), |text| format!("{error}: {text}"));
    }
    let names = ["detail", "error", "error_description", "message", "title"];
    names.iter().map(|n| of(n)).find(|t| !t.is_empty()).unwrap_or_default()
}

fn place(parts: &[Value]) -> String {
    let word = |p: &Value| p.as_str().map_or_else(|| p.to_string(), str::to_owned);
    parts.iter().map(word).filter(|p| p != "body").collect::<Vec<_>>().join(".")
}

/// A JSON object written into a text (errors relayed from an engine) speaks for itself.
fn embedded(text: &str, depth: usize) -> String {
    if let Some(brace) = text.find('{').filter(|_| text.trim_end().ends_with('}'))
        && let Ok(value) = serde_json::from_str::<Value>(&text[brace..])
    {
        let inner = message_of(&value, depth + 1);
        if !inner.is_empty() {
            return format!("{} {inner}", text[..brace].trim()).trim().to_owned();
        }
    }
    text.to_owned()
}

pub(crate) fn looks_like_html(text: &str, content_type: &str) -> bool {
    let start: String = text.trim_start().chars().take(9).collect::<String>().to_ascii_lowercase();
    content_type.to_ascii_lowercase().contains("html")
        || ["<!doctype", "<html", "<head", "<body"].iter().any(|tag| start.starts_with(tag))
}

/// The title of a page, or its first heading; a page is no message.
fn html_title(page: &str) -> String {
    let lower = page.to_ascii_lowercase();
    for tag in ["title", "h1"] {
        let Some(open) = lower.find(&format!("<{tag}")) else { continue };
        let Some(start) = lower[open..].find('>').map(|n| open + n + 1) else { continue };
        let Some(end) = lower[start..].find(&format!("</{tag}")).map(|n| start + n) else { continue };
        let words = page[start..end].split_whitespace().collect::<Vec<_>>().join(" ");
        if !words.is_empty() {
            return words;
        }
    }
    "an HTML page".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_every_shape() {
        for (body, want) in [
            (r#"{"detail":"no"}"#, "no"),
            (r#"{"detail":[{"loc":["body","name"],"msg":"too short","input":"x"}]}"#, "name: too short"),
            (r#"{"detail":{"message":"deep"}}"#, "deep"),
            (r#"{"detail":"engine said {\"error\":{\"message\":\"oom\"}}"}"#, "engine said oom"),
            (r#"{"error":{"message":"m","code":7}}"#, "m"),
            (r#"{"error":"plain"}"#, "plain"),
            (r#"{"error":"code","message":"text"}"#, "code: text"),
            (r#"{"message":"m"}"#, "m"),
            (r#"{"title":"t"}"#, "t"),
            (r#"{"other":1}"#, r#"{"other":1}"#),
            (r#""quoted""#, "quoted"),
            ("null", ""),
            ("plain text", "plain text"),
            ("<!DOCTYPE html><title>502 Bad\n gateway</title>", "502 Bad gateway"),
            ("<html><body>x", "an HTML page"),
            ("a\x1b[31mred\x1b[0m\x07", "ared"),
        ] {
            assert_eq!(parse_body(body.as_bytes(), "").message, want, "{body}");
        }
    }

    #[test]
    fn looks_no_deeper_than_it_says() {
        let nested = |levels: usize| (0..levels).fold("\"x\"".to_owned(), |inner, _| format!("{{\"detail\":{inner}}}"));
        let quoted = |levels: usize| (0..levels).fold("x".to_owned(), |inner, _| json!({"detail": inner}).to_string());
        for (body, found) in [(nested(6), true), (nested(7), false), (quoted(3), true), (quoted(4), false)] {
            assert_eq!(parse_body(body.as_bytes(), "").message == "x", found, "{body}");
        }
    }

    #[test]
    fn finds_code_and_reset() {
        let body = parse_body(br#"{"detail":{"code":"q","quota_reset_timestamp":"2026-01-01","param":"model","type":"t"}}"#, "");
        assert_eq!((body.code.as_deref(), body.quota_reset_timestamp.as_deref()), (Some("q"), Some("2026-01-01")));
        assert_eq!((body.param.as_deref(), body.error_type.as_deref()), (Some("model"), Some("t")));
        assert_eq!(parse_body(br#"{"error":"c","detail":"d"}"#, "").code.as_deref(), Some("c"));
    }

    #[test]
    fn cuts_long_messages() {
        assert_eq!(clean_message(&"x".repeat(5_000)).len(), MAX_MESSAGE_CHARS);
    }
}

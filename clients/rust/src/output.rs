//! Structured output: a schema becomes the format that is asked for, and the answer a value of it.

use crate::errors::{Error, Kind, Reason};
use crate::json::parse_json;
use crate::schema::complaints;
use crate::types::ChatCompletion;
use serde_json::{Map, Value, json};
use std::ops::Deref;

/// Characters of the name under which a schema is sent.
pub const MAX_NAME_CHARS: usize = 64;

/// A completion whose text was read. It derefs to the completion.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedCompletion<T> {
    pub(crate) completion: ChatCompletion,
    /// The value of the first choice.
    pub parsed: T,
}

impl<T> ParsedCompletion<T> {
    /// The value alone.
    pub fn into_parsed(self) -> T {
        self.parsed
    }
}

impl<T> Deref for ParsedCompletion<T> {
    type Target = ChatCompletion;

    fn deref(&self) -> &ChatCompletion {
        &self.completion
    }
}

/// Reads the first choice of a completion as JSON of a schema, for completions that came another way, as from
/// [`final_completion`](crate::stream::ChunkStream::final_completion). A fence around the whole text is taken off.
///
/// # Errors
/// `invalid_output` with [`Error::text`] and a [`Reason`]: `Length` (cut off), `Refusal`, `ContentFilter`, `Empty`, `Json` or `Schema`.
///
/// ```
/// use chutes_client::{json, parse_output_value, types::ChatCompletion};
/// let completion: ChatCompletion = serde_json::from_value(json!({"choices": [{"message": {"content": "{\"city\": \"Bonn\"}"}}]}))?;
/// let schema = json!({"type": "object", "required": ["city"]});
/// assert_eq!(parse_output_value(&completion, &schema)?["city"], "Bonn");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn parse_output_value(completion: &ChatCompletion, schema: &Value) -> Result<Value, Error> {
    let value = read(completion)?;
    let wrong = complaints(schema, &value);
    if wrong.is_empty() { Ok(value) } else { Err(misfit(completion, &wrong.join("; "))) }
}

/// As [`parse_output_value`], into a type that tells its own schema (feature `schema`).
///
/// # Errors
/// As [`parse_output_value`].
#[cfg(feature = "schema")]
pub fn parse_output<T: schemars::JsonSchema + serde::de::DeserializeOwned>(completion: &ChatCompletion) -> Result<T, Error> {
    typed(completion, parse_output_value(completion, &schema_of::<T>())?)
}

/// A value as a type.
#[cfg(feature = "schema")]
pub(crate) fn typed<T: serde::de::DeserializeOwned>(completion: &ChatCompletion, value: Value) -> Result<T, Error> {
    serde_json::from_value(value).map_err(|error| misfit(completion, &error.to_string()))
}

/// The JSON Schema of a type.
#[cfg(feature = "schema")]
pub(crate) fn schema_of<T: schemars::JsonSchema>() -> Value {
    let mut schema = schemars::SchemaGenerator::default().into_root_schema_for::<T>().to_value();
    if let Some(object) = schema.as_object_mut() {
        object.shift_remove("$schema");
    }
    schema
}

/// Puts the format of a schema into a body.
pub(crate) fn ask_for(body: &mut Map<String, Value>, extra: &Map<String, Value>, name: &str, schema: Value) -> Result<(), Error> {
    if body.contains_key("response_format") || extra.contains_key("response_format") {
        return Err(Error::config("parse sets response_format itself; call create to set another"));
    }
    if !schema.is_object() {
        return Err(Error::config("the schema must be a JSON object"));
    }
    let title = if name.is_empty() { schema["title"].as_str().unwrap_or("") } else { name };
    let word = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') { c } else { '_' };
    let name: String = title.chars().map(word).take(MAX_NAME_CHARS).collect();
    let name = if name.is_empty() { "output" } else { &name };
    let format = json!({"type": "json_schema", "json_schema": {"name": name, "schema": schema, "strict": true}});
    body.insert("response_format".into(), format);
    Ok(())
}

fn fail(completion: &ChatCompletion, reason: Reason, message: impl AsRef<str>) -> Error {
    let mut partial = json!(completion);
    partial["complete"] = json!(true);
    Error::new(Kind::InvalidOutput, message).with_reason(reason).with_text(completion.text()).with_partial(partial)
}

fn misfit(completion: &ChatCompletion, told: &str) -> Error {
    fail(completion, Reason::Schema, format!("the model's answer does not fit: {told}"))
}

/// The JSON of the first choice.
fn read(completion: &ChatCompletion) -> Result<Value, Error> {
    let Some(choice) = completion.choices.first() else {
        return Err(fail(completion, Reason::Empty, "the model gave no answer"));
    };
    let finish = choice.finish_reason.as_ref().map_or("", |f| f.as_str());
    if finish == "length" {
        let text = "the model's answer was cut off at its length limit: ask for more tokens (max_tokens) or for less text";
        return Err(fail(completion, Reason::Length, text));
    }
    let refusal = choice.message.as_ref().and_then(|m| m.refusal.as_deref()).unwrap_or("");
    if !refusal.is_empty() {
        return Err(fail(completion, Reason::Refusal, format!("the model refused: {refusal}")));
    }
    if finish == "content_filter" {
        return Err(fail(completion, Reason::ContentFilter, "the model's answer was held back by a content filter"));
    }
    let text = completion.text();
    if text.trim().is_empty() {
        return Err(fail(completion, Reason::Empty, "the model's answer holds no text"));
    }
    parse_json(unfenced(text).as_bytes()).map_err(|error| {
        let shown: String = text.trim().chars().take(200).collect();
        fail(completion, Reason::Json, format!("the model's answer is no JSON: {shown}")).with_source(error)
    })
}

/// Takes off one fence around a whole text.
fn unfenced(text: &str) -> &str {
    let inside = || {
        let (word, rest) = text.trim().strip_prefix("```")?.split_once('\n')?;
        let inside = rest.strip_suffix("```")?.strip_suffix('\n')?;
        (!word.contains('`')).then_some(inside)
    };
    inside().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completion(choice: Value) -> ChatCompletion {
        serde_json::from_value(json!({"id": "c", "choices": [choice]})).unwrap()
    }

    #[test]
    fn reads_what_is_usable() {
        for text in ["{\"a\":1}", " \n{\"a\": 1}\n", "```json\n{\"a\":1}\n```", "```\r\n{\"a\":1}\r\n```\n"] {
            let value = read(&completion(json!({"message": {"content": text}, "finish_reason": "stop"}))).unwrap();
            assert_eq!(value, json!({"a": 1}), "{text}");
        }
    }

    #[test]
    fn each_way_to_be_unusable_has_its_reason() {
        for (choice, want) in [
            (json!({"message": {"content": "{}", "refusal": "no"}, "finish_reason": "length"}), Reason::Length),
            (json!({"message": {"content": "{}", "refusal": "no"}, "finish_reason": "content_filter"}), Reason::Refusal),
            (json!({"message": {"content": "{}"}, "finish_reason": "content_filter"}), Reason::ContentFilter),
            (json!({"message": {"content": " "}}), Reason::Empty),
            (json!({"message": {"content": "Sure: {}"}}), Reason::Json),
            (json!({"message": {"content": "{\"a\":NaN}"}}), Reason::Json),
            (json!({"message": {"content": "[]"}}), Reason::Schema),
        ] {
            let error = parse_output_value(&completion(choice.clone()), &json!({"type": "object"})).unwrap_err();
            assert_eq!((error.kind(), error.reason()), (Kind::InvalidOutput, Some(want)), "{choice}");
            assert!(!error.retryable() && error.partial().is_some_and(|p| p["id"] == "c"));
        }
    }

    #[test]
    fn names_are_made_fit_to_be_sent() {
        for (name, schema, want) in [
            ("a b.c", json!({}), "a_b_c"),
            ("", json!({"title": "T"}), "T"),
            ("", json!({}), "output"),
            (&"x".repeat(70), json!({}), &"x".repeat(64)),
        ] {
            let mut body = Map::new();
            ask_for(&mut body, &Map::new(), name, schema).unwrap();
            assert_eq!(body["response_format"]["json_schema"]["name"], want);
        }
        let mut body = json!({"response_format": {}}).as_object().unwrap().clone();
        assert!(ask_for(&mut body, &Map::new(), "x", json!({})).unwrap_err().is_config());
        assert!(ask_for(&mut Map::new(), &Map::new(), "x", json!("string")).unwrap_err().message().contains("JSON object"));
    }
}

//! JSON: bytes into types, and what has no fixed shape kept as it came until it is asked for.

use serde::de::value::MapDeserializer;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer, forward_to_deserialize_any};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// Fields of an object that this version does not know; sent again where the object is sent back.
pub type Extra = BTreeMap<String, Json>;

/// JSON of no fixed shape, as its text. It is read when it is asked for, and written by `serde_json` as it came; other formats cannot
/// write it, and are given [`Json::value`].
///
/// ```
/// use chutes_client::{Json, json};
/// let schema = Json::from(json!({"type": "object", "required": ["text"]}));
/// assert_eq!(schema.value()["required"][0], "text");
/// assert_eq!(schema.get(), r#"{"type":"object","required":["text"]}"#);
/// assert_eq!(Json::from(json!([1, 2])).parse::<Vec<u8>>()?, [1, 2]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct Json(Box<RawValue>);

impl Json {
    /// The text, white space inside included.
    pub fn get(&self) -> &str {
        self.0.get()
    }

    /// The text as a value; null where [`Json::parse`] refuses it.
    pub fn value(&self) -> Value {
        self.parse().unwrap_or_default()
    }

    /// The text as any type that can be read from JSON.
    ///
    /// # Errors
    /// It does not fit the type, is nested more than 127 deep, or has a number that no `f64` can hold.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        from_text(self.get())
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        self.get() == "null"
    }
}

impl Default for Json {
    fn default() -> Json {
        Json(to_raw_value(&()).expect("null is JSON"))
    }
}

/// What turns into a [`Value`]: a `&str` is a JSON string, not JSON to be read.
impl<T: Into<Value>> From<T> for Json {
    fn from(value: T) -> Json {
        Json(to_raw_value(&value.into()).expect("a value is JSON"))
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get())
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Json) -> bool {
        self.get() == other.get() || self.value() == other.value()
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(out)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Json, D::Error> {
        Box::deserialize(Anywhere(input)).map(Json)
    }
}

/// serde_json hands out its text. What else holds a value, such as the buffer behind `#[serde(flatten)]`, is written as text.
struct Anywhere<D>(D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Anywhere<D> {
    type Error = D::Error;

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_newtype_struct(name, Text { name, visitor })
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

struct Text<V> {
    name: &'static str,
    visitor: V,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Text<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, text: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(text)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, input: D) -> Result<V::Value, D::Error> {
        let text = Value::deserialize(input)?.to_string();
        self.visitor.visit_map(MapDeserializer::new(std::iter::once((self.name, text))))
    }
}

/// Bytes as text; what is no UTF-8 becomes U+FFFD, and a byte order mark goes.
pub(crate) fn text_of(data: &[u8]) -> Cow<'_, str> {
    let data = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
    // Looked at as a whole first: it is several times as fast.
    std::str::from_utf8(data).map_or_else(|_| String::from_utf8_lossy(data), Cow::Borrowed)
}

/// Reads JSON into a type. A lone surrogate in a text, which is JSON but no UTF-8, becomes U+FFFD.
pub(crate) fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    serde_json::from_str(text).or_else(|error| match error.is_syntax().then(|| mend_surrogates(text)) {
        Some(Cow::Owned(mended)) => serde_json::from_str(&mended),
        _ => Err(error),
    })
}

/// As [`from_text`], of bytes and without a type.
pub(crate) fn parse_json(data: &[u8]) -> Result<Value, serde_json::Error> {
    from_text(&text_of(data))
}

/// Replaces `\ud800`-like escapes that have no partner.
fn mend_surrogates(text: &str) -> Cow<'_, str> {
    let code = |at: usize| -> Option<u32> {
        let hex = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(hex, 16).ok()
    };
    let (mut out, mut at, mut kept) = (String::new(), 0, 0);
    let bytes = text.as_bytes();
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        match code(at) {
            Some(0xd800..=0xdbff) if matches!(code(at + 6), Some(0xdc00..=0xdfff)) => at += 12,
            Some(0xd800..=0xdfff) => {
                out.push_str(&text[kept..at]);
                out.push_str("\\ufffd");
                at += 6;
                kept = at;
            }
            _ => at += 2,
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[kept..]);
    Cow::Owned(out)
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;

//! Values of answers and requests: lenient decoding, unknown fields kept, absent told from null.

use crate::errors::{Error, Kind, request_id};
use crate::json::{Extra, Json, from_text, text_of};
use base64::Engine as _;
use bytes::Bytes;
use http::HeaderMap;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

/// Largest JSON or image answer, in bytes.
pub const MAX_JSON_BYTES: usize = 256 << 20;

/// Declares an answer: every field may be missing, null or odd, and unknown fields are kept in `extra`.
macro_rules! model {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$fmeta:meta])* $field:ident : $ty:ty),* $(,)? })+) => {$(
        $(#[$meta])*
        #[derive(Clone, Default, PartialEq, serde::Serialize)]
        pub struct $name {
            $($(#[$fmeta])*
            #[serde(skip_serializing_if = "crate::values::is_blank", serialize_with = "crate::values::write")]
            pub $field: $ty,)*
            /// Fields that this version does not know.
            #[serde(flatten)]
            pub extra: crate::json::Extra,
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut out = f.debug_struct(stringify!($name));
                $(out.field(stringify!($field), &crate::redact::Shown(stringify!($field), &self.$field));)*
                out.field("extra", &self.extra).finish()
            }
        }

        impl crate::values::Blank for $name {}

        impl crate::fit::Fit for $name {
            fn object<'de, A: serde::de::MapAccess<'de>>(mut object: A) -> Result<Option<Self>, A::Error> {
                #[derive(serde::Deserialize)]
                #[serde(field_identifier)]
                #[allow(non_camel_case_types, reason = "the names of the fields")]
                enum Field {
                    $($(#[$fmeta])* $field,)*
                    Unknown(String),
                }
                let mut made = Self::default();
                while let Some(field) = object.next_key()? {
                    match field {
                        $(Field::$field => made.$field = crate::fit::or_absent(object.next_value()?),)*
                        Field::Unknown(name) => {
                            made.extra.insert(name, object.next_value()?);
                        }
                    }
                }
                Ok(Some(made))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                let found = <crate::fit::Fitted<Self> as serde::Deserialize>::deserialize(input)?.0;
                found.ok_or_else(|| serde::de::Error::custom("it is no object"))
            }
        }
    )+};
}
pub(crate) use model;

/// Declares an open enum: an unknown word is kept as it is.
macro_rules! open_enum {
    ($($(#[$meta:meta])* pub enum $name:ident { $($variant:ident = $text:literal),+ $(,)? })+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = concat!("`", $text, "`.")] #[serde(rename = $text)] $variant,)+
            /// A word that this version does not know.
            #[serde(untagged)]
            Unknown(String),
        }

        impl crate::values::Blank for $name {}

        impl $name {
            /// The word on the wire.
            pub fn as_str(&self) -> &str {
                match self { $($name::$variant => $text,)+ $name::Unknown(word) => word }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> $name {
                match word { $($text => $name::$variant,)+ _ => $name::Unknown(word.to_owned()) }
            }
        }

        impl crate::fit::Fit for $name {
            fn text(word: &str) -> Option<$name> {
                Some(word.into())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )+};
}
pub(crate) use open_enum;

/// Declares a value of several JSON shapes: the first that fits.
macro_rules! union {
    ($($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident($ty:ty)),+ $(,)? })+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        #[serde(untagged)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$vmeta])* $variant($ty),)+
            /// A shape that this version does not know.
            Other(crate::json::Json),
        }

        impl crate::values::Blank for $name {}

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                let json = crate::json::Json::deserialize(input)?;
                $(if let Ok(value) = json.parse() {
                    return Ok($name::$variant(value));
                })+
                Ok($name::Other(json))
            }
        }

        impl crate::fit::Fit for $name {
            fn read<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Option<Self>, D::Error> {
                serde::Deserialize::deserialize(input).map(Some)
            }
        }
    )+};
}
pub(crate) use union;

/// What is left out when an answer is written again.
pub(crate) trait Blank: Serialize {
    fn blank(&self) -> bool {
        false
    }

    fn write<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        self.serialize(out)
    }
}

impl<T: Blank> Blank for Option<T> {
    fn blank(&self) -> bool {
        self.is_none()
    }

    fn write<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => value.write(out),
            None => out.serialize_none(),
        }
    }
}

impl<T: Serialize> Blank for Vec<T> {
    fn blank(&self) -> bool {
        self.is_empty()
    }
}

impl<K: Serialize, V: Serialize> Blank for std::collections::BTreeMap<K, V> {
    fn blank(&self) -> bool {
        self.is_empty()
    }
}

impl Blank for String {}
impl Blank for i64 {}
impl Blank for bool {}

impl Blank for f64 {
    /// A whole number as one: many who read `created` want no `1764000000.0`.
    fn write<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let whole = self.fract() == 0.0 && self.abs() < 9e15 && (*self != 0.0 || self.is_sign_positive());
        if whole { out.serialize_i64(*self as i64) } else { out.serialize_f64(*self) }
    }
}

impl Blank for Value {
    fn blank(&self) -> bool {
        self.is_null()
    }
}

impl Blank for Json {
    fn blank(&self) -> bool {
        self.is_null()
    }
}

impl<T: Serialize> Blank for Patch<T> {
    fn blank(&self) -> bool {
        self.is_absent()
    }
}

pub(crate) fn write<T: Blank, S: Serializer>(value: &T, out: S) -> Result<S::Ok, S::Error> {
    value.write(out)
}

pub(crate) fn is_blank<T: Blank>(value: &T) -> bool {
    value.blank()
}

/// A field of a change: left as it is, cleared, or set.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Patch<T> {
    /// Not sent: stays as it is.
    #[default]
    Absent,
    /// Sent as null.
    Null,
    /// Sent as this value.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether nothing is sent.
    pub fn is_absent(&self) -> bool {
        matches!(self, Patch::Absent)
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Patch<T> {
        Patch::Set(value)
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Patch::Set(value) => value.serialize(out),
            _ => out.serialize_none(),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Patch<T>, D::Error> {
        Ok(Option::<T>::deserialize(input)?.map_or(Patch::Null, Patch::Set))
    }
}

/// A time as the server wrote it. The platform often leaves the zone out and means UTC.
///
/// ```
/// let time = chutes_client::Timestamp::from("2026-05-01T12:00:00.25");
/// assert_eq!(time.unix_seconds(), Some(1_777_636_800.25));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(String);

impl From<&str> for Timestamp {
    fn from(text: &str) -> Timestamp {
        Timestamp(text.to_owned())
    }
}

impl Blank for Timestamp {}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Timestamp {
    /// The text on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Seconds since 1970 in UTC; `None` if the text is no RFC 3339 time. Without a zone it is UTC.
    pub fn unix_seconds(&self) -> Option<f64> {
        parse_timestamp(&self.0)
    }

    /// The same moment for the standard library; `None` also before 1970.
    pub fn utc(&self) -> Option<std::time::SystemTime> {
        let since = std::time::Duration::try_from_secs_f64(self.unix_seconds()?).ok()?;
        Some(std::time::UNIX_EPOCH + since)
    }
}

fn parse_timestamp(text: &str) -> Option<f64> {
    let text = text.trim();
    let (date, time) = text.split_once(['T', 't', ' '])?;
    // No part of a time is longer: what is would not fit into seconds.
    let part = |s: &str| -> Option<i64> { (s.len() <= 4 && s.bytes().all(|b| b.is_ascii_digit())).then(|| s.parse().ok())? };
    let date: Vec<i64> = date.split('-').map(part).collect::<Option<_>>()?;
    let [year, month, day] = date[..] else { return None };
    let (clock, zone) = match time.find(['Z', 'z', '+', '-']) {
        Some(at) => (&time[..at], &time[at..]),
        None => (time, ""),
    };
    let offset = match zone {
        "" | "Z" | "z" => 0,
        _ => {
            let (hours, minutes) = zone[1..].split_once(':').or_else(|| zone[1..].split_at_checked(2))?;
            let seconds = part(hours)? * 3600 + if minutes.is_empty() { 0 } else { part(minutes)? * 60 };
            if zone.starts_with('-') { -seconds } else { seconds }
        }
    };
    let (whole, fraction) = clock.split_once('.').map_or((clock, ""), |(w, f)| (w, f));
    let clock: Vec<i64> = whole.split(':').map(part).collect::<Option<_>>()?;
    let (hour, minute, second) = match clock[..] {
        [h, m, s] => (h, m, s),
        [h, m] => (h, m, 0),
        _ => return None,
    };
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 24 || minute > 59 || second > 60 {
        return None;
    }
    let fraction: f64 = if fraction.is_empty() { 0.0 } else { format!("0.{fraction}").parse().ok()? };
    Some((days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset) as f64 + fraction)
}

/// Days since 1970-01-01 of a Gregorian date.
pub(crate) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a number of days since 1970-01-01.
pub(crate) fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days - era * 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, of_year - (153 * shifted + 2) / 5 + 1)
}

/// One request of a call, and how it ended.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Attempt {
    /// From 1, over all models of the call.
    pub number: u32,
    /// HTTP status; `None` where no answer came.
    pub status: Option<u16>,
    /// What went wrong; `None` where nothing did.
    pub kind: Option<Kind>,
    /// The wait before the next attempt.
    pub wait: Duration,
}

/// What an answer tells beside its value.
#[derive(Debug, Clone, Default)]
pub struct ResponseMeta {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) attempts: u32,
    pub(crate) history: Vec<Attempt>,
    pub(crate) model: Option<String>,
    pub(crate) tried: Vec<(String, Kind)>,
}

impl ResponseMeta {
    /// HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Headers of the answer.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// One header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }

    /// Requests that were sent, 1-based.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Each request that was sent, in order, with the wait that followed it.
    pub fn history(&self) -> &[Attempt] {
        &self.history
    }

    /// The model that was asked and answered, as it was given; `None` for calls without one.
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// The models that were asked before and failed, with what went wrong.
    pub fn tried(&self) -> &[(String, Kind)] {
        &self.tried
    }

    /// The daily quota; `None` where the server tells none, as for accounts that pay by use.
    pub fn quota(&self) -> Option<Quota> {
        let number = |name: &str| self.header(name)?.trim().parse().ok();
        let total = number("x-chutes-quota-total")?;
        Some(Quota { total, used: number("x-chutes-quota-used"), remaining: number("x-chutes-quota-remaining") })
    }

    /// The limits in requests per minute; `None` where the server tells none.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        let names = ["x-chutes-rl-user", "x-chutes-rl-chute"];
        let number = |name: &str| self.header(name)?.trim().parse::<f64>().ok().filter(|n| n.is_finite());
        let told = names.iter().any(|name| self.headers.contains_key(*name));
        told.then(|| RateLimit { user: number(names[0]), chute: number(names[1]) })
    }

    /// Whether the account is billed by invoice.
    pub fn invoice_billing(&self) -> bool {
        self.header("x-chutes-invoice-billing").is_some_and(|v| v.trim().eq_ignore_ascii_case("true"))
    }

    /// `x-request-id`, else `X-Chutes-InvocationID`.
    pub fn request_id(&self) -> Option<String> {
        request_id(&self.headers)
    }
}

/// A daily quota, as the headers of an answer tell it; the server counts before the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quota {
    /// Calls of a day.
    pub total: i64,
    /// Calls used before this one.
    pub used: Option<i64>,
    /// Calls left before this one.
    pub remaining: Option<i64>,
}

/// Limits in requests per minute, as the headers of an answer tell them; `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct RateLimit {
    /// Of the account.
    pub user: Option<f64>,
    /// Of the account on this chute.
    pub chute: Option<f64>,
}

/// A result with what the answer told beside it. It derefs to the value.
#[derive(Debug, Clone)]
pub struct Answer<T> {
    pub(crate) value: T,
    pub(crate) meta: Arc<ResponseMeta>,
    pub(crate) raw: Bytes,
}

impl<T> Answer<T> {
    /// Status, headers and attempts.
    pub fn response(&self) -> &ResponseMeta {
        &self.meta
    }

    /// The body as it came; empty for what was put together from a stream.
    pub fn raw_body(&self) -> &[u8] {
        &self.raw
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U> {
        Answer { value: change(self.value), meta: self.meta, raw: self.raw }
    }
}

impl<T> Deref for Answer<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Decodes a JSON answer of status 2xx into a value; anything that is not what was asked for is `unexpected_response`.
pub(crate) fn decode<T: DeserializeOwned>(status: u16, headers: &HeaderMap, body: &Bytes) -> Result<T, Error> {
    let refuse =
        |why: String| Err(Error::new(Kind::UnexpectedResponse, why).with_answer(status, headers).with_body(body.clone()));
    if body.iter().all(u8::is_ascii_whitespace) {
        return refuse(format!("the answer ({status}) is empty where JSON is due"));
    }
    let text = text_of(body);
    // Its own error is looked for where the word is found at all.
    let reported = || from_text::<Extra>(&text).ok()?.remove("error").filter(|error| !error.is_null());
    if memchr::memmem::find(body, b"\"error\"").is_some()
        && let Some(error) = reported()
    {
        let parsed = crate::errors_body::parse_body(body, "application/json");
        let text = if parsed.message.is_empty() { error.get() } else { &parsed.message };
        let made = Error::new(Kind::UnexpectedResponse, format!("the server answered {status} with an error: {text}"));
        return Err(made.with_answer(status, headers).with_facts(parsed).with_body(body.clone()));
    }
    from_text(&text).or_else(|misfit| {
        let Err(error) = from_text::<IgnoredAny>(&text) else {
            return refuse(format!("the answer does not have the shape that is due: {misfit}"));
        };
        let content_type = headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or("");
        let start = String::from_utf8_lossy(&body[..body.len().min(200)]);
        let html = crate::errors_body::looks_like_html(&start, content_type);
        let found = if html { "an HTML page".to_owned() } else { format!("no JSON ({error})") };
        refuse(format!("the answer ({status}) is {found}"))
    })
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The media type that the first bytes of an image tell.
pub(crate) fn sniff_content_type(data: &[u8]) -> Option<&'static str> {
    match data {
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

/// The media type that the first bytes of an image, a sound or a video tell.
pub(crate) fn sniff_media(data: &[u8]) -> Option<&'static str> {
    match data {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some("audio/wav"),
        [b'I', b'D', b'3', ..] => Some("audio/mpeg"),
        [0xff, frame, ..] if frame & 0xe6 == 0xe2 => Some("audio/mpeg"),
        [b'f', b'L', b'a', b'C', ..] => Some("audio/flac"),
        [b'O', b'g', b'g', b'S', ..] => Some("audio/ogg"),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some("video/mp4"),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => Some("video/webm"),
        _ => sniff_content_type(data),
    }
}

/// The bytes of base64 text, with or without a `data:` prefix, white space and padding.
pub(crate) fn parse_data_url(text: &str) -> Option<Vec<u8>> {
    let text = match text.trim().strip_prefix("data:") {
        Some(rest) => rest.split_once(',')?.1,
        None => text,
    };
    let clean: String = text.chars().filter(|c| !c.is_ascii_whitespace() && *c != '=').collect();
    base64::engine::general_purpose::STANDARD_NO_PAD.decode(clean).ok()
}

pub(crate) fn encode_base64(data: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(data)
}

#[cfg(test)]
#[path = "values_tests.rs"]
mod tests;

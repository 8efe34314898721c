//! Trace mode: what the platform did with a call, step by step. For looking into problems, not for programs to build on.

use crate::download::Binary;
use crate::errors::{Error, Kind, Reason};
use crate::invoke::chute::CallResult;
use crate::json::parse_json;
use crate::stream::snippet;
use crate::stream_events::{EventStream, is_ping};
use crate::values::{Timestamp, model, parse_data_url};
use bytes::Bytes;
use serde_json::Value;

model! {
    /// One step. Further fields of the server are in `extra`.
    #[non_exhaustive]
    pub struct TraceEntry {
        /// When; UTC.
        timestamp: Option<Timestamp>,
        /// The call.
        invocation_id: Option<String>,
        /// The attempt on one instance.
        child_id: Option<String>,
        /// The chute.
        chute_id: Option<String>,
        /// Its function.
        function: Option<String>,
        /// What happened.
        message: Option<String>,
    }

    /// How a traced call failed.
    #[non_exhaustive]
    pub struct TraceError {
        /// The platform's own word, such as `infra_overload`.
        error: Option<Value>,
        /// Its reason.
        detail: Option<Value>,
    }
}

/// What a traced call came to.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Trace {
    /// What happened, in order.
    pub entries: Vec<TraceEntry>,
    /// JSON, text (the events of a stream as they came) or bytes; `None` where there is none.
    pub result: Option<CallResult>,
    /// `None` where the call went well.
    pub error: Option<TraceError>,
}

impl Trace {
    /// One line per step: `+1.250 s  message`, with the seconds since the first.
    pub fn timeline(&self) -> Vec<String> {
        let times: Vec<Option<f64>> =
            self.entries.iter().map(|entry| entry.timestamp.as_ref().and_then(Timestamp::unix_seconds)).collect();
        let first = times.iter().flatten().next().copied().unwrap_or(0.0);
        let line = |(entry, at): (&TraceEntry, &Option<f64>)| {
            let since = at.unwrap_or(first) - first;
            format!("+{since:.3} s  {}", entry.message.as_deref().unwrap_or(""))
        };
        self.entries.iter().zip(&times).map(line).collect()
    }
}

/// Reads a traced answer to its end.
pub(crate) async fn read_trace(mut events: EventStream) -> Result<Trace, Error> {
    let mut trace = Trace { entries: Vec::new(), result: None, error: None };
    let mut texts: Option<String> = None;
    while let Some(event) = events.next_event().await {
        let event = event?;
        if is_ping(&event.data) {
            continue;
        }
        let Some(mut json) = parse_json(event.data.as_bytes()).ok().filter(Value::is_object) else {
            return Err(events.fail(unreadable(&event.data)));
        };
        if json["trace"].is_object() {
            trace.entries.push(serde_json::from_value(json["trace"].take()).map_err(|_| events.fail(unreadable(&event.data)))?);
        } else if !json["error"].is_null() {
            trace.error = serde_json::from_value(json).ok();
        } else if let Some(text) = json["result"].as_str() {
            texts.get_or_insert_default().push_str(text);
        } else if let Some(wrapped) = json.get("result") {
            trace.result = Some(unwrapped(wrapped).ok_or_else(|| events.fail(unreadable(&event.data)))?);
        }
    }
    trace.result = texts.map(CallResult::Text).or(trace.result);
    if trace.result.is_none() && trace.error.is_none() {
        let error = Error::new(Kind::StreamInterrupted, "the trace ended before the result of its call");
        return Err(events.fail(error.with_reason(Reason::Truncated)));
    }
    Ok(trace)
}

fn unreadable(data: &str) -> Error {
    Error::new(Kind::StreamError, format!("an event of the trace cannot be read: {}", snippet(data)))
}

/// The result out of its wrapper; `None` where its bytes are no base64.
fn unwrapped(result: &Value) -> Option<CallResult> {
    if let Some(json) = result.get("json") {
        return Some(CallResult::Json(json.clone()));
    }
    if let Some(text) = result["text"].as_str() {
        return Some(CallResult::Text(text.to_owned()));
    }
    let Some(bytes) = result["bytes"].as_str() else { return Some(CallResult::Json(result.clone())) };
    let content_type = result["content_type"].as_str().unwrap_or("").split(';').next().unwrap_or("").trim().to_owned();
    Some(CallResult::Binary(Binary { bytes: Bytes::from(parse_data_url(bytes)?), content_type, filename: None }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_timeline_counts_from_the_first() {
        let entry =
            |timestamp: &str, message: &str| serde_json::from_value(json!({"timestamp": timestamp, "message": message})).unwrap();
        let entries = vec![entry("2026-05-26T00:00:59.5", "a"), entry("odd", "b"), entry("2026-05-26T00:01:01", "c")];
        let trace = Trace { entries, result: None, error: None };
        assert_eq!(trace.timeline(), ["+0.000 s  a", "+0.000 s  b", "+1.500 s  c"]);
    }

    #[test]
    fn results_come_out_of_their_wrapper() {
        assert_eq!(unwrapped(&json!({"json": null})), Some(CallResult::Json(Value::Null)));
        assert_eq!(unwrapped(&json!({"text": "x"})), Some(CallResult::Text("x".into())));
        let Some(CallResult::Binary(found)) = unwrapped(&json!({"bytes": "aGk=", "content_type": "audio/wav; x"})) else {
            panic!()
        };
        assert_eq!((&found.bytes[..], found.content_type.as_str()), (&b"hi"[..], "audio/wav"));
        assert_eq!(unwrapped(&json!({"bytes": "!"})), None);
    }
}

//! What a call is: its place, its body and its rules, as generated methods describe it; and the answer whose headers are in.

use crate::body::BodyReader;
use crate::cancel::CancelHandle;
use crate::config::CallOptions;
use crate::deadline::Surface;
use crate::download::Binary;
use crate::errors::{Error, Kind};
use crate::finite::check_finite;
use crate::hooks::Run;
use crate::invoke::models::Billed;
use crate::multipart::Multipart;
use crate::request::BoxFuture;
use crate::stream::snippet;
use crate::values::{Answer, MAX_JSON_BYTES, ResponseMeta, decode};
use bytes::Bytes;
use http::Method;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// Which of the platform's hosts a call goes to.
#[derive(Debug, Clone)]
pub(crate) enum Host {
    Api,
    Llm,
    /// A base URL.
    At(String),
}

/// A piece of a path.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    Lit(&'static str),
    Param {
        name: &'static str,
        value: String,
        keep_slash: bool,
    },
    /// As it is.
    Raw(String),
}

/// A body before it is encoded for good.
pub(crate) enum Body {
    Json(Vec<u8>),
    Form(String),
    Raw(Bytes),
    Parts(Multipart),
}

/// Who vouches for a call.
#[derive(Clone, PartialEq)]
pub(crate) enum Credential {
    /// The client's own.
    Client,
    /// None, for a URL on a host that is not the client's.
    Nobody,
    /// A fingerprint, bare in `Authorization`, instead of the client's.
    Fingerprint(String),
}

/// What follows a cold chute until it is hot, within the time that its call has left.
pub(crate) struct OnCold(pub(crate) Box<dyn FnOnce(Option<Duration>) -> BoxFuture<bool> + Send + Sync>);

/// The description of a call; generated methods make it, `execute` plays it.
pub(crate) struct Call {
    /// What it is called in errors: `users.quotas`.
    pub(crate) name: &'static str,
    /// Its id in the document: `getQuotas`.
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    pub(crate) host: Host,
    pub(crate) path: Vec<Part>,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Result<Body, Error>>,
    pub(crate) accept: &'static str,
    pub(crate) surface: Surface,
    /// The answer is one JSON document, or nothing, and nothing is uploaded: the deadline holds.
    pub(crate) whole: bool,
    pub(crate) idempotent: bool,
    /// Its stream may be silent for as long as it likes.
    pub(crate) endless: bool,
    pub(crate) credential: Credential,
    /// It needs no credential.
    pub(crate) public: bool,
    /// What a hotkey signs where there is no body to sign.
    pub(crate) purpose: Option<String>,
    /// Why it must not be sent.
    pub(crate) refused: Option<Error>,
    /// The model that is asked.
    pub(crate) model: Option<String>,
    /// Another model comes after this one.
    pub(crate) successor: bool,
    /// The attempts made before, on other models.
    pub(crate) run: Option<Arc<Run>>,
    /// Follows a cold chute until it is hot, once; false where that cannot be done.
    pub(crate) on_cold: Option<OnCold>,
    pub(crate) options: CallOptions,
}

impl Call {
    pub(crate) fn new(method: Method, path: Vec<Part>) -> Call {
        Call {
            name: "",
            operation: "request",
            method,
            host: Host::Api,
            path,
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
            accept: "application/json",
            surface: Surface::Management,
            whole: true,
            idempotent: true,
            endless: false,
            credential: Credential::Client,
            public: false,
            purpose: None,
            refused: None,
            model: None,
            successor: false,
            run: None,
            on_cold: None,
            options: CallOptions::default(),
        }
    }

    /// A generated operation, by its name and its id in the document.
    pub(crate) fn op(name: &'static str, operation: &'static str, method: Method, path: Vec<Part>) -> Call {
        Call { name, operation, ..Call::new(method, path) }
    }

    /// An invocation: a POST of `body` to `base` + `path`.
    pub(crate) fn invocation(operation: &'static str, base: String, path: impl Into<String>, body: &impl Serialize) -> Call {
        let mut call = Call::new(Method::POST, vec![Part::Raw(path.into())]).json(body);
        call.operation = operation;
        call.host = Host::At(base);
        call.surface = Surface::Invocation;
        call
    }

    pub(crate) fn json(mut self, body: &impl Serialize) -> Call {
        self.body = Some(encode_body(body).map(Body::Json));
        self
    }

    pub(crate) fn form(mut self, body: &impl Serialize) -> Call {
        self.body = Some(encode_form(body).map(Body::Form));
        self
    }

    /// The caller's own object.
    pub(crate) fn free(mut self, body: &(impl Serialize + ?Sized)) -> Call {
        let encoded = encode_body(body);
        self.body = Some(match encoded {
            Ok(json) if !json.starts_with(b"{") => Err(Error::config("the arguments must be a JSON object")),
            other => other.map(Body::Json),
        });
        self
    }

    pub(crate) fn raw(mut self, body: Bytes) -> Call {
        self.body = Some(Ok(Body::Raw(body)));
        self
    }

    pub(crate) fn multipart(mut self, body: Multipart) -> Call {
        self.body = Some(Ok(Body::Parts(body)));
        // An upload takes as long as it takes; the limits on silence hold.
        self.whole = false;
        self
    }

    /// Never tried again.
    pub(crate) fn once(mut self) -> Call {
        self.idempotent = false;
        self
    }

    pub(crate) fn llm(mut self) -> Call {
        self.host = Host::Llm;
        self
    }

    pub(crate) fn endless(mut self) -> Call {
        self.endless = true;
        self
    }

    pub(crate) fn public(mut self) -> Call {
        self.public = true;
        self
    }

    pub(crate) fn purpose(mut self, purpose: &str) -> Call {
        self.purpose = Some(purpose.to_owned());
        self
    }

    pub(crate) fn fingerprint(mut self, fingerprint: String) -> Call {
        self.credential = Credential::Fingerprint(fingerprint);
        self
    }

    pub(crate) fn accept(mut self, media_type: &'static str) -> Call {
        self.accept = media_type;
        self
    }

    /// Adds a parameter of the query unless it is absent.
    pub(crate) fn query<T: ToString>(mut self, name: &'static str, value: &Option<T>) -> Call {
        self.query.extend(value.as_ref().map(|v| (name, v.to_string())));
        self
    }

    /// Adds a header unless it is absent.
    pub(crate) fn header<T: ToString>(mut self, name: &'static str, value: &Option<T>) -> Call {
        self.headers.extend(value.as_ref().map(|v| (name, v.to_string())));
        self
    }

    /// A body may lack a field only if the caller says so; saying it beside the field is a contradiction.
    pub(crate) fn guard(mut self, field: &str, value: &impl Serialize, flag: &str, said: bool, message: &str) -> Call {
        let given = serde_json::to_value(value).is_ok_and(|v| !v.is_null());
        if given == said {
            let both = format!("{field} and {flag} exclude each other; give one of them");
            self.refused = Some(Error::config(if given { both.as_str() } else { message }));
        }
        self
    }
}

/// JSON without white space between tokens.
pub(crate) fn encode_body(body: &(impl Serialize + ?Sized)) -> Result<Vec<u8>, Error> {
    let written = check_finite(body).and_then(|()| serde_json::to_vec(body));
    written.map_err(|e| Error::config(format!("the body cannot be written as JSON: {e}")))
}

/// `application/x-www-form-urlencoded` of an object of plain values; null is left out.
pub(crate) fn encode_form(body: &impl Serialize) -> Result<String, Error> {
    let Ok(Value::Object(fields)) = serde_json::to_value(body) else {
        return Err(Error::config("a form needs an object of plain values"));
    };
    let mut pairs = Vec::with_capacity(fields.len());
    for (name, value) in &fields {
        match value {
            Value::Null => {}
            Value::String(text) => pairs.push((name.as_str(), text.clone())),
            Value::Bool(_) | Value::Number(_) => pairs.push((name.as_str(), value.to_string())),
            _ => return Err(Error::config(format!("the field {name} of a form must be a plain value"))),
        }
    }
    Ok(form_pairs(pairs.iter().map(|(n, v)| (*n, v.as_str()))))
}

/// Names and values of a form, or of a query in that form.
pub(crate) fn form_pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let escape = |text: &str| {
        let mut out = String::with_capacity(text.len());
        for byte in text.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => out.push(char::from(byte)),
                b' ' => out.push('+'),
                _ => out.push_str(&format!("%{byte:02X}")),
            }
        }
        out
    };
    pairs.map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&")
}

/// The answer of a call whose headers are in.
pub(crate) struct Opened {
    pub(crate) meta: Arc<ResponseMeta>,
    pub(crate) body: BodyReader,
    pub(crate) secrets: Arc<[String]>,
    pub(crate) options: CallOptions,
    pub(crate) run: Arc<Run>,
}

impl Drop for Opened {
    /// Ends the call, unless a failure has before: an answer that was not read to its end was left.
    fn drop(&mut self) {
        self.run.end(self.body.open().then_some(Kind::Cancelled));
    }
}

impl Opened {
    /// Whether its handle has fired: then nothing more is handed out, not even what has come already.
    pub(crate) fn cancelled(&self) -> bool {
        self.options.cancel.as_ref().is_some_and(CancelHandle::has_fired)
    }

    /// Gives an error of ours what is known of the answer.
    pub(crate) fn fail(&self, error: Error) -> Error {
        self.run.end(Some(error.kind()));
        let body = Bytes::copy_from_slice(error.raw_body());
        let made = error.with_answer(self.meta.status, &self.meta.headers).with_attempts(self.meta.attempts);
        made.with_body(body).scrub(&self.secrets)
    }

    /// Refuses a page of HTML, which is nobody's stream.
    pub(crate) async fn no_page(mut self) -> Result<Opened, Error> {
        if !self.content_type().contains("html") {
            return Ok(self);
        }
        let raw = self.body.read_some(crate::errors::MAX_BODY_BYTES, crate::stream::DRAIN_TIME).await;
        Err(self.fail(Error::new(Kind::UnexpectedResponse, "the answer to a stream request is an HTML page").with_body(raw)))
    }

    pub(crate) fn content_type(&self) -> String {
        let whole = self.meta.header("content-type").unwrap_or("");
        whole.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
    }

    pub(crate) async fn read(&mut self) -> Result<Bytes, Error> {
        let read = self.body.read(MAX_JSON_BYTES).await;
        read.map_err(|error| self.fail(error))
    }

    /// The error of an answer that should have been bytes: JSON, a page, a stream, or nothing.
    pub(crate) fn no_bytes(&self, what: &str, raw: Bytes) -> Error {
        let parsed = crate::errors_body::parse_body(&raw, &self.content_type());
        let colon = if parsed.message.is_empty() { "" } else { ": " };
        let text = format!("the server answered without {what}{colon}{}", parsed.message);
        self.fail(Error::new(Kind::UnexpectedResponse, text).with_body(raw))
    }

    /// Whether the header speaks of what is no file.
    pub(crate) fn speaks(&self) -> bool {
        let found = self.content_type();
        found.ends_with("/json") || found.ends_with("+json") || matches!(found.as_str(), "text/html" | "text/event-stream")
    }

    pub(crate) async fn json<T: DeserializeOwned>(mut self) -> Result<Answer<T>, Error> {
        let raw = self.read().await?;
        let value = decode(self.meta.status, &self.meta.headers, &raw).map_err(|e| self.fail(e))?;
        Ok(Answer { value, meta: self.meta.clone(), raw })
    }

    /// A JSON answer that is nothing without its list: `choices` or `data`.
    pub(crate) async fn json_with<T: DeserializeOwned + Billed>(
        &mut self,
        list: &str,
        listed: impl FnOnce(&T) -> bool,
    ) -> Result<Answer<T>, Error> {
        let raw = self.read().await?;
        let (status, headers) = (self.meta.status, &self.meta.headers);
        let decoded = match decode::<T>(status, headers, &raw) {
            // What has an item has the list.
            Ok(value) if listed(&value) => Ok(value),
            _ => decode::<Value>(status, headers, &raw).and_then(|value| {
                let odd = |why: String| Error::new(Kind::UnexpectedResponse, why).with_body(raw.clone());
                if !value[list].is_array() {
                    return Err(odd(format!("the answer has no list {list}: {}", snippet(&value.to_string()))));
                }
                serde_json::from_value(value).map_err(|e| odd(format!("the answer does not have the shape that is due: {e}")))
            }),
        };
        let value: T = decoded.map_err(|e| self.fail(e))?;
        self.run.answered(value.model(), || serde_json::to_value(value.usage()?).ok());
        Ok(Answer { value, meta: self.meta.clone(), raw })
    }

    pub(crate) async fn text(mut self) -> Result<Answer<String>, Error> {
        let raw = self.read().await?;
        let value = String::from_utf8_lossy(&raw).into_owned();
        Ok(Answer { value, meta: self.meta.clone(), raw })
    }

    pub(crate) async fn bytes(mut self) -> Result<Answer<Binary>, Error> {
        let raw = self.read().await?;
        let value = Binary::of(&self.meta, raw.clone());
        Ok(Answer { value, meta: self.meta.clone(), raw })
    }

    pub(crate) async fn nothing(mut self) -> Result<Answer<()>, Error> {
        let raw = self.read().await?;
        Ok(Answer { value: (), meta: self.meta.clone(), raw })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn forms() {
        let form = encode_form(&json!({"a b": "c&d=é+*", "n": 1, "t": true, "gone": null})).unwrap();
        assert_eq!(form, "a+b=c%26d%3D%C3%A9%2B*&n=1&t=true");
        assert!(encode_form(&json!({"deep": {}})).unwrap_err().is_config());
        assert!(encode_form(&json!([1])).unwrap_err().is_config());
    }

    #[test]
    fn an_upload_has_no_deadline_of_its_own() {
        let total = |call: Call| call.options.limits(call.surface, call.whole, call.endless).unwrap().total;
        let post = || Call::new(Method::POST, Vec::new());
        assert_eq!(total(post().json(&1)), Some(crate::deadline::MANAGEMENT_DEADLINE));
        assert_eq!(total(post().multipart(Multipart::default())), None);
    }

    #[test]
    fn a_guard_wants_exactly_one() {
        let guarded = |amount: Option<f64>, said| {
            Call::new(Method::POST, Vec::new()).guard("amount", &amount, "everything", said, "say everything").refused
        };
        assert!(guarded(Some(1.0), false).is_none() && guarded(None, true).is_none());
        assert_eq!(guarded(None, false).unwrap().message(), "say everything");
        assert!(guarded(Some(0.0), true).unwrap().message().contains("everything"));
    }
}

//! Keeps keys out of everything that is shown.

use http::{HeaderMap, HeaderValue};
use std::fmt;
use std::sync::{Arc, RwLock};

/// What stands where a secret was.
pub(crate) const MASK: &str = "[redacted]";

/// What a client must never show; it may learn more, such as a fingerprint given to one call.
#[derive(Default)]
pub(crate) struct Secrets(RwLock<Arc<[String]>>);

impl Secrets {
    pub(crate) fn all(&self) -> Arc<[String]> {
        self.0.read().unwrap_or_else(|e| e.into_inner()).clone()
    }

    pub(crate) fn add(&self, more: impl IntoIterator<Item = String>) {
        let mut known = self.0.write().unwrap_or_else(|e| e.into_inner());
        *known = joined(&known, more);
    }
}

/// Known secrets and further ones. What is too short would mask half of every text.
pub(crate) fn joined<S: AsRef<str> + Into<String>>(known: &Arc<[String]>, more: impl IntoIterator<Item = S>) -> Arc<[String]> {
    let further = |secret: &S| secret.as_ref().len() > 3 && known.iter().all(|known| known != secret.as_ref());
    let new: Vec<String> = more.into_iter().filter(further).map(Into::into).collect();
    if new.is_empty() { known.clone() } else { known.iter().cloned().chain(new).collect() }
}

const PREFIXES: [&str; 4] = ["cpk_", "cak_", "crt_", "csc_"];

/// Masks the known secrets of a client, then anything that looks like a key of the platform or a bearer token.
pub(crate) fn redact(text: &str, secrets: &[String]) -> String {
    let mut out = text.to_owned();
    for secret in secrets.iter().filter(|s| !s.is_empty()) {
        if out.contains(secret.as_str()) {
            out = out.replace(secret.as_str(), MASK);
        }
    }
    for prefix in PREFIXES {
        out = mask_after(&out, prefix, true);
    }
    mask_after(&out, "bearer ", false)
}

const SECRET_HEADERS: [&str; 8] = [
    "authorization",
    "proxy-authorization",
    "x-api-key",
    "cookie",
    "set-cookie",
    "x-chutes-hotkey",
    "x-chutes-nonce",
    "x-chutes-signature",
];

/// Fields of the wire that hold a secret.
const SECRET_FIELDS: [&str; 9] =
    ["access_token", "api_key", "client_secret", "code_verifier", "fingerprint", "refresh_token", "secret_key", "token", "value"];

/// A field of this name, fit to be shown: whether there is a secret is told, but not which.
pub(crate) struct Shown<'a>(pub(crate) &'a str, pub(crate) &'a dyn fmt::Debug);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !SECRET_FIELDS.contains(&self.0) || matches!(format!("{:?}", self.1).as_str(), "None" | "\"\"") {
            return self.1.fmt(f);
        }
        f.write_str(MASK)
    }
}

/// The value of a header, fit to be shown.
pub(crate) fn redact_header(name: &str, value: &str, secrets: &[String]) -> String {
    if SECRET_HEADERS.iter().any(|secret| name.eq_ignore_ascii_case(secret)) { MASK.to_owned() } else { redact(value, secrets) }
}

/// A copy that is fit to be shown: values of credential headers masked, the rest searched for secrets.
pub(crate) fn redact_headers(headers: &HeaderMap, secrets: &[String]) -> HeaderMap {
    let mut out = headers.clone();
    for (name, value) in &mut out {
        let text = String::from_utf8_lossy(value.as_bytes());
        let clean = redact_header(name.as_str(), &text, secrets);
        if clean != text {
            *value = HeaderValue::from_str(&clean).unwrap_or(HeaderValue::from_static(MASK));
        }
    }
    out
}

/// As [`redact`], for a text that was cut at `longest` characters: the beginning of a secret at its very end goes, too.
pub(crate) fn redact_cut(mut text: &str, secrets: &[String], longest: usize) -> String {
    if text.chars().count() >= longest {
        for secret in secrets {
            let halves = (4..secret.len()).rev().filter(|n| secret.is_char_boundary(*n));
            let half = halves.map(|n| &secret[..n]).find(|half| text.ends_with(half)).unwrap_or("");
            text = &text[..text.len() - half.len()];
        }
    }
    redact(text, secrets).chars().take(longest).collect()
}

/// Masks the word that begins with (or follows) `mark`, which is compared without regard to ASCII case.
fn mask_after(text: &str, mark: &str, with_mark: bool) -> String {
    let lower = text.to_ascii_lowercase();
    if !lower.contains(mark) {
        return text.to_owned();
    }
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    while let Some(found) = lower[at..].find(mark) {
        let start = at + found;
        let word = start + mark.len();
        let end = lower[word..].find(|c: char| !is_token(c)).map_or(text.len(), |n| word + n);
        let boundary = start == 0 || !is_token(lower[..start].chars().next_back().unwrap_or(' '));
        if end == word || !boundary || lower[word..].starts_with(MASK) {
            out.push_str(&text[at..word]);
            at = word;
            continue;
        }
        out.push_str(&text[at..if with_mark { start } else { word }]);
        out.push_str(MASK);
        at = end;
    }
    out.push_str(&text[at..]);
    out
}

fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '~' | '+' | '/' | '=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_fit_to_be_shown() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("set-cookie", "a=1"),
            ("set-cookie", "b=2"),
            ("x-api-key", "k"),
            ("x-chutes-signature", "00"),
            ("x-chutes-rl-user", "7"),
            ("x-other", "the key s3cret, cpk_test too"),
        ] {
            headers.append(name, HeaderValue::from_static(value));
        }
        headers.insert("x-odd", HeaderValue::from_bytes(b"\xff").unwrap());
        let shown = redact_headers(&headers, &["s3cret".to_owned()]);
        assert!(shown.get_all("set-cookie").iter().all(|v| v == MASK) && shown.get_all("set-cookie").iter().count() == 2);
        assert_eq!([&shown["x-api-key"], &shown["x-chutes-signature"]], [MASK, MASK]);
        assert_eq!(shown["x-chutes-rl-user"], "7");
        assert_eq!(shown["x-other"], "the key [redacted], [redacted] too");
        assert_eq!(shown["x-odd"].as_bytes(), b"\xff");
    }

    #[test]
    fn what_is_printed_shows_no_secret() {
        use crate::types::{ApiKeyCreation, OauthToken, SecretArgs};
        let key = ApiKeyCreation { secret_key: Some("cpk_test".into()), name: Some("n".into()), ..ApiKeyCreation::default() };
        let text = format!("{key:?}");
        assert!(
            text.contains("secret_key: [redacted]") && text.contains("name: Some(\"n\")") && !text.contains("cpk_test"),
            "{text}"
        );
        assert!(serde_json::to_string(&key).unwrap().contains("cpk_test"));
        assert!(format!("{:?}", ApiKeyCreation::default()).contains("secret_key: None"));
        let token = OauthToken { access_token: "opaque".into(), refresh_token: Some("opaque".into()), ..OauthToken::default() };
        let secret = SecretArgs { value: "opaque".into(), ..SecretArgs::default() };
        let options = crate::CallOptions::new().extra_header("AUTHORIZATION", "opaque").extra_header("x-mine", "seen");
        let options = options.extra_query("q", "Bearer opaque").extra_body("b", "cpk_opaque");
        let client = crate::Chutes::new("cpk_opaque").unwrap();
        let raw = client.request(http::Method::POST, "/x").json(&key).with(options.clone());
        let handle = client.chute("a").with(options.clone());
        for shown in
            [format!("{token:?}"), format!("{secret:#?}"), format!("{options:?}"), format!("{raw:?}"), format!("{handle:?}")]
        {
            assert!(!shown.contains("opaque") && !shown.contains("cpk_"), "{shown}");
        }
        assert!(format!("{options:?}").contains("(\"x-mine\", \"seen\")"));
    }

    #[test]
    fn masks_known_secrets_and_shapes() {
        let known = vec!["s3cret".to_owned()];
        for (text, want) in [
            ("the key s3cret is wrong", "the key [redacted] is wrong"),
            ("cpk_abc.def.ghi!", "[redacted]!"),
            ("Authorization: Bearer abc.DEF-1, end", "Authorization: Bearer [redacted], end"),
            ("bearer of news", "bearer [redacted] news"),
            ("CPK_X and csc_y", "[redacted] and [redacted]"),
            ("acpk_ stays, cpk_ alone stays", "acpk_ stays, cpk_ alone stays"),
            ("nothing here", "nothing here"),
        ] {
            assert_eq!(redact(text, &known), want, "{text}");
        }
    }
}

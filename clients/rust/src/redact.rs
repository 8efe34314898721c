//! Keeps keys out of everything that is shown.

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
pub(crate) fn joined(known: &Arc<[String]>, more: impl IntoIterator<Item = String>) -> Arc<[String]> {
    let new: Vec<String> = more.into_iter().filter(|s| s.len() > 3 && !known.contains(s)).collect();
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

//! The log: one vocabulary for all clients of the suite, `key=value`, never a body, a header's value or a key.
//!
//! `CHUTES_LOG=debug|info|warn` writes it to standard error; with feature `tracing` it goes to the subscriber of the program instead,
//! under the target `chutes_client`.

use crate::redact::redact;
use std::fmt::{self, Display, Write as _};

/// Names the level in the environment; anything else than `debug`, `info` and `warn` is off.
pub const ENV_LOG: &str = "CHUTES_LOG";

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Each attempt and wait, too.
    Debug,
    /// One line per call.
    Info,
    /// Only what failed.
    Warn,
}

/// Where lines go, from which level on.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Log(Option<Level>);

impl Log {
    /// The log that the environment asks for.
    pub(crate) fn from_env() -> Log {
        let word = std::env::var(ENV_LOG).unwrap_or_default().trim().to_ascii_lowercase();
        Log(match word.as_str() {
            "debug" => Some(Level::Debug),
            "info" => Some(Level::Info),
            "warn" => Some(Level::Warn),
            _ => None,
        })
    }

    /// Writes one line.
    pub(crate) fn line(self, level: Level, event: &str, fields: &[(&str, &dyn Display)]) {
        if cfg!(not(feature = "tracing")) && self.0.is_none_or(|from| level < from) {
            return;
        }
        let line = || redact(&Line(event, fields).to_string(), &[]);
        // Written only where somebody reads it.
        #[cfg(feature = "tracing")]
        match level {
            Level::Debug => tracing::debug!(target: "chutes_client", "{}", line()),
            Level::Info => tracing::info!(target: "chutes_client", "{}", line()),
            Level::Warn => tracing::warn!(target: "chutes_client", "{}", line()),
        }
        #[cfg(not(feature = "tracing"))]
        {
            use std::io::Write as _;
            // A log that cannot be written is nobody's failure.
            let _ = std::io::stderr().write_all(format!("chutes {}\n", line()).as_bytes());
        }
    }
}

/// An event and its fields; an empty one is left out, a text with white space is quoted.
struct Line<'a>(&'a str, &'a [(&'a str, &'a dyn Display)]);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)?;
        let mut text = String::new();
        for (name, value) in self.1 {
            text.clear();
            write!(text, "{value}")?;
            if text.contains([' ', '"', '=', '\n', '\t']) {
                write!(f, " {name}={text:?}")?;
            } else if !text.is_empty() {
                write!(f, " {name}={text}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_an_event_and_its_fields() {
        let line = Line("call.end", &[("operation", &"listChutes"), ("model", &""), ("kind", &"a b"), ("ms", &12)]);
        assert_eq!(line.to_string(), "call.end operation=listChutes kind=\"a b\" ms=12");
    }
}

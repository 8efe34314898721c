//! Limits on time: their defaults per surface, and the deadline of a whole call.

use std::time::Duration;

/// Limit on making a connection.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Limit on the silence before the first byte of a management answer.
pub const MANAGEMENT_FIRST_BYTE_TIMEOUT: Duration = Duration::from_secs(60);
/// Limit on the silence before the first byte of an invocation; the server's own 504 comes at about 600 s.
pub const INVOCATION_FIRST_BYTE_TIMEOUT: Duration = Duration::from_secs(630);
/// Limit on the silence inside a management answer.
pub const MANAGEMENT_IDLE_TIMEOUT: Duration = Duration::from_secs(60);
/// Limit on the silence inside an invocation's answer; pings count as bytes.
pub const INVOCATION_IDLE_TIMEOUT: Duration = Duration::from_secs(120);
/// Limit on a whole management call with a JSON answer, its attempts and waits included.
pub const MANAGEMENT_DEADLINE: Duration = Duration::from_secs(120);

/// A limit on time, or none. A [`Duration`], a number of seconds, or `None` turn into it.
///
/// Zero is refused as a `config` error where the option is used; so are negative numbers, NaN and infinity. More than ten years is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit(pub(crate) Option<f64>);

impl From<Duration> for Limit {
    fn from(value: Duration) -> Limit {
        Limit(Some(value.as_secs_f64()))
    }
}

impl From<f64> for Limit {
    fn from(seconds: f64) -> Limit {
        Limit(Some(seconds))
    }
}

impl From<i32> for Limit {
    fn from(seconds: i32) -> Limit {
        Limit(Some(seconds.into()))
    }
}

impl From<Option<Duration>> for Limit {
    fn from(value: Option<Duration>) -> Limit {
        Limit(value.map(|d| d.as_secs_f64()))
    }
}

/// What kind of call it is: it decides limits and retries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Surface {
    Management,
    Invocation,
}

/// The limits of one call; `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Limits {
    pub(crate) first_byte: Option<Duration>,
    pub(crate) idle: Option<Duration>,
    pub(crate) total: Option<Duration>,
}

/// The default limits of a surface; `whole` says that the answer is one JSON document.
pub(crate) fn limits_for(surface: Surface, whole: bool) -> Limits {
    match surface {
        Surface::Management => Limits {
            first_byte: Some(MANAGEMENT_FIRST_BYTE_TIMEOUT),
            idle: Some(MANAGEMENT_IDLE_TIMEOUT),
            total: whole.then_some(MANAGEMENT_DEADLINE),
        },
        Surface::Invocation => {
            Limits { first_byte: Some(INVOCATION_FIRST_BYTE_TIMEOUT), idle: Some(INVOCATION_IDLE_TIMEOUT), total: None }
        }
    }
}

/// When a call must be over, on the steady clock of the seam.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    at: Option<f64>,
}

impl Deadline {
    pub(crate) fn after(total: Option<Duration>, now: f64) -> Deadline {
        Deadline { at: total.map(|t| now + t.as_secs_f64()) }
    }

    /// What is left; `None` is no limit.
    pub(crate) fn remaining(self, now: f64) -> Option<Duration> {
        self.at.map(|at| Duration::try_from_secs_f64(at - now).unwrap_or(Duration::ZERO))
    }

    pub(crate) fn expired(self, now: f64) -> bool {
        self.remaining(now) == Some(Duration::ZERO)
    }

    /// The shorter of a limit and what is left.
    pub(crate) fn clip(self, limit: Option<Duration>, now: f64) -> Option<Duration> {
        match (limit, self.remaining(now)) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadline_clips_and_expires() {
        let deadline = Deadline::after(Some(Duration::from_secs(10)), 100.0);
        assert_eq!(deadline.remaining(104.0), Some(Duration::from_secs(6)));
        assert_eq!(deadline.clip(Some(Duration::from_secs(8)), 104.0), Some(Duration::from_secs(6)));
        assert_eq!(deadline.clip(None, 104.0), Some(Duration::from_secs(6)));
        assert!(!deadline.expired(109.0) && deadline.expired(110.0) && deadline.expired(120.0));
        assert_eq!(Deadline::after(None, 0.0).clip(None, 1e9), None);
    }

    #[test]
    fn only_whole_management_answers_have_a_deadline() {
        assert_eq!(limits_for(Surface::Management, true).total, Some(MANAGEMENT_DEADLINE));
        assert_eq!(limits_for(Surface::Management, false).total, None);
        assert_eq!(limits_for(Surface::Invocation, true).total, None);
    }
}

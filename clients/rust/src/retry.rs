//! When a call is tried again, and how long it waits before. Nothing else decides a retry.

use crate::deadline::{Deadline, Surface};
use crate::errors::{Error, Kind};
use crate::fallback::falls;
use http::{HeaderMap, Method};
use std::sync::Mutex;
use std::time::Duration;

/// Retries of a call unless told otherwise.
pub const MAX_RETRIES: u32 = 2;
/// Base of the back-off in seconds.
pub const BACKOFF_BASE: f64 = 0.5;
/// Base of the back-off in seconds when the platform is at its capacity.
pub const BACKOFF_CAPACITY_BASE: f64 = 1.0;
/// Longest back-off in seconds.
pub const BACKOFF_MAX: f64 = 8.0;
/// Smallest factor of the jitter.
pub const JITTER_MIN: f64 = 0.5;
/// Largest factor of the jitter.
pub const JITTER_MAX: f64 = 1.0;
/// A longer wait asked for, in seconds, is not slept: the error comes out at once.
pub const RETRY_AFTER_MAX: f64 = 120.0;
/// A longer wait asked for, in seconds, is nonsense.
pub const RETRY_AFTER_ABSURD: f64 = 1e9;
/// An invocation that is reset later than this after its last byte was written may be running, and be billed.
pub const INVOCATION_RESET_WINDOW: Duration = Duration::from_secs(2);
/// Tokens of a full retry budget.
pub const BUDGET_MAX: f64 = 10.0;
/// Tokens that a first attempt earns.
pub const BUDGET_GAIN: f64 = 0.1;

fn is_retry_status(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502 | 503 | 520..=529)
}

/// How far an attempt came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// No connection.
    Connect,
    /// A pooled connection was dead before anything was written to it.
    Unsent,
    /// A reset or a close before the first byte of an answer.
    Send,
    /// Silence instead of a first byte.
    FirstByte,
    /// An error status.
    Status,
    /// Never tried again: a broken body, a certificate, a wrong redirect, our own limits.
    Final,
}

/// A failed attempt.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: Error,
    pub(crate) phase: Phase,
    /// Time between the last byte written and the failure.
    pub(crate) since_sent: Duration,
}

impl Failure {
    pub(crate) fn new(phase: Phase, error: Error) -> Failure {
        Failure { error, phase, since_sent: Duration::ZERO }
    }
}

/// What `decide` must know of a call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct State<'a> {
    pub(crate) method: &'a Method,
    pub(crate) surface: Surface,
    pub(crate) idempotent: bool,
    /// Another model stands ready for what is not this one's business.
    pub(crate) successor: bool,
    pub(crate) max_retries: u32,
    /// Retries made so far.
    pub(crate) retries: u32,
    pub(crate) deadline: Deadline,
    pub(crate) now: f64,
    pub(crate) budget: Option<&'a RetryBudget>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Decision {
    Retry(Duration),
    Stop,
}

/// Keeps a client from doubling the load of a server that is down. It counts in gains, of which a retry costs a whole number: sums of
/// 0.1 would never quite be 1.
#[derive(Debug)]
pub(crate) struct RetryBudget(Mutex<u32>);

const GAINS_OF_A_RETRY: u32 = (1.0 / BUDGET_GAIN + 0.5) as u32;
const GAINS_OF_ALL: u32 = (BUDGET_MAX / BUDGET_GAIN + 0.5) as u32;

impl RetryBudget {
    pub(crate) fn new() -> RetryBudget {
        RetryBudget(Mutex::new(GAINS_OF_ALL))
    }

    pub(crate) fn first_attempt(&self) {
        let mut gains = self.0.lock().unwrap_or_else(|e| e.into_inner());
        *gains = (*gains + 1).min(GAINS_OF_ALL);
    }

    fn pay(&self) -> bool {
        let mut gains = self.0.lock().unwrap_or_else(|e| e.into_inner());
        let left = gains.checked_sub(GAINS_OF_A_RETRY);
        *gains = left.unwrap_or(*gains);
        left.is_some()
    }
}

/// Seconds the server asks to wait, or `None` if it does not say or says nonsense.
///
/// `retry-after-ms` wins. `Retry-After`: a number of seconds or one of the three dates of RFC 9110 (5.6.7); failing
/// that, the part before the first comma of a repeated header. A date in the past is 0.
pub(crate) fn parse_retry_after(headers: &HeaderMap, now: f64) -> Option<f64> {
    let read = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("").trim().to_owned();
    if let Some(ms) = number(&read("retry-after-ms")).filter(|ms| ms / 1000.0 <= RETRY_AFTER_ABSURD) {
        return Some(ms / 1000.0);
    }
    let value = read("retry-after");
    let first = value.split(',').next().unwrap_or("").trim();
    for part in [value.as_str(), first] {
        let found =
            if part.parse::<f64>().is_ok() { number(part) } else { http_date(part, now).map(|when| (when - now).max(0.0)) };
        if let Some(wait) = found {
            return (wait <= RETRY_AFTER_ABSURD).then_some(wait);
        }
    }
    None
}

/// A plain decimal of zero or more; `1e3` and `inf` are not what the header allows.
fn number(text: &str) -> Option<f64> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    text.parse::<f64>().ok().filter(|n| plain && n.is_finite())
}

/// Unix time of an IMF-fixdate, RFC 850 or asctime date. Names of days are not checked.
fn http_date(text: &str, now: f64) -> Option<f64> {
    let cleaned = text.replace('-', " "); // RFC 850 joins day, month and year
    let words: Vec<&str> = cleaned.split_whitespace().collect();
    let (day, month, year, clock) = match words[..] {
        [_, day, month, year, clock, "GMT" | "UTC" | "gmt"] => (day, month, year, clock),
        [_, month, day, clock, year] => (day, month, year, clock),
        _ => return None,
    };
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let month = 1 + months.iter().position(|m| month.eq_ignore_ascii_case(m))? as i64;
    let (day, mut full_year): (i64, i64) = (day.parse().ok()?, year.parse().ok()?);
    if year.len() == 2 {
        // RFC 9110: a year that seems more than 50 years ahead is in the past.
        let this_year = crate::values::civil_from_days((now / 86_400.0).floor() as i64).0;
        full_year += this_year - this_year % 100;
        full_year -= if full_year > this_year + 50 { 100 } else { 0 };
    }
    let time: Vec<i64> = clock.split(':').map(|p| p.parse().ok()).collect::<Option<_>>()?;
    let [hour, minute, second] = time[..] else { return None };
    let valid = (1..=31).contains(&day) && (0..24).contains(&hour) && (0..60).contains(&minute) && (0..=60).contains(&second);
    if !valid || !(0..=9999).contains(&full_year) {
        return None;
    }
    let days = crate::values::days_from_civil(full_year, month, day);
    Some((days * 86_400 + hour * 3600 + minute * 60 + second.min(59)) as f64)
}

/// Seconds to wait before retry `retry_number` (from 0); `random` is in [0, 1).
pub(crate) fn backoff(retry_number: u32, kind: Kind, random: f64) -> f64 {
    let base = if kind == Kind::Capacity { BACKOFF_CAPACITY_BASE } else { BACKOFF_BASE };
    let wait = (base * f64::from(1u32 << retry_number.min(10))).min(BACKOFF_MAX);
    wait * (JITTER_MIN + (JITTER_MAX - JITTER_MIN) * random)
}

/// Whether this failure may be tried again at all.
pub(crate) fn is_retryable(failure: &Failure, call: &State<'_>) -> bool {
    let get = matches!(*call.method, Method::GET | Method::HEAD);
    if !call.idempotent {
        return false;
    }
    match failure.phase {
        Phase::Final => false,
        Phase::Connect | Phase::Unsent => true,
        Phase::FirstByte => get,
        Phase::Send => get || call.surface == Surface::Management || failure.since_sent <= INVOCATION_RESET_WINDOW,
        Phase::Status => status_retryable(&failure.error, call, get),
    }
}

fn status_retryable(error: &Error, call: &State<'_>, get: bool) -> bool {
    let header = |name: &str| error.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or("").trim().to_lowercase();
    if call.successor && falls(error.kind()) {
        return false;
    }
    match header("x-should-retry").as_str() {
        "true" => return true,
        "false" => return false,
        _ => {}
    }
    match error.status().unwrap_or(0) {
        _ if matches!(error.kind(), Kind::QuotaExhausted | Kind::Disabled) => false,
        429 if error.retry_after().is_none() && header("content-type").contains("html") => false,
        409 => call.surface == Surface::Invocation,
        504 => get,
        status => is_retry_status(status),
    }
}

/// The one place that decides: try again after a wait, or stop.
pub(crate) fn decide(failure: &Failure, call: &State<'_>, random: impl FnOnce() -> f64) -> Decision {
    if !is_retryable(failure, call) || call.retries >= call.max_retries {
        return Decision::Stop;
    }
    let asked = (failure.phase == Phase::Status).then(|| failure.error.retry_after()).flatten();
    let wait = match asked {
        Some(wait) if wait.as_secs_f64() > RETRY_AFTER_MAX => return Decision::Stop,
        Some(wait) => wait,
        None => Duration::from_secs_f64(backoff(call.retries, failure.error.kind(), random())),
    };
    if call.deadline.remaining(call.now).is_some_and(|left| wait >= left) {
        return Decision::Stop;
    }
    if call.budget.is_some_and(|budget| !budget.pay()) {
        return Decision::Stop;
    }
    Decision::Retry(wait)
}

#[cfg(test)]
#[path = "retry_tests.rs"]
mod tests;

//! What helpers that wait have in common.

use crate::Chutes;
use crate::cancel::unless_cancelled;
use crate::config::{CallOptions, check_duration};
use crate::deadline::{Limit, MANAGEMENT_DEADLINE};
use crate::errors::{Error, Kind};
use std::time::Duration;

/// Less than this is no time: sums of seconds are not exact.
const NO_TIME: f64 = 1e-6;

/// What the last question of a helper may take, when its time is over.
const LAST_LOOK: Duration = Duration::from_secs(1);

/// A callback that is told something again and again.
pub(crate) type Tell<T> = Box<dyn FnMut(&T) + Send>;

/// A limit of a helper: what was given, else `fallback`.
pub(crate) fn limit(name: &str, given: Option<Limit>, fallback: Option<Duration>) -> Result<Option<Duration>, Error> {
    given.map_or(Ok(fallback), |limit| check_duration(name, limit))
}

/// The time that a helper may take in all: requests, sleeps and streams.
pub(crate) struct Until<'a> {
    client: &'a Chutes,
    options: CallOptions,
    at: Option<f64>,
}

impl<'a> Until<'a> {
    pub(crate) fn new(client: &'a Chutes, options: CallOptions, limit: Option<Duration>) -> Until<'a> {
        let at = limit.map(|l| client.inner.seam.steady() + l.as_secs_f64());
        Until { client, options, at }
    }

    /// What is left; `None` is no limit.
    fn left(&self) -> Option<Duration> {
        let left = self.at? - self.client.inner.seam.steady();
        Some(if left < NO_TIME { Duration::ZERO } else { Duration::try_from_secs_f64(left).unwrap_or(Duration::MAX) })
    }

    pub(crate) fn over(&self) -> bool {
        self.left() == Some(Duration::ZERO)
    }

    /// Options of one question: it ends with the helper, unless its own deadline is nearer. The last one has time for an answer.
    pub(crate) fn question(&self) -> CallOptions {
        self.ending(Some(MANAGEMENT_DEADLINE), LAST_LOOK)
    }

    /// Options of a stream, or of an upload: it ends with the helper, unless its own deadline is nearer.
    pub(crate) fn stream(&self) -> CallOptions {
        self.ending(None, Duration::from_millis(1))
    }

    fn ending(&self, usual: Option<Duration>, least: Duration) -> CallOptions {
        let options = self.options.clone();
        let Some(left) = self.left().map(|left| left.max(least).as_secs_f64()) else { return options };
        let given = options.deadline.or(self.client.inner.options.deadline).unwrap_or(usual.into());
        options.deadline(given.0.map_or(left, |given| given.min(left)))
    }

    /// Sleeps, but not beyond the end, and not past a cancellation.
    pub(crate) async fn sleep(&self, wait: Duration) -> Result<(), Error> {
        let sleep = self.client.inner.seam.sleep(self.left().map_or(wait, |left| left.min(wait)));
        let merged = self.options.over(&self.client.inner.options);
        unless_cancelled(merged.cancel.as_ref(), sleep).await
    }

    /// The error of a helper whose time is over.
    pub(crate) fn error(&self, what: String) -> Error {
        Error::new(Kind::Timeout, what).with_attempts(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cancel::CancelHandle;
    use crate::testing::VirtualClock;

    fn client(clock: &VirtualClock) -> Chutes {
        Chutes::builder().api_key("cpk_test").base_url("http://127.0.0.1:9").seam(clock.seam()).build().unwrap()
    }

    #[tokio::test]
    async fn sleeps_end_with_the_time() {
        let clock = VirtualClock::new(1_700_000_000.0);
        let client = client(&clock);
        let until = Until::new(&client, CallOptions::new(), Some(Duration::from_millis(1_300)));
        for _ in 0..5 {
            assert!(!until.over());
            until.sleep(Duration::from_millis(300)).await.unwrap();
        }
        assert!(until.over(), "five sleeps of 0.3 s are more than 1.3 s");
        assert!(clock.sleeps()[4] < Duration::from_millis(101), "{:?}", clock.sleeps());
    }

    #[tokio::test]
    async fn streams_and_questions_end_with_the_time() {
        let clock = VirtualClock::new(0.0);
        let client = client(&clock);
        let until = Until::new(&client, CallOptions::new().deadline(9.0), Some(Duration::from_secs(5)));
        assert_eq!(until.stream().deadline, Some(Limit(Some(5.0))));
        assert_eq!(until.question().deadline, Some(Limit(Some(5.0))));
        until.sleep(Duration::from_secs(5)).await.unwrap();
        assert_eq!(until.question().deadline, Some(Limit(Some(1.0))), "the last one");
        let deadlines = |options: CallOptions, limit: Option<u64>| {
            let until = Until::new(&client, options, limit.map(Duration::from_secs));
            (until.stream().deadline, until.question().deadline)
        };
        assert_eq!(deadlines(CallOptions::new(), None), (None, None));
        let (short, long) = (Some(Limit(Some(120.0))), Some(Limit(Some(300.0))));
        assert_eq!(deadlines(CallOptions::new(), Some(300)), (long, short));
        assert_eq!(deadlines(CallOptions::new().deadline(None), Some(300)), (long, long));
    }

    #[tokio::test]
    async fn a_sleep_is_cancelled() {
        let client = Chutes::builder().api_key("cpk_test").base_url("http://127.0.0.1:9").build().unwrap();
        let stop = CancelHandle::new();
        let until = Until::new(&client, CallOptions::new().cancel(&stop), None);
        stop.cancel();
        assert_eq!(until.sleep(Duration::from_secs(600)).await.unwrap_err().kind(), Kind::Cancelled);
    }
}

//! What helpers that wait have in common.

use crate::Chutes;
use crate::config::{CallOptions, check_duration};
use crate::deadline::Limit;
use crate::errors::{Error, Kind};
use crate::transport::unless_cancelled;
use std::time::Duration;

/// Less than this is no time: sums of seconds are not exact.
const NO_TIME: f64 = 1e-6;

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
        let at = limit.map(|l| client.inner.seam.now() + l.as_secs_f64());
        Until { client, options, at }
    }

    /// What is left; `None` is no limit.
    fn left(&self) -> Option<Duration> {
        let left = self.at? - self.client.inner.seam.now();
        Some(if left < NO_TIME { Duration::ZERO } else { Duration::try_from_secs_f64(left).unwrap_or(Duration::MAX) })
    }

    pub(crate) fn over(&self) -> bool {
        self.left() == Some(Duration::ZERO)
    }

    /// Options of one question; it keeps the deadline that questions have.
    pub(crate) fn question(&self) -> CallOptions {
        self.options.clone()
    }

    /// Options of a stream: it ends with the helper, unless its own deadline is nearer.
    pub(crate) fn stream(&self) -> CallOptions {
        let mut options = self.options.clone();
        if let Some(left) = self.left().map(|l| l.max(Duration::from_millis(1)).as_secs_f64()) {
            let own = options.deadline.and_then(|l| l.0);
            options = options.deadline(own.map_or(left, |own| own.min(left)));
        }
        options
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
    use crate::testing::VirtualClock;
    use crate::transport::CancelHandle;

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
    async fn streams_end_with_the_time_and_questions_do_not() {
        let clock = VirtualClock::new(0.0);
        let client = client(&clock);
        let until = Until::new(&client, CallOptions::new().deadline(9.0), Some(Duration::from_secs(5)));
        assert_eq!(until.stream().deadline, Some(Limit(Some(5.0))));
        assert_eq!(until.question().deadline, Some(Limit(Some(9.0))));
        assert_eq!(Until::new(&client, CallOptions::new(), None).stream().deadline, None);
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

//! Good manners: a rate of requests, and how many may be open at once. Both are off until asked for.

use crate::deadline::Deadline;
use crate::errors::{Error, Kind};
use crate::testing::Seam;
use http::HeaderMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

const MINUTE: f64 = 60.0;
/// Times of this size, in milliseconds, are the noise of a clock that counts from 1970.
const NOISE_MS: f64 = 0.01;

/// How many requests a client sends in a minute.
///
/// ```
/// use chutes_client::{Chutes, Rate};
/// let client = Chutes::builder().api_key("cpk_test").rate_limit_per_minute(60).build()?;
/// let other = Chutes::builder().api_key("cpk_test").rate_limit_per_minute(Rate::Auto).max_concurrency(4).build()?;
/// # drop((client, other)); Ok::<(), chutes_client::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rate {
    /// So many, above 0.
    PerMinute(f64),
    /// As many as the platform's latest answer allows the account (`X-Chutes-RL-User`); no limit before the first.
    Auto,
}

impl From<f64> for Rate {
    fn from(rate: f64) -> Rate {
        Rate::PerMinute(rate)
    }
}

impl From<i32> for Rate {
    fn from(rate: i32) -> Rate {
        Rate::PerMinute(f64::from(rate))
    }
}

/// A bucket of tokens of one minute's requests.
#[derive(Debug, Default)]
struct Bucket {
    per_minute: Option<f64>,
    tokens: f64,
    at: f64,
}

impl Bucket {
    fn fill(&mut self, now: f64) {
        if let Some(rate) = self.per_minute {
            self.tokens = (self.tokens + (now - self.at).max(0.0) * rate / MINUTE).min(rate.max(1.0));
        }
        self.at = now;
    }

    /// Another rate; `None` is none. It begins full; later what is left is cut to the new size.
    fn set(&mut self, rate: Option<f64>, now: f64) {
        let first = self.per_minute.is_none();
        self.fill(now);
        self.per_minute = rate;
        let size = rate.unwrap_or(0.0).max(1.0);
        self.tokens = if first { size } else { self.tokens.min(size) };
    }

    /// Takes a token in advance; the wait until it is due.
    fn reserve(&mut self, now: f64) -> Duration {
        let Some(rate) = self.per_minute else { return Duration::ZERO };
        self.fill(now);
        self.tokens -= 1.0;
        let ms = (-self.tokens * MINUTE * 1000.0 / rate - NOISE_MS).ceil();
        if ms <= 0.0 { Duration::ZERO } else { Duration::try_from_secs_f64(ms / 1000.0).unwrap_or(Duration::MAX) }
    }
}

/// Holds attempts back until rate and places allow them.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    bucket: Option<Mutex<Bucket>>,
    auto: bool,
    places: Option<Arc<Semaphore>>,
}

/// A place that is taken until it is dropped.
pub(crate) type Place = OwnedSemaphorePermit;

/// Gives a token back unless it was used.
struct Token<'a>(Option<&'a Mutex<Bucket>>);

impl Drop for Token<'_> {
    fn drop(&mut self) {
        if let Some(bucket) = self.0 {
            lock(bucket).tokens += 1.0;
        }
    }
}

fn lock(bucket: &Mutex<Bucket>) -> MutexGuard<'_, Bucket> {
    bucket.lock().unwrap_or_else(|e| e.into_inner())
}

fn late(what: &str) -> Error {
    Error::new(Kind::Timeout, format!("{what} before the deadline of the call"))
}

impl Limiter {
    /// # Errors
    /// `config`: a rate that is not above 0, fewer than one place.
    pub(crate) fn new(rate: Option<Rate>, places: Option<Option<usize>>, now: f64) -> Result<Limiter, Error> {
        let bucket = match rate {
            None => None,
            Some(Rate::Auto) => Some(Bucket::default()),
            Some(Rate::PerMinute(rate)) if rate > 0.0 && rate.is_finite() => {
                let mut bucket = Bucket::default();
                bucket.set(Some(rate), now);
                Some(bucket)
            }
            Some(_) => return Err(Error::config("rate_limit_per_minute must be above 0, or Rate::Auto")),
        };
        let places = match places {
            None => None,
            Some(Some(count)) if count > 0 => Some(Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)))),
            Some(_) => return Err(Error::config("max_concurrency must be a whole number of at least 1")),
        };
        Ok(Limiter { bucket: bucket.map(Mutex::new), auto: rate == Some(Rate::Auto), places })
    }

    /// Waits until an attempt may be sent. A wait beyond the deadline is not begun.
    pub(crate) async fn admit(&self, seam: &Seam, deadline: Deadline) -> Result<Option<Place>, Error> {
        let place = match &self.places {
            None => None,
            Some(places) => Some(take(places, deadline.remaining(seam.steady())).await?),
        };
        if let Some(bucket) = &self.bucket {
            let now = seam.steady();
            let wait = lock(bucket).reserve(now);
            let mut token = Token(Some(bucket));
            if !wait.is_zero() {
                if deadline.remaining(now).is_some_and(|left| wait >= left) {
                    return Err(late("the rate limit of this client allows no request"));
                }
                seam.sleep(wait).await;
            }
            token.0 = None;
        }
        Ok(place)
    }

    /// Learns the rate from an answer: a number, or `inf` for none; anything else changes nothing.
    pub(crate) fn learn(&self, headers: &HeaderMap, now: f64) {
        let (true, Some(bucket)) = (self.auto, &self.bucket) else { return };
        let told = headers.get("x-chutes-rl-user").and_then(|v| v.to_str().ok()).unwrap_or("").trim();
        if told.eq_ignore_ascii_case("inf") {
            lock(bucket).set(None, now);
        } else if let Some(rate) = told.parse::<f64>().ok().filter(|rate| *rate > 0.0 && rate.is_finite()) {
            lock(bucket).set(Some(rate), now);
        }
    }
}

async fn take(places: &Arc<Semaphore>, left: Option<Duration>) -> Result<Place, Error> {
    let place = places.clone().acquire_owned();
    let taken = match left {
        None => place.await,
        Some(left) => tokio::time::timeout(left, place).await.map_err(|_| late("no other request of this client ended"))?,
    };
    taken.map_err(|_| Error::new(Kind::Cancelled, "the client is gone"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_starts_full_and_fills_with_time() {
        let now = 1_700_000_000.0;
        let mut bucket = Bucket::default();
        assert_eq!(bucket.reserve(now), Duration::ZERO, "no rate, no wait");
        bucket.set(Some(2.0), now);
        let waits: Vec<u128> = (0..4).map(|_| bucket.reserve(now).as_millis()).collect();
        assert_eq!(waits, [0, 0, 30_000, 60_000]);
        let mut slow = Bucket::default();
        slow.set(Some(0.5), now);
        assert_eq!((slow.reserve(now).as_millis(), slow.reserve(now).as_millis()), (0, 120_000));
    }

    #[test]
    fn a_new_rate_cuts_what_is_left() {
        let mut bucket = Bucket::default();
        bucket.set(Some(60.0), 0.0);
        bucket.set(Some(2.0), 0.0);
        assert_eq!(bucket.tokens, 2.0);
        bucket.set(None, 0.0);
        assert_eq!(bucket.reserve(0.0), Duration::ZERO);
    }

    #[test]
    fn refuses_what_is_no_limit() {
        for (rate, places) in
            [(Some(Rate::from(0)), None), (Some(Rate::from(-1.0)), None), (None, Some(None)), (None, Some(Some(0)))]
        {
            assert!(Limiter::new(rate, places, 0.0).unwrap_err().is_config(), "{rate:?} {places:?}");
        }
    }

    #[tokio::test]
    async fn a_wait_that_is_left_gives_its_token_back() {
        let limiter = Limiter::new(Some(Rate::from(1)), None, Seam::default().steady()).unwrap();
        let (seam, deadline) = (Seam::default(), Deadline::after(None, 0.0));
        limiter.admit(&seam, deadline).await.unwrap();
        let left = tokio::time::timeout(Duration::from_millis(20), limiter.admit(&seam, deadline)).await;
        assert!(left.is_err());
        let tokens = lock(limiter.bucket.as_ref().unwrap()).tokens;
        assert!((-0.01..0.1).contains(&tokens), "{tokens}");
    }
}

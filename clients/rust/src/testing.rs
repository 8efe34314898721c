//! The seam: where a client takes its sleep, its clock and its random numbers from. With it, back-off is tested without waiting.

pub use crate::scripted::{Script, Scripted, ScriptedRequest};

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A sleep in progress.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

type SleepFn = dyn Fn(Duration) -> Sleep + Send + Sync;
type NumberFn = dyn Fn() -> f64 + Send + Sync;

/// Sleep, clock and random numbers of a client. Limits on sockets stay on the real clock.
#[derive(Clone)]
pub struct Seam {
    sleep: Arc<SleepFn>,
    now: Arc<NumberFn>,
    /// Seconds since whenever. It goes on where the clock of the machine is set.
    steady: Arc<NumberFn>,
    random: Arc<NumberFn>,
}

impl Default for Seam {
    fn default() -> Seam {
        let begun = Instant::now();
        let seam = Seam::new(|wait| Box::pin(tokio::time::sleep(wait)), system_now, system_random);
        Seam { steady: Arc::new(move || begun.elapsed().as_secs_f64()), ..seam }
    }
}

impl fmt::Debug for Seam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seam")
    }
}

impl Seam {
    /// A seam of three functions: `sleep`, `now` (Unix time in seconds) and `random` (0 ≤ x < 1). Deadlines go by `now`, too; those of
    /// a client without a seam go by a clock that nobody sets.
    pub fn new(
        sleep: impl Fn(Duration) -> Sleep + Send + Sync + 'static,
        now: impl Fn() -> f64 + Send + Sync + 'static,
        random: impl Fn() -> f64 + Send + Sync + 'static,
    ) -> Seam {
        let now: Arc<NumberFn> = Arc::new(now);
        Seam { sleep: Arc::new(sleep), steady: now.clone(), now, random: Arc::new(random) }
    }

    /// The same seam with another source of random numbers.
    pub fn with_random(self, random: impl Fn() -> f64 + Send + Sync + 'static) -> Seam {
        Seam { random: Arc::new(random), ..self }
    }

    pub(crate) fn sleep(&self, wait: Duration) -> Sleep {
        (self.sleep)(wait)
    }

    pub(crate) fn now(&self) -> f64 {
        (self.now)()
    }

    /// The clock of deadlines and limits, in seconds.
    pub(crate) fn steady(&self) -> f64 {
        (self.steady)()
    }

    pub(crate) fn random(&self) -> f64 {
        (self.random)()
    }
}

/// A clock that moves only by the sleeps it records.
///
/// ```
/// use chutes_client::testing::VirtualClock;
/// let clock = VirtualClock::new(1_000.0);
/// let client = chutes_client::Chutes::builder().api_key("cpk_test").seam(clock.seam().with_random(|| 0.5)).build()?;
/// // … calls that retry return at once …
/// assert!(clock.sleeps().is_empty());
/// # drop(client); Ok::<(), chutes_client::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct VirtualClock {
    state: Arc<Mutex<(f64, Vec<Duration>)>>,
}

impl VirtualClock {
    /// A clock that shows `now`, Unix time in seconds.
    pub fn new(now: f64) -> VirtualClock {
        VirtualClock { state: Arc::new(Mutex::new((now, Vec::new()))) }
    }

    /// A clock that shows the real time of its making.
    pub fn starting_now() -> VirtualClock {
        VirtualClock::new(system_now())
    }

    /// Every sleep asked for, in order.
    pub fn sleeps(&self) -> Vec<Duration> {
        self.state.lock().unwrap_or_else(|e| e.into_inner()).1.clone()
    }

    /// The time it shows, Unix time in seconds.
    pub fn now(&self) -> f64 {
        self.state.lock().unwrap_or_else(|e| e.into_inner()).0
    }

    /// A seam on this clock, with real random numbers.
    pub fn seam(&self) -> Seam {
        let (sleeper, reader) = (self.clone(), self.clone());
        let sleep = move |wait: Duration| -> Sleep {
            let mut state = sleeper.state.lock().unwrap_or_else(|e| e.into_inner());
            state.0 += wait.as_secs_f64();
            state.1.push(wait);
            Box::pin(std::future::ready(()))
        };
        Seam::new(sleep, move || reader.now(), system_random)
    }
}

fn system_now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

/// Jitter needs spread, not secrecy: the hasher keys of the standard library differ at each call.
fn system_random() -> f64 {
    use std::hash::{BuildHasher, Hasher};
    let bits = std::collections::hash_map::RandomState::new().build_hasher().finish();
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_moves_no_deadline() {
        let real = Seam::default().with_random(|| 0.5);
        assert!(real.steady() < 1e6 && real.now() > 1e9, "one of them counts from 1970");
        // A caller's own clock is the only one there is.
        let clock = VirtualClock::new(1_000.0);
        assert_eq!((clock.seam().steady(), clock.seam().now()), (1_000.0, 1_000.0));
    }

    #[test]
    fn random_is_in_range_and_spread() {
        let drawn: Vec<f64> = (0..100).map(|_| system_random()).collect();
        assert!(drawn.iter().all(|x| (0.0..1.0).contains(x)));
        assert!(drawn.iter().any(|x| *x < 0.4) && drawn.iter().any(|x| *x > 0.6));
    }
}

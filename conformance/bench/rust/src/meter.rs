//! What one unit of a work costs: the CPU (user and system) of this process, and the wall time.

use std::future::Future;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

/// User and system time of this process, microseconds.
pub fn cpu_us() -> f64 {
    // SAFETY: getrusage fills the structure it is given.
    let used = unsafe {
        let mut used = std::mem::zeroed::<libc::rusage>();
        libc::getrusage(libc::RUSAGE_SELF, &mut used);
        used
    };
    let us = |t: libc::timeval| t.tv_sec as f64 * 1e6 + t.tv_usec as f64;
    us(used.ru_utime) + us(used.ru_stime)
}

/// A measurement that runs from its making to its report.
pub struct Meter {
    cpu: f64,
    wall: Instant,
}

impl Meter {
    pub fn start() -> Meter {
        Meter { cpu: cpu_us(), wall: Instant::now() }
    }

    /// One line on standard output.
    pub fn report(&self, units: u64, more: Map<String, Value>) {
        let (cpu, wall) = (cpu_us() - self.cpu, self.wall.elapsed().as_secs_f64() * 1e6);
        let mut line = json!({"cpu_us": cpu / units as f64, "wall_us": wall / units as f64, "units": units});
        line.as_object_mut().expect("an object").extend(more);
        println!("{line}");
    }
}

/// Does the work once to warm up, then `rounds` times; the work tells how many units it did.
pub async fn measure<F: Future<Output = u64>>(rounds: u32, mut work: impl FnMut() -> F) {
    work().await;
    let (meter, mut units) = (Meter::start(), 0);
    for _ in 0..rounds {
        units += work().await;
    }
    meter.report(units, Map::new());
}

/// How long after the server's writing each token was there, microseconds.
#[derive(Default)]
pub struct Delays(Vec<f64>);

impl Delays {
    pub fn add(&mut self, text: &str) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs_f64() * 1e6;
        self.0.push(now - text.trim().parse::<f64>().expect("a time"));
    }

    /// The count, and the quantiles without the opening (the first two tokens).
    pub fn finish(mut self) -> (u64, Map<String, Value>) {
        let count = self.0.len() as u64;
        self.0.drain(..2);
        self.0.sort_by(f64::total_cmp);
        let at = |share: f64| self.0[((self.0.len() as f64 * share) as usize).min(self.0.len() - 1)];
        let found = json!({"p50_us": at(0.5), "p99_us": at(0.99)});
        (count, found.as_object().cloned().unwrap_or_default())
    }
}

//! One work of one client: `bench WHO WORK URL`; prints one JSON line (meter.rs). WHO is ours or peer (async-openai), each with where its
//! caller runs: -main (the body of `#[tokio::main]`), -spawned (a task), -current (a runtime of one thread); or limit.

mod clients;
mod limit;
mod meter;
mod page;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use clients::{Client, Clients};
use meter::{Delays, Meter, measure};
use tokio::runtime::{Builder, Runtime};

const PER_STREAM: &str = "stream-20000";
const ROUNDS: u32 = 10;

fn limit(work: &str, url: &str) {
    let mut bare = limit::Limit::new(url);
    match work {
        "stream" => {
            bare.texts(PER_STREAM, |_| ());
            let (meter, mut units) = (Meter::start(), 0);
            for _ in 0..ROUNDS {
                units += bare.texts(PER_STREAM, |text| _ = std::hint::black_box(text));
            }
            meter.report(units, Default::default());
        }
        "paced" => {
            bare.texts("paced-50-2", |_| ());
            let (meter, mut delays) = (Meter::start(), Delays::default());
            bare.texts("paced-400-2", |text| delays.add(text));
            let (count, found) = delays.finish();
            meter.report(count, found);
        }
        _ => panic!("no work {work:?}"),
    }
}

/// `at_once` requests open at any time, until `total` are done.
async fn many<C: Client>(client: &Arc<C>, at_once: u64, total: u64) -> u64 {
    let left = Arc::new(AtomicU64::new(total));
    let worker = |_| {
        let (client, left) = (client.clone(), left.clone());
        tokio::spawn(async move {
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1)).is_ok() {
                assert!(client.answer("json").await > 0);
            }
        })
    };
    for task in (0..at_once).map(worker).collect::<Vec<_>>() {
        task.await.expect("no panic");
    }
    total
}

async fn play<C: Client>(client: Arc<C>, work: String) {
    match work.rsplit_once('-').unwrap_or((&work, "")) {
        ("stream", _) => measure(ROUNDS, || client.texts(PER_STREAM, |text| _ = std::hint::black_box(text))).await,
        ("first", _) => {
            measure(6, || async {
                for _ in 0..100 {
                    assert_eq!(client.texts("one", |_| ()).await, 1);
                }
                100
            })
            .await;
        }
        ("at-once", count) => {
            let count: u64 = count.parse().expect("a number");
            measure(3, || many(&client, count, 30 * count)).await;
        }
        ("event", size) => {
            let name = format!("event-{}", size.parse::<u64>().expect("MiB") << 20);
            measure(2, || client.texts(&name, |_| ())).await;
        }
        ("paced", _) => {
            client.texts("paced-50-2", |_| ()).await;
            let (meter, mut delays) = (Meter::start(), Delays::default());
            client.texts("paced-400-2", |text| delays.add(text)).await;
            let (count, found) = delays.finish();
            meter.report(count, found);
        }
        _ => panic!("no work {work:?}"),
    }
}

fn on(flavour: &str, work: impl Future<Output = ()> + Send + 'static) {
    let many_threads: fn() -> std::io::Result<Runtime> = || Builder::new_multi_thread().enable_all().build();
    match flavour {
        "main" => many_threads().expect("a runtime").block_on(work),
        "spawned" => {
            let runtime = many_threads().expect("a runtime");
            runtime.block_on(runtime.spawn(work)).expect("no panic");
        }
        "current" => Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work),
        _ => panic!("no flavour {flavour:?}"),
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [who, work, url] = args.try_into().expect("usage: bench WHO WORK URL");
    match who.split_once('-').unwrap_or((&who, "")) {
        ("ours", flavour) if work == "page" => on(flavour, async move { page::ours(&url).await }),
        ("limit", _) if work == "page" => page::limit(&url),
        ("ours", flavour) => on(flavour, async move { play(Arc::new(Clients::<chutes_client::Chutes>::new(&url)), work).await }),
        ("peer", flavour) => {
            on(flavour, async move { play(Arc::new(Clients::<async_openai::Client<_>>::new(&url)), work).await })
        }
        _ => limit(&work, &url),
    }
}

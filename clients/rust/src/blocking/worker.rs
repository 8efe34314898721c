//! The runtime of a blocking client, and how a thread waits for a future of it.

use super::{Blocking, Pending};
use crate::errors::Error;
use futures_core::Stream;
use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{Thread, current, park};
use tokio::runtime::{Builder, Runtime};
use tokio::task::{block_in_place, unconstrained};

thread_local! {
    /// This thread drives connections.
    static DRIVES: Cell<bool> = const { Cell::new(false) };
}

/// A thread that drives connections and timers; futures are polled by those who wait for them. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Worker(Arc<Owned>);

#[derive(Debug)]
struct Owned(Option<Runtime>);

impl Drop for Owned {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            // A runtime that is dropped within another one would panic.
            runtime.shutdown_background();
        }
    }
}

struct Signal {
    thread: Thread,
    woken: AtomicBool,
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// Polls on this thread until the future is ready. Callbacks may wait in turn: each wait has a flag of its own.
fn block_on<F: Future>(future: F) -> F::Output {
    // Within a task of another runtime its budget would run dry, and never be filled while we hold the thread.
    let mut future = pin!(unconstrained(future));
    let signal = Arc::new(Signal { thread: current(), woken: AtomicBool::new(false) });
    let waker = Waker::from(signal.clone());
    let mut cx = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
        while !signal.woken.swap(false, Ordering::Acquire) {
            park();
        }
    }
}

impl Worker {
    pub(crate) fn start() -> Result<Worker, Error> {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(1).enable_all().thread_name("chutes-blocking").on_thread_start(|| DRIVES.set(true));
        let runtime = builder.build();
        let failed = |e| Error::config("the thread of the blocking client cannot be started").with_source(e);
        Ok(Worker(Arc::new(Owned(Some(runtime.map_err(failed)?)))))
    }

    pub(crate) fn wait<F: Future>(&self, future: F) -> F::Output {
        let _entered = self.0.0.as_ref().map(Runtime::enter);
        // A callback on the driving thread hands the connections over before it waits.
        if DRIVES.get() { block_in_place(|| block_on(future)) } else { block_on(future) }
    }

    pub(crate) fn call<T>(&self, inner: crate::Pending<T>) -> Pending<T> {
        Pending { inner, worker: self.clone() }
    }

    pub(crate) fn stream<S>(&self, inner: S) -> Blocking<S> {
        Blocking { inner, worker: self.clone() }
    }

    /// A call that gives a stream.
    pub(crate) fn stream_call<S: Stream + Send + 'static>(&self, inner: crate::Pending<S>) -> Pending<Blocking<S>> {
        let worker = self.clone();
        self.call(crate::Pending::new(move |options| async move { Ok(worker.stream(inner.with(options).await?)) }))
    }
}

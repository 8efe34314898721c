//! Ending calls from outside.

use crate::body::Slot;
use crate::errors::{Error, Kind};
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use tokio::sync::watch;

/// Ends a call from outside, with kind `cancelled`. Clones are the same handle.
///
/// ```no_run
/// # async fn run(client: chutes_client::Chutes, request: chutes_client::ChatRequest) {
/// use chutes_client::{CallOptions, CancelHandle};
/// let stop = CancelHandle::new();
/// let call = client.chat().completions().create(request).with(CallOptions::new().cancel(&stop));
/// stop.cancel(); // from any task
/// assert_eq!(call.await.unwrap_err().kind().as_str(), "cancelled");
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct CancelHandle {
    flag: Arc<watch::Sender<bool>>,
    open: Arc<Mutex<Bodies>>,
}

/// Bodies of answers that are open, by number.
#[derive(Default)]
struct Bodies {
    last: u64,
    open: HashMap<u64, Slot>,
}

impl std::fmt::Debug for Bodies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bodies").field("open", &self.open.len()).finish_non_exhaustive()
    }
}

impl Default for CancelHandle {
    fn default() -> CancelHandle {
        CancelHandle::new()
    }
}

impl CancelHandle {
    /// A handle that has not been used.
    pub fn new() -> CancelHandle {
        CancelHandle { flag: Arc::new(watch::Sender::new(false)), open: Arc::default() }
    }

    /// Ends every call that was given this handle. Streams close their connections, and give back their places of
    /// [`max_concurrency`](crate::ChutesBuilder::max_concurrency), before it returns, also those that nobody polls just now.
    pub fn cancel(&self) {
        self.flag.send_replace(true);
        let open = std::mem::take(&mut self.bodies().open);
        for slot in open.into_values() {
            // One that is being read at this moment ends by the flag.
            if let Ok(mut held) = slot.try_lock() {
                drop(held.take());
            }
        }
    }

    /// How many calls and streams listen to this handle now.
    pub fn listeners(&self) -> usize {
        self.flag.receiver_count()
    }

    pub(crate) fn has_fired(&self) -> bool {
        *self.flag.borrow()
    }

    fn bodies(&self) -> MutexGuard<'_, Bodies> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut flag = self.flag.subscribe();
        Box::pin(async move {
            if flag.wait_for(|stopped| *stopped).await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }

    /// Lets this handle end a body, until what is returned is dropped.
    pub(crate) fn listen(&self, slot: &Slot) -> Listening {
        let number = {
            let mut bodies = self.bodies();
            bodies.last += 1;
            let number = bodies.last;
            bodies.open.insert(number, slot.clone());
            number
        };
        if self.has_fired() {
            // Between the answer and its body.
            self.cancel();
        }
        Listening { handle: self.clone(), number, fired: self.wait() }
    }
}

/// A body that a handle may end.
pub(crate) struct Listening {
    handle: CancelHandle,
    number: u64,
    pub(crate) fired: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        let gone = self.handle.bodies().open.remove(&self.number);
        drop(gone);
    }
}

pub(crate) fn cancelled() -> Error {
    Error::new(Kind::Cancelled, "the call was cancelled")
}

/// Does the work, unless the handle ends it first.
pub(crate) async fn unless_cancelled<F: Future>(handle: Option<&CancelHandle>, work: F) -> Result<F::Output, Error> {
    let Some(handle) = handle else { return Ok(work.await) };
    let (mut stop, mut work) = (handle.wait(), std::pin::pin!(work));
    std::future::poll_fn(|cx| match stop.as_mut().poll(cx) {
        Poll::Ready(()) => Poll::Ready(Err(cancelled())),
        Poll::Pending => work.as_mut().poll(cx).map(Ok),
    })
    .await
}

#[cfg(test)]
#[path = "cancel_tests.rs"]
mod tests;

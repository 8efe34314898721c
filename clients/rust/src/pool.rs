//! Connections over HTTP/1.1 and the pool of those that wait. None has a task of its own: whoever waits for an answer drives its
//! connection, so that no thread is switched for a chunk, and a drop closes the socket there and then.

use crate::connect::Wired;
use crate::transport::TrackedBody;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{Builder, Connection as Driver, SendRequest};
use hyper_util::rt::TokioIo;
use std::collections::HashMap;
use std::future::{Future as _, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};
use tokio::runtime::{Handle, Id};

const MAX_HEADERS: usize = 512;
/// A connection that has waited this long is not used again.
const IDLE_TIME: Duration = Duration::from_secs(90);
/// Connections of one origin that wait at most.
const MAX_IDLE: usize = 256;
/// How often connections are looked for that have waited too long.
const SWEEP_EVERY: Duration = Duration::from_secs(5);

/// A connection. Dropping it closes its socket.
pub(crate) struct Connection {
    sender: SendRequest<TrackedBody>,
    /// `None` once it is closed.
    driver: Option<Box<Driver<TokioIo<Wired>, TrackedBody>>>,
    received: Arc<AtomicUsize>,
    /// Its socket is woken by this runtime only.
    runtime: Id,
}

impl Connection {
    pub(crate) async fn new(wired: Wired) -> hyper::Result<Connection> {
        let received = wired.received();
        let (sender, driver) = Builder::new().max_headers(MAX_HEADERS).handshake(TokioIo::new(wired)).await?;
        Ok(Connection { sender, driver: Some(Box::new(driver)), received, runtime: Handle::current().id() })
    }

    /// Reads and writes what can be read and written now.
    pub(crate) fn drive(&mut self, cx: &mut Context<'_>) {
        if let Some(driver) = &mut self.driver
            && Pin::new(driver).poll(cx).is_ready()
        {
            // Whoever waits for this connection is told by its end.
            self.driver = None;
        }
    }

    /// Sends a request and waits for the headers of its answer. The request comes back where nothing of it was written.
    pub(crate) async fn exchange(
        &mut self,
        request: Request<TrackedBody>,
    ) -> Result<Response<Incoming>, TrySendError<Request<TrackedBody>>> {
        self.received.store(0, Ordering::Relaxed);
        let mut answer = std::pin::pin!(self.sender.try_send_request(request));
        poll_fn(|cx| {
            self.drive(cx);
            answer.as_mut().poll(cx)
        })
        .await
    }

    /// Whether anything was received since the request was sent.
    pub(crate) fn answering(&self) -> bool {
        self.received.load(Ordering::Relaxed) > 0
    }

    pub(crate) fn closed(&self) -> bool {
        self.driver.is_none()
    }

    /// Whether it can take a request: its last answer is over, it is open, and nothing has come that nobody asked for.
    fn ready(&mut self) -> bool {
        self.drive(&mut Context::from_waker(Waker::noop()));
        !self.closed() && self.sender.is_ready()
    }
}

struct Idle {
    connection: Connection,
    since: Instant,
}

#[derive(Default)]
struct Shelf {
    /// By origin; the last one to come is the first to go.
    idle: HashMap<String, Vec<Idle>>,
    swept: Option<Instant>,
}

/// Connections that wait for their next request.
#[derive(Default)]
pub(crate) struct Pool(Mutex<Shelf>);

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pool")
    }
}

impl Pool {
    /// A connection to this origin that is still open.
    pub(crate) async fn take(&self, origin: &str) -> Option<Connection> {
        while let Some(mut connection) = self.pop(origin) {
            // Without the budget of the task: a spent one would hide that the server has closed the connection.
            if tokio::task::unconstrained(poll_fn(|_| Poll::Ready(connection.ready()))).await {
                return Some(connection);
            }
        }
        None
    }

    fn pop(&self, origin: &str) -> Option<Connection> {
        let runtime = Handle::current().id();
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = shelf.idle.get_mut(origin)?;
        let at = waiting.iter().rposition(|idle| idle.connection.runtime == runtime)?;
        Some(waiting.remove(at)).filter(|idle| idle.since.elapsed() < IDLE_TIME).map(|idle| idle.connection)
    }

    /// Takes a connection back behind an answer; one that can take no request is closed.
    pub(crate) fn give(&self, origin: &str, mut connection: Connection) {
        if !connection.ready() {
            return;
        }
        let now = Instant::now();
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shelf.swept.is_none_or(|at| now - at > SWEEP_EVERY) {
            shelf.swept = Some(now);
            shelf.idle.retain(|_, waiting| {
                waiting.retain(|idle| now - idle.since < IDLE_TIME);
                !waiting.is_empty()
            });
        }
        let idle = Idle { connection, since: now };
        match shelf.idle.get_mut(origin) {
            Some(waiting) => {
                if waiting.len() >= MAX_IDLE {
                    waiting.remove(0);
                }
                waiting.push(idle);
            }
            None => drop(shelf.idle.insert(origin.to_owned(), vec![idle])),
        }
    }
}

//! One function over many items, so many at a time.

use crate::Chutes;
use crate::errors::Error;
use futures_core::Stream;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{IsTerminal, Write, stderr};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::task::JoinSet;

/// Items that are worked on at the same time.
pub const MAP_CONCURRENCY: usize = 8;
const BAR: usize = 24;

/// What came of one item.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MapResult<T, R, E = Error> {
    /// Place of the item, from 0.
    pub index: usize,
    /// The item.
    pub item: T,
    /// A value or an error.
    pub result: Result<R, E>,
}

/// How a map goes; see [`Chutes::map`].
#[derive(Debug, Clone, Default)]
pub struct MapParams {
    concurrency: Option<Option<usize>>,
    ordered: bool,
    progress: bool,
}

impl MapParams {
    /// No option set.
    pub fn new() -> MapParams {
        MapParams::default()
    }

    /// Items at the same time, [`MAP_CONCURRENCY`] by default. Below 1 is a `config` error.
    pub fn concurrency(mut self, items: impl TryInto<usize>) -> Self {
        self.concurrency = Some(items.try_into().ok());
        self
    }

    /// Results in the order of the items, in place of that of their ends.
    pub fn ordered(mut self, on: bool) -> Self {
        self.ordered = on;
        self
    }

    /// Draws a bar on standard error, if that is a terminal.
    pub fn progress(mut self, on: bool) -> Self {
        self.progress = on;
        self
    }
}

impl Chutes {
    /// Runs a function over items and hands out what came of each as it comes; a failure is a value. Items are taken as they are needed,
    /// so they may be endless. Dropping the stream cancels what is open. It needs a Tokio runtime.
    ///
    /// # Errors
    /// `config`: a concurrency below 1.
    ///
    /// ```no_run
    /// # async fn run(client: chutes_client::Chutes) -> Result<(), chutes_client::Error> {
    /// use chutes_client::{ChatRequest, MapParams, Message};
    /// let chat = client.chat();
    /// let ask = move |city| chat.completions().create(ChatRequest::new("some/model", [Message::user(city)])).into_future();
    /// let mut answers = client.map(ask, ["Bonn", "Rome"], MapParams::new().concurrency(4))?;
    /// while let Some(done) = answers.next_result().await {
    ///     match done.result {
    ///         Ok(answer) => println!("{}: {}", done.item, answer.text()),
    ///         Err(error) => println!("{}: {error}", done.item),
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    pub fn map<T, R, E, F, I>(
        &self,
        run: impl Fn(T) -> F + Send + 'static,
        items: I,
        params: MapParams,
    ) -> Result<MapStream<T, R, E>, Error>
    where
        T: Clone + Send + 'static,
        R: Send + 'static,
        E: Send + 'static,
        F: Future<Output = Result<R, E>> + Send + 'static,
        I: IntoIterator<Item = T>,
        I::IntoIter: Send + 'static,
    {
        let concurrency = params.concurrency.unwrap_or(Some(MAP_CONCURRENCY)).filter(|items| *items > 0);
        let concurrency = concurrency.ok_or_else(|| Error::config("concurrency must be a whole number of at least 1"))?;
        let mut items = items.into_iter();
        let total = items.size_hint().1.filter(|most| *most == items.size_hint().0);
        let take = move || -> Option<(T, Work<R, E>)> {
            let item = items.next()?;
            Some((item.clone(), Box::pin(run(item))))
        };
        let bar = (params.progress && stderr().is_terminal()).then_some(Bar { done: 0, total });
        let (open, done) = (JoinSet::new(), BTreeMap::new());
        Ok(MapStream { take: Some(Box::new(take)), concurrency, ordered: params.ordered, open, done, taken: 0, told: 0, bar })
    }
}

type Work<R, E> = Pin<Box<dyn Future<Output = Result<R, E>> + Send>>;
type Take<T, R, E> = Box<dyn FnMut() -> Option<(T, Work<R, E>)> + Send>;

/// What comes of items; made by [`Chutes::map`]. Dropping it cancels what is open.
pub struct MapStream<T, R, E = Error> {
    take: Option<Take<T, R, E>>,
    concurrency: usize,
    ordered: bool,
    open: JoinSet<MapResult<T, R, E>>,
    /// Results that came before their turn.
    done: BTreeMap<usize, MapResult<T, R, E>>,
    taken: usize,
    told: usize,
    bar: Option<Bar>,
}

impl<T, R, E> fmt::Debug for MapStream<T, R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MapStream").field("taken", &self.taken).field("told", &self.told).finish_non_exhaustive()
    }
}

impl<T: Send + 'static, R: Send + 'static, E: Send + 'static> MapStream<T, R, E> {
    /// The next result; `None` at the end. A panic of the function comes out here.
    pub async fn next_result(&mut self) -> Option<MapResult<T, R, E>> {
        std::future::poll_fn(|cx| self.poll_result(cx)).await
    }

    /// Takes items until so many are open, or wait to be told, as may be.
    fn fill(&mut self) {
        while self.open.len() + self.done.len() < self.concurrency {
            let Some((item, work)) = self.take.as_mut().and_then(|take| take()) else {
                self.take = None;
                return;
            };
            let index = self.taken;
            self.taken += 1;
            self.open.spawn(async move { MapResult { index, item, result: work.await } });
        }
    }

    fn poll_result(&mut self, cx: &mut Context<'_>) -> Poll<Option<MapResult<T, R, E>>> {
        loop {
            let next = if self.ordered { self.done.remove(&self.told) } else { self.done.pop_first().map(|(_, first)| first) };
            if let Some(result) = next {
                self.told += 1;
                if let Some(bar) = &mut self.bar {
                    bar.step();
                }
                return Poll::Ready(Some(result));
            }
            self.fill();
            match ready!(self.open.poll_join_next(cx)) {
                None => return Poll::Ready(None),
                Some(Ok(result)) => drop(self.done.insert(result.index, result)),
                Some(Err(stopped)) if stopped.is_panic() => std::panic::resume_unwind(stopped.into_panic()),
                Some(Err(_)) => return Poll::Ready(None),
            }
        }
    }
}

impl<T: Send + Unpin + 'static, R: Send + Unpin + 'static, E: Send + Unpin + 'static> Stream for MapStream<T, R, E> {
    type Item = MapResult<T, R, E>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_result(cx)
    }
}

/// A bar on standard error.
struct Bar {
    done: usize,
    total: Option<usize>,
}

impl Bar {
    fn step(&mut self) {
        self.done += 1;
        let _ = stderr().write_all(self.line().as_bytes());
    }

    fn line(&self) -> String {
        match self.total {
            None => format!("\r{}", self.done),
            Some(total) => {
                let filled = (self.done * BAR / total.max(1)).min(BAR);
                format!("\r{}/{total} [{}{}]", self.done, "#".repeat(filled), "-".repeat(BAR - filled))
            }
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        let _ = stderr().write_all(b"\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    fn client() -> Chutes {
        Chutes::builder().api_key("cpk_test").base_url("http://127.0.0.1:9").build().unwrap()
    }

    async fn slow(ms: u64) -> Result<u64, String> {
        tokio::time::sleep(Duration::from_millis(ms)).await;
        if ms == 30 { Err("no".to_owned()) } else { Ok(ms) }
    }

    async fn indexes(params: MapParams) -> Vec<usize> {
        let mut results = client().map(slow, [120, 0, 30], params).unwrap();
        let mut out = Vec::new();
        while let Some(done) = results.next_result().await {
            assert_eq!(done.result.is_err(), done.item == 30);
            out.push(done.index);
        }
        out
    }

    #[tokio::test]
    async fn results_come_as_they_end_or_in_order() {
        assert_eq!(indexes(MapParams::new()).await, [1, 2, 0]);
        assert_eq!(indexes(MapParams::new().ordered(true)).await, [0, 1, 2]);
        assert_eq!(indexes(MapParams::new().concurrency(1)).await, [0, 1, 2]);
    }

    #[test]
    fn a_bar_is_filled_by_what_is_done() {
        let drawn = |done, total| Bar { done, total }.line();
        assert_eq!(drawn(2, Some(8)), "\r2/8 [######------------------]");
        assert_eq!(drawn(8, Some(8)), "\r8/8 [########################]");
        // Items may be endless, and a size may be wrong.
        assert_eq!((drawn(3, None).as_str(), drawn(9, Some(8)).len()), ("\r3", drawn(8, Some(8)).len()));
    }

    #[tokio::test]
    async fn a_panic_of_the_function_comes_out_where_results_are_read() {
        let bad = |n: u64| async move { if n == 2 { panic!("mine") } else { Ok::<u64, Error>(n) } };
        let mut results = client().map(bad, [1, 2, 3], MapParams::new().concurrency(1)).unwrap();
        assert_eq!(results.next_result().await.unwrap().result.unwrap(), 1);
        assert!(tokio::spawn(async move { results.next_result().await.is_some() }).await.unwrap_err().is_panic());
    }

    #[tokio::test]
    async fn endless_items_are_taken_as_needed_and_leaving_cancels() {
        let taken = Arc::new(AtomicUsize::new(0));
        let counter = taken.clone();
        let items = std::iter::repeat_with(move || counter.fetch_add(1, Ordering::Relaxed));
        let mut results =
            client().map(|n| slow(if n == 0 { 0 } else { 60_000 }), items, MapParams::new().concurrency(3)).unwrap();
        assert_eq!(results.next_result().await.unwrap().index, 0);
        assert_eq!(taken.load(Ordering::Relaxed), 3);
        drop(results);
        assert!(client().map(slow, [1], MapParams::new().concurrency(0)).unwrap_err().is_config());
        assert!(client().map(slow, [1], MapParams::new().concurrency(-1)).unwrap_err().is_config());
    }
}

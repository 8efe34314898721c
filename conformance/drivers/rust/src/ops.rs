//! One call: its op, what it hands out, and how it ends.

use crate::options::{Session, call_options};
use crate::{chutes, deep, depth, management, shapes};
use chutes_client::invoke::images::ImageRequest;
use chutes_client::{Answer, ChunkKind, ChunkStream, Error, ImageMode, Method, RawBody, ResponseMeta, Value, json, sse};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What a call has shown so far; it outlives a call that is dropped.
pub struct Seen {
    pub begun: Instant,
    pub obs: Mutex<Vec<Value>>,
    partial: Mutex<Value>,
    /// What is known of the answer or of the break, beside the outcome.
    beside: Mutex<(Value, Value)>,
}

impl Seen {
    pub fn add(&self, kind: &str, name: &str, value: Value) {
        let mut entry = json!({"t": self.begun.elapsed().as_secs_f64() * 1000.0, "k": kind});
        if !name.is_empty() {
            entry[name] = value;
        }
        self.obs.lock().unwrap().push(entry);
    }

    /// Notes a server-sent event.
    pub fn event(&self, event: &sse::Event) {
        let t = self.begun.elapsed().as_secs_f64() * 1000.0;
        let entry = json!({"t": t, "k": "event", "event": event.event, "data": event.data, "id": event.id});
        self.obs.lock().unwrap().push(entry);
    }
}

impl Seen {
    /// What the client says of the answer behind a result.
    pub fn report(&self, meta: &ResponseMeta) {
        self.beside.lock().unwrap().0 = shapes::meta(meta);
    }

    /// Where a log broke.
    pub fn at_offset(&self, offset: Option<&str>) {
        self.beside.lock().unwrap().1 = json!(offset);
    }
}

/// How an op ended.
pub enum End {
    Final(Value),
    Both(Value, Error),
    Stopped,
    Skip(&'static str),
}

pub type Outcome = Result<End, Error>;

/// A result, and what the client says of the answer behind it.
pub fn told<T>(seen: &Seen, answer: &Answer<T>, show: impl FnOnce(&T) -> Value) -> End {
    seen.report(answer.response());
    End::Final(show(answer))
}

/// `begun` is the same for all that run side by side: they are stopped at one moment, else the first one's place is free for the next.
pub async fn run(request: &Value, session: &Session, begun: Instant) -> Value {
    let slept = session.clock.as_ref().map_or(0, |clock| clock.sleeps().len());
    let seen = Seen { begun, obs: Mutex::default(), partial: Mutex::new(Value::Null), beside: Mutex::default() };
    let seen = Arc::new(seen);
    let work = op(request, session, &seen);
    let stop = &request["stop"];
    let outcome = match stop["after_ms"].as_f64() {
        Some(ms) => {
            let until = begun + Duration::from_secs_f64(ms / 1000.0);
            tokio::time::timeout_at(until.into(), work).await.unwrap_or(Ok(End::Stopped))
        }
        None => work.await,
    };
    let elapsed = seen.begun.elapsed().as_secs_f64() * 1000.0;
    let mut out = json!({"final": null, "error": null});
    match outcome {
        Ok(End::Final(value)) => out["final"] = value,
        Ok(End::Both(value, error)) => (out["final"], out["error"]) = (value, shapes::error(&error)),
        Ok(End::Skip(why)) => out["skip"] = json!(why),
        Ok(End::Stopped) => seen.add("stopped", "", Value::Null),
        Err(error) => out["error"] = shapes::error(&error),
    }
    let (response, offset) = seen.beside.lock().unwrap().clone();
    if out["error"].is_object() {
        out["error"]["offset"] = offset;
    }
    if request["report"] == true {
        out["response"] = response;
    }
    if !request["hooks"].is_null() {
        out["hooks"] = session.heard.lock().unwrap().drain(..).collect();
    }
    session.tokens.lock().unwrap().drain(..).for_each(|made| seen.obs.lock().unwrap().push(made));
    out["obs"] = seen.obs.lock().unwrap().clone().into();
    out["partial"] = seen.partial.lock().unwrap().clone();
    out["elapsed_ms"] = json!(elapsed);
    if let Some(clock) = &session.clock {
        out["sleeps_ms"] = clock.sleeps().iter().skip(slept).map(|s| s.as_secs_f64() * 1000.0).collect();
    }
    out
}

/// Reads arguments into a typed request; `drop` are the driver's own.
pub fn typed<T: serde::de::DeserializeOwned>(args: &Value, drop: &[&str]) -> T {
    let mut args = args.clone();
    if let Some(map) = args.as_object_mut() {
        drop.iter().for_each(|name| std::mem::drop(map.remove(*name)));
    }
    serde_json::from_value(args).expect("arguments of the case")
}

async fn op(request: &Value, session: &Session, seen: &Arc<Seen>) -> Outcome {
    let (client, args) = (&session.client, &request["args"]);
    let options = call_options(&request["options"]);
    match request["op"].as_str().unwrap_or("") {
        "chat.create" => {
            Ok(told(seen, &client.chat().completions().create(typed(args, &[])).with(options).await?, |value| json!(value)))
        }
        "chat.stream" if args["output"].is_object() => depth::streamed(args, session, options).await,
        "chat.stream" => {
            let stream = client.chat().completions().stream(typed(args, &[])).with(options).await?;
            chunks(request, stream, seen).await
        }
        "completions.create" => {
            Ok(told(seen, &client.completions().create(typed(args, &[])).with(options).await?, |value| json!(value)))
        }
        "completions.stream" => {
            let stream = client.completions().stream(typed(args, &[])).with(options).await?;
            chunks(request, stream, seen).await
        }
        "embeddings.create" => {
            Ok(told(seen, &client.embeddings().create(typed(args, &[])).with(options).await?, |value| json!(value)))
        }
        "models.list" => Ok(told(seen, &client.models().list().with(options).await?, |list| json!({"items": list.data}))),
        "mgmt" => management::call(request, session, seen).await,
        "mgmt.list_all" => management::list_all(request, session, seen).await,
        "mgmt.stream" => management::stream(request, session, seen).await,
        "request" => raw(request, session, seen).await,
        "stream.second_iteration" => second(request, session, seen).await,
        "error.repr" => fails(request, session, seen).await,
        "chutes.deploy" | "chutes.wait_ready" | "chutes.predict" => deep::play(request, session, seen).await,
        "chute.download" | "chute.cords" | "chute.trace" => depth::play(request, session, seen).await,
        name if name.starts_with("chute.") => chutes::play(request, session, seen).await,
        "chat.parse" | "chat.run_tools" | "content.part" | "map" | "models.cost" | "signal.listeners" => {
            depth::play(request, session, seen).await
        }
        name if ["images.", "audio.", "video."].iter().any(|group| name.starts_with(group)) => {
            depth::play(request, session, seen).await
        }
        _ => deep::play(request, session, seen).await,
    }
}

/// A call that fails, in every text of its error and of the client.
async fn fails(request: &Value, session: &Session, seen: &Arc<Seen>) -> Outcome {
    let mut inner = request.clone();
    let then = request["args"]["then"].clone();
    (inner["op"], inner["args"]) = if then.is_object() {
        (then["op"].clone(), then["args"].clone())
    } else {
        (json!("chat.create"), request["args"].clone())
    };
    match Box::pin(op(&inner, session, seen)).await {
        Ok(End::Both(_, error)) | Err(error) => Ok(End::Both(deep::texts(&error, session), error)),
        done => done,
    }
}

pub fn image_request(args: &Value) -> ImageRequest {
    let mut fields = args.as_object().cloned().unwrap_or_default();
    let native = fields.remove("mode").is_none_or(|m| m != "openai");
    ["save", "ref"].iter().for_each(|name| drop(fields.remove(*name)));
    ImageRequest { mode: if native { ImageMode::Native } else { ImageMode::OpenAi }, fields, ..ImageRequest::default() }
}

/// Where to leave a stream early.
pub fn stops(request: &Value, count: usize) -> bool {
    request["stop"]["after_chunks"].as_u64() == Some(count as u64)
}

pub async fn chunks<C: ChunkKind>(request: &Value, mut stream: ChunkStream<C>, seen: &Seen) -> Outcome
where
    C::Whole: serde::Serialize,
{
    seen.report(stream.response());
    seen.add("open", "", Value::Null);
    if request["stop"]["before_iterate"] == true {
        return leave(request, stream, seen);
    }
    let consume = request["consume"].as_str().unwrap_or("chunks");
    if matches!(consume, "chunks" | "text") {
        let mut count = 0;
        loop {
            let next = if consume == "chunks" {
                stream.next_chunk().await.map(|item| item.map(|chunk| chunk.raw().clone()))
            } else {
                stream.text_stream().next_text().await.map(|item| item.map(Value::String))
            };
            match next {
                None => break,
                Some(Err(error)) => {
                    seen.add("error", "", Value::Null);
                    return Err(error);
                }
                Some(Ok(value)) => {
                    let kind = if consume == "chunks" { "chunk" } else { "text" };
                    seen.add(kind, kind, value);
                    *seen.partial.lock().unwrap() =
                        if request["stop"]["after_ms"].is_null() { Value::Null } else { stream.partial() };
                }
            }
            count += 1;
            if stops(request, count) {
                return leave(request, stream, seen);
            }
        }
        seen.add("end", "", Value::Null);
    } else if consume == "events" && events(request, &mut stream, seen).await? {
        return leave(request, stream, seen);
    }
    *seen.partial.lock().unwrap() = Value::Null;
    Ok(End::Final(json!(*stream.final_completion().await?)))
}

/// Iterates over the events of a stream; true if it is to be left early.
async fn events<C: ChunkKind>(request: &Value, stream: &mut ChunkStream<C>, seen: &Seen) -> Result<bool, Error> {
    let (mut events, mut count) = (stream.events(), 0);
    while let Some(item) = events.next_event().await {
        let event = item.inspect_err(|_| seen.add("error", "", Value::Null))?;
        seen.event(&event);
        count += 1;
        if stops(request, count) {
            return Ok(true);
        }
    }
    seen.add("end", "", Value::Null);
    Ok(false)
}

fn leave<C: ChunkKind + 'static>(request: &Value, mut stream: ChunkStream<C>, seen: &Seen) -> Outcome {
    *seen.partial.lock().unwrap() = stream.partial();
    if request["stop"]["how"] == "close" {
        stream.close();
        // Kept for a while: that it is dropped is not to do what closing did not.
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(2)).await;
            drop(stream);
        });
    }
    Ok(End::Stopped)
}

async fn second(request: &Value, session: &Session, seen: &Seen) -> Outcome {
    let options = call_options(&request["options"]);
    let mut stream = session.client.chat().completions().stream(typed(&request["args"], &[])).with(options).await?;
    seen.add("open", "", Value::Null);
    while let Some(chunk) = stream.next_chunk().await {
        seen.add("chunk", "chunk", chunk?.raw().clone());
    }
    seen.add("end", "", Value::Null);
    let again = stream.next_chunk().await;
    let whole = json!(*stream.final_completion().await?);
    Ok(match again {
        Some(Err(error)) => End::Both(whole, error),
        _ => End::Final(whole),
    })
}

async fn raw(request: &Value, session: &Session, seen: &Seen) -> Outcome {
    let args = &request["args"];
    let method = Method::from_bytes(args["method"].as_str().unwrap_or("GET").as_bytes()).expect("a method");
    let mut options = call_options(&request["options"]);
    for (name, value) in args["query"].as_object().into_iter().flatten() {
        options = options.extra_query(name, value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
    let mut call = session.client.request(method, args["path"].as_str().unwrap_or("")).with(options);
    if let Some(body) = args.get("json").filter(|b| !b.is_null()) {
        call = call.json(body);
    }
    let answer = call.await?;
    let status = answer.response().status();
    Ok(told(seen, &answer, |body| match body {
        RawBody::Json(value) => json!({"status": status, "json": value}),
        RawBody::Text(text) => json!({"status": status, "text": text}),
    }))
}

pub fn decode(args: &Value) -> Result<Value, Error> {
    let cap = args["max_event_bytes"].as_u64().map_or(sse::MAX_EVENT_BYTES, |n| n as usize);
    let mut decoder = sse::Decoder::new(cap);
    let mut events = Vec::new();
    for slice in args["slices"].as_array().into_iter().flatten() {
        let bytes = crate::shapes::base64(slice.as_str().unwrap_or(""));
        for event in decoder.feed(&bytes).map_err(Error::from)? {
            events.push(json!({"event": event.event, "data": event.data, "id": event.id, "retry_ms": event.retry}));
        }
    }
    decoder.finish();
    Ok(json!({"events": events}))
}

//! Calls of models and chutes: what is written by hand, because it streams, decodes or resolves.

pub mod chat;
pub mod chute;
pub mod completions;
pub mod cords;
pub mod embeddings;
pub mod images;
mod lookup;
pub mod media;
pub mod models;

use crate::call::{Call, OnCold, Opened};
use crate::config::{CallOptions, Ready};
use crate::errors::Error;
use crate::fallback::{Turn, in_turn};
use crate::finite::check_finite;
use crate::helpers::{WARMUP_TIMEOUT, WaitReadyParams};
use crate::hooks::{Run, Waiting};
use crate::{ChuteClient, Chutes};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// Where invocations go: a host of the platform, or a chute.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    Llm,
    Image,
    Embed,
    Chute(Box<ChuteClient>),
}

/// What is asked of a target.
pub(crate) struct Ask {
    /// Its id in hooks.
    pub(crate) operation: &'static str,
    /// Below the host, `/v1` included for chutes and hosts that have it.
    pub(crate) path: &'static str,
    pub(crate) accept: &'static str,
    /// The body may name several models.
    pub(crate) models: bool,
}

impl Target {
    /// Sends an invocation, to one model after another where its body names several.
    pub(crate) async fn send(
        &self,
        client: &Chutes,
        ask: Ask,
        body: Map<String, Value>,
        options: CallOptions,
    ) -> Result<Opened, Error> {
        if ask.models && !matches!(self, Target::Chute(_)) {
            check_model(&body, &options)?;
        }
        let run = Run::new(&client.inner.telling, ask.operation);
        let waiting = Waiting::new(&run);
        let one = |turn: Turn| self.one(client, &ask, turn, &options);
        let outcome = if ask.models {
            in_turn(run.clone(), body, one).await
        } else {
            let model = body.get("model").and_then(Value::as_str).map(str::to_owned);
            one(Turn { body, model, successor: false, run: run.clone() }).await
        };
        waiting.over();
        outcome.inspect_err(|error| run.end(Some(error.kind())))
    }

    async fn one(&self, client: &Chutes, ask: &Ask, turn: Turn, options: &CallOptions) -> Result<Opened, Error> {
        let hosts = &client.inner.hosts;
        let make = |base: &str, path: &str| {
            let mut call = Call::invocation(ask.operation, base.to_owned(), path, &turn.body).accept(ask.accept);
            (call.whole, call.successor) = (false, turn.successor);
            (call.model, call.run) = (turn.model.clone(), Some(turn.run.clone()));
            call
        };
        let mut call = match self {
            // The base of the language models ends in /v1 already.
            Target::Llm => make(&hosts.llm, ask.path.strip_prefix("/v1").unwrap_or(ask.path)),
            Target::Image => make(&hosts.image, ask.path),
            Target::Embed => make(&hosts.embed, ask.path),
            Target::Chute(chute) => return Box::pin(chute.send(options.clone(), |base| make(&base, ask.path))).await,
        };
        if options.ready.or(client.inner.options.ready) == Some(Ready::Wait) {
            let limits = options.over(&client.inner.options).limits_only();
            call.on_cold = turn.model.clone().map(|model| warm_model(client.clone(), model, limits));
        }
        client.open(call, options.clone()).await
    }
}

/// Refuses a call of a shared host that names no model: the server would answer that there is no such chute.
fn check_model(body: &Map<String, Value>, options: &CallOptions) -> Result<(), Error> {
    let of = |field: &str| options.body.get(field).or_else(|| body.get(field));
    match of("model") {
        Some(Value::Array(_)) => Err(Error::config("model is one name; give models for several")),
        Some(Value::String(name)) if !name.trim().is_empty() => Ok(()),
        _ if of("models").is_some_and(|m| !m.is_null()) => Ok(()),
        _ => Err(Error::config("model is missing: client.models().list() tells which there are")),
    }
}

/// Looks a model up as a chute and follows it until it is hot; false where there is no such chute.
fn warm_model(client: Chutes, model: String, options: CallOptions) -> OnCold {
    OnCold(Box::new(move |left| {
        Box::pin(async move {
            let options = within(options, left);
            let id = match client.chutes().get(model.as_str()).with(options.clone()).await {
                Ok(chute) => chute.into_inner().chute_id,
                Err(error) if error.is_not_found() || error.is_config() => return Ok(false),
                Err(error) => return Err(error),
            };
            client.chutes().wait_ready(id, warming(left)).with(options).await?;
            Ok(true)
        })
    }))
}

/// Options of what is asked while a call waits for its chute.
pub(crate) fn within(options: CallOptions, left: Option<Duration>) -> CallOptions {
    match left {
        Some(left) => options.deadline(left),
        None => options,
    }
}

/// The wait for a cold chute: as long as any, but no longer than its call.
pub(crate) fn warming(left: Option<Duration>) -> WaitReadyParams {
    WaitReadyParams::new().timeout(left.map_or(WARMUP_TIMEOUT, |left| left.min(WARMUP_TIMEOUT)))
}

/// The body of a completion, as an object.
pub(crate) fn body_of(request: &impl Serialize, stream: bool, options: &CallOptions) -> Result<Map<String, Value>, Error> {
    check_finite(request).map_err(|e| Error::config(format!("the request cannot be written as JSON: {e}")))?;
    let Ok(Value::Object(mut body)) = serde_json::to_value(request) else {
        return Err(Error::config("the request cannot be written as a JSON object"));
    };
    if stream {
        body.insert("stream".into(), json!(true));
        body.entry("stream_options").or_insert_with(|| json!({"include_usage": true}));
    } else if body.contains_key("stream") || options.body.contains_key("stream") {
        return Err(Error::config("create does not stream; call .stream instead of giving `stream`"));
    }
    Ok(body)
}

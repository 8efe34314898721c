//! Calls of models and chutes: what is written by hand, because it streams, decodes or resolves.

pub mod chat;
pub mod chute;
pub mod completions;
pub mod embeddings;
pub mod images;
pub mod models;

use crate::call::{Call, Opened};
use crate::config::CallOptions;
use crate::errors::Error;
use crate::{ChuteClient, Chutes};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Where invocations go: a host of the platform, or a chute.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    Llm,
    Image,
    Embed,
    Chute(Box<ChuteClient>),
}

impl Target {
    /// Sends an invocation; `path` is below the host, `/v1` included for chutes and hosts that have it.
    pub(crate) async fn send(
        &self,
        client: &Chutes,
        path: &str,
        body: &Map<String, Value>,
        accept: &'static str,
        options: CallOptions,
    ) -> Result<Opened, Error> {
        let hosts = &client.inner.hosts;
        let make = |base: String, path: &str| {
            let mut call = Call::invocation(base, path, body).accept(accept);
            call.whole = false;
            call
        };
        match self {
            // The base of the language models ends in /v1 already.
            Target::Llm => client.open(make(hosts.llm.clone(), path.strip_prefix("/v1").unwrap_or(path))).with(options).await,
            Target::Image => client.open(make(hosts.image.clone(), path)).with(options).await,
            Target::Embed => client.open(make(hosts.embed.clone(), path)).with(options).await,
            Target::Chute(chute) => chute.send(options, |base| make(base, path)).await,
        }
    }
}

/// The body of a completion, as an object.
pub(crate) fn body_of(request: &impl Serialize, stream: bool, options: &CallOptions) -> Result<Map<String, Value>, Error> {
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

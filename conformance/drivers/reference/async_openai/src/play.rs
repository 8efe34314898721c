//! One call through the SDK's typed surface.

use async_openai::error::OpenAIError;
use async_openai::types::stream::StreamResponse;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::options::{Api, Request, per_call};
use crate::{Stop, Watch, errors};

/// The final result and, for `error.repr` and streams, the error beside it.
type Played = Result<(Value, Option<Value>), Stop>;

pub async fn play(api: &Api, request: &Request, watch: &Watch) -> Played {
    match request.op.as_str() {
        "models.list" => {
            let models = per_call(api.models(), request)?.list().await?;
            Ok((json!({"items": wire(&models.data)}), None))
        }
        "embeddings.create" => {
            let made = per_call(api.embeddings(), request)?.create(typed(&request.args)?).await?;
            Ok((wire(&made), None))
        }
        "images.generate" => image(api, request).await,
        "completions.create" => {
            let done = per_call(api.completions(), request)?.create(typed(&request.args)?).await?;
            Ok((wire(&done), None))
        }
        "completions.stream" => {
            let stream = per_call(api.completions(), request)?.create_stream(typed(&request.args)?).await?;
            iterate(stream, request, watch).await
        }
        "chat.stream" => {
            let stream = per_call(api.chat(), request)?.create_stream(typed(&request.args)?).await?;
            iterate(stream, request, watch).await
        }
        "error.repr" => Ok(texts(api, request).await?),
        _ => {
            let done = per_call(api.chat(), request)?.create(typed(&request.args)?).await?;
            Ok((wire(&done), None))
        }
    }
}

fn wire(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// The typed request; what its type would drop or refuse is not in the typed surface.
fn typed<T: DeserializeOwned + Serialize>(args: &Value) -> Result<T, Stop> {
    let skip = |why: String| Stop::Skip(format!("not in the typed surface: {why}"));
    let request: T = serde_json::from_value(args.clone()).map_err(|e| skip(e.to_string()))?;
    match lost(args, &wire(&request), "") {
        Some(place) => Err(skip(place)),
        None => Ok(request),
    }
}

/// The first place of `given` that is not in `kept`.
fn lost(given: &Value, kept: &Value, at: &str) -> Option<String> {
    match (given, kept) {
        (Value::Null, _) => None,
        (Value::Object(given), Value::Object(kept)) => {
            given.iter().find_map(|(name, value)| lost(value, kept.get(name).unwrap_or(&Value::Null), &format!("{at}.{name}")))
        }
        (Value::Array(given), Value::Array(kept)) if given.len() == kept.len() => {
            given.iter().zip(kept).find_map(|(a, b)| lost(a, b, &format!("{at}[]")))
        }
        (Value::Number(a), Value::Number(b)) if (a.as_f64(), a.is_f64()) == (b.as_f64(), b.is_f64()) || close(a, b) => None,
        _ if given == kept => None,
        _ => Some(at.trim_start_matches('.').to_owned()),
    }
}

/// A temperature goes through an f32 on its way.
fn close(a: &serde_json::Number, b: &serde_json::Number) -> bool {
    matches!((a.as_f64(), b.as_f64()), (Some(a), Some(b)) if (a - b).abs() <= a.abs() * 1e-6)
}

async fn texts(api: &Api, request: &Request) -> Played {
    match per_call(api.chat(), request)?.create(typed(&request.args)?).await {
        Ok(done) => Ok((wire(&done), None)),
        Err(error) => {
            let strings = [error.to_string(), format!("{error:?}"), format!("{api:?}")];
            Ok((json!({"strings": strings}), Some(errors::object(&error, false))))
        }
    }
}

async fn image(api: &Api, request: &Request) -> Played {
    let mut args = request.args.as_object().cloned().unwrap_or_default();
    let save = args.remove("save").is_some_and(|s| s == true);
    if args.remove("mode") != Some(json!("openai")) {
        return Err(Stop::Skip("no native image mode".into()));
    }
    let made = per_call(api.images(), request)?.generate(typed(&Value::Object(args))?).await?;
    let first = wire(&made)["data"][0].clone();
    let Ok(data) = STANDARD.decode(first["b64_json"].as_str().unwrap_or_default()) else {
        return Err(OpenAIError::InvalidArgument("no base64 image in the answer".into()).into());
    };
    let mut told = json!({"length": data.len(), "sha256": digest(&data), "revised_prompt": first["revised_prompt"]});
    if save {
        let folder = std::env::temp_dir().join(format!("async-openai-{}-{}", std::process::id(), request.seq));
        let paths = made.save(&folder).await?;
        let saved = paths.first().and_then(|p| std::fs::read(p).ok()).unwrap_or_default();
        told["saved_sha256"] = json!(digest(&saved));
        let _ = std::fs::remove_dir_all(folder);
    }
    Ok((told, None))
}

fn digest(data: &[u8]) -> String {
    Sha256::digest(data).iter().map(|b| format!("{b:02x}")).collect()
}

/// The loop of the SDK's own examples: over the stream until it ends or fails.
async fn iterate<T: Serialize>(mut stream: StreamResponse<T>, request: &Request, watch: &Watch) -> Played {
    watch.see("open", "", Value::Null);
    let waits = request.consume == "none" && request.stop.after_ms.is_none();
    if request.stop.before_iterate || waits {
        drop(stream);
        watch.see("stopped", "", Value::Null);
        return Ok((Value::Null, None));
    }
    let (mut seen, mut whole) = (0, Fold::default());
    while let Some(next) = stream.next().await {
        let chunk = match next {
            Ok(chunk) => wire(&chunk),
            Err(error) => {
                watch.see("error", "", Value::Null);
                return Ok((Value::Null, Some(errors::object(&error, true))));
            }
        };
        whole.add(&chunk);
        seen += 1;
        if request.consume == "text" {
            let piece = chunk["choices"][0]["delta"]["content"].clone();
            if piece.as_str().is_some_and(|text| !text.is_empty()) {
                watch.see("text", "text", piece);
            }
        } else {
            watch.see("chunk", "chunk", chunk);
        }
        if seen == request.stop.after_chunks {
            drop(stream);
            watch.see("stopped", "", Value::Null);
            return Ok((Value::Null, None));
        }
    }
    watch.see("end", "", Value::Null);
    Ok((whole.finish(request.op == "chat.stream"), None))
}

/// The SDK has no accumulator. This is the loop its users write: texts are joined per choice, the last word on the rest counts.
#[derive(Default)]
struct Fold {
    top: Map<String, Value>,
    choices: Vec<Value>,
}

impl Fold {
    fn add(&mut self, chunk: &Value) {
        for name in ["id", "model", "created", "usage"] {
            if !chunk[name].is_null() {
                self.top.insert(name.into(), chunk[name].clone());
            }
        }
        for choice in chunk["choices"].as_array().into_iter().flatten() {
            let index = choice["index"].as_u64().unwrap_or(0) as usize;
            while self.choices.len() <= index && index < 128 {
                self.choices.push(json!({"index": self.choices.len(), "message": {}, "finish_reason": null}));
            }
            let Some(kept) = self.choices.get_mut(index) else { continue };
            join(kept, "text", &choice["text"]);
            if !choice["finish_reason"].is_null() {
                kept["finish_reason"] = choice["finish_reason"].clone();
            }
            let delta = &choice["delta"];
            if !delta["role"].is_null() {
                kept["message"]["role"] = delta["role"].clone();
            }
            for name in ["content", "refusal"] {
                join(&mut kept["message"], name, &delta[name]);
            }
            for call in delta["tool_calls"].as_array().into_iter().flatten() {
                tool(&mut kept["message"], call);
            }
        }
    }

    fn finish(mut self, chat: bool) -> Value {
        for choice in &mut self.choices {
            if !chat {
                choice.as_object_mut().map(|c| c.remove("message"));
            }
        }
        self.top.insert("choices".into(), Value::Array(self.choices));
        Value::Object(self.top)
    }
}

fn join(at: &mut Value, name: &str, piece: &Value) {
    if let Some(piece) = piece.as_str() {
        at[name] = json!(at[name].as_str().unwrap_or_default().to_owned() + piece);
    }
}

fn tool(message: &mut Value, call: &Value) {
    let index = call["index"].as_u64().unwrap_or(0) as usize;
    if message["tool_calls"].is_null() {
        message["tool_calls"] = json!([]);
    }
    let Some(calls) = message["tool_calls"].as_array_mut() else { return };
    while calls.len() <= index && index < 128 {
        calls.push(json!({"function": {"name": "", "arguments": ""}}));
    }
    let Some(kept) = calls.get_mut(index) else { return };
    for name in ["id", "type"] {
        if !call[name].is_null() {
            kept[name] = call[name].clone();
        }
    }
    for name in ["name", "arguments"] {
        join(&mut kept["function"], name, &call["function"][name]);
    }
}

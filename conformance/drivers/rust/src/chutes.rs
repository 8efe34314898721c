//! The ops of one chute.

use crate::ops::{End, Outcome, Seen, chunks, image_request, stops, told, typed};
use crate::options::{Session, call_options, limit};
use crate::shapes;
use chutes_client::{ChuteClient, Method, Value, Via, WaitReadyParams, json};

/// The handle of a chute: one per reference and session.
pub fn handle(request: &Value, session: &Session) -> ChuteClient {
    let reference = request["args"]["ref"].as_str().unwrap_or("");
    let mut handles = session.handles.lock().unwrap();
    let kept = handles.entry(reference.to_owned()).or_insert_with(|| session.client.chute(reference));
    let chute = kept.clone();
    let via_api = request["client"]["via"] == "api";
    if via_api { chute.with(chutes_client::CallOptions::new().via(Via::Api)) } else { chute }
}

/// The endpoint that is meant, by name or path.
pub fn cord(args: &Value) -> &str {
    args["cord"].as_str().or(args["path"].as_str()).unwrap_or("")
}

pub async fn play(request: &Value, session: &Session, seen: &Seen) -> Outcome {
    let (chute, args) = (handle(request, session), &request["args"]);
    let mut options = call_options(&request["options"]);
    if let Some(on) = args["validate"].as_bool() {
        options = options.validate(on);
    }
    if args["resolve"] == true {
        chute.cords().await?;
    }
    let path = cord(args);
    let get = args["method"].as_str().is_some_and(|m| m.eq_ignore_ascii_case("get"));
    match request["op"].as_str().unwrap_or("") {
        "chute.call" if get && args["json"].is_null() => Ok(told(seen, &chute.get(path).with(options).await?, shapes::result)),
        "chute.call" if args["method"].as_str().is_some_and(|m| m != "POST") => {
            let method = Method::from_bytes(args["method"].as_str().unwrap_or("").as_bytes()).expect("a method");
            Ok(told(seen, &chute.call_as(method, path, args["json"].clone()).with(options).await?, shapes::result))
        }
        "chute.call" => Ok(told(seen, &chute.call(path, args["json"].clone()).with(options).await?, shapes::result)),
        "chute.stream" => {
            let pending = if get { chute.stream_get(path) } else { chute.stream(path, args["json"].clone()) };
            events(request, pending.with(options).await?, seen).await
        }
        "chute.chat" if request["consume"].is_string() => {
            let stream = chute.chat().completions().stream(typed(args, &["ref"])).with(options).await?;
            chunks(request, stream, seen).await
        }
        "chute.chat" => {
            let answer = chute.chat().completions().create(typed(args, &["ref"])).with(options).await?;
            Ok(told(seen, &answer, |value| json!(value)))
        }
        "chute.image" => {
            let image = chute.images().generate(image_request(args)).with(options).await?;
            seen.report(image.response());
            Ok(End::Final(shapes::image(&image, false)))
        }
        "chute.embedding" => {
            let answer = chute.embeddings().create(typed(args, &["ref"])).with(options).await?;
            Ok(told(seen, &answer, |value| json!(value)))
        }
        "chute.resolve" => {
            let info = chute.resolve().await?;
            Ok(End::Final(json!({"url": info.url, "chute_id": info.id, "slug": info.slug, "name": info.name})))
        }
        "chute.warmup" if args["wait"] == true => {
            let mut params = WaitReadyParams::new();
            if let Some(longest) = limit(args, "timeout_ms") {
                params = params.timeout(longest);
            }
            Ok(End::Final(json!({"status": chute.wait_ready(params).with(options).await?.status})))
        }
        "chute.warmup" => {
            let mut stream = chute.warmup().with(options).await?;
            let mut last = Value::Null;
            while let Some(item) = stream.next_item().await {
                last = json!(item?);
                seen.add("item", "item", last.clone());
            }
            Ok(End::Final(json!({"status": last["status"]})))
        }
        _ => Ok(End::Skip("unknown op")),
    }
}

async fn events(request: &Value, mut stream: chutes_client::EventStream, seen: &Seen) -> Outcome {
    seen.report(stream.response());
    seen.add("open", "", Value::Null);
    if request["stop"]["before_iterate"] == true {
        return Ok(End::Stopped);
    }
    let mut count = 0;
    while let Some(item) = stream.next_event().await {
        let event = item.inspect_err(|_| seen.add("error", "", Value::Null))?;
        seen.event(&event);
        count += 1;
        if stops(request, count) {
            if request["stop"]["how"] == "close" {
                stream.close();
            }
            return Ok(End::Stopped);
        }
    }
    seen.add("end", "", Value::Null);
    Ok(End::Final(json!({"count": count})))
}

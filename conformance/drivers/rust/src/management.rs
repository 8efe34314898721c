//! Management methods by their names in the document; `operations.rs` holds the table of them.

use crate::ops::{self, End, Outcome, Seen, stops};
use crate::options::{Session, call_options};
use crate::{operations, shapes};
use chutes_client::types::ChuteArgs;
use chutes_client::{Answer, Binary, Error, ItemStream, LogStream, PageStream, Pending, ResponseMeta, Upload, Value, json};
use std::pin::Pin;

/// An answer in the shape of the protocol, and what was said of it.
pub type Boxed = Pin<Box<dyn Future<Output = Result<(Value, ResponseMeta), Error>> + Send>>;

pub fn text(from: &Value, name: &str) -> String {
    from[name].as_str().map_or_else(|| if from[name].is_null() { String::new() } else { from[name].to_string() }, str::to_owned)
}

pub fn int(from: &Value, name: &str) -> i64 {
    from[name].as_i64().or_else(|| from[name].as_str()?.parse().ok()).expect("a whole number")
}

pub fn opt<T: serde::de::DeserializeOwned>(from: &Value, name: &str) -> Option<T> {
    let value = from.get(name).filter(|v| !v.is_null())?;
    Some(serde_json::from_value(value.clone()).expect("an argument of the case"))
}

/// The body in the client's own type.
pub fn body<T: serde::de::DeserializeOwned + Default>(args: &Value) -> T {
    if args["body"].is_null() { T::default() } else { ops::typed(&args["body"], &[]) }
}

pub fn data(args: &Value) -> Vec<u8> {
    shapes::base64(args["data"].as_str().unwrap_or(""))
}

pub fn fingerprint(args: &Value) -> String {
    text(args, "fingerprint")
}

pub fn flag(args: &Value, name: &str) -> bool {
    args["flags"][name] == true
}

/// A file of the case: bytes, a path, or one that is not there.
pub fn upload(args: &Value, field: &str) -> Upload {
    let file = &args["files"][field];
    if file.is_null() { Upload::default() } else { file_of(file, "file") }
}

pub fn file_of(file: &Value, fallback: &str) -> Upload {
    let name = file["filename"].as_str().unwrap_or(fallback);
    let bytes = match file["fill"].as_array() {
        Some(fill) => vec![fill[0].as_u64().unwrap_or(0) as u8; fill[1].as_u64().unwrap_or(0) as usize],
        None => shapes::base64(file["b64"].as_str().unwrap_or("")),
    };
    let mut made = if file["missing"] == true {
        Upload::from_path(shapes::folder().join("nothing-here").join(name))
    } else if file["as"] == "path" {
        let path = shapes::folder().join(name);
        std::fs::write(&path, bytes).expect("a temporary file");
        Upload::from_path(path)
    } else {
        Upload::from_bytes(bytes)
    };
    if file["filename"].is_string() {
        made = made.filename(name);
    }
    if let Some(media_type) = file["content_type"].as_str() {
        made = made.content_type(media_type);
    }
    made
}

fn answered<T: Send + 'static>(pending: Pending<Answer<T>>, show: fn(&T) -> Value) -> Boxed {
    Box::pin(async move {
        let answer = pending.await?;
        Ok((show(&answer), answer.response().clone()))
    })
}

pub fn json_of<T: serde::Serialize + Send + 'static>(pending: Pending<Answer<T>>) -> Boxed {
    answered(pending, |value| {
        let value = json!(value);
        if value.is_array() { json!({"items": value}) } else { value }
    })
}

pub fn text_of(pending: Pending<Answer<String>>) -> Boxed {
    answered(pending, |text| json!({"text": text}))
}

pub fn none_of(pending: Pending<Answer<()>>) -> Boxed {
    answered(pending, |()| Value::Null)
}

pub fn bytes_of(pending: Pending<Answer<Binary>>) -> Boxed {
    answered(
        pending,
        |b| json!({"content_type": b.content_type, "length": b.bytes.len(), "sha256": shapes::sha256(&b.bytes), "filename": b.filename}),
    )
}

pub async fn call(request: &Value, session: &Session, seen: &Seen) -> Outcome {
    let args = &request["args"];
    if args["send_back"].is_object() {
        return send_back(request, session).await;
    }
    let Some(pending) = operations::call(&session.client, args, call_options(&request["options"])) else {
        return Ok(End::Skip("no such method"));
    };
    let (value, meta) = pending.await?;
    seen.report(&meta);
    Ok(End::Final(value))
}

/// What was received, put into what is sent, as the client's own values.
async fn send_back(request: &Value, session: &Session) -> Outcome {
    let (args, chutes) = (&request["args"], session.client.chutes());
    let options = call_options(&request["options"]);
    let found = chutes.get(text(&args["path"], "chute_id_or_name")).with(options.clone()).await?.into_inner();
    let mut wanted: ChuteArgs = ops::typed(&args["send_back"]["body"], &[]);
    for field in args["send_back"]["fields"].as_array().into_iter().flatten() {
        match field.as_str() {
            Some("node_selector") => wanted.node_selector = found.node_selector.clone().unwrap_or_default(),
            Some("cords") => wanted.cords = found.cords.clone().into(),
            _ => return Ok(End::Skip("only node_selector and cords are sent back")),
        }
    }
    Ok(End::Final(json!(*chutes.create(&wanted, Default::default()).with(options).await?)))
}

pub async fn stream(request: &Value, session: &Session, seen: &Seen) -> Outcome {
    match operations::stream(&session.client, request, call_options(&request["options"]), seen) {
        Some(played) => played.await,
        None => Ok(End::Skip("no such stream")),
    }
}

pub async fn list_all(request: &Value, session: &Session, seen: &Seen) -> Outcome {
    match operations::list_all(&session.client, request, call_options(&request["options"]), seen) {
        Some(played) => played.await,
        None => Ok(End::Skip("no such list")),
    }
}

pub async fn items<T: serde::de::DeserializeOwned + serde::Serialize>(
    request: &Value,
    pending: Pending<ItemStream<T>>,
    seen: &Seen,
) -> Outcome {
    let mut stream = pending.await?;
    seen.report(stream.response());
    seen.add("open", "", Value::Null);
    let mut count = 0;
    while let Some(item) = stream.next_item().await {
        seen.add("item", "item", json!(item.inspect_err(|_| seen.add("error", "", Value::Null))?));
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

pub async fn lines(request: &Value, pending: Pending<LogStream>, seen: &Seen) -> Outcome {
    let mut stream = pending.await?;
    seen.report(stream.response());
    seen.add("open", "", Value::Null);
    let mut count = 0;
    while let Some(line) = stream.next_line().await {
        match line {
            Ok(event) => seen.add("item", "item", json!(event)),
            Err(error) => {
                seen.add("error", "", Value::Null);
                seen.at_offset(stream.offset());
                return Err(error);
            }
        }
        count += 1;
        if stops(request, count) {
            if request["stop"]["how"] == "close" {
                stream.close();
            }
            return Ok(End::Stopped);
        }
    }
    seen.add("end", "", Value::Null);
    Ok(End::Final(json!({"count": count, "offset": stream.offset()})))
}

pub async fn pages<T>(request: &Value, mut pages: PageStream<T>, seen: &Seen) -> Outcome
where
    T: PartialEq + Clone + Unpin + serde::Serialize,
{
    let mut count = 0;
    while request["args"]["max_items"].as_u64() != Some(count) {
        let Some(item) = pages.next_item().await else { break };
        seen.add("item", "item", json!(item.inspect_err(|_| seen.add("error", "", Value::Null))?));
        count += 1;
        if stops(request, count as usize) {
            return Ok(End::Stopped);
        }
    }
    seen.add("end", "", Value::Null);
    Ok(End::Final(json!({"count": count})))
}

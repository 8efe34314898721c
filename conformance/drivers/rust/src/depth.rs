//! Invocation in depth: structured output, tools, content, media, cords, traces, maps, costs.

use crate::chutes::{cord, handle};
use crate::ops::{End, Outcome, Seen, image_request, told, typed};
use crate::options::{Session, call_options, limit};
use crate::shapes::{self, base64};
use chutes_client::{
    Answer, Binary, CallOptions, CallResult, CancelHandle, ChatRequest, DownloadParams, MapParams, MediaCall, MediaSource,
    RunToolsParams, Step, Tool, Value, image_part, image_part_with_detail, json, parse_output_value, video_part,
};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Longest data URL that is reported as it is.
const SHOWN_CHARS: usize = 200;

/// A folder that lives as long as this.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        Folder(shapes::folder())
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).expect("the temporary folder").flatten();
        let mut names: Vec<String> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub async fn play(request: &Value, session: &Session, seen: &Arc<Seen>) -> Outcome {
    let (client, args, options) = (&session.client, &request["args"], call_options(&request["options"]));
    match request["op"].as_str().unwrap_or("") {
        "chat.parse" => parse(args, session, seen, options).await,
        "chat.run_tools" => run_tools(args, session, options).await,
        "content.part" => part(args).await,
        "audio.speech" => {
            let text = args["text"].as_str().unwrap_or("");
            media(client.audio().speech(text_of(args, "chute"), text), args, &["text"], options, seen).await
        }
        "audio.music" => media(client.audio().music(text_of(args, "chute")), args, &[], options, seen).await,
        "video.generate" => {
            let mut call = client.video().generate(text_of(args, "chute"));
            if let Some(picture) = args["image_b64"].as_str() {
                call = call.image(base64(picture));
            }
            media(call, args, &["image_b64"], options, seen).await
        }
        "audio.transcribe" => {
            let sound = base64(args["audio_b64"].as_str().unwrap_or(""));
            let segments = client.audio().transcribe(text_of(args, "chute"), sound, without(args, &["chute", "audio_b64"]));
            Ok(told(seen, &segments.with(options).await?, |segments| json!({"segments": segments})))
        }
        "chute.download" => download(request, session, options).await,
        "chute.cords" => {
            let cords = handle(request, session).cords().await?;
            let shown = cords.iter().map(|c| {
                json!({"name": c.name, "path": c.path, "method": c.method, "stream": c.stream, "content_type": c.content_type})
            });
            Ok(End::Final(json!({"cords": shown.collect::<Vec<_>>()})))
        }
        "chute.trace" => trace(request, session, seen, options).await,
        "map" => map(args, session, options).await,
        "images.generate" => pictures(args, session, seen, options).await,
        "images.generate_many" => many(args, session, options).await,
        "models.cost" => cost(args, session, options).await,
        "signal.listeners" => listeners(args, session, options).await,
        _ => Ok(End::Skip("unknown op")),
    }
}

fn text_of(args: &Value, name: &str) -> String {
    args[name].as_str().unwrap_or("").to_owned()
}

fn without(args: &Value, names: &[&str]) -> Value {
    let mut out = args.clone();
    if let Some(map) = out.as_object_mut() {
        map.retain(|name, _| !names.contains(&name.as_str()));
    }
    out
}

async fn parse(args: &Value, session: &Session, seen: &Seen, options: CallOptions) -> Outcome {
    let (name, schema) = (text_of(&args["output"], "name"), args["output"]["schema"].clone());
    let chat = session.client.chat();
    let answer = chat.completions().parse_value(typed(args, &["output"]), name, schema).with(options).await?;
    seen.report(answer.response());
    let mut out = json!(**answer);
    out["parsed"] = answer.parsed.clone();
    Ok(End::Final(out))
}

/// What was streamed, read by the rules of parse.
pub async fn streamed(args: &Value, session: &Session, options: CallOptions) -> Outcome {
    let mut stream = session.client.chat().completions().stream(typed(args, &["output"])).with(options).await?;
    let completion = stream.final_completion().await?;
    let parsed = parse_output_value(&completion, &args["output"]["schema"])?;
    let mut out = json!(*completion);
    out["parsed"] = parsed;
    Ok(End::Final(out))
}

/// A tool that behaves as the call says.
fn behaving(given: &Value, timeout: &Value) -> Tool {
    let behave = given["behave"].clone();
    let run = move |args: Value| {
        let behave = behave.clone();
        async move {
            if let Some(words) = behave["fail"].as_str() {
                return Err(words.to_owned());
            }
            if let Some(ms) = behave["sleep_ms"].as_f64() {
                tokio::time::sleep(Duration::from_secs_f64(ms / 1000.0)).await;
            }
            Ok(if behave["echo"] == true { args } else { behave["return"].clone() })
        }
    };
    let tool = Tool::new(text_of(given, "name"), text_of(given, "description"), given["parameters"].clone(), run);
    match limit(timeout, "tool_timeout_ms") {
        Some(longest) => tool.timeout(longest),
        None => tool,
    }
}

pub fn steps(steps: &[Step]) -> Value {
    let one = |step: &Step| {
        let calls = step.calls.iter().map(|c| json!({"id": c.id, "name": c.name, "content": c.content, "error": c.error}));
        json!({"turn": step.turn, "calls": calls.collect::<Vec<_>>()})
    };
    steps.iter().map(one).collect()
}

async fn run_tools(args: &Value, session: &Session, options: CallOptions) -> Outcome {
    let tools = args["tools"].as_array().into_iter().flatten().map(|one| behaving(one, args)).collect();
    let mut params = RunToolsParams::new();
    if let Some(turns) = args["max_turns"].as_i64() {
        params = params.max_turns(turns);
    }
    let told = Arc::new(Mutex::new(Vec::<Step>::new()));
    if args["on_step"] == true {
        let told = told.clone();
        params = params.on_step(move |step| told.lock().unwrap().push(step.clone()));
    }
    let request: ChatRequest = typed(args, &["tools", "max_turns", "tool_timeout_ms", "on_step"]);
    let run = session.client.chat().completions().run_tools(request, tools, params).with(options).await?;
    let mut shown = json!({"completion": *run.completion, "messages": run.messages, "steps": steps(&run.steps)});
    if args["on_step"] == true {
        shown["told"] = steps(&told.lock().unwrap());
    }
    Ok(End::Final(shown))
}

/// A picture, sound or video as a call gives it.
fn source(folder: &Path, given: &Value) -> MediaSource {
    if let Some(url) = given["url"].as_str() {
        return MediaSource::from(url);
    }
    if let Some(name) = given["missing"].as_str() {
        return folder.join(name).into();
    }
    if let Some(data) = given["path_b64"].as_str() {
        let path = folder.join(given["filename"].as_str().unwrap_or("file"));
        std::fs::write(&path, base64(data)).expect("a temporary file");
        return path.into();
    }
    let mut bytes = base64(given["b64"].as_str().or(given["head_b64"].as_str()).unwrap_or(""));
    if let (Some(byte), Some(count)) = (given["fill"][0].as_u64(), given["fill"][1].as_u64()) {
        bytes.resize(bytes.len() + count as usize, byte as u8);
    }
    bytes.into()
}

async fn part(args: &Value) -> Outcome {
    let folder = Folder::new();
    let from = source(&folder.0, &args["source"]);
    let mut made = match (args["what"] == "video", args["detail"].as_str()) {
        (true, _) => video_part(from).await?,
        (false, None) => image_part(from).await?,
        (false, Some(detail)) => image_part_with_detail(from, detail).await?,
    };
    let kind = made["type"].as_str().unwrap_or("").to_owned();
    let url = made[&kind]["url"].as_str().unwrap_or("").to_owned();
    if url.len() <= SHOWN_CHARS {
        return Ok(End::Final(json!({"part": made})));
    }
    made[&kind]["url"] = json!(url[..60]);
    Ok(End::Final(json!({"part": made, "length": url.len()})))
}

fn binary(found: &Binary) -> Value {
    shapes::result(&CallResult::Binary(found.clone()))
}

type Progress = Arc<Mutex<Value>>;

fn watched() -> (Progress, DownloadParams) {
    let progress = Progress::default();
    let heard = progress.clone();
    let params = DownloadParams::new().on_progress(move |received, total| *heard.lock().unwrap() = json!([received, total]));
    (progress, params)
}

fn written(path: &Path, progress: &Progress) -> Value {
    let bytes = std::fs::read(path).expect("the file that was told");
    let progress = progress.lock().unwrap().clone();
    json!({"kind": "bytes", "length": bytes.len(), "sha256": shapes::sha256(&bytes), "progress": progress})
}

/// Bytes, or a file where the call asks for one; `own` are the fields that the call has already.
async fn media(mut call: MediaCall, args: &Value, own: &[&str], options: CallOptions, seen: &Seen) -> Outcome {
    call = call.with(options);
    if let Some(path) = args["path"].as_str() {
        call = call.path(path);
    }
    let rest = without(&without(args, &["chute", "to", "path"]), own);
    for (name, value) in rest.as_object().into_iter().flatten() {
        call = call.set(name, value.clone());
    }
    if args["to"] != true {
        let found: Answer<Binary> = call.await?;
        return Ok(told(seen, &found, binary));
    }
    let folder = Folder::new();
    let (progress, params) = watched();
    let path = call.to(folder.0.join("out.bin"), params).await?;
    Ok(End::Final(written(&path, &progress)))
}

async fn download(request: &Value, session: &Session, options: CallOptions) -> Outcome {
    let (args, folder) = (&request["args"], Folder::new());
    let (progress, params) = watched();
    let to = folder.0.join("out.bin");
    let done = handle(request, session).download(cord(args), args["json"].clone(), to, params).with(options).await;
    Ok(match done {
        Ok(path) => End::Final(written(&path, &progress)),
        Err(error) => End::Both(json!({"kept": folder.names()}), error),
    })
}

async fn trace(request: &Value, session: &Session, seen: &Seen, options: CallOptions) -> Outcome {
    let args = &request["args"];
    let trace = handle(request, session).trace(cord(args), args["json"].clone()).with(options).await?;
    seen.report(trace.response());
    let result = match &trace.result {
        None => Value::Null,
        Some(CallResult::Json(value)) => value.clone(),
        Some(CallResult::Text(text)) => json!(text),
        Some(CallResult::Binary(found)) => binary(found),
    };
    Ok(End::Final(json!({"entries": trace.entries, "result": result, "error": trace.error, "timeline": trace.timeline()})))
}

async fn map(args: &Value, session: &Session, options: CallOptions) -> Outcome {
    let calls = args["calls"].as_array().cloned().unwrap_or_default();
    let mut params = MapParams::new().ordered(args["ordered"] == true);
    if let Some(most) = args["concurrency"].as_i64() {
        params = params.concurrency(most);
    }
    let chat = session.client.chat();
    let ask = move |one: Value| chat.completions().create(typed(&one, &[])).with(options.clone()).into_future();
    let mut results = session.client.map(ask, calls, params)?;
    let mut out: Vec<Value> = Vec::new();
    while args["take"].as_u64() != Some(out.len() as u64) {
        let Some(done) = results.next_result().await else { break };
        out.push(match done.result {
            Ok(answer) => json!({"index": done.index, "content": answer.text()}),
            Err(error) => json!({"index": done.index, "kind": error.kind().as_str()}),
        });
    }
    Ok(End::Final(json!({"results": out})))
}

/// The request of an image, with the pictures to work on.
fn asked(folder: &Folder, args: &Value, drop: &[&str]) -> chutes_client::invoke::images::ImageRequest {
    let mut wanted = image_request(&without(&without(args, &["image"]), drop));
    let given = &args["image"];
    let list = given.as_array().cloned().unwrap_or_else(|| if given.is_object() { vec![given.clone()] } else { Vec::new() });
    for one in &list {
        wanted = wanted.image(source(&folder.0, one));
    }
    wanted
}

async fn pictures(args: &Value, session: &Session, seen: &Seen, options: CallOptions) -> Outcome {
    let folder = Folder::new();
    let image = session.client.images().generate(asked(&folder, args, &[])).with(options).await?;
    seen.report(image.response());
    Ok(End::Final(shapes::image(&image, args["save"] == true)))
}

async fn many(args: &Value, session: &Session, options: CallOptions) -> Outcome {
    let n = args["n"].as_u64().unwrap_or(1) as usize;
    let folder = Folder::new();
    let wanted = asked(&folder, args, &["n", "progress", "return_errors"]);
    let images = session.client.images();
    if args["return_errors"] != true && args["progress"] != true {
        let made = images.generate_many(wanted, n).with(options).await?;
        return Ok(End::Final(json!({"images": made.iter().map(|i| shapes::image(i, false)).collect::<Vec<_>>()})));
    }
    let progress = Progress::new(Mutex::new(json!([])));
    let heard = progress.clone();
    let tell = move |done, total| heard.lock().unwrap().as_array_mut().expect("a list").push(json!([done, total]));
    let mut shown = Vec::new();
    for one in images.generate_each(wanted, n, tell).with(options).await? {
        shown.push(match one {
            Ok(image) => shapes::image(&image, false),
            Err(error) if args["return_errors"] == true => json!({"kind": error.kind().as_str()}),
            Err(error) => return Err(error),
        });
    }
    Ok(End::Final(json!({"images": shown, "progress": *progress.lock().unwrap()})))
}

async fn cost(args: &Value, session: &Session, options: CallOptions) -> Outcome {
    let mut costs = Vec::new();
    for one in args["completions"].as_array().into_iter().flatten() {
        let completion: chutes_client::types::ChatCompletion = typed(one, &[]);
        let cost = session.client.models().cost(&completion).with(options.clone()).await?;
        costs.push(cost.map(|c| json!({"input": c.input, "output": c.output, "total": c.total})));
    }
    Ok(End::Final(json!({"costs": costs})))
}

/// Many calls on one handle that is never used.
async fn listeners(args: &Value, session: &Session, options: CallOptions) -> Outcome {
    let (handle, calls) = (CancelHandle::new(), args["calls"].as_u64().unwrap_or(0));
    let options = options.cancel(&handle);
    let request: ChatRequest = typed(args, &["calls", "stream"]);
    let chat = session.client.chat();
    for at in 0..calls {
        if args["stream"] != true {
            chat.completions().create(request.clone()).with(options.clone()).await?;
            continue;
        }
        let mut stream = chat.completions().stream(request.clone()).with(options.clone()).await?;
        while let Some(chunk) = stream.next_chunk().await {
            chunk?;
            if at % 2 == 1 {
                break;
            }
        }
    }
    drop(options);
    Ok(End::Final(json!({"left": handle.listeners(), "warnings": 0, "calls": calls})))
}

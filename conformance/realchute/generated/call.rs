//! Calls every cord through the generated type: `call REF` prints one line of JSON for each call of expect.json.

mod hard_chute;
mod lie_chute;
mod real_chute;

use chutes_client::{Answer, Binary, CallOptions, Chutes, Error, EventStream, json};
use real_chute::{FullInput, ProtectedInput, RealChute, SimpleInput, SimpleInput2};
use serde_json::Value;

type Outcome = Result<Value, Error>;

fn value<T: serde::Serialize>(answer: Result<Answer<T>, Error>) -> Outcome {
    answer.map(|answer| json!({ "json": *answer }))
}

fn text(answer: Result<Answer<String>, Error>) -> Outcome {
    answer.map(|answer| json!({ "text": *answer }))
}

fn binary(answer: Result<Answer<Binary>, Error>) -> Outcome {
    answer.map(|answer| {
        let sum = ring::digest::digest(&ring::digest::SHA256, &answer.bytes);
        let sha256: String = sum.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        json!({ "bytes": { "content_type": answer.content_type, "length": answer.bytes.len(), "sha256": sha256 } })
    })
}

async fn events(stream: Result<EventStream, Error>) -> Outcome {
    let (mut stream, mut seen) = (stream?, Vec::new());
    while let Some(event) = stream.next_event().await {
        let event = event?;
        seen.push(json!({ "event": event.event, "data": event.data }));
    }
    Ok(json!({ "events": seen }))
}

fn tell(name: &str, outcome: Outcome) {
    let mut line = outcome.unwrap_or_else(|e| {
        json!({ "error": { "kind": e.kind().as_str(), "status": e.status(), "message": e.message() } })
    });
    line["name"] = name.into();
    println!("{line}");
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let client = Chutes::from_env()?;
    let reference = std::env::args().nth(1).unwrap_or_default();
    let lie = lie_chute::LieChute::new(&client, &*reference);
    let real = RealChute::new(&client, reference).with(CallOptions::new().max_retries(0_u32));
    let prompt = |text: &str| SimpleInput::new(text);

    let full = FullInput { max_tokens: Some(2), tags: Some(vec!["a".into()]), ..FullInput::new("one two") };
    tell("json", value(real.generate(&full).await));
    tell("json, minimal schema", value(real.minimal(&prompt("héllo 🌍")).await));
    let any = json!({ "a": [1, 2.5, null, true], "b": { "c": "x/y" } });
    tell("json, any object", value(real.echo(any).await));
    tell("json, sync function", value(real.sync(json!({ "b": 1, "a": 2 })).await));
    let simple = SimpleInput2 { text: Some("hi".into()), number: Some(3), ..Default::default() };
    tell("primitive parameters", value(real.simple(&simple).await));
    tell("dependency not resolved", value(real.protected(&ProtectedInput { token: Some("wrong".into()), ..Default::default() }).await));
    tell("get", value(real.health().await));
    tell("get, array", value(real.listing().await));
    tell("text", text(real.text(&prompt("plain")).await));
    tell("png", binary(real.picture(&prompt("x")).await));
    tell("wav", binary(real.speak(&prompt("x")).await));
    tell("pdf", binary(real.download().await));
    tell("passthrough", value(real.completions(json!({ "prompt": "x", "n": 2 })).await));
    tell("stream", events(real.stream(&prompt("one twö")).await).await);
    tell("stream, named events", events(real.sync_stream(&prompt("one two")).await).await);
    tell("stream, passthrough", events(real.tokens(json!({ "prompt": "one two" })).await).await);
    tell("refused input", value(real.refuse(&prompt(" ")).await));
    tell("stream refused before it begins", events(real.failing_stream(&prompt("x")).await).await);
    tell("crash", value(real.crash(json!({ "a": 1 })).await));
    let name = "documented stream form that the runtime refuses";
    tell(name, events(real.returned_stream(&prompt("x")).await).await);

    tell("lie: health", value(lie.health().await));
    tell("lie: text", value(lie.text(&lie_chute::SimpleInput::new("x")).await));
    tell("lie: generate", text(lie.generate(&lie_chute::FullInput::new("x")).await));
    tell("lie: echo", binary(lie.echo(json!({ "a": 1 })).await));
    Ok(())
}

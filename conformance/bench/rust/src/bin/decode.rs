//! The stream of a client alone, for counts of instructions: `decode FILE TIMES` plays the body of a stream so often, with no socket.

use chutes_client::testing::{Script, Scripted};
use chutes_client::{ChatRequest, Chutes, Message};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let body = std::fs::read(&args[0]).expect("the body");
    let times: usize = args[1].parse().expect("a number");
    let script = Scripted::new((0..times).map(|_| Script::bytes("text/event-stream", body.clone())));
    let client = Chutes::builder().api_key("cpk_bench").base_url("http://localhost").scripted(&script).build().expect("a client");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        for _ in 0..times {
            let request = ChatRequest::new("any", [Message::user("Hello")]);
            let mut stream = client.chat().completions().stream(request).await.expect("a stream");
            while let Some(chunk) = stream.next_chunk().await {
                std::hint::black_box(&chunk.expect("a chunk"));
            }
            let whole = stream.final_completion().await.expect("a whole answer");
            assert!(!whole.text().is_empty());
        }
    });
}

//! The decoders alone, for counts of instructions: `decode FILE TIMES` takes the body of a stream so often, in reads of 16 KiB.

use chutes_client::accumulate::Accumulator;
use chutes_client::sse::{Decoder, MAX_EVENT_BYTES};
use chutes_client::types::ChatCompletionChunk;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let body = std::fs::read(&args[0]).expect("the body");
    let times: usize = args[1].parse().expect("a number");
    for _ in 0..times {
        let (mut decoder, mut whole) = (Decoder::new(MAX_EVENT_BYTES), Accumulator::new(true));
        for read in body.chunks(16 << 10) {
            for event in decoder.feed(read).expect("events") {
                if event.data != "[DONE]" {
                    let raw: chutes_client::Value = serde_json::from_str(&event.data).expect("JSON");
                    whole.add(&raw);
                    let chunk: ChatCompletionChunk = serde_json::from_value(raw).expect("a chunk");
                    std::hint::black_box(&chunk);
                }
            }
        }
        assert!(whole.complete());
    }
}

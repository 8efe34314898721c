//! The README's block on spans. Needs the feature `otel`.

// README: names of otel
use chutes_client::{ChatRequest, Chutes, Message, otel::otel};
use opentelemetry::global;
// README: end
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let exporter = InMemorySpanExporter::default(); // stands for that of your program
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    // README: otel
    global::set_tracer_provider(provider);
    let client = Chutes::builder().hooks(otel()).build()?;
    let request = ChatRequest::new("mock/open-model", [Message::user("Hello")]);
    client.chat().completions().create(request).await?; // the span `chat mock/open-model`
    // README: end
    for span in exporter.get_finished_spans()? {
        println!("{}: {} attributes, {} events", span.name, span.attributes.len(), span.events.len());
    }
    Ok(())
}

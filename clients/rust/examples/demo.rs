//! The newcomer's demo: everything once, against CHUTES_BASE_URL (the local platform: `chutes-mock`).

use chutes_client::management::chutes::ChutesListParams;
use chutes_client::{CallOptions, ChatRequest, Chutes, ImageRequest, Message};
use std::io::Write;
use std::path::PathBuf;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Chutes::from_env()?;
    let folder = PathBuf::from(std::env::var("DEMO_OUT").unwrap_or_else(|_| "demo-output".into()));
    let question =
        || ChatRequest::new("mock/open-model", [Message::user("Say hello to somebody who streams for the first time.")]);
    let scenario = |name: &str| CallOptions::new().extra_header("X-Mock-Scenario", name);

    // 1. List the chutes that everybody can see.
    println!("Chutes:");
    let mut chutes = 0;
    let mut list = client.chutes().list_all(ChutesListParams { include_public: Some(true), ..Default::default() });
    while let Some(chute) = list.next_item().await {
        let chute = chute?;
        chutes += 1;
        println!("  {}  {}", if chute.hot == Some(true) { "hot " } else { "cold" }, chute.name);
    }

    // 2. Stream a chat, token by token.
    print!("\nChat: ");
    let mut tokens = 0;
    let mut stream = client.chat().completions().stream(question()).await?;
    while let Some(text) = stream.text_stream().next_text().await {
        tokens += 1;
        print!("{}", text?);
        std::io::stdout().flush()?;
    }
    let whole = stream.final_completion().await?;
    let total = whole.usage.as_ref().and_then(|u| u.total_tokens).unwrap_or_default();
    println!("\n  {tokens} pieces, {total} tokens in all");

    // 3. Make an image and keep it.
    std::fs::create_dir_all(&folder)?;
    let wanted = ImageRequest::new("a lighthouse at dusk").set("model", "FLUX.1-schnell").set("size", "512x512").set("seed", 7);
    let image = client.images().generate(wanted).await?;
    let path = folder.join(if image.content_type() == "image/png" { "lighthouse.png" } else { "lighthouse.jpg" });
    image.save(&path)?;
    println!("\nImage: {}, {}, {} bytes", path.display(), image.content_type(), image.bytes().len());

    // 4. Survive a server that fails once: the client tries again by itself.
    let answer = client.chat().completions().create(question()).with(scenario("engine-503;count=1")).await?;
    let retries = answer.response().attempts() - 1;
    println!("\n503: the answer came after {retries} retry");

    // 5. A stream that is cut off is told as such, and what came is kept.
    let mut cut = client.chat().completions().stream(question()).with(scenario("stream-cut")).await?;
    let mut interrupted = "no";
    if let Err(error) = cut.final_completion().await {
        interrupted = if error.is_stream_interrupted() { "yes" } else { "no" };
        println!("\nCut off: {}", error.message());
        println!(
            "  received before: {}",
            error.partial().map_or("", |p| p["choices"][0]["message"]["content"].as_str().unwrap_or(""))
        );
    }

    println!(
        "\nDEMO rust ok chutes={chutes} tokens={tokens} image={} bytes={} retries={retries} interrupted={interrupted}",
        path.display(),
        image.bytes().len()
    );
    Ok(())
}

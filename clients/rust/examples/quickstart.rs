//! The blocks of the README, one function each.

// README: names of quickstart
use chutes_client::{CallOptions, CallResult, ChatRequest, Chutes, ImageRequest, Kind, Message, json};
use std::time::Duration;
// README: end

type Done = Result<(), Box<dyn std::error::Error>>;

async fn chat(client: &Chutes) -> Done {
    // README: chat
    let request = ChatRequest::new("mock/open-model", [Message::user("hello")]);
    let answer = client.chat().completions().create(request).await?;
    println!("{} ({} attempts)", answer.text(), answer.response().attempts());
    // README: end
    Ok(())
}

async fn stream(client: &Chutes) -> Done {
    // README: stream
    let request = ChatRequest::new("mock/open-model", [Message::user("hello")]);
    let mut stream = client.chat().completions().stream(request).await?;
    while let Some(chunk) = stream.next_chunk().await {
        print!("{}", chunk?.text());
    }
    let whole = stream.final_completion().await?;
    println!(" {:?}", whole.usage);
    // README: end
    Ok(())
}

async fn image(client: &Chutes) -> Done {
    // README: image
    let wanted = ImageRequest::new("a lighthouse at dusk").set("model", "FLUX.1-schnell").set("size", "512x512");
    let image = client.images().generate(wanted).await?;
    image.save(std::env::temp_dir().join("lighthouse.jpg"))?;
    // README: end
    Ok(())
}

async fn chute(client: &Chutes) -> Done {
    // README: chute
    let chute = client.chute("mock-echo"); // an id, user/name, slug, host or URL
    match chute.call("/echo", json!({"text": "hi"})).await?.into_inner() {
        CallResult::Json(value) => println!("{value}"),
        CallResult::Text(text) => println!("{text}"),
        CallResult::Binary(binary) => println!("{} bytes of {}", binary.bytes.len(), binary.content_type),
    }
    // README: end
    Ok(())
}

async fn management(client: &Chutes) -> Done {
    // README: management
    let mut chutes = client.chutes().list_all(Default::default());
    while let Some(chute) = chutes.next_item().await {
        println!("{}", chute?.name);
    }
    // README: end
    Ok(())
}

async fn errors(client: &Chutes) -> Done {
    // README: errors
    let request = ChatRequest::new("no/such-model", [Message::user("hello")]);
    let options = CallOptions::new().timeout(Duration::from_secs(30)).max_retries(1);
    match client.chat().completions().create(request).with(options).await {
        Ok(answer) => println!("{}", answer.text()),
        Err(error) if error.kind() == Kind::ColdStart => println!("not running yet; retry after {:?}", error.retry_after()),
        Err(error) if error.is_rate_limited() => println!("slow down: {error}"),
        Err(error) => println!("{} after {} attempts: {}", error.kind(), error.attempts(), error.message()),
    }
    // README: end
    Ok(())
}

#[tokio::main]
async fn main() -> Done {
    let client = Chutes::from_env()?;
    chat(&client).await?;
    stream(&client).await?;
    image(&client).await?;
    management(&client).await?;
    errors(&client).await?;
    if let Err(error) = chute(&client).await {
        println!("the chute: {error}");
    }
    Ok(())
}

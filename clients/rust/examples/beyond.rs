//! What people do with a model beyond one call; each part is shown in the README.

// README: names of beyond
use chutes_client::{
    ChatRequest, Chutes, DownloadParams, Hooks, ImageRequest, MapParams, Message, Rate, Role, RunToolsParams, Tool, image_part,
    json,
};
// README: end

type Done = Result<(), Box<dyn std::error::Error>>;

async fn parse(client: &Chutes) -> Done {
    // README: parse
    let schema = json!({
        "type": "object",
        "properties": {"city": {"type": "string"}, "country": {"type": "string"}},
        "required": ["city", "country"],
    });
    let request = ChatRequest::new("mock/open-model", [Message::user("Where is the Eiffel tower?")]);
    match client.chat().completions().parse_value(request, "place", schema).await {
        Ok(answer) => println!("{} {:?}", answer.parsed["city"], answer.usage),
        // Cut off, refused, no JSON, another shape …
        Err(error) if error.is_invalid_output() => println!("{:?} {:?}", error.reason(), error.text()),
        Err(error) => return Err(error.into()),
    }
    // README: end
    Ok(())
}

async fn tools(client: &Chutes) -> Done {
    // README: tools
    let parameters = json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
    let weather = Tool::new("weather", "The weather of a city right now", parameters, |args| async move {
        Ok::<_, String>(json!({"city": args["city"], "degrees": 21})) // an error is told to the model
    });
    let request = ChatRequest::new("mock/open-model", [Message::user("What is the weather in Bonn?")]);
    let params = RunToolsParams::new().max_turns(5).on_step(|step| println!("turn {}: {} calls", step.turn, step.calls.len()));
    let run = client.chat().completions().run_tools(request, vec![weather], params).await?;
    println!("{} ({} messages)", run.completion.text(), run.messages.len());
    // README: end
    Ok(())
}

async fn vision(client: &Chutes) -> Done {
    // README: vision
    let wanted = ImageRequest::new("a cat").set("model", "FLUX.1-schnell").set("size", "256x256");
    let picture = client.images().generate(wanted).await?;
    let part = image_part(picture.bytes().clone()).await?; // or a path, a URL, a data URL
    let content = json!([{"type": "text", "text": "What is this?"}, part]);
    let message = Message { role: Some(Role::User), content: Some(content), ..Default::default() };
    let answer = client.chat().completions().create(ChatRequest::new("mock/open-model", [message])).await?;
    println!("{:?}", answer.usage);
    // README: end
    Ok(())
}

async fn models(client: &Chutes) -> Done {
    // README: models
    let request = ChatRequest::new("", [Message::user("Hello")]).models(["mock/capacity-429", "mock/open-model"]);
    let answer = client.chat().completions().create(request).await?;
    let told = answer.response();
    println!("{:?} answered, after {:?}", told.model(), told.tried()); // Some("mock/open-model") …
    for attempt in told.history() {
        println!("{} {:?} {:?} {:?}", attempt.number, attempt.status, attempt.kind, attempt.wait);
    }
    if let Some(cost) = client.models().cost(&*answer).await? {
        println!("{:.6} USD", cost.total);
    }
    // README: end
    Ok(())
}

async fn map() -> Done {
    // README: map
    let client = Chutes::builder().max_concurrency(4).rate_limit_per_minute(Rate::Auto).build()?;
    let chat = client.chat();
    let ask = move |word: &'static str| {
        chat.completions().create(ChatRequest::new("mock/open-model", [Message::user(word)])).into_future()
    };
    let mut results = client.map(ask, ["one", "two", "three"], MapParams::new().progress(true))?;
    while let Some(done) = results.next_result().await {
        match done.result {
            Ok(answer) => println!("{} {}: {}", done.index, done.item, answer.text()),
            Err(error) => println!("{} {}: {error}", done.index, done.item),
        }
    }
    // README: end
    Ok(())
}

async fn function(client: &Chutes) -> Done {
    // README: function
    let chute = client.chute("demo/echo");
    for cord in chute.cords().await? {
        println!("{} {} {} {}", cord.name, cord.method, cord.path, cord.stream);
    }
    println!("{:?}", *chute.call("echo", json!({"text": "hello"})).await?);
    if let Err(error) = chute.call("echo", json!({"words": "hello"})).await {
        println!("{}", error.message()); // nothing was sent
    }
    for line in chute.trace("echo", json!({"text": "hello"})).await?.timeline() {
        println!("{line}");
    }
    // README: end
    Ok(())
}

async fn media(client: &Chutes) -> Done {
    // README: media
    let sound = client.audio().speech("demo/echo", "Hello there").set("speed", 1.1).await?;
    println!("{} bytes of {}", sound.bytes.len(), sound.content_type);
    let progress = DownloadParams::new().on_progress(|received, total| println!("{received} of {total:?}"));
    let path = client.audio().speech("demo/echo", "Hello there").to(std::env::temp_dir().join("hello.wav"), progress).await?;
    println!("{}", path.display());
    // README: end
    Ok(())
}

async fn seeing() -> Done {
    // README: seeing
    let hooks = Hooks::new()
        .after_attempt(|told| println!("{} {} {:?} {:?}", told.operation, told.number, told.status, told.kind))
        .on_retry(|told| println!("again in {:?} after {}", told.wait, told.kind))
        .on_stream_end(|told| println!("{} chunks {:?}", told.chunks, told.usage));
    let client = Chutes::builder().hooks(hooks).build()?;
    let request = ChatRequest::new("mock/open-model", [Message::user("Hello")]);
    client.chat().completions().stream(request).await?.final_completion().await?;
    // README: end
    Ok(())
}

#[tokio::main]
async fn main() -> Done {
    let client = Chutes::from_env()?;
    parse(&client).await?;
    tools(&client).await?;
    vision(&client).await?;
    models(&client).await?;
    map().await?;
    function(&client).await?;
    media(&client).await?;
    seeing().await
}

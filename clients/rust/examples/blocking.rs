//! The README's block on the client without `async`. Needs the feature `blocking`.

// README: names of blocking
use chutes_client::blocking::{Chutes, tool};
use chutes_client::{ChatRequest, MapParams, Message, RunToolsParams, json};
// README: end

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // README: blocking
    let client = Chutes::from_env()?;
    let ask = |text: &str| ChatRequest::new("mock/open-model", [Message::user(text)]);
    println!("{}", client.chat().completions().create(ask("hello")).send()?.text());
    let mut stream = client.chat().completions().stream(ask("hello")).send()?;
    for text in stream.text_stream() {
        print!("{}", text?);
    }
    println!(" {:?}", stream.final_completion()?.usage);
    for chute in client.chutes().list_all(Default::default()) {
        println!("{}", chute?.name);
    }
    let clock = tool("clock", "The time", json!({"type": "object"}), |_| Ok::<_, String>("12:00")); // no async here either
    let run = client.chat().completions().run_tools(ask("How late is it?"), vec![clock], RunToolsParams::new()).send()?;
    println!("{} after {} turns", run.completion.text(), run.steps.len());
    let (chat, model) = (client.chat(), "mock/open-model");
    let ask = move |word: &'static str| chat.completions().create(ChatRequest::new(model, [Message::user(word)]));
    for done in client.map(ask, ["one", "two", "three"], MapParams::new())? {
        println!("{}: {}", done.item, done.result?.text());
    }
    // README: end
    Ok(())
}

//! The README's block on hotkeys. Needs the feature `hotkey`.

// README: names of hotkey
use chutes_client::{Chutes, auth::hotkey, hotkey::Hotkey};
// README: end

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // README: hotkey
    let key = Hotkey::from_config(None)?; // the file of the official CDK; or Hotkey::from_seed("64 hexadecimal digits")
    let client = Chutes::builder().auth(hotkey(key.clone())).build()?;
    println!("{:?} {}", client.users().me().await?.username, key.address());
    if let Err(error) = client.users().quotas().await {
        println!("{} {}", error.kind(), error.message()); // config: what the server would not verify is not sent
    }
    // README: end
    Ok(())
}

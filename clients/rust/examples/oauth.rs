//! The README's block on signing people in, with a server that they come back to.

// README: names of oauth
use chutes_client::types::OauthAppArgs;
use chutes_client::{Chutes, Method, OAuth, Token};
// README: end
use std::collections::HashMap;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

type Done = Result<(), Box<dyn std::error::Error>>;

/// Waits for the user to come back, and gives the query they bring.
async fn back(listener: TcpListener) -> std::io::Result<HashMap<String, String>> {
    let (socket, _) = listener.accept().await?;
    let (read, mut write) = socket.into_split();
    let mut lines = BufReader::new(read).lines();
    let first = lines.next_line().await?.unwrap_or_default();
    while lines.next_line().await?.is_some_and(|line| !line.is_empty()) {}
    write.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\nYou may close this page.").await?;
    let query = first.split(' ').nth(1).and_then(|path| path.split_once('?')).map_or("", |(_, query)| query);
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    Ok(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// What the user's browser does with the address.
async fn visit(url: String) {
    if let Ok(browser) = Chutes::builder().auth(chutes_client::auth::anonymous()).build() {
        let _ = browser.request(Method::GET, url).await;
    }
}

async fn sign_in(owner: &Chutes) -> Done {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let callback = format!("http://{}/callback", listener.local_addr()?);
    // README: oauth
    let wanted = OauthAppArgs { name: "reader".into(), redirect_uris: vec![callback.clone()], ..Default::default() };
    let app = owner.oauth_apps().create(&wanted).await?.into_inner(); // once for an app
    let oauth = OAuth::builder(app.client_id.unwrap_or_default())
        .client_secret(app.client_secret.unwrap_or_default())
        .redirect_uri(callback)
        .build()?;
    let begun = oauth.authorize_url(&["profile", "account:read"])?;
    tokio::spawn(visit(begun.url)); // stands for the user's browser: redirect it there
    let answer = back(listener).await?;
    if answer.get("state") != Some(&begun.state) {
        return Err("not an answer to this sign-in".into());
    }
    let code = answer.get("code").ok_or("the user said no")?;
    let token = oauth.exchange(code, begun.code_verifier).await?;
    let store = |new: Token| async move { std::fs::write("token.json", serde_json::to_vec(&new)?) }; // a refresh token is good once
    let client = Chutes::builder().auth(oauth.provider_with(token, store)).build()?; // renews the token in its last minute
    println!("{:?}", client.users().me().await?.username);
    // README: end
    Ok(())
}

#[tokio::main]
async fn main() -> Done {
    sign_in(&Chutes::from_env()?).await
}

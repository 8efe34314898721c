//! Signing in: the authorize URL, the forms, and a provider that renews once and never loses a token.
#![cfg(feature = "client")]

mod wire;

use base64::Engine as _;
use chutes_client::testing::VirtualClock;
use chutes_client::{Chutes, Kind, OAuth, Token, Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore};

const NOW: f64 = 1_764_000_000.0;
const SECRET: &str = "secret-of-the-app";

fn app(url: &str) -> OAuth {
    let client = Chutes::builder().base_url(url).seam(VirtualClock::new(NOW).seam());
    OAuth::builder("cid_x").client_secret(SECRET).redirect_uri("http://localhost/cb?a=b").client(client).build().unwrap()
}

fn token(left: f64) -> Token {
    let text = json!({"access_token": "access-0", "refresh_token": "refresh-0", "expires_at": NOW + left});
    serde_json::from_value(text).unwrap()
}

fn issued(number: usize) -> Value {
    json!({"access_token": format!("access-{number}"), "refresh_token": format!("refresh-{number}"), "expires_in": 3600})
}

/// Answers refreshes with the pair after the one that is used up, and every other request with its credential.
async fn platform(gate: Arc<Semaphore>, refused: usize) -> (String, wire::Asked) {
    let refused = Arc::new(AtomicUsize::new(refused));
    wire::serve(move |_, request| {
        let (gate, refused) = (gate.clone(), refused.clone());
        async move {
            if request.path != "/idp/token" {
                return wire::json(200, json!({"user_id": "u", "username": request.header("authorization")}));
            }
            let _open = gate.acquire().await;
            if refused.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1)).is_ok() {
                return wire::json(400, json!({"error": "invalid_grant", "error_description": "not refresh-0 again"}));
            }
            let used = request.field("refresh_token").unwrap().rsplit('-').next().unwrap().parse::<usize>().unwrap();
            wire::json(200, issued(used + 1))
        }
    })
    .await
}

fn open() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(100))
}

fn client(url: &str, auth: Arc<dyn chutes_client::auth::Auth>) -> Chutes {
    let seam = VirtualClock::new(NOW).seam();
    Chutes::builder().base_url(url).auth(auth).seam(seam).build().unwrap()
}

fn refreshes(asked: &wire::Asked) -> usize {
    wire::lines(asked).iter().filter(|line| *line == "POST /idp/token").count()
}

#[test]
fn the_url_carries_a_fresh_challenge() {
    let app = app("http://127.0.0.1:9");
    let (one, other) = (app.authorize_url(&["profile", "chutes:invoke"]).unwrap(), app.authorize_url(&[]).unwrap());
    assert!(one.state != other.state && one.code_verifier != other.code_verifier);
    assert_eq!((one.state.len(), one.code_verifier.len()), (32, 64));
    let digest = ring::digest::digest(&ring::digest::SHA256, one.code_verifier.as_bytes());
    let challenge = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest.as_ref());
    assert_eq!(
        one.url,
        format!(
            "http://127.0.0.1:9/idp/authorize?response_type=code&client_id=cid_x&redirect_uri=http%3A%2F%2Flocalhost%2Fcb%3Fa%3Db\
             &scope=profile+chutes%3Ainvoke&state={}&code_challenge={challenge}&code_challenge_method=S256",
            one.state
        )
    );
    assert!(!format!("{one:?}").contains(&one.code_verifier));
    let own = app.authorize_url_with(&[], Some("mine"), &[("prompt", "login"), ("scope", "x")]).unwrap();
    assert!(own.state == "mine" && own.url.ends_with("&prompt=login") && own.url.contains("&scope=x&"), "{}", own.url);
    assert!(app.authorize_url_with(&[], None, &[("code_challenge", "x")]).unwrap_err().is_config());
    let bare = OAuth::builder("cid_x").build().unwrap();
    assert!(bare.authorize_url(&[]).unwrap_err().message().contains("redirect_uri"));
    assert!(OAuth::builder(" ").build().unwrap_err().is_config());
}

#[tokio::test]
async fn a_code_becomes_a_token_without_a_key_and_is_not_shown() {
    let (url, asked) = wire::serve(|number, _| async move {
        match number {
            0 => wire::json(200, json!({"access_token": "access-1", "scope": "profile"})),
            1 => wire::json(503, json!({"error": "bad", "error_description": "c0de-2 and secret-of-the-app"})),
            _ => wire::json(200, json!({"expires_in": 3600})),
        }
    })
    .await;
    let app = app(&url);
    let made = app.exchange("c0de-1", "ver1fier").await.unwrap();
    assert_eq!((made.access_token.as_str(), made.refresh_token.as_deref()), ("access-1", None));
    assert_eq!((made.expires_at, made.scope.as_deref(), made.token_type.as_str()), (NOW + 3600.0, Some("profile"), "Bearer"));
    let request = asked.lock().unwrap()[0].clone();
    assert!(request.header("authorization").is_none() && request.header("x-api-key").is_none());
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    for (name, want) in [
        ("grant_type", "authorization_code"),
        ("code", "c0de-1"),
        ("code_verifier", "ver1fier"),
        ("client_id", "cid_x"),
        ("client_secret", SECRET),
        ("redirect_uri", "http%3A%2F%2Flocalhost%2Fcb%3Fa%3Db"),
    ] {
        assert_eq!(request.field(name), Some(want), "{name}");
    }
    let error = app.exchange("c0de-2", "ver1fier").await.unwrap_err();
    let shown = format!("{error} {error:?} {}", String::from_utf8_lossy(error.raw_body()));
    assert!(!shown.contains("c0de-2") && !shown.contains(SECRET), "{shown}");
    assert_eq!(asked.lock().unwrap().len(), 2, "a code is sent once");
    assert_eq!(app.exchange("c0de-3", "ver1fier").await.unwrap_err().kind(), Kind::UnexpectedResponse);
    assert!(!format!("{app:?}").contains(SECRET));
}

#[tokio::test]
async fn one_refresh_serves_all_and_is_told_before_it_is_used() {
    let (url, asked) = platform(open(), 0).await;
    let told: Arc<Mutex<Vec<(Token, usize)>>> = Arc::default();
    let (heard, calls) = (told.clone(), asked.clone());
    let auth = app(&url).provider_with(token(59.0), move |new| {
        let used = wire::lines(&calls).iter().filter(|line| *line == "GET /users/me").count();
        heard.lock().unwrap().push((new, used));
        async { Ok::<(), std::io::Error>(()) }
    });
    let client = client(&url, auth);
    let calls: Vec<_> = (0..8).map(|_| tokio::spawn(client.users().me().into_future())).collect();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().username.as_deref(), Some("Bearer access-1"));
    }
    assert_eq!(refreshes(&asked), 1);
    let told = told.lock().unwrap();
    assert_eq!((told.len(), told[0].1, told[0].0.refresh_token.as_deref()), (1, 0, Some("refresh-1")));
    assert!(!format!("{:?}", told[0].0).contains("access-1"));
}

#[tokio::test]
async fn a_token_with_time_left_is_used_as_it_is() {
    let (url, asked) = platform(open(), 0).await;
    let client = client(&url, app(&url).provider(token(60.0)));
    assert_eq!(client.users().me().await.unwrap().username.as_deref(), Some("Bearer access-0"));
    assert_eq!(refreshes(&asked), 0);
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_end_the_refresh() {
    let gate = Arc::new(Semaphore::new(0));
    let (url, asked) = platform(gate.clone(), 0).await;
    let client = client(&url, app(&url).provider(token(0.0)));
    let first = tokio::spawn(client.users().me().into_future());
    while refreshes(&asked) == 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let second = tokio::spawn(client.users().me().into_future());
    tokio::task::yield_now().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    gate.add_permits(10);
    assert_eq!(second.await.unwrap().unwrap().username.as_deref(), Some("Bearer access-1"));
    assert_eq!(refreshes(&asked), 1);
}

#[tokio::test]
async fn what_cannot_be_stored_is_kept_and_told_again() {
    let (url, asked) = platform(open(), 0).await;
    let tries = Arc::new(AtomicUsize::new(0));
    let count = tries.clone();
    let auth = app(&url).provider_with(token(0.0), move |new| {
        let first = count.fetch_add(1, Ordering::Relaxed) == 0;
        async move { if first { Err(format!("no room for {}", new.access_token)) } else { Ok(()) } }
    });
    let client = client(&url, auth);
    let error = client.users().me().await.unwrap_err();
    assert!(error.is_config() && error.message().contains("could not be stored: no room for [redacted]"), "{error:?}");
    assert_eq!(client.users().me().await.unwrap().username.as_deref(), Some("Bearer access-1"));
    client.users().me().await.unwrap();
    assert_eq!((refreshes(&asked), tries.load(Ordering::Relaxed)), (1, 2));
}

#[tokio::test]
async fn a_refused_refresh_reaches_every_caller_and_is_tried_anew() {
    let gate = Arc::new(Semaphore::new(0));
    let (url, asked) = platform(gate.clone(), 1).await;
    let client = client(&url, app(&url).provider(token(0.0)));
    let calls: Vec<_> = (0..3).map(|_| tokio::spawn(client.users().me().into_future())).collect();
    while refreshes(&asked) == 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    gate.add_permits(10);
    for call in calls {
        let error = call.await.unwrap().unwrap_err();
        assert_eq!((error.kind(), error.code()), (Kind::BadRequest, Some("invalid_grant")));
        assert!(!format!("{error} {error:?}").contains("refresh-0"), "{error}");
    }
    assert_eq!(refreshes(&asked), 1);
    assert_eq!(client.users().me().await.unwrap().username.as_deref(), Some("Bearer access-1"));
    assert_eq!(asked.lock().unwrap().iter().filter_map(|r| r.field("refresh_token")).collect::<Vec<_>>(), ["refresh-0"; 2]);
}

#[tokio::test]
async fn a_callback_that_panics_does_not_hang_the_callers() {
    let (url, _) = platform(open(), 0).await;
    let panicked = Arc::new(Notify::new());
    let tell = panicked.clone();
    let auth = app(&url).provider_with(token(0.0), move |_| {
        tell.notify_one();
        async { if true { panic!("on purpose") } else { Ok::<(), std::io::Error>(()) } }
    });
    let client = client(&url, auth);
    let outcome = tokio::time::timeout(Duration::from_secs(5), client.users().me().into_future()).await.expect("an end");
    assert!(outcome.unwrap_err().is_config());
    panicked.notified().await;
}

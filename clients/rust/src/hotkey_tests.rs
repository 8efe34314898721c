use super::*;
use crate::testing::VirtualClock;
use crate::{Chutes, Value, json};
use http::HeaderMap;

const SEED: &str = "4242424242424242424242424242424242424242424242424242424242424242";
const ADDRESS: &str = "5FnoWRL4FYzd29q8zXoY3JWio9PtBPgrAFu2RcgQazRQsiCs";
const OTHER: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
const NONCE: u64 = 1_764_000_000;

fn vectors() -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("../tests/data/hotkey_vectors.json")).unwrap();
    assert_eq!((file["seed"].as_str(), file["address"].as_str()), (Some(SEED), Some(ADDRESS)));
    assert_eq!(file["public_key"], hex(&Hotkey::from_seed(SEED).unwrap().public_key()));
    file["vectors"].as_array().unwrap().clone()
}

async fn sign(method: Method, purpose: Option<&str>, body: Option<&str>, public: bool) -> Result<HeaderMap, Error> {
    let payload = body.map(|b| crate::transport::Payload::Bytes(b.to_owned().into()));
    let mut headers = HeaderMap::new();
    let outgoing = Outgoing {
        method: &method,
        url: "http://127.0.0.1:9/x",
        headers: &mut headers,
        operation: "things.get",
        purpose,
        public,
        now: NONCE as f64 + 0.9,
        payload: payload.as_ref(),
    };
    hotkey(Hotkey::from_seed(SEED)?).apply(outgoing).await.map_err(|error| *error.downcast::<Error>().unwrap())?;
    Ok(headers)
}

fn signature(headers: &HeaderMap) -> &str {
    headers["x-chutes-signature"].to_str().unwrap()
}

#[test]
fn a_seed_gives_its_address() {
    let bytes = [0x42; 32];
    for key in [
        Hotkey::from_seed(SEED),
        Hotkey::from_seed(format!("0x{SEED}")),
        Hotkey::from_seed(format!(" 0X{SEED}\n").as_str()),
        Hotkey::from_seed(bytes),
        Hotkey::from_seed(bytes.as_slice()),
    ] {
        assert_eq!(key.unwrap().address(), ADDRESS);
    }
}

#[test]
fn a_bad_seed_is_not_shown() {
    let short = "11".repeat(16);
    for bad in ["", "zz", &short, &SEED[2..], &format!("{SEED}00"), &format!("{}é", &SEED[..62])] {
        let error = Hotkey::from_seed(bad).unwrap_err();
        assert!(error.is_config() && (bad.len() < 3 || !format!("{error} {error:?}").contains(bad)), "{bad}");
    }
    assert!(Hotkey::from_seed([1u8; 31].as_slice()).unwrap_err().is_config());
}

#[tokio::test]
async fn vectors_verify_and_are_signed_the_same_way() {
    for vector in vectors() {
        let text = |name: &str| vector[name].as_str();
        let (message, known) = (text("message").unwrap(), text("signature").unwrap());
        assert!(verify(ADDRESS, message, known) && verify(ADDRESS, message, &format!("0x{}", known.to_uppercase())));
        let method = if text("body").is_some() { Method::POST } else { Method::GET };
        let headers = sign(method, text("purpose"), text("body"), false).await.unwrap();
        assert_eq!((headers["x-chutes-hotkey"].as_bytes(), headers.len()), (ADDRESS.as_bytes(), 3));
        assert_eq!(headers["x-chutes-nonce"].as_bytes(), NONCE.to_string().as_bytes());
        let made = signature(&headers);
        assert!(made.len() == 128 && made.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)), "{made}");
        assert!(made != known && verify(ADDRESS, message, made), "{}", vector["name"]);
    }
}

#[test]
fn what_was_changed_does_not_verify() {
    let vector = &vectors()[0];
    let (message, known) = (vector["message"].as_str().unwrap(), vector["signature"].as_str().unwrap());
    let changed = format!("{}{}", &known[..124], if known.ends_with("0000") { "1111" } else { "0000" });
    assert!(!verify(ADDRESS, format!("{message} "), known) && !verify(ADDRESS, message, &changed));
    assert!(decode_address(OTHER).is_some() && !verify(OTHER, message, known));
    for bad in ["", "x", &known[2..], &format!("{known}00"), "0x"] {
        assert!(!verify(ADDRESS, message, bad), "{bad}");
    }
    let (long, lower) = ("z".repeat(10_000), format!("{}t", &ADDRESS[..47]));
    for bad in ["", &ADDRESS[1..], &format!("{ADDRESS}1"), &lower, &long, "0"] {
        assert!(!verify(bad, message, known), "{bad}");
    }
}

#[tokio::test]
async fn the_purpose_wins_and_an_empty_body_is_hashed() {
    let headers = sign(Method::POST, Some("chutes"), Some("{}"), false).await.unwrap();
    assert!(verify(ADDRESS, format!("{ADDRESS}:{NONCE}:chutes"), signature(&headers)));
    let empty = crate::auth::sha256_hex(b"");
    for method in [Method::POST, Method::PUT, Method::PATCH] {
        let headers = sign(method, None, None, false).await.unwrap();
        assert!(verify(ADDRESS, format!("{ADDRESS}:{NONCE}:{empty}"), signature(&headers)));
    }
}

#[tokio::test]
async fn what_cannot_be_signed_is_refused_and_what_is_public_is_bare() {
    for method in [Method::GET, Method::DELETE] {
        let error = sign(method.clone(), None, None, false).await.unwrap_err();
        let text = error.message();
        assert!(error.is_config() && text.contains("things.get") && text.contains(method.as_str()) && text.contains("API key"));
    }
    assert!(sign(Method::GET, None, None, true).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_call_that_cannot_be_signed_sends_nothing() {
    let clock = VirtualClock::new(NONCE as f64);
    let auth = hotkey(Hotkey::from_seed(SEED).unwrap());
    let client = Chutes::builder().auth(auth).base_url("http://127.0.0.1:9").seam(clock.seam()).build().unwrap();
    let error = client.jobs().get("j").await.unwrap_err();
    assert!(error.is_config() && error.message().contains("jobs.get"), "{error}");
    assert_eq!(clock.sleeps(), []);
    assert!(!format!("{client:?} {:?}", Hotkey::from_seed(SEED)).contains("4242"));
    let echoed = Error::new(crate::Kind::Server, format!("your seed 0x{SEED}")).scrub(&client.inner.secrets.all());
    assert_eq!(echoed.message(), "your seed 0x[redacted]");
}

#[test]
fn a_configuration_file() {
    let folder = std::env::temp_dir().join(format!("chutes-hotkey-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("config.ini");
    let read = |text: &str| {
        std::fs::write(&file, text).unwrap();
        Hotkey::from_config(Some(&file))
    };
    let good = format!("[api]\nhotkey_seed = 00\n[ auth ]\n# a remark\nHotkey_Seed = 0x{SEED}\nhotkey_ss58address: {ADDRESS}\n");
    assert_eq!(read(&good).unwrap().address(), ADDRESS);
    assert_eq!(read(&format!("[auth]\r\nhotkey_seed={SEED}\r\n")).unwrap().address(), ADDRESS);
    for (text, says) in [
        (format!("[other]\nhotkey_seed = {SEED}\n"), "no hotkey_seed"),
        (format!("[auth]\nhotkey_seed = {}\n", &SEED[2..]), "not 64 hexadecimal digits"),
        (format!("[auth]\nhotkey_seed = {}\n", &SEED[32..]), "not 64 hexadecimal digits"),
        (format!("[auth]\nhotkey_seed = {SEED}\nhotkey_ss58address = {OTHER}\n"), "do not belong together"),
    ] {
        let error = read(&text).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(error.is_config() && shown.contains(says) && shown.contains("config.ini") && !shown.contains("4242"), "{shown}");
    }
    let missing = Hotkey::from_config(Some(&folder.join("gone.ini"))).unwrap_err();
    assert!(missing.is_config() && missing.message().contains("gone.ini"), "{missing}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn a_body_is_signed_as_it_is_sent() {
    let body = json!({"a": "é"}).to_string();
    let headers = sign(Method::PUT, None, Some(&body), false).await.unwrap();
    let message = format!("{ADDRESS}:{NONCE}:{}", crate::auth::sha256_hex(body.as_bytes()));
    assert!(verify(ADDRESS, message, signature(&headers)));
}

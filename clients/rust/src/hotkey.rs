//! Signing with a hotkey (sr25519) in place of an API key. Needs the feature `hotkey`.
//!
//! ```no_run
//! use chutes_client::{Chutes, auth::hotkey, hotkey::Hotkey};
//! let client = Chutes::builder().auth(hotkey(Hotkey::from_config(None)?)).build()?;
//! # drop(client); Ok::<(), chutes_client::Error>(())
//! ```
//!
//! What is signed, and how, is what the platform's server verifies (2026-05): `{address}:{nonce}:{purpose}` where the operation has a
//! purpose, else `{address}:{nonce}:{SHA-256 of the body}` of a POST, PUT or PATCH. Other operations cannot be signed.

use crate::auth::{Auth, AuthFuture, Outgoing, put_header};
use crate::errors::Error;
use crate::values::hex;
use blake2::{Blake2b512, Digest};
use http::Method;
use schnorrkel::{ExpansionMode, Keypair, MiniSecretKey, PublicKey, Signature};
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The prefix of every address on the platform: generic Substrate.
pub const SS58_PREFIX: u8 = 42;
/// Names the configuration file of the official CDK.
pub const ENV_CONFIG_PATH: &str = "CHUTES_CONFIG_PATH";
const CONTEXT: &[u8] = b"substrate";
const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// Prefix, key and checksum.
const ADDRESS_BYTES: usize = 1 + 32 + 2;

/// What a key is made from: 32 bytes, or a text of 64 hexadecimal digits with or without `0x`.
pub trait Seed {
    #[doc(hidden)]
    fn bytes(&self) -> Option<Vec<u8>>;
}

macro_rules! seeds {
    ($($ty:ty: $take:expr),+ $(,)?) => {$(impl Seed for $ty {
        fn bytes(&self) -> Option<Vec<u8>> {
            let take: fn(&$ty) -> Option<Vec<u8>> = $take;
            take(self)
        }
    })+};
}
seeds! {
    [u8; 32]: |bytes| Some(bytes.to_vec()),
    &[u8]: |bytes| Some(bytes.to_vec()),
    &str: |text| from_hex(text),
    String: |text| from_hex(text),
}

/// A signing key. Neither its seed nor its secret key can be read or shown. Clones share it.
///
/// ```
/// use chutes_client::hotkey::{Hotkey, verify};
/// let key = Hotkey::from_seed("42".repeat(32))?;
/// assert_eq!(key.address(), "5FnoWRL4FYzd29q8zXoY3JWio9PtBPgrAFu2RcgQazRQsiCs");
/// assert!(verify(key.address(), "a message", &key.sign("a message")));
/// # Ok::<(), chutes_client::Error>(())
/// ```
#[derive(Clone)]
pub struct Hotkey {
    pair: Arc<Keypair>,
    /// Kept so that no error shows it.
    seed: Arc<MiniSecretKey>,
    address: String,
}

impl fmt::Debug for Hotkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hotkey").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Hotkey {
    /// A key from its seed, expanded as Substrate does: 32 bytes, or 64 hexadecimal digits with or without `0x`.
    ///
    /// # Errors
    /// `config`: the seed is neither; it is not in the message.
    pub fn from_seed(seed: impl Seed) -> Result<Hotkey, Error> {
        let secret = seed.bytes().and_then(|bytes| MiniSecretKey::from_bytes(&bytes).ok());
        let secret = secret.ok_or_else(|| Error::config("the seed of a hotkey must be 32 bytes, or 64 hexadecimal digits"))?;
        let pair = secret.expand_to_keypair(ExpansionMode::Ed25519);
        let address = encode_address(&pair.public.to_bytes());
        Ok(Hotkey { pair: Arc::new(pair), seed: Arc::new(secret), address })
    }

    /// The key of the official CDK's configuration file: `path`, else `CHUTES_CONFIG_PATH`, else `~/.chutes/config.ini`; section
    /// `auth`, `hotkey_seed`, checked against `hotkey_ss58address` where that is given. It blocks for as long as the disk does.
    ///
    /// # Errors
    /// `config`: there is no such file, no such seed, or one of another address. The message names the file, never the seed.
    pub fn from_config(path: Option<&Path>) -> Result<Hotkey, Error> {
        let file = config_path(path)?;
        let shown = file.display();
        let text = std::fs::read_to_string(&file).map_err(|e| Error::config(format!("cannot read {shown}: {}", e.kind())))?;
        let auth = section(&text, "auth");
        let Some(seed) = auth.get("hotkey_seed").filter(|seed| !seed.is_empty()) else {
            return Err(Error::config(format!("{shown} has no hotkey_seed in its section [auth]")));
        };
        let bytes = seed.bytes().filter(|bytes| bytes.len() == 32);
        let bytes = bytes.ok_or_else(|| Error::config(format!("the hotkey_seed of {shown} is not 64 hexadecimal digits")))?;
        let key = Hotkey::from_seed(bytes.as_slice())?;
        match auth.get("hotkey_ss58address") {
            Some(address) if !address.is_empty() && *address != key.address => {
                Err(Error::config(format!("hotkey_seed and hotkey_ss58address of {shown} do not belong together")))
            }
            _ => Ok(key),
        }
    }

    /// The SS58 address of the public key, prefix [`SS58_PREFIX`].
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The public key.
    pub fn public_key(&self) -> [u8; 32] {
        self.pair.public.to_bytes()
    }

    /// Signs a message, a text as UTF-8: 128 lower-case hexadecimal digits, others at each call.
    pub fn sign(&self, message: impl AsRef<[u8]>) -> String {
        hex(&self.pair.sign_simple(CONTEXT, message.as_ref()).to_bytes())
    }
}

/// Whether a signature (128 hexadecimal digits, with or without `0x`) of a message belongs to an address; false also for what is no
/// address or no signature.
///
/// ```
/// assert!(!chutes_client::hotkey::verify("5FnoWRL4FYzd29q8zXoY3JWio9PtBPgrAFu2RcgQazRQsiCs", "a message", "0x00"));
/// ```
pub fn verify(address: &str, message: impl AsRef<[u8]>, signature: &str) -> bool {
    let key = decode_address(address).and_then(|bytes| PublicKey::from_bytes(&bytes).ok());
    let signature = from_hex(signature).and_then(|bytes| Signature::from_bytes(&bytes).ok());
    key.zip(signature).is_some_and(|(key, signature)| key.verify_simple(CONTEXT, message.as_ref(), &signature).is_ok())
}

/// Signs each attempt anew with a hotkey: the purpose of the operation, else the exact bytes of the body.
///
/// A GET or DELETE without a purpose cannot be signed: `config`, before anything is sent. What needs no credential is sent without
/// one.
///
/// ```
/// use chutes_client::{Chutes, auth, hotkey::Hotkey};
/// let key = Hotkey::from_seed([0x42; 32])?;
/// let client = Chutes::builder().auth(auth::hotkey(key)).build()?;
/// # drop(client); Ok::<(), chutes_client::Error>(())
/// ```
pub fn hotkey(key: Hotkey) -> Arc<dyn Auth> {
    Arc::new(Signer { key })
}

struct Signer {
    key: Hotkey,
}

impl Signer {
    async fn put(&self, request: Outgoing<'_>) -> Result<(), Error> {
        if request.public {
            return Ok(());
        }
        let subject = match request.purpose {
            Some(purpose) => purpose.to_owned(),
            None if matches!(*request.method, Method::POST | Method::PUT | Method::PATCH) => request.body_sha256().await?,
            None => {
                let (name, method) = (request.operation, request.method);
                let text = format!("{name} ({method}) cannot be signed by a hotkey: use an API key for it");
                return Err(Error::config(text));
            }
        };
        let address = self.key.address();
        let nonce = format!("{}", request.now.max(0.0) as u64);
        put_header(request.headers, "x-chutes-hotkey", address)?;
        put_header(request.headers, "x-chutes-nonce", &nonce)?;
        put_header(request.headers, "x-chutes-signature", &self.key.sign(format!("{address}:{nonce}:{subject}")))
    }
}

impl Auth for Signer {
    fn apply<'a>(&'a self, request: Outgoing<'a>) -> AuthFuture<'a> {
        Box::pin(async move { Ok(self.put(request).await?) })
    }

    fn secrets(&self) -> Vec<String> {
        vec![hex(self.key.seed.as_bytes())]
    }
}

fn config_path(given: Option<&Path>) -> Result<PathBuf, Error> {
    if let Some(path) = given {
        return Ok(path.to_owned());
    }
    match std::env::var_os(ENV_CONFIG_PATH).filter(|path| !path.is_empty()) {
        Some(path) => Ok(path.into()),
        None => std::env::home_dir()
            .map(|home| home.join(".chutes").join("config.ini"))
            .ok_or_else(|| Error::config(format!("there is no home folder to look in: set {ENV_CONFIG_PATH}"))),
    }
}

/// One section of an INI file; names in lower case.
fn section(text: &str, name: &str) -> HashMap<String, String> {
    let mut inside = false;
    let mut found = HashMap::new();
    for line in text.lines().map(str::trim) {
        if let Some(head) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            inside = head.trim() == name;
        } else if let (true, false, Some((key, value))) = (inside, line.starts_with(['#', ';']), line.split_once(['=', ':'])) {
            found.insert(key.trim().to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    found
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text).as_bytes();
    let digit = |byte: u8| char::from(byte).to_digit(16);
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits.chunks_exact(2).map(|pair| Some((digit(pair[0])? * 16 + digit(pair[1])?) as u8)).collect()
}

fn checksum(body: &[u8]) -> [u8; 2] {
    let digest = Blake2b512::new().chain_update(b"SS58PRE").chain_update(body).finalize();
    [digest[0], digest[1]]
}

/// Base 58 of prefix, key and checksum. The prefix is not zero, so that there is no leading zero to keep.
fn encode_address(key: &[u8; 32]) -> String {
    let mut bytes = [&[SS58_PREFIX], key.as_slice()].concat();
    bytes.extend(checksum(&bytes));
    let mut text = Vec::new();
    while bytes.iter().any(|byte| *byte != 0) {
        let mut rest = 0u32;
        for byte in &mut bytes {
            let value = rest * 256 + u32::from(*byte);
            (*byte, rest) = ((value / 58) as u8, value % 58);
        }
        text.push(char::from(ALPHABET[rest as usize]));
    }
    text.iter().rev().collect()
}

/// The public key of an address; `None` if it is none, or one of another network.
fn decode_address(address: &str) -> Option<[u8; 32]> {
    let mut bytes = [0u8; ADDRESS_BYTES];
    for letter in address.bytes() {
        let mut carry = ALPHABET.iter().position(|known| *known == letter)? as u32;
        for byte in bytes.iter_mut().rev() {
            let value = u32::from(*byte) * 58 + carry;
            (*byte, carry) = ((value % 256) as u8, value / 256);
        }
        if carry != 0 {
            return None;
        }
    }
    let (body, check) = bytes.split_at(ADDRESS_BYTES - 2);
    if body[0] != SS58_PREFIX || checksum(body) != check {
        return None;
    }
    body[1..].try_into().ok()
}

#[cfg(test)]
#[path = "hotkey_tests.rs"]
mod tests;

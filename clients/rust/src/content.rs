//! Images and videos as parts of a message, and the limits that the platform sets them.

use crate::download::blocking;
use crate::errors::Error;
use crate::values::{encode_base64, parse_data_url, sniff_media};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Bytes of one image or video.
pub const MAX_MEDIA_BYTES: usize = 100 << 20;
/// Images and videos in the messages of one call.
pub const MAX_MEDIA_PARTS: usize = 8;

/// A picture, a sound or a video. Bytes, paths and texts turn into it: a text that begins with `http:`, `https:` or `data:` is a URL,
/// any other a path.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum MediaSource {
    /// The bytes themselves.
    Bytes(Bytes),
    /// A file.
    Path(PathBuf),
    /// An http(s) URL, which the server fetches, or a data URL.
    Url(String),
}

impl From<Bytes> for MediaSource {
    fn from(bytes: Bytes) -> MediaSource {
        MediaSource::Bytes(bytes)
    }
}

impl From<Vec<u8>> for MediaSource {
    fn from(bytes: Vec<u8>) -> MediaSource {
        MediaSource::Bytes(bytes.into())
    }
}

impl From<&[u8]> for MediaSource {
    fn from(bytes: &[u8]) -> MediaSource {
        MediaSource::Bytes(Bytes::copy_from_slice(bytes))
    }
}

impl From<PathBuf> for MediaSource {
    fn from(path: PathBuf) -> MediaSource {
        MediaSource::Path(path)
    }
}

impl From<&Path> for MediaSource {
    fn from(path: &Path) -> MediaSource {
        MediaSource::Path(path.to_owned())
    }
}

impl From<String> for MediaSource {
    fn from(text: String) -> MediaSource {
        let begins = |scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
        if ["http:", "https:", "data:"].into_iter().any(begins) { MediaSource::Url(text) } else { MediaSource::Path(text.into()) }
    }
}

impl From<&str> for MediaSource {
    fn from(text: &str) -> MediaSource {
        text.to_owned().into()
    }
}

/// Makes an image a part of a message. Bytes and files become data URLs; a URL goes as it is.
///
/// # Errors
/// `config` for what is no PNG, JPEG, WebP or GIF, a file that is missing, more than [`MAX_MEDIA_BYTES`], and a URL that the server would
/// not fetch: one with credentials, or on a port other than 80 and 443.
///
/// ```
/// # async fn run() -> Result<(), chutes_client::Error> {
/// use chutes_client::{Message, Role, image_part, json};
/// let content = json!([{"type": "text", "text": "What is this?"}, image_part("https://example.com/cat.png").await?]);
/// let message = Message { role: Some(Role::User), content: Some(content), ..Message::default() };
/// # drop(message); Ok(()) }
/// ```
pub async fn image_part(source: impl Into<MediaSource>) -> Result<Value, Error> {
    Ok(json!({"type": "image_url", "image_url": {"url": url_of("image", source.into()).await?}}))
}

/// As [`image_part`], with the detail at which the model looks: `low`, `high`, `auto`.
///
/// # Errors
/// As [`image_part`].
pub async fn image_part_with_detail(source: impl Into<MediaSource>, detail: &str) -> Result<Value, Error> {
    let mut part = image_part(source).await?;
    part["image_url"]["detail"] = json!(detail);
    Ok(part)
}

/// Makes a video, MP4 or WebM, a part of a message; as [`image_part`].
///
/// # Errors
/// As [`image_part`].
pub async fn video_part(source: impl Into<MediaSource>) -> Result<Value, Error> {
    Ok(json!({"type": "video_url", "video_url": {"url": url_of("video", source.into()).await?}}))
}

async fn url_of(what: &'static str, source: MediaSource) -> Result<String, Error> {
    match source {
        MediaSource::Url(url) if is_data(&url) => checked_data(what, url),
        MediaSource::Url(url) => checked_url(what, url),
        other => {
            let bytes = bytes_of(what, other).await?;
            let media_type = sniff_media(&bytes).filter(|found| found.split('/').next() == Some(what));
            let known = if what == "image" { "PNG, JPEG, WebP or GIF" } else { "MP4 or WebM" };
            let media_type =
                media_type.ok_or_else(|| Error::config(format!("this is no {what} that a model can read: give {known}")))?;
            Ok(format!("data:{media_type};base64,{}", encode_base64(&bytes)))
        }
    }
}

fn is_data(url: &str) -> bool {
    url.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:"))
}

fn too_large(what: &str) -> Error {
    Error::config(format!("the {what} is larger than {MAX_MEDIA_BYTES} bytes, the most that the platform takes"))
}

/// Bytes of a source that is no URL; of a file no more is read than may be sent.
async fn bytes_of(what: &'static str, source: MediaSource) -> Result<Bytes, Error> {
    let bytes = match source {
        MediaSource::Bytes(bytes) => bytes,
        MediaSource::Url(_) => return Err(Error::config(format!("the {what} must be bytes, a path or a data URL"))),
        MediaSource::Path(path) => {
            blocking(move || {
                let unread = |e: std::io::Error| {
                    Error::config(format!("the {what} {} cannot be read: {e}", path.display())).with_source(e)
                };
                let mut bytes = Vec::new();
                let file = std::fs::File::open(&path).map_err(unread)?;
                file.take(MAX_MEDIA_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(unread)?;
                Ok::<_, Error>(Bytes::from(bytes))
            })
            .await?
        }
    };
    if bytes.len() > MAX_MEDIA_BYTES { Err(too_large(what)) } else { Ok(bytes) }
}

fn checked_data(what: &str, url: String) -> Result<String, Error> {
    let (head, data) = url[5..].split_once(',').unwrap_or(("", ""));
    let mut words = head.split(';');
    let media_type = words.next().unwrap_or("").trim().to_ascii_lowercase();
    if media_type.split('/').next() != Some(what) {
        return Err(Error::config(format!("the data URL holds no {what}")));
    }
    if words.next_back().is_some_and(|word| word.eq_ignore_ascii_case("base64")) {
        let bytes = parse_data_url(data).ok_or_else(|| Error::config(format!("the data URL of the {what} is no base64")))?;
        if bytes.len() > MAX_MEDIA_BYTES {
            return Err(too_large(what));
        }
    } else if data.len() > MAX_MEDIA_BYTES {
        return Err(too_large(what));
    }
    Ok(url)
}

/// The server fetches a URL by itself, from port 80 or 443 and without credentials.
fn checked_url(what: &str, text: String) -> Result<String, Error> {
    let refuse = |why: &str| Err(Error::config(format!("the URL of the {what} {why}")));
    let Ok(url) = url::Url::parse(&text) else { return refuse("is no URL") };
    if url.host_str().is_none_or(str::is_empty) {
        return refuse("has no host");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("may hold no user name or password");
    }
    if !matches!(url.port(), None | Some(80 | 443)) {
        return refuse("must be on port 80 or 443: the server takes no other");
    }
    Ok(text)
}

/// An input of an endpoint that takes base64 in its JSON: bytes, a path or a data URL. Pictures must be pictures.
pub(crate) async fn base64_of(what: &'static str, source: MediaSource) -> Result<String, Error> {
    let bytes = match source {
        MediaSource::Url(url) if is_data(&url) => {
            let url = if what == "image" { checked_data(what, url)? } else { url };
            let data = url.split_once(";base64,").and_then(|(_, data)| parse_data_url(data));
            Bytes::from(data.ok_or_else(|| Error::config(format!("the data URL of the {what} is no base64")))?)
        }
        other => bytes_of(what, other).await?,
    };
    if what == "image" && !sniff_media(&bytes).is_some_and(|found| found.starts_with("image/")) {
        return Err(Error::config("this is no image that a chute can read: give PNG, JPEG, WebP or GIF"));
    }
    Ok(encode_base64(&bytes))
}

/// Refuses more images and videos than the platform takes in one call.
pub(crate) fn check_parts(body: &Map<String, Value>) -> Result<(), Error> {
    let messages = body.get("messages").and_then(Value::as_array).into_iter().flatten();
    let parts = messages.filter_map(|m| m["content"].as_array()).flatten();
    let count = parts.filter(|part| part["type"] == "image_url" || part["type"] == "video_url").count();
    if count > MAX_MEDIA_PARTS {
        let text = format!("there are {count} images and videos in these messages: the platform takes {MAX_MEDIA_PARTS}");
        return Err(Error::config(text));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

    #[tokio::test]
    async fn sources_become_urls() {
        let part = image_part_with_detail(PNG, "low").await.unwrap();
        assert_eq!(part["image_url"], json!({"url": "data:image/png;base64,iVBORw0KGgo=", "detail": "low"}));
        for url in ["https://example.com/a?b", "HTTP://example.com:80/a", "data:image/png;base64,iVBORw0KGgo="] {
            assert_eq!(image_part(url).await.unwrap()["image_url"]["url"], url);
        }
    }

    #[tokio::test]
    async fn what_the_server_would_not_take_is_refused() {
        let sources: [MediaSource; 7] = [
            b"hello".as_slice().into(),
            "gone.png".into(),
            "https://me@example.com/a".into(),
            "https://example.com:8443/a".into(),
            "data:text/plain;base64,aGk=".into(),
            "data:image/png;base64,!".into(),
            "https://".into(),
        ];
        for source in sources {
            assert!(image_part(source.clone()).await.unwrap_err().is_config(), "{source:?}");
        }
        assert!(video_part(PNG).await.is_err());
        assert!(base64_of("image", "https://example.com/a.png".into()).await.is_err());
    }

    #[test]
    fn nine_parts_are_one_too_many() {
        let parts = |n: usize| json!({"messages": [{"content": "x"}, {"content": vec![json!({"type": "image_url"}); n]}]});
        assert!(check_parts(parts(8).as_object().unwrap()).is_ok());
        assert!(check_parts(parts(9).as_object().unwrap()).unwrap_err().message().contains('8'));
    }
}

//! Speech, transcripts, music and video: endpoints that most chutes of their kind share.

use super::chute::{CallResult, ChuteClient};
use crate::Chutes;
use crate::config::CallOptions;
use crate::content::{MediaSource, base64_of};
use crate::download::Binary;
use crate::errors::{Error, Kind};
use crate::helpers::DownloadParams;
use crate::request::{BoxFuture, Pending};
use crate::values::{Answer, model};
use serde_json::{Map, Value};
use std::path::PathBuf;

model! {
    /// A piece of a transcript, in seconds. Further fields of the chute are in `extra`.
    pub struct Segment {
        /// Where it begins.
        start: f64,
        /// Where it ends.
        end: f64,
        /// What is said.
        text: String,
    }
}

/// A chute: its reference, or a handle of it.
#[derive(Debug, Clone)]
pub enum ChuteRef {
    /// An id, `user/name`, slug, host or URL.
    Text(String),
    /// A handle.
    Handle(Box<ChuteClient>),
}

impl From<&str> for ChuteRef {
    fn from(text: &str) -> ChuteRef {
        ChuteRef::Text(text.to_owned())
    }
}

impl From<String> for ChuteRef {
    fn from(text: String) -> ChuteRef {
        ChuteRef::Text(text)
    }
}

impl From<&ChuteClient> for ChuteRef {
    fn from(handle: &ChuteClient) -> ChuteRef {
        ChuteRef::Handle(Box::new(handle.clone()))
    }
}

impl ChuteRef {
    fn handle(self, client: &Chutes) -> ChuteClient {
        match self {
            ChuteRef::Text(text) => client.chute(text),
            ChuteRef::Handle(handle) => *handle,
        }
    }
}

/// Sounds: speech, transcripts and music.
#[derive(Debug, Clone)]
pub struct Audio {
    client: Chutes,
}

/// Videos.
#[derive(Debug, Clone)]
pub struct Video {
    client: Chutes,
}

impl Chutes {
    /// Speech, transcripts and music of a chute.
    pub fn audio(&self) -> Audio {
        Audio { client: self.clone() }
    }

    /// Videos of a chute.
    pub fn video(&self) -> Video {
        Video { client: self.clone() }
    }
}

impl Audio {
    /// Speaks a text: `POST /speak`. Await it for the sound, or write it to a file with [`MediaCall::to`].
    ///
    /// ```no_run
    /// # async fn run(client: chutes_client::Chutes) -> Result<(), chutes_client::Error> {
    /// let sound = client.audio().speech("alice/kokoro", "Hello!").set("voice", "af_heart").await?;
    /// sound.save("hello.wav").expect("a folder to write to");
    /// # Ok(()) }
    /// ```
    pub fn speech(&self, chute: impl Into<ChuteRef>, text: impl Into<String>) -> MediaCall {
        MediaCall::new(&self.client, chute, "a sound", "/speak").set("text", text.into())
    }

    /// Makes music: `POST /generate` with the chute's own arguments.
    pub fn music(&self, chute: impl Into<ChuteRef>) -> MediaCall {
        MediaCall::new(&self.client, chute, "a sound", "/generate")
    }

    /// Writes down what is said: `POST /transcribe`. `args` is a JSON object of further fields, such as `language`, or null.
    ///
    /// # Errors
    /// `config` for a file that cannot be read; `unexpected_response` for an answer without segments.
    ///
    /// ```no_run
    /// # async fn run(client: chutes_client::Chutes) -> Result<(), chutes_client::Error> {
    /// use chutes_client::json;
    /// for piece in client.audio().transcribe("alice/whisper", "hello.wav", json!({"language": "en"})).await?.iter() {
    ///     println!("{:.1} s {}", piece.start, piece.text);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn transcribe(
        &self,
        chute: impl Into<ChuteRef>,
        audio: impl Into<MediaSource>,
        args: Value,
    ) -> Pending<Answer<Vec<Segment>>> {
        let (chute, audio) = (chute.into().handle(&self.client), audio.into());
        let secrets = self.client.clone();
        Pending::new(move |options| async move {
            let mut body = Map::from_iter([("audio_b64".to_owned(), Value::from(base64_of("sound", audio).await?))]);
            match args {
                Value::Null => {}
                Value::Object(args) => body.extend(args),
                _ => return Err(Error::config("the arguments must be a JSON object")),
            }
            let answer = chute.call("/transcribe", Value::Object(body)).with(options).await?;
            let found = match &*answer {
                CallResult::Json(Value::Object(object)) => object.get("segments").cloned(),
                CallResult::Json(value) => Some(value.clone()),
                _ => None,
            };
            match found.filter(Value::is_array).and_then(|list| serde_json::from_value(list).ok()) {
                Some(segments) => Ok(answer.map(|_| segments)),
                None => {
                    let text = "the server answered with something that is no list of segments";
                    let error = Error::new(Kind::UnexpectedResponse, text).with_answer(answer.meta.status, &answer.meta.headers);
                    let error = error.with_attempts(answer.meta.attempts).with_body(answer.raw.clone());
                    Err(error.scrub(&secrets.inner.secrets.all()))
                }
            }
        })
    }
}

impl Video {
    /// Makes a video: `POST /generate` with the chute's own arguments, of a picture where [`MediaCall::image`] is given.
    ///
    /// ```no_run
    /// # async fn run(client: chutes_client::Chutes) -> Result<(), chutes_client::Error> {
    /// use chutes_client::DownloadParams;
    /// let waves = client.video().generate("alice/wan").set("prompt", "waves").image("sea.png");
    /// let path = waves.to("waves.mp4", DownloadParams::new()).await?;
    /// # drop(path); Ok(()) }
    /// ```
    pub fn generate(&self, chute: impl Into<ChuteRef>) -> MediaCall {
        MediaCall::new(&self.client, chute, "a video", "/generate")
    }
}

/// A sound or video to come: fields may be set, then it is awaited, or written to a file.
#[must_use = "a call is sent when it is awaited"]
#[derive(Debug)]
pub struct MediaCall {
    chute: ChuteClient,
    what: &'static str,
    path: String,
    fields: Map<String, Value>,
    image: Option<MediaSource>,
    options: CallOptions,
}

impl MediaCall {
    fn new(client: &Chutes, chute: impl Into<ChuteRef>, what: &'static str, path: &str) -> MediaCall {
        let (chute, path) = (chute.into().handle(client), path.to_owned());
        MediaCall { chute, what, path, fields: Map::new(), image: None, options: CallOptions::new() }
    }

    /// Sets an argument of the chute, such as `voice`, `speed` or `prompt`.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.fields.insert(name.into(), value.into());
        self
    }

    /// The picture to begin with: bytes, a path or a data URL.
    pub fn image(mut self, source: impl Into<MediaSource>) -> Self {
        self.image = Some(source.into());
        self
    }

    /// The path of the endpoint, where the chute names it otherwise.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// Adds options of this call.
    pub fn with(mut self, options: CallOptions) -> Self {
        self.options = options.over(&self.options);
        self
    }

    /// Writes the answer to a file as it comes: whole under its name or not at all. Gives the path; `to` may be a folder,
    /// in which none that exists is replaced (`config`).
    ///
    /// # Errors
    /// As [`ChuteClient::download`].
    pub fn to(self, to: impl Into<PathBuf>, params: DownloadParams) -> Pending<PathBuf> {
        let to = to.into();
        Pending::new(move |options| async move {
            let options = options.over(&self.options);
            let (chute, path) = (self.chute.clone(), self.path.clone());
            chute.download(path, self.body().await?, to, params).with(options).await
        })
    }

    async fn body(self) -> Result<Value, Error> {
        let mut fields = self.fields;
        if let Some(image) = self.image {
            fields.insert("image_b64".to_owned(), base64_of("image", image).await?.into());
        }
        Ok(Value::Object(fields))
    }
}

impl IntoFuture for MediaCall {
    type Output = Result<Answer<Binary>, Error>;
    type IntoFuture = BoxFuture<Answer<Binary>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (chute, path, what, options) = (self.chute.clone(), self.path.clone(), self.what, self.options.clone());
            chute.bytes(what, &path, self.body().await?, options).await
        })
    }
}

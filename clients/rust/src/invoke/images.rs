//! Images: the native endpoint and the OpenAI form make the same [`Image`].

use super::{Ask, Target};
use crate::Chutes;
use crate::call::Opened;
use crate::config::{CallOptions, MAX_CONCURRENCY};
use crate::content::{MediaSource, base64_of};
use crate::errors::{Error, Kind};
use crate::json::parse_json;
use crate::mapping::MapParams;
use crate::request::Pending;
use crate::values::{ResponseMeta, encode_base64, parse_data_url, sniff_content_type};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use std::path::Path;
use std::sync::Arc;

/// Which endpoint makes the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ImageMode {
    /// `POST /generate`, bytes.
    #[default]
    Native,
    /// `POST /v1/images/generations`, `b64_json`.
    OpenAi,
}

/// An image to ask for. `size` is `WIDTHxHEIGHT`; any further field goes into `fields`.
#[derive(Debug, Clone, Default)]
pub struct ImageRequest {
    /// Which endpoint.
    pub mode: ImageMode,
    /// Everything that is sent, by its name on the wire: `model`, `prompt`, `size`, `width`, `height`, `seed` and so on.
    pub fields: Map<String, Value>,
    /// Pictures to work on, for chutes that edit; native mode only.
    pub images: Vec<MediaSource>,
}

impl ImageRequest {
    /// An image of this prompt.
    pub fn new(prompt: impl Into<String>) -> ImageRequest {
        ImageRequest::default().set("prompt", prompt.into())
    }

    /// Sets a field.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<Value>) -> ImageRequest {
        self.fields.insert(name.into(), value.into());
        self
    }

    /// Chooses the endpoint.
    pub fn mode(mut self, mode: ImageMode) -> ImageRequest {
        self.mode = mode;
        self
    }

    /// Adds a picture to work on: bytes, a path or a data URL.
    pub fn image(mut self, source: impl Into<MediaSource>) -> ImageRequest {
        self.images.push(source.into());
        self
    }

    /// The same request with its pictures as base64 in its fields.
    async fn with_inputs(mut self) -> Result<ImageRequest, Error> {
        if self.images.is_empty() {
            return Ok(self);
        }
        if self.mode == ImageMode::OpenAi {
            return Err(Error::config("pictures to work on are of the native mode; the OpenAI one takes none"));
        }
        let mut inputs = Vec::with_capacity(self.images.len());
        for source in std::mem::take(&mut self.images) {
            inputs.push(base64_of("image", source).await?);
        }
        self.fields.insert("image_b64".into(), json!(inputs));
        Ok(self)
    }

    fn body(&self) -> Result<Map<String, Value>, Error> {
        let mut body = self.fields.clone();
        if body.contains_key("n") {
            return Err(Error::config("generate makes one image; `n` belongs to generate_many"));
        }
        if self.mode == ImageMode::OpenAi {
            body.insert("response_format".into(), json!("b64_json"));
            return Ok(body);
        }
        if body.contains_key("response_format") {
            return Err(Error::config("response_format is of the OpenAI mode; the native one answers with bytes"));
        }
        if let Some(size) = body.remove("size") {
            let pair = size.as_str().and_then(|s| s.split_once(['x', 'X']));
            let parsed = pair.and_then(|(w, h)| Some((w.trim().parse::<u32>().ok()?, h.trim().parse::<u32>().ok()?)));
            let Some((width, height)) = parsed.filter(|(w, h)| *w > 0 && *h > 0) else {
                return Err(Error::config("size must look like 1024x768"));
            };
            body.insert("width".into(), json!(width));
            body.insert("height".into(), json!(height));
        }
        Ok(body)
    }
}

/// An image.
#[derive(Debug, Clone)]
pub struct Image {
    bytes: Bytes,
    content_type: String,
    revised_prompt: Option<String>,
    meta: Arc<ResponseMeta>,
}

impl Image {
    /// The bytes of the file.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Its media type, from the bytes where they tell, else from the header.
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// The prompt that was really used, if the server said.
    pub fn revised_prompt(&self) -> Option<&str> {
        self.revised_prompt.as_deref()
    }

    /// Status, headers and attempts.
    pub fn response(&self) -> &ResponseMeta {
        &self.meta
    }

    /// `data:image/…;base64,…`.
    pub fn data_url(&self) -> String {
        format!("data:{};base64,{}", self.content_type, encode_base64(&self.bytes))
    }

    /// Writes the file: whole, or not at all. It blocks for as long as the disk does.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn save(&self, path: impl AsRef<Path>) -> std::io::Result<()> {
        crate::download::write_atomic(path.as_ref(), &self.bytes)
    }
}

/// Images from prompts.
#[derive(Debug, Clone)]
pub struct Images {
    pub(crate) client: Chutes,
    pub(crate) target: Target,
}

impl Images {
    /// Makes one image.
    ///
    /// # Errors
    /// `config` for `n`, for inputs that are no images (and in native mode `response_format`); `unexpected_response` for what is no image.
    pub fn generate(&self, request: ImageRequest) -> Pending<Image> {
        let this = self.clone();
        Pending::new(move |options| async move {
            let request = request.with_inputs().await?;
            this.one(&request, options).await
        })
    }

    /// Makes `n` images that differ by their seed, if one is given; at most [`MAX_CONCURRENCY`] at a time, in order.
    ///
    /// # Errors
    /// The first failure; the other requests are then given up. [`Images::generate_each`] goes on with them.
    pub fn generate_many(&self, request: ImageRequest, n: usize) -> Pending<Vec<Image>> {
        let this = self.clone();
        Pending::new(move |options| async move {
            let images =
                this.each(request, n, options, |_, image| image.as_ref().map_or_else(|e| Err(e.clone()), |_| Ok(()))).await?;
            images.into_iter().collect()
        })
    }

    /// As [`Images::generate_many`], with an error in the place of an image that failed. `progress` is told how many of them are done.
    ///
    /// # Errors
    /// `config` for what no image can be made of.
    ///
    /// ```no_run
    /// # async fn run(client: chutes_client::Chutes) -> Result<(), chutes_client::Error> {
    /// use chutes_client::invoke::images::ImageRequest;
    /// let request = ImageRequest::new("a cat").set("model", "some/model").set("seed", 7);
    /// let images = client.images().generate_each(request, 4, |done, total| eprintln!("{done} of {total}")).await?;
    /// println!("{} are good", images.iter().filter(|image| image.is_ok()).count());
    /// # Ok(()) }
    /// ```
    pub fn generate_each(
        &self,
        request: ImageRequest,
        n: usize,
        mut progress: impl FnMut(usize, usize) + Send + 'static,
    ) -> Pending<Vec<Result<Image, Error>>> {
        let this = self.clone();
        Pending::new(move |options| async move {
            let tell = |done, _: &_| {
                progress(done, n);
                Ok(())
            };
            this.each(request, n, options, tell).await
        })
    }

    /// Makes the images. `came` is told how many are done, and the latest; its error gives up the others.
    async fn each(
        &self,
        request: ImageRequest,
        n: usize,
        options: CallOptions,
        mut came: impl FnMut(usize, &Result<Image, Error>) -> Result<(), Error>,
    ) -> Result<Vec<Result<Image, Error>>, Error> {
        if n == 0 {
            return Err(Error::config("generate_many makes at least one image: n is 0"));
        }
        let request = request.with_inputs().await?;
        let seed = request.fields.get("seed").and_then(Value::as_i64);
        let this = self.clone();
        let ask = move |i: usize| {
            let (this, options, mut request) = (this.clone(), options.clone(), request.clone());
            if let Some(seed) = seed {
                request.fields.insert("seed".into(), json!(seed.saturating_add(i as i64)));
            }
            async move { this.one(&request, options).await }
        };
        let mut results = self.client.map(ask, 0..n, MapParams::new().concurrency(MAX_CONCURRENCY))?;
        let mut images: Vec<Option<Result<Image, Error>>> = (0..n).map(|_| None).collect();
        let mut done = 0;
        while let Some(one) = results.next_result().await {
            done += 1;
            came(done, &one.result)?;
            images[one.index] = Some(one.result);
        }
        let gone = || Err(Error::new(Kind::Cancelled, "the runtime is shutting down"));
        Ok(images.into_iter().map(|image| image.unwrap_or_else(gone)).collect())
    }

    async fn one(&self, request: &ImageRequest, options: CallOptions) -> Result<Image, Error> {
        let body = request.body()?;
        let (operation, path, accept) = match request.mode {
            ImageMode::Native => ("generateImage", "/generate", "image/*"),
            ImageMode::OpenAi => ("createImage", "/v1/images/generations", "application/json"),
        };
        let ask = Ask { operation, path, accept, models: false };
        let mut opened = self.target.send(&self.client, ask, body, options).await?;
        let raw = opened.read().await?;
        decode_image(&opened, raw)
    }
}

fn decode_image(opened: &Opened, raw: Bytes) -> Result<Image, Error> {
    let refuse = |why: String| Err(opened.fail(Error::new(Kind::UnexpectedResponse, why).with_body(raw.clone())));
    let header = opened.content_type();
    let make = |bytes: Bytes, revised_prompt: Option<String>| {
        let sniffed = sniff_content_type(&bytes).map(str::to_owned);
        let content_type = sniffed.unwrap_or_else(|| {
            if header.is_empty() || header.contains("json") { "application/octet-stream".to_owned() } else { header.clone() }
        });
        Image { bytes, content_type, revised_prompt, meta: opened.meta.clone() }
    };
    if raw.is_empty() {
        return refuse("the answer is empty where an image is due".into());
    }
    if sniff_content_type(&raw).is_some() {
        return Ok(make(raw, None));
    }
    let start = String::from_utf8_lossy(&raw[..raw.len().min(64)]).into_owned();
    if crate::errors_body::looks_like_html(&start, &header) {
        return refuse("the answer is an HTML page where an image is due".into());
    }
    let json = (header.contains("json") || start.trim_start().starts_with('{')).then(|| parse_json(&raw));
    let value = match json {
        None if header.starts_with("text/") => return refuse("the answer is text where an image is due".into()),
        None => return Ok(make(raw, None)),
        Some(Err(_)) => return refuse("the answer is broken JSON where an image is due".into()),
        Some(Ok(value)) => value,
    };
    if !value["error"].is_null() {
        let parsed = crate::errors_body::parse_body(&raw, "");
        return refuse(format!("the server answered with an error: {}", parsed.message));
    }
    let data = value["data"][0]["b64_json"].as_str().and_then(parse_data_url).filter(|d| !d.is_empty());
    match data {
        Some(data) => Ok(make(Bytes::from(data), value["data"][0]["revised_prompt"].as_str().map(str::to_owned))),
        None => refuse("the answer holds no image that can be decoded".into()),
    }
}

impl Chutes {
    /// Images of the platform's image models.
    pub fn images(&self) -> Images {
        Images { client: self.clone(), target: Target::Image }
    }
}

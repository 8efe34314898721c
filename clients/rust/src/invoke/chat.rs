//! Chat.

use super::{Ask, Target, body_of};
use crate::Chutes;
use crate::call::Opened;
use crate::config::CallOptions;
use crate::content::check_parts;
use crate::errors::Error;
use crate::output::{ParsedCompletion, ask_for, parse_output_value};
use crate::request::Pending;
use crate::stream::ChatStream;
use crate::tools::{RunToolsParams, Tool, ToolRun, put_back, run_tools};
use crate::types::{ChatCompletion, ChatCompletionRequest, ChatMessage, ChatMessageParam, Role};
use crate::values::Answer;
use serde_json::{Map, Value, json};

/// Chat.
#[derive(Debug, Clone)]
pub struct Chat {
    pub(crate) completions: ChatCompletions,
}

impl Chat {
    /// Completions of a conversation.
    pub fn completions(&self) -> &ChatCompletions {
        &self.completions
    }
}

/// Completions of a conversation.
/// Made by [`Chutes::chat`] or the same method of a chute.
#[derive(Debug, Clone)]
pub struct ChatCompletions {
    pub(crate) client: Chutes,
    pub(crate) target: Target,
}

impl ChatCompletions {
    /// Asks for a whole answer. `stream` in the request is a `config` error.
    ///
    /// # Errors
    /// Any [`crate::Kind`] but those of streams.
    pub fn create(&self, request: ChatCompletionRequest) -> Pending<Answer<ChatCompletion>> {
        let this = self.clone();
        Pending::new(move |options| {
            let body = body_of(&request, false, &options);
            async move {
                this.send(body?, "application/json", options)
                    .await?
                    .json_with("choices", |answer: &ChatCompletion| !answer.choices.is_empty())
                    .await
            }
        })
    }

    /// Asks for an answer piece by piece; awaiting it returns when the headers are in. Usage is asked for unless `stream_options` is given.
    ///
    /// # Errors
    /// Those of a status come from here, those of the stream from its items.
    pub fn stream(&self, request: ChatCompletionRequest) -> Pending<ChatStream> {
        let this = self.clone();
        Pending::new(move |options| {
            let body = body_of(&request, true, &options);
            async move { ChatStream::open(this.send(body?, "text/event-stream", options).await?).await }
        })
    }

    /// Asks for JSON of a schema, and reads it. An empty `name` is the schema's title. With feature `schema`, `parse` does the same for
    /// a type.
    ///
    /// # Errors
    /// Those of [`ChatCompletions::create`], `config` for a `response_format`, and `invalid_output` where the answer cannot be used:
    /// see [`parse_output_value`]. Nothing is sent again.
    ///
    /// ```no_run
    /// # async fn run(client: chutes_client::Chutes) -> Result<(), chutes_client::Error> {
    /// use chutes_client::{ChatRequest, Message, json};
    /// let schema = json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
    /// let request = ChatRequest::new("some/model", [Message::user("Where was Beethoven born?")]);
    /// let answer = client.chat().completions().parse_value(request, "birthplace", schema).await?;
    /// println!("{}", answer.parsed["city"]);
    /// # Ok(()) }
    /// ```
    pub fn parse_value(
        &self,
        request: ChatCompletionRequest,
        name: impl Into<String>,
        schema: Value,
    ) -> Pending<Answer<ParsedCompletion<Value>>> {
        let (this, name) = (self.clone(), name.into());
        Pending::new(move |options| async move {
            let answer = this.formatted(request, &name, schema.clone(), options).await?;
            this.read(answer, |completion| parse_output_value(completion, &schema))
        })
    }

    /// Asks for a value of a type that tells its own schema, and reads it (feature `schema`).
    ///
    /// # Errors
    /// As [`ChatCompletions::parse_value`].
    #[cfg(feature = "schema")]
    pub fn parse<T>(&self, request: ChatCompletionRequest) -> Pending<Answer<ParsedCompletion<T>>>
    where
        T: schemars::JsonSchema + serde::de::DeserializeOwned + Send + 'static,
    {
        let this = self.clone();
        Pending::new(move |options| async move {
            let schema = crate::output::schema_of::<T>();
            let answer = this.formatted(request, &T::schema_name(), schema, options).await?;
            this.read(answer, crate::output::parse_output::<T>)
        })
    }

    /// Asks, runs the tools that the model calls, and asks again with their results, until it calls none.
    ///
    /// What goes wrong in a tool is told to the model. All calls of a turn run at once. Options are those of each turn.
    ///
    /// # Errors
    /// Those of [`ChatCompletions::create`]; `config` for tools that cannot be meant; `invalid_output` with reason `MaxTurns` where the
    /// last turn still calls tools. Whatever ends a run that has begun holds what was done and said so far, ready to go on with:
    /// [`Error::steps`] and [`Error::messages`].
    ///
    /// ```no_run
    /// # async fn run(client: chutes_client::Chutes) -> Result<(), chutes_client::Error> {
    /// use chutes_client::{ChatRequest, Message, RunToolsParams, Tool, json};
    /// let clock = Tool::new("clock", "The time", json!({"type": "object"}), |_| async { Ok::<_, String>("12:00") });
    /// let request = ChatRequest::new("some/model", [Message::user("How late is it?")]);
    /// let run = client.chat().completions().run_tools(request, vec![clock], RunToolsParams::new().max_turns(3)).await?;
    /// println!("{} after {} turns", run.completion.text(), run.steps.len());
    /// # Ok(()) }
    /// ```
    pub fn run_tools(&self, request: ChatCompletionRequest, tools: Vec<Tool>, params: RunToolsParams) -> Pending<ToolRun> {
        let this = self.clone();
        Pending::new(move |options| run_tools(this, request, tools, params, options))
    }

    async fn send(&self, body: Map<String, Value>, accept: &'static str, options: CallOptions) -> Result<Opened, Error> {
        check_parts(&body)?;
        let ask = Ask { operation: "createChatCompletion", path: "/v1/chat/completions", accept, models: true };
        self.target.send(&self.client, ask, body, options).await
    }

    async fn formatted(
        &self,
        request: ChatCompletionRequest,
        name: &str,
        schema: Value,
        options: CallOptions,
    ) -> Result<Answer<ChatCompletion>, Error> {
        let mut body = body_of(&request, false, &options)?;
        ask_for(&mut body, &options.over(&self.client.inner.options).body, name, schema)?;
        self.send(body, "application/json", options)
            .await?
            .json_with("choices", |answer: &ChatCompletion| !answer.choices.is_empty())
            .await
    }

    fn read<T>(
        &self,
        answer: Answer<ChatCompletion>,
        read: impl FnOnce(&ChatCompletion) -> Result<T, Error>,
    ) -> Result<Answer<ParsedCompletion<T>>, Error> {
        let parsed = read(&answer).map_err(|error| {
            let error = error.with_answer(answer.meta.status, &answer.meta.headers).with_attempts(answer.meta.attempts);
            error.with_tried(answer.meta.tried.clone()).scrub(&self.client.inner.secrets.all())
        })?;
        Ok(answer.map(|completion| ParsedCompletion { completion, parsed }))
    }
}

impl Chutes {
    /// Chat with the language models of the platform.
    pub fn chat(&self) -> Chat {
        Chat { completions: ChatCompletions { client: self.clone(), target: Target::Llm } }
    }
}

impl ChatCompletionRequest {
    /// A request with everything but model and messages unset.
    pub fn new(model: impl Into<String>, messages: impl IntoIterator<Item = ChatMessageParam>) -> Self {
        ChatCompletionRequest { model: Some(model.into()), messages: messages.into_iter().collect(), ..Self::default() }
    }
}

impl ChatCompletionRequest {
    /// The models to ask, one after another, in place of `model`: the next one on `capacity`, `cold_start`, `disabled` and `not_found`.
    /// [`ResponseMeta::model`](crate::ResponseMeta::model) tells which one answered.
    ///
    /// ```
    /// use chutes_client::{ChatRequest, Message};
    /// let request = ChatRequest::new("", [Message::user("hi")]).models(["first/model", "second/model"]);
    /// # drop(request);
    /// ```
    pub fn models<M: Into<String>>(mut self, models: impl IntoIterator<Item = M>) -> Self {
        self.extra.insert("models".into(), models.into_iter().map(Into::into).collect::<Vec<String>>().into());
        self.model = None;
        self
    }
}

impl ChatMessageParam {
    /// A message of this role.
    pub fn new(role: Role, text: impl Into<String>) -> Self {
        ChatMessageParam { role: Some(role), content: Some(text.into().into()), ..Self::default() }
    }

    /// A message of the user.
    pub fn user(text: impl Into<String>) -> Self {
        Self::new(Role::User, text)
    }

    /// Instructions.
    pub fn system(text: impl Into<String>) -> Self {
        Self::new(Role::System, text)
    }

    /// An earlier answer.
    pub fn assistant(text: impl Into<String>) -> Self {
        Self::new(Role::Assistant, text)
    }
}

/// An answer as a message to go on with: what it holds beside its text (calls of tools, reasoning, unknown fields) goes along. Arguments
/// of a call that are no JSON become `{}`, which the server would refuse otherwise.
impl From<ChatMessage> for ChatMessageParam {
    fn from(answered: ChatMessage) -> Self {
        put_back(&json!(answered))
    }
}

impl ChatCompletion {
    /// The text of the first choice; empty if there is none.
    pub fn text(&self) -> &str {
        let message = self.choices.first().and_then(|c| c.message.as_ref());
        message.and_then(|m| m.content.as_deref()).unwrap_or("")
    }
}

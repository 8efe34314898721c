//! Tools that a model may call, and the loop that calls them.

use crate::cancel::unless_cancelled;
use crate::config::{CallOptions, check_duration};
use crate::deadline::Limit;
use crate::errors::{Error, Kind, Reason};
use crate::helpers::Tell;
use crate::invoke::chat::ChatCompletions;
use crate::json::parse_json;
use crate::schema::complaints;
use crate::types::{ChatCompletion, ChatCompletionRequest, ChatMessageParam};
use crate::values::Answer;
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, json};
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

/// Turns of a run.
pub const MAX_TURNS: u32 = 10;
/// Time that one call of a tool may take.
pub const TOOL_TIMEOUT: Duration = Duration::from_secs(60);
/// Characters of a tool's own failure that the model is told.
const MAX_FAILURE_CHARS: usize = 2_000;
const MAX_TOOL_NAME: usize = 64;

type Running = Pin<Box<dyn Future<Output = Result<String, String>> + Send>>;

/// A function that a model may call.
///
/// ```
/// use chutes_client::{Tool, json};
/// let parameters = json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
/// let weather = Tool::new("weather", "The weather of a city", parameters, |args| async move {
///     Ok::<_, String>(json!({"city": args["city"], "celsius": 21}))
/// });
/// assert_eq!(weather.name(), "weather");
/// ```
#[derive(Clone)]
pub struct Tool {
    name: String,
    description: String,
    parameters: Value,
    timeout: Limit,
    run: Arc<dyn Fn(Value) -> Running + Send + Sync>,
}

impl fmt::Debug for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tool").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Tool {
    /// A tool of a JSON Schema and a function of its arguments, which fit the schema when it is called. A text is given to the model as
    /// it is, anything else as JSON; what an error displays is told to it.
    ///
    /// The name has 1 to 64 letters, digits, `_` or `-`; another one is refused where the tool is used.
    pub fn new<R, E, F>(
        name: impl Into<String>,
        description: impl Into<String>,
        parameters: Value,
        run: impl Fn(Value) -> F + Send + Sync + 'static,
    ) -> Tool
    where
        R: Serialize,
        E: fmt::Display,
        F: Future<Output = Result<R, E>> + Send + 'static,
    {
        let run = move |args: Value| -> Running {
            let work = run(args);
            Box::pin(async move { content_of(&work.await.map_err(|e| e.to_string())?) })
        };
        let (name, description) = (name.into(), description.into());
        Tool { name, description, parameters, timeout: TOOL_TIMEOUT.into(), run: Arc::new(run) }
    }

    /// A tool of a function whose arguments tell their own schema (feature `schema`).
    #[cfg(feature = "schema")]
    pub fn typed<A, R, E, F>(
        name: impl Into<String>,
        description: impl Into<String>,
        run: impl Fn(A) -> F + Send + Sync + 'static,
    ) -> Tool
    where
        A: schemars::JsonSchema + DeserializeOwned,
        R: Serialize,
        E: fmt::Display,
        F: Future<Output = Result<R, E>> + Send + 'static,
    {
        let run = move |args: Value| -> Running {
            match read_args::<A>(args) {
                Err(wrong) => Box::pin(std::future::ready(Err(wrong))),
                Ok(args) => {
                    let work = run(args);
                    Box::pin(async move { content_of(&work.await.map_err(|e| e.to_string())?) })
                }
            }
        };
        let (name, description, parameters) = (name.into(), description.into(), crate::output::schema_of::<A>());
        Tool { name, description, parameters, timeout: TOOL_TIMEOUT.into(), run: Arc::new(run) }
    }

    /// The longest time of one call; [`TOOL_TIMEOUT`] by default, `None` is no limit.
    pub fn timeout(mut self, limit: impl Into<Limit>) -> Self {
        self.timeout = limit.into();
        self
    }

    /// What the model calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn definition(&self) -> Value {
        let mut function = json!({"name": self.name, "description": self.description, "parameters": self.parameters});
        if self.description.is_empty() {
            function.as_object_mut().map(|f| f.shift_remove("description"));
        }
        json!({"type": "function", "function": function})
    }

    fn check(&self) -> Result<(), Error> {
        let fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if self.name.is_empty() || self.name.len() > MAX_TOOL_NAME || !self.name.chars().all(fit) {
            return Err(Error::config(format!("the tool name {:?} is not 1 to 64 letters, digits, \"_\" or \"-\"", self.name)));
        }
        let takes_object = match self.parameters.get("type") {
            None => self.parameters.is_object(),
            Some(Value::Array(types)) => types.iter().any(|one| one == "object"),
            Some(one) => one == "object",
        };
        if !takes_object {
            let text =
                format!("the parameters of the tool {} must be the JSON Schema of an object: a model gives no other", self.name);
            return Err(Error::config(text));
        }
        check_duration("the timeout of a tool", self.timeout).map(drop)
    }
}

#[cfg_attr(not(feature = "schema"), allow(dead_code))]
fn read_args<A: DeserializeOwned>(args: Value) -> Result<A, String> {
    serde_json::from_value(args).map_err(|e| format!("invalid arguments: {e}"))
}

/// A text as it is, anything else as JSON.
fn content_of(value: &impl Serialize) -> Result<String, String> {
    let json = serde_json::to_string(value).map_err(|e| format!("the result cannot be written as JSON: {e}"))?;
    if json.starts_with('"') { serde_json::from_str(&json).map_err(|e| e.to_string()) } else { Ok(json) }
}

/// One call of a tool and what came of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ToolResult {
    /// Id of the call.
    pub id: String,
    /// The tool that was asked for.
    pub name: String,
    /// As the model wrote them.
    pub arguments: String,
    /// What the model was told.
    pub content: String,
    /// What went wrong; `None` where nothing did.
    pub error: Option<String>,
    /// How long it took.
    pub duration: Duration,
}

/// One turn: an answer, and the calls that it asked for.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// From 1.
    pub turn: u32,
    /// The answer.
    pub completion: ChatCompletion,
    /// The calls that were run, in the order of the answer.
    pub calls: Vec<ToolResult>,
}

/// A run that came to its end.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ToolRun {
    /// The last answer.
    pub completion: Answer<ChatCompletion>,
    /// The whole conversation, ready to go on with.
    pub messages: Vec<ChatMessageParam>,
    /// Its turns.
    pub steps: Vec<Step>,
}

/// How a run goes; see [`ChatCompletions::run_tools`].
#[derive(Default)]
pub struct RunToolsParams {
    max_turns: Option<Option<u32>>,
    on_step: Option<Tell<Step>>,
}

impl fmt::Debug for RunToolsParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunToolsParams").field("max_turns", &self.max_turns).finish_non_exhaustive()
    }
}

impl RunToolsParams {
    /// No option set.
    pub fn new() -> RunToolsParams {
        RunToolsParams::default()
    }

    /// Turns at most, [`MAX_TURNS`] by default. Below 1 is a `config` error.
    pub fn max_turns(mut self, turns: impl TryInto<u32>) -> Self {
        self.max_turns = Some(turns.try_into().ok());
        self
    }

    /// Is told each turn when its calls are done.
    pub fn on_step(mut self, tell: impl FnMut(&Step) + Send + 'static) -> Self {
        self.on_step = Some(Box::new(tell));
        self
    }

    fn turns(&self) -> Result<u32, Error> {
        let turns = self.max_turns.unwrap_or(Some(MAX_TURNS)).filter(|turns| *turns > 0);
        turns.ok_or_else(|| Error::config("max_turns must be a whole number of at least 1"))
    }
}

/// The loop behind [`ChatCompletions::run_tools`].
pub(crate) async fn run_tools(
    chat: ChatCompletions,
    mut request: ChatCompletionRequest,
    tools: Vec<Tool>,
    params: RunToolsParams,
    options: CallOptions,
) -> Result<ToolRun, Error> {
    let max_turns = params.turns()?;
    if request.tools.as_ref().is_some_and(|tools| !tools.is_empty()) {
        let text = "give the tools to run_tools, not in the request: what cannot be run cannot be answered";
        return Err(Error::config(text));
    }
    for (at, tool) in tools.iter().enumerate() {
        tool.check()?;
        if tools[..at].iter().any(|other| other.name == tool.name) {
            return Err(Error::config(format!("two tools are named {}", tool.name)));
        }
    }
    if !tools.is_empty() {
        let definitions: Value = tools.iter().map(Tool::definition).collect();
        request.extra.insert("tools".into(), definitions.into());
        request.tools = None;
    }
    let mut steps = Vec::new();
    match turns(&chat, &mut request, &tools, max_turns, &mut steps, params.on_step, options).await {
        Ok(completion) => Ok(ToolRun { completion, messages: request.messages, steps }),
        // What was said and done so far was paid for: whatever ends the run has it.
        Err(error) => Err(error.with_unfinished(steps, request.messages)),
    }
}

/// Turns until one calls no tool; the request and the steps grow with each.
async fn turns(
    chat: &ChatCompletions,
    request: &mut ChatCompletionRequest,
    tools: &[Tool],
    max_turns: u32,
    steps: &mut Vec<Step>,
    mut on_step: Option<Tell<Step>>,
    options: CallOptions,
) -> Result<Answer<ChatCompletion>, Error> {
    let cancel = options.over(&chat.client.inner.options).cancel;
    loop {
        let turn = steps.len() as u32 + 1;
        let answer = chat.create(request.clone()).with(options.clone()).await?;
        let raw = parse_json(&answer.raw).unwrap_or_default();
        let message = &raw["choices"][0]["message"];
        let calls = message["tool_calls"].as_array().map_or(&[][..], Vec::as_slice);
        let last = calls.is_empty() || turn >= max_turns;
        let running: Vec<_> = calls.iter().filter(|_| !last).map(|call| call_one(tools, call)).collect();
        // Calls without their results are nothing to go on with: a run that is cancelled here ends with what was last sent.
        let results = unless_cancelled(cancel.as_ref(), join_all(running)).await?;
        if message.is_object() {
            request.messages.push(put_back(message));
        }
        request.messages.extend(results.iter().map(told));
        let step = Step { turn, completion: (*answer).clone(), calls: results };
        if let Some(tell) = &mut on_step {
            tell(&step);
        }
        steps.push(step);
        if calls.is_empty() {
            return Ok(answer);
        }
        if last {
            return Err(too_many(chat, &answer, turn));
        }
    }
}

fn too_many(chat: &ChatCompletions, answer: &Answer<ChatCompletion>, turn: u32) -> Error {
    let text = format!("the model still asked for tools in turn {turn}, the last one");
    let mut partial = json!(**answer);
    partial["complete"] = json!(true);
    let error =
        Error::new(Kind::InvalidOutput, text).with_reason(Reason::MaxTurns).with_text(answer.text()).with_partial(partial);
    let error = error.with_answer(answer.meta.status, &answer.meta.headers).with_attempts(answer.meta.attempts);
    error.scrub(&chat.client.inner.secrets.all())
}

fn told(result: &ToolResult) -> ChatMessageParam {
    let (content, id) = (Some(Value::from(result.content.as_str())), Some(result.id.clone()));
    ChatMessageParam { role: Some("tool".into()), content, tool_call_id: id, ..ChatMessageParam::default() }
}

/// The assistant's message as it came; arguments that are no JSON become `{}`, which the server would refuse otherwise.
pub(crate) fn put_back(message: &Value) -> ChatMessageParam {
    let mut message = message.clone();
    for call in message.get_mut("tool_calls").and_then(Value::as_array_mut).into_iter().flatten().filter(|c| c.is_object()) {
        let written = written(call);
        let known = serde_json::from_str::<IgnoredAny>(&written).is_ok();
        if !call["function"].is_object() {
            call["function"] = json!({});
        }
        call["function"]["arguments"] = json!(if known { &written } else { "{}" });
    }
    let mut typed: ChatMessageParam = serde_json::from_value(message.clone()).unwrap_or_default();
    if message.get("content") == Some(&Value::Null) {
        typed.content = Some(Value::Null);
    }
    if json!(typed) == message {
        return typed;
    }
    // What the types would change goes as it came.
    let extra = message.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.clone().into())).collect();
    ChatMessageParam { extra, ..ChatMessageParam::default() }
}

/// Arguments as a text; some engines give the object itself.
fn written(call: &Value) -> String {
    match &call["function"]["arguments"] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Runs one call; whatever goes wrong is told to the model.
async fn call_one(tools: &[Tool], call: &Value) -> ToolResult {
    let begun = Instant::now();
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let (id, name, arguments) = (text(&call["id"]), text(&call["function"]["name"]), written(call));
    let outcome = match tools.iter().find(|tool| tool.name == name) {
        None => Err(format!("unknown tool: {name}")),
        Some(tool) => match checked(tool, &arguments) {
            Err(wrong) => Err(format!("invalid arguments: {wrong}")),
            Ok(args) => limited(tool, args).await,
        },
    };
    let error = outcome.as_ref().err().map(|e| e.chars().take(MAX_FAILURE_CHARS).collect::<String>());
    let content = outcome.unwrap_or_else(|_| json!({"error": error}).to_string());
    ToolResult { id, name, arguments, content, error, duration: begun.elapsed() }
}

fn checked(tool: &Tool, arguments: &str) -> Result<Value, String> {
    let given = if arguments.trim().is_empty() { "{}" } else { arguments };
    let args = parse_json(given.as_bytes()).map_err(|e| format!("they are no JSON ({e})"))?;
    if !args.is_object() {
        return Err("they are no JSON object".to_owned());
    }
    let wrong = complaints(&tool.parameters, &args);
    if wrong.is_empty() { Ok(args) } else { Err(wrong.join("; ")) }
}

/// Runs a tool within its time limit.
async fn limited(tool: &Tool, args: Value) -> Result<String, String> {
    let work = unwinding(|| (tool.run)(args));
    match check_duration("timeout", tool.timeout) {
        Ok(Some(limit)) => match tokio::time::timeout(limit, work).await {
            Ok(done) => done,
            Err(_) => Err(format!("timed out after {} s", limit.as_secs_f64())),
        },
        _ => work.await,
    }
}

/// Runs a tool; its panic is told to the model as any failure of it, and ends nothing else.
async fn unwinding(start: impl FnOnce() -> Running) -> Result<String, String> {
    let panicked = |_| Err("the tool panicked".to_owned());
    let mut work = match catch_unwind(AssertUnwindSafe(start)) {
        Ok(work) => work,
        Err(panic) => return panicked(panic),
    };
    poll_fn(|cx| catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))).unwrap_or_else(|panic| Poll::Ready(panicked(panic))))
        .await
}

/// Waits for all of them at once; the results are in their order.
async fn join_all<F: Future>(work: Vec<F>) -> Vec<F::Output> {
    let mut open: Vec<_> = work.into_iter().map(|one| (Some(Box::pin(one)), None)).collect();
    poll_fn(|cx| {
        for (running, done) in &mut open {
            if let Some(Poll::Ready(value)) = running.as_mut().map(|r| r.as_mut().poll(cx)) {
                (*running, *done) = (None, Some(value));
            }
        }
        if open.iter().all(|(running, _)| running.is_none()) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    open.into_iter().filter_map(|(_, done)| done).collect()
}

#[cfg(test)]
#[path = "tools_tests.rs"]
mod tests;

# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from typing import Any, Literal

from pydantic import ConfigDict

from chutes_client._values import Model
from chutes_client._vectors import Vector


class ModelPricing(Model):
    """
    USD per million tokens.
    """

    prompt: int | float | None = None
    completion: int | float | None = None
    input_cache_read: int | float | None = None


class ModelAmount(Model):
    """
    An amount in both currencies.
    """

    usd: int | float | None = None
    tao: int | float | None = None


class FunctionCall(Model):
    """
    Name and arguments of a call. Validate the arguments before using them.
    """

    name: str | None = None
    """
    Name of the function.
    """
    arguments: str | None = None
    """
    Its arguments as JSON text, or a piece of it in a chunk.
    """


class Usage(Model):
    """
    Tokens of a call. In a stream the last one counts; never add them up.
    """

    prompt_tokens: int | None = None
    """
    Tokens read.
    """
    completion_tokens: int | None = None
    """
    Tokens written.
    """
    total_tokens: int | None = None
    """
    Both.
    """
    prompt_tokens_details: Any | None = None
    """
    Details as the engine gives them, such as `cached_tokens`.
    """
    completion_tokens_details: Any | None = None
    """
    Details as the engine gives them, such as `reasoning_tokens`.
    """


class TextChoice(Model):
    """
    One continuation.
    """

    index: int | None = None
    """
    Its place.
    """
    text: str | None = None
    """
    The text, or the next piece of it.
    """
    finish_reason: Literal["stop", "length", "tool_calls", "content_filter", "function_call", "abort"] | str | None = None
    logprobs: Any | None = None
    """
    Log probabilities as the engine gives them.
    """


class Embedding(Model):
    """
    One vector.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    index: int | None = None
    """
    Place of its text.
    """
    object: str | None = None
    """
    `embedding`.
    """
    embedding: Vector
    """
    The vector; clients decode base64.
    """


class ImageData(Model):
    """
    One image.
    """

    b64_json: str | None = None
    """
    The image in base64.
    """
    url: str | None = None
    """
    Where it lies; clients never fetch it with a key.
    """
    revised_prompt: str | None = None
    """
    The prompt that was really used.
    """


class ModelPrice(Model):
    """
    Price of a million tokens in both currencies.
    """

    input: ModelAmount | None = None
    output: ModelAmount | None = None
    input_cache_read: ModelAmount | None = None


class ToolCall(Model):
    """
    A call the model wants to be made. `index` is set in chunks only.
    """

    index: int | None = None
    """
    Place of the call.
    """
    id: str | None = None
    """
    Id to answer with.
    """
    type: str | None = None
    """
    `function`.
    """
    function: FunctionCall | None = None


class ChatMessage(Model):
    """
    What the model said.
    """

    role: str | None = None
    """
    `assistant`.
    """
    content: str | None = None
    """
    The text; null when the model only calls tools.
    """
    reasoning_content: str | None = None
    """
    The reasoning, apart from the text. Newer engines name it `reasoning`; clients offer both as this field.
    """
    refusal: str | None = None
    """
    Why the model refused.
    """
    tool_calls: list[ToolCall] | None = None
    """
    Calls the model wants to be made.
    """


class ChatDelta(Model):
    """
    What a chunk adds to a message.
    """

    role: str | None = None
    """
    Only in the first chunk, mostly.
    """
    content: str | None = None
    """
    Next piece of the text.
    """
    reasoning_content: str | None = None
    """
    Next piece of the reasoning.
    """
    reasoning: str | None = None
    """
    The same, by its newer name.
    """
    refusal: str | None = None
    """
    Next piece of a refusal.
    """
    tool_calls: list[ToolCall] | None = None
    """
    Pieces of tool calls.
    """


class TextCompletion(Model):
    """
    A continuation, or a piece of one.
    """

    id: str | None = None
    """
    Id the engine gave it.
    """
    object: str | None = None
    """
    `text_completion`.
    """
    created: int | float | None = None
    """
    Unix seconds.
    """
    model: str | None = None
    """
    The model that answered.
    """
    choices: list[TextChoice] | None = None
    """
    The continuations, by index.
    """
    usage: Usage | None = None


class EmbeddingList(Model):
    """
    Vectors in the order of the texts.
    """

    object: str | None = None
    """
    `list`.
    """
    model: str | None = None
    """
    The model that answered.
    """
    data: list[Embedding]
    """
    The vectors.
    """
    usage: Usage | None = None


class ImageList(Model):
    """
    Images in base64.
    """

    created: int | float | None = None
    """
    Unix seconds.
    """
    data: list[ImageData] | None = None
    """
    The images.
    """


class LanguageModel(Model):
    """
    A model behind the router. Everything but the id may be missing.
    """

    id: str
    """
    What goes into `model` of a request.
    """
    root: str | None = None
    object: str | None = None
    """
    Always `model`.
    """
    created: int | None = None
    """
    Unix time in seconds.
    """
    owned_by: str | None = None
    """
    The engine, such as `sglang` or `vllm`.
    """
    chute_id: str | None = None
    """
    The chute that serves it.
    """
    confidential_compute: bool | None = None
    """
    Whether it runs in a trusted execution environment.
    """
    context_length: int | None = None
    """
    Tokens of input and output together.
    """
    max_model_len: int | None = None
    """
    As `context_length`, in the word of the engine.
    """
    max_output_length: int | None = None
    """
    Tokens of output.
    """
    input_modalities: list[str] | None = None
    """
    Such as `text` and `image`.
    """
    output_modalities: list[str] | None = None
    supported_features: list[str] | None = None
    """
    Such as `tools`, `json_mode`, `structured_outputs` and `reasoning`.
    """
    supported_sampling_parameters: list[str] | None = None
    quantization: str | None = None
    pricing: ModelPricing | None = None
    """
    USD per million tokens.
    """
    price: ModelPrice | None = None
    """
    Price of a million tokens in both currencies.
    """
    permission: list[Any] | None = None


class ChatChoice(Model):
    """
    One answer.
    """

    index: int | None = None
    """
    Its place.
    """
    message: ChatMessage | None = None
    finish_reason: Literal["stop", "length", "tool_calls", "content_filter", "function_call", "abort"] | str | None = None
    logprobs: Any | None = None
    """
    Log probabilities as the engine gives them.
    """


class ChatChunkChoice(Model):
    """
    A piece of one answer.
    """

    index: int | None = None
    """
    Place of the answer.
    """
    delta: ChatDelta | None = None
    finish_reason: Literal["stop", "length", "tool_calls", "content_filter", "function_call", "abort"] | str | None = None
    logprobs: Any | None = None
    """
    Log probabilities as the engine gives them.
    """


class ModelList(Model):
    """
    The models behind the router.
    """

    object: str | None = None
    """
    Always `list`.
    """
    data: list[LanguageModel]


class ChatCompletion(Model):
    """
    An answer to a conversation.
    """

    id: str | None = None
    """
    Id the engine gave the answer.
    """
    object: str | None = None
    """
    `chat.completion`.
    """
    created: int | float | None = None
    """
    Unix seconds.
    """
    model: str | None = None
    """
    The model that answered, which may not be the one asked for.
    """
    choices: list[ChatChoice] | None = None
    """
    The answers, by index.
    """
    usage: Usage | None = None
    system_fingerprint: str | None = None
    """
    Version of the engine.
    """


class ChatCompletionChunk(Model):
    """
    A piece of a streamed answer. The last one may have usage and no choices.
    """

    id: str | None = None
    """
    Id of the answer; a new one with a role in the middle means that another instance began anew.
    """
    object: str | None = None
    """
    `chat.completion.chunk`.
    """
    created: int | float | None = None
    """
    Unix seconds.
    """
    model: str | None = None
    """
    The model that answers.
    """
    choices: list[ChatChunkChoice] | None = None
    """
    Pieces of the answers; may be empty or null.
    """
    usage: Usage | None = None
    system_fingerprint: str | None = None
    """
    Version of the engine.
    """

package chutes

import "encoding/json"

// ChatCompletionRequest asks for an answer to a conversation. Fields this version does not know go through [WithExtraBody].
//
// Absent options are not sent. Source: the chat parameters of the platform's router, which passes them to vLLM or SGLang.
type ChatCompletionRequest struct {
	Model               string             `json:"model,omitzero"` // may be left out on a chute's own host
	Messages            []ChatMessage      `json:"messages"`
	Temperature         Opt[float64]       `json:"temperature,omitzero"`
	TopP                Opt[float64]       `json:"top_p,omitzero"`
	TopK                Opt[int]           `json:"top_k,omitzero"`
	MinP                Opt[float64]       `json:"min_p,omitzero"`
	MaxTokens           Opt[int]           `json:"max_tokens,omitzero"`
	MaxCompletionTokens Opt[int]           `json:"max_completion_tokens,omitzero"`
	N                   Opt[int]           `json:"n,omitzero"`
	Stop                json.RawMessage    `json:"stop,omitzero"` // a string or a list of strings
	Seed                Opt[int64]         `json:"seed,omitzero"`
	PresencePenalty     Opt[float64]       `json:"presence_penalty,omitzero"`
	FrequencyPenalty    Opt[float64]       `json:"frequency_penalty,omitzero"`
	RepetitionPenalty   Opt[float64]       `json:"repetition_penalty,omitzero"`
	LogitBias           map[string]float64 `json:"logit_bias,omitzero"`
	Logprobs            Opt[bool]          `json:"logprobs,omitzero"`
	TopLogprobs         Opt[int]           `json:"top_logprobs,omitzero"`
	Tools               []Tool             `json:"tools,omitzero"`
	ToolChoice          json.RawMessage    `json:"tool_choice,omitzero"` // "auto", "none", "required" or an object
	ParallelToolCalls   Opt[bool]          `json:"parallel_tool_calls,omitzero"`
	ResponseFormat      json.RawMessage    `json:"response_format,omitzero"`
	ReasoningEffort     Opt[string]        `json:"reasoning_effort,omitzero"`
	ChatTemplateKwargs  json.RawMessage    `json:"chat_template_kwargs,omitzero"`
	Stream              Opt[bool]          `json:"stream,omitzero"` // refused by Create; set by Stream
	StreamOptions       *StreamOptions     `json:"stream_options,omitzero"`
	User                Opt[string]        `json:"user,omitzero"`
}

// StreamOptions are settings of a stream.
type StreamOptions struct {
	IncludeUsage         Opt[bool] `json:"include_usage,omitzero"`
	ContinuousUsageStats Opt[bool] `json:"continuous_usage_stats,omitzero"`
}

// ChatMessage is a message of a conversation, in both directions: the message of an answer can be sent back as it is, unknown fields included.
type ChatMessage struct {
	Role             string          `json:"role"`
	Content          json.RawMessage `json:"content,omitzero"` // a string, a list of parts, or null; see Text, [UserMessage] and [PartsMessage]
	ReasoningContent string          `json:"reasoning_content,omitzero"`
	Refusal          string          `json:"refusal,omitzero"`
	Name             string          `json:"name,omitzero"`
	ToolCalls        []ToolCall      `json:"tool_calls,omitzero"`
	ToolCallID       string          `json:"tool_call_id,omitzero"`

	Extra map[string]json.RawMessage `json:"-"`
}

// Text returns the content where it is a string.
func (m *ChatMessage) Text() string { s, _ := text(m.Content); return s }

// UnmarshalJSON keeps unknown fields in Extra, and reads reasoning as reasoning_content.
func (m *ChatMessage) UnmarshalJSON(data []byte) error {
	type plain ChatMessage
	if err := unmarshalOpen(data, (*plain)(m), &m.Extra); err != nil {
		return err
	}
	if s, ok := text(m.Extra["reasoning"]); ok && m.ReasoningContent == "" {
		m.ReasoningContent = s
	}
	return nil
}

// MarshalJSON writes the unknown fields, too.
func (m ChatMessage) MarshalJSON() ([]byte, error) {
	type plain ChatMessage
	return marshalOpen(plain(m), m.Extra)
}

func message(role, content string) ChatMessage {
	data, _ := marshal(content) // a string always encodes
	return ChatMessage{Role: role, Content: data}
}

// SystemMessage returns a system message.
func SystemMessage(content string) ChatMessage { return message("system", content) }

// UserMessage returns a user message.
func UserMessage(content string) ChatMessage { return message("user", content) }

// AssistantMessage returns an assistant message.
func AssistantMessage(content string) ChatMessage { return message("assistant", content) }

// ToolMessage returns the result of a tool call.
func ToolMessage(toolCallID, content string) ChatMessage {
	m := message("tool", content)
	m.ToolCallID = toolCallID
	return m
}

// PartsMessage returns a message of several parts, such as text and images, each a map in the OpenAI form.
func PartsMessage(role string, parts ...map[string]any) ChatMessage {
	data, err := marshal(parts)
	if err != nil {
		data = json.RawMessage("null")
	}
	return ChatMessage{Role: role, Content: data}
}

// Tool is a function the model may call.
type Tool struct {
	Type     string       `json:"type"` // "function"
	Function ToolFunction `json:"function"`
}

// ToolFunction describes a function; Parameters is a JSON Schema.
type ToolFunction struct {
	Name        string          `json:"name"`
	Description string          `json:"description,omitzero"`
	Parameters  json.RawMessage `json:"parameters,omitzero"`
	Strict      Opt[bool]       `json:"strict,omitzero"`
}

// ToolCall is a call the model asks for.
type ToolCall struct {
	Index    *int             `json:"index,omitzero"` // in chunks only
	ID       string           `json:"id,omitzero"`
	Type     string           `json:"type,omitzero"`
	Function ToolCallFunction `json:"function"`

	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps unknown fields in Extra.
func (t *ToolCall) UnmarshalJSON(data []byte) error {
	type plain ToolCall
	return unmarshalOpen(data, (*plain)(t), &t.Extra)
}

// MarshalJSON writes the unknown fields, too.
func (t ToolCall) MarshalJSON() ([]byte, error) {
	type plain ToolCall
	return marshalOpen(plain(t), t.Extra)
}

// ToolCallFunction is the function of a call; Arguments is JSON in a string.
type ToolCallFunction struct {
	Name      string `json:"name,omitzero"`
	Arguments string `json:"arguments"`
}

// ChatCompletion is the answer to a conversation.
type ChatCompletion struct {
	Answer
	ID      string       `json:"id,omitzero"`
	Model   string       `json:"model,omitzero"`
	Created int64        `json:"created,omitzero"` // Unix seconds
	Choices []ChatChoice `json:"choices"`
	Usage   *Usage       `json:"usage,omitzero"`
}

// Text returns the content of the first choice.
func (c *ChatCompletion) Text() string {
	if len(c.Choices) == 0 {
		return ""
	}
	return c.Choices[0].Message.Text()
}

// ChatChoice is one answer.
type ChatChoice struct {
	Index        int             `json:"index"`
	Message      ChatMessage     `json:"message"`
	FinishReason string          `json:"finish_reason,omitzero"` // stop, length, tool_calls, content_filter, or a word of the engine
	Logprobs     json.RawMessage `json:"logprobs,omitzero"`
}

// Usage counts tokens. Details are in the raw answer.
type Usage struct {
	PromptTokens        int             `json:"prompt_tokens,omitzero"`
	CompletionTokens    int             `json:"completion_tokens,omitzero"`
	TotalTokens         int             `json:"total_tokens,omitzero"`
	PromptTokensDetails json.RawMessage `json:"prompt_tokens_details,omitzero"`
}

// ChatCompletionChunk is a piece of a streamed answer.
type ChatCompletionChunk struct {
	Answer
	ID      string            `json:"id,omitzero"`
	Model   string            `json:"model,omitzero"`
	Created int64             `json:"created,omitzero"`
	Choices []ChatChunkChoice `json:"choices"` // empty in the chunk that brings the usage
	Usage   *Usage            `json:"usage,omitzero"`
}

// Text returns the content of the first choice (index 0) in this piece.
func (c *ChatCompletionChunk) Text() string {
	for i := range c.Choices {
		if c.Choices[i].Index == 0 {
			return c.Choices[i].Delta.Content
		}
	}
	return ""
}

// ChatChunkChoice is a piece of one answer.
type ChatChunkChoice struct {
	Index        int             `json:"index"`
	Delta        ChatDelta       `json:"delta"`
	FinishReason string          `json:"finish_reason,omitzero"`
	Logprobs     json.RawMessage `json:"logprobs,omitzero"`
}

// ChatDelta is what a piece adds. Reasoning and ReasoningContent are one field under the two names of the engines; see Thought.
type ChatDelta struct {
	Role             string     `json:"role,omitzero"`
	Content          string     `json:"content,omitzero"`
	ReasoningContent string     `json:"reasoning_content,omitzero"`
	Reasoning        string     `json:"reasoning,omitzero"`
	Refusal          string     `json:"refusal,omitzero"`
	ToolCalls        []ToolCall `json:"tool_calls,omitzero"`
}

// Thought returns the reasoning text, whichever name the engine gave it.
func (d *ChatDelta) Thought() string { return first(d.ReasoningContent, d.Reasoning) }

// TextCompletionRequest asks for the continuation of a text.
type TextCompletionRequest struct {
	Model             string          `json:"model,omitzero"`
	Prompt            json.RawMessage `json:"prompt"` // a string, a list of strings, or tokens; see [Prompt]
	MaxTokens         Opt[int]        `json:"max_tokens,omitzero"`
	Temperature       Opt[float64]    `json:"temperature,omitzero"`
	TopP              Opt[float64]    `json:"top_p,omitzero"`
	TopK              Opt[int]        `json:"top_k,omitzero"`
	N                 Opt[int]        `json:"n,omitzero"`
	Stop              json.RawMessage `json:"stop,omitzero"`
	Seed              Opt[int64]      `json:"seed,omitzero"`
	PresencePenalty   Opt[float64]    `json:"presence_penalty,omitzero"`
	FrequencyPenalty  Opt[float64]    `json:"frequency_penalty,omitzero"`
	RepetitionPenalty Opt[float64]    `json:"repetition_penalty,omitzero"`
	Logprobs          Opt[int]        `json:"logprobs,omitzero"`
	Echo              Opt[bool]       `json:"echo,omitzero"`
	Stream            Opt[bool]       `json:"stream,omitzero"` // refused by Create; set by Stream
	StreamOptions     *StreamOptions  `json:"stream_options,omitzero"`
	User              Opt[string]     `json:"user,omitzero"`
}

// Prompt returns a prompt that is one text.
func Prompt(s string) json.RawMessage { data, _ := marshal(s); return data }

// TextCompletion is a continuation, or a piece of one in a stream.
type TextCompletion struct {
	Answer
	ID      string       `json:"id,omitzero"`
	Model   string       `json:"model,omitzero"`
	Created int64        `json:"created,omitzero"`
	Choices []TextChoice `json:"choices"`
	Usage   *Usage       `json:"usage,omitzero"`
}

// Text returns the text of the first choice (index 0).
func (c *TextCompletion) Text() string {
	for i := range c.Choices {
		if c.Choices[i].Index == 0 {
			return c.Choices[i].Text
		}
	}
	return ""
}

// TextChoice is one continuation.
type TextChoice struct {
	Index        int             `json:"index"`
	Text         string          `json:"text"`
	FinishReason string          `json:"finish_reason,omitzero"`
	Logprobs     json.RawMessage `json:"logprobs,omitzero"`
}

// EmbeddingRequest asks for vectors.
type EmbeddingRequest struct {
	Model          string          `json:"model,omitzero"`
	Input          json.RawMessage `json:"input"` // a string or a list of strings; see [Input]
	Dimensions     Opt[int]        `json:"dimensions,omitzero"`
	EncodingFormat Opt[string]     `json:"encoding_format,omitzero"`
	User           Opt[string]     `json:"user,omitzero"`
}

// Input returns the texts as the input of an embeddings request.
func Input(texts ...string) json.RawMessage { data, _ := marshal(texts); return data }

// EmbeddingList is the answer of the embeddings host, ordered by index.
type EmbeddingList struct {
	Answer
	Model string      `json:"model,omitzero"`
	Data  []Embedding `json:"data"`
	Usage *Usage      `json:"usage,omitzero"`
}

// Embedding is the vector of one text.
type Embedding struct {
	Index  int       `json:"index"`
	Vector []float64 `json:"embedding"`
}

package chutes

import (
	"encoding/binary"
	"encoding/json"
	"maps"
	"math"
	"reflect"
	"slices"
)

// The types themselves are generated (types_gen.go). Here is what makes them pleasant, and the few places where an answer needs more than
// decoding.

func textMessage(role Role, content string) ChatMessageParam {
	return ChatMessageParam{Role: role, Content: JSON(content)}
}

// SystemMessage returns a system message.
func SystemMessage(content string) ChatMessageParam { return textMessage(RoleSystem, content) }

// UserMessage returns a user message.
func UserMessage(content string) ChatMessageParam { return textMessage(RoleUser, content) }

// AssistantMessage returns an assistant message. To send an answer back as it came, use [ChatMessage.Param].
func AssistantMessage(content string) ChatMessageParam { return textMessage(RoleAssistant, content) }

// ToolMessage returns the result of a tool call.
func ToolMessage(toolCallID, content string) ChatMessageParam {
	m := textMessage(RoleTool, content)
	m.ToolCallID = Set(toolCallID)
	return m
}

// JSON encodes v for a field of free JSON, such as Stop, ToolChoice, Prompt, Input or the parts of a message's Content.
//
//	request.Stop = chutes.JSON([]string{"\n"})
//
// It panics for what JSON cannot hold (a channel, a function): that is a mistake in the program, not in its data.
func JSON(v any) json.RawMessage {
	data, err := marshal(v)
	if err != nil {
		panic("chutes.JSON: " + err.Error())
	}
	return data
}

// Param returns the message as it is sent back in the next request, with the fields that this version does not know.
func (m *ChatMessage) Param() ChatMessageParam {
	p := ChatMessageParam{Role: Role(first(m.Role, string(RoleAssistant))), ToolCalls: m.ToolCalls}
	if m.Content != "" || len(m.ToolCalls) == 0 {
		p.Content = JSON(m.Content)
	}
	p.Extra = unknownFields(m.raw, knownFields(reflect.TypeFor[ChatMessage]()))
	for name, text := range map[string]string{"reasoning_content": m.ReasoningContent, "refusal": m.Refusal} {
		if text != "" {
			if p.Extra == nil {
				p.Extra = map[string]json.RawMessage{}
			}
			p.Extra[name] = JSON(text)
		}
	}
	maps.DeleteFunc(p.Extra, func(_ string, value json.RawMessage) bool { return isNull(value) })
	return p
}

// normalizer is an answer that needs a look after it was read.
type normalizer interface{ normalize() }

// normalize offers reasoning, by its newer name, as reasoning_content.
func (c *ChatCompletion) normalize() {
	for i := range c.Choices {
		m := &c.Choices[i].Message
		if s, ok := text(m.Field("reasoning")); ok && m.ReasoningContent == "" {
			m.ReasoningContent = s
		}
	}
}

// normalize orders the vectors by index.
func (l *EmbeddingList) normalize() {
	slices.SortStableFunc(l.Data, func(a, b Embedding) int { return a.Index - b.Index })
}

// read reads a vector: numbers, or base64 of little-endian float32. Base64 that is none leaves it nil.
func (e *Embedding) read(c *cursor) {
	from, ok := c.open()
	if !ok {
		return
	}
	for c.field() {
		switch string(c.key) {
		case "index":
			c.int(&e.Index)
		case "object":
			c.text(&e.Object)
		case "embedding":
			if c.peek() == '"' {
				e.Embedding = vector(c)
			} else {
				list(c, &e.Embedding, func(c *cursor, n *float64) { c.float(n) })
			}
		default:
			c.skip()
		}
	}
	e.raw = c.since(from)
}

func vector(c *cursor) []float64 {
	text, data := c.base64()
	var err error
	if data == nil {
		data, err = decodeBase64(text)
	}
	if err != nil || len(data)%4 != 0 {
		return nil
	}
	numbers := make([]float64, len(data)/4)
	for i := range numbers {
		numbers[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:])))
	}
	return numbers
}

// Text returns the content of the first choice.
func (c *ChatCompletion) Text() string {
	if len(c.Choices) == 0 {
		return ""
	}
	return c.Choices[0].Message.Content
}

func (c *ChatCompletionChunk) head() (id, object string) { return c.ID, c.Object }
func (c *TextCompletion) head() (id, object string)      { return c.ID, c.Object }

// Text returns the content of the first choice (index 0) in this piece.
func (c *ChatCompletionChunk) Text() string {
	for i := range c.Choices {
		if c.Choices[i].Index == 0 {
			return c.Choices[i].Delta.Content
		}
	}
	return ""
}

// Thought returns the reasoning text, whichever name the engine gave it.
func (d *ChatDelta) Thought() string { return first(d.ReasoningContent, d.Reasoning) }

// Text returns the text of the first choice (index 0).
func (c *TextCompletion) Text() string {
	for i := range c.Choices {
		if c.Choices[i].Index == 0 {
			return c.Choices[i].Text
		}
	}
	return ""
}

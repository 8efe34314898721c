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

// normalizer is an answer that needs a look at its bytes after decoding.
type normalizer interface{ normalize() }

// normalize offers reasoning, by its newer name, as reasoning_content, and keeps the bytes of the messages for [ChatMessage.Param].
func (c *ChatCompletion) normalize() {
	i := 0
	eachItem(fieldOf(c.raw, "choices"), func(choice json.RawMessage) {
		if i < len(c.Choices) {
			m := &c.Choices[i].Message
			m.raw = fieldOf(choice, "message")
			if s, ok := text(fieldOf(m.raw, "reasoning")); ok && m.ReasoningContent == "" {
				m.ReasoningContent = s
			}
		}
		i++
	})
}

// normalize gives each model its own bytes, and with them its unknown fields.
func (l *ModelList) normalize() {
	i := 0
	eachItem(fieldOf(l.raw, "data"), func(model json.RawMessage) {
		if i < len(l.Data) {
			l.Data[i].raw = model
		}
		i++
	})
}

// normalize decodes vectors that came as base64 (little-endian float32), and orders them by index.
func (l *EmbeddingList) normalize() {
	i := 0
	eachItem(fieldOf(l.raw, "data"), func(item json.RawMessage) {
		if i < len(l.Data) {
			l.Data[i].raw = item
			if coded, ok := text(fieldOf(item, "embedding")); ok {
				data, err := decodeBase64(coded)
				if err == nil && len(data)%4 == 0 {
					vector := make([]float64, 0, len(data)/4)
					for ; len(data) > 0; data = data[4:] {
						vector = append(vector, float64(math.Float32frombits(binary.LittleEndian.Uint32(data))))
					}
					l.Data[i].Embedding = vector
				}
			}
		}
		i++
	})
	slices.SortStableFunc(l.Data, func(a, b Embedding) int { return a.Index - b.Index })
}

// Text returns the content of the first choice.
func (c *ChatCompletion) Text() string {
	if len(c.Choices) == 0 {
		return ""
	}
	return c.Choices[0].Message.Content
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

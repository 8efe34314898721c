package chutes

import (
	"encoding/json"
	"strings"
	"testing"
)

type testCity struct {
	City  string `json:"city"`
	Rooms int    `json:"rooms,omitempty"`
}

func said(content, finish string) string {
	return string(JSON(map[string]any{"choices": []any{map[string]any{"index": 0, "finish_reason": finish, "message": map[string]any{"role": "assistant", "content": content}}}}))
}

func TestParse(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, said("```json\n{\"city\":\"Bonn\",\"more\":1}\n```", "stop"))))
	c, _ := s.client(t)
	answer, err := Parse[testCity](ctx(t), c.Chat.Completions, chat())
	if err != nil || answer.Parsed.City != "Bonn" || answer.Response().Attempts != 1 {
		t.Fatalf("%+v %v", answer, err)
	}
	want := `"response_format":{"type":"json_schema","json_schema":{"name":"testCity","schema":{"type":"object","properties":{"city":{"type":"string"},"rooms":{"type":"integer"}},"required":["city"],"additionalProperties":false},"strict":true}}`
	if body := string(s.seen()[0].body); !strings.Contains(body, want) {
		t.Error(body)
	}
	_, err = Parse[testCity](ctx(t), c.Chat.Completions, ChatCompletionRequest{ResponseFormat: JSON(map[string]string{"type": "json_object"})})
	wantKind(t, err, KindConfig)
	_, err = Parse[testCity](ctx(t), c.Chat.Completions, chat(), WithExtraBody(map[string]any{"response_format": nil}))
	wantKind(t, err, KindConfig)
	_, err = Parse[func()](ctx(t), c.Chat.Completions, chat())
	wantKind(t, err, KindConfig)
	_, err = c.Chat.Completions.Parse(ctx(t), chat(), Output{Schema: json.RawMessage("{")})
	wantKind(t, err, KindConfig)
	if len(s.seen()) != 1 {
		t.Error("a refused call was sent")
	}
}

func TestInvalidOutput(t *testing.T) {
	for name, tc := range map[string]struct{ answer, reason, says string }{
		"length":    {said(`{"city":"Bo`, "length"), ReasonLength, "cut off"},
		"filter":    {said(`{"city":"Bonn"}`, "content_filter"), ReasonContentFilter, "filter"},
		"blank":     {said(" \n", "stop"), ReasonEmpty, "no text"},
		"words":     {said(`Sure: {"city":"Bonn"}`, "stop"), ReasonJSON, "Sure"},
		"type":      {said(`{"city":7,"rooms":"x"}`, "stop"), ReasonSchema, "city: expected string; rooms: expected integer"},
		"too large": {said(`{"city":"x","rooms":123456789012345678901234567890}`, "stop"), ReasonSchema, "Go type"},
		"no choice": {`{"choices":[]}`, ReasonEmpty, "no choice"},
		"refusal":   {`{"choices":[{"finish_reason":"stop","message":{"content":"{}","refusal":"I will not"}}]}`, ReasonRefusal, "I will not"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newRawServer(t, answers(jsonAnswer(200, tc.answer)))
			c, clock := s.client(t)
			_, err := Parse[testCity](ctx(t), c.Chat.Completions, chat())
			e := wantKind(t, err, KindInvalidOutput)
			if e.Reason != tc.reason || !strings.Contains(e.Message, tc.says) || e.Status != 200 || e.Attempts != 1 || e.Retryable || len(clock.Sleeps()) != 0 {
				t.Errorf("%+v", e)
			}
			if e.Partial == nil || e.Text != e.Partial.Text() || !e.Partial.Complete {
				t.Errorf("text %q, partial %+v", e.Text, e.Partial)
			}
		})
	}
}

func TestParseOutputOfAStream(t *testing.T) {
	s := newRawServer(t, answers(events(true, delta(`{"city":`), delta(`"Bonn"}`), finish, done)))
	c, _ := s.client(t)
	stream, err := c.Chat.Completions.Stream(ctx(t), chat())
	if err != nil {
		t.Fatal(err)
	}
	final, err := stream.Final()
	if err != nil {
		t.Fatal(err)
	}
	city, err := ParseOutput[testCity](final)
	if err != nil || city.City != "Bonn" {
		t.Error(city, err)
	}
	if _, err := (Output{Schema: json.RawMessage(`{"required":["x"]}`)}).Read(final); err == nil {
		t.Error("an answer without x is taken")
	}
}

func TestOutputName(t *testing.T) {
	for name, want := range map[string]string{"My Answer": "My_Answer", "Größe": "Gr__e", strings.Repeat("a", 65): strings.Repeat("a", 64), "get-X_2": "get-X_2"} {
		if got := outputName(name); got != want {
			t.Errorf("%q becomes %q", name, got)
		}
	}
}

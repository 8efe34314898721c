package chutes

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// relayed is what a program hands on.
func relayed(t *testing.T, v any) string {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

// What a web server relays with json.Marshal is what came: zeros, nulls and what this version does not know.
func TestChunksAreRelayedAsTheyCame(t *testing.T) {
	chunk := func(inner string) string {
		return `{"id":"c1","object":"chat.completion.chunk","created":1795273987,"model":"m","choices":[{"index":0,"delta":{` + inner + `},"finish_reason":null,"logprobs":null}],"x_new":{"a":0}}`
	}
	wire := []string{chunk(`"role":"assistant","content":""`)}
	for i := range 20 { // some of them alike
		wire = append(wire, chunk(fmt.Sprintf(`"content":"<%d> é"`, i)))
	}
	wire = append(wire, `{"id":"c1","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":0,"total_tokens":1}}`)
	var sent []string
	for _, w := range wire {
		sent = append(sent, "data: "+w+"\n\n")
	}
	c, _ := newRawServer(t, answers(events(true, append(sent, done)...))).client(t)
	stream, err := c.Chat.Completions.Stream(ctx(t), chat())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for chunk, err := range stream.Chunks() {
		if err != nil {
			t.Fatal(err)
		}
		if got := relayed(t, chunk); got != wire[n] {
			t.Errorf("%s\nwas\n%s", got, wire[n])
		}
		if got := relayed(t, *chunk); got != wire[n] {
			t.Errorf("a copy: %s", got)
		}
		if len(chunk.Choices) > 0 {
			want := string(fieldOf(itemsOf(fieldOf([]byte(wire[n]), "choices"))[0], "delta"))
			if got := relayed(t, chunk.Choices[0].Delta); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
		n++
	}
	if n != len(wire) {
		t.Errorf("%d chunks", n)
	}
}

// A relay that changes something hands on the change, and the rest as it came.
func TestChangedAnswersAreWrittenAsChanged(t *testing.T) {
	wire := `{"id":"c1","choices":[{"index":0,"message":{"role":"assistant","content":"damn","annotations":[]},"finish_reason":"stop","stop_reason":null}],"usage":{"total_tokens":0},"kv":1}`
	c, _ := newRawServer(t, answers(jsonAnswer(200, wire))).client(t)
	answer, err := c.Chat.Completions.Create(ctx(t), chat())
	if err != nil {
		t.Fatal(err)
	}
	if got := relayed(t, answer); got != wire {
		t.Errorf("%s", got)
	}
	answer.Choices[0].Message.Content = ""
	answer.Model = "mine"
	want := strings.Replace(strings.Replace(wire, "damn", "", 1), `"kv":1`, `"kv":1,"model":"mine"`, 1)
	if got := relayed(t, answer); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	// What was kept as JSON comes back whole.
	var back ChatCompletion
	if err := json.Unmarshal([]byte(wire), &back); err != nil || string(back.Raw()) != wire || string(Extra(&back)["kv"]) != "1" || back.Text() != "damn" {
		t.Errorf("%v %s", err, back.Raw())
	}
	if got := relayed(t, back); got != wire {
		t.Error(got)
	}
	if got := relayed(t, ChatCompletion{ID: "mine", Choices: []ChatChoice{{Message: ChatMessage{Content: "hi"}}}}); got != `{"id":"mine","choices":[{"message":{"content":"hi"}}]}` {
		t.Errorf("made by hand: %s", got)
	}
	for _, bad := range []string{`[]`, `5`, `{"id":`} {
		if json.Unmarshal([]byte(bad), &back) == nil {
			t.Errorf("%s is taken for an answer", bad)
		}
	}
}

func TestPagesAndParsedAnswersAreWritten(t *testing.T) {
	page := `{"total":2,"page":0,"limit":25,"items":[{"chute_id":"1","name":"a","tagline":""},{"chute_id":"2","name":"b","x_new":1}],"cord_refs":{}}`
	said := `{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"{\"n\":0}"},"finish_reason":"stop"}]}`
	c, _ := newRawServer(t, answers(jsonAnswer(200, page), jsonAnswer(200, said))).client(t)
	chutes, err := c.Chutes.List(ctx(t), nil)
	if err != nil || relayed(t, chutes) != page || fmt.Sprintf("%+v", chutes) != page {
		t.Errorf("%+v %v", chutes, err)
	}
	if got := relayed(t, Page[Chute]{}); got != `{"items":null,"limit":0,"page":0,"total":0}` {
		t.Error(got)
	}
	type number struct {
		N int `json:"n"`
	}
	answer, err := Parse[number](ctx(t), c.Chat.Completions, chat())
	want := strings.TrimSuffix(said, "}") + `,"parsed":{"n":0}}`
	if err != nil || relayed(t, answer) != want || fmt.Sprint(answer) != want {
		t.Fatalf("%+v %v", answer, err)
	}
	var back ParsedCompletion[number]
	if err := json.Unmarshal([]byte(want), &back); err != nil || back.Text() != `{"n":0}` {
		t.Error(err)
	}
	if got := fmt.Sprintf("%+v", TraceEntry{}); got != "null" {
		t.Error(got)
	}
}

func TestPrintedAnswersAreJSONWithoutCredentials(t *testing.T) {
	wire := `{"api_key_id":"k1","name":"n","secret_key":"a secret of no shape","other":"cpk_abcdefgh"}`
	var key ApiKeyCreation
	if err := json.Unmarshal([]byte(wire), &key); err != nil {
		t.Fatal(err)
	}
	want := `{"api_key_id":"k1","name":"n","secret_key":"[redacted]","other":"[redacted]"}`
	for _, verb := range []string{"%v", "%+v", "%s", "%#v"} {
		for _, v := range []any{key, &key} {
			if got := fmt.Sprintf(verb, v); got != want {
				t.Errorf("%s of %T: %s", verb, v, got)
			}
		}
	}
	if got := fmt.Sprintf("%+v", struct{ Keys []ApiKeyCreation }{[]ApiKeyCreation{key}}); !strings.Contains(got, want) || strings.Contains(got, "no shape") {
		t.Error(got)
	}
	if key.SecretKey != "a secret of no shape" || relayed(t, key) != wire {
		t.Error("the field or the JSON has lost the key")
	}
}

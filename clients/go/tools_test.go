package chutes

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

type jsonText = json.RawMessage

type testArgs struct {
	City string `json:"city"`
}

func asking(calls ...string) string {
	return `{"choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"heat":3,"tool_calls":[` + strings.Join(calls, ",") + `]}}]}`
}

func toolCall(id, name, arguments string) string {
	return fmt.Sprintf(`{"id":%q,"type":"function","function":{"name":%q,"arguments":%q}}`, id, name, arguments)
}

func testTools() []FunctionTool {
	return []FunctionTool{
		NewTool("weather", "of a city", func(_ context.Context, args testArgs) (any, error) {
			return map[string]any{"in": args.City, "is": "<fine>"}, nil
		}),
		NewTool("fails", "", func(context.Context, struct{}) (any, error) { return nil, errors.New("no such city") }),
		NewTool("panics", "", func(context.Context, struct{}) (any, error) { panic("oops") }),
		NewTool("odd", "", func(context.Context, struct{}) (any, error) { return make(chan int), nil }),
		{Name: "late", Timeout: 20 * time.Millisecond, Run: func(ctx context.Context, _ jsonText) (any, error) { <-ctx.Done(); return nil, ctx.Err() }},
		{Name: "deaf", Timeout: 20 * time.Millisecond, Run: func(context.Context, jsonText) (any, error) { time.Sleep(200 * time.Millisecond); return "x", nil }},
	}
}

func TestRunTools(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, asking(
		toolCall("c1", "weather", `{"city":"Bonn"}`), toolCall("c2", "weather", `{"city":7}`), toolCall("c3", "fails", ""), toolCall("c4", "nope", "{}"),
		toolCall("c5", "panics", "{}"), toolCall("c6", "odd", "{}"), toolCall("c7", "late", "{}"), toolCall("c8", "deaf", "{}"), toolCall("c9", "weather", "not json"),
	)), jsonAnswer(200, pong)))
	c, _ := s.client(t)
	var told []Step
	run, err := c.Chat.Completions.RunTools(ctx(t), chat(), testTools(), &RunToolsParams{OnStep: func(s Step) { told = append(told, s) }})
	if err != nil {
		t.Fatal(err)
	}
	if run.Completion.Text() != "pong" || len(run.Steps) != 2 || len(told) != 2 || len(run.Messages) != 12 {
		t.Fatalf("%d steps, %d messages", len(run.Steps), len(run.Messages))
	}
	for i, want := range []string{
		`{"in":"Bonn","is":"<fine>"}`, `{"error":"invalid arguments: city: expected string"}`, `{"error":"no such city"}`, `{"error":"unknown tool: nope"}`,
		`{"error":"the tool panicked: oops"}`, `{"error":"the result is not JSON: json: unsupported type: chan int"}`, `{"error":"timed out after 0.02 s"}`,
		`{"error":"timed out after 0.02 s"}`, `{"error":"invalid arguments: no JSON"}`,
	} {
		call := run.Steps[0].Calls[i]
		if call.Content != want || call.ID != fmt.Sprintf("c%d", i+1) || (call.Error == "") != (i == 0) {
			t.Errorf("call %d: %+v, want %s", i+1, call, want)
		}
	}
	back := string(s.seen()[1].body)
	for _, want := range []string{`"role":"assistant","content":null`, `"heat":3`, `"arguments":"{}"`, `"tool_call_id":"c1"`} {
		if !strings.Contains(back, want) {
			t.Errorf("the second request lacks %s: %s", want, back)
		}
	}
	if strings.Contains(back, "not json") {
		t.Error("arguments that are no JSON were put back")
	}
}

// Arguments behind a pointer are an object like others, never null; bytes are the text that they hold.
func TestToolsOfPointersAndBytes(t *testing.T) {
	tool := NewTool("read", "", func(_ context.Context, args *testArgs) (any, error) { return []byte("of " + args.City), nil })
	if value, _ := SchemaOf[testArgs](); string(tool.Parameters) != string(value) {
		t.Errorf("the schema is %s", tool.Parameters)
	}
	call := callTool(ctx(t), []FunctionTool{tool}, ToolCall{Function: FunctionCall{Name: "read", Arguments: `{"city":"Bonn"}`}})
	if call.Content != "of Bonn" || call.Error != "" {
		t.Errorf("%+v", call)
	}
}

// What a function returns counts, however close its end and that of its context are.
func TestAResultIsNeverTakenForATimeout(t *testing.T) {
	tool := FunctionTool{Name: "quick", Run: func(context.Context, jsonText) (any, error) { return "", nil }}
	for range 2000 {
		if value, failure := runTool(ctx(t), &tool, nil); value != "" || failure != "" {
			t.Fatalf("%v %q", value, failure)
		}
	}
}

func TestRunToolsEndsAtItsLastTurn(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, asking(toolCall("c", "weather", `{"city":"Bonn"}`)))))
	c, _ := s.client(t)
	_, err := c.Chat.Completions.RunTools(ctx(t), chat(), testTools(), &RunToolsParams{MaxTurns: Set(2)})
	e := wantKind(t, err, KindInvalidOutput)
	if e.Reason != ReasonMaxTurns || len(e.Steps) != 2 || len(e.Steps[1].Calls) != 0 || len(e.Messages) != 4 || len(s.seen()) != 2 || e.Partial == nil {
		t.Errorf("%+v, %d steps, %d messages", e, len(e.Steps), len(e.Messages))
	}
}

func TestRunToolsRefuses(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, pong)))
	c, _ := s.client(t)
	one := testTools()[0]
	named := func(name string) FunctionTool { t := one; t.Name = name; return t }
	short := one
	short.Timeout = -1
	bare := one
	bare.Timeout = 30 // of what?
	for name, tools := range map[string][]FunctionTool{
		"twice": {one, one}, "space": {named("a b")}, "empty": {named("")}, "long": {named(strings.Repeat("a", 65))}, "no function": {{Name: "x"}}, "limit": {short}, "unit": {bare},
		"type":    {NewTool("x", "", func(context.Context, chan int) (any, error) { return nil, nil })},
		"nothing": {NewTool[testArgs]("x", "", nil)}, "a number": {NewTool("x", "", func(context.Context, int) (any, error) { return nil, nil })},
	} {
		if _, err := c.Chat.Completions.RunTools(ctx(t), chat(), tools, nil); !errors.Is(err, ErrConfig) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, turns := c.Chat.Completions.RunTools(ctx(t), chat(), nil, &RunToolsParams{MaxTurns: Set(0)})
	request := chat()
	request.Tools = []Tool{one.Definition()}
	_, both := c.Chat.Completions.RunTools(ctx(t), request, nil, nil)
	if !errors.Is(turns, ErrConfig) || !errors.Is(both, ErrConfig) || len(s.seen()) != 0 {
		t.Error(turns, both)
	}
}

func TestCancellingARunCancelsItsTools(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, asking(toolCall("c", "waits", "{}")))))
	c, _ := s.client(t)
	cancelled := make(chan struct{})
	running, cancel := contextWithCancel(t)
	tool := FunctionTool{Name: "waits", Run: func(ctx context.Context, _ jsonText) (any, error) {
		cancel()
		<-ctx.Done()
		close(cancelled)
		return nil, ctx.Err()
	}}
	_, err := c.Chat.Completions.RunTools(running, chat(), []FunctionTool{tool}, nil)
	if e := wantKind(t, err, KindCancelled); len(e.Steps) != 0 || len(e.Messages) != len(chat().Messages) {
		t.Errorf("%d steps, %d messages: the calls of a turn without their results are nothing to go on with", len(e.Steps), len(e.Messages))
	}
	<-cancelled
}

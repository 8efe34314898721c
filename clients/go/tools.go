package chutes

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// MaxTurns is how many answers RunTools asks for by default.
	MaxTurns = 10
	// ToolTimeout is how long a tool may take by default.
	ToolTimeout = 60 * time.Second
)

// FunctionTool is a function that a model may call. [NewTool] makes one of a Go function.
type FunctionTool struct {
	Name        string          // letters, digits, _ and -, 64 at most
	Description string          // what it does and when to use it
	Parameters  json.RawMessage // JSON Schema of its arguments, an object
	// Run gets the arguments, which fit Parameters, and returns a text (string or []byte), or what becomes JSON. The context ends with the time limit
	// and with the run.
	Run     func(ctx context.Context, arguments json.RawMessage) (any, error)
	Timeout time.Duration // on the real clock; 0 is ToolTimeout, NoTimeout is none

	broken error
}

// NewTool makes a tool of a function whose arguments are a struct; see [SchemaOf] for its tags. A type that JSON cannot hold is a config error of
// RunTools.
//
//	weather := chutes.NewTool("weather", "The weather of a city, in °C", func(ctx context.Context, args struct {
//		City string `json:"city" description:"in English"`
//	}) (any, error) {
//		return map[string]any{"celsius": 21}, nil
//	})
func NewTool[Args any](name, description string, run func(ctx context.Context, args Args) (any, error)) FunctionTool {
	of := reflect.TypeFor[Args]()
	for of.Kind() == reflect.Pointer { // arguments are never null
		of = of.Elem()
	}
	schema, err := schemaOf(of)
	tool := FunctionTool{Name: name, Description: description, Parameters: schema, broken: err}
	if run == nil {
		return tool
	}
	tool.Run = func(ctx context.Context, arguments json.RawMessage) (any, error) {
		var args Args
		if err := json.Unmarshal(arguments, &args); err != nil {
			return nil, fmt.Errorf("invalid arguments: %w", err)
		}
		return run(ctx, args)
	}
	return tool
}

// Definition is the tool as a request holds it.
func (t *FunctionTool) Definition() Tool {
	d := FunctionDefinition{Name: t.Name, Parameters: t.Parameters}
	if t.Description != "" {
		d.Description = Set(t.Description)
	}
	return Tool{Type: "function", Function: d}
}

// ToolResult is one call of a tool and what the model was told of it.
type ToolResult struct {
	ID        string
	Name      string
	Arguments string // as the model wrote them
	Content   string // as it was sent back
	Error     string // what went wrong; "" if nothing did
	Duration  time.Duration
}

// Step is one turn of a run. The last one has no calls.
type Step struct {
	Turn       int // 1 for the first
	Completion *ChatCompletion
	Calls      []ToolResult // in the order in which the model asked for them
}

// ToolRun is a run that has ended.
type ToolRun struct {
	Completion *ChatCompletion    // the last answer
	Messages   []ChatMessageParam // all that was said, this answer too: ready to go on with
	Steps      []Step
}

// RunToolsParams are the options of [ChatCompletionService.RunTools].
type RunToolsParams struct {
	MaxTurns Opt[int]   // answers asked for at most. Default: [MaxTurns]
	OnStep   func(Step) // told each turn
}

// RunTools answers a conversation with the help of tools: as long as the model asks for some they are run, all of a turn at once, and their results
// are sent back. What goes wrong in a tool (an unknown name, arguments that do not fit, its own error, its time limit) is told to the model, never
// returned. params may be nil.
//
// The errors, beside those of Create: config for a bad tool; invalid_output with [ReasonMaxTurns] when the last turn still asks for tools. Whatever
// ends a run early, the error has the Steps so far and the Messages to go on with. Cancelling the context cancels the tools that are running.
//
//	run, err := client.Chat.Completions.RunTools(ctx, request, []chutes.FunctionTool{weather}, nil)
//	fmt.Println(run.Completion.Text())
func (s *ChatCompletionService) RunTools(ctx context.Context, request ChatCompletionRequest, tools []FunctionTool, params *RunToolsParams, options ...Option) (*ToolRun, error) {
	if params == nil {
		params = &RunToolsParams{}
	}
	most, given := params.MaxTurns.Get()
	if !given {
		most = MaxTurns
	}
	if most < 1 {
		return nil, configError("max_turns must be 1 or greater, got %d", most)
	}
	if len(request.Tools) > 0 {
		return nil, configError("give the tools to RunTools, not in the request: what cannot be run cannot be answered")
	}
	if err := checkTools(tools); err != nil {
		return nil, err
	}
	for i := range tools {
		request.Tools = append(request.Tools, tools[i].Definition())
	}
	run := &ToolRun{Messages: slices.Clone(request.Messages)}
	for turn := 1; ; turn++ {
		request.Messages = slices.Clone(run.Messages)
		completion, err := s.Create(ctx, request, options...)
		if err != nil {
			return nil, run.broken(err, request.Messages)
		}
		asked := run.take(completion)
		step := Step{Turn: turn, Completion: completion}
		if len(asked) > 0 && turn < most {
			if step.Calls, err = callTools(ctx, tools, asked); err != nil {
				return nil, run.broken(err, request.Messages) // calls without their results are nothing to go on with
			}
			for _, call := range step.Calls {
				run.Messages = append(run.Messages, ToolMessage(call.ID, call.Content))
			}
		}
		run.Steps = append(run.Steps, step)
		if params.OnStep != nil {
			params.OnStep(step)
		}
		if len(asked) == 0 {
			return run, nil
		}
		if turn == most {
			return nil, run.broken(completion.invalid(ReasonMaxTurns, fmt.Sprintf("the model still asks for tools after %d turns", most)), run.Messages)
		}
	}
}

// broken tells the error that ends a run what was done and said before it.
func (r *ToolRun) broken(err error, said []ChatMessageParam) error {
	var e *Error
	if errors.As(err, &e) {
		e.Steps, e.Messages = r.Steps, said
	}
	return err
}

// take adds the assistant's message as it came and returns the tools it asks for.
func (r *ToolRun) take(completion *ChatCompletion) []ToolCall {
	r.Completion = completion
	if len(completion.Choices) == 0 {
		return nil
	}
	message := &completion.Choices[0].Message
	var back ChatMessageParam
	if message.raw == nil || json.Unmarshal(message.raw, &back) != nil {
		back = message.Param()
	}
	back.Role = Role(first(string(back.Role), string(RoleAssistant)))
	asked := slices.Clone(back.ToolCalls)
	for i := range back.ToolCalls {
		// The server refuses a history whose arguments are no JSON.
		if f := &back.ToolCalls[i].Function; !validJSON([]byte(f.Arguments)) {
			f.Arguments = "{}"
		}
	}
	r.Messages = append(r.Messages, back)
	return asked
}

var toolName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

func checkTools(tools []FunctionTool) error {
	seen := map[string]bool{}
	for i := range tools {
		t := &tools[i]
		types := typesOf(t.Parameters)
		switch {
		case t.broken != nil:
			return t.broken
		case !toolName.MatchString(t.Name):
			return configError("the name of a tool must be of letters, digits, _ and -, 1 to 64 of them; got %q", t.Name)
		case seen[t.Name]:
			return configError("there are two tools of the name %s", t.Name)
		case t.Run == nil:
			return configError("the tool %s has no function", t.Name)
		case t.Timeout != 0 && checkDuration("", t.Timeout) != nil:
			return checkDuration("the time limit of the tool "+t.Name, t.Timeout)
		case len(t.Parameters) > 0 && firstByteOf(t.Parameters) != '{':
			return configError("the parameters of the tool %s are no JSON Schema", t.Name)
		case len(types) > 0 && !slices.Contains(types, "object"):
			return configError("the arguments of the tool %s must be an object (in Go a struct or a map), not %s", t.Name, strings.Join(types, " or "))
		}
		seen[t.Name] = true
	}
	return nil
}

// callTools runs all calls of a turn at once. The error is that of the caller's context; the tools are not waited for then.
func callTools(ctx context.Context, tools []FunctionTool, asked []ToolCall) ([]ToolResult, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make([]ToolResult, len(asked))
	var all sync.WaitGroup
	for i, call := range asked {
		all.Go(func() { results[i] = callTool(ctx, tools, call) })
	}
	all.Wait() // each ends with the context at the latest
	if ctx.Err() != nil {
		return nil, contextError(ctx)
	}
	return results, nil
}

// callTool runs one call; what goes wrong becomes part of the result.
func callTool(ctx context.Context, tools []FunctionTool, call ToolCall) ToolResult {
	name, arguments := call.Function.Name, call.Function.Arguments
	result := ToolResult{ID: call.ID, Name: name, Arguments: arguments}
	start := time.Now()
	value, failure := any(nil), ""
	if i := slices.IndexFunc(tools, func(t FunctionTool) bool { return t.Name == name }); i < 0 {
		failure = "unknown tool: " + name
	} else if failure = badArguments(&tools[i], arguments); failure == "" {
		value, failure = runTool(ctx, &tools[i], json.RawMessage(argumentsOrNone(arguments)))
	}
	result.Duration = time.Since(start)
	if failure == "" {
		switch said := value.(type) {
		case string:
			result.Content = said
			return result
		case []byte: // what a command or a file says; as JSON it would be base64
			result.Content = string(said)
			return result
		}
		data, err := marshal(value)
		if err == nil {
			result.Content = string(plainJSON(nil, data))
			return result
		}
		failure = "the result is not JSON: " + err.Error()
	}
	if runes := []rune(failure); len(runes) > MaxMessageChars {
		failure = string(runes[:MaxMessageChars])
	}
	var told objectBuilder
	told.value("error", failure)
	result.Error, result.Content = failure, string(told.done())
	return result
}

// argumentsOrNone: no arguments at all count as an empty object.
func argumentsOrNone(arguments string) string {
	return first(arguments, "{}")
}

// badArguments says what is wrong with the arguments of a call; "" is nothing.
func badArguments(t *FunctionTool, arguments string) string {
	data := []byte(argumentsOrNone(arguments))
	switch {
	case !validJSON(data):
		return "invalid arguments: no JSON"
	case firstByteOf(data) != '{':
		return "invalid arguments: value: expected object"
	}
	if wrong := checkSchema(t.Parameters, bytes.TrimSpace(data), false); len(wrong) > 0 {
		return "invalid arguments: " + strings.Join(wrong, "; ")
	}
	return ""
}

// runTool runs the function within its time limit. A function that heeds no context is left behind.
func runTool(ctx context.Context, t *FunctionTool, arguments json.RawMessage) (value any, failure string) {
	limit := t.Timeout
	if limit == 0 {
		limit = ToolTimeout
	}
	if limit != NoTimeout {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	type outcome struct {
		value   any
		failure string
	}
	ended := make(chan outcome, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				ended <- outcome{failure: fmt.Sprintf("the tool panicked: %v", p)}
			}
		}()
		value, err := t.Run(ctx, arguments)
		if err != nil {
			ended <- outcome{failure: first(err.Error(), "the tool failed")}
			return
		}
		ended <- outcome{value: value}
	}()
	timedOut := fmt.Sprintf("timed out after %s s", strconv.FormatFloat(limit.Seconds(), 'f', -1, 64))
	select {
	case o := <-ended:
		if o.failure != "" && context.Cause(ctx) == context.DeadlineExceeded {
			return nil, timedOut
		}
		return o.value, o.failure
	case <-ctx.Done():
		return nil, timedOut
	}
}

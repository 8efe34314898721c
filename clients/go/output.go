package chutes

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
)

// MaxNameChars is the longest name of a type of output.
const MaxNameChars = 64

// Output is what an answer shall be: a JSON Schema with a name. [OutputOf] makes one of a Go type.
type Output struct {
	Name   string          // default: the schema's title, else "output"; what engines do not take becomes _
	Schema json.RawMessage // sent as it is
}

// OutputOf is the output of a Go type; see [SchemaOf]. It is a config error for a type that JSON cannot hold.
func OutputOf[T any]() (Output, error) {
	schema, err := SchemaOf[T]()
	return Output{Name: reflect.TypeFor[T]().Name(), Schema: schema}, err
}

// ParsedCompletion is a completion with its answer as a value.
type ParsedCompletion[T any] struct {
	*ChatCompletion
	Parsed T
}

// Parse answers a conversation with a value of a Go type: it sends the type's schema as response_format and reads the answer. It takes all that
// Create takes but ResponseFormat.
//
// The errors, beside those of Create: invalid_output where the answer cannot be used. Its Reason tells a text cut off ([ReasonLength]) from a
// refusal, a filtered or an empty one, one that is no JSON, and one that is not of the type; Text is the text as it came, Partial the completion.
// Nothing is sent again.
//
//	type City struct { Name, Country string }
//	answer, err := chutes.Parse[City](ctx, client.Chat.Completions, request)
//	fmt.Println(answer.Parsed.Country)
func Parse[T any](ctx context.Context, s *ChatCompletionService, request ChatCompletionRequest, options ...Option) (*ParsedCompletion[T], error) {
	output, err := OutputOf[T]()
	if err != nil {
		return nil, err
	}
	completion, err := s.createOutput(ctx, request, output, options)
	if err != nil {
		return nil, err
	}
	parsed, err := ParseOutput[T](completion)
	if err != nil {
		return nil, err
	}
	return &ParsedCompletion[T]{completion, parsed}, nil
}

// ParseOutput reads a completion that came another way, such as that of a stream's Final, as [Parse] does. Fields that T does not have are dropped.
func ParseOutput[T any](completion *ChatCompletion) (parsed T, err error) {
	output, err := OutputOf[T]()
	if err != nil {
		return parsed, err
	}
	data, err := completion.output(output.Schema, true)
	if err != nil {
		return parsed, err
	}
	if err := json.Unmarshal(data, &parsed); err != nil {
		return parsed, completion.invalid(ReasonSchema, "the answer does not fit the Go type: "+err.Error())
	}
	return parsed, nil
}

// Parse is the function [Parse] for a schema of your own; Parsed is the answer's JSON, which fits the schema.
func (s *ChatCompletionService) Parse(ctx context.Context, request ChatCompletionRequest, output Output, options ...Option) (*ParsedCompletion[json.RawMessage], error) {
	completion, err := s.createOutput(ctx, request, output, options)
	if err != nil {
		return nil, err
	}
	parsed, err := output.Read(completion)
	if err != nil {
		return nil, err
	}
	return &ParsedCompletion[json.RawMessage]{completion, parsed}, nil
}

// Read reads the JSON of a completion and holds it to the schema; see [Parse] for the errors.
func (o Output) Read(completion *ChatCompletion) (json.RawMessage, error) {
	return completion.output(o.Schema, false)
}

// createOutput asks for an output.
func (s *ChatCompletionService) createOutput(ctx context.Context, request ChatCompletionRequest, output Output, options []Option) (*ChatCompletion, error) {
	set, err := resolve(s.client.settings, options, true)
	if err != nil {
		return nil, err
	}
	if _, extra := set.body["response_format"]; extra || request.ResponseFormat != nil {
		return nil, configError("response_format is made of the output; leave it out")
	}
	if err := checkParts(request.Messages); err != nil {
		return nil, err
	}
	if !validJSON(output.Schema) {
		return nil, configError("the schema of the output is no JSON")
	}
	title, _ := text(fieldOf(output.Schema, "title"))
	var format, inner objectBuilder
	inner.value("name", first(outputName(first(output.Name, title)), "output"))
	inner.raw("schema", output.Schema)
	inner.value("strict", true)
	format.value("type", "json_schema")
	format.raw("json_schema", inner.done())
	request.ResponseFormat = format.done()
	return s.Create(ctx, request, options...)
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9_-]`)

// outputName is a name as the engines take it.
func outputName(name string) string {
	name = notInNames.ReplaceAllString(name, "_")
	return name[:min(len(name), MaxNameChars)]
}

// fence is one block of code that is the whole text.
var fence = regexp.MustCompile("(?s)^```[A-Za-z0-9_+.-]*[ \t]*\r?\n(.*)\n```$")

// output is the one reading of an answer that shall be JSON of a schema.
func (c *ChatCompletion) output(schema json.RawMessage, open bool) (json.RawMessage, error) {
	if len(c.Choices) == 0 {
		return nil, c.invalid(ReasonEmpty, "the answer has no choice")
	}
	choice := &c.Choices[0]
	said := strings.TrimSpace(choice.Message.Content)
	switch {
	case choice.FinishReason == "length":
		return nil, c.invalid(ReasonLength, "the answer was cut off at the limit of its tokens; ask for more with MaxTokens")
	case choice.Message.Refusal != "":
		return nil, c.invalid(ReasonRefusal, "the model refused: "+choice.Message.Refusal)
	case choice.FinishReason == "content_filter":
		return nil, c.invalid(ReasonContentFilter, "the answer was held back by a content filter")
	case said == "":
		return nil, c.invalid(ReasonEmpty, "the answer has no text")
	}
	if m := fence.FindStringSubmatch(said); m != nil {
		said = strings.TrimSpace(m[1])
	}
	data := json.RawMessage(said)
	if !validJSON(data) {
		return nil, c.invalid(ReasonJSON, "the answer is no JSON: "+snippet(data))
	}
	if wrong := checkSchema(schema, data, open); len(wrong) > 0 {
		return nil, c.invalid(ReasonSchema, "the answer is not of the type asked for: "+strings.Join(wrong, "; "))
	}
	return bytes.Clone(data), nil
}

// invalid is the error of an answer that cannot be used.
func (c *ChatCompletion) invalid(reason, message string) *Error {
	e := newError(KindInvalidOutput, "%s", message)
	e.Reason, e.Text, e.Partial = reason, c.Text(), &Partial{Chat: c, Complete: true}
	if r := c.Response(); r != nil {
		withAnswer(e, r)
	}
	return e
}

package chutes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// ScriptedAnswer is one answer of a [Script].
type ScriptedAnswer struct {
	Status int // 0 is 200
	Header http.Header
	Body   []byte
	Err    error // the connection fails with it in place of an answer; after Body, if there is one

	whole []byte // the same as JSON, for a request that asks for no stream
}

// ScriptedRequest is a request that a [Script] received.
type ScriptedRequest struct {
	Method string
	URL    *url.URL
	Header http.Header
	Body   []byte
}

// Script answers the requests of a client in a test of yours, in order and without a socket: what the client makes of the answers (retries, streams,
// errors) is real. A request beyond the last answer is a config error.
//
//	script := chutes.NewScript(chutes.AnswerJSON(503, map[string]string{"detail": "later"}), chutes.AnswerText("Hel", "lo"))
//	client, err := chutes.New(chutes.WithScript(script), chutes.WithSeam(chutes.NewVirtualClock(time.Now()).Seam()))
//	stream, err := client.Chat.Completions.Stream(ctx, request) // "Hel", "lo", after one retry
//	fmt.Println(len(script.Requests()))                         // 2
type Script struct {
	mu       sync.Mutex
	answers  []ScriptedAnswer
	requests []ScriptedRequest
}

// NewScript makes a script.
func NewScript(answers ...ScriptedAnswer) *Script { return &Script{answers: slices.Clone(answers)} }

// Add adds answers at the end.
func (s *Script) Add(answers ...ScriptedAnswer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = append(s.answers, answers...)
}

// Requests returns what was sent so far, in order.
func (s *Script) Requests() []ScriptedRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// WithScript lets a script answer in place of the network. Without a key, the client has the key "scripted".
func WithScript(script *Script) Option {
	return clientOption("WithScript", func(s *settings) error {
		s.script = script
		if s.apiKey = first(s.apiKey, "scripted"); script == nil {
			return configError("the script is nil")
		}
		return nil
	})
}

// AnswerJSON is an answer of a status with a value as JSON.
func AnswerJSON(status int, value any) ScriptedAnswer {
	return AnswerBytes(status, "application/json", JSON(value))
}

// AnswerBytes is an answer of bytes.
func AnswerBytes(status int, contentType string, body []byte) ScriptedAnswer {
	return ScriptedAnswer{Status: status, Header: http.Header{"Content-Type": {contentType}}, Body: body}
}

// AnswerEvents is a stream of events. A string is the data as it is ("[DONE]"), anything else becomes JSON. What ends a chat stream is yours to add:
// leave it out to see what your program does with a stream that breaks off.
func AnswerEvents(data ...any) ScriptedAnswer {
	var b bytes.Buffer
	for _, d := range data {
		line, ok := d.(string)
		if !ok {
			line = string(JSON(d))
		}
		for _, part := range strings.Split(line, "\n") {
			b.WriteString("data: " + part + "\n")
		}
		b.WriteByte('\n')
	}
	return AnswerBytes(http.StatusOK, "text/event-stream", b.Bytes())
}

// AnswerText is a whole chat stream that says these pieces of text, or the completion that holds them where no stream is asked for.
func AnswerText(pieces ...string) ScriptedAnswer {
	chunk := func(delta map[string]any, finish any) json.RawMessage {
		return JSON(map[string]any{"id": "scripted", "object": "chat.completion.chunk", "choices": []any{map[string]any{"index": 0, "delta": delta, "finish_reason": finish}}})
	}
	events := []any{chunk(map[string]any{"role": RoleAssistant}, nil)}
	for _, piece := range pieces {
		events = append(events, chunk(map[string]any{"content": piece}, nil))
	}
	answer := AnswerEvents(append(events, chunk(map[string]any{}, FinishReasonStop), "[DONE]")...)
	message := map[string]any{"role": RoleAssistant, "content": strings.Join(pieces, "")}
	answer.whole = JSON(map[string]any{"id": "scripted", "object": "chat.completion", "choices": []any{
		map[string]any{"index": 0, "message": message, "finish_reason": FinishReasonStop},
	}})
	return answer
}

// AnswerFailure is a connection that fails before an answer.
func AnswerFailure(err error) ScriptedAnswer { return ScriptedAnswer{Err: err} }

// RoundTrip gives the next answer.
func (s *Script) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
		_ = req.Body.Close()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, ScriptedRequest{Method: req.Method, URL: req.URL, Header: req.Header.Clone(), Body: body})
	if len(s.answers) == 0 {
		return nil, configError("the script has no answer left for request %d, %s %s", len(s.requests), req.Method, req.URL.Path)
	}
	answer := s.answers[0]
	s.answers = s.answers[1:]
	if answer.whole != nil && req.Header.Get("Accept") == "application/json" {
		answer = AnswerBytes(http.StatusOK, "application/json", answer.whole)
	}
	if answer.Err != nil && answer.Body == nil {
		return nil, answer.Err
	}
	status := answer.Status
	if status == 0 {
		status = http.StatusOK
	}
	header := answer.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{
		Status: fmt.Sprintf("%d %s", status, http.StatusText(status)), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, ContentLength: -1, Request: req, Body: io.NopCloser(io.MultiReader(bytes.NewReader(answer.Body), &endsWith{answer.Err})),
	}, nil
}

// endsWith is the end of a body: a failure, or none.
type endsWith struct{ err error }

func (e *endsWith) Read([]byte) (int, error) {
	if e.err != nil {
		return 0, e.err
	}
	return 0, io.EOF
}

package chutes

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
)

// ChatService is client.Chat.
type ChatService struct {
	Completions *ChatCompletionService
}

// ChatCompletionService answers conversations.
type ChatCompletionService struct {
	client *Client
	target target
}

// target says where an invocation goes: a fixed base, or a chute that may have to be looked up first.
type target struct {
	base  string
	chute *ChuteClient
}

// send sends an invocation, to one model after the other with [WithModels]; with WithReady("wait") a cold chute is waited for once.
func (t target) send(ctx context.Context, c *Client, op operation, options []Option) (*reply, error) {
	if t.chute != nil {
		options = t.chute.with(options)
	}
	s, err := resolve(c.settings, options, true)
	if err != nil {
		return nil, err
	}
	op.base, op.surface = t.base, invocation
	if t.chute != nil {
		if op.end.end.IsZero() {
			op.end = newDeadline(s.total, c.seam.Now) // the look-up is part of the call
		}
		if op.base, op.foreign, err = t.chute.base(ctx, s, op.end.with(options)); err != nil {
			return nil, err
		}
	}
	if s.ready == "wait" {
		op.wake = t.waker(c, op, options)
	}
	if s.models != nil {
		return t.sendModels(ctx, c, op, s, options)
	}
	if _, extra := s.body["model"]; !extra && t.chute == nil && op.lacksModel() {
		return nil, configError("the model is missing: name one (client.Models.List shows them), or several with WithModels")
	}
	return c.send(ctx, op, options)
}

// waker waits until the chute is hot; on a shared host, the chute that has the model's name.
func (t target) waker(c *Client, op operation, options []Option) func(context.Context, deadline) (bool, error) {
	around := slices.DeleteFunc(lookUps(options), func(o Option) bool {
		return slices.Contains([]string{"CaptureResponse", "WithModels", "WithDeadline", "WithReady", "WithMethod", "follow", "failFast"}, o.name)
	})
	return func(ctx context.Context, end deadline) (bool, error) {
		params := &ChutesWaitReadyParams{Timeout: min(WarmupTimeout, max(end.remaining(), lastQuestion))}
		if t.chute != nil {
			if !t.chute.named() {
				return false, nil // nothing is known to wait for
			}
			_, err := t.chute.waitReady(ctx, params, around)
			return err == nil, err
		}
		body, ok := op.model()
		if !ok || body.askedModel() == "" {
			return false, nil
		}
		chute, err := perform[Chute](ctx, c, operation{
			id: "getChute", method: http.MethodGet, path: []part{lit("/chutes/"), paramSlashes("model", body.askedModel())},
		}, around)
		if errors.Is(err, ErrNotFound) || errors.Is(err, ErrConfig) {
			return false, nil // no name of a chute: a list, an alias, a suffix
		}
		if err != nil {
			return false, err
		}
		_, err = c.Chutes.WaitReady(ctx, chute.ChuteID, params, around...)
		return err == nil, err
	}
}

// llmPath is the path of an endpoint below the llm base, which ends in /v1, or below a chute's host, which does not.
func (t target) llmPath(path string) string {
	if t.chute != nil {
		return "/v1" + path
	}
	return path
}

// Create answers a conversation and waits for the whole answer. It never streams: a request with Stream set is a config error.
//
//	answer, err := client.Chat.Completions.Create(ctx, chutes.ChatCompletionRequest{
//		Model: model, Messages: []chutes.ChatMessageParam{chutes.UserMessage("Hello")},
//	})
func (s *ChatCompletionService) Create(ctx context.Context, request ChatCompletionRequest, options ...Option) (*ChatCompletion, error) {
	if err := s.client.refuseStream(request.Stream, request.Extra, options, "Chat.Completions.Stream"); err != nil {
		return nil, err
	}
	if err := checkParts(request.Messages); err != nil {
		return nil, err
	}
	r, err := s.target.send(ctx, s.client, operation{
		id: "createChatCompletion", method: http.MethodPost, path: []part{lit(s.target.llmPath("/chat/completions"))}, body: &request,
	}, options)
	if err != nil {
		return nil, err
	}
	return decodeCompletion[ChatCompletion](r)
}

// Stream answers a conversation piece by piece. It returns when the headers are in, so that HTTP errors come from here. Close the stream.
// It asks for usage unless StreamOptions is set.
func (s *ChatCompletionService) Stream(ctx context.Context, request ChatCompletionRequest, options ...Option) (*ChatStream, error) {
	if err := checkParts(request.Messages); err != nil {
		return nil, err
	}
	request.Stream = Set(true)
	request.StreamOptions = request.StreamOptions.orUsage()
	r, err := s.target.send(ctx, s.client, operation{
		id: "createChatCompletion", method: http.MethodPost, path: []part{lit(s.target.llmPath("/chat/completions"))}, body: &request,
		accept: "text/event-stream", stream: true,
	}, options)
	if err != nil {
		return nil, err
	}
	return newStream[ChatCompletionChunk](r, func(final *ChatCompletion, complete bool) *Partial {
		return &Partial{Chat: final, Complete: complete}
	})
}

// orUsage asks for the usage, unless the caller has asked for anything.
func (o StreamOptions) orUsage() StreamOptions {
	if o.IncludeUsage.IsZero() && o.ContinuousUsageStats.IsZero() && len(o.Extra) == 0 {
		o.IncludeUsage = Set(true)
	}
	return o
}

// refuseStream keeps Create from streaming, whichever way stream was asked for.
func (c *Client) refuseStream(asked Opt[bool], unknown map[string]json.RawMessage, options []Option, instead string) error {
	s, err := resolve(c.settings, options, true)
	if err != nil {
		return err
	}
	_, extra := s.body["stream"]
	if extra || !asked.IsZero() || unknown["stream"] != nil {
		return configError("Create does not stream; leave stream out, or use .%s (the .stream method)", instead)
	}
	return nil
}

// decodeCompletion reads an answer that is nothing without choices.
func decodeCompletion[T any, P interface {
	*T
	Field(name string) json.RawMessage
}](r *reply) (*T, error) {
	return decodeReply(r, func(c *cursor, meta *Response) (*T, error) {
		v, err := decodeAt[T](c, meta)
		if err == nil && firstByteOf(P(v).Field("choices")) != '[' {
			err = errors.New("the answer has no choices: " + snippet(c.data))
		}
		return v, err
	})
}

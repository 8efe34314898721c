package chutes

import (
	"context"
	"net/http"
)

// CompletionService continues texts.
type CompletionService struct {
	client *Client
	target target
}

// Create continues a text and waits for the whole answer.
//
//	answer, err := client.Completions.Create(ctx, chutes.TextCompletionRequest{Model: model, Prompt: chutes.JSON("2+2=")})
func (s *CompletionService) Create(ctx context.Context, request TextCompletionRequest, options ...Option) (*TextCompletion, error) {
	if err := s.client.refuseStream(request.Stream, request.Extra, options, "Completions.Stream"); err != nil {
		return nil, err
	}
	r, err := s.target.send(ctx, s.client, operation{
		id: "createCompletion", method: http.MethodPost, path: []part{lit(s.target.llmPath("/completions"))}, body: &request,
	}, options)
	if err != nil {
		return nil, err
	}
	return decodeCompletion[TextCompletion](r)
}

// Stream continues a text piece by piece; see [ChatCompletionService.Stream].
func (s *CompletionService) Stream(ctx context.Context, request TextCompletionRequest, options ...Option) (*CompletionStream, error) {
	request.Stream = Set(true)
	request.StreamOptions = request.StreamOptions.orUsage()
	r, err := s.target.send(ctx, s.client, operation{
		id: "createCompletion", method: http.MethodPost, path: []part{lit(s.target.llmPath("/completions"))}, body: &request,
		accept: "text/event-stream", stream: true,
	}, options)
	if err != nil {
		return nil, err
	}
	return newStream[TextCompletion](r, func(final *TextCompletion, complete bool) *Partial {
		return &Partial{Completion: final, Complete: complete}
	})
}

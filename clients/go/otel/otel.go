// Package otel makes OpenTelemetry spans of the calls of a Chutes client, by the conventions for generative AI. It is a module of its own, so that
// nobody else depends on OpenTelemetry.
//
//	client, err := chutes.New(chutes.WithHooks(otel.Hooks()))
//
// A call is one span of kind client, with an event per attempt; a stream's span ends when the stream does, so read it to its end, close it, or end its context.
package otel

import (
	"context"
	"net/url"
	"strconv"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

// Name is the name of the tracer.
const Name = "github.com/chutes-client/chutes-client/clients/go/otel"

// Option sets something for [Hooks].
type Option func(*spans)

// WithTracerProvider takes the tracer from a provider. Default: the global one.
func WithTracerProvider(provider trace.TracerProvider) Option {
	return func(s *spans) { s.tracer = provider.Tracer(Name) }
}

// Hooks returns the hooks that make the spans. They may serve several clients.
func Hooks(options ...Option) chutes.Hooks {
	s := &spans{open: map[uint64]trace.Span{}}
	for _, option := range options {
		option(s)
	}
	if s.tracer == nil {
		s.tracer = otel.GetTracerProvider().Tracer(Name)
	}
	return chutes.Hooks{BeforeAttempt: s.before, AfterAttempt: s.after, OnRetry: s.retry, OnStreamEnd: s.streamEnd, OnCallEnd: s.end}
}

// spans are the spans of the calls under way.
type spans struct {
	tracer trace.Tracer
	mu     sync.Mutex
	open   map[uint64]trace.Span
}

// genAI are the words of the conventions for operations; others keep their own id.
var genAI = map[string]string{
	"createChatCompletion": "chat", "createCompletion": "text_completion", "createEmbeddings": "embeddings",
	"generateImage": "generate_content", "createImage": "generate_content",
}

// start begins the span of a call.
func (s *spans) start(ctx context.Context, call uint64, operation, model string, at time.Time) trace.Span {
	name := genAI[operation]
	if name == "" {
		name = operation
	}
	attributes := []attribute.KeyValue{
		attribute.String("gen_ai.operation.name", name), attribute.String("gen_ai.system", "chutes"), attribute.String("gen_ai.provider.name", "chutes"),
	}
	if model != "" {
		name += " " + model
		attributes = append(attributes, attribute.String("gen_ai.request.model", model))
	}
	_, span := s.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attributes...), trace.WithTimestamp(at))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[call] = span
	return span
}

func (s *spans) of(call uint64) trace.Span {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open[call]
}

func (s *spans) before(ctx context.Context, a chutes.AttemptInfo) {
	span := s.of(a.Call)
	if span == nil {
		span = s.start(ctx, a.Call, a.Operation, a.Model, time.Now())
	}
	if u, err := url.Parse(a.URL); err == nil {
		port, err := strconv.Atoi(u.Port())
		if err != nil {
			port = map[string]int{"https": 443, "http": 80}[u.Scheme]
		}
		span.SetAttributes(attribute.String("server.address", u.Hostname()), attribute.Int("server.port", port))
	}
	if a.Model != "" {
		span.SetAttributes(attribute.String("gen_ai.request.model", a.Model)) // the one that answers counts
	}
	span.AddEvent("attempt.start", trace.WithAttributes(
		attribute.String("http.request.method", a.Method), attribute.String("url.full", a.URL), attribute.Int("http.request.resend_count", a.Number-1),
	))
}

func (s *spans) after(_ context.Context, a chutes.AttemptEnd) {
	span := s.of(a.Call)
	if span == nil {
		return
	}
	attributes := []attribute.KeyValue{attribute.Int("chutes.attempt", a.Number)}
	if a.Status != 0 {
		attributes = append(attributes, attribute.Int("http.response.status_code", a.Status))
	}
	if a.Kind != "" {
		attributes = append(attributes, attribute.String("error.type", string(a.Kind)))
	}
	if a.RequestID != "" {
		attributes = append(attributes, attribute.String("chutes.request_id", a.RequestID))
	}
	span.AddEvent("attempt.end", trace.WithAttributes(attributes...))
}

func (s *spans) retry(_ context.Context, r chutes.RetryInfo) {
	if span := s.of(r.Call); span != nil {
		span.AddEvent("retry", trace.WithAttributes(
			attribute.Int("chutes.attempt", r.Number), attribute.String("error.type", string(r.Kind)), attribute.Float64("chutes.wait_s", r.Wait.Seconds()),
		))
	}
}

func (s *spans) streamEnd(_ context.Context, i chutes.StreamInfo) {
	if span := s.of(i.Call); span != nil {
		span.SetAttributes(attribute.Int("chutes.chunks", i.Chunks))
		if i.FirstChunk > 0 {
			span.SetAttributes(attribute.Float64("gen_ai.response.time_to_first_chunk", i.FirstChunk.Seconds()))
		}
	}
}

func (s *spans) end(ctx context.Context, i chutes.CallInfo) {
	span := s.of(i.Call)
	if span == nil { // refused before the first attempt
		span = s.start(ctx, i.Call, i.Operation, i.Model, time.Now().Add(-i.Duration))
	}
	s.mu.Lock()
	delete(s.open, i.Call)
	s.mu.Unlock()
	span.SetAttributes(attribute.Int("chutes.attempts", i.Attempts))
	if i.ResponseModel != "" {
		span.SetAttributes(attribute.String("gen_ai.response.model", i.ResponseModel))
	}
	if i.Usage != nil {
		span.SetAttributes(
			attribute.Int64("gen_ai.usage.input_tokens", i.Usage.PromptTokens), attribute.Int64("gen_ai.usage.output_tokens", i.Usage.CompletionTokens),
		)
	}
	if i.Status != 0 {
		span.SetAttributes(attribute.Int("http.response.status_code", i.Status))
	}
	if i.Kind != "" {
		span.SetAttributes(attribute.String("error.type", string(i.Kind)))
		if i.Kind != chutes.KindCancelled { // leaving is no failure
			span.SetStatus(codes.Error, string(i.Kind))
		}
	}
	span.End()
}

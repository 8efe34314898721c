package otel_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	chutes "github.com/chutes-client/chutes-client/clients/go"
	"github.com/chutes-client/chutes-client/clients/go/otel"
)

// watched is a client whose answers are a script and whose spans are kept.
func watched(t *testing.T, answers ...chutes.ScriptedAnswer) (*chutes.Client, *tracetest.InMemoryExporter) {
	t.Helper()
	exporter := tracetest.NewInMemoryExporter()
	provider := trace.NewTracerProvider(trace.WithSyncer(exporter))
	client, err := chutes.New(chutes.WithScript(chutes.NewScript(answers...)), chutes.WithSeam(chutes.NewVirtualClock(time.Unix(0, 0)).Seam()),
		chutes.WithHooks(otel.Hooks(otel.WithTracerProvider(provider))))
	if err != nil {
		t.Fatal(err)
	}
	return client, exporter
}

func request() chutes.ChatCompletionRequest {
	return chutes.ChatCompletionRequest{Model: "m", Messages: []chutes.ChatMessageParam{chutes.UserMessage("hidden")}}
}

func one(t *testing.T, exporter *tracetest.InMemoryExporter) (tracetest.SpanStub, string) {
	t.Helper()
	spans := exporter.GetSpans()
	if len(spans) != 1 {
		t.Fatalf("%d spans", len(spans))
	}
	exporter.Reset()
	var attributes []string
	for _, a := range spans[0].Attributes {
		attributes = append(attributes, string(a.Key)+"="+a.Value.Emit())
	}
	slices.Sort(attributes)
	return spans[0], strings.Join(attributes, " ")
}

func TestSpanOfACall(t *testing.T) {
	answer := chutes.AnswerJSON(200, map[string]any{"model": "m-1", "choices": []any{}, "usage": map[string]int{"prompt_tokens": 3, "completion_tokens": 5}})
	client, exporter := watched(t, chutes.AnswerJSON(503, map[string]string{"detail": "later"}), answer)
	if _, err := client.Chat.Completions.Create(t.Context(), request()); err != nil {
		t.Fatal(err)
	}
	span, attributes := one(t, exporter)
	want := "chutes.attempts=2 gen_ai.operation.name=chat gen_ai.provider.name=chutes gen_ai.request.model=m gen_ai.response.model=m-1 gen_ai.system=chutes " +
		"gen_ai.usage.input_tokens=3 gen_ai.usage.output_tokens=5 http.response.status_code=200 server.address=llm.chutes.ai server.port=443"
	if attributes != want || span.Name != "chat m" || span.SpanKind.String() != "client" || span.Status.Code != codes.Unset {
		t.Errorf("%s %v %v\n%s", span.Name, span.SpanKind, span.Status, attributes)
	}
	var events []string
	for _, e := range span.Events {
		events = append(events, e.Name)
	}
	if got := strings.Join(events, " "); got != "attempt.start attempt.end retry attempt.start attempt.end" {
		t.Error(got)
	}
	if all := fmt.Sprint(span); strings.Contains(all, "hidden") || strings.Contains(all, "scripted") {
		t.Error("a span shows what was said, or the key")
	}
}

func TestSpanOfAStreamEndsWithIt(t *testing.T) {
	client, exporter := watched(t, chutes.AnswerText("a", "b"), chutes.AnswerText("a", "b"))
	stream, err := client.Chat.Completions.Stream(t.Context(), request())
	if err != nil || len(exporter.GetSpans()) != 0 {
		t.Fatal(err, exporter.GetSpans())
	}
	if _, err := stream.Final(); err != nil {
		t.Fatal(err)
	}
	if span, attributes := one(t, exporter); !strings.Contains(attributes, "chutes.chunks=4") || span.Status.Code != codes.Unset {
		t.Error(attributes, span.Status)
	}
	stream, _ = client.Chat.Completions.Stream(t.Context(), request())
	_ = stream.Close()
	if span, attributes := one(t, exporter); !strings.Contains(attributes, "error.type=cancelled") || span.Status.Code != codes.Unset {
		t.Error(attributes, span.Status)
	}
}

func TestSpanOfAFailure(t *testing.T) {
	client, exporter := watched(t, chutes.AnswerJSON(401, map[string]string{"detail": "no"}))
	_, _ = client.Users.Me(t.Context())
	span, attributes := one(t, exporter)
	if span.Name != "getMe" || span.Status.Code != codes.Error || !strings.Contains(attributes, "error.type=unauthenticated") || !strings.Contains(attributes, "gen_ai.operation.name=getMe") {
		t.Error(span.Name, span.Status, attributes)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, _ = client.Chat.Completions.Create(cancelled, request())
	if span, attributes := one(t, exporter); span.Name != "chat m" || !strings.Contains(attributes, "error.type=cancelled") {
		t.Error(span.Name, attributes)
	}
}

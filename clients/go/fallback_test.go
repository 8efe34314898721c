package chutes

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

func TestModels(t *testing.T) {
	full := jsonAnswer(429, `{"detail":"Infrastructure is at maximum capacity"}`, "Retry-After: 60")
	s := newRawServer(t, answers(full, jsonAnswer(500, `{}`), jsonAnswer(404, `{"detail":"model not found: b"}`), jsonAnswer(200, pong)))
	c, clock := s.client(t)
	answer, err := c.Chat.Completions.Create(ctx(t), ChatCompletionRequest{Messages: chat().Messages}, WithModels("a", "b", "c"))
	if err != nil {
		t.Fatal(err)
	}
	r := answer.Response()
	if r.Model != "c" || fmt.Sprint(r.Tried) != "[{a capacity} {b not_found}]" || r.Attempts != 4 || len(clock.Sleeps()) != 1 {
		t.Errorf("%q %v, %d attempts, sleeps %v", r.Model, r.Tried, r.Attempts, clock.Sleeps())
	}
	want := fmt.Sprint([]Attempt{{1, 429, KindCapacity, 0}, {2, 500, KindServer, clock.Sleeps()[0]}, {3, 404, KindNotFound, 0}, {4, 200, "", 0}})
	if got := fmt.Sprint(r.History); got != want {
		t.Errorf("history %s", got)
	}
	for i, want := range []string{"a", "b", "b", "c"} {
		if got := string(s.seen()[i].body); got != `{"model":"`+want+`","messages":[{"role":"user","content":"hi"}]}` {
			t.Errorf("request %d is %s", i+1, got)
		}
	}
}

func TestModelsThatAllFail(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(503, `{"detail":"No instances available"}`), jsonAnswer(401, `{"detail":"Invalid token"}`)))
	c, _ := s.client(t)
	_, err := c.Chat.Completions.Stream(ctx(t), ChatCompletionRequest{}, WithModels("a", "b", "c"))
	if e := wantKind(t, err, KindUnauthenticated); fmt.Sprint(e.Tried) != "[{a cold_start} {b unauthenticated}]" || e.Attempts != 2 || len(e.History) != 2 {
		t.Errorf("%v %d %v", e.Tried, e.Attempts, e.History)
	}
}

func TestModelsAreRefused(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, pong)))
	c, _ := s.client(t)
	_, beside := c.Chat.Completions.Create(ctx(t), chat(), WithModels("a"))
	_, empty := c.Chat.Completions.Create(ctx(t), ChatCompletionRequest{}, WithModels())
	_, blank := c.Chat.Completions.Create(ctx(t), ChatCompletionRequest{}, WithModels("a", ""))
	_, extra := c.Embeddings.Create(ctx(t), EmbeddingRequest{Input: JSON("x")}, WithModels("a"), WithExtraBody(map[string]any{"model": "b"}))
	_, image := c.Images.Generate(ctx(t), ImageRequest{Prompt: "p"}, WithModels("a"))
	_, management := c.Users.Me(ctx(t), WithModels("a"))
	_, ofClient := New(WithAPIKey(testKey), WithModels("a"))
	for name, err := range map[string]error{
		"beside": beside, "empty": empty, "blank": blank, "extra": extra, "image": image, "management": management, "client": ofClient,
	} {
		if !errors.Is(err, ErrConfig) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(s.seen()) != 0 {
		t.Error("a refused call was sent")
	}
}

func TestReadyWaitOnTheSharedHost(t *testing.T) {
	cold := jsonAnswer(503, `{"detail":"No instances available (yet)"}`)
	s := newRawServer(t, answers(cold, jsonAnswer(200, `{"chute_id":"`+chuteID+`"}`), events(true, "data: {\"status\":\"hot\"}\n\n"), jsonAnswer(200, pong)))
	c, clock := s.client(t, WithReady("wait"))
	answer, err := c.Chat.Completions.Create(ctx(t), chat(), WithMaxRetries(0))
	if err != nil || answer.Response().Attempts != 2 || len(clock.Sleeps()) != 0 {
		t.Fatalf("%v %v", err, clock.Sleeps())
	}
	if seen := s.seen(); seen[1].path != "/chutes/m" || seen[2].path != "/chutes/warmup/"+chuteID {
		t.Errorf("%s %s", seen[1].path, seen[2].path)
	}
	unknown := newRawServer(t, answers(cold, jsonAnswer(404, `{}`), jsonAnswer(200, pong)))
	c, clock = unknown.client(t, WithReady("wait"))
	if _, err := c.Chat.Completions.Create(ctx(t), chat()); err != nil || len(clock.Sleeps()) != 1 || clock.Sleeps()[0].Round(time.Millisecond) != 500*time.Millisecond {
		t.Errorf("a model that is no chute is retried as ever: %v %v", err, clock.Sleeps())
	}
}

func TestModelsOfCompletionsAndEmbeddings(t *testing.T) {
	cold := jsonAnswer(503, `{"detail":"No instances available"}`)
	text := jsonAnswer(200, `{"choices":[{"index":0,"text":"4"}]}`)
	s := newRawServer(t, answers(cold, text, cold, events(true, "data: {\"choices\":[{\"index\":0,\"text\":\"4\",\"finish_reason\":\"stop\"}]}\n\n", done), cold, jsonAnswer(200, `{"data":[]}`)))
	c, _ := s.client(t)
	models := WithModels("a", "b")
	answer, err := c.Completions.Create(ctx(t), TextCompletionRequest{Prompt: JSON("2+2=")}, models)
	if err != nil || answer.Response().Model != "b" {
		t.Fatal(err)
	}
	stream, err := c.Completions.Stream(ctx(t), TextCompletionRequest{Prompt: JSON("2+2=")}, models)
	if err != nil || stream.Response().Model != "b" || fmt.Sprint(stream.Response().Tried) != "[{a cold_start}]" {
		t.Fatal(err)
	}
	if final, err := stream.Final(); err != nil || final.Text() != "4" || stream.Partial().Text() != "4" {
		t.Error(final, err)
	}
	vectors, err := c.Embeddings.Create(ctx(t), EmbeddingRequest{Input: JSON("x")}, models)
	if err != nil || vectors.Response().Model != "b" {
		t.Error(err)
	}
}

func TestModelIsMissing(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, pong)))
	c, _ := s.client(t)
	request := chat()
	request.Model = " "
	_, err := c.Chat.Completions.Create(ctx(t), request)
	wantKind(t, err, KindConfig)
	_, err = c.Chat.Completions.Stream(ctx(t), request)
	wantKind(t, err, KindConfig)
	_, err = c.Embeddings.Create(ctx(t), EmbeddingRequest{Input: JSON("a")})
	wantKind(t, err, KindConfig)
	if _, err := c.Chat.Completions.Create(ctx(t), request, WithExtraBody(map[string]any{"model": "m"})); err != nil {
		t.Error(err)
	}
	if _, err := c.Chute("me").Chat.Completions.Create(ctx(t), ChatCompletionRequest{}); err != nil || len(s.seen()) != 2 {
		t.Errorf("a chute on its own host: %v", err)
	}
}

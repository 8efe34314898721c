package chutes

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// recorder keeps what the hooks were told as text.
type recorder struct{ told []string }

func (r *recorder) hooks() Hooks {
	add := func(format string, args ...any) { r.told = append(r.told, fmt.Sprintf(format, args...)) }
	return Hooks{
		BeforeAttempt: func(_ context.Context, a AttemptInfo) {
			add("before %d %s %s %s", a.Number, a.Operation, a.Method, a.Model)
		},
		AfterAttempt: func(_ context.Context, a AttemptEnd) { add("after %d %d %s", a.Number, a.Status, a.Kind) },
		OnRetry:      func(_ context.Context, i RetryInfo) { add("retry %d %s %v", i.Number, i.Kind, i.Wait > 0) },
		OnStreamEnd: func(_ context.Context, s StreamInfo) {
			add("stream %d %s %v %v", s.Chunks, s.Kind, s.Usage != nil, s.FirstChunk > 0)
		},
		OnCallEnd: func(_ context.Context, i CallInfo) {
			add("call %d %s %d %s %v", i.Status, i.Kind, i.Attempts, i.ResponseModel, i.Usage != nil)
		},
	}
}

func (r *recorder) take() string { defer func() { r.told = nil }(); return strings.Join(r.told, "; ") }

func TestHooks(t *testing.T) {
	used := "data: {\"id\":\"c1\",\"model\":\"m-1\",\"choices\":[],\"usage\":{\"total_tokens\":3}}\n\n"
	s := newRawServer(t, answers(
		jsonAnswer(500, `{}`), jsonAnswer(200, pong),
		events(true, delta("a"), finish, used, done),
		events(true, delta("a"), delta("b"), finish, done),
		events(true, delta("a")),
		jsonAnswer(200, `{"error":"boom"}`), jsonAnswer(401, `{}`),
	))
	var r recorder
	c, _ := s.client(t, WithHooks(r.hooks()))
	expect := func(want string) {
		t.Helper()
		if got := r.take(); got != want {
			t.Errorf("hooks were told\n%s, want\n%s", got, want)
		}
	}
	_, _ = c.Chat.Completions.Create(ctx(t), chat())
	expect("before 1 createChatCompletion POST m; after 1 500 server; retry 1 server true; before 2 createChatCompletion POST m; after 2 200 ; call 200  2 m true")
	stream, _ := c.Chat.Completions.Stream(ctx(t), chat())
	_, _ = stream.Final()
	_ = stream.Close()
	expect("before 1 createChatCompletion POST m; after 1 200 ; stream 3  true true; call 200  1 m-1 true")
	stream, _ = c.Chat.Completions.Stream(ctx(t), chat())
	for range stream.Chunks() {
		break
	}
	expect("before 1 createChatCompletion POST m; after 1 200 ; stream 1 cancelled false true; call 200 cancelled 1  false")
	stream, _ = c.Chat.Completions.Stream(ctx(t), chat())
	_, _ = stream.Final()
	expect("before 1 createChatCompletion POST m; after 1 200 ; stream 1 stream_interrupted false true; call 200 stream_interrupted 1  false")
	_, _ = c.Chat.Completions.Create(ctx(t), chat())
	expect("before 1 createChatCompletion POST m; after 1 200 ; call 200 unexpected_response 1  false")
	_, _ = c.Users.Me(ctx(t))
	expect("before 1 getMe GET ; after 1 401 unauthenticated; call 401 unauthenticated 1  false")
}

func TestHooksOfAPlainStream(t *testing.T) {
	s := newRawServer(t, answers(events(true, "data: a\n\n", "data: b\n\n")))
	var r recorder
	c, _ := s.client(t, WithHooks(r.hooks()))
	for _, leave := range []func(*EventStream){
		func(s *EventStream) { _ = s.Close() },
		func(s *EventStream) {
			for range s.Lines() {
				break
			}
		},
		func(s *EventStream) {
			for range s.Events() {
			}
			_ = s.Close()
		},
	} {
		stream, err := c.Chute("me-echo").Stream(ctx(t), "/x", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.take()
		leave(stream)
		if got := r.take(); strings.Count(got, "stream ") != 1 || strings.Contains(got, "cancelled") == (strings.HasPrefix(got, "stream 2 ")) {
			t.Errorf("told %s", got)
		}
	}
}

func TestHooksOfAnAnswerThatCannotBeUsed(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, `{"error":"nope"}`)))
	var r recorder
	c, _ := s.client(t, WithHooks(Hooks{OnCallEnd: r.hooks().OnCallEnd}))
	for name, call := range map[string]func() error{
		"image": func() error { _, err := c.Images.Generate(ctx(t), ImageRequest{Model: "m", Prompt: "x"}); return err },
		"openai": func() error {
			_, err := c.Images.Generate(ctx(t), ImageRequest{Mode: ImageOpenAI, Model: "m"})
			return err
		},
		"chute":     func() error { _, err := c.Chute("me-echo").Call(ctx(t), "/x", nil); return err },
		"speech":    func() error { _, err := c.Audio.Speech(ctx(t), "me-echo", "x", nil); return err },
		"embedding": func() error { _, err := c.Embeddings.Create(ctx(t), EmbeddingRequest{Model: "m"}); return err },
	} {
		wantKind(t, call(), KindUnexpectedResponse)
		if got := r.take(); got != "call 200 unexpected_response 1  false" {
			t.Errorf("%s: told %s", name, got)
		}
	}
}

// A stream that its caller has cancelled and forgotten is over, and whoever counts the open ones hears of it.
func TestHooksOfAForgottenStream(t *testing.T) {
	s := newRawServer(t, answers(events(false, delta("a"))))
	ends := make(chan Kind, 1)
	c, _ := s.client(t, WithHooks(Hooks{OnCallEnd: func(_ context.Context, i CallInfo) { ends <- i.Kind }}))
	left, cancel := context.WithCancel(ctx(t))
	if _, err := c.Chat.Completions.Stream(left, chat()); err != nil {
		t.Fatal(err)
	}
	cancel()
	if kind := <-ends; kind != KindCancelled {
		t.Error(kind)
	}
}

func TestHooksAddUp(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, pong)))
	var one, other recorder
	c, _ := s.client(t, WithHooks(one.hooks()), WithHooks(Hooks{OnCallEnd: other.hooks().OnCallEnd}))
	_, _ = c.Chat.Completions.Create(ctx(t), chat())
	if a, b := one.take(), other.take(); !strings.HasPrefix(a, "before 1") || !strings.HasSuffix(a, b) || !strings.HasPrefix(b, "call 200") {
		t.Errorf("%s | %s", a, b)
	}
}

func TestHooksThatPanicAreToldOnTheLog(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(503, `{"detail":"`+testKey+`"}`), jsonAnswer(200, pong)))
	var text bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c, _ := s.client(t, WithLogger(logger), WithHooks(Hooks{AfterAttempt: func(context.Context, AttemptEnd) { panic("oops") }}))
	if _, err := c.Chat.Completions.Create(ctx(t), chat(), WithQuery(map[string]string{"token": "hidden"})); err != nil {
		t.Fatal(err)
	}
	got := text.String()
	for _, want := range []string{"call.start", "attempt.start", "attempt.end", "retry", "call.end", "error=oops", "attempts=2", "operation=createChatCompletion"} {
		if !strings.Contains(got, want) {
			t.Errorf("the log lacks %s:\n%s", want, got)
		}
	}
	for _, secret := range []string{testKey, "hidden", "pong", "Bearer"} {
		if strings.Contains(got, secret) {
			t.Errorf("the log shows %s:\n%s", secret, got)
		}
	}
	if n := strings.Count(got, "level=INFO"); n != 1 {
		t.Errorf("%d lines at info for one call", n)
	}
}

package chutes

import (
	"errors"
	"testing"
	"time"
)

func TestWithOptionsSharesAllButTheOptions(t *testing.T) {
	script := NewScript(AnswerText("a"), AnswerText("b"), AnswerJSON(503, map[string]string{"detail": "busy"}))
	c, err := New(WithAPIKey("cpk_test"), WithScript(script), WithMaxConcurrency(1), WithHeader("X-Team", "both"), WithFirstByteTimeout(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	other, err := c.WithOptions(WithDeadline(50*time.Millisecond), WithMaxRetries(0), WithHeader("x-team", "own"), WithTimeout(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	request := ChatCompletionRequest{Model: "m", Messages: []ChatMessageParam{UserMessage("hi")}}
	stream, err := c.Chat.Completions.Stream(ctx(t), request)
	if err != nil {
		t.Fatal(err)
	}
	var e *Error
	if _, err := other.Chat.Completions.Stream(ctx(t), request); !errors.As(err, &e) || e.Kind != KindTimeout || e.Attempts != 0 {
		t.Fatalf("the one place is the stream's, got %v", err)
	}
	_ = stream.Close()
	patient, err := other.WithOptions(WithDeadline(NoTimeout))
	if err != nil {
		t.Fatal(err)
	}
	if stream, err = patient.Chat.Completions.Stream(ctx(t), request); err != nil {
		t.Fatal(err)
	}
	if final, err := stream.Final(); err != nil || final.Text() != "b" {
		t.Fatal(final, err)
	}
	if _, err := patient.Chat.Completions.Create(ctx(t), request); !errors.As(err, &e) || e.Kind != KindUnavailable || e.Attempts != 1 {
		t.Fatal(err)
	}
	for i, want := range []string{"both", "own", "own"} {
		if got := script.Requests()[i].Header.Get("X-Team"); got != want {
			t.Errorf("request %d: team %q", i, got)
		}
	}
	if s := other.settings; s.timeout != time.Second || s.firstByte != 0 || c.settings.firstByte != time.Minute {
		t.Error("a time-out beats the finer limits of the other client, which keeps its own")
	}
}

func TestWithOptionsRefusesWhatIsNoOptionOfItsOwn(t *testing.T) {
	c, err := New(WithAPIKey("cpk_test"))
	if err != nil {
		t.Fatal(err)
	}
	var r Response
	for _, option := range []Option{WithMaxRetries(-1), WithTimeout(-1), WithHeader("a", "b\nc"), WithAPIKey("other"), CaptureResponse(&r), WithModels("a")} {
		if _, err := c.WithOptions(option); !errors.Is(err, ErrConfig) {
			t.Errorf("%s: %v", option.name, err)
		}
	}
}

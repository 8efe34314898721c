package chutes

import (
	"errors"
	"io"
	"testing"
	"time"
)

func TestScript(t *testing.T) {
	clock := NewVirtualClock(time.Unix(0, 0))
	script := NewScript(AnswerJSON(503, map[string]string{"detail": "later"}), AnswerFailure(io.ErrUnexpectedEOF), AnswerText("Hel", "lo\n<b>"))
	client, err := New(WithScript(script), WithSeam(clock.Seam()))
	if err != nil {
		t.Fatal(err)
	}
	stream, err := client.Chat.Completions.Stream(ctx(t), chat())
	if err != nil {
		t.Fatal(err)
	}
	final, err := stream.Final()
	if err != nil || final.Text() != "Hello\n<b>" || len(clock.Sleeps()) != 2 {
		t.Errorf("%v %v %v", final, err, clock.Sleeps())
	}
	if sent := script.Requests(); len(sent) != 3 || sent[2].URL.Path != "/v1/chat/completions" || string(sent[2].Body) != string(sent[0].Body) {
		t.Errorf("%+v", sent)
	}
	_, err = client.Users.Me(ctx(t))
	wantKind(t, err, KindConfig)

	broken := AnswerEvents(map[string]any{"choices": []any{map[string]any{"index": 0, "delta": map[string]any{"content": "a"}}}}, "\n: x")
	broken.Err = io.ErrUnexpectedEOF
	script.Add(broken, AnswerBytes(0, "image/png", []byte(pngBytes)))
	stream, err = client.Chat.Completions.Stream(ctx(t), chat())
	if err != nil {
		t.Fatal(err)
	}
	_, err = stream.Final()
	if e := wantKind(t, err, KindStreamInterrupted); e.Partial.Text() != "a" {
		t.Error(e.Partial.Text())
	}
	if image, err := client.Images.Generate(ctx(t), ImageRequest{Prompt: "p"}); err != nil || image.ContentType != "image/png" {
		t.Error(image, err)
	}
	if _, err := New(WithScript(nil)); !errors.Is(err, ErrConfig) {
		t.Error(err)
	}
	cancelled, cancel := contextWithCancel(t)
	cancel()
	_, err = client.Users.Me(cancelled)
	wantKind(t, err, KindCancelled)
}

func TestScriptedTextWithoutAStream(t *testing.T) {
	c, err := New(WithScript(NewScript(AnswerText("Hel", "lo"))))
	if err != nil {
		t.Fatal(err)
	}
	if answer, err := c.Chat.Completions.Create(ctx(t), chat()); err != nil || answer.Text() != "Hello" || answer.Choices[0].FinishReason != FinishReasonStop {
		t.Error(err)
	}
}

package chutes

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func containsKey(text string) bool { return strings.Contains(text, testKey) }

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		"plain text":                         "plain text",
		"key " + testKey + " used":           "key [redacted] used",
		"hunter2secret in text":              "[redacted] in text",
		"another cpk_abc.def.ghi":            "another [redacted]",
		"cak_x-y crt_1 csc_2":                "[redacted] [redacted] [redacted]",
		"Authorization: Bearer abcdef123456": "Authorization: Bearer [redacted]",
		"the bearer of news":                 "the bearer of news",
	} {
		if got := redact(in, []string{testKey, "hunter2secret", "x"}); got != want {
			t.Errorf("redact(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestRedactHeaders(t *testing.T) {
	got := redactHeaders(http.Header{"Authorization": {"Bearer x"}, "X-Api-Key": {"y"}, "X-Chutes-Signature": {"z"}, "X-Other": {testKey}, "X-Chutes-Retry-Count": {"1"}}, []string{testKey})
	for name, want := range map[string]string{"Authorization": Mask, "X-Api-Key": Mask, "X-Chutes-Signature": Mask, "X-Other": Mask, "X-Chutes-Retry-Count": "1"} {
		if got.Get(name) != want {
			t.Errorf("%s = %q, want %q", name, got.Get(name), want)
		}
	}
}

// Every text that Go can make of a client and of an error, with a server that echoes the key wherever it can.
func TestNoFormShowsTheKey(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(401, `{"detail":"bad key `+testKey+`","error":"`+testKey+`"}`, "X-Request-Id: "+testKey, "X-Echo: "+testKey)))
	c, _ := s.client(t)
	_, err := c.Chat.Completions.Create(ctx(t), chat())
	wantKind(t, err, KindUnauthenticated)
	config, failed := c.OpenAI()
	if failed != nil || config.APIKey != testKey {
		t.Fatal("OpenAI() must hand the key over")
	}
	for _, v := range []any{err, errors.Unwrap(err), c, *c, c.Chat, c.Images, c.auth, Bearer(testKey), XAPIKey(testKey), config, *config, WithAPIKey(testKey), c.settings} {
		for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			if text := fmt.Sprintf(format, v); containsKey(text) {
				t.Errorf("%s of %T shows the key: %s", format, v, text)
			}
		}
	}
	var e *Error
	errors.As(err, &e)
	if data, _ := e.MarshalJSON(); containsKey(string(data)) || strings.Contains(string(data), "Body") {
		t.Errorf("JSON: %s", data)
	}
	if string(e.Body) != `{"detail":"bad key `+Mask+`","error":"`+Mask+`"}` {
		t.Errorf("the raw body is kept for who asks for it, but for the key: %s", e.Body)
	}
}

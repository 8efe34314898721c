package chutes

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

const echoChute = `{"chute_id":"` + chuteID + `","name":"echo","slug":"alice-echo","cords":[` +
	`{"function":"run","public_api_path":"/go/run","public_api_method":"POST","input_schema":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}},` +
	`{"function":"talk","public_api_path":"/talk"},{"function":"talks","public_api_path":"/talk","stream":true},` +
	`{"function":"health","public_api_path":"/health","public_api_method":"GET"},{"function":"inner"}]}`

func TestCords(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, echoChute), jsonAnswer(200, `{}`)))
	c, _ := s.client(t)
	h := c.Chute("alice/echo")
	for range 2 {
		cords, err := h.Cords(ctx(t))
		if err != nil || len(cords) != 4 || len(s.seen()) != 1 {
			t.Fatal(cords, err)
		}
		if got := fmt.Sprint(cords[2].Name, cords[2].Path, cords[2].Method, cords[2].Stream); got != "talks/talkPOSTtrue" {
			t.Error(got)
		}
	}
	for _, tc := range []struct {
		cord    string
		args    any
		options []Option
		sent    string // method and path, or
		refused string // a word of the config error
	}{
		{"run", map[string]int{"n": 1}, nil, "POST /chute/alice-echo/go/run", ""},
		{"go/run", map[string]int{"n": 1}, nil, "POST /chute/alice-echo/go/run", ""},
		{"run", nil, []Option{WithExtraBody(map[string]any{"n": 2})}, "POST /chute/alice-echo/go/run", ""},
		{"run", map[string]string{"n": "x"}, nil, "", "n: expected integer"},
		{"/go/run", nil, nil, "", "n: expected a value"},
		{"run", nil, []Option{WithValidate(false)}, "POST /chute/alice-echo/go/run", ""},
		{"/talk", nil, nil, "POST /chute/alice-echo/talk", ""},
		{"talks", nil, nil, "", ".stream"},
		{"health", nil, nil, "GET /chute/alice-echo/health", ""},
		{"health", map[string]int{"n": 1}, nil, "", "GET"},
		{"inner", nil, nil, "", "run, talk, talks, health"},
		{"/other", nil, nil, "POST /chute/alice-echo/other", ""},
	} {
		before := len(s.seen())
		_, err := h.Call(ctx(t), tc.cord, tc.args, tc.options...)
		if tc.refused != "" {
			if !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), tc.refused) || len(s.seen()) != before {
				t.Errorf("%s: %v", tc.cord, err)
			}
			continue
		}
		if err != nil || len(s.seen()) != before+1 || s.seen()[before].method+" "+s.seen()[before].path != tc.sent {
			t.Errorf("%s: %v %+v", tc.cord, err, s.seen()[before:])
		}
	}
}

func TestCordsOfASlug(t *testing.T) {
	listed := jsonAnswer(200, `{"items":[{"chute_id":"other","slug":"alice-echo-2"},{"chute_id":"`+chuteID+`","slug":"alice-echo"}],"total":2}`)
	s := newRawServer(t, answers(listed, jsonAnswer(200, echoChute), jsonAnswer(200, `{}`)))
	c, _ := s.client(t)
	h := c.Chute("alice-echo")
	for range 2 { // a name reads the chute, once
		if _, err := h.Call(ctx(t), "run", map[string]int{"n": 1}); err != nil {
			t.Fatal(err)
		}
	}
	var paths []string
	for _, r := range s.seen() {
		paths = append(paths, r.path)
	}
	if got := strings.Join(paths, " "); got != "/chutes/?include_public=true&slug=alice-echo /chutes/"+chuteID+" /chute/alice-echo/go/run /chute/alice-echo/go/run" {
		t.Error(got)
	}
	_, err := c.Chute("nobody").Cords(ctx(t))
	wantKind(t, err, KindNotFound)
	_, err = c.Chute("https://example.com").Cords(ctx(t))
	wantKind(t, err, KindConfig)
}

func TestArgumentsAreAnObject(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, `{}`)))
	c, _ := s.client(t)
	h := c.Chute("me-echo")
	for _, args := range []any{"hello", []byte(`{"a":1}`), 5, []int{1}, json.RawMessage(`null`), json.RawMessage(` [1]`), true} {
		_, err := h.Call(ctx(t), "/x", args)
		if e := wantKind(t, err, KindConfig); !strings.Contains(e.Message, "JSON object") {
			t.Error(e)
		}
		_, err = h.Stream(ctx(t), "/x", args)
		wantKind(t, err, KindConfig)
	}
	for _, args := range []any{nil, map[string]any(nil), json.RawMessage(nil), (*struct{})(nil), struct{}{}, json.RawMessage(" {} ")} {
		if _, err := h.Call(ctx(t), "/x", args); err != nil {
			t.Error(err)
		}
	}
	for _, r := range s.seen() {
		if strings.TrimSpace(string(r.body)) != "{}" {
			t.Errorf("%s", r.body)
		}
	}
	if len(s.seen()) != 6 {
		t.Error(len(s.seen()))
	}
}

func TestDecodeTellsOfTheAnswer(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, `{"n":"x"}`, "X-Request-Id: r1"), httpAnswer(200, "text/plain", "x", "X-Request-Id: r1")))
	c, _ := s.client(t)
	for range 2 {
		result, err := c.Chute("me-echo").Call(ctx(t), "/run", nil)
		if err != nil {
			t.Fatal(err)
		}
		e := wantKind(t, result.Decode(&struct{ N int }{}), KindUnexpectedResponse)
		if e.Status != 200 || e.Attempts != 1 || e.RequestID != "r1" || len(e.History) != 1 || len(e.Body) == 0 {
			t.Errorf("%+v", e)
		}
	}
}

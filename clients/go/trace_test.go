package chutes

import (
	"fmt"
	"strings"
	"testing"
)

func TestTrace(t *testing.T) {
	first := `data: {"trace":{"timestamp":"2026-05-26T00:00:00","chute_id":"c","function":"run","message":"one","own":7}}` + "\n\n"
	second := `data: {"trace":{"timestamp":"2026-05-26T00:01:02.25","message":"two"}}` + "\n\n"
	for name, tc := range map[string]struct{ result, want string }{
		"json":    {`{"result":{"content_type":"application/json","json":{"ok":1}}}`, `application/json {"ok":1}`},
		"null":    {`{"result":{"content_type":"application/json","json":null}}`, `application/json null`},
		"text":    {`{"result":{"content_type":"text/plain","text":"hé"}}`, `text/plain hé`},
		"bytes":   {`{"result":{"content_type":"audio/wav","bytes":"UklGRg=="}}`, `audio/wav RIFF`},
		"bare":    {`{"result":{"a":1}}`, `application/json {"a":1}`},
		"stream":  {`{"result":"data: 1\n\n"}` + "\n\n" + `data: {"result":"data: 2\n\n"}`, "text/event-stream data: 1\n\ndata: 2\n\n"},
		"failure": {`{"error":"no_targets","detail":"none"}`, "no_targets none"},
	} {
		s := newRawServer(t, answers(events(true, first, ": ping\n\n", second, "data: "+tc.result+"\n\n")))
		c, _ := s.client(t)
		trace, err := c.Chute("me-echo").Trace(ctx(t), "/run", nil)
		if err != nil {
			t.Fatal(name, err)
		}
		got := ""
		if trace.Failure != nil {
			got = trace.Failure.Code + " " + trace.Failure.Detail
		} else {
			got = trace.Result.ContentType + " " + trace.Result.Text()
		}
		if got != tc.want || strings.Join(trace.Timeline(), "|") != "+0.000 s  one|+62.250 s  two" || string(trace.Entries[0].Field("own")) != "7" {
			t.Errorf("%s: %q %v", name, got, trace.Timeline())
		}
		if sent := s.seen()[0]; sent.header.Get("X-Chutes-Trace") != "true" || trace.Response().Attempts != 1 {
			t.Error(sent.header)
		}
	}
	cut := newRawServer(t, answers(events(true, first)))
	c, _ := cut.client(t)
	_, err := c.Chute("me-echo").Trace(ctx(t), "/run", nil)
	if e := wantKind(t, err, KindStreamInterrupted); e.Reason != ReasonTruncated {
		t.Error(e.Reason)
	}
	for name, tail := range map[string]string{"nonsense": "data: {not\n\n", "array": "data: []\n\n", "base64": `data: {"result":{"bytes":"%"}}` + "\n\n"} {
		s := newRawServer(t, answers(events(true, first, tail)))
		c, _ := s.client(t)
		_, err := c.Chute("me-echo").Trace(ctx(t), "/run", nil)
		if e := wantKind(t, err, KindStreamError); e.Attempts != 1 {
			t.Errorf("%s: %v", name, fmt.Sprint(e))
		}
	}
}

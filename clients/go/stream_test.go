package chutes

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chutes-client/chutes-client/clients/go/sse"
)

func openStream(t *testing.T, answer string, options ...Option) (*ChatStream, error) {
	t.Helper()
	s := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool {
		_, _ = io.WriteString(conn, answer)
		return false
	})
	c, _ := s.client(t, options...)
	return c.Chat.Completions.Stream(ctx(t), chat())
}

func TestStreamEnds(t *testing.T) {
	bare := `{"error":"Unhandled exception during response stream: boom"}`
	role := "data: {\"id\":\"c2\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"again\"}}]}\n\n"
	for name, tc := range map[string]struct {
		answer, text string
		kind         Kind
		reason       string
		message      string
	}{
		"done":                {events(true, delta("He"), delta("llo"), finish, done), "Hello", "", "", ""},
		"done with spaces":    {events(true, delta("Hello"), "data:   [DONE]  \r\n\r\n"), "Hello", "", "", ""},
		"after done":          {events(true, delta("Hello"), done, "data: {broken\n\n"), "Hello", "", "", ""},
		"no done, finished":   {events(true, delta("Hello"), finish), "Hello", "", "", ""},
		"unterminated done":   {events(true, delta("Hello"), "data: [DONE]"), "Hello", "", "", ""},
		"unterminated chunk":  {events(true, delta("Hello"), strings.TrimSpace(finish)), "Hello", "", "", ""},
		"pings":               {events(true, ": ping\n\n", "data:\n\n", "data: : keepalive\n\n", "event: ping\ndata:\n\n", delta("Hello"), finish, done), "Hello", "", "", ""},
		"error null":          {events(true, "data: {\"error\":null,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}\n\n", finish, done), "Hello", "", "", ""},
		"no choices":          {events(true, delta("Hello"), "data: {\"usage\":{\"total_tokens\":3}}\n\n", "data: {\"choices\":null}\n\n", finish, done), "Hello", "", "", ""},
		"truncated":           {events(true, delta("He")), "He", KindStreamInterrupted, ReasonTruncated, ""},
		"half a chunk":        {events(true, delta("He"), "data: {\"id\""), "He", KindStreamInterrupted, ReasonTruncated, ""},
		"cut":                 {events(false, delta("He")), "He", KindStreamInterrupted, ReasonConnection, ""},
		"cut when finished":   {events(false, delta("He"), finish), "He", KindStreamInterrupted, ReasonConnection, ""},
		"empty":               {events(true), "", KindStreamInterrupted, ReasonTruncated, ""},
		"pings only":          {events(true, ": ping\n\n"), "", KindStreamInterrupted, ReasonTruncated, ""},
		"restarted":           {events(true, delta("He"), role, finish, done), "He", KindStreamInterrupted, ReasonRestarted, ""},
		"bare, no newline":    {events(true, delta("He"), bare), "He", KindStreamError, "", "Unhandled exception during response stream: boom"},
		"bare line":           {events(true, delta("He"), bare+"\n\n", done), "He", KindStreamError, "", "boom"},
		"bare detail":         {events(true, delta("He"), `{"detail":"gone"}`+"\n"), "He", KindStreamError, "", "gone"},
		"error object":        {events(true, delta("He"), "data: {\"error\":{\"message\":\"engine\",\"code\":500}}\n\n", done), "He", KindStreamError, "", "engine"},
		"error text":          {events(true, "data: {\"error\":\"plain\"}\n\n"), "", KindStreamError, "", "plain"},
		"object error":        {events(true, delta("He"), "data: {\"object\":\"error\",\"message\":\"m\"}\n\n"), "He", KindStreamError, "", "m"},
		"event error":         {events(true, delta("He"), "event: error\ndata: overloaded\n\n"), "He", KindStreamError, "", "overloaded"},
		"broken JSON":         {events(true, delta("He"), "data: {\"id\":\n\n", finish, done), "He", KindStreamError, "", "not valid JSON"},
		"not an object":       {events(true, delta("He"), "data: 42\n\n"), "He", KindStreamError, "", "no object"},
		"event above the cap": {events(true, delta("He"), "data: "+strings.Repeat("x", 2000)+"\n\n"), "He", KindTooLarge, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			stream, err := openStream(t, tc.answer, WithMaxEventBytes(1000))
			if err != nil {
				t.Fatal(err)
			}
			var text strings.Builder
			for piece, failed := range stream.Text() {
				if err = failed; err != nil {
					break
				}
				text.WriteString(piece)
			}
			if text.String() != tc.text {
				t.Errorf("text %q, want %q", text.String(), tc.text)
			}
			final, again := stream.Final()
			if tc.kind == "" {
				if err != nil || again != nil || final.Text() != tc.text || !stream.Partial().Complete {
					t.Fatalf("error %v, Final %v %v", err, final, again)
				}
				return
			}
			e := wantKind(t, err, tc.kind)
			if !errors.Is(again, e) || e.Reason != tc.reason || !strings.Contains(e.Message, tc.message) {
				t.Errorf("Final gives %v, reason %q, message %q", again, e.Reason, e.Message)
			}
			if e.Partial.Text() != tc.text || e.Partial.Complete || e.Attempts != 1 {
				t.Errorf("partial %q, attempts %d", e.Partial.Text(), e.Attempts)
			}
		})
	}
}

func TestRestartDiscarded(t *testing.T) {
	role := "data: {\"id\":\"c2\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"again\"}}]}\n\n"
	stream, err := openStream(t, events(true, delta("He"), role, finish, done), WithOnRestart("discard"))
	if err != nil {
		t.Fatal(err)
	}
	final, err := stream.Final()
	if err != nil || final.Text() != "again" || final.ID != "c2" || stream.Restarts() != 1 {
		t.Fatalf("%v %v, %d restarts", final, err, stream.Restarts())
	}
}

func TestStreamAnswers(t *testing.T) {
	two := `{"id":"c1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"},{"index":1,"message":{"content":"b"},"finish_reason":"length"}],"usage":{"total_tokens":2}}`
	stream, err := openStream(t, jsonAnswer(200, two))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for chunk, err := range stream.Chunks() {
		if err != nil || len(chunk.Choices) != 1 {
			t.Fatalf("%v %v", chunk, err)
		}
		n++
	}
	final, err := stream.Final()
	if n != 2 || err != nil || final.Choices[1].Message.Content != "b" || final.Choices[1].FinishReason != "length" || final.Usage.TotalTokens != 2 {
		t.Fatalf("%d chunks, %+v, %v", n, final, err)
	}
	for name, answer := range map[string]string{
		"error": jsonAnswer(200, `{"error":{"message":"no"}}`), "no choices": jsonAnswer(200, `{"id":"x"}`), "broken": jsonAnswer(200, `{`),
		"html": httpAnswer(200, "text/html", "<html><title>Hi</title></html>"), "empty": "HTTP/1.1 204 No Content\r\n\r\n",
	} {
		_, err := openStream(t, answer)
		if e := wantKind(t, err, KindUnexpectedResponse); e.Attempts != 1 {
			t.Errorf("%s: %d attempts", name, e.Attempts)
		}
	}
	_, err = openStream(t, jsonAnswer(401, `{"detail":"no"}`))
	wantKind(t, err, KindUnauthenticated)
}

func TestSecondIteration(t *testing.T) {
	stream, err := openStream(t, events(true, delta("a"), finish, done))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Final(); err != nil {
		t.Fatal(err)
	}
	for _, err := range stream.Chunks() {
		wantKind(t, err, KindConfig)
		return
	}
	t.Fatal("a second iteration said nothing")
}

// [DONE] ends the stream though the server keeps the connection open; after a body that ended, the connection is used again.
func TestConnectionAfterDone(t *testing.T) {
	for name, ended := range map[string]bool{"ended": true, "left open": false} {
		s := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool {
			_, _ = io.WriteString(conn, events(ended, delta("a"), finish, done))
			return ended || !closedWithin(conn, 5*time.Second)
		})
		c, _ := s.client(t)
		for range 3 {
			start := time.Now()
			stream, err := c.Chat.Completions.Stream(ctx(t), chat())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := stream.Final(); err != nil || time.Since(start) > time.Second {
				t.Fatalf("%s: %v after %v", name, err, time.Since(start))
			}
		}
		if want := map[bool]int{true: 1, false: 3}[ended]; s.connections() != want {
			t.Errorf("%s: %d connections, want %d", name, s.connections(), want)
		}
	}
}

func TestEventStream(t *testing.T) {
	for name, tc := range map[string]struct {
		answer string
		want   string
		kind   Kind
	}{
		"events":          {events(true, "data: a\n\n", "event: x\ndata: b\n\n"), "message=a x=b", ""},
		"no done":         {events(true, "data: [DONE]\n\n", "data: more\n\n"), "message=[DONE] message=more", ""},
		"unfinished last": {events(true, "data: a\n\ndata: b"), "message=a message=b", ""},
		"error is data":   {events(true, "data: {\"error\":\"x\"}\n\n"), `message={"error":"x"}`, ""},
		"bare error":      {events(true, "data: a\n\n", `{"error":"boom"}`), "message=a", KindStreamError},
		"cut":             {events(false, "data: a\n\n"), "message=a", KindStreamInterrupted},
	} {
		t.Run(name, func(t *testing.T) {
			s := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool { _, _ = io.WriteString(conn, tc.answer); return false })
			c, _ := s.client(t)
			stream, err := c.Chute("me-echo").Stream(ctx(t), "/s", nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for event, failed := range stream.Events() {
				if err = failed; err != nil {
					break
				}
				got = append(got, event.Name+"="+string(event.Data))
			}
			if strings.Join(got, " ") != tc.want {
				t.Errorf("%q", got)
			}
			if tc.kind != "" {
				wantKind(t, err, tc.kind)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestLines(t *testing.T) {
	s := newRawServer(t, answers(events(true, "one\r\ntw", "o\nthree")))
	c, _ := s.client(t)
	stream, err := c.Chute("me-echo").Stream(ctx(t), "/s", nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for line, err := range stream.Lines() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, line)
	}
	if strings.Join(got, "|") != "one|two|three" {
		t.Fatalf("%q", got)
	}
}

func TestRawEventsAndUsage(t *testing.T) {
	used := "data: {\"id\":\"c1\",\"choices\":[],\"usage\":{\"total_tokens\":3}}\n\n"
	s := newRawServer(t, answers(events(true, delta("a"), "data: : ping\n\n", finish, used, done), events(true, delta("a"), "event: error\ndata: no\n\n"), jsonAnswer(200, pong)))
	c, _ := s.client(t)
	for _, want := range []struct {
		first string // characters of the events
		kind  Kind
		usage bool
	}{{"{:{{[", "", true}, {"{n", KindStreamError, false}, {"{", "", true}} {
		stream, err := c.Chat.Completions.Stream(ctx(t), chat())
		if err != nil {
			t.Fatal(err)
		}
		if stream.Usage() != nil {
			t.Error("usage before anything was read")
		}
		got := ""
		for event, err := range stream.Events() {
			if err != nil {
				wantKind(t, err, want.kind)
				continue
			}
			got += string(event.Data[:1])
		}
		if usage := stream.Usage(); got != want.first || (usage != nil) != want.usage || usage != nil && usage.TotalTokens != 3 {
			t.Errorf("%s %+v", got, usage)
		}
		if _, err := stream.Final(); (err == nil) != (want.kind == "") {
			t.Error(err)
		}
	}
	broken, err := c.Chat.Completions.Stream(ctx(t), chat())
	if err != nil {
		t.Fatal(err)
	}
	for range broken.Events() {
		break
	}
	for _, err := range broken.Events() {
		wantKind(t, err, KindConfig)
	}
}

// What has arrived already stays with the stream once its context has ended.
func TestNothingAfterACancel(t *testing.T) {
	each := map[string]func(*Client, context.Context, func()) (handed int, err error){
		"chunks": func(c *Client, ctx context.Context, see func()) (handed int, err error) {
			stream, err := c.Chat.Completions.Stream(ctx, chat())
			if err != nil {
				return 0, err
			}
			for _, err = range stream.Chunks() {
				if err == nil {
					handed++
					see()
				}
			}
			return handed, err
		},
		"events": func(c *Client, ctx context.Context, see func()) (handed int, err error) {
			stream, err := c.Chute("me-echo").Stream(ctx, "/s", nil)
			if err != nil {
				return 0, err
			}
			for _, err = range stream.Events() {
				if err == nil {
					handed++
					see()
				}
			}
			return handed, err
		},
		"lines": func(c *Client, ctx context.Context, see func()) (handed int, err error) {
			stream, err := c.Chute("me-echo").Stream(ctx, "/s", nil)
			if err != nil {
				return 0, err
			}
			for _, err = range stream.Lines() {
				if err == nil {
					handed++
					see()
				}
			}
			return handed, err
		},
	}
	for name, play := range each {
		t.Run(name, func(t *testing.T) {
			c, err := New(WithAPIKey("cpk_test"), WithScript(NewScript(AnswerText("a", "b", "c"))))
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if handed, err := play(c, ctx, cancel); handed != 1 || !errors.Is(err, ErrCancelled) || !errors.Is(err, context.Canceled) {
				t.Errorf("%d were handed out, then %v", handed, err)
			}
		})
	}
}

// A ping makes no chunk, but whoever reads events has it at once.
func TestEventsComeAtOnce(t *testing.T) {
	s := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool {
		_, _ = io.WriteString(conn, events(false, delta("He"), "data: : keepalive\n\n"))
		time.Sleep(2 * time.Second)
		return false
	})
	c, _ := s.client(t)
	stream, err := c.Chat.Completions.Stream(ctx(t), chat())
	if err != nil {
		t.Fatal(err)
	}
	begun, count := time.Now(), 0
	for _, err := range stream.Events() {
		if err != nil {
			t.Fatal(err)
		}
		if count++; count == 2 {
			break
		}
	}
	if took := time.Since(begun); took > time.Second {
		t.Errorf("the second event took %v", took)
	}
}

func TestEventsOfAnUnfinishedEnd(t *testing.T) {
	const begin = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"po\"}}]}\n\n"
	for tail, want := range map[string]string{
		"data: {\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\ndata:  \"delta\":{\"content\":\"ng\"}}]}": "message|{\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\n \"delta\":{\"content\":\"ng\"}}]}|pong",
		"event: x\ndata: [DONE]": "x|[DONE]|po",
	} {
		c, err := New(WithAPIKey("cpk_test"), WithScript(NewScript(AnswerBytes(200, "text/event-stream", []byte(begin+tail)))))
		if err != nil {
			t.Fatal(err)
		}
		stream, err := c.Chat.Completions.Stream(ctx(t), ChatCompletionRequest{Model: "m"})
		if err != nil {
			t.Fatal(err)
		}
		var last sse.Event
		for event, err := range stream.Events() {
			if err != nil {
				t.Fatal(err)
			}
			last = event
		}
		final, err := stream.Final()
		if err != nil || last.Name+"|"+string(last.Data)+"|"+final.Text() != want {
			t.Errorf("%q: %q %q %v", tail, last, final.Text(), err)
		}
	}
}

// An empty answer to a stream request gives its place back.
func TestNoContentHoldsNothing(t *testing.T) {
	s := newRawServer(t, answers("HTTP/1.1 204 No Content\r\n\r\n"))
	c, _ := s.client(t, WithMaxConcurrency(1))
	for range 3 {
		short, cancel := context.WithTimeout(ctx(t), 5*time.Second)
		_, err := c.Chat.Completions.Stream(short, chat())
		wantKind(t, err, KindUnexpectedResponse)
		cancel()
	}
}

func TestCloseBesideTheIteration(t *testing.T) {
	s := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool {
		_, _ = io.WriteString(conn, events(false, delta("a")))
		for range 10_000 {
			if _, err := fmt.Fprintf(conn, "%x\r\n%s\r\n", len(delta("b")), delta("b")); err != nil {
				break
			}
		}
		return false
	})
	told := make(chan StreamInfo, 1)
	c, _ := s.client(t, WithHooks(Hooks{OnStreamEnd: func(_ context.Context, info StreamInfo) { told <- info }}))
	for range 10 {
		stream, err := c.Chat.Completions.Stream(ctx(t), chat())
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for range stream.Chunks() {
			if n++; n == 5 {
				go stream.Close()
			}
		}
		if info := <-told; info.Kind != KindCancelled && info.Kind != KindStreamInterrupted || info.Chunks < 5 {
			t.Errorf("%+v", info)
		}
	}
}

// What a caller asks for after each chunk must not cost as much as all that came before.
func TestUsageOfALongStreamIsCheap(t *testing.T) {
	var s ChatStream
	s.acc.Add([]byte(`{"id":"c","choices":[{"index":0,"delta":{"content":"` + strings.Repeat("x", 1<<20) + `"}}],"usage":{"total_tokens":7}}`))
	if n := testing.AllocsPerRun(10, func() {
		if u := s.Usage(); u == nil || u.TotalTokens != 7 {
			t.Error(u)
		}
	}); n > 5 {
		t.Errorf("%v allocations", n)
	}
	if (&ChatStream{}).Usage() != nil {
		t.Error("usage of nothing")
	}
}

func TestCreateDoesNotStream(t *testing.T) {
	c, _ := newRawServer(t, answers(jsonAnswer(200, pong))).client(t)
	for _, stream := range []string{"true", "false"} {
		request := chat()
		request.Extra = map[string]json.RawMessage{"stream": json.RawMessage(stream)}
		_, err := c.Chat.Completions.Create(ctx(t), request)
		wantKind(t, err, KindConfig)
		_, err = c.Completions.Create(ctx(t), TextCompletionRequest{Model: "m", Extra: request.Extra})
		wantKind(t, err, KindConfig)
	}
}

// pieces is a body that comes piece by piece, and its end by itself.
type pieces struct {
	left          []string
	ended, closed bool
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.left) == 0 {
		p.ended = true
		return 0, io.EOF
	}
	n := copy(b, p.left[0])
	p.left = p.left[1:]
	return n, nil
}

func (p *pieces) Close() error {
	p.closed = true
	return nil
}

func streamOf(t *testing.T, body io.ReadCloser) *ChatStream {
	t.Helper()
	answer := roundTripper(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: body, Request: r}, nil
	})
	c, err := New(WithAPIKey(testKey), WithTransport(answer))
	if err != nil {
		t.Fatal(err)
	}
	stream, err := c.Chat.Completions.Stream(ctx(t), chat())
	if err != nil {
		t.Fatal(err)
	}
	return stream
}

// A connection is used again only if somebody has read that its body is over.
func TestEndOfTheBodyIsReadAfterDone(t *testing.T) {
	body := &pieces{left: []string{delta("a") + finish, done, ": bye\n\n"}}
	if _, err := streamOf(t, body).Final(); err != nil || !body.ended {
		t.Fatal(err, body.ended)
	}
}

func TestPanicInALoopClosesTheStream(t *testing.T) {
	body := &pieces{left: []string{delta("a"), delta("b")}}
	func() {
		defer func() { _ = recover() }()
		for range streamOf(t, body).Chunks() {
			panic("no more")
		}
	}()
	if !body.closed {
		t.Fatal("still open")
	}
}

func TestStreamThatIsNoneEndsItsCall(t *testing.T) {
	for _, answer := range []string{
		jsonAnswer(200, `{"error":{"message":"boom"}}`), jsonAnswer(200, `{"choices":[`), jsonAnswer(200, `{}`),
		httpAnswer(200, "text/html", "<html></html>"), httpAnswer(204, "", ""),
	} {
		var ended []Kind
		hooks := Hooks{OnCallEnd: func(_ context.Context, i CallInfo) { ended = append(ended, i.Kind) }}
		_, err := openStream(t, answer, WithHooks(hooks))
		wantKind(t, err, KindUnexpectedResponse)
		if len(ended) != 1 || ended[0] != KindUnexpectedResponse {
			t.Errorf("%q: %v", answer, ended)
		}
	}
}

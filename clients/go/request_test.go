package chutes

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestJoinPath(t *testing.T) {
	for _, tc := range []struct {
		parts []part
		want  string // "" = refused
	}{
		{[]part{lit("/chutes/")}, "/chutes/"},
		{[]part{lit("/a/"), param("id", "x y/ü?%#"), lit("/b")}, "/a/x%20y%2F%C3%BC%3F%25%23/b"},
		{[]part{lit("/a/"), paramSlashes("id", "deepseek-ai/DeepSeek V3")}, "/a/deepseek-ai/DeepSeek%20V3"},
		{[]part{lit("/a/"), param("id", "x"), lit("."), param("ext", "csv")}, "/a/x.csv"},
		{[]part{lit("/a/"), param("id", "")}, ""},
		{[]part{lit("/a/"), param("id", ".")}, ""},
		{[]part{lit("/a/"), param("id", "..")}, ""},
		{[]part{lit("/a/"), paramSlashes("id", "x/../y")}, ""},
		{[]part{lit("/a/"), paramSlashes("id", "x//y")}, ""},
		{[]part{lit("/a/"), param("id", "...")}, "/a/..."},
	} {
		got, err := joinPath(tc.parts)
		if got != tc.want || (tc.want == "") != errors.Is(err, ErrConfig) {
			t.Errorf("%v: %q %v", tc.parts, got, err)
		}
	}
}

func TestEncodeBody(t *testing.T) {
	for want, tc := range map[string]struct {
		body  any
		extra map[string]any
	}{
		`{"a":"<é>"}`:               {map[string]any{"a": "<é>"}, nil},
		`{"a":1,"b":{"c":null}}`:    {json.RawMessage(`{"a":1}`), map[string]any{"b": map[string]any{"c": nil}}},
		`{"a":9,"b":2,"y":0,"z":0}`: {json.RawMessage(`{"a":1,"b":2}`), map[string]any{"z": 0, "y": 0, "a": 9}},
		`{"x":1}`:                   {nil, map[string]any{"x": 1}},
		`[1]`:                       {[]int{1}, nil},
	} {
		if got, err := encodeBody(tc.body, tc.extra); err != nil || string(got) != want {
			t.Errorf("%s %v, want %s", got, err, want)
		}
	}
	for _, bad := range []func() ([]byte, error){
		func() ([]byte, error) { return encodeBody([]int{1}, map[string]any{"a": 1}) },
		func() ([]byte, error) { return encodeBody(func() {}, nil) },
		func() ([]byte, error) { return encodeBody(nil, map[string]any{"a": make(chan int)}) },
	} {
		if _, err := bad(); !errors.Is(err, ErrConfig) {
			t.Errorf("%v", err)
		}
	}
}

func TestWhatIsSent(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, pong)))
	c, _ := s.client(t)
	request := chat()
	request.Temperature, request.Stop = Set(0.0), JSON([]string{"\n"})
	if _, err := c.Chat.Completions.Create(ctx(t), request, WithExtraBody(map[string]any{"top_a": 1})); err != nil {
		t.Fatal(err)
	}
	seen := s.seen()[0]
	if want := `{"model":"m","messages":[{"role":"user","content":"hi"}],"temperature":0,"stop":["\n"],"top_a":1}`; string(seen.body) != want {
		t.Errorf("\n got %s\nwant %s", seen.body, want)
	}
	for name, want := range map[string]string{"Authorization": "Bearer " + testKey, "Content-Type": "application/json", "Accept": "application/json", "User-Agent": "chutes-client-go/" + Version, "X-Chutes-Retry-Count": ""} {
		if got := seen.header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, asked := range []func() error{
		func() error {
			r := chat()
			r.Stream = Set(true)
			_, err := c.Chat.Completions.Create(ctx(t), r)
			return err
		},
		func() error {
			r := chat()
			r.Stream = Null[bool]()
			_, err := c.Chat.Completions.Create(ctx(t), r)
			return err
		},
		func() error {
			_, err := c.Chat.Completions.Create(ctx(t), chat(), WithExtraBody(map[string]any{"stream": true}))
			return err
		},
	} {
		if e := wantKind(t, asked(), KindConfig); !strings.Contains(e.Message, ".Stream") {
			t.Errorf("%v", e)
		}
	}
	if len(s.seen()) != 1 {
		t.Error("a refused request was sent")
	}
}

func TestAuth(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(503, `{}`), jsonAnswer(200, pong)))
	n := 0
	for name, tc := range map[string]struct {
		option Option
		header string
		want   []string
	}{
		"bearer":   {WithAuthMode("bearer"), "Authorization", []string{"Bearer " + testKey}},
		"x":        {WithAuthMode("x-api-key"), "X-Api-Key", []string{testKey}},
		"none":     {WithAuthMode("none"), "Authorization", nil},
		"provider": {WithAuth(FromProvider(func(context.Context) (string, error) { n++; return "cak_" + strings.Repeat("x", n), nil })), "Authorization", []string{"Bearer cak_x", "Bearer cak_xx"}},
	} {
		s := newRawServer(t, answers(jsonAnswer(503, `{}`), jsonAnswer(200, pong)))
		c, _ := s.client(t, tc.option)
		if _, err := c.Chat.Completions.Create(ctx(t), chat()); err != nil {
			t.Fatal(err)
		}
		for i, seen := range s.seen() {
			want := ""
			if len(tc.want) > 0 {
				want = tc.want[min(i, len(tc.want)-1)]
			}
			if got := seen.header.Get(tc.header); got != want {
				t.Errorf("%s, attempt %d: %q, want %q", name, i, got, want)
			}
		}
	}
	failing, _ := s.client(t, WithAuth(FromProvider(func(context.Context) (string, error) { return "", http.ErrNoCookie })))
	_, err := failing.Chat.Completions.Create(ctx(t), chat())
	if wantKind(t, err, KindConfig); !errors.Is(err, http.ErrNoCookie) {
		t.Errorf("%v", err)
	}
}

func TestRedirects(t *testing.T) {
	other := newRawServer(t, answers(jsonAnswer(200, `[]`)))
	to := func(status int, location string) string {
		return httpAnswer(status, "", "", "Location: "+location)
	}
	post := func(c *Client) error { _, err := c.Chat.Completions.Create(t.Context(), chat()); return err }
	get := func(c *Client) error { _, err := c.Bounties.List(t.Context()); return err }
	for name, tc := range map[string]struct {
		answers  []string
		call     func(*Client) error
		requests int
		says     string // "" = success
	}{
		"307 keeps the body":    {[]string{to(307, "/elsewhere?x=1"), jsonAnswer(200, pong)}, post, 2, ""},
		"308 relative":          {[]string{to(308, "there"), jsonAnswer(200, pong)}, post, 2, ""},
		"301 of a write":        {[]string{to(301, "/x")}, post, 1, "not followed"},
		"302 of a read":         {[]string{to(302, "/x"), jsonAnswer(200, `[]`)}, get, 2, ""},
		"303 of a read":         {[]string{to(303, "/x"), jsonAnswer(200, `[]`)}, get, 2, ""},
		"300":                   {[]string{to(300, "/x")}, get, 1, "300"},
		"no location":           {[]string{httpAnswer(307, "", "")}, get, 1, "usable Location"},
		"odd location":          {[]string{to(307, "javascript:alert(1)")}, get, 1, "usable Location"},
		"loop":                  {[]string{to(307, "/again")}, get, 1 + MaxRedirects, "more than 5"},
		"body to another":       {[]string{to(307, other.url()+"/x")}, post, 1, other.url()},
		"read to another":       {[]string{to(302, other.url()+"/x")}, get, 1, ""},
		"scheme is the origin":  {[]string{to(307, "https://127.0.0.1:1/x")}, post, 1, "https://127.0.0.1:1"},
		"credentials in target": {[]string{to(302, strings.Replace(other.url(), "://", "://u:p@", 1)+"/x")}, get, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newRawServer(t, answers(tc.answers...))
			c, _ := s.client(t, WithHeader("X-Chutes-Mine", "m"), WithHeader("Cookie", "c"))
			err := tc.call(c)
			if tc.says == "" && err != nil {
				t.Fatal(err)
			}
			if tc.says != "" {
				if e := wantKind(t, err, KindUnexpectedResponse); !strings.Contains(e.Message, tc.says) || e.Attempts != 1 {
					t.Errorf("%v, attempts %d", e, e.Attempts)
				}
			}
			seen := s.seen()
			if len(seen) != tc.requests {
				t.Fatalf("%d requests", len(seen))
			}
			for _, r := range seen {
				if r.header.Get("Authorization") == "" || string(r.body) != string(seen[0].body) {
					t.Error("a request on the same origin lost its credential or body")
				}
			}
		})
	}
	if len(other.seen()) != 2 {
		t.Fatalf("the other origin saw %d requests", len(other.seen()))
	}
	for _, r := range other.seen() {
		for _, name := range []string{"Authorization", "X-Api-Key", "X-Chutes-Mine", "Cookie"} {
			if r.header.Get(name) != "" {
				t.Errorf("%s crossed to another origin", name)
			}
		}
	}
}

func TestDeadlineSpansAttempts(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(503, `{"detail":"x"}`)))
	c, clock := s.client(t, WithMaxRetries(10), WithDeadline(2*time.Second))
	_, err := c.Chat.Completions.Create(ctx(t), chat())
	// 0.5 + 1 fit, the next wait of 2 s does not: the error is the server's, raised at once.
	if e := wantKind(t, err, KindUnavailable); e.Attempts != 3 || len(clock.Sleeps()) != 2 {
		t.Fatalf("attempts %d, sleeps %v", e.Attempts, clock.Sleeps())
	}
}

func TestUnexpectedAnswers(t *testing.T) {
	for name, answer := range map[string]string{
		"error object": jsonAnswer(200, `{"error":{"message":"no"}}`), "error text": jsonAnswer(200, `{"error":"no"}`), "html": httpAnswer(200, "text/html", "<html></html>"),
		"invalid": jsonAnswer(200, `{"a":`), "empty": jsonAnswer(200, ""), "null": jsonAnswer(200, "null"), "array": jsonAnswer(200, "[]"), "204": "HTTP/1.1 204 No Content\r\n\r\n",
		"no choices": jsonAnswer(200, `{"id":"x"}`),
	} {
		s := newRawServer(t, answers(answer))
		c, _ := s.client(t)
		_, err := c.Chat.Completions.Create(ctx(t), chat())
		if e := wantKind(t, err, KindUnexpectedResponse); e.Attempts != 1 || e.Message == "" {
			t.Errorf("%s: %+v", name, e)
		}
	}
	s := newRawServer(t, answers(jsonAnswer(200, `{"error":null,"choices":[]}`)))
	c, _ := s.client(t)
	if _, err := c.Chat.Completions.Create(ctx(t), chat()); err != nil {
		t.Errorf("error: null is no error: %v", err)
	}
}

func TestHugeErrorBody(t *testing.T) {
	s := newRawServer(t, answers(httpAnswer(500, "text/plain", strings.Repeat("x", 5<<20), "Connection: close")))
	c, _ := s.client(t, WithMaxRetries(0))
	start := time.Now()
	_, err := c.Chat.Completions.Create(ctx(t), chat())
	if e := wantKind(t, err, KindServer); len(e.Body) != MaxBodyBytes || len([]rune(e.Message)) != MaxMessageChars || time.Since(start) > 2*time.Second {
		t.Errorf("%d bytes, %d characters, %v", len(e.Body), len(e.Message), time.Since(start))
	}
}

func TestRequestHatch(t *testing.T) {
	other := newRawServer(t, answers(jsonAnswer(200, `{"o":1}`)))
	s := newRawServer(t, answers(jsonAnswer(200, `{"tao_usd":400}`)))
	c, _ := s.client(t)
	result, err := c.Request(ctx(t), "get", "/pricing?a=b", nil, WithQuery(map[string]string{"c": "d"}))
	if err != nil || !result.IsJSON() || s.seen()[0].path != "/pricing?a=b&c=d" || s.seen()[0].header.Get("Content-Type") != "" {
		t.Fatalf("%v %v", result, err)
	}
	if _, err := c.Request(ctx(t), "POST", s.url()+"/x", map[string]any{"a": 1}); err != nil || s.seen()[1].header.Get("Authorization") == "" {
		t.Fatalf("%v", err)
	}
	if _, err := c.Request(ctx(t), "GET", other.url()+"/x", nil); err != nil || other.seen()[0].header.Get("Authorization") != "" {
		t.Fatalf("the key went to a host that is none of ours: %v", err)
	}
	for _, bad := range [][2]string{{"GET", "/a/../b"}, {"G ET", "/a"}, {"", "/a"}, {"GET", "http://u@h/x"}, {"GET", "/a?%zz"}} {
		_, err := c.Request(ctx(t), bad[0], bad[1], nil)
		wantKind(t, err, KindConfig)
	}
}

func TestTheHostOfARequestIsTheCallers(t *testing.T) {
	var hosts []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hosts = append(hosts, r.Host)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, pong)
	}))
	defer server.Close()
	c, err := New(WithAPIKey(testKey), WithBaseURL(server.URL), WithHeader("host", "gateway.example"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err := c.Chat.Completions.Create(ctx(t), chat()); err != nil || hosts[0] != "gateway.example" {
		t.Error(err, hosts)
	}
	elsewhere := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	if _, err := c.Chute(elsewhere).Call(ctx(t), "/x", nil); err != nil || "http://"+hosts[1] != elsewhere {
		t.Error("the name of one host went to another", err, hosts)
	}
}

func TestACodingNobodyAskedForIsNamed(t *testing.T) {
	s := newRawServer(t, answers(
		jsonAnswer(200, "\x1b\x03garbage", "Content-Encoding: br"), jsonAnswer(200, "\x1b", "Content-Encoding: gzip, zstd"), jsonAnswer(403, "\x1b\x03garbage", "Content-Encoding: br"),
		jsonAnswer(200, pong, "Content-Encoding: identity"),
	))
	c, _ := s.client(t)
	for _, coding := range []string{"br", "gzip, zstd"} {
		_, err := c.Chat.Completions.Create(ctx(t), chat())
		if e := wantKind(t, err, KindUnexpectedResponse); !strings.HasSuffix(e.Message, ": "+coding) || e.Status != 200 || e.Attempts != 1 {
			t.Error(e)
		}
	}
	_, err := c.Chat.Completions.Create(ctx(t), chat())
	if e := wantKind(t, err, KindPermissionDenied); e.Message != "Forbidden" {
		t.Error(e)
	}
	if _, err := c.Chat.Completions.Create(ctx(t), chat()); err != nil {
		t.Error(err)
	}
}

// What a client adds to every body is no body for requests that have none.
func TestExtraFieldsOfAClientNeedABody(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, `{"items":[]}`), jsonAnswer(200, `{}`), jsonAnswer(200, pong)))
	c, _ := s.client(t, WithExtraBody(map[string]any{"user": "me"}))
	_, err := c.Chutes.List(ctx(t), nil)
	_, got := c.Chute("me-echo").Call(ctx(t), "/x", nil, WithMethod("GET"))
	_, asked := c.Chat.Completions.Create(ctx(t), chat())
	if seen := s.seen(); err != nil || got != nil || asked != nil || len(seen[0].body)+len(seen[1].body) > 0 || !strings.HasSuffix(string(seen[2].body), `"user":"me"}`) {
		t.Error(err, got, asked)
	}
	_, err = c.Chute("me-echo").Call(ctx(t), "/x", nil, WithMethod("GET"), WithExtraBody(map[string]any{"a": 1}))
	wantKind(t, err, KindConfig)
}

// encoding/json makes {} of a reader, and base64 of bytes.
func TestABodyThatIsWrittenAlready(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, `{}`)))
	c, _ := s.client(t)
	for _, body := range []any{strings.NewReader(`{"a":1}`), []byte(`{"a":1}`), bytes.NewBufferString(`{"a":1}`)} {
		_, err := c.Request(ctx(t), "POST", "/x", body)
		if e := wantKind(t, err, KindConfig); !strings.Contains(e.Message, "json.RawMessage") {
			t.Error(e)
		}
		_, err = c.Chute("me-echo").Call(ctx(t), "/x", body)
		wantKind(t, err, KindConfig)
	}
	if _, err := c.Request(ctx(t), "POST", "/x", json.RawMessage(`{"a":1}`)); err != nil || string(s.seen()[0].body) != `{"a":1}` {
		t.Error(err)
	}
	_, err := c.Chute("me-echo").Call(ctx(t), "/x", nil, WithMethod("no way"))
	wantKind(t, err, KindConfig)
}

package chutes

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

func clearEnv(t *testing.T) {
	t.Helper()
	for _, name := range []string{EnvAPIKey, EnvBaseURL, EnvAPIURL, EnvLLMURL, EnvImageURL, EnvEmbedURL, EnvChuteURL} {
		t.Setenv(name, "")
		_ = os.Unsetenv(name)
	}
}

func TestEndpoints(t *testing.T) {
	public := Endpoints{DefaultAPIURL, DefaultLLMURL, DefaultImageURL, DefaultEmbedURL, DefaultChuteURL}
	local := Endpoints{"http://h:1/x", "http://h:1/x/llm/v1", "http://h:1/x/image", "http://h:1/x/embed", "http://h:1/x/chute/{slug}"}
	with := func(e Endpoints, llm string) Endpoints { e.LLM = llm; return e }
	for name, tc := range map[string]struct {
		env     map[string]string
		options []Option
		want    Endpoints
	}{
		"defaults":            {nil, nil, public},
		"base of environment": {map[string]string{EnvBaseURL: "http://h:1/x/"}, nil, local},
		"one of environment":  {map[string]string{EnvBaseURL: "http://h:1/x", EnvLLMURL: "http://l/v1/"}, nil, with(local, "http://l/v1")},
		"base in spaces":      {nil, []Option{WithBaseURL(" http://h:1/x\n"), WithHeader("X-Tab", "a\tb")}, local},
		"base option":         {map[string]string{EnvBaseURL: "http://other", EnvLLMURL: "http://l/v1"}, []Option{WithBaseURL("http://h:1/x//")}, local},
		"one option":          {map[string]string{EnvLLMURL: "http://l/v1"}, []Option{WithEndpoints(Endpoints{LLM: "http://o/v1"})}, with(public, "http://o/v1")},
		"both options":        {nil, []Option{WithBaseURL("http://h:1/x"), WithEndpoints(Endpoints{LLM: "http://o"})}, with(local, "http://o")},
		"IPv6":                {nil, []Option{WithBaseURL("http://[::1]:8"), WithEndpoints(Endpoints{})}, EndpointsFromBase("http://[::1]:8")},
	} {
		t.Run(name, func(t *testing.T) {
			clearEnv(t)
			for k, v := range tc.env {
				t.Setenv(k, v)
			}
			c, err := New(append([]Option{WithAPIKey(testKey)}, tc.options...)...)
			if err != nil || c.Endpoints() != tc.want {
				t.Fatalf("%+v %v, want %+v", c.Endpoints(), err, tc.want)
			}
		})
	}
}

func TestConfigErrors(t *testing.T) {
	clearEnv(t)
	for name, tc := range map[string]struct {
		option Option
		says   string
	}{
		"no scheme":          {WithBaseURL("api.chutes.ai"), "http"},
		"wrong scheme":       {WithBaseURL("ftp://x"), "http"},
		"no host":            {WithBaseURL("http://"), "host"},
		"empty":              {WithBaseURL(""), "empty"},
		"blank base":         {WithBaseURL(" \n"), "empty"},
		"port too large":     {WithBaseURL("http://h:99999"), "65535"},
		"port 0":             {WithEndpoints(Endpoints{API: "http://h:0"}), "65535"},
		"the host of models": {WithBaseURL("https://LLM.chutes.ai/v1"), EnvLLMURL},
		"the api host":       {WithBaseURL("https://api.chutes.ai"), EnvAPIURL},
		"empty key":          {WithAPIKey(" "), EnvAPIKey},
		"key in quotes":      {WithAPIKey(`"cpk_test_secret"`), "quotes"},
		"key with a quote":   {WithAPIKey("cpk_test_secret'"), "quotes"},
		"key with its word":  {WithAPIKey("bearer cpk_test_secret"), "Bearer"},
		"no auth":            {WithAuth(nil), "Anonymous"},
		"query":              {WithBaseURL("http://h?a=b"), "query"},
		"fragment":           {WithBaseURL("http://h#x"), "fragment"},
		"user":               {WithBaseURL("http://u:" + testKey + "@h"), "user name"},
		"unreadable":         {WithBaseURL("http://h:port"), "URL"},
		"no slug":            {WithEndpoints(Endpoints{Chute: "https://x.chutes.ai"}), "{slug}"},
		"negative timeout":   {WithTimeout(-time.Second), "timeout"},
		"zero timeout":       {WithTimeout(0), "timeout"},
		"zero connect":       {WithConnectTimeout(0), "connect_timeout"},
		"zero first byte":    {WithFirstByteTimeout(0), "first_byte_timeout"},
		"zero idle":          {WithIdleTimeout(0), "idle_timeout"},
		"zero deadline":      {WithDeadline(0), "deadline"},
		"a bare number":      {WithTimeout(30), "30*time.Second"},
		"negative retries":   {WithMaxRetries(-1), "max_retries"},
		"header name":        {WithHeader("a b", "x"), "header name"},
		"header CR":          {WithHeader("A", "x\r\nB: "+testKey), "line break"},
		"header control":     {WithHeader("A", "x\x01secret"), "control character"},
		"header DEL":         {WithHeader("A", "x\x7fsecret"), "control character"},
		"no certificate":     {WithCA([]byte("x")), "certificate"},
		"rate":               {WithRateLimit(math.NaN()), "rate limit"},
		"restart":            {WithOnRestart("ignore"), "on_restart"},
		"via":                {WithVia("x"), "via"},
		"ready":              {WithReady("x"), "ready"},
		"cap":                {WithMaxEventBytes(0), "max_event_bytes"},
		"control in the key": {WithAPIKey("cpk_test\x01secret"), "control character"},
		"key not ASCII":      {WithAPIKey("cpk_tést_secret"), "ASCII"},
		"auth mode":          {WithAuthMode("basic"), "auth mode"},
	} {
		_, err := New(WithAPIKey("cpk_test"), tc.option)
		e := wantKind(t, err, KindConfig)
		if !strings.Contains(e.Message, tc.says) {
			t.Errorf("%s: %q does not say %q", name, e.Message, tc.says)
		}
		if strings.Contains(fmt.Sprintf("%+v", err), "secret") || containsKey(err.Error()) {
			t.Errorf("%s shows a secret: %v", name, err)
		}
	}
	_, err := New()
	if e := wantKind(t, err, KindConfig); !strings.Contains(e.Message, EnvAPIKey) {
		t.Errorf("%q does not name %s", e.Message, EnvAPIKey)
	}
	if _, err := New(WithAPIKey("  ")); !errors.Is(err, ErrConfig) {
		t.Errorf("an empty key: %v", err)
	}
	t.Setenv(EnvAPIKey, " cpk_env\n")
	if _, err := New(); err != nil {
		t.Errorf("the key of the environment: %v", err)
	}
}

func TestAnEmptyKeyIsNotThatOfTheEnvironment(t *testing.T) {
	t.Setenv(EnvAPIKey, "cpk_operator")
	_, err := New(WithAPIKey(""))
	wantKind(t, err, KindConfig)
	t.Setenv(EnvBaseURL, " https://embed.chutes.ai/v1 ")
	_, err = New()
	if e := wantKind(t, err, KindConfig); !strings.Contains(e.Message, EnvEmbedURL) || !strings.Contains(e.Message, "variable "+EnvBaseURL) {
		t.Error(e)
	}
}

func TestVeryLongLimitsAreNone(t *testing.T) {
	const ages = NoTimeout - 1
	s := newRawServer(t, answers(jsonAnswer(200, pong)))
	c, _ := s.client(t, WithTimeout(ages), WithConnectTimeout(ages), WithDeadline(ages), WithMaxConcurrency(1))
	if _, err := c.Chat.Completions.Create(ctx(t), chat()); err != nil {
		t.Error(err)
	}
}

func TestPerCallOptions(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(503, `{}`)))
	c, _ := s.client(t, WithMaxRetries(2), WithHeader("X-A", "client"), WithHeader("X-B", "client"))
	_, err := c.Chat.Completions.Create(ctx(t), chat(), WithMaxRetries(0), WithHeader("x-a", "call"), WithQuery(map[string]string{"q": "1"}))
	if e := wantKind(t, err, KindUnavailable); e.Attempts != 1 {
		t.Errorf("%d attempts", e.Attempts)
	}
	seen := s.seen()[0]
	if seen.header.Get("X-A") != "call" || seen.header.Get("X-B") != "client" || !strings.HasSuffix(seen.path, "?q=1") {
		t.Errorf("%v %s", seen.header, seen.path)
	}
	_, err = c.Chat.Completions.Create(ctx(t), chat(), WithAPIKey("cpk_other"))
	if e := wantKind(t, err, KindConfig); !strings.Contains(e.Message, "WithAPIKey") {
		t.Errorf("%v", e)
	}
	if c.settings.maxRetries != 2 || c.settings.headers["X-A"] != "client" || len(c.settings.query) != 0 {
		t.Error("a call has changed its client")
	}
}

func TestLimits(t *testing.T) {
	for name, tc := range map[string]struct {
		where surface
		json  bool
		s     settings
		want  limits
	}{
		"management":        {management, true, settings{}, limits{10 * time.Second, time.Minute, time.Minute, 2 * time.Minute}},
		"management stream": {management, false, settings{}, limits{10 * time.Second, time.Minute, time.Minute, NoTimeout}},
		"invocation":        {invocation, true, settings{}, limits{10 * time.Second, 630 * time.Second, 2 * time.Minute, NoTimeout}},
		"timeout":           {invocation, true, settings{timeout: time.Second}, limits{10 * time.Second, time.Second, time.Second, NoTimeout}},
		"idle over timeout": {invocation, true, settings{timeout: time.Second, idle: 2 * time.Second}, limits{10 * time.Second, time.Second, 2 * time.Second, NoTimeout}},
		"none":              {management, true, settings{total: NoTimeout, firstByte: NoTimeout}, limits{10 * time.Second, NoTimeout, time.Minute, NoTimeout}},
	} {
		if got := limitsFor(operation{surface: tc.where, stream: !tc.json}, &tc.s); got != tc.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
	s, err := resolve(&settings{firstByte: time.Hour}, []Option{WithTimeout(time.Second)}, true)
	if err != nil || limitsFor(operation{surface: invocation}, s).firstByte != time.Second {
		t.Error("a call's timeout loses against the client's first-byte limit")
	}
	for _, options := range [][]Option{
		{WithTimeout(time.Second), WithFirstByteTimeout(time.Minute)},
		{WithFirstByteTimeout(time.Minute), WithTimeout(time.Second)},
	} {
		s, err := resolve(&settings{idle: time.Hour}, options, true)
		got := limitsFor(operation{surface: invocation}, s)
		if err != nil || got.firstByte != time.Minute || got.idle != time.Second {
			t.Errorf("a finer limit beside a timeout: %+v, %v", got, err)
		}
	}
	if s, err := resolve(&settings{timeout: time.Hour, idle: time.Minute}, []Option{WithFirstByteTimeout(time.Second)}, true); err != nil || s.timeout != time.Hour ||
		s.idle != time.Minute {
		t.Errorf("a call's finer limit changes others: %+v, %v", s, err)
	}
}

func TestDeadlineClock(t *testing.T) {
	clock := NewVirtualClock(time.Unix(0, 0))
	d := newDeadline(10*time.Second, clock.Now)
	if !d.fits(9*time.Second) || d.fits(10*time.Second) || d.remaining() != 10*time.Second {
		t.Error("at the start")
	}
	_ = clock.Sleep(t.Context(), 11*time.Second)
	if d.remaining() != 0 || !d.expired() {
		t.Error("after the end")
	}
	if none := newDeadline(NoTimeout, clock.Now); none.expired() || !none.fits(time.Hour) || none.remaining() != NoTimeout {
		t.Error("no deadline")
	}
}

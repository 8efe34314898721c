package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	chutes "github.com/chutes-client/chutes-client/clients/go"
	"github.com/chutes-client/chutes-client/clients/go/hotkey"
)

// session is a client with its clock.
type session struct {
	client *chutes.Client
	clock  *chutes.VirtualClock
	err    error
	tokens *tokenLog
	hooks  *hookLog
	chute  map[string]*chutes.ChuteClient
	mu     sync.Mutex
}

var environment sync.Mutex

func (d *driver) session(req *request) *session {
	if req.Session == "" {
		return newSession(req)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.sessions[req.Session]
	if s == nil {
		s = newSession(req)
		d.sessions[req.Session] = s
	}
	return s
}

// derived is this session on a client that its own one makes with other options.
func (s *session) derived(given map[string]json.RawMessage) *session {
	if given == nil || s.err != nil {
		return s
	}
	made := &session{clock: s.clock, tokens: s.tokens, hooks: s.hooks, chute: map[string]*chutes.ChuteClient{}}
	made.client, made.err = s.client.WithOptions(commonOptions(given)...)
	return made
}

func newSession(req *request) *session {
	s := &session{chute: map[string]*chutes.ChuteClient{}}
	options := clientOptions(req)
	if req.Clock == "virtual" {
		now := time.Now()
		if req.NowMS != nil {
			now = time.UnixMicro(int64(*req.NowMS * 1000))
		}
		s.clock = chutes.NewVirtualClock(now)
		if req.Random != nil {
			s.clock.FixRandom(*req.Random)
		}
		options = append(options, chutes.WithSeam(s.clock.Seam()))
	}
	if req.Hooks != nil {
		s.hooks = &hookLog{fails: req.Hooks == "fail"}
		options = append(options, chutes.WithHooks(s.hooks.hooks()))
	}
	environment.Lock()
	defer environment.Unlock()
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "CHUTES_") {
			_ = os.Unsetenv(name)
		}
	}
	for name, value := range req.Env {
		old, had := os.LookupEnv(name)
		_ = os.Setenv(name, value)
		defer func() {
			if had {
				_ = os.Setenv(name, old)
			} else {
				_ = os.Unsetenv(name)
			}
		}()
	}
	auth, err := s.auth(req, options)
	if err != nil {
		s.err = err
		return s
	}
	s.client, s.err = chutes.New(append(options, auth...)...)
	return s
}

// auth makes the credentials that are more than a key.
func (s *session) auth(req *request, options []chutes.Option) ([]chutes.Option, error) {
	if req.Auth == nil {
		return nil, nil
	}
	switch a := req.Auth; a.Mode {
	case "hotkey":
		key, err := hotkey.FromSeedHex(a.Seed)
		if err != nil {
			return nil, err
		}
		return []chutes.Option{chutes.WithAuth(hotkey.Auth(key))}, nil
	case "hotkey-config":
		dir, err := os.MkdirTemp("", "driver-")
		must(err)
		defer func() { _ = os.RemoveAll(dir) }()
		path := filepath.Join(dir, "config.ini")
		must(os.WriteFile(path, []byte(a.Config), 0o600))
		must(os.Setenv(hotkey.EnvConfigPath, path))
		defer func() { _ = os.Unsetenv(hotkey.EnvConfigPath) }()
		key, err := hotkey.FromConfig("")
		if err != nil {
			return nil, err
		}
		return []chutes.Option{chutes.WithAuth(hotkey.Auth(key))}, nil
	case "oauth":
		app, err := chutes.NewOAuth(chutes.OAuthConfig{ClientID: a.ClientID, ClientSecret: a.ClientSecret}, options...)
		if err != nil {
			return nil, err
		}
		now := time.Now()
		if s.clock != nil {
			now = s.clock.Now()
		}
		s.tokens = &tokenLog{store: a.Store}
		token := &chutes.Token{
			AccessToken: a.Token.AccessToken, RefreshToken: a.Token.RefreshToken,
			ExpiresAt: now.Add(time.Duration(a.Token.ExpiresInMS * float64(time.Millisecond))),
		}
		return []chutes.Option{chutes.WithAuth(app.Provider(token, s.tokens.keep))}, nil
	}
	return nil, nil
}

// tokenLog is the callback of an OAuth provider: it reports the tokens to the run of the moment, and fails as the case says.
type tokenLog struct {
	mu    sync.Mutex
	run   *run
	store string
	calls int
}

func (l *tokenLog) begin(r *run) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.run = r
}

func (l *tokenLog) keep(_ context.Context, token *chutes.Token) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls++
	l.run.see("token", object{"access_token": token.AccessToken, "refresh_token": token.RefreshToken})
	if l.store == "fail" || l.store == "fail-once" && l.calls == 1 {
		return errors.New("the disk is full")
	}
	return nil
}

func clientOptions(req *request) []chutes.Option {
	var options []chutes.Option
	if e := req.Endpoints; e != nil {
		options = append(options, chutes.WithEndpoints(chutes.Endpoints{API: e["api"], LLM: e["llm"], Image: e["image"], Embed: e["embed"], Chute: e["chute"]}))
	}
	if req.BaseURL != nil {
		options = append(options, chutes.WithBaseURL(*req.BaseURL))
	}
	if a := req.Auth; a != nil && a.APIKey != nil && a.Mode != "none" {
		options = append(options, chutes.WithAPIKey(*a.APIKey))
		if a.Mode == "x-api-key" {
			options = append(options, chutes.WithAuthMode(a.Mode))
		}
	}
	return append(options, commonOptions(req.Client)...)
}

// callOptions are the options of one call, given at the call.
func callOptions(req *request) []chutes.Option { return commonOptions(req.Options) }

func commonOptions(given map[string]json.RawMessage) []chutes.Option {
	var options []chutes.Option
	for name, value := range given {
		switch name {
		case "timeout_ms":
			options = append(options, chutes.WithTimeout(duration(value)))
		case "connect_timeout_ms":
			options = append(options, chutes.WithConnectTimeout(duration(value)))
		case "first_byte_timeout_ms":
			options = append(options, chutes.WithFirstByteTimeout(duration(value)))
		case "idle_timeout_ms":
			options = append(options, chutes.WithIdleTimeout(duration(value)))
		case "deadline_ms":
			options = append(options, chutes.WithDeadline(duration(value)))
		case "max_retries":
			options = append(options, chutes.WithMaxRetries(read[int](value)))
		case "ca_pem":
			options = append(options, chutes.WithCA([]byte(read[string](value))))
		case "on_restart":
			options = append(options, chutes.WithOnRestart(read[string](value)))
		case "via":
			options = append(options, chutes.WithVia(read[string](value)))
		case "ready":
			options = append(options, chutes.WithReady(read[string](value)))
		case "retry_budget":
			options = append(options, chutes.WithRetryBudget(read[bool](value)))
		case "rate_limit_per_minute":
			if string(value) == `"auto"` {
				options = append(options, chutes.WithAutoRateLimit())
			} else {
				options = append(options, chutes.WithRateLimit(read[float64](value)))
			}
		case "max_concurrency":
			options = append(options, chutes.WithMaxConcurrency(read[int](value)))
		case "max_event_bytes":
			options = append(options, chutes.WithMaxEventBytes(read[int](value)))
		case "headers", "extra_headers":
			for header, text := range read[map[string]string](value) {
				options = append(options, chutes.WithHeader(header, text))
			}
		case "extra_query":
			query := map[string]string{}
			for key, raw := range read[map[string]json.RawMessage](value) {
				query[key] = strings.Trim(string(raw), `"`)
			}
			options = append(options, chutes.WithQuery(query))
		case "extra_body":
			options = append(options, chutes.WithExtraBody(anyMap(read[map[string]json.RawMessage](value))))
		}
	}
	return options
}

func duration(value json.RawMessage) time.Duration {
	if string(value) == "null" {
		return chutes.NoTimeout
	}
	return time.Duration(read[float64](value) * float64(time.Millisecond))
}

// read decodes a value of the protocol; the runner has checked its type.
func read[T any](value json.RawMessage) T {
	var v T
	_ = json.Unmarshal(value, &v)
	return v
}

func anyMap(fields map[string]json.RawMessage) map[string]any {
	out := map[string]any{}
	for name, value := range fields {
		out[name] = value
	}
	return out
}

// handle returns the chute handle of a ref: the same one within a session, so that its look-up is made once.
func (s *session) handle(ref string) *chutes.ChuteClient {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.chute[ref] == nil {
		s.chute[ref] = s.client.Chute(ref)
	}
	return s.chute[ref]
}

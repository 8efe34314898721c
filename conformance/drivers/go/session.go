package main

import (
	"encoding/json"
	"os"
	"strings"
	"sync"
	"time"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

// session is a client with its clock.
type session struct {
	client *chutes.Client
	clock  *chutes.VirtualClock
	err    error
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
	s.client, s.err = chutes.New(options...)
	return s
}

func clientOptions(req *request) []chutes.Option {
	var options []chutes.Option
	if e := req.Endpoints; e != nil {
		options = append(options, chutes.WithEndpoints(chutes.Endpoints{API: e["api"], LLM: e["llm"], Image: e["image"], Embed: e["embed"], Chute: e["chute"]}))
	}
	if req.BaseURL != "" {
		options = append(options, chutes.WithBaseURL(req.BaseURL))
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
			options = append(options, chutes.WithRateLimit(read[float64](value)))
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

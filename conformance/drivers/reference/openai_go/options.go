package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

var (
	ops = []string{
		"chat.create", "chat.stream", "completions.create", "completions.stream", "embeddings.create", "models.list", "images.generate", "error.repr",
	}
	clientOptions = []string{
		"max_retries", "timeout_ms", "first_byte_timeout_ms", "connect_timeout_ms", "idle_timeout_ms", "deadline_ms", "headers", "ca_pem",
	}
	callOptions = []string{"timeout_ms", "deadline_ms", "max_retries", "extra_headers", "extra_query", "extra_body"}
)

// refuseUnknown skips what this guest cannot do.
func refuseUnknown(r *request) error {
	switch {
	case !slices.Contains(ops, r.Op):
		return skip("no " + r.Op)
	case r.Clock == "virtual":
		return skip("no virtual clock")
	case r.Auth.Mode != "" && r.Auth.Mode != "bearer":
		return skip("Bearer only")
	case len(r.Env) > 0:
		return skip("reads other variables")
	case r.Report:
		return skip("no report of the response")
	case r.Consume == "final":
		return skip("no final() of a stream that was not iterated")
	}
	if name := unknown(r.Client, clientOptions); name != "" {
		return skip("no option " + name)
	}
	if name := unknown(r.Options, callOptions); name != "" {
		return skip("no call option " + name)
	}
	return nil
}

func unknown(given map[string]json.RawMessage, known []string) string {
	var out []string
	for name := range given {
		if !slices.Contains(known, name) {
			out = append(out, name)
		}
	}
	sort.Strings(out)
	return strings.Join(out, ", ")
}

// player is one client and the connections it holds.
type player struct {
	client   openai.Client
	http     *http.Client
	deadline time.Duration
}

func newPlayer(r *request) (*player, error) {
	// The SDK's default is http.DefaultClient; a copy keeps the connections of two cases apart.
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if raw, given := r.Client["ca_pem"]; given {
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM([]byte(text(raw)))
		transport.TLSClientConfig = &tls.Config{RootCAs: pool}
	}
	p := &player{http: &http.Client{Transport: transport}}
	options := []option.RequestOption{option.WithBaseURL(baseURL(r)), option.WithHTTPClient(p.http)}
	if r.Auth.APIKey != "" {
		options = append(options, option.WithAPIKey(r.Auth.APIKey))
	}
	if raw, given := r.Client["max_retries"]; given {
		options = append(options, option.WithMaxRetries(int(number(raw))))
	}
	// One number does every job of this SDK: the shortest that was asked for.
	var waits []time.Duration
	for name, raw := range r.Client {
		if strings.HasSuffix(name, "timeout_ms") && string(raw) != "null" {
			waits = append(waits, millis(raw))
		}
	}
	if len(waits) > 0 {
		options = append(options, option.WithRequestTimeout(slices.Min(waits)))
	}
	p.deadline = millis(r.Client["deadline_ms"])
	for name, value := range texts(r.Client["headers"]) {
		options = append(options, option.WithHeader(name, value))
	}
	p.client = openai.NewClient(options...)
	return p, nil
}

func (p *player) close() { p.http.CloseIdleConnections() }

func baseURL(r *request) string {
	host, suffix := "llm", ""
	switch r.Op {
	case "embeddings.create":
		host, suffix = "embed", "/v1"
	case "images.generate":
		host, suffix = "image", "/v1"
	}
	if r.BaseURL != "" {
		return strings.TrimSuffix(r.BaseURL, "/") + "/" + host + "/v1"
	}
	return r.Endpoints[host] + suffix
}

func perCall(r *request) []option.RequestOption {
	var out []option.RequestOption
	if raw, given := r.Options["timeout_ms"]; given {
		out = append(out, option.WithRequestTimeout(millis(raw)))
	}
	if raw, given := r.Options["max_retries"]; given {
		out = append(out, option.WithMaxRetries(int(number(raw))))
	}
	for name, value := range texts(r.Options["extra_headers"]) {
		out = append(out, option.WithHeader(name, value))
	}
	for name, value := range texts(r.Options["extra_query"]) {
		out = append(out, option.WithQuery(name, value))
	}
	body := map[string]any{}
	_ = json.Unmarshal(orNull(r.Options["extra_body"]), &body)
	for name, value := range body {
		out = append(out, option.WithJSONSet(name, value))
	}
	return out
}

func orNull(raw json.RawMessage) json.RawMessage {
	if raw == nil {
		return json.RawMessage("null")
	}
	return raw
}

func number(raw json.RawMessage) (out float64) {
	_ = json.Unmarshal(orNull(raw), &out)
	return out
}

func text(raw json.RawMessage) (out string) {
	_ = json.Unmarshal(orNull(raw), &out)
	return out
}

func millis(raw json.RawMessage) time.Duration {
	return time.Duration(number(raw) * float64(time.Millisecond))
}

// texts reads a map of header or query values as text.
func texts(raw json.RawMessage) map[string]string {
	values, out := map[string]any{}, map[string]string{}
	_ = json.Unmarshal(orNull(raw), &values)
	for name, value := range values {
		out[name] = fmt.Sprint(value)
	}
	return out
}

// sdkVersion is the version of the module this program was linked with.
func sdkVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range info.Deps {
			if dep.Path == "github.com/openai/openai-go/v3" {
				return strings.TrimPrefix(dep.Version, "v")
			}
		}
	}
	return "unknown"
}

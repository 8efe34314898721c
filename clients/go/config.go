package chutes

import (
	"cmp"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// Hosts of the public platform.
const (
	DefaultAPIURL   = "https://api.chutes.ai"
	DefaultLLMURL   = "https://llm.chutes.ai/v1"
	DefaultImageURL = "https://image.chutes.ai"
	DefaultEmbedURL = "https://embed.chutes.ai"
	DefaultChuteURL = "https://{slug}.chutes.ai"
)

// Environment variables that the client reads. Explicit options beat EnvAPIURL and its like, which beat EnvBaseURL, which beats the defaults.
const (
	EnvAPIKey   = "CHUTES_API_KEY"
	EnvBaseURL  = "CHUTES_BASE_URL"
	EnvAPIURL   = "CHUTES_API_URL"
	EnvLLMURL   = "CHUTES_LLM_URL"
	EnvImageURL = "CHUTES_IMAGE_URL"
	EnvEmbedURL = "CHUTES_EMBED_URL"
	EnvChuteURL = "CHUTES_CHUTE_URL"
)

// MaxConcurrency is how many images GenerateMany makes at once.
const MaxConcurrency = 8

// NoTimeout switches a limit off: chutes.WithDeadline(chutes.NoTimeout).
const NoTimeout time.Duration = math.MaxInt64

// Endpoints are the five hosts. An empty field takes the environment's value, else the default. Chute is a template with {slug}.
type Endpoints struct {
	API   string
	LLM   string
	Image string
	Embed string
	Chute string
}

// EndpointsFromBase derives the five hosts from one base, as CHUTES_BASE_URL does: B, B/llm/v1, B/image, B/embed, B/chute/{slug}.
func EndpointsFromBase(base string) Endpoints {
	base = strings.TrimRight(base, "/")
	return Endpoints{API: base, LLM: base + "/llm/v1", Image: base + "/image", Embed: base + "/embed", Chute: base + "/chute/{slug}"}
}

// EndpointsFromEnv reads the CHUTES_*_URL variables over CHUTES_BASE_URL over the defaults. It does not check them; [New] does.
func EndpointsFromEnv() Endpoints {
	e := Endpoints{API: DefaultAPIURL, LLM: DefaultLLMURL, Image: DefaultImageURL, Embed: DefaultEmbedURL, Chute: DefaultChuteURL}
	if base := strings.TrimSpace(os.Getenv(EnvBaseURL)); base != "" {
		e = EndpointsFromBase(base)
	}
	return e.over(Endpoints{API: os.Getenv(EnvAPIURL), LLM: os.Getenv(EnvLLMURL), Image: os.Getenv(EnvImageURL), Embed: os.Getenv(EnvEmbedURL), Chute: os.Getenv(EnvChuteURL)})
}

// over returns e with the non-empty fields of top.
func (e Endpoints) over(top Endpoints) Endpoints {
	for _, pair := range [][2]*string{{&e.API, &top.API}, {&e.LLM, &top.LLM}, {&e.Image, &top.Image}, {&e.Embed, &top.Embed}, {&e.Chute, &top.Chute}} {
		if v := strings.TrimSpace(*pair[1]); v != "" {
			*pair[0] = v
		}
	}
	return e
}

// check trims the hosts, or says which one cannot be used: by its variable where the caller wrote no option.
func (e Endpoints) check(fromEnv bool, given Endpoints) (Endpoints, error) {
	named := func(name, variable, option string) string {
		if fromEnv && strings.TrimSpace(option) == "" && strings.TrimSpace(os.Getenv(variable)) != "" {
			return "variable " + variable
		}
		return name
	}
	for _, f := range []struct {
		name string
		url  *string
	}{
		{named("api URL", EnvAPIURL, given.API), &e.API}, {named("llm URL", EnvLLMURL, given.LLM), &e.LLM},
		{named("image URL", EnvImageURL, given.Image), &e.Image}, {named("embed URL", EnvEmbedURL, given.Embed), &e.Embed},
	} {
		trimmed, err := checkURL(f.name, *f.url)
		if err != nil {
			return e, err
		}
		*f.url = trimmed
	}
	name := named("chute URL", EnvChuteURL, given.Chute)
	if !strings.Contains(e.Chute, slugMark) {
		return e, configError("the %s must be a template that contains {slug}, such as %s", name, DefaultChuteURL)
	}
	// Checked with a harmless slug in place: braces are no part of a host name.
	if _, err := checkURL(name, strings.ReplaceAll(e.Chute, slugMark, "slug")); err != nil {
		return e, err
	}
	e.Chute = strings.TrimRight(e.Chute, "/")
	return e, nil
}

const slugMark = "{slug}"

// settings are the client's options with a call's options laid over them.
type settings struct {
	// client only
	apiKey      string
	auth        Auth
	authMode    string
	baseURL     string
	endpoints   Endpoints
	caPEM       []byte
	seam        Seam
	retryBudget bool
	ratePerMin  float64
	rateAuto    bool
	hooks       Hooks
	logger      *slog.Logger
	script      *Script
	transport   http.RoundTripper

	maxConcurrency int

	// client and call
	timeout, connect, firstByte, idle, total time.Duration // 0 = default
	maxRetries                               int
	headers                                  map[string]string // canonical names
	query                                    url.Values
	body                                     map[string]any
	onRestart                                string
	via                                      string
	ready                                    string
	models                                   []string
	failFast                                 []Kind // kinds that are not retried
	trail                                    *trail
	end                                      deadline // of the call that a look-up is part of
	maxEventBytes                            int
	capture                                  *Response
	method                                   string
	purpose                                  string
	unchecked                                bool // arguments of a chute
	flags                                    map[string]bool
}

// Option sets something for a client ([New]) or for one call, where it wins. An option that makes no sense for one call is refused there
// with a config error.
type Option struct {
	name       string
	clientOnly bool
	callOnly   bool
	apply      func(*settings) error
}

// CallOption is [Option]; the name says where it stands.
type CallOption = Option

// resolve lays options over base, which nobody changes: without options it is the result.
func resolve(base *settings, options []Option, perCall bool) (*settings, error) {
	if len(options) == 0 {
		return base, nil
	}
	s := *base
	s.timeout, s.firstByte, s.idle = 0, 0, 0
	s.headers, s.query, s.body, s.flags = maps.Clone(s.headers), maps.Clone(s.query), maps.Clone(s.body), maps.Clone(s.flags)
	for _, o := range options {
		if o.apply == nil {
			continue
		}
		if perCall && o.clientOnly {
			return nil, configError("%s is an option of chutes.New, not of one call", o.name)
		}
		if !perCall && o.callOnly {
			return nil, configError("%s is an option of one call, not of chutes.New", o.name)
		}
		if err := o.apply(&s); err != nil {
			return nil, err
		}
	}
	if s.timeout == 0 {
		s.timeout, s.firstByte, s.idle = base.timeout, cmp.Or(s.firstByte, base.firstByte), cmp.Or(s.idle, base.idle)
	}
	return &s, nil
}

// checkURL returns raw without trailing slashes, or a config error that says what is wrong with it.
func checkURL(name, raw string) (string, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return "", configError("the %s cannot be read as a URL", name)
	case u.User != nil:
		return "", configError("the %s must not hold a user name or password; use chutes.WithAPIKey", name)
	case u.Scheme != "http" && u.Scheme != "https":
		return "", configError("the %s must begin with http:// or https://, got %q", name, raw)
	case u.Hostname() == "":
		return "", configError("the %s has no host: %q", name, raw)
	case !portFits(u):
		return "", configError("the port of the %s must be a number from 1 to 65535, got %q", name, u.Port())
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(raw, "#"):
		return "", configError("the %s must have no query and no fragment: %q", name, raw)
	}
	return strings.TrimRight(raw, "/"), nil
}

// checkDuration refuses zero and negative limits, and a number without a unit: WithTimeout(30) would be 30 ns. NoTimeout passes.
func checkDuration(name string, d time.Duration) error {
	switch {
	case d <= 0:
		return configError("%s must be greater than zero, got %v; use chutes.NoTimeout for no limit", name, d)
	case d < time.Microsecond:
		return configError("%s is %v: a duration needs its unit, such as %d*time.Second", name, d, int64(d))
	}
	return nil
}

func checkRetries(n int) error {
	if n < 0 {
		return configError("max_retries must be 0 or greater, got %d", n)
	}
	return nil
}

// checkHeader refuses names and values that would break the request's framing. The value is not shown: it may be a secret.
func checkHeader(name, value string) error {
	bad := name == ""
	for i := range len(name) {
		bad = bad || !isToken(name[i])
	}
	if bad {
		return configError("%q is not a header name", name)
	}
	for i := range len(value) {
		if c := value[i]; c < ' ' && c != '\t' || c == 0x7f {
			return configError("the value of header %s holds a line break or another control character, which is refused", http.CanonicalHeaderKey(name))
		}
	}
	return nil
}

// isToken says whether a byte may stand in the name of a header.
func isToken(c byte) bool {
	switch {
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-':
		return true
	}
	return c > ' ' && c < 0x7f && strings.IndexByte("()<>@,;:\\\"/[]?={}", c) < 0
}

// checkKey trims a key and refuses, without showing it, what cannot be one.
func checkKey(key string) (string, error) {
	key = strings.TrimSpace(key)
	if strings.ContainsFunc(key, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
		return "", configError("the API key holds a control character; check how it was read")
	}
	if strings.ContainsFunc(key, func(r rune) bool { return r > 0x7f }) {
		return "", configError("the API key holds a character that is not ASCII; check how it was read")
	}
	if strings.Trim(key, `"'`) != key {
		return "", configError("the API key stands in quotes; leave them out")
	}
	if word, _, more := strings.Cut(key, " "); more && strings.EqualFold(word, "bearer") {
		return "", configError("the API key begins with the word Bearer; leave it out: the client writes it")
	}
	return key, nil
}

// key decides the credential: an explicit Auth, else the key with its mode.
func (s *settings) credential() (Auth, error) {
	if s.auth != nil {
		return s.auth, nil
	}
	key, err := checkKey(s.apiKey)
	if err == nil && key == "" {
		key, err = checkKey(os.Getenv(EnvAPIKey))
	}
	if err != nil {
		return nil, err
	}
	if s.authMode == "none" {
		return Anonymous(), nil
	}
	if key == "" {
		return nil, configError("no API key: set %s, or pass chutes.WithAPIKey, or chutes.WithAuth(chutes.Anonymous()) for public endpoints", EnvAPIKey)
	}
	switch s.authMode {
	case "", "bearer":
		return Bearer(key), nil
	case "x-api-key":
		return XAPIKey(key), nil
	}
	return nil, configError(`auth mode must be "bearer", "x-api-key" or "none", got %q`, s.authMode)
}

// hosts decides the five URLs.
func (s *settings) hosts() (Endpoints, error) {
	e, name := EndpointsFromEnv(), "base URL"
	base := s.baseURL
	if base == "" {
		base, name = strings.TrimSpace(os.Getenv(EnvBaseURL)), "variable "+EnvBaseURL
	}
	if base != "" {
		trimmed, err := checkURL(name, base)
		if err == nil {
			err = checkBase(name, base)
		}
		if err != nil {
			return e, err
		}
		if s.baseURL != "" {
			e = EndpointsFromBase(trimmed)
		}
	}
	return e.over(s.endpoints).check(s.baseURL == "", s.endpoints)
}

// checkBase refuses a single host of the public platform as the base of all five: what other SDKs call their base URL.
func checkBase(name, base string) error {
	u, err := url.Parse(base)
	if err != nil {
		return nil // told where it is checked
	}
	for _, host := range [][3]string{
		{DefaultAPIURL, "API", EnvAPIURL}, {DefaultLLMURL, "LLM", EnvLLMURL}, {DefaultImageURL, "Image", EnvImageURL}, {DefaultEmbedURL, "Embed", EnvEmbedURL},
	} {
		if single, _ := url.Parse(host[0]); strings.EqualFold(single.Hostname(), u.Hostname()) {
			return configError("the %s is one host of the platform (%s), and stands for all five: leave it out, since the client knows them, or set "+
				"the one with chutes.WithEndpoints(chutes.Endpoints{%s: …}) or %s", name, u.Hostname(), host[1], host[2])
		}
	}
	return nil
}

func (s settings) String() string { return fmt.Sprintf("settings{maxRetries: %d}", s.maxRetries) }

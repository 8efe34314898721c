// Package chutes is a client of the Chutes platform: its management API, chat, completions, embeddings, images, and any chute's own
// endpoints, streamed and retried correctly, with errors that say what happened.
//
//	client, err := chutes.New() // the key comes from CHUTES_API_KEY
//	if err != nil {
//		log.Fatal(err)
//	}
//	defer client.Close()
//	stream, err := client.Chat.Completions.Stream(ctx, chutes.ChatCompletionRequest{
//		Model: model, Messages: []chutes.ChatMessageParam{chutes.UserMessage("Hello")},
//	})
//
// Every error is an [*Error]; see there for the tree of kinds.
package chutes

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Client is the door to everything. It keeps connections, is safe for several goroutines, and is made by [New].
type Client struct {
	Chat        *ChatService
	Completions *CompletionService
	Images      *ImageService
	Embeddings  *EmbeddingService
	Audio       *AudioService
	Video       *VideoService
	Management

	// Behind pointers on purpose: fmt follows values inside a struct past every Format method, but never a second pointer.
	settings *settings
	known    *keyring

	endpoints Endpoints
	auth      Auth
	transport *transport
	seam      Seam
	budget    *retryBudget
	limiter   *limiter
	places    places
	watch     *watcher
	prices    *prices

	fixedRandom bool // the seam's random source is the caller's, and decides the boundary of an upload too
}

// New makes a client. Without options it reads CHUTES_API_KEY and the CHUTES_*_URL variables. Everything is checked here: a missing key, a bad
// URL or a bad number is a config error before anything is sent.
func New(options ...Option) (*Client, error) {
	s, err := resolve(&settings{maxRetries: MaxRetries}, options, false)
	if err != nil {
		return nil, err
	}
	auth, err := s.credential()
	if err != nil {
		return nil, err
	}
	endpoints, err := s.hosts()
	if err != nil {
		return nil, err
	}
	known := &keyring{auth: auth}
	for name, value := range s.headers {
		if secretHeader(name) {
			known.add(value)
		}
	}
	t, err := newTransport(s, known)
	if err != nil {
		return nil, err
	}
	c := &Client{
		endpoints: endpoints, auth: auth, known: known, transport: t, seam: s.seam.withDefaults(), watch: newWatcher(s), prices: &prices{turn: make(chan struct{}, 1)},
		fixedRandom: s.seam.Random != nil,
	}
	c.limiter = newLimiter(s.ratePerMin, s.rateAuto, c.seam.Now())
	if s.maxConcurrency > 0 {
		c.places = make(places, s.maxConcurrency)
	}
	if s.retryBudget {
		c.budget = newRetryBudget()
	}
	s.apiKey, s.auth = "", nil // kept in one place only
	c.settings = s
	c.serve()
	return c, nil
}

// serve makes the services of a client.
func (c *Client) serve() {
	c.Chat = &ChatService{Completions: &ChatCompletionService{client: c, target: target{base: c.endpoints.LLM}}}
	c.Completions = &CompletionService{client: c, target: target{base: c.endpoints.LLM}}
	c.Images = &ImageService{client: c, target: target{base: c.endpoints.Image}}
	c.Embeddings = &EmbeddingService{client: c, target: target{base: c.endpoints.Embed}}
	c.Audio, c.Video = &AudioService{client: c}, &VideoService{client: c}
	c.Management = newManagement(c)
}

// WithOptions returns a client with other options that shares connections, key, rate, places and retry budget with this one, which keeps
// its own. What is not given is as here; headers, query and body fields come beside this client's. An option that is of a client alone
// or of one call alone, or that makes no sense, is a config error.
//
//	patient, err := client.WithOptions(chutes.WithTimeout(5*time.Minute), chutes.WithMaxRetries(5))
func (c *Client) WithOptions(options ...Option) (*Client, error) {
	for _, o := range options {
		if o.callOnly {
			return nil, configError("%s is an option of one call, not of a client", o.name)
		}
	}
	s, err := resolve(c.settings, options, true)
	if err != nil {
		return nil, err
	}
	made := *c
	made.settings = s
	made.serve()
	return &made, nil
}

// Endpoints returns the five hosts in force.
func (c *Client) Endpoints() Endpoints { return c.endpoints }

// Close closes the idle connections. Calls under way go on, and a call after it opens a new one.
func (c *Client) Close() error { c.transport.close(); return nil }

// Format prints the hosts and never a key.
func (c Client) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "chutes.Client{API: %s, auth: %s}", c.endpoints.API, Mask)
}

// Request is the escape hatch: any method and path of the api host, or an absolute URL, through the same authentication, retry and error
// path. body is encoded as JSON; nil sends none. The credential goes to the hosts of this client only (for another one, give it by WithHeader). A
// write is retried like any other.
//
//	result, err := client.Request(ctx, "GET", "/pricing", nil)
func (c *Client) Request(ctx context.Context, method, path string, body any, options ...Option) (*Result, error) {
	base, foreign := c.endpoints.API, false
	if err := checkPath(path); err != nil {
		return nil, err
	}
	if lower := strings.ToLower(path); strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://") {
		u, err := url.Parse(path)
		if err != nil || u.Hostname() == "" || u.User != nil || !portFits(u) {
			return nil, configError("the URL of the request cannot be used")
		}
		foreign = !c.ours(u)
		base, path = u.Scheme+"://"+u.Host, u.EscapedPath()
		if u.RawQuery != "" {
			path += "?" + u.RawQuery
		}
	} else if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	path, query, _ := strings.Cut(path, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, configError("the query of the request cannot be read")
	}
	op := operation{id: "request", method: strings.ToUpper(method), base: base, path: []part{lit(path)}, query: values, body: body, accept: "*/*", foreign: foreign}
	if !isMethod(op.method) {
		return nil, configError("%q is no HTTP method", method)
	}
	r, err := c.send(ctx, op, options)
	if err != nil {
		return nil, err
	}
	data, err := r.read()
	if err != nil {
		return nil, err
	}
	return &Result{Body: data, ContentType: r.contentType(), response: r.meta}, nil
}

// isMethod says whether a text in capitals may be an HTTP method.
func isMethod(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r < 'A' || r > 'Z' })
}

// ours says whether a URL is on one of the client's hosts, a chute's host included.
func (c *Client) ours(u *url.URL) bool {
	for _, base := range []string{c.endpoints.API, c.endpoints.LLM, c.endpoints.Image, c.endpoints.Embed} {
		if b, err := url.Parse(base); err == nil && origin(b) == origin(u) {
			return true
		}
	}
	const slug = "any-slug" // in place of {slug}, which is no part of a host name
	b, err := url.Parse(strings.ReplaceAll(c.endpoints.Chute, slugMark, slug))
	if err != nil {
		return false
	}
	before, after, inHost := strings.Cut(origin(b), slug)
	if !inHost {
		return origin(b) == origin(u)
	}
	label, ok := strings.CutPrefix(origin(u), before)
	label, end := strings.CutSuffix(label, after)
	return ok && end && isSlug(label)
}

// OpenAIConfig is what an OpenAI SDK needs to talk to the platform.
type OpenAIConfig struct {
	BaseURL string // ends in /v1
	APIKey  string
	Headers http.Header // headers of the client's options
}

// OpenAI returns base URL and key for an OpenAI SDK. The error says when the client has no plain key.
//
//	config, err := client.OpenAI()
//	openai.NewClient(option.WithBaseURL(config.BaseURL), option.WithAPIKey(config.APIKey))
func (c *Client) OpenAI() (*OpenAIConfig, error) {
	key, ok := c.auth.(*keyAuth)
	if !ok || key.header != "Authorization" {
		return nil, configError("an OpenAI SDK needs a key that is sent as a bearer token")
	}
	config := &OpenAIConfig{BaseURL: c.endpoints.LLM, APIKey: key.key, Headers: http.Header{}}
	for name, value := range c.settings.headers {
		config.Headers.Set(name, value)
	}
	return config, nil
}

// Format prints the base URL and never the key.
func (c OpenAIConfig) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "chutes.OpenAIConfig{BaseURL: %s, APIKey: %s}", c.BaseURL, Mask)
}

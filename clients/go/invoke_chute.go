package chutes

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

var uuidPattern = regexp.MustCompile(`(?i)^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// ChuteClient calls one chute. Make it with [Client.Chute]. It is safe for several goroutines.
type ChuteClient struct {
	Chat        *ChatService
	Completions *CompletionService
	Images      *ImageService
	Embeddings  *EmbeddingService

	client *Client
	ref    string
	config []Option

	turn places // one look-up at a time, and whoever waits for it can leave
	mu   sync.Mutex
	info *ChuteInfo
}

// ChuteInfo is what is known of a chute after its look-up. ID and Name are empty when the ref was a URL, a host or a slug: then none is made.
type ChuteInfo struct {
	URL   string // base URL of its host, without a trailing slash
	ID    string
	Slug  string
	Name  string
	Cords []Cord // its endpoints, where a look-up told them

	foreign bool // the URL is on none of the client's hosts
}

// Chute returns a handle of a chute. The ref is a URL or a host (used as it is), a UUID or a "user/name" (looked up at the first call, once),
// or a slug (no look-up). Options hold for every call of the handle.
//
// The client's key goes to the client's own hosts only (those of [Endpoints], and what their template makes): a URL or host elsewhere is called
// without it. Who means to send one there gives WithHeader("Authorization", …), or sets the base.
//
//	result, err := client.Chute("me-echo").Call(ctx, "/speak", map[string]any{"text": "hi"})
func (c *Client) Chute(ref string, options ...Option) *ChuteClient {
	h := &ChuteClient{client: c, ref: strings.TrimSpace(ref), config: options, turn: make(places, 1)}
	t := target{chute: h}
	h.Chat = &ChatService{Completions: &ChatCompletionService{client: c, target: t}}
	h.Completions = &CompletionService{client: c, target: t}
	h.Images = &ImageService{client: c, target: t}
	h.Embeddings = &EmbeddingService{client: c, target: t}
	return h
}

// with puts the handle's options before those of a call.
func (h *ChuteClient) with(options []Option) []Option {
	if len(h.config) == 0 {
		return options
	}
	return slices.Concat(h.config, options)
}

// Resolve looks the chute up, where its ref asks for that, and returns what is known. A second call asks nobody. One caller looks up for all who
// wait, each no longer than its own context and deadline.
func (h *ChuteClient) Resolve(ctx context.Context, options ...Option) (*ChuteInfo, error) {
	if info := h.known(); info != nil {
		return info, nil
	}
	if info, err := h.plain(); err != nil {
		return nil, err
	} else if info != nil {
		return h.keep(info), nil
	}
	s, err := resolve(h.client.settings, h.with(options), true)
	if err != nil {
		return nil, err
	}
	end := s.end
	if end.end.IsZero() {
		end = newDeadline(limitsFor(operation{}, s).total, h.client.seam.Now)
	}
	free, late := h.turn.take(ctx, end)
	if late != nil {
		return nil, late
	}
	defer free()
	if info := h.known(); info != nil {
		return info, nil
	}
	info, err := h.lookUp(ctx, options)
	if err != nil {
		return nil, err
	}
	return h.keep(info), nil
}

func (h *ChuteClient) known() *ChuteInfo {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.info
}

// keep keeps what was found, unless more was found in the meantime.
func (h *ChuteClient) keep(info *ChuteInfo) *ChuteInfo {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.info == nil || info.ID != "" {
		h.info = info
	}
	return h.info
}

// plain is what the ref says without a look-up; nil where it needs one.
func (h *ChuteClient) plain() (*ChuteInfo, error) {
	base, lower := h.ref, strings.ToLower(h.ref)
	switch {
	case h.ref == "":
		return nil, configError("the chute reference is empty; give an id, user/name, slug, host or URL")
	case strings.HasPrefix(lower, "http://"), strings.HasPrefix(lower, "https://"):
	case strings.Contains(h.ref, "/") || uuidPattern.MatchString(h.ref):
		return nil, nil
	case strings.Contains(h.ref, "."):
		base = "https://" + h.ref
	default:
		return h.fromSlug(h.ref)
	}
	base, err := checkURL("chute reference", base)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(base)
	return &ChuteInfo{URL: base, foreign: err != nil || !h.client.ours(u)}, nil
}

func (h *ChuteClient) lookUp(ctx context.Context, options []Option) (*ChuteInfo, error) {
	found, err := h.find(ctx, h.lookUpOptions(options))
	if err != nil {
		return nil, err
	}
	info, err := h.fromSlug(found.Slug)
	if err != nil {
		e := newError(KindNotFound, "the chute %q has no slug, so it has no host to call", h.ref)
		return nil, e
	}
	info.ID, info.Name = found.ChuteID, found.Name
	info.Cords = found.Cords
	return info, nil
}

// lookUpOptions keeps what concerns how a request is sent, and drops what is meant for the call itself.
func (h *ChuteClient) lookUpOptions(options []Option) []Option {
	return slices.DeleteFunc(lookUps(h.with(options)), func(o Option) bool { return o.name == "CaptureResponse" || o.name == "WithModels" })
}

// find asks for the ref itself and, for user/name, then for the name within that user's chutes.
func (h *ChuteClient) find(ctx context.Context, options []Option) (*Chute, error) {
	found, err := perform[Chute](ctx, h.client, operation{
		id: "getChute", method: http.MethodGet, path: []part{lit("/chutes/"), paramSlashes("chute reference", h.ref)},
	}, options)
	if err == nil || !errors.Is(err, ErrNotFound) {
		return found, err
	}
	if user, name, ok := strings.Cut(h.ref, "/"); ok {
		page := performPages[Chute](ctx, h.client, operation{
			id: "listChutes", method: http.MethodGet, path: []part{lit("/chutes/")},
			query: url.Values{"name": {name}, "include_public": {"true"}},
		}, options)
		for chute, failed := range page {
			if failed != nil {
				return nil, failed
			}
			if chute.Name == name && strings.EqualFold(chute.User.Username, user) {
				return &chute, nil
			}
		}
	}
	var e *Error
	errors.As(err, &e)
	e.Message = cleanMessage("there is no chute "+h.ref+" that you can see: "+e.Message, h.client.known.list())
	return nil, e
}

func isSlug(text string) bool {
	return text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
}

func (h *ChuteClient) fromSlug(slug string) (*ChuteInfo, error) {
	if !isSlug(slug) {
		return nil, configError("%q is no chute reference; give an id, user/name, slug, host or URL", slug)
	}
	return &ChuteInfo{URL: strings.ReplaceAll(h.client.endpoints.Chute, slugMark, slug), Slug: slug}, nil
}

// base returns where the calls of the handle go, and whether that is on none of the client's hosts.
func (h *ChuteClient) base(ctx context.Context, s *settings, options []Option) (url string, foreign bool, err error) {
	if s.via == "api" && uuidPattern.MatchString(h.ref) {
		return h.client.endpoints.API + "/chutes/" + h.ref, false, nil
	}
	info, err := h.Resolve(ctx, options...)
	if err != nil {
		return "", false, err
	}
	if s.via != "api" {
		return info.URL, info.foreign, nil
	}
	if info.ID == "" {
		return "", false, configError(`via "api" needs the id of the chute; give the UUID or user/name instead of %q`, h.ref)
	}
	return h.client.endpoints.API + "/chutes/" + info.ID, false, nil
}

// Result is the answer of a chute: JSON, text, or bytes.
type Result struct {
	Body        []byte
	ContentType string // without parameters, lower case; "" if the server gave none
	response    *Response
}

// Response returns status, headers and attempts of the answer.
func (r *Result) Response() *Response { return r.response }

// IsJSON says whether the answer is JSON.
func (r *Result) IsJSON() bool {
	return (strings.HasSuffix(r.ContentType, "/json") || strings.HasSuffix(r.ContentType, "+json")) && validJSON(r.Body)
}

// IsText says whether the answer is text.
func (r *Result) IsText() bool { return strings.HasPrefix(r.ContentType, "text/") }

// Decode reads a JSON answer into v.
func (r *Result) Decode(v any) error {
	if !r.IsJSON() {
		return r.fail(newError(KindUnexpectedResponse, "the answer is no JSON but %s", first(r.ContentType, "of no content type")))
	}
	if err := json.Unmarshal(r.Body, v); err != nil {
		return r.fail(newError(KindUnexpectedResponse, "the answer does not fit the value: %v", err).withCause(err, nil))
	}
	return nil
}

// fail tells an error what is known of the answer.
func (r *Result) fail(e *Error) *Error {
	return withAnswer(e.keep(r.Body, nil), r.response)
}

// Binary returns the answer as a file, its content type by its bytes where they are known.
func (r *Result) Binary() *Binary {
	b := &Binary{Bytes: r.Body, ContentType: first(sniffMedia(r.Body), r.ContentType, "application/octet-stream"), response: r.response}
	if r.response != nil {
		b.Filename = fileName(r.response.Header)
	}
	return b
}

// Text returns the body as text.
func (r *Result) Text() string { return strings.ToValidUTF8(string(r.Body), "\ufffd") }

// Call calls an endpoint of the chute by its path or by the name of its function. args is sent as the JSON object of a POST; nil sends {}.
// A GET endpoint takes no args; WithMethod("GET") calls one that is not known. An event stream is refused: use [ChuteClient.Stream].
//
// Where the cords are known (the ref was looked up, or [ChuteClient.Cords] was called; a name on a slug reads them), a cord's own method is used and
// args are held to its schema before anything is sent: a config error names the field and what was expected ([WithValidate] leaves it).
func (h *ChuteClient) Call(ctx context.Context, cord string, args any, options ...Option) (*Result, error) {
	op, err := h.operation(ctx, cord, args, false, options)
	if err != nil {
		return nil, err
	}
	op.accept, op.stream = "*/*", true
	r, err := target{chute: h}.send(ctx, h.client, op, options)
	if err != nil {
		return nil, err
	}
	contentType := r.contentType()
	if contentType == "text/event-stream" {
		_ = r.Body.Close()
		r.ended(newError(KindUnexpectedResponse, ""), nil)
		return nil, r.fail(KindUnexpectedResponse, "%s answers with an event stream; use Chute.Stream (the .stream method)", cord)
	}
	data, failed := r.take()
	if failed == nil && (strings.HasSuffix(contentType, "/json") || strings.HasSuffix(contentType, "+json")) {
		_, failed = parse(r, data, anyJSON)
	}
	if r.ended(failed, data); failed != nil {
		return nil, failed
	}
	return &Result{Body: data, ContentType: contentType, response: r.meta}, nil
}

// Stream calls an endpoint that answers piece by piece. It adds no stream field to args, and ends at the end of the body.
func (h *ChuteClient) Stream(ctx context.Context, cord string, args any, options ...Option) (*EventStream, error) {
	op, err := h.operation(ctx, cord, args, true, options)
	if err != nil {
		return nil, err
	}
	op.accept, op.stream = "text/event-stream", true
	r, err := target{chute: h}.send(ctx, h.client, op, options)
	if err != nil {
		return nil, err
	}
	return &EventStream{reply: r, events: newEventReader(r)}, nil
}

// warmupID is what the warm-up endpoint is asked for: the id where it is known, else the ref.
func (h *ChuteClient) warmupID() string {
	if info := h.known(); info != nil && info.ID != "" {
		return info.ID
	}
	return h.ref
}

// Warmup starts a cold chute and follows it: items with a status of cold or hot. The server ends the stream after hot, or after ten minutes.
func (h *ChuteClient) Warmup(ctx context.Context, options ...Option) (stream *ItemStream[WarmupEvent], err error) {
	options = slices.DeleteFunc(slices.Clone(h.with(options)), func(o Option) bool { return o.name == "WithModels" })
	err = h.asID(ctx, options, func(id string) error {
		stream, err = h.client.Chutes.Warmup(ctx, id, options...)
		return err
	})
	if err != nil {
		return nil, err
	}
	stream.last = isHot
	return stream, nil
}

func isHot(e *WarmupEvent) bool { return e.Status == WarmupStateHot }

// WaitReady waits until the chute is hot, as [ChutesService.WaitReady] does; params may be nil.
//
//	_, err := client.Chute("me-echo").WaitReady(ctx, &chutes.ChutesWaitReadyParams{Timeout: 5 * time.Minute})
func (h *ChuteClient) WaitReady(ctx context.Context, params *ChutesWaitReadyParams, options ...Option) (*WarmupStatus, error) {
	return h.waitReady(ctx, params, h.with(options))
}

// waitReady is WaitReady for options that the handle's are part of.
func (h *ChuteClient) waitReady(ctx context.Context, params *ChutesWaitReadyParams, options []Option) (*WarmupStatus, error) {
	return waitReady(ctx, h.client, h.ref, warmupSource{
		events: func(o []Option) (*ItemStream[WarmupEvent], error) { return h.Warmup(ctx, o...) },
		state: func(o []Option) (state *WarmupStatus, err error) {
			err = h.asID(ctx, o, func(id string) error {
				state, err = h.client.Chutes.WarmupStatus(ctx, id, o...)
				return err
			})
			return state, err
		},
	}, params, options)
}

// named says whether the ref names a chute; a URL and a host do not.
func (h *ChuteClient) named() bool {
	info, err := h.plain()
	return err != nil || info == nil || info.Slug != ""
}

// asID asks by what is known. The API knows ids and names; the id behind a slug is in its list.
func (h *ChuteClient) asID(ctx context.Context, options []Option, ask func(id string) error) error {
	if !h.named() {
		return configError("%s cannot be waited for: a URL or a host names no chute; give its id, user/name or slug", h.ref)
	}
	known := h.warmupID()
	err := ask(known)
	if !errors.Is(err, ErrNotFound) || uuidPattern.MatchString(known) || strings.ContainsAny(known, "/.") {
		return err
	}
	params := &ChutesListParams{Slug: Set(known), IncludePublic: Set(true)}
	for chute, failed := range h.client.Chutes.ListAll(ctx, params, lookUps(options)...) {
		if failed != nil {
			return failed
		}
		if chute.Slug == known {
			return ask(chute.ChuteID)
		}
	}
	return err
}

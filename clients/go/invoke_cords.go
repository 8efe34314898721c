package chutes

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// ChuteCord is an endpoint of a chute that can be called.
type ChuteCord struct {
	Name        string // of its function
	Path        string // on the host of the chute
	Method      string
	Stream      bool            // answers piece by piece: use [ChuteClient.Stream]
	InputSchema json.RawMessage // JSON Schema of its arguments; nil if the chute has none
	ContentType string          // what it says it answers with; the answer's own header wins
}

// WithValidate says whether a chute's arguments are held to the schema of its cord before they are sent. Default: true.
func WithValidate(on bool) Option {
	return option("WithValidate", func(s *settings) error { s.unchecked = !on; return nil })
}

// Cords reads the endpoints of the chute that can be called, once; a slug is looked up for it. For a URL or a host it is a config error.
//
//	cords, err := client.Chute("alice/echo").Cords(ctx)
//	for _, cord := range cords { fmt.Println(cord.Method, cord.Path, cord.Name) }
func (h *ChuteClient) Cords(ctx context.Context, options ...Option) ([]ChuteCord, error) {
	info, err := h.Resolve(ctx, options...)
	if err == nil && info.ID == "" {
		info, err = h.readSlug(ctx, info, options)
	}
	if err != nil {
		return nil, err
	}
	return cordsOf(info), nil
}

// readSlug reads the chute behind a slug: the list tells its id, and the chute itself its cords.
func (h *ChuteClient) readSlug(ctx context.Context, info *ChuteInfo, options []Option) (*ChuteInfo, error) {
	if info.Slug == "" {
		return nil, configError("the cords of %s cannot be read: a URL or a host names no chute; give its id, user/name or slug", h.ref)
	}
	around := h.lookUpOptions(options)
	list := performPages[Chute](ctx, h.client, operation{
		id: "listChutes", method: http.MethodGet, path: []part{lit("/chutes/")}, query: url.Values{"slug": {info.Slug}, "include_public": {"true"}},
	}, around)
	for chute, failed := range list {
		if failed != nil {
			return nil, failed
		}
		if chute.Slug != info.Slug {
			continue
		}
		found, err := perform[Chute](ctx, h.client, operation{
			id: "getChute", method: http.MethodGet, path: []part{lit("/chutes/"), param("chute_id", chute.ChuteID)},
		}, around)
		if err != nil {
			return nil, err
		}
		return h.keep(&ChuteInfo{URL: info.URL, ID: first(found.ChuteID, chute.ChuteID), Slug: info.Slug, Name: found.Name, Cords: found.Cords}), nil
	}
	return nil, newError(KindNotFound, "there is no chute with the slug %s that you can see", h.ref)
}

// cordsOf keeps what can be called from outside.
func cordsOf(info *ChuteInfo) []ChuteCord {
	cords := []ChuteCord{}
	for _, c := range info.Cords {
		if c.PublicAPIPath == "" {
			continue
		}
		var schema json.RawMessage
		for _, s := range []json.RawMessage{c.InputSchema, c.MinimalInputSchema} {
			if schema == nil && len(fieldsOf(s)) > 0 { // an empty one is the server's word for none
				schema = s
			}
		}
		cords = append(cords, ChuteCord{
			Name: c.Function, Path: c.PublicAPIPath, Method: first(string(c.PublicAPIMethod), http.MethodPost), Stream: c.Stream, InputSchema: schema,
			ContentType: c.OutputContentType,
		})
	}
	return cords
}

// findCord finds a cord by its name, else by its path. Where two share a path, the one that streams as wanted is taken.
func findCord(cords []ChuteCord, name string, stream bool) *ChuteCord {
	path := "/" + strings.TrimPrefix(name, "/")
	for _, matches := range []func(ChuteCord) bool{
		func(c ChuteCord) bool { return c.Name == name },
		func(c ChuteCord) bool { return c.Path == path && c.Stream == stream },
		func(c ChuteCord) bool { return c.Path == path },
	} {
		if i := slices.IndexFunc(cords, matches); i >= 0 {
			return &cords[i]
		}
	}
	return nil
}

// operation is the request of a cord: by its name or path, its method, its arguments checked where the cords are known.
func (h *ChuteClient) operation(ctx context.Context, cord string, args any, stream bool, options []Option) (operation, error) {
	s, err := resolve(h.client.settings, h.with(options), true)
	if err != nil {
		return operation{}, err
	}
	end := newDeadline(s.total, h.client.seam.Now)
	found, err := h.cordFor(ctx, cord, stream, s, end.with(options))
	if err != nil {
		return operation{}, err
	}
	method, path := s.method, cord
	if found != nil {
		method, path = first(method, found.Method), found.Path
		if found.Stream && !stream {
			return operation{}, configError("the cord %s streams; use Chute.Stream (the .stream method)", first(found.Name, found.Path))
		}
	}
	if path, err = cordPath(path); err != nil {
		return operation{}, err
	}
	op := operation{id: "callCord", method: strings.ToUpper(first(method, http.MethodPost)), path: []part{lit(path)}, body: args, end: end}
	if !isMethod(op.method) {
		return operation{}, configError("%q is no HTTP method", method)
	}
	if op.method == http.MethodGet || op.method == http.MethodHead {
		op.forbidBody = "a GET endpoint of a chute takes no arguments: the server drops them"
		return op, nil
	}
	if op.kind = bodyFree; isNil(args) {
		op.body = json.RawMessage("{}")
	}
	if found == nil || found.InputSchema == nil || s.unchecked {
		return op, nil
	}
	data, err := encodeBody(op.body, s.body)
	if err != nil {
		return operation{}, err
	}
	if wrong := checkWithin(found.InputSchema, bodySchema(found.InputSchema), data, false); len(wrong) > 0 {
		return operation{}, configError("the arguments of %s do not fit: %s", first(found.Name, found.Path), strings.Join(wrong, "; "))
	}
	return op, nil
}

// cordFor is the cord that is meant, or nil for a path that no known cord has.
func (h *ChuteClient) cordFor(ctx context.Context, cord string, stream bool, s *settings, options []Option) (*ChuteCord, error) {
	if h.known() == nil && s.via == "api" && uuidPattern.MatchString(h.ref) {
		return nil, nil // no look-up is needed to call it
	}
	info, err := h.Resolve(ctx, options...)
	if err != nil {
		return nil, err
	}
	isPath := strings.Contains(cord, "/")
	if info.ID == "" {
		if isPath || info.Slug == "" {
			return nil, nil // nothing is known of its cords
		}
		if info, err = h.readSlug(ctx, info, options); err != nil {
			return nil, err
		}
	}
	cords := cordsOf(info)
	found := findCord(cords, cord, stream)
	if found == nil && !isPath {
		names := []string{}
		for _, c := range cords {
			names = append(names, c.Name)
		}
		return nil, configError("%s has no cord %q; it has %s", h.ref, cord, first(strings.Join(names, ", "), "none that can be called"))
	}
	return found, nil
}

// cordPath checks and escapes a path on the host of a chute.
func cordPath(cord string) (string, error) {
	cord = "/" + strings.TrimPrefix(cord, "/")
	if strings.Contains(cord, "?") {
		return "", configError("the path %q of a chute must have no query; arguments go into the body", cord)
	}
	if err := checkPath(cord); err != nil {
		return "", err
	}
	return escapePath(cord), nil
}

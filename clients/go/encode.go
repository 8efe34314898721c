package chutes

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// joinPath checks, escapes and joins the parts of a path.
func joinPath(parts []part) (string, error) {
	if len(parts) == 1 && parts[0].name == "" {
		return parts[0].literal, nil
	}
	var b strings.Builder
	for _, p := range parts {
		if p.name == "" {
			b.WriteString(p.literal)
			continue
		}
		if err := checkPathParam(p); err != nil {
			return "", err
		}
		segments := []string{p.value}
		if p.keepSlash {
			segments = strings.Split(p.value, "/")
		}
		for i, segment := range segments {
			if i > 0 {
				b.WriteByte('/')
			}
			b.WriteString(escapeSegment(segment))
		}
	}
	return b.String(), nil
}

// escapeSegment encodes everything but the unreserved characters of RFC 3986.
func escapeSegment(segment string) string {
	var b strings.Builder
	for i := range len(segment) {
		switch c := segment[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '.', c == '_', c == '~':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// escapePath encodes what cannot stand in a path. What is percent-encoded already stays as it is.
func escapePath(path string) string {
	var b strings.Builder
	for i := range len(path) {
		c := path[i]
		_, coded := percent(path[i:])
		if c == '/' || coded || c < 0x80 && strings.IndexByte("!$&'()*+,;=:@", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.WriteString(escapeSegment(path[i : i+1]))
		}
	}
	return b.String()
}

// percent reads the percent-encoded byte that a text begins with.
func percent(text string) (c byte, ok bool) {
	if len(text) < 3 || text[0] != '%' {
		return 0, false
	}
	n, err := strconv.ParseUint(text[1:3], 16, 8)
	return byte(n), err == nil
}

// checkPath refuses what a URL parser or a server would fold into another path, or cut. target may have a query.
func checkPath(target string) error {
	if strings.ContainsFunc(target, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' || r == '#' }) {
		return configError("the path %q must not contain a backslash, a fragment or a control character", target)
	}
	path, _, _ := strings.Cut(target, "?")
	var plain []byte
	for i := 0; i < len(path); i++ {
		c, coded := percent(path[i:])
		if coded {
			i += 2
		} else {
			c = path[i]
		}
		plain = append(plain, c)
	}
	for segment := range bytes.FieldsFuncSeq(plain, func(r rune) bool { return r == '/' || r == '\\' }) {
		if segment = bytes.TrimSpace(segment); string(segment) == "." || string(segment) == ".." {
			return configError("the path %q must not contain . or .. as a segment", target)
		}
	}
	return nil
}

// checkPathParam refuses what would address another endpoint.
func checkPathParam(p part) error {
	segments := []string{p.value}
	if p.keepSlash {
		segments = strings.Split(p.value, "/")
	}
	for _, segment := range segments {
		if segment == "" || segment == "." || segment == ".." {
			return configError("%s must not be empty, %q or %q (as a whole or between slashes), got %q", p.name, ".", "..", p.value)
		}
	}
	return nil
}

// encodeQuery sorts by name; names in extra replace those of query.
func encodeQuery(query, extra url.Values) string {
	if len(extra) == 0 {
		return query.Encode()
	}
	merged := maps.Clone(query)
	if merged == nil {
		merged = url.Values{}
	}
	maps.Copy(merged, extra)
	return merged.Encode()
}

// marshal is json.Marshal without the escaping of HTML.
func marshal(v any) ([]byte, error) {
	switch v := v.(type) {
	case bool:
		return strconv.AppendBool(nil, v), nil
	case int:
		return strconv.AppendInt(nil, int64(v), 10), nil
	case string:
		quoted := append(append(append(make([]byte, 0, len(v)+2), '"'), v...), '"')
		if plainEnd(quoted, 1) == len(quoted)-1 {
			return quoted, nil
		}
	case writable:
		if isRequest(v) {
			return written(v)
		}
	}
	return encoded(v)
}

// encoded is marshal by encoding/json.
func encoded(v any) ([]byte, error) {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	defer func() {
		if b.Cap() <= maxKeptBuffer {
			buffers.Put(b)
		}
	}()
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.Clone(b.Bytes()[:b.Len()-1]), nil // without the line's end
}

// buffers are for JSON on its way out.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// bodyKind says how a body is written.
type bodyKind int

const (
	bodyJSON      bodyKind = iota
	bodyFree               // the caller's own JSON object; nil is {}
	bodyForm               // application/x-www-form-urlencoded
	bodyMultipart          // multipart/form-data, see multipart.go
	bodyBytes              // []byte as they are
)

// payload is an encoded body that can be read any number of times from its start. The zero value is no body.
type payload struct {
	data        []byte // the whole body, or
	pieces      []piece
	size        int64
	contentType string
}

// reader reads the body; it must heed a context.
func (p payload) reader() io.ReadCloser {
	if p.pieces != nil {
		return &pieceReader{rest: p.pieces}
	}
	return io.NopCloser(bytes.NewReader(p.data))
}

// encode writes the body of an operation once, with the extra fields of the call merged last.
func (c *Client) encode(ctx context.Context, op operation, extra map[string]any) (p payload, err error) {
	if op.body == nil && len(extra) == 0 && op.kind != bodyFree {
		return payload{}, nil
	}
	switch op.kind {
	case bodyBytes:
		data, _ := op.body.([]byte)
		if len(extra) > 0 {
			return payload{}, configError("a body of bytes takes no extra fields")
		}
		return payload{data: data, size: int64(len(data)), contentType: "application/octet-stream"}, nil
	case bodyMultipart:
		return c.encodeMultipart(ctx, op.body.(multipartBody).parts(), extra)
	}
	switch op.body.(type) {
	case json.Marshaler:
	case io.Reader, []byte:
		return payload{}, configError("the body of %s must be a value that becomes JSON, such as a map or a struct that becomes a JSON object, not %T; JSON that is written already is a json.RawMessage", op.id, op.body)
	}
	if op.kind == bodyFree && isNil(op.body) {
		op.body = json.RawMessage("{}")
	}
	if p.data, err = encodeBody(op.body, extra); err != nil {
		return payload{}, err
	}
	p.contentType = "application/json"
	switch {
	case op.kind == bodyFree && firstByteOf(p.data) != '{':
		return payload{}, configError("the arguments of %s must be a JSON object: a struct or a map", op.id)
	case op.kind == bodyForm:
		p.data, p.contentType = encodeForm(p.data), "application/x-www-form-urlencoded"
	}
	p.size = int64(len(p.data))
	return p, nil
}

func isNil(v any) bool {
	if v == nil {
		return true
	}
	r := reflect.ValueOf(v)
	return (r.Kind() == reflect.Map || r.Kind() == reflect.Pointer || r.Kind() == reflect.Slice) && r.IsNil()
}

// encodeForm writes the fields of an object in their order; null and absent ones are left out.
func encodeForm(object []byte) []byte {
	var b []byte
	eachField(object, func(name string, value json.RawMessage) bool {
		if isNull(value) {
			return true
		}
		if len(b) > 0 {
			b = append(b, '&')
		}
		plain := string(value)
		if s, ok := text(value); ok {
			plain = s
		}
		b = append(b, url.QueryEscape(name)+"="+url.QueryEscape(plain)...)
		return true
	})
	return b
}

// check refuses a body that lacks the guarded field without the option, and one that has both.
func (g *guard) check(flags map[string]bool, data []byte) error {
	for name := range flags {
		if g == nil || g.option != name {
			return configError("%s has no meaning for this method", name)
		}
	}
	if g == nil {
		return nil
	}
	if given := fieldOf(data, g.field) != nil; given == flags[g.option] {
		return configError("%s (either %s or the option %s, not both)", g.message, g.field, g.option)
	}
	return nil
}

// encodeBody encodes the body once; extra is merged last.
func encodeBody(v any, extra map[string]any) ([]byte, error) {
	data := []byte("{}")
	var err error
	if v != nil {
		if data, err = marshal(v); err != nil {
			return nil, configError("the request cannot be written as JSON: %v", err)
		}
	}
	if len(extra) == 0 {
		return data, nil
	}
	if firstByteOf(data) != '{' {
		return nil, configError("extra body fields need a JSON object to go into")
	}
	if data, err = mergeFields(data, extra); err != nil {
		return nil, configError("the extra body fields cannot be written as JSON: %v", err)
	}
	return data, nil
}

// mergeFields replaces fields of an object in place and appends new ones in the order of their names.
func mergeFields(data []byte, fields map[string]any) ([]byte, error) {
	encoded := map[string][]byte{}
	for name, value := range fields {
		v, err := marshal(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		encoded[name] = v
	}
	b := []byte{'{'}
	add := func(name string, value []byte) {
		if len(b) > 1 {
			b = append(b, ',')
		}
		quoted, _ := marshal(name)
		b = append(append(append(b, quoted...), ':'), value...)
	}
	done := map[string]bool{}
	eachField(data, func(name string, value json.RawMessage) bool {
		if v, ok := encoded[name]; ok {
			value, done[name] = v, true
		}
		add(name, value)
		return true
	})
	for _, name := range slices.Sorted(maps.Keys(encoded)) {
		if !done[name] {
			add(name, encoded[name])
		}
	}
	return append(b, '}'), nil
}

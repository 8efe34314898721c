package chutes

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// MaxJSONBytes is the largest JSON or image answer that is read; a larger one is a too_large error.
const MaxJSONBytes = 256 << 20

// Opt is an optional field of a request: absent (the zero value, not sent), null ([Null]) or a value ([Set]).
//
//	args := chutes.ChuteUpdateArgs{Tagline: chutes.Set("fast"), Readme: chutes.Null[string]()}
type Opt[T any] struct {
	value T
	state optState
}

type optState uint8

const (
	optAbsent optState = iota
	optNull
	optSet
)

// Set returns an Opt that holds v, zero values included.
func Set[T any](v T) Opt[T] { return Opt[T]{value: v, state: optSet} }

// Ptr returns a pointer to v, for values that are read and sent in one shape, such as [NodeSelector]; nil is not sent.
func Ptr[T any](v T) *T { return &v }

// Null returns an Opt that is sent as null.
func Null[T any]() Opt[T] { return Opt[T]{state: optNull} }

// Get returns the value; ok is false when it is absent or null.
func (o Opt[T]) Get() (value T, ok bool) { return o.value, o.state == optSet }

// IsNull says whether the field is an explicit null.
func (o Opt[T]) IsNull() bool { return o.state == optNull }

// IsZero says whether the field is absent; encoding/json leaves it out then (tag omitzero).
func (o Opt[T]) IsZero() bool { return o.state == optAbsent }

// MarshalJSON writes the value, or null.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if o.state != optSet {
		return []byte("null"), nil
	}
	return marshal(o.value)
}

// UnmarshalJSON reads a value, or null.
func (o *Opt[T]) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*o = Null[T]()
		return nil
	}
	o.state = optSet
	return json.Unmarshal(data, &o.value)
}

// Time is a timestamp of the platform, which usually has no zone: then it is UTC. Text keeps what the server wrote; a text that is no
// timestamp leaves the time zero and is no error.
type Time struct {
	time.Time
	Text string
}

var timeLayouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999", "2006-01-02"}

// ParseTime reads a timestamp of the platform.
func ParseTime(text string) (Time, error) {
	for _, layout := range timeLayouts {
		if t, err := time.ParseInLocation(layout, text, time.UTC); err == nil {
			return Time{Time: t, Text: text}, nil
		}
	}
	return Time{Text: text}, errors.New("chutes: not a timestamp")
}

// UnmarshalJSON reads a string; anything else is kept as text.
func (t *Time) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	text := string(data)
	if len(data) > 0 && data[0] == '"' {
		text = unquote(data)
	}
	*t, _ = ParseTime(text)
	return nil
}

// MarshalJSON writes the text of the server, or RFC 3339.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.Text != "" {
		return marshal(t.Text)
	}
	return t.Time.MarshalJSON()
}

// Response is what is known of an answer beside its value.
type Response struct {
	Status    int
	Header    http.Header
	RequestID string
	Attempts  int       // requests sent for this answer, 1 or more
	History   []Attempt // these requests, in order
	Model     string    // the one asked that answered; "" for what has no model
	Tried     []Tried   // the models before it ([WithModels])

	source source // of answers without a frame
}

// Quota returns the X-Chutes-Quota-* headers: calls of the day, used before this one, and left. ok is false for accounts without quota.
func (r *Response) Quota() (total, used, remaining int, ok bool) {
	if r == nil {
		return 0, 0, 0, false
	}
	read := func(name string) int {
		n, err := strconv.Atoi(strings.TrimSpace(r.Header.Get("X-Chutes-Quota-" + name)))
		ok = ok || err == nil
		return n
	}
	return read("Total"), read("Used"), read("Remaining"), ok
}

// RateLimit is how many requests a minute are allowed; nil means that the server named no number (it says "inf" for no limit).
type RateLimit struct {
	User  *float64 // for the account
	Chute *float64 // for the chute
}

// RateLimit returns the X-Chutes-RL-* headers; nil if there are none.
func (r *Response) RateLimit() *RateLimit {
	if r == nil || r.Header.Get("X-Chutes-RL-User") == "" && r.Header.Get("X-Chutes-RL-Chute") == "" {
		return nil
	}
	read := func(name string) *float64 {
		n, err := strconv.ParseFloat(strings.TrimSpace(r.Header.Get("X-Chutes-RL-"+name)), 64)
		if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
			return nil
		}
		return &n
	}
	return &RateLimit{User: read("User"), Chute: read("Chute")}
}

// InvoiceBilling says whether the account is billed by invoice (X-Chutes-Invoice-Billing).
func (r *Response) InvoiceBilling() bool {
	return r != nil && strings.EqualFold(strings.TrimSpace(r.Header.Get("X-Chutes-Invoice-Billing")), "true")
}

// Answer is part of every answer that is a JSON object: it keeps the bytes of the answer, and so the fields this version does not know.
type Answer struct {
	raw    json.RawMessage // as it came; with a frame, the bytes inside of it
	source *source         // nil for an object inside another one, but for those that have a frame
}

// source is what answers share.
type source struct {
	response      *Response
	before, after []byte // the frame around raw; empty where raw is all of it
}

// Raw returns the object as the server wrote it. Do not change the bytes; those of a chunk of a stream may be put together anew for each call.
func (o *Answer) Raw() json.RawMessage {
	if o.source != nil && o.source.before != nil {
		return slices.Concat(o.source.before, o.raw, o.source.after)
	}
	return slices.Clip(o.raw)
}

// Field returns one field of the object as the server wrote it; nil if it is absent or null.
func (o *Answer) Field(name string) json.RawMessage { return fieldOf(o.Raw(), name) }

// Response returns status, headers and attempts of the answer; nil for an object inside another one.
func (o *Answer) Response() *Response {
	if o.source == nil {
		return nil
	}
	return o.source.response
}

func (o *Answer) setRaw(raw json.RawMessage, r *Response) {
	o.raw = raw
	o.setResponse(r)
}

func (o *Answer) setResponse(r *Response) {
	if r != nil {
		r.source.response = r
		o.source = &r.source
	}
}

type rawHolder interface {
	setRaw(json.RawMessage, *Response)
	setResponse(*Response)
	Raw() json.RawMessage
}

// Extra returns the fields of an answer that its type does not know, decoded on demand.
//
//	for name, value := range chutes.Extra(chute) { … }
func Extra(answer rawHolder) map[string]json.RawMessage {
	return unknownFields(answer.Raw(), knownFields(reflect.TypeOf(answer).Elem()))
}

func unknownFields(raw []byte, known map[string]bool) map[string]json.RawMessage {
	var out map[string]json.RawMessage
	eachField(raw, func(key string, value json.RawMessage) bool {
		if !known[key] {
			if out == nil {
				out = map[string]json.RawMessage{}
			}
			out[key] = bytes.Clone(value)
		}
		return true
	})
	return out
}

var knownCache sync.Map // reflect.Type → map[string]bool

// knownFields lists the JSON names of a struct.
func knownFields(t reflect.Type) map[string]bool {
	if cached, ok := knownCache.Load(t); ok {
		return cached.(map[string]bool)
	}
	known := map[string]bool{}
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); f.IsExported() && name != "" && name != "-" {
			known[name] = true
		}
	}
	knownCache.Store(t, known)
	return known
}

// unmarshalOpen keeps unknown fields of objects that are sent; those that are answers, too, read themselves.
func unmarshalOpen[T any](data []byte, plain *T, extra *map[string]json.RawMessage) error {
	*extra = unknownFields(data, knownFields(reflect.TypeFor[T]()))
	return lenient(json.Unmarshal(data, plain))
}

// lenient forgives a field of another type than expected: it keeps its zero value, and the rest of the answer is read. Only a field nothing
// works without may fail an answer, and whoever needs it checks for it.
func lenient(err error) error {
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) {
		return nil
	}
	return err
}

// decode reads an answer into T. The bytes are kept where T has an [Answer].
func decode[T any](data []byte, r *Response) (*T, error) {
	c := cursor{data: data}
	v, err := decodeAt[T](&c, r)
	if !c.end() {
		err = errors.New("the answer is not valid JSON")
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

// decodeAt reads the value that comes next. Whether it is JSON at all is known when the cursor is at its end.
func decodeAt[T any](c *cursor, r *Response) (*T, error) {
	v := new(T)
	return v, read(c, v, r)
}

func read[T any](c *cursor, v *T, r *Response) error {
	known, ok := any(v).(readable)
	if !ok {
		return readForeign(c, v, r)
	}
	if c.peek() != '{' {
		c.skip()
		return errors.New("the answer is JSON, but no object")
	}
	known.read(c)
	if h, ok := any(v).(rawHolder); ok {
		h.setResponse(r)
	}
	if n, ok := any(v).(normalizer); ok {
		n.normalize()
	}
	return nil
}

// readForeign reads what encoding/json knows: free JSON, the unions, and the lists and maps within lists and maps.
func readForeign[T any](c *cursor, v *T, r *Response) error {
	want, got := byte(0), c.peek()
	_, anyShape := any(v).(interface{ isUnion() })
	switch t := reflect.TypeFor[T](); t.Kind() {
	case reflect.Struct, reflect.Map:
		want = '{'
	case reflect.Slice:
		if t != reflect.TypeFor[json.RawMessage]() {
			want = '['
		}
	}
	data := c.value()
	if want != 0 && want != got && !anyShape {
		return errors.New("the answer is JSON, but " + map[byte]string{'{': "no object", '[': "no array"}[want])
	}
	if !c.failed && lenient(json.Unmarshal(data, v)) != nil {
		c.fail()
	}
	if h, ok := any(v).(rawHolder); ok {
		h.setRaw(data, r)
	}
	return nil
}

// decodeItems reads an array item by item, so that each keeps its own bytes.
func decodeItems[T any](c *cursor, r *Response) ([]T, error) {
	if c.peek() != '[' {
		c.skip()
		return nil, errors.New("the answer is JSON, but no array")
	}
	items := []T{}
	var failed error
	for c.enter(); c.item(); {
		items = append(items, *new(T))
		if err := read(c, &items[len(items)-1], r); err != nil {
			failed = err
		}
	}
	return items, failed
}

// decodeMap reads an object value by value, so that each keeps its own bytes.
func decodeMap[T any](c *cursor, r *Response) (map[string]T, error) {
	if c.peek() != '{' {
		c.skip()
		return nil, errors.New("the answer is JSON, but no object")
	}
	values := map[string]T{}
	var failed error
	for c.enter(); c.field(); {
		key, v := string(c.key), *new(T)
		if c.peek() == 'n' {
			c.skip()
		} else if err := read(c, &v, r); err != nil {
			failed = err
		}
		values[key] = v
	}
	return values, failed
}

// shape is what the first character of a JSON value tells of it.
type shape int

const (
	shapeOther shape = iota // null, or nothing
	shapeObject
	shapeArray
	shapeString
	shapeNumber
	shapeBool
)

func shapeOf(data []byte) shape {
	switch c := firstByteOf(data); {
	case c == '{':
		return shapeObject
	case c == '[':
		return shapeArray
	case c == '"':
		return shapeString
	case c == '-' || c >= '0' && c <= '9':
		return shapeNumber
	case c == 't' || c == 'f':
		return shapeBool
	}
	return shapeOther
}

func rawOrNull(raw json.RawMessage) json.RawMessage {
	if raw == nil {
		return json.RawMessage("null")
	}
	return raw
}

// parseDataURL reads data:[type][;base64],… ; ok is false if s is none.
func parseDataURL(s []byte) (data []byte, contentType string, ok bool) {
	rest, found := bytes.CutPrefix(s, []byte("data:"))
	if !found {
		return nil, "", false
	}
	head, payload, found := bytes.Cut(rest, []byte(","))
	if !found {
		return nil, "", false
	}
	contentType, coded := strings.CutSuffix(string(head), ";base64")
	if !coded {
		text, err := url.PathUnescape(string(payload))
		return []byte(text), contentType, err == nil
	}
	data, err := decodeBase64(payload)
	return data, contentType, err == nil
}

// decodeBase64 accepts both alphabets, with and without padding, and white space.
func decodeBase64(s []byte) ([]byte, error) {
	if data, ok := plainBase64(s); ok {
		return data, nil
	}
	s = bytes.Map(func(r rune) rune {
		switch r {
		case '\n', '\r', ' ', '\t':
			return -1
		case '-':
			return '+'
		case '_':
			return '/'
		}
		return r
	}, s)
	return base64.RawStdEncoding.AppendDecode(nil, bytes.TrimRight(s, "="))
}

// plainBase64 decodes base64 as nearly everybody writes it: the usual alphabet and nothing else, with or without padding.
func plainBase64(s []byte) (data []byte, ok bool) {
	s = bytes.TrimRight(s, "=")
	data = make([]byte, base64.RawStdEncoding.DecodedLen(len(s)))
	done := 0
	// Eight characters at a time; the eight bytes that are written, two too many, are within data while there is more to come.
	for in, out := s, data; len(in) >= 8 && len(out) >= 8; in, out = in[8:], out[6:] {
		p := in[:8]
		high := sextets[0][p[0]] | sextets[1][p[1]] | sextets[2][p[2]] | sextets[3][p[3]]
		low := sextets[0][p[4]] | sextets[1][p[5]] | sextets[2][p[6]] | sextets[3][p[7]]
		if (high|low)&noSextet != 0 {
			return nil, false
		}
		binary.BigEndian.PutUint64(out, uint64(high)<<40|uint64(low)<<16)
		done += 8
	}
	_, err := base64.RawStdEncoding.Decode(data[done/4*3:], s[done:])
	return data, err == nil && !bytes.ContainsAny(s[done:], "\r\n") // which encoding/base64 passes over
}

const noSextet = 1 << 31

// sextets is what a character of base64 stands for in each of the four places of a group. Four tables need no shifts, which makes them half again
// as fast as the one of encoding/base64.
var sextets = func() (tables [4][256]uint32) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for place := range tables {
		for c := range tables[place] {
			tables[place][c] = noSextet
		}
		for value, c := range []byte(alphabet) {
			tables[place][c] = uint32(value) << (18 - 6*place)
		}
	}
	return tables
}()

// sniffContentType knows the images by their first bytes; "" for anything else.
func sniffContentType(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return "image/jpeg"
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return "image/png"
	case len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return "image/webp"
	case bytes.HasPrefix(data, []byte("GIF87a")), bytes.HasPrefix(data, []byte("GIF89a")):
		return "image/gif"
	}
	return ""
}

package chutes

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math/bits"
	"slices"
	"strconv"
	"unicode/utf8"
)

// cursor reads JSON once, from front to back, and checks it on the way. What is asked for is decoded, everything else is passed over: the
// answers keep their bytes, so that what no type knows can be looked up later. A value of another type than asked for leaves its destination
// as it was, and of two equal names the last one counts. A cursor is used once; recent may be shared by many.
type cursor struct {
	data    []byte
	i       int
	depth   int
	deepest int  // the largest depth so far
	fresh   bool // an object or array was just opened
	failed  bool // the bytes are no JSON
	// reported says that the outermost object has an "error" that is not null.
	reported bool
	// odd says that there was something that no type holds: a field that it does not know, or a value of another type; but for null.
	odd    bool
	key    []byte
	recent *recent // may be nil
}

// readable is a type that reads itself; those of the document are generated.
type readable interface{ read(c *cursor) }

// maxJSONDepth bounds how deep JSON may be nested, as in encoding/json.
const maxJSONDepth = 10000

func (c *cursor) fail() { c.failed, c.i = true, len(c.data) }

// peek is the first byte of what comes next; 0 at the end.
func (c *cursor) peek() byte {
	for ; c.i < len(c.data); c.i++ {
		if b := c.data[c.i]; b > ' ' || b != ' ' && b != '\n' && b != '\t' && b != '\r' {
			return b
		}
	}
	return 0
}

// end says whether all of it was JSON and nothing comes after it.
func (c *cursor) end() bool { return c.peek() == 0 && c.i == len(c.data) && !c.failed }

func (c *cursor) enter() {
	c.i++
	c.fresh = true
	c.depth++
	if c.deepest = max(c.deepest, c.depth); c.depth > maxJSONDepth {
		c.fail()
	}
}

// open goes into an object and returns where it begins; anything else is passed over.
func (c *cursor) open() (from int, ok bool) {
	if c.peek() != '{' {
		c.other()
		return 0, false
	}
	from = c.i
	c.enter()
	return from, true
}

// more goes past a comma to the next thing, or past the bracket that ends it.
func (c *cursor) more(end byte) bool {
	b := c.peek()
	switch {
	case b == end && !c.failed:
		c.i++
		c.depth--
		c.fresh = false
		return false
	case c.fresh:
		c.fresh = false
	case b == ',':
		c.i++
	default:
		c.fail()
	}
	return !c.failed
}

// field goes to the value of the next field, whose name is in key; false at the end of the object.
func (c *cursor) field() bool {
	if !c.plainField() {
		if !c.more('}') {
			return false
		}
		if c.peek() != '"' {
			c.fail()
			return false
		}
		if c.key = c.textBytes(); c.peek() != ':' {
			c.fail()
			return false
		}
		c.i++
	}
	if c.depth == 1 && string(c.key) == "error" {
		c.reported = c.peek() != 'n'
	}
	return true
}

// plainField is field where there is no white space and the name is plain, as servers write; else it changes nothing.
func (c *cursor) plainField() bool {
	data, i := c.data, c.i
	if !c.fresh && i < len(data) && data[i] == ',' {
		i++
	} else if !c.fresh {
		return false
	}
	if i >= len(data) || data[i] != '"' {
		return false
	}
	end := plainEnd(data, i+1)
	if end+1 >= len(data) || data[end] != '"' || data[end+1] != ':' {
		return false
	}
	c.fresh = false
	c.key, c.i = data[i+1:end], end+2
	return true
}

// items goes into an array; anything else is passed over.
func (c *cursor) items() bool {
	if c.peek() != '[' {
		c.other()
		return false
	}
	c.enter()
	return true
}

// item goes to the next value of an array; false at its end.
func (c *cursor) item() bool { return c.more(']') }

// skip passes over a value.
func (c *cursor) skip() {
	switch b := c.peek(); b {
	case '{':
		for c.enter(); c.field(); {
			c.skip()
		}
	case '[':
		for c.enter(); c.item(); {
			c.skip()
		}
	case '"':
		c.quoted()
	case 't':
		c.word("true")
	case 'f':
		c.word("false")
	case 'n':
		c.word("null")
	default:
		c.number()
	}
}

func (c *cursor) word(word string) {
	if len(c.data)-c.i < len(word) || string(c.data[c.i:c.i+len(word)]) != word {
		c.fail()
		return
	}
	c.i += len(word)
}

// value passes over a value and returns its bytes.
func (c *cursor) value() json.RawMessage {
	c.peek()
	from := c.i
	c.skip()
	return slices.Clip(c.since(from))
}

// since returns the bytes from there to here. Their capacity tells where they stand; it is for nobody to write to.
func (c *cursor) since(from int) json.RawMessage { return c.data[from:c.i] }

// number passes over a number; whole is true when it has neither fraction nor exponent.
func (c *cursor) number() (digits []byte, whole bool) {
	from := c.i
	if c.at('-') {
		c.i++
	}
	if c.at('0') {
		c.i++
	} else {
		c.digits()
	}
	whole = true
	if c.at('.') {
		c.i++
		whole = false
		c.digits()
	}
	if c.at('e') || c.at('E') {
		c.i++
		whole = false
		if c.at('+') || c.at('-') {
			c.i++
		}
		c.digits()
	}
	if c.failed {
		return nil, false
	}
	return c.data[from:c.i], whole
}

func (c *cursor) at(b byte) bool { return c.i < len(c.data) && c.data[c.i] == b }

func (c *cursor) digits() {
	from := c.i
	for c.i < len(c.data) && c.data[c.i]-'0' <= 9 {
		c.i++
	}
	if c.i == from {
		c.fail()
	}
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// plainEnd is the place of the first byte from i on that is no plain character of a string: a quote, a backslash, a control character, or one
// beyond ASCII.
func plainEnd(data []byte, i int) int {
	for ; i+8 <= len(data); i += 8 {
		w := binary.LittleEndian.Uint64(data[i:])
		// A high bit is set where a byte is one of these; what borrows may add stands above the first one.
		if hit := (w | ((w ^ ones*'"') - ones) | ((w ^ ones*'\\') - ones) | (w - ones*' ')) & highs; hit != 0 {
			return i + bits.TrailingZeros64(hit)/8
		}
	}
	for i < len(data) && data[i] != '"' && data[i] != '\\' && data[i] >= ' ' && data[i] < utf8.RuneSelf {
		i++
	}
	return i
}

// quoted passes over a string and returns what stands between its quotes; plain is false where that is not its text as it is.
func (c *cursor) quoted() (body []byte, plain bool) {
	from := c.i + 1
	ascii, plain := true, true
	for c.i = plainEnd(c.data, from); !c.at('"'); c.i = plainEnd(c.data, c.i) {
		if c.i < len(c.data) && c.data[c.i] >= utf8.RuneSelf {
			ascii = false
			for c.i++; c.i < len(c.data) && c.data[c.i] >= utf8.RuneSelf; c.i++ {
			}
		} else if plain = false; !c.escape() {
			return nil, true
		}
	}
	body = c.data[from:c.i]
	c.i++
	return body, plain && (ascii || utf8.Valid(body))
}

// escape passes over one escape.
func (c *cursor) escape() bool {
	length := 2
	if !c.at('\\') {
		c.fail()
		return false
	}
	if c.i+1 < len(c.data) && c.data[c.i+1] == 'u' {
		length = 6
	}
	if c.i+length > len(c.data) || length == 2 && bytes.IndexByte([]byte(`"\/bfnrt`), c.data[c.i+1]) < 0 {
		c.fail()
		return false
	}
	for _, b := range c.data[c.i+2 : c.i+length] {
		if b-'0' > 9 && (b|0x20)-'a' > 5 {
			c.fail()
			return false
		}
	}
	c.i += length
	return true
}

// unescape is the text of what stands between quotes.
func unescape(body []byte) string {
	if !utf8.Valid(body) || bytes.Contains(body, []byte(`\u`)) {
		var s string
		_ = json.Unmarshal(append(append([]byte{'"'}, body...), '"'), &s)
		return s
	}
	out := make([]byte, 0, len(body))
	for {
		at := bytes.IndexByte(body, '\\')
		if at < 0 {
			return string(append(out, body...))
		}
		b := body[at+1]
		if i := bytes.IndexByte([]byte("bfnrt"), b); i >= 0 {
			b = "\b\f\n\r\t"[i]
		}
		out = append(append(out, body[:at]...), b)
		body = body[at+2:]
	}
}

// recent keeps the text that each field had last: in a stream and in a list it is often the same one again. Fields may share a place.
type recent [16]string

// maxKept bounds the texts that are kept; longer ones hardly come twice.
const maxKept = 64

func (r *recent) keep(key, body []byte) string {
	if r == nil || len(key) == 0 || len(body) > maxKept {
		return string(body)
	}
	last := &r[(len(key)^int(key[0])^int(key[len(key)-1])<<1)%len(r)]
	if *last != string(body) {
		*last = string(body)
	}
	return *last
}

// text reads a string.
func (c *cursor) text(dst *string) {
	if c.peek() != '"' {
		c.other()
		return
	}
	if body, plain := c.quoted(); plain {
		*dst = c.recent.keep(c.key, body)
	} else {
		*dst = unescape(body)
	}
}

// textBytes reads a string without copying it, where it can; nil for anything else.
func (c *cursor) textBytes() []byte {
	if c.peek() != '"' {
		c.skip()
		return nil
	}
	body, plain := c.quoted()
	if !plain {
		body = []byte(unescape(body))
	}
	return body
}

// base64 reads a string that should be base64. Where it is, as nearly everybody writes it, its bytes are looked at by the decoder alone; else data
// is nil, and text for others to read.
func (c *cursor) base64() (text, data []byte) {
	if c.peek() == '"' {
		from := c.i + 1
		end := bytes.IndexByte(c.data[from:], '"')
		if end >= 0 && !bytes.HasPrefix(c.data[from:], []byte("data:")) {
			text = c.data[from : from+end]
			if data, ok := plainBase64(text); ok {
				c.i = from + end + 1
				return text, data
			}
		}
	}
	return c.textBytes(), nil
}

// small reads the digits of a number that any type holds; most are.
func small(digits []byte) (n int64, ok bool) {
	for _, b := range digits {
		n = n*10 + int64(b-'0')
	}
	return n, len(digits) <= 15 && digits[0] != '-'
}

// int64 reads a whole number.
func (c *cursor) int64(dst *int64) bool {
	if b := c.peek(); b != '-' && b-'0' > 9 {
		c.other()
		return false
	}
	digits, whole := c.number()
	if !whole {
		c.odd = true
		return false
	}
	if n, ok := small(digits); ok {
		*dst = n
		return true
	}
	n, err := strconv.ParseInt(string(digits), 10, 64)
	if err != nil {
		c.odd = true
		return false
	}
	*dst = n
	return true
}

// int reads a whole number that fits.
func (c *cursor) int(dst *int) bool {
	var n int64
	if !c.int64(&n) || int64(int(n)) != n {
		return false
	}
	*dst = int(n)
	return true
}

// float reads a number.
func (c *cursor) float(dst *float64) bool {
	if b := c.peek(); b != '-' && b-'0' > 9 {
		c.other()
		return false
	}
	digits, whole := c.number()
	if c.failed {
		return false
	}
	if n, ok := small(digits); ok && whole && n > 0 {
		*dst = float64(n)
		return true
	}
	n, err := strconv.ParseFloat(string(digits), 64)
	if err != nil {
		c.odd = true
		return false
	}
	*dst = n
	return true
}

func (c *cursor) bool(dst *bool) bool {
	b := c.peek()
	if c.skip(); b != 't' && b != 'f' {
		return false
	}
	*dst = b == 't'
	return true
}

// raw keeps a value as it stands.
func (c *cursor) raw(dst *json.RawMessage) { *dst = c.value() }

// other passes over what no type holds.
func (c *cursor) other() {
	c.odd = c.odd || c.peek() != 'n'
	c.skip()
}

// extra keeps a field that the type does not know.
func (c *cursor) extra(dst *map[string]json.RawMessage) {
	name := string(c.key)
	if *dst == nil {
		*dst = map[string]json.RawMessage{}
	}
	(*dst)[name] = bytes.Clone(c.value())
}

// object reads a type that reads itself.
func object[T any, P interface {
	*T
	readable
}](c *cursor, dst *T) {
	P(dst).read(c)
}

// custom reads a type that is its own decoder.
func custom[T any, P interface {
	*T
	json.Unmarshaler
}](c *cursor, dst *T) {
	if raw := c.value(); !c.failed {
		_ = P(dst).UnmarshalJSON(raw)
	}
}

// pointer reads a value that may be absent.
func pointer[T any](c *cursor, dst **T, read func(*cursor, *T) bool) {
	if v := new(T); read(c, v) {
		*dst = v
	}
}

// list reads an array.
func list[T any](c *cursor, dst *[]T, read func(*cursor, *T)) {
	if !c.items() {
		return
	}
	if *dst == nil {
		*dst = []T{}
	}
	for *dst = (*dst)[:0]; c.item(); {
		*dst = append(*dst, *new(T))
		read(c, &(*dst)[len(*dst)-1])
	}
}

// table reads an object whose names are data.
func table[T any](c *cursor, dst *map[string]T, read func(*cursor, *T)) {
	if _, ok := c.open(); !ok {
		return
	}
	for *dst = map[string]T{}; c.field(); {
		name, v := string(c.key), *new(T)
		read(c, &v)
		(*dst)[name] = v
	}
}

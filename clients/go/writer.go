package chutes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// writer writes the JSON of a request in one go, as the cursor reads that of an answer: encoding/json would write each object within another one,
// check it, and copy it. What comes out is the same.
type writer struct {
	b   []byte
	err error // the first one; what stands in b is of no use then
}

// writable is what the generated requests are.
type writable interface{ write(w *writer) }

// maxKeptBuffer bounds what a large request leaves behind.
const maxKeptBuffer = 64 << 10

var writers = sync.Pool{New: func() any { return new(writer) }}

// written is the JSON of a request, for encoding/json as well.
func written(v writable) ([]byte, error) {
	w := writers.Get().(*writer)
	w.b, w.err = w.b[:0], nil
	v.write(w)
	if w.err != nil {
		return nil, w.err // not kept: whoever panics or fails leaves nothing to the next one
	}
	data := bytes.Clone(w.b)
	if cap(w.b) <= maxKeptBuffer {
		writers.Put(w)
	}
	return data, nil
}

var packagePath = reflect.TypeFor[writer]().PkgPath()

// isRequest says whether v is one of our own requests. A caller's type that embeds one has its method, too, and may want to be written another way.
func isRequest(v writable) bool {
	r := reflect.ValueOf(v)
	return r.Kind() == reflect.Pointer && !r.IsNil() && r.Type().Elem().PkgPath() == packagePath
}

// fail keeps the first error, with the place where it is.
func (w *writer) fail(err error) {
	if w.err != nil {
		return
	}
	if w.err = err; len(w.b) > 0 {
		if place := openPlace(w.b); place != "" {
			w.err = fmt.Errorf("%s: %w", place, err)
		}
	}
}

// openPlace is the place in a document at which the text that has been written of it ends, such as messages[1].content.
func openPlace(written []byte) string {
	type level struct {
		list  bool
		index int
		name  string // of the field that is being written
	}
	var open []level
	for i := 0; i < len(written); i++ {
		switch c := written[i]; c {
		case '{', '[':
			open = append(open, level{list: c == '['})
		case '}', ']':
			open = open[:len(open)-1]
		case ',':
			open[len(open)-1].index++
		case '"':
			from := i + 1
			for i++; i < len(written) && written[i] != '"'; i++ {
				if written[i] == '\\' {
					i++
				}
			}
			if i+1 < len(written) && written[i+1] == ':' {
				open[len(open)-1].name = string(written[from:i])
			}
		}
	}
	var b strings.Builder
	for _, l := range open {
		switch {
		case l.list:
			fmt.Fprintf(&b, "[%d]", l.index)
		case b.Len() > 0:
			b.WriteString("." + l.name)
		default:
			b.WriteString(l.name)
		}
	}
	return b.String()
}

// open begins an object and says where.
func (w *writer) open() (from int) {
	w.b = append(w.b, '{')
	return len(w.b) - 1
}

// key begins a field; its name needs no escapes.
func (w *writer) key(name string) {
	if w.b[len(w.b)-1] != '{' {
		w.b = append(w.b, ',')
	}
	w.b = append(append(append(w.b, '"'), name...), '"', ':')
}

// close ends the object that began there. Extra fields replace those of the same name.
func (w *writer) close(from int, extra map[string]json.RawMessage) {
	if w.b = append(w.b, '}'); len(extra) == 0 || w.err != nil {
		return
	}
	fields := make(map[string]any, len(extra))
	for name, value := range extra {
		fields[name] = value
	}
	merged, err := mergeFields(bytes.Clone(w.b[from:]), fields)
	if err != nil {
		w.fail(err)
		return
	}
	w.b = append(w.b[:from], merged...)
}

func (w *writer) bool(v *bool)   { w.b = strconv.AppendBool(w.b, *v) }
func (w *writer) int(v *int)     { w.b = strconv.AppendInt(w.b, int64(*v), 10) }
func (w *writer) int64(v *int64) { w.b = strconv.AppendInt(w.b, *v, 10) }

// float writes a number as encoding/json does.
func (w *writer) float(v *float64) {
	size := math.Abs(*v)
	switch {
	case math.IsNaN(size) || math.IsInf(size, 0):
		w.fail(&json.UnsupportedValueError{Value: reflect.ValueOf(*v), Str: strconv.FormatFloat(*v, 'g', -1, 64)})
	case size != 0 && (size < 1e-6 || size >= 1e21):
		w.other(*v) // with an exponent
	default:
		w.b = strconv.AppendFloat(w.b, *v, 'f', -1, 64)
	}
}

func (w *writer) text(v *string) {
	from := len(w.b)
	w.b = append(append(append(w.b, '"'), *v...), '"')
	if plainEnd(w.b, from+1) != len(w.b)-1 {
		w.b = w.b[:from]
		w.other(*v)
	}
}

// raw writes free JSON, compact. Text that is no JSON is an error.
func (w *writer) raw(v *json.RawMessage) {
	raw := *v
	if raw == nil {
		w.b = append(w.b, "null"...)
		return
	}
	if last := len(raw) - 1; last > 0 && raw[0] == '"' && raw[last] == '"' && plainEnd(raw, 1) == last {
		w.b = append(w.b, raw...)
		return
	}
	b := bytes.NewBuffer(w.b)
	if err := json.Compact(b, raw); err != nil {
		w.fail(fmt.Errorf("no JSON (%w); chutes.JSON writes a value as JSON", err))
		return
	}
	w.b = b.Bytes()
}

// other writes what encoding/json knows better.
func (w *writer) other(v any) {
	data, err := encoded(v)
	if err != nil {
		w.fail(err)
	}
	w.b = append(w.b, data...)
}

// nested writes an object within another one.
func nested[T any, P interface {
	*T
	writable
}](w *writer, v *T) {
	P(v).write(w)
}

// writeOpt writes a value that is there, or null.
func writeOpt[T any](w *writer, v *Opt[T], one func(*writer, *T)) {
	if v.state != optSet {
		w.b = append(w.b, "null"...)
		return
	}
	one(w, &v.value)
}

// writeList writes an array; nil is null.
func writeList[T any](w *writer, items *[]T, one func(*writer, *T)) {
	if *items == nil {
		w.b = append(w.b, "null"...)
		return
	}
	w.b = append(w.b, '[')
	for i := range *items {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		one(w, &(*items)[i])
	}
	w.b = append(w.b, ']')
}

// writeItems is writeList for an array that must be there: nil is none.
func writeItems[T any](w *writer, items *[]T, one func(*writer, *T)) {
	if *items == nil {
		w.b = append(w.b, '[', ']')
		return
	}
	writeList(w, items, one)
}

// isZero says whether an object would be left out: nothing in it has been set.
func isZero[T any](v *T) bool { return reflect.ValueOf(v).Elem().IsZero() }

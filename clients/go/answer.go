package chutes

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
)

// What all answers have in common when they are written: a relay hands them on, a cache keeps them, a person prints them.

// answer is a pointer to a struct that holds an [Answer].
type answer interface {
	rawHolder
	readable
}

// marshalAnswer writes the object as it came, with the fields that the caller has changed since. An answer that was made by hand has its fields only.
func marshalAnswer(v answer) ([]byte, error) {
	raw, now := v.Raw(), reflect.ValueOf(v).Elem()
	was := reflect.New(now.Type())
	if raw != nil {
		if err := readAnswer(raw, was.Interface().(answer)); err != nil {
			return nil, err
		}
	}
	changed, written := map[string]any{}, objectBuilder{}
	for _, f := range reflect.VisibleFields(now.Type()) {
		name, more, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		value := now.FieldByIndex(f.Index)
		switch {
		case raw == nil && more == "omitzero" && value.IsZero():
		case raw != nil && reflect.DeepEqual(value.Interface(), was.Elem().FieldByIndex(f.Index).Interface()):
		default:
			data, err := marshal(value.Interface())
			if err != nil {
				return nil, err
			}
			changed[name] = json.RawMessage(data)
			written.raw(name, data)
		}
	}
	switch {
	case raw == nil:
		return written.done(), nil
	case len(changed) == 0:
		return raw, nil
	}
	return mergeFields(raw, changed)
}

// unmarshalAnswer reads an answer that was kept as JSON. A field of another type than expected is left out, as when it came.
func unmarshalAnswer(data []byte, v answer) error {
	if isNull(data) {
		return nil
	}
	reflect.ValueOf(v).Elem().SetZero()
	return readAnswer(bytes.Clone(data), v)
}

func readAnswer(data []byte, v answer) error {
	c := cursor{data: data}
	if c.peek() != '{' {
		return &json.UnmarshalTypeError{Value: "a value", Type: reflect.TypeOf(v).Elem()}
	}
	v.read(&c)
	if !c.end() {
		return errors.New("chutes: the answer is not valid JSON")
	}
	if n, ok := v.(normalizer); ok {
		n.normalize()
	}
	return nil
}

// namedSecrets are credentials in an answer, told by their name: not all have a shape of their own.
var namedSecrets = regexp.MustCompile(`("(?:secret_key|client_secret|access_token|refresh_token|api_key)"\s*:\s*")(?:[^"\\]|\\.)+"`)

// formatAnswer prints an answer as JSON, by every verb, without the credentials in it: whoever wants them has the fields.
func formatAnswer(f fmt.State, v answer) {
	data, err := marshalAnswer(v)
	formatJSON(f, data, err)
}

func formatJSON(f fmt.State, data []byte, err error) {
	if err != nil {
		data = []byte(err.Error())
	}
	_, _ = f.Write([]byte(redact(namedSecrets.ReplaceAllString(string(data), "${1}"+Mask+`"`), nil)))
}

// MarshalJSON writes the page as it came, with the items as they are now.
func (p Page[T]) MarshalJSON() ([]byte, error) {
	if p.raw != nil {
		return mergeFields(p.Raw(), map[string]any{"items": p.Items})
	}
	return marshal(map[string]any{"items": p.Items, "total": p.Total, "page": p.Page, "limit": p.Limit})
}

// Format prints the JSON, credentials masked.
func (p Page[T]) Format(f fmt.State, _ rune) {
	data, err := p.MarshalJSON()
	formatJSON(f, data, err)
}

// MarshalJSON writes the completion with the value beside it, as parsed.
func (p ParsedCompletion[T]) MarshalJSON() ([]byte, error) {
	data := []byte("{}")
	if p.ChatCompletion != nil {
		var err error
		if data, err = p.ChatCompletion.MarshalJSON(); err != nil {
			return nil, err
		}
	}
	return mergeFields(data, map[string]any{"parsed": p.Parsed})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (p *ParsedCompletion[T]) UnmarshalJSON(data []byte) error {
	p.ChatCompletion = new(ChatCompletion)
	if parsed := fieldOf(data, "parsed"); parsed != nil {
		if err := json.Unmarshal(parsed, &p.Parsed); err != nil {
			return err
		}
	}
	return p.ChatCompletion.UnmarshalJSON(data)
}

// Format prints the JSON, credentials masked.
func (p ParsedCompletion[T]) Format(f fmt.State, _ rune) {
	data, err := p.MarshalJSON()
	formatJSON(f, data, err)
}

// Format prints the JSON, credentials masked.
func (e TraceEntry) Format(f fmt.State, _ rune) { formatJSON(f, rawOrNull(e.raw), nil) }

// Format prints the JSON, credentials masked.
func (e TraceFailure) Format(f fmt.State, _ rune) { formatJSON(f, rawOrNull(e.raw), nil) }

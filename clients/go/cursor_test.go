package chutes

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode"
)

// FuzzValidJSON: what is JSON is decided as encoding/json does.
func FuzzValidJSON(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,-0.5e+3,true,false,null,"x\u00e9\n"]}`, `[1,]`, `{,}`, `{"a":1,}`, `[01]`, `[1.]`, `[-]`, `[.5]`, `["\x"]`, `["\u12"]`, "[\"\x01\"]", "[\"a\xff\"]", `tru`, `"`, `"\`, `{"a"1}`,
		`{"a":1 "b":2}`, `[1 2]`, ` [ ] `, `{}x`, `[]]`, ``, ` `, "\u00a01", `"12345678\u00`, `{"aaaaaaaaaaaaaaaaaaaaaaa":"bbbbbbbbbbbbbbbbbbb\"bbbbbbb"}`, strings.Repeat("[", 10001), `1e`, `1e+`, `-01`, "\x00",
		`{"data":[{"embedding":[-]}]}`, `{"data":[{"embedding":[1.],"index":-}]}`, `{"usage":{"total_tokens":-}}`, `{"created":-`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, want := validJSON(data), json.Valid(data); got != want {
			t.Fatalf("%q: %v, want %v", data, got, want)
		}
		_, _ = decode[EmbeddingList](data, nil) // what is no JSON is no reason to panic
		_, _ = decode[ChatCompletionChunk](data, nil)
		_, _ = decode[Chute](data, nil)
	})
}

func TestNestingIsBounded(t *testing.T) {
	for _, depth := range []int{maxJSONDepth, maxJSONDepth + 1} {
		data := []byte(strings.Repeat("[", depth) + strings.Repeat("]", depth))
		if got, want := validJSON(data), json.Valid(data); got != want || want != (depth == maxJSONDepth) {
			t.Errorf("%d levels: %v, encoding/json says %v", depth, got, want)
		}
	}
}

// FuzzChunk: the types read themselves to what encoding/json makes of the same bytes, but for what the clients decided otherwise: names in another
// case are other names, and of two equal names the last one counts.
func FuzzChunk(f *testing.F) {
	for _, seed := range []string{
		`{"id":"c-1","object":"chat.completion.chunk","created":1763700000,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":" the"},"logprobs":null,"finish_reason":null,"token_ids":null}],"usage":null}`,
		`{"id":7,"created":"x","model":null,"choices":[{"index":1.0,"delta":{"content":"\ud83d\ude00 \ud83d \"\\\/\b\f\n\r\t","tool_calls":[{"index":0,"id":"t","type":"function","function":{"name":"f","arguments":"{\"a\":","x":1},"y":null}]}},null,3,"x"]}`,
		`{"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":1e2,"total_tokens":30,"prompt_tokens_details":{"cached_tokens":3}},"system_fingerprint":"f"}`,
		`{"choices":null,"created":1.5e3,"usage":[]}`, `{"choices":{},"usage":{"prompt_tokens":99999999999999999999}}`, "{\"id\":\"a\xffb\xe2\x82\"}", `{"\u0069d":"x"}`, ` { "id" : "x" } `, `{"choices":[{"delta":null,"finish_reason":"stop"}]}`,
		`{"choices":[{"delta":{"tool_calls":[{"index":null},{"index":"0"},{"function":null},null]}}]}`, `{"created":1e999,"id":true}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if !json.Valid(data) || firstByteOf(data) != '{' || ambiguous(data) {
			t.Skip()
		}
		compare[ChatCompletionChunk](t, data)
		compare[ChatCompletion](t, data)
		compare[TextCompletion](t, data)
		compare[Chute](t, data)
	})
}

// FuzzAddPlain: the short way of a chunk into the accumulator leads where the long one does.
func FuzzAddPlain(f *testing.F) {
	for _, seed := range []string{
		`{"id":"c","choices":[{"index":0,"delta":{"content":"b"},"logprobs":null,"finish_reason":null,"token_ids":null}],"usage":null}`,
		`{"choices":[{"index":0,"delta":{"content":"b","refusal":5}}],"usage":5}`, `{"choices":[{"index":0.5,"delta":{"content":"b"}}]}`, `{"choices":[{"delta":{"content":"b","x":1}}],"system_fingerprint":7}`,
		`{"choices":[{"index":1,"delta":{"content":"b"}}]}`, `{"choices":[{"index":0,"delta":{"content":"b"},"logprobs":{"content":[1]},"finish_reason":"stop"}],"service_tier":"x"}`, `{"choices":[{"index":0,"delta":{"content":"b"},"text":"c"}]}`,
		`{"choices":[{"index":0,"delta":{"content":"b"},"message":{"content":"c"}}]}`, `{"choices":[{"index":0,"delta":{"content":"b","tool_calls":[]}}],"created":"x"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if !json.Valid(data) || firstByteOf(data) != '{' || ambiguous(data) {
			t.Skip()
		}
		const begin = `{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"a"}}]}`
		var long, short Accumulator
		long.Add([]byte(begin))
		long.Add(data)
		short.Add([]byte(begin))
		c, v := cursor{data: data}, new(ChatCompletionChunk)
		if v.read(&c); c.odd || !short.addPlain(v) {
			short.Add(data)
		}
		if got, want := string(short.Snapshot()), string(long.Snapshot()); got != want || short.Complete() != long.Complete() {
			t.Fatalf("%s:\n%s\nwant\n%s", data, got, want)
		}
	})
}

// ambiguous says whether a name comes twice in an object, or in another case than usual.
func ambiguous(data []byte) bool {
	seen, found := map[string]bool{}, false
	eachField(data, func(key string, value json.RawMessage) bool {
		found = found || seen[key] || ambiguous(value) || strings.ContainsFunc(key, func(r rune) bool { return unicode.ToLower(r) != r || r >= 0x80 })
		seen[key] = true
		return true
	})
	eachItem(data, func(value json.RawMessage) { found = found || ambiguous(value) })
	return found
}

// compare reads with the cursor, and with encoding/json into a type that has the same fields and none of our methods.
func compare[T any](t *testing.T, data []byte) {
	t.Helper()
	got, err := decode[T](data, nil)
	if err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	want := reflect.New(plainType(reflect.TypeFor[T]()))
	if err := lenient(json.Unmarshal(data, want.Interface())); err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	plain := reflect.New(want.Type().Elem())
	copyPlain(plain.Elem(), reflect.ValueOf(got).Elem())
	stripped(plain.Elem())
	stripped(want.Elem())
	if !reflect.DeepEqual(plain.Interface(), want.Interface()) {
		t.Fatalf("%s:\n%+v\nwant\n%+v", data, plain, want)
	}
}

// plainType is a type without the answers' part and methods.
func plainType(t reflect.Type) reflect.Type {
	switch t.Kind() {
	case reflect.Slice, reflect.Pointer, reflect.Map:
		if plainType(t.Elem()) == t.Elem() {
			return t
		}
	}
	switch t.Kind() {
	case reflect.Struct:
		if !reflect.PointerTo(t).Implements(reflect.TypeFor[answer]()) {
			return t
		}
		var fields []reflect.StructField
		for i := range t.NumField() {
			if f := t.Field(i); !f.Anonymous {
				fields = append(fields, reflect.StructField{Name: f.Name, Type: plainType(f.Type), Tag: f.Tag})
			}
		}
		return reflect.StructOf(fields)
	case reflect.Slice:
		return reflect.SliceOf(plainType(t.Elem()))
	case reflect.Pointer:
		return reflect.PointerTo(plainType(t.Elem()))
	case reflect.Map:
		return reflect.MapOf(t.Key(), plainType(t.Elem()))
	}
	return t
}

// copyPlain fills a value of the plain type.
func copyPlain(to, from reflect.Value) {
	switch {
	case to.Type() == from.Type():
		to.Set(from)
	case from.Kind() == reflect.Struct:
		for i := range to.NumField() {
			copyPlain(to.Field(i), from.FieldByName(to.Type().Field(i).Name))
		}
	case from.Kind() == reflect.Slice && !from.IsNil():
		to.Set(reflect.MakeSlice(to.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			copyPlain(to.Index(i), from.Index(i))
		}
	case from.Kind() == reflect.Pointer && !from.IsNil():
		to.Set(reflect.New(to.Type().Elem()))
		copyPlain(to.Elem(), from.Elem())
	case from.Kind() == reflect.Map && !from.IsNil():
		to.Set(reflect.MakeMap(to.Type()))
		for key, value := range from.Seq2() {
			inner := reflect.New(to.Type().Elem()).Elem()
			copyPlain(inner, value)
			to.SetMapIndex(key, inner)
		}
	case from.Kind() != reflect.Slice && from.Kind() != reflect.Pointer && from.Kind() != reflect.Map:
		to.Set(from.Convert(to.Type()))
	}
}

// stripped takes away what encoding/json does not set (the bytes kept of each object) and what it sets for a value of a wrong type (a pointer).
func stripped(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Answer]() {
			v.SetZero()
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				stripped(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			stripped(v.Index(i))
		}
	case reflect.Pointer:
		if !v.IsNil() && v.Elem().IsZero() {
			v.SetZero()
		}
	}
}

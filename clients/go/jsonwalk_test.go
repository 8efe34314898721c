package chutes

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
)

// walk rebuilds a value through the walker, to be compared with encoding/json.
func walk(data json.RawMessage) any {
	switch firstByteOf(data) {
	case '{':
		out := map[string]any{}
		eachField(data, func(key string, value json.RawMessage) bool { out[key] = walk(value); return true })
		return out
	case '[':
		out := []any{}
		eachItem(data, func(value json.RawMessage) { out = append(out, walk(value)) })
		return out
	}
	var v any
	_ = json.Unmarshal(data, &v)
	return v
}

func FuzzWalk(f *testing.F) {
	for _, seed := range []string{
		`{"a":1,"b":[true,null,{"c":"d\"}]"}],"e":-1.5e3}`, " [ 1 , 2 ] ", `{}`, `[]`, `"x"`, `{"\u0061\"":"\\","a":[[[]]]}`, `{"a":1,"a":2}`, "{\"\xf6\":\"\xe2\x82\"}", "{\n\t\"x\" : \"y\" ,\r\"z\":{ } }",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var want any
		if !json.Valid(data) || json.Unmarshal(data, &want) != nil {
			t.Skip()
		}
		if got := walk(data); !reflect.DeepEqual(got, want) {
			t.Fatalf("%s: %v, want %v", data, got, want)
		}
	})
}

func TestFieldOf(t *testing.T) {
	data := []byte(`{"a":null,"b":{"c":1},"b":2}`)
	if fieldOf(data, "a") != nil || string(fieldOf(data, "b")) != "2" || fieldOf(data, "z") != nil || fieldOf([]byte("[]"), "a") != nil || fieldOf(nil, "a") != nil {
		t.Error("fieldOf")
	}
}

// The walker is only given valid JSON, but must not panic or hang on anything else.
func TestWalkBrokenInput(t *testing.T) {
	whole := []byte(`{"a":[1,{"b":"c\\\""}],"d":"e"}`)
	for i := range whole {
		walk(whole[:i])
		walk(whole[i:])
		walk(bytes.ReplaceAll(whole, whole[i:i+1], []byte("{")))
	}
}

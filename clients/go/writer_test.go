package chutes

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// requestTypes are the generated types that are sent: whatever a method of a service takes, and what stands in it.
func requestTypes() []reflect.Type {
	found := map[reflect.Type]bool{}
	var look func(t reflect.Type)
	look = func(t reflect.Type) {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			look(t.Elem())
		case reflect.Struct:
			if t.PkgPath() != packagePath || found[t] {
				return
			}
			if found[t] = reflect.PointerTo(t).Implements(reflect.TypeFor[writable]()); !found[t] {
				defer delete(found, t)
				found[t] = true // looked at
			}
			for i := range t.NumField() {
				look(t.Field(i).Type)
			}
			for i := range reflect.PointerTo(t).NumMethod() {
				method := reflect.PointerTo(t).Method(i).Type
				for k := 1; k < method.NumIn(); k++ {
					look(method.In(k))
				}
			}
		}
	}
	look(reflect.TypeFor[Client]())
	return slices.SortedFunc(maps.Keys(found), func(a, b reflect.Type) int { return strings.Compare(a.Name(), b.Name()) })
}

// byReflection is the JSON of a request as encoding/json writes it: its fields in a type without methods, extra ones merged.
func byReflection(v reflect.Value) ([]byte, error) {
	var fields []reflect.StructField
	for i := range v.NumField() {
		fields = append(fields, v.Type().Field(i))
	}
	plain := reflect.New(reflect.StructOf(fields)).Elem()
	plain.Set(v.Convert(plain.Type()))
	for i, f := range fields {
		if f.Type.Kind() == reflect.Slice && f.Type != reflect.TypeFor[json.RawMessage]() && !strings.Contains(f.Tag.Get("json"), "omitzero") && plain.Field(i).IsNil() {
			plain.Field(i).Set(reflect.MakeSlice(f.Type, 0, 0))
		}
	}
	data, err := encoded(plain.Interface())
	extra := v.FieldByName("Extra").Interface().(map[string]json.RawMessage)
	if err != nil || len(extra) == 0 {
		return data, err
	}
	more := map[string]any{}
	for name, value := range extra {
		more[name] = value
	}
	return mergeFields(data, more)
}

var (
	oddTexts   = []string{"", "plain", "<b>&amp;</b>", "\xff\xc3(", "\u2028 \"\\\n\x00\x7f", "日本語 😀", strings.Repeat("x", 9000)}
	oddNumbers = []float64{0, math.Copysign(0, -1), 1, -1.5, 0.1, 1e-6, 9.99e-7, 1e-9, 1e20, 1e21, -3e300, math.MaxFloat64, math.SmallestNonzeroFloat64, 1 << 60}
	oddJSON    = []string{`"text"`, `"<\u00e9\n>"`, ` { "a" : [ 1 , 2.50 ] , "a" : null } `, `[]`, `null`, `1E+2`, "\"\xff\"", `"a" `}
	brokenJSON = []string{``, `"`, `{"a":}`, `"a"b"`, `nul`, `1 2`}
)

// fill sets a value at random; broken makes some of it what JSON cannot hold.
func fill(r *rand.Rand, v reflect.Value, broken bool) {
	if r.IntN(4) == 0 {
		return
	}
	one := func(texts []string) string { return texts[r.IntN(len(texts))] }
	switch t := v.Type(); {
	case t == reflect.TypeFor[json.RawMessage]():
		if v.SetBytes([]byte(one(oddJSON))); broken && r.IntN(20) == 0 {
			v.SetBytes([]byte(one(brokenJSON)))
		}
	case t == reflect.TypeFor[map[string]json.RawMessage]():
		extra := map[string]json.RawMessage{}
		for range r.IntN(3) {
			extra[one([]string{"x", "model", "<é>", "a\"b", "name"})] = json.RawMessage(one(oddJSON))
		}
		v.Set(reflect.ValueOf(extra))
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			field := v.Field(i)
			if t.Field(i).Type == reflect.TypeFor[optState]() {
				field = reflect.NewAt(field.Type(), field.Addr().UnsafePointer()).Elem()
				field.SetUint(uint64(r.IntN(3)))
				continue
			}
			if !t.Field(i).IsExported() {
				field = reflect.NewAt(field.Type(), field.Addr().UnsafePointer()).Elem()
			}
			fill(r, field, broken)
		}
	case t.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(t, r.IntN(3), 3))
		for i := range v.Len() {
			fill(r, v.Index(i), broken)
		}
	case t.Kind() == reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		fill(r, v.Elem(), broken)
	case t.Kind() == reflect.String:
		v.SetString(one(oddTexts))
	case t.Kind() == reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case t.Kind() == reflect.Float64:
		if v.SetFloat(oddNumbers[r.IntN(len(oddNumbers))]); broken && r.IntN(20) == 0 {
			v.SetFloat([]float64{math.NaN(), math.Inf(1), math.Inf(-1)}[r.IntN(3)])
		}
	case t.Kind() == reflect.Int, t.Kind() == reflect.Int64:
		v.SetInt([]int64{0, 1, -1, math.MaxInt64, math.MinInt64}[r.IntN(5)])
	}
}

func TestRequestsAreWrittenAsEncodingJSONWritesThem(t *testing.T) {
	types := requestTypes()
	source, err := os.ReadFile("requests_gen.go")
	if err != nil {
		t.Fatal(err)
	}
	if want := bytes.Count(source, []byte(") write(w *writer) {")); len(types) != want || want == 0 {
		t.Fatalf("%d types are looked at, and %d generated", len(types), want)
	}
	r, failed := rand.New(rand.NewPCG(1, 2)), 0
	for _, typ := range types {
		if typ.Name() == "ContainerImageArgs" || typ.Name() == "LogoArgs" {
			continue // forms with files; a file has no JSON
		}
		for round := range 400 {
			v := reflect.New(typ)
			if round > 0 {
				fill(r, v.Elem(), round%2 == 0)
			}
			want, wrong := byReflection(v.Elem())
			for name, write := range map[string]func() ([]byte, error){
				"marshal": func() ([]byte, error) { return marshal(v.Interface()) },
				"value":   func() ([]byte, error) { return marshal(v.Elem().Interface()) },
			} {
				got, err := write()
				if (err != nil) != (wrong != nil) || err == nil && !bytes.Equal(got, want) {
					t.Fatalf("%s of %s:\n%q %v\nwant\n%q %v", name, typ.Name(), got, err, want, wrong)
				}
			}
			if wrong != nil {
				failed++
			}
		}
	}
	if failed == 0 {
		t.Error("nothing was broken")
	}
}

func TestAnUnwritableRequestTellsThePlace(t *testing.T) {
	c, _ := newRawServer(t, answers(jsonAnswer(200, pong))).client(t)
	quoted := UserMessage(`"[{`)
	for place, request := range map[string]ChatCompletionRequest{
		"stop: no JSON":                          {Stop: json.RawMessage("END")},
		"messages[1].content: no JSON":           {Messages: []ChatMessageParam{quoted, {Role: RoleUser, Content: json.RawMessage("hi")}}},
		"temperature: json: unsupported value":   {Temperature: Set(math.NaN())},
		"messages[0].tool_calls[1]: x: json: er": {Messages: []ChatMessageParam{{ToolCalls: []ToolCall{{}, {Extra: map[string]json.RawMessage{"x": jsonText("}")}}}}}},
	} {
		request.Model = "m"
		_, err := c.Chat.Completions.Create(ctx(t), request)
		if e := wantKind(t, err, KindConfig); !strings.Contains(e.Message, "written as JSON: "+place) {
			t.Errorf("%q does not say %s", e.Message, place)
		}
	}
}

func TestARequestWithinACallersType(t *testing.T) {
	for name, tc := range map[string]struct {
		v    any
		want string
	}{
		"nil":              {(*ChatMessageParam)(nil), "null"},
		"a list of values": {[]ChatMessageParam{{Role: "user"}}, `[{"role":"user"}]`},
		"other fields":     {struct{ A, B any }{ChatMessageParam{Role: "user"}, &StreamOptions{}}, `{"A":{"role":"user"},"B":{}}`},
	} {
		data, err := marshal(tc.v)
		if err != nil || string(data) != tc.want {
			t.Errorf("%s: %s, %v", name, data, err)
		}
	}
	if embedding := (&struct{ ChatMessageParam }{}); isRequest(embedding) || !isRequest(&embedding.ChatMessageParam) {
		t.Error("a caller's type that embeds a request is one of ours, or a request is none")
	}
}

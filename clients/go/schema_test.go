package chutes

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestCheckSchema(t *testing.T) {
	for _, tc := range []struct{ schema, value, want string }{
		{`{"type":"integer"}`, `1.0`, ""},
		{`{"type":"integer"}`, `12345678901234567890123`, ""},
		{`{"type":"integer"}`, `1.5`, "value: expected integer"},
		{`{"type":["string","null"]}`, `1`, "value: expected string or null"},
		{`{"type":5,"items":"x","required":"a","properties":[1],"enum":{},"minLength":"x"}`, `{"a":1}`, ""},
		{`{"maximum":4294967295}`, `5e9`, "value: expected at most 4294967295 (maximum)"},
		{`{"items":[{"type":"string"}]}`, `["a",1]`, ""},
		{`{"patternProperties":{"^x":{}},"additionalProperties":false}`, `{"x1":1}`, ""},
		{`{"items":{"$ref":"#"},"maxItems":1}`, strings.Repeat("[", 300) + "1,2" + strings.Repeat("]", 300), "value" + strings.Repeat("[0]", 299) + ": expected at most 1 items (maxItems)"},
		{`{"not":null,"additionalProperties":7,"anyOf":{},"allOf":"x"}`, `{"a":1}`, ""},
		{`{}`, strings.Repeat("[", 600) + strings.Repeat("]", 600), "value: expected less than 512 levels of nesting"},
		{`{"type":"string"}`, `"` + strings.Repeat("[", 600) + `""`, ""},
		{`{"type":"file"}`, `1`, ""},
		{`{"enum":["a",1,null]}`, `2`, `value: expected one of ["a",1,null]`},
		{`{"const":{"a":[1,2]}}`, `{"a":[1.0,2]}`, ""},
		{`{"enum":[1,true]}`, `"1"`, "value: expected one of [1,true]"},
		{`{"uniqueItems":true}`, `[1,"1",true,[1],{"a":1},{"a":[1]},null]`, ""},
		{`{"const":9007199254740993}`, `9007199254740992`, "value: expected 9007199254740993"},
		{`{"minimum":3,"multipleOf":0.1}`, `4.2`, ""},
		{`{"minimum":3,"multipleOf":0.1}`, `2.25`, "value: expected at least 3 (minimum); value: expected a multiple of 0.1 (multipleOf)"},
		{`{"exclusiveMaximum":3}`, `3`, "value: expected less than 3 (exclusiveMaximum)"},
		{`{"minLength":2,"pattern":"^a"}`, `"é"`, "value: expected at least 2 characters (minLength); value: expected a text that matches ^a (pattern)"},
		{`{"maxLength":1,"pattern":"["}`, `"🙂"`, ""},
		{`{"items":{"type":"integer"},"uniqueItems":true}`, `[1,"x",1]`, "value[1]: expected integer; value: expected no item twice (uniqueItems)"},
		{`{"uniqueItems":true}`, `[{"a":1,"b":2},{"b":2,"a":1}]`, "value: expected no item twice (uniqueItems)"},
		{`{"uniqueItems":true}`, `[{"a":[1,"x"]},{"a":[1.0,"\u0078"]}]`, "value: expected no item twice (uniqueItems)"},
		{`{"uniqueItems":true}`, "[" + numbers(40_000) + "]", ""},
		{`{"prefixItems":[{"type":"string"}],"items":false}`, `["a",1]`, "value[1]: expected no value"},
		{`{"required":["b","a"],"properties":{"c":{"type":"string"}},"additionalProperties":false}`, `{"d":1,"c":1}`,
			"b: expected a value (required); a: expected a value (required); d: expected no such field"},
		{`{"anyOf":[{"type":"string"},{"type":"null"}]}`, `1`, "value: expected string or null"},
		{`{"anyOf":[{"type":"object","required":["a"]},{"type":"object","required":["b"]}]}`, `{}`, "value: expected one of its alternatives"},
		{`{"oneOf":[{"type":"integer"},{"minimum":5}]}`, `7`, "value: expected what only one of its alternatives allows"},
		{`{"not":{"type":"string"}}`, `"x"`, "value: expected a value that the schema does not exclude (not)"},
		{`{"$defs":{"a/b~c d":{"type":"object","properties":{"n":{"$ref":"#/$defs/a~1b~0c%20d"},"v":{"type":"number"}}}},"$ref":"#/$defs/a~1b~0c%20d"}`,
			`{"n":{"n":{"v":"x"}}}`, "n.n.v: expected number"},
		{`{"anyOf":[{"$ref":"#"},{"$ref":"#"}]}`, `1`, ""},
		{`{"anyOf":[{"items":{"$ref":"#"}},{"items":{"$ref":"#"},"type":"array"}]}`, strings.Repeat("[", 60) + strings.Repeat("]", 60), ""},
		{`{"nullable":true,"type":"string"}`, `null`, ""},
		{`{"definitions":{"X":{"$defs":{"Y":{"type":"integer"}}}},"$ref":"#/definitions/Y"}`, `"x"`, "value: expected integer"},
		{`{"$ref":"#"}`, `1`, ""},
		{`{"$ref":"#/$defs/none"}`, `1`, ""},
		{`true`, `1`, ""},
	} {
		found := checkSchema(json.RawMessage(tc.schema), json.RawMessage(tc.value), false)
		if got := strings.Join(found, "; "); got != tc.want {
			t.Errorf("%s against %s: %q, want %q", tc.value, tc.schema, got, tc.want)
		}
	}
}

type testNode struct {
	Name     string     `json:"name" description:"of the node"`
	Children []testNode `json:"children,omitempty"`
}

type testLoop struct{ Next *testLink }

type testLink struct {
	Back *testLink `json:"back,omitempty"`
}

type testBase struct {
	ID uint8 `json:"id"`
}

type otherNode struct {
	Next []*otherNode
}

func TestSchemaOf(t *testing.T) {
	type all struct {
		testBase
		Size   string           `json:"size" enum:"small,large"`
		Level  int              `json:"level,omitempty" enum:"1,2"`
		Note   *string          `json:"note"`
		Tags   map[string]bool  `json:"tags"`
		When   time.Time        `json:"when"`
		Raw    json.RawMessage  `json:"raw"`
		Data   []byte           `json:"data"`
		Opt    Opt[float64]     `json:"opt,omitzero"`
		Pairs  [2]float32       `json:"pairs"`
		Any    any              `json:"any"`
		Inner  struct{ X bool } `json:"inner"`
		Hidden string           `json:"-"`
		own    int
	}
	schema, err := SchemaOf[all]()
	want := `{"type":"object","properties":{"id":{"type":"integer","minimum":0},"size":{"type":"string","enum":["small","large"]},"level":{"type":"integer","enum":[1,2]},` +
		`"note":{"type":["string","null"]},"tags":{"type":"object","additionalProperties":{"type":"boolean"}},"when":{"type":"string","format":"date-time"},"raw":{},` +
		`"data":{"type":"string"},"opt":{"type":"number"},"pairs":{"type":"array","items":{"type":"number"}},"any":{},` +
		`"inner":{"type":"object","properties":{"X":{"type":"boolean"}},"required":["X"],"additionalProperties":false}},` +
		`"required":["id","size","note","tags","when","raw","data","pairs","any","inner"],"additionalProperties":false}`
	if err != nil || string(schema) != want {
		t.Errorf("%v\n%s\n%s", err, schema, want)
	}
	_ = all{own: 0}
	if node, err := SchemaOf[testNode](); err != nil || !strings.Contains(string(node), `"items":{"$ref":"#"}`) ||
		len(checkSchema(node, json.RawMessage(`{"name":"a","children":[{"name":1}]}`), false)) != 1 {
		t.Errorf("%s %v", node, err)
	}
	if loop, err := SchemaOf[testLoop](); err != nil || len(checkSchema(loop, json.RawMessage(`{"Next":{"back":{"back":null}}}`), false)) != 0 ||
		len(checkSchema(loop, json.RawMessage(`{"Next":{"back":{"back":7}}}`), false)) != 1 {
		t.Errorf("%s %v", loop, err)
	}
	type testNode struct { // another type of the same name
		Deep *struct {
			Back []*testLink
			Also testLink
		} `json:"deep"`
		Other struct{ Node []*otherNode }
	}
	if both, err := SchemaOf[testNode](); err != nil || !strings.Contains(string(both), `"$defs":{`) ||
		len(checkSchema(both, json.RawMessage(`{"deep":{"Back":[{"back":{}}],"Also":{"back":{"back":1}}},"Other":{"Node":[{"Next":[{"Next":1}]}]}}`), false)) != 2 {
		t.Errorf("%s %v", both, err)
	}
	for _, bad := range []func() (json.RawMessage, error){SchemaOf[chan int], SchemaOf[struct{ F func() }], SchemaOf[map[int]string], SchemaOf[struct {
		N int `enum:"x"`
	}]} {
		if _, err := bad(); !errors.Is(err, ErrConfig) {
			t.Errorf("%v", err)
		}
	}
}

func TestPlainJSON(t *testing.T) {
	for in, want := range map[string]string{
		` { "b" : [ 1 , "\u00e9\u003c" , [ ] ] , "a" : { } } `: `{"b":[1,"é<",[]],"a":{}}`,
		`"\ud83d\ude42\n"`: `"🙂\n"`,
		` null `:           `null`,
	} {
		if got := string(plainJSON(nil, json.RawMessage(in))); got != want {
			t.Errorf("%s becomes %s", in, got)
		}
	}
}

func TestBodySchema(t *testing.T) {
	for name, tc := range map[string]struct{ schema, value, want string }{
		"declared": {`{"type":"object","properties":{"input_args":{"$ref":"#/definitions/X"}},"required":["input_args"],"definitions":{"X":{"type":"object","required":["a"],"properties":{"b":{"$ref":"#/definitions/Y"}},"$defs":{"Y":{"type":"integer"}}}}}`,
			`{"b":"x"}`, "a: expected a value (required); b: expected integer"},
		"signature": {`{"properties":{"self":{},"params":{"type":"object","required":["a"]}},"required":["self","params"],"definitions":{}}`, `{}`, "a: expected a value (required)"},
		"flat":      {`{"properties":{"self":{},"text":{"type":"string"},"n":{"type":"integer"}},"required":["self","text","n"],"definitions":{}}`, `{"text":1}`, "text: expected string"},
		"scalar":    {`{"properties":{"self":{},"text":{"type":"string"}},"required":["self","text"],"definitions":{}}`, `{"text":1}`, "text: expected string"},
		"optional":  {`{"properties":{"p":{"type":"object","required":["a"]},"q":{}},"required":["p"],"definitions":{}}`, `{}`, "p: expected a value (required)"},
		"own":       {`{"properties":{"p":{"type":"object","required":["a"]}},"required":["p"],"$defs":{}}`, `{}`, "p: expected a value (required)"},
		"nothing":   {`{"properties":{"self":{}},"required":["self"],"definitions":{}}`, `{"x":1}`, ""},
	} {
		schema := json.RawMessage(tc.schema)
		if got := strings.Join(checkWithin(schema, bodySchema(schema), json.RawMessage(tc.value), false), "; "); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

// encoding/json reads such numbers from texts only, so that texts are what the model is asked for.
func TestSchemaOfQuotedNumbers(t *testing.T) {
	type order struct {
		ID    int64    `json:"id,string" description:"of it" enum:"1,2"`
		Price *float64 `json:"price,omitempty,string"`
		Name  string   `json:"name"`
	}
	want := `{"type":"object","properties":{"id":{"description":"of it","enum":["1","2"],"type":"string"},"price":{"type":["string","null"]},"name":{"type":"string"}},` +
		`"required":["id","name"],"additionalProperties":false}`
	if schema, err := SchemaOf[order](); err != nil || string(schema) != want {
		t.Errorf("%s %v", schema, err)
	}
	answer := `{"id":"1","price":"2.5","name":"x"}`
	c, _ := New(WithScript(NewScript(AnswerText(answer))))
	parsed, err := Parse[order](ctx(t), c.Chat.Completions, chat())
	if err != nil || parsed.Parsed.ID != 1 || *parsed.Parsed.Price != 2.5 {
		t.Error(err)
	}
}

// numbers is 1,2,3 and so on.
func numbers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d,", i)
	}
	return strings.TrimSuffix(b.String(), ",")
}

type blob []byte

type inner struct {
	ID   int    `json:"id"`
	More string `json:"more"`
	Same int
}

type other struct{ Same int }

type Loop struct {
	*Loop
	X int
}

func TestSchemaOfWhatEncodingJSONReads(t *testing.T) {
	for _, tc := range []struct {
		schema func() (json.RawMessage, error)
		want   string
	}{
		{SchemaOf[struct {
			Climate *string  `enum:"cold,hot"`
			Tags    []string `json:",omitempty" enum:"a,b"`
			Odds    *[]int   `json:",omitempty" enum:"1,3"`
		}], `{"type":"object","properties":{"Climate":{"type":["string","null"],"enum":["cold","hot",null]},"Tags":{"type":"array","items":{"type":"string","enum":["a","b"]}},` +
			`"Odds":{"type":["array","null"],"items":{"type":"integer","enum":[1,3]}}},"required":["Climate"],"additionalProperties":false}`},
		{SchemaOf[struct {
			inner
			other
			ID string `json:"id"`
		}], `{"type":"object","properties":{"more":{"type":"string"},"id":{"type":"string"}},"required":["more","id"],"additionalProperties":false}`},
		{SchemaOf[struct {
			B blob
			N json.Number
		}], `{"type":"object","properties":{"B":{"type":"string"},"N":{"type":"number"}},"required":["B","N"],"additionalProperties":false}`},
		{SchemaOf[Loop], `{"type":"object","properties":{"X":{"type":"integer"}},"required":["X"],"additionalProperties":false}`},
	} {
		if got, err := tc.schema(); err != nil || string(got) != tc.want {
			t.Errorf("%s %v, want %s", got, err, tc.want)
		}
	}
	if _, err := SchemaOf[struct {
		N []int `enum:"one"`
	}](); !errors.Is(err, ErrConfig) {
		t.Error(err)
	}
}

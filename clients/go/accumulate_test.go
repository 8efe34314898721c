package chutes

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

func accumulate(chunks ...string) *Accumulator {
	a := &Accumulator{}
	for _, chunk := range chunks {
		a.Add([]byte(chunk))
	}
	return a
}

func choice(inner string) string { return `{"id":"c1","choices":[{"index":0,` + inner + `}]}` }

func TestAccumulate(t *testing.T) {
	for name, tc := range map[string]struct {
		chunks []string
		want   string // of choices[0]
	}{
		"text":                  {[]string{choice(`"delta":{"role":"assistant","content":"a "}`), choice(`"delta":{"content":" b"}`)}, `{"index":0,"message":{"role":"assistant","content":"a  b"},"finish_reason":null}`},
		"no role":               {[]string{choice(`"delta":{"content":"a"}`)}, `{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":null}`},
		"role repeated":         {[]string{choice(`"delta":{"role":"tool"}`), choice(`"delta":{"role":"tool"}`)}, `{"index":0,"message":{"role":"tool","content":null},"finish_reason":null}`},
		"nulls":                 {[]string{choice(`"delta":null`), choice(`"delta":{"content":null,"tool_calls":null}`), choice(`"delta":{"content":""}`)}, `{"index":0,"message":{"role":"assistant","content":""},"finish_reason":null}`},
		"reasoning":             {[]string{choice(`"delta":{"reasoning_content":"x"}`), choice(`"delta":{"reasoning":"y"}`), choice(`"delta":{"reasoning":"z","reasoning_content":"z"}`)}, `{"index":0,"message":{"role":"assistant","content":null,"reasoning_content":"xyz"},"finish_reason":null}`},
		"refusal":               {[]string{choice(`"delta":{"refusal":"n"}`), choice(`"delta":{"refusal":"o"}`)}, `{"index":0,"message":{"role":"assistant","content":null,"refusal":"no"},"finish_reason":null}`},
		"finish stays":          {[]string{choice(`"finish_reason":"abort"`), choice(`"finish_reason":null`)}, `{"index":0,"message":{"role":"assistant","content":null},"finish_reason":"abort"}`},
		"tools by index":        {[]string{choice(`"delta":{"tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":"{"}}]}`), choice(`"delta":{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}},{"index":1,"id":"b","function":{"name":"g","arguments":"}"}}]}`)}, `{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":""}},{"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]},"finish_reason":null}`},
		"tools by id":           {[]string{choice(`"delta":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"1"}},{"id":"b","function":{"name":"g"}}]}`), choice(`"delta":{"tool_calls":[{"id":"a","function":{"arguments":"2"}}]}`), choice(`"delta":{"tool_calls":[{"function":{"arguments":"3"}}]}`)}, `{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"12"}},{"id":"b","type":"function","function":{"name":"g","arguments":"3"}}]},"finish_reason":null}`},
		"unknown fields":        {[]string{choice(`"delta":{"content":"a","odd":1},"stop_reason":7`), choice(`"delta":{"odd":null}`)}, `{"index":0,"message":{"role":"assistant","content":"a","odd":1},"finish_reason":null,"stop_reason":7}`},
		"logprobs":              {[]string{choice(`"logprobs":{"content":[{"token":"a"}]}`), choice(`"logprobs":null`), choice(`"logprobs":{"content":[{"token":"b"}]}`)}, `{"index":0,"message":{"role":"assistant","content":null},"logprobs":{"content":[{"token":"a"},{"token":"b"}]},"finish_reason":null}`},
		"pieces of a text":      {[]string{choice(`"text":"a"`), choice(`"text":"b","finish_reason":"stop"`)}, `{"index":0,"text":"ab","finish_reason":"stop"}`},
		"odd types":             {[]string{choice(`"delta":{"content":5,"role":[]}`), choice(`"delta":"x"`), `{"choices":{}}`, `{"choices":[null,3]}`}, `{"index":0,"message":{"role":"assistant","content":null},"finish_reason":null}`},
		"choices that are none": {[]string{`{"choices":[null,"x",{"index":0,"delta":{"content":"a"}}]}`}, `{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":null}`},
		"index behind":          {[]string{`{"choices":[{"delta":{"content":"b"},"finish_reason":null,"index":1}]}`}, `{"index":1,"message":{"role":"assistant","content":"b"},"finish_reason":null}`},
		"escapes and halfs":     {[]string{choice(`"delta":{"content":"\ud83d"}`), choice(`"delta":{"content":"\u0000\n"}`)}, `{"index":0,"message":{"role":"assistant","content":"�\u0000\n"},"finish_reason":null}`},
	} {
		var got struct{ Choices []json.RawMessage }
		snapshot := accumulate(tc.chunks...).Snapshot()
		if err := json.Unmarshal(snapshot, &got); err != nil || len(got.Choices) != 1 {
			t.Errorf("%s: %v %s", name, err, snapshot)
			continue
		}
		var a, b any
		_ = json.Unmarshal(got.Choices[0], &a)
		if err := json.Unmarshal([]byte(tc.want), &b); err != nil || !reflect.DeepEqual(a, b) {
			t.Errorf("%s:\n got %s\nwant %s", name, got.Choices[0], tc.want)
		}
	}
}

func TestAccumulateTop(t *testing.T) {
	a := accumulate(`{"id":"","choices":[]}`, `{"id":"c1","model":"m","created":1.5,"object":"chat.completion.chunk","choices":null,"usage":{"total_tokens":1}}`,
		`{"id":"c2","model":"n","choices":[{"index":1,"delta":{"content":"b"},"finish_reason":"stop"},{"index":0,"delta":{"content":"a"}}],"usage":null,"x":[1]}`, `{"usage":{"total_tokens":9},"choices":[]}`)
	want := `{"id":"c1","object":"chat.completion","created":1.5,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":null},{"index":1,"message":{"role":"assistant","content":"b"},"finish_reason":"stop"}],"usage":{"total_tokens":9},"x":[1]}`
	if got := string(a.Snapshot()); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	if a.Complete() {
		t.Error("choice 0 has no finish_reason")
	}
	if a.Add([]byte(choice(`"finish_reason":"stop"`))); !a.Complete() {
		t.Error("every choice has its finish_reason")
	}
	if (&Accumulator{}).Complete() {
		t.Error("nothing is complete")
	}
}

func TestAccumulateIsLinear(t *testing.T) {
	a, start := &Accumulator{}, time.Now()
	for range 20000 {
		a.Add([]byte(choice(`"delta":{"content":"token "}`)))
	}
	a.Add([]byte(choice(`"delta":{"content":"` + strings.Repeat("x", 1<<20) + `"}`)))
	v, err := decode[ChatCompletion](a.Snapshot(), nil)
	if err != nil || len(v.Text()) != 20000*6+1<<20 {
		t.Fatal(err)
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Fatalf("20,000 chunks took %v", d)
	}
}

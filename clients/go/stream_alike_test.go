package chutes

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

const (
	alikeBefore = `{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"`
	alikeAfter  = `"},"logprobs":null,"finish_reason":null,"token_ids":null}],"usage":null}`
)

// FuzzAlike: a chunk that is read by comparing it with an earlier one is the same as one that is read as a whole.
func FuzzAlike(f *testing.F) {
	for _, pair := range [][2]string{
		{alikeBefore + "a" + alikeAfter, alikeBefore + " the" + alikeAfter},
		{alikeBefore + "a" + alikeAfter, alikeBefore + `\ud83d\ude00 \"` + alikeAfter},
		{alikeBefore + "a" + alikeAfter, alikeBefore + "é\xff" + alikeAfter},
		{alikeBefore + "a" + alikeAfter, alikeBefore + alikeAfter},
		{alikeBefore + "a" + alikeAfter, alikeBefore + `","content":"b` + alikeAfter},
		{alikeBefore + "a" + alikeAfter, alikeBefore + `b","role":"assistant` + alikeAfter},
		{alikeBefore + "a" + alikeAfter, alikeBefore + "\x01" + alikeAfter},
		{alikeBefore + "a" + alikeAfter, alikeBefore + `\x` + alikeAfter},
		{alikeBefore + `a","content":"` + alikeAfter, alikeBefore + `b","content":"` + alikeAfter},
		{alikeBefore + `","content":"a` + alikeAfter, alikeBefore + `","content":"b` + alikeAfter},
		{alikeBefore + `a","content":"a` + alikeAfter, alikeBefore + `a","content":"b` + alikeAfter},
		{alikeBefore + `a","content":null,"x":"` + alikeAfter, alikeBefore + `b","content":null,"x":"` + alikeAfter},
		{`{ "choices" : [ {"delta":{"reasoning":"a"}} ], "id":"c"}`, `{ "choices" : [ {"delta":{"reasoning":"b"}} ], "id":"c"}`},
		{` {"choices":[{"delta":{"content":"a"}}]} `, ` {"choices":[{"delta":{"content":"b"}}]} `},
		{` {"choices":[{"delta":{"content":"a"}}]}`, `{"choices":[{"delta":{"content":"b"}}]}`},
		{`{"choices":[{"delta":{"reasoning_content":"a","content":""},"finish_reason":"stop"}]}`, `{"choices":[{"delta":{"reasoning_content":"b","content":""},"finish_reason":"stop"}]}`},
		{`{"choices":[{"delta":{"content":"a"},"delta":{"content":"b"}}]}`, `{"choices":[{"delta":{"content":"c"},"delta":{"content":"b"}}]}`},
		{`{"choices":[{"delta":{"content":"a"},"delta":{}}]}`, `{"choices":[{"delta":{"content":"b"},"delta":{}}]}`},
		{`{"choices":[{"delta":{"content":"a"}}],"choices":[]}`, `{"choices":[{"delta":{"content":"b"}}],"choices":[]}`},
		{`{"usage":{"total_tokens":1},"choices":[{"delta":{"content":"a"}}]}`, `{"usage":{"total_tokens":1},"choices":[{"delta":{"content":"b"}}]}`},
	} {
		f.Add([]byte(pair[0]), []byte(pair[1]))
	}
	f.Fuzz(func(t *testing.T, earlier, data []byte) {
		var a alike
		c, first := cursor{data: earlier}, new(ChatCompletionChunk)
		if firstByteOf(earlier) != '{' {
			t.Skip()
		}
		if first.read(&c); !c.end() || c.odd || c.reported {
			t.Skip()
		}
		meta := new(Response)
		first.setResponse(meta)
		a.learn(first)
		kept := string(earlier)
		clear(earlier) // what is learned is a copy
		for _, raw := range []string{string(data), kept} {
			event := []byte(raw)
			piece, text, ok := a.match(event)
			if !ok {
				continue
			}
			got := a.fill(new(chatSlot), piece, text)
			clear(event) // what comes of it, too
			want, err := decode[ChatCompletionChunk]([]byte(raw), meta)
			if err != nil {
				t.Fatalf("%q is read after %q, but as a whole: %v", raw, kept, err)
			}
			sameChunk(t, got, want)
		}
	})
}

// sameChunk compares two chunks with the bytes that they keep.
func sameChunk(t *testing.T, got, want *ChatCompletionChunk) {
	t.Helper()
	parts := func(c *ChatCompletionChunk) []string {
		choice := &c.Choices[0]
		return []string{string(c.Raw()), string(choice.Raw()), string(choice.Delta.Raw()), string(c.Field("choices")), string(choice.Delta.Field("content"))}
	}
	if got, want := parts(got), parts(want); !reflect.DeepEqual(got, want) {
		t.Errorf("%q\nwant\n%q", got, want)
	}
	if got.Response() != want.Response() || got.Choices[0].Response() != nil || got.Choices[0].Delta.Response() != nil {
		t.Error("only the chunk itself has a response")
	}
	stripped(reflect.ValueOf(got).Elem())
	stripped(reflect.ValueOf(want).Elem())
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant\n%+v", got, want)
	}
}

// chunkOf reads a chunk as a whole.
func chunkOf(t *testing.T, raw string) *ChatCompletionChunk {
	t.Helper()
	v, err := decode[ChatCompletionChunk]([]byte(raw), nil)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestMostChunksAreAlike(t *testing.T) {
	var a alike
	first := alikeBefore + "a" + alikeAfter
	a.learn(chunkOf(t, first))
	for _, text := range []string{"b", "", " the", strings.Repeat("long ", 1000), "é", `\n`, `\u00e9`} {
		piece, said, ok := a.match([]byte(alikeBefore + text + alikeAfter))
		var want string
		_ = json.Unmarshal([]byte(`"`+text+`"`), &want)
		if !ok || string(piece) != text || said != want {
			t.Errorf("%q: %q %q %v", text, piece, said, ok)
		}
	}
	for _, other := range []string{"", "{}", alikeBefore, alikeAfter, alikeBefore + alikeAfter[1:], strings.Replace(first, `"created":1`, `"created":2`, 1), strings.Replace(first, `finish_reason":null`, `finish_reason":"stop"`, 1)} {
		if _, _, ok := a.match([]byte(other)); ok {
			t.Errorf("%q is not alike", other)
		}
	}
}

// Of a stream that has no two chunks alike nearly none is learned.
func TestLearningPauses(t *testing.T) {
	var a alike
	learned := 0
	for i := range 1000 {
		raw := strings.Replace(alikeBefore, `"created":1`, `"created":`+string(JSON(i+2)), 1) + "a" + alikeAfter
		if _, _, ok := a.match([]byte(raw)); ok {
			t.Fatal("no chunk is alike")
		}
		before := a.form
		if a.learn(chunkOf(t, raw)); a.form != before {
			learned++
		}
	}
	if learned < 5 || learned > 15 {
		t.Errorf("%d of 1000 were learned", learned)
	}
	raw := alikeBefore + "a" + alikeAfter
	for range maxPause + 1 {
		a.learn(chunkOf(t, raw))
	}
	if _, _, ok := a.match([]byte(raw)); !ok || a.pause != 0 {
		t.Error("after a pause it learns again")
	}
}

// A stream read by chunk, by event and as a whole is the same, though its chunks share their bytes and the buffer they came in is used again.
func TestAlikeChunksOfAStream(t *testing.T) {
	var datas []string
	datas = append(datas, strings.Replace(alikeBefore, `{"content`, `{"role":"assistant","content`, 1)+alikeAfter)
	for i := range 2000 {
		datas = append(datas, alikeBefore+" w"+string(JSON(i))+alikeAfter)
	}
	datas = append(datas, strings.Replace(alikeBefore+alikeAfter, `finish_reason":null`, `finish_reason":"stop"`, 1))
	var sent []any
	for _, data := range datas {
		sent = append(sent, json.RawMessage(data))
	}
	script := func() *ChatStream {
		c, err := New(WithAPIKey("cpk_test"), WithScript(NewScript(AnswerEvents(sent...))))
		if err != nil {
			t.Fatal(err)
		}
		stream, err := c.Chat.Completions.Stream(ctx(t), ChatCompletionRequest{Model: "m"})
		if err != nil {
			t.Fatal(err)
		}
		return stream
	}
	stream := script()
	var chunks []*ChatCompletionChunk
	for chunk, err := range stream.Chunks() {
		if err != nil {
			t.Fatal(err)
		}
		chunks = append(chunks, chunk)
	}
	if len(chunks) != len(datas) || stream.alike.form == nil {
		t.Fatalf("%d chunks of %d", len(chunks), len(datas))
	}
	for i, chunk := range chunks {
		want := chunkOf(t, datas[i])
		want.setResponse(stream.Response())
		sameChunk(t, chunk, want)
	}
	byEvent := script()
	i := 0
	for event, err := range byEvent.Events() {
		if err != nil {
			t.Fatal(err)
		}
		if i < len(datas) && string(event.Data) != datas[i] {
			t.Fatalf("event %d is %q", i, event.Data)
		}
		clear(event.Data) // it is the caller's
		i++
	}
	one, err := stream.Final()
	other, err2 := byEvent.Final()
	if err != nil || err2 != nil || one.Text() != other.Text() || !strings.HasSuffix(one.Text(), " w1998 w1999") || one.Choices[0].FinishReason != "stop" {
		t.Fatalf("%v %v %q", err, err2, other.Text())
	}
}

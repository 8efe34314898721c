package chutes

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestOpt(t *testing.T) {
	type args struct {
		A Opt[string] `json:"a,omitzero"`
		B Opt[int]    `json:"b,omitzero"`
		C Opt[[]int]  `json:"c,omitzero"`
	}
	for want, v := range map[string]args{
		`{}`:                    {},
		`{"a":"","b":0,"c":[]}`: {Set(""), Set(0), Set([]int{})},
		`{"a":null,"b":null}`:   {A: Null[string](), B: Null[int]()},
		`{"a":"<&>é","b":-1}`:   {A: Set("<&>é"), B: Set(-1)},
		`{"b":` + strconv.Itoa(math.MaxInt) + `}`: {B: Set(math.MaxInt)},
		`{"a":"x","c":[1,2,3]}`:                   {A: Set("x"), C: Set([]int{1, 2, 3})},
		`{"a":"x","b":0,"c":null}`:                {A: Set("x"), B: Set(0), C: Null[[]int]()},
		`{"a":null,"b":5,"c":[0]}`:                {A: Null[string](), B: Set(5), C: Set([]int{0})},
		`{"a":"null","b":1,"c":[]}`:               {A: Set("null"), B: Set(1), C: Set([]int{})},
	} {
		data, err := marshal(v)
		if err != nil || string(data) != want {
			t.Errorf("%s %v, want %s", data, err, want)
		}
		var back args
		if err := json.Unmarshal(data, &back); err != nil {
			t.Errorf("%s: %v", data, err)
		}
		if again, _ := marshal(back); string(again) != want {
			t.Errorf("%s comes back as %s", want, again)
		}
	}
	if _, ok := Null[int]().Get(); ok || !Null[int]().IsNull() || !(Opt[int]{}).IsZero() || Set(0).IsZero() {
		t.Error("the three states are not told apart")
	}
}

func TestRequiredListsAreNeverNull(t *testing.T) {
	for want, args := range map[string]any{
		`"redirect_uris":[]`: OauthAppArgs{Name: "a"}, `"messages":[]`: ChatCompletionRequest{}, `"chute_ids":[]`: ModelAliasArgs{}, `"chute_ids":["c"]`: ModelAliasArgs{ChuteIds: []string{"c"}},
	} {
		if data, err := marshal(args); err != nil || !strings.Contains(string(data), want) {
			t.Errorf("%s (%v), want %s", data, err, want)
		}
	}
}

func TestTime(t *testing.T) {
	utc := time.Date(2026, 5, 26, 12, 0, 0, 123456000, time.UTC)
	for text, want := range map[string]time.Time{
		"2026-05-26T12:00:00.123456":       utc,
		"2026-05-26T12:00:00.123456Z":      utc,
		"2026-05-26T14:00:00.123456+02:00": utc,
		"2026-05-26 12:00:00.123456":       utc,
		"2026-05-26T12:00:00":              utc.Truncate(time.Second),
		"2026-05-26":                       time.Date(2026, 5, 26, 0, 0, 0, 0, time.UTC),
		"yesterday":                        {},
		"":                                 {},
	} {
		var got Time
		data, _ := marshal(text)
		if err := json.Unmarshal(data, &got); err != nil || !got.Equal(want) || got.Text != text {
			t.Errorf("%q: %v %q %v", text, got.Time, got.Text, err)
		}
		if back, _ := json.Marshal(got); text != "" && string(back) != string(data) {
			t.Errorf("%q is written as %s", text, back)
		}
	}
	var odd struct{ A, B Time }
	if err := json.Unmarshal([]byte(`{"A":12,"B":null}`), &odd); err != nil || odd.A.Text != "12" || !odd.B.IsZero() {
		t.Errorf("%+v %v", odd, err)
	}
}

// Null, absent and a wrong type leave the zero value and the rest of the answer; unknown fields stay reachable.
func TestLenientDecode(t *testing.T) {
	raw := `{"chute_id":"c","name":null,"public":"yes","invocation_count":9007199254740993,"standard_template":"brand-new","new_field":{"a":1},` +
		`"user":{"user_id":7,"username":"u"},"instances":"none","created_at":"2026-05-26T12:00:00"}`
	chute, err := decode[Chute]([]byte(raw), &Response{Status: 200})
	if err != nil {
		t.Fatal(err)
	}
	if chute.ChuteID != "c" || chute.Name != "" || chute.Public || chute.InvocationCount != 9007199254740993 || chute.StandardTemplate != "brand-new" ||
		chute.User.Username != "u" || chute.CreatedAt.Year() != 2026 {
		t.Errorf("%+v", chute)
	}
	if string(chute.Raw()) != raw || string(chute.Field("new_field")) != `{"a":1}` || chute.Field("name") != nil {
		t.Error("the bytes are lost")
	}
	if extra := Extra(chute); len(extra) != 1 || string(extra["new_field"]) != `{"a":1}` {
		t.Errorf("extra %v", extra)
	}
	for _, bad := range []string{`[]`, `null`, `3`, `"x"`, `{`, ``} {
		if _, err := decode[Chute]([]byte(bad), nil); err == nil {
			t.Errorf("%q is taken for a chute", bad)
		}
	}
}

// What was read is sent again with the fields that this version does not know.
func TestUnknownFieldsGoBack(t *testing.T) {
	var selector NodeSelector
	if err := json.Unmarshal([]byte(`{"gpu_count":2,"compute_multiplier":1.5,"include":["h100"],"zone":"x"}`), &selector); err != nil {
		t.Fatal(err)
	}
	selector.Include = append(selector.Include, "h200")
	data, err := marshal(ChuteArgs{Name: "n", NodeSelector: selector})
	var back struct {
		NodeSelector map[string]any `json:"node_selector"`
	}
	if err != nil || json.Unmarshal(data, &back) != nil || back.NodeSelector["zone"] != "x" || len(back.NodeSelector["include"].([]any)) != 2 {
		t.Errorf("%s %v", data, err)
	}
	answer, err := decode[ChatCompletion]([]byte(`{"choices":[{"index":0,"message":{"role":"assistant","content":null,"reasoning":"r","odd":[1],"tool_calls":[{"id":"a","type":"function","extra_content":1,"function":{"name":"f","arguments":"{}"}}]}}]}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	if answer.Choices[0].Message.ReasoningContent != "r" {
		t.Error("reasoning and reasoning_content are one field")
	}
	want := `{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":1}],"odd":[1],"reasoning":"r","reasoning_content":"r"}`
	if got, _ := marshal(answer.Choices[0].Message.Param()); string(got) != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestQuota(t *testing.T) {
	r := &Response{Header: map[string][]string{"X-Chutes-Quota-Total": {"200"}, "X-Chutes-Quota-Used": {"3"}, "X-Chutes-Quota-Remaining": {"197"}}}
	if total, used, left, ok := r.Quota(); total != 200 || used != 3 || left != 197 || !ok {
		t.Error(total, used, left, ok)
	}
	if _, _, _, ok := (&Response{}).Quota(); ok {
		t.Error("no headers, no quota")
	}
}

func TestDataURLAndSniff(t *testing.T) {
	for in, want := range map[string]string{"data:image/png;base64,aGk=": "hi", "data:image/png;base64,aGk": "hi", "data:text/plain,a%20b": "a b"} {
		if data, _, ok := parseDataURL([]byte(in)); !ok || string(data) != want {
			t.Errorf("%s: %q %v", in, data, ok)
		}
	}
	for _, in := range []string{"aGk=", "data:nothing", "data:x;base64,%%%"} {
		if _, _, ok := parseDataURL([]byte(in)); ok {
			t.Errorf("%s is taken", in)
		}
	}
	for in, want := range map[string]string{"\xff\xd8\xff\xe0": "image/jpeg", "\x89PNG\r\n\x1a\n": "image/png", "RIFF1234WEBP": "image/webp", "GIF89a": "image/gif", "RIFF1234WAVE": "", "": ""} {
		if got := sniffContentType([]byte(in)); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

// FuzzBase64: base64 is decoded as encoding/base64 does, of both alphabets, padded or not, broken into lines or not; and of a string in JSON as of its
// text.
func FuzzBase64(f *testing.F) {
	long := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("\x00\x10\xfb\xf0?\xff", 20)))
	for _, seed := range []string{
		"", "QQ==", "QQ", "QUI=", "QUJD", "Q", "QQ=\n=", "Q=Q=", "====", "QUJD\r\nQUJD", "-_-_", "+/+/", "QUJD QUJD QUJD", `QUJDQUJD\/w==`, `QUJDQUJD\u002f\n`, "QUJDQUJDé", "data:image/png;base64,QUJD", "QUJDQUJD!", "\x00", `"`, `\`,
		long, long[:37], long[:38], long[:39], long[:60] + "\n" + long[60:], strings.NewReplacer("+", "-", "/", "_").Replace(long), long[:50] + "\xff" + long[51:],
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, s []byte) {
		got, err := decodeBase64(s)
		plain := strings.TrimRight(strings.NewReplacer("\n", "", "\r", "", " ", "", "\t", "", "-", "+", "_", "/").Replace(string(s)), "=")
		want, wrong := base64.RawStdEncoding.DecodeString(plain)
		if (err == nil) != (wrong == nil) || err == nil && string(got) != string(want) {
			t.Fatalf("%q: %x %v, want %x %v", s, got, err, want, wrong)
		}
		quoted := []byte(`"` + string(s) + `" `)
		at, other := cursor{data: quoted}, cursor{data: quoted}
		text, data := at.base64()
		wantText := other.textBytes()
		if at.i != other.i || at.failed != other.failed || !at.failed && string(text) != string(wantText) {
			t.Fatalf("%q: %q, want %q", quoted, text, wantText)
		}
		if want, err := decodeBase64(wantText); data != nil && (err != nil || string(data) != string(want)) {
			t.Fatalf("%q: %x, want %x %v", quoted, data, want, err)
		}
	})
}

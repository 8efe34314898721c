package chutes

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestKindFor(t *testing.T) {
	for _, tc := range []struct {
		status int
		body   string
		want   Kind
	}{
		{400, `{"detail":"x"}`, KindBadRequest},
		{401, ``, KindUnauthenticated},
		{402, `{"detail":"TEE models require a balance."}`, KindPaymentRequired},
		{402, `{"detail":{"message":"no money","quota_reset_timestamp":"2026-01-01T00:00:00"}}`, KindQuotaExhausted},
		{402, `{"detail":"Quota exceeded"}`, KindQuotaExhausted},
		{402, `{"detail":"Subscription usage cap exceeded."}`, KindQuotaExhausted},
		{403, ``, KindPermissionDenied},
		{404, ``, KindNotFound},
		{405, ``, KindAPIStatus},
		{408, ``, KindAPIStatus},
		{409, ``, KindConflict},
		{418, ``, KindAPIStatus},
		{422, ``, KindUnprocessable},
		{426, ``, KindTEERequired},
		{429, `{"detail":"slow down"}`, KindRateLimited},
		{429, `{"detail":"Infrastructure is at maximum capacity, try again later"}`, KindCapacity},
		{429, `{"detail":"Free models limit reached for today"}`, KindQuotaExhausted},
		{500, ``, KindServer},
		{501, ``, KindServer},
		{502, ``, KindUnavailable},
		{503, `{"detail":"No instances available (yet) for chute_id='x'"}`, KindColdStart},
		{503, `{"detail":"This chute is currently disabled."}`, KindDisabled},
		{503, `{"detail":"HTTP_500: engine"}`, KindUnavailable},
		{504, ``, KindUnavailable},
		{505, ``, KindServer},
		{524, ``, KindUnavailable},
		{304, ``, KindUnexpectedResponse},
	} {
		e := classify(tc.status, http.Header{}, []byte(tc.body), nil)
		if e.Kind != tc.want {
			t.Errorf("%d %s: %s, want %s", tc.status, tc.body, e.Kind, tc.want)
		}
		if e.Message == "" {
			t.Errorf("%d: empty message", tc.status)
		}
	}
}

func TestParents(t *testing.T) {
	for _, tc := range []struct {
		e    *Error
		is   []error
		isnt []error
	}{
		{&Error{Kind: KindCapacity, Status: 429}, []error{ErrCapacity, ErrRateLimited}, []error{ErrServer, ErrQuotaExhausted}},
		{&Error{Kind: KindQuotaExhausted, Status: 402}, []error{ErrQuotaExhausted, ErrPaymentRequired}, []error{ErrRateLimited}},
		{&Error{Kind: KindQuotaExhausted, Status: 429}, []error{ErrQuotaExhausted, ErrRateLimited}, []error{ErrPaymentRequired}},
		{&Error{Kind: KindTEERequired, Status: 426}, []error{ErrTEERequired, ErrAPIStatus}, []error{ErrServer}},
		{&Error{Kind: KindColdStart, Status: 503}, []error{ErrColdStart, ErrServer}, []error{ErrUnavailable}},
		{&Error{Kind: KindNotFound, Status: 404}, []error{ErrNotFound}, []error{ErrAPIStatus}},
	} {
		wrapped := fmt.Errorf("calling: %w", tc.e)
		for _, target := range tc.is {
			if !errors.Is(wrapped, target) {
				t.Errorf("%s is no %v", tc.e.Kind, target)
			}
		}
		for _, target := range tc.isnt {
			if errors.Is(wrapped, target) {
				t.Errorf("%s is %v", tc.e.Kind, target)
			}
		}
	}
}

func TestParseBody(t *testing.T) {
	for name, tc := range map[string]struct {
		body, contentType, message, code string
	}{
		"detail text":        {`{"detail":"No matching chute found!"}`, "", "No matching chute found!", ""},
		"detail list":        {`{"detail":[{"type":"missing","loc":["body","name"],"msg":"Field required","input":{"secret":"s3cr3t"}},{"loc":["query",0],"msg":"bad"}]}`, "", "name: Field required; query.0: bad", ""},
		"detail dict":        {`{"detail":{"message":"quota","quota_reset_timestamp":"x"}}`, "", "quota", ""},
		"detail engine":      {`{"detail":{"error":{"message":"deep","code":"c7"}}}`, "", "deep", "c7"},
		"detail JSON string": {`{"detail":"{\"detail\": {\"message\": \"deeper\"}}"}`, "", "deeper", ""},
		"detail null":        {`{"detail":null,"message":"m"}`, "", "m", ""},
		"detail empty list":  {`{"detail":[],"title":"t"}`, "", "t", ""},
		"error object":       {`{"error":{"message":"m","type":"t","code":42,"param":"p"}}`, "", "m", "42"},
		"error text":         {`{"error":"just this"}`, "", "just this", ""},
		"error code":         {`{"error":"invalid_grant","error_description":"expired"}`, "", "invalid_grant: expired", "invalid_grant"},
		"error and detail":   {`{"error":"infra_overload","detail":"full"}`, "", "infra_overload: full", "infra_overload"},
		"message":            {`{"message":"m","code":"c"}`, "", "m", "c"},
		"problem json":       {`{"title":"Not enough","status":403}`, "", "Not enough", ""},
		"bare string":        {`"text"`, "", "text", ""},
		"unknown object":     {`{"a":1}`, "", `{"a":1}`, ""},
		"html":               {"<html><head><title>502 Bad &amp; Gateway</title></head><body>x</body></html>", "text/html", "502 Bad & Gateway", ""},
		"html heading":       {"<!doctype html><h1>Oops</h1>", "", "Oops", ""},
		"html nothing":       {"<html><p>x</p></html>", "", "an HTML page", ""},
		"text":               {"Internal Server Error", "text/plain", "Internal Server Error", ""},
		"bom":                {"\ufeff{\"detail\":\"b\"}", "", "b", ""},
		"broken":             {`{"detail":`, "application/json", `{"detail":`, ""},
		"empty":              {"", "", "", ""},
	} {
		got := parseBody([]byte(tc.body), tc.contentType)
		if got.message != tc.message || got.code != tc.code {
			t.Errorf("%s: message %q code %q, want %q %q", name, got.message, got.code, tc.message, tc.code)
		}
		if strings.Contains(got.message, "s3cr3t") {
			t.Errorf("%s repeats the caller's input", name)
		}
	}
}

func TestCleanMessage(t *testing.T) {
	if got := cleanMessage("a\x1b[31mb\x00c\nd\u0085e\u202ef", nil); got != "a[31mbc def" {
		t.Errorf("%q", got)
	}
	long := cleanMessage(strings.Repeat("é", 5000), nil)
	if n := len([]rune(long)); n != MaxMessageChars {
		t.Errorf("%d characters", n)
	}
	if got := cleanMessage("cpk_te\x00st_split_key", nil); got != Mask {
		t.Errorf("a control character hid the key: %q", got)
	}
}

func TestRequestIDAndFields(t *testing.T) {
	h := http.Header{}
	h.Set("X-Chutes-InvocationID", "inv")
	if e := classify(500, h, []byte("x"), nil); e.RequestID != "inv" {
		t.Errorf("request id %q", e.RequestID)
	}
	h.Set("X-Request-Id", "req")
	e := classify(429, h, []byte(`{"detail":"no"}`), nil)
	e.Attempts = 3
	if e.RequestID != "req" || !e.Retryable {
		t.Errorf("%+v", e)
	}
	e.RetryAfter, e.Code, e.Reason, e.cause = 1500*time.Millisecond, "c", "r", errors.New("why")
	want := `chutes: rate_limited (HTTP 429): no [Kind="rate_limited" Status="429" Message="no" Code="c" RequestID="req" RetryAfter="1.5s" Retryable="true" Attempts="3" Reason="r" Cause="why"]`
	if plus := fmt.Sprintf("%+v", e); plus != want {
		t.Errorf("%%+v: %s", plus)
	}
	var out map[string]any
	if data, err := json.Marshal(e); err != nil || json.Unmarshal(data, &out) != nil || out["kind"] != "rate_limited" {
		t.Errorf("JSON %v %v", out, err)
	}
	if reflect.DeepEqual(classify(501, h, nil, nil).Retryable, true) {
		t.Error("501 is retryable")
	}
}

func TestErrorAsJSON(t *testing.T) {
	fee := 1.5
	e := &Error{
		Kind: KindCapacity, Status: 429, Message: "a < b", RequestID: "r", RetryAfter: 1500 * time.Millisecond, Retryable: true, Attempts: 2, Fee: &fee,
		History: []Attempt{{1, 429, KindCapacity, time.Second}, {Number: 2, Status: 200}}, Tried: []Tried{{"m", KindCapacity}}, Body: []byte("secret"), Text: "secret",
	}
	want := `{"kind":"capacity","status":429,"message":"a < b","request_id":"r","retry_after":1.5,"retryable":true,"attempts":2,"fee":1.5,` +
		`"history":[{"number":1,"status":429,"kind":"capacity","wait":1},{"number":2,"status":200}],"tried":[{"model":"m","kind":"capacity"}]}`
	if data, err := e.MarshalJSON(); err != nil || string(data) != want {
		t.Errorf("%s", data)
	}
	for _, v := range []any{e, *e} {
		if data, err := json.Marshal(v); err != nil || strings.Contains(string(data), "secret") {
			t.Errorf("%s %v", data, err)
		}
	}
}

func TestTimeoutsAreToldAsGoTellsThem(t *testing.T) {
	for kind, want := range map[Kind]bool{KindTimeout: true, KindConnection: false, KindCancelled: false} {
		err := fmt.Errorf("around: %w", newError(kind, "x"))
		var asked interface{ Timeout() bool }
		if !errors.As(err, &asked) || asked.Timeout() != want || os.IsTimeout(newError(kind, "x")) != want || errors.Is(err, context.DeadlineExceeded) != want {
			t.Errorf("%s is told as another", kind)
		}
	}
}

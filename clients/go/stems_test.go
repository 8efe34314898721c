package chutes

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chutes-client/chutes-client/clients/go/sse"
)

// The numbers that all clients share (clients/README.md, "Constants"): a limit that nobody waits for is only seen here.
func TestConstants(t *testing.T) {
	for name, pair := range map[string][2]float64{
		"ConnectTimeout":             {ConnectTimeout.Seconds(), 10},
		"ManagementFirstByteTimeout": {ManagementFirstByteTimeout.Seconds(), 60},
		"InvocationFirstByteTimeout": {InvocationFirstByteTimeout.Seconds(), 630},
		"ManagementIdleTimeout":      {ManagementIdleTimeout.Seconds(), 60},
		"InvocationIdleTimeout":      {InvocationIdleTimeout.Seconds(), 120},
		"ManagementDeadline":         {ManagementDeadline.Seconds(), 120},
		"MaxRetries":                 {MaxRetries, 2},
		"BackoffBase":                {BackoffBase.Seconds(), 0.5},
		"BackoffCapacityBase":        {BackoffCapacityBase.Seconds(), 1},
		"BackoffMax":                 {BackoffMax.Seconds(), 8},
		"JitterMin":                  {JitterMin, 0.5},
		"JitterMax":                  {JitterMax, 1},
		"RetryAfterMax":              {RetryAfterMax.Seconds(), 120},
		"RetryAfterAbsurd":           {RetryAfterAbsurd, 1e9},
		"InvocationResetWindow":      {InvocationResetWindow.Seconds(), 2},
		"BudgetMax":                  {BudgetMax, 10},
		"BudgetGain":                 {BudgetGain, 0.1},
		"MaxMessageChars":            {MaxMessageChars, 2000},
		"MaxBodyBytes":               {MaxBodyBytes, 64 << 10},
		"MaxEventBytes":              {sse.MaxEventBytes, 64 << 20},
		"MaxTurns":                   {MaxTurns, 10},
		"ToolTimeout":                {ToolTimeout.Seconds(), 60},
		"MaxMediaBytes":              {MaxMediaBytes, 100 << 20},
		"MaxMediaParts":              {MaxMediaParts, 8},
		"MapConcurrency":             {MapConcurrency, 8},
		"MaxConcurrency":             {MaxConcurrency, 8},
		"PricesTTL":                  {PricesTTL.Seconds(), 3600},
		"MaxNameChars":               {MaxNameChars, 64},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %v, want %v", name, pair[0], pair[1])
		}
	}
}

func TestLimitsOfASurface(t *testing.T) {
	const s = time.Second
	for name, tc := range map[string]struct {
		op       operation
		settings settings
		want     limits
	}{
		"management": {operation{surface: management}, settings{}, limits{10 * s, 60 * s, 60 * s, 120 * s}},
		"stream":     {operation{surface: management, stream: true}, settings{}, limits{10 * s, 60 * s, 60 * s, NoTimeout}},
		"endless":    {operation{surface: management, stream: true, endless: true}, settings{}, limits{10 * s, 60 * s, NoTimeout, NoTimeout}},
		"invocation": {operation{surface: invocation}, settings{}, limits{10 * s, 630 * s, 120 * s, NoTimeout}},
		"timeout":    {operation{surface: invocation}, settings{timeout: 5 * s, idle: NoTimeout}, limits{10 * s, 5 * s, NoTimeout, NoTimeout}},
		"finer":      {operation{surface: invocation}, settings{timeout: 5 * s, firstByte: 6 * s, connect: 3 * s, total: 7 * s}, limits{3 * s, 6 * s, 5 * s, 7 * s}},
	} {
		if got := limitsFor(tc.op, &tc.settings); got != tc.want {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}

func TestDeadline(t *testing.T) {
	now := time.Unix(100, 0)
	clock := func() time.Time { return now }
	ten, none := newDeadline(10*time.Second, clock), newDeadline(NoTimeout, clock)
	if ten.remaining() != 10*time.Second || ten.expired() || !ten.fits(9*time.Second) || ten.fits(10*time.Second) {
		t.Error("a fresh deadline")
	}
	now = now.Add(9 * time.Second)
	if ten.remaining() != time.Second || ten.expired() {
		t.Error("a deadline with a second left")
	}
	now = now.Add(2 * time.Second)
	if ten.remaining() != 0 || !ten.expired() {
		t.Error("a deadline that has passed")
	}
	if none.remaining() != NoTimeout || none.expired() || !none.fits(time.Hour) {
		t.Error("no deadline")
	}
}

func TestAccumulatorIsEmptyUntilSomethingCame(t *testing.T) {
	for _, chunk := range []string{`{"choices":[{"index":0}]}`, `{"usage":{"total_tokens":1}}`, `{"id":"c"}`} {
		var a Accumulator
		if !a.Empty() {
			t.Error("a fresh one is not empty")
		}
		if a.Add([]byte(chunk)); a.Empty() {
			t.Errorf("empty after %s", chunk)
		}
	}
}

func TestErrorIsOneLine(t *testing.T) {
	for want, err := range map[string]*Error{
		"chutes: not_found (HTTP 404): no such chute": {Kind: KindNotFound, Status: 404, Message: "no such chute"},
		"chutes: config: no key":                      {Kind: KindConfig, Message: "no key"},
	} {
		if err.Error() != want {
			t.Errorf("%q, want %q", err.Error(), want)
		}
	}
	for want, reason := range map[string]string{"truncated": ReasonTruncated, "restarted": ReasonRestarted, "connection": ReasonConnection, "idle_timeout": ReasonIdleTimeout} {
		if reason != want {
			t.Errorf("%q, want %q", reason, want)
		}
	}
}

func TestParseBodyTellsTypeAndParam(t *testing.T) {
	for _, body := range []string{
		`{"error":{"message":"m","type":"t","param":"p","code":"c"}}`,
		`{"message":"m","type":"t","param":"p","code":"c"}`,
		`{"detail":{"message":"m","type":"t","param":"p","code":"c"}}`,
	} {
		if got := parseBody([]byte(body), ""); got.typ != "t" || got.param != "p" || got.code != "c" || got.message != "m" {
			t.Errorf("%s: %+v", body, got)
		}
	}
}

func TestLinesSharedByReads(t *testing.T) {
	raw := events(true, "one\r\ntw", "o\nthree\nfour")
	half := strings.Index(raw, "tw\r\n") + len("tw\r\n")
	s := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool {
		_, _ = conn.Write([]byte(raw[:half]))
		time.Sleep(30 * time.Millisecond) // so that the halves of the second line come in two reads
		_, _ = conn.Write([]byte(raw[half:]))
		return true
	})
	c, _ := s.client(t)
	stream, err := c.Chute("me-echo").Stream(ctx(t), "/s", nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for line, err := range stream.Lines() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, line)
	}
	if strings.Join(got, "|") != "one|two|three|four" {
		t.Fatalf("%q", got)
	}
}

func TestLinesEndWithTheBody(t *testing.T) {
	s := newRawServer(t, answers(events(true, "one\n", "two\n")))
	c, _ := s.client(t)
	stream, err := c.Chute("me-echo").Stream(ctx(t), "/s", nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for line, err := range stream.Lines() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, line)
	}
	if strings.Join(got, "|") != "one|two" {
		t.Fatalf("%q", got)
	}
}

func TestErrorIsShownByEveryVerb(t *testing.T) {
	e := &Error{Kind: KindRateLimited, Status: 429, Message: "slow", RetryAfter: 3 * time.Second}
	if got := fmt.Sprintf("%s|%v|%q", e, e, e); got != e.Error()+"|"+e.Error()+"|"+strconv.Quote(e.Error()) {
		t.Error(got)
	}
	if got := fmt.Sprintf("%+v", e); !strings.Contains(got, `RetryAfter="3s"`) {
		t.Error(got)
	}
	if got := fmt.Sprintf("%#v", e); !strings.HasPrefix(got, `&chutes.Error{Kind: "rate_limited"`) {
		t.Error(got)
	}
	e.RetryAfter = 0
	if got := fmt.Sprintf("%+v", e); strings.Contains(got, "RetryAfter") {
		t.Error(got)
	}
}

package sse

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

func decode(t *testing.T, slices ...string) ([]Event, *Decoder) {
	t.Helper()
	d := NewDecoder(0)
	var out []Event
	for _, s := range slices {
		d.Feed([]byte(s))
		for {
			event, ok, err := d.Next()
			if err != nil {
				t.Fatalf("Next: %v", err)
			}
			if !ok {
				break
			}
			out = append(out, event)
		}
	}
	return out, d
}

func datas(events []Event) []string {
	out := []string{}
	for _, e := range events {
		out = append(out, e.Name+"|"+string(e.Data)+"|"+e.ID)
	}
	return out
}

func TestGrammar(t *testing.T) {
	for name, tc := range map[string]struct {
		in   string
		want []string
	}{
		"lf":               {"data: a\n\ndata: b\n\n", []string{"message|a|", "message|b|"}},
		"crlf":             {"data: a\r\n\r\ndata: b\r\n\r\n", []string{"message|a|", "message|b|"}},
		"cr":               {"data: a\r\rdata: b\r\r", []string{"message|a|", "message|b|"}},
		"mixed":            {"data: a\r\n\ndata: b\r\r\n\n", []string{"message|a|", "message|b|"}},
		"bom once":         {"\ufeffdata: a\n\n\ufeffdata: b\n\n", []string{"message|a|"}},
		"one space":        {"data:  a\n\ndata:\tb\n\n", []string{"message| a|", "message|\tb|"}},
		"no colon":         {"data\n\n", []string{"message||"}},
		"multi line":       {"data: a\ndata: b\ndata\n\n", []string{"message|a\nb\n|"}},
		"name resets":      {"event: x\nevent: y\ndata: a\n\ndata: b\n\n", []string{"y|a|", "message|b|"}},
		"no data no event": {"event: x\n\ndata: a\n\n", []string{"message|a|"}},
		"id persists":      {"id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n", []string{"message|a|1", "message|b|1", "message|c|"}},
		"id with NUL":      {"id: 1\ndata: a\n\nid: 2\x00\ndata: b\n\n", []string{"message|a|1", "message|b|1"}},
		"id-only block":    {"id: 7\n\ndata: a\n\n", []string{"message|a|7"}},
		"unknown fields":   {"Data: x\n data: x\nfoo\ndata: a\n\n", []string{"message|a|"}},
		"comments":         {": " + strings.Repeat("c", 200000) + "\ndata: a\n:x\n\n", []string{"message|a|"}},
		"other breaks":     {"data: a\u2028b\u2029c\u0085d\ve\ff\n\n", []string{"message|a\u2028b\u2029c\u0085d\ve\ff|"}},
		"controls":         {"data: a\x00b\x01\n\n", []string{"message|a\x00b\x01|"}},
		"invalid utf-8":    {"data: a\xffb\xe2\x82 c\xff\xff\n\ndata: ok\n\n", []string{"message|a\ufffdb\ufffd c\ufffd\ufffd|", "message|ok|"}},
		"unfinished":       {"data: a\n\ndata: b\n", []string{"message|a|"}},
		"payload":          {"data: x data: [DONE]\n\n", []string{"message|x data: [DONE]|"}},
	} {
		t.Run(name, func(t *testing.T) {
			whole, _ := decode(t, tc.in)
			if got := datas(whole); !reflect.DeepEqual(got, tc.want) {
				t.Fatalf("whole: %q, want %q", got, tc.want)
			}
			if len(tc.in) > 2000 {
				return
			}
			for cut := 1; cut < len(tc.in); cut++ {
				parts, _ := decode(t, tc.in[:cut], tc.in[cut:])
				if got := datas(parts); !reflect.DeepEqual(got, tc.want) {
					t.Fatalf("cut at %d: %q, want %q", cut, got, tc.want)
				}
			}
			single, _ := decode(t, strings.Split(tc.in, "")...)
			if strings.ToValidUTF8(tc.in, "") == tc.in && !reflect.DeepEqual(datas(single), tc.want) {
				t.Fatalf("rune by rune: %q, want %q", datas(single), tc.want)
			}
		})
	}
}

func TestCRDeliversAtOnce(t *testing.T) {
	events, _ := decode(t, "data: a\r\r")
	if len(events) != 1 {
		t.Fatalf("an event ended by CR CR waited for more bytes: %v", events)
	}
	events, _ = decode(t, "data: a\r", "\ndata: b\r", "\r", "\n")
	if got := datas(events); !reflect.DeepEqual(got, []string{"message|a\nb|"}) {
		t.Fatalf("split CRLF: %q", got)
	}
}

func TestRetry(t *testing.T) {
	for in, want := range map[string]time.Duration{"5": 5 * time.Millisecond, "+5": 0, "1_000": 0, "1.5": 0, "٣": 0, "": 0, "99999999999999999999": 0} {
		events, _ := decode(t, "retry: "+in+"\ndata: a\n\n")
		if events[0].Retry != want {
			t.Errorf("retry %q = %v, want %v", in, events[0].Retry, want)
		}
	}
}

func TestIgnoredLinesComeInOrder(t *testing.T) {
	d := NewDecoder(0)
	d.Feed([]byte("data: a\n\n{\"error\":\"x\"}\n\ndata: b\n\n"))
	if e, ok, _ := d.Next(); !ok || string(e.Data) != "a" || len(d.TakeIgnored()) != 0 {
		t.Fatal("nothing was ignored before the first event")
	}
	if e, ok, _ := d.Next(); !ok || string(e.Data) != "b" {
		t.Fatal("no second event")
	}
	if got := d.TakeIgnored(); !reflect.DeepEqual(got, []string{`{"error":"x"}`}) {
		t.Fatalf("ignored = %q", got)
	}
}

func TestFinish(t *testing.T) {
	for in, want := range map[string]Tail{
		"":                           {},
		"data: a\n\n":                {},
		"data: [DONE]":               {Line: "data: [DONE]", Data: []byte("[DONE]")},
		"event: x\ndata: a\ndata: b": {Line: "data: b", Data: []byte("a\nb"), Event: "x"},
		"{\"error\":\"x\"}":          {Line: "{\"error\":\"x\"}"},
		"data: a\n":                  {Data: []byte("a")},
		"\xef\xbb":                   {},
		"data: \xe2\x82":             {Line: "data: \ufffd", Data: []byte("\ufffd")},
	} {
		_, d := decode(t, in)
		if got := d.Finish(); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, want %+v", in, got, want)
		}
	}
}

func TestCap(t *testing.T) {
	for name, in := range map[string]string{
		"one line":   "data: " + strings.Repeat("x", 200) + "\n\n",
		"many lines": strings.Repeat("data: xxxxxxxxxxxxxxxxxxxx\n", 10),
		"no end":     strings.Repeat("x", 200),
	} {
		d := NewDecoder(100)
		d.Feed([]byte(in))
		_, _, err := d.Next()
		var tooLarge *TooLargeError
		if !errors.As(err, &tooLarge) || tooLarge.Limit != 100 {
			t.Errorf("%s: %v", name, err)
		}
		if _, _, again := d.Next(); again != err {
			t.Errorf("%s: the error does not stay", name)
		}
	}
}

func TestLongCommentIsNoEvent(t *testing.T) {
	d := NewDecoder(100)
	for _, piece := range []string{"data: a\n: ", strings.Repeat("x", 70), strings.Repeat("y", 70), strings.Repeat("z", 70), "\n\n"} {
		d.Feed([]byte(piece))
		event, ok, err := d.Next()
		if err != nil || ok != (piece == "\n\n") || ok && string(event.Data) != "a" {
			t.Fatalf("after %q: %+v %v %v", piece, event, ok, err)
		}
	}
}

// The work is counted in time, so the bound is generous; a quadratic decoder misses it by orders of magnitude.
func TestLinear(t *testing.T) {
	run := func(size int) time.Duration {
		piece := []byte(strings.Repeat("x", 1024))
		d := NewDecoder(0)
		start := time.Now()
		d.Feed([]byte("data: "))
		for range size / len(piece) {
			d.Feed(piece)
			if _, ok, err := d.Next(); ok || err != nil {
				t.Fatal("early event")
			}
		}
		d.Feed([]byte("\n\n"))
		if e, ok, _ := d.Next(); !ok || len(e.Data) != size {
			t.Fatal("no event")
		}
		return time.Since(start)
	}
	run(1 << 20)
	small, large := run(2<<20), run(32<<20)
	if large > 100*small+2*time.Second {
		t.Fatalf("2 MiB took %v, 32 MiB took %v", small, large)
	}
}

func TestBorrowedDataIsThereUntilMoreIsFed(t *testing.T) {
	d := NewDecoder(0)
	const in = "data: one\n\ndata: two\ndata: lines\n\ndata\n\ndata: cut"
	d.Feed([]byte(in))
	var kept []Event
	for _, want := range []string{"one", "two\nlines", ""} {
		event, ok, err := d.Borrow()
		if !ok || err != nil || string(event.Data) != want || event.Data == nil {
			t.Fatalf("%q %v %v, want %q", event.Data, ok, err, want)
		}
		own := d.Keep(event)
		clear(event.Data)
		kept = append(kept, own)
	}
	if _, ok, _ := d.Borrow(); ok {
		t.Fatal("an event without its end")
	}
	// What was lent for an event that is not complete yet is saved when the buffer moves.
	d.Feed([]byte("\n"))
	if _, ok, _ := d.Borrow(); ok {
		t.Fatal("an event without its end")
	}
	d.Feed([]byte(strings.Repeat(":", 100000) + "\n\n"))
	event, _, _ := d.Borrow()
	kept = append(kept, d.Keep(event))
	if got := datas(kept); !reflect.DeepEqual(got, []string{"message|one|", "message|two\nlines|", "message||", "message|cut|"}) {
		t.Fatalf("%q", got)
	}
}

func TestTailHasDataWhereThereWasALine(t *testing.T) {
	for in, want := range map[string]string{"data": "", "data\n": "", "data: a\n": "a", "data: a\ndata": "a\n"} {
		_, d := decode(t, in)
		if tail := d.Finish(); tail.Data == nil || string(tail.Data) != want {
			t.Errorf("%q: %q", in, tail.Data)
		}
	}
	_, d := decode(t, "event: x\n")
	if tail := d.Finish(); tail.Data != nil {
		t.Errorf("%q", tail.Data)
	}
}

func TestALongCommentIsNotKept(t *testing.T) {
	d := NewDecoder(100)
	d.Feed([]byte("data: a\n:"))
	for range 1000 {
		d.Feed(bytes.Repeat([]byte("x"), 70))
		if _, ok, err := d.Next(); ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	if d.Buffered() > 200 {
		t.Fatal(d.Buffered())
	}
	d.Feed([]byte("\n\n"))
	if event, ok, err := d.Next(); !ok || err != nil || string(event.Data) != "a" {
		t.Fatal(event, ok, err)
	}
}

// Lines that end by CR alone cost no more than others: each was searched for an LF to the end of all that was fed.
func TestCarriageReturnsAreLinear(t *testing.T) {
	cost := func(text string) time.Duration {
		best := time.Hour
		for range 3 {
			decoder, began := NewDecoder(0), time.Now()
			decoder.Feed([]byte(text))
			events := 0
			for _, ok, _ := decoder.Next(); ok; _, ok, _ = decoder.Next() {
				events++
			}
			if best = min(best, time.Since(began)); events != 50_000 {
				t.Fatal(events)
			}
		}
		return best
	}
	feeds, returns := cost(strings.Repeat("data: x\n\n", 50_000)), cost(strings.Repeat("data: x\r\r", 50_000))
	if returns > 10*feeds { // it was 80 times as much
		t.Errorf("by CR %v, by LF %v", returns, feeds)
	}
}

func TestKeptEventsTakeNoMoreRoomThanHasArrived(t *testing.T) {
	d := NewDecoder(0)
	d.Feed([]byte("data: one\n\ndata: two\n\n"))
	event, _, _ := d.Borrow()
	if d.Keep(event); len(d.block) > len("data: two\n\n") {
		t.Errorf("%d bytes are kept ready for what has not arrived", len(d.block))
	}
}

package sse

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// corpus is where the streams live that all clients of the suite are tried on; a copy of this module alone has none.
const corpus = "../../../conformance/corpus"

// outcome is all that a decoder tells of a stream, apart from where its reads were cut.
type outcome struct {
	Events  []Event
	Ignored []string
	Tail    Tail
}

func outcomeOf(data []byte, cuts ...int) outcome {
	d := NewDecoder(0)
	var out outcome
	from := 0
	for _, to := range append(cuts, len(data)) {
		d.Feed(bytes.Clone(data[from:to]))
		for {
			event, ok, err := d.Next()
			if err != nil {
				panic(err) // 64 MiB are out of reach here
			}
			if !ok {
				break
			}
			out.Events = append(out.Events, event)
		}
		out.Ignored = append(out.Ignored, d.TakeIgnored()...)
		from = to
	}
	out.Tail = d.Finish()
	return out
}

// FuzzDecoder holds the decoder to one rule: where the reads are cut makes no difference.
func FuzzDecoder(f *testing.F) {
	for _, kind := range []string{"*.lines", "*.chat"} {
		files, err := filepath.Glob(filepath.Join(corpus, kind))
		if err != nil {
			f.Fatal(err)
		}
		for i, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data, uint16(i), uint16(7*i))
		}
	}
	f.Add([]byte("\xef\xbb\xbfdata: a\r\n\r\nid: 7\rretry: 5\n: c\ndata"), uint16(1), uint16(11))
	f.Fuzz(func(t *testing.T, data []byte, a, b uint16) {
		whole := outcomeOf(data)
		first, second := int(a)%(len(data)+1), int(b)%(len(data)+1)
		plans := [][]int{{first}, {min(first, second), max(first, second)}}
		if len(data) < 4096 {
			every := []int{}
			for at := 1; at < len(data); at++ {
				every = append(every, at)
			}
			plans = append(plans, every)
		}
		for _, cuts := range plans {
			if got := outcomeOf(data, cuts...); !reflect.DeepEqual(got, whole) {
				t.Fatalf("%q cut at %v:\n%s\nwhole:\n%s", data, cuts, fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", whole))
			}
		}
	})
}

package chutes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestMap(t *testing.T) {
	delays := []int{30, 0, 15}
	slow := func(_ context.Context, ms int) (string, error) {
		time.Sleep(time.Duration(ms) * time.Millisecond)
		if ms == 15 {
			return "", errors.New("no")
		}
		return fmt.Sprint(ms), nil
	}
	for _, tc := range []struct {
		ordered bool
		want    []string
	}{{false, []string{"1:0:<nil>", "2::no", "0:30:<nil>"}}, {true, []string{"0:30:<nil>", "1:0:<nil>", "2::no"}}} {
		results, err := Map(ctx(t), slices.Values(delays), slow, &MapParams{Ordered: tc.ordered})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for r := range results {
			if r.Item != delays[r.Index] {
				t.Errorf("result %d has item %d", r.Index, r.Item)
			}
			got = append(got, fmt.Sprintf("%d:%s:%v", r.Index, r.Value, r.Err))
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("ordered %v: %v", tc.ordered, got)
		}
	}
	_, none := Map(ctx(t), slices.Values(delays), slow, &MapParams{Concurrency: Set(0)})
	_, items := Map(ctx(t), nil, slow, nil)
	_, function := Map[int, string](ctx(t), slices.Values(delays), nil, nil)
	for _, err := range []error{none, items, function} {
		wantKind(t, err, KindConfig)
	}
}

func TestMapTakesNoMoreThanItHasRoomFor(t *testing.T) {
	for _, ordered := range []bool{false, true} {
		taken, open, most, cancelled := 0, atomic.Int32{}, atomic.Int32{}, atomic.Int32{}
		endless := func(yield func(int) bool) {
			for yield(taken) {
				taken++
			}
		}
		results, _ := Map(ctx(t), endless, func(ctx context.Context, i int) (int, error) {
			most.Store(max(most.Load(), open.Add(1)))
			defer open.Add(-1)
			if i < 5 {
				time.Sleep(time.Millisecond)
				return i, nil
			}
			<-ctx.Done()
			cancelled.Add(1)
			return 0, ctx.Err()
		}, &MapParams{Concurrency: Set(3), Ordered: ordered})
		seen := 0
		for range results {
			if seen++; seen == 5 {
				break
			}
		}
		if taken > 5+3 || most.Load() > 3 {
			t.Errorf("ordered %v: %d taken, %d at once", ordered, taken, most.Load())
		}
		for deadline := time.Now().Add(5 * time.Second); open.Load() > 0 && time.Now().Before(deadline); {
			time.Sleep(time.Millisecond)
		}
		if open.Load() != 0 || cancelled.Load() == 0 {
			t.Errorf("ordered %v: %d still open, %d cancelled", ordered, open.Load(), cancelled.Load())
		}
	}
}

func TestMapEndsWithItsContext(t *testing.T) {
	running, cancel := contextWithCancel(t)
	endless := func(yield func(int) bool) {
		for i := 0; yield(i); i++ {
		}
	}
	results, _ := Map(running, endless, func(ctx context.Context, i int) (int, error) { return i, ctx.Err() }, nil)
	n := 0
	var last error
	for result := range results {
		if n++; n == 4 {
			cancel()
		}
		if result.Err != nil {
			last = result.Err
		}
	}
	if n < 4 || n > 5+MapConcurrency || !errors.Is(last, context.Canceled) {
		t.Errorf("%d results, %v", n, last)
	}
	// The calls themselves may not have noticed: that items are left out must be seen all the same.
	over, end := contextWithCancel(t)
	end()
	results, _ = Map(over, endless, func(context.Context, int) (int, error) { return 0, nil }, &MapParams{Ordered: true})
	for result := range results {
		if wantKind(t, result.Err, KindCancelled); result.Index != 0 {
			t.Error(result.Index)
		}
		n = -1
	}
	if n != -1 {
		t.Error("a loop over nothing looks complete")
	}
}

func TestProgressBar(t *testing.T) {
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	if newProgressBar(true, f) != nil {
		t.Error("a file is no terminal")
	}
	r, w := io.Pipe()
	bar := &progressBar{out: w}
	go func() { bar.step(false); bar.step(true); bar.end(); _ = w.Close() }()
	text, _ := io.ReadAll(r)
	if !strings.HasSuffix(string(text), "2 done, 1 failed\n") {
		t.Errorf("%q", text)
	}
	(*progressBar)(nil).step(true)
	(*progressBar)(nil).end()
}

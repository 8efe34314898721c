package main

import (
	"encoding/json"
	"maps"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// cpuMicros is user and system time of this process.
func cpuMicros() float64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return float64(used.Utime.Nano()+used.Stime.Nano()) / 1e3
}

// meter measures from its making to its report.
type meter struct {
	cpu  float64
	wall time.Time
	heap runtime.MemStats
}

func start() *meter {
	m := &meter{}
	runtime.ReadMemStats(&m.heap)
	m.cpu, m.wall = cpuMicros(), time.Now()
	return m
}

// report prints one line: what one unit of the work cost, allocations included.
func (m *meter) report(units int, more map[string]float64) {
	cpu, wall, n := cpuMicros()-m.cpu, float64(time.Since(m.wall).Nanoseconds())/1e3, float64(units)
	var heap runtime.MemStats
	runtime.ReadMemStats(&heap)
	line := map[string]float64{"cpu_us": cpu / n, "wall_us": wall / n, "units": n,
		"allocations": float64(heap.Mallocs-m.heap.Mallocs) / n, "allocated_bytes": float64(heap.TotalAlloc-m.heap.TotalAlloc) / n}
	maps.Copy(line, more)
	if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
		panic(err)
	}
}

// measure does the work once to warm up, then so many times; the work tells how many units it did.
func measure(rounds int, work func() int) {
	work()
	m, units := start(), 0
	for range rounds {
		units += work()
	}
	m.report(units, nil)
}

// many makes total calls, atOnce of them open at any time.
func many(atOnce, total int, one func()) int {
	var left atomic.Int64
	left.Store(int64(total))
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				one()
			}
		})
	}
	all.Wait()
	return total
}

// delays holds how long after the server's writing each token was there, microseconds.
type delays []float64

func (d *delays) add(text string) {
	written, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		panic(err)
	}
	*d = append(*d, float64(time.Now().UnixNano())/1e3-written)
}

// quantiles are those without the opening (the first two tokens).
func (d delays) quantiles() map[string]float64 {
	sorted := slices.Sorted(slices.Values(d[2:]))
	at := func(share float64) float64 { return sorted[min(len(sorted)-1, int(float64(len(sorted))*share))] }
	return map[string]float64{"p50_us": at(0.5), "p99_us": at(0.99)}
}

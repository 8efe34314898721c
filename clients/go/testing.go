package chutes

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// Seam is where a client gets its sleep, clock and random numbers. Unset fields keep the real ones. Socket time-outs always run on the real clock.
type Seam struct {
	Sleep  func(ctx context.Context, d time.Duration) error // returns ctx.Err() when ctx ends first
	Now    func() time.Time
	Random func() float64 // 0 <= x < 1
}

func (s Seam) withDefaults() Seam {
	if s.Sleep == nil {
		s.Sleep = sleep
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Random == nil {
		s.Random = rand.Float64
	}
	return s
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// VirtualClock makes retries testable without waiting: sleeps return at once, are recorded, and move the clock.
//
//	clock := chutes.NewVirtualClock(time.Unix(1700000000, 0))
//	client, err := chutes.New(chutes.WithSeam(clock.Seam()))
//	…
//	fmt.Println(clock.Sleeps())
type VirtualClock struct {
	mu     sync.Mutex
	now    time.Time
	sleeps []time.Duration
	random *float64
}

// NewVirtualClock returns a clock that stands at start.
func NewVirtualClock(start time.Time) *VirtualClock { return &VirtualClock{now: start} }

// FixRandom fixes the random source to x (0 <= x < 1), so that jitter is known.
func (c *VirtualClock) FixRandom(x float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.random = &x
}

// Now returns where the clock stands.
func (c *VirtualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Sleep records d and moves the clock by it.
func (c *VirtualClock) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sleeps = append(c.sleeps, d)
	c.now = c.now.Add(d)
	return nil
}

// Sleeps returns what was slept so far, in order.
func (c *VirtualClock) Sleeps() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]time.Duration(nil), c.sleeps...)
}

func (c *VirtualClock) rand() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.random != nil {
		return *c.random
	}
	return rand.Float64()
}

// Seam returns the clock as a client takes it.
func (c *VirtualClock) Seam() Seam { return Seam{Sleep: c.Sleep, Now: c.Now, Random: c.rand} }

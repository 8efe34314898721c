package chutes

import (
	"context"
	"slices"
	"time"
)

// Default limits.
const (
	ConnectTimeout             = 10 * time.Second
	ManagementFirstByteTimeout = 60 * time.Second
	InvocationFirstByteTimeout = 630 * time.Second // the server's own 504 comes at about 600 s
	ManagementIdleTimeout      = 60 * time.Second
	InvocationIdleTimeout      = 120 * time.Second
	ManagementDeadline         = 120 * time.Second // management calls with a JSON answer only
)

// surface tells the two halves of the API apart: they differ in limits and in what is retried.
type surface int

const (
	management surface = iota
	invocation
)

// limits are the four limits of a call; NoTimeout means none.
type limits struct {
	connect, firstByte, idle, total time.Duration
}

// limitsFor lays the options over the defaults of an operation. Streams, uploads and downloads have no deadline of their own.
func limitsFor(op operation, s *settings) limits {
	l := limits{ConnectTimeout, ManagementFirstByteTimeout, ManagementIdleTimeout, NoTimeout}
	if op.surface == invocation {
		l.firstByte, l.idle = InvocationFirstByteTimeout, InvocationIdleTimeout
	} else if !op.stream && op.kind != bodyMultipart {
		l.total = ManagementDeadline
	}
	if op.endless {
		l.idle = NoTimeout
	}
	set := func(dst *time.Duration, values ...time.Duration) {
		for _, v := range values {
			if v != 0 {
				*dst = v
			}
		}
	}
	set(&l.connect, s.connect)
	set(&l.firstByte, s.timeout, s.firstByte)
	set(&l.idle, s.timeout, s.idle)
	set(&l.total, s.total)
	return l
}

// deadline is the end of a whole call, on the seam's clock.
type deadline struct {
	end time.Time // zero = none
	now func() time.Time
}

func newDeadline(total time.Duration, now func() time.Time) deadline {
	if total == NoTimeout || total <= 0 {
		return deadline{now: now}
	}
	return deadline{end: now().Add(total), now: now}
}

// remaining is NoTimeout where there is no end, and never negative.
func (d deadline) remaining() time.Duration {
	if d.end.IsZero() {
		return NoTimeout
	}
	return max(0, d.end.Sub(d.now()))
}

func (d deadline) expired() bool { return d.remaining() == 0 }

// fits says whether a wait ends before the deadline.
func (d deadline) fits(wait time.Duration) bool { return d.end.IsZero() || wait < d.remaining() }

// bound is the context of what the caller does within the call.
func (d deadline) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	if d.end.IsZero() {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, d.remaining(), errDeadline)
}

// with makes requests that are part of a call end with it.
func (d deadline) with(options []Option) []Option {
	if d.end.IsZero() {
		return options
	}
	return append(slices.Clip(options), option("end", func(s *settings) error { s.end = d; return nil }))
}

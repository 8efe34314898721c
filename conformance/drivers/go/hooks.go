package main

import (
	"context"
	"sync"
	"time"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

// hookLog is what the hooks of a client were told, in order.
type hookLog struct {
	mu    sync.Mutex
	calls []object
	fails bool // each hook panics after it has noted what it was told
}

func (l *hookLog) note(hook string, fields object) {
	fields["hook"] = hook
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = append(l.calls, fields)
	if l.fails {
		panic("the hook failed")
	}
}

// from are the calls since a mark.
func (l *hookLog) from(mark int) []object {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]object{}, l.calls[mark:]...)
}

func (l *hookLog) hooks() chutes.Hooks {
	attempt := func(a chutes.AttemptInfo) object {
		return object{"operation": a.Operation, "method": a.Method, "url": a.URL, "number": a.Number, "model": a.Model}
	}
	return chutes.Hooks{
		BeforeAttempt: func(_ context.Context, a chutes.AttemptInfo) { l.note("before_attempt", attempt(a)) },
		AfterAttempt: func(_ context.Context, a chutes.AttemptEnd) {
			fields := attempt(a.AttemptInfo)
			fields["kind"], fields["request_id"], fields["status"] = string(a.Kind), a.RequestID, orNull(a.Status)
			l.note("after_attempt", fields)
		},
		OnRetry: func(_ context.Context, r chutes.RetryInfo) {
			l.note("on_retry", object{"operation": r.Operation, "number": r.Number, "kind": string(r.Kind), "wait_ms": milliseconds(r.Wait)})
		},
		OnStreamEnd: func(_ context.Context, s chutes.StreamInfo) {
			fields := object{"operation": s.Operation, "chunks": s.Chunks, "kind": string(s.Kind), "model": s.Model, "usage": nil}
			if s.Usage != nil {
				fields["usage"] = s.Usage.Raw()
			}
			l.note("on_stream_end", fields)
		},
	}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func orNull(status int) any {
	if status == 0 {
		return nil
	}
	return status
}

func history(attempts []chutes.Attempt) []object {
	out := []object{}
	for _, a := range attempts {
		out = append(out, object{"number": a.Number, "status": orNull(a.Status), "kind": string(a.Kind), "wait_ms": milliseconds(a.Wait)})
	}
	return out
}

func tried(models []chutes.Tried) [][2]string {
	out := [][2]string{}
	for _, t := range models {
		out = append(out, [2]string{t.Model, string(t.Kind)})
	}
	return out
}

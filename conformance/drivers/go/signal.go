package main

import (
	"context"
	"sync"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

// signal is a context that many calls share. It counts who still listens to it, which the contexts of the library do not tell.
type signal struct {
	context.Context
	done chan struct{}

	mu   sync.Mutex
	left int
}

func (s *signal) Done() <-chan struct{} { return s.done }
func (s *signal) Err() error            { return nil }

// Value hides the context inside, so that package context cannot listen to that one.
func (s *signal) Value(any) any { return nil }

// AfterFunc is what package context calls to listen.
func (s *signal) AfterFunc(func()) func() bool {
	s.count(1)
	return sync.OnceValue(func() bool { s.count(-1); return true })
}

func (s *signal) count(by int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left += by
}

// listeners makes many calls on one context and says how many listeners they left on it.
func (r *run) listeners() {
	calls, stream := read[int](r.arg("calls")), read[bool](r.arg("stream"))
	shared := &signal{Context: r.ctx, done: make(chan struct{})}
	request := decodeArgs[chutes.ChatCompletionRequest](r)
	completions := r.s.client.Chat.Completions
	for n := range calls {
		if !stream {
			if _, r.err = completions.Create(shared, request, r.options...); r.err != nil {
				return
			}
			continue
		}
		opened, err := completions.Stream(shared, request, r.options...)
		if r.err = err; err != nil {
			return
		}
		if n%2 == 0 {
			_, r.err = opened.Final()
		} else {
			for _, r.err = range opened.Chunks() {
				break
			}
		}
		if r.err != nil {
			return
		}
	}
	shared.mu.Lock()
	defer shared.mu.Unlock()
	r.final = object{"left": shared.left, "warnings": 0, "calls": calls}
}

package chutes

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Hooks watch the calls of a client; each may be nil. They run on the goroutine of the call (the end of a stream that its context has ended may be
// told on another) and get the context of it, hold plain values without secrets, and cannot change anything: one that panics is ignored and told on the log.
//
//	client, err := chutes.New(chutes.WithHooks(chutes.Hooks{
//		OnRetry: func(_ context.Context, r chutes.RetryInfo) { log.Println(r.Operation, r.Kind, "again in", r.Wait) },
//	}))
type Hooks struct {
	BeforeAttempt func(context.Context, AttemptInfo)
	AfterAttempt  func(context.Context, AttemptEnd) // the headers of the answer are in, or there is none
	OnRetry       func(context.Context, RetryInfo)
	OnStreamEnd   func(context.Context, StreamInfo)
	OnCallEnd     func(context.Context, CallInfo) // the answer has been read, or the call has failed
}

// AttemptInfo is a request on its way out.
type AttemptInfo struct {
	Call      uint64 // the same for all attempts of one call, and for nothing else in this process
	Operation string // id of the operation, such as createChatCompletion
	Method    string
	URL       string // without query
	Number    int    // 1 for the first attempt of the call
	Model     string // the one asked for; "" where there is none
}

// AttemptEnd is what came of it.
type AttemptEnd struct {
	AttemptInfo
	Status    int  // 0 if there was no answer
	Kind      Kind // "" if it went well
	Duration  time.Duration
	RequestID string
}

// RetryInfo is a request that is made again.
type RetryInfo struct {
	Call      uint64
	Operation string
	Number    int // of the attempt that failed
	Kind      Kind
	Wait      time.Duration // before the next one
}

// StreamInfo is a stream that has ended, told once.
type StreamInfo struct {
	Call       uint64
	Operation  string
	Duration   time.Duration // since the call began
	FirstChunk time.Duration // to the first chunk; 0 if there was none
	Chunks     int
	Usage      *Usage // the last one told; nil if there was none
	Kind       Kind   // "" at a complete end, cancelled when it was left early
	Model      string // the one asked for
}

// CallInfo is a call that has ended: its answer was read to the end, or it failed.
type CallInfo struct {
	Call          uint64
	Operation     string
	Model         string // the one asked for
	ResponseModel string // the one that the answer names; of answers that name one
	Status        int    // 0 if there was no answer
	Kind          Kind   // "" if it went well
	Attempts      int
	Duration      time.Duration
	Usage         *Usage
}

// WithHooks adds hooks to a client, after those that were given before. Default: none.
func WithHooks(hooks Hooks) Option {
	return clientOption("WithHooks", func(s *settings) error {
		s.hooks = Hooks{
			BeforeAttempt: both(s.hooks.BeforeAttempt, hooks.BeforeAttempt), AfterAttempt: both(s.hooks.AfterAttempt, hooks.AfterAttempt),
			OnRetry: both(s.hooks.OnRetry, hooks.OnRetry), OnStreamEnd: both(s.hooks.OnStreamEnd, hooks.OnStreamEnd),
			OnCallEnd: both(s.hooks.OnCallEnd, hooks.OnCallEnd),
		}
		return nil
	})
}

func both[T any](one, other func(context.Context, T)) func(context.Context, T) {
	if one == nil || other == nil {
		if one == nil {
			return other
		}
		return one
	}
	return func(ctx context.Context, info T) { one(ctx, info); other(ctx, info) }
}

// WithLogger sends what the client does to a logger: a line per call at info, one per attempt, wait and stream at debug, with the words call.start,
// call.end, attempt.start, attempt.end, retry and stream.end; never a body or the value of a header. Default: standard error at the level that
// CHUTES_LOG names, else nothing.
func WithLogger(logger *slog.Logger) Option {
	return clientOption("WithLogger", func(s *settings) error { s.logger = logger; return nil })
}

// watcher tells hooks and log what happens.
type watcher struct {
	hooks Hooks
	log   *slog.Logger // nil is off
}

// callIDs numbers the calls of the process: whoever watches several clients can tell them apart.
var callIDs atomic.Uint64

func newWatcher(s *settings) *watcher {
	w := &watcher{hooks: s.hooks, log: s.logger}
	if w.log == nil {
		w.log = envLogger(os.Stderr)
	}
	return w
}

// tell calls one hook and survives it.
func tell[T any](ctx context.Context, w *watcher, hook func(context.Context, T), info T) {
	if hook == nil {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			w.line(ctx, slog.LevelWarn, "hook.failed", "error", fmt.Sprint(p))
		}
	}()
	hook(ctx, info)
}

func (w *watcher) line(ctx context.Context, level slog.Level, word string, fields ...any) {
	if w.log != nil {
		w.log.Log(ctx, level, word, fields...)
	}
}

func (w *watcher) callStart(ctx context.Context, k *call) {
	if w.log == nil {
		return
	}
	w.line(ctx, slog.LevelDebug, "call.start", "call", k.trail.id, "operation", k.id, "model", k.model)
}

// attempt tells of an attempt and returns what tells of its end.
func (w *watcher) attempt(ctx context.Context, k *call, known *keyring) func(status int, kind Kind, requestID string) {
	if w.log == nil && w.hooks.BeforeAttempt == nil && w.hooks.AfterAttempt == nil {
		return func(int, Kind, string) {}
	}
	address := *k.url
	address.RawQuery, address.User = "", nil
	info := AttemptInfo{
		Call: k.trail.id, Operation: k.id, Method: k.method, URL: redact(address.String(), known.list()), Number: len(k.trail.history) + 1, Model: k.model,
	}
	w.line(ctx, slog.LevelDebug, "attempt.start", "call", info.Call, "operation", k.id, "method", k.method, "url", info.URL, "number", info.Number)
	tell(ctx, w, w.hooks.BeforeAttempt, info)
	start := time.Now()
	return func(status int, kind Kind, requestID string) {
		end := AttemptEnd{AttemptInfo: info, Status: status, Kind: kind, Duration: time.Since(start), RequestID: requestID}
		w.line(ctx, slog.LevelDebug, "attempt.end", "call", info.Call, "number", info.Number, "status", status, "kind", string(kind),
			"seconds", end.Duration.Seconds(), "request_id", requestID)
		tell(ctx, w, w.hooks.AfterAttempt, end)
	}
}

func (w *watcher) retry(ctx context.Context, k *call, kind Kind, wait time.Duration) {
	info := RetryInfo{Call: k.trail.id, Operation: k.id, Number: len(k.trail.history), Kind: kind, Wait: wait}
	w.line(ctx, slog.LevelDebug, "retry", "call", info.Call, "number", info.Number, "kind", string(kind), "wait", wait.Seconds())
	tell(ctx, w, w.hooks.OnRetry, info)
}

func (w *watcher) callEnd(ctx context.Context, k *call, status int, kind Kind, model string, usage *Usage) {
	if w.log == nil && w.hooks.OnCallEnd == nil {
		return
	}
	info := CallInfo{
		Call: k.trail.id, Operation: k.id, Model: k.model, ResponseModel: model, Status: status, Kind: kind, Attempts: len(k.trail.history),
		Duration: time.Since(k.trail.begun), Usage: usage,
	}
	level := slog.LevelInfo
	if kind != "" {
		level = slog.LevelWarn
	}
	w.line(ctx, level, "call.end", "call", info.Call, "operation", k.id, "model", k.model, "status", status, "kind", string(kind),
		"attempts", info.Attempts, "seconds", info.Duration.Seconds())
	tell(ctx, w, w.hooks.OnCallEnd, info)
}

// wantsStream says whether anybody is told of the end of a stream.
func (w *watcher) wantsStream() bool {
	return w.log != nil || w.hooks.OnStreamEnd != nil || w.hooks.OnCallEnd != nil
}

// wantsBody says whether the end of a call is told with what its body says.
func (w *watcher) wantsBody() bool { return w.hooks.OnCallEnd != nil }

// streamWatch counts what a stream hands out and tells of its end, once.
type streamWatch struct {
	reply  *reply
	mu     sync.Mutex // a stream may be closed while another goroutine waits for its next chunk
	chunks int
	first  time.Duration
	model  string
	usage  *Usage
	told   atomic.Bool
}

// chunk counts one; raw is looked at where it may hold usage.
func (s *streamWatch) chunk(raw []byte) {
	w := s.reply.client.watch
	if !w.wantsStream() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.chunks++; s.chunks == 1 {
		s.first = time.Since(s.reply.call.trail.begun)
	}
	if raw != nil && (w.hooks.OnStreamEnd != nil || w.wantsBody()) {
		s.note(raw)
	}
}

// note reads model and usage of a chunk or an answer.
func (s *streamWatch) note(raw []byte) {
	eachField(raw, func(key string, value json.RawMessage) bool {
		switch {
		case key == "model":
			keepFirst(&s.model, value)
		case key == "usage" && firstByteOf(value) == '{':
			if u, err := decode[Usage](value, nil); err == nil {
				s.usage = u
			}
		}
		return true
	})
}

// end tells how the stream ended; only the first end counts.
func (s *streamWatch) end(kind Kind) {
	if s.told.Swap(true) {
		return
	}
	r := s.reply
	w, ctx, k := r.client.watch, r.ctx, r.call
	if !w.wantsStream() {
		return
	}
	s.mu.Lock()
	info := StreamInfo{
		Call: k.trail.id, Operation: k.id, Duration: time.Since(k.trail.begun), FirstChunk: s.first, Chunks: s.chunks, Usage: s.usage, Kind: kind,
		Model: k.model,
	}
	model := s.model
	s.mu.Unlock()
	w.line(ctx, slog.LevelDebug, "stream.end", "call", info.Call, "operation", k.id, "chunks", info.Chunks, "kind", string(kind), "seconds", info.Duration.Seconds())
	tell(ctx, w, w.hooks.OnStreamEnd, info)
	w.callEnd(ctx, k, r.StatusCode, kind, model, info.Usage)
}

// kindOf is the kind of an error of ours, or none.
func kindOf(e *Error) Kind {
	if e == nil {
		return ""
	}
	return e.Kind
}

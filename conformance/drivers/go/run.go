package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"sync"
	"time"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

// run is one call with what was seen of it.
type run struct {
	req     *request
	s       *session
	ctx     context.Context
	cancel  context.CancelFunc
	start   time.Time
	options []chutes.Option

	mu      sync.Mutex
	obs     []object
	final   any
	err     error
	partial any
	skip    string
	seen    int
	stopped bool
	closer  func()

	response chutes.Response // of the answer behind the result, where the case asks for it
	broken   object          // what else the error object holds
	dir      string          // for files of this call
}

func (d *driver) call(req *request) (result object) {
	defer func() {
		if p := recover(); p != nil {
			result = object{"driver_error": fmt.Sprint(p)}
		}
	}()
	s := d.session(req).derived(req.WithOpts)
	if req.Session == "" && s.client != nil {
		defer func() { _ = s.client.Close() }()
	}
	n := max(req.Repeat, req.Parallel, 1)
	start := time.Now()
	if n == 1 {
		return one(req, s, start)
	}
	runs := make([]object, n)
	var wg sync.WaitGroup
	for i := range n {
		if req.Parallel <= 1 {
			runs[i] = one(req, s, time.Now())
			continue
		}
		wg.Go(func() { runs[i] = one(req, s, start) }) // all are left at the same moment
	}
	wg.Wait()
	return object{"runs": runs}
}

func one(req *request, s *session, start time.Time) (result object) {
	own := *req
	own.Args = maps.Clone(req.Args) // an op takes its arguments out, and the next run wants them again
	req = &own
	r := &run{req: req, s: s, start: start, options: callOptions(req), obs: []object{}}
	if req.Report {
		r.options = append(r.options, chutes.CaptureResponse(&r.response))
	}
	defer r.clean()
	if s.tokens != nil {
		s.tokens.begin(r)
	}
	before, mark := 0, 0
	if s.hooks != nil {
		mark = len(s.hooks.from(0))
	}
	if s.clock != nil {
		before = len(s.clock.Sleeps())
	}
	if r.err = s.err; r.err == nil {
		r.ctx, r.cancel = context.WithCancel(context.Background())
		defer r.cancel()
		if stop := req.Stop; stop != nil && stop.AfterMS != nil {
			timer := time.AfterFunc(time.Until(start.Add(time.Duration(*stop.AfterMS*float64(time.Millisecond)))), r.leave)
			defer timer.Stop()
		}
		r.play()
	} else if req.Op == "sse.decode" {
		r.err = nil
		r.play()
	}
	if r.skip != "" {
		return object{"skip": r.skip}
	}
	if s.hooks != nil {
		defer func() { result["hooks"] = s.hooks.from(mark) }()
	}
	result = object{"obs": r.obs, "final": r.final, "error": nil, "partial": r.partial, "elapsed_ms": r.ms()}
	if r.err != nil {
		failed := errorObject(r.err)
		maps.Copy(failed, r.broken)
		result["error"] = failed
	}
	if req.Report && r.response.Status != 0 {
		result["response"] = reported(&r.response)
	}
	if s.clock != nil {
		sleeps := []float64{}
		for _, d := range s.clock.Sleeps()[before:] {
			sleeps = append(sleeps, float64(d)/float64(time.Millisecond))
		}
		result["sleeps_ms"] = sleeps
	}
	return result
}

// folder is a fresh folder that ends with the call.
func (r *run) folder() string {
	if r.dir == "" {
		dir, err := os.MkdirTemp("", "driver-")
		must(err)
		r.dir = dir
	}
	return r.dir
}

func (r *run) clean() {
	if r.dir != "" {
		_ = os.RemoveAll(r.dir)
	}
}

func (r *run) ms() float64 { return float64(time.Since(r.start)) / float64(time.Millisecond) }

func (r *run) see(kind string, fields object) {
	entry := object{"t": r.ms(), "k": kind}
	maps.Copy(entry, fields)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.obs = append(r.obs, entry)
}

// leave ends the call from outside, after_ms: it cancels the context, or closes the stream where there is one.
func (r *run) leave() {
	r.mu.Lock()
	r.stopped = true
	closer := r.closer
	r.mu.Unlock()
	if r.req.Stop.How == "cancel" || closer == nil {
		r.cancel()
		return
	}
	closer()
}

func (r *run) left() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stopped
}

// stopHere says, after an element, whether the loop is to be left now by break.
func (r *run) stopHere() bool {
	r.seen++
	stop := r.req.Stop
	if stop == nil || stop.AfterChunks == nil || r.seen < *stop.AfterChunks {
		return false
	}
	r.stopped = true
	switch stop.How {
	case "cancel":
		r.cancel()
		return false // the next step of the loop reports what the language gives
	case "close":
		r.closer()
	}
	return true
}

// kinds are the sentinels of the package, by which a caller can catch.
var kinds = map[string]error{
	"config": chutes.ErrConfig, "connection": chutes.ErrConnection, "timeout": chutes.ErrTimeout, "cancelled": chutes.ErrCancelled,
	"bad_request": chutes.ErrBadRequest, "unauthenticated": chutes.ErrUnauthenticated, "payment_required": chutes.ErrPaymentRequired,
	"quota_exhausted": chutes.ErrQuotaExhausted, "permission_denied": chutes.ErrPermissionDenied, "not_found": chutes.ErrNotFound,
	"conflict": chutes.ErrConflict, "unprocessable": chutes.ErrUnprocessable, "rate_limited": chutes.ErrRateLimited,
	"capacity": chutes.ErrCapacity, "cold_start": chutes.ErrColdStart, "disabled": chutes.ErrDisabled, "tee_required": chutes.ErrTEERequired,
	"server": chutes.ErrServer, "unavailable": chutes.ErrUnavailable, "api_status": chutes.ErrAPIStatus, "stream_error": chutes.ErrStreamError,
	"stream_interrupted": chutes.ErrStreamInterrupted, "unexpected_response": chutes.ErrUnexpectedResponse, "too_large": chutes.ErrTooLarge,
	"pagination_stuck": chutes.ErrPaginationStuck, "invalid_output": chutes.ErrInvalidOutput,
}

func errorObject(err error) object {
	var e *chutes.Error
	if !errors.As(err, &e) {
		if own, ok := err.(interface{ Kind() string }); ok {
			return object{"kind": own.Kind(), "class": reflect.TypeOf(err).String(), "message": err.Error(), "repr": fmt.Sprintf("%+v", err)}
		}
		return object{"kind": nil, "class": reflect.TypeOf(err).String(), "message": err.Error(), "repr": fmt.Sprintf("%+v", err)}
	}
	parents := []string{}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		if kind != string(e.Kind) && errors.Is(err, kinds[kind]) {
			parents = append(parents, kind)
		}
	}
	out := object{
		"kind": string(e.Kind), "class": reflect.TypeOf(err).String(), "class_parents": parents, "message": e.Message, "code": e.Code, "param": e.Param, "type": e.Type,
		"request_id": e.RequestID, "retryable": e.Retryable, "attempts": e.Attempts, "reason": e.Reason, "repr": fmt.Sprintf("%+v", err),
	}
	if e.Status != 0 {
		out["status"] = e.Status
	}
	if e.RetryAfter > 0 {
		out["retry_after_ms"] = float64(e.RetryAfter) / float64(time.Millisecond)
	}
	if cause := errors.Unwrap(e); cause != nil {
		out["cause"] = cause.Error()
	}
	if len(e.Body) > 0 {
		out["raw_body_len"] = len(e.Body)
	}
	if e.QuotaReset != "" {
		out["quota_reset_timestamp"] = e.QuotaReset
	}
	if e.Text != "" {
		out["text"] = e.Text
	}
	if e.Messages != nil {
		out["steps"], out["messages"] = steps(e.Steps), e.Messages
	}
	if len(e.Tried) > 0 {
		out["tried"] = tried(e.Tried)
	}
	if e.Fee != nil {
		out["fee"] = *e.Fee
	}
	if e.Partial != nil {
		out["partial"] = partialObject(e.Partial)
	}
	return out
}

func partialObject(p *chutes.Partial) any {
	fields := map[string]any{}
	_ = json.Unmarshal(p.Raw(), &fields)
	fields["complete"] = p.Complete
	return fields
}

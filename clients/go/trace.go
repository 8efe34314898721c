package chutes

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
)

// TraceEntry is what one part of the platform did, and when.
type TraceEntry struct {
	Answer
	Timestamp    Time   `json:"timestamp"`
	InvocationID string `json:"invocation_id,omitzero"`
	ChildID      string `json:"child_id,omitzero"`
	ChuteID      string `json:"chute_id,omitzero"`
	Function     string `json:"function,omitzero"`
	Message      string `json:"message,omitzero"`
}

// TraceFailure is why a traced call brought no result, in the server's words.
type TraceFailure struct {
	Answer
	Code   string `json:"error"` // such as infra_overload, no_targets and bad_request
	Detail string `json:"detail,omitzero"`
}

// Trace is a call with the steps it took through the platform. It names machines: for finding faults, not for logs.
type Trace struct {
	Entries []TraceEntry
	Result  *Result       // nil if there is none; of a streamed answer the text of its events
	Failure *TraceFailure // nil if it went well

	response *Response
	ended    bool // with a result or a failure
}

// Response returns status, headers and attempts of the answer.
func (t *Trace) Response() *Response { return t.response }

// Timeline returns a line per entry, with the seconds since the first one: "+1.500 s  query target".
func (t *Trace) Timeline() []string {
	lines := make([]string, len(t.Entries))
	for i, e := range t.Entries {
		lines[i] = fmt.Sprintf("+%.3f s  %s", e.Timestamp.Sub(t.Entries[0].Timestamp.Time).Seconds(), e.Message)
	}
	return lines
}

// Trace calls an endpoint as [ChuteClient.Call] does and returns what the platform did for it (X-Chutes-Trace). That the call failed is a value of
// the trace, since the server answers 200; errors are those of a call that did not get so far, or of a trace that breaks off.
//
//	trace, err := client.Chute("me-echo").Trace(ctx, "/speak", map[string]any{"text": "hi"})
//	for _, line := range trace.Timeline() { fmt.Println(line) }
func (h *ChuteClient) Trace(ctx context.Context, cord string, args any, options ...Option) (*Trace, error) {
	op, err := h.operation(ctx, cord, args, true, options)
	if err != nil {
		return nil, err
	}
	op.accept, op.stream = "text/event-stream", true
	r, err := target{chute: h}.send(ctx, h.client, op.withHeader("X-Chutes-Trace", "true"), options)
	if err != nil {
		return nil, err
	}
	if e := r.refusePage(); e != nil {
		return nil, e
	}
	trace := &Trace{response: r.meta}
	stream := &EventStream{reply: r, events: newEventReader(r)}
	for event, err := range stream.Events() {
		if err != nil {
			return nil, err
		}
		if isPing(event.Data) {
			continue
		}
		if err := trace.read(r, bytes.Clone(event.Data)); err != nil {
			return nil, err
		}
	}
	if !trace.ended {
		e := r.fail(KindStreamInterrupted, "the trace ended without a result")
		e.Reason = ReasonTruncated
		return nil, e
	}
	return trace, nil
}

// read takes one event: an entry, a piece of the result, or a failure.
func (t *Trace) read(r *reply, data []byte) error {
	if !validJSON(data) || firstByteOf(data) != '{' {
		return r.fail(KindStreamError, "an event of the trace is no JSON object: %s", snippet(data))
	}
	if entry := fieldOf(data, "trace"); entry != nil {
		e, err := decode[TraceEntry](entry, nil)
		if err != nil {
			return r.fail(KindStreamError, "an entry of the trace cannot be read: %s", snippet(entry))
		}
		t.Entries = append(t.Entries, *e)
	}
	if fieldOf(data, "error") != nil {
		failure, err := decode[TraceFailure](data, nil)
		if err != nil {
			return r.fail(KindStreamError, "the failure of the trace cannot be read: %s", snippet(data))
		}
		t.Failure, t.ended = failure, true
	}
	result, given := rawField(data, "result")
	if t.ended = t.ended || given; isNull(result) {
		return nil
	}
	return t.add(r, result)
}

// add decodes a result by its wrapper; the texts of a stream are joined.
func (t *Trace) add(r *reply, result json.RawMessage) error {
	if piece, ok := text(result); ok {
		if t.Result == nil {
			t.Result = &Result{ContentType: "text/event-stream", response: r.meta}
		}
		t.Result.Body = append(t.Result.Body, piece...)
		return nil
	}
	contentType, _ := text(fieldOf(result, "content_type"))
	t.Result = &Result{ContentType: contentType, response: r.meta}
	if value, given := rawField(result, "json"); given {
		t.Result.Body, t.Result.ContentType = value, first(contentType, "application/json")
	} else if plain, ok := text(fieldOf(result, "text")); ok {
		t.Result.Body, t.Result.ContentType = []byte(plain), first(contentType, "text/plain")
	} else if coded, ok := text(fieldOf(result, "bytes")); ok {
		data, err := base64.StdEncoding.DecodeString(coded)
		if err != nil {
			return r.fail(KindStreamError, "the result of the trace is not base64")
		}
		t.Result.Body = data
	} else { // no wrapper that is known: the value itself
		t.Result.Body, t.Result.ContentType = result, "application/json"
	}
	return nil
}

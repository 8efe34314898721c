package chutes

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// The tree of errors. There is one type, [*Error]; its kind is data, and errors.Is reads the tree:
//
//	*Error
//	├── config                 refused before anything was sent
//	├── connection             no connection, or it broke
//	├── timeout                connect, first byte, idle or deadline
//	├── cancelled              the caller's context was cancelled
//	├── bad_request            400
//	├── unauthenticated        401
//	├── payment_required       402
//	│   └── quota_exhausted    402 about a quota
//	├── permission_denied      403
//	├── not_found              404
//	├── conflict               409
//	├── unprocessable          422
//	├── rate_limited           429
//	│   ├── capacity           429, the platform is full
//	│   └── quota_exhausted    429 about a quota
//	├── api_status             any other 4xx
//	│   └── tee_required       426
//	├── server                 5xx
//	│   ├── cold_start         503, no instance is running yet
//	│   ├── disabled           503, the chute is switched off
//	│   └── unavailable        502, 503, 504, 520-529
//	├── stream_error           the server reported an error inside a stream
//	├── stream_interrupted     a stream ended before its answer was complete
//	├── unexpected_response    an answer that is not what was asked for
//	├── too_large              an answer above a limit of ours
//	├── pagination_stuck       a page repeated the one before
//	└── invalid_output         the model's answer cannot be used as it was asked for

// Kind says what happened; the same words in every language.
type Kind string

// The kinds of [Error].
const (
	KindConfig             Kind = "config"
	KindConnection         Kind = "connection"
	KindTimeout            Kind = "timeout"
	KindCancelled          Kind = "cancelled"
	KindBadRequest         Kind = "bad_request"
	KindUnauthenticated    Kind = "unauthenticated"
	KindPaymentRequired    Kind = "payment_required"
	KindQuotaExhausted     Kind = "quota_exhausted"
	KindPermissionDenied   Kind = "permission_denied"
	KindNotFound           Kind = "not_found"
	KindConflict           Kind = "conflict"
	KindUnprocessable      Kind = "unprocessable"
	KindRateLimited        Kind = "rate_limited"
	KindCapacity           Kind = "capacity"
	KindColdStart          Kind = "cold_start"
	KindDisabled           Kind = "disabled"
	KindTEERequired        Kind = "tee_required"
	KindServer             Kind = "server"
	KindUnavailable        Kind = "unavailable"
	KindAPIStatus          Kind = "api_status"
	KindStreamError        Kind = "stream_error"
	KindStreamInterrupted  Kind = "stream_interrupted"
	KindUnexpectedResponse Kind = "unexpected_response"
	KindTooLarge           Kind = "too_large"
	KindPaginationStuck    Kind = "pagination_stuck"
	KindInvalidOutput      Kind = "invalid_output"
)

// kindError is a sentinel for errors.Is.
type kindError Kind

func (k kindError) Error() string { return "chutes: " + string(k) }

// Sentinels for errors.Is. A parent matches its children: errors.Is(err, ErrRateLimited) holds for a capacity error too.
//
//	if errors.Is(err, chutes.ErrRateLimited) { … }
var (
	ErrConfig             error = kindError(KindConfig)
	ErrConnection         error = kindError(KindConnection)
	ErrTimeout            error = kindError(KindTimeout)
	ErrCancelled          error = kindError(KindCancelled)
	ErrBadRequest         error = kindError(KindBadRequest)
	ErrUnauthenticated    error = kindError(KindUnauthenticated)
	ErrPaymentRequired    error = kindError(KindPaymentRequired)
	ErrQuotaExhausted     error = kindError(KindQuotaExhausted)
	ErrPermissionDenied   error = kindError(KindPermissionDenied)
	ErrNotFound           error = kindError(KindNotFound)
	ErrConflict           error = kindError(KindConflict)
	ErrUnprocessable      error = kindError(KindUnprocessable)
	ErrRateLimited        error = kindError(KindRateLimited)
	ErrCapacity           error = kindError(KindCapacity)
	ErrColdStart          error = kindError(KindColdStart)
	ErrDisabled           error = kindError(KindDisabled)
	ErrTEERequired        error = kindError(KindTEERequired)
	ErrServer             error = kindError(KindServer)
	ErrUnavailable        error = kindError(KindUnavailable)
	ErrAPIStatus          error = kindError(KindAPIStatus)
	ErrStreamError        error = kindError(KindStreamError)
	ErrStreamInterrupted  error = kindError(KindStreamInterrupted)
	ErrUnexpectedResponse error = kindError(KindUnexpectedResponse)
	ErrTooLarge           error = kindError(KindTooLarge)
	ErrPaginationStuck    error = kindError(KindPaginationStuck)
	ErrInvalidOutput      error = kindError(KindInvalidOutput)
)

// Reasons of a stream_interrupted error.
const (
	ReasonTruncated   = "truncated"    // the body ended before the answer was complete
	ReasonRestarted   = "restarted"    // the server began the answer anew on another instance
	ReasonConnection  = "connection"   // the connection broke
	ReasonIdleTimeout = "idle_timeout" // silence; kind is timeout
)

// Reasons of an invalid_output error.
const (
	ReasonLength        = "length"         // the answer was cut off at the limit of its tokens
	ReasonRefusal       = "refusal"        // the model refused
	ReasonContentFilter = "content_filter" // the engine held the answer back
	ReasonEmpty         = "empty"          // there is no text
	ReasonJSON          = "json"           // the text is no JSON
	ReasonSchema        = "schema"         // it is JSON, but not of the type
	ReasonMaxTurns      = "max_turns"      // the last turn still asks for tools
)

// Error is every error this package returns.
//
//	var e *chutes.Error
//	if errors.As(err, &e) {
//		log.Println(e.Kind, e.Status, e.Message, e.RequestID, e.Attempts)
//	}
//
// No form of it (%v, %+v, %#v, JSON) shows a key or the raw body.
type Error struct {
	Kind       Kind
	Status     int           // HTTP status; 0 if there was no answer
	Message    string        // for people; at most 2,000 characters, no control characters, no key
	Code       string        // the server's code, if it gave one
	Type       string        // the server's error type, if it gave one
	Param      string        // the parameter that the server complained about
	RequestID  string        // x-request-id, else X-Chutes-InvocationID
	RetryAfter time.Duration // the wait the server asked for; 0 if none
	Retryable  bool          // the same call may succeed later by itself
	Attempts   int           // requests sent; replaced dead connections are not counted
	Reason     string        // stream_interrupted, idle time-outs of streams and invalid_output: one of the Reason constants
	QuotaReset string        // quota_exhausted: when the quota begins anew, as the server wrote it
	History    []Attempt     // the requests sent, in order
	Tried      []Tried       // with [WithModels]: the models asked, this one too
	Fee        *float64      // payment_required about a deployment fee: the fee in US dollars; nil for anything else

	Body    []byte      `json:"-"` // body of the answer as it came but for this client's own secrets, at most 64 KiB
	Header  http.Header `json:"-"` // headers of the answer
	Partial *Partial    `json:"-"` // streams: what was accumulated before the error; invalid_output: the completion

	Text     string             `json:"-"` // invalid_output: the model's text as it came
	Steps    []Step             `json:"-"` // of RunTools: the turns so far
	Messages []ChatMessageParam `json:"-"` // of RunTools: all that was said, to go on with

	cause error
}

// Error returns kind, status and message in one line.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("chutes: ")
	b.WriteString(string(e.Kind))
	if e.Status != 0 {
		fmt.Fprintf(&b, " (HTTP %d)", e.Status)
	}
	b.WriteString(": ")
	b.WriteString(e.Message)
	return b.String()
}

// Unwrap returns the cause, whose text is redacted; context errors are found through it with errors.Is.
func (e *Error) Unwrap() error { return e.cause }

// Timeout says whether a limit of time has passed, for os.IsTimeout and its like.
func (e *Error) Timeout() bool { return e.Kind == KindTimeout }

// Is makes errors.Is(err, ErrX) true for the error's own kind and for its parents. Any timeout is a context.DeadlineExceeded, too; whose it was,
// the caller's context knows.
func (e *Error) Is(target error) bool {
	if target == context.DeadlineExceeded {
		return e.Timeout()
	}
	k, ok := target.(kindError)
	if !ok {
		return false
	}
	if e.Kind == Kind(k) {
		return true
	}
	for _, parent := range parents(e.Kind, e.Status) {
		if parent == Kind(k) {
			return true
		}
	}
	return false
}

// Format prints one line for %v and %s, and the fields (never the body) for %+v and %#v.
func (e *Error) Format(f fmt.State, verb rune) {
	switch {
	case verb == 'v' && f.Flag('#'):
		_, _ = fmt.Fprintf(f, "&chutes.Error{%s}", e.fields(", ", "%s: %q"))
	case verb == 'v' && f.Flag('+'):
		_, _ = fmt.Fprintf(f, "%s [%s]", e.Error(), e.fields(" ", "%s=%q"))
	case verb == 'q':
		_, _ = fmt.Fprintf(f, "%q", e.Error())
	default:
		_, _ = f.Write([]byte(e.Error()))
	}
}

func (e *Error) fields(sep, format string) string {
	var out []string
	add := func(name, value string) {
		if value != "" {
			out = append(out, fmt.Sprintf(format, name, value))
		}
	}
	add("Kind", string(e.Kind))
	if e.Status != 0 {
		add("Status", fmt.Sprint(e.Status))
	}
	add("Message", e.Message)
	add("Code", e.Code)
	add("RequestID", e.RequestID)
	if e.RetryAfter > 0 {
		add("RetryAfter", e.RetryAfter.String())
	}
	add("Retryable", fmt.Sprint(e.Retryable))
	add("Attempts", fmt.Sprint(e.Attempts))
	add("Reason", e.Reason)
	if e.cause != nil {
		add("Cause", e.cause.Error())
	}
	return strings.Join(out, sep)
}

// MarshalJSON writes the fields that are fit for a log, by the names that they have in every language; times are in seconds.
func (e *Error) MarshalJSON() ([]byte, error) {
	type attempt struct {
		Number int     `json:"number"`
		Status int     `json:"status,omitzero"`
		Kind   Kind    `json:"kind,omitzero"`
		Wait   float64 `json:"wait,omitzero"`
	}
	type tried struct {
		Model string `json:"model"`
		Kind  Kind   `json:"kind"`
	}
	out := struct {
		Kind       Kind      `json:"kind"`
		Status     int       `json:"status,omitzero"`
		Message    string    `json:"message"`
		Code       string    `json:"code,omitzero"`
		Type       string    `json:"type,omitzero"`
		Param      string    `json:"param,omitzero"`
		RequestID  string    `json:"request_id,omitzero"`
		RetryAfter float64   `json:"retry_after,omitzero"`
		Retryable  bool      `json:"retryable"`
		Attempts   int       `json:"attempts"`
		Reason     string    `json:"reason,omitzero"`
		QuotaReset string    `json:"quota_reset,omitzero"`
		Fee        *float64  `json:"fee,omitzero"`
		History    []attempt `json:"history,omitempty"`
		Tried      []tried   `json:"tried,omitempty"`
	}{
		Kind: e.Kind, Status: e.Status, Message: e.Message, Code: e.Code, Type: e.Type, Param: e.Param, RequestID: e.RequestID,
		RetryAfter: e.RetryAfter.Seconds(), Retryable: e.Retryable, Attempts: e.Attempts, Reason: e.Reason, QuotaReset: e.QuotaReset, Fee: e.Fee,
	}
	for _, a := range e.History {
		out.History = append(out.History, attempt{a.Number, a.Status, a.Kind, a.Wait.Seconds()})
	}
	for _, t := range e.Tried {
		out.Tried = append(out.Tried, tried(t))
	}
	return marshal(out)
}

// parents lists the wider kinds as which an error can be caught.
func parents(kind Kind, status int) []Kind {
	switch kind {
	case KindQuotaExhausted:
		if status == http.StatusPaymentRequired {
			return []Kind{KindPaymentRequired}
		}
		return []Kind{KindRateLimited}
	case KindCapacity:
		return []Kind{KindRateLimited}
	case KindTEERequired:
		return []Kind{KindAPIStatus}
	case KindColdStart, KindDisabled, KindUnavailable:
		return []Kind{KindServer}
	}
	return nil
}

// retryableKind says whether the same call may succeed later by itself.
func retryableKind(kind Kind, status int) bool {
	switch kind {
	case KindCapacity, KindRateLimited, KindColdStart, KindUnavailable, KindConnection, KindTimeout:
		return true
	case KindServer:
		return status != http.StatusNotImplemented
	}
	return status == http.StatusRequestTimeout
}

// cause keeps a foreign error findable with errors.Is and errors.As while its text is redacted.
type cause struct {
	text string
	err  error
}

func (c *cause) Error() string        { return c.text }
func (c *cause) Is(target error) bool { return errors.Is(c.err, target) }
func (c *cause) As(target any) bool   { return errors.As(c.err, target) }

func newError(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: cleanMessage(fmt.Sprintf(format, args...), nil), Retryable: retryableKind(kind, 0)}
}

func configError(format string, args ...any) *Error { return newError(KindConfig, format, args...) }

// keep keeps the start of a body, without the secrets.
func (e *Error) keep(body []byte, secrets []string) *Error {
	e.Body = redactBytes(bodyStart(body), secrets)
	return e
}

// bodyStart is as much of a body as an error keeps.
func bodyStart(body []byte) []byte { return body[:min(len(body), MaxBodyBytes)] }

// withCause attaches err, its text redacted.
func (e *Error) withCause(err error, secrets []string) *Error {
	if err != nil {
		e.cause = &cause{text: cleanMessage(err.Error(), secrets), err: err}
	}
	return e
}

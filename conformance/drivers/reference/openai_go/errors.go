package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/packages/ssestream"
)

var kinds = map[int]string{
	400: "bad_request", 401: "unauthenticated", 403: "permission_denied", 404: "not_found", 409: "conflict", 422: "unprocessable", 429: "rate_limited",
}

// errorObject is what a caller can read off an error. Only the SDK's own types and the language's two context errors have a kind;
// what comes from net/http, encoding/json or bufio is passed on by the SDK as it is, so it has none.
func errorObject(err error, op string, opened bool) object {
	out := object{"kind": nil, "class": fmt.Sprintf("%T", err), "message": err.Error(), "repr": fmt.Sprintf("%+v", err)}
	var status *openai.Error
	var stream *ssestream.StreamError
	switch {
	case errors.As(err, &status):
		kind, known := kinds[status.StatusCode]
		switch {
		case known:
		case status.StatusCode >= 500:
			kind = "server"
		default:
			kind = "api_status"
		}
		out["kind"], out["status"], out["code"] = kind, status.StatusCode, status.Code
		if status.Message != "" {
			out["message"] = status.Message
		}
		if status.Response != nil {
			out["request_id"] = status.Response.Header.Get("x-request-id")
		}
		out["raw_body_len"] = len(status.RawJSON())
	case errors.As(err, &stream):
		out["kind"] = "stream_error"
	case errors.Is(err, context.Canceled):
		out["kind"] = "cancelled"
	case errors.Is(err, context.DeadlineExceeded):
		out["kind"] = "timeout"
	}
	return out
}

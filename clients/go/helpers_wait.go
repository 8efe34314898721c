package chutes

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// lastQuestion is what a helper's last request may take when its time is over: the sleep before it was for an answer.
const lastQuestion = time.Second

// lookUps are the options of the look-ups around a helper's own request: body, query, headers and purpose of the caller belong to that one.
func lookUps(options []Option) []Option {
	own := []string{"WithExtraBody", "WithQuery", "WithHeader", "WithPurpose"}
	return slices.DeleteFunc(slices.Clone(options), func(o Option) bool { return slices.Contains(own, o.name) })
}

// until is the time that a helper may take in all: requests, sleeps and streams.
type until struct {
	client  *Client
	end     deadline
	options []Option
}

// newUntil takes the limit of the parameters or [WithDeadline] of this call, the shorter one where both are given, else fallback.
func (c *Client) newUntil(limit, fallback time.Duration, options []Option) (*until, error) {
	if limit != 0 {
		if err := checkDuration("timeout", limit); err != nil {
			return nil, err
		}
	}
	given, err := resolve(&settings{}, options, true)
	if err != nil {
		return nil, err
	}
	if limit == 0 || given.total != 0 && given.total < limit {
		limit = cmp.Or(given.total, fallback)
	}
	return &until{client: c, end: newDeadline(limit, c.seam.Now), options: options}, nil
}

// over says whether the time is used up.
func (u *until) over() bool { return u.end.expired() }

// request returns the options of one request within the time. A stream or an upload has no limit but that.
func (u *until) request(stream bool) []Option {
	total := u.end.remaining()
	if !stream {
		total = min(total, cmp.Or(u.client.settings.total, ManagementDeadline))
	}
	return append(slices.Clone(u.options), WithDeadline(max(total, lastQuestion)))
}

// sleep sleeps, but not beyond the end.
func (u *until) sleep(ctx context.Context, d time.Duration) error {
	if err := u.client.sleep(ctx, min(d, u.end.remaining())); err != nil {
		err.Attempts = 1
		return err
	}
	return nil
}

// fail is the error of a helper whose time is over; last is the last answer it got, if any.
func (u *until) fail(last *Response, format string, args ...any) *Error {
	return withAnswer(newError(KindTimeout, format, args...), last)
}

// withAnswer tells what is known of the answer that an error of a helper is about.
func withAnswer(e *Error, last *Response) *Error {
	e.Attempts = 1
	if last != nil {
		e.Status, e.Header, e.RequestID, e.Attempts = last.Status, redactHeaders(last.Header, nil), last.RequestID, last.Attempts
		e.History, e.Tried = last.History, last.Tried
	}
	return e
}

// interval checks the time between two questions; 0 is the default.
func interval(given, fallback time.Duration) (time.Duration, error) {
	if given == 0 {
		return fallback, nil
	}
	return given, checkDuration("poll_interval", given)
}

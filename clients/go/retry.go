package chutes

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// MaxRetries is how often a call is tried again by default.
	MaxRetries = 2
	// BackoffBase is the first wait; it doubles up to BackoffMax.
	BackoffBase = 500 * time.Millisecond
	// BackoffCapacityBase is the first wait when the platform is full.
	BackoffCapacityBase = time.Second
	// BackoffMax is the longest wait of our own.
	BackoffMax = 8 * time.Second
	// JitterMin and JitterMax bound the factor on a wait.
	JitterMin, JitterMax = 0.5, 1.0
	// RetryAfterMax is the longest wait a server may ask for; a longer one is raised at once.
	RetryAfterMax = 120 * time.Second
	// RetryAfterAbsurd is where a Retry-After stops being meant, in seconds.
	RetryAfterAbsurd = 1e9
	// InvocationResetWindow: a reset of an invocation later than this after the last byte written is a lost job that may be billed.
	InvocationResetWindow = 2 * time.Second
	// BudgetMax and BudgetGain are the retry budget's size and its gain per call.
	BudgetMax, BudgetGain = 10.0, 0.1
)

// httpDates are the three forms of RFC 9110, 5.6.7. They are all UTC.
var httpDates = []string{time.RFC1123, shortYear, time.ANSIC}

const shortYear = "Monday, 02-Jan-06 15:04:05 MST"

// parseRetryAfter reads retry-after-ms, then retry-after. ok is false for none and for nonsense.
func parseRetryAfter(h http.Header, now time.Time) (wait time.Duration, ok bool) {
	if ms, ok := decimal(h.Get("Retry-After-Ms")); ok {
		if wait, ok := seconds(ms / 1000); ok {
			return wait, true
		}
	}
	raw := strings.TrimSpace(h.Get("Retry-After"))
	if raw == "" {
		return 0, false
	}
	if n, ok := decimal(raw); ok {
		return seconds(n)
	}
	for _, layout := range httpDates {
		if at, err := time.Parse(layout, raw); err == nil {
			year := at.Year()
			if layout == shortYear {
				year = fullYear(year%100, now)
			}
			return seconds(max(0, time.Date(year, at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, time.UTC).Sub(now).Seconds()))
		}
	}
	head, _, _ := strings.Cut(raw, ",")
	if n, ok := decimal(head); ok {
		return seconds(n)
	}
	return 0, false
}

// fullYear: a year of two digits is that of this century, or of the last one where it would be more than 50 years ahead (RFC 9110, 5.6.7).
func fullYear(short int, now time.Time) int {
	year := now.UTC().Year()/100*100 + short
	if year > now.UTC().Year()+50 {
		year -= 100
	}
	return year
}

// decimal reads a decimal number, and none of the other spellings that Go has for one (1_0, 0x10).
func decimal(text string) (float64, bool) {
	text = strings.TrimSpace(text)
	if strings.ContainsAny(text, "_xX") {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}

func seconds(n float64) (time.Duration, bool) {
	if math.IsNaN(n) || n < 0 || n > RetryAfterAbsurd {
		return 0, false
	}
	return time.Duration(math.Round(n * float64(time.Second))), true
}

// backoff is the wait before retry n (from 0).
func backoff(n int, kind Kind, random float64) time.Duration {
	base := BackoffBase
	if kind == KindCapacity {
		base = BackoffCapacityBase
	}
	wait := BackoffMax
	if n < 10 {
		wait = min(base<<n, BackoffMax)
	}
	return time.Duration(float64(wait) * (JitterMin + (JitterMax-JitterMin)*random))
}

// failure is an attempt that brought no usable answer.
type failure struct {
	err        *Error
	header     http.Header   // of the answer; nil if there was none
	asked      bool          // the answer said how long to wait
	firstByte  bool          // a byte of an answer had arrived
	sinceWrite time.Duration // from the last byte written to the failure
	permanent  bool          // certificates and our own configuration
	unsent     bool          // no request was made
	dead       bool          // a pooled connection that the server had closed before this request
}

func (f *failure) isHTML() bool {
	return isHTML(f.header.Get("Content-Type"))
}

// isRetryable applies the rules of the platform to one failure.
func isRetryable(f *failure, c *call) bool {
	read := c.method == http.MethodGet || c.method == http.MethodHead
	if f.header == nil {
		switch {
		case f.permanent || f.firstByte:
			return false
		case f.err.Kind == KindTimeout:
			// A failed connect sent nothing; a missing first byte may be a job that runs.
			return read || f.err.Reason == reasonConnect
		case f.err.Kind != KindConnection:
			return false
		}
		return read || c.surface == management || f.sinceWrite <= InvocationResetWindow
	}
	if slices.Contains(c.settings.failFast, f.err.Kind) {
		return false
	}
	switch strings.ToLower(f.header.Get("X-Should-Retry")) {
	case "false":
		return false
	case "true":
		return f.err.Status >= 400
	}
	switch f.err.Kind {
	case KindQuotaExhausted, KindDisabled:
		return false
	}
	switch status := f.err.Status; {
	case status == 408, status == 500, status == 502, status == 503, status >= 520 && status <= 529:
		return true
	case status == 429:
		return f.asked || !f.isHTML()
	case status == 409:
		return c.surface == invocation
	case status == 504:
		return read
	}
	return false
}

// decide is the one place where a retry is decided. done counts the retries made so far; f.err.RetryAfter is set on the way.
func decide(f *failure, c *call, done int, end deadline, random func() float64, budget *retryBudget) (wait time.Duration, again bool) {
	if f.header != nil {
		if wait, f.asked = parseRetryAfter(f.header, end.now()); f.asked {
			f.err.RetryAfter = wait
		}
	}
	if c.once || done >= c.maxRetries || !isRetryable(f, c) {
		return 0, false
	}
	if !f.asked {
		wait = backoff(done, f.err.Kind, random())
	} else if wait > RetryAfterMax {
		return 0, false
	}
	if !end.fits(wait) || !budget.take() {
		return 0, false
	}
	return wait, true
}

// retryBudget keeps many failing calls from multiplying the load. A nil budget is off.
type retryBudget struct {
	mu     sync.Mutex
	tenths int // whole numbers: ten gains of 0.1 are exactly one retry
}

func newRetryBudget() *retryBudget { return &retryBudget{tenths: BudgetMax * 10} }

// earn is called once per call.
func (b *retryBudget) earn() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tenths = min(BudgetMax*10, b.tenths+BudgetGain*10)
}

// take pays for one retry; false when there is not enough.
func (b *retryBudget) take() bool {
	if b == nil {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.tenths < 10 {
		return false
	}
	b.tenths -= 10
	return true
}

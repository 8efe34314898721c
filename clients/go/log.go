package chutes

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"
)

// EnvLog turns logging to standard error on: debug, info or warn.
const EnvLog = "CHUTES_LOG"

// envLogger is the logger that the environment asks for, or none.
func envLogger(out io.Writer) *slog.Logger {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn}
	level, ok := levels[strings.ToLower(strings.TrimSpace(os.Getenv(EnvLog)))]
	if !ok {
		return nil
	}
	return slog.New(&lineHandler{level: level, out: out, mu: &sync.Mutex{}})
}

// lineHandler writes a line per record as the other clients do: time, level, word, and key=value.
type lineHandler struct {
	level slog.Level
	out   io.Writer
	mu    *sync.Mutex
	attrs []slog.Attr
}

// Enabled implements [slog.Handler].
func (h *lineHandler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level }

// Handle implements [slog.Handler].
func (h *lineHandler) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s chutes %s", r.Time.Format("15:04:05.000"), r.Level, r.Message)
	write := func(a slog.Attr) bool {
		value := a.Value.Resolve().String()
		if value == "" {
			return true
		}
		if strings.ContainsAny(value, " \"=\n\r\t") {
			value = strconv.Quote(value)
		}
		b.WriteString(" " + a.Key + "=" + value)
		return true
	}
	for _, a := range h.attrs {
		write(a)
	}
	r.Attrs(write)
	b.WriteByte('\n')
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := io.WriteString(h.out, b.String())
	return err
}

// WithAttrs implements [slog.Handler].
func (h *lineHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	more := *h
	more.attrs = append(append([]slog.Attr(nil), h.attrs...), attrs...)
	return &more
}

// WithGroup implements [slog.Handler]; the words have no groups.
func (h *lineHandler) WithGroup(string) slog.Handler { return h }

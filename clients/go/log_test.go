package chutes

import (
	"bytes"
	"context"
	"log/slog"
	"regexp"
	"testing"
)

func TestLogOfTheEnvironment(t *testing.T) {
	for value, level := range map[string]slog.Level{"debug": slog.LevelDebug, " INFO ": slog.LevelInfo, "warn": slog.LevelWarn} {
		t.Setenv(EnvLog, value)
		w := newWatcher(&settings{})
		if w.log == nil || !w.log.Enabled(ctx(t), level) || w.log.Enabled(ctx(t), level-1) {
			t.Errorf("CHUTES_LOG=%s", value)
		}
	}
	t.Setenv(EnvLog, "loud")
	if newWatcher(&settings{}).log != nil {
		t.Error("an unknown word logs")
	}
}

func TestLogIsALinePerWord(t *testing.T) {
	t.Setenv(EnvLog, "info")
	var b bytes.Buffer
	log := envLogger(&b).With("call", 7).WithGroup("none")
	log.Debug("attempt.start")
	log.LogAttrs(context.Background(), slog.LevelInfo, "call.end", slog.String("kind", ""), slog.String("operation", "a b"), slog.Int("status", 200))
	if !regexp.MustCompile(`^\d\d:\d\d:\d\d\.\d{3} INFO chutes call\.end call=7 operation="a b" status=200\n$`).Match(b.Bytes()) {
		t.Errorf("%q", b.String())
	}
}

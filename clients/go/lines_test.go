package chutes

import (
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
)

func format(verb string, v any) string { return fmt.Sprintf(verb, v) }

// logAnswer is a chunked log: one HTTP chunk per element.
func logAnswer(ended bool, list ...string) string { return events(ended, list...) }

func logLine(text, offset string) string {
	return fmt.Sprintf("data: {\"log\": {\"log_type\": \"stdout\", \"log\": %q}, \"offset\": %q}\n", text, offset)
}

// readLog reads a log to its end: its texts and the error.
func readLog(t *testing.T, c *Client) (texts []string, log *LogStream, err error) {
	t.Helper()
	log, err = c.ContainerImages.Logs(ctx(t), "i", nil)
	if err != nil {
		t.Fatal(err)
	}
	for event, failed := range log.Events() {
		if failed != nil {
			return texts, log, failed
		}
		texts = append(texts, event.Log)
	}
	return texts, log, nil
}

func TestLogLines(t *testing.T) {
	for name, tc := range map[string]struct {
		chunks []string
		texts  string
		offset string
		kind   Kind
		reason string
	}{
		"done":              {[]string{logLine("a", "1-1"), ".\n.\n", logLine("b", "1-2"), "DONE\n"}, "a b", "1-2", "", ""},
		"split anywhere":    {[]string{"da", "ta: {\"log\": {\"log_ty", "pe\": \"stderr\", \"log\": \"a\"}, \"offset\": \"1\"}", "\n", "DO", "NE\n"}, "a", "1", "", ""},
		"CRLF":              {[]string{strings.ReplaceAll(logLine("a", "1"), "\n", "\r\n") + "DONE\r\n"}, "a", "1", "", ""},
		"DONE without end":  {[]string{logLine("a", "1") + "DONE"}, "a", "1", "", ""},
		"flat record":       {[]string{"data: {\"log\": \"a\", \"offset\": \"1\"}\nDONE\n"}, "a", "1", "", ""},
		"error":             {[]string{logLine("a", "1") + "data: ERROR: RUN failed\n"}, "a", "1", KindStreamError, ""},
		"error, no newline": {[]string{"data: ERROR: RUN failed"}, "", "", KindStreamError, ""},
		"no JSON":           {[]string{"data: what\n"}, "", "", KindStreamError, ""},
		"cut off":           {[]string{logLine("a", "1-1"), ".\n"}, "a", "1-1", KindStreamInterrupted, ReasonTruncated},
		"cut in a record":   {[]string{logLine("a", "1-1"), "data: {\"log\": {\"lo"}, "a", "1-1", KindStreamInterrupted, ReasonTruncated},
		"empty":             {nil, "", "", KindStreamInterrupted, ReasonTruncated},
	} {
		t.Run(name, func(t *testing.T) {
			s := newRawServer(t, answers(logAnswer(true, tc.chunks...)))
			c, _ := s.client(t)
			texts, log, err := readLog(t, c)
			if strings.Join(texts, " ") != tc.texts || log.Offset() != tc.offset {
				t.Errorf("%q, offset %q", texts, log.Offset())
			}
			if tc.kind == "" && err != nil {
				t.Error(err)
			} else if tc.kind != "" {
				if e := wantKind(t, err, tc.kind); e.Reason != tc.reason {
					t.Errorf("reason %q", e.Reason)
				}
			}
			var e *Error
			if strings.HasPrefix(name, "error") && (!errors.As(err, &e) || e.Message != "RUN failed") {
				t.Error(err)
			}
		})
	}
}

// After DONE the server goes on sending dots for ever: the client must leave.
func TestLogClosesAfterDone(t *testing.T) {
	closed := make(chan bool, 1)
	s := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool {
		_, _ = io.WriteString(conn, logAnswer(false, logLine("a", "1"), "DONE\n"))
		closed <- closedWithin(conn, 5*time.Second)
		return false
	})
	c, _ := s.client(t)
	if _, _, err := readLog(t, c); err != nil {
		t.Fatal(err)
	}
	if !<-closed {
		t.Error("the connection stayed open")
	}
}

func TestLogResetIsInterrupted(t *testing.T) {
	s := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool {
		_, _ = io.WriteString(conn, logAnswer(false, logLine("a", "1-1")))
		time.Sleep(50 * time.Millisecond)
		_ = conn.(*net.TCPConn).SetLinger(0)
		return false
	})
	c, _ := s.client(t)
	_, log, err := readLog(t, c)
	if e := wantKind(t, err, KindStreamInterrupted); e.Reason != ReasonConnection || log.Offset() != "1-1" {
		t.Errorf("%s, offset %s", e.Reason, log.Offset())
	}
}

func TestPlainTextLog(t *testing.T) {
	s := newRawServer(t, answers(httpAnswer(200, "text/plain; charset=utf-8", "Step 1\nDONE\n\nlast")))
	c, _ := s.client(t)
	texts, log, err := readLog(t, c)
	if err != nil || strings.Join(texts, "|") != "Step 1|DONE||last" || log.Offset() != "" {
		t.Errorf("%q %v", texts, err)
	}
	for _, failed := range log.Events() {
		wantKind(t, failed, KindConfig) // read once only
	}
}

func TestLogLeftEarly(t *testing.T) {
	closed := make(chan bool, 1)
	s := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool {
		_, _ = io.WriteString(conn, logAnswer(false, logLine("a", "1"), logLine("b", "2")))
		closed <- closedWithin(conn, 5*time.Second)
		return false
	})
	c, _ := s.client(t)
	log, err := c.ContainerImages.Logs(ctx(t), "i", &ContainerImagesLogsParams{Offset: Set("0-1")})
	if err != nil {
		t.Fatal(err)
	}
	for range log.Events() {
		break
	}
	if !<-closed || log.Offset() != "1" || s.seen()[0].path != "/images/i/logs?offset=0-1" {
		t.Error(log.Offset(), s.seen()[0].path)
	}
}

func TestLongLines(t *testing.T) {
	long := strings.Repeat("x", 300_000)
	s := newRawServer(t, answers(httpAnswer(200, "text/plain", "a\n"+long+"\n\nb")))
	c, _ := s.client(t)
	texts, _, err := readLog(t, c)
	if want := []string{"a", long, "", "b"}; err != nil || !slices.Equal(texts, want) {
		t.Errorf("%d lines, %v", len(texts), err)
	}
	stream, err := c.Chute("me").Stream(ctx(t), "/x", nil, WithMaxEventBytes(100_000))
	if err != nil {
		t.Fatal(err)
	}
	lines, failed := 0, error(nil)
	for _, err := range stream.Lines() {
		if failed = err; err == nil {
			lines++
		}
	}
	if wantKind(t, failed, KindTooLarge); lines != 1 {
		t.Errorf("%d lines", lines)
	}
}

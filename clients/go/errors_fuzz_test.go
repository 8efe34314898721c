package chutes

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzParseBody holds the errors of answers to their promises, whatever a server writes: no panic, a bounded message that a
// terminal and a log can show, and no secret in it.
func FuzzParseBody(f *testing.F) {
	files, err := filepath.Glob("../../conformance/corpus/*.body")
	if err != nil {
		f.Fatal(err)
	}
	for i, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, i%2 == 0, uint16(i))
	}
	f.Add([]byte(`{"detail":[{"msg":"m","loc":["a",1]}],"error":"e","code":7}`), false, uint16(9))
	const secret = "known-secret-0123456789"
	f.Fuzz(func(t *testing.T, body []byte, html bool, at uint16) {
		header := http.Header{}
		if html {
			header.Set("Content-Type", "text/html; charset=utf-8")
		}
		// A server may write what it was sent anywhere into its answer.
		place := int(at) % (len(body) + 1)
		echoed := append(append(append([]byte{}, body[:place]...), secret+" "...), body[place:]...)
		for _, sent := range [][]byte{body, echoed} {
			for _, status := range []int{400, 402, 429, 503} {
				e := classify(status, header, sent, []string{secret})
				checkShown(t, e.Message, status == 402, secret)
				for _, text := range []string{e.Code, e.Type, e.Param, e.QuotaReset} {
					checkShown(t, text, false, secret)
				}
			}
		}
	})
}

func checkShown(t *testing.T, text string, fee bool, secret string) {
	t.Helper()
	if n := utf8.RuneCountInString(text); n > MaxMessageChars && !fee || n > MaxBodyBytes+100 {
		t.Fatalf("%d characters", n)
	}
	if !utf8.ValidString(text) {
		t.Fatalf("no UTF-8: %q", text)
	}
	if at := strings.IndexFunc(text, unicode.IsControl); at >= 0 {
		t.Fatalf("a control character at %d of %q", at, text)
	}
	if strings.Contains(text, secret) || redact(text, nil) != text {
		t.Fatalf("a secret in %q", text)
	}
}

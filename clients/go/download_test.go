package chutes

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func bytesAnswer(body string, headers ...string) string {
	return httpAnswer(200, "application/octet-stream", body, headers...)
}

// names lists a folder.
func names(t *testing.T, folder string) string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

func TestDownload(t *testing.T) {
	body := strings.Repeat("z", 300_000)
	s := newRawServer(t, answers(bytesAnswer(body)))
	c, _ := s.client(t)
	folder := t.TempDir()
	to := filepath.Join(folder, "out.bin")
	if err := os.WriteFile(to, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	var told []int64
	path, err := c.Jobs.Download(ctx(t), "j", "f/1", to, &JobsDownloadParams{OnProgress: func(received, total int64) {
		if total != 300_000 {
			t.Errorf("total %d", total)
		}
		if held, _ := os.ReadFile(to); string(held) != "old" {
			t.Error("the old file was touched before the new one was whole")
		}
		told = append(told, received)
	}})
	if err != nil || path != to {
		t.Fatal(path, err)
	}
	for i, now := range told {
		if i > 0 && now-told[i-1] > ChunkBytes {
			t.Errorf("%d bytes without a word", now-told[i-1])
		}
	}
	data, _ := os.ReadFile(to)
	if string(data) != body || told[len(told)-1] != 300_000 || names(t, folder) != "out.bin" {
		t.Errorf("%d bytes, %v, %s", len(data), told, names(t, folder))
	}
	if got := s.seen()[0].path; got != "/jobs/j/download/f%2F1" {
		t.Error(got)
	}
}

func TestDownloadIntoAFolder(t *testing.T) {
	for header, want := range map[string]string{
		`Content-Disposition: attachment; filename="weights.bin"`:         "weights.bin",
		`Content-Disposition: attachment; filename="../../etc/passwd"`:    "passwd",
		`Content-Disposition: attachment; filename="..\..\boot.ini"`:      "boot.ini",
		`Content-Disposition: attachment; filename=".."`:                  "fallback",
		`Content-Disposition: attachment; filename="../.bashrc"`:          "bashrc",
		`Content-Disposition: attachment; filename="..."`:                 "fallback",
		`Content-Disposition: attachment; filename*=UTF-8''na%C3%AFve.md`: "na\u00efve.md",
		`X-Other: 1`: "fallback",
	} {
		s := newRawServer(t, answers(bytesAnswer("hello", header)))
		c, _ := s.client(t)
		folder := t.TempDir()
		path, err := c.Jobs.Download(ctx(t), "j", "fallback", folder, nil)
		if err != nil || path != filepath.Join(folder, want) || names(t, folder) != want {
			t.Errorf("%s: %s (%v)", header, path, err)
		}
	}
}

func TestDownloadReplacesNothingInAFolder(t *testing.T) {
	folder := t.TempDir()
	there := filepath.Join(folder, "notes")
	s := newRawServer(t, answers(bytesAnswer("new", `Content-Disposition: attachment; filename="notes"`)))
	c, _ := s.client(t)
	for name, put := range map[string]func() error{
		"file": func() error { return os.WriteFile(there, []byte("old"), 0o600) },
		"link": func() error { return os.Symlink("nowhere", there) },
	} {
		if err := put(); err != nil {
			t.Fatal(err)
		}
		_, err := c.Jobs.Download(ctx(t), "j", "f", folder, nil)
		if e := wantKind(t, err, KindConfig); !strings.Contains(e.Message, there) || e.Status != 200 || names(t, folder) != "notes" {
			t.Errorf("%s: %v, %s", name, e, names(t, folder))
		}
		_ = os.Remove(there)
	}
	// What comes into being while the answer is read is not replaced either.
	_, err := c.Jobs.Download(ctx(t), "j", "f", folder, &JobsDownloadParams{OnProgress: func(int64, int64) { _ = os.WriteFile(there, []byte("old"), 0o600) }})
	wantKind(t, err, KindConfig)
	if data, _ := os.ReadFile(there); string(data) != "old" || names(t, folder) != "notes" {
		t.Errorf("%q, %s", data, names(t, folder))
	}
	if path, err := c.Jobs.Download(ctx(t), "j", "f", there, nil); err != nil || path != there {
		t.Errorf("the caller's own name: %v", err)
	}
	copied := filepath.Join(t.TempDir(), "copy")
	if err := (&Binary{Path: there}).Save(copied); !errors.Is(err, ErrConfig) {
		t.Errorf("saving what is in a file already: %v", err)
	}
}

func TestSavedFilesHaveTheModeOfTheirPlace(t *testing.T) {
	folder := t.TempDir()
	file := func(name string) string { return filepath.Join(folder, name) }
	plain := file("plain")
	if err := os.WriteFile(plain, nil, 0o666); err != nil { // what the umask makes of it
		t.Fatal(err)
	}
	usual, err := os.Stat(plain)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file("private"), []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("private", file("link")); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{"new": usual.Mode(), "private": 0o600, "link": 0o600} {
		if err := saveAtomically(file(name), []byte("bytes")); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(file(name))
		if data, _ := os.ReadFile(file(name)); err != nil || info.Mode() != want || string(data) != "bytes" {
			t.Errorf("%s: %v %v, want %v", name, info.Mode(), err, want)
		}
	}
	if info, err := os.Lstat(file("link")); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link has become a file")
	}
}

func TestFileErrorsSayWhy(t *testing.T) {
	_, missing := MediaFromPath("/nowhere/x.png").bytes()
	for path, err := range map[string]error{"the path is empty": saveAtomically("", nil), "no such file": saveAtomically(filepath.Join(t.TempDir(), "none", "x"), nil), "/nowhere/x.png cannot be read: no such file": missing} {
		if e := wantKind(t, err, KindConfig); !strings.Contains(e.Message, path) || strings.Contains(e.Message, ".chutes-") {
			t.Errorf("%v", e)
		}
	}
}

func TestDownloadThatFailsLeavesNothing(t *testing.T) {
	cut := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\nConnection: close\r\n\r\n%s", strings.Repeat("z", 100_000))
	for name, tc := range map[string]struct {
		answer string
		kind   Kind
	}{"cut": {cut, KindConnection}, "refused": {jsonAnswer(404, `{"detail":"Job file not found"}`), KindNotFound}} {
		s := newRawServer(t, answers(tc.answer))
		c, _ := s.client(t)
		folder := t.TempDir()
		to := filepath.Join(folder, "out.bin")
		if err := os.WriteFile(to, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := c.Jobs.Download(ctx(t), "j", "f", to, nil)
		wantKind(t, err, tc.kind)
		if data, _ := os.ReadFile(to); string(data) != "old" || names(t, folder) != "out.bin" || len(s.seen()) != 1 {
			t.Errorf("%s: %q, %s, %d requests", name, data, names(t, folder), len(s.seen()))
		}
	}
}

func TestDownloadNowhere(t *testing.T) {
	s := newRawServer(t, answers(bytesAnswer("x")))
	c, _ := s.client(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{"", filepath.Join(t.TempDir(), "none", "out"), filepath.Join(file, "out")} {
		_, err := c.Jobs.Download(ctx(t), "j", "f", to, nil)
		wantKind(t, err, KindConfig)
	}
	if n := len(s.seen()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestDownloadOfUnknownLength(t *testing.T) {
	s := newRawServer(t, answers(strings.Replace(events(true, "hel", "lo"), "text/event-stream", "application/octet-stream", 1), bytesAnswer("")))
	c, _ := s.client(t)
	folder := t.TempDir()
	for _, want := range []struct{ received, total int64 }{{5, -1}, {0, 0}} {
		received, total, calls := int64(-1), int64(-2), 0
		path, err := c.Jobs.Download(ctx(t), "j", fmt.Sprint("f", want.total), folder, &JobsDownloadParams{OnProgress: func(got, all int64) { received, total, calls = got, all, calls+1 }})
		if err != nil || received != want.received || total != want.total || calls == 0 {
			t.Errorf("%d of %d in %d calls, %v", received, total, calls, err)
		}
		if data, err := os.ReadFile(path); err != nil || int64(len(data)) != want.received {
			t.Error(err)
		}
	}
}

func TestBinary(t *testing.T) {
	webp := "RIFF\x00\x00\x00\x00WEBPVP8 "
	s := newRawServer(t, answers(httpAnswer(200, "", webp), bytesAnswer("x", "Content-Disposition: attachment; filename=a/b.txt; size=1")))
	c, _ := s.client(t)
	logo, err := c.Logos.Get(ctx(t), "l", "webp")
	if err != nil || logo.ContentType != "image/webp" || string(logo.Bytes) != webp || logo.Filename != "" || logo.Response().Status != http.StatusOK {
		t.Fatal(logo, err)
	}
	path := filepath.Join(t.TempDir(), "logo.webp")
	if err := logo.Save(path); err != nil {
		t.Fatal(err)
	}
	if data, _ := os.ReadFile(path); string(data) != webp {
		t.Error("saved other bytes")
	}
	wantKind(t, logo.Save(filepath.Join(path, "no folder")), KindConfig)
	file, err := c.Jobs.File(ctx(t), "j", "f")
	if err != nil || file.Filename != "b.txt" {
		t.Error(file, err)
	}
}

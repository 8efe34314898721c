package chutes

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// sentPart is a part as another reader of multipart bodies sees it.
type sentPart struct{ name, filename, contentType, content string }

func readParts(t *testing.T, r rawRequest) []sentPart {
	t.Helper()
	_, params, err := mime.ParseMediaType(r.header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	var out []sentPart
	for reader := multipart.NewReader(bytes.NewReader(r.body), params["boundary"]); ; {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		data, _ := io.ReadAll(part)
		out = append(out, sentPart{part.FormName(), part.FileName(), part.Header.Get("Content-Type"), string(data)})
	}
}

func upload(file File) ContainerImageArgs {
	return ContainerImageArgs{BuildContext: file, Username: "alice", Name: "tools", Readme: "About\nit \u00e9", LogoID: "__none__", Tag: "1.0", Dockerfile: "FROM x", Image: "gAROLg=="}
}

func TestMultipartOfFields(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(202, `{"image_id":"i"}`)))
	c, _ := s.client(t)
	if _, err := c.ContainerImages.Create(ctx(t), upload(FileFromBytes("a.zip", []byte("PK\x03\x04..")))); err != nil {
		t.Fatal(err)
	}
	parts := readParts(t, s.seen()[0])
	var names []string
	for _, p := range parts {
		names = append(names, p.name)
	}
	if got := strings.Join(names, " "); got != "wait build_context username name readme logo_id tag dockerfile image public" {
		t.Errorf("the parts are %s", got)
	}
	if parts[0].content != "false" || parts[1] != (sentPart{"build_context", "a.zip", "application/octet-stream", "PK\x03\x04.."}) || parts[4].content != "About\nit \u00e9" {
		t.Errorf("%+v", parts)
	}
	if parts[0].contentType != "" {
		t.Error("a plain field has a content type")
	}
}

func TestMultipartBoundary(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(202, `{"image_id":"i"}`)))
	c, _ := s.client(t) // its random source is fixed to just below 1
	_, _ = c.ContainerImages.Create(ctx(t), upload(FileFromBytes("a", nil)))
	free, err := New(WithAPIKey(testKey), WithBaseURL(s.url()))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, _ = free.ContainerImages.Create(ctx(t), upload(FileFromBytes("a", nil)))
	}
	var boundaries []string
	for _, r := range s.seen() {
		_, params, _ := mime.ParseMediaType(r.header.Get("Content-Type"))
		boundaries = append(boundaries, params["boundary"])
	}
	if boundaries[0] != "chutes-client-"+strings.Repeat("ff", 16) {
		t.Error("the seam does not decide the boundary:", boundaries[0])
	}
	if len(boundaries[1]) != len(boundaries[0]) || boundaries[1] == boundaries[2] || boundaries[1] == boundaries[0] {
		t.Error(boundaries)
	}
}

func TestMultipartNamesStayInTheirQuotes(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, `{}`)))
	c, _ := s.client(t)
	name := "a\"; name=\"public\"\r\nX-Evil: 1\r\n\r\n.png"
	if _, err := c.Logos.Create(ctx(t), LogoArgs{Logo: FileFromBytes(name, []byte("x"))}); err != nil {
		t.Fatal(err)
	}
	want := "filename=\"a%22; name=%22public%22%0D%0AX-Evil: 1%0D%0A%0D%0A.png\"\r\n"
	if body := string(s.seen()[0].body); !strings.Contains(body, want) || strings.Contains(body, "\nX-Evil") {
		t.Error(body)
	}
	_, err := c.Logos.Create(ctx(t), LogoArgs{Logo: File{Name: "a", ContentType: "image/png\r\nX-Evil: 1", data: []byte("x")}})
	wantKind(t, err, KindConfig)
}

func TestMultipartSources(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, `{}`)))
	c, _ := s.client(t)
	png := "\x89PNG\r\n\x1a\n" + strings.Repeat("\x00\x01\r\n--", 40_000)
	path := filepath.Join(t.TempDir(), "logo.bin")
	if err := os.WriteFile(path, []byte(png), 0o600); err != nil {
		t.Fatal(err)
	}
	opened := 0
	source := FileFrom("s", int64(len(png)), func() (io.ReadCloser, error) {
		opened++
		return io.NopCloser(iotestOneByte{strings.NewReader(png)}), nil
	})
	for _, file := range []File{FileFromPath(path), FileFromBytes("b", []byte(png)), source} {
		if _, err := c.Logos.Create(ctx(t), LogoArgs{Logo: file}); err != nil {
			t.Fatal(err)
		}
	}
	for i, r := range s.seen() {
		part := readParts(t, r)[0]
		if part.content != png || part.contentType != "image/png" || part.filename != []string{"logo.bin", "b", "s"}[i] {
			t.Errorf("%d: %d bytes of %s as %s", i, len(part.content), part.contentType, part.filename)
		}
		if got := r.header.Get("Content-Length"); len(r.header["Transfer-Encoding"]) > 0 || got == "" {
			t.Errorf("%d: Content-Length %q", i, got)
		}
	}
	if opened != 2 { // once for its type, once to be sent
		t.Errorf("the source was opened %d times", opened)
	}
}

// iotestOneByte gives few bytes at a time.
type iotestOneByte struct{ io.Reader }

func (r iotestOneByte) Read(p []byte) (int, error) { return r.Reader.Read(p[:min(len(p), 1000)]) }

func TestMultipartIsSentAgainFromItsStart(t *testing.T) {
	s := newRawServer(t, answers(
		"HTTP/1.1 307 Temporary Redirect\r\nLocation: /images/again\r\nContent-Length: 0\r\n\r\n", jsonAnswer(202, `{"image_id":"i"}`),
	))
	c, _ := s.client(t)
	path := filepath.Join(t.TempDir(), "context.zip")
	if err := os.WriteFile(path, bytes.Repeat([]byte("z"), 300_000), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ContainerImages.Create(ctx(t), upload(FileFromPath(path))); err != nil {
		t.Fatal(err)
	}
	seen := s.seen()
	if len(seen) != 2 || seen[1].path != "/images/again" || !slices.Equal(seen[0].body, seen[1].body) || len(seen[0].body) < 300_000 {
		t.Errorf("%d requests", len(seen))
	}
}

func TestFilesThatCannotBeSent(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, `{}`)))
	c, _ := s.client(t)
	broken := errors.New("the disk is on fire")
	for name, file := range map[string]File{
		"missing":     FileFromPath(filepath.Join(t.TempDir(), "none")),
		"a folder":    FileFromPath(t.TempDir()),
		"no file":     {},
		"not to open": FileFrom("x", 5, func() (io.ReadCloser, error) { return nil, broken }),
		"negative":    FileFrom("x", -1, func() (io.ReadCloser, error) { return http.NoBody, nil }),
	} {
		_, err := c.Logos.Create(ctx(t), LogoArgs{Logo: file})
		if e := wantKind(t, err, KindConfig); !strings.Contains(e.Message, "logo") {
			t.Errorf("%s: %s", name, e.Message)
		}
	}
	if n := len(s.seen()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
	for name, size := range map[string]int64{"shorter": 10, "grew": 2} {
		file := FileFrom("x", size, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("12345")), nil })
		_, err := c.Logos.Create(ctx(t), LogoArgs{Logo: file})
		if e := wantKind(t, err, KindConfig); !strings.Contains(e.Message, name) {
			t.Error(e)
		}
		for _, r := range s.seen() {
			if strings.Contains(string(r.body), "--\r\n") {
				t.Errorf("%s: a whole body came out of a file that changed", name)
			}
		}
	}
}

func TestFilesShowNoContent(t *testing.T) {
	secret := "the content"
	if text := strings.Join([]string{format("%v", FileFromBytes("n", []byte(secret))), format("%#v", FileFromBytes("n", []byte(secret)))}, " "); strings.Contains(text, secret) {
		t.Error(text)
	}
}

// stuckReader gives some bytes, and then nothing until it is let go.
type stuckReader struct {
	left   int
	letGo  chan struct{}
	closed chan struct{}
}

func (r *stuckReader) Read(p []byte) (int, error) {
	if r.left == 0 {
		<-r.letGo
		return 0, io.EOF
	}
	n := min(r.left, len(p))
	r.left -= n
	return n, nil
}

func (r *stuckReader) Close() error { close(r.closed); return nil }

func TestASourceThatSticksOutlivesNoLimit(t *testing.T) {
	c, _ := newRawServer(t, answers(jsonAnswer(200, `{"logo_id":"l"}`))).client(t)
	for name, given := range map[string]int{"opening": -1, "looking at it": 5, "sending it": 600} {
		for limit, want := range map[string]Kind{"cancel": KindCancelled, "deadline": KindTimeout} {
			letGo, opened := make(chan struct{}), make(chan *stuckReader, 9)
			file := FileFrom("x.png", 1000, func() (io.ReadCloser, error) {
				r := &stuckReader{given, letGo, make(chan struct{})}
				opened <- r
				if given < 0 {
					<-letGo
				}
				r.left = max(0, given)
				return r, nil
			})
			running, cancel := contextWithCancel(t)
			var options []Option
			if limit == "deadline" {
				options = append(options, WithDeadline(50*time.Millisecond))
			} else {
				time.AfterFunc(50*time.Millisecond, cancel)
			}
			_, err := c.Logos.Create(running, LogoArgs{Logo: file}, options...)
			if e := wantKind(t, err, want); len(e.History) != e.Attempts {
				t.Errorf("%s: %d attempts, %v", name, e.Attempts, e.History)
			}
			close(letGo)
			for range len(opened) {
				<-(<-opened).closed
			}
			cancel()
		}
	}
}

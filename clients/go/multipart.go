package chutes

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// boundaryPrefix begins the boundary of every upload; 32 hexadecimal digits follow, new for each call.
const boundaryPrefix = "chutes-client-"

// sniffBytes is how much of a file is looked at for its content type.
const sniffBytes = 512

// File is a file of an upload: made by [FileFromPath], [FileFromBytes] or [FileFrom]. It is read when it is sent, piece by piece, and again
// from its start wherever it must be sent again.
type File struct {
	Name        string // as the server gets it; default: the base name of the path, else the name of the field
	ContentType string // default: by its first bytes, else application/octet-stream

	path string
	data []byte
	size int64
	open func() (io.ReadCloser, error)
}

// FileFromPath uploads a file of this machine. A file that is missing or cannot be read is a config error before anything is sent.
func FileFromPath(path string) File { return File{Name: filepath.Base(path), path: path} }

// FileFromBytes uploads bytes under a name.
func FileFromBytes(name string, data []byte) File {
	if data == nil {
		data = []byte{}
	}
	return File{Name: name, data: data}
}

// FileFrom uploads size bytes of a source that can be opened again and again.
func FileFrom(name string, size int64, open func() (io.ReadCloser, error)) File {
	return File{Name: name, size: size, open: open}
}

// isZero says whether no file was given.
func (f File) isZero() bool { return f.data == nil && f.path == "" && f.open == nil }

// Format prints the name and never the content.
func (f File) Format(s fmt.State, _ rune) { _, _ = fmt.Fprintf(s, "chutes.File{%s}", f.Name) }

// source returns how to open the file, how long it is, and how it begins.
func (f File) source(ctx context.Context, field string) (open func() (io.ReadCloser, error), size int64, start []byte, err error) {
	switch {
	case f.data != nil:
		return nil, int64(len(f.data)), f.data[:min(len(f.data), sniffBytes)], nil
	case f.path != "":
		info, err := os.Stat(f.path)
		if err != nil {
			return nil, 0, nil, fileError(err, "the file for %s cannot be read", field)
		}
		if !info.Mode().IsRegular() {
			return nil, 0, nil, configError("%s is no file that could be sent as %s", f.path, field)
		}
		open, size = func() (io.ReadCloser, error) { return os.Open(f.path) }, info.Size()
	case f.open != nil && f.size >= 0:
		open, size = f.open, f.size
	default:
		return nil, 0, nil, configError("%s needs a file: see chutes.FileFromPath and chutes.FileFromBytes", field)
	}
	r := heeding(ctx, open)
	defer func() { _ = r.Close() }()
	start, err = io.ReadAll(io.LimitReader(r, min(size, sniffBytes)))
	switch {
	case ctx.Err() != nil:
		return nil, 0, nil, contextError(ctx)
	case err != nil:
		return nil, 0, nil, fileError(err, "the file for %s cannot be read", field)
	}
	return open, size, start, nil
}

// heeding reads a source until a context ends, whatever the source is doing then: it is closed when it comes back.
func heeding(ctx context.Context, open func() (io.ReadCloser, error)) io.ReadCloser {
	out, in := io.Pipe()
	go func() {
		source, err := open()
		if err == nil {
			_, err = io.Copy(in, source)
			_ = source.Close()
		}
		_ = in.CloseWithError(err)
	}()
	return &heedingReader{out, context.AfterFunc(ctx, func() { _ = out.CloseWithError(context.Cause(ctx)) })}
}

type heedingReader struct {
	*io.PipeReader
	stop func() bool
}

func (r *heedingReader) Close() error {
	r.stop()
	return r.PipeReader.Close()
}

// formPart is one field of a multipart body.
type formPart struct {
	name  string
	value any // a scalar, an Opt of one, or a File
}

// withExtra adds the fields that the type does not know, in the order of their names.
func withExtra(parts []formPart, extra map[string]json.RawMessage) []formPart {
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		parts = append(parts, formPart{name, extra[name]})
	}
	return parts
}

// multipartBody is a generated type whose fields are the parts, in the order of the document.
type multipartBody interface{ parts() []formPart }

// piece is a run of bytes of a body, or a file of exactly size bytes.
type piece struct {
	data []byte
	open func() (io.ReadCloser, error)
	size int64
}

// encodeMultipart makes the plan of a body: what is known is written down, files are opened when they are sent.
func (c *Client) encodeMultipart(ctx context.Context, parts []formPart, extra map[string]any) (payload, error) {
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		parts = append(parts, formPart{name, extra[name]})
	}
	boundary := c.boundary()
	p := payload{contentType: "multipart/form-data; boundary=" + boundary, pieces: []piece{}}
	var text []byte
	flush := func() {
		p.pieces = append(p.pieces, piece{data: text, size: int64(len(text))})
		text = nil
	}
	for _, part := range parts {
		head := fmt.Sprintf("--%s\r\nContent-Disposition: form-data; name=\"%s\"", boundary, escapeName(part.name))
		if f, ok := part.value.(File); ok {
			open, size, start, err := f.source(ctx, part.name)
			if err != nil {
				return payload{}, err
			}
			contentType := first(f.ContentType, sniffContentType(start), "application/octet-stream")
			if err := checkHeader("Content-Type", contentType); err != nil {
				return payload{}, err
			}
			text = fmt.Appendf(text, "%s; filename=\"%s\"\r\nContent-Type: %s\r\n\r\n", head, escapeName(first(f.Name, part.name)), contentType)
			flush()
			p.pieces = append(p.pieces, piece{data: f.data, open: open, size: size})
			text = append(text, "\r\n"...)
			continue
		}
		value, ok, err := plain(part.value)
		if err != nil {
			return payload{}, configError("the part %s cannot be written: %v", part.name, err)
		}
		if ok {
			text = fmt.Appendf(text, "%s\r\n\r\n%s\r\n", head, value)
		}
	}
	text = fmt.Appendf(text, "--%s--\r\n", boundary)
	flush()
	for _, piece := range p.pieces {
		p.size += piece.size
	}
	return p, nil
}

// boundary is random; a test that fixes the random source gets the same one each time.
func (c *Client) boundary() string {
	raw := make([]byte, 16)
	if c.fixedRandom {
		for i := range raw {
			raw[i] = byte(c.seam.Random() * 256)
		}
	} else {
		_, _ = rand.Read(raw) // never fails: crypto/rand ends the program instead
	}
	return boundaryPrefix + hex.EncodeToString(raw)
}

// plain is the text of a scalar; ok is false for an absent or null one.
func plain(value any) (text string, ok bool, err error) {
	data, err := marshal(value)
	if err != nil {
		return "", false, err
	}
	if zero, isOpt := value.(interface{ IsZero() bool }); isOpt && zero.IsZero() || isNull(data) {
		return "", false, nil
	}
	switch firstByteOf(data) {
	case '"':
		return unquote(data), true, nil
	case '{', '[':
		return "", false, fmt.Errorf("%s is no scalar", reflect.TypeOf(value))
	}
	return string(data), true, nil
}

// escapeName keeps a name inside its quotes.
func escapeName(name string) string {
	return strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A").Replace(name)
}

// pieceReader reads pieces one after another; a file that is not as long as it was is an error before it can spoil the framing.
type pieceReader struct {
	ctx  context.Context // see heed
	end  context.CancelFunc
	mu   sync.Mutex // net/http may close a body while it is read
	rest []piece
	now  io.ReadCloser
	left int64
}

func (r *pieceReader) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		if r.now == nil {
			if len(r.rest) == 0 {
				return 0, io.EOF
			}
			r.next()
		}
		// With nothing left one byte more is asked for: a piece is over when its source says so.
		n, err := r.now.Read(p[:min(int64(len(p)), max(r.left, 1))])
		if int64(n) > r.left {
			return 0, configError("a file of the upload grew while it was sent")
		}
		r.left -= int64(n)
		switch {
		case err == io.EOF && r.left == 0:
			_ = r.now.Close()
			r.now = nil
		case err == io.EOF:
			return n, configError("a file of the upload became shorter while it was sent")
		case err != nil && r.ctx.Err() != nil:
			return n, err // no fault of the file
		case err != nil:
			return n, fileError(err, "a file of the upload cannot be read")
		}
		if n > 0 {
			return n, nil
		}
	}
}

func (r *pieceReader) next() {
	p := r.rest[0]
	r.rest, r.left = r.rest[1:], p.size
	if p.open == nil {
		r.now = io.NopCloser(bytes.NewReader(p.data))
		return
	}
	r.now = heeding(r.ctx, p.open)
}

// heed lets a body end with a context, whatever its source is doing then. It is called before the first read.
func heed(ctx context.Context, body io.ReadCloser) {
	if r, ok := body.(*pieceReader); ok {
		r.ctx, r.end = context.WithCancel(ctx)
	}
}

// Close closes the file that is open, and ends a read of it.
func (r *pieceReader) Close() error {
	r.end()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rest = nil
	if r.now == nil {
		return nil
	}
	source := r.now
	r.now = nil
	return source.Close()
}

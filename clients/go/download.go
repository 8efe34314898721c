package chutes

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// ChunkBytes is how much of a download is read at once; its progress is told at least that often.
const ChunkBytes = 64 << 10

// Binary is an answer of bytes.
type Binary struct {
	Bytes       []byte
	ContentType string // without parameters, lower case; by the first bytes where the server gave none
	Path        string // where it was written to, for what streams into a file; Bytes is nil then
	Filename    string // as the server named it, never a path; "" if it did not

	response *Response
}

// Response returns status, headers and attempts of the answer.
func (b *Binary) Response() *Response { return b.response }

// Save writes the bytes to path: to a temporary file beside it first, so that path holds all of them or what it held before. A file that is there
// keeps its mode; a new one has that of the umask. What was streamed into a file is there already, and a config error.
func (b *Binary) Save(path string) error {
	if b.Bytes == nil && b.Path != "" {
		return configError("the bytes are in the file %s already; copy or rename it", b.Path)
	}
	return saveAtomically(path, b.Bytes)
}

// performBytes is what the generated methods call for bytes.
func performBytes(ctx context.Context, c *Client, op operation, options []Option) (*Binary, error) {
	op.stream = true
	r, err := c.send(ctx, op, options)
	if err != nil {
		return nil, err
	}
	data, err := r.read()
	if err != nil {
		return nil, err
	}
	return &Binary{
		Bytes: data, ContentType: first(r.contentType(), sniffContentType(data), "application/octet-stream"), Filename: fileName(r.Header), response: r.meta,
	}, nil
}

// fileName is the name of Content-Disposition without any folder and leading dots: a server must not choose where a file goes, nor hide it.
func fileName(header http.Header) string {
	value := header.Get("Content-Disposition")
	_, params, err := mime.ParseMediaType(value)
	name := params["filename"]
	if err != nil || name == "" {
		if _, rest, ok := strings.Cut(value, "filename="); ok {
			name, _, _ = strings.Cut(rest, ";")
			name = strings.Trim(strings.TrimSpace(name), `"`)
		}
	}
	return strings.TrimSpace(strings.TrimLeft(lastSegment(name), ". "))
}

func lastSegment(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, name)
	if name == "." || name == ".." {
		return ""
	}
	return name
}

// downloadTo streams an answer into a file, or into a folder under the server's name, else under fallback. Nothing is left behind on failure, and
// nothing in a folder is replaced: the caller has not named it. send is called when there is somewhere to put the answer.
func downloadTo(send func() (*reply, error), to, fallback string, progress func(received, total int64)) (string, error) {
	isFolder := false
	if info, err := os.Stat(to); err == nil && info.IsDir() {
		isFolder = true
	} else if info, err := os.Stat(filepath.Dir(to)); to == "" || err != nil || !info.IsDir() {
		return "", configError("there is no folder %s to download into", filepath.Dir(to))
	}
	r, err := send()
	if err != nil {
		return "", err
	}
	defer func() { _ = r.Body.Close() }()
	path := to
	if isFolder {
		name := first(fileName(r.Header), lastSegment(fallback))
		if name == "" {
			e := r.fail(KindUnexpectedResponse, "the server named no file; give a path instead of a folder")
			r.ended(e, nil)
			return "", e
		}
		path = filepath.Join(to, name)
		if _, err := os.Lstat(path); err == nil {
			e := r.mark(errFileExists(path))
			r.ended(e, nil)
			return "", e
		}
	}
	total := int64(-1)
	if n, err := strconv.ParseInt(r.Header.Get("Content-Length"), 10, 64); err == nil && !r.Uncompressed {
		total = n
	}
	var failed error
	err = writeAtomically(path, !isFolder, func(w io.Writer) error {
		failed = r.copyTo(w, total, progress)
		return failed
	})
	var e *Error
	errors.As(cmp.Or(failed, err), &e)
	if r.ended(e, nil); failed != nil {
		return "", failed
	}
	return path, err
}

// copyTo writes the body to w and tells the progress after every piece and at the end. The error is ours.
func (r *reply) copyTo(w io.Writer, total int64, progress func(received, total int64)) error {
	buf := make([]byte, ChunkBytes)
	received := int64(0)
	for {
		n, err := r.Body.Read(buf)
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				return fileError(err, "the file cannot be written")
			}
			received += int64(n)
			if progress != nil {
				progress(received, total)
			}
		}
		if errors.Is(err, io.EOF) {
			if progress != nil && (received == 0 || n == 0) {
				progress(received, total)
			}
			return nil
		}
		if err != nil {
			return r.broken(err)
		}
	}
}

func saveAtomically(path string, data []byte) error {
	return writeAtomically(path, true, func(w io.Writer) error { _, err := w.Write(data); return err })
}

// errFileExists is a file in the folder of a download.
func errFileExists(path string) *Error {
	return configError("%s exists already; give its whole path to replace it", path)
}

// fileError says what cannot be done with a file, and why. The path in err is left out: it may be that of a temporary file.
func fileError(err error, format string, args ...any) *Error {
	why := err
	var at *fs.PathError
	var moved *os.LinkError
	switch {
	case errors.As(err, &at):
		why = at.Err
	case errors.As(err, &moved):
		why = moved.Err
	}
	return configError("%s: %v", fmt.Sprintf(format, args...), why).withCause(err, nil)
}

// writeAtomically writes to a temporary file beside path and gives it that name when all of it is on the disk.
func writeAtomically(path string, replace bool, write func(io.Writer) error) error {
	if path == "" {
		return configError("no file to write to: the path is empty")
	}
	to, mode := path, fs.FileMode(0o666)
	if target, err := filepath.EvalSymlinks(path); err == nil && replace {
		to = target // what a link leads to is replaced, not the link
	}
	old, err := os.Stat(to)
	if err == nil {
		mode = old.Mode().Perm()
	}
	f, err := os.OpenFile(filepath.Join(filepath.Dir(to), ".chutes-"+rand.Text()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return fileError(err, "%s cannot be written", path)
	}
	err = write(f)
	if err == nil && old != nil {
		err = f.Chmod(mode) // the umask does not count for a file that was there
	}
	if err == nil {
		err = f.Sync()
	}
	if failed := f.Close(); err == nil {
		err = failed
	}
	if err == nil && replace {
		err = os.Rename(f.Name(), to)
	} else if err == nil {
		err = renameNew(f.Name(), to)
	}
	switch {
	case err == nil:
		return nil
	case !replace && errors.Is(err, fs.ErrExist):
		err = errFileExists(path)
	default:
		err = fileError(err, "%s cannot be written", path)
	}
	_ = os.Remove(f.Name())
	return err
}

// renameNew is os.Rename that replaces nothing; where files cannot have two names, but for the moment between two steps.
func renameNew(from, to string) error {
	err := os.Link(from, to)
	if err == nil {
		return os.Remove(from)
	}
	if errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(to); err == nil {
		return fs.ErrExist
	}
	return os.Rename(from, to)
}

package chutes

import (
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	pngBytes = "\x89PNG\r\n\x1a\n\x00\x00\x00\r"
	mp4Bytes = "\x00\x00\x00\x18ftypisom\x00\x00"
)

func TestParts(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.jpg")
	if err := os.WriteFile(file, []byte(pngBytes), 0o600); err != nil {
		t.Fatal(err)
	}
	coded := base64.StdEncoding.EncodeToString([]byte(pngBytes))
	for name, tc := range map[string]struct {
		make func(Media) (ContentPart, error)
		from Media
		want string // "" is a config error
	}{
		"bytes":     {ImagePart, MediaFromBytes([]byte(pngBytes)), `{"type":"image_url","image_url":{"url":"data:image/png;base64,` + coded + `"}}`},
		"file":      {ImagePart, MediaFromPath(file), `{"type":"image_url","image_url":{"url":"data:image/png;base64,` + coded + `"}}`},
		"video":     {VideoPart, MediaFromBytes([]byte(mp4Bytes)), `{"type":"video_url","video_url":{"url":"data:video/mp4;base64,` + base64.StdEncoding.EncodeToString([]byte(mp4Bytes)) + `"}}`},
		"url":       {ImagePart, MediaFromURL("HTTPS://Example.com:443/a?b&c=ü"), `{"type":"image_url","image_url":{"url":"HTTPS://Example.com:443/a?b&c=ü"}}`},
		"data":      {ImagePart, MediaFromURL("data:image/x;base64,AAAA"), `{"type":"image_url","image_url":{"url":"data:image/x;base64,AAAA"}}`},
		"other":     {ImagePart, MediaFromBytes([]byte("BM")), ""},
		"empty":     {ImagePart, Media{}, ""},
		"no image":  {ImagePart, MediaFromBytes([]byte(mp4Bytes)), ""},
		"no video":  {VideoPart, MediaFromURL("data:image/png;base64,AAAA"), ""},
		"missing":   {ImagePart, MediaFromPath(file + ".none"), ""},
		"folder":    {ImagePart, MediaFromPath(filepath.Dir(file)), ""},
		"user":      {ImagePart, MediaFromURL("https://me:secret@example.com/"), ""},
		"port":      {ImagePart, MediaFromURL("http://example.com:8080/"), ""},
		"scheme":    {ImagePart, MediaFromURL("ftp://example.com/"), ""},
		"host":      {ImagePart, MediaFromURL("https:///a.png"), ""},
		"too large": {ImagePart, MediaFromBytes(append([]byte(pngBytes), make([]byte, MaxMediaBytes)...)), ""},
		"too long":  {ImagePart, MediaFromURL("data:image/png;base64," + strings.Repeat("A", MaxMediaBytes/3*4+8)), ""},
	} {
		part, err := tc.make(tc.from)
		if (tc.want == "") != errors.Is(err, ErrConfig) || tc.want != "" && string(JSON(part)) != tc.want {
			t.Errorf("%s: %v %.200s", name, err, JSON(part))
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
	part, _ := ImagePart(MediaFromURL("https://example.com/"))
	if got := string(JSON(part.WithDetail("low"))); !strings.HasSuffix(got, `"detail":"low"}}`) {
		t.Error(got)
	}
}

func TestPartsOfACallAreBounded(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, pong)))
	c, _ := s.client(t)
	part, _ := ImagePart(MediaFromURL("https://example.com/"))
	request := ChatCompletionRequest{Model: "m"}
	for range MaxMediaParts {
		request.Messages = append(request.Messages, UserParts(TextPart("what"), part))
	}
	if _, err := c.Chat.Completions.Create(ctx(t), request); err != nil {
		t.Fatal(err)
	}
	request.Messages = append(request.Messages, UserParts(part))
	_, created := c.Chat.Completions.Create(ctx(t), request)
	_, streamed := c.Chat.Completions.Stream(ctx(t), request)
	if !errors.Is(created, ErrConfig) || !errors.Is(streamed, ErrConfig) || len(s.seen()) != 1 {
		t.Error(created, streamed)
	}
}

func TestSniffMedia(t *testing.T) {
	for data, want := range map[string]string{
		"RIFF....WAVEfmt": "audio/wav", "RIFF....WEBPVP8": "image/webp", "ID3\x04": "audio/mpeg", "\xff\xfb\x90": "audio/mpeg", "\xff\xf1\x50": "",
		"\xff\xd8\xff\xe0": "image/jpeg", "fLaC": "audio/flac", "OggS": "audio/ogg", mp4Bytes: "video/mp4", "\x1aE\xdf\xa3": "video/webm", "hello": "", "": "",
	} {
		if got := sniffMedia([]byte(data)); got != want {
			t.Errorf("%q is %q, want %q", data, got, want)
		}
	}
}

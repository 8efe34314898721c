package chutes

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const wavBytes = "RIFF$\x00\x00\x00WAVEfmt "

func TestSpeechMusicAndVideo(t *testing.T) {
	s := newRawServer(t, answers(httpAnswer(200, "text/plain", wavBytes)))
	c, _ := s.client(t)
	sound, err := c.Audio.Speech(ctx(t), "me-voice", "hi", &SpeechParams{Voice: "v", Speed: Set(1.5), MediaParams: MediaParams{Args: map[string]any{"b": 1, "a": 2}}})
	if err != nil || sound.ContentType != "audio/wav" || string(sound.Bytes) != wavBytes || sound.Response().Attempts != 1 {
		t.Fatal(sound, err)
	}
	_, err1 := c.Audio.Music(ctx(t), "me-m", map[string]any{"prompt": "p"}, nil)
	_, err2 := c.Video.Generate(ctx(t), "me-v", map[string]any{"prompt": "p"}, MediaFromBytes([]byte("x")), &MediaParams{Path: "/image2video"})
	_, err3 := c.Video.Generate(ctx(t), "me-v", nil, Media{}, nil)
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	for i, want := range []string{
		`/chute/me-voice/speak {"text":"hi","voice":"v","speed":1.5,"a":2,"b":1}`, `/chute/me-m/generate {"prompt":"p"}`,
		`/chute/me-v/image2video {"image_b64":"eA==","prompt":"p"}`, `/chute/me-v/generate {}`,
	} {
		if got := s.seen()[i].path + " " + string(s.seen()[i].body); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	_, err = c.Video.Generate(ctx(t), "me-v", nil, MediaFromPath("/none"), nil)
	wantKind(t, err, KindConfig)
	_, err = c.Video.Generate(ctx(t), "me-v", nil, MediaFromURL("https://example.com/a.png"), nil)
	wantKind(t, err, KindConfig)
}

func TestMediaToAFile(t *testing.T) {
	s := newRawServer(t, answers(httpAnswer(200, "text/plain", wavBytes+strings.Repeat("x", 200_000), `Content-Disposition: attachment; filename="../song.wav"`)))
	c, _ := s.client(t)
	folder, last := t.TempDir(), ""
	song, err := c.Audio.Music(ctx(t), "me-m", nil, &MediaParams{To: folder, OnProgress: func(n, all int64) { last = fmt.Sprint(n, all) }})
	if err != nil || song.Path != filepath.Join(folder, "song.wav") || song.Bytes != nil || song.ContentType != "audio/wav" || last != "200016 200016" {
		t.Fatalf("%+v %v %s", song, err, last)
	}
	plain, err := c.Chute("me-m").Download(ctx(t), "/x", nil, filepath.Join(folder, "own"), nil)
	if info, failed := os.Stat(filepath.Join(folder, "own")); err != nil || failed != nil || info.Size() != 200_016 || plain.Path != filepath.Join(folder, "own") {
		t.Error(plain, err, failed)
	}
	_, err = c.Chute("me-m").Download(ctx(t), "/x", nil, filepath.Join(folder, "none", "own"), nil)
	if wantKind(t, err, KindConfig); len(s.seen()) != 2 {
		t.Error("a download with nowhere to go was asked for")
	}
}

func TestJSONIsNoMedia(t *testing.T) {
	for _, answer := range []string{jsonAnswer(200, `{"detail":"voice not found"}`), events(true, "data: {\"error\":\"voice not found\"}\n\n")} {
		s := newRawServer(t, answers(answer))
		c, _ := s.client(t)
		folder := t.TempDir()
		_, err := c.Audio.Speech(ctx(t), "c", "hi", nil)
		_, toFile := c.Audio.Speech(ctx(t), "c", "hi", &SpeechParams{MediaParams: MediaParams{To: folder}})
		for _, err := range []error{err, toFile} {
			if e := wantKind(t, err, KindUnexpectedResponse); !strings.Contains(e.Message, "voice not found") || e.Status != 200 || len(e.Body) == 0 {
				t.Errorf("%+v", e)
			}
		}
		if left, _ := os.ReadDir(folder); len(left) != 0 {
			t.Error(left)
		}
	}
}

func TestTranscribe(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, `[{"start":0,"end":1.5,"text":" Hello"}]`), jsonAnswer(200, `{"segments":[]}`), jsonAnswer(200, `{"text":"x"}`), httpAnswer(200, "text/plain", "x")))
	c, _ := s.client(t)
	for _, want := range []string{"[{0 1.5  Hello}]", "[]"} {
		got, err := c.Audio.Transcribe(ctx(t), "me-ear", MediaFromBytes([]byte("x")), &TranscribeParams{Language: "de", Args: map[string]any{"beam_size": 3}})
		if err != nil || fmt.Sprint(got) != want {
			t.Error(got, err)
		}
	}
	if got := string(s.seen()[0].body); got != `{"audio_b64":"eA==","language":"de","beam_size":3}` {
		t.Error(got)
	}
	for range 2 {
		_, err := c.Audio.Transcribe(ctx(t), "me-ear", MediaFromBytes([]byte("x")), nil)
		wantKind(t, err, KindUnexpectedResponse)
	}
	_, err := c.Audio.Transcribe(ctx(t), "me-ear", Media{}, nil)
	wantKind(t, err, KindConfig)
}

// What was made, and paid for, before the caller's context ended is not lost.
func TestErrorsAsValuesOutliveTheirContext(t *testing.T) {
	over, cancel := contextWithCancel(t)
	script := NewScript()
	for range 20 {
		script.Add(AnswerBytes(200, "image/jpeg", []byte(jpeg)))
	}
	c, err := New(WithScript(script))
	if err != nil {
		t.Fatal(err)
	}
	results, err := c.Images.GenerateEach(over, ImageRequest{Prompt: "p"}.Times(20), &ImagesEachParams{ReturnErrors: true, OnProgress: func(done, _ int) {
		if done == 3 {
			cancel()
		}
	}})
	made := 0
	for _, r := range results {
		if r.Err == nil && r.Image != nil {
			made++
		} else if !errors.Is(r.Err, context.Canceled) {
			t.Error(r.Err)
		}
	}
	if err != nil || len(results) != 20 || made < 3 || made == 20 {
		t.Errorf("%d of %d made, %v", made, len(results), err)
	}
}

func TestImageInputsAndErrorsAsValues(t *testing.T) {
	s := newRawServer(t, answers(httpAnswer(200, "image/jpeg", jpeg), jsonAnswer(400, `{}`), httpAnswer(200, "image/jpeg", jpeg)))
	c, _ := s.client(t)
	request := ImageRequest{Prompt: "p", Images: []Media{MediaFromBytes([]byte(pngBytes))}, ImageB64: []string{"eA=="}}
	if _, err := c.Images.Generate(ctx(t), request); err != nil || !strings.Contains(string(s.seen()[0].body), `"image_b64":["eA==","iVBORw0KGgoAAAAN"]`) {
		t.Fatalf("%v %s", err, s.seen()[0].body)
	}
	var told []string
	results, err := c.Images.GenerateEach(ctx(t), []ImageRequest{{Prompt: "a"}, {Prompt: "b"}, {Prompt: "c"}}, &ImagesEachParams{
		ReturnErrors: true, OnProgress: func(done, total int) { told = append(told, fmt.Sprint(done, "/", total)) },
	})
	failed := 0
	for _, r := range results {
		if (r.Err == nil) == (r.Image == nil) {
			t.Errorf("%+v", r)
		}
		if r.Err != nil {
			failed++
		}
	}
	if err != nil || failed != 1 || strings.Join(told, " ") != "1/3 2/3 3/3" {
		t.Error(err, failed, told)
	}
	before := len(s.seen())
	for _, bad := range []ImageRequest{
		{Prompt: "p", Mode: ImageOpenAI, Images: []Media{MediaFromBytes([]byte(pngBytes))}}, {Prompt: "p", Images: []Media{MediaFromBytes([]byte("hello"))}},
		{Prompt: "p", Images: []Media{MediaFromURL("https://example.com/a.png")}},
	} {
		_, err := c.Images.Generate(ctx(t), bad)
		wantKind(t, err, KindConfig)
	}
	if len(s.seen()) != before {
		t.Error("a refused call was sent")
	}
}

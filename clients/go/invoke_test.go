package chutes

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const jpeg = "\xff\xd8\xff\xe0 picture"

func TestImages(t *testing.T) {
	b64 := base64.StdEncoding.EncodeToString([]byte(jpeg))
	for name, tc := range map[string]struct {
		request ImageRequest
		answer  string
		path    string
		body    string
		kind    Kind
		ctype   string
	}{
		"native":       {ImageRequest{Model: "m", Prompt: "p", Size: "640x480"}, httpAnswer(200, "image/png", jpeg), "/image/generate", `{"model":"m","prompt":"p","width":640,"height":480}`, "", "image/jpeg"},
		"unknown type": {ImageRequest{Prompt: "p", Width: Set(5)}, httpAnswer(200, "image/avif; q=1", "avif"), "/image/generate", `{"prompt":"p","width":5}`, "", "image/avif"},
		"openai":       {ImageRequest{Mode: ImageOpenAI, Prompt: "p", Size: "1x1"}, jsonAnswer(200, `{"data":[{"b64_json":"`+b64+`","revised_prompt":"q"}]}`), "/image/v1/images/generations", `{"prompt":"p","size":"1x1","response_format":"b64_json"}`, "", "image/jpeg"},
		"b64 native":   {ImageRequest{Prompt: "p"}, jsonAnswer(200, `{"data":[{"b64_json":"data:image/x;base64,`+b64+`"}]}`), "/image/generate", `{"prompt":"p"}`, "", "image/jpeg"},
		"empty":        {ImageRequest{Prompt: "p"}, httpAnswer(200, "image/jpeg", ""), "/image/generate", "", KindUnexpectedResponse, ""},
		"html":         {ImageRequest{Prompt: "p"}, httpAnswer(200, "text/html", "<html></html>"), "/image/generate", "", KindUnexpectedResponse, ""},
		"error":        {ImageRequest{Prompt: "p"}, jsonAnswer(200, `{"error":{"message":"no"}}`), "/image/generate", "", KindUnexpectedResponse, ""},
		"bad base64":   {ImageRequest{Prompt: "p"}, jsonAnswer(200, `{"data":[{"b64_json":"%%%"}]}`), "/image/generate", "", KindUnexpectedResponse, ""},
		"empty base64": {ImageRequest{Prompt: "p"}, jsonAnswer(200, `{"data":[{"b64_json":""}]}`), "/image/generate", "", KindUnexpectedResponse, ""},
		"no data":      {ImageRequest{Prompt: "p"}, jsonAnswer(200, `{"data":[]}`), "/image/generate", "", KindUnexpectedResponse, ""},
		"broken JSON":  {ImageRequest{Prompt: "p"}, jsonAnswer(200, `{`), "/image/generate", "", KindUnexpectedResponse, ""},
		"n":            {ImageRequest{Prompt: "p", N: Set(2)}, "", "", "", KindConfig, ""},
		"n of openai":  {ImageRequest{Mode: ImageOpenAI, Prompt: "p", N: Set(1)}, "", "", "", KindConfig, ""},
		"format":       {ImageRequest{Prompt: "p", ResponseFormat: Set("url")}, "", "", "", KindConfig, ""},
		"size":         {ImageRequest{Prompt: "p", Size: "big"}, "", "", "", KindConfig, ""},
		"mode":         {ImageRequest{Mode: "x", Prompt: "p"}, "", "", "", KindConfig, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newRawServer(t, answers(tc.answer))
			c, _ := s.client(t)
			image, err := c.Images.Generate(ctx(t), tc.request)
			if tc.kind != "" {
				wantKind(t, err, tc.kind)
				if (len(s.seen()) == 0) != (tc.kind == KindConfig) {
					t.Errorf("%d requests", len(s.seen()))
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			seen := s.seen()[0]
			if seen.path != tc.path || string(seen.body) != tc.body || image.ContentType != tc.ctype || image.Response().Attempts != 1 {
				t.Errorf("%s %s %s", seen.path, seen.body, image.ContentType)
			}
			if !strings.HasPrefix(image.DataURL(), "data:"+tc.ctype+";base64,") {
				t.Error(image.DataURL())
			}
		})
	}
}

func TestImageSave(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "x.jpg")
	image := &Image{Bytes: []byte(jpeg)}
	for range 2 { // over a file that exists, too
		if err := image.Save(path); err != nil {
			t.Fatal(err)
		}
	}
	saved, err := os.ReadFile(path)
	entries, _ := os.ReadDir(folder)
	if err != nil || string(saved) != jpeg || len(entries) != 1 {
		t.Fatalf("%q %v, %d files", saved, err, len(entries))
	}
	if err := image.Save(filepath.Join(folder, "none", "x.jpg")); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("%v", err)
	}
}

func TestGenerateMany(t *testing.T) {
	var mu sync.Mutex
	open, most := 0, 0
	s := newRawServer(t, func(_ int, conn net.Conn, r rawRequest) bool {
		mu.Lock()
		open++
		most = max(most, open)
		mu.Unlock()
		<-time.After(10 * time.Millisecond)
		mu.Lock()
		open--
		mu.Unlock()
		_, _ = io.WriteString(conn, httpAnswer(200, "image/jpeg", jpeg+string(r.body)))
		return true
	})
	c, _ := s.client(t)
	images, err := c.Images.GenerateMany(ctx(t), ImageRequest{Prompt: "p", Seed: Set(int64(5))}, 20)
	if err != nil || len(images) != 20 || most > MaxConcurrency || most < 2 {
		t.Fatalf("%d images, %v, %d at once", len(images), err, most)
	}
	for i, image := range images {
		if !strings.Contains(string(image.Bytes), fmt.Sprintf(`"seed":%d}`, 5+i)) {
			t.Fatalf("image %d is %q", i, image.Bytes)
		}
	}
	ending, end := context.WithCancel(ctx(t))
	all, err := c.Images.GenerateEach(ending, ImageRequest{Prompt: "p"}.Times(3), &ImagesEachParams{OnProgress: func(done, total int) {
		if done == total {
			end() // when nothing is open any more
		}
	}})
	if err != nil || len(all) != 3 || all[2].Image == nil {
		t.Fatalf("images that were made are lost: %v", err)
	}
	if _, err := c.Images.GenerateAll(ending, ImageRequest{Prompt: "p"}.Times(3)); !errors.Is(err, ErrCancelled) {
		t.Fatal(err)
	}
	failing := newRawServer(t, answers(jsonAnswer(400, `{"detail":"no"}`)))
	c, _ = failing.client(t)
	_, err = c.Images.GenerateMany(ctx(t), ImageRequest{Prompt: "p"}, 50)
	if wantKind(t, err, KindBadRequest); len(failing.seen()) > 3*MaxConcurrency {
		t.Fatalf("%d requests after an error", len(failing.seen()))
	}
}

func TestEmbeddingsAndModels(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, `{"data":[{"index":1,"embedding":[1,2]},{"index":0,"embedding":"AACAPwAAAMA=","odd":1}],"usage":{"total_tokens":4}}`),
		jsonAnswer(200, `{"object":"list","data":[{"id":"m","odd":{"a":1}}]}`), jsonAnswer(200, `{"object":"list"}`)))
	c, _ := s.client(t)
	list, err := c.Embeddings.Create(ctx(t), EmbeddingRequest{Model: "e", Input: JSON([]string{"a", "b"})})
	if err != nil || fmt.Sprint(list.Data[0].Embedding, list.Data[1].Embedding) != "[1 -2] [1 2]" || string(list.Data[0].Field("odd")) != "1" {
		t.Fatalf("%+v %v", list, err)
	}
	models, err := c.Models.List(ctx(t))
	if err != nil || models.Data[0].ID != "m" || string(Extra(&models.Data[0])["odd"]) != `{"a":1}` {
		t.Fatalf("%+v %v", models, err)
	}
	_, err = c.Embeddings.Create(ctx(t), EmbeddingRequest{Model: "e", Input: JSON("a")})
	wantKind(t, err, KindUnexpectedResponse)
	if seen := s.seen(); seen[0].path != "/embed/v1/embeddings" || seen[1].path != "/llm/v1/models" {
		t.Errorf("%s %s", seen[0].path, seen[1].path)
	}
}

const chuteID = "2ff25e81-4586-5ec8-b892-3a6f342693d7"

func TestChuteReferences(t *testing.T) {
	found := jsonAnswer(200, `{"chute_id":"`+chuteID+`","name":"echo","slug":"alice-echo-x1","cords":[{"function":"speak","public_api_path":"/say"}]}`)
	gone := jsonAnswer(404, `{"detail":"No matching chute found!"}`)
	listed := jsonAnswer(200, `{"items":[{"chute_id":"1","name":"echo2","slug":"s1","user":{"username":"alice"}},{"chute_id":"2","name":"echo","slug":"s2","user":{"username":"bob"}},{"chute_id":"3","name":"echo","slug":"alice-echo","user":{"username":"Alice"}}],"total":3,"limit":25}`)
	ok := jsonAnswer(200, `{"a":1}`)
	for name, tc := range map[string]struct {
		ref     string
		cord    string
		answers []string
		paths   []string
		kind    Kind
		says    string
	}{
		"slug":       {"me-echo", "/speak", []string{ok}, []string{"/chute/me-echo/speak"}, "", ""},
		"uuid":       {chuteID, "speak", []string{found, ok}, []string{"/chutes/" + chuteID, "/chute/alice-echo-x1/say"}, "", ""},
		"user/name":  {"alice/echo", "/speak", []string{found, ok}, []string{"/chutes/alice/echo", "/chute/alice-echo-x1/speak"}, "", ""},
		"by name":    {"alice/echo", "/speak", []string{gone, listed, ok}, []string{"/chutes/alice/echo", "/chutes/?include_public=true&name=echo", "/chute/alice-echo/speak"}, "", ""},
		"nobody":     {"carol/echo", "/speak", []string{gone, listed}, []string{"/chutes/carol/echo", "/chutes/?include_public=true&name=echo"}, KindNotFound, "carol/echo"},
		"uuid gone":  {chuteID, "/speak", []string{gone}, []string{"/chutes/" + chuteID}, KindNotFound, chuteID},
		"no slug":    {chuteID, "/speak", []string{jsonAnswer(200, `{"chute_id":"x"}`)}, []string{"/chutes/" + chuteID}, KindNotFound, "slug"},
		"empty":      {" ", "/speak", nil, nil, KindConfig, "empty"},
		"odd":        {"a b", "/speak", nil, nil, KindConfig, "a b"},
		"dots":       {"alice/..", "/speak", nil, nil, KindConfig, ".."},
		"dot path":   {"me-echo", "/../x", nil, nil, KindConfig, ".."},
		"query path": {"me-echo", "/x?y", nil, nil, KindConfig, "query"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newRawServer(t, answers(append(tc.answers, ok)...))
			c, _ := s.client(t)
			h := c.Chute(tc.ref)
			if name == "uuid" {
				if _, err := h.Resolve(ctx(t)); err != nil { // the names of cords are known after the look-up
					t.Fatal(err)
				}
			}
			result, err := h.Call(ctx(t), tc.cord, map[string]any{"x": 1}, WithExtraBody(map[string]any{"y": 2}))
			if tc.kind != "" {
				if e := wantKind(t, err, tc.kind); !strings.Contains(e.Message, tc.says) {
					t.Errorf("%q does not say %q", e.Message, tc.says)
				}
			} else if err != nil || !result.IsJSON() {
				t.Fatalf("%v %v", result, err)
			}
			var paths []string
			for _, r := range s.seen() {
				paths = append(paths, r.path)
			}
			if strings.Join(paths, " ") != strings.Join(tc.paths, " ") {
				t.Fatalf("%v", paths)
			}
			if tc.kind == "" {
				if _, err := h.Call(ctx(t), "/again", nil); err != nil || len(s.seen()) != len(tc.paths)+1 {
					t.Errorf("the look-up was made again: %v", err)
				}
				if last := s.seen()[len(s.seen())-1]; string(last.body) != "{}" {
					t.Errorf("no arguments are sent as %q", last.body)
				}
			}
		})
	}
}

func TestChuteResultsAndVia(t *testing.T) {
	s := newRawServer(t, func(_ int, conn net.Conn, r rawRequest) bool {
		contentType := strings.NewReplacer("_", "/", "%2B", "+").Replace(r.path[strings.LastIndex(r.path, "/")+1:])
		_, _ = io.WriteString(conn, httpAnswer(200, contentType, `"body"`))
		return true
	})
	c, _ := s.client(t)
	base := c.Chute(s.url() + "/mine/") // a URL is used as it is
	for cord, want := range map[string]string{"/text_plain": "text", "/application_json": "json", "/audio_wav": "bytes", "/application_problem+json": "json"} {
		r, err := base.Call(ctx(t), cord, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := "bytes"
		if r.IsJSON() {
			got = "json"
		} else if r.IsText() {
			got = "text"
		}
		if got != want || r.Text() != `"body"` || r.Response().Attempts != 1 {
			t.Errorf("%s: %s", cord, got)
		}
	}
	if s.seen()[0].path[:6] != "/mine/" {
		t.Error(s.seen()[0].path)
	}
	_, err := base.Call(ctx(t), "/text_event-stream", nil)
	if e := wantKind(t, err, KindUnexpectedResponse); !strings.Contains(e.Message, ".stream") {
		t.Error(e)
	}
	_, err = base.Call(ctx(t), "/x", map[string]any{"a": 1}, WithMethod("GET"))
	wantKind(t, err, KindConfig)
	if _, err := base.Call(ctx(t), "/text_plain", nil, WithMethod("get")); err != nil {
		t.Error(err)
	}
	if last := s.seen()[len(s.seen())-1]; last.method != "GET" || len(last.body) != 0 {
		t.Errorf("%+v", last)
	}
	before := len(s.seen())
	if _, err := c.Chute(chuteID, WithVia("api")).Call(ctx(t), "/text_plain", nil); err != nil || s.seen()[before].path != "/chutes/"+chuteID+"/text_plain" {
		t.Errorf("%v %v", err, s.seen()[before].path)
	}
	_, err = c.Chute("me-echo", WithVia("api")).Call(ctx(t), "/x", nil)
	wantKind(t, err, KindConfig)
	if _, err := c.Chute("me-llm").Embeddings.Create(ctx(t), EmbeddingRequest{Input: JSON("a")}); err == nil {
		t.Error(`a "body" is no list`)
	}
	if last := s.seen()[len(s.seen())-1]; last.path != "/chute/me-llm/v1/embeddings" || string(last.body) != `{"input":"a"}` {
		t.Errorf("%s %s", last.path, last.body)
	}
}

func TestReadyWait(t *testing.T) {
	cold := jsonAnswer(503, `{"detail":"No instances available (yet) for chute_id='x'"}`)
	s := newRawServer(t, answers(cold, events(true, "data: {\"status\":\"cold\"}\n\n", "data: {\"status\":\"hot\"}\n\n"), jsonAnswer(200, pong)))
	c, clock := s.client(t)
	answer, err := c.Chute("me-llm", WithReady("wait")).Chat.Completions.Create(ctx(t), chat(), WithQuery(map[string]string{"a": "b"}))
	if err != nil || answer.Text() != "pong" {
		t.Fatal(err)
	}
	// What belongs to the call itself is not sent with the question whether the chute is ready.
	if seen := s.seen(); len(seen) != 3 || seen[1].path != "/chutes/warmup/me-llm" || len(clock.Sleeps()) != 0 {
		t.Errorf("%d requests, %s, %v", len(seen), seen[1].path, clock.Sleeps())
	}
	never := newRawServer(t, answers(cold, events(true, "data: {\"status\":\"cold\"}\n\n")))
	c, _ = never.client(t)
	_, err = c.Chute("me-llm", WithReady("wait")).Chat.Completions.Create(ctx(t), chat())
	wantKind(t, err, KindTimeout)
	if n := len(never.seen()); n != 2 {
		t.Errorf("%d requests: a chute that did not get hot is not called again", n)
	}
}

func TestWarmup(t *testing.T) {
	s := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool {
		_, _ = io.WriteString(conn, events(false, "data: {\"status\":\"cold\",\"log\":\"l\"}\n\n", "data: {\"status\":\"hot\"}\n\n"))
		return !closedWithin(conn, 5*time.Second)
	})
	c, _ := s.client(t)
	stream, err := c.Chute("alice/echo").Warmup(ctx(t))
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for event, err := range stream.Items() {
		if err != nil {
			t.Fatal(err)
		}
		got += string(event.Status) + " "
	}
	if got != "cold hot " || s.seen()[0].path != "/chutes/warmup/alice/echo" {
		t.Fatalf("%q %s", got, s.seen()[0].path)
	}
}

// Each generated method sends what the document says; a sample by hand, the rest is the conformance suite's.
func TestManagement(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, `{"chute_id":"c","name":"n"}`)))
	c, _ := s.client(t)
	_, _ = c.Chutes.Get(ctx(t), "deepseek-ai/DeepSeek V3")
	_, _ = c.Chutes.Delete(ctx(t), "a/b")
	_, _ = c.Chutes.Update(ctx(t), "x", ChuteUpdateArgs{Tagline: Set(""), Readme: Null[string]()})
	_, _ = c.Chutes.WarmupStatus(ctx(t), "x")
	_, _ = c.Chutes.MinerMeansFile(ctx(t), "x", MinerMeansFormatCSV)
	_, _ = c.Bounties.Increase(ctx(t), "x", &BountiesIncreaseParams{Boost: Set(1.5)})
	_, _ = c.Chutes.Create(ctx(t), ChuteArgs{Name: "n"}, &ChutesCreateParams{AcceptFee: Set(false)})
	var sent []string
	for _, r := range s.seen() {
		sent = append(sent, r.method+" "+r.path)
	}
	want := []string{"GET /chutes/deepseek-ai/DeepSeek%20V3", "DELETE /chutes/a%2Fb", "PUT /chutes/x", "GET /chutes/warmup/x?quick=true", "GET /chutes/miner_means/x.csv", "GET /bounties/x/increase?boost=1.5", "POST /chutes/?accept_fee=false"}
	if strings.Join(sent, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s", strings.Join(sent, "\n"))
	}
	if got := string(s.seen()[2].body); got != `{"tagline":"","readme":null}` {
		t.Errorf("update sends %s", got)
	}
	for _, bad := range []string{"", ".", ".."} {
		_, err := c.Chutes.Get(ctx(t), bad)
		wantKind(t, err, KindConfig)
	}
	if len(s.seen()) != len(want) {
		t.Error("a refused call was sent")
	}
}

// The bodies of coded images are used again, the images are not: each stays what it was, its text and the body of an error, too.
func TestImagesShareNoBytes(t *testing.T) {
	var answers []ScriptedAnswer
	var want [][]byte
	for i := range 8 {
		image := bytes.Repeat([]byte{byte('a' + i)}, 100_000-i*10_000)
		want = append(want, image)
		answers = append(answers, AnswerJSON(200, map[string]any{"data": []any{map[string]any{"b64_json": base64.StdEncoding.EncodeToString(image), "revised_prompt": "prompt " + strconv.Itoa(i)}}}))
	}
	answers = append(answers, AnswerJSON(200, map[string]any{"error": strings.Repeat("e", 50_000)}), answers[0])
	c, err := New(WithAPIKey("cpk_test"), WithScript(NewScript(answers...)))
	if err != nil {
		t.Fatal(err)
	}
	request := ImageRequest{Model: "m", Prompt: "p", Mode: ImageOpenAI}
	var images []*Image
	for range want {
		image, err := c.Images.Generate(ctx(t), request)
		if err != nil {
			t.Fatal(err)
		}
		images = append(images, image)
	}
	_, err = c.Images.Generate(ctx(t), request)
	var failed *Error
	if !errors.As(err, &failed) {
		t.Fatal(err)
	}
	body := string(failed.Body)
	if _, err := c.Images.Generate(ctx(t), request); err != nil {
		t.Fatal(err)
	}
	for i, image := range images {
		if !bytes.Equal(image.Bytes, want[i]) || image.RevisedPrompt != "prompt "+strconv.Itoa(i) {
			t.Errorf("image %d has changed", i)
		}
	}
	if string(failed.Body) != body {
		t.Error("the body of the error has changed")
	}
}

package chutes

import (
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
)

const built = `{"image_id":"i","status":"built and pushed"}`

func TestBuild(t *testing.T) {
	s := routes(t, map[string][]string{
		"GET /users/me":      {jsonAnswer(200, meAnswer)},
		"POST /images/":      {jsonAnswer(202, `{"image_id":"i","status":"pending build"}`)},
		"GET /images/i/logs": {logAnswer(true, logLine("Step 1", "1-1"), ".\n", logLine("Step 2", "1-2"), "DONE\n")},
		"GET /images/i":      {jsonAnswer(200, built)},
	})
	c, clock := s.client(t)
	var log []string
	image, err := c.ContainerImages.Build(ctx(t), BuildArgs{Name: "tools", Tag: "1.0", Dockerfile: "FROM x\n"}, &ContainerImagesBuildParams{
		OnLog: func(e *BuildLogEvent) { log = append(log, e.Log) },
	}, WithHeader("X-Own", "1"))
	if err != nil || image.Status != "built and pushed" || strings.Join(log, ",") != "Step 1,Step 2" || len(clock.Sleeps()) != 0 {
		t.Fatal(image, err, log)
	}
	wantSent(t, s, "GET /users/me", "POST /images/", "GET /images/i/logs", "GET /images/i")
	got := map[string]string{}
	for _, p := range readParts(t, s.seen()[1]) {
		got[p.name] = p.content
	}
	for name, want := range map[string]string{
		"wait": "false", "username": "alice", "readme": "tools:1.0", "logo_id": "__none__", "image": "gAROLg==", "public": "false",
		"build_context": "PK\x05\x06" + strings.Repeat("\x00", 18),
	} {
		if got[name] != want {
			t.Errorf("%s is %q", name, got[name])
		}
	}
	for i, r := range s.seen() {
		if own := r.header.Get("X-Own"); (own == "1") != (i == 1) {
			t.Errorf("request %d has the caller's header %q", i, own)
		}
	}
}

func TestBuildIsUploadedOnce(t *testing.T) {
	s := routes(t, map[string][]string{"POST /images/": {jsonAnswer(503, `{"detail":"try again"}`, "x-should-retry: true", "retry-after: 0")}})
	c, _ := s.client(t)
	_, err := c.ContainerImages.Build(ctx(t), BuildArgs{Name: "t", Tag: "1", Dockerfile: "d", Username: "bob"}, nil)
	wantKind(t, err, KindUnavailable)
	wantSent(t, s, "POST /images/")
	s = routes(t, map[string][]string{"POST /images/": {jsonAnswer(202, `{"image_id":"i","status":"pending build"}`)}})
	c, _ = s.client(t)
	image, err := c.ContainerImages.Build(ctx(t), BuildArgs{Name: "t", Tag: "1", Dockerfile: "d", Username: "bob"}, &ContainerImagesBuildParams{NoWait: true})
	if err != nil || image.Status != "pending build" {
		t.Error(image, err)
	}
	wantSent(t, s, "POST /images/")
	_, err = c.ContainerImages.Build(ctx(t), BuildArgs{Username: "bob", Context: FileFromPath(t.TempDir())}, nil)
	wantKind(t, err, KindConfig)
	_, err = c.ContainerImages.Build(ctx(t), BuildArgs{Username: "bob"}, &ContainerImagesBuildParams{Timeout: -1})
	wantKind(t, err, KindConfig)
	wantSent(t, s, "POST /images/")
}

func TestBuildLogIsResumed(t *testing.T) {
	s := routes(t, map[string][]string{
		"GET /images/i/logs": {logAnswer(true, logLine("a", "1-1")), logAnswer(true, ".\n"), logAnswer(true, logLine("b", "1-2"), ".\n"), httpAnswer(200, "text/plain", "a\nb\nc")},
		"GET /images/i":      {jsonAnswer(200, `{"image_id":"i","status":"building"}`), jsonAnswer(200, built)},
	})
	c, clock := s.client(t)
	var log []string
	_, err := c.ContainerImages.WaitBuilt(ctx(t), "i", &ContainerImagesWaitBuiltParams{Offset: "0-9", OnLog: func(e *BuildLogEvent) { log = append(log, e.Log) }})
	if err != nil || strings.Join(log, "") != "abc" {
		t.Fatal(log, err)
	}
	wantSent(t, s, "GET /images/i/logs?offset=0-9", "GET /images/i/logs?offset=1-1", "GET /images/i/logs?offset=1-1", "GET /images/i/logs?offset=1-2",
		"GET /images/i", "GET /images/i")
	// Waits grow while nothing comes, and begin anew with a record; the last one is for the image itself.
	rounded := []time.Duration{}
	for _, d := range clock.Sleeps() {
		rounded = append(rounded, d.Round(time.Millisecond))
	}
	if !slices.Equal(rounded, []time.Duration{500 * time.Millisecond, time.Second, 500 * time.Millisecond, 5 * time.Second}) {
		t.Error(rounded)
	}
}

func TestBuildLogIsGivenUp(t *testing.T) {
	s := routes(t, map[string][]string{"GET /images/i/logs": {logAnswer(true, ".\n")}})
	c, clock := s.client(t)
	_, err := c.ContainerImages.WaitBuilt(ctx(t), "i", nil)
	wantKind(t, err, KindStreamInterrupted)
	if len(s.seen()) != 1+ResumeAttempts || len(clock.Sleeps()) != ResumeAttempts {
		t.Errorf("%d requests, %v", len(s.seen()), clock.Sleeps())
	}
}

func TestBuildThatFails(t *testing.T) {
	for status, want := range map[string]string{
		"error: RUN false failed": "RUN false failed", "Error:no disk": "no disk", "error": "no reason given", "ERROR over": "over",
	} {
		s := routes(t, map[string][]string{
			"GET /images/i/logs": {logAnswer(true, "DONE\n")},
			"GET /images/i":      {jsonAnswer(200, `{"image_id":"i","status":"`+status+`"}`)},
		})
		c, _ := s.client(t)
		_, err := c.ContainerImages.WaitBuilt(ctx(t), "i", nil)
		if e := wantKind(t, err, KindStreamError); !strings.HasSuffix(e.Message, want) || e.Status != 200 || e.Attempts != 1 {
			t.Errorf("%s: %+v", status, e)
		}
	}
	s := routes(t, map[string][]string{
		"GET /images/i/logs": {logAnswer(true, "DONE\n")},
		"GET /images/i":      {jsonAnswer(200, `{"image_id":"i","status":"errorless"}`), jsonAnswer(200, built)},
	})
	c, _ := s.client(t)
	if _, err := c.ContainerImages.WaitBuilt(ctx(t), "i", nil); err != nil {
		t.Error("a word that begins with error is not one:", err)
	}
}

func TestBuildThatTakesTooLong(t *testing.T) {
	s := routes(t, map[string][]string{"GET /images/i/logs": {logAnswer(true, "DONE\n")}, "GET /images/i": {jsonAnswer(200, `{"image_id":"i","status":"building"}`)}})
	c, clock := s.client(t)
	_, err := c.ContainerImages.WaitBuilt(ctx(t), "i", &ContainerImagesWaitBuiltParams{Timeout: 12 * time.Second})
	wantKind(t, err, KindTimeout)
	if !slices.Equal(clock.Sleeps(), []time.Duration{5 * time.Second, 5 * time.Second, 2 * time.Second}) {
		t.Error(clock.Sleeps())
	}
	// Heart-beats without end are no progress: the time is over in mid-log, too, on the real clock.
	s = newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool {
		_, err := io.WriteString(conn, logAnswer(false, ".\n"))
		for ; err == nil; _, err = io.WriteString(conn, "2\r\n.\n\r\n") {
			time.Sleep(20 * time.Millisecond)
		}
		return false
	})
	real, err := New(WithAPIKey(testKey), WithBaseURL(s.url()))
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	_, err = real.ContainerImages.WaitBuilt(ctx(t), "i", &ContainerImagesWaitBuiltParams{Timeout: 1100 * time.Millisecond})
	wantKind(t, err, KindTimeout)
	if took := time.Since(begin); took < time.Second || took > 5*time.Second {
		t.Error(took)
	}
}

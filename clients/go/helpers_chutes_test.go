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

// routes answers by method and path (no query); the n-th request of a route gets its n-th answer, the last one repeats.
func routes(t *testing.T, table map[string][]string) *rawServer {
	t.Helper()
	asked := map[string]int{}
	return newRawServer(t, func(_ int, conn net.Conn, r rawRequest) bool {
		path, _, _ := strings.Cut(r.path, "?")
		route := r.method + " " + path
		list := table[route]
		if len(list) == 0 {
			list = []string{jsonAnswer(418, `{"detail":"no route"}`)}
		}
		answer := list[min(asked[route], len(list)-1)]
		asked[route]++
		_, _ = io.WriteString(conn, answer)
		return true
	})
}

// sent lists the requests in order.
func (s *rawServer) sent() (out []string) {
	for _, r := range s.seen() {
		out = append(out, r.method+" "+r.path)
	}
	return out
}

func wantSent(t *testing.T, s *rawServer, want ...string) {
	t.Helper()
	if got := s.sent(); !slices.Equal(got, want) {
		t.Errorf("sent\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestPredictions(t *testing.T) {
	for _, tc := range [][2]string{
		{PredictChuteID("demo", "Echo/Two"), "8c21431d-b48a-5173-8965-9b1705ba9474"},
		{PredictImageID("Demo", "Tools", "1.0"), "a43aa9ce-ba36-5dde-a135-f3c8aba014f5"},
		{PredictVersion("2ff25e81-4586-5ec8-b892-3a6f342693d7", "initial", "print('\u00e9')\n"), "d122dc7c-203b-57c3-8430-1fc58d01f7f8"},
	} {
		if tc[0] != tc[1] {
			t.Errorf("%s, want %s", tc[0], tc[1])
		}
	}
	if PredictChuteID("demo", "echo") == PredictChuteID("demo", "Echo") {
		t.Error("the case of a chute's name counts")
	}
}

const (
	meAnswer = `{"user_id":"u","username":"alice"}`
	imageID  = "0c3c4cbd-3fbb-5d3c-a0b6-5b8f5ab50b16"
)

// deployment is a server with an image of a patch version, and an answer to GET and POST of the chute.
func deployment(t *testing.T, patch, before, made string) *rawServer {
	return routes(t, map[string][]string{
		"GET /users/me":                                  {jsonAnswer(200, meAnswer)},
		"GET /images/alice/tools%3A1.0":                  {jsonAnswer(200, `{"image_id":"`+imageID+`"`+patch+`}`)},
		"GET /chutes/" + PredictChuteID("alice", "echo"): {before},
		"POST /chutes/":                                  {made},
	})
}

func echoArgs() ChuteArgs {
	return ChuteArgs{Name: "echo", Image: "alice/tools:1.0", Code: "x = 1", Filename: "echo.py", RefStr: "echo:chute", TEE: Set(true)}
}

func TestDeploy(t *testing.T) {
	missing := jsonAnswer(404, `{"detail":"Chute not found"}`)
	made := jsonAnswer(200, `{"chute_id":"c","name":"echo"}`)
	chute := func(version string, public bool) string {
		return jsonAnswer(200, fmt.Sprintf(`{"chute_id":"c","name":"echo","version":%q,"public":%v}`, version, public))
	}
	same := PredictVersion(imageID, "initial", "x = 1")
	for name, tc := range map[string]struct {
		patch, before string
		params        *ChutesDeployParams
		status        DeploymentStatus
		post          string
	}{
		"new":                {`,"patch_version":"initial"`, missing, nil, DeploymentCreated, "POST /chutes/"},
		"fee":                {`,"patch_version":"initial"`, missing, &ChutesDeployParams{AcceptFee: true}, DeploymentCreated, "POST /chutes/?accept_fee=true"},
		"same":               {`,"patch_version":"initial"`, chute(same, false), nil, DeploymentUnchanged, ""},
		"same, no patch":     {``, chute(PredictVersion(imageID, "None", "x = 1"), false), nil, DeploymentUnchanged, ""},
		"forced":             {`,"patch_version":"initial"`, chute(same, false), &ChutesDeployParams{Force: true}, DeploymentUpdated, "POST /chutes/"},
		"another version":    {`,"patch_version":"2"`, chute(same, false), nil, DeploymentUpdated, "POST /chutes/"},
		"another visibility": {`,"patch_version":"initial"`, chute(same, true), nil, DeploymentUpdated, "POST /chutes/"},
	} {
		t.Run(name, func(t *testing.T) {
			s := deployment(t, tc.patch, tc.before, made)
			c, _ := s.client(t)
			done, err := c.Chutes.Deploy(ctx(t), echoArgs(), tc.params, WithExtraBody(map[string]any{"later": 1}))
			if err != nil {
				t.Fatal(err)
			}
			if done.Status != tc.status || done.Chute.ChuteID != "c" {
				t.Error(done.Status, done.Chute.ChuteID)
			}
			want := []string{"GET /users/me", "GET /images/alice/tools%3A1.0", "GET /chutes/" + PredictChuteID("alice", "echo")}
			if tc.post != "" {
				want = append(want, tc.post)
				if body := string(s.seen()[len(s.seen())-1].body); !strings.Contains(body, `"later":1`) || !strings.Contains(body, `"tee":true`) {
					t.Error(body)
				}
			}
			wantSent(t, s, want...)
		})
	}
}

func TestDeployShowsTheFeeAndRepeatsNothing(t *testing.T) {
	missing := jsonAnswer(404, `{"detail":"Chute not found"}`)
	notice := `DEPLOYMENT FEE NOTICE:\n` + strings.Repeat("=", 2500) + `\nThere is a deployment fee of (price * 3), which is: $1,205.4`
	for detail, fee := range map[string]float64{notice: 1205.4, "Your balance of $0.2 is too low.": -1, "There is a deployment fee.": -1} {
		s := deployment(t, "", missing, jsonAnswer(402, `{"detail":"`+detail+`"}`, "x-should-retry: true"))
		c, _ := s.client(t)
		_, err := c.Chutes.Deploy(ctx(t), echoArgs(), nil)
		e := wantKind(t, err, KindPaymentRequired)
		if (e.Fee == nil) != (fee < 0) || e.Fee != nil && *e.Fee != fee {
			t.Errorf("%s: %v", detail, e.Fee)
		}
		if fee > 0 && !strings.HasSuffix(e.Message, "$1,205.4") {
			t.Error("the text of a fee was cut")
		}
		if n := len(s.seen()); n != 4 {
			t.Errorf("%d requests", n)
		}
	}
	s := routes(t, map[string][]string{"GET /users/me": {jsonAnswer(200, meAnswer)}, "GET /images/alice/tools%3A1.0": {jsonAnswer(404, `{"detail":"Image not found"}`)}})
	c, _ := s.client(t)
	_, err := c.Chutes.Deploy(ctx(t), echoArgs(), nil)
	wantKind(t, err, KindNotFound)
	wantSent(t, s, "GET /users/me", "GET /images/alice/tools%3A1.0")
	// Only a 404 says that there is no such chute.
	s = deployment(t, "", jsonAnswer(403, `{"detail":"no"}`), jsonAnswer(200, `{"chute_id":"c"}`))
	c, _ = s.client(t)
	_, err = c.Chutes.Deploy(ctx(t), echoArgs(), nil)
	wantKind(t, err, KindPermissionDenied)
	if n := len(s.seen()); n != 3 {
		t.Errorf("%d requests", n)
	}
}

const (
	coldEvent = "data: {\"status\":\"cold\",\"log\":\"looking\"}\n\n"
	hotEvent  = "data: {\"status\":\"hot\",\"log\":\"ready\"}\n\n"
)

func TestWaitReadyByEvents(t *testing.T) {
	const id = "2ff25e81-4586-5ec8-b892-3a6f342693d7"
	s := routes(t, map[string][]string{"GET /chutes/warmup/" + id: {events(true, coldEvent, hotEvent, coldEvent)}})
	c, clock := s.client(t)
	var told []string
	state, err := c.Chutes.WaitReady(ctx(t), id, &ChutesWaitReadyParams{OnProgress: func(p WarmupProgress) {
		if p.Event == nil || p.State != nil {
			t.Error("an event is what was due")
		}
		told = append(told, string(p.Status())+" "+p.Event.Log)
	}})
	if err != nil || state.Status != WarmupStateHot || state.ChuteID != id || state.Response().Status != 200 {
		t.Fatal(state, err)
	}
	if got := strings.Join(told, ","); got != "cold looking,hot ready" || len(clock.Sleeps()) != 0 {
		t.Error(got, clock.Sleeps())
	}
}

func TestWaitReadyGoesOnAfterABreak(t *testing.T) {
	s := newRawServer(t, func(n int, conn net.Conn, _ rawRequest) bool {
		if n == 3 {
			_, _ = io.WriteString(conn, events(true, hotEvent))
			return true
		}
		_, _ = io.WriteString(conn, events(false, coldEvent))
		time.Sleep(30 * time.Millisecond)
		_ = conn.(*net.TCPConn).SetLinger(0)
		return false
	})
	c, clock := s.client(t)
	state, err := c.Chutes.WaitReady(ctx(t), "a/b", nil)
	if err != nil || state.Status != WarmupStateHot || state.ChuteID != "" || len(s.seen()) != 3 {
		t.Fatal(state, err)
	}
	for _, d := range clock.Sleeps() { // an event came each time: the wait does not grow
		if len(clock.Sleeps()) != 2 || d > BackoffBase {
			t.Error(clock.Sleeps())
		}
	}
	// A server that breaks every time is given up when the time is over.
	s = newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool {
		_, _ = io.WriteString(conn, events(false))
		time.Sleep(10 * time.Millisecond)
		_ = conn.(*net.TCPConn).SetLinger(0)
		return false
	})
	c, clock = s.client(t)
	_, err = c.Chutes.WaitReady(ctx(t), "a/b", &ChutesWaitReadyParams{Timeout: 3 * time.Second})
	wantKind(t, err, KindTimeout)
	if sleeps := clock.Sleeps(); len(sleeps) != 3 || sleeps[2] >= 2*time.Second {
		t.Error("the last sleep must end with the time:", sleeps)
	}
}

func TestWaitReadyByPolling(t *testing.T) {
	cold := jsonAnswer(200, `{"chute_id":"c","status":"cold"}`)
	s := routes(t, map[string][]string{"GET /chutes/warmup/a/b": {cold, cold, jsonAnswer(200, `{"chute_id":"c","status":"hot","instance_count":2}`)}})
	c, clock := s.client(t)
	steps := 0
	state, err := c.Chutes.WaitReady(ctx(t), "a/b", &ChutesWaitReadyParams{PollInterval: 7 * time.Second, OnProgress: func(p WarmupProgress) {
		if p.State == nil || p.Event != nil {
			t.Error("a state is what was due")
		}
		steps++
	}})
	if err != nil || state.InstanceCount != 2 || steps != 3 || !slices.Equal(clock.Sleeps(), []time.Duration{7 * time.Second, 7 * time.Second}) {
		t.Error(state, err, steps, clock.Sleeps())
	}
	s = routes(t, map[string][]string{"GET /chutes/warmup/a/b": {cold}})
	c, clock = s.client(t)
	_, err = c.Chutes.WaitReady(ctx(t), "a/b", &ChutesWaitReadyParams{PollInterval: 4 * time.Second}, WithDeadline(10*time.Second))
	e := wantKind(t, err, KindTimeout)
	if !strings.Contains(e.Message, "a/b") || !strings.Contains(e.Message, "cold") || e.Status != 200 {
		t.Error(e)
	}
	if !slices.Equal(clock.Sleeps(), []time.Duration{4 * time.Second, 4 * time.Second, 2 * time.Second}) || len(s.seen()) != 4 {
		t.Error(clock.Sleeps(), len(s.seen()))
	}
}

func TestWaitReadyIsRefusedAtOnce(t *testing.T) {
	for answer, kind := range map[string]Kind{
		jsonAnswer(503, `{"detail":"This chute is currently disabled."}`): KindDisabled,
		jsonAnswer(402, `{"detail":"Your balance is too low."}`):          KindPaymentRequired,
		jsonAnswer(404, `{"detail":"Chute not found"}`):                   KindNotFound,
		events(true, coldEvent):                                           KindTimeout,
	} {
		s := newRawServer(t, answers(answer))
		c, _ := s.client(t)
		_, err := c.Chutes.WaitReady(ctx(t), "a/b", nil)
		wantKind(t, err, kind)
		if n := len(s.seen()); n != 1 {
			t.Errorf("%s: %d requests", kind, n)
		}
	}
	s := newRawServer(t, answers(events(true, hotEvent)))
	c, _ := s.client(t)
	for _, params := range []*ChutesWaitReadyParams{{Timeout: -1}, {PollInterval: -1}} {
		_, err := c.Chutes.WaitReady(ctx(t), "a/b", params)
		wantKind(t, err, KindConfig)
	}
	if n := len(s.seen()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestWaitReadyIsCancelled(t *testing.T) {
	s := newRawServer(t, func(_ int, conn net.Conn, _ rawRequest) bool {
		_, _ = io.WriteString(conn, events(false, coldEvent))
		return !closedWithin(conn, 5*time.Second)
	})
	c, _ := s.client(t)
	stopped, cancel := contextWithCancel(t)
	_, err := c.Chutes.WaitReady(stopped, "a/b", &ChutesWaitReadyParams{OnProgress: func(WarmupProgress) { cancel() }})
	wantKind(t, err, KindCancelled)
}

// The API knows no slugs at its warm-up; the id behind one is in the list.
func TestWaitReadyOfASlug(t *testing.T) {
	s := routes(t, map[string][]string{
		"GET /chutes/warmup/me-echo": {jsonAnswer(404, `{"detail":"Chute not found"}`)},
		"GET /chutes/":               {jsonAnswer(200, `{"items":[{"chute_id":"x","name":"n","slug":"me_echo"},{"chute_id":"c","name":"echo","slug":"me-echo"}],"total":2,"page":0,"limit":25}`)},
		"GET /chutes/warmup/c":       {events(true, hotEvent)},
	})
	c, _ := s.client(t)
	state, err := c.Chute("me-echo").WaitReady(ctx(t), nil)
	if err != nil || state.Status != WarmupStateHot {
		t.Fatal(err)
	}
	wantSent(t, s, "GET /chutes/warmup/me-echo", "GET /chutes/?include_public=true&slug=me-echo", "GET /chutes/warmup/c")
	_, err = c.Chute("nobody").WaitReady(ctx(t), nil)
	if !errors.Is(err, ErrAPIStatus) {
		t.Error("another failure than 404 is no reason to look:", err)
	}
}

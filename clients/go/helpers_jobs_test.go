package chutes

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

const jobChute = "2ff25e81-4586-5ec8-b892-3a6f342693d7"

func TestJobStates(t *testing.T) {
	for row, want := range map[string]JobState{
		`{}`: JobQueued, `{"active":true}`: JobRunning, `{"instance_id":"i"}`: JobRunning, `{"finished_at":null,"active":true}`: JobRunning,
		`{"finished_at":"2026-05-26T12:00:00"}`:                                                 JobComplete,
		`{"finished_at":"soon","result":{"status":"partial_failure"},"status":"complete"}`:      JobPartialFailure,
		`{"finished_at":"2026-05-26T12:00:00","status":"complete_pending_uploads","result":""}`: JobCompletePendingUploads,
		`{"finished_at":"2026-05-26T12:00:00","result":{"status":"error"}}`:                     JobError,
		`{"finished_at":"2026-05-26T12:00:00","result":{"status":"exploded"}}`:                  "exploded",
		`{"finished_at":"2026-05-26T12:00:00","result":{"status":7},"active":true}`:             JobComplete,
	} {
		run, err := decode[JobRun]([]byte(row), nil)
		if err != nil || run.State() != want {
			t.Errorf("%s: %s %v", row, run.State(), err)
		}
	}
}

func TestCreateJob(t *testing.T) {
	s := routes(t, map[string][]string{
		"GET /chutes/demo/echo":             {jsonAnswer(200, `{"chute_id":"`+jobChute+`","name":"echo"}`)},
		"POST /jobs/" + jobChute + "/train": {jsonAnswer(200, `{"job_id":"j"}`)},
	})
	c, _ := s.client(t)
	type args struct {
		Epochs int `json:"epochs"`
	}
	for _, tc := range []struct {
		chute string
		args  any
		disk  Opt[float64]
		body  string
	}{
		{jobChute, nil, Opt[float64]{}, `{}`},
		{jobChute, args{3}, Set(50.0), `{"epochs":3,"_disk_gb":50}`},
		{jobChute, nil, Set(10.5), `{"_disk_gb":10.5}`},
		{"demo/echo", map[string]any{"a": nil}, Opt[float64]{}, `{"a":null}`},
	} {
		run, err := c.Jobs.Create(ctx(t), tc.chute, "train", tc.args, &JobsCreateParams{DiskGB: tc.disk})
		if err != nil || run.JobID != "j" {
			t.Fatal(err)
		}
		if body := string(s.seen()[len(s.seen())-1].body); body != tc.body {
			t.Errorf("%s, want %s", body, tc.body)
		}
	}
	before := len(s.seen())
	for _, gb := range []float64{10, 1000, 0, -1, math.NaN(), math.Inf(1)} {
		_, err := c.Jobs.Create(ctx(t), "demo/echo", "train", nil, &JobsCreateParams{DiskGB: Set(gb)})
		wantKind(t, err, KindConfig)
	}
	if len(s.seen()) != before {
		t.Error("a refused job was sent")
	}
}

func TestJobIsStartedOnce(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(500, `{"detail":"no"}`, "x-should-retry: true"), jsonAnswer(429, `{"detail":"Daily job quota exceeded"}`, "retry-after: 0")))
	c, _ := s.client(t)
	for _, kind := range []Kind{KindServer, KindQuotaExhausted} {
		_, err := c.Jobs.Create(ctx(t), jobChute, "train", nil, nil)
		wantKind(t, err, kind)
	}
	if n := len(s.seen()); n != 2 {
		t.Errorf("%d requests", n)
	}
}

func TestWaitForJob(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, `{"job_id":"j"}`), jsonAnswer(502, ``), jsonAnswer(200, `{"job_id":"j","active":true}`),
		jsonAnswer(200, `{"job_id":"j","finished_at":"2026-05-26T12:00:00","result":{"status":"error"}}`)))
	c, clock := s.client(t)
	var states []string
	run, err := c.Jobs.Wait(ctx(t), "j", &JobsWaitParams{OnProgress: func(r *JobRun) { states = append(states, string(r.State())) }})
	if err != nil || run.State() != JobError || strings.Join(states, " ") != "queued running error" {
		t.Fatal(run, err, states)
	}
	if n := len(clock.Sleeps()); n != 3 || clock.Sleeps()[0] != PollInterval || clock.Sleeps()[2] != PollInterval {
		t.Error(clock.Sleeps())
	}
}

func TestWaitForJobEndsInTime(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, `{"job_id":"j","active":true}`)))
	c, clock := s.client(t)
	_, err := c.Jobs.Wait(ctx(t), "j", &JobsWaitParams{PollInterval: 2 * time.Second, Timeout: 5 * time.Second})
	if e := wantKind(t, err, KindTimeout); !strings.Contains(e.Message, "running") || !slices.Equal(clock.Sleeps(), []time.Duration{2 * time.Second, 2 * time.Second, time.Second}) {
		t.Error(e, clock.Sleeps())
	}
	for _, params := range []*JobsWaitParams{{Timeout: -time.Second}, {PollInterval: -time.Second}} {
		_, err := c.Jobs.Wait(ctx(t), "j", params)
		wantKind(t, err, KindConfig)
	}
	// The shorter of the two limits holds.
	_, err = c.Jobs.Wait(ctx(t), "j", &JobsWaitParams{Timeout: time.Hour}, WithDeadline(5*time.Second))
	wantKind(t, err, KindTimeout)
	if n := len(clock.Sleeps()); n != 4 {
		t.Errorf("%d sleeps", n)
	}
}

package chutes

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// PollInterval is the time between two questions for a run of a job by default.
const PollInterval = 5 * time.Second

// The disk space that a job may ask for, in GB; the bounds themselves are refused.
const minDiskGB, maxDiskGB = 10, 1000

// JobState is where a run stands; the server may know more words.
type JobState string

// Known values of [JobState].
const (
	JobQueued                 JobState = "queued"
	JobRunning                JobState = "running"
	JobComplete               JobState = "complete"
	JobCompletePendingUploads JobState = "complete_pending_uploads"
	JobPartialFailure         JobState = "partial_failure"
	JobError                  JobState = "error"
)

// State returns where the run stands, from its times, its instance and its result: the server does not say it in one word.
func (r *JobRun) State() JobState {
	if !r.finished() {
		if r.Active || r.InstanceID != "" {
			return JobRunning
		}
		return JobQueued
	}
	var inner string
	keepFirst(&inner, fieldOf(r.Result, "status"))
	return JobState(first(inner, r.Status, string(JobComplete)))
}

// finished goes by the text: a time that cannot be read is one all the same.
func (r *JobRun) finished() bool { return r.FinishedAt.Text != "" || !r.FinishedAt.IsZero() }

// JobsCreateParams are the options of [JobsService.Create].
type JobsCreateParams struct {
	// Disk space in GB, above 10 and below 1000. Default: the server's 10.
	DiskGB Opt[float64]
}

// Create starts a job of a chute, by id or "user/name", with its arguments: anything that is a JSON object; nil for none. It is sent once and
// never repeated; the request itself is [JobsService.Submit].
//
// The errors: config for disk space out of range, not_found, and quota_exhausted (most accounts may start none).
//
//	run, err := client.Jobs.Create(ctx, "alice/trainer", "train", map[string]any{"epochs": 3}, &chutes.JobsCreateParams{DiskGB: chutes.Set(50.0)})
func (s *JobsService) Create(ctx context.Context, chute, method string, args any, params *JobsCreateParams, options ...Option) (*JobRun, error) {
	if args == nil {
		args = json.RawMessage("{}")
	}
	submit := options
	if params != nil {
		if disk, ok := params.DiskGB.Get(); ok {
			if !(disk > minDiskGB && disk < maxDiskGB) {
				return nil, configError("DiskGB must be above %d and below %d, not %v", minDiskGB, maxDiskGB, disk)
			}
			submit = append([]Option{WithExtraBody(map[string]any{"_disk_gb": disk})}, options...)
		}
	}
	if !uuidPattern.MatchString(chute) {
		found, err := s.client.Chutes.Get(ctx, chute, lookUps(options)...)
		if err != nil {
			return nil, err
		}
		chute = found.ChuteID
	}
	return s.Submit(ctx, chute, method, args, submit...)
}

// JobsWaitParams are the options of [JobsService.Wait].
type JobsWaitParams struct {
	// Longest wait in all. Default: [WithDeadline] of this call, else none.
	Timeout time.Duration
	// Time between two questions. Default: [PollInterval].
	PollInterval time.Duration
	// Told the run each time it was asked for. Cancel the context to stop.
	OnProgress func(*JobRun)
}

// Wait asks for a run until it has ended, and returns it whatever its state is ([JobRun.State]). After Timeout it is a timeout error; the job
// goes on.
//
//	run, err := client.Jobs.Wait(ctx, jobID, &chutes.JobsWaitParams{OnProgress: func(r *chutes.JobRun) { fmt.Println(r.State()) }})
func (s *JobsService) Wait(ctx context.Context, jobID string, params *JobsWaitParams, options ...Option) (*JobRun, error) {
	if params == nil {
		params = &JobsWaitParams{}
	}
	every, err := interval(params.PollInterval, PollInterval)
	if err != nil {
		return nil, err
	}
	until, err := s.client.newUntil(params.Timeout, NoTimeout, options)
	if err != nil {
		return nil, err
	}
	for {
		run, err := s.Get(ctx, jobID, until.request(false)...)
		if err != nil {
			return nil, err
		}
		if params.OnProgress != nil {
			params.OnProgress(run)
		}
		if run.finished() {
			return run, nil
		}
		if until.over() {
			return nil, until.fail(run.Response(), "the job %s did not end in time (last state: %s)", jobID, run.State())
		}
		if err := until.sleep(ctx, every); err != nil {
			return nil, err
		}
	}
}

// JobsDownloadParams are the options of [JobsService.Download].
type JobsDownloadParams struct {
	// Told the bytes received and the bytes in all (-1: the server does not say), every [ChunkBytes] at least and at the end.
	OnProgress func(received, total int64)
}

// Download streams a file of a run to disk and returns its path: it is there whole, or not at all. Where to is a folder, the file has the
// server's name, else fileID.
//
// The errors: config before anything is sent where the folder does not exist; not_found; connection and timeout where it broke off. Whatever
// fails leaves nothing behind, and a file that was there stays.
//
//	path, err := client.Jobs.Download(ctx, jobID, fileID, "weights.bin", nil)
func (s *JobsService) Download(ctx context.Context, jobID, fileID, to string, params *JobsDownloadParams, options ...Option) (string, error) {
	var progress func(received, total int64)
	if params != nil {
		progress = params.OnProgress
	}
	return downloadTo(func() (*reply, error) {
		return s.client.send(ctx, operation{
			id: "getJobFile", method: http.MethodGet, stream: true,
			path: []part{lit("/jobs/"), param("job_id", jobID), lit("/download/"), param("file_id", fileID)}, accept: "application/octet-stream",
		}, options)
	}, to, fileID, progress)
}

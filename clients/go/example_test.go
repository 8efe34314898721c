package chutes_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

// smallPlatform answers what the examples ask for: by method and path, one answer after another, the last one again and again.
func smallPlatform(answers map[string][]string) (*chutes.Client, func()) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route := r.Method + " " + r.URL.Path
		list := answers[route]
		if len(list) == 0 {
			http.Error(w, `{"detail":"Not found"}`, http.StatusNotFound)
			return
		}
		if len(list) > 1 {
			answers[route] = list[1:]
		}
		switch answer := list[0]; {
		case strings.HasPrefix(answer, "data:"):
			w.Header().Set("Content-Type", "text/event-stream")
		case strings.HasPrefix(answer, `{"detail"`):
			w.WriteHeader(http.StatusPaymentRequired)
		}
		_, _ = w.Write([]byte(list[0]))
	}))
	clock := chutes.NewVirtualClock(time.Unix(1_700_000_000, 0)) // waits take no time
	client, err := chutes.New(chutes.WithBaseURL(server.URL), chutes.WithAPIKey("cpk_test"), chutes.WithSeam(clock.Seam()))
	if err != nil {
		log.Fatal(err)
	}
	return client, server.Close
}

func ExampleContainerImagesService_Build() {
	client, stop := smallPlatform(map[string][]string{
		"GET /users/me":         {`{"username":"alice"}`},
		"POST /images/":         {`{"image_id":"i1","status":"pending build"}`},
		"GET /images/i1/logs":   {"data: {\"log\": {\"log_type\": \"stdout\", \"log\": \"Step 1 of 1\"}, \"offset\": \"1-1\"}\nDONE\n"},
		"GET /images/i1":        {`{"image_id":"i1","status":"built and pushed"}`},
		"GET /images/none/logs": {"data: ERROR: no such base image\n"},
	})
	defer stop()
	image, err := client.ContainerImages.Build(context.Background(), chutes.BuildArgs{
		Name: "tools", Tag: "1.0", Dockerfile: "FROM python:3.12\n", // Context: chutes.FileFromPath("context.zip"),
	}, &chutes.ContainerImagesBuildParams{
		OnLog:   func(e *chutes.BuildLogEvent) { fmt.Println(e.LogType, e.Log) },
		Timeout: 30 * time.Minute,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(image.ImageID, image.Status)
	// Output:
	// stdout Step 1 of 1
	// i1 built and pushed
}

func ExampleChutesService_Deploy() {
	client, stop := smallPlatform(map[string][]string{
		"GET /users/me":               {`{"username":"alice"}`},
		"GET /images/alice/tools:1.0": {`{"image_id":"i1","patch_version":"initial"}`},
		"POST /chutes/":               {`{"detail":"There is a deployment fee, which for this configuration is: $5.4"}`, `{"chute_id":"c1","slug":"alice-echo"}`},
	})
	defer stop()
	ctx := context.Background()
	body := chutes.ChuteArgs{
		Name: "echo", Image: "alice/tools:1.0", Code: "…", Filename: "echo.py", RefStr: "echo:chute",
		NodeSelector: chutes.NodeSelector{GPUCount: chutes.Ptr[int64](1)}, TEE: chutes.Set(true),
	}
	done, err := client.Chutes.Deploy(ctx, body, nil)
	var e *chutes.Error
	if errors.As(err, &e) && e.Fee != nil {
		fmt.Printf("it costs %.2f dollars\n", *e.Fee)
		done, err = client.Chutes.Deploy(ctx, body, &chutes.ChutesDeployParams{AcceptFee: true})
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(done.Status, done.Chute.Slug)
	// Output:
	// it costs 5.40 dollars
	// created alice-echo
}

func ExampleChutesService_WaitReady() {
	client, stop := smallPlatform(map[string][]string{
		"GET /chutes/warmup/alice/echo": {"data: {\"status\":\"cold\",\"log\":\"looking for a GPU\"}\n\ndata: {\"status\":\"hot\"}\n\n"},
	})
	defer stop()
	state, err := client.Chutes.WaitReady(context.Background(), "alice/echo", &chutes.ChutesWaitReadyParams{
		Timeout:    5 * time.Minute,
		OnProgress: func(p chutes.WarmupProgress) { fmt.Println("it is", p.Status()) },
	})
	if err != nil {
		log.Fatal(err) // errors.Is(err, chutes.ErrTimeout): not in time
	}
	fmt.Println("ready:", state.Status)
	// Output:
	// it is cold
	// it is hot
	// ready: hot
}

func ExampleJobsService_Wait() {
	client, stop := smallPlatform(map[string][]string{
		"GET /jobs/j1": {`{"job_id":"j1"}`, `{"job_id":"j1","active":true}`, `{"job_id":"j1","finished_at":"2026-05-26T12:00:00","result":{"status":"complete"}}`},
	})
	defer stop()
	run, err := client.Jobs.Wait(context.Background(), "j1", &chutes.JobsWaitParams{
		OnProgress: func(run *chutes.JobRun) { fmt.Println(run.State()) },
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("ended at", run.FinishedAt.Format("15:04"))
	// Output:
	// queued
	// running
	// complete
	// ended at 12:00
}

package main

import (
	"context"
	"fmt"
	"log"
	"time"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

func main() {
	client, err := chutes.New()
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	ctx := context.Background()
	started, err := client.Jobs.Create(ctx, "demo/worker", "train", map[string]any{"epochs": 2}, nil)
	if err != nil {
		log.Fatal(err)
	}
	run, err := client.Jobs.Wait(ctx, started.JobID, &chutes.JobsWaitParams{
		PollInterval: time.Second,
		OnProgress:   func(now *chutes.JobRun) { fmt.Println(now.State()) },
	})
	if err != nil {
		log.Fatal(err)
	}
	for fileID := range run.OutputFiles {
		path, err := client.Jobs.Download(ctx, run.JobID, fileID, ".", nil) // a folder: the file gets its own name
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(path)
	}
}

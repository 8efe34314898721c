package main

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"os"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

func main() {
	client, err := chutes.New(
		chutes.WithHooks(chutes.Hooks{
			AfterAttempt: func(_ context.Context, a chutes.AttemptEnd) {
				fmt.Println("attempt", a.Number, a.Operation, a.Status, a.Kind)
			},
			OnRetry:     func(_ context.Context, r chutes.RetryInfo) { fmt.Println("again in", r.Wait, "because of", r.Kind) },
			OnStreamEnd: func(_ context.Context, s chutes.StreamInfo) { fmt.Println("stream of", s.Chunks, "chunks", s.Kind) },
		}),
		chutes.WithLogger(slog.New(slog.NewTextHandler(os.Stdout, nil))), // else CHUTES_LOG=debug|info|warn, to standard error
	)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	stream, err := client.Chat.Completions.Stream(context.Background(), chutes.ChatCompletionRequest{
		Model:    "Qwen/Qwen3-32B-TEE",
		Messages: []chutes.ChatMessageParam{chutes.UserMessage("Count to five.")},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer stream.Close()
	if _, err := stream.Final(); err != nil {
		log.Fatal(err)
	}
}

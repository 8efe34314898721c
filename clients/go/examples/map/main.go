package main

import (
	"context"
	"fmt"
	"log"
	"slices"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

func main() {
	client, err := chutes.New(chutes.WithMaxConcurrency(16), chutes.WithAutoRateLimit(), chutes.WithRetryBudget(true))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	words := []string{"parachute", "canopy", "harness"}
	results, err := chutes.Map(context.Background(), slices.Values(words), func(ctx context.Context, word string) (string, error) {
		answer, err := client.Chat.Completions.Create(ctx, chutes.ChatCompletionRequest{
			Model:    "Qwen/Qwen3-32B-TEE",
			Messages: []chutes.ChatMessageParam{chutes.UserMessage("Define " + word)},
		})
		if err != nil {
			return "", err
		}
		return answer.Text(), nil
	}, &chutes.MapParams{Concurrency: chutes.Set(4), Ordered: true, Progress: true})
	if err != nil {
		log.Fatal(err)
	}
	for result := range results { // leaving the loop cancels what is open
		if result.Err != nil {
			fmt.Println(result.Item, "failed:", result.Err)
			continue
		}
		fmt.Println(result.Index, result.Item, len(result.Value) > 0)
	}
}

package main

import (
	"context"
	"fmt"
	"log"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

func main() {
	client, err := chutes.New()
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	ctx := context.Background()
	answer, err := client.Chat.Completions.Create(ctx, chutes.ChatCompletionRequest{
		Messages: []chutes.ChatMessageParam{chutes.UserMessage("What is a chute?")},
	}, chutes.WithModels("mock/disabled-model", "Qwen/Qwen3-32B-TEE")) // in place of Model
	if err != nil {
		log.Fatal(err)
	}
	response := answer.Response()
	for _, tried := range response.Tried {
		fmt.Println(tried.Model, "could not:", tried.Kind)
	}
	fmt.Println(response.Model, "answered")
	for _, attempt := range response.History {
		fmt.Println(attempt.Number, attempt.Status, attempt.Kind, attempt.Wait)
	}
	cost, err := client.Models.Cost(ctx, answer)
	if err != nil {
		log.Fatal(err)
	}
	if cost != nil { // nil: the price is not known
		fmt.Printf("%.8f USD\n", cost.Total)
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"log"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

type City struct {
	Name    string   `json:"name" description:"in English"`
	People  int      `json:"people"`
	Climate string   `json:"climate" enum:"cold,mild,hot"`
	Rivers  []string `json:"rivers,omitempty"`
}

func main() {
	client, err := chutes.New()
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	answer, err := chutes.Parse[City](context.Background(), client.Chat.Completions, chutes.ChatCompletionRequest{
		Model:    "Qwen/Qwen3-32B-TEE",
		Messages: []chutes.ChatMessageParam{chutes.UserMessage("Describe the capital of France.")},
	})
	var e *chutes.Error
	if errors.As(err, &e) && e.Kind == chutes.KindInvalidOutput {
		log.Fatalf("no use: %s (%s), the model wrote %q", e.Reason, e.Message, e.Text)
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %d people, %s\n", answer.Parsed.Name, answer.Parsed.People, answer.Parsed.Climate)
}

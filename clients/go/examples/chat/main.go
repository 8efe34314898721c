package main

import (
	"context"
	"fmt"
	"log"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

func main() {
	client, err := chutes.New() // the key comes from CHUTES_API_KEY
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	answer, err := client.Chat.Completions.Create(context.Background(), chutes.ChatCompletionRequest{
		Model:       "Qwen/Qwen3-32B-TEE",
		Messages:    []chutes.ChatMessageParam{chutes.SystemMessage("Be brief."), chutes.UserMessage("What is a chute?")},
		Temperature: chutes.Set(0.2),
		MaxTokens:   chutes.Set(200),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.Text())
	fmt.Println(answer.Usage.TotalTokens, "tokens,", answer.Response().Attempts, "attempt")
}

package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

func main() {
	client, err := chutes.New(chutes.WithMaxRetries(1))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	_, err = client.Chat.Completions.Create(context.Background(), chutes.ChatCompletionRequest{
		Model:    "no/such-model",
		Messages: []chutes.ChatMessageParam{chutes.UserMessage("hi")},
	}, chutes.WithTimeout(30*time.Second))

	var e *chutes.Error
	switch {
	case err == nil:
		fmt.Println("it exists after all")
	case errors.Is(err, chutes.ErrRateLimited): // a capacity error, too
		fmt.Println("later, please")
	case errors.As(err, &e):
		fmt.Printf("%s (HTTP %d) after %d attempt: %s\n", e.Kind, e.Status, e.Attempts, e.Message)
	}
}

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
	stream, err := client.Chat.Completions.Stream(context.Background(), chutes.ChatCompletionRequest{
		Model:    "Qwen/Qwen3-32B-TEE",
		Messages: []chutes.ChatMessageParam{chutes.UserMessage("Count to five.")},
	})
	if err != nil {
		log.Fatal(err) // HTTP errors come from here, not from the loop
	}
	defer stream.Close() // leaving the loop early closes the connection, too
	for text, err := range stream.Text() {
		if err != nil {
			log.Fatalf("%v; so far: %q", err, stream.Partial().Text())
		}
		fmt.Print(text)
	}
	final, err := stream.Final()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("\nended with", final.Choices[0].FinishReason)
}

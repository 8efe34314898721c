package main

import (
	"context"
	"fmt"
	"log"
	"time"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

func main() {
	clock := chutes.NewVirtualClock(time.Unix(1700000000, 0))
	script := chutes.NewScript(
		chutes.AnswerJSON(503, map[string]string{"detail": "try again later"}),
		chutes.AnswerText("Hel", "lo"),
	)
	client, err := chutes.New(chutes.WithScript(script), chutes.WithSeam(clock.Seam()))
	if err != nil {
		log.Fatal(err)
	}
	stream, err := client.Chat.Completions.Stream(context.Background(), chutes.ChatCompletionRequest{
		Model: "any", Messages: []chutes.ChatMessageParam{chutes.UserMessage("Hi")},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer stream.Close()
	for text, err := range stream.Text() {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(text)
	}
	fmt.Println(len(script.Requests()), "requests,", len(clock.Sleeps()), "sleep")
}

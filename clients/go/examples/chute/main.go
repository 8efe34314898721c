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
	echo := client.Chute("demo/echo") // an id, user/name, slug, host or URL

	result, err := echo.Call(ctx, "/echo", map[string]any{"text": "hello"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.ContentType, result.Text())

	stream, err := echo.Stream(ctx, "/stream", map[string]any{"text": "one two three"})
	if err != nil {
		log.Fatal(err)
	}
	defer stream.Close()
	for event, err := range stream.Events() {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(event.Name, string(event.Data))
	}
}

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
	image, err := client.Images.Generate(ctx, chutes.ImageRequest{Model: "FLUX.1-schnell", Prompt: "a cat"})
	if err != nil {
		log.Fatal(err)
	}
	part, err := chutes.ImagePart(chutes.MediaFromBytes(image.Bytes)) // or MediaFromPath, MediaFromURL
	if err != nil {
		log.Fatal(err)
	}
	answer, err := client.Chat.Completions.Create(ctx, chutes.ChatCompletionRequest{
		Model:    "Qwen/Qwen3-32B-TEE",
		Messages: []chutes.ChatMessageParam{chutes.UserParts(chutes.TextPart("What is in this picture?"), part.WithDetail("low"))},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("seen:", answer.Text())
}

// The newcomer's demo: everything once, against CHUTES_BASE_URL (the local platform: chutes-mock).
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

func main() {
	log.SetFlags(0)
	if err := run(context.Background()); err != nil {
		log.Fatalf("demo: %+v", err)
	}
}

func run(ctx context.Context) error {
	client, err := chutes.New()
	if err != nil {
		return err
	}
	defer client.Close()
	folder := cmp.Or(os.Getenv("DEMO_OUT"), "demo-output")
	request := chutes.ChatCompletionRequest{
		Model:    "mock/open-model",
		Messages: []chutes.ChatMessageParam{chutes.UserMessage("Say hello to somebody who streams for the first time.")},
	}

	// 1. List the chutes that everybody can see.
	fmt.Println("Chutes:")
	count := 0
	for chute, err := range client.Chutes.ListAll(ctx, &chutes.ChutesListParams{IncludePublic: chutes.Set(true)}) {
		if err != nil {
			return err
		}
		count++
		fmt.Printf("  %-4s  %s/%s\n", map[bool]string{true: "hot", false: "cold"}[chute.Hot], chute.User.Username, chute.Name)
	}

	// 2. Stream a chat, token by token.
	fmt.Print("\nChat: ")
	stream, err := client.Chat.Completions.Stream(ctx, request)
	if err != nil {
		return err
	}
	defer stream.Close()
	tokens := 0
	for text, err := range stream.Text() {
		if err != nil {
			return err
		}
		tokens++
		fmt.Print(text)
	}
	final, err := stream.Final()
	if err != nil {
		return err
	}
	fmt.Printf("\n  %d pieces, %d tokens in all\n", tokens, final.Usage.TotalTokens)

	// 3. Make an image and keep it.
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	image, err := client.Images.Generate(ctx, chutes.ImageRequest{
		Model: "FLUX.1-schnell", Prompt: "a lighthouse at dusk", Size: "512x512", Seed: chutes.Set(int64(7)),
	})
	if err != nil {
		return err
	}
	path := filepath.Join(folder, "lighthouse."+map[bool]string{true: "png", false: "jpg"}[image.ContentType == "image/png"])
	if err := image.Save(path); err != nil {
		return err
	}
	fmt.Printf("\nImage: %s, %s, %d bytes\n", path, image.ContentType, len(image.Bytes))

	// 4. Survive a server that fails once: the client tries again by itself.
	answer, err := client.Chat.Completions.Create(ctx, request, chutes.WithHeader("X-Mock-Scenario", "engine-503;count=1"))
	if err != nil {
		return err
	}
	retries := answer.Response().Attempts - 1
	fmt.Printf("\n503: the answer came after %d retry\n", retries)

	// 5. A stream that is cut off is told as such, and what came is kept.
	broken, err := client.Chat.Completions.Stream(ctx, request, chutes.WithHeader("X-Mock-Scenario", "stream-cut"))
	if err != nil {
		return err
	}
	defer broken.Close()
	_, err = broken.Final()
	var cut *chutes.Error
	if !errors.Is(err, chutes.ErrStreamInterrupted) || !errors.As(err, &cut) {
		return fmt.Errorf("the cut-off stream was not noticed: %w", err)
	}
	fmt.Printf("\nCut off: %s\n  received before: %q\n", cut.Message, cut.Partial.Text())

	fmt.Printf("\nDEMO go ok chutes=%d tokens=%d image=%s bytes=%d retries=%d interrupted=yes\n", count, tokens, path, len(image.Bytes), retries)
	return nil
}

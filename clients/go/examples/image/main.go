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
	image, err := client.Images.Generate(context.Background(), chutes.ImageRequest{
		Model: "FLUX.1-schnell", Prompt: "a lighthouse at dusk", Size: "512x512",
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := image.Save("lighthouse.jpg"); err != nil {
		log.Fatal(err)
	}
	fmt.Println("saved", len(image.Bytes), "bytes of", image.ContentType)
}

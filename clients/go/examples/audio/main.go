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
	sound, err := client.Audio.Speech(ctx, "chutes/kokoro", "Good morning", &chutes.SpeechParams{Speed: chutes.Set(1.2)})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(sound.Bytes), "bytes of", sound.ContentType)

	file, err := client.Audio.Speech(ctx, "chutes/kokoro", "And now to a file", &chutes.SpeechParams{MediaParams: chutes.MediaParams{
		To:         "morning.wav",
		OnProgress: func(received, total int64) { fmt.Println(received, "of", total) },
	}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(file.Path)
}

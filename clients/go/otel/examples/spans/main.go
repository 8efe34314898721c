package main

import (
	"context"
	"fmt"
	"log"

	"go.opentelemetry.io/otel/sdk/trace"

	chutes "github.com/chutes-client/chutes-client/clients/go"
	"github.com/chutes-client/chutes-client/clients/go/otel"
)

// printer stands for the exporter of your own.
type printer struct{}

func (printer) ExportSpans(_ context.Context, spans []trace.ReadOnlySpan) error {
	for _, span := range spans {
		fmt.Println(span.Name(), span.EndTime().After(span.StartTime()))
		for _, a := range span.Attributes() {
			fmt.Println(" ", a.Key, a.Value.Emit())
		}
	}
	return nil
}

func (printer) Shutdown(context.Context) error { return nil }

func main() {
	provider := trace.NewTracerProvider(trace.WithSyncer(printer{}))
	client, err := chutes.New(chutes.WithHooks(otel.Hooks(otel.WithTracerProvider(provider))))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	_, err = client.Chat.Completions.Create(context.Background(), chutes.ChatCompletionRequest{
		Model:    "Qwen/Qwen3-32B-TEE",
		Messages: []chutes.ChatMessageParam{chutes.UserMessage("What is a chute?")},
	})
	if err != nil {
		log.Fatal(err)
	}
}

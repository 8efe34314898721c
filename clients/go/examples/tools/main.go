package main

import (
	"context"
	"fmt"
	"log"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

type Place struct {
	City string `json:"city" description:"name of the city, in English"`
}

func main() {
	client, err := chutes.New()
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	weather := chutes.NewTool("weather", "The weather of a city", func(_ context.Context, p Place) (any, error) {
		return map[string]any{"city": p.City, "celsius": 21}, nil
	})
	run, err := client.Chat.Completions.RunTools(context.Background(), chutes.ChatCompletionRequest{
		Model:    "Qwen/Qwen3-32B-TEE",
		Messages: []chutes.ChatMessageParam{chutes.UserMessage("Call weather: how is it in Paris?")},
	}, []chutes.FunctionTool{weather}, &chutes.RunToolsParams{
		OnStep: func(s chutes.Step) {
			for _, call := range s.Calls {
				fmt.Println(s.Turn, call.Name, call.Arguments, "→", call.Content)
			}
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(run.Completion.Text())
	fmt.Println(len(run.Steps), "turns,", len(run.Messages), "messages to go on with")
}

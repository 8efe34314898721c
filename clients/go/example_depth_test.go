package chutes_test

import (
	"context"
	"fmt"
	"slices"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

// whole is a chat answer that a script gives.
func whole(message map[string]any, finish string) chutes.ScriptedAnswer {
	return chutes.AnswerJSON(200, map[string]any{"model": "m", "choices": []any{map[string]any{"index": 0, "message": message, "finish_reason": finish}}})
}

func scripted(answers ...chutes.ScriptedAnswer) *chutes.Client {
	client, err := chutes.New(chutes.WithScript(chutes.NewScript(answers...)), chutes.WithMaxRetries(0))
	if err != nil {
		panic(err)
	}
	return client
}

func ExampleParse() {
	type City struct {
		Name   string `json:"name"`
		People int    `json:"people"`
	}
	client := scripted(whole(map[string]any{"role": "assistant", "content": `{"name": "Bonn", "people": 340000}`}, "stop"))
	answer, err := chutes.Parse[City](context.Background(), client.Chat.Completions, chutes.ChatCompletionRequest{
		Model: "m", Messages: []chutes.ChatMessageParam{chutes.UserMessage("Describe Bonn.")},
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(answer.Parsed.Name, answer.Parsed.People)
	// Output: Bonn 340000
}

func ExampleChatCompletionService_RunTools() {
	type Sum struct {
		A int `json:"a"`
		B int `json:"b"`
	}
	add := chutes.NewTool("add", "Adds two numbers", func(_ context.Context, s Sum) (any, error) { return s.A + s.B, nil })
	client := scripted(
		whole(map[string]any{"role": "assistant", "tool_calls": []any{map[string]any{"id": "c1", "type": "function", "function": map[string]any{"name": "add", "arguments": `{"a": 1, "b": 2}`}}}}, "tool_calls"),
		whole(map[string]any{"role": "assistant", "content": "It is 3."}, "stop"),
	)
	run, err := client.Chat.Completions.RunTools(context.Background(), chutes.ChatCompletionRequest{
		Model: "m", Messages: []chutes.ChatMessageParam{chutes.UserMessage("What is 1 + 2?")},
	}, []chutes.FunctionTool{add}, nil)
	if err != nil {
		panic(err)
	}
	fmt.Println(run.Steps[0].Calls[0].Content, run.Completion.Text())
	// Output: 3 It is 3.
}

func ExampleWithModels() {
	client := scripted(
		chutes.AnswerJSON(429, map[string]string{"detail": "Infrastructure is at maximum capacity, try again later"}),
		whole(map[string]any{"role": "assistant", "content": "Hello"}, "stop"),
	)
	answer, err := client.Chat.Completions.Create(context.Background(), chutes.ChatCompletionRequest{
		Messages: []chutes.ChatMessageParam{chutes.UserMessage("Hi")},
	}, chutes.WithModels("large", "small"))
	if err != nil {
		panic(err)
	}
	fmt.Println(answer.Text(), "from", answer.Response().Model, answer.Response().Tried)
	// Output: Hello from small [{large capacity}]
}

func ExampleMap() {
	double := func(_ context.Context, n int) (int, error) { return 2 * n, nil }
	results, err := chutes.Map(context.Background(), slices.Values([]int{1, 2, 3}), double, &chutes.MapParams{Ordered: true})
	if err != nil {
		panic(err)
	}
	for result := range results {
		fmt.Println(result.Item, result.Value, result.Err)
	}
	// Output:
	// 1 2 <nil>
	// 2 4 <nil>
	// 3 6 <nil>
}

func ExampleImagePart() {
	part, err := chutes.ImagePart(chutes.MediaFromURL("https://example.com/cat.jpg"))
	if err != nil {
		panic(err)
	}
	message := chutes.UserParts(chutes.TextPart("What is this?"), part.WithDetail("low"))
	fmt.Println(string(message.Content))
	_, err = chutes.ImagePart(chutes.MediaFromBytes([]byte("no picture")))
	fmt.Println(err)
	// Output:
	// [{"type":"text","text":"What is this?"},{"type":"image_url","image_url":{"url":"https://example.com/cat.jpg","detail":"low"}}]
	// chutes: config: the bytes are no image of a type that models take
}

func ExampleSchemaOf() {
	type City struct {
		Name    string `json:"name" description:"in English"`
		Climate string `json:"climate,omitempty" enum:"cold,mild,hot"`
	}
	schema, err := chutes.SchemaOf[City]()
	if err != nil {
		panic(err)
	}
	fmt.Println(string(schema))
	// Output: {"type":"object","properties":{"name":{"type":"string","description":"in English"},"climate":{"type":"string","enum":["cold","mild","hot"]}},"required":["name"],"additionalProperties":false}
}

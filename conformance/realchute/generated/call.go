// Calls every cord through the generated type: `call REF` prints one line of JSON for each call of expect.json.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"

	chutes "github.com/chutes-client/chutes-client/clients/go"

	"example.invalid/call/liechute"
	"example.invalid/call/realchute"
)

type call struct {
	name string
	run  func(ctx context.Context, real *realchute.RealChute) (any, error)
}

var calls = []call{
	{"json", func(ctx context.Context, real *realchute.RealChute) (any, error) {
		return real.Generate(ctx, realchute.FullInput{Prompt: "one two", MaxTokens: chutes.Set(int64(2)), Tags: []string{"a"}})
	}},
	{"json, minimal schema", func(ctx context.Context, real *realchute.RealChute) (any, error) {
		return real.Minimal(ctx, realchute.SimpleInput{Prompt: "héllo 🌍"})
	}},
	{"json, any object", func(ctx context.Context, real *realchute.RealChute) (any, error) {
		return real.Echo(ctx, map[string]any{"a": []any{1, 2.5, nil, true}, "b": map[string]any{"c": "x/y"}})
	}},
	{"json, sync function", func(ctx context.Context, real *realchute.RealChute) (any, error) {
		return real.Sync(ctx, map[string]any{"b": 1, "a": 2})
	}},
	{"primitive parameters", func(ctx context.Context, real *realchute.RealChute) (any, error) {
		return real.Simple(ctx, realchute.SimpleInput2{Text: chutes.Set("hi"), Number: chutes.Set(int64(3))})
	}},
	{"dependency not resolved", func(ctx context.Context, real *realchute.RealChute) (any, error) {
		return real.Protected(ctx, realchute.ProtectedInput{Token: chutes.Set("wrong")})
	}},
	{"get", func(ctx context.Context, real *realchute.RealChute) (any, error) { return real.Health(ctx) }},
	{"get, array", func(ctx context.Context, real *realchute.RealChute) (any, error) { return real.Listing(ctx) }},
	{"text", func(ctx context.Context, real *realchute.RealChute) (any, error) {
		return real.Text(ctx, realchute.SimpleInput{Prompt: "plain"})
	}},
	{"png", func(ctx context.Context, real *realchute.RealChute) (any, error) {
		return real.Picture(ctx, realchute.SimpleInput{Prompt: "x"})
	}},
	{"wav", func(ctx context.Context, real *realchute.RealChute) (any, error) {
		return real.Speak(ctx, realchute.SimpleInput{Prompt: "x"})
	}},
	{"pdf", func(ctx context.Context, real *realchute.RealChute) (any, error) { return real.Download(ctx) }},
	{"passthrough", func(ctx context.Context, real *realchute.RealChute) (any, error) {
		return real.Completions(ctx, map[string]any{"prompt": "x", "n": 2})
	}},
	{"stream", func(ctx context.Context, real *realchute.RealChute) (any, error) {
		return events(real.Stream(ctx, realchute.SimpleInput{Prompt: "one twö"}))
	}},
	{"stream, named events", func(ctx context.Context, real *realchute.RealChute) (any, error) {
		return events(real.SyncStream(ctx, realchute.SimpleInput{Prompt: "one two"}))
	}},
	{"stream, passthrough", func(ctx context.Context, real *realchute.RealChute) (any, error) {
		return events(real.Tokens(ctx, map[string]any{"prompt": "one two"}))
	}},
	{"refused input", func(ctx context.Context, real *realchute.RealChute) (any, error) {
		return real.Refuse(ctx, realchute.SimpleInput{Prompt: " "})
	}},
	{"stream refused before it begins", func(ctx context.Context, real *realchute.RealChute) (any, error) {
		return events(real.FailingStream(ctx, realchute.SimpleInput{Prompt: "x"}))
	}},
	{"crash", func(ctx context.Context, real *realchute.RealChute) (any, error) {
		return real.Crash(ctx, map[string]any{"a": 1})
	}},
	{"documented stream form that the runtime refuses", func(ctx context.Context, real *realchute.RealChute) (any, error) {
		return events(real.ReturnedStream(ctx, realchute.SimpleInput{Prompt: "x"}))
	}},
}

var lies = []struct {
	name string
	run  func(ctx context.Context, lie *liechute.LieChute) (any, error)
}{
	{"lie: health", func(ctx context.Context, lie *liechute.LieChute) (any, error) { return lie.Health(ctx) }},
	{"lie: text", func(ctx context.Context, lie *liechute.LieChute) (any, error) {
		return lie.Text(ctx, liechute.SimpleInput{Prompt: "x"})
	}},
	{"lie: generate", func(ctx context.Context, lie *liechute.LieChute) (any, error) {
		return lie.Generate(ctx, liechute.FullInput{Prompt: "x"})
	}},
	{"lie: echo", func(ctx context.Context, lie *liechute.LieChute) (any, error) {
		return lie.Echo(ctx, map[string]any{"a": 1})
	}},
}

type object = map[string]any

type seen []object

func events(stream *chutes.EventStream, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	var all seen
	for event, err := range stream.Events() {
		if err != nil {
			return nil, err
		}
		all = append(all, object{"event": event.Name, "data": string(event.Data)})
	}
	return all, nil
}

func plain(value any) object {
	switch value := value.(type) {
	case *chutes.Binary:
		sum := fmt.Sprintf("%x", sha256.Sum256(value.Bytes))
		return object{"bytes": object{"content_type": value.ContentType, "length": len(value.Bytes), "sha256": sum}}
	case string:
		return object{"text": value}
	case seen:
		return object{"events": value}
	}
	return object{"json": value}
}

func main() {
	client, err := chutes.New(chutes.WithMaxRetries(0))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	real, lie := realchute.NewRealChute(client, os.Args[1]), liechute.NewLieChute(client, os.Args[1])
	for _, call := range calls {
		value, err := call.run(context.Background(), real)
		tell(call.name, value, err)
	}
	for _, call := range lies {
		value, err := call.run(context.Background(), lie)
		tell(call.name, value, err)
	}
}

func tell(name string, value any, err error) {
	var answer object
	failed := new(chutes.Error)
	switch {
	case err == nil:
		answer = plain(value)
	case errors.As(err, &failed):
		answer = object{"error": object{"kind": failed.Kind, "status": failed.Status, "message": failed.Error()}}
	default:
		log.Fatal(err)
	}
	answer["name"] = name
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
		log.Fatal(err)
	}
}

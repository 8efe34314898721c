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
	echo := client.Chute("demo/echo")
	cords, err := echo.Cords(ctx) // asked for once
	if err != nil {
		log.Fatal(err)
	}
	for _, cord := range cords {
		fmt.Println(cord.Method, cord.Path, cord.Name, "stream:", cord.Stream)
	}
	_, err = echo.Call(ctx, "echo", map[string]any{"text": 7}) // refused before it is sent
	fmt.Println(err)
	result, err := echo.Call(ctx, "echo", map[string]any{"text": "hello"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Text())

	trace, err := echo.Trace(ctx, "echo", map[string]any{"text": "hello"})
	if err != nil {
		log.Fatal(err)
	}
	for _, line := range trace.Timeline() {
		fmt.Println(line)
	}
	fmt.Println(trace.Result.ContentType, trace.Failure == nil)
}

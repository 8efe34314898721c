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
	image, err := client.ContainerImages.Build(context.Background(), chutes.BuildArgs{
		Name: "hello", Tag: "1.0", Dockerfile: "FROM parachutes/python:3.12\nCOPY app.py .\n",
		Context: chutes.FileFromPath("context.zip"),
	}, &chutes.ContainerImagesBuildParams{
		OnLog: func(e *chutes.BuildLogEvent) { fmt.Println(e.Log) },
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(image.ImageID, image.Status) // built and pushed
}

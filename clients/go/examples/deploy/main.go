package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

func main() {
	client, err := chutes.New()
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	ctx := context.Background()
	chute := chutes.ChuteArgs{
		Name: "hello", Image: "chutes/python:3.12", TEE: chutes.Set(true),
		NodeSelector: chutes.NodeSelector{GPUCount: chutes.Ptr[int64](1), Include: []string{"pro_6000"}},
		Filename:     "hello.py", RefStr: "hello:chute", Code: "# what the container runs\n",
		Cords: chutes.Set([]chutes.Cord{
			{Function: "hi", Method: "POST", Path: "/hi", PublicAPIPath: "/hi", PublicAPIMethod: chutes.CordMethodPost},
		}),
	}
	made, err := client.Chutes.Deploy(ctx, chute, nil)
	var e *chutes.Error
	if errors.As(err, &e) && e.Fee != nil {
		fmt.Println("a first deployment costs", *e.Fee, "USD")
		made, err = client.Chutes.Deploy(ctx, chute, &chutes.ChutesDeployParams{AcceptFee: true})
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(made.Status, made.Chute.ChuteID) // created
	again, err := client.Chutes.Deploy(ctx, chute, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(again.Status) // unchanged: the same image and code are not sent again

	_, err = client.Chutes.WaitReady(ctx, made.Chute.ChuteID, &chutes.ChutesWaitReadyParams{
		Timeout:    5 * time.Minute,
		OnProgress: func(p chutes.WarmupProgress) { fmt.Println(p.Status()) },
	})
	if err != nil {
		log.Fatal(err)
	}
}

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

	for chute, err := range client.Chutes.ListAll(ctx, nil) { // page after page; your own chutes
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(chute.ChuteID, chute.Name, chute.CreatedAt.Format("2006-01-02"))
	}

	// Only what is set is sent: a new tagline, everything else as it is.
	chute, err := client.Chutes.Update(ctx, "demo/echo", chutes.ChuteUpdateArgs{Tagline: chutes.Set("It answers.")})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(chute.Name, "is now:", chute.Tagline)
	fmt.Println("fields this version does not know:", len(chutes.Extra(chute)))
}

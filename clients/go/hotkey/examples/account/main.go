package main

import (
	"context"
	"fmt"
	"log"

	chutes "github.com/chutes-client/chutes-client/clients/go"
	"github.com/chutes-client/chutes-client/clients/go/hotkey"
)

func main() {
	key, err := hotkey.FromConfig("") // the file of the official CDK; or hotkey.FromSeedHex("64 hexadecimal digits")
	if err != nil {
		log.Fatal(err)
	}
	client, err := chutes.New(chutes.WithAuth(hotkey.Auth(key)))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	ctx := context.Background()
	me, err := client.Users.Me(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(me.Username, key.Address())
	_, err = client.Users.Quotas(ctx)
	fmt.Println(err) // config: what the server would not verify is not sent
}

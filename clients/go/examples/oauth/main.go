package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"time"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

func main() {
	ctx := context.Background()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	back := make(chan url.Values, 1)
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "You may close this page.")
		back <- r.URL.Query()
	}))
	callback := "http://" + listener.Addr().String() + "/callback"

	owner, err := chutes.New()
	if err != nil {
		log.Fatal(err)
	}
	defer owner.Close()
	app, err := owner.OauthApps.Create(ctx, chutes.OauthAppArgs{Name: "reader", RedirectUris: []string{callback}}) // once for an app
	if err != nil {
		log.Fatal(err)
	}
	oauth, err := chutes.NewOAuth(chutes.OAuthConfig{ClientID: app.ClientID, ClientSecret: app.ClientSecret, RedirectURI: callback})
	if err != nil {
		log.Fatal(err)
	}
	sent := oauth.AuthorizeURL([]string{"profile", "account:read"})
	go http.Get(sent.URL) // stands for the user's browser: redirect it there
	answer := <-back
	if answer.Get("state") != sent.State {
		log.Fatal("not an answer to this sign-in")
	}
	token, err := oauth.Exchange(ctx, answer.Get("code"), sent.CodeVerifier)
	if err != nil {
		log.Fatal(err)
	}
	store := func(_ context.Context, token *chutes.Token) error { // a refresh token is good once: keep the new one
		fmt.Println("renewed until", token.ExpiresAt.Format(time.Kitchen))
		return nil
	}
	client, err := chutes.New(chutes.WithAuth(oauth.Provider(token, store))) // renews the token in its last minute
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	me, err := client.Users.Me(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(me.Username, "is signed in until", token.ExpiresAt.Format(time.Kitchen))
}

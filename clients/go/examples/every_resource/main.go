// Command every_resource uses every resource of the management API and reads the results by their typed fields. It makes what it needs, and
// deletes it again. Against the local platform:
//
//	chutes-mock --port 0   # prints the CHUTES_BASE_URL to set; any CHUTES_API_KEY will do
//	go run ./examples/every_resource
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

// tour is the client with what every stop of it needs.
type tour struct {
	*chutes.Client
	ctx context.Context
}

func main() {
	client := must(chutes.New()) // the key comes from CHUTES_API_KEY
	defer client.Close()
	t := tour{client, context.Background()}
	t.account()
	t.money()
	t.keysAndSecrets()
	t.imagesAndChutes()
	t.jobs()
	t.signIn()
	t.platform()
}

// must ends the program with an error; a larger program returns it instead.
func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

// show prints one line about a resource.
func show(resource string, values ...any) {
	fmt.Printf("%-22s %s", resource, fmt.Sprintln(values...))
}

// fresh is a name that nobody has yet.
func fresh() string { return "every-" + rand.Text()[:8] }

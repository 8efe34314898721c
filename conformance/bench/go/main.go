// One work of one client: `bench WHO WORK URL`; prints one JSON line (meter.go). WHO is ours, peer (OpenAI's SDK) or limit.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

const (
	perStream = 20_000
	rounds    = 10
)

type texter interface {
	texts(work string, see func(string))
}

// pager reads a page of chutes and says how many are on it.
type pager interface{ page(work string) int }

func stream(c texter, work string) (count int) {
	c.texts(work, func(string) { count++ })
	return count
}

func paced(c texter) {
	stream(c, "paced-50-2")
	var found delays
	m := start()
	c.texts("paced-400-2", func(text string) { found.add(text) })
	m.report(len(found), found.quantiles())
}

// size is the number at the end of a work's name.
func size(work string) int {
	return must(strconv.Atoi(work[strings.LastIndexByte(work, '-')+1:]))
}

func play(c texter, work string) {
	if work == "page" { // the limit has it, too
		pages(c.(pager))
		return
	}
	calls(c.(client), work)
}

func pages(c pager) {
	measure(20, func() (count int) {
		for range 10 {
			count += min(1, c.page("page-25"))
		}
		return count
	})
}

func calls(c client, work string) {
	switch {
	case work == "first":
		measure(6, func() (count int) {
			for range 100 {
				count += stream(c, "one")
			}
			return count
		})
	case strings.HasPrefix(work, "at-once-"):
		c.answer("json") // makes the client, so that the goroutines only read it
		measure(3, func() int { return many(size(work), 30*size(work), func() { c.answer("json") }) })
	case work == "embed":
		measure(8, func() int { return min(1, len(c.embed("embed-1000-1024"))) })
	case work == "image":
		measure(8, func() int { return min(1, len(c.image("image-4194304"))) })
	case strings.HasPrefix(work, "event-"):
		measure(2, func() int { return stream(c, fmt.Sprintf("event-%d", size(work)<<20)) })
	default:
		panic("no work " + work)
	}
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: bench WHO WORK URL")
		os.Exit(2)
	}
	who, work, url := os.Args[1], os.Args[2], os.Args[3]
	made := map[string]func() texter{"ours": func() texter { return newOurs(url) }, "peer": func() texter { return newPeer(url) }, "limit": func() texter { return newLimit(url) }}[who]()
	switch work {
	case "stream":
		measure(rounds, func() int { return stream(made, fmt.Sprintf("stream-%d", perStream)) })
	case "paced":
		paced(made)
	default:
		play(made, work)
	}
}

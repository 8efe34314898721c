package chutes

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"
)

func TestCost(t *testing.T) {
	list := `{"data":[{"id":"a","pricing":{"prompt":2,"completion":8,"input_cache_read":0.5}},{"id":"b","price":{"input":{"usd":"1"},"output":{"usd":4}}},{"id":"half","pricing":{"prompt":2}},{"id":"odd","pricing":{"prompt":"NaN","completion":"Infinity"}}]}`
	s := newRawServer(t, answers(jsonAnswer(200, list)))
	c, clock := s.client(t)
	cost := func(answer string) string {
		var completion ChatCompletion
		if err := json.Unmarshal([]byte(answer), &completion); err != nil {
			t.Fatal(err)
		}
		got, err := c.Models.Cost(ctx(t), &completion)
		if err != nil {
			t.Fatal(err)
		}
		if got == nil {
			return "unknown"
		}
		return fmt.Sprint(*got)
	}
	for answer, want := range map[string]string{
		`{"model":"a","usage":{"prompt_tokens":1000000,"completion_tokens":500000}}`:                                                  "{2 4 6}",
		`{"model":"a","usage":{"prompt_tokens":1000000,"completion_tokens":0,"prompt_tokens_details":{"cached_tokens":500000}}}`:      "{1.25 0 1.25}",
		`{"model":"b","usage":{"prompt_tokens":3000000,"completion_tokens":500000,"prompt_tokens_details":{"cached_tokens":500000}}}`: "{3 2 5}",
		`{"model":"half","usage":{"prompt_tokens":1}}`:                                                                                "unknown",
		`{"model":"A","usage":{"prompt_tokens":1}}`:                                                                                   "unknown",
		`{"model":"odd","usage":{"prompt_tokens":1}}`:                                                                                 "unknown",
		`{"model":"a","usage":{"prompt_tokens":1000000,"completion_tokens":0,"prompt_tokens_details":{"cached_tokens":-5e300}}}`:      "{2 0 2}",
		`{"model":"a"}`: "unknown",
	} {
		if got := cost(answer); got != want {
			t.Errorf("%s costs %s, want %s", answer, got, want)
		}
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { _, _ = c.Models.Cost(ctx(t), &ChatCompletion{Model: "a", Usage: Usage{PromptTokens: 1}}) })
	}
	all.Wait()
	if len(s.seen()) != 1 {
		t.Errorf("the list was fetched %d times", len(s.seen()))
	}
	_ = clock.Sleep(ctx(t), PricesTTL-time.Second)
	cost(`{"model":"a","usage":{"prompt_tokens":1}}`)
	_ = clock.Sleep(ctx(t), 2*time.Second)
	if cost(`{"model":"a","usage":{"prompt_tokens":1}}`); len(s.seen()) != 2 {
		t.Errorf("after an hour: %d requests", len(s.seen()))
	}
	c.prices.turn <- struct{}{} // somebody is fetching
	waiting, cancel := contextWithCancel(t)
	cancel()
	_, err := c.Models.Cost(waiting, &ChatCompletion{Model: "a", Usage: Usage{PromptTokens: 1}})
	wantKind(t, err, KindCancelled)
	failing := newRawServer(t, answers(jsonAnswer(401, `{}`)))
	c, _ = failing.client(t)
	_, err = c.Models.Cost(ctx(t), &ChatCompletion{Model: "a", Usage: Usage{PromptTokens: 1}})
	wantKind(t, err, KindUnauthenticated)
}

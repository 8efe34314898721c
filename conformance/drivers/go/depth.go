package main

import (
	"encoding/json"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

// The ops of what goes beyond one call.

func (r *run) cost() {
	costs := []any{}
	for _, raw := range read[[]json.RawMessage](r.arg("completions")) {
		cost, err := r.s.client.Models.Cost(r.ctx, &[]chutes.ChatCompletion{read[chutes.ChatCompletion](raw)}[0], r.options...)
		if r.err = err; err != nil {
			return
		}
		if cost == nil {
			costs = append(costs, nil)
			continue
		}
		costs = append(costs, object{"input": cost.Input, "output": cost.Output, "total": cost.Total})
	}
	r.final = object{"costs": costs}
}

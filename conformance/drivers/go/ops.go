package main

import (
	"encoding/json"
	"reflect"
	"strings"

	chutes "github.com/chutes-client/chutes-client/clients/go"
	"github.com/chutes-client/chutes-client/clients/go/sse"
)

// play dispatches the op: each is one public method.
func (r *run) play() {
	c := r.s.client
	switch r.req.Op {
	case "chat.create":
		r.chatCreate(c.Chat.Completions)
	case "chat.stream":
		r.chatStream(c.Chat.Completions)
	case "completions.create":
		request := decodeArgs[chutes.TextCompletionRequest](r)
		answer, err := c.Completions.Create(r.ctx, request, r.options...)
		r.result(answer, err)
	case "completions.stream":
		request := decodeArgs[chutes.TextCompletionRequest](r)
		stream, err := c.Completions.Stream(r.ctx, request, r.options...)
		playStream(r, stream, err)
	case "embeddings.create":
		r.embeddings(c.Embeddings)
	case "models.list":
		list, err := c.Models.List(r.ctx, r.options...)
		if r.err = err; err == nil {
			r.final = object{"items": rawItems(reflect.ValueOf(list.Data))}
		}
	case "images.generate":
		r.image(c.Images)
	case "images.generate_many":
		r.imageMany(c.Images)
	case "mgmt", "mgmt.list_all", "mgmt.stream":
		r.management()
	case "request":
		r.request()
	case "sse.decode":
		r.decodeSSE()
	case "stream.second_iteration":
		r.secondIteration()
	case "error.repr":
		r.repr()
	default:
		if strings.HasPrefix(r.req.Op, "chute.") {
			r.playChute()
			return
		}
		if helper := helpers[r.req.Op]; helper != nil {
			helper(r)
			return
		}
		r.skip = "unknown op " + r.req.Op
	}
}

func (r *run) arg(name string) json.RawMessage {
	value := r.req.Args[name]
	delete(r.req.Args, name)
	return value
}

// decodeArgs reads the arguments into the typed request; what it does not know goes the SDK's extra-body way.
func decodeArgs[T any](r *run, take ...string) T {
	var request T
	known := map[string]bool{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		known[name] = true
	}
	for _, name := range take {
		known[name] = true
	}
	typed, extra := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	for name, value := range r.req.Args {
		if known[name] {
			typed[name] = value
		} else {
			extra[name] = value
		}
	}
	if models, given := extra["models"]; given {
		delete(extra, "models")
		r.options = append(r.options, chutes.WithModels(read[[]string](models)...))
	}
	data, _ := json.Marshal(typed)
	if err := json.Unmarshal(data, &request); err != nil {
		panic("arguments do not fit the request: " + err.Error())
	}
	if len(extra) > 0 {
		r.options = append([]chutes.Option{chutes.WithExtraBody(anyMap(extra))}, r.options...)
	}
	return request
}

type rawHolder interface{ Raw() json.RawMessage }

func (r *run) result(answer rawHolder, err error) {
	if r.err = err; err == nil {
		r.final = answer.Raw()
	}
}

func rawItems(items reflect.Value) []any {
	out := []any{}
	for i := range items.Len() {
		out = append(out, items.Index(i).Addr().Interface().(rawHolder).Raw())
	}
	return out
}

func (r *run) chatCreate(service *chutes.ChatCompletionService) {
	answer, err := service.Create(r.ctx, decodeArgs[chutes.ChatCompletionRequest](r), r.options...)
	r.result(answer, err)
}

func (r *run) chatStream(service *chutes.ChatCompletionService) {
	output := r.arg("output")
	stream, err := service.Stream(r.ctx, decodeArgs[chutes.ChatCompletionRequest](r), r.options...)
	playStream(r, stream, err)
	if output == nil || r.err != nil {
		return
	}
	final, err := stream.Final()
	must(err)
	parsed, err := outputOf(output).Read(final)
	if r.err = err; err == nil {
		r.final = with(final, "parsed", parsed)
	} else {
		r.final = nil
	}
}

// embeddings reports the vectors as numbers, as the package gives them.
func (r *run) embeddings(service *chutes.EmbeddingService) {
	list, err := service.Create(r.ctx, decodeArgs[chutes.EmbeddingRequest](r), r.options...)
	if r.err = err; err != nil {
		return
	}
	data := []object{}
	for i := range list.Data {
		data = append(data, with(&list.Data[i], "embedding", list.Data[i].Embedding))
	}
	r.final = with(list, "data", data)
}

func (r *run) request() {
	var body any
	if raw := r.arg("json"); raw != nil {
		body = raw
	}
	options := r.options
	if query := r.arg("query"); query != nil {
		options = append(options, commonOptions(map[string]json.RawMessage{"extra_query": query})...)
	}
	result, err := r.s.client.Request(r.ctx, read[string](r.arg("method")), read[string](r.arg("path")), body, options...)
	if r.err = err; err != nil {
		return
	}
	final := object{"status": result.Response().Status}
	if result.IsJSON() {
		final["json"] = json.RawMessage(result.Body)
	} else {
		final["text"] = result.Text()
	}
	r.final = final
}

func (r *run) decodeSSE() {
	dec := sse.NewDecoder(read[int](r.arg("max_event_bytes")))
	events := []object{}
	for _, slice := range read[[][]byte](r.arg("slices")) {
		dec.Feed(slice)
		for {
			event, ok, err := dec.Next()
			if err != nil {
				r.err = err
				return
			}
			if !ok {
				break
			}
			entry := object{"event": event.Name, "data": string(event.Data), "id": event.ID}
			if event.Retry > 0 {
				entry["retry_ms"] = event.Retry.Milliseconds()
			}
			events = append(events, entry)
		}
	}
	dec.Finish()
	r.final = object{"events": events}
}

func (r *run) secondIteration() {
	stream, err := r.s.client.Chat.Completions.Stream(r.ctx, decodeArgs[chutes.ChatCompletionRequest](r), r.options...)
	playStream(r, stream, err)
	if r.err != nil {
		return
	}
	for _, err := range stream.Chunks() {
		r.err = err
	}
}

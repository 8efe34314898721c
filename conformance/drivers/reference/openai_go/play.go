package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/packages/param"
	"github.com/openai/openai-go/v3/packages/ssestream"
)

// play makes one call through the SDK's public surface. Arguments go in as JSON (param.Override), so that none is lost to a type.
func (p *player) play(ctx context.Context, cancel context.CancelFunc, r *request, w *watch) (any, error) {
	deadline := p.deadline
	if own := millis(r.Options["deadline_ms"]); own != 0 {
		deadline = own
	}
	if deadline != 0 {
		limited, end := context.WithTimeout(ctx, deadline)
		defer end()
		ctx = limited
	}
	body, err := json.Marshal(r.Args)
	if err != nil {
		return nil, err
	}
	raw, options := json.RawMessage(body), perCall(r)
	switch r.Op {
	case "models.list":
		page, err := p.client.Models.List(ctx, options...)
		if err != nil {
			return nil, err
		}
		items := []json.RawMessage{}
		for _, model := range page.Data {
			items = append(items, json.RawMessage(model.RawJSON()))
		}
		return object{"items": items}, nil
	case "embeddings.create":
		return p.client.Embeddings.New(ctx, param.Override[openai.EmbeddingNewParams](raw), options...)
	case "images.generate":
		return p.image(ctx, r)
	case "completions.create":
		done, err := p.client.Completions.New(ctx, param.Override[openai.CompletionNewParams](raw), options...)
		return wire(done, err)
	case "completions.stream":
		stream := p.client.Completions.NewStreaming(ctx, param.Override[openai.CompletionNewParams](raw), options...)
		return completions(stream, cancel, r, w)
	case "chat.stream":
		stream := p.client.Chat.Completions.NewStreaming(ctx, param.Override[openai.ChatCompletionNewParams](raw), options...)
		return chat(stream, cancel, r, w)
	}
	done, err := p.client.Chat.Completions.New(ctx, param.Override[openai.ChatCompletionNewParams](raw), options...)
	if r.Op == "error.repr" && err != nil {
		shown := []string{}
		for _, value := range []any{err, p.client, &p.client} {
			shown = append(shown, fmt.Sprintf("%v", value), fmt.Sprintf("%+v", value), fmt.Sprintf("%#v", value))
		}
		return object{"strings": shown}, err
	}
	return wire(done, err)
}

// wire hands out a result in wire shape, unknown fields included, as RawJSON gives it to a caller.
func wire(value interface{ RawJSON() string }, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return rawOrNil(value.RawJSON()), nil
}

// rawOrNil mends what is no UTF-8: the protocol is UTF-8, and Go's JSON passes such bytes through raw.
func rawOrNil(text string) any {
	text = strings.ToValidUTF8(text, "\ufffd")
	if !json.Valid([]byte(text)) {
		return nil
	}
	return json.RawMessage(text)
}

func (p *player) image(ctx context.Context, r *request) (any, error) {
	args := maps.Clone(r.Args)
	if text(args["mode"]) != "openai" {
		return nil, skip("no native image mode")
	}
	if _, save := args["save"]; save {
		return nil, skip("no save")
	}
	delete(args, "mode")
	body, err := json.Marshal(args)
	if err != nil {
		return nil, err
	}
	made, err := p.client.Images.Generate(ctx, param.Override[openai.ImageGenerateParams](json.RawMessage(body)), perCall(r)...)
	if err != nil || len(made.Data) == 0 {
		return nil, err
	}
	data, err := base64.StdEncoding.DecodeString(made.Data[0].B64JSON)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	return object{"length": len(data), "sha256": hex.EncodeToString(sum[:]), "revised_prompt": made.Data[0].RevisedPrompt}, nil
}

// chat reads a stream of chat chunks; the SDK's own accumulator makes the final completion.
func chat(stream *ssestream.Stream[openai.ChatCompletionChunk], cancel context.CancelFunc, r *request, w *watch) (any, error) {
	all := openai.ChatCompletionAccumulator{}
	stopped, err := iterate(stream, cancel, r, w, func(chunk openai.ChatCompletionChunk) (string, string) {
		all.AddChunk(chunk)
		if len(chunk.Choices) == 0 {
			return chunk.RawJSON(), ""
		}
		return chunk.RawJSON(), chunk.Choices[0].Delta.Content
	})
	if stopped || err != nil {
		return nil, err
	}
	return all.ChatCompletion, nil
}

// completions reads a stream of text chunks. The SDK has no accumulator for them.
func completions(stream *ssestream.Stream[openai.Completion], cancel context.CancelFunc, r *request, w *watch) (any, error) {
	var whole strings.Builder
	finish := ""
	stopped, err := iterate(stream, cancel, r, w, func(chunk openai.Completion) (string, string) {
		if len(chunk.Choices) == 0 {
			return chunk.RawJSON(), ""
		}
		whole.WriteString(chunk.Choices[0].Text)
		finish = string(chunk.Choices[0].FinishReason)
		return chunk.RawJSON(), chunk.Choices[0].Text
	})
	if stopped || err != nil {
		return nil, err
	}
	return object{"choices": []object{{"index": 0, "text": whole.String(), "finish_reason": finish}}}, nil
}

// iterate runs the SDK's loop. The stream call itself never fails: its error waits in Err().
func iterate[T any](stream *ssestream.Stream[T], cancel context.CancelFunc, r *request, w *watch, take func(T) (string, string)) (stopped bool, err error) {
	defer stream.Close()
	if err := stream.Err(); err != nil {
		return false, err
	}
	w.see("open", nil)
	leave := func() bool {
		if r.Stop.How == "cancel" {
			cancel()
			return false
		}
		stream.Close()
		w.see("stopped", nil)
		return true
	}
	if (r.Stop.BeforeIterate || r.Consume == "none" && r.Stop.AfterMs == nil) && leave() {
		return true, nil
	}
	seen := 0
	for stream.Next() {
		raw, piece := take(stream.Current())
		seen++
		if r.Consume != "text" {
			w.see("chunk", object{"chunk": rawOrNil(raw)})
		} else if piece != "" {
			w.see("text", object{"text": piece})
		}
		if seen == r.Stop.AfterChunks && leave() {
			return true, nil
		}
	}
	if err := stream.Err(); err != nil {
		if errors.Is(err, context.Canceled) {
			w.see("stopped", nil)
		} else {
			w.see("error", nil)
		}
		return false, err
	}
	w.see("end", nil)
	return false, nil
}

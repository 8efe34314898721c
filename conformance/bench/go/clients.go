package main

import (
	"context"
	"encoding/base64"

	chutes "github.com/chutes-client/chutes-client/clients/go"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

// client is what is measured: each method does one piece of work and hands out what a caller would read.
type client interface {
	texts(work string, see func(string))
	answer(work string) string
	image(work string) []byte
	embed(work string) []float64
}

var ctx = context.Background()

// must hands out a result; a benchmark has nothing to do after a failure.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// held makes one client per work: the work is the first part of its base URL.
type held[C any] struct {
	clients map[string]C
	make    func(work string) C
}

// of is called from one goroutine first; later calls only read.
func (h *held[C]) of(work string) C {
	made, ok := h.clients[work]
	if !ok {
		made = h.make(work)
		h.clients[work] = made
	}
	return made
}

// ours is this project's client.
type ours struct{ held[*chutes.Client] }

func newOurs(url string) client {
	return &ours{held[*chutes.Client]{map[string]*chutes.Client{}, func(work string) *chutes.Client {
		return must(chutes.New(chutes.WithAPIKey("cpk_bench"), chutes.WithBaseURL(url+"/"+work)))
	}}}
}

func question() chutes.ChatCompletionRequest {
	return chutes.ChatCompletionRequest{Model: "m", Messages: []chutes.ChatMessageParam{chutes.UserMessage("Tell me something.")}}
}

func (c *ours) texts(work string, see func(string)) {
	stream := must(c.of(work).Chat.Completions.Stream(ctx, question()))
	for chunk, err := range stream.Chunks() {
		see(must(chunk, err).Choices[0].Delta.Content)
	}
}

func (c *ours) answer(work string) string {
	return must(c.of(work).Chat.Completions.Create(ctx, question())).Text()
}

func (c *ours) image(work string) []byte {
	return must(c.of(work).Images.Generate(ctx, chutes.ImageRequest{Model: "m", Prompt: "a"})).Bytes
}

func (c *ours) page(work string) int {
	return len(must(c.of(work).Chutes.List(ctx, nil)).Items)
}

func (c *ours) embed(work string) []float64 {
	request := chutes.EmbeddingRequest{Model: "m", Input: chutes.JSON([]string{"a"}), EncodingFormat: chutes.Set("base64")}
	return must(c.of(work).Embeddings.Create(ctx, request)).Data[999].Embedding
}

// peer is OpenAI's SDK with its own defaults.
type peer struct{ held[*openai.Client] }

func newPeer(url string) client {
	return &peer{held[*openai.Client]{map[string]*openai.Client{}, func(work string) *openai.Client {
		made := openai.NewClient(option.WithAPIKey("cpk_bench"), option.WithBaseURL(url+"/"+work+"/v1"))
		return &made
	}}}
}

func peerQuestion() openai.ChatCompletionNewParams {
	return openai.ChatCompletionNewParams{Model: "m", Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Tell me something.")}}
}

func (c *peer) texts(work string, see func(string)) {
	stream := c.of(work).Chat.Completions.NewStreaming(ctx, peerQuestion())
	defer stream.Close()
	for stream.Next() {
		see(stream.Current().Choices[0].Delta.Content)
	}
	must(0, stream.Err())
}

func (c *peer) answer(work string) string {
	return must(c.of(work).Chat.Completions.New(ctx, peerQuestion())).Choices[0].Message.Content
}

func (c *peer) image(work string) []byte {
	made := must(c.of(work).Images.Generate(ctx, openai.ImageGenerateParams{Model: "m", Prompt: "a"}))
	return must(base64.StdEncoding.DecodeString(made.Data[0].B64JSON))
}

// embed: this SDK does not decode base64, so that its users take numbers.
func (c *peer) embed(work string) []float64 {
	input := openai.EmbeddingNewParamsInputUnion{OfArrayOfStrings: []string{"a"}}
	return must(c.of(work).Embeddings.New(ctx, openai.EmbeddingNewParams{Model: "m", Input: input})).Data[999].Embedding
}

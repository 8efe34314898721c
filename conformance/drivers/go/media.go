package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

func sum(data []byte) string {
	digest := sha256.Sum256(data)
	return hex.EncodeToString(digest[:])
}

func imageObject(image *chutes.Image) object {
	out := object{"content_type": image.ContentType, "length": len(image.Bytes), "sha256": sum(image.Bytes), "revised_prompt": image.RevisedPrompt}
	if url := image.DataURL(); len(url) >= 22 {
		out["data_url_prefix"] = url[:22]
	}
	return out
}

func (r *run) imageRequest() chutes.ImageRequest {
	mode := read[string](r.arg("mode"))
	var inputs []chutes.Media
	if raw := r.arg("image"); raw != nil {
		list := []source{}
		if json.Unmarshal(raw, &list) != nil {
			list = []source{read[source](raw)}
		}
		for _, s := range list {
			inputs = append(inputs, r.media(s))
		}
	}
	request := decodeArgs[chutes.ImageRequest](r)
	request.Images = inputs
	request.Mode = chutes.ImageMode(mode)
	return request
}

func (r *run) image(service *chutes.ImageService) {
	save := read[bool](r.arg("save"))
	image, err := service.Generate(r.ctx, r.imageRequest(), r.options...)
	if r.err = err; err != nil {
		return
	}
	final := imageObject(image)
	if save {
		dir, err := os.MkdirTemp("", "driver-")
		if err != nil {
			panic(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		path := filepath.Join(dir, "image")
		if r.err = image.Save(path); r.err != nil {
			return
		}
		saved, _ := os.ReadFile(path)
		final["saved_sha256"] = sum(saved)
	}
	r.final = final
}

func (r *run) imageMany(service *chutes.ImageService) {
	n := read[int](r.arg("n"))
	prompts := read[[]string](r.arg("prompts"))
	progress, values := read[bool](r.arg("progress")), read[bool](r.arg("return_errors"))
	request := r.imageRequest()
	if progress || values {
		r.imageEach(service, request.Times(n), values)
		return
	}
	var images []*chutes.Image
	if prompts != nil {
		requests := make([]chutes.ImageRequest, len(prompts))
		for i, prompt := range prompts {
			requests[i] = request
			requests[i].Prompt = prompt
		}
		images, r.err = service.GenerateAll(r.ctx, requests, r.options...)
	} else {
		images, r.err = service.GenerateMany(r.ctx, request, n, r.options...)
	}
	if r.err != nil {
		return
	}
	out := []object{}
	for _, image := range images {
		out = append(out, imageObject(image))
	}
	r.final = object{"images": out}
}

func (r *run) playChute() {
	ref := read[string](r.arg("ref"))
	handle := r.s.handle(ref)
	switch r.req.Op {
	case "chute.call", "chute.stream":
		r.cord(handle)
	case "chute.chat":
		if r.req.Consume != nil {
			r.chatStream(handle.Chat.Completions)
		} else {
			r.chatCreate(handle.Chat.Completions)
		}
	case "chute.image":
		r.image(handle.Images)
	case "chute.embedding":
		r.embeddings(handle.Embeddings)
	case "chute.resolve":
		info, err := handle.Resolve(r.ctx, r.options...)
		if r.err = err; err == nil {
			r.final = object{"url": info.URL, "chute_id": info.ID, "slug": info.Slug, "name": info.Name}
		}
	case "chute.trace":
		r.trace(handle)
	case "chute.download":
		r.fetch(handle)
	case "chute.cords":
		r.cords(handle)
	case "chute.warmup":
		r.warmup(handle)
	default:
		r.skip = "unknown op " + r.req.Op
	}
}

func (r *run) cord(handle *chutes.ChuteClient) {
	path := first(read[string](r.arg("cord")), read[string](r.arg("path")))
	if validate := r.arg("validate"); validate != nil {
		r.options = append(r.options, chutes.WithValidate(read[bool](validate)))
	}
	if read[bool](r.arg("resolve")) {
		if _, r.err = handle.Cords(r.ctx, r.options...); r.err != nil {
			return
		}
	}
	var args any
	if raw := r.arg("json"); raw != nil {
		args = raw
	}
	if method := r.arg("method"); method != nil {
		r.options = append(r.options, chutes.WithMethod(read[string](method)))
	}
	if r.req.Op == "chute.stream" {
		stream, err := handle.Stream(r.ctx, path, args, r.options...)
		playEvents(r, stream, err)
		return
	}
	result, err := handle.Call(r.ctx, path, args, r.options...)
	switch r.err = err; {
	case err != nil:
	case result.IsJSON():
		r.final = object{"kind": "json", "json": json.RawMessage(result.Body)}
	case result.IsText():
		r.final = object{"kind": "text", "text": result.Text()}
	default:
		r.final = object{"kind": "bytes", "content_type": result.ContentType, "length": len(result.Body), "sha256": sum(result.Body)}
	}
}

func (r *run) warmup(handle *chutes.ChuteClient) {
	if read[bool](r.arg("wait")) {
		state, err := handle.WaitReady(r.ctx, &chutes.ChutesWaitReadyParams{Timeout: r.wait("timeout_ms")}, r.options...)
		r.result(state, err)
		return
	}
	if limit := r.wait("timeout_ms"); limit != 0 {
		r.options = append(r.options, chutes.WithDeadline(limit))
	}
	last := ""
	stream, err := handle.Warmup(r.ctx, r.options...)
	playItems(r, stream, err, func(event *chutes.WarmupEvent) { last = string(event.Status) })
	if r.err == nil && !r.stopped {
		r.final = object{"status": last}
	}
}

func (r *run) repr() {
	if then := r.arg("then"); then != nil {
		inner := read[struct {
			Op   string
			Args map[string]json.RawMessage
		}](then)
		r.req.Op, r.req.Args = inner.Op, inner.Args
		r.play()
	} else {
		_, r.err = r.s.client.Chat.Completions.Create(r.ctx, decodeArgs[chutes.ChatCompletionRequest](r), r.options...)
	}
	texts := []string{}
	for _, v := range []any{r.err, r.s.client, *r.s.client, r.s.client.Chat, r.options} {
		for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			texts = append(texts, fmt.Sprintf(format, v))
		}
	}
	if data, err := json.Marshal(r.err); err == nil {
		texts = append(texts, string(data))
	}
	if unwrapped, ok := r.err.(interface{ Unwrap() error }); ok && unwrapped.Unwrap() != nil {
		texts = append(texts, fmt.Sprintf("%v %+v %#v", unwrapped.Unwrap(), unwrapped.Unwrap(), unwrapped.Unwrap()))
	}
	r.final = object{"strings": texts}
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

func (r *run) imageEach(service *chutes.ImageService, requests []chutes.ImageRequest, values bool) {
	told := [][2]int{}
	results, err := service.GenerateEach(r.ctx, requests, &chutes.ImagesEachParams{
		ReturnErrors: values, OnProgress: func(done, total int) { told = append(told, [2]int{done, total}) },
	}, r.options...)
	if r.err = err; err != nil {
		return
	}
	out := []object{}
	for _, result := range results {
		if result.Err != nil {
			out = append(out, object{"kind": kindOf(result.Err)})
		} else {
			out = append(out, imageObject(result.Image))
		}
	}
	r.final = object{"images": out, "progress": told}
}

func kindOf(err error) any {
	var e *chutes.Error
	if errors.As(err, &e) {
		return string(e.Kind)
	}
	return nil
}

func (r *run) mapCalls() {
	params := &chutes.MapParams{Ordered: read[bool](r.arg("ordered"))}
	if raw := r.arg("concurrency"); raw != nil {
		params.Concurrency = chutes.Set(read[int](raw))
	}
	take := read[int](r.arg("take"))
	results, err := chutes.Map(r.ctx, slices.Values(read[[]map[string]json.RawMessage](r.arg("calls"))), func(ctx context.Context, args map[string]json.RawMessage) (*chutes.ChatCompletion, error) {
		own := &run{req: &request{Args: args}, options: r.options}
		return r.s.client.Chat.Completions.Create(ctx, decodeArgs[chutes.ChatCompletionRequest](own), own.options...)
	}, params)
	if r.err = err; err != nil {
		return
	}
	out := []object{}
	for result := range results {
		entry := object{"index": result.Index}
		if result.Err != nil {
			entry["kind"] = kindOf(result.Err)
		} else {
			entry["content"] = result.Value.Text()
		}
		if out = append(out, entry); len(out) == take {
			break
		}
	}
	r.final = object{"results": out}
}

// rest are the arguments that no parameter takes.
func (r *run) rest() map[string]any { return anyMap(r.req.Args) }

// where says where media go, and what was told of the way.
func (r *run) where() (params chutes.MediaParams, progress *[]any) {
	progress = &[]any{}
	params.Path = r.text("path")
	if read[bool](r.arg("to")) {
		params.To = filepath.Join(r.folder(), "media.bin")
		params.OnProgress = r.told(progress)
	}
	return params, progress
}

func (r *run) told(last *[]any) func(received, total int64) {
	return func(received, total int64) {
		*last = []any{received, total}
		if total < 0 {
			*last = []any{received, nil}
		}
	}
}

func (r *run) binary(media *chutes.Binary, err error, progress *[]any) {
	if r.err = err; err != nil {
		return
	}
	data := media.Bytes
	if media.Path != "" {
		data, err = os.ReadFile(media.Path)
		must(err)
	}
	final := object{"kind": "bytes", "content_type": media.ContentType, "length": len(data), "sha256": sum(data)}
	if media.Path != "" {
		final["progress"] = *progress
	}
	r.final = final
}

func (r *run) speech() {
	where, progress := r.where()
	chute, text := r.text("chute"), r.text("text")
	params := &chutes.SpeechParams{Voice: r.text("voice"), MediaParams: where}
	if speed := r.arg("speed"); speed != nil {
		params.Speed = chutes.Set(read[float64](speed))
	}
	params.Args = r.rest()
	sound, err := r.s.client.Audio.Speech(r.ctx, chute, text, params, r.options...)
	r.binary(sound, err, progress)
}

func (r *run) transcribe() {
	chute, audio, language := r.text("chute"), read[[]byte](r.arg("audio_b64")), r.text("language")
	segments, err := r.s.client.Audio.Transcribe(r.ctx, chute, chutes.MediaFromBytes(audio), &chutes.TranscribeParams{Language: language, Args: r.rest()}, r.options...)
	if r.err = err; err == nil {
		r.final = object{"segments": segments}
	}
}

func (r *run) music() {
	where, progress := r.where()
	chute := r.text("chute")
	song, err := r.s.client.Audio.Music(r.ctx, chute, r.rest(), &where, r.options...)
	r.binary(song, err, progress)
}

func (r *run) film() {
	where, progress := r.where()
	chute, image := r.text("chute"), chutes.Media{}
	if raw := r.arg("image_b64"); raw != nil {
		image = chutes.MediaFromBytes(read[[]byte](raw))
	}
	film, err := r.s.client.Video.Generate(r.ctx, chute, r.rest(), image, &where, r.options...)
	r.binary(film, err, progress)
}

func (r *run) fetch(handle *chutes.ChuteClient) {
	var args any
	if raw := r.arg("json"); raw != nil {
		args = raw
	}
	progress := &[]any{}
	got, err := handle.Download(r.ctx, r.text("path"), args, filepath.Join(r.folder(), "out.bin"), &chutes.DownloadParams{OnProgress: r.told(progress)}, r.options...)
	if r.binary(got, err, progress); err == nil {
		return
	}
	kept := []string{}
	entries, failed := os.ReadDir(r.folder())
	must(failed)
	for _, entry := range entries {
		kept = append(kept, entry.Name())
	}
	r.final = object{"kept": kept}
}

func (r *run) trace(handle *chutes.ChuteClient) {
	var args any
	if raw := r.arg("json"); raw != nil {
		args = raw
	}
	trace, err := handle.Trace(r.ctx, r.text("path"), args, r.options...)
	if r.err = err; err != nil {
		return
	}
	entries := []any{}
	for i := range trace.Entries {
		entries = append(entries, trace.Entries[i].Raw())
	}
	final := object{"entries": entries, "timeline": trace.Timeline(), "result": nil, "error": nil}
	if trace.Failure != nil {
		final["error"] = trace.Failure.Raw()
	}
	switch result := trace.Result; {
	case result == nil:
	case result.IsJSON():
		final["result"] = json.RawMessage(result.Body)
	case result.IsText():
		final["result"] = result.Text()
	default:
		final["result"] = object{"content_type": result.ContentType, "length": len(result.Body), "sha256": sum(result.Body)}
	}
	r.final = final
}

package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

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

// with adds a field to the raw form of an answer.
func with(answer rawHolder, name string, value any) object {
	fields := object{}
	for key, raw := range readMap(answer.Raw()) {
		fields[key] = raw
	}
	fields[name] = value
	return fields
}

// outputOf is the output of a case: a schema with a name.
func outputOf(raw json.RawMessage) chutes.Output {
	return chutes.Output{Name: read[string](readMap(raw)["name"]), Schema: readMap(raw)["schema"]}
}

func (r *run) parse() {
	output := outputOf(r.arg("output"))
	answer, err := r.s.client.Chat.Completions.Parse(r.ctx, decodeArgs[chutes.ChatCompletionRequest](r), output, r.options...)
	if r.err = err; err == nil {
		r.final = with(answer, "parsed", answer.Parsed)
	}
}

// behave is what a tool of a case does.
type behave struct {
	Return  json.RawMessage
	Echo    bool
	Fail    string
	SleepMS float64 `json:"sleep_ms"`
}

func (b behave) run(ctx context.Context, arguments json.RawMessage) (any, error) {
	select {
	case <-time.After(time.Duration(b.SleepMS * float64(time.Millisecond))):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	var text string
	switch {
	case b.Fail != "":
		return nil, errors.New(b.Fail)
	case b.Echo:
		return arguments, nil
	case json.Unmarshal(b.Return, &text) == nil && string(b.Return) != "null":
		return text, nil
	}
	return b.Return, nil
}

func (r *run) runTools() {
	var tools []chutes.FunctionTool
	limit := r.wait("tool_timeout_ms")
	for _, t := range read[[]struct {
		Name, Description string
		Parameters        json.RawMessage
		Behave            behave
	}](r.arg("tools")) {
		tools = append(tools, chutes.FunctionTool{Name: t.Name, Description: t.Description, Parameters: t.Parameters, Run: t.Behave.run, Timeout: limit})
	}
	params := &chutes.RunToolsParams{}
	if raw := r.arg("max_turns"); raw != nil {
		params.MaxTurns = chutes.Set(read[int](raw))
	}
	var told []chutes.Step
	if read[bool](r.arg("on_step")) {
		params.OnStep = func(s chutes.Step) { told = append(told, s) }
	}
	done, err := r.s.client.Chat.Completions.RunTools(r.ctx, decodeArgs[chutes.ChatCompletionRequest](r), tools, params, r.options...)
	if r.err = err; err == nil {
		r.final = object{"completion": done.Completion.Raw(), "messages": done.Messages, "steps": steps(done.Steps)}
		if told != nil {
			r.final.(object)["told"] = steps(told)
		}
	}
}

func steps(turns []chutes.Step) []object {
	out := []object{}
	for _, turn := range turns {
		calls := []object{}
		for _, c := range turn.Calls {
			calls = append(calls, object{"id": c.ID, "name": c.Name, "arguments": c.Arguments, "content": c.Content, "error": c.Error})
		}
		out = append(out, object{"turn": turn.Turn, "calls": calls})
	}
	return out
}

func first(a, b string) string { return cmp.Or(a, b) }

// source is media as a case gives it.
type source struct {
	PathB64  []byte `json:"path_b64"`
	Filename string
	B64      []byte
	URL      string
	Missing  string
	Fill     []int
	HeadB64  []byte `json:"head_b64"`
}

func (r *run) media(s source) chutes.Media {
	switch {
	case s.URL != "":
		return chutes.MediaFromURL(s.URL)
	case s.Missing != "":
		return chutes.MediaFromPath(filepath.Join(r.folder(), s.Missing))
	case s.Filename != "":
		path := filepath.Join(r.folder(), s.Filename)
		must(os.WriteFile(path, s.PathB64, 0o600))
		return chutes.MediaFromPath(path)
	case s.Fill != nil:
		return chutes.MediaFromBytes(append(s.HeadB64, bytes.Repeat([]byte{byte(s.Fill[0])}, s.Fill[1])...))
	}
	return chutes.MediaFromBytes(s.B64)
}

func (r *run) part() {
	what, from, detail := r.text("what"), r.media(read[source](r.arg("source"))), r.arg("detail")
	make := chutes.ImagePart
	if what == "video" {
		make = chutes.VideoPart
	}
	part, err := make(from)
	if r.err = err; err != nil {
		return
	}
	if detail != nil {
		part = part.WithDetail(read[string](detail))
	}
	final := object{"part": part}
	for _, at := range []*chutes.PartURL{part.ImageURL, part.VideoURL} {
		if at != nil && strings.HasPrefix(at.URL, "data:") && len(at.URL) > 200 {
			final["length"] = len(at.URL)
			at.URL = at.URL[:60]
		}
	}
	r.final = final
}

func (r *run) cords(handle *chutes.ChuteClient) {
	cords, err := handle.Cords(r.ctx, r.options...)
	if r.err = err; err != nil {
		return
	}
	out := []object{}
	for _, c := range cords {
		out = append(out, object{"name": c.Name, "path": c.Path, "method": c.Method, "stream": c.Stream, "content_type": c.ContentType})
	}
	r.final = object{"cords": out}
}

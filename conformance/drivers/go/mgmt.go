package main

import (
	"encoding/json"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

// arguments are what a case gives to a generated method, by wire names. What a method takes is taken out; the rest goes the SDK's extra ways.
type arguments struct {
	path, query, header map[string]json.RawMessage
	body, object        json.RawMessage
	data                []byte
	files               map[string]fileArgs
	fingerprint         string
	flags               map[string]bool
	maxItems            int
	options             []chutes.Option
}

type fileArgs struct {
	B64         []byte `json:"b64"`
	Fill        []int  `json:"fill"`
	Filename    string `json:"filename"`
	ContentType string `json:"content_type"`
	As          string `json:"as"`
	Missing     bool   `json:"missing"`
}

// management plays a generated method, found by its names in the document in the generated table.
func (r *run) management() {
	name := read[string](r.arg("resource")) + "." + read[string](r.arg("method"))
	call := methods[name]
	if call == nil {
		r.skip = "no such method: " + name
		return
	}
	a := &arguments{
		path: readMap(r.arg("path")), query: readMap(r.arg("query")), header: readMap(r.arg("headers")), body: r.arg("body"), object: r.arg("args"),
		data: read[[]byte](r.arg("data")), files: read[map[string]fileArgs](r.arg("files")), fingerprint: read[string](r.arg("fingerprint")),
		flags: read[map[string]bool](r.arg("flags")), maxItems: read[int](r.arg("max_items")), options: r.options,
	}
	if back := r.arg("send_back"); back != nil {
		r.sendBack(a, back)
		return
	}
	call(r, a)
}

func readMap(raw json.RawMessage) map[string]json.RawMessage {
	if m := read[map[string]json.RawMessage](raw); m != nil {
		return m
	}
	return map[string]json.RawMessage{}
}

func take[T any](from map[string]json.RawMessage, name string) (v T, ok bool) {
	raw, ok := from[name]
	delete(from, name)
	return read[T](raw), ok
}

func givenString(from map[string]json.RawMessage, name string) string {
	v, _ := take[string](from, name)
	return v
}

func givenInt64(from map[string]json.RawMessage, name string) int64 {
	v, _ := take[json.Number](from, name)
	n, _ := strconv.ParseInt(v.String(), 10, 64)
	return n
}

// opt is an optional parameter; null and a value that does not fit its type count as given.
func opt[T any](from map[string]json.RawMessage, name string) (o chutes.Opt[T]) {
	raw, ok := from[name]
	if !ok || json.Unmarshal(raw, &o) != nil {
		return chutes.Opt[T]{} // all sends it as it is
	}
	delete(from, name)
	return o
}

func body[T any](a *arguments) (v T) {
	if a.body != nil {
		if err := json.Unmarshal(a.body, &v); err != nil {
			panic("the body does not fit: " + err.Error())
		}
	}
	return v
}

func (a *arguments) free() any {
	if a.object == nil {
		return nil
	}
	return a.object
}

// multipart is a body whose file fields come from the case's files; they are written below a folder that ends with the call.
func multipart[T any](r *run, a *arguments) T {
	v := body[T](a)
	for name, given := range a.files {
		field := reflect.ValueOf(&v).Elem().FieldByNameFunc(same(name))
		field.Set(reflect.ValueOf(r.file(given)))
	}
	return v
}

func (r *run) file(given fileArgs) chutes.File {
	data := given.B64
	if len(given.Fill) == 2 {
		data = slices.Repeat([]byte{byte(given.Fill[0])}, given.Fill[1])
	}
	var file chutes.File
	if given.As == "path" {
		path := filepath.Join(r.folder(), "file")
		if !given.Missing {
			must(os.WriteFile(path, data, 0o600))
		}
		file = chutes.FileFromPath(path)
	} else {
		file = chutes.FileFromBytes("", data)
	}
	if given.Filename != "" {
		file.Name = given.Filename
	}
	file.ContentType = given.ContentType
	return file
}

func flagged(a *arguments, name string, option func() chutes.Option) []chutes.Option {
	if a.flags[name] {
		return []chutes.Option{option()}
	}
	return nil
}

// all are the options of the call, with what no parameter took.
func (a *arguments) all(extra ...chutes.Option) []chutes.Option {
	options := append(slices.Clone(a.options), extra...)
	if len(a.query) > 0 {
		rest, _ := json.Marshal(a.query)
		options = append(options, commonOptions(map[string]json.RawMessage{"extra_query": rest})...)
	}
	for name := range a.header {
		options = append(options, chutes.WithHeader(name, givenString(a.header, name)))
	}
	return options
}

// same compares names without case and underscores.
func same(name string) func(string) bool {
	plain := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, "_", "")) }
	return func(other string) bool { return plain(other) == plain(name) }
}

// give takes a result over, in wire shape.
func (r *run) give(v any, err error) {
	if r.err = err; err == nil {
		r.final = wire(reflect.ValueOf(v))
	}
}

// wire is a result in wire shape.
func wire(v reflect.Value) any {
	switch result := v.Interface().(type) {
	case string:
		return object{"text": result}
	case json.RawMessage:
		return result
	case *chutes.Binary:
		return object{"content_type": result.ContentType, "length": len(result.Bytes), "sha256": sum(result.Bytes), "filename": result.Filename}
	case *chutes.Page[chutes.Chute]:
		return withCords(result)
	case *chutes.Quotas:
		if result.Rows != nil {
			return object{"items": rawItems(reflect.ValueOf(result.Rows))}
		}
		return result.Raw()
	case rawHolder:
		return result.Raw()
	}
	switch v.Kind() {
	case reflect.Slice:
		return object{"items": rawItems(v)}
	case reflect.Map:
		out := object{}
		for key, value := range v.Seq2() {
			out[key.String()] = itemOf(value)
		}
		return out
	}
	return v.Interface()
}

// itemOf is an element in wire shape: its bytes where it has them.
func itemOf(v reflect.Value) any {
	copied := reflect.New(v.Type())
	copied.Elem().Set(v)
	switch item := copied.Interface().(type) {
	case *chutes.Chute:
		return chuteItem(item)
	case rawHolder:
		return item.Raw()
	}
	return v.Interface()
}

// withCords is a page of chutes with the cords that the SDK found for them.
func withCords(page *chutes.Page[chutes.Chute]) any {
	fields := readMap(page.Raw())
	items := []any{}
	for i := range page.Items {
		items = append(items, chuteItem(&page.Items[i]))
	}
	fields["items"], _ = json.Marshal(items)
	return fields
}

func chuteItem(chute *chutes.Chute) any {
	fields := readMap(chute.Raw())
	if len(chute.Cords) > 0 {
		fields["cords"], _ = json.Marshal(chute.Cords)
	}
	return fields
}

// sendBack creates a chute with fields of another one, as the SDK read them.
func (r *run) sendBack(a *arguments, how json.RawMessage) {
	chute, err := r.s.client.Chutes.Get(r.ctx, givenString(a.path, "chute_id_or_name"), a.all()...)
	if r.err = err; err != nil {
		return
	}
	given := read[struct {
		Fields []string
		Body   json.RawMessage
	}](how)
	a.body = given.Body
	args := body[chutes.ChuteArgs](a)
	for _, field := range given.Fields {
		switch field {
		case "node_selector":
			args.NodeSelector = chute.NodeSelector
		case "cords":
			args.Cords = chutes.Set(chute.Cords)
		default:
			r.skip = "no such field: " + field
			return
		}
	}
	r.give(r.s.client.Chutes.Create(r.ctx, args, nil, a.all()...))
}

func listAll[T any](r *run, a *arguments, items iter.Seq2[T, error]) {
	var failed error
	broke := false
	for item, err := range items {
		if failed = err; err != nil {
			break
		}
		r.see("item", object{"item": itemOf(reflect.ValueOf(item))})
		if broke = r.stopHere() || a.maxItems > 0 && r.seen >= a.maxItems; broke {
			break
		}
	}
	if broke && r.req.Stop == nil {
		r.see("stopped", nil)
		r.final = object{"count": r.seen}
		return
	}
	if !r.ended(failed, broke) && failed == nil {
		r.final = object{"count": r.seen}
	}
}

// playItemsOf plays a stream of decoded events.
func playItemsOf[T any](r *run) func(*chutes.ItemStream[T], error) {
	return func(stream *chutes.ItemStream[T], err error) {
		playItems(r, stream, err, func(*T) {})
		if r.err == nil && !r.stopped {
			r.final = object{"count": r.seen}
		}
	}
}

// playLog plays a log by lines.
func playLog(r *run, _ *arguments) func(*chutes.LogStream, error) {
	return func(log *chutes.LogStream, err error) {
		if r.err = err; err != nil {
			return
		}
		playSeq(r, log, log.Events(), func(*chutes.BuildLogEvent) {})
		r.broken = object{"offset": log.Offset()}
		if r.err == nil && !r.stopped {
			r.final = object{"count": r.seen, "offset": log.Offset()}
		}
	}
}

// reported is what the SDK says of the answer behind a result.
func reported(response *chutes.Response) object {
	out := object{
		"status": response.Status, "request_id": response.RequestID, "attempts": response.Attempts, "invoice_billing": response.InvoiceBilling(),
		"quota": nil, "rate_limit": nil, "history": history(response.History), "model": response.Model, "tried": tried(response.Tried),
	}
	if total, used, remaining, ok := response.Quota(); ok {
		out["quota"] = object{"total": total, "used": used, "remaining": remaining}
	}
	if limit := response.RateLimit(); limit != nil {
		out["rate_limit"] = object{"user": limit.User, "chute": limit.Chute}
	}
	return out
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

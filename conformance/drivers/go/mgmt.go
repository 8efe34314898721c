package main

import (
	"encoding/json"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

// management finds the generated method by its names in the document: the client's fields and methods carry them in Go's spelling.
func (r *run) management() {
	method := read[string](r.arg("method"))
	if r.req.Op == "mgmt.list_all" {
		method += "_all"
	}
	service := reflect.ValueOf(r.s.client).Elem().FieldByNameFunc(same(read[string](r.arg("resource"))))
	if !service.IsValid() {
		r.skip = "no such resource"
		return
	}
	var call reflect.Value
	for i := range service.NumMethod() {
		if same(method)(service.Type().Method(i).Name) {
			call = service.Method(i)
		}
	}
	if !call.IsValid() {
		r.skip = "no such method: " + method
		return
	}
	maxItems := read[int](r.arg("max_items"))
	results := call.CallSlice(r.arguments(call.Type()))
	if r.req.Op == "mgmt.list_all" {
		r.listAll(results[0], maxItems)
		return
	}
	err, _ := results[1].Interface().(error)
	if r.err = err; err != nil {
		return
	}
	if r.req.Op == "mgmt.stream" {
		stream, ok := results[0].Interface().(*chutes.ItemStream[chutes.WarmupEvent])
		if !ok {
			r.skip = "no stream of events"
			return
		}
		playItems(r, stream, nil, func(*chutes.WarmupEvent) {})
		if r.err == nil && !r.stopped {
			r.final = object{"count": r.seen}
		}
		return
	}
	r.final = wire(results[0])
}

// same compares names without case and underscores.
func same(name string) func(string) bool {
	plain := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, "_", "")) }
	return func(other string) bool { return plain(other) == plain(name) }
}

// wire is a result in wire shape.
func wire(v reflect.Value) any {
	switch result := v.Interface().(type) {
	case string:
		return object{"text": result}
	case json.RawMessage:
		return result
	case rawHolder:
		return result.Raw()
	}
	if v.Kind() == reflect.Slice {
		return object{"items": rawItems(v)}
	}
	return v.Interface()
}

// arguments fills the parameters of a generated method: context, path parameters, body, params, options.
func (r *run) arguments(t reflect.Type) []reflect.Value {
	path := read[map[string]string](r.arg("path"))
	// The document's order; only the file of miner means has two.
	names := slices.SortedFunc(maps.Keys(path), func(a, b string) int {
		return strings.Compare(strings.ReplaceAll(a, "ext", "~"), strings.ReplaceAll(b, "ext", "~"))
	})
	query := read[map[string]json.RawMessage](r.arg("query"))
	body := r.arg("body")
	options := r.options
	args := []reflect.Value{reflect.ValueOf(r.ctx)}
	for i := 1; i < t.NumIn()-1; i++ {
		v := reflect.New(t.In(i)).Elem()
		switch t.In(i).Kind() {
		case reflect.String:
			if len(names) > 0 {
				v.SetString(path[names[0]])
				names = names[1:]
			}
		case reflect.Struct:
			if err := json.Unmarshal(body, v.Addr().Interface()); err != nil {
				panic("the body does not fit: " + err.Error())
			}
			extra := map[string]json.RawMessage{}
			for name, value := range read[map[string]json.RawMessage](body) {
				if !hasField(t.In(i), name) {
					extra[name] = value
				}
			}
			if len(extra) > 0 {
				options = append(options, chutes.WithExtraBody(anyMap(extra)))
			}
		case reflect.Pointer:
			v.Set(reflect.New(t.In(i).Elem()))
			for name, value := range query {
				if field := v.Elem().FieldByNameFunc(same(name)); field.IsValid() {
					_ = json.Unmarshal(value, field.Addr().Interface())
					delete(query, name)
				}
			}
		}
		args = append(args, v)
	}
	if len(query) > 0 {
		rest, _ := json.Marshal(query)
		options = append(options, commonOptions(map[string]json.RawMessage{"extra_query": rest})...)
	}
	return append(args, reflect.ValueOf(options))
}

func hasField(t reflect.Type, name string) bool {
	for _, f := range reflect.VisibleFields(t) {
		if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag == name {
			return true
		}
	}
	return false
}

func (r *run) listAll(sequence reflect.Value, maxItems int) {
	var failed error
	broke := false
	var items iter.Seq2[reflect.Value, reflect.Value] = sequence.Seq2()
	for item, err := range items {
		if failed, _ = err.Interface().(error); failed != nil {
			break
		}
		copied := reflect.New(item.Type())
		copied.Elem().Set(item)
		r.see("item", object{"item": copied.Interface().(rawHolder).Raw()})
		if broke = r.stopHere() || maxItems > 0 && r.seen >= maxItems; broke {
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

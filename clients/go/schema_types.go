package chutes

import (
	"encoding"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

// SchemaOf returns the JSON Schema of a Go type, as [Parse] and [NewTool] send it: a struct becomes an object with its fields by their json tags,
// required unless they are omitempty or omitzero, and no others. The tag description:"…" tells the model what a field is for, and enum:"a,b" which
// values it may have. Pointers may be null. It is a config error for what JSON cannot hold.
//
//	type City struct {
//		Name   string `json:"name" description:"in English"`
//		People int    `json:"people,omitempty"`
//	}
//	schema, err := chutes.SchemaOf[City]()
func SchemaOf[T any]() (json.RawMessage, error) { return schemaOf(reflect.TypeFor[T]()) }

func schemaOf(t reflect.Type) (json.RawMessage, error) {
	w := &schemaWriter{root: t, open: map[reflect.Type]bool{}, named: map[reflect.Type]string{}}
	schema, err := w.write(t)
	if err != nil {
		return nil, err
	}
	if len(w.defs) > 0 {
		fields := map[string]any{}
		for name, def := range w.defs {
			fields[name] = def
		}
		return mergeFields(schema, map[string]any{"$defs": fields})
	}
	return schema, nil
}

// schemaWriter writes the schema of one type. A struct that holds itself is written once, below $defs.
type schemaWriter struct {
	root  reflect.Type // it refers to itself by "#": engines want an object at the root
	open  map[reflect.Type]bool
	named map[reflect.Type]string
	defs  map[string]json.RawMessage
}

var (
	rawType  = reflect.TypeFor[json.RawMessage]()
	timeType = reflect.TypeFor[time.Time]()
	textType = reflect.TypeFor[encoding.TextMarshaler]()
)

func (w *schemaWriter) write(t reflect.Type) (json.RawMessage, error) {
	switch {
	case t == rawType:
		return json.RawMessage(`{}`), nil
	case t == timeType || t == reflect.TypeFor[Time]():
		return json.RawMessage(`{"type":"string","format":"date-time"}`), nil
	case t == reflect.TypeFor[json.Number]():
		return json.RawMessage(`{"type":"number"}`), nil
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8, t.Implements(textType), reflect.PointerTo(t).Implements(textType):
		return json.RawMessage(`{"type":"string"}`), nil
	}
	switch t.Kind() {
	case reflect.Bool:
		return json.RawMessage(`{"type":"boolean"}`), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return json.RawMessage(`{"type":"integer"}`), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return json.RawMessage(`{"type":"integer","minimum":0}`), nil
	case reflect.Float32, reflect.Float64:
		return json.RawMessage(`{"type":"number"}`), nil
	case reflect.String:
		return json.RawMessage(`{"type":"string"}`), nil
	case reflect.Interface:
		return json.RawMessage(`{}`), nil
	case reflect.Pointer:
		return w.nullable(t.Elem())
	case reflect.Slice, reflect.Array:
		return w.container(t, `{"type":"array","items":%s}`)
	case reflect.Map:
		if t.Key().Kind() == reflect.String {
			return w.container(t, `{"type":"object","additionalProperties":%s}`)
		}
	case reflect.Struct:
		return w.object(t)
	}
	return nil, configError("a value of the Go type %s has no JSON Schema", t)
}

func (w *schemaWriter) container(t reflect.Type, format string) (json.RawMessage, error) {
	inner, err := w.write(t.Elem())
	return json.RawMessage(fmt.Sprintf(format, inner)), err
}

// nullable is the schema of a type, or null.
func (w *schemaWriter) nullable(t reflect.Type) (json.RawMessage, error) {
	inner, err := w.write(t)
	if err != nil || len(inner) == 2 {
		return inner, err
	}
	if types := typesOf(inner); len(types) == 1 && fieldOf(inner, "enum") == nil {
		return mergeFields(inner, map[string]any{"type": []string{types[0], "null"}})
	}
	return json.RawMessage(fmt.Sprintf(`{"anyOf":[%s,{"type":"null"}]}`, inner)), nil
}

// object is the schema of a struct.
func (w *schemaWriter) object(t reflect.Type) (json.RawMessage, error) {
	if w.open[t] && t == w.root {
		return json.RawMessage(`{"$ref":"#"}`), nil
	}
	if w.open[t] { // it holds itself
		name := w.name(t)
		return json.RawMessage(fmt.Sprintf(`{"$ref":"#/$defs/%s"}`, name)), nil
	}
	w.open[t] = true
	defer delete(w.open, t)
	properties, required := objectBuilder{}, []string{}
	if err := w.fields(t, &properties, &required); err != nil {
		return nil, err
	}
	schema := json.RawMessage(fmt.Sprintf(`{"type":"object","properties":%s,"required":%s,"additionalProperties":false}`, properties.done(), JSON(required)))
	name, recursive := w.named[t]
	if !recursive {
		return schema, nil
	}
	if w.defs == nil {
		w.defs = map[string]json.RawMessage{}
	}
	w.defs[name] = schema
	return json.RawMessage(fmt.Sprintf(`{"$ref":"#/$defs/%s"}`, name)), nil
}

// name is what a type that holds itself is called; two types of one name are told apart.
func (w *schemaWriter) name(t reflect.Type) string {
	if name, ok := w.named[t]; ok {
		return name
	}
	name := first(outputName(t.Name()), "Value")
	for base, n := name, 2; slices.Contains(slices.Collect(maps.Values(w.named)), name); n++ {
		name = fmt.Sprintf("%s%d", base, n)
	}
	w.named[t] = name
	return name
}

// fields writes the fields of a struct; those of an embedded one stand among them, as in encoding/json.
func (w *schemaWriter) fields(t reflect.Type, properties *objectBuilder, required *[]string) error {
	for _, f := range jsonFields(t) {
		schema, err := w.field(f.StructField)
		if err != nil {
			return err
		}
		properties.raw(f.name, schema)
		if !slices.Contains(f.options, "omitempty") && !slices.Contains(f.options, "omitzero") {
			*required = append(*required, f.name)
		}
	}
	return nil
}

// jsonField is a field of a struct as encoding/json sees it.
type jsonField struct {
	reflect.StructField
	name    string
	tagged  bool // the name is that of its tag
	options []string
	depth   int // 0 is the struct's own; more is that of an embedded one
}

// jsonFields are the fields of a struct and of what is embedded in it. Of equal names the outermost counts, there the one that a tag names, else none.
func jsonFields(t reflect.Type) []*jsonField {
	all := collectFields(t, nil)
	return slices.DeleteFunc(slices.Clone(all), func(f *jsonField) bool {
		return slices.ContainsFunc(all, func(other *jsonField) bool {
			return other != f && other.name == f.name && (other.depth < f.depth || other.depth == f.depth && (other.tagged || !f.tagged))
		})
	})
}

// collectFields finds the fields; within are the structs around this one, which are not embedded in themselves.
func collectFields(t reflect.Type, within []reflect.Type) (fields []*jsonField) {
	within = append(slices.Clip(within), t)
	for i := range t.NumField() {
		f := t.Field(i)
		tag := strings.Split(f.Tag.Get("json"), ",")
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		switch {
		case f.Anonymous && tag[0] == "" && inner.Kind() == reflect.Struct:
			if !slices.Contains(within, inner) {
				fields = append(fields, collectFields(inner, within)...)
			}
		case f.IsExported() && f.Tag.Get("json") != "-":
			fields = append(fields, &jsonField{f, first(tag[0], f.Name), tag[0] != "", tag[1:], len(within) - 1})
		}
	}
	return fields
}

// field is the schema of a field with what its tags say.
func (w *schemaWriter) field(f reflect.StructField) (json.RawMessage, error) {
	t := f.Type
	if o, ok := reflect.Zero(t).Interface().(interface{ holds() reflect.Type }); ok {
		t = o.holds()
	}
	schema, err := w.write(t)
	if err != nil {
		return nil, err
	}
	more := map[string]any{}
	if types := typesOf(schema); t == f.Type && len(types) > 0 && slices.Contains(strings.Split(f.Tag.Get("json"), ",")[1:], "string") &&
		slices.Contains([]string{"integer", "number", "boolean"}, types[0]) {
		types[0] = "string" // in quotes, as encoding/json wants it then
		more["type"], t = types, reflect.TypeFor[string]()
		if schema = json.RawMessage(`{}`); len(types) == 1 {
			more["type"] = types[0]
		}
	}
	if text := f.Tag.Get("description"); text != "" {
		more["description"] = text
	}
	if list := f.Tag.Get("enum"); list != "" {
		items := fieldOf(schema, "items") // of a list, it is those that have the values
		values, err := enumOf(f.Name, list, t, slices.Contains(typesOf(json.RawMessage(first(string(items), string(schema)))), "null"))
		if err != nil {
			return nil, err
		}
		more["enum"] = values
		if items != nil {
			delete(more, "enum")
			if items, err = mergeFields(items, map[string]any{"enum": values}); err != nil {
				return nil, err
			}
			more["items"] = items
		}
	}
	if len(more) == 0 {
		return schema, nil
	}
	return mergeFields(schema, more)
}

// enumOf are the values of a tag, and null where that is allowed.
func enumOf(field, list string, t reflect.Type, nullable bool) (values []json.RawMessage, err error) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
		t = t.Elem()
	}
	for _, value := range strings.Split(list, ",") {
		if t.Kind() == reflect.String {
			values = append(values, JSON(value))
		} else if validJSON([]byte(value)) {
			values = append(values, json.RawMessage(value))
		} else {
			return nil, configError("the enum of field %s holds %q, which is no %s", field, value, t)
		}
	}
	if nullable {
		values = append(values, json.RawMessage("null"))
	}
	return values, nil
}

// holds is the type of an optional field.
func (o Opt[T]) holds() reflect.Type { return reflect.TypeFor[T]() }

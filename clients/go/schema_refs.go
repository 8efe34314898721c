package chutes

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// resolve follows a JSON pointer within the schema; nil if it leads nowhere.
func (c *schemaCheck) resolve(ref string) json.RawMessage {
	pointer, ok := strings.CutPrefix(ref, "#")
	if !ok {
		return nil
	}
	at := c.root
	if pointer == "" {
		return at
	}
	for _, part := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		if plain, err := url.PathUnescape(part); err == nil {
			part = plain
		}
		part = strings.ReplaceAll(strings.ReplaceAll(part, "~1", "/"), "~0", "~")
		if shapeOf(at) == shapeArray {
			index, err := strconv.Atoi(part)
			items := itemsOf(at)
			if err != nil || index < 0 || index >= len(items) {
				return nil
			}
			at = items[index]
		} else if at = fieldOf(at, part); at == nil {
			break
		}
	}
	if name, ok := definitionName(pointer); at == nil && ok {
		return findDefinition(c.root, name) // the kit moves the outermost definitions only, and leaves the references as they were
	}
	return at
}

// definitionName is the name in #/definitions/name or #/$defs/name.
func definitionName(pointer string) (string, bool) {
	for _, prefix := range []string{"/definitions/", "/$defs/"} {
		if name, ok := strings.CutPrefix(pointer, prefix); ok && !strings.Contains(name, "/") {
			return name, true
		}
	}
	return "", false
}

// findDefinition looks for a definition at any depth.
func findDefinition(at json.RawMessage, name string) (found json.RawMessage) {
	eachField(at, func(key string, value json.RawMessage) bool {
		if key == "definitions" || key == "$defs" {
			found = fieldOf(value, name)
		}
		if found == nil {
			found = findDefinition(value, name)
		}
		return found == nil
	})
	return found
}

// bodySchema is the schema of the body that a cord takes. What the kit makes of a function's signature (it has definitions, and requires every
// property) names the parameters, while the body is the flat object of the only one that is left without self.
func bodySchema(schema json.RawMessage) json.RawMessage {
	properties := fieldOf(schema, "properties")
	if _, made := rawField(schema, "definitions"); !made || shapeOf(properties) != shapeObject {
		return schema
	}
	required := map[string]bool{}
	for _, item := range itemsOf(fieldOf(schema, "required")) {
		name, _ := text(item)
		required[name] = true
	}
	var flat objectBuilder
	parameters := 0
	var only json.RawMessage
	all := true
	eachField(properties, func(name string, property json.RawMessage) bool {
		all = all && required[name]
		if name != "self" {
			flat.raw(name, property)
			parameters++
			only = property
		}
		return true
	})
	if !all {
		return schema
	}
	if c := (&schemaCheck{root: schema}); parameters == 1 && c.isObject(only) {
		return only
	}
	// The kit requires every parameter that has a type, those with a default, too.
	body, err := mergeFields(schema, map[string]any{"properties": json.RawMessage(first(string(flat.done()), "{}")), "required": []string{}})
	if err != nil {
		return schema
	}
	return body
}

// isObject says whether a schema is that of an object, itself or by its references.
func (c *schemaCheck) isObject(schema json.RawMessage) bool {
	for range 16 {
		if slices.Contains(typesOf(schema), "object") {
			return true
		}
		ref, ok := text(fieldOf(schema, "$ref"))
		if !ok {
			return false
		}
		schema = c.resolve(ref)
	}
	return false
}

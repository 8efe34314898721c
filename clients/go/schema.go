package chutes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// maxComplaints is how much of what is wrong with a value a message tells.
	maxComplaints = 3
	// maxSchemaSteps bounds the work of one check: unions of references can grow without end. What is left unchecked is the server's to judge.
	maxSchemaSteps = 100_000
	// maxNesting is beyond what any answer has; a model that repeats a bracket must not cost a stack.
	maxNesting = 512
)

// checkSchema holds a value to a JSON Schema and says what is wrong: "points[1].x: expected number", three at most; none if it fits. Keywords
// that it does not know are ignored, and so is a pattern that Go cannot read. open lets fields pass that the schema does not name.
func checkSchema(schema, value json.RawMessage, open bool) []string {
	return checkWithin(schema, schema, value, open)
}

// checkWithin is checkSchema for a schema that stands within another one, to which its references lead.
func checkWithin(root, schema, value json.RawMessage, open bool) []string {
	c := &schemaCheck{root: root, open: open, steps: new(int)}
	if nesting(value) > maxNesting {
		c.complain("", "less than %d levels of nesting", maxNesting)
		return c.found
	}
	c.check(schema, value, "", nil)
	return c.found
}

// nesting is how deep the arrays and objects of a value are.
func nesting(value json.RawMessage) int {
	c := cursor{data: value}
	c.skip()
	return c.deepest
}

// schemaCheck is one check under way.
type schemaCheck struct {
	root  json.RawMessage
	open  bool
	found []string
	steps *int
}

func (c *schemaCheck) full() bool { return len(c.found) >= maxComplaints }

func (c *schemaCheck) complain(place, format string, args ...any) {
	if !c.full() {
		c.found = append(c.found, first(place, "value")+": expected "+fmt.Sprintf(format, args...))
	}
}

// fits says whether a value passes a schema without a complaint.
func (c *schemaCheck) fits(schema, value json.RawMessage, refs []string) bool {
	inner := &schemaCheck{root: c.root, open: c.open, steps: c.steps}
	inner.check(schema, value, "", refs)
	return len(inner.found) == 0
}

// check holds one value to one schema. refs are the references that led here from the same value: one that leads back says nothing new.
func (c *schemaCheck) check(schema, value json.RawMessage, place string, refs []string) {
	if *c.steps++; *c.steps > maxSchemaSteps || c.full() {
		return
	}
	if isNull(value) && string(fieldOf(schema, "nullable")) == "true" {
		return // the older way to say so
	}
	if string(bytes.TrimSpace(schema)) == "false" {
		c.complain(place, "no value")
		return
	}
	if firstByteOf(schema) != '{' {
		return
	}
	if ref, ok := text(fieldOf(schema, "$ref")); ok && !slices.Contains(refs, ref) {
		if target := c.resolve(ref); target != nil {
			c.check(target, value, place, append(slices.Clip(refs), ref))
		}
	}
	if !c.checkType(schema, value, place) || !c.checkValues(schema, value, place) {
		return
	}
	c.checkUnions(schema, value, place, refs)
	switch shapeOf(value) {
	case shapeObject:
		c.checkObject(schema, value, place)
	case shapeArray:
		c.checkArray(schema, value, place)
	case shapeString:
		c.checkText(schema, value, place)
	case shapeNumber:
		c.checkNumber(schema, value, place)
	}
}

// checkType is false when the value is of no allowed type, after which nothing else is worth telling.
func (c *schemaCheck) checkType(schema, value json.RawMessage, place string) bool {
	wanted := typesOf(schema)
	if len(wanted) == 0 || slices.ContainsFunc(wanted, func(t string) bool { return isType(t, value) }) {
		return true
	}
	c.complain(place, "%s", strings.Join(wanted, " or "))
	return false
}

func typesOf(schema json.RawMessage) []string {
	given := fieldOf(schema, "type")
	if one, ok := text(given); ok {
		return []string{one}
	}
	var many []string
	for _, item := range itemsOf(given) {
		if t, ok := text(item); ok {
			many = append(many, t)
		}
	}
	return many
}

// isType says whether a value is of a type of JSON Schema; of a type that nobody knows, every value is.
func isType(name string, value json.RawMessage) bool {
	shape := shapeOf(value)
	switch name {
	case "object":
		return shape == shapeObject
	case "array":
		return shape == shapeArray
	case "string":
		return shape == shapeString
	case "number":
		return shape == shapeNumber
	case "integer":
		n, err := strconv.ParseFloat(string(bytes.TrimSpace(value)), 64)
		return shape == shapeNumber && (err == nil && n == math.Trunc(n) || isWhole(value))
	case "boolean":
		return shape == shapeBool
	case "null":
		return isNull(value)
	}
	return true
}

// isWhole is for integers beyond what a float can hold.
func isWhole(value json.RawMessage) bool {
	return strings.Trim(string(bytes.TrimSpace(value)), "-0123456789") == ""
}

// checkValues is enum and const.
func (c *schemaCheck) checkValues(schema, value json.RawMessage, place string) bool {
	if allowed := fieldOf(schema, "enum"); firstByteOf(allowed) == '[' {
		items := itemsOf(allowed)
		if !slices.ContainsFunc(items, func(item json.RawMessage) bool { return sameJSON(item, value) }) {
			c.complain(place, "one of %s", compactJSON(allowed))
			return false
		}
	}
	only, given := rawField(schema, "const")
	if given && !sameJSON(only, value) {
		c.complain(place, "%s", compactJSON(only))
		return false
	}
	return true
}

// checkUnions is anyOf, oneOf, allOf and not.
func (c *schemaCheck) checkUnions(schema, value json.RawMessage, place string, refs []string) {
	for _, name := range []string{"anyOf", "oneOf"} {
		options := itemsOf(fieldOf(schema, name))
		if len(options) == 0 {
			continue
		}
		matching := 0
		for _, option := range options {
			if c.fits(option, value, refs) {
				matching++
			}
		}
		switch {
		case matching == 0:
			c.complain(place, "%s", eitherOf(options, value))
		case matching > 1 && name == "oneOf":
			c.complain(place, "what only one of its alternatives allows")
		}
	}
	for _, part := range itemsOf(fieldOf(schema, "allOf")) {
		c.check(part, value, place, refs)
	}
	if excluded := fieldOf(schema, "not"); isSchema(excluded) && c.fits(excluded, value, refs) {
		c.complain(place, "a value that the schema does not exclude (not)")
	}
}

// eitherOf are the types of alternatives, where each has one and the value is of none.
func eitherOf(options []json.RawMessage, value json.RawMessage) string {
	var all []string
	for _, option := range options {
		types := typesOf(option)
		if len(types) == 0 || slices.ContainsFunc(types, func(name string) bool { return isType(name, value) }) {
			return "one of its alternatives"
		}
		for _, name := range types {
			if !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return strings.Join(all, " or ")
}

// isSchema: anything else in the place of a schema means nothing.
func isSchema(schema json.RawMessage) bool {
	return shapeOf(schema) == shapeObject || shapeOf(schema) == shapeBool
}

func (c *schemaCheck) checkObject(schema, value json.RawMessage, place string) {
	given := map[string]bool{}
	eachField(value, func(name string, _ json.RawMessage) bool { given[name] = true; return true })
	for _, item := range itemsOf(fieldOf(schema, "required")) {
		if name, ok := text(item); ok && !given[name] {
			c.complain(within(place, name), "a value (required)")
		}
	}
	properties := fieldOf(schema, "properties")
	others, closed := rawField(schema, "additionalProperties")
	if _, patterns := rawField(schema, "patternProperties"); patterns {
		closed = false // not looked at: it might be for these fields
	}
	eachField(value, func(name string, field json.RawMessage) bool {
		own, known := rawField(properties, name)
		switch {
		case known:
			c.check(own, field, within(place, name), nil)
		case !closed || !isSchema(others):
		case string(others) != "false":
			c.check(others, field, within(place, name), nil)
		case !c.open:
			c.complain(within(place, name), "no such field")
		}
		return !c.full()
	})
}

func within(place, name string) string {
	if place == "" {
		return name
	}
	return place + "." + name
}

func (c *schemaCheck) checkArray(schema, value json.RawMessage, place string) {
	items := itemsOf(value)
	prefix := itemsOf(fieldOf(schema, "prefixItems"))
	rest, hasRest := rawField(schema, "items")
	if shapeOf(rest) == shapeArray { // the older spelling of prefixItems
		prefix, hasRest = itemsOf(rest), false
	}
	for i, item := range items {
		at := fmt.Sprintf("%s[%d]", first(place, "value"), i)
		if i < len(prefix) {
			c.check(prefix[i], item, at, nil)
		} else if hasRest {
			c.check(rest, item, at, nil)
		}
	}
	if n, ok := limitOf(schema, "minItems"); ok && float64(len(items)) < n {
		c.complain(place, "at least %s items (minItems)", fieldOf(schema, "minItems"))
	}
	if n, ok := limitOf(schema, "maxItems"); ok && float64(len(items)) > n {
		c.complain(place, "at most %s items (maxItems)", fieldOf(schema, "maxItems"))
	}
	if string(fieldOf(schema, "uniqueItems")) != "true" {
		return
	}
	seen := map[string][]json.RawMessage{}
	for _, item := range items {
		alike := string(likeness(nil, item))
		if slices.ContainsFunc(seen[alike], func(earlier json.RawMessage) bool { return sameJSON(earlier, item) }) {
			c.complain(place, "no item twice (uniqueItems)")
			return
		}
		seen[alike] = append(seen[alike], item)
	}
}

// likeness appends a text that is the same for all values that are the same, and hardly ever for others.
func likeness(out []byte, value json.RawMessage) []byte {
	switch shapeOf(value) {
	case shapeNumber:
		n, _ := strconv.ParseFloat(string(bytes.TrimSpace(value)), 64)
		return strconv.AppendFloat(out, n, 'g', -1, 64)
	case shapeArray:
		out = append(out, '[')
		eachItem(value, func(item json.RawMessage) { out = append(likeness(out, item), ',') })
		return append(out, ']')
	case shapeObject:
		fields := fieldsOf(value)
		out = append(out, '{')
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			out = append(likeness(append(out, name...), fields[name]), ',')
		}
		return append(out, '}')
	}
	return plainJSON(out, value)
}

func (c *schemaCheck) checkText(schema, value json.RawMessage, place string) {
	s, _ := text(value)
	length := float64(utf8.RuneCountInString(s))
	if n, ok := limitOf(schema, "minLength"); ok && length < n {
		c.complain(place, "at least %s characters (minLength)", fieldOf(schema, "minLength"))
	}
	if n, ok := limitOf(schema, "maxLength"); ok && length > n {
		c.complain(place, "at most %s characters (maxLength)", fieldOf(schema, "maxLength"))
	}
	if pattern, ok := text(fieldOf(schema, "pattern")); ok {
		if re, err := regexp.Compile(pattern); err == nil && !re.MatchString(s) {
			c.complain(place, "a text that matches %s (pattern)", pattern)
		}
	}
}

func (c *schemaCheck) checkNumber(schema, value json.RawMessage, place string) {
	n, err := strconv.ParseFloat(string(bytes.TrimSpace(value)), 64)
	if err != nil {
		return // beyond what a float can hold
	}
	for _, rule := range []struct {
		name  string
		words string
		holds func(limit float64) bool
	}{
		{"minimum", "at least", func(limit float64) bool { return n >= limit }},
		{"maximum", "at most", func(limit float64) bool { return n <= limit }},
		{"exclusiveMinimum", "more than", func(limit float64) bool { return n > limit }},
		{"exclusiveMaximum", "less than", func(limit float64) bool { return n < limit }},
	} {
		if limit, ok := limitOf(schema, rule.name); ok && !rule.holds(limit) {
			c.complain(place, "%s %s (%s)", rule.words, compactJSON(fieldOf(schema, rule.name)), rule.name)
		}
	}
	if step, ok := limitOf(schema, "multipleOf"); ok && step > 0 && !isMultiple(n, step) {
		c.complain(place, "a multiple of %s (multipleOf)", fieldOf(schema, "multipleOf"))
	}
}

// isMultiple counts in decimal, as people write it: 0.3 is a multiple of 0.1.
func isMultiple(n, step float64) bool {
	a, okA := new(big.Rat).SetString(strconv.FormatFloat(n, 'g', -1, 64))
	b, okB := new(big.Rat).SetString(strconv.FormatFloat(step, 'g', -1, 64))
	return !okA || !okB || a.Quo(a, b).IsInt()
}

func limitOf(schema json.RawMessage, name string) (float64, bool) {
	value := fieldOf(schema, name)
	if shapeOf(value) != shapeNumber {
		return 0, false
	}
	n, err := strconv.ParseFloat(string(value), 64)
	return n, err == nil
}

// rawField is fieldOf that tells null from absent.
func rawField(object json.RawMessage, name string) (value json.RawMessage, given bool) {
	eachField(object, func(key string, v json.RawMessage) bool {
		if key == name {
			value, given = v, true
		}
		return true
	})
	return value, given
}

func itemsOf(array json.RawMessage) (items []json.RawMessage) {
	eachItem(array, func(item json.RawMessage) { items = append(items, item) })
	return items
}

func compactJSON(value json.RawMessage) string {
	var b bytes.Buffer
	if json.Compact(&b, value) != nil {
		return string(value)
	}
	return b.String()
}

// plainJSON appends a value without white space and without needless escapes, which cost a model tokens and may mislead it.
func plainJSON(out []byte, value json.RawMessage) []byte {
	switch shapeOf(value) {
	case shapeString:
		s, _ := text(value)
		return append(out, JSON(s)...)
	case shapeArray:
		out = append(out, '[')
		start := len(out)
		eachItem(value, func(item json.RawMessage) {
			if len(out) > start {
				out = append(out, ',')
			}
			out = plainJSON(out, item)
		})
		return append(out, ']')
	case shapeObject:
		out = append(out, '{')
		start := len(out)
		eachField(value, func(name string, field json.RawMessage) bool {
			if len(out) > start {
				out = append(out, ',')
			}
			out = plainJSON(append(append(out, JSON(name)...), ':'), field)
			return true
		})
		return append(out, '}')
	}
	return append(out, bytes.TrimSpace(value)...)
}

// sameJSON compares as JSON Schema does: 1 and 1.0 are one number, the order of fields does not matter.
func sameJSON(a, b json.RawMessage) bool {
	a, b = bytes.TrimSpace(a), bytes.TrimSpace(b)
	if shapeOf(a) != shapeOf(b) {
		return false
	}
	switch shapeOf(a) {
	case shapeNumber:
		if isWhole(a) && isWhole(b) {
			return string(a) == string(b) // every digit counts
		}
		x, errX := strconv.ParseFloat(string(a), 64)
		y, errY := strconv.ParseFloat(string(b), 64)
		return errX == nil && errY == nil && x == y
	case shapeString:
		return unquote(a) == unquote(b)
	case shapeArray:
		return slices.EqualFunc(itemsOf(a), itemsOf(b), sameJSON)
	case shapeObject:
		return maps.EqualFunc(fieldsOf(a), fieldsOf(b), sameJSON)
	}
	return string(a) == string(b)
}

func fieldsOf(object json.RawMessage) map[string]json.RawMessage {
	fields := map[string]json.RawMessage{}
	eachField(object, func(name string, value json.RawMessage) bool { fields[name] = value; return true })
	return fields
}

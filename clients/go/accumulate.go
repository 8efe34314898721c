package chutes

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Accumulator builds the completion from the chunks of a stream: chat chunks and pieces of text completions alike.
// It never fails, whatever a chunk holds. The zero value is ready.
type Accumulator struct {
	id, model, object string
	current           string // the id in force: that of the last chunk that had one
	created           json.RawMessage
	usage             json.RawMessage
	extra             map[string]json.RawMessage
	choices           choiceStates
	recent            *recent // of the stream whose chunks these are; may be nil
}

// choiceStates are the choices by their index. The first one stands beside the others, since there is hardly ever more than one.
type choiceStates struct {
	one    choiceState
	index  int // of one
	some   bool
	others map[int]*choiceState
}

// at is the choice of that index, nil if there is none.
func (s *choiceStates) at(index int) *choiceState {
	if s.some && s.index == index {
		return &s.one
	}
	return s.others[index]
}

// add makes a choice, which there must not be.
func (s *choiceStates) add(index int) *choiceState {
	if !s.some {
		s.some, s.index = true, index
		return &s.one
	}
	if s.others == nil {
		s.others = map[int]*choiceState{}
	}
	made := &choiceState{}
	s.others[index] = made
	return made
}

// indexes are those that there are, in order.
func (s *choiceStates) indexes() []int {
	all := slices.Collect(maps.Keys(s.others))
	if s.some {
		all = append(all, s.index)
	}
	slices.Sort(all)
	return all
}

type choiceState struct {
	role                       string
	content, reasoning, refuse *strings.Builder
	text                       *strings.Builder
	calls                      []*toolCallState
	finish                     string
	logprobs                   map[string][]json.RawMessage
	logprobExtra               map[string]json.RawMessage
	extra, messageExtra        map[string]json.RawMessage
	started                    bool // a non-empty delta came
}

type toolCallState struct {
	index          int
	indexed        bool
	id, typ, name  string
	arguments      strings.Builder
	extra, fnExtra map[string]json.RawMessage
}

// Complete says whether the answer is whole: at least one choice was seen and each has its finish_reason.
func (a *Accumulator) Complete() bool {
	for _, c := range a.choices.others {
		if c.finish == "" {
			return false
		}
	}
	return a.choices.some && a.choices.one.finish != ""
}

// Empty says whether no chunk has been added.
func (a *Accumulator) Empty() bool { return !a.choices.some && a.usage == nil && a.id == "" }

// Add merges one chunk, given as JSON.
func (a *Accumulator) Add(chunk []byte) {
	c := cursor{data: chunk, recent: a.recent}
	if _, ok := c.open(); !ok {
		return
	}
	for c.field() {
		switch string(c.key) {
		case "id":
			c.first(&a.id)
		case "model":
			c.first(&a.model)
		case "object":
			c.first(&a.object)
		case "created":
			if value := c.value(); a.created == nil && !isNull(value) {
				a.created = bytes.Clone(value)
			}
		case "usage":
			if value := c.value(); !isNull(value) {
				a.usage = bytes.Clone(value)
			}
		case "choices":
			for ok := c.items(); ok && c.item(); {
				a.choice(&c)
			}
		default:
			c.keep(&a.extra)
		}
	}
}

// addPlain is Add for a chunk that only brings another piece of text for a choice that has some, as nearly all do; else it does nothing. There
// must be nothing odd in it.
func (a *Accumulator) addPlain(chunk any) bool {
	v, ok := chunk.(*ChatCompletionChunk)
	if !ok || len(v.Choices) != 1 || a.id == "" || a.model == "" || a.object == "" || a.created == nil || v.Usage.raw != nil || v.SystemFingerprint != "" {
		return false
	}
	choice := &v.Choices[0]
	d, s := &choice.Delta, a.choices.at(choice.Index)
	if s == nil || s.content == nil || d.Content == "" || choice.FinishReason != "" || choice.Logprobs != nil && !isNull(choice.Logprobs) {
		return false
	}
	if d.Role != "" || d.ReasoningContent != "" || d.Reasoning != "" || d.Refusal != "" || d.ToolCalls != nil {
		return false
	}
	s.content.WriteString(d.Content)
	s.started = true
	return true
}

// restarted says whether a chunk of that id begins the answer anew: an id other than the one in force, and a role in a choice that already had
// something.
func (a *Accumulator) restarted(id string, chunk []byte) bool {
	if id == "" || id == a.current {
		return false
	}
	before := a.current
	if a.current = id; before == "" {
		return false
	}
	again := false
	eachItem(fieldOf(chunk, "choices"), func(raw json.RawMessage) {
		c := a.choices.at(number(fieldOf(raw, "index")))
		role, _ := text(fieldOf(fieldOf(raw, "delta"), "role"))
		again = again || c != nil && c.started && role != ""
	})
	return again
}

func (a *Accumulator) choice(c *cursor) {
	if c.peek() != '{' {
		c.skip()
		return
	}
	index := place(*c)
	s := a.choices.at(index)
	if s == nil {
		s = a.choices.add(index)
	}
	for c.enter(); c.field(); {
		switch string(c.key) {
		case "index", "message": // beside a delta it says the same once more
			c.skip()
		case "finish_reason":
			var finish string
			if c.first(&finish); finish != "" {
				s.finish = finish
			}
		case "text":
			s.started = c.appendTo(&s.text) || s.started
		case "delta":
			s.mergeDelta(c)
		case "logprobs":
			s.mergeLogprobs(c)
		default:
			c.keep(&s.extra)
		}
	}
}

// place is the index of the choice ahead, which may stand behind its other fields.
func place(ahead cursor) (index int) {
	ahead.enter()
	for first := true; ahead.field(); first = false {
		if string(ahead.key) != "index" {
			ahead.skip()
			continue
		}
		if index = number(ahead.value()); first {
			break // where it nearly always stands
		}
	}
	return index
}

func (s *choiceState) mergeDelta(c *cursor) {
	reasoned := false
	for _, ok := c.open(); ok && c.field(); {
		started := false
		switch string(c.key) {
		case "role":
			c.first(&s.role)
		case "content":
			started = c.appendTo(&s.content)
		case "reasoning_content", "reasoning":
			// One field under two names: an engine that sends both sends the same text twice.
			if reasoned {
				c.skip()
			} else {
				reasoned = c.appendTo(&s.reasoning)
				started = reasoned
			}
		case "refusal":
			started = c.appendTo(&s.refuse)
		case "tool_calls":
			for ok := c.items(); ok && c.item(); started = true {
				s.mergeToolCall(c.value())
			}
		default:
			c.keep(&s.messageExtra)
		}
		s.started = s.started || started
	}
}

// mergeToolCall adds one fragment: to the call of its index, else of its id, else to the last one.
func (c *choiceState) mergeToolCall(raw json.RawMessage) {
	if firstByteOf(raw) != '{' {
		return
	}
	var id string
	keepFirst(&id, fieldOf(raw, "id"))
	rawIndex := fieldOf(raw, "index")
	t := c.findCall(rawIndex, id)
	if t == nil {
		t = &toolCallState{index: len(c.calls)}
		if rawIndex != nil {
			t.index, t.indexed = number(rawIndex), true
		}
		c.calls = append(c.calls, t)
	}
	eachField(raw, func(key string, value json.RawMessage) bool {
		switch key {
		case "index":
		case "id":
			keepFirst(&t.id, value)
		case "type":
			keepFirst(&t.typ, value)
		case "function":
			eachField(value, func(key string, value json.RawMessage) bool {
				switch key {
				case "name":
					keepFirst(&t.name, value)
				case "arguments":
					if text, ok := text(value); ok {
						t.arguments.WriteString(text)
					} else if firstByteOf(value) == '{' {
						t.arguments.Write(value) // an engine that sends the object itself
					}
				default:
					keepExtra(&t.fnExtra, key, value)
				}
				return true
			})
		default:
			keepExtra(&t.extra, key, value)
		}
		return true
	})
}

func (c *choiceState) findCall(rawIndex json.RawMessage, id string) *toolCallState {
	for _, t := range c.calls {
		if rawIndex != nil && t.indexed && t.index == number(rawIndex) {
			return t
		}
	}
	if rawIndex != nil {
		return nil
	}
	for _, t := range c.calls {
		if id != "" && t.id == id {
			return t
		}
	}
	if id == "" && len(c.calls) > 0 {
		return c.calls[len(c.calls)-1]
	}
	return nil
}

func (s *choiceState) mergeLogprobs(c *cursor) {
	for _, ok := c.open(); ok && c.field(); {
		if c.peek() != '[' {
			c.keep(&s.logprobExtra)
			continue
		}
		key := string(c.key)
		if s.logprobs == nil {
			s.logprobs = map[string][]json.RawMessage{}
		}
		for c.enter(); c.item(); {
			s.logprobs[key] = append(s.logprobs[key], bytes.Clone(c.value()))
		}
	}
}

// Snapshot returns the completion so far in the wire shape of a whole answer, never an error.
func (a *Accumulator) Snapshot() json.RawMessage {
	var b objectBuilder
	b.text("id", a.id)
	object := strings.TrimSuffix(a.object, ".chunk")
	b.text("object", object)
	b.raw("created", a.created)
	b.text("model", a.model)
	choices := []json.RawMessage{}
	for _, index := range a.choices.indexes() {
		choices = append(choices, a.choices.at(index).snapshot(index))
	}
	b.value("choices", choices)
	b.raw("usage", a.usage)
	b.extra(a.extra)
	return b.done()
}

func (c *choiceState) snapshot(index int) json.RawMessage {
	var b objectBuilder
	b.value("index", index)
	if c.text != nil && c.content == nil {
		b.value("text", c.text.String())
	} else {
		b.raw("message", c.message())
	}
	if c.logprobs != nil || c.logprobExtra != nil {
		var l objectBuilder
		for _, name := range slices.Sorted(maps.Keys(c.logprobs)) {
			l.value(name, c.logprobs[name])
		}
		l.extra(c.logprobExtra)
		b.raw("logprobs", l.done())
	}
	if c.finish == "" {
		b.raw("finish_reason", json.RawMessage("null"))
	} else {
		b.text("finish_reason", c.finish)
	}
	b.extra(c.extra)
	return b.done()
}

func (c *choiceState) message() json.RawMessage {
	var b objectBuilder
	b.text("role", first(c.role, "assistant"))
	if c.content == nil {
		b.raw("content", json.RawMessage("null"))
	} else {
		b.value("content", c.content.String())
	}
	if c.reasoning != nil {
		b.value("reasoning_content", c.reasoning.String())
	}
	if c.refuse != nil {
		b.value("refusal", c.refuse.String())
	}
	if len(c.calls) > 0 {
		calls := slices.Clone(c.calls)
		slices.SortStableFunc(calls, func(x, y *toolCallState) int { return x.index - y.index })
		out := []json.RawMessage{}
		for _, t := range calls {
			out = append(out, t.snapshot())
		}
		b.value("tool_calls", out)
	}
	b.extra(c.messageExtra)
	return b.done()
}

func (t *toolCallState) snapshot() json.RawMessage {
	var b, f objectBuilder
	b.text("id", t.id)
	b.text("type", first(t.typ, "function"))
	f.text("name", t.name)
	f.value("arguments", t.arguments.String())
	f.extra(t.fnExtra)
	b.raw("function", f.done())
	b.extra(t.extra)
	return b.done()
}

// objectBuilder writes an object field by field.
type objectBuilder struct{ b []byte }

func (o *objectBuilder) raw(name string, value json.RawMessage) {
	if value == nil {
		return
	}
	if o.b == nil {
		o.b = []byte{'{'}
	} else {
		o.b = append(o.b, ',')
	}
	quoted, _ := marshal(name)
	o.b = append(append(append(o.b, quoted...), ':'), value...)
}

func (o *objectBuilder) value(name string, v any) {
	if data, err := marshal(v); err == nil {
		o.raw(name, data)
	}
}

func (o *objectBuilder) text(name, v string) {
	if v != "" {
		o.value(name, v)
	}
}

func (o *objectBuilder) extra(fields map[string]json.RawMessage) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		o.raw(name, fields[name])
	}
}

func (o *objectBuilder) done() json.RawMessage {
	if o.b == nil {
		return json.RawMessage("{}")
	}
	return append(o.b, '}')
}

// keepFirst keeps the first non-empty text.
func keepFirst(dst *string, value json.RawMessage) {
	if s, ok := text(value); ok && *dst == "" {
		*dst = s
	}
}

// keepExtra keeps the last value that is not null.
func keepExtra(dst *map[string]json.RawMessage, key string, value json.RawMessage) {
	if isNull(value) {
		return
	}
	if *dst == nil {
		*dst = map[string]json.RawMessage{}
	}
	(*dst)[key] = bytes.Clone(value)
}

// first keeps the first non-empty text.
func (c *cursor) first(dst *string) {
	if *dst != "" {
		c.skip()
	} else {
		c.text(dst)
	}
}

// keep is keepExtra for the field that comes.
func (c *cursor) keep(dst *map[string]json.RawMessage) {
	if c.peek() == 'n' {
		c.skip()
		return
	}
	key := string(c.key)
	keepExtra(dst, key, c.value())
}

// appendTo appends a text; it returns whether there was one that is not empty.
func (c *cursor) appendTo(dst **strings.Builder) bool {
	if c.peek() != '"' {
		c.skip()
		return false
	}
	body := c.textBytes()
	if *dst == nil {
		*dst = &strings.Builder{}
	}
	(*dst).Write(body)
	return len(body) > 0
}

package chutes

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// The functions here walk over JSON that is known to be valid, without decoding what nobody asked for. They find the fields that the types
// do not know, and the few that decide what an answer is.

// eachField calls f for the fields of an object until f returns false. It returns false if data is no object.
func eachField(data []byte, f func(key string, value json.RawMessage) bool) bool {
	i := space(data, 0)
	if i >= len(data) || data[i] != '{' {
		return false
	}
	i = space(data, i+1)
	for i < len(data) && data[i] == '"' {
		end := skipString(data, i)
		key := unquote(data[i:end])
		i = space(data, end)
		i = space(data, i+1) // the colon
		end = skipValue(data, i)
		if !f(key, data[i:end]) {
			return true
		}
		if i = space(data, end); i >= len(data) || data[i] != ',' {
			break
		}
		i = space(data, i+1)
	}
	return true
}

// eachItem calls f for the items of an array. It returns false if data is no array.
func eachItem(data []byte, f func(value json.RawMessage)) bool {
	i := space(data, 0)
	if i >= len(data) || data[i] != '[' {
		return false
	}
	i = space(data, i+1)
	for i < len(data) && data[i] != ']' {
		end := skipValue(data, i)
		f(data[i:end])
		if i = space(data, end); i >= len(data) || data[i] != ',' {
			break
		}
		i = space(data, i+1)
	}
	return true
}

// fieldOf returns one field of an object; nil if it is absent or null.
func fieldOf(data []byte, name string) json.RawMessage {
	var found json.RawMessage
	eachField(data, func(key string, value json.RawMessage) bool {
		if key == name {
			found = value
		}
		return true // the last of equal keys wins, as in encoding/json
	})
	if isNull(found) {
		return nil
	}
	return found
}

func isNull(value []byte) bool { return len(value) == 0 || string(bytes.TrimSpace(value)) == "null" }

func firstByteOf(data []byte) byte {
	if i := space(data, 0); i < len(data) {
		return data[i]
	}
	return 0
}

func space(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\t' || data[i] == '\n' || data[i] == '\r') {
		i++
	}
	return i
}

func skipString(data []byte, i int) int {
	for i++; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(data)
}

func skipValue(data []byte, i int) int {
	if i >= len(data) {
		return i
	}
	switch data[i] {
	case '"':
		return skipString(data, i)
	case '{', '[':
		depth := 0
		for i < len(data) {
			switch data[i] {
			case '"':
				i = skipString(data, i)
				continue
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
			i++
		}
		return i
	}
	for i < len(data) && !bytes.ContainsRune([]byte(",]} \t\r\n"), rune(data[i])) {
		i++
	}
	return i
}

func unquote(quoted []byte) string {
	if len(quoted) >= 2 && bytes.IndexByte(quoted, '\\') < 0 && utf8.Valid(quoted) {
		return string(quoted[1 : len(quoted)-1])
	}
	var s string
	_ = json.Unmarshal(quoted, &s)
	return s
}

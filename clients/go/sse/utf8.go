package sse

import "unicode/utf8"

const replacement = "\uFFFD"

// toValidUTF8 replaces each maximal ill-formed part by one U+FFFD, as the WHATWG decoder does. (bytes.ToValidUTF8 folds a whole run into one,
// which would make this client differ from the browsers and from the other languages.) Valid input is returned as it is.
func toValidUTF8(p []byte) []byte {
	if utf8.Valid(p) {
		return p
	}
	out := make([]byte, 0, len(p)+8)
	for len(p) > 0 {
		r, size := utf8.DecodeRune(p)
		if r == utf8.RuneError && size <= 1 {
			out = append(out, replacement...)
			p = p[illFormed(p):]
			continue
		}
		out = append(out, p[:size]...)
		p = p[size:]
	}
	return out
}

// illFormed is the length of the maximal subpart at the start of p (Unicode 16, table 3-7), at least 1.
func illFormed(p []byte) int {
	var need int
	low, high := byte(0x80), byte(0xBF)
	switch c := p[0]; {
	case c >= 0xC2 && c <= 0xDF:
		need = 1
	case c >= 0xE0 && c <= 0xEF:
		need = 2
		if c == 0xE0 {
			low = 0xA0
		} else if c == 0xED {
			high = 0x9F
		}
	case c >= 0xF0 && c <= 0xF4:
		need = 3
		if c == 0xF0 {
			low = 0x90
		} else if c == 0xF4 {
			high = 0x8F
		}
	}
	n := 1
	for ; n <= need && n < len(p) && p[n] >= low && p[n] <= high; n++ {
		low, high = 0x80, 0xBF
	}
	return n
}

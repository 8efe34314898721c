package chutes

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
)

// Mask stands where a secret stood.
const Mask = "[redacted]"

// secretShapes are the credentials of the platform, whoever they belong to: a server may echo a key that is not ours.
var secretShapes = regexp.MustCompile(`\b(?:cpk|cak|crt|csc)_[A-Za-z0-9._~+/=-]+|(?i:bearer)\s+[A-Za-z0-9._~+/=-]{6,}`)

// minSecret keeps a trivially short "key" from masking ordinary text.
const minSecret = 6

// redact masks the known secrets in text, then everything that looks like a credential of the platform.
func redact(text string, secrets []string) string {
	for _, secret := range secrets {
		if len(secret) >= minSecret {
			text = strings.ReplaceAll(text, secret, Mask)
		}
	}
	return secretShapes.ReplaceAllStringFunc(text, func(found string) string {
		if word, _, ok := strings.Cut(found, " "); ok && strings.EqualFold(word, "bearer") {
			return word + " " + Mask
		}
		return Mask
	})
}

// redactBytes masks the known secrets in the raw start of a body, and nothing else: it is for who wants to see what came.
func redactBytes(body []byte, secrets []string) []byte {
	for _, secret := range secrets {
		if len(secret) >= minSecret {
			body = bytes.ReplaceAll(body, []byte(secret), []byte(Mask))
		}
	}
	return body
}

// redactHeaders returns a copy that is fit for a log.
func redactHeaders(h http.Header, secrets []string) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		for _, value := range values {
			if secretHeader(name) {
				value = Mask
			}
			out[name] = append(out[name], redact(value, secrets))
		}
	}
	return out
}

// secretHeader says whether a header must not cross to another origin or into a log.
func secretHeader(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "authorization", "proxy-authorization", "x-api-key", "cookie", "set-cookie":
		return true
	}
	return strings.HasPrefix(name, "x-chutes-") && name != "x-chutes-retry-count" && name != "x-chutes-invocationid" &&
		!strings.HasPrefix(name, "x-chutes-quota-") && !strings.HasPrefix(name, "x-chutes-rl-")
}

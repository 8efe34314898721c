package chutes

import (
	"bytes"
	"encoding/json"
	"html"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

const (
	// MaxMessageChars is the longest message of an error.
	MaxMessageChars = 2000
	// MaxBodyBytes is how much of an error's body is read and kept.
	MaxBodyBytes = 64 << 10
)

// errorBody is what an error body says.
type errorBody struct {
	message    string
	code       string
	param      string
	typ        string
	quotaReset string
}

// maxDepth bounds how deep texts are looked for; servers nest JSON in strings in JSON.
const maxDepth = 5

// maxIssues is how many entries of a list of errors are told.
const maxIssues = 20

var (
	htmlStart = regexp.MustCompile(`(?i)^\s*<(?:!doctype|html|head|body)\b`)
	htmlTitle = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)
	htmlHead  = regexp.MustCompile(`(?is)<h1[^>]*>(.*?)</h1>`)
	dollars   = regexp.MustCompile(`\$\s*(\d[\d,]*(?:\.\d+)?)`)
	htmlTag   = regexp.MustCompile(`(?s)<[^>]*>`)
)

// parseBody reads the body of an error: JSON in any of the shapes of the platform, HTML, or text.
func parseBody(body []byte, contentType string) errorBody {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	if len(body) == 0 {
		return errorBody{}
	}
	var value any
	if json.Unmarshal(body, &value) == nil {
		var out errorBody
		if object, is := value.(map[string]any); is {
			out.facts(object, 0)
		}
		out.message = messageOf(value, 0)
		if out.message == "" {
			out.message = string(body)
		}
		return out
	}
	if looksLikeHTML(body, contentType) {
		return errorBody{message: htmlMessage(string(body))}
	}
	return errorBody{message: string(body)}
}

// isHTML says whether a content type is that of a page.
func isHTML(contentType string) bool { return strings.Contains(strings.ToLower(contentType), "html") }

func looksLikeHTML(body []byte, contentType string) bool {
	return isHTML(contentType) || htmlStart.Match(body[:min(len(body), 256)])
}

// htmlMessage is the title or the first heading; a page is no message.
func htmlMessage(page string) string {
	for _, re := range []*regexp.Regexp{htmlTitle, htmlHead} {
		if m := re.FindStringSubmatch(page); m != nil {
			if text := strings.TrimSpace(html.UnescapeString(htmlTag.ReplaceAllString(m[1], ""))); text != "" {
				return text
			}
		}
	}
	return "an HTML page"
}

// facts collects code, type, parameter and the time of the quota's reset: an object's own, then those of its error, then those of its detail.
func (b *errorBody) facts(o map[string]any, depth int) {
	b.code = first(b.code, code(o["code"]))
	if first(messageOf(o["detail"], 1), messageOf(o["error_description"], 1), messageOf(o["message"], 1)) != "" {
		b.code = first(b.code, str(o["error"]))
	}
	b.typ, b.param = first(b.typ, str(o["type"])), first(b.param, str(o["param"]))
	b.quotaReset = first(b.quotaReset, code(o["quota_reset_timestamp"]))
	for _, key := range []string{"error", "detail"} {
		if nested, ok := o[key].(map[string]any); ok && depth < maxDepth {
			b.facts(nested, depth+1)
		}
	}
}

// messageOf finds the sentence of a value of any shape.
func messageOf(v any, depth int) string {
	if depth > maxDepth {
		return ""
	}
	switch v := v.(type) {
	case string:
		return embedded(v, depth)
	case []any:
		var parts []string
		for _, item := range v[:min(len(v), maxIssues)] {
			if text := messageOf(item, depth+1); text != "" {
				parts = append(parts, text)
			}
		}
		return strings.Join(parts, "; ")
	case map[string]any:
		return objectMessage(v, depth)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

func objectMessage(o map[string]any, depth int) string {
	of := func(key string) string { return messageOf(o[key], depth+1) }
	if reason, is := o["msg"].(string); is {
		// One issue of a 422: the field and the reason, never the caller's input, which may hold secrets.
		if place := placeOf(o["loc"]); place != "" {
			return place + ": " + reason
		}
		return reason
	}
	if e := str(o["error"]); e != "" {
		// Beside a sentence, a string error is a code (RFC 6749 and the trace frames); alone it is the sentence.
		if beside := first(of("detail"), of("error_description"), of("message")); beside != "" {
			return e + ": " + beside
		}
		return embedded(e, depth+1)
	}
	return first(of("detail"), of("error"), of("error_description"), of("message"), of("title"))
}

// placeOf is the path of a field that was refused, without the `body` that all of them begin with.
func placeOf(loc any) string {
	parts, _ := loc.([]any)
	var path []string
	for _, part := range parts {
		if word := code(part); word != "" && word != "body" {
			path = append(path, word)
		}
	}
	return strings.Join(path, ".")
}

// embedded lets a JSON object that ends a text (errors relayed from an engine) speak for itself.
func embedded(text string, depth int) string {
	brace := strings.IndexByte(text, '{')
	if brace < 0 || !strings.HasSuffix(strings.TrimSpace(text), "}") {
		return text
	}
	var inner any
	if json.Unmarshal([]byte(text[brace:]), &inner) != nil {
		return text
	}
	if told := messageOf(inner, depth+1); told != "" {
		return strings.TrimSpace(strings.TrimSpace(text[:brace]) + " " + told)
	}
	return text
}

func str(v any) string { s, _ := v.(string); return s }

func code(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

func first(values ...string) string {
	for _, v := range values {
		if strings.TrimSpace(v) != "" {
			return v
		}
	}
	return ""
}

// cleanMessage removes control characters, masks secrets and cuts at [MaxMessageChars].
func cleanMessage(text string, secrets []string) string {
	text = cleanText(text, secrets)
	if runes := []rune(text); len(runes) > MaxMessageChars {
		text = string(runes[:MaxMessageChars-1]) + "…"
	}
	return text
}

// cleanText is cleanMessage without the cut.
func cleanText(text string, secrets []string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
	// Masked after the control characters are gone, so that none can split a key, and before a cut, so that none is cut in half.
	return strings.TrimSpace(redact(text, secrets))
}

// kindFor is the one table from an answer to a kind: the status decides, then the text.
func kindFor(status int, text string, body errorBody) Kind {
	text = strings.ToLower(text)
	has := func(word string) bool { return strings.Contains(text, word) }
	switch status {
	case 400:
		return KindBadRequest
	case 401:
		return KindUnauthenticated
	case 402:
		if body.quotaReset != "" || has("quota") || has("usage cap") {
			return KindQuotaExhausted
		}
		return KindPaymentRequired
	case 403:
		return KindPermissionDenied
	case 404:
		return KindNotFound
	case 409:
		return KindConflict
	case 422:
		return KindUnprocessable
	case 426:
		return KindTEERequired
	case 429:
		switch {
		case has("maximum capacity"):
			return KindCapacity
		case has("quota") || has("limit reached for today"):
			return KindQuotaExhausted
		}
		return KindRateLimited
	case 503:
		switch {
		case has("no instances available"):
			return KindColdStart
		case has("currently disabled"):
			return KindDisabled
		}
		return KindUnavailable
	}
	switch {
	case status == 502, status == 504, status >= 520 && status <= 529:
		return KindUnavailable
	case status >= 500 && status <= 599:
		return KindServer
	case status >= 400 && status <= 499:
		return KindAPIStatus
	}
	return KindUnexpectedResponse
}

// classify makes the error of an answer that is no success.
func classify(status int, header http.Header, body []byte, secrets []string) *Error {
	parsed := parseBody(body, header.Get("Content-Type"))
	kind := kindFor(status, parsed.message, parsed)
	message := cleanMessage(parsed.message, secrets)
	var fee *float64
	if status == http.StatusPaymentRequired {
		message = cleanText(parsed.message, secrets) // a fee is agreed to by its text, so that it is never cut
		fee = feeOf(message)
	}
	if message == "" {
		message = first(http.StatusText(status), "no message") // an empty body is no reason to say nothing
	}
	return &Error{
		Kind: kind, Status: status, Message: message,
		Code: cleanMessage(parsed.code, secrets), Type: cleanMessage(parsed.typ, secrets), Param: cleanMessage(parsed.param, secrets),
		QuotaReset: cleanMessage(parsed.quotaReset, secrets), RequestID: requestID(header, secrets), Fee: fee,
		Retryable: retryableKind(kind, status), Body: redactBytes(body, secrets), Header: redactHeaders(header, secrets),
	}
}

// feeOf is the first dollar amount of a text that names a deployment fee (wording of the server of 2026-05).
func feeOf(text string) *float64 {
	found := dollars.FindStringSubmatch(text)
	if found == nil || !strings.Contains(strings.ToLower(text), "deployment fee") {
		return nil
	}
	fee, err := strconv.ParseFloat(strings.ReplaceAll(found[1], ",", ""), 64)
	if err != nil {
		return nil
	}
	return &fee
}

func idOf(header http.Header) string {
	return first(header.Get("X-Request-Id"), header.Get("X-Chutes-InvocationID"))
}

func requestID(header http.Header, secrets []string) string {
	return cleanMessage(idOf(header), secrets)
}

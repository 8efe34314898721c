package chutes

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"testing"
)

// pages serves /chutes/ from a list of page bodies by page number; a number past the end is an empty page.
func pages(t *testing.T, bodies ...string) *rawServer {
	return newRawServer(t, func(_ int, conn net.Conn, r rawRequest) bool {
		u, _ := url.Parse(r.path)
		n := 0
		_, _ = fmt.Sscan(u.Query().Get("page"), &n)
		body := `{"items":[],"total":0}`
		if n < len(bodies) {
			body = bodies[n]
		}
		answer := jsonAnswer(200, body)
		if strings.HasPrefix(body, "!") {
			answer = jsonAnswer(404, `{"detail":"gone"}`)
		}
		_, _ = io.WriteString(conn, answer)
		return true
	})
}

func page(total, limit int, ids ...string) string {
	items := make([]string, len(ids))
	for i, id := range ids {
		items[i] = fmt.Sprintf(`{"chute_id":%q,"odd":1}`, id)
	}
	return fmt.Sprintf(`{"total":%d,"page":0,"limit":%d,"items":[%s],"cord_refs":{"r":[]}}`, total, limit, strings.Join(items, ","))
}

func TestPages(t *testing.T) {
	for name, tc := range map[string]struct {
		pages    []string
		want     string
		requests int
		kind     Kind
	}{
		"three":          {[]string{page(5, 2, "a", "b"), page(5, 2, "c", "d"), page(5, 2, "e")}, "abcde", 3, ""},
		"exact":          {[]string{page(4, 2, "a", "b"), page(4, 2, "c", "d")}, "abcd", 2, ""},
		"empty":          {[]string{page(0, 2)}, "", 1, ""},
		"ends early":     {[]string{page(9, 2, "a", "b"), page(9, 2)}, "ab", 2, ""},
		"total grows":    {[]string{page(3, 2, "a", "b"), page(5, 2, "c", "d"), page(5, 2, "e")}, "abcde", 3, ""},
		"total shrinks":  {[]string{page(5, 2, "a", "b"), page(2, 2, "c")}, "abc", 2, ""},
		"no total":       {[]string{`{"items":[{"chute_id":"a"}]}`, `{"items":[{"chute_id":"b"}]}`}, "ab", 3, ""},
		"items null":     {[]string{`{"items":null,"total":3}`}, "", 1, ""},
		"stuck":          {[]string{page(9, 2, "a", "b"), page(9, 2, "a", "b")}, "ab", 2, KindPaginationStuck},
		"error later":    {[]string{page(9, 2, "a", "b"), "!"}, "ab", 2, KindNotFound},
		"items no array": {[]string{`{"items":{}}`}, "", 1, KindUnexpectedResponse},
	} {
		t.Run(name, func(t *testing.T) {
			s := pages(t, tc.pages...)
			c, _ := s.client(t)
			got := ""
			var err error
			for chute, failed := range c.Chutes.ListAll(ctx(t), &ChutesListParams{Limit: Set(int64(2)), Name: Set("x y"), IncludePublic: Set(true)}) {
				if err = failed; err != nil {
					break
				}
				got += chute.ChuteID
				if name == "three" && string(chute.Field("odd")) != "1" {
					t.Error("an item lost its unknown field")
				}
			}
			if got != tc.want || len(s.seen()) != tc.requests {
				t.Errorf("%q in %d requests", got, len(s.seen()))
			}
			if tc.kind == "" && err != nil || tc.kind != "" && wantKind(t, err, tc.kind) == nil {
				t.Error(err)
			}
			for i, r := range s.seen() {
				u, _ := url.Parse(r.path)
				if q := u.Query(); q.Get("name") != "x y" || q.Get("include_public") != "true" || q.Get("limit") != "2" || i > 0 && q.Get("page") != fmt.Sprint(i) {
					t.Errorf("request %d: %s", i, r.path)
				}
			}
		})
	}
}

func TestPageIsLeftEarly(t *testing.T) {
	s := pages(t, page(9, 2, "a", "b"), page(9, 2, "c", "d"))
	c, _ := s.client(t)
	first, err := c.Chutes.List(ctx(t), nil)
	if err != nil || first.Total != 9 || first.Limit != 2 || string(first.Field("cord_refs")) != `{"r":[]}` {
		t.Fatalf("%+v %v", first, err)
	}
	for range first.All(ctx(t)) {
		break
	}
	if len(s.seen()) != 1 {
		t.Fatalf("%d requests", len(s.seen()))
	}
}

func TestOffsetPages(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, page(5, 2, "c", "d")), jsonAnswer(200, page(5, 2, "e"))))
	c, _ := s.client(t)
	n := 0
	for _, err := range c.Chutes.ListAll(ctx(t), &ChutesListParams{Offset: Set(int64(2))}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if seen := s.seen(); n != 3 || len(seen) != 2 || !strings.Contains(seen[1].path, "offset=4") || strings.Contains(seen[1].path, "page=") {
		t.Fatalf("%d items, %v", n, seen)
	}
}

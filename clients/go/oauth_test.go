package chutes

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// identity is a server with a token endpoint: each refresh gives the next pair, a1/r1, a2/r2, …; users/me says which token it got.
type identity struct {
	*rawServer
	hold    chan struct{} // closed: answers at once
	mu      sync.Mutex
	refused int // refreshes to refuse first
	made    int
}

func newIdentity(t *testing.T) *identity {
	i := &identity{hold: make(chan struct{})}
	close(i.hold)
	i.rawServer = newRawServer(t, func(_ int, conn net.Conn, r rawRequest) bool {
		answer := jsonAnswer(200, `{"user_id":"u","username":"`+strings.TrimPrefix(r.header.Get("Authorization"), "Bearer ")+`"}`)
		if r.path == "/idp/token" {
			<-i.hold
			answer = i.token()
		}
		_, _ = io.WriteString(conn, answer)
		return true
	})
	return i
}

func (i *identity) token() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.refused > 0 {
		i.refused--
		return jsonAnswer(400, `{"error":"invalid_grant","error_description":"refresh token is used up"}`)
	}
	i.made++
	return jsonAnswer(200, fmt.Sprintf(`{"access_token":"cak_a%d","refresh_token":"crt_r%d","expires_in":3600,"token_type":"Bearer","scope":"profile"}`, i.made, i.made))
}

func (i *identity) app(t *testing.T) (*OAuth, *VirtualClock) {
	t.Helper()
	clock := NewVirtualClock(time.Unix(1_700_000_000, 0))
	app, err := NewOAuth(OAuthConfig{ClientID: "cid_1", ClientSecret: "csc_secret", RedirectURI: "http://localhost/callback"}, WithBaseURL(i.url()), WithSeam(clock.Seam()))
	if err != nil {
		t.Fatal(err)
	}
	return app, clock
}

// signedIn is a client whose token has left left.
func (i *identity) signedIn(t *testing.T, left time.Duration, store func(context.Context, *Token) error) (*Client, *VirtualClock) {
	t.Helper()
	app, clock := i.app(t)
	token := &Token{AccessToken: "cak_a0", RefreshToken: "crt_r0", ExpiresAt: clock.Now().Add(left)}
	c, err := New(WithAuth(app.Provider(token, store)), WithBaseURL(i.url()), WithSeam(clock.Seam()))
	if err != nil {
		t.Fatal(err)
	}
	return c, clock
}

// forms lists the refresh tokens that were sent.
func (i *identity) forms() (out []string) {
	for _, r := range i.seen() {
		if r.path == "/idp/token" {
			form, _ := url.ParseQuery(string(r.body))
			out = append(out, form.Get("refresh_token"))
		}
	}
	return out
}

func TestAuthorizeURL(t *testing.T) {
	app, _ := newIdentity(t).app(t)
	sent := app.AuthorizeURL([]string{"profile", "chutes:invoke"}, WithAuthorizeParam("prompt", "consent"))
	u, err := url.Parse(sent.URL)
	if err != nil || u.Path != "/idp/authorize" {
		t.Fatal(sent.URL)
	}
	q := u.Query()
	for name, want := range map[string]string{
		"response_type": "code", "client_id": "cid_1", "redirect_uri": "http://localhost/callback", "scope": "profile chutes:invoke",
		"state": sent.State, "code_challenge_method": "S256", "prompt": "consent",
	} {
		if q.Get(name) != want {
			t.Errorf("%s is %q", name, q.Get(name))
		}
	}
	digest := sha256.Sum256([]byte(sent.CodeVerifier))
	if q.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(digest[:]) {
		t.Error("the challenge does not fit the verifier")
	}
	unreserved := regexp.MustCompile(`^[A-Za-z0-9._~-]+$`)
	if len(sent.CodeVerifier) != 64 || len(sent.State) != 32 || !unreserved.MatchString(sent.CodeVerifier+sent.State) {
		t.Error(sent.State)
	}
	again := app.AuthorizeURL(nil, WithState("mine"))
	if again.State != "mine" || again.CodeVerifier == sent.CodeVerifier || strings.Contains(sent.URL, sent.CodeVerifier) {
		t.Error(again.State)
	}
}

func TestExchangeRefreshAndRevoke(t *testing.T) {
	s := newRawServer(t, answers(
		jsonAnswer(200, `{"access_token":"cak_1","refresh_token":"crt_1","expires_in":120,"token_type":"Bearer","scope":"profile"}`),
		jsonAnswer(200, `{"access_token":"cak_2"}`), jsonAnswer(200, `{}`), jsonAnswer(503, `{"error":"busy"}`, "x-should-retry: true"),
		jsonAnswer(200, `{"token_type":"Bearer"}`),
	))
	i := &identity{rawServer: s}
	app, clock := i.app(t)
	token, err := app.Exchange(ctx(t), "the code", "the verifier")
	if err != nil || token.AccessToken != "cak_1" || token.RefreshToken != "crt_1" || !token.ExpiresAt.Equal(clock.Now().Add(2*time.Minute)) || token.Scope != "profile" {
		t.Fatalf("%v", err)
	}
	token, err = app.Refresh(ctx(t), "crt_1")
	if err != nil || token.AccessToken != "cak_2" || token.RefreshToken != "crt_1" || token.TokenType != "Bearer" {
		t.Fatalf("an old refresh token must stay where no new one comes: %v", err)
	}
	if err := app.Revoke(ctx(t), "crt_1"); err != nil {
		t.Fatal(err)
	}
	_, err = app.Refresh(ctx(t), "crt_1")
	wantKind(t, err, KindUnavailable)
	_, err = app.Refresh(ctx(t), "crt_1")
	wantKind(t, err, KindUnexpectedResponse)
	wantSent(t, s, "POST /idp/token", "POST /idp/token", "POST /idp/token/revoke", "POST /idp/token", "POST /idp/token")
	for i, want := range []string{
		"client_id=cid_1&client_secret=csc_secret&code=the+code&code_verifier=the+verifier&grant_type=authorization_code&redirect_uri=http%3A%2F%2Flocalhost%2Fcallback",
		"client_id=cid_1&client_secret=csc_secret&grant_type=refresh_token&refresh_token=crt_1",
		"client_id=cid_1&client_secret=csc_secret&token=crt_1",
	} {
		r := s.seen()[i]
		form, err := url.ParseQuery(string(r.body))
		if err != nil || form.Encode() != want || r.header.Get("Authorization") != "" || r.header.Get("Content-Type") != "application/x-www-form-urlencoded" {
			t.Errorf("%s %v", r.body, r.header)
		}
	}
	if _, err := NewOAuth(OAuthConfig{}); !errors.Is(err, ErrConfig) {
		t.Error(err)
	}
}

func TestTokenIsUsedWhileItIsGood(t *testing.T) {
	i := newIdentity(t)
	c, clock := i.signedIn(t, RefreshLeeway, nil)
	me, err := c.Users.Me(ctx(t))
	if err != nil || me.Username != "cak_a0" || len(i.forms()) != 0 {
		t.Fatal(me, err)
	}
	_ = clock.Sleep(ctx(t), time.Millisecond) // less than the leeway is left
	if me, err = c.Users.Me(ctx(t)); err != nil || me.Username != "cak_a1" {
		t.Fatal(me, err)
	}
	if _, err := c.Pricing.Get(ctx(t)); err != nil { // public: no token, no refresh
		t.Fatal(err)
	}
	_ = clock.Sleep(ctx(t), 3600*time.Second)
	if _, err := c.Pricing.Get(ctx(t)); err != nil || len(i.forms()) != 1 {
		t.Fatal("a public call renewed the token", err)
	}
	// The refresh token rotates: the second refresh takes the one that the first one brought.
	if me, err = c.Users.Me(ctx(t)); err != nil || me.Username != "cak_a2" || strings.Join(i.forms(), " ") != "crt_r0 crt_r1" {
		t.Error(me, err, i.forms())
	}
}

func TestOneRefreshServesAllCallers(t *testing.T) {
	i := newIdentity(t)
	i.hold = make(chan struct{})
	var stored []string
	c, _ := i.signedIn(t, 0, func(_ context.Context, token *Token) error { stored = append(stored, token.RefreshToken); return nil })
	const callers = 8
	names := make(chan string, callers)
	for range callers {
		go func() {
			me, err := c.Users.Me(t.Context())
			if err != nil {
				names <- err.Error()
				return
			}
			names <- me.Username
		}()
	}
	// One more caller goes away while the refresh is under way; it must not take the refresh with it.
	leaving, cancel := contextWithCancel(t)
	left := make(chan error, 1)
	go func() { _, err := c.Users.Me(leaving); left <- err }()
	for len(i.forms()) == 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	wantKind(t, <-left, KindCancelled)
	close(i.hold)
	for range callers {
		if name := <-names; name != "cak_a1" {
			t.Error(name)
		}
	}
	if len(i.forms()) != 1 || strings.Join(stored, " ") != "crt_r1" {
		t.Error(i.forms(), stored)
	}
}

func TestAllCallersOfAFailedRefreshAreTold(t *testing.T) {
	i := newIdentity(t)
	i.hold, i.refused = make(chan struct{}), 1
	c, _ := i.signedIn(t, 0, nil)
	failed := make(chan error, 3)
	for range 3 {
		go func() { _, err := c.Users.Me(t.Context()); failed <- err }()
	}
	for len(i.forms()) == 0 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(50 * time.Millisecond) // the others have joined by now
	close(i.hold)
	for range 3 {
		wantKind(t, <-failed, KindBadRequest)
	}
	me, err := c.Users.Me(ctx(t)) // tried anew, with the refresh token that was kept
	if err != nil || me.Username != "cak_a1" || strings.Join(i.forms(), " ") != "crt_r0 crt_r0" {
		t.Error(me, err, i.forms())
	}
}

func TestTokenThatCannotBeStored(t *testing.T) {
	i := newIdentity(t)
	full := errors.New("the disk is full of crt_r1")
	calls := 0
	c, _ := i.signedIn(t, 0, func(context.Context, *Token) error {
		if calls++; calls == 1 {
			return full
		}
		return nil
	})
	_, err := c.Users.Me(ctx(t))
	if e := wantKind(t, err, KindConfig); !errors.Is(e, full) || strings.Contains(format("%+v", e), "crt_r1") {
		t.Errorf("%+v", e)
	}
	for range 2 {
		if me, err := c.Users.Me(ctx(t)); err != nil || me.Username != "cak_a1" {
			t.Fatal(err)
		}
	}
	if calls != 2 || len(i.forms()) != 1 {
		t.Errorf("stored %d times after %d refreshes", calls, len(i.forms()))
	}
}

// What cannot be renewed is the server's to judge.
func TestTokenWithoutRefreshToken(t *testing.T) {
	i := newIdentity(t)
	app, clock := i.app(t)
	for _, expires := range []time.Time{{}, clock.Now(), clock.Now().Add(RefreshLeeway - time.Second)} {
		c, _ := New(WithAuth(app.Provider(&Token{AccessToken: "cak_a0", ExpiresAt: expires}, nil)), WithBaseURL(i.url()), WithSeam(clock.Seam()))
		if me, err := c.Users.Me(ctx(t)); err != nil || me.Username != "cak_a0" || len(i.forms()) != 0 {
			t.Error(expires, err)
		}
	}
}

// One app signs in many users; what they brought is forgotten when their sign-in is over.
func TestAppKeepsNoUsersSecrets(t *testing.T) {
	echo := func(_ int, conn net.Conn, r rawRequest) bool {
		_, _ = io.WriteString(conn, jsonAnswer(400, `{"error":"invalid_grant","error_description":"no `+strings.ReplaceAll(string(r.body), "&", " ")+`"}`))
		return true
	}
	i := &identity{rawServer: newRawServer(t, echo)}
	app, _ := i.app(t)
	for _, ask := range []func() error{
		func() error { _, err := app.Exchange(ctx(t), "code-of-mine", "verifier-of-mine"); return err },
		func() error { _, err := app.Refresh(ctx(t), "refresh-of-mine"); return err },
		func() error { return app.Revoke(ctx(t), "token-of-mine") },
	} {
		e := wantKind(t, ask(), KindBadRequest)
		if strings.Contains(format("%+v", e), "of-mine") || !strings.Contains(e.Message, Mask) {
			t.Errorf("%+v", e)
		}
	}
	if left := app.client.known.list(); len(left) != 1 || left[0] != "csc_secret" {
		t.Errorf("the app still knows %d secrets", len(left))
	}
}

// A late answer may tell of a token that another call has renewed since.
func TestTokensOfOpenCallsAreHidden(t *testing.T) {
	for name, first := range map[string]*Token{"provider": nil, "oauth": {AccessToken: "token-number-1", RefreshToken: "refresh-1", ExpiresAt: time.Unix(1_700_000_000+61, 0)}} {
		asked, answer := make(chan struct{}), make(chan struct{})
		s := newRawServer(t, func(n int, conn net.Conn, r rawRequest) bool {
			if n == 1 {
				close(asked)
				<-answer
			}
			body := jsonAnswer(403, `{"detail":"no `+r.header.Get("Authorization")+`"}`)
			if r.path == "/idp/token" {
				body = jsonAnswer(200, `{"access_token":"token-number-2","refresh_token":"refresh-2","expires_in":1}`)
			}
			_, _ = io.WriteString(conn, strings.Replace(body, "Bearer ", "", 1))
			return true
		})
		clock := NewVirtualClock(time.Unix(1_700_000_000, 0))
		made := 0
		auth := FromProvider(func(context.Context) (string, error) { made++; return fmt.Sprint("token-number-", made), nil })
		if first != nil {
			app, err := NewOAuth(OAuthConfig{ClientID: "c"}, WithBaseURL(s.url()), WithSeam(clock.Seam()))
			if err != nil {
				t.Fatal(err)
			}
			auth = app.Provider(first, nil)
		}
		c, err := New(WithAuth(auth), WithBaseURL(s.url()), WithSeam(clock.Seam()), WithMaxRetries(0))
		if err != nil {
			t.Fatal(err)
		}
		late := make(chan error, 1)
		go func() { _, err := c.Users.Me(ctx(t)); late <- err }()
		<-asked
		_ = clock.Sleep(ctx(t), time.Minute)
		for range 3 { // renewed again and again
			_, err = c.Users.Me(ctx(t))
			wantKind(t, err, KindPermissionDenied)
		}
		close(answer)
		if e := wantKind(t, <-late, KindPermissionDenied); strings.Contains(format("%+v", e), "token-number") || !strings.Contains(e.Message, Mask) {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

func TestTokensStandInNoText(t *testing.T) {
	i := newIdentity(t)
	app, clock := i.app(t)
	token := &Token{AccessToken: "cak_a0", RefreshToken: "crt_r0", ExpiresAt: clock.Now()}
	sent := app.AuthorizeURL(nil)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, v := range []any{token, *token, app, *app, app.Provider(token, nil), sent, *sent} {
			for _, secret := range []string{"cak_a0", "crt_r0", "csc_secret", sent.CodeVerifier} {
				if strings.Contains(format(verb, v), secret) {
					t.Errorf("%s of %T shows a secret", verb, v)
				}
			}
		}
	}
	// A token is stored as JSON, and comes back whole.
	data, err := json.Marshal(token)
	var back Token
	if err != nil || json.Unmarshal(data, &back) != nil || back.AccessToken != "cak_a0" || back.RefreshToken != "crt_r0" || !back.ExpiresAt.Equal(token.ExpiresAt) {
		t.Errorf("%v", err)
	}
}

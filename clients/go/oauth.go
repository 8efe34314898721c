package chutes

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// RefreshLeeway is how long a token must still be good to be used; with less left it is renewed first.
	RefreshLeeway = 60 * time.Second
	// tokenLife is how long a token is taken to be good when the server does not say.
	tokenLife = time.Hour

	verifierChars = 64
	stateChars    = 32
)

// OAuthConfig names an app at "Sign in with Chutes".
type OAuthConfig struct {
	ClientID     string
	ClientSecret string // "" for an app that keeps none
	RedirectURI  string
}

// OAuth signs users in: the authorization code flow with PKCE (S256). It holds no credential of a client. It is safe for several goroutines.
//
//	oauth, err := chutes.NewOAuth(chutes.OAuthConfig{ClientID: id, RedirectURI: "http://localhost:8400/callback"})
//	if err != nil { return err }
//	sent := oauth.AuthorizeURL([]string{"profile", "chutes:invoke"})
//	// the user signs in at sent.URL; the callback gets the code, and sent.State
//	token, err := oauth.Exchange(ctx, code, sent.CodeVerifier)
//	if err != nil { return err }
//	client, err := chutes.New(chutes.WithAuth(oauth.Provider(token, save)))
type OAuth struct {
	config *OAuthConfig // behind a pointer, so that fmt cannot print the secret
	client *Client
}

// NewOAuth takes the options of [New] that say where and how requests go; a key among them is not used.
func NewOAuth(config OAuthConfig, options ...Option) (*OAuth, error) {
	if strings.TrimSpace(config.ClientID) == "" {
		return nil, configError("OAuth needs the client id of an app")
	}
	client, err := New(append(slices.Clone(options), WithAuth(Anonymous()))...)
	if err != nil {
		return nil, err
	}
	client.known.add(config.ClientSecret)
	return &OAuth{config: &config, client: client}, nil
}

// Format prints the client id and never the secret.
func (o OAuth) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "chutes.OAuth{%s}", o.config.ClientID)
}

// Authorization is where to send a user, and what to keep until the code comes back.
type Authorization struct {
	URL          string
	State        string // compare it with what the callback gets
	CodeVerifier string // a secret: goes into [OAuth.Exchange]
}

// Format hides the code verifier.
func (a Authorization) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "chutes.Authorization{URL: %s, CodeVerifier: %s}", a.URL, Mask)
}

// AuthorizeOption changes an authorize URL.
type AuthorizeOption func(query url.Values)

// WithState sets the state, which is random by default.
func WithState(state string) AuthorizeOption { return func(q url.Values) { q.Set("state", state) } }

// WithAuthorizeParam adds a parameter of the authorize URL.
func WithAuthorizeParam(name, value string) AuthorizeOption {
	return func(q url.Values) { q.Set(name, value) }
}

// AuthorizeURL makes the URL at which a user signs in and consents to the scopes. State and verifier are new every time.
func (o *OAuth) AuthorizeURL(scopes []string, options ...AuthorizeOption) *Authorization {
	verifier := randomText(verifierChars)
	digest := sha256.Sum256([]byte(verifier))
	query := url.Values{
		"response_type": {"code"}, "client_id": {o.config.ClientID}, "redirect_uri": {o.config.RedirectURI}, "scope": {strings.Join(scopes, " ")},
		"state": {randomText(stateChars)},
	}
	for _, option := range options {
		option(query)
	}
	query.Set("code_challenge", base64.RawURLEncoding.EncodeToString(digest[:]))
	query.Set("code_challenge_method", "S256")
	return &Authorization{URL: o.client.endpoints.API + "/idp/authorize?" + query.Encode(), State: query.Get("state"), CodeVerifier: verifier}
}

// randomText is n characters of A-Z a-z 0-9 - _ from a cryptographic source; n is a multiple of 4.
func randomText(n int) string {
	raw := make([]byte, n/4*3)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(raw)
}

// Token is what an app holds for a user. RefreshToken is good once: the server answers a refresh with a new one.
type Token struct {
	AccessToken  string    `json:"access_token"`
	RefreshToken string    `json:"refresh_token,omitempty"`
	ExpiresAt    time.Time `json:"expires_at"` // zero = unknown, never renewed
	Scope        string    `json:"scope,omitempty"`
	TokenType    string    `json:"token_type,omitempty"`
}

// Format hides the tokens from every verb. To store a token, encode it as JSON.
func (t Token) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "chutes.Token{%s, ExpiresAt: %s}", Mask, t.ExpiresAt.Format(time.RFC3339))
}

// Exchange turns the code of a callback into a token. It is sent once, never retried: a code is good once.
func (o *OAuth) Exchange(ctx context.Context, code, codeVerifier string) (*Token, error) {
	defer o.client.known.hold(code, codeVerifier)()
	return o.token(ctx, map[string]string{
		"grant_type": "authorization_code", "code": code, "code_verifier": codeVerifier, "redirect_uri": o.config.RedirectURI,
	})
}

// Refresh turns a refresh token into a new token, once, never retried. Where no new refresh token comes, the old one stays.
func (o *OAuth) Refresh(ctx context.Context, refreshToken string) (*Token, error) {
	defer o.client.known.hold(refreshToken)()
	token, err := o.token(ctx, map[string]string{"grant_type": "refresh_token", "refresh_token": refreshToken})
	if err == nil && token.RefreshToken == "" {
		token.RefreshToken = refreshToken
	}
	return token, err
}

// Revoke ends a token, access or refresh.
func (o *OAuth) Revoke(ctx context.Context, token string) error {
	defer o.client.known.hold(token)()
	_, err := o.send(ctx, "revokeOauthToken", "/idp/token/revoke", map[string]string{"token": token})
	return err
}

func (o *OAuth) token(ctx context.Context, fields map[string]string) (*Token, error) {
	r, err := o.send(ctx, "getOauthToken", "/idp/token", fields)
	if err != nil {
		return nil, err
	}
	made, err := decodeReply(r, decodeAt[OauthToken])
	if err != nil {
		return nil, err
	}
	if made.AccessToken == "" {
		return nil, r.fail(KindUnexpectedResponse, "the answer has no access token")
	}
	life := time.Duration(made.ExpiresIn) * time.Second
	if life <= 0 {
		life = tokenLife
	}
	return &Token{
		AccessToken: made.AccessToken, RefreshToken: made.RefreshToken, ExpiresAt: o.client.seam.Now().Add(life), Scope: made.Scope,
		TokenType: first(made.TokenType, "Bearer"),
	}, nil
}

// send posts a form with the app's own credential, once.
func (o *OAuth) send(ctx context.Context, id, path string, fields map[string]string) (*reply, error) {
	fields["client_id"], fields["client_secret"] = o.config.ClientID, o.config.ClientSecret
	maps.DeleteFunc(fields, func(_, value string) bool { return value == "" })
	body, err := json.Marshal(fields)
	if err != nil {
		return nil, configError("the form cannot be written")
	}
	return o.client.send(ctx, operation{
		id: id, method: http.MethodPost, path: []part{lit(path)}, body: json.RawMessage(body), kind: bodyForm, once: true, public: true,
	}, nil)
}

// Provider makes an [Auth] of a token. When less than [RefreshLeeway] is left, one refresh serves all callers of that moment; cancelling one
// of them does not end it for the others. A token without a refresh token is used as it is. onToken (nil: none) stores the new token, before it is used; if it fails, the token is kept and
// used all the same, the callers of that refresh get the error, and it is asked again at the next call. A refresh that failed reaches every
// caller who waited for it, and is tried anew by the next one. The old refresh token is dropped only when a new token is there.
func (o *OAuth) Provider(token *Token, onToken func(context.Context, *Token) error) Auth {
	return &tokenProvider{oauth: o, token: *token, onToken: onToken}
}

type tokenProvider struct {
	oauth   *OAuth
	onToken func(context.Context, *Token) error

	mu       sync.Mutex
	token    Token
	last     Token // before it: calls that were sent with it may be open
	unstored bool
	renewal  *renewal // under way
}

// renewal is one refresh, for everybody who waits for it.
type renewal struct {
	done chan struct{}
	err  error
}

func (p *tokenProvider) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("chutes.Auth{oauth}")) }

// Secrets returns the tokens of this provider, the ones before, and the app's secret.
func (p *tokenProvider) Secrets() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := []string{p.oauth.config.ClientSecret, p.token.AccessToken, p.token.RefreshToken, p.last.AccessToken, p.last.RefreshToken}
	return slices.DeleteFunc(all, func(secret string) bool { return secret == "" })
}

// stale says whether a token must be renewed, and can be.
func (t *Token) stale(now time.Time) bool {
	return t.RefreshToken != "" && !t.ExpiresAt.IsZero() && t.ExpiresAt.Sub(now) < RefreshLeeway
}

// Apply sends the token, renewed first if it must be. What needs no credential does not renew.
func (p *tokenProvider) Apply(ctx context.Context, r *AuthRequest) error {
	if r.Public {
		return nil
	}
	p.mu.Lock()
	if !p.unstored && !p.token.stale(r.Now) {
		access := p.token.AccessToken
		p.mu.Unlock()
		return Bearer(access).Apply(ctx, r)
	}
	mine := p.renewal
	if mine == nil {
		mine = &renewal{done: make(chan struct{})}
		p.renewal = mine
		go p.renew(context.WithoutCancel(ctx), mine, r.Now)
	}
	p.mu.Unlock()
	select {
	case <-ctx.Done():
		return contextError(ctx)
	case <-mine.done:
	}
	if mine.err != nil {
		return mine.err
	}
	p.mu.Lock()
	access := p.token.AccessToken
	p.mu.Unlock()
	return Bearer(access).Apply(ctx, r)
}

func (p *tokenProvider) renew(ctx context.Context, mine *renewal, now time.Time) {
	mine.err = p.renewed(ctx, now)
	p.mu.Lock()
	p.renewal = nil
	p.mu.Unlock()
	close(mine.done)
}

// renewed makes a new token, where the one at hand is not only unstored, and stores it. Only one call of it runs at a time.
func (p *tokenProvider) renewed(ctx context.Context, now time.Time) error {
	p.mu.Lock()
	token := p.token
	p.mu.Unlock()
	if token.stale(now) {
		made, err := p.oauth.Refresh(ctx, token.RefreshToken)
		if err != nil {
			return err
		}
		// The client that uses the token may run on another clock than the one that asked for it.
		made.ExpiresAt = now.Add(made.ExpiresAt.Sub(p.oauth.client.seam.Now()))
		token = *made
		p.mu.Lock()
		p.last, p.token, p.unstored = p.token, token, p.onToken != nil
		p.mu.Unlock()
	}
	if p.onToken == nil {
		return nil
	}
	if err := p.onToken(ctx, &token); err != nil {
		return configError("the new token could not be stored; it is kept, and storing it is tried again at the next call").withCause(err, p.Secrets())
	}
	p.mu.Lock()
	p.unstored = false
	p.mu.Unlock()
	return nil
}

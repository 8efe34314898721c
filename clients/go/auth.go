package chutes

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Auth puts a credential on a request. Apply is called once per attempt, redirects to the same origin included. Its context ends with the call,
// its deadline included; an error of it ends the call, as config unless it is one of this package's own.
type Auth interface {
	Apply(ctx context.Context, r *AuthRequest) error
}

// AuthRequest is one attempt on its way out, as an [Auth] sees it: everything a credential or a signature may depend on.
type AuthRequest struct {
	Header    http.Header // to write to
	Method    string
	URL       string
	Operation string    // id of the operation, for messages
	Purpose   string    // what is signed where there is no body to sign; "" = none
	Public    bool      // the operation needs no credential
	Now       time.Time // the client's clock

	ctx  context.Context // of Apply
	body payload
}

// BodySHA256 returns the digest of the exact bytes of the body. A file is read once for it, and a second time when it is sent.
func (r *AuthRequest) BodySHA256() (digest [sha256.Size]byte, err error) {
	body := r.body.reader()
	heed(r.ctx, body)
	defer func() { _ = body.Close() }()
	hash := sha256.New()
	if _, err := io.Copy(hash, body); err != nil {
		return digest, fileError(err, "the body of %s cannot be read for its signature", r.Operation)
	}
	return [sha256.Size]byte(hash.Sum(nil)), nil
}

// Bearer sends "Authorization: Bearer key", the default and what the public server reads.
func Bearer(key string) Auth { return &keyAuth{header: "Authorization", prefix: "Bearer ", key: key} }

// XAPIKey sends "X-API-Key: key", for gateways in front of the platform.
func XAPIKey(key string) Auth { return &keyAuth{header: "X-Api-Key", key: key} }

// Anonymous sends no credential: public endpoints only.
func Anonymous() Auth { return anonymous{} }

// FromProvider asks provide for a bearer token before each attempt, for tokens that expire. See [Auth] for its context and errors.
func FromProvider(provide func(context.Context) (string, error)) Auth { return provider{provide} }

type keyAuth struct{ header, prefix, key string }

func (a *keyAuth) Apply(_ context.Context, r *AuthRequest) error { return a.put(r.Header) }

// put is Apply for whoever has no more than the headers.
func (a *keyAuth) put(header http.Header) error {
	key, err := checkKey(a.key)
	if err != nil {
		return err
	}
	header[a.header] = []string{a.prefix + key}
	return nil
}

// Format hides the key from every verb.
func (a *keyAuth) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "chutes.Auth{%s: %s}", a.header, Mask)
}

// Secrets returns the key, which no error and no log may show.
func (a *keyAuth) Secrets() []string { return []string{a.key} }

type anonymous struct{}

func (anonymous) Apply(context.Context, *AuthRequest) error { return nil }

type provider struct {
	provide func(context.Context) (string, error)
}

func (p provider) Apply(ctx context.Context, r *AuthRequest) error {
	key, err := p.provide(ctx)
	if err != nil {
		return configError("the token provider failed: %v", err).withCause(err, nil)
	}
	return Bearer(key).Apply(ctx, r)
}

func (provider) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("chutes.Auth{provider}")) }

// bare is the credential of one call, sent without a scheme in place of the client's: an account's fingerprint.
type bare string

func (b bare) Apply(_ context.Context, r *AuthRequest) error {
	key, err := checkKey(string(b))
	if err != nil || key == "" {
		return configError("%s needs the account's fingerprint, in plain ASCII", r.Operation)
	}
	r.Header.Set("Authorization", key)
	return nil
}

// Secrets returns the fingerprint.
func (b bare) Secrets() []string { return []string{strings.TrimSpace(string(b))} }

// Format hides the fingerprint from every verb.
func (bare) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("chutes.Auth{fingerprint}")) }

// SecretHolder is an [Auth] that knows what must never be shown; the list may change while it is in use.
type SecretHolder interface {
	Secrets() []string
}

// keyring holds what must never be shown: what is known from the start, what a call brought along, and what the credential knows now.
type keyring struct {
	mu   sync.Mutex
	kept []string
	held map[string]int // for as long as somebody needs it
	auth Auth
}

func (k *keyring) add(secrets ...string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, secret := range secrets {
		if secret != "" && !slices.Contains(k.kept, secret) {
			k.kept = append(k.kept, secret)
		}
	}
}

// hold is add until release is called: what a user brings to sign in is nothing to keep for ever.
func (k *keyring) hold(secrets ...string) (release func()) {
	count := func(by int) {
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.held == nil {
			k.held = map[string]int{}
		}
		for _, secret := range secrets {
			if k.held[secret] += by; k.held[secret] == 0 {
				delete(k.held, secret)
			}
		}
	}
	count(1)
	return func() { count(-1) }
}

// list returns the secrets of this moment and others, the longest first: one may be the beginning of another.
func (k *keyring) list(others ...string) []string {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	all := append(slices.Clone(k.kept), others...)
	for secret := range k.held {
		all = append(all, secret)
	}
	k.mu.Unlock()
	all = append(all, secretsOf(k.auth)...)
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}

// credentials are the secrets in the headers of a request, without the word before them.
func credentials(header http.Header) (secrets []string) {
	for _, name := range []string{"Authorization", "X-Api-Key"} {
		for _, value := range header[name] {
			_, secret, found := strings.Cut(value, " ")
			if !found {
				secret = value
			}
			secrets = append(secrets, secret)
		}
	}
	return secrets
}

func secretsOf(auth Auth) []string {
	if holder, ok := auth.(SecretHolder); ok {
		return holder.Secrets()
	}
	return nil
}

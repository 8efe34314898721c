package chutes

import (
	"context"
	"fmt"
	"net/http"
)

// Auth puts a credential on a request. Apply is called once per attempt with the exact body bytes, so that a signing scheme can cover them.
type Auth interface {
	Apply(ctx context.Context, header http.Header, method, url string, body []byte) error
}

// Bearer sends "Authorization: Bearer key", the default and what the public server reads.
func Bearer(key string) Auth { return &keyAuth{header: "Authorization", prefix: "Bearer ", key: key} }

// XAPIKey sends "X-API-Key: key", for gateways in front of the platform.
func XAPIKey(key string) Auth { return &keyAuth{header: "X-Api-Key", key: key} }

// Anonymous sends no credential: public endpoints only.
func Anonymous() Auth { return anonymous{} }

// FromProvider asks provide for a bearer token before each attempt, for tokens that expire.
func FromProvider(provide func(context.Context) (string, error)) Auth { return provider{provide} }

type keyAuth struct{ header, prefix, key string }

func (a *keyAuth) Apply(_ context.Context, header http.Header, _, _ string, _ []byte) error {
	key, err := checkKey(a.key)
	if err != nil {
		return err
	}
	header.Set(a.header, a.prefix+key)
	return nil
}

// Format hides the key from every verb.
func (a *keyAuth) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "chutes.Auth{%s: %s}", a.header, Mask)
}

func (a *keyAuth) secrets() []string { return []string{a.key} }

type anonymous struct{}

func (anonymous) Apply(context.Context, http.Header, string, string, []byte) error { return nil }

type provider struct {
	provide func(context.Context) (string, error)
}

func (p provider) Apply(ctx context.Context, header http.Header, method, url string, body []byte) error {
	key, err := p.provide(ctx)
	if err != nil {
		return configError("the token provider failed").withCause(err, nil)
	}
	return Bearer(key).Apply(ctx, header, method, url, body)
}

func (provider) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("chutes.Auth{provider}")) }

// secretsOf lists what must never be shown. Secrets of a provider are only known per attempt; their shapes are masked.
func secretsOf(auth Auth) []string {
	if s, ok := auth.(interface{ secrets() []string }); ok {
		return s.secrets()
	}
	return nil
}

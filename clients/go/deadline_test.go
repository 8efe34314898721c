package chutes

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// signer is an Auth of the caller's own.
type signer func(context.Context) error

func (s signer) Apply(ctx context.Context, _ *AuthRequest) error { return s(ctx) }

func TestACredentialIsMadeWithinTheCall(t *testing.T) {
	s := newRawServer(t, answers(jsonAnswer(200, pong)))
	waits := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	provider := FromProvider(func(ctx context.Context) (string, error) { return "", waits(ctx) })
	for _, auth := range []Auth{signer(waits), provider} {
		c, _ := s.client(t, WithAuth(auth))
		began := time.Now()
		_, err := c.Chat.Completions.Create(ctx(t), chat(), WithDeadline(50*time.Millisecond))
		if e := wantKind(t, err, KindTimeout); !strings.Contains(e.Message, "WithDeadline") || time.Since(began) > 5*time.Second {
			t.Error(e, time.Since(began))
		}
		short, cancel := context.WithTimeout(ctx(t), 30*time.Millisecond)
		_, err = c.Chat.Completions.Create(short, chat())
		cancel()
		wantKind(t, err, KindTimeout)
		left, cancel := context.WithCancel(ctx(t))
		time.AfterFunc(30*time.Millisecond, cancel)
		_, err = c.Chat.Completions.Create(left, chat())
		wantKind(t, err, KindCancelled)
	}
	mine := errors.New("the vault is sealed")
	c, clock := s.client(t, WithAuth(signer(func(context.Context) error { return mine })))
	_, err := c.Chat.Completions.Create(ctx(t), chat())
	if e := wantKind(t, err, KindConfig); !errors.Is(e, mine) || !strings.Contains(e.Message, mine.Error()) || len(clock.Sleeps()) > 0 {
		t.Error(e, clock.Sleeps())
	}
	if sent := len(s.seen()); sent != 0 {
		t.Errorf("%d requests were sent without a credential", sent)
	}
}

// A reader who is slower than the server finds the next event always there.
func TestTheDeadlineHoldsForWhatHasArrived(t *testing.T) {
	s := newRawServer(t, answers(events(true, strings.Repeat(delta("a"), 200), finish, done)))
	c, _ := s.client(t)
	stream, err := c.Chat.Completions.Stream(ctx(t), chat(), WithDeadline(400*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	chunks := 0
	for _, err = range stream.Chunks() {
		if chunks++; err == nil {
			time.Sleep(10 * time.Millisecond)
		}
	}
	if e := wantKind(t, err, KindTimeout); chunks > 100 || !strings.Contains(e.Message, "WithDeadline") || e.Partial.Text() == "" {
		t.Error(e, chunks)
	}
}

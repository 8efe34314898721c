package chutes

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// Tried is a model that was asked before the one that answered, and why it did not.
type Tried struct {
	Model string
	Kind  Kind
}

// Attempt is one request of a call.
type Attempt struct {
	Number int           // 1 for the first; numbers run on over the models of [WithModels]
	Status int           // HTTP status; 0 if there was no answer
	Kind   Kind          // what went wrong; "" for the answer
	Wait   time.Duration // until the next request; 0 for the last one
}

// WithModels names the models of a call in the order of preference, in place of the request's Model, which must be empty. The next one is asked
// when one has no capacity, is cold, disabled or unknown (kinds capacity, cold_start, disabled and not_found), at once and only before the first
// byte of an answer; anything else is retried as ever. For chat, completions, [Parse], RunTools and embeddings.
//
// The result's Response().Model is the one that answered and .Tried those before it; when all failed, the last error comes out with Tried set.
// The server's own lists ("a,b") and suffixes (":latency", ":throughput", ":THINKING") go out as they are.
//
//	answer, err := client.Chat.Completions.Create(ctx, request, chutes.WithModels("Qwen/Qwen3-32B-TEE", "zai-org/GLM-4.6-TEE"))
func WithModels(models ...string) Option {
	return callOption("WithModels", func(s *settings) error {
		if len(models) == 0 || slices.Contains(models, "") {
			return configError("the list of models must name at least one, and none of them may be empty")
		}
		s.models = slices.Clone(models)
		return nil
	})
}

// passOn are the kinds on which the next model is asked.
var passOn = []Kind{KindCapacity, KindColdStart, KindDisabled, KindNotFound}

// failFast keeps the kinds on which the next model is asked from being retried.
var failFast = option("failFast", func(s *settings) error { s.failFast = passOn; return nil })

// modelBody is a request that names a model.
type modelBody interface {
	askedModel() string
	askModel(model string)
}

func (r *ChatCompletionRequest) askedModel() string { return r.Model }
func (r *ChatCompletionRequest) askModel(m string)  { r.Model = m }
func (r *TextCompletionRequest) askedModel() string { return r.Model }
func (r *TextCompletionRequest) askModel(m string)  { r.Model = m }
func (r *EmbeddingRequest) askedModel() string      { return r.Model }
func (r *EmbeddingRequest) askModel(m string)       { r.Model = m }
func (r *ImageRequest) askedModel() string          { return r.Model }
func (r *ImageRequest) askModel(m string)           { r.Model = m }
func (op operation) model() (body modelBody, is bool) {
	body, is = op.body.(modelBody)
	return body, is
}

// lacksModel says whether a request names no model where the platform finds the chute by it; an image may do without.
func (op operation) lacksModel() bool {
	body, is := op.model()
	_, image := op.body.(*ImageRequest)
	return is && !image && strings.TrimSpace(body.askedModel()) == ""
}

// trail is what one call leaves behind, over its attempts and its models.
type trail struct {
	id      uint64
	begun   time.Time
	end     deadline
	history []Attempt
	first   [1]Attempt // the place of it, which is all that most calls need
	tried   []Tried
}

// follow lets the sends of one call share a trail.
func follow(t *trail) Option {
	return option("follow", func(s *settings) error { s.trail = t; return nil })
}

// add notes an attempt.
func (t *trail) add(status int, kind Kind) {
	if t.history == nil {
		t.history = t.first[:0]
	}
	t.history = append(t.history, Attempt{Number: len(t.history) + 1, Status: status, Kind: kind})
}

// waited notes how long the wait after the last attempt was.
func (t *trail) waited(wait time.Duration) {
	if n := len(t.history); n > 0 {
		t.history[n-1].Wait = wait
	}
}

// mark tells an error of the trail.
func (t *trail) mark(e *Error) *Error {
	e.Attempts, e.History, e.Tried = max(e.Attempts, len(t.history)), slices.Clone(t.history), slices.Clone(t.tried)
	return e
}

// sendModels asks one model after the other.
func (t target) sendModels(ctx context.Context, c *Client, op operation, s *settings, options []Option) (*reply, error) {
	body, ok := op.model()
	if _, image := op.body.(*ImageRequest); !ok || image {
		return nil, configError("WithModels has no meaning for %s", op.id)
	}
	if _, extra := s.body["model"]; extra || body.askedModel() != "" {
		return nil, configError("give the model or WithModels, not both")
	}
	way := &trail{}
	for i, model := range s.models {
		body.askModel(model)
		own := slices.Concat(options, []Option{follow(way)})
		last := i == len(s.models)-1
		if !last {
			own = append(own, failFast)
		}
		r, err := c.send(ctx, op, own)
		var e *Error
		if err == nil || !errors.As(err, &e) {
			return r, err
		}
		if len(s.models) > 1 {
			way.tried = append(way.tried, Tried{model, e.Kind})
			e.Tried = slices.Clone(way.tried)
		}
		if last || e.Status == 0 || !slices.Contains(passOn, e.Kind) {
			return nil, e
		}
	}
	return nil, nil // not reached: the last one has returned
}

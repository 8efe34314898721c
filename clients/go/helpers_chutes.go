package chutes

import (
	"context"
	"errors"
	"time"
)

// WarmupTimeout is the longest wait for a warm-up by default; the server ends its own events after as long.
const WarmupTimeout = 600 * time.Second

// DeploymentStatus says what a deployment came to.
type DeploymentStatus string

// The values of [DeploymentStatus].
const (
	DeploymentUnchanged DeploymentStatus = "unchanged" // the same version is there already; nothing was sent
	DeploymentCreated   DeploymentStatus = "created"
	DeploymentUpdated   DeploymentStatus = "updated"
)

// Deployment is what [ChutesService.Deploy] came to.
type Deployment struct {
	Chute  *Chute // as the server has it now
	Status DeploymentStatus
}

// ChutesDeployParams are the options of [ChutesService.Deploy].
type ChutesDeployParams struct {
	AcceptFee bool // agree to the fee of a first deployment
	Force     bool // send it even where nothing has changed
}

// Deploy deploys a chute, or a new version of it, unless the same version with the same visibility is there already.
//
// It asks who you are, for the image, and for the chute under the id that it will have; then it sends one POST, which is never repeated. The
// errors: payment_required with [Error.Fee] where a first deployment costs a fee (agree with AcceptFee), not_found where the image does not
// exist, and whatever else the server says. The request itself is [ChutesService.Create].
//
//	done, err := client.Chutes.Deploy(ctx, body, &chutes.ChutesDeployParams{AcceptFee: true})
//	if err != nil { return err }
//	fmt.Println(done.Status, done.Chute.ChuteID)
func (s *ChutesService) Deploy(ctx context.Context, body ChuteArgs, params *ChutesDeployParams, options ...Option) (*Deployment, error) {
	if params == nil {
		params = &ChutesDeployParams{}
	}
	look := lookUps(options)
	me, err := s.client.Users.Me(ctx, look...)
	if err != nil {
		return nil, err
	}
	image, err := s.client.ContainerImages.Get(ctx, body.Image, look...)
	if err != nil {
		return nil, err
	}
	before, err := s.Get(ctx, PredictChuteID(me.Username, body.Name), look...)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	found := err == nil
	// The server writes a missing patch version as Python does.
	version := PredictVersion(image.ImageID, first(image.PatchVersion, "None"), body.Code)
	if found && before.Version == version && before.Public == body.Public && !params.Force {
		return &Deployment{Chute: before, Status: DeploymentUnchanged}, nil
	}
	create := &ChutesCreateParams{}
	if params.AcceptFee {
		create.AcceptFee = Set(true)
	}
	chute, err := s.Create(ctx, body, create, options...)
	if err != nil {
		return nil, err
	}
	if found {
		return &Deployment{Chute: chute, Status: DeploymentUpdated}, nil
	}
	return &Deployment{Chute: chute, Status: DeploymentCreated}, nil
}

// ChutesWaitReadyParams are the options of [ChutesService.WaitReady] and [ChuteClient.WaitReady].
type ChutesWaitReadyParams struct {
	// Longest wait in all. Default: [WithDeadline] of this call, else [WarmupTimeout]. [NoTimeout]: for ever.
	Timeout time.Duration
	// Ask so often for the state instead of following the events, for proxies that hold events back. Default: follow the events.
	PollInterval time.Duration
	// Told each event or state. Cancel the context to stop.
	OnProgress func(WarmupProgress)
}

// WarmupProgress is one step of a warm-up: an event or, with a PollInterval, a state. The other one is nil.
type WarmupProgress struct {
	Event *WarmupEvent
	State *WarmupStatus
}

// Status returns how the chute is: [WarmupStateCold] or [WarmupStateHot].
func (p WarmupProgress) Status() WarmupState {
	switch {
	case p.Event != nil:
		return p.Event.Status
	case p.State != nil:
		return p.State.Status
	}
	return ""
}

// WaitReady waits until a chute, by id or "user/name", is hot: by its warm-up events, or by asking every PollInterval. It starts a cold one.
//
// The errors: timeout where it is not hot in time or the events end before it is; disabled, payment_required and not_found at once. Events
// that break off are followed again.
//
//	_, err := client.Chutes.WaitReady(ctx, "alice/kokoro", &chutes.ChutesWaitReadyParams{Timeout: 5 * time.Minute})
func (s *ChutesService) WaitReady(ctx context.Context, ref string, params *ChutesWaitReadyParams, options ...Option) (*WarmupStatus, error) {
	return waitReady(ctx, s.client, ref, warmupSource{
		events: func(o []Option) (*ItemStream[WarmupEvent], error) { return s.Warmup(ctx, ref, o...) },
		state:  func(o []Option) (*WarmupStatus, error) { return s.WarmupStatus(ctx, ref, o...) },
	}, params, options)
}

// warmupSource is the two ways to hear of a warm-up.
type warmupSource struct {
	events func([]Option) (*ItemStream[WarmupEvent], error)
	state  func([]Option) (*WarmupStatus, error)
}

// warmup is one wait.
type warmup struct {
	source warmupSource
	until  *until
	tell   func(WarmupProgress)
	last   WarmupState
	answer *Response
}

// waitReady is the one way to wait for a chute, for the resource and for the handle of a chute.
func waitReady(ctx context.Context, c *Client, ref string, source warmupSource, params *ChutesWaitReadyParams, options []Option) (*WarmupStatus, error) {
	if params == nil {
		params = &ChutesWaitReadyParams{}
	}
	every, err := interval(params.PollInterval, 0)
	if err != nil {
		return nil, err
	}
	until, err := c.newUntil(params.Timeout, WarmupTimeout, options)
	if err != nil {
		return nil, err
	}
	w := &warmup{source: source, until: until, tell: params.OnProgress}
	if w.tell == nil {
		w.tell = func(WarmupProgress) {}
	}
	var state *WarmupStatus
	if every != 0 {
		state, err = w.poll(ctx, every)
	} else {
		state, err = w.follow(ctx, ref)
	}
	if state != nil || err != nil {
		return state, err
	}
	return nil, until.fail(w.answer, "the chute %s did not become hot (last state: %s)", ref, first(string(w.last), "none"))
}

// see tells the progress; true when the chute is hot.
func (w *warmup) see(p WarmupProgress) bool {
	w.last = p.Status()
	w.tell(p)
	return w.last == WarmupStateHot
}

// poll asks until it is hot; nil when the time is over.
func (w *warmup) poll(ctx context.Context, every time.Duration) (*WarmupStatus, error) {
	for {
		state, err := w.source.state(w.until.request(false))
		if err != nil {
			return nil, err
		}
		w.answer = state.Response()
		if w.see(WarmupProgress{State: state}) {
			return state, nil
		}
		if w.until.over() {
			return nil, nil
		}
		if err := w.until.sleep(ctx, every); err != nil {
			return nil, err
		}
	}
}

// follow follows the events until it is hot, and opens them again when they break; nil when they end without it or the time is over.
func (w *warmup) follow(ctx context.Context, ref string) (*WarmupStatus, error) {
	for failures := 0; ; failures++ {
		stream, err := w.source.events(w.until.request(true))
		if err != nil {
			return nil, err
		}
		w.answer = stream.Response()
		failed := error(nil)
		for event, err := range stream.Items() {
			if failed = err; err != nil {
				break
			}
			failures = 0
			if w.see(WarmupProgress{Event: event}) {
				return hotStatus(ref, w.answer), nil
			}
			if w.until.over() {
				return nil, nil
			}
		}
		if !errors.Is(failed, ErrStreamInterrupted) {
			return nil, failed
		}
		if err := w.until.sleep(ctx, backoff(failures, KindStreamInterrupted, w.until.client.seam.Random())); err != nil {
			return nil, err
		}
		if w.until.over() {
			return nil, nil
		}
	}
}

// hotStatus is what is known when the events say hot.
func hotStatus(ref string, answer *Response) *WarmupStatus {
	state := &WarmupStatus{Status: WarmupStateHot}
	fields := map[string]any{"status": WarmupStateHot}
	if uuidPattern.MatchString(ref) {
		state.ChuteID, fields["chute_id"] = ref, ref
	}
	state.setRaw(JSON(fields), answer)
	return state
}

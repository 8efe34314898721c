package chutes

import (
	"crypto/x509"
	"maps"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"
)

func clientOption(name string, apply func(*settings) error) Option {
	return Option{name: name, clientOnly: true, apply: apply}
}

func callOption(name string, apply func(*settings) error) Option {
	return Option{name: name, callOnly: true, apply: apply}
}

func option(name string, apply func(*settings) error) Option {
	return Option{name: name, apply: apply}
}

// WithAPIKey sets the key. Default: CHUTES_API_KEY. White space around it is trimmed. An empty key is a config error: what was meant to be one
// account's call must not become another's.
func WithAPIKey(key string) Option {
	return clientOption("WithAPIKey", func(s *settings) error {
		if s.apiKey = strings.TrimSpace(key); s.apiKey == "" {
			return configError("the API key is empty; leave WithAPIKey out to take that of %s", EnvAPIKey)
		}
		return nil
	})
}

// WithAuth replaces the way requests are authenticated; see [Bearer], [XAPIKey], [Anonymous] and [FromProvider].
func WithAuth(auth Auth) Option {
	return clientOption("WithAuth", func(s *settings) error {
		if s.auth = auth; auth == nil {
			return configError("WithAuth(nil) says nothing; use chutes.Anonymous() for no credential")
		}
		return nil
	})
}

// WithAuthMode says how the key is sent: "bearer" (default), "x-api-key" (for gateways; the public server does not read it) or "none".
func WithAuthMode(mode string) Option {
	return clientOption("WithAuthMode", func(s *settings) error { s.authMode = mode; return nil })
}

// WithBaseURL sets all five hosts from one base, as CHUTES_BASE_URL does. See [EndpointsFromBase]. One of the platform's own hosts is no base, and
// a config error.
func WithBaseURL(base string) Option {
	return clientOption("WithBaseURL", func(s *settings) error {
		if base = strings.TrimSpace(base); base == "" {
			return configError("the base URL is empty")
		}
		s.baseURL = base
		return nil
	})
}

// WithEndpoints sets single hosts; empty fields keep their default.
func WithEndpoints(e Endpoints) Option {
	return clientOption("WithEndpoints", func(s *settings) error { s.endpoints = e; return nil })
}

// WithCA trusts the certificates in pem beside those of the system. Verification itself cannot be switched off.
func WithCA(pem []byte) Option {
	return clientOption("WithCA", func(s *settings) error {
		if !x509.NewCertPool().AppendCertsFromPEM(pem) {
			return configError("WithCA: no certificate found in the PEM text")
		}
		s.caPEM = pem
		return nil
	})
}

// WithTransport sends the requests another way: through a proxy of your own, over a unix socket, with a client certificate, or past a recorder.
//
// Of an [http.Transport] a copy is used, for HTTP/1.1, so that all limits hold and an early close ends its socket. Any other RoundTripper is used
// as it is, once per attempt: it must end with the context of the request, and an upload counts towards its wait for the first byte. It sees the
// credential. Default: a transport that takes the proxy of the environment.
//
//	over := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
//		return new(net.Dialer).DialContext(ctx, "unix", "/run/gateway.sock")
//	}}
//	client, err := chutes.New(chutes.WithBaseURL("http://gateway"), chutes.WithTransport(over))
func WithTransport(transport http.RoundTripper) Option {
	return clientOption("WithTransport", func(s *settings) error {
		if s.transport = transport; transport == nil {
			return configError("WithTransport(nil) says nothing; leave it out")
		}
		return nil
	})
}

// WithSeam replaces sleep, clock and random source, for tests; see [VirtualClock].
func WithSeam(seam Seam) Option {
	return clientOption("WithSeam", func(s *settings) error { s.seam = seam; return nil })
}

// WithRetryBudget shares a budget between the calls of a client: it starts full at 10, gains 0.1 per call and pays 1 per retry. Default: off.
func WithRetryBudget(on bool) Option {
	return clientOption("WithRetryBudget", func(s *settings) error { s.retryBudget = on; return nil })
}

// WithRateLimit holds requests to perMinute: a bucket of that size (at least one) starts full, fills evenly, and gives one token per attempt.
// Waiting counts towards the deadline; a wait beyond it is a timeout error at once. Default: off.
func WithRateLimit(perMinute float64) Option {
	return clientOption("WithRateLimit", func(s *settings) error {
		if !(perMinute > 0) || math.IsInf(perMinute, 0) {
			return configError("the rate limit must be greater than zero requests per minute, got %v", perMinute)
		}
		s.ratePerMin, s.rateAuto = perMinute, false
		return nil
	})
}

// WithAutoRateLimit is [WithRateLimit] with what the server says is the account's limit (X-Chutes-RL-User of the latest answer). Until it says
// so, and where it says "inf", there is none.
func WithAutoRateLimit() Option {
	return clientOption("WithAutoRateLimit", func(s *settings) error { s.ratePerMin, s.rateAuto = 0, true; return nil })
}

// WithMaxConcurrency bounds how many requests of the client are open at once; a stream counts until it ends, is closed, or its context or deadline
// ends, and a wait before a retry does not. Waiting for a place counts towards the deadline. Default: no bound.
func WithMaxConcurrency(n int) Option {
	return clientOption("WithMaxConcurrency", func(s *settings) error {
		if n < 1 {
			return configError("max_concurrency must be 1 or greater, got %d", n)
		}
		s.maxConcurrency = n
		return nil
	})
}

// WithTimeout sets the first-byte and the idle limit together, for each attempt. Where one of these is set beside it, that one counts, in
// whatever order the options stand; a call's own timeout beats the finer limits of its client.
func WithTimeout(d time.Duration) Option {
	return option("WithTimeout", func(s *settings) error {
		s.timeout = d
		return checkDuration("timeout", d)
	})
}

// WithConnectTimeout bounds name look-up, connect and TLS of an attempt. Default: 10 s.
func WithConnectTimeout(d time.Duration) Option {
	return option("WithConnectTimeout", func(s *settings) error { s.connect = d; return checkDuration("connect_timeout", d) })
}

// WithFirstByteTimeout bounds the wait for the first byte of an answer. Default: 60 s management, 630 s invocation.
func WithFirstByteTimeout(d time.Duration) Option {
	return option("WithFirstByteTimeout", func(s *settings) error { s.firstByte = d; return checkDuration("first_byte_timeout", d) })
}

// WithIdleTimeout bounds the silence between two bytes of an answer; pings count as life. Default: 60 s management, 120 s invocation.
func WithIdleTimeout(d time.Duration) Option {
	return option("WithIdleTimeout", func(s *settings) error { s.idle = d; return checkDuration("idle_timeout", d) })
}

// WithDeadline bounds the whole call with its attempts and sleeps. Default: 120 s for management calls with a JSON answer, none otherwise.
func WithDeadline(d time.Duration) Option {
	return option("WithDeadline", func(s *settings) error { s.total = d; return checkDuration("deadline", d) })
}

// WithMaxRetries sets how often a call is tried again. Default: 2.
func WithMaxRetries(n int) Option {
	return option("WithMaxRetries", func(s *settings) error { s.maxRetries = n; return checkRetries(n) })
}

// WithHeader adds a header; a call's header wins over the client's. Control characters in the value are refused. To another origin (by a redirect)
// go all headers but Host and those that are known to hold a credential (Authorization, Cookie, X-API-Key and the like); a secret of your own goes
// along. Content-Length and Transfer-Encoding follow the body and are refused.
func WithHeader(name, value string) Option {
	return option("WithHeader", func(s *settings) error {
		if err := checkHeader(name, value); err != nil {
			return err
		}
		name = http.CanonicalHeaderKey(name)
		if name == "Content-Length" || name == "Transfer-Encoding" {
			return configError("the header %s is set by the client alone: it follows the body", name)
		}
		if s.headers == nil {
			s.headers = map[string]string{}
		}
		s.headers[name] = value
		return nil
	})
}

// WithQuery adds query parameters; they win over those of the method.
func WithQuery(query map[string]string) Option {
	return option("WithQuery", func(s *settings) error {
		if s.query == nil {
			s.query = url.Values{}
		}
		for name, value := range query {
			s.query[name] = []string{value}
		}
		return nil
	})
}

// WithExtraBody merges fields into a JSON body, last. It is the way to send what the typed request does not know. Those of a client make no body for
// a request that has none.
func WithExtraBody(fields map[string]any) Option {
	return option("WithExtraBody", func(s *settings) error {
		if s.body == nil {
			s.body = map[string]any{}
		}
		maps.Copy(s.body, fields)
		return nil
	})
}

// WithOnRestart says what a stream does when the server begins the answer anew: "error" (default) or "discard" (drop what came and go on).
func WithOnRestart(mode string) Option {
	return option("WithOnRestart", func(s *settings) error {
		s.onRestart = mode
		return oneOf("on_restart", mode, "error", "discard")
	})
}

// WithVia says how a chute is called: "host" (default) on its own host, or "api" through {api}/chutes/{chute_id}/{path}, which the public
// server refuses.
func WithVia(via string) Option {
	return option("WithVia", func(s *settings) error { s.via = via; return oneOf("via", via, "host", "api") })
}

// WithReady says what a call to a cold chute does: "retry" (default), or "wait": wait until it is hot, at most ten minutes or the call's
// deadline, and then call again. On a shared host it is the chute of the model's name; a name that is no chute's is retried.
func WithReady(mode string) Option {
	return option("WithReady", func(s *settings) error { s.ready = mode; return oneOf("ready", mode, "retry", "wait") })
}

// WithMaxEventBytes sets the cap of one event of a stream. Default: 64 MiB.
func WithMaxEventBytes(n int) Option {
	return option("WithMaxEventBytes", func(s *settings) error {
		if n <= 0 {
			return configError("max_event_bytes must be greater than zero, got %d", n)
		}
		s.maxEventBytes = n
		return nil
	})
}

// WithMethod sets the verb of [ChuteClient.Call] and [ChuteClient.Stream]. Default: POST. GET takes no arguments.
func WithMethod(method string) Option {
	return callOption("WithMethod", func(s *settings) error { s.method = method; return nil })
}

// WithPurpose says what a hotkey signs for [Client.Request] where there is no body: "me", "chutes", "images" and so on.
func WithPurpose(purpose string) Option {
	return callOption("WithPurpose", func(s *settings) error { s.purpose = purpose; return nil })
}

// flag is what a guarded method asks for; the generated options call it.
func flag(name string) Option {
	return callOption(name, func(s *settings) error {
		if s.flags == nil {
			s.flags = map[string]bool{}
		}
		s.flags[name] = true
		return nil
	})
}

// CaptureResponse stores status, headers and attempts of the answer in r, for results that cannot carry them.
func CaptureResponse(r *Response) Option {
	return callOption("CaptureResponse", func(s *settings) error { s.capture = r; return nil })
}

func oneOf(name, got string, allowed ...string) error {
	for _, a := range allowed {
		if got == a {
			return nil
		}
	}
	return configError("%s must be one of %q, got %q", name, allowed, got)
}

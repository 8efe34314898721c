// Command driver plays conformance calls on the Go client; see conformance/PROTOCOL.md. One JSON object per line, in and out.
package main

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

type object = map[string]any

// request is one line of input.
type request struct {
	Seq       int                        `json:"seq"`
	Cmd       string                     `json:"cmd"`
	Op        string                     `json:"op"`
	Endpoints map[string]string          `json:"endpoints"`
	BaseURL   *string                    `json:"base_url"`
	Auth      *authArgs                  `json:"auth"`
	Env       map[string]string          `json:"env"`
	Client    map[string]json.RawMessage `json:"client"`
	Options   map[string]json.RawMessage `json:"options"`
	Args      map[string]json.RawMessage `json:"args"`
	Consume   *string                    `json:"consume"`
	Stop      *stopArgs                  `json:"stop"`
	Session   string                     `json:"session"`
	WithOpts  map[string]json.RawMessage `json:"with_options"`
	Repeat    int                        `json:"repeat"`
	Parallel  int                        `json:"parallel"`
	Clock     string                     `json:"clock"`
	NowMS     *float64                   `json:"now_ms"`
	Random    *float64                   `json:"random"`
	Report    bool                       `json:"report"`
	Hooks     any                        `json:"hooks"` // true, or "fail"
}

type authArgs struct {
	APIKey *string `json:"api_key"`
	Mode   string  `json:"mode"`

	Seed         string     `json:"seed"`
	Config       string     `json:"config"`
	ClientID     string     `json:"client_id"`
	ClientSecret string     `json:"client_secret"`
	Token        *tokenArgs `json:"token"`
	Store        string     `json:"store"`
}

type tokenArgs struct {
	AccessToken  string  `json:"access_token"`
	RefreshToken string  `json:"refresh_token"`
	ExpiresInMS  float64 `json:"expires_in_ms"`
}

type stopArgs struct {
	AfterChunks   *int     `json:"after_chunks"`
	AfterMS       *float64 `json:"after_ms"`
	BeforeIterate bool     `json:"before_iterate"`
	How           string   `json:"how"`
}

// driver holds the sessions and the output.
type driver struct {
	mu       sync.Mutex
	sessions map[string]*session
	out      sync.Mutex
	writer   io.Writer
}

func (d *driver) answer(seq int, fields object) {
	fields["seq"] = seq
	line, err := json.Marshal(fields)
	if err != nil {
		line, _ = json.Marshal(object{"seq": seq, "driver_error": err.Error()})
	}
	d.out.Lock()
	defer d.out.Unlock()
	_, _ = d.writer.Write(append(line, '\n'))
}

func (d *driver) serve(req *request) object {
	switch req.Cmd {
	case "hello":
		return object{"sdk": "chutes-client-go", "version": chutes.Version, "variant": "", "concurrency": 1024,
			"capabilities": []string{"virtual-clock", "async-cancel", "shared-signal"}}
	case "census":
		return census()
	case "drop":
		d.mu.Lock()
		s := d.sessions[req.Session]
		delete(d.sessions, req.Session)
		d.mu.Unlock()
		if s != nil && s.client != nil {
			_ = s.client.Close()
		}
		return object{}
	case "call":
		return d.call(req)
	}
	return object{"skip": "unknown command " + req.Cmd}
}

// census counts what is alive now: goroutines, and the heap once garbage is gone and given back.
func census() object {
	// A timer that was stopped stays with its processor until that looks at its timers again, and what it would have called stays with it.
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	time.Sleep(10 * time.Millisecond)
	runtime.GC() // a pool keeps what it holds through one collection
	debug.FreeOSMemory()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return object{"obs": []object{}, "final": object{"tasks": runtime.NumGoroutine(), "heap": memory.HeapAlloc, "unit": "bytes"}}
}

func main() {
	d := &driver{sessions: map[string]*session{}, writer: os.Stdout}
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	var open sync.WaitGroup
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 1 {
			req := &request{}
			if failed := json.Unmarshal(line, req); failed != nil {
				d.answer(0, object{"driver_error": failed.Error()})
			} else if req.Cmd != "call" {
				d.answer(req.Seq, d.serve(req))
			} else {
				open.Add(1)
				go func() {
					defer open.Done()
					d.answer(req.Seq, d.serve(req))
				}()
			}
		}
		if err != nil {
			break
		}
	}
	open.Wait()
}

// OpenAI's Go SDK as a guest. The line loop and the words of its skips mirror ../lines.py.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"
)

const concurrency = 8

type object = map[string]any

// skip says that the SDK has no such operation or option.
type skip string

func (s skip) Error() string { return string(s) }

type request struct {
	Seq       int               `json:"seq"`
	Cmd       string            `json:"cmd"`
	Op        string            `json:"op"`
	Endpoints map[string]string `json:"endpoints"`
	BaseURL   string            `json:"base_url"`
	Auth      struct {
		APIKey string `json:"api_key"`
		Mode   string `json:"mode"`
	} `json:"auth"`
	Env     map[string]string          `json:"env"`
	Client  map[string]json.RawMessage `json:"client"`
	Options map[string]json.RawMessage `json:"options"`
	Args    map[string]json.RawMessage `json:"args"`
	Consume string                     `json:"consume"`
	Stop    struct {
		AfterChunks   int      `json:"after_chunks"`
		AfterMs       *float64 `json:"after_ms"`
		BeforeIterate bool     `json:"before_iterate"`
		How           string   `json:"how"`
	} `json:"stop"`
	Session  string `json:"session"`
	Repeat   int    `json:"repeat"`
	Parallel int    `json:"parallel"`
	Clock    string `json:"clock"`
	Report   bool   `json:"report"`
}

// watch holds the time-stamped observations of one run.
type watch struct {
	start time.Time
	obs   []object
}

func (w *watch) ms() float64 { return float64(time.Since(w.start).Microseconds()) / 1000 }

func (w *watch) see(kind string, fields object) {
	entry := object{"t": w.ms(), "k": kind}
	for name, value := range fields {
		entry[name] = value
	}
	w.obs = append(w.obs, entry)
}

var (
	output   sync.Mutex
	sessions = struct {
		sync.Mutex
		held map[string]*player
	}{held: map[string]*player{}}
)

func say(answer object) {
	line, err := json.Marshal(answer)
	if err != nil {
		line, _ = json.Marshal(object{"seq": answer["seq"], "driver_error": err.Error()})
	}
	output.Lock()
	defer output.Unlock()
	os.Stdout.Write(append(line, '\n'))
}

// one plays a single run and tells it in the protocol's words.
func one(p *player, r *request) (answer object, err error) {
	w := &watch{start: time.Now(), obs: []object{}}
	defer func() {
		if broken := recover(); broken != nil {
			answer = object{"driver_error": fmt.Sprintf("%v\n%s", broken, debug.Stack())}
		}
	}()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if r.Stop.AfterMs != nil {
		timer := time.AfterFunc(time.Duration(*r.Stop.AfterMs*float64(time.Millisecond)), cancel)
		defer timer.Stop()
	}
	final, failure := p.play(ctx, cancel, r, w)
	var unable skip
	if errors.As(failure, &unable) {
		return nil, unable
	}
	answer = object{"obs": w.obs, "final": final, "error": nil, "elapsed_ms": w.ms()}
	if failure != nil {
		answer["error"] = errorObject(failure, r.Op, len(w.obs) > 0)
	}
	return answer, nil
}

// told plays a request. A panic of the SDK (it panics at a negative number of retries) is what its caller gets, so it is told as an error.
func told(r *request) (answer object, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			answer, err = object{"obs": []object{}, "error": object{"kind": nil, "class": "panic", "message": fmt.Sprint(broken)}}, nil
		}
	}()
	return perform(r)
}

func call(r *request) {
	answer, err := told(r)
	if err != nil {
		answer = object{"skip": err.Error()}
	}
	answer["seq"] = r.Seq
	say(answer)
}

func perform(r *request) (object, error) {
	if err := refuseUnknown(r); err != nil {
		return nil, err
	}
	p, err := playerFor(r)
	if err != nil {
		return nil, err
	}
	if r.Session == "" {
		defer p.close()
	}
	count, atOnce := max(r.Repeat, 1), r.Parallel > 1
	if atOnce {
		count = r.Parallel
	}
	if count == 1 {
		return one(p, r)
	}
	runs, errs := make([]object, count), make([]error, count)
	var group sync.WaitGroup
	for i := range count {
		run := func() { runs[i], errs[i] = one(p, r) }
		if atOnce {
			group.Go(run)
		} else {
			run()
		}
	}
	group.Wait()
	return object{"runs": runs}, errors.Join(errs...)
}

// playerFor makes the client, or finds the one of its session.
func playerFor(r *request) (*player, error) {
	if r.Session == "" {
		return newPlayer(r)
	}
	sessions.Lock()
	defer sessions.Unlock()
	if p, found := sessions.held[r.Session]; found {
		return p, nil
	}
	p, err := newPlayer(r)
	if err == nil {
		sessions.held[r.Session] = p
	}
	return p, err
}

func drop(name string) {
	sessions.Lock()
	defer sessions.Unlock()
	if p, found := sessions.held[name]; found {
		p.close()
		delete(sessions.held, name)
	}
}

// clearEnvironment: an SDK under test must not find a key of the machine it runs on. The runner keeps the machine's proxies away.
func clearEnvironment() {
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "CHUTES_") || strings.HasPrefix(name, "OPENAI_") {
			os.Unsetenv(name)
		}
	}
}

func main() {
	clearEnvironment()
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	var open sync.WaitGroup
	slots := make(chan struct{}, concurrency)
	for {
		line, err := input.ReadBytes('\n')
		if err != nil && (err != io.EOF || len(line) == 0) {
			break
		}
		r := &request{}
		if err := json.Unmarshal(line, r); err != nil {
			say(object{"seq": r.Seq, "driver_error": err.Error()})
			continue
		}
		switch r.Cmd {
		case "hello":
			say(object{"seq": r.Seq, "sdk": "openai-go", "version": sdkVersion(), "variant": "", "concurrency": concurrency, "capabilities": []string{"async-cancel"}})
		case "drop":
			drop(r.Session)
			say(object{"seq": r.Seq})
		default:
			slots <- struct{}{}
			open.Go(func() { defer func() { <-slots }(); call(r) })
		}
	}
	open.Wait()
}

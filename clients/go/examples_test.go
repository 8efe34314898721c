package chutes_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What the examples print.
var printed = map[string]string{
	"chat":           `\w{3}[\s\S]*tokens, 1 attempt\n$`,
	"stream":         `ended with stop\n$`,
	"image":          `^saved \d+ bytes of image/jpeg\n$`,
	"chute":          `hello[\s\S]*message `,
	"management":     `is now: It answers\.\nfields this version`,
	"errors":         `^not_found \(HTTP 404\) after 1 attempt: model not found`,
	"deploy":         `^a first deployment costs \d[\d.]* USD\ncreated [0-9a-f-]{36}\nunchanged\n(?:cold\n)*hot\n$`,
	"build":          `^STEP [\s\S]*built and pushed\n$`,
	"jobs":           `complete\n[\s\S]*\.(txt|bin)\n$`,
	"usage":          `^[\d.]+ USD\n\d+\.\d\d USD spent\n[\s\S]*\* 5000\n\d+ of 5000 calls today\n$`,
	"oauth":          `^demo is signed in until `,
	"every_resource": `(?m)^tee .*\n`,
	"demo":           `DEMO go ok chutes=\d+ tokens=\d+ image=\S+ bytes=\d+ retries=1 interrupted=yes\n$`,
	"parse":          `^[^\n]+: -?\d+ people, (cold|mild|hot)\n$`,
	"tools":          `^1 weather \{"city": ?"Paris"\} → \{"celsius":21,"city":"Paris"\}\nThe tool answered:[\s\S]*\n2 turns, 4 messages`,
	"models":         `^mock/disabled-model could not: disabled\nQwen/Qwen3-32B-TEE answered\n1 503 disabled 0s\n2 200  0s\n0\.0000\d+ USD\n$`,
	"vision":         `^seen: \S`,
	"function":       `(?s)^POST /echo echo stream: false\n.*text: expected string.*"hello".*\n\+0\.000 s .*application/json true\n$`,
	"audio":          `(?s)^\d+ bytes of audio/wav\n.*(\d+) of \d+\nmorning\.wav\n$`,
	"map":            `^0 parachute true\n1 canopy true\n2 harness true\n$`,
	"seeing":         `(?s)^attempt 1 createChatCompletion 200 \nstream of \d+ chunks \n.*msg=call\.end`,
	"testing":        `^Hel\nlo\n2 requests, 1 sleep\n$`,
	"spans":          `(?s)^chat Qwen/Qwen3-32B-TEE true\n.*gen_ai\.usage\.output_tokens \d+`,
	"account":        `^demo 5FnoWRL4FYzd29q8zXoY3JWio9PtBPgrAFu2RcgQazRQsiCs\nchutes: config: getQuotas cannot be signed`,
}

// The examples run against the local platform, as a reader would run them. The project's own Python plays it.
func TestExamples(t *testing.T) {
	python, err := filepath.Abs("../../.build/venv/bin/python")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(python); err != nil {
		t.Skip("the local platform is not set up; see the project's Makefile")
	}
	folder := t.TempDir()
	for name, text := range map[string]string{
		"config.ini":  "[auth]\nhotkey_seed = " + strings.Repeat("42", 32) + "\n", // the public seed of the signing vectors
		"context.zip": "PK\x05\x06" + strings.Repeat("\x00", 18),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := append(os.Environ(), "CHUTES_BASE_URL="+platform(t, python), "CHUTES_API_KEY=cpk_demo", "DEMO_OUT="+folder,
		"CHUTES_CONFIG_PATH="+filepath.Join(folder, "config.ini"))
	for _, module := range []string{".", "hotkey", "otel"} {
		bin := t.TempDir()
		build := exec.Command("go", "build", "-o", bin, "./examples/...")
		build.Dir = module
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		programs, err := os.ReadDir(bin)
		if err != nil || len(programs) == 0 {
			t.Fatal("no examples", err)
		}
		for _, program := range programs {
			t.Run(program.Name(), func(t *testing.T) {
				run := exec.Command(filepath.Join(bin, program.Name()))
				run.Dir, run.Env = folder, env
				out, err := run.CombinedOutput()
				want := printed[program.Name()]
				if err != nil || want == "" || !regexp.MustCompile(want).Match(out) {
					t.Errorf("%v: want %q in\n%s", err, want, out)
				}
			})
		}
	}
}

// platform starts the local platform and returns its URL.
func platform(t *testing.T, python string) string {
	t.Helper()
	options := "--port 0 --token-delay-ms 1 --build-seconds 0.2 --job-seconds 0.2 --cold-seconds 0.2"
	command := exec.Command(python, append([]string{"-m", "chutes_conformance.platform"}, strings.Fields(options)...)...)
	command.Dir = "../../conformance"
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	url, found := strings.CutPrefix(strings.TrimSpace(line), "CHUTES_BASE_URL=")
	if err != nil || !found {
		t.Fatal("the local platform did not start:", line, err)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return url
}

package chutes_test

import (
	"os"
	"regexp"
	"testing"
)

var block = regexp.MustCompile("(?s)<!-- (examples/[a-z]+/main\\.go) -->\n```go\n(.*?)```")

// The README shows the examples as they are; `make demo` and the documentation tests run them.
func TestReadmeShowsTheExamples(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, found := range block.FindAllSubmatch(readme, -1) {
		path := string(found[1])
		code, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(code) != string(found[2]) {
			t.Errorf("the README's %s is not the file's text", path)
		}
		shown[path] = true
	}
	examples, err := os.ReadDir("examples")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range examples {
		if path := "examples/" + e.Name() + "/main.go"; e.Name() != "demo" && !shown[path] {
			t.Errorf("the README does not show %s", path)
		}
	}
}

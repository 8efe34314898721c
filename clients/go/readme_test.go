package chutes_test

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

var block = regexp.MustCompile("(?s)<!-- ([a-z/]*examples/[a-z_]+/main\\.go) -->\n```go\n(.*?)```")

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
		if path := "examples/" + e.Name() + "/main.go"; e.Name() != "demo" && e.Name() != "every_resource" && !shown[path] {
			t.Errorf("the README does not show %s", path)
		}
	}
	if blocks := strings.Count(string(readme), "```go\n"); blocks != len(shown) {
		t.Errorf("the README has %d blocks and shows %d examples", blocks, len(shown))
	}
}

func TestEveryResourceIsInTheSample(t *testing.T) {
	files, err := filepath.Glob("examples/every_resource/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	text := ""
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text += string(data)
	}
	for _, resource := range reflect.VisibleFields(reflect.TypeFor[chutes.Management]()) {
		if !strings.Contains(text, "t."+resource.Name+".") {
			t.Errorf("the sample does not use %s", resource.Name)
		}
	}
}

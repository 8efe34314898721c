package hotkey

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

var testSeed = strings.Repeat("42", 32) // the public seed of the vectors

type vectors struct {
	SS58      string `json:"ss58"`
	PublicKey string `json:"public_key_hex"`
	Vectors   []struct {
		Name, Message string
		Signature     string `json:"signature_hex"`
	}
}

func read(t *testing.T) vectors {
	t.Helper()
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(data, &v); err != nil || len(v.Vectors) < 3 {
		t.Fatal("no vectors", err)
	}
	return v
}

func key(t *testing.T) *Hotkey {
	t.Helper()
	k, err := FromSeedHex("0x" + testSeed)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSignaturesOfAnotherLibraryVerify(t *testing.T) {
	v, k := read(t), key(t)
	public := k.PublicKey()
	if k.Address() != v.SS58 || hex.EncodeToString(public[:]) != v.PublicKey {
		t.Fatalf("%s %x", k.Address(), public)
	}
	for _, vector := range v.Vectors {
		if !Verify(v.SS58, vector.Message, vector.Signature) {
			t.Errorf("%s does not verify", vector.Name)
		}
		if Verify(v.SS58, vector.Message+"x", vector.Signature) {
			t.Errorf("%s verifies over another message", vector.Name)
		}
		if changed := "00" + vector.Signature[2:]; Verify(v.SS58, vector.Message, changed) {
			t.Errorf("%s verifies with another signature", vector.Name)
		}
	}
	for _, address := range []string{"", "5", v.SS58[:47] + "1", strings.Replace(v.SS58, "5F", "0F", 1)} {
		if Verify(address, v.Vectors[0].Message, v.Vectors[0].Signature) {
			t.Errorf("%q is taken for an address", address)
		}
	}
}

func TestASignatureIsFreshAndVerifies(t *testing.T) {
	k := key(t)
	one, err := k.Sign("m:é")
	two, again := k.Sign("m:é")
	if err != nil || again != nil || one == two || len(one) != 128 || one != strings.ToLower(one) {
		t.Fatal(one, two, err, again)
	}
	if !Verify(k.Address(), "m:é", one) || !Verify(k.Address(), "m:é", two) {
		t.Fatal("does not verify")
	}
}

func TestRequestsAreSigned(t *testing.T) {
	k, seen, bodies := key(t), []*http.Request{}, [][]byte{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen, bodies = append(seen, r), append(bodies, body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"user_id":"u","api_key_id":"k"}`))
	}))
	defer server.Close()
	clock := chutes.NewVirtualClock(time.Unix(1_764_000_000, 0))
	client, err := chutes.New(chutes.WithBaseURL(server.URL), chutes.WithAuth(Auth(k)), chutes.WithSeam(clock.Seam()))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := client.Users.Me(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := client.APIKeys.Create(t.Context(), chutes.ApiKeyArgs{Name: "k", Admin: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Pricing.Get(t.Context()); err != nil {
		t.Fatal(err)
	}
	me := seen[0].Header
	if me.Get("Authorization") != "" || me.Get(HeaderHotkey) != k.Address() || me.Get(HeaderNonce) != "1764000000" {
		t.Error(me)
	}
	if !Verify(k.Address(), k.Address()+":1764000000:me", me.Get(HeaderSignature)) {
		t.Error("the purpose is not what was signed")
	}
	digest := sha256.Sum256(bodies[1])
	if !Verify(k.Address(), k.Address()+":1764000000:"+hex.EncodeToString(digest[:]), seen[1].Header.Get(HeaderSignature)) {
		t.Error("the signature is not over the bytes that were sent")
	}
	if seen[2].Header.Get(HeaderSignature) != "" {
		t.Error("a public endpoint was signed")
	}
	if _, err := client.Users.Quotas(t.Context()); !errors.Is(err, chutes.ErrConfig) || !strings.Contains(err.Error(), "getQuotas") || len(seen) != 3 {
		t.Error(err, len(seen))
	}
	if _, err := client.Request(t.Context(), "GET", "/users/me", nil, chutes.WithPurpose("me")); err != nil {
		t.Error(err)
	}
}

func TestConfigurationFiles(t *testing.T) {
	const address = "5FnoWRL4FYzd29q8zXoY3JWio9PtBPgrAFu2RcgQazRQsiCs"
	for name, tc := range map[string]struct {
		text string
		good bool
	}{
		"plain":         {"# mine\n[auth]\nusername = a\nhotkey_seed = " + testSeed + "\nhotkey_ss58address = " + address + "\n[api]\nbase_url = x\n", true},
		"prefixed":      {"[auth]\nHotkey_Seed: 0x" + testSeed, true},
		"another file":  {"[api]\nhotkey_seed = " + testSeed, false},
		"short":         {"[auth]\nhotkey_seed = 4242", false},
		"other address": {"[auth]\nhotkey_seed = " + testSeed + "\nhotkey_ss58address = 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", false},
	} {
		path := filepath.Join(t.TempDir(), "config.ini")
		if err := os.WriteFile(path, []byte(tc.text), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Setenv(EnvConfigPath, path)
		k, err := FromConfig("")
		if tc.good {
			if err != nil || k.Address() != address {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if !errors.Is(err, chutes.ErrConfig) || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "4242") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := FromConfig(filepath.Join(t.TempDir(), "none")); !errors.Is(err, chutes.ErrConfig) {
		t.Error(err)
	}
}

func TestNothingShowsTheSecret(t *testing.T) {
	k := key(t)
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, v := range []any{k, *k, Auth(k), []any{k}} {
			text := fmt.Sprintf(format, v)
			if strings.Contains(text, "4242") || strings.Contains(text, "66 66") || len(text) > 120 {
				t.Errorf("%s of %T: %s", format, v, text)
			}
		}
	}
}

// A server, or a proxy before it, may write what it likes into an error.
func TestEchoedSeedIsMasked(t *testing.T) {
	seed := "4F" + strings.Repeat("aB", 31)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"detail":"seeds `+strings.ToLower(seed)+" "+strings.ToUpper(seed)+`"}`)
	}))
	defer server.Close()
	k, err := FromSeedHex(seed)
	if err != nil {
		t.Fatal(err)
	}
	client, err := chutes.New(chutes.WithBaseURL(server.URL), chutes.WithAuth(Auth(k)))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	_, err = client.Users.Me(t.Context())
	text := strings.ToLower(fmt.Sprintf("%v %+v %#v", err, err, err))
	if !errors.Is(err, chutes.ErrUnauthenticated) || strings.Contains(text, strings.ToLower(seed)[:16]) || !strings.Contains(text, "seeds "+chutes.Mask) {
		t.Error(text)
	}
}

// Package hotkey signs requests with an account's hotkey (sr25519) in place of an API key. It is a module of its own, so that who does not
// sign does not depend on its curve library.
//
//	key, err := hotkey.FromConfig("") // CHUTES_CONFIG_PATH, else ~/.chutes/config.ini
//	if err != nil { return err }
//	client, err := chutes.New(chutes.WithAuth(hotkey.Auth(key)))
package hotkey

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	schnorrkel "github.com/ChainSafe/go-schnorrkel"
	chutes "github.com/chutes-client/chutes-client/clients/go"
)

const (
	// SS58Prefix is the network byte of an address.
	SS58Prefix = 42
	// signingContext is the one of substrate chains.
	signingContext = "substrate"
	seedBytes      = 32
)

// Headers of a signed request.
const (
	HeaderHotkey    = "X-Chutes-Hotkey"
	HeaderNonce     = "X-Chutes-Nonce"
	HeaderSignature = "X-Chutes-Signature"
)

// Hotkey is an sr25519 key. No form of it shows the seed or the secret key.
type Hotkey struct {
	address string
	public  [32]byte
	secret  *secret // behind a pointer, so that fmt cannot print it
}

type secret struct {
	key  *schnorrkel.SecretKey
	seed string // in hexadecimal, to mask it where a server echoes it
}

// FromSeed makes a key from its 32 bytes of seed.
func FromSeed(seed []byte) (*Hotkey, error) {
	if len(seed) != seedBytes {
		return nil, configError("a hotkey seed has %d bytes", seedBytes)
	}
	mini, err := schnorrkel.NewMiniSecretKeyFromRaw([seedBytes]byte(seed))
	if err != nil {
		return nil, configError("the hotkey seed cannot be used")
	}
	key := mini.ExpandEd25519()
	public, err := key.Public()
	if err != nil {
		return nil, configError("the hotkey seed cannot be used")
	}
	encoded := public.Encode()
	return &Hotkey{address: Address(encoded), public: encoded, secret: &secret{key, hex.EncodeToString(seed)}}, nil
}

// FromSeedHex is FromSeed for 64 hexadecimal digits, with or without 0x.
func FromSeedHex(text string) (*Hotkey, error) {
	seed, err := hex.DecodeString(strings.TrimPrefix(strings.TrimSpace(text), "0x"))
	if err != nil || len(seed) != seedBytes {
		return nil, configError("a hotkey seed is %d bytes in hexadecimal", seedBytes)
	}
	return FromSeed(seed)
}

// Address returns the key's SS58 address, prefix 42.
func (k *Hotkey) Address() string { return k.address }

// PublicKey returns the 32 bytes of the public key.
func (k *Hotkey) PublicKey() [32]byte { return k.public }

// Format prints the address alone.
func (k Hotkey) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "hotkey.Hotkey{%s}", k.address) }

// Sign returns the 64 bytes of a signature as 128 lower-case hexadecimal digits. Two signatures of one message differ; both verify.
func (k *Hotkey) Sign(message string) (string, error) {
	signature, err := k.secret.key.Sign(schnorrkel.NewSigningContext([]byte(signingContext), []byte(message)))
	if err != nil {
		return "", configError("the hotkey cannot sign")
	}
	encoded := signature.Encode()
	return hex.EncodeToString(encoded[:]), nil
}

// Verify says whether a signature (hexadecimal, with or without 0x) is that of an address over a message.
func Verify(address, message, signature string) bool {
	public, ok := publicKey(address)
	raw, err := hex.DecodeString(strings.TrimPrefix(signature, "0x"))
	if !ok || err != nil || len(raw) != 64 {
		return false
	}
	key := &schnorrkel.PublicKey{}
	parsed := &schnorrkel.Signature{}
	if key.Decode(public) != nil || parsed.Decode([64]byte(raw)) != nil {
		return false
	}
	valid, err := key.Verify(parsed, schnorrkel.NewSigningContext([]byte(signingContext), []byte(message)))
	return err == nil && valid
}

// Auth signs every attempt anew: the operation's purpose where it has one, else the exact bytes of the body. What has neither is refused
// before anything is sent; what needs no credential is sent without one.
func Auth(key *Hotkey) chutes.Auth { return signer{key} }

type signer struct{ key *Hotkey }

// Format prints the address alone.
func (s signer) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "chutes.Auth{hotkey: %s}", s.key.address)
}

// Secrets implements [chutes.SecretHolder].
func (s signer) Secrets() []string {
	return []string{s.key.secret.seed, strings.ToUpper(s.key.secret.seed)}
}

// Apply implements [chutes.Auth].
func (s signer) Apply(_ context.Context, r *chutes.AuthRequest) error {
	if r.Public {
		return nil
	}
	about := r.Purpose
	if about == "" {
		switch r.Method {
		case http.MethodPost, http.MethodPut, http.MethodPatch:
		default:
			return configError("%s cannot be signed with a hotkey (it has no body and the server names no purpose for it); use an API key", r.Operation)
		}
		digest, err := r.BodySHA256()
		if err != nil {
			return err
		}
		about = hex.EncodeToString(digest[:])
	}
	nonce := strconv.FormatInt(r.Now.Unix(), 10)
	signature, err := s.key.Sign(s.key.address + ":" + nonce + ":" + about)
	if err != nil {
		return err
	}
	r.Header.Set(HeaderHotkey, s.key.address)
	r.Header.Set(HeaderNonce, nonce)
	r.Header.Set(HeaderSignature, signature)
	return nil
}

func configError(format string, args ...any) error {
	return &chutes.Error{Kind: chutes.KindConfig, Message: fmt.Sprintf(format, args...)}
}

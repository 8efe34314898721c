package chutes

import (
	"crypto/sha1" // what ids are made of; nothing is secured by it
	"encoding/hex"
	"strings"
)

// NamespaceOID is the namespace of every id that the platform derives from a name (RFC 9562).
const NamespaceOID = "6ba7b812-9dad-11d1-80b4-00c04fd430c8"

// PredictChuteID returns the chute_id that a name has in an account, before the chute is deployed. Case counts.
func PredictChuteID(username, name string) string { return uuid5(username + "::chute::" + name) }

// PredictVersion returns the version of a chute: it changes with its image, the image's patch version, and its code.
func PredictVersion(imageID, patchVersion, code string) string {
	return uuid5(imageID + ":" + patchVersion + ":" + code)
}

// PredictImageID returns the image_id that a name and tag have in an account, without regard to case.
func PredictImageID(username, name, tag string) string {
	return uuid5(strings.ToLower(username + "/" + name + ":" + tag))
}

// uuid5 is the UUID of version 5 of a name.
func uuid5(name string) string {
	namespace, _ := hex.DecodeString(strings.ReplaceAll(NamespaceOID, "-", ""))
	digest := sha1.Sum(append(namespace, name...))
	id := digest[:16]
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	text := hex.EncodeToString(id)
	return strings.Join([]string{text[:8], text[8:12], text[12:16], text[16:20], text[20:]}, "-")
}

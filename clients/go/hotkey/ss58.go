package hotkey

import (
	"math/big"
	"strings"

	"golang.org/x/crypto/blake2b"
)

const (
	base58     = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	checksum   = 2 // bytes, for a key of 32 bytes
	publicKeys = 32
)

// Address is the SS58 address of a public key: prefix, key and two bytes of checksum in base 58.
func Address(public [publicKeys]byte) string {
	data := append([]byte{SS58Prefix}, public[:]...)
	sum := blake2b.Sum512(append([]byte("SS58PRE"), data...))
	number := new(big.Int).SetBytes(append(data, sum[:checksum]...))
	var digits []byte
	for rest, base := new(big.Int), big.NewInt(int64(len(base58))); number.Sign() > 0; {
		number.DivMod(number, base, rest)
		digits = append(digits, base58[rest.Int64()])
	}
	for i, j := 0, len(digits)-1; i < j; i, j = i+1, j-1 {
		digits[i], digits[j] = digits[j], digits[i]
	}
	return string(digits)
}

// publicKey reads an address back; ok is false for another prefix and for a wrong checksum.
func publicKey(address string) (public [publicKeys]byte, ok bool) {
	number := new(big.Int)
	for _, digit := range address {
		value := strings.IndexRune(base58, digit)
		if value < 0 {
			return public, false
		}
		number.Add(number.Mul(number, big.NewInt(int64(len(base58)))), big.NewInt(int64(value)))
	}
	data := number.Bytes()
	if len(data) != 1+publicKeys+checksum || data[0] != SS58Prefix {
		return public, false
	}
	public = [publicKeys]byte(data[1 : 1+publicKeys])
	return public, Address(public) == address
}

package msg

import "math/rand/v2"

// NewID returns 16 lower-case hexadecimal digits at random, as _msgid has
// them. It is unique enough for labels and no secret.
func NewID() string {
	const digits = "0123456789abcdef"
	var b [16]byte
	for i, n := 0, rand.Uint64(); i < len(b); i, n = i+1, n>>4 {
		b[i] = digits[n&15]
	}
	return string(b[:])
}

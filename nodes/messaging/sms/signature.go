package sms

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strings"
)

// DefaultMethod is the signature method of an account that chose none.
const DefaultMethod = "md5hash"

var hmacOf = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New,
}

// Sign makes the SMS API's signature of params, in lower-case hex (vonage.md
// §1.2): "sig" itself takes no part. method is md5hash, md5, sha1, sha256 or
// sha512, as the account is set.
func Sign(params map[string]string, secret, method string) (string, error) {
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(params)) {
		if key == "sig" {
			continue
		}
		b.WriteByte('&')
		b.WriteString(key)
		b.WriteByte('=')
		b.WriteString(strings.Map(func(r rune) rune {
			if r == '&' || r == '=' {
				return '_'
			}
			return r
		}, params[key]))
	}
	if method == DefaultMethod {
		sum := md5.Sum([]byte(b.String() + secret))
		return hex.EncodeToString(sum[:]), nil
	}
	of, ok := hmacOf[method]
	if !ok {
		return "", fmt.Errorf("signature method %q is none of md5hash, md5, sha1, sha256, sha512", method)
	}
	h := hmac.New(of, []byte(secret))
	h.Write([]byte(b.String()))
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Verify tells whether params["sig"] is their signature, in either case of
// letters. It does not look at the timestamp.
func Verify(params map[string]string, secret, method string) bool {
	want, err := Sign(params, secret, method)
	return err == nil && hmac.Equal([]byte(want), []byte(strings.ToLower(params["sig"])))
}

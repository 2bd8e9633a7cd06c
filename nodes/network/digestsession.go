package network

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/icholy/digest"

	"github.com/flowrill/flowrill/engine/msg"
)

// sessionDigest answers a challenge with an algorithm that ends in -sess (RFC
// 7616), which the library for the others does not know; false if there is
// none.
func sessionDigest(h http.Header, method, uri, user, password string) (line string, ok bool) {
	for _, challenge := range h.Values("WWW-Authenticate") {
		c, err := digest.ParseChallenge(challenge)
		if err != nil || c.Nonce == "" || c.Realm == "" {
			continue
		}
		switch strings.ToLower(c.Algorithm) {
		case "md5-sess":
			return answerSession(c, md5Text, method, uri, user, password)
		case "sha-256-sess":
			return answerSession(c, sha256Text, method, uri, user, password)
		}
	}
	return "", false
}

func answerSession(c *digest.Challenge, hashed func(string) string, method, uri, user, password string) (line string, ok bool) {
	own := msg.NewID() + msg.NewID()
	secret := hashed(hashed(user+":"+c.Realm+":"+password) + ":" + c.Nonce + ":" + own)
	request := hashed(method + ":" + uri)
	line = fmt.Sprintf(`Digest username="%s", realm="%s", nonce="%s", uri="%s", algorithm=%s, cnonce="%s"`, quotedText(user), quotedText(c.Realm), c.Nonce, uri, c.Algorithm, own)
	switch {
	case len(c.QOP) == 0:
		line += fmt.Sprintf(`, response="%s"`, hashed(secret+":"+c.Nonce+":"+request))
	case slices.Contains(c.QOP, "auth"):
		line += fmt.Sprintf(`, qop=auth, nc=00000001, response="%s"`, hashed(secret+":"+c.Nonce+":00000001:"+own+":auth:"+request))
	default: // the body, too: Node-RED cannot do that either
		return "", false
	}
	if c.Opaque != "" {
		line += fmt.Sprintf(`, opaque="%s"`, c.Opaque)
	}
	return line, true
}

func md5Text(text string) string {
	sum := md5.Sum([]byte(text)) //nolint:gosec // what the server asks for
	return hex.EncodeToString(sum[:])
}

func sha256Text(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// quotedText escapes what would end a text in quotes.
func quotedText(s string) string {
	quoted := make([]byte, 0, len(s))
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			quoted = append(quoted, '\\')
		}
		quoted = append(quoted, s[i])
	}
	return string(quoted)
}

package messaging

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"github.com/flowrill/flowrill/engine/node"
)

// A token lives for tokenLife and is used until tokenSpare before its end. Its
// iat lies a little in the past, for the provider refuses one from the future
// (vonage.md §4).
const (
	tokenLife  = 15 * time.Minute
	tokenSpare = time.Minute
	tokenAge   = 5 * time.Second
)

// tokens signs the Messages API's tokens and keeps the last one.
type tokens struct {
	application string
	fetch       func(context.Context) (*rsa.PrivateKey, error) // where key is nil

	mu    sync.Mutex
	key   *rsa.PrivateKey
	token string
	until time.Time
}

// get returns a token that is good for another minute at least.
func (t *tokens) get(ctx context.Context) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if t.token != "" && now.Before(t.until) {
		return t.token, nil
	}
	if t.key == nil {
		key, err := t.fetch(ctx)
		if err != nil {
			return "", err
		}
		t.key = key
	}
	issued := now.Add(-tokenAge)
	end := issued.Add(tokenLife)
	token, err := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
		"application_id": t.application, "iat": issued.Unix(), "exp": end.Unix(), "jti": uuid.NewString(),
	}).SignedString(t.key)
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	t.token, t.until = token, end.Add(-tokenSpare)
	return token, nil
}

// refused forgets a token that the provider did not take.
func (t *tokens) refused(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.token == token {
		t.token = ""
	}
}

var pemBlock = regexp.MustCompile(`(?s)-----BEGIN ([A-Z0-9 ]+?)-----(.*?)-----END ([A-Z0-9 ]+?)-----`)

func isPEM(s string) bool { return strings.Contains(s, "-----BEGIN") }

// parseKey reads an RSA private key as PEM, PKCS #1 or #8, as forms and
// variables leave it: with \n in two characters, or with spaces for newlines.
func parseKey(s string) (*rsa.PrivateKey, error) {
	s = strings.NewReplacer(`\r`, "\n", `\n`, "\n").Replace(s)
	block := pemBlock.FindStringSubmatch(s)
	if block == nil {
		return nil, errors.New("the private key is cut off: it must go from BEGIN to END")
	}
	if kind := block[1]; strings.Contains(kind, "PUBLIC") || strings.Contains(kind, "CERTIFICATE") {
		return nil, errors.New("this is a public key: the private one is needed")
	} else if strings.Contains(kind, "ENCRYPTED") || strings.Contains(block[2], "ENCRYPTED") {
		return nil, errors.New("the private key is encrypted: it is needed without a passphrase")
	}
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(block[2]), ""))
	if err != nil {
		return nil, fmt.Errorf("private key unreadable: %w", err)
	}
	switch block[1] {
	case "PRIVATE KEY":
		key, err := x509.ParsePKCS8PrivateKey(der)
		if err != nil {
			return nil, fmt.Errorf("private key unreadable: %w", err)
		}
		if key, ok := key.(*rsa.PrivateKey); ok {
			return key, nil
		}
	case "RSA PRIVATE KEY":
		key, err := x509.ParsePKCS1PrivateKey(der)
		if err != nil {
			return nil, fmt.Errorf("private key unreadable: %w", err)
		}
		return key, nil
	}
	return nil, errors.New("this is no RSA key")
}

// keyFileLimit is more than any key file has.
const keyFileLimit = 64 << 10

// readKey reads a key given as PEM or as the path of a file that nodes may
// read. What it is given is never part of an error, for it may be a key.
func readKey(s string, allow node.Allow) (*rsa.PrivateKey, error) {
	if isPEM(s) {
		return parseKey(s)
	}
	path := strings.TrimSpace(s)
	if len(path) > 512 || strings.ContainsAny(path, "\r\n") || strings.Contains(path, `\n`) {
		return nil, errors.New("this is neither a private key, which begins with -----BEGIN, nor the path of one")
	}
	if allow != nil {
		if err := allow.Read(path); err != nil {
			return nil, err
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, keyFileLimit))
	if err != nil {
		return nil, err
	}
	key, err := parseKey(string(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}

package simulator

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/subtle"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"sync"
)

// Account is the made-up customer. It is new with each simulator.
type Account struct {
	URL             string `json:"url"`
	APIKey          string `json:"apiKey"`
	APISecret       string `json:"apiSecret"`
	ApplicationID   string `json:"applicationId"`
	PrivateKey      string `json:"privateKey"` // PEM, PKCS #8
	SignatureSecret string `json:"signatureSecret"`
	SignatureMethod string `json:"signatureMethod"`
}

func newAccount() Account {
	return Account{
		APIKey:          random(4),
		APISecret:       rand.Text()[:16],
		ApplicationID:   uuid(),
		SignatureSecret: rand.Text() + rand.Text(),
		SignatureMethod: "sha256",
	}
}

// Account tells what a client needs. PrivateKey is "" until somebody has asked
// for it (PrivateKey, GET /account): making an RSA key takes a tenth of a
// second that a start must not cost.
func (s *Simulator) Account() Account {
	a := s.account
	a.URL = s.URL()
	if s.key.public() != nil {
		a.PrivateKey = s.PrivateKey()
	}
	return a
}

// PrivateKey is the application's key as PEM, made when first asked for.
func (s *Simulator) PrivateKey() string { return s.key.pem() }

func (s *Simulator) whole() Account {
	s.PrivateKey()
	return s.Account()
}

// serveAccount is how a node gets the private key only when it needs one: the
// whole account, to whoever has key and secret.
func (s *Simulator) serveAccount(w http.ResponseWriter, r *http.Request) {
	if key, secret, ok := r.BasicAuth(); !ok || !s.knows(key, secret) {
		w.Header().Set("WWW-Authenticate", `Basic realm="simulator"`)
		http.Error(w, "Unauthorized", http.StatusUnauthorized)
		return
	}
	writeJSON(w, http.StatusOK, s.whole())
}

func (s *Simulator) knows(key, secret string) bool {
	return subtle.ConstantTimeCompare([]byte(key), []byte(s.account.APIKey))&
		subtle.ConstantTimeCompare([]byte(secret), []byte(s.account.APISecret)) == 1
}

// keyOnce is an RSA key that is made when first needed.
type keyOnce struct {
	mu   sync.Mutex
	key  *rsa.PrivateKey
	text string
}

func (k *keyOnce) pem() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.key == nil {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(fmt.Sprintf("simulator: no randomness for a key: %v", err)) // crypto/rand itself crashes before this
		}
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			panic(fmt.Sprintf("simulator: an RSA key that cannot be written: %v", err))
		}
		k.key, k.text = key, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	}
	return k.text
}

// public is nil as long as nobody can have signed anything.
func (k *keyOnce) public() *rsa.PublicKey {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.key == nil {
		return nil
	}
	return &k.key.PublicKey
}

// random is n random bytes in hex.
func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

func uuid() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // a client that went away is no trouble
}

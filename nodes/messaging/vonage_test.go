package messaging

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

type keys struct {
	key                        *rsa.PrivateKey
	pkcs1, pkcs8, public, ec   string
	encrypted, encryptedLegacy string
}

// testKeys are made once: no key lies in the repository.
var testKeys = sync.OnceValue(func() keys {
	must := func(der []byte, err error) []byte {
		if err != nil {
			panic(err)
		}
		return der
	}
	write := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	k := keys{
		key:       key,
		pkcs1:     write("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)),
		pkcs8:     write("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key))),
		public:    write("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(&key.PublicKey))),
		ec:        write("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(curve))),
		encrypted: write("ENCRYPTED PRIVATE KEY", []byte("x")),
	}
	k.encryptedLegacy = strings.Replace(k.pkcs1, "\n", "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n", 1)
	return k
})

func TestParseKey(t *testing.T) {
	k := testKeys()
	for name, text := range map[string]string{
		"PKCS #1":               k.pkcs1,
		"PKCS #8":               k.pkcs8,
		"CRLF":                  strings.ReplaceAll(k.pkcs8, "\n", "\r\n"),
		"backslash n":           strings.ReplaceAll(k.pkcs8, "\n", `\n`),
		"backslash r n":         strings.ReplaceAll(k.pkcs1, "\n", `\r\n`),
		"spaces":                strings.ReplaceAll(k.pkcs8, "\n", " "),
		"spaces, PKCS #1":       strings.ReplaceAll(k.pkcs1, "\n", " "),
		"nothing between lines": strings.ReplaceAll(k.pkcs8, "\n", ""),
		"indented":              "  " + strings.ReplaceAll(k.pkcs8, "\n", "\n   "),
		"text around":           "the key:\n" + k.pkcs8 + "\nthat was it\n",
	} {
		got, err := parseKey(text)
		if err != nil || !got.Equal(k.key) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, c := range []struct{ name, text, err string }{
		{"cut off", k.pkcs8[:200], "cut off"},
		{"public", k.public, "public key"},
		{"encrypted", k.encrypted, "encrypted"},
		{"encrypted, PKCS #1", k.encryptedLegacy, "encrypted"},
		{"elliptic", k.ec, "no RSA key"},
		{"damaged", strings.Replace(k.pkcs8, "MII", "M!I", 1), "unreadable"},
		{"wrong header", strings.ReplaceAll(k.pkcs1, "RSA PRIVATE", "PRIVATE"), "unreadable"},
		{"half of it", k.pkcs8[:200] + k.pkcs8[600:], "unreadable"},
		{"another kind", strings.ReplaceAll(k.pkcs1, "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY"), "no RSA key"},
	} {
		_, err := parseKey(c.text)
		if err == nil || !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %v, want %s", c.name, err, c.err)
		}
		if err != nil && len(c.text) > 80 && strings.Contains(err.Error(), c.text[60:80]) {
			t.Errorf("%s: the error shows the key: %v", c.name, err)
		}
	}
}

type forbidding struct{ node.Allow }

func (forbidding) Read(path string) error { return fmt.Errorf("read %s: allow it with --allow", path) }
func (forbidding) Net(host string) error  { return fmt.Errorf("no %s", host) }

func TestReadKey(t *testing.T) {
	k := testKeys()
	path := filepath.Join(t.TempDir(), "private.key")
	if err := os.WriteFile(path, []byte(k.pkcs1), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := readKey(" "+path+"\n", nil); err != nil || !got.Equal(k.key) {
		t.Errorf("%v", err)
	}
	if _, err := readKey(path, forbidding{}); err == nil || !strings.Contains(err.Error(), "--allow") {
		t.Errorf("%v", err)
	}
	if _, err := readKey(path+"x", nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
	bare := strings.Join(strings.Split(k.pkcs8, "\n")[1:20], "")
	for _, text := range []string{bare, "MIIEvQIBADAN\nabc", `MIIEvQIBADAN\nabc`} {
		if _, err := readKey(text, nil); err == nil || !strings.Contains(err.Error(), "neither a private key") || strings.Contains(err.Error(), "MII") {
			t.Errorf("%v", err)
		}
	}
}

func TestVonageProblems(t *testing.T) {
	pem := string(msg.Encode(testKeys().pkcs8))
	for _, c := range []struct{ config, want string }{
		{`{}`, ""},
		{`{"account":"simulator","credentials":{"privateKey":"-----BEGIN rubbish"}}`, ""},
		{`{"account":"live"}`, "apiKey: is required"},
		{`{"account":"${ACCOUNT}"}`, "account: variable ACCOUNT is not set"},
		{`{"account":"both"}`, `account: "both" is not one of live, simulator`},
		{`{"credentials":{"apiKey":"k"}}`, "apiSecret: is required"},
		{`{"credentials":{"apiKey":"k","apiSecret":"s"}}`, ""},
		{`{"credentials":{"apiKey":12345678,"apiSecret":"s"}}`, ""},
		{`{"credentials":{"apiKey":"k","signatureSecret":"s"}}`, ""},
		{`{"credentials":{"applicationId":"0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"}}`, "privateKey: is required"},
		{`{"credentials":{"applicationId":"0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d","privateKey":` + pem + `}}`, ""},
		{`{"credentials":{"applicationId":"0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d","privateKey":"-----BEGIN PRIVATE KEY-----"}}`, "privateKey: the private key is cut off"},
		{`{"type":"nexmovoiceapp","credentials":{"apikey":"k","apisecret":"s","appid":"0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d","privatekey":` + pem + `}}`, ""},
		{`{"smsAuth":"body","credentials":{"apiKey":"k","signatureSecret":"s"}}`, "apiSecret: is required: it goes into the body"},
		{`{"smsAuth":"signature","credentials":{"apiKey":"k","apiSecret":"s"}}`, "signatureSecret: is required: each request is signed with it"},
		{`{"rate":"fast"}`, `rate: "fast" is not a number`},
		{`{"rate":-1}`, "rate: -1 is below 0"},
		{`{"brakeWithin":-1}`, "brakeWithin: -1 is below 1"},
		{`{"brakeHold":"-3"}`, "brakeHold: -3m0s is below 1s"},
		{`{"brakeHold":20000}`, "brakeHold: 333h20m0s is above 168h0m0s"},
		{`{"smsUrl":"rest.nexmo.com","credentials":{"apiKey":"k","apiSecret":"s"}}`, `smsUrl: "rest.nexmo.com" is not a URL`},
		{`{"messagesUrl":"ftp://x","credentials":{"apiKey":"k","apiSecret":"s"}}`, `messagesUrl: "ftp://x" is not a URL`},
	} {
		got := strings.Join(nodetest.Check(t, "vonage", c.config), "|")
		if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" || strings.Contains(got, "|") {
			t.Errorf("%s: %q, want %q", c.config, got, c.want)
		}
	}
}

// TestVonageUses: a node whose account opens the other API only is told so at
// deploy.
func TestVonageUses(t *testing.T) {
	pem := string(msg.Encode(testKeys().pkcs8))
	for credentials, want := range map[string][2]bool{ // send-sms, send-message can use it
		`{}`:                                   {true, true},
		`{"apiKey":"k","apiSecret":"s"}`:       {true, true},
		`{"apiKey":"k","signatureSecret":"s"}`: {true, false},
		`{"applicationId":"0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d","privateKey":` + pem + `}`:                              {false, true},
		`{"applicationId":"0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d","apiKey":"k","apiSecret":"s"}`:                          {true, true},
		`{"apiKey":"k","apiSecret":"s","applicationId":"0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d","privateKey":` + pem + `}`: {true, true},
	} {
		_, env := simulated(t)
		config := nodetest.Config(`{"id":"v1","type":"vonage","credentials":` + credentials + `}`)
		for i, typ := range []string{"send-sms", "send-message"} {
			problems := nodetest.Check(t, typ, `{"vonage":"v1","from":"Acme","to":"447700900001","text":"x"}`, env, config)
			if (len(problems) == 0) != want[i] || len(problems) > 0 && !strings.HasPrefix(problems[0], "vonage: this account has") {
				t.Errorf("%s with %s: %q", typ, credentials, problems)
			}
		}
	}
}

func TestVonageAccount(t *testing.T) {
	for config, live := range map[string]bool{
		`{}`: false,
		`{"credentials":{"apiKey":"k","apiSecret":"s"}}`:                       true,
		`{"credentials":{"apiKey":"${VONAGE_API_KEY}","apiSecret":"s"}}`:       false, // the variable is not set
		`{"apiKey":"k","apiSecret":"s"}`:                                       true,
		`{"account":"simulator","credentials":{"apiKey":"k","apiSecret":"s"}}`: false,
		`{"account":"","credentials":{"apikey":"k","apisecret":"s"}}`:          true,
	} {
		raw := nodetest.Message(t, config)
		typ, _ := node.Lookup("vonage")
		in, problems := typ.Decode(raw, nil)
		if got := in.Value.(*Vonage).live(); got != live || len(problems) > 0 {
			t.Errorf("%s: live %v, %v", config, got, problems)
		}
	}
}

func TestVonageOpen(t *testing.T) {
	open := func(config string, change func(*node.Env)) error {
		t.Helper()
		typ, _ := node.Lookup("vonage")
		in, problems := typ.Decode(nodetest.Message(t, config), nil)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		env := &node.Env{Status: func(node.Status) {}}
		change(env)
		return in.Value.(*Vonage).Open(t.Context(), env)
	}
	live := `{"credentials":{"apiKey":"k","apiSecret":"s"}}`
	if err := open(`{}`, func(*node.Env) {}); err == nil || !strings.Contains(err.Error(), "no simulator") {
		t.Errorf("%v", err)
	}
	if err := open(live, func(e *node.Env) { e.Allow = forbidding{} }); err == nil || !strings.HasPrefix(err.Error(), "no ") {
		t.Errorf("%v", err)
	}
	if err := open(live, func(*node.Env) {}); err != nil {
		t.Errorf("%v", err)
	}
	err := open(`{"credentials":{"applicationId":"0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d","privateKey":"/no/such/file"}}`, func(*node.Env) {})
	if err == nil || !strings.HasPrefix(err.Error(), "privateKey: open /no/such/file: ") {
		t.Errorf("%v", err)
	}
}

package simulator

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
	"time"
)

func privateKey(t testing.TB, s *Simulator) *rsa.PrivateKey {
	t.Helper()
	block, rest := pem.Decode([]byte(s.PrivateKey()))
	if block == nil || block.Type != "PRIVATE KEY" || len(rest) != 0 {
		t.Fatalf("the private key is no PKCS #8 PEM: %s", s.PrivateKey())
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key.(*rsa.PrivateKey)
}

// token writes a JWT by hand.
func token(t testing.TB, key *rsa.PrivateKey, header, claims string) string {
	t.Helper()
	enc := base64.RawURLEncoding.EncodeToString
	text := enc([]byte(header)) + "." + enc([]byte(claims))
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + enc(signature)
}

const rs256 = `{"alg":"RS256","typ":"JWT"}`

func TestToken(t *testing.T) {
	s := New(Options{})
	app := s.Account().ApplicationID
	key := privateKey(t, s)
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1_700_000_000, 0)
	claims := func(iat, exp int) string {
		c := fmt.Sprintf(`{"application_id":%q,"jti":"a"`, app)
		if iat != 0 {
			c += fmt.Sprintf(`,"iat":%d`, now.Unix()+int64(iat))
		}
		if exp != 0 {
			c += fmt.Sprintf(`,"exp":%d`, now.Unix()+int64(exp))
		}
		return c + "}"
	}
	right := token(t, key, rs256, claims(-1, 900))
	for _, c := range []struct{ name, token, err string }{
		{"right", right, ""},
		{"without typ", token(t, key, `{"alg":"RS256"}`, claims(-1, 900)), ""},
		{"last second", token(t, key, rs256, claims(-899, 1)), ""},
		{"expired", token(t, key, rs256, claims(-900, -1)), "expired"},
		{"ends now", token(t, key, rs256, claims(-900, 0)), "expired"},
		{"no exp", token(t, key, rs256, claims(-899, 0)), ""},
		{"no exp after 15 minutes", token(t, key, rs256, claims(-901, 0)), "expired"},
		{"no iat", token(t, key, rs256, claims(0, 60)), ""},
		{"neither", token(t, key, rs256, claims(0, 0)), "neither iat nor exp"},
		{"a day old", token(t, key, rs256, claims(-86400, 900)), "expired"},
		{"from the future", token(t, key, rs256, claims(60, 900)), "future"},
		{"not yet", token(t, key, rs256, strings.Replace(claims(-1, 900), "}", fmt.Sprintf(`,"nbf":%d}`, now.Unix()+60), 1)), "nbf"},
		{"another key", token(t, other, rs256, claims(-1, 900)), "not signed"},
		{"another application", token(t, key, rs256, strings.Replace(claims(-1, 900), app, "x", 1)), `application "x"`},
		{"HS256", token(t, key, `{"alg":"HS256","typ":"JWT"}`, claims(-1, 900)), "not RS256"},
		{"none", strings.Join(append(strings.Split(token(t, key, `{"alg":"none"}`, claims(-1, 900)), ".")[:2], ""), "."), "not RS256"},
		{"changed", strings.Replace(right, ".", ".e", 1), "not signed"},
		{"not a token", "hello", "three parts"},
		{"not base64", "!.!.!", "header"},
		{"claims of the wrong kind", token(t, key, rs256, `{"iat":"now"}`), "claims"},
	} {
		err := checkToken(c.token, &key.PublicKey, app, now)
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %v, want %q", c.name, err, c.err)
		}
	}
	if err := checkToken(right, nil, app, now); err == nil {
		t.Error("a token is good although no key was ever made")
	}
}

func TestMessages(t *testing.T) {
	s := start(t, Options{})
	a := s.whole()
	bearer := "Bearer " + token(t, privateKey(t, s), rs256,
		fmt.Sprintf(`{"application_id":%q,"iat":%d,"exp":%d,"jti":"a"}`, a.ApplicationID, time.Now().Unix(), time.Now().Unix()+900))
	const right = `{"channel":"sms","message_type":"text","from":"Acme","to":"447700900000","text":"hello","client_ref":"r"}`
	with := func(old, new string) string {
		if !strings.Contains(right, old) {
			t.Fatalf("the test's own message has no %s", old)
		}
		return strings.Replace(right, old, new, 1)
	}
	for _, c := range []struct {
		name, body, auth string
		status           int
		invalid          string // the names, joined
	}{
		{"right", right, bearer, 202, ""},
		{"no auth", right, "", 401, ""},
		{"wrong scheme", right, "Token x", 401, ""},
		{"wrong basic", right, "Basic " + base64.StdEncoding.EncodeToString([]byte(a.APIKey+":x")), 401, ""},
		{"basic", right, "Basic " + base64.StdEncoding.EncodeToString([]byte(a.APIKey+":"+a.APISecret)), 202, ""},
		{"broken", `{`, bearer, 422, ""},
		{"list", `[]`, bearer, 422, ""},
		{"not UTF-8", with("hello", "\xff"), bearer, 422, ""},
		{"empty", `{}`, bearer, 422, "channel message_type from to"},
		{"fax", with(`"sms"`, `"fax"`), bearer, 422, "channel"},
		{"image", with(`"text",`, `"image",`), bearer, 422, "message_type"},
		{"number as to", with(`"447700900000"`, `447700900000`), bearer, 422, "to"},
		{"plus", with(`447700900000`, `+447700900000`), bearer, 422, "to"},
		{"unroutable", with(`447700900000`, `999700900000`), bearer, 422, "to"},
		{"long sender", with(`Acme`, `AcmeIncABCDE`), bearer, 422, "from"},
		{"name to the USA", with(`447700900000`, `12125550123`), bearer, 422, "from"},
		{"no text", with(`,"text":"hello"`, ``), bearer, 422, "text"},
		{"empty text", with(`"hello"`, `""`), bearer, 422, "text"},
		{"1000 characters", with(`hello`, strings.Repeat("é", 1000)), bearer, 202, ""},
		{"1001 characters", with(`hello`, strings.Repeat("é", 1001)), bearer, 422, "text"},
		{"client_ref", with(`"r"`, `"`+strings.Repeat("r", 101)+`"`), bearer, 422, "client_ref"},
		{"webhook", with(`"r"`, `"r","webhook_url":"example.com","webhook_version":"v2"`), bearer, 422, "webhook_url webhook_version"},
		{"ttl", with(`"r"`, `"r","ttl":1.5`), bearer, 422, "ttl"},
		{"ttl as text", with(`"r"`, `"r","ttl":"3600"`), bearer, 422, "ttl"},
		{"options", with(`"r"`, `"r","ttl":3600,"sms":{"encoding_type":"unicode","content_id":"c"},"trusted_recipient":true`), bearer, 202, ""},
		{"wrong options", with(`"r"`, `"r","sms":{"encoding_type":"utf8","entity_id":1},"trusted_recipient":1`), bearer, 422, "trusted_recipient sms.entity_id sms.encoding_type"},
		{"options of the wrong kind", with(`"r"`, `"r","sms":"x"`), bearer, 422, "sms"},
		{"failover", with(`"r"`, `"r","failover":[]`), bearer, 422, "failover"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.Clear()
			res, body := do(t, "POST", s.URL()+"/v1/messages", "application/json", c.body, "Authorization", c.auth)
			if res.StatusCode != c.status || res.Header.Get("Content-Type") != "application/json" {
				t.Fatalf("%d %s %s, want %d", res.StatusCode, res.Header.Get("Content-Type"), body, c.status)
			}
			var a struct {
				UUID                          string `json:"message_uuid"`
				Type, Title, Detail, Instance string
				Invalid                       []struct{ Name, Reason string } `json:"invalid_parameters"`
			}
			if err := json.Unmarshal([]byte(body), &a); err != nil {
				t.Fatal(err)
			}
			if c.status == 202 {
				if o := s.Outbox(); len(o) != 1 || o[0].ID != a.UUID || len(a.UUID) != 36 || o[0].API != "messages" || o[0].ClientRef != "r" {
					t.Errorf("%s and outbox %+v", body, o)
				}
				return
			}
			var names []string
			for _, i := range a.Invalid {
				names = append(names, i.Name)
				if i.Reason == "" {
					t.Errorf("no reason for %s", i.Name)
				}
			}
			if got := strings.Join(names, " "); got != c.invalid || a.Title == "" || a.Detail == "" || a.Type == "" || a.Instance == "" || len(s.Outbox()) != 0 {
				t.Errorf("invalid %q, want %q: %s", got, c.invalid, body)
			}
		})
	}
	for kind, want := range map[string]int{"text/plain": 415, "application/problem+json": 415, "application/json; charset=utf-8": 202} {
		if res, body := do(t, "POST", s.URL()+"/v1/messages", kind, right, "Authorization", bearer); res.StatusCode != want {
			t.Errorf("%s: %d %s", kind, res.StatusCode, body)
		}
	}
	if res, _ := do(t, "GET", s.URL()+"/v1/messages", "", "", "Authorization", bearer); res.StatusCode != 405 {
		t.Errorf("GET: %d", res.StatusCode)
	}
	if res, _ := do(t, "POST", s.URL()+"/v1/messages", "application/json", `{"text":"`+strings.Repeat("a", bodyLimit)+`"}`, "Authorization", bearer); res.StatusCode != 413 {
		t.Errorf("too big: %d", res.StatusCode)
	}
}

func TestMessagesEncoding(t *testing.T) {
	for _, c := range []struct {
		text, encoding string
		kind           string
		parts          int
		seen           string
	}{
		{strings.Repeat("a", 161), "", "text", 2, strings.Repeat("a", 161)},
		{strings.Repeat("ж", 71), "auto", "unicode", 2, strings.Repeat("ж", 71)},
		{"ж", "text", "text", 1, "?"},
		{strings.Repeat("a", 71), "unicode", "unicode", 2, strings.Repeat("a", 71)},
	} {
		m := message{"channel": "sms", "message_type": "text", "from": "Acme", "to": "447700900000", "text": c.text}
		if c.encoding != "" {
			m["sms"] = map[string]any{"encoding_type": c.encoding}
		}
		e, no := m.check()
		if no != nil || e.Type != c.kind || e.Parts != c.parts || e.Text != c.seen {
			t.Errorf("%.10q %s: %+v %+v", c.text, c.encoding, e, no)
		}
	}
}

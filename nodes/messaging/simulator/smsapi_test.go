package simulator

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

func start(t testing.TB, o Options) *Simulator {
	t.Helper()
	s := New(o)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// do sends a request and returns the answer with its body.
func do(t testing.TB, method, url, kind, body string, header ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(data)
}

const form = "application/x-www-form-urlencoded"

func values(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// sendForm sends with credentials in the body and returns the answer's parts.
func sendForm(t testing.TB, s *Simulator, v url.Values) []map[string]string {
	t.Helper()
	res, body := do(t, "POST", s.URL()+"/sms/json", form, v.Encode())
	return parts(t, res, body)
}

func parts(t testing.TB, res *http.Response, body string) []map[string]string {
	t.Helper()
	if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") {
		t.Fatalf("answer %d %s %s", res.StatusCode, res.Header.Get("Content-Type"), body)
	}
	var a struct {
		Count    string              `json:"message-count"`
		Messages []map[string]string `json:"messages"` // fails on anything but strings
	}
	if err := json.Unmarshal([]byte(body), &a); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	if a.Count != fmt.Sprint(len(a.Messages)) || len(a.Messages) == 0 {
		t.Fatalf("message-count %q of %s", a.Count, body)
	}
	return a.Messages
}

func TestSMSStatuses(t *testing.T) {
	s := start(t, Options{})
	a := s.Account()
	long := strings.Repeat("a", 3201)
	for _, c := range []struct {
		name   string
		change []string // onto a request that is right; "-name" takes one out
		status string
		text   string
	}{
		{"right", nil, "0", ""},
		{"no key", []string{"-api_key", ""}, "2", "Missing api_key"},
		{"no secret", []string{"-api_secret", ""}, "2", "Missing api_secret"},
		{"wrong key", []string{"api_key", "beefbeef"}, "4", "Bad Credentials"},
		{"wrong secret", []string{"api_secret", "nope"}, "4", "Bad Credentials"},
		{"signature and secret", []string{"sig", "00", "timestamp", "1"}, "32", "Signature"},
		{"signature without timestamp", []string{"-api_secret", "", "sig", "00"}, "2", "timestamp"},
		{"wrong signature", []string{"-api_secret", "", "sig", "00", "timestamp", "1700000000"}, "14", "Invalid Signature"},
		{"no to", []string{"-to", ""}, "2", "Missing to param"},
		{"empty to", []string{"to", ""}, "2", "Missing to param"},
		{"no from", []string{"-from", ""}, "2", "Missing from param"},
		{"no text", []string{"-text", ""}, "2", "Missing text param"},
		{"to with plus", []string{"to", "+447700900000"}, "3", "Invalid to param"},
		{"to with 00", []string{"to", "00447700900000"}, "3", "Invalid to param"},
		{"national to", []string{"to", "07700900000"}, "3", "Invalid to param"},
		{"short to", []string{"to", "447700"}, "3", "Invalid to param"},
		{"shortest to", []string{"to", "4477009"}, "0", ""},
		{"long to", []string{"to", "1234567890123456", "from", "447700900001"}, "3", "Invalid to param"},
		{"two recipients", []string{"to", "447700900000,447700900001"}, "3", "Invalid to param"},
		{"unroutable", []string{"to", "999700900000"}, "6", "Unroutable"},
		{"name too long", []string{"from", "AcmeIncABCDE"}, "15", "Illegal Sender Address - rejected"},
		{"longest name", []string{"from", "AcmeIncABCD"}, "0", ""},
		{"name with space", []string{"from", "Acme Inc"}, "15", "Illegal"},
		{"number with plus as sender", []string{"from", "+447700900001"}, "15", "Illegal"},
		{"sender of 16 digits", []string{"from", "1234567890123456"}, "15", "Illegal"},
		{"short code", []string{"from", "62062"}, "0", ""},
		{"name to the USA", []string{"to", "12125550123"}, "15", "Illegal"},
		{"number to the USA", []string{"to", "12125550123", "from", "12125550100"}, "0", ""},
		{"too long", []string{"text", long}, "12", "Message too long"},
		{"longest", []string{"text", long[1:]}, "0", ""},
		{"type auto", []string{"type", "auto"}, "3", "Invalid type param"},
		{"ttl in seconds", []string{"ttl", "3600"}, "3", "Invalid ttl param"},
		{"ttl", []string{"ttl", "20000"}, "0", ""},
		{"ttl too long", []string{"ttl", "604800001"}, "3", "Invalid ttl param"},
		{"ttl with fraction", []string{"ttl", "20000.5"}, "3", "Invalid ttl param"},
		{"class", []string{"message-class", "4"}, "3", "Invalid message-class param"},
		{"flash", []string{"message-class", "0"}, "0", ""},
		{"receipt flag", []string{"status-report-req", "yes"}, "3", "Invalid status-report-req param"},
		{"client-ref", []string{"client-ref", strings.Repeat("é", 101)}, "3", "Invalid client-ref param"},
		{"longest client-ref", []string{"client-ref", strings.Repeat("é", 100)}, "0", ""},
		{"callback without scheme", []string{"callback", "example.com/dlr"}, "23", "Invalid callback url"},
		{"callback too long", []string{"callback", "http://localhost/" + strings.Repeat("a", 90)}, "3", "Invalid callback param"},
		{"not UTF-8", []string{"text", "\xff"}, "3", "Invalid text param"},
		{"NUL is no value", []string{"text", "\x00"}, "3", "Invalid text param"},
		{"body without binary", []string{"body", "00"}, "3", "Invalid type param"},
		{"binary without body", []string{"type", "binary", "-text", ""}, "2", "Missing body param"},
		{"binary", []string{"type", "binary", "-text", "", "body", "00ff", "udh", "050003CC0201"}, "0", ""},
		{"binary not in hex", []string{"type", "binary", "-text", "", "body", "0", "udh", "00"}, "3", "Invalid body or udh"},
		{"binary too long", []string{"type", "binary", "-text", "", "body", strings.Repeat("00", 140), "udh", "00"}, "12", "too long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.Clear()
			v := values("api_key", a.APIKey, "api_secret", a.APISecret, "from", "Acme", "to", "447700900000", "text", "hello")
			for i := 0; i < len(c.change); i += 2 {
				if name, out := strings.CutPrefix(c.change[i], "-"); out {
					v.Del(name)
				} else {
					v.Set(c.change[i], c.change[i+1])
				}
			}
			got := sendForm(t, s, v)
			if got[0]["status"] != c.status || !strings.Contains(got[0]["error-text"], c.text) {
				t.Fatalf("%v, want status %s %q", got, c.status, c.text)
			}
			if n := len(s.Outbox()); (n == 1) != (c.status == "0") {
				t.Errorf("%d messages in the outbox", n)
			}
			if c.status != "0" && got[0]["message-id"] != "" {
				t.Errorf("a refused message has the id %s", got[0]["message-id"])
			}
		})
	}
}

func TestSMSAnswer(t *testing.T) {
	s := start(t, Options{})
	a := s.Account()
	v := values("api_key", a.APIKey, "api_secret", a.APISecret, "from", "447700900001", "to", "447700900000",
		"type", "unicode", "text", strings.Repeat("😀", 67), "client-ref", "ref-1")
	got := sendForm(t, s, v)
	if len(got) != 3 {
		t.Fatalf("%d parts: %v", len(got), got)
	}
	ids := map[string]bool{}
	for _, p := range got {
		ids[p["message-id"]] = true
		for _, name := range []string{"to", "message-id", "status", "remaining-balance", "message-price", "network", "client-ref"} {
			if p[name] == "" {
				t.Errorf("no %s in %v", name, p)
			}
		}
	}
	if len(ids) != 3 {
		t.Errorf("ids %v", ids)
	}
	e := s.Outbox()[0]
	if e.API != "sms" || e.From != "447700900001" || e.To != "447700900000" || e.Text != v.Get("text") || e.Parts != 3 ||
		e.ID != got[0]["message-id"] || e.IDs[2] != got[2]["message-id"] || e.ClientRef != "ref-1" || e.Status != "accepted" ||
		e.Channel != "sms" || e.Type != "unicode" || e.Time.IsZero() {
		t.Errorf("outbox %+v", e)
	}

	v.Set("type", "text")
	v.Set("text", "naïve 😀 {€}")
	sendForm(t, s, v)
	if e := s.Outbox()[1]; e.Text != "na?ve ? {€}" {
		t.Errorf("the receiver of type text sees %q", e.Text)
	}
}

func TestSMSAccess(t *testing.T) {
	s := start(t, Options{})
	a := s.Account()
	url := s.URL() + "/sms/json"
	right := `{"from":"Acme","to":447700900000,"text":"hi","ttl":20000,"status-report-req":true}`
	basic := func(key, secret string) []string {
		r, _ := http.NewRequest("GET", "/", nil)
		r.SetBasicAuth(key, secret)
		return []string{"Authorization", r.Header.Get("Authorization")}
	}
	for _, c := range []struct {
		name   string
		body   string
		header []string
		status string
	}{
		{"basic", right, basic(a.APIKey, a.APISecret), "0"},
		{"basic, wrong", right, basic(a.APIKey, "x"), "4"},
		{"no scheme known", right, []string{"Authorization", "Bearer x"}, "4"},
		{"nothing", right, nil, "2"},
		{"twice", strings.Replace(right, "{", `{"api_key":"`+a.APIKey+`","api_secret":"`+a.APISecret+`",`, 1), basic(a.APIKey, a.APISecret), "4"},
		{"basic and signature", strings.Replace(right, "{", `{"sig":"x",`, 1), basic(a.APIKey, a.APISecret), "32"},
		{"null", `{"from":"Acme","to":"447700900000","text":"hi","ttl":null}`, basic(a.APIKey, a.APISecret), "3"},
		{"list", `{"from":"Acme","to":["447700900000"],"text":"hi"}`, basic(a.APIKey, a.APISecret), "3"},
		{"exponent", `{"from":"Acme","to":4.477009e11,"text":"hi"}`, basic(a.APIKey, a.APISecret), "3"},
	} {
		res, body := do(t, "POST", url, "application/json", c.body, c.header...)
		if got := parts(t, res, body); got[0]["status"] != c.status {
			t.Errorf("%s: %v, want %s", c.name, got, c.status)
		}
	}
	for _, c := range []struct {
		name, method, kind, body string
		status                   int
	}{
		{"GET", "GET", "", "", 405},
		{"text", "POST", "text/plain", right, 415},
		{"no type", "POST", "", right, 415},
		{"broken JSON", "POST", "application/json", `{"from":`, 400},
		{"two objects", "POST", "application/json", `{}{}`, 400},
		{"null body", "POST", "application/json", `null`, 400},
		{"broken form", "POST", form, "a=%zz", 400},
		{"too big", "POST", form, strings.Repeat("a", bodyLimit+1), 413},
	} {
		if res, body := do(t, c.method, url, c.kind, c.body, basic(a.APIKey, a.APISecret)...); res.StatusCode != c.status {
			t.Errorf("%s: %d %s, want %d", c.name, res.StatusCode, body, c.status)
		}
	}
}

func TestSMSSigned(t *testing.T) {
	for _, method := range []string{"md5hash", "md5", "sha1", "sha256", "sha512"} {
		s := New(Options{})
		s.account.SignatureMethod = method
		if err := s.Start(); err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		a := s.Account()
		p := map[string]string{"api_key": a.APIKey, "timestamp": "1700000000", "from": "Acme", "to": "447700900000", "text": "a&b = ü 😀", "type": "unicode"}
		sig, err := sms.Sign(p, a.SignatureSecret, method)
		if err != nil {
			t.Fatal(err)
		}
		p["sig"] = sig
		v := url.Values{}
		for name, value := range p {
			v.Set(name, value)
		}
		if got := sendForm(t, s, v); got[0]["status"] != "0" {
			t.Errorf("%s in a form: %v", method, got)
		}
		data, _ := json.Marshal(p)
		if res, body := do(t, "POST", s.URL()+"/sms/json", "application/json", string(data)); parts(t, res, body)[0]["status"] != "0" {
			t.Errorf("%s in JSON: %s", method, body)
		}
		v.Set("text", "another")
		if got := sendForm(t, s, v); got[0]["status"] != "14" {
			t.Errorf("%s with another text: %v", method, got)
		}
		if texts := slices.Collect(maps.Values(p)); len(s.Outbox()) != 2 || !slices.Contains(texts, s.Outbox()[1].Text) {
			t.Errorf("%s: outbox %+v", method, s.Outbox())
		}
	}
}

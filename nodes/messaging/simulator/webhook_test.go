package simulator

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// got is a webhook as the flow received it.
type got struct {
	method, kind, path string
	fields             map[string]string
}

// flow is a webhook's receiver. It answers with status.
func flow(t testing.TB, status int) (target string, received <-chan got) {
	t.Helper()
	c := make(chan got, 100)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g := got{r.Method, r.Header.Get("Content-Type"), r.URL.Path, map[string]string{}}
		body, _ := io.ReadAll(r.Body)
		text := r.URL.RawQuery
		switch {
		case g.kind == "application/json":
			if err := json.Unmarshal(body, &g.fields); err != nil {
				t.Errorf("%v in %s", err, body)
			}
		case r.Method == "POST":
			text = string(body)
			fallthrough
		default:
			v, err := url.ParseQuery(text)
			if err != nil {
				t.Error(err)
			}
			for name := range v {
				g.fields[name] = v.Get(name)
			}
		}
		c <- g
		if status >= 300 && status < 400 {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(srv.Close)
	return srv.URL, c
}

// admin calls the handler as web mounts it.
func admin(t testing.TB, s *Simulator, method, path, body string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(method, "http://localhost/admin/simulator"+path, strings.NewReader(body))
	http.StripPrefix("/admin/simulator", s.Handler()).ServeHTTP(w, r)
	return w.Code, strings.TrimSpace(w.Body.String())
}

func TestInboundFormats(t *testing.T) {
	target, received := flow(t, 200)
	s := New(Options{Target: func() string { return target + "/sms" }})
	defer s.Close()
	a := s.Account()
	for _, c := range []struct{ format, method, kind string }{
		{"get", "GET", ""}, {"form", "POST", "application/x-www-form-urlencoded"}, {"json", "POST", "application/json"},
	} {
		for _, signed := range []bool{false, true} {
			code, body := admin(t, s, "POST", "/inbound", fmt.Sprintf(
				`{"format":%q,"from":"447700900009","to":"447700900008","text":"hello & <good> bye = ü 😀","messageId":"a1","signed":%v}`, c.format, signed))
			if code != 200 || !strings.Contains(body, `"status":200`) || !strings.Contains(body, `"messageId":"a1"`) {
				t.Fatalf("%s: %d %s", c.format, code, body)
			}
			g := <-received
			if g.method != c.method || g.kind != c.kind || g.path != "/sms" {
				t.Errorf("%s: %+v", c.format, g)
			}
			for name, want := range map[string]string{
				"msisdn": "447700900009", "to": "447700900008", "text": "hello & <good> bye = ü 😀", "messageId": "a1",
				"type": "unicode", "keyword": "HELLO", "api-key": a.APIKey,
			} {
				if g.fields[name] != want {
					t.Errorf("%s: %s is %q, want %q", c.format, name, g.fields[name], want)
				}
			}
			if !regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$`).MatchString(g.fields["message-timestamp"]) {
				t.Errorf("%s: message-timestamp %q", c.format, g.fields["message-timestamp"])
			}
			if !signed {
				if g.fields["sig"] != "" || len(g.fields) != 8 {
					t.Errorf("%s: %v", c.format, g.fields)
				}
				continue
			}
			if g.fields["timestamp"] == "" || g.fields["nonce"] == "" || !sms.Verify(g.fields, a.SignatureSecret, a.SignatureMethod) {
				t.Errorf("%s: signature of %v", c.format, g.fields)
			}
		}
	}
}

func TestInboundFields(t *testing.T) {
	target, received := flow(t, 204)
	s := New(Options{Target: func() string { return target + "/sms?key=1" }})
	defer s.Close()
	play := func(body string) map[string]string {
		t.Helper()
		if code, answer := admin(t, s, "POST", "/inbound", body); code != 200 || !strings.Contains(answer, `"status":204`) {
			t.Fatalf("%d %s", code, answer)
		}
		return (<-received).fields
	}
	f := play(`{"text":"hi there"}`)
	if f["msisdn"] != "447700900001" || f["to"] != "447700900000" || f["type"] != "text" || f["keyword"] != "HI" || f["messageId"] == "" || f["key"] != "1" {
		t.Errorf("%v", f)
	}
	if again := play(`{"text":"hi there"}`); again["messageId"] == f["messageId"] {
		t.Errorf("two messages have the id %s", f["messageId"])
	}
	f = play(`{"msisdn":"62062","text":"","keyword":"X","message-timestamp":"2026-01-02 03:04:05"}`)
	if text, ok := f["text"]; !ok || text != "" || f["msisdn"] != "62062" || f["keyword"] != "X" || f["message-timestamp"] != "2026-01-02 03:04:05" {
		t.Errorf("%v", f)
	}
	f = play(`{"data":"00ff","udh":"050003CC0201"}`)
	if _, ok := f["text"]; ok || f["type"] != "binary" || f["data"] != "00ff" || f["udh"] != "050003CC0201" {
		t.Errorf("%v", f)
	}
	f = play(`{"text":"part","concat-ref":"7","concat-total":"2","concat-part":"1"}`)
	if f["concat"] != "true" || f["concat-ref"] != "7" || f["concat-total"] != "2" || f["concat-part"] != "1" {
		t.Errorf("%v", f)
	}
}

func TestWebhookTarget(t *testing.T) {
	target, received := flow(t, 302)
	s := New(Options{Target: func() string { return target + "/sms" }})
	defer s.Close()
	for _, c := range []struct {
		body string
		code int
		text string
	}{
		{`{"text":"x","url":"/other"}`, 200, `"status":302`}, // and the redirect is not followed
		{`{"text":"x","url":"` + strings.Replace(target, "127.0.0.1", "localhost", 1) + `"}`, 200, `"status":302`},
		{`{"text":"x","url":"http://192.0.2.1/sms"}`, 400, "this machine only"},
		{`{"text":"x","url":"http://127.0.0.1.example.com/sms"}`, 400, "this machine only"},
		{`{"text":"x","url":"//example.com/sms"}`, 400, "this machine only"},
		{`{"text":"x","url":"file:///etc/passwd"}`, 400, "url"},
		{`{"text":"x","url":"http://127.0.0.1:1/sms"}`, 502, "did not answer"},
		{`{"text":"x","format":"xml"}`, 400, `format \"xml\"`},
		{`{"txt":"x"}`, 400, "txt"},
		{`{"text":`, 400, "EOF"},
		{`{"text":"` + strings.Repeat("x", bodyLimit) + `"}`, 413, "large"},
	} {
		code, body := admin(t, s, "POST", "/inbound", c.body)
		if code != c.code || !strings.Contains(body, c.text) {
			t.Errorf("%.60s: %d %s, want %d %q", c.body, code, body, c.code, c.text)
		}
	}
	if n := len(received); n != 2 {
		t.Errorf("%d webhooks arrived, want 2", n)
	}
	if code, body := admin(t, New(Options{}), "POST", "/inbound", `{"text":"x"}`); code != 400 || !strings.Contains(body, "no url") {
		t.Errorf("without target: %d %s", code, body)
	}
}

func TestReceipts(t *testing.T) {
	target, received := flow(t, 200)
	s := start(t, Options{})
	a := s.Account()
	v := values("api_key", a.APIKey, "api_secret", a.APISecret, "from", "Acme", "to", "447700900000",
		"text", strings.Repeat("a", 161), "client-ref", "ref-1", "callback", target+"/dlr")
	parts := sendForm(t, s, v)
	for _, p := range parts { // the provider's own, one a part
		g := <-received
		for name, want := range map[string]string{
			"msisdn": "447700900000", "to": "Acme", "messageId": p["message-id"], "status": "delivered", "err-code": "0",
			"client-ref": "ref-1", "api-key": a.APIKey, "network-code": "23410", "price": "0.03330000",
		} {
			if g.fields[name] != want {
				t.Errorf("%s is %q, want %q", name, g.fields[name], want)
			}
		}
		if g.method != "GET" || g.path != "/dlr" || !regexp.MustCompile(`^\d{10}$`).MatchString(g.fields["scts"]) {
			t.Errorf("%+v", g)
		}
	}
	if e := s.Outbox()[0]; e.Status != "delivered" {
		t.Errorf("status %s", e.Status)
	}

	code, body := admin(t, s, "POST", "/receipt", fmt.Sprintf(`{"messageId":%q,"status":"failed","err-code":"9","format":"json","signed":true}`, parts[1]["message-id"]))
	if code != 200 || strings.Count(body, `"status":200`) != 1 {
		t.Fatalf("%d %s", code, body)
	}
	if g := <-received; g.fields["err-code"] != "9" || g.fields["messageId"] != parts[1]["message-id"] || !sms.Verify(g.fields, a.SignatureSecret, a.SignatureMethod) {
		t.Errorf("%v", g.fields)
	}
	if e := s.Outbox()[0]; e.Status != "failed" {
		t.Errorf("status %s", e.Status)
	}
	if code, body := admin(t, s, "POST", "/receipt", `{"status":"rejected"}`); code != 200 || strings.Count(body, `"err-code":"1"`) != 2 {
		t.Errorf("of every part: %d %s", code, body)
	}

	v.Set("status-report-req", "false")
	sendForm(t, s, v)
	v.Del("callback")
	sendForm(t, s, v)
	for body, text := range map[string]string{
		`{"messageId":"nope"}`:                "no such message",
		`{"status":"lost"}`:                   "lost",
		`{}`:                                  "no url",
		`{"url":"http://192.0.2.1/dlr"}`:      "this machine only",
		`{"url":"/dlr","status":"delivered"}`: "no url",
	} {
		if code, answer := admin(t, s, "POST", "/receipt", body); code != 400 || !strings.Contains(answer, text) {
			t.Errorf("%s: %d %s, want %q", body, code, answer, text)
		}
	}
	v.Del("status-report-req")
	v.Set("callback", target+"/last")
	sendForm(t, s, v)
	for i := range 4 { // two of "rejected", and of the last message: none of those between
		if g := <-received; (g.path == "/last") != (i >= 2) {
			t.Errorf("receipt %d went to %s", i, g.path)
		}
	}
}

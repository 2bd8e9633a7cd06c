package simulator

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestAccount(t *testing.T) {
	s := start(t, Options{})
	if a := s.Account(); a.PrivateKey != "" {
		t.Fatal("the account has a key before anybody needs one")
	}
	code, body := admin(t, s, "GET", "", "")
	var shown map[string]string
	if err := json.Unmarshal([]byte(body), &shown); err != nil || code != 200 {
		t.Fatalf("%d %s", code, body)
	}
	for _, name := range []string{"url", "apiKey", "apiSecret", "applicationId", "privateKey", "signatureSecret", "signatureMethod"} {
		if shown[name] == "" {
			t.Errorf("no %s in %s", name, body)
		}
	}
	if a := s.Account(); len(shown) != 7 || shown["url"] != s.URL() || shown["privateKey"] != a.PrivateKey || shown["apiSecret"] != a.APISecret {
		t.Errorf("%v is not %+v", shown, a)
	}
	if !strings.HasPrefix(s.URL(), "http://127.0.0.1:") {
		t.Errorf("listens on %s", s.URL())
	}
	if other := New(Options{}).Account(); other.APIKey == shown["apiKey"] || other.ApplicationID == shown["applicationId"] {
		t.Error("two simulators have one account")
	}

	// The listener tells the same to whoever has the secret.
	if res, body := do(t, "GET", s.URL()+"/account", "", ""); res.StatusCode != 401 || strings.Contains(body, "PRIVATE") {
		t.Errorf("without credentials: %d %s", res.StatusCode, body)
	}
	u := strings.Replace(s.URL(), "http://", fmt.Sprintf("http://%s:%s@", shown["apiKey"], shown["apiSecret"]), 1)
	if res, again := do(t, "GET", u+"/account", "", ""); res.StatusCode != 200 || strings.TrimSpace(again) != body {
		t.Errorf("with credentials: %d %s", res.StatusCode, again)
	}
}

func TestOutboxRoutes(t *testing.T) {
	s := New(Options{})
	if code, body := admin(t, s, "GET", "/outbox", ""); code != 200 || body != "[]" {
		t.Errorf("empty: %d %s", code, body)
	}
	s.accept(Entry{API: "sms", From: "Acme", To: "447700900000", Text: "<first> & only", Parts: 1})
	s.accept(Entry{API: "sms", Text: "second", Parts: 2})
	code, body := admin(t, s, "GET", "/outbox", "")
	var list []map[string]any
	if err := json.Unmarshal([]byte(body), &list); err != nil || code != 200 || len(list) != 2 {
		t.Fatalf("%d %s", code, body)
	}
	if list[0]["text"] != "<first> & only" || list[0]["api"] != "sms" || list[0]["from"] != "Acme" || list[0]["to"] != "447700900000" || list[1]["text"] != "second" {
		t.Errorf("%s", body)
	}
	if code, _ := admin(t, s, "DELETE", "/outbox", ""); code != 204 || len(s.Outbox()) != 0 {
		t.Errorf("DELETE: %d, %d left", code, len(s.Outbox()))
	}
	for _, c := range []struct {
		method, path string
		code         int
	}{{"PUT", "/outbox", 405}, {"GET", "/inbound", 405}, {"POST", "", 405}, {"GET", "/nothing", 404}, {"GET", "/", 200}} {
		if code, body := admin(t, s, c.method, c.path, ""); code != c.code {
			t.Errorf("%s %s: %d %s, want %d", c.method, c.path, code, body, c.code)
		}
	}
}

func TestOutboxBound(t *testing.T) {
	s := New(Options{})
	for i := range outboxSize + 5 {
		s.accept(Entry{API: "sms", Text: fmt.Sprint(i), Parts: 1})
	}
	got := s.Outbox()
	if len(got) != outboxSize || got[0].Text != "5" || got[outboxSize-1].Text != fmt.Sprint(outboxSize+4) {
		t.Errorf("%d entries from %s to %s", len(got), got[0].Text, got[len(got)-1].Text)
	}
}

func TestWatch(t *testing.T) {
	s := New(Options{})
	events, stop := s.Watch()
	for i := range watchSize + 3 { // nobody reads: the first three go
		s.accept(Entry{API: "sms", Text: fmt.Sprint(i), Parts: 1})
	}
	if e := <-events; e.Kind != Sent || e.Seq != 4 || e.Entry.Text != "3" {
		t.Errorf("first event %+v", e)
	}
	for range watchSize - 1 {
		<-events
	}
	s.Clear()
	if e := <-events; e.Kind != Cleared || e.Seq != watchSize+4 {
		t.Errorf("%+v", e)
	}
	stop()
	stop()
	if _, ok := <-events; ok {
		t.Error("an event after stop")
	}
	s.Clear()

	events, stop = s.Watch()
	s.Close()
	if _, ok := <-events; ok {
		t.Error("an event after Close")
	}
	stop()
}

func TestStartTwice(t *testing.T) {
	s := start(t, Options{})
	if err := s.Start(); err == nil {
		t.Error("started twice")
	}
	if err := New(Options{}).Close(); err != nil {
		t.Errorf("closing what never started: %v", err)
	}
}

func BenchmarkSMS(b *testing.B) {
	s := start(b, Options{})
	a := s.Account()
	v := values("api_key", a.APIKey, "api_secret", a.APISecret, "from", "Acme", "to", "447700900000", "text", "hello").Encode()
	for b.Loop() {
		if res, body := do(b, "POST", s.URL()+"/sms/json", form, v); res.StatusCode != 200 {
			b.Fatal(body)
		}
	}
}

package simulator

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestFaults: each fault looks as the provider's own trouble does, meets the
// requests it is meant for, and goes away.
func TestFaults(t *testing.T) {
	s := start(t, Options{})
	a := s.Account()
	auth := basicAuth(a)
	const text = "from=Acme&to=447700900000&text=hi"
	const message = `{"channel":"sms","message_type":"text","from":"Acme","to":"447700900000","text":"hi"}`
	ask := func(api string) (status int, body, header string, err error) {
		path, kind, data := "/sms/json", form, text
		if api == "messages" {
			path, kind, data = "/v1/messages", "application/json", message
		}
		r, err := http.NewRequest("POST", s.URL()+path, strings.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Authorization", auth)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			return 0, "", "", err
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		return res.StatusCode, string(b), res.Header.Get("Retry-After"), err
	}
	for _, c := range []struct {
		fault    Fault
		api      string
		status   int // 0: no answer
		contains string
		retry    string
		sent     int
	}{
		{Fault{Kind: Throttle, Wait: 400}, "sms", 200, `"error-text":"Throughput Rate Exceeded - please wait [ 400 ] and retry"`, "", 0},
		{Fault{Kind: Throttle, Wait: 2500}, "messages", 429, "Too Many", "3", 0},
		{Fault{Kind: Credentials}, "sms", 200, `"status":"4"`, "", 0},
		{Fault{Kind: Credentials}, "messages", 401, "Unauthorized", "", 0},
		{Fault{Kind: Credit}, "sms", 200, `"status":"9"`, "", 0},
		{Fault{Kind: Credit}, "messages", 402, "Payment", "", 0},
		{Fault{Kind: Internal}, "sms", 500, "Internal", "", 0},
		{Fault{Kind: Internal, Accepted: true}, "messages", 500, "Internal", "", 1},
		{Fault{Kind: Unavailable}, "sms", 503, "Unavailable", "", 0},
		{Fault{Kind: Garbage, Accepted: true}, "sms", 200, `{"messages":[{"status":`, "", 1},
		{Fault{Kind: Reset}, "sms", 0, "", "", 0},
		{Fault{Kind: Reset, Accepted: true}, "messages", 0, "", "", 1},
	} {
		s.Clear()
		other := map[string]string{"sms": "messages", "messages": "sms"}[c.api]
		c.fault.API, c.fault.Count = c.api, 1
		if err := s.AddFault(c.fault); err != nil {
			t.Fatal(err)
		}
		if status, _, _, err := ask(other); err != nil || status > 202 {
			t.Errorf("%+v: the other API answers %d %v", c.fault, status, err)
		}
		s.Clear()
		status, body, retry, err := ask(c.api)
		if status != c.status || (err != nil) != (c.status == 0) || !strings.Contains(body, c.contains) || retry != c.retry || len(s.Outbox()) != c.sent {
			t.Errorf("%+v: %d %s %q %v, %d sent", c.fault, status, body, retry, err, len(s.Outbox()))
		}
		if status, _, _, err := ask(c.api); err != nil || status > 202 || len(s.Faults()) != 0 {
			t.Errorf("%+v does not go away: %d %v %v", c.fault, status, err, s.Faults())
		}
	}

	// Without a count a fault stays until it is cleared.
	if err := s.AddFault(Fault{Kind: Unavailable}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if status, _, _, _ := ask("sms"); status != 503 {
			t.Errorf("%d", status)
		}
	}
	s.ClearFaults()
	if status, _, _, _ := ask("sms"); status != 200 {
		t.Errorf("%d after clearing", status)
	}

	// A timeout lasts until the client gives up.
	if err := s.AddFault(Fault{Kind: Timeout, Count: 1}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		r, err := http.NewRequestWithContext(ctx, "POST", s.URL()+"/sms/json", strings.NewReader(text))
		if err == nil {
			_, err = http.DefaultClient.Do(r)
		}
		ended <- err
	}()
	for len(s.Faults()) > 0 { // until the request has met it
		select {
		case err := <-ended:
			t.Fatalf("answered: %v", err)
		default:
		}
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestFaultProblems(t *testing.T) {
	s := New(Options{})
	for _, f := range []Fault{{}, {Kind: "fire"}, {Kind: Reset, API: "voice"}, {Kind: Reset, Count: -1}, {Kind: Reset, Share: 2}, {Kind: Throttle, Accepted: true}} {
		if s.AddFault(f) == nil {
			t.Errorf("%+v is taken", f)
		}
	}
	for range maxFaults {
		if err := s.AddFault(Fault{Kind: Reset}); err != nil {
			t.Fatal(err)
		}
	}
	if s.AddFault(Fault{Kind: Reset}) == nil {
		t.Error("no bound")
	}
	none := Fault{Kind: Reset, Share: 1e-300}
	s.ClearFaults()
	if err := s.AddFault(none); err != nil {
		t.Fatal(err)
	}
	if _, met := s.faults.next("sms"); met {
		t.Error("a fault of nobody's met a request")
	}
}

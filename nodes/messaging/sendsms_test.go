package messaging

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

func TestSendSMSAtSimulator(t *testing.T) {
	s, env := simulated(t)
	n := nodetest.New(t, "send-sms", reply1, env, nodetest.Config(`{"id":"v1","type":"vonage"}`))
	if err := n.Send(inbound); err != nil {
		t.Fatal(err)
	}
	box := s.Outbox()
	if len(box) != 1 || box[0].From != "447700900000" || box[0].To != "447700900001" || box[0].Text != "You said hello" ||
		box[0].Type != "text" || box[0].ClientRef != "0123456789abcdef" {
		t.Fatalf("outbox %+v", box)
	}
	m := n.Sent().Port(0)[0]
	want(t, m, "payload.messages[0].status", `"0"`)
	want(t, m, `payload["message-count"]`, `"1"`)
	want(t, m, `payload.messages[0]["client-ref"]`, `"0123456789abcdef"`)
	want(t, m, "vonage.ids", fmt.Sprintf(`[%q]`, box[0].ID))
	for path, expect := range map[string]string{
		"req.a": `1`, "topic": `"t"`, "_msgid": `"0123456789abcdef"`,
		"vonage.ok": `true`, "vonage.api": `"sms"`, "vonage.account": `"simulator"`, "vonage.parts": `1`, "vonage.status": `"sent"`,
		"vonage.attempts": `1`, "vonage.price": `0.0333`, "vonage.balance": `10`, "vonage.error": `null`,
	} {
		want(t, m, path, expect)
	}
	if got := strings.Join(statuses(n), "|"); got != "grey ring simulator|blue dot sending|green dot sent 4477…0001" {
		t.Errorf("statuses %s", got)
	}
}

func TestSendSMSTexts(t *testing.T) {
	s, env := simulated(t)
	for _, c := range []struct {
		name, config, message string
		text, kind            string
		parts                 int
	}{
		{"nothing is escaped", `"text":"{{msg.payload}}"`, `"Rock & roll = \"fun\" <b>it's</b> a/b"`, `Rock & roll = "fun" <b>it's</b> a/b`, "text", 1},
		{"GSM extension", `"text":"<<msg.payload>>"`, `"[{|}]~^\\ 5 €"`, `[{|}]~^\ 5 €`, "text", 1},
		{"emoji are unicode", `"text":"<<msg.payload>>"`, `"ok 😀"`, "ok 😀", "unicode", 1},
		{"71 in unicode", `"text":"<<msg.payload>>"`, `"` + strings.Repeat("ж", 71) + `"`, strings.Repeat("ж", 71), "unicode", 2},
		{"161 plain", `"text":"<<msg.payload>>"`, `"` + strings.Repeat("a", 161) + `"`, strings.Repeat("a", 161), "text", 2},
		{"forced unicode", `"text":"<<msg.payload>>","encoding":"unicode"`, `"plain"`, "plain", "unicode", 1},
		{"forced text", `"text":"<<msg.payload>>","encoding":"text"`, `"ok 😀 ж"`, "ok ? ?", "text", 1},
		{"objects are JSON", `"text":"<<msg.payload>>"`, `{"a":[1,2]}`, `{"a":[1,2]}`, "text", 1},
		{"newline", `"text":"a\nb"`, `null`, "a\nb", "text", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.Clear()
			n := nodetest.New(t, "send-sms", `{"vonage":"v1","from":"Acme","to":"447700900001",`+c.config+`}`, env, nodetest.Config(`{"id":"v1","type":"vonage"}`))
			if err := n.Send(`{"payload":` + c.message + `}`); err != nil {
				t.Fatal(err)
			}
			if e := s.Outbox()[0]; e.Text != c.text || e.Type != c.kind || e.Parts != c.parts {
				t.Errorf("%+v", e)
			}
			m := n.Sent().Port(0)[0]
			want(t, m, "vonage.parts", fmt.Sprint(c.parts))
			if got := last(statuses(n)); c.parts > 1 && got != fmt.Sprintf("green dot sent 4477…0001, %d parts", c.parts) {
				t.Errorf("status %s", got)
			}
			warned := strings.Contains(strings.Join(n.Logs(), "\n"), "characters=😀ж")
			if warned != (c.name == "forced text") {
				t.Errorf("logs %q", n.Logs())
			}
		})
	}
}

// TestSendSMSNumbers: what cannot be a number never leaves this machine.
func TestSendSMSNumbers(t *testing.T) {
	p := asked(t, says(200, accepted))
	for _, c := range []struct{ config, message, sentTo, sentFrom, err, code string }{
		{`"from":"+44 7700 900-000","to":"<<msg.to>>"`, `{"to":"+44 (7700) 900.001"}`, "447700900001", "447700900000", "", ""},
		{`"from":"Acme Inc","to":"<<msg.to>>"`, `{"to":84901234567}`, "84901234567", "AcmeInc", "", ""},
		{`"from":"Acme","to":"{{msg.to}}"`, `{"to":"00447700900001"}`, "447700900001", "Acme", "", ""},
		{`"from":"Acme","to":"<<msg.to>>"`, `{"to":"07000 900 123"}`, "", "", "to: \"07000 900 123\" is a national number", "invalid_to"},
		{`"from":"Acme","to":"<<msg.to>>"`, `{"to":["447700900001"]}`, "", "", "to: ", "invalid_to"},
		{`"from":"Acme","to":"<<msg.to>>"`, `{"to":"AMAZON"}`, "", "", "to: \"AMAZON\" is no phone number", "invalid_to"},
		{`"from":"<<msg.from>>","to":"447700900001"`, `{"from":"A name too long"}`, "", "", "from: ", "invalid_from"},
		{`"from":"Acme","to":"<<msg.to>>"`, `{}`, "", "", "to is empty: <<msg.to>> has no value", ""},
		{`"from":"Acme","to":"<<msg.payload.msisdn>>"`, `{"payload":null}`, "", "", "to is empty: <<msg.payload.msisdn>> has no value", ""},
		{`"from":"<<msg.from>>","to":"<<msg.to>>"`, `{}`, "", "", "to is empty: <<msg.to>> has no value", ""},
		{`"from":"{{msg.payload.to}}","to":"447700900001"`, `{}`, "", "", "from is empty: {{msg.payload.to}} has no value", ""},
	} {
		before := len(p.requests())
		n := nodetest.New(t, "send-sms", `{"vonage":"v1","text":"hi",`+c.config+`}`, account(p.url, ""))
		if c.err == "" {
			if err := n.Send(c.message); err != nil {
				t.Errorf("%s %s: %v", c.config, c.message, err)
				continue
			}
			form, _ := url.ParseQuery(p.requests()[before].body)
			if form.Get("to") != c.sentTo || form.Get("from") != c.sentFrom {
				t.Errorf("%s %s: sent %v", c.config, c.message, form)
			}
			continue
		}
		m, err := failed(t, n, c.message)
		if !strings.HasPrefix(err.Error(), c.err) || len(p.requests()) != before {
			t.Errorf("%s %s: %v, %d requests", c.config, c.message, err, len(p.requests())-before)
		}
		if c.code != "" {
			want(t, m, "vonage.error.code", fmt.Sprintf("%q", c.code))
			want(t, m, "vonage.ok", "false")
		}
		if s := last(statuses(n)); !strings.HasPrefix(s, "red dot ") || strings.Contains(s, "07000 900 123") {
			t.Errorf("status %q", s)
		}
	}
	for _, c := range []struct{ text, err string }{
		{`"text":"<<msg.text>>"`, "text is empty: <<msg.text>> has no value"},
		{`"text":"` + strings.Repeat("a", 3201) + `"`, "text: 3201 characters: the provider takes 3200"},
	} {
		n := nodetest.New(t, "send-sms", `{"vonage":"v1","from":"Acme","to":"447700900001",`+c.text+`}`, account(p.url, ""))
		if _, err := failed(t, n, `{"text":"  "}`); err.Error() != c.err {
			t.Errorf("%v, want %s", err, c.err)
		}
	}
}

func TestSendSMSRequest(t *testing.T) {
	p := asked(t, says(200, accepted))
	n := nodetest.New(t, "send-sms", reply1, account(p.url+"/", ""))
	if err := n.Send(inbound); err != nil {
		t.Fatal(err)
	}
	r := p.requests()[0]
	if r.path != "/sms/json" || r.kind != "application/x-www-form-urlencoded" || r.authorization != "Basic YWJjZDEyMzQ6czNjcmV0" {
		t.Errorf("%+v", r) // printf abcd1234:s3cret | base64
	}
	if r.body != "client-ref=0123456789abcdef&from=447700900000&text=You+said+hello&to=447700900001&type=text" {
		t.Errorf("body %s", r.body)
	}
	want(t, n.Sent().Port(0)[0], "vonage.account", `"live"`)
	if strings.Contains(strings.Join(statuses(n), "|"), "simulator") {
		t.Errorf("statuses %v", statuses(n))
	}

	// A key without secret but with a signature secret signs.
	n = nodetest.New(t, "send-sms", reply1, nodetest.Config(fmt.Sprintf(
		`{"id":"v1","type":"vonage","smsUrl":%q,"signatureMethod":"sha512","credentials":{"apiKey":"abcd1234","signatureSecret":"sig-s3cret"}}`, p.url)))
	if err := n.Send(strings.Replace(inbound, "hello", "a&b=c 😀", 1)); err != nil {
		t.Fatal(err)
	}
	r = p.requests()[1]
	form, _ := url.ParseQuery(r.body)
	params := map[string]string{}
	for name := range form {
		params[name] = form.Get(name)
	}
	if r.authorization != "" || form.Has("api_secret") || form.Get("api_key") != "abcd1234" || form.Get("timestamp") == "" ||
		!sms.Verify(params, "sig-s3cret", "sha512") || form.Get("text") != "You said a&b=c 😀" {
		t.Errorf("%+v", r)
	}
}

// TestSendSMSAuth: exactly one of the three ways of vonage.md §1.1, each of
// which the simulator takes.
func TestSendSMSAuth(t *testing.T) {
	s, _ := simulated(t)
	a := s.Account()
	for _, c := range []struct {
		more   string
		header bool
		fields string // credentials in the body
	}{
		{``, true, ""},
		{`,"smsAuth":"body"`, false, "api_key api_secret"},
		{`,"smsAuth":"signature"`, false, "api_key sig timestamp"},
	} {
		p := asked(t, says(200, accepted))
		for _, to := range []string{p.url, s.URL()} {
			config := fmt.Sprintf(`{"id":"v1","type":"vonage","smsUrl":%q,"rate":0,"signatureMethod":%q%s,"credentials":{"apiKey":%q,"apiSecret":%q,"signatureSecret":%q}}`,
				to, a.SignatureMethod, c.more, a.APIKey, a.APISecret, a.SignatureSecret)
			if err := nodetest.New(t, "send-sms", reply1, nodetest.Config(config)).Send(inbound); err != nil {
				t.Errorf("%q at %s: %v", c.more, to, err)
			}
		}
		r := p.requests()[0]
		form, err := url.ParseQuery(r.body)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, name := range []string{"api_key", "api_secret", "sig", "timestamp"} {
			if form.Has(name) {
				got = append(got, name)
			}
		}
		if fields := strings.Join(got, " "); fields != c.fields || (r.authorization != "") != c.header {
			t.Errorf("%q: in the body %q, want %q; header %q", c.more, fields, c.fields, r.authorization)
		}
	}
}

// TestSendSMSRefusals: an HTTP 200 that says no is an error.
func TestSendSMSRefusals(t *testing.T) {
	one := func(status, text string) string {
		return fmt.Sprintf(`{"message-count":"1","messages":[{"to":"447700900001","status":%q,"error-text":%q}]}`, status, text)
	}
	for _, c := range []struct {
		name   string
		answer func(int, http.ResponseWriter)
		err    string
		code   string
		status string // under the node
		kind   string // msg.vonage.status
	}{
		{"bad credentials", says(200, one("4", "Bad Credentials")), "4 Bad Credentials: check API key and secret", "4", "red dot 4 Bad Credentials", "refused"},
		{"as numbers", says(200, `{"messages":[{"status":4}]}`), "4 Bad Credentials: check API key and secret", "4", "red dot 4 Bad Credentials", "refused"},
		{"demo account", says(200, one("29", "Non White-listed Destination - rejected")), "29 demo account: add 4477…0001 to the test numbers", "29", "red dot 29 Non White-listed Destination - rejected", "refused"},
		{"sender", says(200, one("15", "Illegal Sender Address - rejected")), `15 sender "447700900000" not allowed for 4477…0001`, "15", "red dot 15 Illegal Sender Address - rejected", "refused"},
		{"no credit", says(200, one("9", "Quota Exceeded - rejected")), "9 Quota Exceeded - rejected: top up the account", "9", "red dot 9 Quota Exceeded - rejected", "refused"},
		{"unknown status", says(200, one("777", "News")), "777 News", "777", "red dot 777 News", "refused"},
		{"all parts", says(200, `{"messages":[{"status":"1","error-text":"x"},{"status":"1","error-text":"x"}]}`), "1 x", "1", "red dot 1 x", "refused"},
		{"some parts", says(200, `{"messages":[{"status":"0","message-id":"a"},{"status":"9","error-text":"Quota"},{"status":"0","message-id":"b"}]}`),
			"partly sent 2/3, so it is not sent again: part 2: 9 Quota: top up the account", "partial", "yellow dot partly sent 2/3", "partial"},
		{"401", says(401, `{"title":"no"}`), "401 Unauthorized: check the account's credentials", "401", "red dot 401 Unauthorized", "refused"},
		{"404", says(404, `gone`), "404 Not Found", "404", "red dot 404 Not Found", "refused"},
		{"redirect", says(302, ``, "Location", "/elsewhere"), "302 Found: redirects are not followed, check the account's URLs", "302", "red dot 302 Found", "refused"},

		{"empty 200", says(200, ``), "", "ambiguous", "red ring no answer, may have been sent", "unknown"},
		{"malformed 200", says(200, `{"messages":[`), "", "ambiguous", "red ring no answer, may have been sent", "unknown"},
		{"HTML", says(200, `<html>`), "", "ambiguous", "red ring no answer, may have been sent", "unknown"},
		{"wrong type", says(200, `["messages"]`), "", "ambiguous", "red ring no answer, may have been sent", "unknown"},
		{"messages of the wrong type", says(200, `{"messages":"ok"}`), "", "ambiguous", "red ring no answer, may have been sent", "unknown"},
		{"no messages", says(200, `{"message-count":"0","messages":[]}`), "", "ambiguous", "red ring no answer, may have been sent", "unknown"},
		{"part of the wrong type", says(200, `{"messages":[7]}`), "", "ambiguous", "red ring no answer, may have been sent", "unknown"},
		{"part without status", says(200, `{"messages":[{"status":"0"},{"message-id":"a"}]}`), "", "ambiguous", "red ring no answer, may have been sent", "unknown"},
		{"500", says(500, `oops`), "", "ambiguous", "red ring no answer, may have been sent", "unknown"},
		{"502", says(502, ``), "", "ambiguous", "red ring no answer, may have been sent", "unknown"},
		{"504", says(504, ``), "", "ambiguous", "red ring no answer, may have been sent", "unknown"},
		{"reset", func(_ int, w http.ResponseWriter) { reset(t, w) }, "", "ambiguous", "red ring no answer, may have been sent", "unknown"},
		{"broken off", func(_ int, w http.ResponseWriter) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, accepted)
		}, "", "ambiguous", "red ring no answer, may have been sent", "unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := asked(t, c.answer)
			n := nodetest.New(t, "send-sms", reply1, account(p.url, ""))
			m, err := failed(t, n, inbound)
			if c.err != "" && err.Error() != c.err || c.err == "" && !strings.Contains(err.Error(), "may have been sent") {
				t.Errorf("error %q, want %q", err, c.err)
			}
			if len(p.requests()) != 1 {
				t.Errorf("%d requests, want 1", len(p.requests()))
			}
			if _, retry := node.RetryAfter(err); retry {
				t.Error("marked for another try")
			}
			want(t, m, "vonage.ok", "false")
			want(t, m, "vonage.status", fmt.Sprintf("%q", c.kind))
			want(t, m, "vonage.error.code", fmt.Sprintf("%q", c.code))
			want(t, m, "vonage.error.retryable", "false")
			want(t, m, "vonage.error.ambiguous", fmt.Sprint(c.kind == "unknown"))
			want(t, m, "req.a", "1")
			if got := last(statuses(n)); got != c.status {
				t.Errorf("status %q, want %q", got, c.status)
			}
			if code, _, _ := err.(interface{ ErrorDetails() (any, string, any) }).ErrorDetails(); code != c.code {
				t.Errorf("code %v", code)
			}
			if strings.Contains(err.Error(), "s3cret") || strings.Contains(strings.Join(n.Logs(), ""), "s3cret") {
				t.Errorf("a secret shows: %v", err)
			}
		})
	}
}

func reset(t testing.TB, w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	conn.Close()
}

// TestSendSMSAnswerUnchanged: what the provider says reaches the flow as it is.
func TestSendSMSAnswerUnchanged(t *testing.T) {
	const odd = `{"z":1,"message-count":"2","messages":[{"status":"0","message-id":"a","message-price":"0.1","extra":{"x":null}},{"status":0,"message-id":7,"message-price":0.2,"remaining-balance":"5"}],"a":2}`
	p := asked(t, says(200, odd))
	n := nodetest.New(t, "send-sms", reply1, account(p.url, ""))
	if err := n.Send(inbound); err != nil {
		t.Fatal(err)
	}
	m := n.Sent().Port(0)[0]
	want(t, m, "payload", odd)
	want(t, m, "vonage.ids", `["a","7"]`)
	want(t, m, "vonage.parts", `2`)
	want(t, m, "vonage.price", `0.3`)
	want(t, m, "vonage.balance", `5`)
}

// TestSendSMSRetries: what was certainly not accepted is tried again, with the
// pauses of messaging-practice.md §4.
func TestSendSMSRetries(t *testing.T) {
	throttled := says(200, `{"messages":[{"status":"1","error-text":"Throughput Rate Exceeded - please wait [ 2000 ] and retry"}]}`)
	busy := says(200, `{"messages":[{"status":"1","error-text":"slow down"}]}`)
	broken := says(200, `{"messages":[{"status":"5"}]}`)
	ok := says(200, accepted)
	for _, c := range []struct {
		name     string
		answer   func(int, http.ResponseWriter)
		requests int
		err      string
		low      time.Duration // of the time it took; jitter adds a quarter
		status   string        // one of those shown
		after    time.Duration // the least that Retry asks for
	}{
		{"named wait", inTurn(throttled, ok), 2, "", 2 * time.Second, "yellow ring throttled, retry in 2", 0},
		{"doubling", inTurn(busy, busy, busy, busy, ok), 5, "", 3750 * time.Millisecond, "(5/5)", 0},
		{"never", busy, 5, "1 slow down", 3750 * time.Millisecond, "red dot 1 slow down", 4 * time.Second},
		{"too many connections", inTurn(says(200, `{"messages":[{"status":"10"}]}`), ok), 2, "", 250 * time.Millisecond, "throttled", 0},
		{"429", inTurn(says(429, ``, "Retry-After", "3"), ok), 2, "", 3 * time.Second, "throttled, retry in 3", 0},
		{"429 for an hour", says(429, ``, "Retry-After", "3600"), 1, "429 Too Many Requests", 0, "red dot 429 Too Many Requests", time.Hour},
		{"internal error", inTurn(broken, ok), 2, "", 250 * time.Millisecond, "yellow ring retry in ", 0},
		{"internal error for ever", broken, 3, "5 internal error of the provider", 750 * time.Millisecond, "(3/3)", time.Second},
		{"503", inTurn(says(503, ``), says(503, `x`), ok), 3, "", 750 * time.Millisecond, "(3/3)", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := nodetest.New(t, "send-sms", reply1, account("http://provider.test", ""))
				p := inMemory(t, n, c.answer)
				began := time.Now()
				m := nodetest.Message(t, inbound)
				err := n.Receive(m)
				took := time.Since(began)
				if len(p.requests()) != c.requests || took < c.low || took > c.low+c.low/4 {
					t.Errorf("%d requests in %s, want %d in %s", len(p.requests()), took, c.requests, c.low)
				}
				if all := strings.Join(statuses(n), "|"); !strings.Contains(all, c.status) {
					t.Errorf("statuses %s, want %s", all, c.status)
				}
				if c.err == "" {
					if err != nil {
						t.Fatal(err)
					}
					want(t, n.Sent().Port(0)[0], "vonage.attempts", fmt.Sprint(c.requests))
					return
				}
				after, retry := node.RetryAfter(err)
				if err == nil || err.Error() != c.err || !retry || after < c.after || after > c.after+c.after/4 {
					t.Errorf("%v, retry %v after %s", err, retry, after)
				}
				want(t, m, "vonage.error.retryable", "true")
			})
		})
	}
}

// TestSendSMSThrottleHoldsAll: when the provider is asked too often, everybody
// who uses the account waits.
func TestSendSMSThrottleHoldsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "send-sms", reply1, account("http://provider.test", ""))
		throttled := says(200, `{"messages":[{"status":"1","error-text":"please wait [ 2000 ] and retry"}]}`)
		inMemory(t, n, inTurn(throttled, says(200, accepted)))
		began := time.Now()
		first := make(chan error, 1)
		go func() { first <- n.Receive(nodetest.Message(t, inbound)) }()
		synctest.Wait() // it was refused and pauses
		if err := n.Send(strings.Replace(inbound, "447700900001", "447700900002", 1)); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took < 2*time.Second {
			t.Errorf("another text left after %s", took)
		}
		if !strings.Contains(strings.Join(statuses(n), "|"), "grey ring queued 1") {
			t.Errorf("statuses %q", statuses(n))
		}
		if err := <-first; err != nil {
			t.Error(err)
		}
	})
}

func TestSendSMSNoAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "send-sms", reply1, account("http://provider.test", ""))
		release := make(chan struct{})
		p := inMemory(t, n, func(int, http.ResponseWriter) { <-release })
		defer close(release)
		began := time.Now()
		m, err := failed(t, n, inbound)
		if took := time.Since(began); took != requestTimeout || len(p.requests()) != 1 {
			t.Errorf("%d requests in %s", len(p.requests()), took)
		}
		if _, retry := node.RetryAfter(err); retry || !strings.HasPrefix(err.Error(), "no answer from http://provider.test within 15s: the text may have been sent") {
			t.Errorf("%v", err)
		}
		want(t, m, "vonage.error.ambiguous", "true")
	})
}

// TestSendSMSUnreachable: where nothing left, another try is safe.
func TestSendSMSUnreachable(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	broken := httptest.NewUnstartedServer(http.NotFoundHandler())
	broken.Config.ErrorLog = log.New(io.Discard, "", 0)
	broken.StartTLS() // its certificate is nobody's
	defer broken.Close()
	for _, url := range []string{closed.URL, broken.URL} {
		n := nodetest.New(t, "send-sms", reply1, account(url, ""))
		m, err := failed(t, n, inbound)
		if _, retry := node.RetryAfter(err); !retry || !strings.HasPrefix(err.Error(), "cannot reach "+url+": ") {
			t.Errorf("%s: %v", url, err)
		}
		want(t, m, "vonage.attempts", "3")
		want(t, m, "vonage.error.code", `"unreachable"`)
		want(t, m, "vonage.error.ambiguous", "false")
	}
}

// TestSendSMSBegin: behind a durable inbox nothing leaves before it is noted,
// and a repeated delivery keeps its label.
func TestSendSMSBegin(t *testing.T) {
	p := asked(t, says(200, accepted))
	d := &node.Delivery{Key: strings.Repeat("k", 150), OnBegin: func() error { return fmt.Errorf("disk full") }}
	n := nodetest.New(t, "send-sms", reply1, account(p.url, ""), nodetest.Delivery(d))
	if _, err := failed(t, n, inbound); !strings.Contains(err.Error(), "disk full") || len(p.requests()) != 0 {
		t.Errorf("%v, %d requests", err, len(p.requests()))
	}
	begun := 0
	d.OnBegin = func() error { begun++; return nil }
	if err := n.Send(inbound); err != nil || begun != 1 {
		t.Errorf("%v, begun %d times", err, begun)
	}
	form, _ := url.ParseQuery(p.requests()[0].body)
	if ref := form.Get("client-ref"); len([]rune(ref)) != 100 {
		t.Errorf("client-ref of %d characters", len([]rune(ref)))
	}
}

func TestSendSMSStopped(t *testing.T) {
	arrived, release := make(chan struct{}), make(chan struct{})
	p := asked(t, func(int, http.ResponseWriter) { close(arrived); <-release })
	defer close(release)
	n := nodetest.New(t, "send-sms", reply1, account(p.url, ""))
	ended := make(chan error)
	go func() { ended <- n.Receive(nodetest.Message(t, inbound)) }()
	<-arrived
	n.Close()
	err := <-ended
	if _, retry := node.RetryAfter(err); err == nil || retry || !strings.Contains(err.Error(), "stopped before") || !strings.Contains(err.Error(), "may have been sent") {
		t.Errorf("%v", err)
	}
}

// TestOldPalette: a flow made with the original nodes runs as it is.
func TestOldPalette(t *testing.T) {
	p := asked(t, says(200, accepted))
	old := nodetest.Config(fmt.Sprintf(`{"id":"c1","type":"nexmobasic","smsUrl":%q,"credentials":{"apikey":"abcd1234","apisecret":"s3cret"}}`, p.url))
	for unicode, kind := range map[string]string{"true": "unicode", `"1"`: "unicode", "1": "unicode", "false": "text", `""`: "text", "null": "text"} {
		n := nodetest.New(t, "sendsms", `{"creds":"c1","to":"{{msg.payload.msisdn}}","fr":"{{msg.payload.to}}","text":"You said {{msg.payload.text}}","unicode":`+unicode+`}`, old)
		if err := n.Send(inbound); err != nil {
			t.Fatal(err)
		}
		all := p.requests()
		form, _ := url.ParseQuery(all[len(all)-1].body)
		if form.Get("from") != "447700900000" || form.Get("to") != "447700900001" || form.Get("text") != "You said hello" || form.Get("type") != kind {
			t.Errorf("unicode %s: %v", unicode, form)
		}
	}
	n := nodetest.New(t, "sendsms", `{"creds":"c1","to":"447700900001","fr":"Acme","text":"x","unicode":true,"encoding":"auto"}`, old)
	if got := nodetest.Of[SendSMS](n).Encoding; got != "auto" {
		t.Errorf("the old checkbox overrules the encoding: %s", got)
	}
	if _, err := failed(t, nodetest.New(t, "sendsms", `{"creds":"c1","to":"{{msg.x}}","fr":"Acme","text":"x"}`, old), `{}`); !strings.Contains(err.Error(), "{{msg.x}} has no value") {
		t.Error(err)
	}
}

func TestSendSMSKey(t *testing.T) {
	n := nodetest.New(t, "send-sms", reply1, account("http://provider.test", ""))
	k := nodetest.Of[SendSMS](n)
	a := k.Key(nodetest.Message(t, `{"payload":{"msisdn":"+44 7700 900001"}}`))
	if b := k.Key(nodetest.Message(t, `{"payload":{"msisdn":"447700900001"}}`)); a != b || a != "447700900001" {
		t.Errorf("%q and %q", a, b)
	}
	if c := k.Key(msg.NewObject(0)); c != "" {
		t.Errorf("%q", c)
	}
}

func TestSendSMSProblems(t *testing.T) {
	_, env := simulated(t)
	for _, c := range []struct{ config, account, want string }{
		{`{}`, `{}`, "vonage: is required|from: is required|to: is required|text: is required"},
		{`{"vonage":"v1","from":"a","to":"b","text":"<<msg."}`, `{}`, "text: "},
		{`{"vonage":"v1","from":"a","to":"b","text":"c","encoding":"utf8"}`, `{}`, `encoding: "utf8" is not one of auto, text, unicode`},
		{`{"vonage":"v1","from":"a","to":"b","text":"c"}`, `{"credentials":{"apiKey":"k","signatureSecret":"s"}}`, ""},
		{`{"vonage":"nope","from":"a","to":"b","text":"c"}`, `{}`, "vonage: "},
	} {
		got := strings.Join(nodetest.Check(t, "send-sms", c.config, env, nodetest.Config(strings.Replace(c.account, "{", `{"id":"v1","type":"vonage"`+comma(c.account), 1))), "|")
		if got != c.want && (c.want == "" || !strings.HasPrefix(got, c.want)) {
			t.Errorf("%s: %q, want %q", c.config, got, c.want)
		}
	}
}

func comma(object string) string {
	if object == "{}" {
		return ""
	}
	return ","
}

// FuzzAnswer: whatever a provider says, only an answer of which every part has
// the status 0 is a success, and only a whole refusal may be tried again.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{accepted, ``, `{}`, `{"messages":[]}`, `{"messages":[null]}`, `{"messages":[{"status":"0"},{"status":"1"}]}`,
		`{"messages":[{"status":"1","error-text":"wait [ 9 ]"}]}`, `{"messages":{"0":{"status":"0"}}}`, `[{"status":"0"}]`, `{"messages":[{"status":0}]}`} {
		f.Add(200, seed)
	}
	f.Add(503, `x`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		r := readSMS(&reply{status, http.Header{}, []byte(body)}, &text{from: "Acme", to: "447700900001"})
		var o struct{ Messages []struct{ Status any } }
		good := status >= 200 && status < 300 && json.Unmarshal([]byte(body), &o) == nil && len(o.Messages) > 0
		for _, m := range o.Messages {
			good = good && (m.Status == "0" || m.Status == 0.0)
		}
		if r.failure == nil && !good {
			t.Fatalf("%d %q is taken for a success", status, body)
		}
		if r.failure != nil && r.failure.retryable && (r.failure.ambiguous || r.failure.partial || len(r.ids) > 0) {
			t.Fatalf("%d %q would be sent again: %+v", status, body, r.failure)
		}
	})
}

func BenchmarkSendSMS(b *testing.B) {
	_, env := simulated(b)
	n := nodetest.New(b, "send-sms", reply1, env, nodetest.Config(`{"id":"v1","type":"vonage"}`))
	for b.Loop() {
		if err := n.Send(inbound); err != nil {
			b.Fatal(err)
		}
		n.Take()
	}
}

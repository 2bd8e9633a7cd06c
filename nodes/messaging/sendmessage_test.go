package messaging

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

const greet = `{"vonage":"v1","channel":"sms","kind":"text","from":"Acme","to":"<<msg.payload.from>>","text":"Hello <<msg.payload.name>>"}`

func TestSendMessageAtSimulator(t *testing.T) {
	s, env := simulated(t)
	n := nodetest.New(t, "send-message", greet, env, nodetest.Config(`{"id":"v1","type":"vonage"}`))
	if err := n.Send(`{"payload":{"from":"+44 7700 900001","name":"Zoë 😀"},"topic":"t","_msgid":"m1"}`); err != nil {
		t.Fatal(err)
	}
	e := s.Outbox()[0]
	if e.API != "messages" || e.From != "Acme" || e.To != "447700900001" || e.Text != "Hello Zoë 😀" || e.ClientRef != "m1" {
		t.Errorf("outbox %+v", e)
	}
	if s.Account().PrivateKey == "" {
		t.Error("sent without the application's key")
	}
	m := n.Sent().Port(0)[0]
	want(t, m, "payload", fmt.Sprintf(`{"message_uuid":%q}`, e.ID))
	want(t, m, "vonage.ids", fmt.Sprintf(`[%q]`, e.ID))
	want(t, m, "vonage.api", `"messages"`)
	want(t, m, "vonage.ok", `true`)
	want(t, m, "topic", `"t"`)
	if got := strings.Join(statuses(n), "|"); got != "grey ring simulator|blue dot sending|green dot sent 4477…0001" {
		t.Errorf("statuses %s", got)
	}
}

// TestSendMessageLive: a live account at the simulator's address, by JWT and
// by Basic.
func TestSendMessageLive(t *testing.T) {
	s, _ := simulated(t)
	key, a := s.PrivateKey(), s.Account()
	base := func(credentials string) nodetest.Option {
		return nodetest.Config(fmt.Sprintf(`{"id":"v1","type":"vonage","messagesUrl":%q,"credentials":%s}`, s.URL(), credentials))
	}
	quoted := string(msg.Encode(strings.ReplaceAll(key, "\n", " ")))
	for name, credentials := range map[string]string{
		"jwt":   fmt.Sprintf(`{"applicationId":%q,"privateKey":%s}`, a.ApplicationID, quoted),
		"old":   fmt.Sprintf(`{"appid":%q,"privatekey":%s}`, a.ApplicationID, quoted),
		"basic": fmt.Sprintf(`{"apiKey":%q,"apiSecret":%q}`, a.APIKey, a.APISecret),
	} {
		n := nodetest.New(t, "send-message", greet, base(credentials))
		if err := n.Send(`{"payload":{"from":"447700900001"}}`); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if (gatewayOf(n).tokens == nil) != (name == "basic") {
			t.Errorf("%s: wrong kind of credentials", name)
		}
	}
	n := nodetest.New(t, "send-message", greet, base(fmt.Sprintf(`{"applicationId":"0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d","privateKey":%s}`, quoted)))
	m, err := failed(t, n, `{"payload":{"from":"447700900001"}}`)
	if !strings.HasPrefix(err.Error(), "401 Unauthorized: check the account's credentials (Unauthorized; ") {
		t.Errorf("%v", err)
	}
	want(t, m, "payload.title", `"Unauthorized"`)
}

func TestSendMessageFailures(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer func(int, http.ResponseWriter)
		n      int
		err    string
		kind   string
	}{
		{"422", says(422, `{"title":"Invalid params","detail":"No.","invalid_parameters":[{"name":"to","reason":"is odd"}]}`), 1,
			"422 Unprocessable Entity (Invalid params; No.; to is odd)", "refused"},
		{"402", says(402, `{"title":"Low balance"}`), 1, "402 Payment Required: top up the account (Low balance)", "refused"},
		{"401 by Basic", says(401, `{}`, "Date", "Mon, 01 Jan 2001 00:00:00 GMT"), 1, "401 Unauthorized: check the account's credentials", "refused"},
		{"text as 422", says(422, `nope`), 1, "422 Unprocessable Entity", "refused"},
		{"empty 202", says(202, ``), 1, "", "unknown"},
		{"202 of the wrong type", says(202, `[1]`), 1, "", "unknown"},
		{"202 without uuid", says(202, `{"message_uuid":""}`), 1, "", "unknown"},
		{"malformed 202", says(202, `{"message_uuid":`), 1, "", "unknown"},
		{"500", says(500, `{"title":"Internal error"}`), 1, "", "unknown"},
		{"reset", func(_ int, w http.ResponseWriter) { reset(t, w) }, 1, "", "unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := asked(t, c.answer)
			n := nodetest.New(t, "send-message", greet, account(p.url, ""))
			m, err := failed(t, n, `{"payload":{"from":"447700900001"}}`)
			if c.err != "" && err.Error() != c.err || c.err == "" && !strings.Contains(err.Error(), "may have been sent") {
				t.Errorf("error %q, want %q", err, c.err)
			}
			want(t, m, "vonage.status", fmt.Sprintf("%q", c.kind))
			if len(p.requests()) != c.n {
				t.Errorf("%d requests", len(p.requests()))
			}
			if r := p.requests()[0]; r.path != "/v1/messages" || r.kind != "application/json" || r.authorization != "Basic YWJjZDEyMzQ6czNjcmV0" {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestSendMessageThrottled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "send-message", greet, account("http://provider.test", ""))
		p := inMemory(t, n, inTurn(says(429, `{"title":"Rate Limit Hit"}`), says(202, `{"message_uuid":"u1"}`)))
		if err := n.Send(`{"payload":{"from":"447700900001","name":"x"}}`); err != nil {
			t.Fatal(err)
		}
		all := p.requests()
		if len(all) != 2 || all[0].body != all[1].body || all[0].body != `{"channel":"sms","message_type":"text","to":"447700900001","from":"Acme","text":"Hello x"}` {
			t.Errorf("%+v", all)
		}
		want(t, n.Sent().Port(0)[0], "vonage.attempts", "2")
	})
}

// TestToken: one token serves until a minute before its end, a refused one is
// made anew once, and a wrong clock is told (vonage.md §4).
func TestToken(t *testing.T) {
	quoted := string(msg.Encode(testKeys().pkcs8))
	live := nodetest.Config(`{"id":"v1","type":"vonage","messagesUrl":"http://provider.test","credentials":{"applicationId":"0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d","privateKey":` + quoted + `}}`)
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "send-message", greet, live)
		ok := says(202, `{"message_uuid":"u1"}`)
		bad := func(_ int, w http.ResponseWriter) {
			says(401, `{"title":"Unauthorized"}`, "Date", time.Now().Add(-95*time.Second).UTC().Format(http.TimeFormat))(0, w)
		}
		p := inMemory(t, n, inTurn(ok, ok, ok, bad, ok, bad, bad, ok))
		send := func() error { return n.Send(`{"payload":{"from":"447700900001"}}`) }
		tokenOf := func(i int) string { return strings.TrimPrefix(p.requests()[i].authorization, "Bearer ") }

		began := time.Now()
		if err := send(); err != nil {
			t.Fatal(err)
		}
		header, claims := claimsOf(t, tokenOf(0))
		if header["alg"] != "RS256" || header["typ"] != "JWT" || claims["application_id"] != "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d" || len(claims["jti"].(string)) != 36 || len(claims) != 4 {
			t.Errorf("%v %v", header, claims)
		}
		iat, exp := int64(claims["iat"].(float64)), int64(claims["exp"].(float64))
		if iat > began.Unix() || iat < began.Unix()-10 || exp-iat != 900 {
			t.Errorf("iat %d, exp %d at %d", iat, exp, began.Unix())
		}
		time.Sleep(time.Until(time.Unix(exp-61, 0))) // a bubble's clock
		if err := send(); err != nil || tokenOf(1) != tokenOf(0) {
			t.Errorf("%v; 61 s before its end the token is not used", err)
		}
		time.Sleep(time.Second)
		if err := send(); err != nil || tokenOf(2) == tokenOf(0) {
			t.Errorf("%v; 60 s before its end the token is still used", err)
		}
		if err := send(); err != nil || len(p.requests()) != 5 || tokenOf(3) != tokenOf(2) || tokenOf(4) == tokenOf(3) {
			t.Errorf("%v; a refused token was not made anew: %d requests", err, len(p.requests()))
		}
		err := send()
		if len(p.requests()) != 7 || err == nil || err.Error() != "401 Unauthorized: check the account's credentials (Unauthorized; this machine's clock is 1m35s ahead)" {
			t.Errorf("%v after %d requests", err, len(p.requests()))
		}
		if _, retry := node.RetryAfter(err); retry {
			t.Error("marked for another try")
		}
	})
}

func claimsOf(t *testing.T, token string) (header, claims map[string]any) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("no token: %q", token)
	}
	read := func(part string) map[string]any {
		data, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil {
			t.Fatal(err)
		}
		o, err := msg.DecodeObject(data)
		if err != nil {
			t.Fatal(err)
		}
		return msg.Plain(o).(map[string]any)
	}
	return read(parts[0]), read(parts[1])
}

func TestSendMessageProblems(t *testing.T) {
	_, env := simulated(t)
	for _, c := range []struct{ change, with, want string }{
		{`"sms"`, `"whatsapp"`, `channel: "whatsapp" is not one of sms`},
		{`"text"`, `"image"`, `kind: "image" is not one of text`},
		{`"channel":"sms","kind":"text",`, ``, ""},
		{`"v1"`, `""`, "vonage: is required"},
	} {
		got := strings.Join(nodetest.Check(t, "send-message", strings.Replace(greet, c.change, c.with, 1), env, nodetest.Config(`{"id":"v1","type":"vonage"}`)), "|")
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.with, got, c.want)
		}
	}
	n := nodetest.New(t, "send-message", strings.Replace(greet, "Hello <<msg.payload.name>>", strings.Repeat("a", 1001), 1), env, nodetest.Config(`{"id":"v1","type":"vonage"}`))
	if _, err := failed(t, n, `{"payload":{"from":"447700900001"}}`); err.Error() != "text: 1001 characters: the provider takes 1000" {
		t.Error(err)
	}
}

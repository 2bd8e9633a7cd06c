package messaging

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"reflect"
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

// TestSendMessageProblems: what no message could get through with is told at
// deploy.
func TestSendMessageProblems(t *testing.T) {
	_, env := simulated(t)
	for _, c := range []struct{ config, want string }{
		{`"channel":"sms","text":"x"`, ""},
		{`"channel":"sms","kind":"image","text":"x"`, ""}, // hidden, so it cannot be wrong
		{`"channel":"fax","text":"x"`, `channel: "fax" is not one of sms, mms, rcs, whatsapp, messenger, viber_service, payload`},
		{`"channel":"whatsapp","kind":"poem"`, `kind: "poem" is not one of`},
		{`"channel":"sms"`, "text: is required"},
		{`"channel":"whatsapp","kind":"image"`, "url: is required"},
		{`"channel":"viber_service","kind":"video","url":"https://e.x/a"`, "thumbUrl: is required|duration: is required|fileSize: is required"},
		{`"channel":"messenger","kind":"text","text":"x","messengerCategory":"message_tag"`, "tag: is required"},
		{`"channel":"messenger","kind":"vcard","url":"https://e.x/a"`, "kind: messenger takes text, image, audio, video, file, not vcard"},
		{`"channel":"messenger","kind":"custom","custom":"{}"`, "kind: messenger takes text, image, audio, video, file, not custom"},
		{`"channel":"messenger","kind":"custom","custom":"{}","version":"v0.1"`, ""},
		{`"channel":"rcs","kind":"text","text":"x","version":"v0.1"`, "channel: v0.1 has no rcs"},
		{`"channel":"payload","from":"","to":""`, ""},
		{`"channel":"whatsapp","kind":"text","text":"x","failover":[{"channel":"sms","from":"a","to":"b"}]`, "failover[0].text: is required"},
		{`"channel":"whatsapp","kind":"text","text":"x","failover":[{"until":"read","expiry":10,"from":"a","to":"b","text":"x"}]`, "failover[0].expiry: 10 is below 15"},
		{`"channel":"sms","text":"x","failover":[{"until":"read","from":"a","to":"b","text":"x"}]`, "failover[0].until: nobody tells when an sms is read: choose delivered"},
		{`"channel":"whatsapp","kind":"text","text":"x","version":"v0.1","failover":[{"from":"a","to":"b","text":"x"}]`, "failover[0].until: v0.1 needs a time: delivered or read"},
	} {
		got := strings.Join(nodetest.Check(t, "send-message", `{"vonage":"v1","from":"Acme","to":"447700900001",`+c.config+`}`, env, nodetest.Config(`{"id":"v1","type":"vonage"}`)), "|")
		if got != c.want && (c.want == "" || !strings.HasPrefix(got, c.want)) {
			t.Errorf("%s: %q, want %q", c.config, got, c.want)
		}
	}
}

// TestSendMessageLimits: what the channel would refuse never leaves this
// machine (vonage.md §2.2). The payload is a message of v1.
func TestSendMessageLimits(t *testing.T) {
	p := asked(t, says(202, `{"message_uuid":"u"}`))
	n := nodetest.New(t, "send-message", `{"vonage":"v1","channel":"payload"}`, account(p.url, `,"rate":0`))
	long := func(n int) string { return strings.Repeat("é", n) }
	for _, c := range []struct{ channel, kind, rest, err string }{
		{"sms", "text", `"text":"` + long(1000) + `"`, ""},
		{"sms", "text", `"text":"` + long(1001) + `"`, "text: 1001 characters: the provider takes 1000"},
		{"sms", "text", `"text":" "`, "text: is empty"},
		{"sms", "text", `"text":["x"]`, "text: is not text"},
		{"sms", "text", `"text":"x","ttl":"60"`, `ttl: "60" is not a whole number`},
		{"sms", "text", `"text":"x","sms":{"encoding_type":"utf8"}`, `sms.encoding_type: "utf8" is not one of auto, text, unicode`},
		{"sms", "image", `"image":{}`, `kind: sms takes text, not "image"`},
		{"mms", "image", `"image":{"url":"http://example.com/a.jpg"}`, `image.url: "http://example.com/a.jpg" is not a public https address`},
		{"mms", "image", `"image":{"url":"https://example.com/a.jpg","caption":"` + long(3001) + `"}`, "image.caption: 3001 characters: the provider takes 3000"},
		{"mms", "image", `"image":"https://example.com/a.jpg"`, "image: is not an object"},
		{"mms", "text", `"text":"x","ttl":299`, "ttl: 299 is not between 300 and 259200"},
		{"mms", "text", `"text":"x","ttl":300`, ""},
		{"mms", "content", `"content":[]`, "content: is no list with something in it"},
		{"mms", "content", `"content":[7]`, "content[0]: is not an object"},
		{"mms", "content", `"content":[{"type":"image","url":"https://e.x/a"},{"type":"poem","url":"https://e.x/a"}]`, `content[1].type: "poem" is not one of`},
		{"rcs", "text", `"text":"` + long(3072) + `"`, ""},
		{"rcs", "text", `"text":"` + long(3073) + `"`, "text: 3073 characters"},
		{"rcs", "text", `"text":"x","ttl":2592001`, "ttl: 2592001 is not between"},
		{"rcs", "text", `"text":"x","rcs":{"category":"news"}`, `rcs.category: "news" is not one of`},
		{"rcs", "text", `"text":"x","suggestions":{}`, "suggestions: is no list with something in it"},
		{"rcs", "custom", `"custom":{}`, "custom: is an empty object"},
		{"whatsapp", "text", `"text":"` + long(4097) + `"`, "text: 4097 characters"},
		{"whatsapp", "template", `"template":{"name":"ns:a"}`, "whatsapp: is missing"},
		{"whatsapp", "template", `"template":{"name":"ns:a"},"whatsapp":{}`, "whatsapp.locale: is missing"},
		{"whatsapp", "template", `"template":{"name":"a b"},"whatsapp":{"locale":"en"}`, `template.name: "a b" is not namespace:name`},
		{"whatsapp", "template", `"template":{"name":"ns:a","parameters":[1]},"whatsapp":{"locale":"en"}`, "template.parameters[0]: is not text"},
		{"whatsapp", "template", `"template":{"name":"ns:a","parameters":["1"]},"whatsapp":{"locale":"en"}`, ""},
		{"whatsapp", "sticker", `"sticker":{"url":"https://e.x/a","id":"x"}`, "sticker: needs either a url or an id"},
		{"whatsapp", "sticker", `"sticker":{}`, "sticker: needs either a url or an id"},
		{"whatsapp", "reaction", `"reaction":{"action":"react","emoji":"x"}`, "context: is missing"},
		{"whatsapp", "reaction", `"reaction":{"action":"react"},"context":{"message_uuid":"u"}`, "reaction.emoji: is missing"},
		{"whatsapp", "reaction", `"reaction":{"action":"like"},"context":{"message_uuid":"u"}`, `reaction.action: "like" is not one of`},
		{"messenger", "text", `"text":"` + long(641) + `"`, "text: 641 characters"},
		{"messenger", "text", `"text":"x","messenger":{"category":"message_tag"}`, "messenger.tag: is missing"},
		{"viber_service", "text", `"text":"` + long(1001) + `"`, "text: 1001 characters"},
		{"viber_service", "text", `"text":"x","viber_service":{"ttl":29}`, "viber_service.ttl: 29 is not between 30 and 259200"},
		{"viber_service", "text", `"text":"x","viber_service":{"action":{"url":"https://e.x","text":"` + long(31) + `"}}`, "viber_service.action.text: 31 characters"},
		{"viber_service", "image", `"image":{"url":"https://e.x/a"},"viber_service":{"action":{"url":"https://e.x","text":"Go"}}`, "image.caption: is needed with a button"},
		{"viber_service", "video", `"video":{"url":"https://e.x/a","thumb_url":"https://e.x/b"}`, "viber_service: is missing"},
		{"viber_service", "video", `"video":{"url":"https://e.x/a"},"viber_service":{"duration":"1","file_size":"1"}`, "video.thumb_url: is missing"},
		{"viber_service", "video", `"video":{"url":"https://e.x/a","thumb_url":"https://e.x/b"},"viber_service":{"duration":"601","file_size":"1"}`, "viber_service.duration: 601 is not between 1 and 600"},
		{"viber_service", "video", `"video":{"url":"https://e.x/a","thumb_url":"https://e.x/b"},"viber_service":{"duration":600,"file_size":"201"}`, "viber_service.file_size: 201 is not between 1 and 200"},
		{"viber_service", "video", `"video":{"url":"https://e.x/a","thumb_url":"https://e.x/b"},"viber_service":{"duration":600,"file_size":200}`, ""},
		{"viber_service", "file", `"file":{"url":"https://e.x/a","name":"` + long(26) + `"}`, "file.name: 26 characters"},
		{"fax", "text", `"text":"x"`, `channel: "fax" is none of`},
		{"sms", "text", `"text":"x","webhook_url":"example.com"`, `webhook_url: "example.com" is not a URL`},
		{"sms", "text", `"text":"x","client_ref":"` + long(101) + `"`, "client_ref: 101 characters"},
	} {
		before := len(p.requests())
		m := nodetest.Message(t, `{"payload":{"channel":"`+c.channel+`","message_type":"`+c.kind+`","from":"447700900000","to":"447700900001",`+c.rest+`}}`)
		err := n.Receive(m)
		if c.err == "" {
			if err != nil || len(p.requests()) != before+1 {
				t.Errorf("%s %.40s: %v", c.channel, c.rest, err)
			}
			continue
		}
		if err == nil || !strings.HasPrefix(err.Error(), c.err) || len(p.requests()) != before {
			t.Errorf("%s %.40s: %v, want %s", c.channel, c.rest, err, c.err)
		}
	}
	for payload, want := range map[string]string{
		`"x"`: "payload: is not an object", `{}`: `channel: "" is none of`, `[1]`: "payload: is not an object",
		`{"channel":"whatsapp","message_type":"text","to":"07700 900001","from":"447700900000","text":"x"}`: "to: ",
		`{"channel":"whatsapp","message_type":"text","to":"447700900001","from":"Acme","text":"x"}`:         `from: "Acme" is no number of yours`,
		`{"channel":"messenger","message_type":"text","to":"` + long(51) + `","from":"1","text":"x"}`:       "to: ",
		`{"channel":"rcs","message_type":"text","to":"447700900001","from":"two words","text":"x"}`:         `from: "two words" is no RCS sender id`,
	} {
		if err := n.Receive(nodetest.Message(t, `{"payload":`+payload+`}`)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", payload, err, want)
		}
	}
	// A number in a flow becomes digits, and the payload stays the flow's own.
	m := nodetest.Message(t, `{"payload":{"channel":"messenger","message_type":"text","to":"12345678901234567890","from":"9","text":"x"}}`)
	if err := n.Receive(m); err != nil {
		t.Fatal(err)
	}
	all := p.requests()
	if !strings.Contains(all[len(all)-1].body, `"to":"12345678901234567890"`) {
		t.Errorf("%s", all[len(all)-1].body)
	}
}

// TestLegacyMessage: the older shapes (vonage.md §3), and what they cannot say.
func TestLegacyMessage(t *testing.T) {
	p := asked(t, says(202, `{"message_uuid":"u"}`))
	s, env := simulated(t)
	const content = `"from":"<<msg.from>>","to":"447700900001","clientRef":"r"`
	for _, c := range []struct{ config, path, body string }{
		{`"channel":"sms","text":"Hi"`, "/v0.1/messages",
			`{"from":{"type":"sms","number":"447700900000"},"to":{"type":"sms","number":"447700900001"},"message":{"content":{"type":"text","text":"Hi"}},"client_ref":"r"}`},
		{`"channel":"whatsapp","kind":"template","templateName":"a:b","parameters":["x"],"locale":"en"`, "/v0.1/messages",
			`{"from":{"type":"whatsapp","number":"447700900000"},"to":{"type":"whatsapp","number":"447700900001"},"message":{"content":{"type":"template","template":{"name":"a:b","parameters":["x"]}},"whatsapp":{"locale":"en"}},"client_ref":"r"}`},
		{`"channel":"messenger","kind":"image","url":"https://e.x/a.jpg","messengerCategory":"update"`, "/v0.1/messages",
			`{"from":{"type":"messenger","id":"447700900000"},"to":{"type":"messenger","id":"447700900001"},"message":{"content":{"type":"image","image":{"url":"https://e.x/a.jpg"}},"messenger":{"category":"update"}},"client_ref":"r"}`},
		{`"channel":"viber_service","kind":"text","text":"Hi","ttl":60`, "/v0.1/messages",
			`{"from":{"type":"viber_service_msg","id":"447700900000"},"to":{"type":"viber_service_msg","number":"447700900001"},"message":{"content":{"type":"text","text":"Hi"},"viber_service_msg":{"ttl":60}},"client_ref":"r"}`},
		{`"channel":"whatsapp","kind":"text","text":"Hi","failover":[{"until":"read","expiry":60,"channel":"sms","from":"447700900000","to":"447700900002","text":"Hi","clientRef":"r2"}]`, "/v0.1/dispatch",
			`{"template":"failover","workflow":[{"from":{"type":"whatsapp","number":"447700900000"},"to":{"type":"whatsapp","number":"447700900001"},"message":{"content":{"type":"text","text":"Hi"}},"client_ref":"r","failover":{"expiry_time":60,"condition_status":"read"}},{"from":{"type":"sms","number":"447700900000"},"to":{"type":"sms","number":"447700900002"},"message":{"content":{"type":"text","text":"Hi"}},"client_ref":"r2"}]}`},
	} {
		config := `{"vonage":"v1","version":"v0.1",` + content + `,` + c.config + `}`
		n := nodetest.New(t, "send-message", config, account(p.url, `,"rate":0`))
		if err := n.Send(`{"from":"447700900000"}`); err != nil {
			t.Errorf("%s: %v", c.config, err)
			continue
		}
		all := p.requests()
		if r := all[len(all)-1]; r.path != c.path || !reflect.DeepEqual(plainJSON(t, r.body), plainJSON(t, c.body)) {
			t.Errorf("%s: %s %s, want %s", c.config, r.path, r.body, c.body)
		}
		n = nodetest.New(t, "send-message", config, env, nodetest.Config(`{"id":"v1","type":"vonage"}`))
		if err := n.Send(`{"from":"447700900000"}`); err != nil {
			t.Errorf("%s at the simulator: %v", c.config, err)
		}
		box := s.Outbox()
		if e := box[len(box)-1]; e.To != "447700900001" || e.ClientRef != "r" || (e.Workflow != "") != (c.path == "/v0.1/dispatch") {
			t.Errorf("%s: outbox %+v", c.config, e)
		}
	}
	n := nodetest.New(t, "send-message", `{"vonage":"v1","version":"v0.1",`+content+`,"channel":"sms","text":"x","encoding":"unicode","trustedRecipient":true}`, account(p.url, `,"rate":0`))
	if _, err := failed(t, n, `{"from":"447700900000"}`); err.Error() != "version: v0.1 has no sms, trusted_recipient" {
		t.Error(err)
	}
}

// TestSendMessageSandbox: the sandbox has its own host and one request a second.
func TestSendMessageSandbox(t *testing.T) {
	p := asked(t, says(202, `{"message_uuid":"u"}`))
	n := nodetest.New(t, "send-message", `{"vonage":"v1","channel":"whatsapp","kind":"text","from":"447700900000","to":"447700900001","text":"x","sandbox":true}`,
		account("http://127.0.0.1:1", fmt.Sprintf(`,"sandboxUrl":%q`, p.url)))
	if err := n.Send(`{}`); err != nil || len(p.requests()) != 1 {
		t.Errorf("%v, %d requests", err, len(p.requests()))
	}
	if g := gatewayOf(n); g.trial.rate != 1 || g.turn.rate != 30 {
		t.Errorf("rates %v %v", g.trial.rate, g.turn.rate)
	}
}

// TestSecondOutput: failures go there when told so, with what there is to know.
func TestSecondOutput(t *testing.T) {
	p := asked(t, says(422, `{"title":"Invalid params","detail":"No."}`))
	for _, config := range []string{`"to":"447700900001"`, `"to":"nobody"`, `"to":"<<msg.none>>"`} {
		n := nodetest.New(t, "send-message", `{"vonage":"v1","channel":"sms","from":"Acme","text":"x","outputs":2,`+config+`}`, account(p.url, ""))
		if err := n.Send(`{"topic":"t"}`); err != nil {
			t.Fatal(err)
		}
		if len(n.Sent().Port(0)) != 0 || len(n.Sent().Port(1)) != 1 {
			t.Fatalf("%s: sent %s", config, n.Sent())
		}
		m := n.Sent().Port(1)[0]
		want(t, m, "vonage.ok", "false")
		want(t, m, "topic", `"t"`)
		if m.Path("vonage.error.text") == nil {
			t.Errorf("no reason: %s", m)
		}
	}
}

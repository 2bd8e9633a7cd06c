package messaging

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/nodetest"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// form sends one message through a node and returns what the provider got.
func formOf(t *testing.T, config, message string) (url.Values, *nodetest.Node, error) {
	t.Helper()
	p := asked(t, says(200, accepted))
	n := nodetest.New(t, "send-sms", `{"vonage":"v1","from":"Acme","to":"447700900001",`+config+`}`, account(p.url, ""))
	err := n.Send(message)
	if all := p.requests(); len(all) > 0 {
		form, parseErr := url.ParseQuery(all[0].body)
		if parseErr != nil {
			t.Fatal(parseErr)
		}
		return form, n, err
	}
	return nil, n, err
}

// TestSendSMSOptions: what the form says reaches the provider, and nothing
// that is empty does.
func TestSendSMSOptions(t *testing.T) {
	form, _, err := formOf(t, `"text":"hi","callback":"https://example.com/r?x=<<msg.x>>","clientRef":"order <<msg.x>>","ttl":"90s","messageClass":"0","entityId":"e","contentId":"c"`, `{"x":7}`)
	want := url.Values{"from": {"Acme"}, "to": {"447700900001"}, "text": {"hi"}, "type": {"text"}, "callback": {"https://example.com/r?x=7"},
		"client-ref": {"order 7"}, "ttl": {"90000"}, "message-class": {"0"}, "entity-id": {"e"}, "content-id": {"c"}}
	if err != nil || form.Encode() != want.Encode() {
		t.Errorf("%v, %s", err, form.Encode())
	}
	for config, problem := range map[string]string{
		`"text":"x","ttl":19`:                     "ttl: 19 is below 20",
		`"text":"x","ttl":604801`:                 "ttl: 604801 is above 604800",
		`"text":"x","messageClass":"4"`:           `messageClass: "4" is not one of`,
		`"text":"x","callback":"example.com"`:     `callback: "example.com" is not a URL`,
		`"text":"x","callback":"ftp://e.x/"`:      `callback: "ftp://e.x/" is not a URL`,
		`"text":"x","maxParts":0`:                 "maxParts: 0 is below 1",
		`"text":"x","callback":"https://<<1+1>>"`: "",
	} {
		got := strings.Join(nodetest.Check(t, "send-sms", `{"vonage":"v1","from":"Acme","to":"447700900001",`+config+`}`, account("http://provider.test", "")), "|")
		if problem == "" && got != "" || !strings.HasPrefix(got, problem) {
			t.Errorf("%s: %q, want %q", config, got, problem)
		}
	}
	if form, _, err := formOf(t, `"text":"x","callback":"<<msg.url>>"`, `{"url":"https://example.com/`+strings.Repeat("a", 100)+`"}`); err == nil || form != nil {
		t.Errorf("a callback of more than 100 characters: %v %v", err, form)
	}
}

// TestSendSMSParts: a text has the parts that it may have, or less.
func TestSendSMSParts(t *testing.T) {
	for _, c := range []struct {
		config, text string
		sent, err    string
		parts        int
		kind         string
	}{
		{`"maxParts":2`, strings.Repeat("a", 306), strings.Repeat("a", 306), "", 2, "text"},
		{`"maxParts":2`, strings.Repeat("a", 307), "", "text: text needs 3 parts (max 2)", 0, ""},
		{``, strings.Repeat("a", 1531), "", "text: text needs 11 parts (max 10)", 0, ""},
		{`"maxParts":1,"overlong":"truncate"`, strings.Repeat("a", 500), strings.Repeat("a", 157) + "...", "", 1, "text"},
		{`"maxParts":1,"overlong":"truncate"`, strings.Repeat("ж", 71), strings.Repeat("ж", 69) + "…", "", 1, "unicode"},
		{`"maxParts":50,"overlong":"truncate"`, strings.Repeat("a", 5000), strings.Repeat("a", 3197) + "...", "", 21, "text"},
		{`"maxParts":50`, strings.Repeat("a", 5000), "", "text: 5000 characters: the provider takes 3200", 0, ""},
		{``, strings.Repeat("a", 66) + "😀" + "b", strings.Repeat("a", 66) + "😀" + "b", "", 1, "unicode"},
		{``, strings.Repeat("a", 66) + "😀" + "bcd", strings.Repeat("a", 66) + "😀" + "bcd", "", 2, "unicode"}, // the emoji does not fit into the first part
		{`"plain":true`, "‘It’s’ – “ok”…", `'It's' - "ok"...`, "", 1, "text"},
		{``, "‘It’s’", "‘It’s’", "", 1, "unicode"},
		{``, "null\x00byte\x07", "nullbyte", "", 1, "text"},
		{``, "\x00\x01", "", "text: there is nothing in it that a phone could show", 0, ""},
		{``, "lone \\ud83d surrogate", "lone \ufffd surrogate", "", 1, "unicode"},
	} {
		config := `"text":"<<msg.text>>"`
		if c.config != "" {
			config += "," + c.config
		}
		quoted := fmt.Sprintf("%q", c.text)
		quoted = strings.NewReplacer(`\x00`, `\u0000`, `\x07`, `\u0007`, `\x01`, `\u0001`, `\a`, `\u0007`, `\\ud83d`, `\ud83d`).Replace(quoted)
		form, _, err := formOf(t, config, `{"text":`+quoted+`}`)
		if c.err != "" {
			if err == nil || err.Error() != c.err || form != nil {
				t.Errorf("%s %.20q: %v, want %s", c.config, c.text, err, c.err)
			}
			continue
		}
		if err != nil || form.Get("text") != c.sent || form.Get("type") != c.kind {
			t.Errorf("%s %.20q: %v, sent %q as %s", c.config, c.text, err, form.Get("text"), form.Get("type"))
		}
		if got := sms.Parts(c.sent, c.kind == "unicode"); got != c.parts {
			t.Errorf("%s %.20q: %d parts, want %d", c.config, c.text, got, c.parts)
		}
	}
}

// TestSendSMSStatuses: each part's status is there to read.
func TestSendSMSStatuses(t *testing.T) {
	p := asked(t, says(200, `{"messages":[{"status":"0","message-id":"a"},{"status":"9","error-text":"Quota"},{"status":0,"message-id":"b"}]}`))
	n := nodetest.New(t, "send-sms", `{"vonage":"v1","from":"Acme","to":"447700900001","text":"x","outputs":2}`, account(p.url, ""))
	if err := n.Send(`{}`); err != nil {
		t.Fatal(err)
	}
	m := n.Sent().Port(1)[0]
	want(t, m, "vonage.statuses", `["0","9","0"]`)
	want(t, m, "vonage.ids", `["a","b"]`)
	want(t, m, "vonage.parts", `3`)
	want(t, m, "vonage.status", `"partial"`)
	want(t, m, "payload.messages[1].status", `"9"`)
}

// TestSendSMSResend: an answer that was lost is no reason to send again,
// unless somebody says so.
func TestSendSMSResend(t *testing.T) {
	lostOnce := inTurn(func(_ int, w http.ResponseWriter) { reset(t, w) }, says(200, accepted))
	for resend, requests := range map[string]int{"false": 1, "true": 2} {
		p := asked(t, lostOnce)
		n := nodetest.New(t, "send-sms", `{"vonage":"v1","from":"Acme","to":"447700900001","text":"x","resendUnclear":`+resend+`}`, account(p.url, ""))
		if err := n.Send(`{}`); (err == nil) != (requests == 2) || len(p.requests()) != requests {
			t.Errorf("%s: %v after %d requests", resend, err, len(p.requests()))
		}
	}
	p := asked(t, says(500, ``))
	n := nodetest.New(t, "send-sms", `{"vonage":"v1","from":"Acme","to":"447700900001","text":"x","resendUnclear":true}`, account(p.url, ""))
	m, _ := failed(t, n, `{}`)
	want(t, m, "vonage.error.ambiguous", "true")
	if len(p.requests()) != failedTries {
		t.Errorf("%d requests", len(p.requests()))
	}
}

// TestSenderRate: each sender has its own pace, apart from the account's.
func TestSenderRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "send-sms", `{"vonage":"v1","from":"<<msg.from>>","to":"<<msg.to>>","text":"x"}`, account("http://provider.test", `,"senderRate":1,"rate":0`))
		p := inMemory(t, n, says(200, accepted))
		began := time.Now()
		var all sync.WaitGroup
		for i, from := range []string{"12125550100", "12125550100", "12125550100", "12125550101"} {
			all.Go(func() {
				if err := n.Receive(nodetest.Message(t, fmt.Sprintf(`{"from":%q,"to":"1212555020%d"}`, from, i))); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		if got := len(p.requests()); got != 2 { // one of each
			t.Errorf("%d requests at once", got)
		}
		all.Wait()
		if took := time.Since(began); took != 2*time.Second || len(p.requests()) != 4 {
			t.Errorf("%d requests in %s", len(p.requests()), took)
		}
	})
}

// TestManySenders: senders that rest are forgotten.
func TestManySenders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &senders{perSecond: 1}
		for i := range 3 * manySenders {
			if f := s.of(fmt.Sprint(i)).wait(t.Context(), func(int) {}); f != nil {
				t.Fatal(f)
			}
			if i%manySenders == manySenders-1 {
				time.Sleep(time.Second) // a bubble's clock: their buckets fill
			}
		}
		if len(s.turns) > manySenders {
			t.Errorf("%d senders are remembered", len(s.turns))
		}
		busy := s.of("busy")
		if f := busy.wait(t.Context(), func(int) {}); f != nil {
			t.Fatal(f)
		}
		for i := range 2 * manySenders {
			s.of(fmt.Sprint("x", i))
		}
		if s.of("busy") != busy {
			t.Error("one that has just sent was forgotten")
		}
	})
}

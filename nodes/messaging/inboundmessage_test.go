package messaging

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// simulatorAccount is a vonage node that needs no credentials.
func simulatorAccount() []nodetest.Option {
	return []nodetest.Option{
		nodetest.Env(func(e *node.Env) {
			e.Simulator = node.Simulator{URL: "http://127.0.0.1:1", APIKey: "abcd1234", APISecret: "s", SignatureSecret: "sim", SignatureMethod: "sha256"}
		}),
		nodetest.Config(`{"id":"v","type":"vonage"}`),
	}
}

// receiving is an inbound-message node that has been started.
func receiving(t testing.TB, config string, opts ...nodetest.Option) *nodetest.Node {
	t.Helper()
	if len(opts) == 0 {
		opts = simulatorAccount()
	}
	n := nodetest.New(t, "inbound-message", config, opts...)
	n.Start()
	return n
}

// get, form and postJSON send a webhook and return the status.
func get(n *nodetest.Node, query string) int {
	return request1(n, httptest.NewRequest(http.MethodGet, "/sms?"+query, nil))
}

func post(n *nodetest.Node, contentType, body string, header ...string) int {
	r := httptest.NewRequest(http.MethodPost, "/sms", strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return request1(n, r)
}

func request1(n *nodetest.Node, r *http.Request) int {
	w := httptest.NewRecorder()
	n.Routes().ServeHTTP(w, r)
	return w.Code
}

// only returns the one message of a port as JSON, without what is new each
// time.
func only(t testing.TB, n *nodetest.Node, port int) string {
	t.Helper()
	sent := n.Take()
	for i, list := range sent {
		if want := map[bool]int{true: 1}[i == port]; len(list) != want {
			t.Fatalf("port %d has %d messages: %s", i, len(list), sent)
		}
	}
	m := sent[port][0]
	m.Delete("_msgid")
	m.Delete("payload")
	m.Delete("raw")
	return m.String()
}

// TestInboundShapes takes every shape of vonage.md §1.7, §1.8 and §5.1–5.3.
func TestInboundShapes(t *testing.T) {
	n := receiving(t, `{"vonage":"v"}`)
	sms := `"text":"hi","kind":"text","replyable":true,"parts":1,"complete":true,"id":"a1","channel":"sms","api":"sms"`
	for _, c := range []struct {
		name, kind, body string
		port             int
		want             string
	}{
		{"sms by GET", "", "msisdn=447700900001&to=447700900000&messageId=a1&text=hi&type=text&keyword=HI", 0,
			`{"peer":"447700900001","own":"447700900000",` + sms + `}`},
		{"sms as a form", "application/x-www-form-urlencoded", "msisdn=447700900002&to=447700900000&messageId=a2&text=R%26D+%3C3%0A&type=text", 0,
			`{"peer":"447700900002","own":"447700900000","text":"R&D <3\n","kind":"text","replyable":true,"parts":1,"complete":true,"id":"a2","channel":"sms","api":"sms"}`},
		{"sms as JSON, numbers unquoted", "application/json; charset=utf-8", `{"msisdn":447700900001,"to":447700900000,"messageId":"a3","text":"hi"}`, 0,
			`{"peer":"447700900001","own":"447700900000","text":"hi","kind":"text","replyable":true,"parts":1,"complete":true,"id":"a3","channel":"sms","api":"sms"}`},
		{"from a name, without text", "", "msisdn=AMAZON&to=447700900000&messageId=a4&type=binary&data=ff&udh=00", 0,
			`{"peer":"AMAZON","own":"447700900000","text":"","kind":"binary","replyable":false,"parts":1,"complete":true,"id":"a4","channel":"sms","api":"sms"}`},
		{"from a short code", "", "msisdn=60070&to=447700900000&messageId=a5&text=code", 0,
			`{"peer":"60070","own":"447700900000","text":"code","kind":"text","replyable":false,"parts":1,"complete":true,"id":"a5","channel":"sms","api":"sms"}`},
		{"text is a list", "application/json", `{"msisdn":"447700900001","to":"447700900000","messageId":"a6","text":["a"]}`, 0,
			`{"peer":"447700900001","own":"447700900000","text":"","kind":"text","replyable":true,"parts":1,"complete":true,"id":"a6","channel":"sms","api":"sms"}`},
		{"receipt", "", "msisdn=447700900001&to=447700900000&messageId=b1&status=delivered&err-code=0&scts=2601010000&client-ref=r1", 1,
			`{"peer":"447700900001","own":"447700900000","receipt":true,"status":"delivered","code":"0","reason":"","final":true,"delivered":true,"ref":"r1","id":"b1","channel":"sms","api":"sms"}`},
		{"receipt of one who opted out", "application/x-www-form-urlencoded", "msisdn=447700900001&to=Acme&messageId=b2&status=rejected&err-code=9", 1,
			`{"peer":"447700900001","own":"Acme","receipt":true,"status":"rejected","code":"9","reason":"opted out","final":true,"delivered":false,"ref":"","id":"b2","channel":"sms","api":"sms"}`},
		{"receipt underway", "", "msisdn=447700900001&to=447700900000&messageId=b1&status=buffered&err-code=0", 1,
			`{"peer":"447700900001","own":"447700900000","receipt":true,"status":"buffered","code":"0","reason":"","final":false,"delivered":false,"ref":"","id":"b1","channel":"sms","api":"sms"}`},
		{"v1 sms of two parts", "application/json", `{"channel":"sms","message_uuid":"c1","to":"447700900000","from":"447700900001","timestamp":"2026-01-01T00:00:00Z","message_type":"text","text":"hi","sms":{"num_messages":"2"}}`, 0,
			`{"peer":"447700900001","own":"447700900000","text":"hi","kind":"text","replyable":true,"parts":2,"complete":true,"id":"c1","channel":"sms","api":"messages"}`},
		{"v1 image with a caption", "application/json", `{"channel":"whatsapp","message_uuid":"c2","to":"447700900000","from":"447700900001","message_type":"image","image":{"url":"https://a/b.jpg","name":"b.jpg","caption":"look"}}`, 0,
			`{"peer":"447700900001","own":"447700900000","text":"look","kind":"image","replyable":true,"parts":1,"complete":true,"media":{"url":"https://a/b.jpg","caption":"look","name":"b.jpg"},"id":"c2","channel":"whatsapp","api":"messages"}`},
		{"v1 location", "application/json", `{"channel":"whatsapp","message_uuid":"c3","to":"447700900000","from":"447700900001","message_type":"location","location":{"lat":51.5,"long":-0.12,"name":"Here"}}`, 0,
			`{"peer":"447700900001","own":"447700900000","text":"","kind":"location","replyable":true,"parts":1,"complete":true,"location":{"lat":51.5,"long":-0.12,"name":"Here"},"id":"c3","channel":"whatsapp","api":"messages"}`},
		{"v1 messenger, whose ids are longer than numbers", "application/json", `{"channel":"messenger","message_uuid":"c4","to":"107083064136738","from":"12345678901234567890","message_type":"unsupported"}`, 0,
			`{"peer":"12345678901234567890","own":"107083064136738","text":"","kind":"unsupported","replyable":true,"parts":1,"complete":true,"id":"c4","channel":"messenger","api":"messages"}`},
		{"v1 button", "application/json", `{"channel":"whatsapp","message_uuid":"c5","to":"447700900000","from":"447700900001","message_type":"button","button":{"payload":"p","text":"Yes"}}`, 0,
			`{"peer":"447700900001","own":"447700900000","text":"Yes","kind":"button","replyable":true,"parts":1,"complete":true,"id":"c5","channel":"whatsapp","api":"messages"}`},
		{"v1 status", "application/json", `{"message_uuid":"d1","to":"447700900001","from":"447700900000","timestamp":"2026-01-01T00:00:00Z","status":"rejected","channel":"sms","client_ref":"r2","error":{"type":"https://x","title":"1240","detail":"opted out","instance":"i"}}`, 1,
			`{"peer":"447700900001","own":"447700900000","receipt":true,"status":"rejected","code":"1240","reason":"opted out","final":true,"delivered":false,"ref":"r2","id":"d1","channel":"sms","api":"messages"}`},
		{"v0.1 text", "application/json", `{"message_uuid":"e1","timestamp":"2026-01-01T00:00:00Z","to":{"type":"viber_service_msg","id":"16273"},"from":{"type":"viber_service_msg","number":"447700900001"},"message":{"content":{"type":"text","text":"hi"}}}`, 0,
			`{"peer":"447700900001","own":"16273","text":"hi","kind":"text","replyable":true,"parts":1,"complete":true,"id":"e1","channel":"viber_service","api":"messages"}`},
		{"v0.1 location in words", "application/json", `{"message_uuid":"e2","to":{"type":"messenger","id":"1"},"from":{"type":"messenger","id":"2"},"message":{"content":{"type":"location","location":{"longitude":"-0.12","latitude":"51.5"}}}}`, 0,
			`{"peer":"2","own":"1","text":"","kind":"location","replyable":true,"parts":1,"complete":true,"location":{"lat":51.5,"long":-0.12},"id":"e2","channel":"messenger","api":"messages"}`},
		{"v0.1 status", "application/json", `{"message_uuid":"e3","to":{"type":"sms","number":"447700900001"},"from":{"type":"sms","number":"447700900000"},"timestamp":"2026-01-01T00:00:00Z","status":"rejected","error":{"code":1300,"reason":"not in network"},"client_ref":"r"}`, 1,
			`{"peer":"447700900001","own":"447700900000","receipt":true,"status":"rejected","code":"1300","reason":"not in network","final":true,"delivered":false,"ref":"r","id":"e3","channel":"sms","api":"messages"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			status := 0
			if c.kind == "" {
				status = get(n, c.body)
			} else {
				status = post(n, c.kind, c.body)
			}
			if status != 200 {
				t.Fatalf("answered %d", status)
			}
			if got := only(t, n, c.port); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestInboundKeepsThePayload is what templates of the provider's guides need.
func TestInboundKeepsThePayload(t *testing.T) {
	n := receiving(t, `{"vonage":"v"}`)
	get(n, "msisdn=447700900001&to=447700900000&messageId=a1&text=hi&keyword=HI")
	m := n.Take()[0][0]
	if got := msg.String(m.Get("payload")); got != `{"msisdn":"447700900001","to":"447700900000","messageId":"a1","text":"hi","keyword":"HI"}` {
		t.Errorf("payload %s", got)
	}
	if got := m.Get("raw"); got != "msisdn=447700900001&to=447700900000&messageId=a1&text=hi&keyword=HI" {
		t.Errorf("raw %v", got)
	}
}

func TestInboundUnfit(t *testing.T) {
	n := receiving(t, `{"vonage":"v"}`)
	for _, c := range []struct {
		kind, body string
		want       int
	}{
		{"application/json", `{"msisdn":`, 400},
		{"application/json", `[1,2]`, 400},
		{"application/json", ``, 400},
		{"application/x-www-form-urlencoded", `msisdn=%zz`, 400},
		{"application/x-www-form-urlencoded", strings.Repeat("a&", 201), 200}, // the same field
		{"application/json", `{"text":"` + strings.Repeat("x", webhookLimit) + `"}`, 413},
		{"application/json", `{"hello":"world"}`, 200}, // sending it again would not help
		{"application/json", `{"message_uuid":["x"]}`, 200},
		{"text/plain", "", 200},
	} {
		if got := post(n, c.kind, c.body); got != c.want {
			t.Errorf("%s %.40s: %d, want %d", c.kind, c.body, got, c.want)
		}
	}
	many := ""
	for i := range maxFields + 1 {
		many += fmt.Sprintf("f%d=1&", i)
	}
	if got := get(n, many); got != 400 {
		t.Errorf("too many fields: %d", got)
	}
	n.Take().Want(t, `[[],[]]`)
}

// TestInboundDuplicate sends the same webhook in three formats and a receipt
// in two states, over a restart.
func TestInboundDuplicate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var keep node.MemoryKeep // stands for the disk
		opts := append(simulatorAccount(), nodetest.Env(func(e *node.Env) { e.Keep = &keep }))
		n := receiving(t, `{"vonage":"v"}`, opts...)
		send := func(want ...int) {
			t.Helper()
			for _, q := range []string{"msisdn=447700900001&to=447700900000&messageId=a1&text=yes", "msisdn=447700900001&to=447700900000&messageId=a2&text=yes",
				"msisdn=447700900001&to=447700900000&messageId=b&status=accepted&err-code=0", "msisdn=447700900001&to=447700900000&messageId=b&status=delivered&err-code=0"} {
				if got := get(n, q); got != 200 {
					t.Errorf("%s: %d", q, got)
				}
			}
			if sent := n.Take(); len(sent[0]) != want[0] || len(sent[1]) != want[1] {
				t.Errorf("sent %s", sent)
			}
		}
		send(2, 2)
		send(0, 0)
		if got := n.Statuses(); got[len(got)-1].Text != "duplicate dropped (4)" {
			t.Errorf("status %v", got[len(got)-1])
		}
		n.Close()
		n = receiving(t, `{"vonage":"v"}`, opts...)
		time.Sleep(25*time.Hour - time.Second)
		send(0, 0)
		time.Sleep(2 * time.Second)
		send(2, 0) // forgotten after 25 hours, receipts after 73
	})
}

// vectors are signatures that Python made, see testdata.
type vectors struct {
	Secret, Body         string
	Now                  int64
	Params, Sigs, Tokens map[string]string
}

func readVectors(t testing.TB) (v vectors) {
	t.Helper()
	text, err := os.ReadFile("testdata/signatures.json")
	if err == nil {
		err = json.Unmarshal(text, &v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func liveAccount(secret, method string) []nodetest.Option {
	return []nodetest.Option{nodetest.Config(fmt.Sprintf(
		`{"id":"v","type":"vonage","signatureMethod":%q,"credentials":{"apiKey":"abcd1234","apiSecret":"s","signatureSecret":%q}}`, method, secret))}
}

// TestInboundSig checks the five methods in the three formats, and that
// nothing about a signed webhook can be changed.
func TestInboundSig(t *testing.T) {
	v := readVectors(t)
	for method, sig := range v.Sigs {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(time.Until(time.Unix(v.Now, 0)))
			n := receiving(t, `{"vonage":"v"}`, liveAccount(v.Secret, method)...)
			query := func(change ...string) url.Values {
				q := url.Values{"sig": {strings.ToUpper(sig)}}
				for k, value := range v.Params {
					q.Set(k, value)
				}
				for i := 0; i < len(change); i += 2 {
					q.Set(change[i], change[i+1])
				}
				return q
			}
			asJSON := map[string]string{"sig": sig}
			maps.Copy(asJSON, v.Params)
			body, _ := json.Marshal(asJSON)
			for i, got := range []int{get(n, query().Encode()), post(n, "application/x-www-form-urlencoded", query().Encode()), post(n, "application/json", string(body))} {
				if got != 200 {
					t.Errorf("%s: format %d is answered %d", method, i, got)
				}
			}
			if sent := n.Take(); len(sent[0]) != 1 {
				t.Errorf("%s: sent %s", method, sent)
			}
			for i, q := range []url.Values{query("text", "R_D _ ü 😃"), query("more", "x"), query("sig", "00"), query("sig", ""), query("msisdn", "1")} {
				if got := get(n, q.Encode()); got != 401 {
					t.Errorf("%s: change %d is answered %d", method, i, got)
				}
			}
			if got := n.Statuses(); got[len(got)-1].Text != "signature refused (5)" {
				t.Errorf("status %v", got[len(got)-1])
			}
			none := query()
			none.Del("sig")
			if got := get(n, none.Encode()); got != 401 {
				t.Errorf("%s: without a signature: %d", method, got)
			}
			n.Take().Want(t, `[[],[]]`)
		})
	}
}

// TestInboundSigAge sends a signed webhook late: a new one is refused, the
// redelivery of a known one is acknowledged.
func TestInboundSigAge(t *testing.T) {
	v := readVectors(t)
	synctest.Test(t, func(t *testing.T) {
		q := url.Values{"sig": {v.Sigs["sha256"]}}
		for k, value := range v.Params {
			q.Set(k, value)
		}
		time.Sleep(time.Until(time.Unix(v.Now+301, 0)))
		n := receiving(t, `{"vonage":"v"}`, liveAccount(v.Secret, "sha256")...)
		if got := get(n, q.Encode()); got != 401 {
			t.Errorf("an old signature: %d", got)
		}
		patient := receiving(t, `{"vonage":"v","window":0}`, append(liveAccount(v.Secret, "sha256"), nodetest.Env(func(e *node.Env) { e.Keep = nodetest.Of[InboundMessage](n).env.Keep }))...)
		if got := get(patient, q.Encode()); got != 200 || len(patient.Take()[0]) != 1 {
			t.Errorf("an old signature that is good for ever: %d", got)
		}
		if got := get(n, q.Encode()); got != 200 {
			t.Errorf("an old signature of what is known: %d", got)
		}
		n.Take().Want(t, `[[],[]]`)
	})
}

// TestInboundToken checks the Messages API's tokens: of all these only two
// are right.
func TestInboundToken(t *testing.T) {
	v := readVectors(t)
	for name, token := range v.Tokens {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(time.Until(time.Unix(v.Now, 0)))
			n := receiving(t, `{"vonage":"v"}`, liveAccount(v.Secret, "md5hash")...)
			want := 401
			if name == "right" || name == "299 s old" {
				want = 200
			}
			if got := post(n, "application/json", v.Body, "Authorization", "Bearer "+token); got != want {
				t.Errorf("%s: %d, want %d", name, got, want)
			}
			if got := post(n, "application/json", v.Body+" ", "Authorization", "Bearer "+token); got != 401 && name != "other body" {
				t.Errorf("%s with another body: %d", name, got)
			}
			for _, header := range []string{"", "Bearer", "Bearer a.b.c", "Basic " + token, "Bearer ..", token} {
				if got := post(n, "application/json", v.Body, "Authorization", header); got != 401 {
					t.Errorf("%q: %d", header, got)
				}
			}
		})
	}
	// A sig does not open the door for what must have a token.
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Unix(v.Now, 0)))
		n := receiving(t, `{"vonage":"v"}`, liveAccount(v.Secret, "sha256")...)
		q := url.Values{"sig": {v.Sigs["sha256"]}}
		for k, value := range v.Params {
			q.Set(k, value)
		}
		r := httptest.NewRequest(http.MethodPost, "/sms?"+q.Encode(), strings.NewReader(v.Body))
		r.Header.Set("Content-Type", "application/json")
		if got := request1(n, r); got != 401 {
			t.Errorf("token replaced by sig: %d", got)
		}
	})
}

func TestInboundVerify(t *testing.T) {
	webhook := "msisdn=447700900001&to=447700900000&messageId=a1&text=hi"
	for _, c := range []struct {
		name, config string
		opts         []nodetest.Option
		signed       bool
		want         int
	}{
		{"auto without a secret", `{"vonage":"v"}`, []nodetest.Option{nodetest.Config(`{"id":"v","type":"vonage","credentials":{"apiKey":"k","apiSecret":"s"}}`)}, false, 200},
		{"auto with a secret", `{"vonage":"v"}`, liveAccount("secret", "md5"), false, 401},
		{"never", `{"vonage":"v","verify":"never"}`, liveAccount("secret", "md5"), true, 200},
		{"simulator", `{"vonage":"v"}`, simulatorAccount(), false, 200},
		{"simulator, wrong", `{"vonage":"v"}`, simulatorAccount(), true, 401},
		{"simulator, always", `{"vonage":"v","verify":"always"}`, simulatorAccount(), false, 401},
	} {
		n := receiving(t, c.config, c.opts...)
		query := webhook
		if c.signed {
			query += "&sig=00&timestamp=" + strconv.FormatInt(time.Now().Unix(), 10)
		}
		if got := get(n, query); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	got := nodetest.Check(t, "inbound-message", `{"vonage":"v","verify":"always"}`, nodetest.Config(`{"id":"v","type":"vonage","credentials":{"apiKey":"k","apiSecret":"s"}}`))
	if want := "verify: the account has no signature secret to check with"; len(got) != 1 || got[0] != want {
		t.Errorf("problems %q", got)
	}
}

func TestInboundTooOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := receiving(t, `{"vonage":"v","maxAge":15}`)
		at := func(age time.Duration) string { return time.Now().UTC().Add(-age).Format(time.DateTime) }
		get(n, url.Values{"msisdn": {"447700900001"}, "to": {"1"}, "messageId": {"1"}, "text": {"old"}, "message-timestamp": {at(16 * time.Minute)}}.Encode())
		get(n, url.Values{"msisdn": {"447700900001"}, "to": {"1"}, "messageId": {"2"}, "text": {"new"}, "message-timestamp": {at(14 * time.Minute)}}.Encode())
		get(n, url.Values{"msisdn": {"447700900001"}, "to": {"1"}, "messageId": {"3"}, "text": {"nobody knows"}}.Encode())
		if sent := n.Take(); len(sent[0]) != 2 || sent[0][0].Get("text") != "new" {
			t.Errorf("sent %s", sent)
		}
	})
}

// TestInboundBusy fills the node with webhooks whose flow does not go on.
func TestInboundBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		n := receiving(t, `{"vonage":"v","maxInFlight":2}`, append(simulatorAccount(), nodetest.Emits(func(*msg.Object) error { <-hold; return nil }))...)
		answered := make(chan int, 3)
		for i := range 2 {
			go func() { answered <- get(n, fmt.Sprintf("msisdn=44770090000%d&to=1&messageId=%d&text=x", i, i)) }()
		}
		synctest.Wait()
		if got := get(n, "msisdn=447700900009&to=1&messageId=9&text=x"); got != 503 {
			t.Errorf("one too many: %d", got)
		}
		close(hold)
		for range 2 {
			if got := <-answered; got != 200 {
				t.Errorf("answered %d", got)
			}
		}
		if got := get(n, "msisdn=447700900009&to=1&messageId=9&text=x"); got != 200 { // it was not claimed
			t.Errorf("again: %d", got)
		}
		if sent := n.Take(); len(sent[0]) != 3 {
			t.Errorf("sent %s", sent)
		}
	})
}

// TestInboundOrder holds the first text of somebody up in the flow: the second
// is answered at once and comes after it, one of somebody else passes.
func TestInboundOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		n := receiving(t, `{"vonage":"v"}`, append(simulatorAccount(), nodetest.Emits(func(m *msg.Object) error {
			if m.Get("text") == "first" {
				<-hold
			}
			return nil
		}))...)
		answered := make(chan string, 3)
		send := func(peer, text string) {
			w := httptest.NewRecorder()
			done := make(chan struct{})
			go func() {
				n.Routes().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/sms?to=1&msisdn="+peer+"&messageId="+text+"&text="+text, nil))
				close(done)
			}()
			synctest.Wait()
			if w.Flushed && w.Code == 200 {
				answered <- text
			}
		}
		send("447700900001", "first")
		send("447700900001", "second")
		send("447700900002", "other")
		if len(answered) != 3 {
			t.Errorf("%d are answered", len(answered))
		}
		if sent := n.Take(); len(sent[0]) != 1 || sent[0][0].Get("text") != "other" {
			t.Errorf("sent %s", sent)
		}
		close(hold)
		synctest.Wait()
		if sent := n.Take(); len(sent[0]) != 2 || sent[0][0].Get("text") != "first" || sent[0][1].Get("text") != "second" {
			t.Errorf("sent %s", sent)
		}
		if order := &nodetest.Of[InboundMessage](n).order; len(order.last) != 0 {
			t.Errorf("%d conversations are remembered", len(order.last))
		}
	})
}

func TestInboundUncheckedInPublic(t *testing.T) {
	for _, c := range []struct {
		account, url string
		want         bool
	}{
		{`"apiKey":"k","apiSecret":"s"`, "https://sms.example.com", true},
		{`"apiKey":"k","apiSecret":"s"`, "http://127.0.0.1:1880", false},
		{`"apiKey":"k","apiSecret":"s"`, "", false},
		{`"apiKey":"k","apiSecret":"s","signatureSecret":"x"`, "https://sms.example.com", false},
		{``, "https://sms.example.com", false},
	} {
		n := receiving(t, `{"vonage":"v"}`, append(simulatorAccount()[:1], nodetest.Config(`{"id":"v","type":"vonage","credentials":{`+c.account+`}}`),
			nodetest.Env(func(e *node.Env) { e.PublicURL = c.url }))...)
		if got := strings.Contains(strings.Join(n.Logs(), "\n"), "webhooks are not checked"); got != c.want {
			t.Errorf("%q at %q: %v", c.account, c.url, n.Logs())
		}
		told := ""
		nodetest.Of[InboundMessage](n).Advise(node.Host{PublicURL: c.url}, func(a node.Advice, property, text string) { told += string(a) + " " + property + " " + text })
		if (told != "") != c.want || c.want && !strings.HasPrefix(told, "unsafe verify the account has no signature secret") {
			t.Errorf("%q at %q: at deploy %q", c.account, c.url, told)
		}
	}
}

// TestSlowBody: a body that does not come holds up nobody for long, and its
// sender is told.
func TestSlowBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := receiving(t, `{"vonage":"v"}`)
		here, there := net.Pipe()
		l := &pipes{conns: make(chan net.Conn, 1), closed: make(chan struct{})}
		l.conns <- there
		server := &http.Server{Handler: n.Routes()}
		go func() { _ = server.Serve(l) }()
		began := time.Now()
		if _, err := io.WriteString(here, "POST /sms HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"); err != nil {
			t.Fatal(err)
		}
		answer, err := http.ReadResponse(bufio.NewReader(here), nil)
		if err != nil || answer.StatusCode != http.StatusRequestTimeout || time.Since(began) != webhookPatience {
			t.Errorf("%v %v after %v", answer, err, time.Since(began))
		}
		_ = here.Close()
		_ = server.Close()
		n.Close()
	})
}

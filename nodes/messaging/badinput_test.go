package messaging

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
	"github.com/flowrill/flowrill/nodes/messaging/simulator"
)

// TestBadText gives both send nodes what flows come up with. What is refused
// is refused before any request, and names the field; what is sent is what a
// phone can show.
func TestBadText(t *testing.T) {
	const person = `"to":"447700900001"`
	for _, c := range []struct {
		name, message string
		err           string // of both nodes, or
		to, text      string // what they send
	}{
		{"a plus", `{"to":"+447700900001","text":"x"}`, "", "447700900001", "x"},
		{"spaces", `{"to":" 44 7700 900 001 ","text":"x"}`, "", "447700900001", "x"},
		{"a number", `{"to":447700900001,"text":"x"}`, "", "447700900001", "x"},
		{"letters", `{"to":"4477oo900001","text":"x"}`, `to: "4477oo900001" is no phone number`, "", ""},
		{"a name", `{"to":"Ann","text":"x"}`, `to: "Ann" is no phone number`, "", ""},
		{"16 digits", `{"to":"4477009000011234","text":"x"}`, `to: "4477009000011234" is no phone number`, "", ""},
		{"5000 digits", `{"to":"` + strings.Repeat("7", 5000) + `","text":"x"}`, `to: "7777`, "", ""},
		{"a number of 22 digits", `{"to":4477009000014477009000,"text":"x"}`, "to: ", "", ""},
		{"a fraction", `{"to":447700900001.5,"text":"x"}`, "to: ", "", ""},
		{"a negative one", `{"to":-447700900001,"text":"x"}`, "to: ", "", ""},
		{"nothing", `{"to":"","text":"x"}`, "to is empty: <<msg.to>> has no value", "", ""},
		{"blanks", `{"to":" \t ","text":"x"}`, "to is empty: <<msg.to>> has no value", "", ""},
		{"null", `{"to":null,"text":"x"}`, "to is empty: <<msg.to>> has no value", "", ""},
		{"missing", `{"text":"x"}`, "to is empty: <<msg.to>> has no value", "", ""},
		{"a list", `{"to":["447700900001"],"text":"x"}`, "to: ", "", ""},
		{"two at once", `{"to":"447700900001,447700900002","text":"x"}`, "to: ", "", ""},
		{"an object", `{"to":{"number":"447700900001"},"text":"x"}`, "to: ", "", ""},
		{"a truth", `{"to":true,"text":"x"}`, `to: "true" is no phone number`, "", ""},
		{"a null byte in the number", `{"to":"447700900001\u0000","text":"x"}`, "to: ", "", ""},
		{"half an emoji as number", `{"to":"\ud83d","text":"x"}`, "to: ", "", ""},

		{"no text", `{` + person + `}`, "text is empty: <<msg.text>> has no value", "", ""},
		{"empty text", `{` + person + `,"text":""}`, "text is empty: <<msg.text>> has no value", "", ""},
		{"blank text", `{` + person + `,"text":" \n\t "}`, "text is empty: <<msg.text>> has no value", "", ""},
		{"null bytes alone", `{` + person + `,"text":"\u0000\u0000"}`, "text: ", "", ""},
		{"characters without a look", `{` + person + `,"text":"\u200b\u200d\ufe0f\ufeff"}`, "text: ", "", ""},
		{"5000 characters", `{` + person + `,"text":"` + strings.Repeat("a", 5000) + `"}`, "text: 5000 characters: the provider takes ", "", ""},
		{"null bytes", `{` + person + `,"text":"a\u0000b"}`, "", "447700900001", "ab"},
		{"a lone surrogate", `{` + person + `,"text":"a\ud83db"}`, "", "447700900001", "a\ufffdb"},
		{"the wrong half first", `{` + person + `,"text":"\ude00\ud83d"}`, "", "447700900001", "\ufffd\ufffd"},
		{"a list as text", `{` + person + `,"text":["a",1]}`, "", "447700900001", `["a",1]`},
		{"a big number", `{` + person + `,"text":84901234567}`, "", "447700900001", "84901234567"},
	} {
		for typ, more := range map[string]string{"send-sms": "", "send-message": `"channel":"sms",`} {
			s, env := simulated(t)
			n := nodetest.New(t, typ, `{"vonage":"v1",`+more+`"from":"447700900000","to":"<<msg.to>>","text":"<<msg.text>>"}`, env, nodetest.Config(`{"id":"v1","type":"vonage"}`))
			m := nodetest.Message(t, c.message)
			err := n.Receive(m)
			box := s.Outbox()
			if c.err != "" {
				if err == nil || !strings.HasPrefix(err.Error(), c.err) || len(box) != 0 {
					t.Errorf("%s, %s: %v, want %s", typ, c.name, err, c.err)
				} else if len(err.Error()) > 300 || strings.Contains(err.Error(), "\x00") {
					t.Errorf("%s, %s: nobody can read %.400q", typ, c.name, err)
				}
				want(t, m, "vonage.ok", "false")
				continue
			}
			if err != nil || len(box) != 1 || box[0].To != c.to || box[0].Text != c.text {
				t.Errorf("%s, %s: %v, sent %+v", typ, c.name, err, box)
			}
		}
	}
}

// TestBadSender is the same for what a message comes from.
func TestBadSender(t *testing.T) {
	s, env := simulated(t)
	for from, want := range map[string]string{
		`"+44 7700 900000"`: "447700900000", `"Acme Inc"`: "AcmeInc", `62062`: "62062",
		`""`: "from is empty", `null`: "from is empty", `"Acme & Co"`: "from: ", `"Acme Incorporated"`: "from: ", `["Acme"]`: "from: ",
		`"4477009000001234"`: "from: ", `"Acmé"`: "from: ", `"\u0000"`: "from: ", `"07700 900000"`: "from: ", `"\ud83d"`: "from: ",
	} {
		s.Clear()
		n := nodetest.New(t, "send-sms", `{"vonage":"v1","from":"<<msg.from>>","to":"447700900001","text":"x"}`, env, nodetest.Config(`{"id":"v1","type":"vonage"}`))
		err := n.Receive(nodetest.Message(t, `{"from":`+from+`}`))
		box := s.Outbox()
		switch {
		case strings.HasPrefix(want, "from"):
			if err == nil || !strings.HasPrefix(err.Error(), want) || len(box) != 0 {
				t.Errorf("%s: %v, want %s", from, err, want)
			}
		case err != nil || len(box) != 1 || box[0].From != want:
			t.Errorf("%s: %v, sent %+v", from, err, box)
		}
	}
}

// TestEmojiAtTheBorder: no emoji is cut in two where a part ends, so we count
// the parts as the provider does, and a text in parts comes in whole.
func TestEmojiAtTheBorder(t *testing.T) {
	s, env := simulated(t)
	for text, parts := range map[string]int{
		strings.Repeat("ж", 66) + "😀" + strings.Repeat("ж", 65):   2, // 66, then 2+65: full
		strings.Repeat("ж", 66) + "😀" + strings.Repeat("ж", 66):   3, // one more; by the sum it would be two
		strings.Repeat("a", 152) + "€" + strings.Repeat("a", 151): 2,
		strings.Repeat("a", 152) + "€" + strings.Repeat("a", 152): 3,
		strings.Repeat("👩🏽‍🚀", 30):                                4, // 7 units each
	} {
		s.Clear()
		n := nodetest.New(t, "send-sms", `{"vonage":"v1","from":"447700900000","to":"447700900001","text":"<<msg.text>>"}`, env, nodetest.Config(`{"id":"v1","type":"vonage"}`))
		if err := n.Send(string(msg.Encode(msg.Of("text", text)))); err != nil {
			t.Error(err)
			continue
		}
		e := s.Outbox()[0]
		want(t, n.Take()[0][0], "vonage.parts", fmt.Sprint(parts))
		if e.Parts != parts || len(e.IDs) != parts || e.Text != text {
			t.Errorf("%d units in %d parts, want %d", len([]rune(text)), e.Parts, parts)
		}
		in := receiving(t, `{"vonage":"v"}`)
		flow := httptest.NewServer(in.Routes())
		hooks, err := s.ReceiveAll(t.Context(), simulator.InboundMessage{URL: flow.URL + "/sms", Text: &text, Split: true, Shuffle: true})
		if err != nil || len(hooks) != parts {
			t.Fatalf("%d webhooks, want %d: %v", len(hooks), parts, err)
		}
		for _, h := range hooks {
			if !utf8.ValidString(h.Fields["text"]) {
				t.Errorf("part %q is cut inside a character", h.Fields["text"])
			}
		}
		in.Close() // what was answered has gone on
		flow.Close()
		m := in.Take()[0][0]
		want(t, m, "text", string(msg.Encode(text)))
		want(t, m, "parts", fmt.Sprint(parts))
	}
}

// TestBadWebhook: whatever stands where a text belongs, in every shape, the
// provider gets its answer and the nodes behind take what comes of it.
func TestBadWebhook(t *testing.T) {
	odd := []string{`null`, `[]`, `["447700900001"]`, `{}`, `{"a":1}`, `true`, `1e300`, `-0.5`, `""`, `" "`, `"\u0000"`, `"\ud83d"`, `"` + strings.Repeat("9", 5000) + `"`}
	shapes := map[string][]string{
		`{"msisdn":"447700900001","to":"447700900000","messageId":"a","text":"hi","type":"text","keyword":"HI","concat":"true","concat-ref":"1","concat-part":"1","concat-total":"1","message-timestamp":"2026-01-01 00:00:00"}`:                            {"msisdn", "to", "messageId", "text", "type", "keyword", "concat-ref", "concat-part", "concat-total", "message-timestamp"},
		`{"msisdn":"447700900001","to":"447700900000","messageId":"a","status":"delivered","err-code":"0","client-ref":"r","scts":"2601010000"}`:                                                                                                            {"msisdn", "to", "messageId", "status", "err-code", "client-ref", "scts"},
		`{"message_uuid":"u","channel":"whatsapp","from":"447700900001","to":"447700900000","timestamp":"2026-01-01T00:00:00Z","message_type":"location","text":"hi","location":{"lat":1,"long":2},"sms":{"num_messages":"1"}}`:                             {"message_uuid", "channel", "from", "to", "timestamp", "message_type", "text", "location", "sms"},
		`{"message_uuid":"u","channel":"sms","from":"447700900000","to":"447700900001","timestamp":"2026-01-01T00:00:00Z","status":"rejected","error":{"title":"1240","detail":"no"},"client_ref":"r"}`:                                                     {"message_uuid", "channel", "from", "to", "timestamp", "status", "error", "client_ref"},
		`{"message_uuid":"u","from":{"type":"viber_service_msg","number":"447700900001"},"to":{"type":"viber_service_msg","id":"9"},"timestamp":"2026-01-01T00:00:00Z","message":{"content":{"type":"image","image":{"url":"https://example.com/a.jpg"}}}}`: {"message_uuid", "from", "to", "timestamp", "message"},
	}
	var behind []*nodetest.Node
	for typ, config := range map[string]string{
		"opt-out": `{"stopReply":"bye"}`, "loop-brake": `{}`, "conversation": `{"vonage":"v"}`, "message-status": `{}`, "quiet-hours": `{}`,
		"wait-for-reply": `{"vonage":"v","peer":"<<msg.peer>>","own":"<<msg.own>>"}`,
	} {
		behind = append(behind, nodetest.New(t, typ, config, simulatorAccount()...))
	}
	for shape, fields := range shapes {
		for _, field := range fields {
			for _, value := range append(odd, "missing") {
				o := nodetest.Message(t, shape)
				if value == "missing" {
					o.Delete(field)
				} else {
					v, err := msg.Decode([]byte(value))
					if err != nil {
						t.Fatal(err)
					}
					o.Set(field, v)
				}
				n := receiving(t, `{"vonage":"v"}`)
				if got := post(n, "application/json", o.String()); got != 200 {
					t.Errorf("%s as %.40s: %d", field, value, got)
				}
				for _, port := range n.Take() {
					for _, m := range port {
						for _, key := range []string{"peer", "own", "id", "channel", "text"} {
							if v, ok := m.Lookup(key); ok {
								if s, ok := v.(string); !ok || !utf8.ValidString(s) {
									t.Errorf("%s as %.40s: %s is %v", field, value, key, v)
								}
							}
						}
						for _, b := range behind {
							if err := b.Receive(m.Clone()); err != nil && (len(err.Error()) > 300 || strings.Contains(err.Error(), "panic")) {
								t.Errorf("%s as %.40s: %s fails with %.400s", field, value, b.Instance().Type.Name, err)
							}
						}
					}
				}
			}
		}
	}
}

// TestWrongClock: a clock that is ten minutes off is named where it makes
// trouble, for what comes in and for what goes out.
func TestWrongClock(t *testing.T) {
	v := readVectors(t)
	for off, want := range map[time.Duration]string{
		10 * time.Minute:  "it was made 10m0s ago, and is good for 5m0s; a late redelivery, or this machine's clock is ahead",
		-10 * time.Minute: "it will be made in 10m0s; this machine's clock is behind",
		4 * time.Minute:   "",
	} {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(time.Until(time.Unix(v.Now, 0).Add(off)))
			n := receiving(t, `{"vonage":"v"}`, liveAccount(v.Secret, "sha256")...)
			q := url.Values{"sig": {v.Sigs["sha256"]}}
			for k, value := range v.Params {
				q.Set(k, value)
			}
			status, logs := get(n, q.Encode()), strings.Join(n.Logs(), "\n")
			if (status == 200) != (want == "") || !strings.Contains(logs, want) {
				t.Errorf("%s off: %d, %s", off, status, logs)
			}
			n.Close()
		})
	}
	key := string(msg.Encode(strings.ReplaceAll(testKeys().pkcs8, "\n", " "))) // as a form's field pastes it
	live := nodetest.Config(`{"id":"v1","type":"vonage","messagesUrl":"http://provider.test","rate":0,"credentials":{"applicationId":"0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d","privateKey":` + key + `}}`)
	for off, want := range map[time.Duration]string{10 * time.Minute: "this machine's clock is 10m0s ahead", -10 * time.Minute: "this machine's clock is 10m0s behind"} {
		synctest.Test(t, func(t *testing.T) {
			n := nodetest.New(t, "send-message", greet, live)
			p := inMemory(t, n, func(_ int, w http.ResponseWriter) {
				says(401, `{"title":"Unauthorized"}`, "Date", time.Now().Add(-off).UTC().Format(http.TimeFormat))(0, w)
			})
			err := n.Send(`{"payload":{"from":"447700900001"}}`)
			if err == nil || !strings.Contains(err.Error(), want) || len(p.requests()) != 2 {
				t.Errorf("%s off: %v after %d requests", off, err, len(p.requests()))
			}
			if _, retry := node.RetryAfter(err); retry {
				t.Error("marked for another try")
			}
			n.Close()
		})
	}
}

package messaging

import (
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

// chased is a WhatsApp message that RCS replaces when it is not read in a
// minute, and SMS when that does not arrive in two.
const chased = `{"vonage":"v1","channel":"whatsapp","kind":"text","from":"447700900000","to":"<<msg.to>>","text":"hi","failover":[
	{"until":"read","expiry":60,"channel":"rcs","kind":"text","from":"Acme","to":"<<msg.to>>","text":"hi"},
	{"until":"delivered","expiry":120,"channel":"sms","from":"Acme","to":"<<msg.to>>","text":"hi"}]}`

// numbered answers with the uuids u1, u2, ….
func numbered(n int, w http.ResponseWriter) {
	says(202, fmt.Sprintf(`{"message_uuid":"u%d"}`, n))(n, w)
}

// channels are those of the requests, in order.
func channels(t *testing.T, p *provider) string {
	t.Helper()
	var all []string
	for _, r := range p.requests() {
		o := plainJSON(t, r.body).(map[string]any)
		if o["failover"] != nil || r.path != "/v1/messages" {
			t.Errorf("the provider shall not see to it itself: %s %s", r.path, r.body)
		}
		all = append(all, o["channel"].(string))
	}
	return strings.Join(all, " ")
}

// TestTimedFailover: another message goes out when the one before is not what
// it should be in time, or at once when it is rejected.
func TestTimedFailover(t *testing.T) {
	type event struct {
		at         time.Duration // after the first message
		id, status string
	}
	for _, c := range []struct {
		name   string
		events []event
		want   string // the channels used
		took   time.Duration
	}{
		{"nothing is ever heard", nil, "whatsapp rcs sms", 180 * time.Second},
		{"read", []event{{time.Second, "u1", "delivered"}, {2 * time.Second, "u1", "read"}}, "whatsapp", 0},
		{"delivered is not read", []event{{time.Second, "u1", "delivered"}, {70 * time.Second, "u2", "delivered"}}, "whatsapp rcs", 60 * time.Second},
		{"rejected", []event{{time.Second, "u1", "submitted"}, {2 * time.Second, "u1", "rejected"}, {3 * time.Second, "u2", "read"}}, "whatsapp rcs", 2 * time.Second},
		{"twice rejected", []event{{2 * time.Second, "u1", "undeliverable"}, {4 * time.Second, "u2", "rejected"}, {5 * time.Second, "u3", "rejected"}}, "whatsapp rcs sms", 4 * time.Second},
		{"read too late", []event{{61 * time.Second, "u1", "read"}, {62 * time.Second, "u2", "delivered"}}, "whatsapp rcs", 60 * time.Second},
		{"of somebody else", []event{{time.Second, "x", "read"}, {2 * time.Second, "x", "rejected"}, {100 * time.Second, "u2", "delivered"}}, "whatsapp rcs", 60 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := nodetest.New(t, "send-message", chased, account("http://provider.test", `,"rate":0`))
				p := inMemory(t, n, numbered)
				n.Start()
				board := &nodetest.Of[SendMessage](n).Vonage.Get().board
				began := time.Now()
				if err := n.Send(`{"_msgid":"m1","to":"447700900001"}`); err != nil {
					t.Fatal(err)
				}
				last := time.Duration(0)
				seen := len(p.requests())
				note := func() {
					synctest.Wait()
					if now := len(p.requests()); now > seen {
						seen, last = now, time.Since(began).Truncate(time.Second)
					}
				}
				events := c.events
				for at := range 400 { // a bubble's seconds
					for len(events) > 0 && events[0].at == time.Duration(at)*time.Second {
						board.report(events[0].id, "", events[0].status)
						events = events[1:]
					}
					note()
					time.Sleep(time.Second)
				}
				if got := channels(t, p); got != c.want || last != c.took {
					t.Errorf("%s after %s, want %s after %s", got, last, c.want, c.took)
				}
				sent := n.Sent().Port(0)
				if len(sent) != len(strings.Fields(c.want)) {
					t.Fatalf("%d messages left: %s", len(sent), n.Sent())
				}
				for i, m := range sent {
					want(t, m, "_msgid", `"m1"`)
					want(t, m, "vonage.failover.number", fmt.Sprint(i+1))
					want(t, m, "vonage.failover.of", `3`)
					if because := word(m.Path("vonage.failover").(*msg.Object), "because"); (because == "") != (i == 0) {
						t.Errorf("message %d because %q", i+1, because)
					}
				}
				if errs := n.Errors(); len(errs) > 0 {
					t.Error(errs)
				}
				n.Close()
			})
		})
	}
}

// TestFailoverRefused: what the provider refuses at once is replaced at once;
// what may have arrived is not.
func TestFailoverRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "send-message", chased, account("http://provider.test", `,"rate":0`))
		p := inMemory(t, n, inTurn(says(422, `{"title":"Invalid recipient"}`), says(422, `{"title":"Invalid sender"}`), numbered))
		n.Start()
		if err := n.Send(`{"to":"447700900001"}`); err != nil {
			t.Fatal(err)
		}
		m := n.Sent().Port(0)[0]
		if got := channels(t, p); got != "whatsapp rcs sms" {
			t.Error(got)
		}
		want(t, m, "vonage.failover.number", "3")
		want(t, m, "vonage.failover.because", `"the one before was refused: 422 Unprocessable Entity"`)
		n.Close()
	})
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "send-message", chased, account("http://provider.test", `,"rate":0`))
		p := inMemory(t, n, says(500, ``))
		n.Start()
		m, err := failed(t, n, `{"to":"447700900001"}`)
		if !strings.Contains(err.Error(), "may have been sent") || channels(t, p) != "whatsapp" {
			t.Errorf("%v, %s", err, channels(t, p))
		}
		want(t, m, "vonage.error.ambiguous", "true")
		n.Close()
	})
}

// TestFailoverEarlyReceipt: a receipt may come before the answer to the
// message it is about.
func TestFailoverEarlyReceipt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "send-message", chased, account("http://provider.test", `,"rate":0`))
		board := &nodetest.Of[SendMessage](n).Vonage.Get().board
		p := inMemory(t, n, func(i int, w http.ResponseWriter) {
			board.report(fmt.Sprintf("u%d", i), "", "read")
			numbered(i, w)
		})
		n.Start()
		if err := n.Send(`{"to":"447700900001"}`); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if got := channels(t, p); got != "whatsapp" {
			t.Error(got)
		}
		n.Close()
	})
}

// TestFailoverRestart: what is waited for survives a restart, receipts that
// come right after it count, and what was under way is told, not sent again.
func TestFailoverRestart(t *testing.T) {
	for _, c := range []struct{ report, want string }{{"", "whatsapp rcs"}, {"read", "whatsapp"}, {"rejected", "whatsapp rcs"}} {
		synctest.Test(t, func(t *testing.T) {
			keep := new(node.MemoryKeep)
			env := nodetest.Env(func(e *node.Env) { e.Keep = keep })
			n := nodetest.New(t, "send-message", chased, env, account("http://provider.test", `,"rate":0`))
			first := inMemory(t, n, numbered)
			n.Start()
			if err := n.Send(`{"to":"447700900001","_msgid":"m1"}`); err != nil {
				t.Fatal(err)
			}
			n.Close()
			time.Sleep(10 * time.Minute) // it was down when the time was up

			n = nodetest.New(t, "send-message", chased, env, account("http://provider.test", `,"rate":0`))
			second := inMemory(t, n, func(i int, w http.ResponseWriter) { numbered(i+1, w) })
			n.Start()
			time.Sleep(5 * time.Second)
			if len(second.requests()) != 0 {
				t.Error("no time for receipts that came meanwhile")
			}
			// by the reference, as receipts of the account's other format name it
			nodetest.Of[SendMessage](n).Vonage.Get().board.report("other", "m1", c.report)
			time.Sleep(40 * time.Second)
			if got := strings.TrimSpace(channels(t, first) + " " + channels(t, second)); got != c.want {
				t.Errorf("%q: %s, want %s", c.report, got, c.want)
			}
			n.Close()
		})
	}
	synctest.Test(t, func(t *testing.T) {
		keep := new(node.MemoryKeep)
		if err := keep.Put(begunBucket, "n1/u1", []byte{1}, 0); err != nil {
			t.Fatal(err)
		}
		n := nodetest.New(t, "send-message", chased, nodetest.Env(func(e *node.Env) { e.Keep = keep }), account("http://provider.test", `,"rate":0`))
		n.Start()
		synctest.Wait()
		if errs := n.Errors(); len(errs) != 1 || !strings.Contains(errs[0].Error(), "may have been sent") {
			t.Errorf("%v", errs)
		}
		if _, kept, _ := keep.Get(begunBucket, "n1/u1"); kept {
			t.Error("told again at the next start")
		}
		n.Close()
	})
}

package messaging

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

func TestMessageStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var keep node.MemoryKeep
		n := nodetest.New(t, "message-status", `{}`, nodetest.Env(func(e *node.Env) { e.Keep = &keep }))
		n.Start()
		defer n.Close()
		for _, m := range []string{
			`{"_msgid":"m1","topic":"reminder","vonage":{"ok":true,"ids":["A1","A2"]}}`,
			`{"_msgid":"m2","vonage":{"ok":false,"ids":[],"to":"447700900001","ref":"r2"}}`,
			`{"_msgid":"m3","vonage":{"ok":true,"ids":["A3"],"parts":1,"to":"447700900001","ref":"news"}}`,
			`{"_msgid":"m4","vonage":{"ok":true,"ids":["A4"],"parts":1,"to":"447700900002","ref":"news"}}`,
			`{"_msgid":"m5","vonage":{"ok":false,"ids":[],"parts":2,"to":"447700900001","ref":"r5","error":{"code":"ambiguous","ambiguous":true}}}`,
		} {
			if err := n.Send(m); err != nil {
				t.Fatal(err)
			}
		}
		n.Take().Want(t, `[[],[],[]]`)
		time.Sleep(90 * time.Second)
		receipt := func(fields string) string {
			return `{"receipt":true,"api":"sms","own":"447700900000","peer":"447700900001",` + fields + `}`
		}
		sent := `,"sent":{"id":"A1","parts":2,"_msgid":"m1","topic":"reminder","at":"2000-01-01T00:00:00Z","seconds":90}`
		byRef := func(msgid, id string) string {
			return `,"sent":{` + id + `,"_msgid":"` + msgid + `","at":"2000-01-01T00:00:00Z","seconds":90}`
		}
		for _, c := range []struct {
			fields, more string
			port         int
			status       string
		}{
			{`"id":"A1","status":"buffered","code":"0","final":false,"delivered":false`, sent, 2, "buffered 4477…0001"},
			{`"id":"A2","status":"delivered","code":"0","final":true,"delivered":true`, sent, 0, "delivered 4477…0001"},
			{`"id":"A1","status":"failed","code":"2","reason":"absent for now","final":true,"delivered":false`, sent, 1, "failed 4477…0001: absent for now"},
			// By its reference, where the id is unknown: to whom it went tells two with the same one apart.
			{`"id":"ZZ","ref":"news","status":"buffered","final":false,"delivered":false`, byRef("m3", `"id":"A3","parts":1`), 2, "buffered 4477…0001"},
			{`"id":"A4","ref":"news","status":"buffered","final":false,"delivered":false`, byRef("m4", `"id":"A4","parts":1`), 2, "buffered 4477…0001"},
			{`"id":"ZZ","ref":"r5","status":"delivered","final":true,"delivered":true`, byRef("m5", `"parts":2`), 0, "delivered 4477…0001"},
			{`"id":"ZZ","status":"rejected","code":"9","final":true,"delivered":false`, "", 1, "rejected 4477…0001"},
			{`"id":"ZZ","ref":"r2","status":"delivered","final":true,"delivered":true`, "", 0, "delivered 4477…0001"}, // was refused
			{`"id":"","ref":"","status":"delivered","final":true,"delivered":true`, "", 0, "delivered 4477…0001"},
		} {
			if err := n.Send(receipt(c.fields)); err != nil {
				t.Fatal(err)
			}
			if c.more == "" { // it could still be sent
				time.Sleep(earlyWait)
				synctest.Wait()
			}
			want := []string{"", "", ""}
			m := receipt(c.fields)
			want[c.port] = m[:len(m)-1] + c.more + "}"
			n.Take().Want(t, `[[`+want[0]+`],[`+want[1]+`],[`+want[2]+`]]`)
			if s := n.Statuses(); s[len(s)-1].Text != c.status {
				t.Errorf("status %q, want %q", s[len(s)-1].Text, c.status)
			}
		}
		if has, err := (optOuts{&keep}).has("447700900000", "447700900001"); !has || err != nil {
			t.Errorf("err-code 9 does not opt out: %v", err)
		}
		if got := len(n.Debugs()); got != 9 {
			t.Errorf("%d lines in the debug panel", got)
		}
		if err := n.Send(`{"payload":"what"}`); err == nil {
			t.Error("anything is a status")
		}
	})
}

// TestEarlyReceipt: a receipt that is faster than the answer to its message
// waits for it, and for no other.
func TestEarlyReceipt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "message-status", `{}`)
		n.Start()
		began := time.Now()
		send := func(m string) {
			t.Helper()
			if err := n.Send(m); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		is := func(want string) {
			t.Helper()
			got := ""
			for _, m := range n.Take()[0] {
				sent, _ := m.Path("sent._msgid").(string)
				got += fmt.Sprint(m.Get("id"), " ", m.Get("ref"), " of ", sent, " after ", time.Since(began), "; ")
			}
			if got != want {
				t.Errorf("%q, want %q", got, want)
			}
		}
		receipt := func(id, ref string) {
			send(`{"receipt":true,"api":"sms","own":"447700900000","peer":"447700900001","status":"delivered","final":true,"delivered":true,"id":"` + id + `","ref":"` + ref + `"}`)
		}
		receipt("A1", "r1")
		receipt("A2", "r2")
		receipt("A3", "")
		receipt("", "")
		is("  of  after 0s; ") // nothing to find it by
		time.Sleep(2 * time.Second)
		send(`{"_msgid":"m1","vonage":{"ids":["A1"],"parts":1,"to":"447700900001","ref":"r1"}}`)
		is("A1 r1 of m1 after 2s; ")
		time.Sleep(time.Second)
		send(`{"_msgid":"m2","vonage":{"ids":[],"parts":1,"to":"447700900001","ref":"r2","error":{"ambiguous":true}}}`)
		is("A2 r2 of m2 after 3s; ")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		is("A3  of  after 5s; ")
		receipt("A4", "r4")
		is("")
		n.Close() // nobody waits for a node that stops
		synctest.Wait()
		is("A4 r4 of  after 5s; ")
		if w := &nodetest.Of[MessageStatus](n).early; len(w.waiting) != 0 || w.many != 0 {
			t.Errorf("%d keys, %d receipts are left", len(w.waiting), w.many)
		}
	})
}

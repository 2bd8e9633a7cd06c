package messaging

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

func TestConversation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var keep node.MemoryKeep
		opts := append(simulatorAccount(), nodetest.Env(func(e *node.Env) { e.Keep = &keep }))
		make := func(config string) *nodetest.Node { return nodetest.New(t, "conversation", config, opts...) }
		find, remember, end := make(`{"vonage":"v"}`), make(`{"vonage":"v","do":"remember"}`), make(`{"vonage":"v","do":"end"}`)
		other := make(`{"vonage":"v","conversation":"other"}`)
		give := func(n *nodetest.Node, m, want string) {
			t.Helper()
			if err := n.Send(m); err != nil {
				t.Fatal(err)
			}
			n.Take().Want(t, want)
		}
		const a = `"own":"447700900000","peer":"447700900001"`
		give(find, `{`+a+`}`, `[[{`+a+`,"conversation":{}}],[]]`)
		give(remember, `{`+a+`,"conversation":{"step":2}}`, `[[{`+a+`,"conversation":{"step":2}}],[]]`)
		give(find, `{`+a+`}`, `[[],[{`+a+`,"conversation":{"step":2}}]]`)
		give(find, `{"own":"447700900000","peer":"447700900002"}`, `[[{"own":"447700900000","peer":"447700900002","conversation":{}}],[]]`)
		give(other, `{`+a+`}`, `[[{`+a+`,"conversation":{}}],[]]`)
		time.Sleep(23 * time.Hour)
		give(find, `{`+a+`}`, `[[],[{`+a+`,"conversation":{"step":2}}]]`) // and lives another day
		time.Sleep(23 * time.Hour)
		give(find, `{`+a+`}`, `[[],[{`+a+`,"conversation":{"step":2}}]]`)
		give(end, `{`+a+`,"conversation":{"step":2}}`, `[[{`+a+`}],[]]`)
		give(find, `{`+a+`}`, `[[{`+a+`,"conversation":{}}],[]]`)
		time.Sleep(24 * time.Hour)
		give(find, `{`+a+`}`, `[[{`+a+`,"conversation":{}}],[]]`)
		for m, want := range map[string]string{
			`{` + a + `}`: "msg.conversation is no object",
			`{` + a + `,"conversation":{"x":"` + strings.Repeat("x", maxConversation) + `"}}`: "has 64 kB",
			`{"own":"1","conversation":{}}`: "peer is empty",
		} {
			if err := remember.Send(m); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%.60s: %v, want %s", m, err, want)
			}
		}
	})
}

// TestWaitForReply asks, is answered, asks again, and is not; over a restart.
func TestWaitForReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var keep node.MemoryKeep
		opts := append(simulatorAccount(), nodetest.Env(func(e *node.Env) { e.Keep = &keep }))
		wait := nodetest.New(t, "wait-for-reply", `{"vonage":"v","timeout":2}`, opts...)
		wait.Start()
		find := nodetest.New(t, "conversation", `{"vonage":"v"}`, append(opts, sharing(t, wait))...)
		const a = `"own":"447700900000","peer":"447700900001"`
		ask := func(text string) {
			t.Helper()
			if err := wait.Send(`{` + a + `,"_msgid":"` + text + `","asked":"` + text + `"}`); err != nil {
				t.Fatal(err)
			}
		}
		says := func(peer, text string, taken bool) {
			t.Helper()
			if err := find.Send(`{"own":"447700900000","peer":"` + peer + `","text":"` + text + `","_msgid":"in"}`); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if sent := find.Take(); (len(sent[0])+len(sent[1]) == 0) != taken {
				t.Errorf("%s says %q: %s", peer, text, sent)
			}
		}
		ask("first")
		ask("second")
		says("447700900002", "not asked", false)
		says("447700900001", "to the second", true)
		wait.Take().Want(t, `[[{`+a+`,"_msgid":"second","asked":"second","text":"to the second"}],[]]`)
		says("447700900001", "to the first", true)
		wait.Take().Want(t, `[[{`+a+`,"_msgid":"first","asked":"first","text":"to the first"}],[]]`)
		says("447700900001", "to nobody", false)

		ask("third")
		time.Sleep(2*time.Hour - time.Second)
		synctest.Wait()
		wait.Take().Want(t, `[[],[]]`)
		time.Sleep(time.Second)
		synctest.Wait()
		wait.Take().Want(t, `[[],[{`+a+`,"_msgid":"third","asked":"third"}]]`)
		says("447700900001", "too late", false)
		if d := nodetest.Of[WaitForReply](wait).desk(); len(d.waits) != 0 {
			t.Errorf("%d people are still waited for", len(d.waits))
		}

		ask("fourth")
		ask("fifth")
		wait.Close()
		says("447700900001", "while it is down", false)
		wait = nodetest.New(t, "wait-for-reply", `{"vonage":"v","timeout":2}`, append(opts, sharing(t, wait))...)
		wait.Start()
		says("447700900001", "after a restart", true)
		wait.Take().Want(t, `[[{`+a+`,"_msgid":"fifth","asked":"fifth","text":"after a restart"}],[]]`)
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		wait.Take().Want(t, `[[],[{`+a+`,"_msgid":"fourth","asked":"fourth"}]]`)
	})
}

// sharing makes another node's account the one of this node.
func sharing(t testing.TB, n *nodetest.Node) nodetest.Option {
	t.Helper()
	return nodetest.Share("v", nodetest.Of[WaitForReply](n).Vonage.Get())
}

func TestRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := nodetest.Config(`{"id":"r","type":"message-rate","number":2,"numberEvery":"10m","total":5,"totalEvery":"1m"}`)
		n := nodetest.New(t, "rate-limit", `{"rate":"r"}`, config)
		send := func(peer int, want string) {
			t.Helper()
			if err := n.Send(fmt.Sprintf(`{"peer":"44770090000%d"}`, peer)); err != nil {
				t.Fatal(err)
			}
			sent := n.Take()
			got := "goes"
			if len(sent[1]) == 1 {
				got = fmt.Sprint(sent[1][0].Get("retryAfter"))
			}
			if got != want || len(sent[0])+len(sent[1]) != 1 {
				t.Errorf("to %d: %s, want %s", peer, sent, want)
			}
		}
		send(1, "goes")
		send(1, "goes")
		send(1, "300000")
		send(2, "goes")
		send(3, "goes")
		send(4, "goes")
		send(5, "12000") // to all
		time.Sleep(12 * time.Second)
		send(5, "goes")
		send(1, "288000")
		time.Sleep(288 * time.Second)
		send(1, "goes")
		send(1, "300000")
		if err := n.Send(`{}`); err == nil {
			t.Error("nobody is somebody")
		}
	})
}

func TestMessageStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var keep node.MemoryKeep
		n := nodetest.New(t, "message-status", `{}`, nodetest.Env(func(e *node.Env) { e.Keep = &keep }))
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
			{`"id":"ZZ","status":"rejected","code":"9","final":true,"delivered":false`, "", 1, "rejected 4477…0001"},
			// By its reference, where the id is unknown: to whom it went tells two with the same one apart.
			{`"id":"ZZ","ref":"news","status":"buffered","final":false,"delivered":false`, byRef("m3", `"id":"A3","parts":1`), 2, "buffered 4477…0001"},
			{`"id":"A4","ref":"news","status":"buffered","final":false,"delivered":false`, byRef("m4", `"id":"A4","parts":1`), 2, "buffered 4477…0001"},
			{`"id":"ZZ","ref":"r5","status":"delivered","final":true,"delivered":true`, byRef("m5", `"parts":2`), 0, "delivered 4477…0001"},
			{`"id":"ZZ","ref":"r2","status":"delivered","final":true,"delivered":true`, "", 0, "delivered 4477…0001"}, // was refused
			{`"id":"","ref":"","status":"delivered","final":true,"delivered":true`, "", 0, "delivered 4477…0001"},
		} {
			if err := n.Send(receipt(c.fields)); err != nil {
				t.Fatal(err)
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

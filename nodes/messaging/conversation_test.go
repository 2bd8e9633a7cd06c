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

package messaging

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/nodetest"
)

// TestAccountBrake: a live account holds what would go round in circles, and
// nothing else; the loop-brake node and the simulator have their own ways.
func TestAccountBrake(t *testing.T) {
	const (
		live      = `,"rate":0`
		webhook   = `{"payload":{"msisdn":"447700900001","to":"447700900000","messageId":"a","text":"hi"}}`
		ours      = `{"payload":{},"replyable":true,"peer":"447700900001","own":"447700900000","text":"hi"}`
		modern    = `{"payload":{"message_uuid":"u","from":"447700900001","to":"447700900000","text":"hi"}}`
		legacy    = `{"payload":{"message_uuid":"u","from":{"type":"sms","number":"447700900001"},"to":{"type":"sms","number":"447700900000"}}}`
		receipt   = `{"payload":{"msisdn":"447700900001","to":"447700900000","messageId":"a","status":"failed","err-code":"2"}}`
		ofStatus  = `{"payload":{"message_uuid":"u","status":"rejected","to":"447700900001","from":"447700900000"}}`
		ourOwn    = `{"payload":{},"receipt":true,"peer":"447700900001","own":"447700900000"}`
		reminder  = `{"payload":{"number":"447700900001"}}`
		peerAlone = `{"payload":{},"peer":"447700900001"}`
		passed    = `{"payload":{"msisdn":"447700900001","to":"447700900000","messageId":"a","text":"hi"},"brake":{"passed":true}}`
		somebody  = `{"payload":{"msisdn":"447700900002","to":"447700900000","messageId":"a","text":"tell the office"}}`
	)
	for _, c := range []struct {
		name, account, message string
		want                   int // of eight, how many leave
	}{
		{"a webhook", live, webhook, 5},
		{"inbound-message", live, ours, 5},
		{"a webhook of the Messages API", live, modern, 5},
		{"of v0.1", live, legacy, 5},
		{"a receipt", live, receipt, 5},
		{"a status", live, ofStatus, 5},
		{"a receipt of inbound-message", live, ourOwn, 5},
		{"other figures", live + `,"brakeMost":2`, webhook, 2},
		{"switched off", live + `,"loopBrake":"off"`, webhook, 8},
		{"nobody wrote", live, reminder, 8},
		{"a peer by hand", live, peerAlone, 8},
		{"to somebody else", live, somebody, 8},
		{"counted by a loop-brake node", live, passed, 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := nodetest.New(t, "send-sms", `{"vonage":"v1","from":"447700900000","to":"447700900001","text":"You wrote"}`, account("http://provider.test", c.account))
				p := inMemory(t, n, says(200, accepted))
				for range 8 {
					err := n.Send(c.message)
					if f := (*failure)(nil); err != nil && (!errors.As(err, &f) || f.code != "loop_brake" || f.retryable || f.ambiguous) {
						t.Fatal(err)
					}
				}
				if got := len(p.requests()); got != c.want {
					t.Errorf("%d left, want %d", got, c.want)
				}
				n.Close()
			})
		})
	}
}

// TestAccountBrakeLetsGo: what is held says so, and is held as long as it says.
func TestAccountBrakeLetsGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const message = `{"payload":{"msisdn":"447700900001","to":"447700900000","messageId":"a","text":"hi"}}`
		n := nodetest.New(t, "send-message", `{"vonage":"v1","channel":"sms","from":"447700900000","to":"447700900001","text":"You wrote"}`, account("http://provider.test", `,"rate":0`))
		inMemory(t, n, func(i int, w http.ResponseWriter) { numbered(i, w) })
		for range 5 {
			if err := n.Send(message); err != nil {
				t.Fatal(err)
			}
		}
		n.Take()
		m, err := failed(t, n, message)
		if want := "held by the loop brake: more than 5 replies to 4477…0001 within 60 s, so nothing more goes there for 10 min"; err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
		want(t, m, "vonage.error.code", `"loop_brake"`)
		if got := last(statuses(n)); got != "red dot loop brake: 4477…0001 held 10 min" {
			t.Errorf("status %q", got)
		}
		time.Sleep(10*time.Minute - time.Second)
		failed(t, n, message)
		time.Sleep(time.Second)
		if err := n.Send(message); err != nil {
			t.Error(err)
		}
		n.Close()
	})
}

// TestAccountBrakeTotal: a loop with many people at once ends, too, and what
// answers nobody is not counted.
func TestAccountBrakeTotal(t *testing.T) {
	for config, most := range map[string]int{``: 300, `,"brakeTotal":7`: 7, `,"brakeTotal":0`: 400, `,"loopBrake":"off"`: 400} {
		synctest.Test(t, func(t *testing.T) {
			n := nodetest.New(t, "send-sms", `{"vonage":"v1","from":"447700900000","to":"<<msg.payload.msisdn>>","text":"You wrote"}`, account("http://provider.test", `,"rate":0`+config))
			p := inMemory(t, n, says(200, accepted))
			webhook := func(i int) string {
				return fmt.Sprintf(`{"payload":{"msisdn":"4477009%05d","to":"447700900000","messageId":"a","text":"hi"}}`, 10_000+i)
			}
			for i := range 400 {
				_ = n.Send(webhook(i))
			}
			if got := len(p.requests()); got != most {
				t.Errorf("%s: %d left, want %d", config, got, most)
			}
			n.Take()
			if most < 400 {
				time.Sleep(20 * time.Second)
				_, err := failed(t, n, webhook(400))
				if want := fmt.Sprintf("held by the loop brake: more than %d replies to all people within a minute, so no reply leaves for 40 s", most); err == nil || !strings.HasPrefix(err.Error(), want) {
					t.Errorf("%s: %v, want %s", config, err, want)
				}
				if got := last(statuses(n)); got != "red dot loop brake: everybody held 40 s" {
					t.Errorf("status %q", got)
				}
			}
			if err := n.Send(`{"payload":{"msisdn":"447700900001"}}`); err != nil {
				t.Errorf("%s: what nobody asked for: %v", config, err)
			}
			time.Sleep(40 * time.Second)
			if err := n.Send(webhook(401)); err != nil {
				t.Errorf("%s: a minute later: %v", config, err)
			}
			n.Close()
		})
	}
}

// TestAccountBrakeNever: what is never answered, however seldom it comes.
func TestAccountBrakeNever(t *testing.T) {
	for _, c := range []struct{ name, config, message, want string }{
		{"from = to", `"from":"<<msg.payload.to>>","to":"<<msg.payload.msisdn>>","text":"x"`, `{"payload":{"msisdn":"447700900000","to":"447700900000","messageId":"a"}}`, "it comes from the number it went to"},
		{"a number that we reply from", `"from":"<<msg.payload.to>>","to":"<<msg.payload.msisdn>>","text":"x"`, `{"payload":{"msisdn":"447700900077","to":"447700900000","messageId":"a"}}`, "4477…0077 is our own number"},
		{"our own words", `"from":"<<msg.payload.to>>","to":"<<msg.payload.msisdn>>","text":"hello"`, `{"payload":{"msisdn":"447700900055","to":"447700900000","messageId":"a","text":"hello"}}`, "it repeats our last reply"},
	} {
		n := nodetest.New(t, "send-sms", `{"vonage":"v1",`+c.config+`}`, account(asked(t, says(200, accepted)).url, `,"rate":0`))
		if err := n.Send(`{"payload":{"msisdn":"447700900056","to":"447700900077","messageId":"b","text":"x"}}`); err != nil && c.name != "our own words" {
			t.Fatalf("%s: %v", c.name, err)
		}
		if c.name == "our own words" {
			if err := n.Send(`{"payload":{"msisdn":"447700900055","to":"447700900000","messageId":"b","text":"hi"}}`); err != nil {
				t.Fatal(err)
			}
		}
		n.Take()
		if _, err := failed(t, n, c.message); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestBrakePassedOnce: what passed a loop-brake node is counted there for the
// next reply only, not for those that answer the answers.
func TestBrakePassedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "send-sms", `{"vonage":"v1","from":"447700900000","to":"447700900001","text":"You wrote"}`, account("http://provider.test", `,"rate":0,"brakeMost":1`))
		p := inMemory(t, n, says(200, accepted))
		m := nodetest.Message(t, `{"replyable":true,"peer":"447700900001","own":"447700900000","text":"hi","brake":{"passed":true}}`)
		for i, want := range []int{1, 2, 2} { // passed, counted, held
			if err := n.Receive(m.Clone()); (err != nil) != (i == 2) || len(p.requests()) != want {
				t.Errorf("reply %d: %d requests, want %d; %v", i+1, len(p.requests()), want, err)
			}
			for _, sent := range n.Take()[0] {
				m = sent
			}
		}
		n.Close()
	})
}

// TestSimulatorHasNoBrake unless it is told to have one.
func TestSimulatorHasNoBrake(t *testing.T) {
	for config, want := range map[string]int{`{"id":"v1","type":"vonage"}`: 8, `{"id":"v1","type":"vonage","loopBrake":"on"}`: 5} {
		s, env := simulated(t)
		n := nodetest.New(t, "send-sms", reply1, env, nodetest.Config(config))
		for range 8 {
			_ = n.Send(`{"payload":{"msisdn":"447700900001","to":"447700900000","messageId":"a","text":"hello"}}`)
		}
		if got := len(s.Outbox()); got != want {
			t.Errorf("%s: %d left, want %d", config, got, want)
		}
	}
}

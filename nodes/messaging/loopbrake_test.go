package messaging

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/nodetest"
)

// brakes tells what a brake does with a message: "" or why it holds it.
func brakes(t *testing.T, n *nodetest.Node, message string) string {
	t.Helper()
	if err := n.Send(message); err != nil {
		t.Fatal(err)
	}
	sent := n.Take()
	if len(sent[0])+len(sent[1]) != 1 {
		t.Fatalf("sent %s", sent)
	}
	if len(sent[0]) == 1 {
		return ""
	}
	return word(inner(sent[1][0], "brake"), "reason")
}

func TestLoopBrakeNeverAnswers(t *testing.T) {
	n := nodetest.New(t, "loop-brake", `{"ours":"+44 7700 900050, 447700900051","vonage":"v"}`, simulatorAccount()...)
	nodetest.Of[LoopBrake](n).Vonage.Get().desk.seeOwn("447700900060")
	for _, c := range []struct{ message, want string }{
		{`{"peer":"447700900001","own":"447700900000","text":"hi"}`, ""},
		{`{"payload":{"msisdn":"447700900002","to":"447700900000","text":"hi"}}`, ""},
		{`{"topic":"nobody's message"}`, ""},
		{`{"peer":"447700900000","own":"+447700900000"}`, "it comes from the number it went to"},
		{`{"peer":"447700900050","own":"447700900000"}`, "4477…0050 is our own number"},
		{`{"peer":"447700900060","own":"447700900000"}`, "4477…0060 is our own number"},
		{`{"peer":"60070","own":"447700900000","channel":"sms"}`, "60070 takes no replies"},
		{`{"payload":{"msisdn":"AMAZON","to":"447700900000"}}`, "AMAZON takes no replies"},
		{`{"peer":"12345678901234567890","own":"1","channel":"messenger"}`, ""},
		{`{"peer":"447700900001","own":"447700900000","receipt":true}`, "a receipt is no message"},
		{`{"payload":{"msisdn":"447700900001","to":"447700900000","err-code":"0","status":"delivered"}}`, "a receipt is no message"},
		{`{"payload":{"message_uuid":"u","status":"delivered"},"peer":"447700900001"}`, "a receipt is no message"},
	} {
		if got := brakes(t, n, c.message); got != c.want {
			t.Errorf("%s: %q, want %q", c.message, got, c.want)
		}
	}
}

func TestLoopBrakeCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "loop-brake", `{}`)
		from := func(peer string, want string) {
			t.Helper()
			if got := brakes(t, n, `{"own":"447700900000","text":"hi","peer":"`+peer+`"}`); got != want {
				t.Errorf("%s: %q, want %q", peer, got, want)
			}
		}
		for range 5 {
			from("447700900001", "")
			time.Sleep(12 * time.Second)
		}
		from("447700900001", "") // the first is 60 s old
		from("447700900001", "too many replies")
		from("447700900002", "")
		time.Sleep(10*time.Minute - time.Second)
		from("447700900001", "too many replies")
		time.Sleep(time.Second)
		from("447700900001", "")
		if s := n.Statuses(); s[len(s)-1].Text != "loop brake: 4477…0001 held 1 s" {
			t.Errorf("status %v", s[len(s)-1])
		}
	})
}

func TestLoopBrakeTotal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "loop-brake", `{"total":3}`)
		send := func(i int) string {
			return brakes(t, n, fmt.Sprintf(`{"own":"447700900000","peer":"44770090010%d"}`, i))
		}
		for i := range 3 {
			if got := send(i); got != "" {
				t.Errorf("%d: %s", i, got)
			}
		}
		if got := send(4); got != "too many replies to all" {
			t.Errorf("one more: %q", got)
		}
		if s := n.Statuses(); s[len(s)-1].Text != "loop brake: everybody held 60 s" {
			t.Errorf("status %v", s[len(s)-1])
		}
		time.Sleep(time.Minute)
		if got := send(4); got != "" {
			t.Errorf("a minute later: %s", got)
		}
	})
}

func TestLoopBrakeEcho(t *testing.T) {
	n := nodetest.New(t, "loop-brake", `{"reply":"You said <<msg.text>>"}`)
	for _, c := range []struct{ text, want string }{
		{"hello", ""}, {"You said hello", "it repeats our last reply"}, {"hello", ""}, {"", ""}, {"You said hello", ""},
	} {
		if got := brakes(t, n, `{"own":"447700900000","peer":"447700900001","text":"`+c.text+`"}`); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

// TestLoopBrakeForgets has more people than are remembered pass in an hour.
func TestLoopBrakeForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := nodetest.Of[LoopBrake](nodetest.New(t, "loop-brake", `{"total":0}`))
		m := nodetest.Message(t, `{}`)
		for i := range maxBraked + 10_000 {
			if i%1000 == 0 {
				time.Sleep(5 * time.Second)
			}
			if reason, _ := b.hold(m, fmt.Sprint(447700000000+i), "447600000000", "", time.Now()); reason != "" {
				t.Fatalf("person %d: %s", i, reason)
			}
		}
		if n := len(b.brake.people.of); n > 30_000 {
			t.Errorf("%d people are remembered", n)
		}
	})
}

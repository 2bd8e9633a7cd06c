package cmd

import (
	"net/http"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/nodes/messaging/simulator"
)

// timed is a WhatsApp message that a text replaces if it is not read.
const timed = `[
	{"id":"t1","type":"tab"},
	{"id":"v1","type":"vonage"},
	{"id":"go","type":"http-in","z":"t1","x":1,"y":1,"url":"/go","method":"get","wires":[["ok","send"]]},
	{"id":"ok","type":"http-response","z":"t1","x":1,"y":1,"wires":[]},
	{"id":"in","type":"inbound-message","z":"t1","x":1,"y":1,"vonage":"v1","url":"/sms","wires":[[],[]]},
	{"id":"send","type":"send-message","z":"t1","x":1,"y":1,"vonage":"v1","channel":"whatsapp","kind":"text","from":"447700900000","to":"447700900001","text":"hi",
		"failover":[{"until":"read","expiry":86400,"channel":"sms","from":"447700900000","to":"447700900001","text":"hi by text"}],"wires":[[]]}
]`

// TestFailoverByReceipt: the status webhook of a message that was rejected
// makes its alternative go out, and that of one that was read does not.
func TestFailoverByReceipt(t *testing.T) {
	addr, sim, stop := running(t, timed, nil)
	events, unwatch := sim.Watch()
	defer unwatch()
	next := func() simulator.Entry {
		for e := range events {
			if e.Kind == simulator.Sent {
				return *e.Entry
			}
		}
		t.Fatal("the simulator closed")
		return simulator.Entry{}
	}
	send := func() simulator.Entry {
		res, err := http.Get("http://" + addr + "/go")
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return next()
	}
	report := func(e simulator.Entry, status string) {
		for _, status := range strings.Fields(status) {
			hooks, err := sim.Report(t.Context(), simulator.ReceiptRequest{MessageID: e.ID, Status: status, URL: "/sms", Signed: true})
			if err != nil || len(hooks) != 1 || hooks[0].Status != 200 {
				t.Fatalf("%s: %v %+v", status, err, hooks)
			}
		}
	}
	read, rejected := send(), send()
	if read.Channel != "whatsapp" || rejected.Channel != "whatsapp" || read.ID == rejected.ID {
		t.Fatalf("%+v %+v", read, rejected)
	}
	report(read, "submitted delivered read")
	report(rejected, "submitted rejected")
	if e := next(); e.Channel != "sms" || e.Text != "hi by text" || e.ClientRef != rejected.ClientRef {
		t.Errorf("%+v", e)
	}
	stop()
	if box := sim.Outbox(); len(box) != 3 {
		t.Errorf("%d messages: %+v", len(box), box)
	}
}

package messaging

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

func TestWholeWord(t *testing.T) {
	for text, want := range map[string]string{
		"STOP": "STOP", "stop": "STOP", " Stop. ": "STOP", "«stop!»\n": "STOP", "STOP\x00": "STOP", "\u200bstop\ufeff": "STOP", "\"Stop\"": "STOP",
		"don't stop": "DON'T STOP", "STOP sending flowers": "STOP SENDING FLOWERS", "": "", "!!!": "", "arrêt": "ARRÊT", "2": "2", "👎": "",
	} {
		if got := wholeWord(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// texts sends what a person writes and tells through which outputs it left.
func texts(t *testing.T, n *nodetest.Node, own, peer string, lines ...string) string {
	t.Helper()
	var all []string
	for _, text := range lines {
		body, _ := json.Marshal(map[string]string{"own": own, "peer": peer, "text": text})
		if err := n.Send(string(body)); err != nil {
			t.Fatal(err)
		}
		ports := ""
		for port, list := range n.Take() {
			for _, m := range list {
				ports += fmt.Sprint(port)
				if reply := word(m, "reply"); reply != "" && port == 1 {
					ports += "=" + reply
				}
			}
		}
		all = append(all, ports)
	}
	return strings.Join(all, " ")
}

func TestOptOut(t *testing.T) {
	var keep node.MemoryKeep
	disk := nodetest.Env(func(e *node.Env) { e.Keep = &keep })
	n := nodetest.New(t, "opt-out", `{"stopReply":"bye <<msg.peer>>","startReply":"hello","helpReply":"help"}`, disk)
	const a, b, own = "447700900001", "447700900002", "447700900000"
	for _, c := range []struct{ own, peer, lines, want string }{
		{own, a, "hi", "0"},
		{own, a, "yes", "0"}, // has not opted out: an answer like any other
		{own, a, "don't stop", "0"},
		{own, a, "STOP sending flowers", "0"},
		{own, a, "Stop!", "1=bye " + a + "2"},
		{own, a, "stop", "2"}, // one confirmation
		{own, a, "hi", "2"},
		{own, a, "Info", "1=help"}, // help is given to everybody
		{"447700900099", a, "hi", "0"},
		{own, b, "hi", "0"},
		{"+44 7700 900000", a, "hi", "2"}, // the same number
		{own, a, "Yes", "1=hello"},
		{own, a, "hi", "0"},
		{own, a, "stop", "1=bye " + a + "2"},
	} {
		if got := texts(t, n, c.own, c.peer, c.lines); got != c.want {
			t.Errorf("%s writes %q to %s: %s, want %s", c.peer, c.lines, c.own, got, c.want)
		}
	}
	n.Close()
	again := nodetest.New(t, "opt-out", `{"for":"leaving","peer":"<<msg.to>>","own":"<<msg.from>>"}`, disk)
	for _, c := range []struct{ message, want string }{
		{`{"to":"447700900001","from":"447700900000","text":"START"}`, "opted out"}, // ours, not theirs
		{`{"to":"447700900002","from":"447700900000"}`, "go on"},
	} {
		if err := again.Send(c.message); err != nil {
			t.Fatal(err)
		}
		sent := again.Take()
		if got := map[bool]string{true: "go on", false: "opted out"}[len(sent[0]) == 1]; got != c.want || len(sent[0])+len(sent[2]) != 1 {
			t.Errorf("%s: %s", c.message, sent)
		}
	}
	if err := again.Send(`{"to":"","from":"447700900000"}`); err == nil {
		t.Error("nobody may be sent to")
	}
}

func TestOptOutDefaults(t *testing.T) {
	n := nodetest.New(t, "opt-out", `{"stop":"STOP, ARRÊT"}`)
	for message, want := range map[string]int{
		`{"payload":{"msisdn":"447700900001","to":"447700900000","text":"arrêt"}}`: 2, // no answer is configured
		`{"payload":{"msisdn":"447700900003","to":"447700900000","text":"help"}}`:  0, // the flow answers it
		`{"payload":{"msisdn":"447700900003","to":"447700900000"}}`:                0,
		`{"payload":{"msisdn":"447700900003","to":"447700900000","text":"👍"}}`:     0,
	} {
		if err := n.Send(message); err != nil {
			t.Fatal(err)
		}
		sent := n.Take()
		if len(sent[want]) != 1 || len(sent[0])+len(sent[1])+len(sent[2]) != 1 {
			t.Errorf("%s: %s, want port %d", message, sent, want)
		}
	}
}

// TestOptOutByHand: START takes back what somebody said themselves, not what
// was put on the list for all numbers.
func TestOptOutByHand(t *testing.T) {
	for own, want := range map[string]int{"447700900000": 1, everyNumber: 2, "447700900009": 0} {
		var keep node.MemoryKeep
		n := nodetest.New(t, "opt-out", `{"startReply":"Welcome back"}`, nodetest.Env(func(e *node.Env) { e.Keep = &keep }))
		list := optOuts{&keep}
		if _, err := list.add(own, "447700900001", "list"); err != nil {
			t.Fatal(err)
		}
		if err := n.Send(`{"payload":{"msisdn":"447700900001","to":"447700900000","text":"START"}}`); err != nil {
			t.Fatal(err)
		}
		if sent := n.Take(); len(sent[want]) != 1 {
			t.Errorf("on the list for %s: %s, want port %d", own, sent, want)
		}
		if has, err := list.has("447700900000", "447700900001"); err != nil || has != (own == everyNumber) {
			t.Errorf("on the list for %s: still %v, %v", own, has, err)
		}
	}
}

// TestOptOutReceipt has carriers say that somebody has opted out.
func TestOptOutReceipt(t *testing.T) {
	n := nodetest.New(t, "opt-out", `{}`)
	for _, m := range []string{
		`{"receipt":true,"api":"sms","code":"1240","own":"447700900000","peer":"447700900001"}`, // means nothing there
		`{"receipt":true,"api":"sms","code":"0","own":"447700900000","peer":"447700900001"}`,
	} {
		if err := n.Send(m); err != nil {
			t.Fatal(err)
		}
	}
	n.Take().Want(t, `[[],[],[]]`)
	if got := texts(t, n, "447700900000", "447700900001", "hi"); got != "0" {
		t.Error(got)
	}
	for i, m := range []string{
		`{"receipt":true,"api":"sms","code":"9","own":"447700900000","peer":"447700900001"}`,
		`{"receipt":true,"api":"messages","code":"1240","own":"447700900000","peer":"447700900002"}`,
	} {
		if err := n.Send(m); err != nil {
			t.Fatal(err)
		}
		if sent := n.Take(); len(sent[2]) != 1 {
			t.Errorf("sent %s", sent)
		}
		if got := texts(t, n, "447700900000", fmt.Sprintf("44770090000%d", i+1), "hi"); got != "2" {
			t.Error(got)
		}
	}
}

func TestOptOutHandler(t *testing.T) {
	var keep node.MemoryKeep
	h := OptOutHandler(&keep)
	do := func(method, path, body string, want int) string {
		t.Helper()
		w := httptest.NewRecorder()
		r := httptest.NewRequest(method, "/", strings.NewReader(body))
		r.URL.Path, r.URL.RawQuery, _ = strings.Cut(path, "?")
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s %s: %d %s, want %d", method, path, w.Code, w.Body, want)
		}
		return w.Body.String()
	}
	if got := do("GET", "", "", 200); got != "[]\n" {
		t.Error(got)
	}
	do("PUT", "/447700900000/+447700900001", "", http.StatusNoContent)
	do("POST", "/", `[{"own":"*","peer":"447700900002"},{"own":"Acme","peer":"447700900003"}]`, http.StatusNoContent)
	do("POST", "/", `[{"own":"*","peer":"447700900004"},{"own":"Acme"}]`, http.StatusBadRequest)
	do("POST", "", `{}`, http.StatusBadRequest)
	do("DELETE", "/Acme/447700900003", "", http.StatusNoContent)
	do("DELETE", "/Acme/447700900003", "", http.StatusNotFound)
	do("PATCH", "/Acme/447700900003", "", http.StatusMethodNotAllowed)
	var all []OptOut
	if err := json.Unmarshal([]byte(do("GET", "/", "", 200)), &all); err != nil || len(all) != 2 {
		t.Fatalf("%v, %v", all, err)
	}
	if e := all[1]; e.Own != "447700900000" || e.Peer != "447700900001" || e.By != "list" || e.At.IsZero() {
		t.Errorf("entry %+v", e)
	}
	if got := do("GET", "?format=csv", "", 200); !strings.HasPrefix(got, "own,peer,at,by\n*,447700900002,") || strings.Count(got, "\n") != 3 {
		t.Error(got)
	}
	for own, want := range map[string]bool{"447700900000": true, "Other": true} {
		if has, err := (optOuts{&keep}).has(own, "447700900002"); has != want || err != nil {
			t.Errorf("* does not hold for %s: %v", own, err)
		}
	}
}

// TestOptOutSends has the send nodes keep to the list by themselves: one
// confirmation, then nothing.
func TestOptOutSends(t *testing.T) {
	var keep node.MemoryKeep
	disk := nodetest.Env(func(e *node.Env) { e.Keep = &keep })
	s, env := simulated(t)
	account := nodetest.Config(`{"id":"v","type":"vonage"}`)
	const numbers = `"vonage":"v","from":"<<msg.own>>","to":"<<msg.peer>>","text":"<<msg.text>>"`
	byText := nodetest.New(t, "send-sms", `{`+numbers+`}`, env, disk, account)
	byMessage := nodetest.New(t, "send-message", `{`+numbers+`}`, env, disk, account)
	gate := nodetest.New(t, "opt-out", `{"stopReply":"bye"}`, disk)
	const m = `{"own":"447700900000","peer":"447700900001","text":"hi"}`
	send := func(n *nodetest.Node, want string) {
		t.Helper()
		got := ""
		if err := n.Send(m); err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%q, want %q", got, want)
		}
	}
	send(byText, "")
	if got := texts(t, gate, "447700900000", "447700900001", "STOP"); got != "1=bye2" {
		t.Error(got)
	}
	send(byText, "") // the confirmation
	send(byText, "4477…0001 has opted out of texts from 4477…0000: not sent")
	send(byMessage, "has opted out")
	if got := texts(t, gate, "447700900000", "447700900001", "HELP"); got != "0" {
		t.Error(got)
	}
	send(byMessage, "")
	send(byMessage, "has opted out")
	texts(t, gate, "447700900000", "447700900001", "START")
	send(byText, "")
	if n := len(s.Outbox()); n != 4 {
		t.Errorf("%d messages were sent", n)
	}
}

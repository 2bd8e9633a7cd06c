package common

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

func TestDebugShows(t *testing.T) {
	for _, c := range []struct{ name, config, in, value, property string }{
		{"the payload", `{}`, `{"payload":{"a":1}}`, `{"a":1}`, "payload"},
		{"the payload, as Node-RED writes it", `{"complete":"false","targetType":"msg"}`, `{"payload":1}`, `1`, "payload"},
		{"the payload, as a boolean", `{"complete":false}`, `{"payload":1}`, `1`, "payload"},
		{"the whole message", `{"complete":"true","targetType":"full"}`, `{"payload":1,"topic":"t"}`, `{"payload":1,"topic":"t"}`, ""},
		{"the whole message, as a boolean", `{"complete":true}`, `{"payload":1}`, `{"payload":1}`, ""},
		{"the whole message, older", `{"complete":"true"}`, `{"payload":1}`, `{"payload":1}`, ""},
		{"a property", `{"complete":"payload.list[0]","targetType":"msg"}`, `{"payload":{"list":["x"]}}`, `"x"`, "payload.list[0]"},
		{"an expression", `{"complete":"msg.payload + 1","targetType":"expr"}`, `{"payload":1}`, `2`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodetest.New(t, "debug", c.config)
			if err := n.Send(c.in); err != nil {
				t.Fatal(err)
			}
			got := n.Debugs()
			if len(got) != 1 || string(msg.Encode(got[0].Value)) != c.value || got[0].Property != c.property {
				t.Errorf("shown %+v, want %s of %q", got, c.value, c.property)
			}
		})
	}
}

func TestDebugWhatIsMissing(t *testing.T) {
	n := nodetest.New(t, "debug", `{"complete":"a.b.c"}`)
	if err := n.Send(`{"payload":1}`, `{"topic":5}`); err != nil {
		t.Fatal(err)
	}
	got := n.Debugs()
	if len(got) != 2 || got[0].Value != msg.Undefined || got[0].Topic != msg.Undefined || got[1].Topic != 5.0 {
		t.Errorf("shown %+v", got)
	}
}

func TestDebugButton(t *testing.T) {
	n := nodetest.New(t, "debug", `{"active":false,"console":"true","tostatus":true}`)
	var value int
	shown := func() int { return len(n.Debugs()) }
	send := func() {
		t.Helper()
		value++
		if err := n.Send(`{"payload":` + strconv.Itoa(value) + `}`); err != nil {
			t.Fatal(err)
		}
		if len(n.Logs()) != value || len(n.Statuses()) != value {
			t.Errorf("after %d messages: logged %q, statuses %v", value, n.Logs(), n.Statuses())
		}
	}
	if send(); shown() != 0 {
		t.Error("an inactive node shows")
	}
	if err := n.Control("enable", ""); err != nil {
		t.Fatal(err)
	}
	if send(); shown() != 1 {
		t.Errorf("the panel has %d after enable", shown())
	}
	if err := n.Control("disable", ""); err != nil {
		t.Fatal(err)
	}
	if send(); shown() != 1 {
		t.Error("a disabled node shows")
	}
	if err := n.Control("inject", ""); err == nil {
		t.Error("an unknown verb is no error")
	}
}

func TestDebugWhereTo(t *testing.T) {
	n := nodetest.New(t, "debug", `{"tosidebar":false,"console":true}`)
	long := strings.Repeat("é", consoleLength+1)
	for _, v := range []any{"text", msg.Of("a", 1), nil, long} {
		if err := n.Receive(msg.Of("payload", v)); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"INFO text", `INFO { a: 1 }`, "INFO null", "INFO " + long[:2*consoleLength] + "..."}
	if got := n.Logs(); !slices.Equal(got, want) {
		t.Errorf("logged %.200q", got)
	}
	if len(n.Debugs()) != 0 {
		t.Error("shown in the panel, too")
	}

	n = nodetest.New(t, "debug", `{}`, nodetest.Env(func(e *node.Env) { e.Watching = func() bool { return false } }))
	if err := n.Send(`{"payload":1}`); err != nil || len(n.Debugs()) != 0 {
		t.Errorf("shown to nobody: %v %v", n.Debugs(), err)
	}
}

func TestDebugBadExpression(t *testing.T) {
	n := nodetest.New(t, "debug", `{"complete":"fromJSON(msg.payload)","targetType":"expr"}`)
	if err := n.Send(`{"payload":"{"}`); err != nil {
		t.Errorf("catch nodes hear of it: %v", err)
	}
	if logs := n.Logs(); len(logs) != 1 || !strings.HasPrefix(logs[0], "ERROR ") || len(n.Debugs()) != 0 {
		t.Errorf("logged %q, shown %v", logs, n.Debugs())
	}
}

func TestDebugStatus(t *testing.T) {
	grey := func(text string) node.Status { return node.Status{Fill: "grey", Shape: "dot", Text: text} }
	blue := func(text string) node.Status { return node.Status{Fill: "blue", Shape: "ring", Text: text} }
	for _, c := range []struct {
		name, config string
		in           []string
		want         []node.Status
	}{
		{"the value", `"statusType":"auto","statusVal":""`, []string{`{"payload":"hi"}`, `{"payload":{"a":1}}`}, []node.Status{grey("hi"), grey(`{ a: 1 }`)}},
		{"once while it stays", ``, []string{`{"payload":1}`, `{"payload":1}`, `{"payload":2}`}, []node.Status{grey("1"), grey("2")}},
		{"cut", ``, []string{`{"payload":"0123456789012345678901234567890123"}`}, []node.Status{grey("01234567890123456789012345678901...")}},
		{"not cut", ``, []string{`{"payload":"01234567890123456789012345678901"}`}, []node.Status{grey("01234567890123456789012345678901")}},
		{"an error", ``, []string{`{"payload":1,"error":{"message":"bad"}}`}, []node.Status{{Fill: "red", Shape: "dot", Text: "bad"}}},
		{"an error's text of any kind", ``, []string{`{"error":{"message":0}}`, `{"error":{}}`}, []node.Status{{Fill: "red", Shape: "dot", Text: "0"}, {Fill: "red", Shape: "dot"}}},
		{"of the whole message the payload", `"complete":"true"`, []string{`{"payload":["x",{"b-c":2}],"topic":"t"}`}, []node.Status{grey(`[ 'x', { 'b-c': 2 } ]`)}},
		{"of a property the property", `"complete":"topic"`, []string{`{"payload":1,"topic":"t"}`}, []node.Status{grey("t")}},
		{"no value means the same property", `"complete":"topic","statusType":"msg","statusVal":""`, []string{`{"payload":1,"topic":"t"}`}, []node.Status{grey("t")}},
		{"no value, and the whole message", `"complete":"true","statusType":"msg","statusVal":""`, []string{`{"payload":1,"topic":"t"}`}, []node.Status{grey("1")}},
		{"a status", ``, []string{`{"status":{"fill":"green","text":"up"}}`, `{"status":{}}`}, []node.Status{{Fill: "green", Shape: "ring", Text: "up"}, {Fill: "grey", Shape: "ring"}}},
		{"a value like a status", ``, []string{`{"payload":{"fill":"red","shape":"ring","text":"x"}}`}, []node.Status{{Fill: "red", Shape: "ring", Text: "x"}}},
		{"its own status", ``, []string{`{"payload":1,"status":{"text":"x","source":{"id":"n1"}}}`}, nil},
		{"another property", `"statusType":"msg","statusVal":"topic"`, []string{`{"payload":1,"topic":"t","error":{"message":"bad"}}`}, []node.Status{grey("t")}},
		{"a template", `"statusType":"template","statusVal":"<<msg.payload>> of <<msg.topic>>"`, []string{`{"payload":1,"topic":"t"}`}, []node.Status{grey("1 of t")}},
		{"how many", `"statusType":"counter","statusVal":""`, []string{`{"payload":1}`, `{"payload":1}`}, []node.Status{blue("0"), blue("1"), blue("2")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodetest.New(t, "debug", strings.Replace(`{"tostatus":true,`+c.config+`}`, `,}`, `}`, 1))
			if err := n.Send(c.in...); err != nil {
				t.Fatal(err)
			}
			got := n.Statuses()
			for i, s := range got {
				if told := msg.Text(s.Extra.Get("text")) == ""; told != (s.Text == "") {
					t.Errorf("status %+v: there is a text", s)
				}
				got[i].Extra = nil
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("statuses %+v\nwant     %+v", got, c.want)
			}
		})
	}
}

func TestDebugIsCheckedAtDeploy(t *testing.T) {
	for config, want := range map[string]string{
		`{"complete":"a..b"}`:                                        "complete: Invalid property expression",
		`{"complete":"1 +","targetType":"expr"}`:                     "complete: ",
		`{"tostatus":true,"statusVal":"<<","statusType":"template"}`: "statusVal: ",
	} {
		if problems := nodetest.Check(t, "debug", config); len(problems) != 1 || !strings.HasPrefix(problems[0], want) {
			t.Errorf("%s: %q, want %s…", config, problems, want)
		}
	}
	if problems := nodetest.Check(t, "debug", `{"tostatus":false,"statusVal":"<<","statusType":"template"}`); len(problems) != 0 {
		t.Errorf("what is not shown is wrong: %q", problems)
	}
}

func BenchmarkDebugUnwatched(b *testing.B) {
	n := nodetest.New(b, "debug", `{}`, nodetest.Env(func(e *node.Env) { e.Watching = func() bool { return false } }))
	d, m := nodetest.Of[Debug](n), msg.Of("payload", "x")
	b.ReportAllocs()
	for b.Loop() {
		if err := d.Receive(b.Context(), m, nil); err != nil {
			b.Fatal(err)
		}
	}
}

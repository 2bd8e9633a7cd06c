package function

import (
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/nodetest"
)

func TestChange(t *testing.T) {
	for _, c := range []struct {
		name, rules string
		in, want    string // in and out, a message each
	}{
		{"set text", `{"t":"set","p":"payload","pt":"msg","to":"hello","tot":"str"}`, `{"payload":1}`, `{"payload":"hello"}`},
		{"set an empty text", `{"t":"set","p":"payload","pt":"msg","to":"","tot":"str"}`, `{"payload":1}`, `{"payload":""}`},
		{"set what a variable put in place of a text", `{"t":"set","p":"a","to":5,"tot":"str"},{"t":"set","p":"b","to":{"q":[1]},"tot":"str"},{"t":"set","p":"b.q[0]","to":"2","tot":"num"}`,
			`{}`, `{"a":5,"b":{"q":[2]}}`},
		{"set booleans by their text", `{"t":"set","p":"a","to":"TRUE","tot":"bool"},{"t":"set","p":"b","to":"yes","tot":"bool"}`, `{}`, `{"a":true,"b":false}`},
		{"set JSON", `{"t":"set","p":"payload","to":"{\"a\":[1,{\"b\":null}]}","tot":"json"}`, `{}`, `{"payload":{"a":[1,{"b":null}]}}`},
		{"set a number", `{"t":"set","p":"payload","to":"1e3","tot":"num"}`, `{}`, `{"payload":1000}`},
		{"set a buffer", `{"t":"set","p":"payload","to":"[104,105]","tot":"bin"}`, `{}`, `{"payload":{"type":"Buffer","data":[104,105]}}`},
		{"set a template", `{"t":"set","p":"payload","to":"You said <<msg.payload.text>>","tot":"template"}`, `{"payload":{"text":"hi"}}`, `{"payload":"You said hi"}`},
		{"set an expression", `{"t":"set","p":"n","to":"len(msg.payload) + 1","tot":"expr"}`, `{"payload":[1,2]}`, `{"payload":[1,2],"n":3}`},
		{"set from a property", `{"t":"set","p":"payload","to":"topic","tot":"msg"}`, `{"payload":1,"topic":"t"}`, `{"payload":"t","topic":"t"}`},
		{"set from nothing deletes", `{"t":"set","p":"payload","to":"nope","tot":"msg"}`, `{"payload":1,"x":2}`, `{"x":2}`},
		{"set from below nothing is skipped", `{"t":"set","p":"payload","to":"nope.deep.er","tot":"msg"}`, `{"payload":1}`, `{"payload":1}`},
		{"set from no property is skipped", `{"t":"set","p":"payload","to":"","tot":"msg"}`, `{"payload":1}`, `{"payload":1}`},
		{"set makes parents", `{"t":"set","p":"a[1].b","to":"v","tot":"str"}`, `{}`, `{"a":[null,{"b":"v"}]}`},
		{"set below a text is skipped", `{"t":"set","p":"payload.x","to":"v","tot":"str"},{"t":"set","p":"after","to":"yes","tot":"str"}`, `{"payload":"s"}`, `{"payload":"s","after":"yes"}`},
		{"set with a key out of the message", `{"t":"set","p":"payload","to":"map[msg.topic]","tot":"msg"}`, `{"topic":"k","map":{"k":"found"}}`, `{"topic":"k","map":{"k":"found"},"payload":"found"}`},
		{"set shares the object", `{"t":"set","p":"b","to":"a","tot":"msg"},{"t":"set","p":"b.x","to":"2","tot":"num"}`, `{"a":{"x":1}}`, `{"a":{"x":2},"b":{"x":2}}`},
		{"set a copy", `{"t":"set","p":"b","to":"a","tot":"msg","dc":true},{"t":"set","p":"b.x","to":"2","tot":"num"}`, `{"a":{"x":1}}`, `{"a":{"x":1},"b":{"x":2}}`},
		{"set JSON anew each time", `{"t":"set","p":"a","to":"{}","tot":"json"},{"t":"set","p":"a.x","to":"1","tot":"num"},{"t":"set","p":"b","to":"{}","tot":"json"}`, `{}`, `{"a":{"x":1},"b":{}}`},

		{"change everywhere", `{"t":"change","p":"payload","from":"a","fromt":"str","to":"X","tot":"str"}`, `{"payload":"banana"}`, `{"payload":"bXnXnX"}`},
		{"change knows case", `{"t":"change","p":"payload","from":"a","fromt":"str","to":"X","tot":"str"}`, `{"payload":"A"}`, `{"payload":"A"}`},
		{"change a whole text to a number", `{"t":"change","p":"payload","from":"on","fromt":"str","to":"1","tot":"num"}`, `{"payload":"on"}`, `{"payload":1}`},
		{"change part of a text to a number's text", `{"t":"change","p":"payload","from":"on","fromt":"str","to":"1","tot":"num"}`, `{"payload":"onon"}`, `{"payload":"11"}`},
		{"change takes signs as they are", `{"t":"change","p":"payload","from":"1+1","fromt":"str","to":"$&=2","tot":"str"}`, `{"payload":"so 1+1 it is"}`, `{"payload":"so 1+1=2 it is"}`},
		{"change out of the message, text", `{"t":"change","p":"payload","from":"topic","fromt":"msg","to":"*","tot":"str"}`, `{"payload":"a-b-a","topic":"a"}`, `{"payload":"*-b-*","topic":"a"}`},
		{"change out of the message, number", `{"t":"change","p":"payload","from":"topic","fromt":"msg","to":"*","tot":"str"}`, `{"payload":5,"topic":5}`, `{"payload":"*","topic":5}`},
		{"change out of the message, number in text", `{"t":"change","p":"payload","from":"topic","fromt":"msg","to":"*","tot":"str"}`, `{"payload":"5","topic":5}`, `{"payload":"5","topic":5}`},
		{"change out of the message, boolean", `{"t":"change","p":"payload","from":"topic","fromt":"msg","to":"*","tot":"str"}`, `{"payload":true,"topic":true}`, `{"payload":true,"topic":true}`},
		{"change by pattern", `{"t":"change","p":"payload","from":"(\\w+)@(\\w+)","fromt":"re","to":"$2 at $1","tot":"str"}`, `{"payload":"joe@home, ann@work"}`, `{"payload":"home at joe, work at ann"}`},
		{"change by pattern to a boolean", `{"t":"change","p":"payload","from":"^yes$","fromt":"re","to":"true","tot":"bool"}`, `{"payload":"yes"}`, `{"payload":true}`},
		{"change to a boolean's text elsewhere", `{"t":"change","p":"payload","from":"yes","fromt":"str","to":"true","tot":"bool"}`, `{"payload":"yes!"}`, `{"payload":"true!"}`},
		{"change a number", `{"t":"change","p":"payload","from":"5","fromt":"num","to":"6","tot":"num"}`, `{"payload":5}`, `{"payload":6}`},
		{"change a number in a text", `{"t":"change","p":"payload","from":"5","fromt":"num","to":"6","tot":"num"}`, `{"payload":"15"}`, `{"payload":"16"}`},
		{"change another number", `{"t":"change","p":"payload","from":"5","fromt":"num","to":"6","tot":"num"}`, `{"payload":7}`, `{"payload":7}`},
		{"change a boolean", `{"t":"change","p":"payload","from":"true","fromt":"bool","to":"T","tot":"str"}`, `{"payload":true}`, `{"payload":"T"}`},
		{"change a boolean's text", `{"t":"change","p":"payload","from":"true","fromt":"bool","to":"T","tot":"str"}`, `{"payload":"xtruex"}`, `{"payload":"xTx"}`},
		{"change to a boolean where the text is its already", `{"t":"change","p":"payload","from":"x","fromt":"str","to":"true","tot":"bool"}`, `{"payload":"true"}`, `{"payload":true}`},
		{"change by the empty pattern", `{"t":"change","p":"payload","from":"","fromt":"re","to":"-","tot":"str"}`, `{"payload":"ab"}`, `{"payload":"-a-b-"}`},
		{"change what is not there", `{"t":"change","p":"a.b","from":"x","fromt":"str","to":"y","tot":"str"}`, `{"payload":1}`, `{"payload":1}`},

		{"delete, also nested", `{"t":"delete","p":"topic","pt":"msg"},{"t":"delete","p":"payload.a","pt":"msg"}`, `{"payload":{"a":1,"b":2},"topic":"t"}`, `{"payload":{"b":2}}`},
		{"delete closes the gap", `{"t":"delete","p":"payload[1]","pt":"msg"}`, `{"payload":[1,2,3]}`, `{"payload":[1,3]}`},
		{"delete what is not there", `{"t":"delete","p":"a.b.c","pt":"msg"}`, `{"payload":1}`, `{"payload":1}`},

		{"move from below nothing deletes the target", `{"t":"move","p":"nope.x","pt":"msg","to":"payload","tot":"msg"}`, `{"payload":1}`, `{}`},
		{"move from below null to its parent", `{"t":"move","p":"payload.x","pt":"msg","to":"payload","tot":"msg"}`, `{"payload":null}`, `{"payload":null}`},
		{"move", `{"t":"move","p":"payload","pt":"msg","to":"data","tot":"msg"}`, `{"payload":{"a":1}}`, `{"data":{"a":1}}`},
		{"move into itself", `{"t":"move","p":"payload","pt":"msg","to":"payload.inner","tot":"msg"}`, `{"payload":{"x":1}}`, `{"payload":{"inner":{"x":1}}}`},
		{"move to the parent's place", `{"t":"move","p":"payload.b","pt":"msg","to":"payload","tot":"msg"}`, `{"payload":{"b":{"b":1}}}`, `{"payload":{"b":1}}`},
		{"move nothing", `{"t":"move","p":"nope","pt":"msg","to":"payload","tot":"msg"}`, `{"payload":1}`, `{}`},
		{"move says its type or not", `{"t":"move","p":"payload","to":"data"}`, `{"payload":1}`, `{"data":1}`},

		{"rules follow one another", `{"t":"set","p":"a","to":"payload","tot":"msg"},{"t":"set","p":"payload","to":"2","tot":"num"},{"t":"move","p":"a","to":"b","tot":"msg"},
			{"t":"change","p":"b","from":"1","fromt":"num","to":"one","tot":"str"},{"t":"delete","p":"topic"}`, `{"payload":1,"topic":"x"}`, `{"payload":2,"b":"one"}`},
		{"no rules", ``, `{"payload":"same"}`, `{"payload":"same"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			sent, err := nodetest.Run(t, "change", `{"rules":[`+c.rules+`],"action":"","property":"","from":"","to":"","reg":false}`, c.in)
			if err != nil {
				t.Fatal(err)
			}
			sent.Want(t, `[[`+c.want+`]]`)
		})
	}
}

func TestChangeReadsOldForms(t *testing.T) {
	for _, c := range []struct{ config, in, want string }{
		{`{"action":"replace","property":"payload","to":"msg.topic"}`, `{"payload":1,"topic":"t"}`, `{"payload":"t","topic":"t"}`},
		{`{"action":"replace","property":"payload","to":"plain"}`, `{"payload":1}`, `{"payload":"plain"}`},
		{`{"action":"change","property":"payload","from":"a.","to":"b","reg":false}`, `{"payload":"a.ab"}`, `{"payload":"bab"}`},
		{`{"action":"change","property":"payload","from":"a.","to":"-","reg":true}`, `{"payload":"a.ab"}`, `{"payload":"--"}`},
		{`{"action":"delete","property":"payload"}`, `{"payload":1,"x":2}`, `{"x":2}`},
		{`{"action":"move","property":"payload","to":"y"}`, `{"payload":1}`, `{"y":1}`},
		{`{"rules":[{"t":"change","p":"payload","from":"[ab]","re":true,"to":"x"}]}`, `{"payload":"abc"}`, `{"payload":"xxc"}`},
		{`{"rules":[{"t":"set","p":"payload","to":"msg.topic"}]}`, `{"topic":"t"}`, `{"topic":"t","payload":"t"}`},
	} {
		sent, err := nodetest.Run(t, "change", c.config, c.in)
		if err != nil {
			t.Errorf("%s: %v", c.config, err)
			continue
		}
		if got, want := sent.String(), string(msg.Encode(msg.NewList(msg.NewList(nodetest.Message(t, c.want))))); got != want {
			t.Errorf("%s: sent %s, want %s", c.config, got, want)
		}
	}
}

func TestChangeInContexts(t *testing.T) {
	n := nodetest.New(t, "change", `{"rules":[
		{"t":"set","p":"seen[msg.topic]","pt":"flow","to":"payload","tot":"msg"},
		{"t":"change","p":"greeting","pt":"flow","from":"o","fromt":"str","to":"0","tot":"str"},
		{"t":"delete","p":"gone","pt":"flow"},
		{"t":"move","p":"list","pt":"global","to":"payload","tot":"msg"},
		{"t":"set","p":"a.b","pt":"global","to":"NUMBER","tot":"env"},
		{"t":"set","p":"missing","pt":"msg","to":"NOT_THERE","tot":"env"}]}`,
		nodetest.FlowValue("greeting", `"foo"`), nodetest.FlowValue("gone", "1"), nodetest.GlobalValue("list", "[1,2]"), nodetest.Var("NUMBER", 42))
	if err := n.Send(`{"payload":{"v":1},"topic":"k"}`); err != nil {
		t.Fatal(err)
	}
	n.Sent().Want(t, `[[{"payload":[1,2],"topic":"k","missing":""}]]`)
	if got, want := n.Flow.JSON(), `{"greeting":"f00","seen":{"k":{"v":1}}}`; got != want {
		t.Errorf("flow context %s, want %s", got, want)
	}
	if got, want := n.Global.JSON(), `{"a":{"b":42}}`; got != want {
		t.Errorf("global context %s, want %s", got, want)
	}
}

func TestChangeCopiesIntoContext(t *testing.T) {
	n := nodetest.New(t, "change", `{"rules":[{"t":"set","p":"k","pt":"flow","to":"payload","tot":"msg"},{"t":"set","p":"payload.x","to":"2","tot":"num"}]}`)
	if err := n.Send(`{"payload":{"x":1}}`); err != nil {
		t.Fatal(err)
	}
	if got := n.Flow.JSON(); got != `{"k":{"x":1}}` {
		t.Errorf("the message and the context share an object: %s", got)
	}
}

func TestChangeInContextIsAtomic(t *testing.T) {
	n := nodetest.New(t, "change", `{"rules":[{"t":"change","p":"s","pt":"flow","from":"^","fromt":"re","to":"x","tot":"str"}]}`, nodetest.FlowValue("s", `"-"`))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				if err := n.Receive(msg.NewObject(1)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if got, want := n.Flow.JSON(), `{"s":"`+strings.Repeat("x", 800)+`-"}`; got != want {
		t.Errorf("%d changes are lost", len(want)-len(got))
	}
}

func TestChangeFails(t *testing.T) {
	for config, want := range map[string]string{
		`{"rules":[{"t":"set","p":"x","to":"1","tot":"num"},{"t":"set","p":"payload","to":"fromJSON(msg.payload)","tot":"expr"}]}`: "",
	} {
		sent, err := nodetest.Run(t, "change", config, `{"payload":"{","obj":{}}`)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", config, err, want)
		}
		sent.Want(t, `[[]]`)
	}
}

// As in Node-RED catch nodes get the message, and it goes on.
func TestChangeFromNothing(t *testing.T) {
	n := nodetest.New(t, "change", `{"rules":[{"t":"change","p":"payload","from":"obj","fromt":"msg","to":"x","tot":"str"},{"t":"set","p":"after","to":"yes","tot":"str"}]}`)
	if err := n.Send(`{"payload":"a","obj":{}}`); err != nil {
		t.Fatal(err)
	}
	n.Sent().Want(t, `[[{"payload":"a","obj":{},"after":"yes"}]]`)
	if failed := n.Failed(); len(failed) != 1 || failed[0].Has("after") || n.Errors()[0].Error() != "Error: Invalid 'from' property: unsupported type: object" {
		t.Errorf("failed %v with %v", failed, n.Errors())
	}
}

func TestChangeWarnsWhereItCannotSet(t *testing.T) {
	n := nodetest.New(t, "change", `{"rules":[{"t":"set","p":"payload.x","to":"1","tot":"num"},{"t":"delete","p":"payload.y"}]}`)
	if err := n.Send(`{"payload":"text"}`); err != nil {
		t.Fatal(err)
	}
	if logs := n.Logs(); len(logs) != 1 || logs[0] != "WARN Cannot set property of non-object type: payload.x" {
		t.Errorf("logged %q", logs)
	}
}

func TestChangeIsCheckedAtDeploy(t *testing.T) {
	for config, want := range map[string]string{
		`{"rules":[{"t":"change","p":"payload","from":"(","fromt":"re","to":"","tot":"str"}]}`: "rules[0].from: invalid regular expression",
		`{"rules":[{"t":"set","p":"a..b","to":"","tot":"str"}]}`:                               "rules[0].p: Invalid property expression",
		`{"rules":[{"t":"set","p":"a","to":"{","tot":"json"}]}`:                                "rules[0].to: ",
		`{"rules":[{"t":"set","p":"a","to":"<<msg.","tot":"template"}]}`:                       "rules[0].to: ",
		`{"rules":[{"t":"move","p":"a","to":"b","tot":"str"}]}`:                                "rules[0].tot: a property cannot be moved",
		`{"rules":[{"t":"delete","p":"a"},{"t":"twist","p":"a"}]}`:                             "rules[1].t: ",
	} {
		problems := nodetest.Check(t, "change", config)
		if len(problems) != 1 || !strings.HasPrefix(problems[0], want) {
			t.Errorf("%s: %q, want %s…", config, problems, want)
		}
	}
	if problems := nodetest.Check(t, "change", `{"rules":[{"t":"delete","p":"a","to":"{","tot":"json","from":"(","fromt":"re"}]}`); len(problems) != 0 {
		t.Errorf("what delete does not use is wrong: %q", problems)
	}
}

func TestChangeSetsTheTime(t *testing.T) {
	n := nodetest.New(t, "change", `{"rules":[{"t":"set","p":"ms","to":"","tot":"date"},{"t":"set","p":"iso","to":"iso","tot":"date"}]}`)
	before := time.Now().UnixMilli()
	if err := n.Send(`{}`); err != nil {
		t.Fatal(err)
	}
	after := time.Now().UnixMilli()
	m := n.Sent().Port(0)[0]
	if ms, _ := m.Get("ms").(float64); ms < float64(before) || ms > float64(after) {
		t.Errorf("ms %v is not between %d and %d", m.Get("ms"), before, after)
	}
	iso, err := time.Parse("2006-01-02T15:04:05.000Z", msg.Text(m.Get("iso")))
	if err != nil || iso.UnixMilli() < before || iso.UnixMilli() > after {
		t.Errorf("iso %v: %v", m.Get("iso"), err)
	}
}

func TestRange(t *testing.T) {
	for _, c := range []struct {
		name, config string
		in           []any
		want         []float64 // NaN: dropped
	}{
		{"scale", `"action":"scale","minin":"0","maxin":"10","minout":"0","maxout":"100"`, []any{0, 5, 15, -5, "7.5"}, []float64{0, 50, 150, -50, 75}},
		{"in JavaScript's order", `"minin":0,"maxin":10,"minout":0,"maxout":100`, []any{25.5}, []float64{254.99999999999997}},
		{"upside down", `"minin":"0","maxin":"10","minout":"100","maxout":"0"`, []any{0, 2, 10}, []float64{100, 80, 0}},
		{"swapped limits", `"action":"clamp","minin":"10","maxin":"0","minout":"0","maxout":"100"`, []any{10, 12, 0, -1, 4}, []float64{0, 0, 100, 100, 60}},
		{"clamp", `"action":"clamp","minin":"0","maxin":"10","minout":"0","maxout":"1"`, []any{-1, 5, 11}, []float64{0, 0.5, 1}},
		{"roll", `"action":"roll","minin":"0","maxin":"10","minout":"0","maxout":"100"`, []any{0, 5, 10, 25, -2.5}, []float64{0, 50, 0, 50, 75}},
		{"drop", `"action":"drop","minin":"0","maxin":"10","minout":"0","maxout":"100"`, []any{-0.1, 0, 10, 10.1}, []float64{math.NaN(), 0, 100, math.NaN()}},
		{"round half up", `"round":true,"minin":"0","maxin":"10","minout":"0","maxout":"1"`, []any{4, 5, 14, -5, -6}, []float64{0, 1, 1, 0, -1}},
		{"no number", `"minin":"0","maxin":"10","minout":"0","maxout":"100"`, []any{"abc", msg.NewObject(0), nil}, []float64{math.NaN(), math.NaN(), 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodetest.New(t, "range", `{`+c.config+`}`)
			for i, in := range c.in {
				if err := n.Receive(msg.Of("payload", in)); err != nil {
					t.Fatal(err)
				}
				got := math.NaN()
				if sent := n.Take().Port(0); len(sent) > 0 {
					got = sent[0].Get("payload").(float64)
				}
				if got != c.want[i] && !(math.IsNaN(got) && math.IsNaN(c.want[i])) {
					t.Errorf("%v: %v, want %v", in, got, c.want[i])
				}
			}
		})
	}
	sent, err := nodetest.Run(t, "range", `{"property":"data.v","minin":0,"maxin":1,"minout":0,"maxout":10}`, `{"data":{"v":0.5}}`, `{"topic":"none"}`)
	if err != nil {
		t.Fatal(err)
	}
	sent.Want(t, `[[{"data":{"v":5}},{"topic":"none"}]]`)
}

func BenchmarkChange(b *testing.B) {
	for name, rules := range map[string]string{
		"set text":     `{"t":"set","p":"payload","to":"hello","tot":"str"}`,
		"set template": `{"t":"set","p":"out","to":"You said <<msg.payload.text>>","tot":"template"}`,
		"four rules": `{"t":"set","p":"out.to","to":"payload.from","tot":"msg"},{"t":"set","p":"out.n","to":"1","tot":"num"},
			{"t":"change","p":"payload.text","from":"l","fromt":"str","to":"L","tot":"str"},{"t":"delete","p":"gone"}`,
	} {
		b.Run(name, func(b *testing.B) {
			n := nodetest.New(b, "change", `{"rules":[`+rules+`]}`)
			c, m := nodetest.Of[Change](n), nodetest.Message(b, `{"payload":{"text":"hello","from":"447700900000"}}`)
			b.ReportAllocs()
			for b.Loop() {
				if err := c.Receive(b.Context(), m, discard{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

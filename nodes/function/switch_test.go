package function

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// inputs are the values that contract jsonata-and-js.md §4 tells about.
var inputs = []struct {
	name  string
	value any
}{
	{"null", nil}, {"undefined", msg.Undefined}, {`""`, ""}, {"0", 0.0}, {`"0"`, "0"}, {"false", false}, {`"false"`, "false"},
	{"1", 1.0}, {`"1"`, "1"}, {"true", true}, {`"true"`, "true"}, {"[]", msg.NewList()}, {"[1]", msg.NewList(1)},
	{"{}", msg.NewObject(0)}, {`"abc"`, "abc"}, {"NaN", math.NaN()}, {`"10"`, "10"}, {`"9"`, "9"},
	{"buffer hi", []byte("hi")}, {"empty buffer", []byte{}}, {"date", msg.Date(0)},
}

// met returns the names of the inputs that a rule lets through.
func met(t *testing.T, rule string) []string {
	t.Helper()
	n := nodetest.New(t, "switch", `{"rules":[`+rule+`]}`)
	for _, in := range inputs {
		m := msg.Of("name", in.name)
		if in.value != msg.Undefined {
			m.Set("payload", msg.CloneValue(in.value))
		}
		if err := n.Receive(m); err != nil {
			t.Fatalf("%s: %v", in.name, err)
		}
	}
	var names []string
	for _, m := range n.Sent().Port(0) {
		names = append(names, m.Get("name").(string))
	}
	return names
}

func TestSwitchOperators(t *testing.T) {
	for _, c := range []struct{ rule, want string }{
		{`{"t":"eq","v":"1","vt":"str"}`, `1 "1" true [1]`},
		{`{"t":"eq","v":"1","vt":"num"}`, `1 "1" true [1]`},
		{`{"t":"eq","v":"true","vt":"str"}`, `"true"`},
		{`{"t":"neq","v":"","vt":"str"}`, `null undefined "0" "false" 1 "1" true "true" [1] {} "abc" NaN "10" "9" buffer hi date`},
		{`{"t":"lt","v":"10","vt":"num"}`, `null "" 0 "0" false 1 "1" true [] [1] "9" empty buffer date`},
		{`{"t":"gte","v":"9","vt":"str"}`, `"false" "true" {} "abc" "9" buffer hi`},
		{`{"t":"btwn","v":"0","vt":"num","v2":"5","v2t":"num"}`, `null "" 0 "0" false 1 "1" true [] [1] empty buffer date`},
		{`{"t":"btwn","v":"5","vt":"num","v2":"0","v2t":"num"}`, `null "" 0 "0" false 1 "1" true [] [1] empty buffer date`},
		{`{"t":"lte","v":"0","vt":"num"}`, `null "" 0 "0" false [] empty buffer date`},
		{`{"t":"gt","v":"1","vt":"num"}`, `"10" "9"`},
		{`{"t":"cont","v":"1","vt":"str"}`, `1 "1" [1] "10" date`}, // the date is Thu Jan 01 1970
		{`{"t":"empty"}`, `"" [] {} empty buffer date`},
		{`{"t":"nempty"}`, `"0" "false" "1" "true" [1] "abc" "10" "9" buffer hi`},
		{`{"t":"istype","v":"number","vt":"number"}`, `0 1`},
		{`{"t":"istype","v":"object","vt":"object"}`, `{} date`},
		{`{"t":"istype","v":"json","vt":"json"}`, `null 0 "0" false "false" 1 "1" true "true" [1] "10" "9"`},
		{`{"t":"istype","v":"string","vt":"string"}`, `"" "0" "false" "1" "true" "abc" "10" "9"`},
		{`{"t":"istype","v":"boolean","vt":"boolean"}`, `false true`},
		{`{"t":"istype","v":"array","vt":"array"}`, `[] [1]`},
		{`{"t":"istype","v":"buffer","vt":"buffer"}`, `buffer hi empty buffer`},
		{`{"t":"istype","v":"null","vt":"null"}`, `null`},
		{`{"t":"istype","v":"undefined","vt":"undefined"}`, `undefined`},
		{`{"t":"hask","v":"length","vt":"str"}`, `"" "0" "false" "1" "true" [] [1] "abc" "10" "9"`},
		{`{"t":"hask","v":"0","vt":"str"}`, `"0" "false" "1" "true" [1] "abc" "10" "9" buffer hi`},
		{`{"t":"true"}`, `true`},
		{`{"t":"false"}`, `false`},
		{`{"t":"null"}`, `null undefined`},
		{`{"t":"nnull"}`, `"" 0 "0" false "false" 1 "1" true "true" [] [1] {} "abc" NaN "10" "9" buffer hi empty buffer date`},
		{`{"t":"regex","v":"^[A-Z]+$","vt":"str","case":true}`, `null undefined false "false" true "true" "abc" NaN buffer hi`},
		{`{"t":"regex","v":"^(?=a)abc$","vt":"str"}`, `"abc"`},
		{`{"t":"else"}`, `null undefined "" 0 "0" false "false" 1 "1" true "true" [] [1] {} "abc" NaN "10" "9" buffer hi empty buffer date`},
		{`{"t":"jsonata_exp","v":"msg.payload == true","vt":"expr"}`, `true`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got := met(t, c.rule)
			var want []string
			for _, in := range inputs {
				// Names with a space stand as they are; compare as sets, in the inputs' order.
				if slices.Contains(split(c.want), in.name) {
					want = append(want, in.name)
				}
			}
			if len(want) != len(split(c.want)) {
				t.Fatalf("the table names an unknown input: %s", c.want)
			}
			if !slices.Equal(got, want) {
				t.Errorf("met by %s\nwant   %s", strings.Join(got, " "), strings.Join(want, " "))
			}
		})
	}
}

// split reads a line of the table: names are apart by spaces, but for those
// that have one.
func split(line string) []string {
	line = strings.NewReplacer("empty buffer", "empty_buffer", "buffer hi", "buffer_hi").Replace(line)
	names := strings.Fields(line)
	for i := range names {
		names[i] = strings.ReplaceAll(names[i], "_", " ")
	}
	return names
}

func TestSwitch(t *testing.T) {
	for _, c := range []struct {
		name, config string
		in           []string
		want         string
	}{
		{"otherwise starts anew after an otherwise", `{"rules":[{"t":"eq","v":"1","vt":"num"},{"t":"else"},{"t":"eq","v":"2","vt":"num"},{"t":"else"}]}`,
			[]string{`{"payload":1}`, `{"payload":2}`, `{"payload":3}`}, `[[{"payload":1}],[{"payload":2},{"payload":3}],[{"payload":2}],[{"payload":1}]]`},
		{"the place may be a text", `{"rules":[{"t":"head","v":"1","vt":"str"}]}`,
			[]string{`{"payload":1,"parts":{"id":"g","index":"0"}}`, `{"payload":2,"parts":{"id":"g","index":"1"}}`}, `[[{"payload":1,"parts":{"id":"g","index":"0"}}]]`},
		{"every rule that is met, in port order", `{"rules":[{"t":"gt","v":"1","vt":"num"},{"t":"gt","v":"2","vt":"num"},{"t":"gt","v":"3","vt":"num"}],"checkall":"true"}`,
			[]string{`{"payload":1}`, `{"payload":3}`}, `[[{"payload":3}],[{"payload":3}],[]]`},
		{"only the first", `{"rules":[{"t":"gt","v":"1","vt":"num"},{"t":"gt","v":"2","vt":"num"}],"checkall":"false"}`,
			[]string{`{"payload":3}`}, `[[{"payload":3}],[]]`},
		{"otherwise looks at the rules above", `{"rules":[{"t":"else"},{"t":"eq","v":"1","vt":"num"},{"t":"else"}]}`,
			[]string{`{"payload":1}`, `{"payload":2}`}, `[[{"payload":1},{"payload":2}],[{"payload":1}],[]]`},
		{"a value without type is a number if it looks like one", `{"rules":[{"t":"eq","v":"5"},{"t":"eq","v":"x"}]}`,
			[]string{`{"payload":"05"}`, `{"payload":"x"}`}, `[[{"payload":"05"}],[{"payload":"x"}]]`},
		{"nested property", `{"property":"payload.list[1].v","rules":[{"t":"eq","v":"7","vt":"num"}]}`,
			[]string{`{"payload":{"list":[0,{"v":7}]}}`, `{"payload":"no"}`}, `[[{"payload":{"list":[0,{"v":7}]}}]]`},
		{"property by another property", `{"property":"payload[msg.topic]","rules":[{"t":"eq","v":"1","vt":"num"}]}`,
			[]string{`{"payload":{"a":1},"topic":"a"}`, `{"payload":{"a":1},"topic":"b"}`}, `[[{"payload":{"a":1},"topic":"a"}]]`},
		{"what lies below nothing is undefined", `{"property":"a.b.c","rules":[{"t":"null"}]}`,
			[]string{`{}`}, `[[{}]]`},
		{"a limit out of the message, and none", `{"rules":[{"t":"lt","v":"lim","vt":"msg"},{"t":"lt","v":"no.way","vt":"msg"}]}`,
			[]string{`{"payload":4,"lim":5}`, `{"payload":6}`}, `[[{"payload":4,"lim":5}],[]]`},
		{"pattern out of the message", `{"rules":[{"t":"regex","v":"re","vt":"msg"}]}`,
			[]string{`{"payload":"abc","re":"b"}`, `{"payload":"abc","re":"^c"}`}, `[[{"payload":"abc","re":"b"}]]`},
		{"previous value, null at first", `{"rules":[{"t":"gt","v":"","vt":"prev"}]}`,
			[]string{`{"payload":1}`, `{"payload":3}`, `{"payload":2}`, `{"payload":5}`, `{"payload":5}`}, `[[{"payload":1},{"payload":3},{"payload":5}]]`},
		{"first two", `{"rules":[{"t":"head","v":"2","vt":"num"}]}`,
			[]string{part("a", 0, 3), part("b", 1, 3), part("c", 2, 3)}, `[[` + part("a", 0, 3) + `,` + part("b", 1, 3) + `]]`},
		{"index between", `{"rules":[{"t":"index","v":"1","vt":"num","v2":"2","v2t":"num"}]}`,
			[]string{part("a", 0, 4), part("b", 1, 4), part("c", 2, 4), part("d", 3, 4)}, `[[` + part("b", 1, 4) + `,` + part("c", 2, 4) + `]]`},
		{"has key", `{"rules":[{"t":"hask","v":"a","vt":"str"}]}`,
			[]string{`{"payload":{"a":null}}`, `{"payload":{"b":1}}`, `{"payload":"a"}`, `{"payload":["a"]}`}, `[[{"payload":{"a":null}}]]`},
		{"types of tests without a value do not matter", `{"rules":[{"t":"nnull","v":"ten","vt":"num"},{"t":"else","v":"","vt":"nonsense"}]}`,
			[]string{`{"payload":1}`, `{}`}, `[[{"payload":1}],[{}]]`},
		{"an expression as property", `{"property":"len(msg.payload)","propertyType":"expr","rules":[{"t":"gte","v":"2","vt":"num"},{"t":"else"}]}`,
			[]string{`{"payload":[1,2]}`, `{"payload":[1]}`}, `[[{"payload":[1,2]}],[{"payload":[1]}]]`},
		{"no rules, no ports", `{"rules":[]}`, []string{`{"payload":1}`}, `[]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			sent, err := nodetest.Run(t, "switch", c.config, c.in...)
			if err != nil {
				t.Fatal(err)
			}
			sent.Want(t, c.want)
		})
	}
}

// part is one message of the sequence g.
func part(payload string, index, count int) string {
	return fmt.Sprintf(`{"payload":%q,"parts":{"id":"g","index":%d,"count":%d}}`, payload, index, count)
}

func TestSwitchReadsContextAndVariables(t *testing.T) {
	n := nodetest.New(t, "switch", `{"property":"level","propertyType":"flow","rules":[{"t":"gte","v":"want","vt":"global"},{"t":"lt","v":"LIMIT","vt":"env"}]}`,
		nodetest.FlowValue("level", "5"), nodetest.GlobalValue("want", "5"), nodetest.Var("LIMIT", 4))
	if err := n.Send(`{"payload":1}`); err != nil {
		t.Fatal(err)
	}
	n.Sent().Want(t, `[[{"payload":1}],[]]`)
}

func TestSwitchFails(t *testing.T) {
	sent, err := nodetest.Run(t, "switch", `{"rules":[{"t":"nnull"},{"t":"regex","v":"re","vt":"msg"}]}`, `{"payload":"x","re":"("}`)
	if err == nil || !strings.Contains(err.Error(), "invalid regular expression") {
		t.Errorf("error %v", err)
	}
	sent.Want(t, `[[],[]]`)

	n := nodetest.New(t, "switch", `{"property":"fromJSON(msg.payload)","propertyType":"expr","rules":[{"t":"null"}]}`)
	if err := n.Send(`{"payload":"{"}`); err != nil {
		t.Errorf("a property that cannot be read is an error: %v", err)
	}
	n.Sent().Want(t, `[[{"payload":"{"}]]`)
	if logs := n.Logs(); len(logs) != 1 || !strings.HasPrefix(logs[0], "WARN ") {
		t.Errorf("logged %q", logs)
	}
}

func TestSwitchIsCheckedAtDeploy(t *testing.T) {
	for config, want := range map[string]string{
		`{"rules":[{"t":"eq","v":"ten","vt":"num"}]}`:               `rules[0].v: "ten" is not a number`,
		`{"rules":[{"t":"regex","v":"(","vt":"str"}]}`:              `rules[0].v: invalid regular expression`,
		`{"rules":[{"t":"about","v":"1","vt":"num"}]}`:              `rules[0].t: "about" is not one of`,
		`{"property":"a..b","rules":[]}`:                            `property: Invalid property expression`,
		`{"rules":[{"t":"eq","v":"1"},{"t":"eq","v":"","vt":"x"}]}`: `rules[1].vt: "x" is not a type`,
	} {
		problems := nodetest.Check(t, "switch", config)
		if len(problems) != 1 || !strings.HasPrefix(problems[0], want) {
			t.Errorf("%s: %q, want %s…", config, problems, want)
		}
	}
}

func TestSwitchTailWaitsForTheSequence(t *testing.T) {
	n := nodetest.New(t, "switch", `{"rules":[{"t":"tail","v":"1","vt":"num"},{"t":"else"}]}`)
	// Only the last message tells the count, as a stream does.
	for _, m := range []string{`{"payload":1,"parts":{"id":"g","index":0}}`, `{"payload":2,"parts":{"id":"g","index":1}}`} {
		if err := n.Send(m); err != nil {
			t.Fatal(err)
		}
	}
	n.Sent().Want(t, `[[],[]]`)
	if n.Done() != 0 {
		t.Error("a message that waits is done")
	}
	if err := n.Send(`{"payload":3,"parts":{"id":"g","index":2,"count":3}}`); err != nil {
		t.Fatal(err)
	}
	if err := n.Send(`{"payload":"alone"}`); err != errNoParts {
		t.Errorf("a message without parts: %v, want %v", err, errNoParts)
	}
	n.Sent().Want(t, `[[{"payload":3,"parts":{"id":"g","index":2,"count":3}}],[
		{"payload":1,"parts":{"id":"g","index":0,"count":3}},{"payload":2,"parts":{"id":"g","index":1,"count":3}}]]`)
	if n.Done() != 2 {
		t.Errorf("%d messages that waited are done, want 2", n.Done())
	}
}

func TestSwitchRepairsSequences(t *testing.T) {
	n := nodetest.New(t, "switch", `{"repair":true,"rules":[{"t":"lt","v":"3","vt":"num"},{"t":"gte","v":"2","vt":"num"}]}`)
	for i, payload := range []int{1, 5, 2} {
		if err := n.Send(fmt.Sprintf(`{"payload":%d,"parts":{"id":"g","index":%d,"count":3,"ch":"-"}}`, payload, i)); err != nil {
			t.Fatal(err)
		}
	}
	got := n.Sent()
	ids := map[any]bool{"g": true}
	for port, want := range []string{"1:0/2 2:1/2", "5:0/2 2:1/2"} {
		var line []string
		for _, m := range got.Port(port) {
			line = append(line, fmt.Sprintf("%v:%v/%v", m.Get("payload"), m.Path("parts.index"), m.Path("parts.count")))
			if m.Path("parts.ch") != "-" || m.Path("parts.id") != got.Port(port)[0].Path("parts.id") {
				t.Errorf("port %d: parts %v", port, m.Get("parts"))
			}
		}
		if strings.Join(line, " ") != want {
			t.Errorf("port %d: %s, want %s", port, line, want)
		}
		id := got.Port(port)[0].Path("parts.id")
		if ids[id] {
			t.Errorf("port %d has the id of another sequence: %v", port, id)
		}
		ids[id] = true
	}
}

func TestSwitchGivesUpTheOldestSequence(t *testing.T) {
	n := nodetest.New(t, "switch", `{"rules":[{"t":"tail","v":"1","vt":"num"}]}`)
	for i := range maxHeld {
		if err := n.Receive(msg.Of("parts", msg.Of("id", i/2, "index", i%2, "count", 3))); err != nil {
			t.Fatal(err)
		}
	}
	if len(n.Errors()) != 0 {
		t.Fatalf("gave up too early: %v", n.Errors()[0])
	}
	if err := n.Receive(msg.Of("parts", msg.Of("id", "one more", "index", 0, "count", 3))); err != nil {
		t.Fatal(err)
	}
	if failed := n.Failed(); len(failed) != 2 || failed[0].Path("parts.id") != 0.0 || n.Errors()[0] != errHeld {
		t.Errorf("%d failed, errors %v", len(failed), n.Errors())
	}
}

func TestSwitchCountsWhatItHolds(t *testing.T) {
	n := nodetest.New(t, "switch", `{"rules":[{"t":"tail","v":"1","vt":"num"}]}`)
	sequence := func(id string, length, count int) {
		t.Helper()
		for i := range length {
			if err := n.Receive(msg.Of("parts", msg.Of("id", id, "index", i, "count", count))); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i := range maxHeld {
		sequence(fmt.Sprint("whole", i), 2, 2) // leaves nothing behind
	}
	sequence("long", maxHeld, maxHeld+2)
	if errs := n.Errors(); len(errs) != 0 {
		t.Fatalf("whole sequences still count: %v", errs[0])
	}
	sequence("long", 1, maxHeld+2) // too long to be held at all
	if got := len(n.Failed()); got != maxHeld {
		t.Fatalf("%d messages given up, want %d", got, maxHeld)
	}
	sequence("next", maxHeld-1, maxHeld)
	if got := len(n.Failed()); got != maxHeld {
		t.Errorf("what was given up still counts: %d failed", got)
	}
}

func TestSwitchHeldMessagesFailAtClose(t *testing.T) {
	n := nodetest.New(t, "switch", `{"repair":true,"rules":[{"t":"nnull"}]}`)
	if err := n.Send(part("a", 0, 2)); err != nil {
		t.Fatal(err)
	}
	n.Close()
	if len(n.Failed()) != 1 || n.Failed()[0].Get("payload") != "a" {
		t.Errorf("failed: %v", n.Failed())
	}
}

// discard is an Out for benchmarks.
type discard struct{ node.Late }

func (discard) Send(*msg.Object)           {}
func (discard) SendTo(*msg.Object, ...int) {}

func BenchmarkSwitch(b *testing.B) {
	rules := make([]string, 10)
	for i := range rules {
		rules[i] = fmt.Sprintf(`{"t":"eq","v":"WORD%d","vt":"str"}`, i)
	}
	for _, all := range []bool{true, false} {
		b.Run(fmt.Sprintf("all=%v", all), func(b *testing.B) {
			n := nodetest.New(b, "switch", fmt.Sprintf(`{"property":"payload.keyword","checkall":%v,"rules":[%s]}`, all, strings.Join(rules, ",")))
			s, m := nodetest.Of[Switch](n), nodetest.Message(b, `{"_msgid":"0123456789abcdef","payload":{"text":"hello","keyword":"WORD4"}}`)
			b.ReportAllocs()
			for b.Loop() {
				if err := s.Receive(b.Context(), m, discard{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

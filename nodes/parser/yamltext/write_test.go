package yamltext

import (
	"math"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
)

// TestFormat compares with what js-yaml writes.
func TestFormat(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("word ", 40))
	folded := strings.TrimSpace(strings.Repeat("word ", 15)) + "\n  " + strings.TrimSpace(strings.Repeat("word ", 15)) + "\n  " + strings.TrimSpace(strings.Repeat("word ", 10))
	for _, c := range []struct{ json, want string }{
		{`{"a":1,"b":["x",{"c":true}],"d":null,"e":{},"f":[]}`, "a: 1\nb:\n  - x\n  - c: true\nd: null\ne: {}\nf: []\n"},
		{`[1,[2,3],{"a":[],"b":{"c":1}}]`, "- 1\n- - 2\n  - 3\n- a: []\n  b:\n    c: 1\n"},
		{`[1e21,1e-7,1.5e-7,-1.5]`, "- 1e+21\n- 1.e-7\n- 1.5e-7\n- -1.5\n"},
		{`["","a","it's","yes","true","null","~","1","0x1f","1e3","12:30","2001-12-14","<<","a: b","a #b","- a","#a","a:","[a","a,b","@a"," a","a "]`,
			"- ''\n- a\n- it's\n- 'yes'\n- 'true'\n- 'null'\n- '~'\n- '1'\n- '0x1f'\n- '1e3'\n- '12:30'\n- '2001-12-14'\n- '<<'\n- 'a: b'\n- 'a #b'\n- '- a'\n- '#a'\n- 'a:'\n- '[a'\n- a,b\n- '@a'\n- ' a'\n- 'a '\n"},
		{`["a:b","a#b","-","?a","é","😀"]`, "- a:b\n- a#b\n- '-'\n- '?a'\n- é\n- 😀\n"},
		{`["a\tb","\u0001","\u00a0","\\\"\r"]`, "- \"a\\tb\"\n- \"\\x01\"\n- \"\\_\"\n- \"\\\\\\\"\\r\"\n"},
		{`["a\nb","a\n","a\n\n"," a\nb","\na"]`, "- |-\n  a\n  b\n- |\n  a\n- |+\n  a\n\n- |2-\n   a\n  b\n- |-\n\n  a\n"},
		{`["` + long + `"]`, "- >-\n  " + folded + "\n"},
		{`["short\n` + long + `"]`, "- >-\n  short\n\n  " + folded + "\n"},
		{`{"":1,"a b":2,"a: b":3,"true":5,"a\nb":6}`, "'': 1\na b: 2\n'a: b': 3\n'true': 5\n\"a\\nb\": 6\n"},
		{`"one"`, "one\n"},
		{`{"k":"x\ny"}`, "k: |-\n  x\n  y\n"},
	} {
		v, err := msg.Decode([]byte(c.json))
		if err != nil {
			t.Fatal(err)
		}
		got, err := Format(v)
		if err != nil || got != c.want {
			t.Errorf("%.60s\ngot  %q, error %v\nwant %q", c.json, got, err, c.want)
		}
		if back, err := Parse(got); err != nil || string(msg.Encode(back)) != string(msg.Encode(v)) {
			t.Errorf("%.60s is read as %s, error %v", c.json, msg.Encode(back), err)
		}
	}
}

func TestFormatValues(t *testing.T) {
	o, l, none := msg.Of("x", 1), msg.NewList(1), msg.NewList()
	ring := msg.NewObject(1)
	ring.Set("r", ring)
	for _, c := range []struct {
		v    any
		want string
	}{
		{msg.NewList(math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1)), "- .nan\n- .inf\n- -.inf\n- -0.0\n"},
		{msg.NewList(o, o, l, l), "- &ref_0\n  x: 1\n- *ref_0\n- &ref_1\n  - 1\n- *ref_1\n"},
		{msg.Of("a", none, "b", none), "a: &ref_0 []\nb: *ref_0\n"},
		{ring, "&ref_0\nr: *ref_0\n"},
		{msg.Of("a", msg.Of("u", msg.Undefined), "b", 1, "c", msg.Undefined), "a: {}\nb: 1\n"},
		{msg.NewList(msg.Undefined, 1), "- null\n- 1\n"},
		{msg.Undefined, ""},
		{msg.Of("d", msg.Date(0)), "d: 1970-01-01T00:00:00.000Z\n"},
		{msg.Of("b", []byte("hi")), "b: !!binary aGk=\n"},
		{msg.Of(strings.Repeat("k", 1100), msg.Of("a", 1)), "? " + strings.Repeat("k", 1100) + "\n: a: 1\n"},
	} {
		if got, err := Format(c.v); err != nil || got != c.want {
			t.Errorf("got %q, error %v\nwant %q", got, err, c.want)
		}
	}
	deep := msg.NewList()
	for range 600 {
		deep = msg.NewList(deep)
	}
	if _, err := Format(deep); err == nil || err.Error() != "yaml: nested deeper than 512" {
		t.Errorf("600 levels: %v", err)
	}
}

package function

import (
	"fmt"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/nodetest"
)

func put(t *testing.T, c *nodetest.Context, key string, v any) {
	t.Helper()
	p, err := msg.ParsePath(key)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Set("", p, msg.From(v)); err != nil {
		t.Fatal(err)
	}
}

func TestFilter(t *testing.T) {
	for _, c := range []struct {
		name, config string
		in           string // payloads, or whole messages
		want         string // those that pass
	}{
		{"values", `{"func":"rbe"}`, `1 1 2 2 1 "1" 1`, `1 2 1 "1" 1`},
		{"of each kind", `{"func":"rbe"}`, `true true false null null 0 "" ""`, `true false null 0 ""`},
		{"objects", `{"func":"rbe"}`, `{"a":[1,{"b":2}]} {"a":[1,{"b":2}]} {"a":[1,{"b":3}]} [] []`, `{"a":[1,{"b":2}]} {"a":[1,{"b":3}]} []`},
		{"an empty object is nothing new", `{"func":"rbe"}`, `{} {"a":1} {}`, `{"a":1} {}`},
		{"not the first", `{"func":"rbei"}`, `1 1 2 2`, `2`},
		{"each topic", `{"func":"rbe"}`, `M{"payload":1,"topic":"a"} M{"payload":1,"topic":"b"} M{"payload":1,"topic":"a"} M{"payload":1}`,
			`M{"payload":1,"topic":"a"} M{"payload":1,"topic":"b"} M{"payload":1}`},
		{"all topics", `{"func":"rbe","septopics":false}`, `M{"payload":1,"topic":"a"} M{"payload":1,"topic":"b"}`, `M{"payload":1,"topic":"a"}`},
		{"reset a topic", `{"func":"rbe"}`, `M{"payload":1,"topic":"a"} M{"payload":1,"topic":"b"} M{"reset":1,"topic":"a"} M{"payload":1,"topic":"a"} M{"payload":1,"topic":"b"}`,
			`M{"payload":1,"topic":"a"} M{"payload":1,"topic":"b"} M{"payload":1,"topic":"a"}`},
		{"reset all", `{"func":"rbe"}`, `M{"payload":1,"topic":"a"} M{"reset":1} M{"payload":1,"topic":"a"}`, `M{"payload":1,"topic":"a"} M{"payload":1,"topic":"a"}`},
		{"reset with a value", `{"func":"rbe"}`, `1 M{"payload":1,"reset":true}`, `1 M{"payload":1,"reset":true}`},
		{"other properties", `{"func":"rbe","property":"x.y","topi":"dev"}`, `M{"x":{"y":1},"dev":"a"} M{"x":{"y":1},"dev":"a"} M{"x":{"y":1},"dev":"b"} M{"x":1} M{"payload":1}`,
			`M{"x":{"y":1},"dev":"a"} M{"x":{"y":1},"dev":"b"}`},

		{"deadband", `{"func":"deadband","gap":"10"}`, `0 5 10 11 20 22 0`, `0 11 22 0`},
		{"deadband or equal", `{"func":"deadbandEq","gap":"10"}`, `0 5 10 11 20 22 0`, `0 10 20 0`},
		{"deadband of the last input", `{"func":"deadband","gap":"5","inout":"in"}`, `0 4 8 12 18 20`, `0 18`},
		{"texts", `{"func":"deadband","gap":"1"}`, `"5" "5_units" "none" null "9"`, `"5" "9"`},
		{"percent", `{"func":"deadband","gap":"10%"}`, `100 109 110 111 121 123`, `100 111 123`},
		{"no gap", `{"func":"deadband"}`, `1 1 1.5`, `1 1.5`},
		{"narrowband", `{"func":"narrowband","gap":"10"}`, `0 5 9 30 12 22`, `0 5 9 12 22`},
		{"narrowband or equal, from a start", `{"func":"narrowbandEq","gap":"10%","start":"100"}`, `100 105 116 130 110`, `100 105 110`},
		{"narrowband of the last input", `{"func":"narrowband","gap":"10","inout":"in"}`, `0 30 35`, `0 35`},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodetest.New(t, "rbe", c.config)
			for _, p := range strings.Fields(c.in) {
				if err := n.Send(whole(p)); err != nil {
					t.Fatal(err)
				}
			}
			var want []string
			for _, p := range strings.Fields(c.want) {
				want = append(want, whole(p))
			}
			n.Sent().Want(t, "[["+strings.Join(want, ",")+"]]")
		})
	}
}

func whole(payload string) string {
	if m, ok := strings.CutPrefix(payload, "M"); ok {
		return m
	}
	return fmt.Sprintf(`{"payload":%s}`, payload)
}

func TestFilterWarns(t *testing.T) {
	n := nodetest.New(t, "filter", `{"func":"deadband","gap":"5"}`)
	if err := n.Send(`{"payload":"x"}`); err != nil {
		t.Fatal(err)
	}
	if logs := n.Logs(); len(logs) != 1 || logs[0] != "WARN no number found in payload" {
		t.Errorf("log %q", logs)
	}
	if got := nodetest.Check(t, "filter", `{"func":"deadband","gap":"wide"}`); len(got) != 1 {
		t.Errorf("problems %q", got)
	}
}

// The topic that has not been seen for longest is forgotten first.
func TestFilterForgets(t *testing.T) {
	f := &Filter{Func: "rbe"}
	if err := f.Open(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for i := range maxTopics {
		f.of(fmt.Sprint(i)).v = true
	}
	if f.of("0").v != true {
		t.Error("0 is forgotten too early")
	}
	f.of("new")
	if len(f.before) != maxTopics || f.of("0").v != true || f.before["1"] != nil {
		t.Errorf("%d topics, 0: %v, 1: %v", len(f.before), f.of("0").v, f.before["1"])
	}
}

package web

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/flows"
)

// TestRestartsOfCheck: what a deploy of what kind restarts (contract
// admin-api.md §3), of what ran before.
func TestRestartsOfCheck(t *testing.T) {
	base := strings.Split(strings.TrimSpace(`
{"id":"t","type":"tab","label":"T"}
{"id":"o","type":"group","z":"t","name":"G","style":{"fill":"red"},"nodes":["c"],"x":1,"y":1,"w":9,"h":9}
{"id":"k","type":"cfg"}
{"id":"a","type":"n","z":"t","name":"A","x":1,"y":1,"wires":[["j"]]}
{"id":"j","type":"junction","z":"t","x":1,"y":1,"wires":[["b"]]}
{"id":"b","type":"n","z":"t","cfg":"k","x":1,"y":1,"wires":[[]]}
{"id":"c","type":"n","z":"t","g":"o","x":1,"y":1,"wires":[[]]}
{"id":"off","type":"n","z":"t","d":true,"x":1,"y":1,"wires":[[]]}
`), "\n")
	parse := func(objects []string) *flows.Document {
		d, err := flows.Parse([]byte("[" + strings.Join(objects, ",") + "]"))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	const full = "k a b c"
	for _, c := range []struct {
		name, old, new string
		nodes, flows   string
	}{
		{"moved", `"name":"A","x":1`, `"name":"A","x":50`, "", ""},
		{"colour of a group", `"red"`, `"blue"`, "", ""},
		{"name of a flow", `"label":"T"`, `"label":"U"`, "", ""},
		{"about a flow", `"label":"T"`, `"label":"T","info":"what it is for"`, "", ""},
		{"colour of a flow", `"label":"T"`, `"label":"T","style":{"color":"#ff0000"}`, "", ""},
		{"name of a node", `"name":"A"`, `"name":"B"`, "a", "a b"},
		{"about a node", `"name":"A"`, `"name":"A","info":"what it is for"`, "a", "a b"},
		{"name of a group", `"name":"G"`, `"name":"H"`, "c", "c"},
		{"an account", `"type":"cfg"`, `"type":"cfg","host":"x"`, "k b", "k a b"},
		{"a wire", `[["j"]]`, `[["c"]]`, "", "a b c"},
		{"one that is switched on", `"d":true,`, ``, "", ""},
		{"one that is switched off", `"name":"A"`, `"name":"A","d":true`, "a", "a b"},
		{"a new one", `{"id":"off"`, `{"id":"new","type":"n","z":"t","x":1,"y":1,"wires":[["b"]]},{"id":"off"`, "", "a b"},
		{"a secret", ``, ``, "a", "a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			edited := slices.Clone(base)
			for i := range edited {
				edited[i] = strings.Replace(edited[i], c.old, c.new, 1)
			}
			touched := map[string]bool{}
			if c.old == "" {
				touched["a"] = true
			}
			got := restarts(parse(base), parse(edited), touched)
			for kind, want := range map[string]string{"nodes": c.nodes, "flows": c.flows, "full": full} {
				if ids := strings.Join(got[kind].IDs, " "); ids != want || got[kind].Count != len(strings.Fields(want)) {
					t.Errorf("%s: %d %q, want %q", kind, got[kind].Count, ids, want)
				}
			}
		})
	}
	many := []string{base[0]}
	for i := range maxNamed + 5 {
		many = append(many, fmt.Sprintf(`{"id":"n%d","type":"n","z":"t","x":1,"y":1,"wires":[]}`, i))
	}
	if l := restarts(parse(many), parse(many), nil)["full"]; l.Count != maxNamed+5 || len(l.IDs) != maxNamed {
		t.Errorf("%d, %d named", l.Count, len(l.IDs))
	}
}

package flows

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// base has, on tab t, the chains a→b→c and d→e, a group with f and, in a group
// within, g, which is wired to h; config nodes: k stands on k2 and p on k; an
// instance i of s (inside: s1→s2, of which s2 uses k3, and an instance of the
// subflow r) between i0 and i1; link out lo → link in li → l2. Tab u has v→w.
var base = strings.Split(strings.TrimSpace(`
{"id":"t","type":"tab","label":"T","info":"","env":[{"name":"A","type":"str","value":"1"},{"name":"K","type":"conf-type","value":"k4"}]}
{"id":"u","type":"tab","label":"U"}
{"id":"gc","type":"global-config","env":[{"name":"X","type":"str","value":"1"}]}
{"id":"s","type":"subflow","name":"S","in":[{"x":1,"y":2,"wires":[{"id":"s1"}]}],"out":[{"x":9,"y":9,"wires":[{"id":"s2","port":0}]}],"env":[]}
{"id":"r","type":"subflow","name":"R","in":[],"out":[]}
{"id":"o","type":"group","z":"t","name":"G","style":{"fill":"red"},"nodes":["f","q"],"x":1,"y":1,"w":9,"h":9,"env":[]}
{"id":"q","type":"group","z":"t","g":"o","name":"inner","nodes":["g"],"x":1,"y":1,"w":9,"h":9}
{"id":"k","type":"cfg","more":"k2"}
{"id":"k2","type":"cfg","host":"x"}
{"id":"k3","type":"cfg","host":"x"}
{"id":"k4","type":"cfg","host":"x"}
{"id":"a","type":"n","z":"t","x":1,"y":1,"wires":[["b"]]}
{"id":"b","type":"n","z":"t","prop":1,"deep":{"p":[1,2],"q":2},"x":1,"y":1,"wires":[["c"]]}
{"id":"c","type":"n","z":"t","x":1,"y":1,"wires":[]}
{"id":"d","type":"n","z":"t","x":1,"y":1,"wires":[["e"]]}
{"id":"e","type":"n","z":"t","x":1,"y":1,"wires":[]}
{"id":"f","type":"n","z":"t","g":"o","x":1,"y":1,"wires":[]}
{"id":"g","type":"n","z":"t","g":"q","x":1,"y":1,"wires":[["h"]]}
{"id":"h","type":"n","z":"t","x":1,"y":1,"wires":[]}
{"id":"p","type":"n","z":"t","rows":[{"cfg":"k"}],"x":1,"y":1,"wires":[["p2"]]}
{"id":"p2","type":"n","z":"t","x":1,"y":1,"wires":[]}
{"id":"y","type":"n","z":"t","cfg":"${K}","x":1,"y":1,"wires":[]}
{"id":"i0","type":"n","z":"t","x":1,"y":1,"wires":[["i"]]}
{"id":"i","type":"subflow:s","z":"t","name":"I","x":1,"y":1,"wires":[["i1"]]}
{"id":"i1","type":"n","z":"t","x":1,"y":1,"wires":[]}
{"id":"s1","type":"n","z":"s","x":1,"y":1,"wires":[["s2"]]}
{"id":"s2","type":"n","z":"s","cfg":"k3","x":1,"y":1,"wires":[["s3"]]}
{"id":"s3","type":"subflow:r","z":"s","x":1,"y":1,"wires":[]}
{"id":"r1","type":"n","z":"r","x":1,"y":1,"wires":[]}
{"id":"lo","type":"link out","z":"t","links":["li"],"x":1,"y":1,"wires":[]}
{"id":"li","type":"link in","z":"t","links":["lo"],"x":1,"y":1,"wires":[["l2"]]}
{"id":"l2","type":"n","z":"t","x":1,"y":1,"wires":[]}
{"id":"v","type":"n","z":"u","x":1,"y":1,"wires":[["w"]]}
{"id":"w","type":"n","z":"u","x":1,"y":1,"wires":[]}
`), "\n")

const (
	onT        = "a b c d e f g h p p2 y i0 i i1 lo li l2"
	everywhere = onT + " v w gc k k2 k3 k4"
)

func document(t testing.TB, objects []string) *Document {
	t.Helper()
	d, err := Parse([]byte("[" + strings.Join(objects, ",") + "]"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// edit is base with pairs of texts replaced, each of which must be there
// once. A pair ("-", id) takes an object out, ("+", object) puts one in.
func edit(t *testing.T, pairs ...string) []string {
	t.Helper()
	objects := slices.Clone(base)
	for i := 0; i < len(pairs); i += 2 {
		from, to := pairs[i], pairs[i+1]
		if from == "+" {
			objects = append(objects, to)
			continue
		}
		if from == "-" {
			from = `{"id":"` + to + `",`
		}
		at := slices.IndexFunc(objects, func(o string) bool { return strings.Contains(o, from) })
		if at < 0 {
			t.Fatalf("no %s in the base document", from)
		}
		if pairs[i] == "-" {
			objects = slices.Delete(objects, at, at+1)
		} else {
			objects[at] = strings.Replace(objects[at], from, to, 1)
		}
	}
	return objects
}

func words(ids map[string]bool) string { return strings.Join(slices.Sorted(maps.Keys(ids)), " ") }

func sorted(text string) string {
	ids := strings.Fields(text)
	slices.Sort(ids)
	return strings.Join(slices.Compact(ids), " ")
}

// TestRestarts is the table of contract admin-api.md §3, row by row.
func TestRestarts(t *testing.T) {
	reversed := slices.Clone(base)
	slices.Reverse(reversed)
	head := func(id string) string { return `{"id":"` + id + `",` }
	for _, c := range []struct {
		name         string
		edited       []string
		nodes, flows string // what restarts
	}{
		{"nothing", base, "", ""},
		{"move", edit(t, `"prop":1,"deep":{"p":[1,2],"q":2},"x":1,"y":1`, `"prop":1,"deep":{"p":[1,2],"q":2},"x":70,"y":80`), "", ""},
		{"key order", edit(t, `"prop":1,"deep":{"p":[1,2],"q":2}`, `"deep":{"q":2,"p":[1,2]},"prop":1`), "", ""},
		{"array reorder", reversed, "", ""},
		{"property", edit(t, `"prop":1`, `"prop":2`), "b", "a b c"},
		{"deep property", edit(t, `[1,2]`, `[2,1]`), "b", "a b c"},
		{"unknown property", edit(t, head("b"), head("b")+`"strange":null,`), "b", "a b c"},
		{"property gone", edit(t, `"prop":1,`, ``), "b", "a b c"},
		{"only wires", edit(t, `["c"]`, `["c","e"]`), "", "a b c d e"},
		{"wire cut", edit(t, `["c"]`, ``), "", "a b c"},
		{"empty port more", edit(t, `[["e"]]`, `[["e"],[]]`), "", ""},
		{"add", edit(t, "+", `{"id":"n","type":"n","z":"t","x":1,"y":1,"wires":[["b"]]}`), "n", "n a b c"},
		{"add tab", edit(t, "+", `{"id":"z","type":"tab"}`, "+", `{"id":"n","type":"n","z":"z","x":1,"y":1,"wires":[]}`), "n", "n"},
		{"delete", edit(t, "-", "c"), "", "a b"},
		{"delete the middle", edit(t, "-", "b"), "", "a c"},
		{"disable", edit(t, head("b"), head("b")+`"d":true,`), "b", "a b c"},
		{"credentials sent", edit(t, head("b"), head("b")+`"credentials":{"pw":"__PWRD__"},`), "b", "a b c"},
		{"config property", edit(t, `"more":"k2"`, `"more":"k2","v":1`), "k p", "k p p2"},
		{"config property, transitively", edit(t, `{"id":"k2","type":"cfg",`, `{"id":"k2","type":"cfg","v":1,`), "k2 k p", "k2 k p p2"},
		{"config credentials", edit(t, head("k"), head("k")+`"credentials":{"pw":"x"},`), "k p", "k p p2"},
		{"config disabled", edit(t, head("k"), head("k")+`"d":true,`), "k p", "k p p2"},
		{"config removed", edit(t, "-", "k"), "p", "p p2"},
		{"config scoped", edit(t, head("k"), head("k")+`"z":"t",`), "k p", "k p p2"},
		{"config used inside a subflow", edit(t, head("k3"), head("k3")+`"v":1,`), "k3 i", "k3 i0 i i1"},
		{"config used by way of a variable", edit(t, head("k4"), head("k4")+`"v":1,`), "k4 y", "k4 y"},
		{"config leak", edit(t, head("k"), head("k")+`"_users":[],`), "", ""},
		{"group env", edit(t, `"h":9,"env":[]`, `"h":9,"env":[{"name":"B","type":"str","value":"1"}]`), "f g", "f g"},
		{"group name", edit(t, `"name":"G"`, `"name":"H"`), "f g", "f g"},
		{"group style", edit(t, `"red"`, `"blue"`), "", ""},
		{"group size", edit(t, `"nodes":["g"],"x":1,"y":1,"w":9,"h":9`, `"nodes":[],"x":2,"y":2,"w":8,"h":8`), "", ""},
		{"tab label", edit(t, `"label":"T"`, `"label":"Front"`), "", ""},
		{"tab info", edit(t, `"info":""`, `"info":"about"`), "", ""},
		{"tab env", edit(t, `"name":"A","type":"str","value":"1"`, `"name":"A","type":"str","value":"2"`), onT, onT},
		{"tab credentials", edit(t, `"label":"U"`, `"label":"U","credentials":{"P":"s"}`), "v w", "v w"},
		{"tab disabled", edit(t, `"label":"U"`, `"label":"U","disabled":true`), "v w", "v w"},
		{"tab disabled says false", edit(t, `"label":"U"`, `"label":"U","disabled":false`), "", ""},
		{"tab removed", edit(t, "-", "u", "-", "v", "-", "w"), "", ""},
		{"tab removed, nodes left", edit(t, "-", "u"), "v w", "v w"},
		{"moved to another tab", edit(t, `{"id":"b","type":"n","z":"t"`, `{"id":"b","type":"n","z":"u"`), "b", "a b c"},
		{"moved into a group", edit(t, head("b"), head("b")+`"g":"o",`), "b", "a b c"},
		{"template inner node", edit(t, head("s1"), head("s1")+`"v":1,`), "i", "i0 i i1"},
		{"template inner node moved", edit(t, `{"id":"s1","type":"n","z":"s","x":1`, `{"id":"s1","type":"n","z":"s","x":5`), "", ""},
		{"template wiring", edit(t, `["s2"]`, `["s2","s3"]`), "i", "i0 i i1"},
		{"template input wiring", edit(t, `[{"id":"s1"}]`, `[{"id":"s2"}]`), "i", "i0 i i1"},
		{"template input moved", edit(t, `{"x":1,"y":2,"wires":[{"id":"s1"}]}`, `{"x":3,"y":4,"wires":[{"id":"s1"}]}`), "", ""},
		{"template env", edit(t, `"port":0}]}],"env":[]`, `"port":0}]}],"env":[{"name":"E","type":"str","value":""}]`), "i", "i0 i i1"},
		{"template name", edit(t, `"name":"S"`, `"name":"T"`), "i", "i0 i i1"},
		{"template inner node added", edit(t, "+", `{"id":"n","type":"n","z":"s","x":1,"y":1,"wires":[]}`), "i", "i0 i i1"},
		{"template inner node removed", edit(t, "-", "s1"), "i", "i0 i i1"},
		{"template in a template", edit(t, head("r1"), head("r1")+`"v":1,`), "i", "i0 i i1"},
		{"template removed", edit(t, "-", "r", "-", "r1"), "i", "i0 i i1"},
		{"node moved out of a template", edit(t, `{"id":"s1","type":"n","z":"s"`, `{"id":"s1","type":"n","z":"u"`), "s1 i", "s1 i0 i i1"},
		{"instance property", edit(t, `"name":"I"`, `"name":"J"`), "i", "i0 i i1"},
		{"instance wires", edit(t, `["i1"]`, `["e"]`), "", "i0 i i1 d e"},
		{"instance leak", edit(t, head("i"), head("i")+`"subflow":"s",`), "", ""},
		{"global-config changed", edit(t, `"name":"X","type":"str","value":"1"`, `"name":"X","type":"str","value":"2"`), everywhere, everywhere},
		{"global-config removed", edit(t, "-", "gc"), "", ""},
		{"global-config added", edit(t, "+", `{"id":"gd","type":"global-config","env":[]}`), "gd", "gd"},
		{"link out", edit(t, head("lo"), head("lo")+`"name":"x",`), "lo", "lo"},
		{"link in", edit(t, head("li"), head("li")+`"name":"x",`), "li", "li l2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			old, now := document(t, base), document(t, c.edited)
			changes := Diff(old, now)
			if got := words(changes.Restarts("nodes")); got != sorted(c.nodes) {
				t.Errorf("nodes restarts %q, want %q", got, sorted(c.nodes))
			}
			if got := words(changes.Restarts("flows")); got != sorted(c.flows) {
				t.Errorf("flows restarts %q, want %q", got, sorted(c.flows))
			}
			if got, all := changes.Restarts("full"), Diff(nil, now).Restarts("nodes"); !maps.Equal(got, all) {
				t.Errorf("full restarts %q, want everything: %q", words(got), words(all))
			}
		})
	}
}

func TestDiffLists(t *testing.T) {
	c := Diff(document(t, base), document(t, edit(t,
		"-", "c", "-", "u", "+", `{"id":"n","type":"n","z":"s","x":1,"y":1,"wires":[]}`,
		`"prop":1`, `"prop":2`, `"label":"T"`, `"label":"V"`, `["e"]`, `["b"]`, `"red"`, `"blue"`)))
	for name, l := range map[string]struct {
		got  []string
		want string
	}{
		"added": {c.Added, "n"}, "removed": {c.Removed, "u c"}, "changed": {c.Changed, "t b"}, "rewired": {c.Rewired, "d"},
	} {
		if got := strings.Join(l.got, " "); got != l.want {
			t.Errorf("%s %q, want %q", name, got, l.want)
		}
	}
	if c.Empty() {
		t.Error("these are changes")
	}
}

package flows

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// random is a document of everything a document can hold, references, rings
// and loose ends included.
func random(r *rand.Rand) []string {
	ids := make([]string, 5+r.IntN(25))
	for i := range ids {
		ids[i] = fmt.Sprint("o", i)
	}
	pick := func() string {
		if r.IntN(12) == 0 {
			return "nowhere"
		}
		return ids[r.IntN(len(ids))]
	}
	types := []string{"tab", "subflow", "group", "junction", "n", "n", "n", "cfg", "global-config", "link out"}
	var objects []string
	for _, id := range ids {
		typ := types[r.IntN(len(types))]
		if r.IntN(6) == 0 {
			typ = "subflow:" + pick()
		}
		o := fmt.Sprintf(`{"id":%q,"type":%q,"p":%d`, id, typ, r.IntN(3))
		if r.IntN(4) > 0 {
			o += fmt.Sprintf(`,"z":%q`, pick())
		}
		if r.IntN(4) == 0 {
			o += fmt.Sprintf(`,"g":%q`, pick())
		}
		if r.IntN(3) == 0 {
			o += fmt.Sprintf(`,"ref":[{"a":%q}]`, pick())
		}
		if r.IntN(5) == 0 {
			o += fmt.Sprintf(`,"env":[{"name":"V","type":"conf-type","value":%q}],"v":"${V}"`, pick())
		}
		if typ != "cfg" && typ != "global-config" {
			o += fmt.Sprintf(`,"x":%d,"y":1,"wires":[[%q,%q]]`, r.IntN(100), pick(), pick())
		}
		objects = append(objects, o+"}")
	}
	return objects
}

func subset(a, b map[string]bool) bool {
	for id := range a {
		if !b[id] {
			return false
		}
	}
	return true
}

// TestDiffProperties: of any two documents, the same one restarts nothing;
// "nodes" restarts no more than "flows", and "flows" no more than "full"; what
// restarts is in the new document and can run; what was added runs.
func TestDiffProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 1000 {
		text := random(r)
		d := document(t, text)
		shuffled := slices.Clone(text)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for _, same := range []*Document{d, d.Clone(), document(t, text), document(t, shuffled)} {
			c := Diff(d, same)
			if !c.Empty() || len(c.Restarts("nodes"))+len(c.Restarts("flows")) > 0 {
				t.Fatalf("%v\ndiffers from itself: %+v", text, c)
			}
		}

		edited := slices.Clone(text)
		for other := random(r); r.IntN(3) > 0; {
			if i := r.IntN(len(edited)); i < len(other) {
				edited[i] = other[i]
			}
		}
		now := document(t, edited)
		c := Diff(d, now)
		nodes, flows, full := c.Restarts("nodes"), c.Restarts("flows"), c.Restarts("full")
		if !subset(nodes, flows) || !subset(flows, full) || !maps.Equal(full, c.Restarts("what")) {
			t.Fatalf("%v\nto %v\nrestarts %s with nodes, %s with flows, %s with full", text, edited, words(nodes), words(flows), words(full))
		}
		for id := range full {
			if o := now.Find(id); o == nil || !o.Runs() {
				t.Fatalf("%v\nrestarts %s", edited, id)
			}
		}
		for _, id := range slices.Concat(c.Added, c.Changed) {
			if full[id] && !nodes[id] {
				t.Fatalf("%v\nto %v\n%s is new or changed and does not restart: %s", text, edited, id, words(nodes))
			}
		}
		// The way back touches what the way there touched, as far as it exists.
		back := Diff(now, d)
		if !slices.Equal(slices.Sorted(slices.Values(back.Added)), slices.Sorted(slices.Values(c.Removed))) || len(back.Changed) != len(c.Changed) || len(back.Rewired) != len(c.Rewired) {
			t.Fatalf("%v\nto %v\nthere %+v, back %+v", text, edited, c, back)
		}
	}
}

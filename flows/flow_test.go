package flows

import (
	"errors"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
)

var several = []string{
	`{"id":"k","type":"cfg","credentials":{"p":"secret","u":"${U}"}}`,
	`{"id":"t","type":"tab","label":"T","info":"hi","env":[],"locked":true,"credentials":{"P":"secret"}}`,
	`{"id":"a","type":"n","z":"t","x":1,"y":1,"wires":[["b"]],"foo":"keep"}`,
	`{"id":"g","type":"group","z":"t","nodes":["a"]}`,
	`{"id":"tk","type":"cfg","z":"t"}`,
	`{"id":"lo","type":"link out","z":"t","x":1,"y":1,"wires":[],"links":[]}`,
	`{"id":"u","type":"tab","label":""}`,
	`{"id":"s","type":"subflow","name":"S"}`,
	`{"id":"s1","type":"n","z":"s","x":1,"y":1,"wires":[]}`,
	`{"id":"sk","type":"cfg","z":"s"}`,
	`{"id":"q","type":"n","z":"implicit","x":1,"y":1,"wires":[]}`,
}

func TestGetFlow(t *testing.T) {
	for id, want := range map[string]string{
		"t": `{"id":"t","label":"T","info":"hi","env":[],"locked":true,"nodes":[{"id":"g","type":"group","z":"t","nodes":["a"]},` +
			`{"id":"a","type":"n","z":"t","x":1,"y":1,"wires":[["b"]],"foo":"keep"},{"id":"lo","type":"link out","z":"t","x":1,"y":1,"links":[]}],"configs":[{"id":"tk","type":"cfg","z":"t"}]}`,
		"u":        `{"id":"u","nodes":[]}`,
		"implicit": `{"id":"implicit","nodes":[{"id":"q","type":"n","z":"implicit","x":1,"y":1,"wires":[]}]}`,
		"global": `{"id":"global","configs":[{"id":"k","type":"cfg","credentials":{"u":"${U}"}}],` +
			`"subflows":[{"id":"s","type":"subflow","name":"S","nodes":[{"id":"s1","type":"n","z":"s","x":1,"y":1,"wires":[]}],"configs":[{"id":"sk","type":"cfg","z":"s"}]}]}`,
		"s": "", "a": "", "none": "", "": "",
	} {
		d := document(t, several)
		flow, err := GetFlow(d, id)
		if want == "" {
			if !errors.Is(err, ErrNoFlow) {
				t.Errorf("%q: %v, want ErrNoFlow", id, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%q: %v", id, err)
		}
		if got := string(msg.Encode(flow)); got != want {
			t.Errorf("%q: got\n%s\nwant\n%s", id, got, want)
		}
		flow.Set("nodes", nil)
		if string(d.JSON()) != string(document(t, several).JSON()) {
			t.Errorf("%q: the document changed", id)
		}
	}
	if flow, err := GetFlow(document(t, nil), "global"); err != nil || string(msg.Encode(flow)) != `{"id":"global"}` {
		t.Errorf("global of nothing: %s, %v", msg.Encode(flow), err)
	}
}

func TestAddFlow(t *testing.T) {
	d := document(t, several)
	n, id, err := AddFlow(d, object(t, `{"id":"mine","label":"F1","nodes":[{"id":"n1","type":"inject","z":"elsewhere","x":10,"y":10,"foo":"keep"}],"configs":[{"id":"c1","type":"cfg"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if id == "mine" || len(id) != 16 {
		t.Errorf("the new id is %q", id)
	}
	want := strings.ReplaceAll(string(d.JSON()[:len(d.JSON())-1])+`,{"id":"ID","type":"tab","label":"F1"},{"id":"n1","type":"inject","z":"ID","x":10,"y":10,"foo":"keep"},{"id":"c1","type":"cfg","z":"ID"}]`, "ID", id)
	if string(n.JSON()) != want {
		t.Errorf("got\n%s\nwant\n%s", n.JSON(), want)
	}
	if n.Find("c1").Kind != Config || n.Find("n1").Kind != FlowNode || n.Find("n1").Z != id {
		t.Error("the new objects are not what they should be")
	}
}

func TestFlowRefused(t *testing.T) {
	d := document(t, several)
	for body, want := range map[string]string{
		`{}`:                                 "missing nodes property",
		`{"nodes":[{"id":"s1","type":"n"}]}`: "duplicate id",
		`{"nodes":[{"id":"n","type":"n"},{"id":"n","type":"n"}]}`: "duplicate id",
		`{"nodes":[{"id":"n","type":"tab"}]}`:                     "invalid node type: tab",
		`{"nodes":[],"configs":[{"id":"n","type":"subflow"}]}`:    "invalid node type: subflow",
		`{"nodes":{}}`:             "nodes should be a list of objects",
		`{"nodes":[7]}`:            "nodes[0] is no object",
		`{"nodes":[{"type":"n"}]}`: "entry 2 has no id",
		`{"nodes":[{"id":"zz"}]}`:  "has no type",
	} {
		var refused *FlowError
		if _, _, err := AddFlow(d, object(t, body)); !errors.As(err, &refused) || !strings.Contains(err.Error(), want) {
			t.Errorf("add %s: %v, want %s", body, err, want)
		}
		if _, err := PutFlow(d, "t", object(t, body)); !errors.As(err, &refused) || !strings.Contains(err.Error(), want) {
			t.Errorf("put %s: %v, want %s", body, err, want)
		}
	}
	if _, err := PutFlow(d, "global", object(t, `{"subflows":[{"id":"x","type":"tab"}]}`)); err == nil || err.Error() != "invalid node type: tab" {
		t.Errorf("a tab among subflows: %v", err)
	}
	if _, err := PutFlow(d, "none", object(t, `{"nodes":[]}`)); !errors.Is(err, ErrNoFlow) {
		t.Errorf("put: %v, want ErrNoFlow", err)
	}
	if _, err := RemoveFlow(d, "s"); !errors.Is(err, ErrNoFlow) {
		t.Errorf("remove a subflow: %v, want ErrNoFlow", err)
	}
	if _, err := RemoveFlow(d, "global"); err == nil || err.Error() != "not allowed to remove global" {
		t.Errorf("remove global: %v", err)
	}
	if string(d.JSON()) != string(document(t, several).JSON()) {
		t.Error("the document changed")
	}
}

func ids(d *Document) string {
	var all []string
	for _, o := range d.Objects() {
		all = append(all, o.ID)
	}
	return strings.Join(all, " ")
}

func TestPutFlow(t *testing.T) {
	d := document(t, several)
	n, err := PutFlow(d, "t", object(t, `{"id":"other","label":"New","nodes":[{"id":"b","type":"n","z":"u","x":1,"y":1,"wires":[]},{"id":"a","type":"n","x":1,"y":1,"wires":[]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := ids(n); got != "k t b a u s s1 sk q" {
		t.Errorf("objects %s", got)
	}
	if got := string(msg.Encode(n.Find("t").Raw())); got != `{"id":"t","type":"tab","label":"New"}` {
		t.Errorf("the tab is %s", got)
	}
	if n.Find("b").Z != "t" || n.Find("a").Z != "t" {
		t.Error("the nodes are not on the tab")
	}

	n, err = PutFlow(d, "global", object(t, `{"configs":[{"id":"k2","type":"cfg"}],"subflows":[{"id":"r","type":"subflow","nodes":[{"id":"r1","type":"n","x":1,"y":1}],"configs":[{"id":"rk","type":"cfg"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := ids(n); got != "r r1 rk k2 t a g tk lo u" {
		t.Errorf("objects %s", got)
	}
	if n.Find("r").Raw().Has("nodes") || n.Find("r1").Z != "r" || n.Find("rk").Z != "r" || n.Find("k2").Z != "" {
		t.Errorf("the subflow is %s", n.JSON())
	}
}

// TestPutBack: what GET returns changes nothing when it is PUT back, but that
// secrets stay where they are.
func TestPutBack(t *testing.T) {
	for _, id := range []string{"t", "u", "implicit"} {
		d := document(t, several)
		d.TakeCredentials()
		flow, err := GetFlow(d, id)
		if err != nil {
			t.Fatal(err)
		}
		n, err := PutFlow(d, id, flow)
		if err != nil {
			t.Fatal(err)
		}
		if id == "implicit" { // which becomes a real one, and so starts anew
			if n.Find(id).Kind != Tab {
				t.Error("there is no tab")
			}
			continue
		}
		if c := Diff(d, n).Restarts("flows"); len(c) > 0 {
			t.Errorf("%s: restarts %s", id, words(c))
		}
	}
}

func TestRemoveFlow(t *testing.T) {
	d := document(t, several)
	for id, want := range map[string]string{"t": "k u s s1 sk q", "implicit": "k t a g tk lo u s s1 sk"} {
		n, err := RemoveFlow(d, id)
		if err != nil {
			t.Fatal(err)
		}
		if got := ids(n); got != want {
			t.Errorf("without %s: %s, want %s", id, got, want)
		}
	}
}

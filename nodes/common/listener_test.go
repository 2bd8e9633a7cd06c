package common

import (
	"reflect"
	"testing"

	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

func TestListenersScope(t *testing.T) {
	for _, c := range []struct {
		typ, config string
		want        node.Scope
	}{
		{"catch", `{}`, node.Scope{Kind: node.Errors}},
		{"catch", `{"scope":null,"uncaught":true}`, node.Scope{Kind: node.Errors, Uncaught: true}},
		{"catch", `{"scope":"group"}`, node.Scope{Kind: node.Errors, Group: true}},
		{"catch", `{"scope":["a","b"]}`, node.Scope{Kind: node.Errors, Nodes: []string{"a", "b"}}},
		{"catch", `{"scope":[]}`, node.Scope{Kind: node.Errors, Nodes: []string{}}},
		{"catch", `{"scope":""}`, node.Scope{Kind: node.Errors}},
		{"status", `{"scope":null}`, node.Scope{Kind: node.Statuses}},
		{"status", `{"scope":"group"}`, node.Scope{Kind: node.Statuses, Group: true}},
		{"status", `{"scope":["a"]}`, node.Scope{Kind: node.Statuses, Nodes: []string{"a"}}},
		{"complete", `{"scope":["a"],"uncaught":false}`, node.Scope{Kind: node.Completions, Nodes: []string{"a"}}},
		{"complete", `{}`, node.Scope{Kind: node.Completions, Nodes: []string{}}},
	} {
		n := nodetest.New(t, c.typ, c.config)
		if got := n.Instance().Value.(node.Listener).Scope(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s %s: %+v, want %+v", c.typ, c.config, got, c.want)
		}
	}
}

// Nodes that pass a message on do that and nothing else, and have the ports
// that Node-RED draws.
func TestPassingOn(t *testing.T) {
	for typ, inputs := range map[string]int{"catch": 0, "status": 0, "complete": 0, "link in": 0, "junction": 1} {
		n := nodetest.New(t, typ, `{}`)
		if err := n.Send(`{"payload":{"a":1},"error":{"message":"x"}}`); err != nil {
			t.Errorf("%s: %v", typ, err)
		}
		if got := n.Sent().String(); got != `[[{"payload":{"a":1},"error":{"message":"x"}}]]` {
			t.Errorf("%s sent %s", typ, got)
		}
		if in := n.Instance(); in.Inputs != inputs || in.Outputs != 1 {
			t.Errorf("%s has %d inputs and %d outputs", typ, in.Inputs, in.Outputs)
		}
	}
	for typ, want := range map[string][2]int{"comment": {0, 0}, "link out": {1, 0}, "link call": {1, 1}, "inject": {0, 1}, "debug": {1, 0}} {
		if in := nodetest.New(t, typ, `{}`).Instance(); in.Inputs != want[0] || in.Outputs != want[1] {
			t.Errorf("%s has %d inputs and %d outputs", typ, in.Inputs, in.Outputs)
		}
	}
}

func TestLinkInNamesItsEnds(t *testing.T) {
	n := nodetest.New(t, "link in", `{"links":["lo1"]}`)
	if l := nodetest.Of[LinkIn](n).Links(); l.End != node.LinkIn || len(l.IDs) != 1 || l.IDs[0] != "lo1" {
		t.Errorf("links %+v", l)
	}
	n = nodetest.New(t, "link call", `{"linkType":"dynamic","links":["li1"]}`)
	if l := nodetest.Of[LinkCall](n).Links(); l.End != node.LinkCall || l.IDs != nil {
		t.Errorf("a dynamic call names %+v", l)
	}
}

func TestGlobalConfigIsAConfigNode(t *testing.T) {
	typ, ok := node.Lookup("global-config")
	if !ok || !typ.IsConfig() {
		t.Fatal("global-config is no config node")
	}
	if problems := nodetest.Check(t, "global-config", `{"env":[{"name":"A","type":"str","value":"x"}],"modules":{"node-red-node-x":"1.0.0"}}`); len(problems) != 0 {
		t.Errorf("problems %q", problems)
	}
}

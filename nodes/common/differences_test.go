package common

import (
	"testing"

	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/flows"
	_ "github.com/flowrill/flowrill/nodes/function" // switch, change
)

func TestDifferences(t *testing.T) {
	for _, c := range []struct{ name, nodes, want string }{
		{"a store of Node-RED's", `{"id":"n","type":"change","z":"t","x":1,"y":1,"rules":[{"t":"set","p":"#:(disk)::a","pt":"flow"}]}`,
			`rules: there is no context store "disk": the default, memory, is used; persistent is kept on disk`},
		{"stores that are there", `{"id":"n","type":"change","z":"t","x":1,"y":1,"rules":[{"t":"set","p":"#:(persistent)::a","pt":"flow","to":"#:(memory)::a"}]}`, ""},
		{"a node that is disabled", `{"id":"n","type":"change","z":"t","x":1,"y":1,"d":true,"rules":[{"p":"#:(disk)::a"}]}`, ""},
		{"completion of a switch", `{"id":"n","type":"complete","z":"t","x":1,"y":1,"scope":["gone","s"]},{"id":"s","type":"switch","z":"t","name":"which","x":1,"y":1}`,
			`scope[1]: "which" is a switch, which never completes in Node-RED: this node gets messages here`},
		{"completion of a change", `{"id":"n","type":"complete","z":"t","x":1,"y":1,"scope":["s"]},{"id":"s","type":"change","z":"t","x":1,"y":1}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := flows.Parse([]byte(`[{"id":"t","type":"tab"},` + c.nodes + `]`))
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, p := range differences(d, "") {
				if p.Severity != flows.Notice || p.Code != string(node.Differs) || p.Node != "n" {
					t.Errorf("%+v", p)
				}
				got += p.Property + ": " + p.Message
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

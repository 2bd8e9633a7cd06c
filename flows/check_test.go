package flows

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	const tab = `{"id":"t","type":"tab"},`
	for name, c := range map[string]struct{ doc, want string }{
		"fine": {"[" + strings.Join(base, ",") + "]", ""},
		"duplicate id": {`[` + tab + `{"id":"a","type":"n","name":"one","z":"t","x":1,"y":1},{"id":"a","type":"m","z":"t","x":1,"y":1}]`,
			`error duplicate_id a id: the id is taken by node "one"; the later one counts`},
		"wire to nowhere": {`[` + tab + `{"id":"a","type":"n","z":"t","x":1,"y":1,"wires":[[],["b"]]}]`,
			`notice missing_node a wires[1]: the wire leads to b, which does not exist`},
		"wire to a config node": {`[` + tab + `{"id":"k","type":"c"},{"id":"a","type":"n","z":"t","x":1,"y":1,"wires":[["k","t"]]}]`,
			`notice no_node a wires[0]: the wire leads to the config node "c", which takes no messages` + "\n" +
				`notice no_node a wires[0]: the wire leads to the tab "tab", which takes no messages`},
		"wire to another tab": {`[` + tab + `{"id":"u","type":"tab"},{"id":"b","type":"n","z":"u","x":1,"y":1},{"id":"a","type":"n","z":"t","x":1,"y":1,"wires":[["b"]]}]`,
			`notice node_elsewhere a wires[0]: the wire leads to "n", which is in another container`},
		"wires no list": {`[` + tab + `{"id":"a","type":"n","z":"t","x":1,"y":1,"wires":["b"]},{"id":"b","type":"n","z":"t","x":1,"y":1,"wires":[[1]]}]`,
			"error wrong_kind a wires: should be a list with, for each output, a list of node ids\nerror wrong_kind b wires: should be a list with, for each output, a list of node ids"},
		"no tab": {`[{"id":"a","type":"n","x":1,"y":1},{"id":"b","type":"n","z":"","x":1,"y":1},{"id":"k","type":"c"}]`,
			"notice no_container a z: the node is on no tab and does not run\nnotice no_container b z: the node is on no tab and does not run"},
		"missing tab": {`[{"id":"a","type":"n","z":"q","x":1,"y":1}]`,
			`notice missing_container a z: there is no tab or subflow q; one without a label stands in`},
		"on a node": {`[{"id":"a","type":"c"},{"id":"b","type":"n","z":"a","x":1,"y":1}]`,
			`notice missing_container b z: a is no tab or subflow but a config node; a tab without a label stands in`},
		"z no text": {`[{"id":"a","type":"c","z":7}]`, `error wrong_kind a z: should be the text of an id`},
		"groups": {`[` + tab + `{"id":"u","type":"tab"},{"id":"g","type":"group","z":"u","nodes":["x"]},{"id":"a","type":"n","z":"t","g":"g","x":1,"y":1},{"id":"b","type":"n","z":"t","g":"h","x":1,"y":1}]`,
			`notice missing_node g nodes: the group lists x, which does not exist` + "\n" + `notice group_elsewhere a g: the group "group" is in another container` + "\n" + `notice missing_group b g: there is no group h`},
		"group ring": {`[` + tab + `{"id":"g","type":"group","z":"t","g":"h"},{"id":"h","type":"group","z":"t","g":"g"},{"id":"i","type":"group","z":"t","g":"g"}]`,
			"error group_ring g g: the group is inside itself\nerror group_ring h g: the group is inside itself"},
		"missing subflow": {`[` + tab + `{"id":"i","type":"subflow:s","z":"t","x":1,"y":1},{"id":"j","type":"subflow:t","z":"t","x":1,"y":1}]`,
			"error missing_subflow i type: there is no subflow \"s\"\nerror missing_subflow j type: there is no subflow \"t\""},
		"subflow ring": {`[{"id":"s","type":"subflow","name":"S"},{"id":"r","type":"subflow","name":"R"},{"id":"q","type":"subflow","name":"Q"},
			{"id":"1","type":"subflow:r","z":"s","x":1,"y":1},{"id":"2","type":"subflow:s","z":"r","x":1,"y":1},{"id":"3","type":"subflow:s","z":"q","x":1,"y":1},{"id":"4","type":"subflow:q","z":"q","x":1,"y":1}]`,
			"error subflow_ring 1 type: the subflow \"S\" contains itself by way of this node\nerror subflow_ring 2 type: the subflow \"R\" contains itself by way of this node\nerror subflow_ring 4 type: the subflow \"Q\" contains itself by way of this node"},
		"subflow borders": {`[{"id":"s","type":"subflow","in":[{"wires":[{"id":"a"},{"id":"z"}]}],"out":[{"wires":[{"id":"s","port":0}]},{"wires":[{"id":"y"}]}],"status":{"wires":[{}]}},{"id":"a","type":"n","z":"s","x":1,"y":1}]`,
			"notice missing_node s in[0]: the wire is to \"z\", which is not in this subflow\nnotice missing_node s out[1]: the wire is to \"y\", which is not in this subflow\nnotice missing_node s status: the wire is to \"\", which is not in this subflow"},
		"links": {`[` + tab + `{"id":"o","type":"link out","z":"t","x":1,"y":1,"links":["i","q","o"]},{"id":"i","type":"link-in","z":"t","x":1,"y":1,"links":["o","c","i"]},{"id":"c","type":"link call","z":"t","x":1,"y":1,"links":["i"]}]`,
			"notice missing_node o links: the link leads to q, which does not exist\nnotice no_link o links: the link leads to \"link out\", which is no link in node\nnotice no_link i links: the link leads to \"link-in\", which is no link out or link call node"},
		"env":                   {`[{"id":"t","type":"tab","env":"A=1"},{"id":"u","type":"tab","env":[{"value":"x"}]}]`, "error wrong_kind t env: should be a list of variables, each with name, type and value\nnotice no_name u env[0]: the variable has no name and is left out"},
		"env of a node":         {`[{"id":"k","type":"c","env":"whatever"}]`, ""},
		"two global-configs":    {`[{"id":"g","type":"global-config"},{"id":"h","type":"global-config"}]`, "notice second_global_config h : there is a global-config already, g; one is expected"},
		"encrypted credentials": {`{"flows":[],"credentials":{"$":"00"}}`, "notice encrypted_credentials  credentials: Node-RED encrypted these; they cannot be read here and must be entered again"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := Parse([]byte(c.doc))
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for _, p := range d.Check() {
				lines = append(lines, strings.Join([]string{p.Severity.String(), p.Code, p.Node, p.Property + ": " + p.Message}, " "))
			}
			if got := strings.Join(lines, "\n"); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestProblemText(t *testing.T) {
	d := document(t, []string{`{"id":"n1","type":"send-sms","name":"greet"}`})
	o := *d.Find("n1")
	o.File = "flows.json"
	p := o.Problem(Notice, "empty", "to", "is %s", "empty")
	if want := `flows.json: node "greet" (send-sms n1): to: is empty`; p.String() != want {
		t.Errorf("got %s, want %s", p, want)
	}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"severity":"notice","file":"flows.json","node":"n1","name":"greet","type":"send-sms","property":"to","message":"is empty","code":"empty"}`; string(text) != want {
		t.Errorf("got %s, want %s", text, want)
	}
	var back Problem
	if err := json.Unmarshal(text, &back); err != nil || back != p {
		t.Errorf("came back as %+v (%v)", back, err)
	}
	if err := json.Unmarshal([]byte(`{"severity":"bad"}`), &back); err == nil {
		t.Error("an unknown severity was taken")
	}
}

package parser

import (
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/nodetest"
)

func TestYAML(t *testing.T) {
	sent, err := nodetest.Run(t, "yaml", `{"property":"d.y"}`,
		`{"d":{"y":"b: 1\na: [x, 2001-12-14]\n"}}`, `{"d":{"y":{"b":1,"a":["x",null]}}}`, `{"d":{"y":[]}}`, `{"d":{"y":null}}`,
		`{"d":{"y":""}}`, `{"payload":1}`, `{"d":{"y":5}}`, `{"d":{"y":true}}`)
	if err != nil {
		t.Fatal(err)
	}
	sent.Want(t, `[[{"d":{"y":{"b":1,"a":["x","2001-12-14T00:00:00.000Z"]}}},{"d":{"y":"b: 1\na:\n  - x\n  - null\n"}},{"d":{"y":"[]\n"}},{"d":{"y":"null\n"}},
		{"d":{}},{"payload":1}]]`)
}

func TestYAMLFails(t *testing.T) {
	sent, err := nodetest.Run(t, "yaml", `{}`, `{"payload":"a: [1, 2"}`)
	if err == nil || !strings.HasPrefix(err.Error(), "yaml: ") {
		t.Errorf("error %v", err)
	}
	sent.Want(t, `[[]]`)
	n := nodetest.New(t, "yaml", `{}`)
	if err := n.Receive(msg.Of("payload", []byte("a: 1"))); err != nil {
		t.Fatal(err)
	}
	n.Sent().Want(t, `[[]]`) // as in Node-RED
	if got := n.Logs(); len(got) != 1 || got[0] != "WARN Ignored non-object payload" {
		t.Errorf("logs %q", got)
	}
}

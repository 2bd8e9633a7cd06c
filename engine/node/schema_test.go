package node_test

import (
	"os"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// The golden schema is the one that the editor is held to as well.
func TestSchemaGolden(t *testing.T) {
	golden, err := os.ReadFile("testdata/send-sms.json")
	if err != nil {
		t.Fatal(err)
	}
	want, err := msg.Decode(golden)
	if err != nil {
		t.Fatal(err)
	}
	typ, _ := node.Lookup("sendsms")
	if got, want := string(typ.JSON()), string(msg.Encode(want)); got != want {
		t.Errorf("schema\n%s\nwant\n%s", got, want)
	}
}

package cmd

import (
	"bytes"
	"os"
	"testing"

	"github.com/flowrill/flowrill/engine/node"
)

func TestTheReferenceIsWhatTheCodeSays(t *testing.T) {
	var want bytes.Buffer
	if err := node.Markdown(&want); err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile("../docs/nodes.md")
	if err != nil || !bytes.Equal(have, want.Bytes()) {
		t.Errorf("docs/nodes.md is not what flowrill nodes --markdown prints; make docs (%v)", err)
	}
}

package node_test

import (
	"testing"

	"github.com/flowrill/flowrill/engine/nodetest"
)

func TestEvery(t *testing.T) { nodetest.Every(t) }

func TestRun(t *testing.T) {
	rules := `{"rules":[{"t":"eq","v":"5","vt":"num"},{"t":"else"}],"checkall":"true"}`
	sent, err := nodetest.Run(t, "switch", rules, `{"payload":5}`, `{"payload":"x"}`)
	if err != nil {
		t.Fatal(err)
	}
	sent.Want(t, `[[{"payload":5}],[{"payload":"x"}]]`)
}

package common

import (
	"context"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Status sends on what other nodes show below themselves (contract runtime.md
// §5).
type Status struct {
	Nodes any `prop:"scope" label:"Report status of" widget:"scope" help:"All nodes of the flow, those of the same group, or the ones chosen."`
}

func init() {
	node.Register[Status](node.Type{
		Name: "status", Category: "common", Icon: "activity", Outputs: []string{"status"},
		Help: "Sends a message whenever a node of this flow changes its status.\n\n" +
			"`msg.status` has `text`, `fill`, `shape` and in `source` the `id`, `type` and `name` of the node. A status that is cleared comes without them.\n\n" +
			"Nodes that this one is wired to are left out, so that nothing goes round.\n\n" +
			"Example: status (of an mqtt-in) → switch on `msg.status.fill` → send-sms when it is *red*.",
	})
}

// Scope tells the engine whose statuses to bring.
func (s *Status) Scope() node.Scope { return scopeOf(node.Statuses, s.Nodes) }

// Receive passes on the message that the engine made.
func (*Status) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	out.Send(m)
	return nil
}

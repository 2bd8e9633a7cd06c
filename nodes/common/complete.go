package common

import (
	"context"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Complete sends on the messages that other nodes are done with (contract
// runtime.md §6).
type Complete struct {
	Nodes any `prop:"scope" label:"When done" widget:"scope" help:"The nodes to wait for."`
}

func init() {
	node.Register[Complete](node.Type{
		Name: "complete", Category: "common", Icon: "circle-check", Outputs: []string{"done"},
		Help: "Sends a message when one of the chosen nodes is done with one.\n\n" +
			"It is a copy of that message as the node left it, with `msg.complete.source` (`id`, `type`, `name`) added. " +
			"Use it after nodes without an output, or to do something when a delay has ended. A node that fails is not done: see *catch*.\n\n" +
			"Example: complete (of an http-response) → debug shows what was answered.",
	})
}

// Scope tells the engine whose completions to bring; of none if none is
// chosen.
func (c *Complete) Scope() node.Scope {
	s := scopeOf(node.Completions, c.Nodes)
	if s.Nodes == nil && !s.Group {
		s.Nodes = []string{}
	}
	return s
}

// Receive passes on the message that the engine made.
func (*Complete) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	out.Send(m)
	return nil
}

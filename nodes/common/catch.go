package common

import (
	"context"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Catch sends on the messages that other nodes failed with (contract
// runtime.md §4).
type Catch struct {
	Nodes    any  `prop:"scope" label:"Catch errors of" widget:"scope" help:"All nodes of the flow, those of the same group, or the ones chosen."`
	Uncaught bool `prop:"uncaught" label:"Only uncaught" help:"Leave alone what another catch node takes."`
}

func init() {
	node.Register[Catch](node.Type{
		Name: "catch", Category: "common", Icon: "shield-alert", Outputs: []string{"error"},
		Help: "Sends on the message that a node of this flow failed with.\n\n" +
			"`msg.error` says what went wrong: `message`, and in `source` the `id`, `type`, `name` and `count` of the node. " +
			"An error that was there before moves to `msg._error`.\n\n" +
			"Every matching catch node gets its own copy: those in the same group first, then those that list the node, then those for the whole flow.\n\n" +
			"Example: catch → change (set `msg.payload` to *Sorry, try again later*) → send-sms.",
	})
}

// Scope tells the engine whose errors to bring.
func (c *Catch) Scope() node.Scope {
	s := scopeOf(node.Errors, c.Nodes)
	s.Uncaught = c.Uncaught
	return s
}

// Receive passes on the message that the engine made.
func (*Catch) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	out.Send(m)
	return nil
}

// scopeOf reads the property scope: null is the whole flow, "group" the node's
// own group, a list the nodes with these ids.
func scopeOf(kind node.ScopeKind, scope any) node.Scope {
	switch v := scope.(type) {
	case string:
		if v == "group" {
			return node.Scope{Kind: kind, Group: true}
		}
		return node.Scope{Kind: kind, Nodes: []string{v}}
	case *msg.List:
		ids := make([]string, v.Len())
		for i, id := range v.Items {
			ids[i] = msg.Text(id)
		}
		return node.Scope{Kind: kind, Nodes: ids}
	}
	return node.Scope{Kind: kind}
}

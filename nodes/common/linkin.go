package common

import (
	"context"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// LinkIn is where link-out and link-call nodes send to (contract runtime.md
// §7).
type LinkIn struct {
	Ends []string `prop:"links" label:"Linked from" widget:"links" help:"The link-out nodes whose messages arrive here. A link counts if either end lists the other."`
}

func init() {
	node.Register[LinkIn](node.Type{
		Name: "link-in", Aliases: []string{"link in"}, Category: "common", Icon: "log-in", Outputs: []string{"out"},
		Help: "Begins a part of a flow that *link-out* nodes send to, from this tab or another.\n\n" +
			"A *link-call* reaches it by id or by name, and gets the answer back from a *link-out* in return mode.\n\n" +
			"Example: link-in *greet* → template → link-out (return).",
	})
}

// Inputs: what arrives comes over links.
func (*LinkIn) Inputs() int { return 0 }

// Links tells the engine who sends here.
func (l *LinkIn) Links() node.Link { return node.Link{End: node.LinkIn, IDs: l.Ends} }

// Receive passes the message on.
func (*LinkIn) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	out.Send(m)
	return nil
}

package common

import (
	"context"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// LinkOut sends to link-in nodes, or back to the link-call that asked
// (contract runtime.md §7).
type LinkOut struct {
	Mode string   `prop:"mode" label:"Mode" enum:"link=send to link-in,return=return to link-call" default:"link"`
	Ends []string `prop:"links" label:"Linked to" widget:"links" when:"mode != 'return'" help:"The link-in nodes to send to, on any tab."`

	env *node.Env
}

func init() {
	node.Register[LinkOut](node.Type{
		Name: "link-out", Aliases: []string{"link out"}, Category: "common", Icon: "log-out",
		Help: "Sends a message to every linked *link-in* node, on this tab or another, as if there were a wire.\n\n" +
			"In *return* mode it gives the message back to the *link-call* that it came from; calls may be nested. " +
			"A message that has lost `msg._linkSource`, because a new one was made on the way, cannot return.\n\n" +
			"Example: link-call → link-in → template → link-out (return).",
	})
}

// Links tells the engine whom this node sends to.
func (l *LinkOut) Links() node.Link {
	if l.Mode == "return" {
		return node.Link{End: node.LinkReturn}
	}
	return node.Link{End: node.LinkOut, IDs: l.Ends}
}

// Open keeps what Receive needs of the engine.
func (l *LinkOut) Open(_ context.Context, env *node.Env) error {
	l.env = env
	return nil
}

// Receive sends over the links, which the engine has made wires of the first
// port, or back.
func (l *LinkOut) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	if l.Mode == "return" {
		l.giveBack(ctx, m, out)
		return nil
	}
	m.Set("_event", "node:"+l.env.ID)
	out.Send(m)
	return nil
}

// giveBack pops the last caller off msg._linkSource.
func (l *LinkOut) giveBack(ctx context.Context, m *msg.Object, out node.Out) {
	callers, _ := m.Get("_linkSource").(*msg.List)
	if callers.Len() == 0 {
		node.Log(ctx).Warn("Missing return node information")
		return
	}
	last := len(callers.Items) - 1
	caller, _ := callers.Items[last].(*msg.Object)
	callers.Items = callers.Items[:last]
	call, _ := caller.Get("node").(string)
	id, _ := caller.Get("id").(string)
	l.env.Links.Return(out, m, call, id)
}

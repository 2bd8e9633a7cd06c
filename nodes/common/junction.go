package common

import (
	"context"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Junction is a point where wires meet and part.
type Junction struct{}

func init() {
	node.Register[Junction](node.Type{
		Name: "junction", Category: "common", Icon: "circle-dot", Outputs: []string{"out"},
		Help: "A point where wires meet and part. Messages pass unchanged.\n\n" +
			"Over several wires the first gets the message and the others copies, as everywhere.\n\n" +
			"Example: five switches into one junction, one wire from it to debug.",
	})
}

// Receive passes the message on.
func (*Junction) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	out.Send(m)
	return nil
}

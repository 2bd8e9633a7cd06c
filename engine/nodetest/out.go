package nodetest

import (
	"context"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// out is both node.Out and node.Late; it records for one Receive or Start.
type out struct {
	n     *Node
	late  bool
	ended bool
}

func (o *out) Send(m *msg.Object) { o.SendTo(m, 0) }

func (o *out) SendTo(m *msg.Object, ports ...int) {
	if m == nil {
		return
	}
	for _, port := range ports {
		o.n.take(m, port)
	}
	if len(ports) > 0 {
		m.Poison("was sent")
	}
}

func (o *out) SendAll(byPort [][]*msg.Object) {
	seen := make(map[*msg.Object]bool)
	for port, list := range byPort {
		for _, m := range list {
			if m == nil {
				continue
			}
			o.n.take(m, port)
			seen[m] = true
		}
	}
	for m := range seen {
		m.Poison("was sent")
	}
}

// take keeps a copy of what was sent.
func (n *Node) take(m *msg.Object, port int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if port < 0 || port >= len(n.sent) {
		n.t.Errorf("nodetest: sent to port %d of a node with %d outputs: %s", port, len(n.sent), m)
		return
	}
	n.sent[port] = append(n.sent[port], m.Clone())
}

func (o *out) Fail(m *msg.Object, err error) {
	if err == nil {
		o.n.t.Errorf("nodetest: Fail without an error")
		return
	}
	o.n.fail(m, err)
}

func (n *Node) fail(m *msg.Object, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.errs = append(n.errs, err)
	n.failed = append(n.failed, m.Clone())
}

func (o *out) Status(s node.Status) { o.n.Status(s) }

// Status records a status, as the node does through Out and Env.
func (n *Node) Status(s node.Status) { record(n, &n.statuses, s) }

// Later is a Late of its own: each must be Done once.
func (o *out) Later() node.Late { return &out{n: o.n, late: true} }

func (o *out) Emit(ctx context.Context, m *msg.Object, ports ...int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var end error
	if o.n.around.emit != nil {
		end = o.n.around.emit(m)
	}
	o.SendTo(m, ports...)
	return end
}

func (o *out) Done(m *msg.Object, err error) {
	o.n.mu.Lock()
	twice := o.ended
	o.ended = true
	o.n.mu.Unlock()
	switch {
	case !o.late:
		o.n.t.Errorf("nodetest: Done on what Start was given: take a Later per message")
	case twice:
		o.n.t.Errorf("nodetest: Done twice")
	case err != nil:
		o.n.fail(m, err)
	default:
		o.n.mu.Lock()
		o.n.done++
		o.n.mu.Unlock()
	}
}

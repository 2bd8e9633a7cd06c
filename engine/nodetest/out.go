package nodetest

import (
	"context"
	"sync/atomic"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// out is both node.Out and node.Late; it records for one Receive, its Later,
// or a Start.
type out struct {
	n      *Node
	source bool        // what Start was given: no Done of its own
	late   *out        // what Later made for a Receive
	isLate bool        // made by Later
	done   atomic.Bool // Done was called
	stale  atomic.Bool // Receive has returned
}

func (o *out) Send(m *msg.Object) { o.SendTo(m, 0) }

func (o *out) SendTo(m *msg.Object, ports ...int) {
	byPort := make([][]*msg.Object, len(o.n.in.Type.Outputs))
	for _, port := range ports {
		for len(byPort) <= port {
			byPort = append(byPort, nil)
		}
		if port < 0 {
			o.n.t.Errorf("nodetest: sent to port %d", port)
			continue
		}
		byPort[port] = append(byPort[port], m)
	}
	o.SendAll(byPort)
}

func (o *out) SendAll(byPort [][]*msg.Object) {
	if o.stale.Load() {
		o.n.t.Errorf("nodetest: sent through Out after Receive returned: take Later")
	}
	o.n.take(byPort)
}

// take keeps copies of what was sent and poisons it.
func (n *Node) take(byPort [][]*msg.Object) {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := make(map[*msg.Object]bool)
	for port, list := range byPort {
		for _, m := range list {
			switch {
			case m == nil:
				continue
			case port >= len(n.sent):
				n.t.Errorf("nodetest: sent to port %d of a node with %d outputs: %s", port, len(n.sent), m)
				continue
			case n.given[m] && !now[m]:
				n.t.Errorf("nodetest: sent a message that was given away before: send a clone: %s", m)
			}
			n.given[m], now[m] = true, true
			n.sent[port] = append(n.sent[port], m.Clone())
		}
	}
	for m := range now {
		m.Poison("was sent")
	}
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

// Later is one Late per Receive, and a new one per call for a source; each
// may be Done once.
func (o *out) Later() node.Late {
	switch {
	case o.isLate:
		return o
	case o.source:
		return &out{n: o.n, isLate: true}
	case o.late == nil:
		o.late = &out{n: o.n, isLate: true}
	}
	return o.late
}

// Emit without ports sends through the first, as the engine does.
func (o *out) Emit(ctx context.Context, m *msg.Object, ports ...int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var end error
	if o.n.around.emit != nil {
		end = o.n.around.emit(m)
	}
	if len(ports) == 0 {
		ports = []int{0}
	}
	o.SendTo(m, ports...)
	return end
}

func (o *out) Done(m *msg.Object, err error) {
	switch {
	case o.source:
		o.n.t.Errorf("nodetest: Done on what Start was given: take a Later per message")
	case o.done.Swap(true):
		o.n.t.Errorf("nodetest: Done twice")
	case err != nil:
		o.n.fail(m, err)
	default:
		o.n.mu.Lock()
		o.n.done++
		o.n.mu.Unlock()
	}
}

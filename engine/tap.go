package engine

import "github.com/flowrill/flowrill/engine/msg"

// Tap sees each message that goes over a wire, on the carrier that sends it:
// it must not block, and may look at m or clone it, but not keep it. The wire
// is the one people see: what leaves a subflow comes from its instance.
type Tap func(from *NodeInfo, port int, to *NodeInfo, m *msg.Object)

// SetTap makes t see what is sent from now on; nil ends that. While there is
// none, a send pays one atomic load.
func (e *Engine) SetTap(t Tap) {
	if t == nil {
		e.tap.Store(nil)
		return
	}
	e.tap.Store(&t)
}

// portOf is an output of a node as people see it.
type portOf struct {
	n    *instance
	port int
}

// wireOf is a wire as messages go it.
type wireOf struct {
	from *instance
	port int
	to   *instance
}

func (o *out) tapped(t *Tap, port int, to *instance, m *msg.Object) {
	from := portOf{o.n, port}
	if o.n.info.Flow != to.info.Flow {
		if seen, ok := o.c.eng.graph.Load().exits[wireOf{o.n, port, to}]; ok {
			from = seen
		}
	}
	(*t)(&from.n.info, from.port, &to.info, m)
}

package engine

import (
	"fmt"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// links is the node.Links of one node.
type links struct{ n *instance }

// Call implements node.Links. The id of a link-in wins over a name; of names,
// one in the caller's own flow over those of other tabs (runtime.md §7).
func (l *links) Call(out node.Out, m *msg.Object, target string) error {
	g := l.n.eng.graph.Load()
	if p := g.places[target]; p != nil && p.link.End == node.LinkIn && (p.n.info.Flow == l.n.info.Flow || p.flow.instance == nil) {
		l.deliver(out, delivery{to: p.n, m: m})
		return nil
	}
	var own, others []*place
	for _, p := range g.order {
		if p.link.End != node.LinkIn || p.n.info.Name != target || target == "" {
			continue
		}
		if p.n.info.Flow == l.n.info.Flow {
			own = append(own, p)
		} else if p.flow.instance == nil {
			others = append(others, p)
		}
	}
	found := own
	if len(found) == 0 {
		found = others
	}
	switch len(found) {
	case 0:
		return fmt.Errorf("target link-in node '%s' not found", target)
	case 1:
		l.deliver(out, delivery{to: found[0].n, m: m})
		return nil
	}
	return fmt.Errorf("Multiple link-in nodes named '%s' found", target)
}

// Return implements node.Links. A link-call that is gone gets nothing.
func (l *links) Return(out node.Out, m *msg.Object, callNode, id string) {
	p := l.n.eng.graph.Load().places[callNode]
	if p == nil {
		return
	}
	if _, ok := p.n.value.(node.Returner); ok {
		l.deliver(out, delivery{to: p.n, m: m, call: id})
	}
}

// deliver puts a delivery to where out's sends go.
func (l *links) deliver(to node.Out, d delivery) {
	switch o := to.(type) {
	case *out:
		d.hops = o.hops
		o.keep(d.m)
		o.c.put(d)
		o.flush()
	case *late:
		_ = o.do(l.n.ctx, func(c *carrier, hops int32) {
			d.hops = hops
			c.put(d)
		})
	}
}

package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/flows"
)

// subflow builds an instance of a subflow: a node that passes messages on, and
// a flow of its own with a copy of everything in the template (runtime.md §8).
func (b *builder) subflow(f *flow, o *flows.Object, depth int) {
	id := f.newID(o.ID)
	tid := strings.TrimPrefix(o.Type, "subflow:")
	t := b.templates[tid]
	if t == nil || depth >= maxDepth {
		p := &place{o: o, flow: f, group: f.groups[o.G]}
		b.settle(p, id, func() {})
		if t == nil { // which the document's own check has told
			b.graph.missing = append(b.graph.missing, o.Type)
			p.n.fault.Store(&faultError{fmt.Errorf("node cannot run: type: there is no subflow %q", tid)})
			return
		}
		b.spoil(p.n, []flows.Problem{problemOf(o, "type", fmt.Sprintf("subflows are nested more than %d deep, or contain themselves", maxDepth))})
		return
	}
	p := &place{o: o, flow: f, group: f.groups[o.G]}
	b.settle(p, id, func() { p.n.receiver = passOn{} })

	outer := f.vars
	if p.group != nil {
		outer = p.group.vars
	}
	in := &flow{id: id, path: f.path + "/" + o.ID, outer: f, instance: p, groups: map[string]*group{}, ids: map[string]string{}}
	for _, inner := range b.inside[tid] {
		in.ids[inner.ID] = id + "-" + inner.ID
	}
	_, in.ownStatus = t.Raw().Get("status").(*msg.Object)
	in.vars = b.envLevel(o, t, instanceEnv(t, o), outer, map[string]string{
		"NR_SUBFLOW_ID": id, "NR_SUBFLOW_NAME": o.Name, "NR_SUBFLOW_PATH": in.path,
	})
	b.graph.flows[id] = in
	b.offer(b.inside[tid], in)
	b.fill(in, b.inside[tid], depth+1)
	b.subflows = append(b.subflows, subflowWires{p: p, inner: in, template: t})
}

// instanceEnv is the template's env with the instance's entries over it.
func instanceEnv(template, instance *flows.Object) []flows.EnvEntry {
	all := flows.EnvEntries(template.Raw())
	for _, e := range flows.EnvEntries(instance.Raw()) {
		if i := slices.IndexFunc(all, func(have flows.EnvEntry) bool { return have.Name == e.Name }); i >= 0 {
			all[i] = e
		} else {
			all = append(all, e)
		}
	}
	return all
}

// subflowWires is what joins an instance's ports to the nodes inside.
type subflowWires struct {
	p        *place
	inner    *flow
	template *flows.Object
}

// wire resolves every place's wires, links and listeners.
func (b *builder) wire() {
	for _, p := range b.graph.order {
		if p.o.Kind == flows.Instance {
			continue
		}
		if p.link.End == node.LinkOut {
			continue // its links are its wires, whatever the file says (flow-format.md §3)
		}
		p.wires = make([][]*instance, len(p.o.Wires))
		for port, ids := range p.o.Wires {
			p.wires[port] = b.targets(p.flow, ids)
		}
	}
	b.wireSubflows()
	b.wireLinks()
	b.wireListeners()
	b.breakRings()
}

// targets are the nodes of f with these ids of the document; wires to nowhere
// lead nowhere.
func (b *builder) targets(f *flow, ids []string) []*instance {
	var to []*instance
	for _, id := range ids {
		if p := b.graph.places[f.newID(id)]; p != nil && !p.n.config {
			to = append(to, p.n)
		}
	}
	return to
}

// wireSubflows gives each instance's input its inner wires and adds the
// instance's own wires to the inner ports that feed its outputs, so that
// leaving a subflow costs no hop.
func (b *builder) wireSubflows() {
	for _, s := range b.subflows {
		s.p.wires = [][]*instance{nil}
		if in, ok := s.template.Raw().Path("in[0].wires").(*msg.List); ok {
			for _, w := range in.Items {
				if to := s.at(b, w); to != nil {
					s.p.wires[0] = append(s.p.wires[0], to.n)
				}
			}
		}
	}
	// Inner instances come before outer ones in b.subflows, and an output of
	// an inner one may feed an output of the outer: outermost first.
	for _, s := range slices.Backward(b.subflows) {
		outs, _ := s.template.Raw().Get("out").(*msg.List)
		for k := range outs.Len() {
			var to []exit
			if k < len(s.p.o.Wires) {
				for _, n := range b.targets(s.p.flow, s.p.o.Wires[k]) {
					to = append(to, exit{n, portOf{s.p.n, k}})
				}
			}
			b.feed(s, outs.Items[k], append(to, b.extra[portOf{s.p.n, k}]...))
		}
		if s.inner.ownStatus {
			b.feed(s, s.template.Raw().Get("status"), []exit{{to: b.statusOutput(s)}})
		}
	}
}

// statusOutput is the node behind a subflow's status output.
func (b *builder) statusOutput(s subflowWires) *instance {
	p := &place{o: s.p.o, flow: s.inner}
	b.settle(p, s.p.n.info.ID+"-status", func() { p.n.receiver = &subflowStatus{s.p.n} })
	return p.n
}

// exit is where an output of a subflow leads, and the output of an instance
// from which people see the wire come.
type exit struct {
	to   *instance
	seen portOf
}

// feed adds targets to every inner port that a template's output names.
func (b *builder) feed(s subflowWires, output any, to []exit) {
	o, _ := output.(*msg.Object)
	wires, _ := o.Get("wires").(*msg.List)
	if wires == nil {
		return
	}
	for _, w := range wires.Items {
		from, port := s.p, 0
		if id, _ := object(w).Get("id").(string); id != s.template.ID {
			if from = s.at(b, w); from == nil {
				continue
			}
			port = int(msg.Number(object(w).Get("port")))
		}
		if from != s.p && from.o.Kind == flows.Instance {
			key := portOf{from.n, port}
			b.extra[key] = append(b.extra[key], to...)
			continue
		}
		for port >= len(from.wires) {
			from.wires = append(from.wires, nil)
		}
		for _, x := range to {
			if port < 0 {
				break
			}
			from.wires[port] = append(from.wires[port], x.to)
			if x.seen.n != nil {
				b.graph.exits[wireOf{from.n, port, x.to}] = x.seen
			}
		}
	}
}

func object(v any) *msg.Object {
	o, _ := v.(*msg.Object)
	return o
}

// at is the inner node that a template's wire names.
func (s subflowWires) at(b *builder, w any) *place {
	id, _ := object(w).Get("id").(string)
	if id == "" {
		return nil
	}
	return b.graph.places[s.inner.newID(id)]
}

// wireLinks joins link nodes: a connection exists if either end names the
// other, within a flow and between tabs, but not across a subflow's border
// (flow-format.md §3, runtime.md §7).
func (b *builder) wireLinks() {
	joined := map[[2]*place]bool{}
	join := func(from, to *place) {
		if from == nil || to == nil || from.link.End != node.LinkOut || to.link.End != node.LinkIn || joined[[2]*place{from, to}] {
			return
		}
		if from.flow != to.flow && (from.flow.instance != nil || to.flow.instance != nil) {
			return
		}
		joined[[2]*place{from, to}] = true
		if len(from.wires) == 0 {
			from.wires = make([][]*instance, 1)
		}
		from.wires[0] = append(from.wires[0], to.n)
	}
	for _, p := range b.graph.order {
		for _, id := range p.link.IDs {
			switch p.link.End {
			case node.LinkOut:
				join(p, b.graph.places[id])
			case node.LinkIn:
				join(b.graph.places[id], p)
			}
		}
	}
}

// wireListeners gives every node those who hear of it.
func (b *builder) wireListeners() {
	for _, f := range b.graph.flows {
		for _, p := range f.listeners {
			for _, port := range p.wires {
				for _, to := range port {
					p.scope.except = append(p.scope.except, to.info.ID)
				}
			}
		}
	}
	type key struct {
		f *flow
		g *group
	}
	shared := map[key]*watch{} // where no listener has a list of nodes
	for _, p := range b.graph.order {
		k := key{p.flow, p.group}
		plain := p.scope == nil && !p.flow.named()
		if w, ok := shared[k]; ok && plain {
			p.watch = w
			continue
		}
		w := &watch{errors: listeners(p, node.Errors), statuses: listeners(p, node.Statuses)}
		for _, l := range p.flow.listeners {
			if _, ok := l.scope.reaches(l, p); ok && l.scope.Kind == node.Completions {
				w.complete = append(w.complete, l.n)
			}
		}
		if len(w.errors)+len(w.statuses)+len(w.complete) == 0 {
			w = nil
		}
		p.watch = w
		if plain {
			shared[k] = w
		}
	}
}

// named tells whether a listener of f lists nodes, so that no two nodes of f
// need have the same listeners.
func (f *flow) named() bool {
	return slices.ContainsFunc(f.listeners, func(p *place) bool { return p.scope.Nodes != nil })
}

// claim finds nodes that want what another has already, and what no flow may
// have.
func (b *builder) claim() {
	owners := map[string]*place{}
	for _, p := range b.graph.order {
		for _, claim := range p.n.claims {
			key := claim.Kind + " " + claim.Key
			if first := owners[key]; first != nil {
				b.spoil(p.n, []flows.Problem{problemOf(p.o, claim.Property,
					fmt.Sprintf("%s %s belongs to node %q (%s) already", claim.Kind, claim.Key, first.o.Label(), first.o.ID))})
				continue
			}
			owners[key] = p
			for _, r := range b.eng.cfg.Reserved {
				if path := strings.ToLower(claim.Path); path == r || strings.HasPrefix(path, r+"/") {
					b.spoil(p.n, []flows.Problem{problemOf(p.o, claim.Property,
						fmt.Sprintf("%s is reserved for the editor and its API; choose another path or another --admin-root", claim.Path))})
				}
			}
		}
	}
}

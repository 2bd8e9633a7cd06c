package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/flows"
)

// config builds a config node once.
func (b *builder) config(c *pending) *place {
	if c.p == nil && !c.running {
		c.running = true
		c.p = b.make(c.flow, c.o, c.id)
		c.running = false
	}
	return c.p
}

// make puts the node for an object into the graph: the one that runs already
// if it may go on, else a new one. One that cannot run is there, but faulty.
func (b *builder) make(f *flow, o *flows.Object, id string) *place {
	p := &place{o: o, flow: f, group: f.groups[o.G]}
	b.settle(p, id, func() { b.decode(p) })
	if l, ok := p.n.value.(node.Listener); ok && p.n.fault.Load() == nil {
		p.scope = &scope{Scope: l.Scope()}
		f.listeners = append(f.listeners, p)
	}
	if l, ok := p.n.value.(node.Linked); ok {
		p.link = l.Links()
	}
	return p
}

// settle puts p into the graph with the instance that may go on, or a new one
// which init completes.
func (b *builder) settle(p *place, id string, init func()) {
	if p.n = b.carryOver(p.flow, p.o, id); p.n != nil {
		p.reused = true
	} else {
		p.n = b.blank(p, id)
		init()
	}
	b.graph.places[id] = p
	b.graph.order = append(b.graph.order, p)
}

// blank is an instance that has only its name.
func (b *builder) blank(p *place, id string) *instance {
	o := p.o
	n := &instance{
		eng: b.eng, config: o.Kind == flows.Config, ready: make(chan struct{}),
		info: NodeInfo{ID: id, Type: o.Type, Name: o.Name, Flow: p.flow.id, Path: p.flow.path},
	}
	if id != o.ID {
		n.info.Alias = o.ID
	}
	ctx, cancel := context.WithCancel(context.Background())
	n.cancel = cancel
	n.ctx = node.WithLog(ctx, b.eng.nodeLog(n))
	return n
}

// decode makes the author's value of an object's configuration.
func (b *builder) decode(p *place) {
	n, o := p.n, p.o
	t, ok := node.Lookup(o.Type)
	if !ok {
		if !b.missing[o.Type] {
			b.missing[o.Type] = true
			b.graph.missing = append(b.graph.missing, o.Type)
		}
		b.spoil(n, []flows.Problem{problemOf(o, "type", fmt.Sprintf("unknown node type %q", o.Type))})
		return
	}
	n.vars, n.flowContext = b.nodeVars(p), p.flow.context(b.eng)
	var unset []string
	lookup := func(name string) (any, bool) {
		v, ok := n.vars.lookup(name)
		if !ok && !slices.Contains(unset, name) {
			unset = append(unset, name)
		}
		return v, ok
	}
	raw := substitute(o.Raw(), lookup, p.flow.ids).(*msg.Object)
	if c := b.credentials[o.ID]; c.Len() > 0 {
		raw = withCredentials(raw, substitute(c, lookup, nil).(*msg.Object))
	}
	in, problems := t.Decode(raw, &node.Binding{
		Node: n.context(), Flow: n.flowContext, Global: b.eng.contextOf("global", "", nil),
		Var: n.vars.lookup, Needs: func(name string) { lookup(name) }, Ref: b.ref,
	})
	n.typ, n.value, n.mode, n.effect, n.refs, n.claims = t, in.Value, t.Mode, t.Effect, in.Refs, in.Claims
	n.receiver, _ = in.Value.(node.Node)
	for i := range problems {
		q := &problems[i]
		q.File, q.Node, q.Name, q.Type = o.File, o.ID, o.Name, o.Type
	}
	problems = append(problems, b.addInbox(n, o)...)
	b.spoil(n, append(problems, b.advice(n, o, unset, !hasErrors(problems))...))
}

// advice is what people should know of a node besides what is wrong with it.
// Of several instances of a subflow's node one tells.
func (b *builder) advice(n *instance, o *flows.Object, unset []string, sound bool) (problems []flows.Problem) {
	notice := func(a node.Advice, property, text string) {
		q := problemOf(o, property, text)
		q.Severity, q.Code = flows.Notice, string(a)
		if !slices.Contains(b.graph.problems, q) && !slices.Contains(problems, q) {
			problems = append(problems, q)
		}
	}
	for _, name := range unset {
		notice(node.NotSet, "", "the variable "+name+" is not set")
	}
	if a, ok := n.value.(node.Adviser); ok && sound {
		a.Advise(node.Host{Allow: b.eng.cfg.Allow, DataDir: b.eng.cfg.DataDir, PublicURL: b.eng.cfg.PublicURL}, notice)
	}
	return problems
}

// spoil makes n faulty if it has errors, and tells of them.
func (b *builder) spoil(n *instance, problems []flows.Problem) {
	b.graph.problems = append(b.graph.problems, problems...)
	var texts []string
	for _, p := range problems {
		if p.Severity == flows.Error {
			text := p.Message
			if p.Property != "" {
				text = p.Property + ": " + text
			}
			texts = append(texts, text)
		}
	}
	if len(texts) > 0 {
		n.fault.Store(&faultError{fmt.Errorf("node cannot run: %s", strings.Join(texts, "; "))})
	}
}

// nodeVars is the chain of variables as a node sees it.
func (b *builder) nodeVars(p *place) *vars {
	outer := p.flow.vars
	if p.group != nil {
		outer = p.group.vars
	}
	// A node is no level of its own for $parent., so its names are the
	// innermost level's.
	return &vars{node: &p.n.info, outer: outer.outer, process: outer.process, entries: outer.entries, builtin: outer.builtin}
}

func withCredentials(raw, credentials *msg.Object) *msg.Object {
	raw = raw.Clone()
	if inline, ok := raw.Get("credentials").(*msg.Object); ok {
		for k, v := range credentials.All() {
			if !inline.Has(k) {
				inline.Set(k, v)
			}
		}
		return raw
	}
	raw.Set("credentials", credentials)
	return raw
}

// ref finds a config node for a reference of another node.
func (b *builder) ref(id string) (value any, typeName, problem string) {
	c := b.configs[id]
	switch {
	case c == nil:
		if o := b.doc.Find(id); o != nil && o.Disabled {
			return nil, "", fmt.Sprintf("%q is disabled", o.Label())
		}
		return nil, "", fmt.Sprintf("there is no config node %q", id)
	case c.running:
		return nil, "", "Circular config node dependency detected"
	}
	n := b.config(c).n
	if n.typ == nil {
		return nil, "", fmt.Sprintf("%q has the unknown type %q", c.o.Label(), c.o.Type)
	}
	if n.fault.Load() != nil && !n.opened.Load() {
		return nil, n.typ.Name, fmt.Sprintf("%q cannot run", c.o.Label())
	}
	return n.value, n.typ.Name, ""
}

// evaluate runs a jsonata env entry.
func (b *builder) evaluate(source string, level *vars) (any, error) {
	if node.JSONata == nil {
		return nil, errors.New("JSONata is not part of this build")
	}
	run, err := node.JSONata(source)
	if err != nil {
		return nil, err
	}
	return run(node.JSONataInput{Msg: msg.NewObject(0), Global: b.eng.contextOf("global", "", nil), Env: level.lookup})
}

// carryOver is the instance of the running graph that may go on as it is. A
// faulty one never does: what it lacked may be there now.
func (b *builder) carryOver(f *flow, o *flows.Object, id string) *instance {
	if b.old == nil || !b.reuse(o.ID) {
		return nil
	}
	for g := f; g != nil && g.instance != nil; g = g.outer {
		if !g.instance.reused {
			return nil
		}
	}
	p := b.old.places[id]
	if p == nil || p.n.fault.Load() != nil || p.n.info.Type != o.Type {
		return nil
	}
	for _, r := range p.n.refs {
		if q := b.configs[r]; q == nil || !b.config(q).reused {
			return nil
		}
	}
	return p.n
}

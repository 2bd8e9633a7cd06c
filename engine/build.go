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

// graph is a compiled document.
type graph struct {
	doc      *flows.Document
	places   map[string]*place // by instance id
	order    []*place          // in which they open: config nodes first
	flows    map[string]*flow  // tabs and subflow instances that run
	exits    map[wireOf]portOf // wires that leave a subflow, as people see them
	problems []flows.Problem
	missing  []string // unknown types
}

// flow is a tab or one instance of a subflow.
type flow struct {
	id, path  string
	outer     *flow
	instance  *place // of a subflow; nil for a tab
	vars      *vars
	groups    map[string]*group
	listeners []*place
	ids       map[string]string // of a subflow: inner id to instance id
	ownStatus bool              // the subflow's template has a status output
}

// place is where a node stands in one graph. A node that goes on over a deploy
// has a place in the old graph and another in the new one.
type place struct {
	n      *instance
	o      *flows.Object
	flow   *flow
	group  *group
	scope  *scope    // of a listener
	link   node.Link // of a link node
	reused bool      // the node ran in the graph before
	wires  [][]*instance
	watch  *watch
}

// group is a group of one flow.
type group struct {
	id     string
	parent *group
	vars   *vars
}

func (f *flow) context(e *Engine) *scopeContext {
	var outer *scopeContext
	if f.outer != nil {
		outer = f.outer.context(e)
	}
	return e.contextOf("flow", f.id, outer)
}

// maxDepth is how deep subflows may be nested.
const maxDepth = 32

// builder compiles a document to a graph. Nothing it does has an effect
// outside the graph.
type builder struct {
	eng         *Engine
	doc         *flows.Document
	credentials map[string]*msg.Object
	old         *graph
	reuse       func(docID string) bool // the old instance may go on

	graph     *graph
	inside    map[string][]*flows.Object // by z
	templates map[string]*flows.Object
	configs   map[string]*pending // config nodes that may be referred to
	global    *vars
	missing   map[string]bool
	subflows  []subflowWires
	extra     map[portOf][]exit // what an output of an instance feeds beyond its own wires
}

// pending is a config node that is built when first referred to.
type pending struct {
	o       *flows.Object
	id      string
	flow    *flow
	p       *place
	running bool // being built: a reference to it now is a circle
}

func (b *builder) problem(o *flows.Object, property, message string) {
	b.graph.problems = append(b.graph.problems, problemOf(o, property, message))
}

func problemOf(o *flows.Object, property, message string) flows.Problem {
	return flows.Problem{File: o.File, Node: o.ID, Name: o.Name, Type: o.Type, Property: property, Message: message}
}

func (b *builder) build() *graph {
	b.graph = &graph{doc: b.doc, places: map[string]*place{}, flows: map[string]*flow{}, exits: map[wireOf]portOf{}, problems: b.doc.Check()}
	b.inside, b.templates = map[string][]*flows.Object{}, map[string]*flows.Object{}
	b.configs, b.missing, b.extra = map[string]*pending{}, map[string]bool{}, map[portOf][]exit{}
	var tabs []*flows.Object
	known := map[string]bool{"": true}
	b.global = &vars{process: b.eng.cfg.Environ}
	for _, o := range b.doc.Objects() {
		if b.doc.Find(o.ID) != o {
			continue // of a duplicate id the later wins
		}
		switch o.Kind {
		case flows.Tab:
			tabs, known[o.ID] = append(tabs, o), true
		case flows.Subflow:
			b.templates[o.ID], known[o.ID] = o, true
		default:
			b.inside[o.Z] = append(b.inside[o.Z], o)
			if o.Type == "global-config" {
				b.global = b.envLevel(o, flows.EnvEntries(o.Raw()), &vars{process: b.eng.cfg.Environ}, nil)
			}
		}
	}
	outside := &flow{vars: b.global, groups: map[string]*group{}}
	b.offer(b.inside[""], outside)
	type running struct {
		f       *flow
		objects []*flows.Object
	}
	var all []running
	for _, t := range tabs {
		if t.Disabled {
			continue
		}
		f := &flow{id: t.ID, path: t.ID, vars: b.envLevel(t, flows.EnvEntries(t.Raw()), b.global, map[string]string{"NR_FLOW_ID": t.ID, "NR_FLOW_NAME": t.Label()})}
		all = append(all, running{f, b.inside[t.ID]})
	}
	for _, o := range b.doc.Objects() { // a z that names nothing is a tab without a label
		if !known[o.Z] && o.Kind != flows.Tab {
			known[o.Z] = true
			f := &flow{id: o.Z, path: o.Z, vars: &vars{outer: b.global, builtin: map[string]string{"NR_FLOW_ID": o.Z}}}
			all = append(all, running{f, b.inside[o.Z]})
		}
	}
	for _, r := range all {
		b.graph.flows[r.f.id] = r.f
		b.offer(r.objects, r.f)
	}
	for _, o := range b.inside[""] {
		if o.Kind == flows.Config {
			b.config(b.configs[o.ID])
		}
	}
	for _, r := range all {
		b.fill(r.f, r.objects, 0)
	}
	b.claim()
	b.wire()
	b.graph.problems = append(b.graph.problems, node.CheckDocument(b.doc, b.eng.cfg.PublicURL)...)
	return b.graph
}

// offer makes the config nodes of a scope known before any node refers to one.
func (b *builder) offer(objects []*flows.Object, f *flow) {
	for _, o := range objects {
		if o.Kind == flows.Config && !o.Disabled {
			id := f.newID(o.ID)
			b.configs[id] = &pending{o: o, id: id, flow: f}
		}
	}
}

// newID is the id that an object of the document has inside f.
func (f *flow) newID(id string) string {
	if to, ok := f.ids[id]; ok {
		return to
	}
	return id
}

// fill builds everything inside a tab or subflow instance.
func (b *builder) fill(f *flow, objects []*flows.Object, depth int) {
	b.addGroups(f, objects)
	for _, o := range objects {
		if o.Kind == flows.Config && !o.Disabled {
			b.config(b.configs[f.newID(o.ID)])
		}
	}
	for _, o := range objects {
		if o.Disabled {
			continue
		}
		switch o.Kind {
		case flows.FlowNode, flows.Junction:
			b.make(f, o, f.newID(o.ID))
		case flows.Instance:
			b.subflow(f, o, depth)
		}
	}
}

func (b *builder) addGroups(f *flow, objects []*flows.Object) {
	f.groups = map[string]*group{}
	byID := map[string]*flows.Object{}
	for _, o := range objects {
		if o.Kind == flows.Group {
			byID[o.ID] = o
		}
	}
	var make func(id string, depth int) *group
	make = func(id string, depth int) *group {
		o := byID[id]
		if o == nil || depth > len(byID) {
			return nil
		}
		if g := f.groups[id]; g != nil {
			return g
		}
		g := &group{id: f.newID(id), parent: make(o.G, depth+1)}
		outer := f.vars
		if g.parent != nil {
			outer = g.parent.vars
		}
		g.vars = b.envLevel(o, flows.EnvEntries(o.Raw()), outer, map[string]string{"NR_GROUP_ID": g.id, "NR_GROUP_NAME": o.Name})
		f.groups[id] = g
		return g
	}
	for id := range byID {
		make(id, 0)
	}
}

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
		Var: n.vars.lookup, Ref: b.ref,
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

func (b *builder) secret(o *flows.Object, name string) any {
	if v, ok := b.credentials[o.ID].Lookup(name); ok {
		return v
	}
	return ""
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

package engine

import (
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
				b.global = b.envLevel(o, nil, flows.EnvEntries(o.Raw()), &vars{process: b.eng.cfg.Environ}, nil)
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
		f := &flow{id: t.ID, path: t.ID, vars: b.envLevel(t, nil, flows.EnvEntries(t.Raw()), b.global, map[string]string{"NR_FLOW_ID": t.ID, "NR_FLOW_NAME": t.Label()})}
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
		g.vars = b.envLevel(o, nil, flows.EnvEntries(o.Raw()), outer, map[string]string{"NR_GROUP_ID": g.id, "NR_GROUP_NAME": o.Name})
		f.groups[id] = g
		return g
	}
	for id := range byID {
		make(id, 0)
	}
}
